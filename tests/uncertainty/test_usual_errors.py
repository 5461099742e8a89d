"""What stands for errors that nobody stated is what the data says of those that are known."""

import itertools
import math
import statistics
from collections import defaultdict

import pytest

import ceg
from ceg.analysis.scores import maximum, scale_of, standard_error
from ceg.evidence import assumptions


@pytest.fixture(scope="module")
def book():
    return ceg.open()


def default(key: str) -> float:
    choice = assumptions.choices()[key]
    assert choice.value == choice.options[0]
    return choice.value


def test_the_usual_sampling_error(book):
    """The median over the results on proportions whose items are known, in percent of the maximum."""
    errors = []
    for result in book.evidence.results.values():
        benchmark = book.evidence.benchmarks[result.benchmark]
        items = result.items or benchmark.items
        if benchmark.scale == "proportion" and items:
            errors.append(100 * standard_error(result, benchmark, items) / maximum(benchmark))
    assert len(errors) > 3000
    assert round(statistics.median(errors), 1) == default("unknown_error")


ALIKE = math.log10(1.5)
"""Training computes within a factor of 1.5 are alike."""


def meetings(book) -> dict[tuple[str, str, str], list[float]]:
    """(benchmark, family, other family) -> differences in logits between models of like training compute.

    Of results on proportions that are a baseline of a comparison within a family, whatever its prompt, off
    the edges of the scale.
    """
    ev, found = book.evidence, defaultdict(list)
    within = [c for c in ev.comparisons.values() if not c.cross_family]
    named = {i for c in within for i in (*c.baseline, *c.baseline_weakest, *c.baseline_strongest)}
    places = defaultdict(lambda: defaultdict(list))
    for result in map(ev.results.__getitem__, sorted(named)):
        benchmark, flop = ev.benchmarks[result.benchmark], book.training_flop(result.model)
        scale = scale_of(benchmark, result)
        score = scale.oriented(result.score)
        if benchmark.scale == "proportion" and flop and scale.at_edge(score) is None:
            family = ev.models[result.model].family
            places[result.benchmark][family].append((math.log10(flop), scale.transform("logit")(score)))
    for benchmark, families in places.items():
        for one, other in itertools.combinations(sorted(families), 2):
            for (x, t), (y, u) in itertools.product(families[one], families[other]):
                if abs(x - y) <= ALIKE + 1e-9:
                    found[benchmark, one, other].append(t - u)
    return found


def test_the_usual_spread_between_families(book):
    """The standard deviation of one family: half of the mean squared difference of two, its root.

    Each pair of families weighs once on a benchmark, however many of their models meet.
    """
    found = meetings(book)
    assert len(found) >= 40 and len({benchmark for benchmark, _, _ in found}) >= 30
    squares = [statistics.fmean(d * d for d in differences) for differences in found.values()]
    assert round(math.sqrt(statistics.fmean(squares) / 2), 2) == default("family_spread")
