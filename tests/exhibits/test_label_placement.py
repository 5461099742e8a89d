"""Names in a chart keep off what is drawn."""

from ceg.exhibits import label_placement


def test_names_keep_off_points_and_intervals():
    rows = [
        {"name": n, "category": "data", "x": x, "y": 1.0, "foot": 0.8, "top": 1.2, "free": False, "low": 5.0}
        for n, x in (("a", 0.0), ("b", 0.02))
    ]
    spots = label_placement.beside(rows, (-1.0, 1.0), (0.0, 2.0), (640, 400))
    one, other = sorted((s["lx"], s["ly"]) for s in spots)
    assert one != other
    assert abs(one[1] - other[1]) * 170 >= 13 or abs(one[0] - other[0]) * 290 >= 6.4
