"""Drawings that carry no data, as SVG in the charts' colours: how a CEG is read off, how methods work."""

import math
from collections.abc import Iterator

from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from sphinx_fresh.show import FONT, Figure

_CURVE = 5.0
"""Training-compute ratio that Figure 1 illustrates, as the paper's own caption has it."""


def ceg_illustrated(**figure: object) -> Figure:
    """An enhanced model on the level of an unenhanced one trained with five times the compute."""
    colour = CATEGORY["tool use"]
    width, height, left, base = 340, 250, 30, 200

    def at(decades: float) -> tuple[float, float]:
        """A point of the unenhanced family's curve: position for log10 compute, 0 to 2.4 decades."""
        return left + 20 + decades * 112, base - 15 - 150 / (1 + math.exp(-1.9 * (decades - 1.15)))

    start, gain = 0.9, math.log10(_CURVE)
    (x, y), (x2, y2) = at(start), at(start + gain)
    curve = " ".join(f"{px:.1f},{py:.1f}" for px, py in (at(i / 20) for i in range(0, 50)))
    tip = f"M{x2 - 13:.1f},{y2 - 6:.1f} L{x2 - 4:.1f},{y2:.1f} L{x2 - 13:.1f},{y2 + 6:.1f} Z"
    feet = f"M{x:.1f},{base} V{y + 8:.1f} M{x2:.1f},{base} V{y2 + 8:.1f}"
    parts = [
        f'<path d="M{left},22 V{base} H{width - 10}" fill="none" stroke="{MUTED}" stroke-width="1.2"/>',
        f'<polyline points="{curve}" fill="none" stroke="{MUTED}" stroke-width="2"/>',
        *(
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4.5" fill="{MUTED}"/>'
            for px, py in (at(0.3), at(start), at(start + gain), at(2.15))
        ),
        f'<path d="M{x:.1f},{y - 8:.1f} V{y2 + 8:.1f}" stroke="{colour}" stroke-width="2"/>',
        f'<path d="M{x:.1f},{y2:.1f} H{x2 - 12:.1f}" stroke="{colour}" stroke-width="2"/>',
        f'<path d="{tip}" fill="{colour}"/>',
        f'<circle cx="{x:.1f}" cy="{y2:.1f}" r="6" fill="{colour}"/>',
        f'<path d="{feet}" stroke="{RULE}" stroke-dasharray="3 3"/>',
        _text(x - 12, y2 + 4, "enhanced", colour, "end", size=13),
        _text((x + x2) / 2, y2 - 12, f"CEG = {_CURVE:g}x", colour, "middle", size=13, bold=True),
        _text(x + 10, y + 16, "plain", MUTED, size=13),
        _text(x, base + 18, "C", INK, "middle", size=13),
        _text(x2, base + 18, f"C′ = {_CURVE:g} C", INK, "middle", size=13),
        _text(width - 10, base + 40, "training compute (log scale)", INK, "end", size=13),
        _text(2, 14, "performance", INK, size=13),
    ]
    described = (
        "Schematic. Performance rises with training compute along a grey curve of unenhanced models. A model "
        "trained with compute C lies above the curve once enhanced, at the level that the curve reaches at "
        f"{_CURVE:g} times C. That horizontal distance is the compute-equivalent gain, here {_CURVE:g}x."
    )
    return _figure(width, height, parts, described, **figure)


def retro_architecture(**figure: object) -> Figure:
    """RETRO: chunks of the input look up neighbours in a database; an encoder brings them in."""
    colour = CATEGORY["tool use"]
    boxes = (
        (2, 200, "input, cut", "into chunks", MUTED),
        (2, 110, "frozen BERT:", "chunk → key", MUTED),
        (2, 20, "database of", "text chunks", colour),
        (136, 20, "nearest", "neighbours", colour),
        (136, 110, "encoder of", "neighbours", colour),
        (270, 200, "self-attention,", "feed-forward", MUTED),
        (270, 110, "chunked", "cross-attention", colour),
        (270, 20, "next-token", "prediction", MUTED),
    )
    up, along = ("M59,200 V160", "M59,110 V70", "M116,43 H132"), ("M193,66 V106", "M250,133 H266")
    parts = [_head("head")]
    for x, y, first, second, stroke in boxes:
        parts.append(_box(x, y, 114, 46, stroke, 1.6))
        parts += [_small(x + 57, y + 20, first), _small(x + 57, y + 37, second)]
    parts += [_arrow(d, "head") for d in (*up, *along, "M116,223 H266", "M327,200 V160", "M327,110 V70")]
    parts.append(_small(193, 266, "coloured: what RETRO adds to a plain Transformer", colour))
    described = (
        "Schematic of RETRO. The input is cut into chunks. A frozen BERT turns each chunk into a key, which "
        "looks up the nearest neighbours in a database of text chunks. An encoder reads the neighbours, and "
        "chunked cross-attention layers between the model's own self-attention and feed-forward layers bring "
        "them into the prediction of the next token."
    )
    return _figure(386, 275, parts, described, **figure)


