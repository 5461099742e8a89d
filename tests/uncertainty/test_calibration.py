"""How often the intervals hold the truth: the committed table, and rows of it simulated again."""

import csv
from itertools import product

import pytest
from places import ROOT

from bench import calibration


@pytest.mark.slow
def test_coverage_of_a_small_run():
    found = calibration.row("no scatter", 3, "logit", 160)
    assert found["two_sided"] >= 140 and 84 <= found["coverage"] <= 98


def committed():
    with (ROOT / "bench" / "calibration.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_is_whole():
    cases = {(r["world"], int(r["n"]), r["transform"]) for r in committed()}
    assert cases == set(product(calibration.WORLDS, calibration.MODELS, ("logit", "linear")))
    assert all(int(r["families"]) >= 2000 for r in committed())


@pytest.mark.parametrize("world", [name for name, w in calibration.WORLDS.items() if w.right])
def test_in_a_right_world_the_intervals_hold_the_truth(world):
    """Two-sided in each row; limits of one side over the world, as a row may have few of them."""
    rows = [r for r in committed() if r["world"] == world]
    assert all(85 <= float(r["coverage"]) <= 95 for r in rows)
    assert all(max(float(r["too_low"]), float(r["too_high"])) <= 7.5 for r in rows)
    assert all(abs(float(r["median_bias"])) <= 0.1 for r in rows)
    limits = [(int(r["one_sided"]), float(r["covered"])) for r in rows if r["covered"]]
    assert 92 <= sum(n * share for n, share in limits) / sum(n for n, _ in limits) <= 98


@pytest.mark.verify
@pytest.mark.parametrize(
    "expected",
    [r for r in committed() if r["world"] in ("no scatter", "scattered")],
    ids=lambda r: "-".join((r["world"], r["transform"], r["n"])),
)
def test_the_table_is_what_is_simulated(expected):
    found = calibration.row(
        expected["world"], int(expected["n"]), expected["transform"], int(expected["families"])
    )
    assert found["coverage"] == pytest.approx(float(expected["coverage"]), abs=0.2)
    assert found["one_sided"] == pytest.approx(int(expected["one_sided"]), abs=3)
