"""How often the intervals hold the truth: the committed table, and rows of it simulated again."""

import csv

import pytest
from places import ROOT

from bench import calibration


@pytest.mark.slow
def test_coverage_of_a_small_run():
    found = calibration.row("right", 3, "logit", 160)
    assert found["with_interval"] >= 150 and 82 <= found["coverage"] <= 97


def committed():
    with (ROOT / "bench" / "calibration.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_coverage_table_is_whole():
    rows = {(r["world"], r["transform"], r["n"]): r for r in committed()}
    assert set(rows) == {
        (w, t, n) for w in calibration.WORLDS for t in ("logit", "linear") for n in ("3", "5", "8")
    }
    for (world, _, _), r in rows.items():
        assert int(r["families"]) >= 2000
        if world in ("right", "scattered", "scattered more"):
            assert 85 <= float(r["coverage"]) <= 95 and float(r["interpolated"]) >= 85


@pytest.mark.verify
@pytest.mark.parametrize(
    "expected", [r for r in committed() if r["world"] == "right"], ids=lambda r: r["transform"] + r["n"]
)
def test_coverage_of_the_right_model(expected):
    found = calibration.row("right", int(expected["n"]), expected["transform"], int(expected["families"]))
    assert 85 <= found["coverage"] <= 95
    assert found["coverage"] == pytest.approx(float(expected["coverage"]), abs=0.2)
