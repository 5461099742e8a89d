"""The tables as they are read: subsets are closed, unknown names suggest the nearest, printed digits are
kept.
"""

import pytest
from places import DATA
from typer.testing import CliRunner

from ceg.analysis import analysis
from ceg.cli.main import app
from ceg.evidence import csv_cells, references
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError

pytestmark = pytest.mark.usefixtures("checked_once")


@pytest.mark.slow
def test_every_source_can_be_looked_up():
    known = references.entries(DATA / "references.bib")
    assert {s for s in evidence.load(DATA).sources if not known[s].link} == set()


def test_unknown_enhancement_suggests_the_nearest():
    done = CliRunner().invoke(app, ["estimate", "toolfromer"])
    assert done.exit_code == 1
    assert 'did you mean "toolformer"?' in done.stderr


def test_a_subset_is_closed_and_nothing_else_is_there():
    some = evidence.load(DATA, enhancements=["toolformer"])
    assert set(some.enhancements) == {"toolformer"}
    assert {c.enhancement for c in some.comparisons.values()} == {"toolformer"}
    assert "wei2022.gsm8k.palm-62b.chain-of-thought" not in some.results
    for table, fields in evidence.LINKS.items():
        for row in getattr(some, table).values():
            for field, target in fields:
                value = getattr(row, field)
                for one in value if isinstance(value, tuple) else filter(None, [value]):
                    assert one in getattr(some, target), (table, field, one)


def test_estimates_are_the_same_from_a_subset():
    whole, some = analysis.open(folder=DATA), analysis.open(folder=DATA, enhancements=["minerva"])
    assert whole.estimate_all("minerva") == some.estimate_all("minerva")


def test_unknown_names_suggest_the_nearest():
    for kwargs, word in (
        ({"enhancements": ["retor"]}, '"retro"'),
        ({"tables": ["figure"]}, '"figures"'),
        ({"benchmarks": ["gsm8"]}, '"gsm8k'),
    ):
        with pytest.raises(InputError, match=word):
            evidence.load(DATA, **kwargs)


def test_printed_digits_are_kept():
    assert csv_cells.Printed("62.0").half_digit == pytest.approx(0.05)
    assert csv_cells.Printed("62").half_digit == pytest.approx(0.5)
    assert csv_cells.Printed("2.5e3").half_digit == pytest.approx(50)
    assert repr(csv_cells.Printed("62.0")) == "62.0" != repr(csv_cells.Printed("62"))
