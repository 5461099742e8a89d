"""Score against compute with more arms than the compared two, and several such figures beside each other."""

import dataclasses
from collections.abc import Mapping, Sequence

from ceg.analysis import provenance
from ceg.analysis.analysis import ADMITTED, Analysis
from ceg.exhibits import left_out
from ceg.exhibits.against_compute import TIP
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose.compared_scores import row
from sphinx_fresh.show import Figure


def with_arms(
    analysis: Analysis,
    figure: Figure,
    benchmarks: Sequence[str],
    *,
    arms: Mapping[str, str],
    models: Sequence[str],
    category: str,
) -> Figure:
    """A figure against compute, with lines for further arms of the named models.

    arms: how a variant's name starts -> its label.

    ``benchmarks`` are those of the panels, in order. The last arm is drawn solid; the grey labels are thinned
    out to make room.
    """
    ev, colour = analysis.evidence, CATEGORY[category]
    at = figure.columns.index("result")
    drawn = {r[at] for r in figure.rows}
    kept = {ev.results[r].benchmark for r in drawn}
    on = {b: [r for r in ev.results.values() if r.benchmark == b] for b in benchmarks}
    specs, rows = [], [list(r) for r in figure.rows]
    for spec, benchmark in zip(figure.spec, benchmarks, strict=True):
        if benchmark not in kept:  # an empty panel
            specs.append(spec)
            continue
        axes = {k: spec["layer"][0]["encoding"][k] for k in ("x", "y")}
        more, words = [], [spec["description"]]
        for i, (variant, label) in enumerate(arms.items()):
            results = [
                r
                for r in on[benchmark]
                if r.model in models and r.variant.startswith(variant) and _known(analysis, r)
            ]
            points = [
                row(analysis, r, analysis.training_flop(r.model), label)
                for r in sorted(results, key=lambda r: models.index(r.model))
            ]
            is_last = i == len(arms) - 1
            line = {"type": "line", "color": colour, "opacity": 0.6}
            line |= {"strokeDash": [] if is_last else [3, 3], "strokeWidth": 1.5}
            dot = {"type": "point", "filled": True, "size": 20, "color": colour}
            dot["opacity"] = 0.6 if is_last else 0
            pointed = {"mark": dot, "encoding": {"tooltip": [{"field": n, "type": "nominal"} for n in TIP]}}
            more.append({"data": {"values": points}, "encoding": axes, "layer": [{"mark": line}, pointed]})
            words.append(f"{label}, by size: " + ", ".join(f"{p['score']:g}" for p in points) + ".")
            rows += [[p[c] for c in figure.columns] for p in points if p["result"] not in drawn]
        specs.append(spec | {"layer": [*more, *_thinned(spec["layer"])], "description": " ".join(words)})
    sources = provenance.behind(analysis, [r[at] for r in rows])
    said = " ".join(s["description"] for s in specs)
    return dataclasses.replace(figure, spec=specs, rows=rows, description=said, sources=sources)


def _known(analysis: Analysis, result) -> bool:
    """Whether the assumptions leave a result: its grade is admitted and its model has compute."""
    admitted = result.provenance in ADMITTED[analysis.assumptions.provenance_admitted]
    return admitted and analysis.training_flop(result.model) is not None


def _thinned(layers: list[dict], gap: float = 0.8) -> list[dict]:
    """Layers with the grey labels at least ``gap`` decades apart, the biggest model's kept."""
    grey = [each for each in layers if each["mark"]["type"] == "text" and each["mark"]["color"] == MUTED]
    kept: list[float] = []
    for x in sorted({r["log10_flop"] for each in grey for r in each["data"]["values"]}, reverse=True):
        kept += [x] if not kept or kept[-1] - x >= gap else []
    return [
        each | {"data": {"values": [r for r in each["data"]["values"] if r["log10_flop"] in kept]}}
        if each in grey
        else each
        for each in layers
    ]


def beside(figures: Mapping[str, Figure], **figure: object) -> Figure:
    """The panels of several figures as one figure, each panel's title with the figure's key behind it."""
    specs = [s | {"title": f"{s['title']}, {key}"} for key, f in figures.items() for s in f.spec]
    said = " ".join(f"{key}. {f.description}" for key, f in figures.items())
    columns = next(iter(figures.values())).columns
    figure["note"] = left_out.joined(figure.get("note", ""), *(f.note for f in figures.values()))
    sources = list(dict.fromkeys(place for f in figures.values() for place in f.sources))
    rows = [r for f in figures.values() for r in f.rows]
    return Figure(description=said, columns=columns, rows=rows, spec=specs, sources=sources, **figure)
