"""A claim of the paper beside what is rebuilt: which status it gets."""

from types import SimpleNamespace

import pytest

from ceg.survey import reported_values


def claim(relation, value, high=None):
    from ceg.evidence.csv_cells import Printed

    return SimpleNamespace(relation=relation, value=Printed(value), value_high=high, quantity="ceg")


@pytest.mark.parametrize(
    ("reported", "rebuilt", "low", "high", "status"),
    [
        (claim(">", "13"), 13.6, 13.6, None, "reproduced"),
        (claim(">", "67"), 66.6, 66.6, None, "reproduced"),  # rounds to 67
        (claim(">", "67"), 62.6, 62.6, None, "consistent"),  # 67 lies above the bound
        (claim(">", "67"), None, None, 50.0, "differs"),  # 67 lies above the upper bound
        (claim("~", "9"), 9.4, None, None, "reproduced"),
        (claim("~", "9"), 58.0, 8.5, None, "consistent"),
        (claim("~", "9"), 58.0, 9.6, None, "differs"),
        (claim("range", "10", 100.0), None, 26.0, None, "consistent"),
        (claim("range", "10", 100.0), None, 260.0, None, "differs"),
        (claim("=", "30"), None, None, None, "not rebuildable"),
    ],
)
def test_ledger_status(reported, rebuilt, low, high, status):
    assert reported_values.status(reported, rebuilt, low, high) == status
