"""Names on a chart, laid out so that none covers another."""

from collections.abc import Sequence


def beside(
    rows: Sequence[dict], xs: tuple[float, float], ys: tuple[float, float], panel: tuple[int, int]
) -> list[dict]:
    """Names beside their points, moved up or down until none covers another name or another's line.

    Rows have x, y, foot and top in decades, free (an arrow to the left) and low (None: no interval to the
    right). xs, ys: the axes; panel: width and height in pixels.
    """
    per_x, per_y = (panel[0] - 60) / (xs[1] - xs[0]), (panel[1] - 60) / (ys[1] - ys[0])
    spots = [
        tuple(r[k] * per for k, per in (("x", per_x), ("y", per_y), ("foot", per_y), ("top", per_y)))
        for r in rows
    ]
    # an arrow to the left of the point, an interval to its right
    furthest = panel[1] // 20
    reach = [(16 if r["free"] else 0, 0 if r["low"] is None else 9) for r in rows]
    placed: list[tuple[float, float, float]] = []
    found = []

    def is_free(left: float, width: float, at: float) -> bool:
        if left < xs[0] * per_x + 4 or left + width > xs[1] * per_x:
            return False
        names = all(abs(at - m) >= 13 or left > lo + w or lo > left + width for lo, w, m in placed)
        return names and not any(
            left - 4 < x + after and x - before < left + width + 4 and y0 - 9 < at < y1 + 13
            for (x, _, y0, y1), (before, after) in zip(spots, reach, strict=True)
        )

    for row, (x, y, _, top), (_, after) in sorted(
        zip(rows, spots, reach, strict=True), key=lambda one: (-one[1][0], one[1][1])
    ):
        width = 6.7 * len(row["name"])
        near = [(9 + after, 0), (-width / 2, top - y + 15), (-9 - width, 0), (-6, -13), (-6, top - y + 15)]
        tries = [(dx, dy + 4 * t) for t in sorted(range(-furthest, furthest + 1), key=abs) for dx, dy in near]
        if any(wide for _, wide in reach):  # past another's interval, rather than far off
            tries[10 * len(near) : 10 * len(near)] = [(22, 4 * t) for t in sorted(range(-6, 7), key=abs)]
        inside = [t for t in near if xs[0] * per_x + 4 <= x + t[0] <= xs[1] * per_x - width]
        dx, dy = next((t for t in tries if is_free(x + t[0], width, y + t[1])), (inside or near)[0])
        placed.append((x + dx, width, y + dy))
        spot = {"lx": (x + dx) / per_x, "ly": (y + dy) / per_y}
        found.append({"name": row["name"], "category": row["category"], **spot})
    return found
