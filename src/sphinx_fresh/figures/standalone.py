"""A figure as files that open anywhere: one SVG, one Vega-Lite specification for all its panels."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

from sphinx_fresh.shown.charts import PARTS

GAP = 16
"""Between panels, in px."""

PAPER = "#ffffff"
WHOLE = {"config", "$schema", "background", "datasets", "autosize", "padding"}
"""What a part of a chart cannot have."""

SIZE = re.compile(r'\b(width|height)="([0-9.]+)(?:px)?"')
BOX = re.compile(r'\bviewBox="\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)')
LINE, LETTER = 22, 9
"""Height of a heading's line, and room for one of its letters, in px."""

TYPE = 'font-family="Site Sans, sans-serif" font-size="16" font-weight="600" fill="#1b1f24"'
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def svg_file(drawings: Sequence[str], columns: int, title: str, description: str, heading: str = "") -> str:
    """Drawings (SVG elements) in so many columns on white paper, with a title and a description.

    heading: what stands above them.
    """
    sizes = [size(drawing) for drawing in drawings]
    lines = wrapped(heading, max(width for width, _ in sizes))
    parts = [f'<text y="{LINE * (i + 1)}" {TYPE}>{escape(line)}</text>' for i, line in enumerate(lines)]
    top, right = room(len(lines)), 0.0
    for start in range(0, len(drawings), columns):
        row, left = range(start, min(start + columns, len(drawings))), 0.0
        for i in row:
            parts.append(placed(drawings[i], left, top, sizes[i]))
            right = max(right, left + sizes[i][0])
            left += sizes[i][0] + GAP
        top += max(sizes[i][1] for i in row) + GAP
    width, height = f"{right:g}", f"{top - GAP:g}"
    head = f'<svg {NAMESPACE} width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
    said = f"<title>{escape(title, quote=False)}</title>\n<desc>{escape(description, quote=False)}</desc>"
    paper = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, said, paper, *parts, "</svg>\n"])


def room(lines: int) -> float:
    """How much so many lines of a heading take, in px."""
    return LINE * lines + GAP if lines else 0.0


def below_heading(file: str) -> tuple[float, float]:
    """Width and height in px of what an SVG file shows below its heading."""
    width, height = size(file[file.index("<svg") :])
    return width, height - room(file.count(TYPE))


def wrapped(heading: str, width: float) -> list[str]:
    """A heading in lines that fit such a width, in px."""
    return textwrap.wrap(heading, max(1, int(width / LETTER)))


def size(drawing: str) -> tuple[float, float]:
    """Width and height of a drawing in px. ValueError: it has neither these nor a viewBox."""
    head = drawing[: drawing.index(">")]
    given = {name: float(value) for name, value in SIZE.findall(head)}
    if len(given) == 2:
        return given["width"], given["height"]
    box = BOX.search(head)
    if not box:
        raise ValueError("an svg needs a width and a height, or a viewBox")
    return float(box[1]), float(box[2])


def placed(drawing: str, x: float, y: float, extent: tuple[float, float]) -> str:
    """The drawing as a part of another, at a place."""
    head, rest = drawing[: (end := drawing.index(">"))], drawing[end:]
    head = re.sub(r'\s(?:width|height|x|y|style)="[^"]*"', "", head)
    return f'{head} x="{x:g}" y="{y:g}" width="{extent[0]:g}" height="{extent[1]:g}"{rest}'


def spec_file(
    spec: dict | Sequence[dict], columns: int, width: int, description: str, heading: str = ""
) -> dict:
    """A specification on its own: panels side by side, as wide as drawn, data in place, paper white."""
    title = {"title": {"text": wrapped(heading, width), "anchor": "start"}} if heading else {}
    if isinstance(spec, dict):
        made = spec | {"background": PAPER, "description": description} | _wide(spec, width)
        return made if "title" in made else made | title
    parts = [
        {k: v for k, v in (_filled(p, p.get("datasets", {})) | _wide(p, width)).items() if k not in WHOLE}
        for p in spec
    ]
    shared = {k: spec[0][k] for k in ("$schema", "config", "padding") if k in spec[0]}
    said = {"background": PAPER, "description": description, **title}
    return {**shared, **said, "columns": columns, "concat": parts}


def _wide(panel: dict, width: int) -> dict:
    return {"width": width} if panel.get("width") == "container" else {}


def _filled(part: Any, datasets: dict) -> Any:
    """A part of a specification with its named data in place."""
    if isinstance(part, list):
        return [_filled(each, datasets) for each in part]
    if not isinstance(part, dict):
        return part
    made = {k: _filled(v, datasets) if k in (*PARTS, "data") else v for k, v in part.items()}
    return {"values": datasets[part["name"]]} if set(part) == {"name"} and part["name"] in datasets else made