def tree_search(**figure: object) -> Figure:
    """LATS: a tree of attempts on the left, the loop that grows it on the right.

    What calls the model is coloured.
    """
    colour = CATEGORY["scaffolding"]
    nodes = {
        "root": (125, 32, "task", MUTED),
        "a": (45, 112, "0.2", colour),
        "b": (125, 112, "0.7", colour),
        "c": (205, 112, "0.4", colour),
        "d": (85, 192, "0.3", colour),
        "e": (165, 192, "0.9", colour),
    }
    chosen = {("root", "b"), ("b", "e")}
    edges = (("root", "a"), ("root", "b"), ("root", "c"), ("b", "d"), ("b", "e"))
    parts = [_head("head-search")]
    for start, end in edges:
        (x, y, *_), (x2, y2, *_) = nodes[start], nodes[end]
        stroke, width = (colour, 3) if (start, end) in chosen else (RULE, 1.6)
        parts.append(f'<path d="M{x},{y + 19} L{x2},{y2 - 19}" stroke="{stroke}" stroke-width="{width}"/>')
    for x, y, words, stroke in nodes.values():
        parts.append(f'<circle cx="{x}" cy="{y}" r="19" fill="none" stroke="{stroke}" stroke-width="1.8"/>')
        parts.append(_small(x, y + 5, words))
    for x, first, ink, bold in ((85, "fails", MUTED, False), (165, "passes", colour, True)):
        parts += [_small(x, y, w, ink, bold) for y, w in ((229, first), (245, "its tests"))]
    steps = (
        ("choose a node by value", MUTED),
        ("write new attempts", colour),
        ("run tests, judge value", colour),
        ("pass value up the tree", MUTED),
        ("criticise the failures", colour),
    )
    for i, (words, stroke) in enumerate(steps):
        y = 14 + 50 * i
        parts.append(_box(300, y, 188, 34, stroke, 1.8))
        parts.append(_text(394, y + 22, words, INK, "middle"))
        if i:
            parts.append(_arrow(f"M394,{y - 16} V{y - 3}", "head-search"))
    parts.append(_arrow("M300,231 H272 V31 H296", "head-search"))
    parts.append(_small(394, 274, "coloured: calls of the model", colour))
    described = (
        "Schematic of LATS. A tree of attempts grows from the task; every attempt has a value, and the "
        "search follows the highest. A loop repeats five steps: choose a node by value, write new attempts, "
        "run tests and judge their value, pass the value up the tree, criticise the failures. Writing, "
        "judging and criticising are calls of the model."
    )
    return _figure(500, 284, parts, described, **figure)


def sample_filter_cluster(**figure: object) -> Figure:
    """AlphaCode: draw many programs, group those that pass the example tests, submit one of each group.

    Groups are of like behaviour.
    """
    colour = CATEGORY["solution choice"]
    cloud = list(_spiral(62, 95, 44, 6.4))
    kept = set(range(2, 44, 5))
    groups = ((318, 52, 4), (300, 108, 3), (338, 148, 2))
    parts = [_head("head-choice")]
    for i, (x, y) in enumerate(cloud):
        parts.append(_dot(x, y, MUTED, filled=True))
        parts.append(_dot(x + 127, y, colour if i in kept else RULE, filled=i in kept))
    for x, y, size in groups:
        dashed = f'fill="none" stroke="{MUTED}" stroke-dasharray="3 3"'
        parts.append(f'<circle cx="{x}" cy="{y}" r="{11 + 3 * size}" {dashed}/>')
        parts += [_dot(px, py, colour, filled=True) for px, py in _spiral(x, y, size, 6.4)]
        parts.append(_dot(438, y, colour, filled=True, radius=6))
        parts.append(f'<path d="M{x + 13 + 3 * size},{y} H426" stroke="{RULE}" stroke-width="1.4"/>')
    parts += [_arrow("M112,95 H134", "head-choice"), _arrow("M242,95 H264", "head-choice")]
    words = (
        (62, "sample", ("up to a million", "programs")),
        (189, "filter", ("keep what passes", "example tests")),
        (316, "cluster", ("same outputs on", "made-up inputs")),
        (438, "submit", ("one of each,", "ten at most")),
    )
    for x, step, lines in words:
        parts.append(_text(x, 200, step, colour, "middle", size=15, bold=True))
        parts += [_small(x, 219 + 17 * i, line) for i, line in enumerate(lines)]
    described = (
        "Schematic of AlphaCode's choice, four steps from left to right. Sample: up to a million programs. "
        "Filter: only those that pass the example tests of the problem stay. Cluster: programs that give the "
        "same outputs on made-up inputs are grouped. Submit: one program of each of the largest groups, ten "
        "at most."
    )
    return _figure(500, 250, parts, described, **figure)


