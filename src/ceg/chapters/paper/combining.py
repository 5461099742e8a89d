"""Two enhancements at once: the gain of each part, of the whole, and how far the parts' product is from it.

Gains multiply if they are independent, so they are compared as log10 CEG. Where they do not add up, the second
enhancement met another model than the first: its gain depends on what is already there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, scale_of, standard_error
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import Point
from ceg.exhibits import left_out
from ceg.exhibits.against_compute import DASHES, ENDS
from ceg.exhibits.theme import CATEGORY, INK, RULE, layer, theme
from ceg.prose import wording
from sphinx_fresh.show import Column, Figure, Table

TICKS = (1, 10, 100, 1e3, 1e4)


@dataclass(frozen=True)
class Combination:
    """A model with better data, with a vote, with both; each an Estimate, the whole always against the unenhanced family.

    vote_on: what the vote was measured on, the model with the better data or the unenhanced one.
    where: source and provenance of the scores of each part. places: of all rows behind them.
    """

    name: str
    model: str
    data: Estimate
    vote: Estimate
    both: Estimate
    vote_on: str
    where: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Sequence[provenance.Place] = ()

    @property
    def log10_parts(self) -> float | None:
        """log10 CEG(data) + log10 CEG(vote); None where one of them is no point."""
        if self.data.ceg is None or self.vote.ceg is None:
            return None
        return math.log10(self.data.ceg) + math.log10(self.vote.ceg)

    @property
    def product(self) -> float | None:
        """CEG(data) times CEG(vote); None where one of them is no point."""
        return None if self.log10_parts is None else 10**self.log10_parts

    @property
    def log10_excess(self) -> float | None:
        """log10 CEG(both) less that of the parts, in orders of magnitude: negative where they get in each other's way."""
        if self.log10_parts is None or self.both.ceg is None:
            return None
        return math.log10(self.both.ceg) - self.log10_parts


def of_minerva(analysis: Analysis, benchmark: str, size: str) -> Combination:
    """Minerva's data against PaLM, the vote against Minerva without it, and both against PaLM."""
    data, vote, both = (
        analysis.estimate(f"{e}.{benchmark}.palm-{size}") for e in ("minerva", "majority-voting", "minerva-voting")
    )
    name = analysis.evidence.benchmarks[benchmark].name
    parts = {"data": data.comparison, "vote": vote.comparison, "both": both.comparison}
    where = {part: provenance.of_comparison(analysis, c) for part, c in parts.items()}
    places = provenance.behind(analysis, parts.values())
    return Combination(name, f"PaLM {size.upper()}", data, vote, both, "Minerva", where, places)


MINERVA = (("math", "8b"), ("math", "62b"), ("mmlu-stem", "8b"), ("mmlu-stem", "62b"), ("gsm8k", "8b"), ("gsm8k", "62b"), ("gsm8k", "540b"))  # fmt: skip
"""Benchmark and size of Minerva's combinations that can be measured."""


def with_vote_alone(analysis: Analysis) -> Combination:
    """Minerva 540B on GSM8K with the vote's gain as it was measured on PaLM, without Minerva's data."""
    vote = analysis.estimate("self-consistency.gsm8k.palm-540b")
    return replace(of_minerva(analysis, "gsm8k", "540b"), vote=vote, vote_on="PaLM")


def self_improved(analysis: Analysis) -> Combination:
    """PaLM 540B fine-tuned on its own answers, and a vote: the study has all four cells on GSM8K."""
    arms = (
        against(analysis, "self-improvement.gsm8k.palm-540b", f"huang2022.gsm8k.lmsi.palm-540b.{arm}")
        for arm in ("lmsi-cot", "self-consistency-32", "lmsi-self-consistency-32")
    )
    return Combination("GSM8K, self-improvement", "PaLM 540B", *arms, "PaLM")


def against(analysis: Analysis, comparison: str, result: str) -> Estimate:
    """The CEG of another result on the benchmark of a comparison, against that comparison's unenhanced models, where it has any."""
    ev = analysis.evidence
    row = ev.results[result]
    benchmark = ev.benchmarks[row.benchmark]
    items = row.items or benchmark.items
    scale = scale_of(benchmark, row)
    flop, case = analysis.training_flop(row.model), analysis.find(comparison)
    if flop is None or case is None:
        return Estimate(status="not-available", reason=analysis.estimate(comparison).reason)
    point = Point(flop, scale.oriented(row.score), standard_error(row, benchmark, items), float(items or 1))
    a = analysis.assumptions
    return gain(
        point, [s.point for s in case.baselines], scale, transform=a.transform,
        estimate_order=a.estimate_order, extrapolate_from=a.extrapolate_from, min_points=a.min_points,
        max_extrapolation_oom=a.max_extrapolation_oom,
    )  # fmt: skip


