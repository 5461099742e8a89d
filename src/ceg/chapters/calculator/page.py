"""The page on which readers work out the gain of their own numbers: what its script is given.

The estimator of the page is ``book/_static/estimator.js``, which the tests hold to ``ceg.estimator``. What it
says of flags, of the choices and of the kinds of scores comes from here.
"""

from collections.abc import Iterator, Sequence

from ceg.analysis.analysis import Analysis
from ceg.analysis.cases import Case, Sample
from ceg.estimator.scaling import UNITS
from ceg.evidence.rows import Benchmark
from ceg.exhibits import controls
from ceg.prose.workings import FLAGS
from sphinx_fresh.show import Live

SCRIPTS = (
    "choices.js",
    "estimator.js",
    "calculator-words.js",
    "calculator-input.js",
    "calculator-chart.js",
    "calculator.js",
)

KINDS = {
    "accuracy": ("Accuracy (percent)", "percent", "%"),
    "fraction": ("Accuracy (0 to 1)", "fraction", "fraction"),
    "error": ("Error rate (percent)", "percent", "%"),
    "loss": ("Loss (nats)", "loss", "nats"),
    "bits": ("Loss (bits)", "bits", "bits"),
    "perplexity": ("Perplexity", "perplexity", "perplexity"),
    "elo": ("Elo", "elo", "Elo"),
    "points": ("Points (higher is better)", "points", "points"),
}
"""Key in a link -> what the kind of score is called, as a key of ``UNITS``, and its unit in data."""

WITHOUT_SCRIPTS = (
    "The calculator runs in the page and needs JavaScript. Without it, ceg gain does the same in a terminal."
)


def live(analysis: Analysis, comparisons: Sequence[str], *, name: str) -> Live:
    """The calculator. comparisons: ids of those that a reader may start from; the first one is shown.

    Those that the assumptions leave no value are left out. Opened with the table of sources, the choices
    carry theirs.
    """
    return Live(name, WITHOUT_SCRIPTS, SCRIPTS, "calculator.css", payload(analysis, comparisons))


def payload(analysis: Analysis, comparisons: Sequence[str]) -> dict:
    """What the script finds, as JSON."""
    choices = list(controls.described(analysis, {"How the curve is read": controls.CURVE}))
    known = controls.known(analysis)
    return {
        "kinds": list(_kinds()),
        "choices": choices,
        "defaults": {c["key"]: known[c["key"]].options[0] for c in choices} | {"bounds_only": False},
        "threshold": analysis.assumptions.threshold_large,
        "count_probability": analysis.assumptions.count_probability,
        "flags": FLAGS,
        "examples": [example(analysis, case) for c in comparisons if (case := analysis.find(c))],
    }


def _kinds() -> Iterator[dict]:
    for key, (label, scale, unit) in KINDS.items():
        kind, rises, maximum = UNITS[scale]
        yield {
            "key": key,
            "label": label,
            "scale": scale,
            "unit": unit,
            "kind": kind,
            "higher_is_better": rises and key != "error",
            "maximum": maximum,
        }


def example(analysis: Analysis, case: Case) -> dict:
    """A comparison of the book as the form has it: its numbers as text."""
    evidence = analysis.evidence
    benchmark = evidence.benchmarks[case.enhanced.result.benchmark]
    enhancement = evidence.enhancements[case.comparison.enhancement]
    state = {
        "kind": _kind_of(benchmark),
        "enhanced": _row(case.enhanced),
        "baselines": [_row(s) for s in case.baselines],
        "bounds_only": case.comparison.cross_family,
    }
    if benchmark.scale == "proportion":
        settings = {"chance": case.scale.chance or None, "items": case.scale.items}
        if case.scale.maximum != UNITS["percent"][2]:
            settings["maximum"] = case.scale.maximum
        state |= {key: "" if value is None else f"{value:g}" for key, value in settings.items()}
    return {
        "comparison": case.comparison.comparison,
        "label": f"{enhancement.name} on {benchmark.name}",
        "state": state,
    }


def _kind_of(benchmark: Benchmark) -> str:
    if benchmark.scale == "proportion":
        return "accuracy" if benchmark.higher_is_better else "error"
    scales = {kind: key for key, (_, scale, _) in KINDS.items() if (kind := UNITS[scale][0]) != "proportion"}
    return scales[benchmark.scale]


def _row(sample: Sample) -> dict:
    return {
        "name": sample.model.model,
        "compute": f"{sample.point.flop:.6g}".replace("e+", "e"),
        "score": sample.result.score.text,
    }
