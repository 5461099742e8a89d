"""What data enhancements gain and cost once, in words, and the puzzles that a model solves after its own."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.analysis.scores import standard_error
from ceg.estimator.gain import Estimate
from ceg.evidence.cost_formula import evaluate
from ceg.exhibits import tables
from ceg.exhibits.marks_and_axes import axis, tips
from ceg.exhibits.theme import CATEGORY, INK
from ceg.formatting import listed, literal
from ceg.prose import wording
from sphinx_fresh.show import Table

ONE_TIME_COSTS = {
    "codex.codex-12b.one-time": "Codex, 12B",
    "minerva.palm-8b.one-time": "Minerva, 8B",
    "minerva.palm-62b.one-time": "Minerva, 62B",
    "minerva.palm-540b.one-time": "Minerva, 540B",
    "rlhf-summarization.6-7b.one-time": "RLHF for summaries, 6.7B",
    "instructgpt.gpt-3-1-3b.ppo-ptx.one-time": "InstructGPT, mix, 1.3B",
    "instructgpt.gpt-3-175b.ppo-ptx.one-time": "InstructGPT, mix, 175B",
    "instructgpt.gpt-3-175b.ppo.one-time": "InstructGPT, no mix, 175B",
    "t0.t5-xxl.one-time": "T0, 11B",
    "code-puzzles.one-time": "Puzzles, 2.7B",
    "code-puzzles-with-generation.one-time": "Puzzles and their writing, 2.7B",
    "phi-1.exercises.one-time": "phi-1's exercises, 1.3B",
    "orca.llama-13b.one-time": "Orca, 13B",
    "self-improvement.palm-8b.one-time": "Self-improvement, 8B",
    "self-improvement.palm-540b.one-time": "Self-improvement, 540B",
    "flan-t5-small.one-time": "Flan, smallest T5",
    "flan-palm-540b.one-time": "Flan, PaLM 540B",
    "flan-2021.lamda-137b.one-time": "FLAN (2021), 137B",
    "palm-coder.palm-540b.one-time": "PaLM-Coder, 540B",
    "u-palm.palm-540b.one-time": "U-PaLM, 540B",
    "star.gpt-j-6b.one-time": "STaR, 6B",
    "med-palm.palm-540b.one-time": "Med-PaLM, 540B",
    "wizardcoder.starcoder-15-5b.one-time": "WizardCoder, 15.5B",
}
"""Id of a cost -> what the page calls it."""

GAIN = ("name", "least", "best", "within", "on", "all", "flags")
"""Columns of the ledger that the page's tables keep, the flags where there are some."""

PARTIAL = "Partial: a score does not state its sampling error, and one is assumed."


def gains(book: Analysis, *, name: str, caption: str, in_survey: bool = True, note: str = "") -> Table:
    """The headline gains of the survey's data enhancements, or of the others that the book has opened.

    Those without an estimate stand in the note.
    """
    made = tables.results(book, name=name, caption=caption, in_survey=in_survey, numbered=False)
    keys = [column.key for column in made.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in made.rows]
    rows = [row for row in rows if row["category"] in ("data", "combination")]
    without = [row["name"] for row in rows if row["least"] == "no estimate"]
    missing = f"No gain, for lack of scores or of a larger model to compare with: {literal(listed(without))}."
    shown = [row for row in rows if row["name"] not in without]
    kept = [key for key in keys if key in GAIN and any(row[key] for row in shown)]
    return replace(
        made,
        columns=[column for column in made.columns if column.key in kept],
        rows=[[row[key] for key in kept] for row in shown],
        note=" ".join(filter(None, (note, missing if without else "", PARTIAL))),
    )


def observed(estimate: Estimate | None) -> str:
    """The bound of an estimate that continues the curve, and any other estimate as it is; it leads to it."""
    if estimate is None or estimate.status != "extrapolated":
        return wording.gain_link(estimate)
    bounded = estimate.lower_bound or estimate.upper_bound
    said = wording.ceg(replace(estimate, status="bound")) if bounded else "no bound"
    return wording.gain_link(estimate, said)