def chart(combinations: Sequence[Combination], *, name: str, caption: str, **figure: object) -> Figure:
    """Log CEG, a row a model: data and then vote end to end, the whole below them, its end by status as in ``curves``."""
    bars, wholes, words, rows = [], [], [], []
    for i, c in enumerate(combinations):
        start = 0.0
        for part, estimate in (("data", c.data), ("vote", c.vote)):
            if estimate.ceg is not None:
                end = start + math.log10(estimate.ceg)
                bars.append({"y": i, "from": round(start, 6), "to": round(end, 6), **_tip(c, part, estimate)})
                start = end
        worth = c.both.ceg or c.both.lower_bound
        if worth is not None:
            to = round(math.log10(worth), 6)
            wholes.append({"y": i + 0.3, "from": 0, "to": to, **_tip(c, "both", c.both)})
        words.append({"y": i - 0.34, "from": 0, "says": f"{c.name} {c.model.rpartition(' ')[2]}: {_sum(c)}"})
        rows.append([c.name, c.model, *(formatting.six(v) for v in (c.data.ceg, c.vote.ceg, c.both.ceg, c.both.lower_bound)),
                     c.both.status, c.vote_on, formatting.six(c.log10_parts), formatting.six(c.log10_excess)])  # fmt: skip
    top = max((r["to"] for r in (*bars, *wholes)), default=1.0) + 0.25
    marks = [math.log10(t) for t in TICKS if math.log10(t) <= top]
    x = alt.X("from:Q", title="compute-equivalent gain", scale=alt.Scale(domain=[-0.03, top], nice=False),
              axis=alt.Axis(values=marks, labelExpr="format(pow(10, datum.value), ',~r') + 'x'", gridColor=RULE))  # fmt: skip
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[len(combinations) - 0.45, -0.7], nice=False))
    to = alt.X2("to:Q")
    tips = [alt.Tooltip(f"{k}:N") for k in ("benchmark", "model", "part", "CEG", "status", "source", "provenance")]
    layers = []
    for part, colour in (("data", CATEGORY["data"]), ("vote", CATEGORY["solution choice"])):
        some = [b for b in bars if b["part"] == part]
        if some:
            layers.append(layer(some, "rule", color=colour, strokeWidth=9).encode(x, to, y, tooltip=tips))
    for status, (shape, filled) in ENDS.items():
        some = [w for w in wholes if w["status"] == status]
        style = {"shape": shape, "filled": filled, "size": 75, "color": INK, "opacity": 1, "strokeWidth": 2}
        if some:
            layers.append(layer(some, "rule", color=INK, strokeWidth=1.5, strokeDash=DASHES[status]).encode(x, to, y))
            layers.append(layer(some, "point", **style).encode(alt.X("to:Q"), y, tooltip=tips))
    layers.append(layer(words, "text", align="left", color=INK, fontSize=12).encode(x, y, text="says:N"))
    said = "; ".join(w["says"] for w in words)
    return Figure(
        name=name,
        caption=caption,
        description=f"Compute-equivalent gains on a log scale: data, then vote, end to end, and below them both as measured. {said}.",
        columns=["benchmark", "model", "ceg_data", "ceg_vote", "ceg_both", "lower_bound_both", "status_both", "vote_on", "log10_parts", "log10_excess"],
        rows=rows,
        spec=theme(alt.layer(*layers), 58 * len(combinations)) if layers[1:] else left_out.panel("", 58),
        panel="large",
        sources=list(dict.fromkeys(place for c in combinations for place in c.places)),
        **figure,
    )  # fmt: skip


def _tip(c: Combination, part: str, estimate: Estimate) -> dict[str, str]:
    """What a bar or line says when it is pointed at."""
    said = {
        "benchmark": c.name,
        "model": c.model,
        "part": part,
        "CEG": wording.ceg(estimate),
        "status": estimate.status,
    }
    return said | c.where.get(part, dict.fromkeys(("source", "provenance"), ""))


def _sum(c: Combination) -> str:
    """6.3 × 2.8 = 18x; both 9.7x."""
    parts = " × ".join(formatting.significant(e.ceg) if e.ceg is not None else "?" for e in (c.data, c.vote))
    whole = f" = {formatting.times(c.product, 2)}" if c.product is not None else ""
    both = formatting.times(c.both.ceg, 2) if c.both.ceg is not None else formatting.at_least(c.both.lower_bound)
    return f"{parts}{whole}; both {both}"


def table(analysis: Analysis, combinations: Sequence[Combination], *, name: str, caption: str) -> Table:
    """The parts, their product, the whole, and the difference in orders of magnitude."""
    columns = [
        Column("on", "Benchmark and model"), Column("data", "Data", "right"), Column("vote", "Vote", "right"),
        Column("vote_on", "Vote measured on"), Column("product", "Product", "right"), Column("both", "Both", "right"),
        Column("excess", "Whole against product", "right", "log10 CEG of both less the sum of the parts'"),
    ]  # fmt: skip
    rows = [
        [f"{c.name}, {c.model}", link(analysis, c.data), link(analysis, c.vote), c.vote_on,
         formatting.times(c.product, 2) if c.product is not None else "", link(analysis, c.both), oom(c.log10_excess)]
        for c in combinations
    ]  # fmt: skip
    return Table(name, caption, columns, rows)


def link(analysis: Analysis, estimate: Estimate) -> str:
    """An estimate in words, leading to its workings where the analysis, whose workings the book has, gives the same."""
    if estimate.comparison not in analysis.evidence.comparisons:
        return wording.ceg(estimate)
    own = analysis.estimate(estimate.comparison)
    same = wording.ceg(own) == wording.ceg(estimate) and own.rows == estimate.rows
    return wording.gain_link(own) if same else wording.ceg(estimate)


def oom(log10_ratio: float | None) -> str:
    """A difference in orders of magnitude with its sign: −0.11."""
    if log10_ratio is None:
        return "not known"
    return f"{'−' if log10_ratio < 0 else '+'}{formatting.significant(abs(log10_ratio))}"
