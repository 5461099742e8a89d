"""Drawings that carry no data: how a CEG is read off, and how RETRO looks up text. SVG in the charts' colours."""

import math

from ceg.exhibits.theme import CATEGORY, FONT, INK, MUTED, RULE
from sphinx_fresh.show import Figure

_CURVE = 5.0
"""Training-compute ratio that Figure 1 illustrates, as the paper's own caption has it."""


def ceg_illustrated(*, name: str, caption: str, **figure: object) -> Figure:
    """An enhanced model on the level of an unenhanced one trained with five times the compute."""
    colour = CATEGORY["tool use"]
    width, height, left, base = 480, 300, 50, 250

    def at(decades: float) -> tuple[float, float]:
        """A point of the unenhanced family's curve: position for log10 compute, 0 to 2.4 decades."""
        return left + 30 + decades * 150, base - 20 - 190 / (1 + math.exp(-1.9 * (decades - 1.15)))

    start, gain = 0.9, math.log10(_CURVE)
    (x, y), (x2, y2) = at(start), at(start + gain)
    curve = " ".join(f"{px:.1f},{py:.1f}" for px, py in (at(i / 20) for i in range(0, 50)))
    svg = _svg(
        width, height,
        f'<path d="M{left},20 V{base} H{width - 10}" fill="none" stroke="{MUTED}" stroke-width="1.2"/>',
        f'<polyline points="{curve}" fill="none" stroke="{MUTED}" stroke-width="2"/>',
        *(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4.5" fill="{MUTED}"/>' for px, py in (at(0.3), at(start), at(start + gain), at(2.15))),
        f'<path d="M{x:.1f},{y - 8:.1f} V{y2 + 8:.1f}" stroke="{colour}" stroke-width="2"/>',
        f'<path d="M{x:.1f},{y2:.1f} H{x2 - 12:.1f}" stroke="{colour}" stroke-width="2"/>',
        f'<path d="M{x2 - 13:.1f},{y2 - 6:.1f} L{x2 - 4:.1f},{y2:.1f} L{x2 - 13:.1f},{y2 + 6:.1f} Z" fill="{colour}"/>',
        f'<circle cx="{x:.1f}" cy="{y2:.1f}" r="6" fill="{colour}"/>',
        f'<path d="M{x:.1f},{base} V{y + 8:.1f} M{x2:.1f},{base} V{y2 + 8:.1f}" stroke="{RULE}" stroke-dasharray="3 3"/>',
        _text(x - 12, y2 + 5, "with the enhancement", colour, "end", size=12),
        _text((x + x2) / 2, y2 - 12, f"CEG = {_CURVE:g}x", colour, "middle", bold=True),
        _text(x + 12, y + 18, "without it", MUTED),
        _text(x, base + 18, "C", INK, "middle"),
        _text(x2, base + 18, f"C′ = {_CURVE:g} C", INK, "middle"),
        _text(width - 12, base + 40, "training compute (log scale)", INK, "end"),
        _text(left, 14, "performance", INK, "middle"),
    )  # fmt: skip
    return Figure(
        name=name,
        caption=caption,
        description="Schematic. Performance rises with training compute along a grey curve of unenhanced models. A model "
        f"trained with compute C lies above the curve once enhanced, at the level that the curve reaches at {_CURVE:g} times C. "
        f"That horizontal distance is the compute-equivalent gain, here {_CURVE:g}x.",
        columns=(),
        rows=(),
        svg=svg,
        **figure,
    )


def retro_architecture(*, name: str, caption: str, **figure: object) -> Figure:
    """RETRO: chunks of the input look up neighbours in a database; an encoder and cross-attention bring them in."""
    colour = CATEGORY["tool use"]
    boxes = (
        (10, 200, 130, 46, "input, cut", "into chunks", MUTED),
        (10, 110, 130, 46, "frozen BERT:", "chunk → key", MUTED),
        (10, 20, 130, 46, "database of", "text chunks", colour),
        (185, 20, 130, 46, "nearest", "neighbours", colour),
        (185, 110, 130, 46, "encoder of", "neighbours", colour),
        (360, 200, 130, 46, "self-attention", "and feed-forward", MUTED),
        (360, 110, 130, 46, "chunked", "cross-attention", colour),
        (360, 20, 130, 46, "next-token", "prediction", MUTED),
    )
    arrows = (
        "M75,200 V160", "M75,110 V70", "M140,43 H181", "M250,66 V106", "M315,133 H356", "M140,223 H356",
        "M425,200 V160", "M425,110 V70",
    )  # fmt: skip
    parts = ['<defs><marker id="head" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
             f'<path d="M0,0 L10,5 L0,10 Z" fill="{MUTED}"/></marker></defs>']  # fmt: skip
    for x, y, w, h, first, second, stroke in boxes:
        parts.append(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="5" fill="none" stroke="{stroke}" stroke-width="1.6"/>'
        )
        parts.append(_text(x + w / 2, y + 20, first, INK, "middle", size=13))
        parts.append(_text(x + w / 2, y + 37, second, INK, "middle", size=13))
    parts += [
        f'<path d="{d}" fill="none" stroke="{MUTED}" stroke-width="1.6" marker-end="url(#head)"/>' for d in arrows
    ]
    parts.append(_text(250, 266, "coloured: what RETRO adds to a plain Transformer", colour, "middle", size=13))
    return Figure(
        name=name,
        caption=caption,
        description="Schematic of RETRO. The input is cut into chunks. A frozen BERT turns each chunk into a key, which looks up "
        "the nearest neighbours in a database of text chunks. An encoder reads the neighbours, and chunked cross-attention "
        "layers between the model's own self-attention and feed-forward layers bring them into the prediction of the next token.",
        columns=(),
        rows=(),
        svg=_svg(500, 275, *parts),
        **figure,
    )


def _svg(width: int, height: int, *parts: str) -> str:
    style = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{FONT}" style="max-width:{width * 1.3:.0f}px"'
    return f"<svg {style}>{''.join(parts)}</svg>"


def _text(
    x: float, y: float, words: str, colour: str, anchor: str = "start", size: int = 14, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-size="{size}"{weight}>{words}</text>'
