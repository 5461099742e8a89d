"""Names on a chart, laid out so that none covers another, with a line to its point where one stands off."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LETTER, LINE = 6.7, 14.0
"""Room that a letter and a line of a name take, in pixels."""

NEAR = 14.0
"""How far a name's edge may be from its point without a line between them, in pixels."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


def beside(
    rows: Sequence[dict],
    xs: tuple[float, float],
    ys: tuple[float, float],
    plot: tuple[int, int],
    taken: Sequence[Box] = (),
) -> list[dict]:
    """Names as near to their points as they find room, those in the thickest crowd first.

    A name without room is left out. rows: name, category, and x, y in the units of the axes xs, ys. plot:
    width and height in pixels. taken: boxes to keep clear of. Of a name: dx, dy: where it is anchored, in
    pixels from its point; align: by which end; tx, ty: where the line from the point ends, None if it needs
    none.
    """
    per_x, per_y = plot[0] / (xs[1] - xs[0]), plot[1] / (ys[1] - ys[0])
    spots = [((r["x"] - xs[0]) * per_x, (ys[1] - r["y"]) * per_y) for r in rows]
    crowd = [sum(math.dist(a, b) < 60 for b in spots) for a in spots]
    order = sorted(range(len(rows)), key=lambda i: (-crowd[i], i))
    best, found = math.inf, {}
    for _ in range(8):
        tried = _placed(rows, spots, order, plot, taken)
        off = {i: math.hypot(s["tx"] or 0, s["ty"] or 0) for i, s in tried.items()}
        far = sum(off.values()) + 1000 * (len(rows) - len(tried))
        best, found = (far, tried) if far < best else (best, found)
        order.sort(key=lambda i: -off.get(i, 1000))  # those without room, or far off, choose first
    return [{k: rows[i][k] for k in ("name", "category", "x", "y")} | spot for i, spot in found.items()]


def _placed(
    rows: Sequence[dict], spots: Sequence, order: Sequence[int], plot: tuple[int, int], taken: Sequence[Box]
) -> dict[int, dict]:
    """Number of a row -> where its name stands, each at the first place that those before it leave."""
    boxes, lines, found = list(taken), [], {}
    for i in order:
        x, y = spots[i]
        others = [s for j, s in enumerate(spots) if j != i]
        for dx, dy, align, box in _tries(x, y, LETTER * len(rows[i]["name"])):
            end = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
            line = ((x, y), end) if math.dist((x, y), end) > NEAR else None
            if not _inside(box, plot) or not _is_free(box, line, others, boxes, lines):
                continue
            boxes.append(box)
            lines += [line] if line else []
            to = {"tx": end[0] - x, "ty": end[1] - y} if line else {"tx": None, "ty": None}
            found[i] = {"dx": dx, "dy": dy, "align": align} | to
            break
    return found


def _tries(x: float, y: float, width: float) -> Iterator[tuple[float, float, str, Box]]:
    """Where a name may stand, the nearest first: beside its point, then on rings around it."""
    for ring in range(18):
        reach = 9 + 7 * ring
        for turn in (0, 12, 6, 18, 2, 22, 10, 14, 4, 20, 8, 16, 1, 23, 11, 13, 3, 21, 9, 15, 5, 19, 7, 17):
            angle = math.tau * turn / 24
            dx, dy = reach * math.cos(angle), (reach + 4) * math.sin(angle)
            align = "left" if turn in (0, *range(1, 6), *range(19, 24)) else "right"
            align = "center" if turn in (6, 18) else align
            left = x + dx - {"left": 0, "center": width / 2, "right": width}[align]
            yield dx, dy, align, (left, y + dy - LINE / 2, left + width, y + dy + LINE / 2)


def _inside(box: Box, plot: tuple[int, int]) -> bool:
    return box[0] >= 2 and box[1] >= 0 and box[2] <= plot[0] and box[3] <= plot[1]


def _is_free(box: Box, line: tuple | None, points: Sequence, boxes: Sequence[Box], lines: Sequence) -> bool:
    """Whether a name there, with its line, covers no point, name or line, and none covers it."""
    left, top, right, bottom = box
    if any(left - 7 < px < right + 7 and top - 5 < py < bottom + 5 for px, py in points):
        return False
    if any(left < b[2] + 3 and b[0] < right + 3 and top < b[3] and b[1] < bottom for b in boxes):
        return False
    if any(_through(other, box) for other in lines):
        return False
    if line is None:
        return True
    return not (
        any(_through(line, b) for b in boxes)
        or any(_through(line, (px - 5, py - 5, px + 5, py + 5)) for px, py in points)
        or any(_cross(line, other) for other in lines)
    )


