"""Names in a chart keep off what is drawn."""

import math

import pytest

from ceg.exhibits import label_placement


def named(*points: tuple[float, float], name: str = "a name") -> list[dict]:
    return [{"name": f"{name} {i}", "category": "data", "x": x, "y": y} for i, (x, y) in enumerate(points)]


def boxes(spots: list[dict], plot: tuple[int, int]) -> list[tuple[float, float, float, float]]:
    """Of names on axes from 0 to 1."""
    found = []
    for s in spots:
        width, middle = label_placement.LETTER * len(s["name"]), (1 - s["y"]) * plot[1] + s["dy"]
        left = s["x"] * plot[0] + s["dx"] - {"left": 0, "center": width / 2, "right": width}[s["align"]]
        found.append((left, middle - 7, left + width, middle + 7))
    return found


@pytest.mark.parametrize("plot", [(620, 400), (270, 400)])
def test_names_keep_off_points_and_each_other_and_stay_inside(plot):
    points = [(0.5, 0.5), (0.52, 0.51), (0.5, 0.54), (0.98, 0.5), (0.02, 0.02), (0.55, 0.48)]
    spots = label_placement.beside(named(*points), (0, 1), (0, 1), plot)
    assert len(spots) == len(points)
    at = boxes(spots, plot)
    for i, (left, top, right, bottom) in enumerate(at):
        assert left >= 0 and right <= plot[0] and top >= 0 and bottom <= plot[1]
        for x, y in points:
            assert not (left < x * plot[0] < right and top < (1 - y) * plot[1] < bottom)
        for other in at[:i]:
            assert left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom


def test_a_name_that_stands_off_has_a_line_and_one_beside_its_point_none():
    ring = [(0.5 + 0.03 * math.cos(t), 0.5 + 0.03 * math.sin(t)) for t in range(6)]
    spots = label_placement.beside(named((0.5, 0.5), *ring), (0, 1), (0, 1), (400, 400))
    assert any(s["tx"] is not None for s in spots)
    [alone] = label_placement.beside(named((0.5, 0.5)), (0, 1), (0, 1), (400, 400))
    assert (alone["tx"], alone["align"]) == (None, "left")


def test_a_name_without_room_is_left_out():
    assert label_placement.beside(named((0.5, 0.5), name="n" * 80), (0, 1), (0, 1), (270, 400)) == []


def test_a_taken_place_stays_free():
    taken = (205.0, 190.0, 400.0, 210.0)
    [spot] = label_placement.beside(named((0.5, 0.5)), (0, 1), (0, 1), (400, 400), [taken])
    [(left, top, right, bottom)] = boxes([spot], (400, 400))
    assert right <= taken[0] or bottom <= taken[1] or top >= taken[3] or left >= taken[2]
