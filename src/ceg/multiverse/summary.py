"""The multiverse as plain values for JSON and tables, and the work on single comparisons cut into chunks."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import ceg
from ceg import formatting
from ceg.analysis import analysis
from ceg.multiverse import conclusions, distribution, intervals, outcomes, specifications, varied_headline
from ceg.multiverse import survey as multiverse
from ceg.multiverse.conclusions import Conclusion
from ceg.multiverse.specifications import Factor
from ceg.multiverse.survey import Multiverse
from ceg.multiverse.varied_headline import Shares
from sphinx_fresh import reads

CHUNK = 50
"""Comparisons that are worked out at once as points; with draws, each is a chunk of its own."""

VERDICTS = ("exceeds", "undetermined", "below")
"""The shares of specifications that need draws."""


def summary(made: Multiverse) -> dict:
    """Everything that is shown of the surveyed enhancements; shares and numbers with six digits."""
    ev = made.analysis.evidence
    found = multiverse.concluded(made)
    options = specifications.options(ev.folder)
    every = multiverse.survey(made.analysis, specifications.factors(options, ()))
    unlimited = {c.name: c for c in multiverse.concluded(every)}
    threshold = made.analysis.assumptions.threshold_large
    weights = [f.weights for f in made.factors[:-1]]
    return {
        "specifications": made.size,
        "choices": [_choice(f) for f in made.factors],
        "left_out": [
            {
                "when": {k: list(v) for k, v in rule.when.items()},
                "counted_once": rule.same_as_default,
                "share": _six(n / whole),
                "reason": rule.reason,
            }
            for rule, n, whole in specifications.left_out(options)
        ],
        "conclusions": [_conclusion(c, unlimited.get(c.name)) for c in found],
        "headline_varied": {c.name: _varied(shares) for c, shares in _picked(made, found)},
        "enhancements": [
            {"enhancement": key, "stands_for": level[0]} | distributed(key, some, weights, threshold)
            for key, each in made.standing.items()
            for level, some in zip(made.factors[-1].levels, each, strict=True)
        ],
        "variance": [
            {
                "enhancement": key,
                "of": what,
                "choice": f.name,
                "first_order": _six(first[i]),
                "total": _six(total[i]),
            }
            for key, both in multiverse.moved(made, threshold).items()
            for what, (first, total) in both.items()
            for i, f in enumerate(made.factors[:-1])
            if total[i] == total[i]
        ],
    }


def _picked(made: Multiverse, found: Sequence[Conclusion]) -> Iterator[tuple[Conclusion, Shares]]:
    """The main conclusions about gains, with their shares when each headline is picked at random."""
    assumed, (most, some) = made.analysis.assumptions, found[:2]
    yield most, varied_headline.most(made, assumed.threshold_large)
    yield some, varied_headline.some(made, assumed.threshold_very_large)


def _varied(shares: Shares) -> dict:
    return {word: _six(share) for word, share in dataclasses.asdict(shares).items()}


def _choice(factor: Factor) -> dict:
    options = [{"values": factor.values(i), "weight": _six(w)} for i, w in enumerate(factor.weights)]
    return {"choice": factor.name, "title": factor.title, "options": options}


def _conclusion(c: Conclusion, unlimited: Conclusion | None) -> dict:
    def shares(of: Conclusion, **levels: int) -> dict:
        return {word: _six(of.share(word, **levels)) for word in conclusions.SHARES}

    return {
        "conclusion": c.name,
        "statement": c.statement,
        "main": c.main,
        "by_default": c.by_default,
        **shares(c),
        "nothing_left_out": shares(unlimited) if unlimited else None,
        "by_option": [
            {"choice": f.name, "values": f.values(i), **shares(c, **{f.name: i})}
            for f in c.factors
            for i in range(len(f.levels))
        ],
        "breaks": [
            {
                "changes": {
                    k: v for f in c.factors if f.name in changes for k, v in f.values(changes[f.name]).items()
                },
                "then": word,
            }
            for changes, word in c.breaks()
        ],
    }


def distributed(
    name: str, made: outcomes.Outcomes, weights: Sequence[Sequence[float]], threshold: float
) -> dict:
    """``distribution.distribution`` as plain values."""
    found = dataclasses.asdict(distribution.distribution(name, made, weights, threshold))
    quantiles = dict(
        zip((f"q{round(100 * q):02}" for q in distribution.QUANTILES), found.pop("quantiles"), strict=True)
    )
    return {k: _six(v) if isinstance(v, float) else v for k, v in (found | quantiles).items() if k != "name"}


def _six(value: float) -> float | None:
    """Six digits; what adding up shares leaves behind is gone."""
    return formatting.six(round(float(value), 9))


def digest(session: analysis.Analysis) -> str:
    """SHA-256 of all that results depend on: rows, assumptions with their options, this package's code."""
    known = hashlib.sha256(repr(sorted(session.evidence.digests().items())).encode())
    known.update(repr((session.assumptions, specifications.options(session.evidence.folder))).encode())
    for path in sorted(Path(ceg.__file__).parent.rglob("*.py")):
        known.update(path.read_bytes())
    return known.hexdigest()


def chunks(session: analysis.Analysis, comparisons: Sequence[str], draws: int, seed: int) -> list[str]:
    """The work on these comparisons in pieces, for ``chunks.run`` and ``work``.

    Each piece names all that its result depends on.
    """
    size = 1 if draws else CHUNK
    of = {
        "data": str(session.evidence.folder.resolve()),
        "inputs": digest(session),
        "draws": draws,
        "seed": seed,
    }
    of["threshold"] = session.assumptions.threshold_large
    pieces = [list(comparisons[i : i + size]) for i in range(0, len(comparisons), size)]
    return [json.dumps(of | {"comparisons": piece}, sort_keys=True) for piece in pieces]


def work(chunk: str) -> str:
    """The distribution of each comparison of a chunk as JSON.

    Raises ValueError where this process reads other inputs.
    """
    asked = json.loads(chunk)
    session = _session(asked["data"])
    if _digest(asked["data"]) != asked["inputs"]:
        raise ValueError(f"{asked['data']} or the code of ceg differs here from where the run was started")
    factors = specifications.factors(specifications.options(session.evidence.folder))
    made = outcomes.outcomes(session, asked["comparisons"], factors)
    weights = [f.weights for f in factors]
    found = []
    for name, some in made.items():
        row = {"comparison": name, "enhancement": session.evidence.comparisons[name].enhancement}
        if asked["draws"]:
            drawn = intervals.intervals(session, name, some, factors, asked["draws"], asked["seed"])
            row |= distributed(name, drawn.counted(some), weights, asked["threshold"])
            row |= intervals.summary(some, drawn, factors)
        else:  # nothing is counted without draws
            row |= distributed(name, some, weights, asked["threshold"]) | dict.fromkeys(VERDICTS)
        found.append(row)
    return json.dumps(found, allow_nan=False)


@reads.cached
def _session(folder: str) -> analysis.Analysis:
    return analysis.open(folder=folder)


@reads.cached
def _digest(folder: str) -> str:
    return digest(_session(folder))
