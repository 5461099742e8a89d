"""Every option of every assumption goes through every chapter that it reaches."""

import pytest
from chapter_runs import CHAPTERS, asked, options, reached, run

from ceg.analysis import analysis
from ceg.chapters.paper import methodology
from ceg.exhibits import left_out
from sphinx_fresh import show

FEW = ("compute_rule=6nd", "charge_finetuning=true", "provenance_admitted=verified+readoff")
"""Options that leave most out."""

CATEGORIES = [c for c in CHAPTERS if "/paper/03-" in c]
"""The chapters on the categories; all are run in `make verify`."""


def check(chapter: str, setting: str) -> None:
    """The chapter runs, publishes what its prose takes, keeps its figures and tables, and each can be
    read.
    """
    found = run(chapter, setting)
    assert asked(chapter) <= set(found.published), f"{chapter} under {setting}"
    for bundle in found.shown:
        figure = bundle.get(show.FIGURE)
        if figure:
            assert figure["caption"] and len(figure["description"]) > 20, f"{chapter} under {setting}"
            assert figure["spec"] or figure["svg"], f"{figure['name']} under {setting}"
            assert all(len(row) == len(figure["columns"]) for row in figure["rows"])


@pytest.mark.slow
@pytest.mark.parametrize("setting", FEW[:1])
def test_the_chapters_on_categories_follow_an_option_that_leaves_much_out(setting):
    assert len(CATEGORIES) == 6
    for chapter in CATEGORIES:
        check(chapter, setting)


@pytest.mark.verify
@pytest.mark.parametrize("setting", options(), ids=lambda setting: setting.partition(", ")[0])
def test_every_chapter_follows_every_option(setting, html):
    concerned = [chapter for chapter in CHAPTERS if reached(chapter, setting)]
    assert concerned
    for chapter in concerned:
        check(chapter, setting)


@pytest.mark.verify
@pytest.mark.parametrize("setting", FEW)
def test_no_figure_or_table_is_lost(setting, html):
    for chapter in (c for c in CHAPTERS if "/paper/" in c and reached(c, setting)):
        assert _names(run(chapter, setting)) == _names(run(chapter)), chapter


def _names(found) -> list[str]:
    return [b[kind]["name"] for b in found.shown for kind in (show.FIGURE, show.TABLE) if kind in b]


@pytest.fixture(scope="module")
def without_secondary():
    return analysis.open(overrides={"provenance_admitted": "verified+readoff"})


def test_a_comparison_left_out_is_named_with_its_reason(without_secondary):
    said = left_out.sentence(without_secondary, ["minerva.math.palm-8b", "chain-of-thought.gsm8k.palm-62b"])
    assert said == (
        "Not available under these assumptions\\: PaLM 8B on MATH "
        "\\(the enhanced score is secondary, which the assumptions leave out\\)\\."
    )
    assert left_out.sentence(without_secondary, ["chain-of-thought.gsm8k.palm-62b"]) == ""
    assert left_out.note(without_secondary, ["minerva.math.palm-8b"], "Own.").startswith("Own. Not available")
    assert left_out.note(without_secondary, ["chain-of-thought.gsm8k.palm-62b"], "Own.") == "Own."


def test_charts_of_which_nothing_is_left_keep_their_places(without_secondary):
    charts = methodology.lower_bound_steps(without_secondary, "minerva.math.palm-8b")
    said = {chart.description.partition(": ")[2] for chart in charts}
    assert said == {"not available under these assumptions."}
    assert len(charts) == 3 and methodology.scores(without_secondary, "minerva.math.palm-8b").empty
    note = left_out.note(without_secondary, ["minerva.math.palm-8b"], "A note of its own.")
    assert note.startswith("A note of its own. Not available under these assumptions\\: PaLM 8B on MATH")


def test_what_a_comparison_names_does_not_hang_on_the_assumptions(without_secondary):
    enhanced, baselines = without_secondary.printed("minerva.math.palm-8b")
    assert without_secondary.find("minerva.math.palm-8b") is None
    assert (enhanced.model, [r.model for r in baselines]) == ("PaLM 8B", ["PaLM 8B", "PaLM 62B", "PaLM 540B"])
    charged = analysis.open(overrides={"charge_finetuning": "true"})
    plain = analysis.open()
    cost = plain.estimate("minerva.math.palm-8b").one_time_fraction
    assert charged.estimate("minerva.math.palm-8b").one_time_fraction is None
    assert charged.one_time("minerva.math.palm-8b") == plain.one_time("minerva.math.palm-8b") == cost > 0
