"""Charts against compute in which the same models stand with other prompts too."""

from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from ceg.analysis.analysis import ADMITTED, Analysis
from ceg.exhibits import scores_against_compute
from ceg.exhibits.marks_and_axes import layer, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose.compared_scores import COLUMNS, compared_scores, row


def with_prompts(
    book: Analysis,
    comparisons: Sequence[str],
    prompts: Mapping[str, str],
    *,
    models: Iterable[str],
    titles: Iterable[str],
    score_title: str = "",
) -> tuple[list[alt.LayerChart], pd.DataFrame]:
    """Charts against compute with a line for each prompt, and the scores that they show.

    Args:
        book: the evidence under its assumptions.
        comparisons: ids of comparisons, one a benchmark.
        prompts: how a variant's name starts -> what it is called. The last is drawn solid.
        models: those whose scores are drawn, in order of compute.
        titles: of the charts.
        score_title: of the axis; left out, the benchmark's metric.
    """
    charts = scores_against_compute.panels(
        book, comparisons, titles=titles, score_title=score_title, height=210
    )
    benchmarks = book.comparisons["benchmark"].loc[list(comparisons)]
    scores = compared_scores(book, comparisons)
    for i, (comparison, benchmark) in enumerate(benchmarks.items()):
        if book.find(comparison):  # else the chart is empty
            lines = {name: _scores(book, benchmark, start, name, models) for start, name in prompts.items()}
            charts[i] = _with_lines(charts[i], lines)
            scores = pd.concat([scores, *(pd.DataFrame(some) for some in lines.values())])[list(COLUMNS)]
    return charts, scores.drop_duplicates("result")


def _scores(book: Analysis, benchmark: str, variant: str, name: str, models: Iterable[str]) -> list[dict]:
    """The models' scores with a prompt, as far as the assumptions admit them."""
    admitted = ADMITTED[book.assumptions.provenance_admitted]
    found = book.results.query("benchmark == @benchmark").dropna(subset="training_flop")
    found = found[found["provenance"].isin(admitted) & found["variant"].str.startswith(variant)]
    return [
        row(book, book.evidence.results[key], flop, name)
        for model in models
        for key, flop in found.loc[found["model"] == model, "training_flop"].items()
    ]


def _with_lines(chart: alt.LayerChart, lines: Mapping[str, list[dict]]) -> alt.LayerChart:
    """The chart over a line for each prompt."""
    colour, axes = CATEGORY["prompting"], chart.layer[0].encoding
    below, said = [], [chart.description]
    for i, (name, scores) in enumerate(lines.items()):
        solid = i == len(lines) - 1
        line = {"color": colour, "opacity": 0.6, "strokeWidth": 1.5, "strokeDash": [] if solid else [3, 3]}
        dot = {"color": colour, "filled": True, "size": 20, "opacity": 0.6 if solid else 0}
        below.append(layer(scores, "line", axes.x, axes.y, **line))
        below.append(layer(scores, "point", axes.x, axes.y, tooltip=tips(*scores_against_compute.TIP), **dot))
        said.append(f"{name}, by size: " + ", ".join(f"{r['score']:g}" for r in scores) + ".")
    layers = alt.layer(*below, *_thinned(chart.layer))
    return layers.properties(title=chart.title, height=chart.height, description=" ".join(said))


def _thinned(layers: Sequence[alt.Chart], gap: float = 0.8) -> list[alt.Chart]:
    """Layers with the grey labels at least ``gap`` decades apart, the biggest model's kept."""
    grey = [each for each in layers if each.mark.type == "text" and each.mark.color == MUTED]
    kept: list[float] = []
    for x in sorted({r["log10_flop"] for each in grey for r in each.data.values}, reverse=True):
        kept += [x] if not kept or kept[-1] - x >= gap else []
    return [
        each.properties(data=alt.Data(values=[r for r in each.data.values if r["log10_flop"] in kept]))
        if each in grey
        else each
        for each in layers
    ]