def _through(line: tuple, box: Box) -> bool:
    """Whether a line passes through a box."""
    (x0, y0), (x1, y1) = line
    left, top, right, bottom = box
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < top or min(y0, y1) > bottom:
        return False
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    inside = left <= x1 <= right and top <= y1 <= bottom
    return inside or any(_cross(line, side) for side in pairwise(corners))


def _cross(a: tuple, b: tuple) -> bool:
    """Whether two lines cross."""

    def turns(p: tuple, q: tuple, r: tuple) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return turns(*a, b[0]) != turns(*a, b[1]) and turns(*b, a[0]) != turns(*b, a[1])


Place = tuple[float, str, float, float]
"""Where words may stand: x in the axis's units, alignment, and how far to the right and down, in pixels."""


@dataclass
class Room:
    """Where words fit in a plot of one height, whether it is narrow or wide.

    xs: the ends of the axis. ys: the values at the top and at the bottom, ``pad`` pixels from the edges.
    widths: of the plot, in pixels.
    """

    xs: tuple[float, float]
    ys: tuple[float, float]
    height: int
    pad: int
    widths: tuple[int, ...]
    covered: list[tuple[float, float, float]] = field(default_factory=list)
    boxes: list[tuple[int, Box]] = field(default_factory=list)

    def draw(
        self, lines: Sequence[Sequence[tuple[float, float]]], dots: Sequence[tuple[float, float]]
    ) -> None:
        """Take what lines and dots cover, each given as x and y."""
        for (x0, y0), (x1, y1) in (pair for line in lines for pair in pairwise(line)):
            steps = [i / 40 for i in range(41)]
            self.covered += [(*self._at(x0 + (x1 - x0) * s, y0 + (y1 - y0) * s), 1.0) for s in steps]
        self.covered += [(*self._at(*dot), 5.0) for dot in dots]

    def place(self, y: float, texts: Sequence[str], places: Sequence[Place], *, spare: bool = False) -> dict:
        """The first of the texts that fits, where it covers least, which it then takes.

        Keys: label, at (its x), align, dx, dy. Empty where it would cover something and can be spared.
        """
        tries = [(self._cost(y, t, p) + 0.1 * i, t, p) for t in texts for i, p in enumerate(places)]
        cost, text, place = next((t for t in tries if t[0] < 1), min(tries, key=lambda t: t[0]))
        if spare and cost >= 2:
            return {}
        self.boxes += [(width, self._box(y, text, place, width)) for width in self.widths]
        return {"label": text, **dict(zip(("at", "align", "dx", "dy"), place, strict=True))}

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """A place as a share of the width and in pixels from the top."""
        top, bottom = self.ys
        down = (y - top) / (bottom - top) if top != bottom else 0.5
        return (x - self.xs[0]) / (self.xs[1] - self.xs[0]), self.pad + down * (self.height - 2 * self.pad)

    def _box(self, y: float, text: str, place: Place, width: int) -> Box:
        at, align, dx, dy = place
        share, down = self._at(at, y)
        long = (LETTER + 0.3) * len(text)
        left = share * width + dx - {"left": 0, "center": long / 2, "right": long}[align]
        return left, down + dy - LINE / 2 + 0.5, left + long, down + dy + LINE / 2 - 0.5

    def _cost(self, y: float, text: str, place: Place) -> float:
        """How much words cover there: other words and the edge most, lines least."""
        cost = 0
        for width in self.widths:
            left, top, right, bottom = self._box(y, text, place, width)
            cost += 4 * (left < 4 or right > width + 4 or top < -4 or bottom > self.height - 2)
            taken = [b for of, b in self.boxes if of == width]
            cost += 4 * sum(left < b[2] and b[0] < right and top < b[3] and b[1] < bottom for b in taken)
            hit = {
                r
                for share, down, r in self.covered
                if left - r < share * width < right + r and top - r < down < bottom + r
            }
            cost += 2 * bool(hit) + 2 * (5.0 in hit)
        return cost