def chart_key() -> str:
    """The marks that charts share, with what each means, as SVG: ``site_chart_key`` in ``_config.yml``."""
    colour, x = CATEGORY["tool use"], 34
    line = '<path d="M{},{y} H{}" stroke="{}" stroke-width="{}" {}/>'.format
    triangle = '<path d="M{:.0f},{:.0f} l11,6 l-11,6 Z" fill="{}"/>'.format
    rows = (
        (lambda y: _dot(x, y, MUTED, filled=True, radius=4), "model without the enhancement"),
        (lambda y: line(8, 60, MUTED, 1.5, "", y=y), "curve through such models"),
        (
            lambda y: _dot(x, y, colour, filled=True, radius=5),
            "model with it; among gains: best estimate",
        ),
        (lambda y: triangle(x - 5, y - 6, colour), "at least that much: a bound"),
        (lambda y: _dot(x, y, colour, filled=False, radius=5), "estimate beyond the last model"),
        (lambda y: line(8, 60, colour, 2, 'opacity="0.55"', y=y), "where the gain very likely lies (90%)"),
        (
            lambda y: line(8, 50, colour, 2, 'opacity="0.55"', y=y) + triangle(49, y - 6, colour),
            "no upper limit is known",
        ),
    )
    parts = []
    for i, (mark, words) in enumerate(rows):
        y = 14 + 26 * i
        parts += [mark(y), _text(76, y + 4.5, words, INK, size=13)]
    box = f'viewBox="0 0 380 {26 * len(rows) + 4}" role="img" aria-label="Marks and what they mean"'
    drawn = f'xmlns="http://www.w3.org/2000/svg" {box} font-family="{FONT}" style="max-width:420px"'
    return f"<svg {drawn}>{''.join(parts)}</svg>"


def _figure(width: int, height: int, parts: list[str], described: str, **figure: object) -> Figure:
    """The parts as one drawing, which no table of data goes with."""
    most = f'style="max-width:{width * 1.3:.0f}px"'
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    svg = f'<svg {box} font-family="{FONT}" {most}>{"".join(parts)}</svg>'
    return Figure(description=described, columns=(), rows=(), svg=svg, **figure)


def _text(
    x: float, y: float, words: str, colour: str, anchor: str = "start", size: int = 14, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    at = f'x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text {at} font-size="{size}"{weight}>{words}</text>'


def _small(x: float, y: float, words: str, colour: str = INK, bold: bool = False) -> str:
    return _text(x, y, words, colour, "middle", 13, bold)


def _box(x: int, y: int, width: int, height: int, stroke: str, line: float) -> str:
    drawn = f'rx="5" fill="none" stroke="{stroke}" stroke-width="{line}"'
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {drawn}/>'


def _spiral(x: float, y: float, count: int, step: float) -> Iterator[tuple[float, float]]:
    """So many points around a centre, evenly spread."""
    for i in range(count):
        radius, angle = step * math.sqrt(i + 0.3), i * math.pi * (3 - math.sqrt(5))
        yield x + radius * math.cos(angle), y + radius * math.sin(angle)


def _dot(x: float, y: float, colour: str, *, filled: bool, radius: float = 3) -> str:
    fill = colour if filled else "none"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{colour}"/>'


def _head(key: str) -> str:
    """The arrow's head, by a name that is the drawing's own."""
    size = 'viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto"'
    return f'<defs><marker id="{key}" {size}><path d="M0,0 L10,5 L0,10 Z" fill="{MUTED}"/></marker></defs>'


def _arrow(path: str, head: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{MUTED}" stroke-width="1.6" marker-end="url(#{head})"/>'