def terms(cost: Any) -> list[float]:
    """The values of the formula's top-level summands, in its order: fractions of pre-training compute.

    cost: a row of ``book.costs``.
    """
    summands, node = [], ast.parse(cost.formula, mode="eval").body
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        summands.insert(0, node.right)
        node = node.left
    return [evaluate(ast.unparse(n), cost.inputs) for n in (node, *summands)]


def shares(book: Analysis, called: Mapping[str, str] = ONE_TIME_COSTS) -> pd.DataFrame:
    """One-time costs as shares of pre-training compute, dearest first.

    called: id of a cost -> what to call it. Columns: name, share, range and terms (texts, empty where there
    is none), source with the place in it and its grade, fraction (a number).
    """
    found = book.costs.loc[list(called)].sort_values("value", ascending=False, kind="stable")
    low, high = (found[end].fillna(found["value"]).map(formatting.percent) for end in ("low", "high"))
    parts = [list(map(formatting.percent, terms(cost))) for cost in found.itertuples()]
    labels = found["source"].map(lambda key: book.evidence.sources[key].label)
    return pd.DataFrame(
        {
            "name": found.index.map(called),
            "share": found["value"].map(formatting.percent),
            "range": (low + "–" + high).where(low != high, ""),
            "terms": [" + ".join(some) if len(some) > 1 else "" for some in parts],
            "source": labels + ", " + found["locator"] + " (" + found["provenance"].astype(str) + ")",
            "fraction": found["value"],
        },
        index=found.index,
    )


def solved(book: Analysis, called: Mapping[str, str]) -> pd.DataFrame:
    """Scores that are shares of a benchmark's items, with the 90% interval that the number of items leaves.

    called: id of a result -> what to call it. Columns: result, name, score, low and high (in the benchmark's
    unit), solved (how many items that is), items, source and provenance.
    """
    rows = []
    for key, name in called.items():
        result = book.evidence.results[key]
        benchmark = book.evidence.benchmarks[result.benchmark]
        items = result.items or benchmark.items
        half = 1.645 * standard_error(result, benchmark, items)
        rows.append(
            {
                "result": key,
                "name": name,
                "score": float(result.score),
                "low": round(result.score - half, 2),
                "high": round(result.score + half, 2),
                "solved": formatting.significant(result.score * items / 100, 3),
                "items": items,
                **provenance.said(book, key),
            }
        )
    return pd.DataFrame(rows)


def chart(solved: pd.DataFrame) -> alt.LayerChart:
    """The scores of ``solved`` in rows, from 0 to 20%, each with its interval, and how many items that is."""
    colour, still = CATEGORY["data"], alt.Axis(ticks=False, domain=False, labelPadding=8)
    base = alt.Chart(solved).encode(alt.Y("name:N", title=None, sort=None, axis=still))
    x = axis(alt.X, "score", "puzzles solved (%)", (0, 20), grid=False, tickCount=4)
    shown = tips("name", "score", "low", "high", "source", "provenance")
    dot = {"filled": True, "size": 80, "opacity": 1, "color": colour}
    said = "; ".join(
        f"{row.name} {row.score:g}% ({row.low:g} to {row.high:g})" for row in solved.itertuples()
    )
    return alt.layer(
        base.mark_rule(strokeWidth=2, opacity=0.45, color=colour).encode(alt.X("low:Q"), alt.X2("high:Q")),
        base.mark_point(**dot).encode(x, tooltip=shown),
        base.mark_text(align="left", dx=8, color=INK).encode(x=alt.value("width"), text="solved:N"),
    ).properties(
        height=28 * len(solved),
        padding={"left": 4, "top": 4, "bottom": 4, "right": 44},
        description=f"Puzzles solved, with 90% intervals: {said}.",
    )
