"""What a page reads by the names of rows, assumptions and estimates, looked up again after an edit."""

import shutil

import pytest
from places import DATA
from recorded import recorded, run_again

from ceg.build import page_inputs
from ceg.evidence.assumptions import KEYS, NO_ESTIMATE
from ceg.evidence.rows import ROWS

OPEN = "import ceg\nbook = ceg.open({})\n"
TOOLS, LATS = (OPEN.format(f"enhancements=['{name}']") for name in ("toolformer", "lats"))
SQUAD = "toolformer.lama-squad.gpt-j-6b"
SCORE = "schick2023.lama-squad.toolformer.gpt-j-6b.toolformer"
PAGES = {
    "gain": f"{TOOLS}book.estimate('{SQUAD}')",
    "score": f"{TOOLS}book.evidence.results['{SCORE}'].score",
    "scores": f"{TOOLS}book.results",
    "all scores": OPEN.format("") + "list(book.evidence.results.items())",
    "gpt-4": f"{LATS}book.estimate('lats.humaneval.gpt-4')",
    "its end": f"{LATS}book.assumptions.gpt4_flop",
    "set by code": OPEN.format("enhancements=['lats'], overrides={'gpt4_flop': 'low'}")
    + "book.assumptions.gpt4_flop",
    "entry": f"{TOOLS}from ceg.survey import survey\nsurvey.entries(book)",
    "threshold": f"{TOOLS}book.assumptions.threshold_large",
    "figures": OPEN.format("tables=['figures']") + "list(book.evidence.figures)",
    "absent": f"{TOOLS}'no-such-model' in book.evidence.models",
    "law": OPEN.format("") + "book.law('besiroglu_2024')",
    "whole file": "open('data/results.csv').read()",
    "nothing": "import ceg",
}
OWN = {"results": f"row results/{SCORE}", "gain": f"estimate {SQUAD}", "entry": "entry toolformer"}
OF_TOOLS = 'rows of results for {"enhancements": ["toolformer"]}'
EVERY = "rows of results for {}"
FILE = "file data/results.csv"
LATS_GAIN = "estimate lats.humaneval.gpt-4"
LOW = "\ngpt4_flop:\n  value: central", "\ngpt4_flop:\n  value: low"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a copy of the data."""
    made = tmp_path_factory.mktemp("book")
    shutil.copytree(DATA, made / "data")
    return made


@pytest.fixture(scope="module")
def pages(folder):
    """What each page has read there."""
    return dict(zip(PAGES, recorded(*PAGES.values(), folder=folder), strict=True))


@pytest.mark.slow
def test_a_page_names_what_it_took_and_not_where_that_stands(pages):
    def named(page: str) -> set[str]:
        return {name for name in pages[page].own if not name.startswith(("kind of ", "file src/"))}

    comparisons = 'rows of comparisons for {"enhancements": ["toolformer"]}'
    enhancements = 'rows of enhancements for {"enhancements": ["toolformer"]}'
    assert named("gain") == {OWN["gain"]}
    assert named("score") == {OWN["results"]}
    assert named("its end") == {"assumption gpt4_flop"}
    assert named("set by code") == named("nothing") == set()
    assert named("entry") == {OWN["entry"], enhancements}
    assert named("figures") == {'rows of figures for {"tables": ["figures"]}'}
    assert named("absent") == {"row models/no-such-model"}
    assert named("law") == {"rows of scaling_laws for {}"}
    assert named("all scores") == {EVERY} and named("whole file") == {FILE}
    assert comparisons in {name for name, _, _ in pages["entry"].read}


@pytest.mark.slow
def test_what_is_looked_up_again_is_what_was_noted(pages, folder, monkeypatch):
    """Else a page would run for ever after an edit that does not concern it."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CEG_SET", raising=False)
    known = {
        name: digest
        for run in pages.values()
        for name, digest, _ in run.read
        if name.startswith(("row ", "rows ", "assumption ", "estimate ", "entry "))
    }
    kinds = {name.split()[0] for name in known}
    assert kinds == {"row", "rows", "assumption", "estimate", "entry"} and len(known) > 100
    assert {name: page_inputs.digest(name) for name in known} == known


ALL = {f"assumption {key}" for key in KEYS}
USED = {f"assumption {key}" for key in KEYS if key not in NO_ESTIMATE}
TAKEN = {
    "estimate.assumptions.get('min_points')": {"assumption min_points"},
    "estimate.assumptions['min_points']": {"assumption min_points"},
    "dict(estimate.assumptions)": USED,
    "list({**estimate.assumptions}.values())": USED,
    "repr(estimate)": USED,
    "estimate.record()": USED,
    "estimate == book.estimate(estimate.comparison)": set(),
    "repr(book.assumptions)": ALL,
    "import copy; copy.copy(book.assumptions)": set(),
    "repr(book.evidence.models)": {'rows of models for {"enhancements": ["toolformer"]}'},
    "repr(book.evidence)": {f'rows of {t} for {{"enhancements": ["toolformer"]}}' for t in ROWS},
    "book.evidence.models.get('none')": {"row models/none"},
    "repr(book)": {
        f'rows of {table} for {{"enhancements": ["toolformer"]}}'
        for table in ("enhancements", "comparisons", "results")
    },
}
"""What is done with an estimate of a page -> what it has read thereby."""


@pytest.mark.slow
def test_what_is_shown_or_copied_is_read():
    """The digest of an estimate is without its assumptions: who takes one of these has read it."""
    begun = f"{TOOLS}estimate = book.estimate('{SQUAD}')\n"
    kinds = ("assumption ", "row ", "rows ")
    found = [
        {name for name in run.own if name.startswith(kinds)}
        for run in recorded(*(begun + code for code in TAKEN))
    ]
    assert dict(zip(TAKEN, found, strict=True)) == TAKEN


EDITS = {
    "its score": (
        "results.csv",
        (f"{SCORE},GPT-J 6B,Toolformer,lama-squad.toolformer,33.8", None, "25.0"),
        {
            "gain": {OWN["gain"]},
            "score": {OWN["results"]},
            "scores": {OF_TOOLS},
            "all scores": {EVERY},
            "entry": {OWN["entry"]},
            "whole file": {FILE},
        },
    ),
    "where its score was read": (  # a row of the scores, and no number of the gain
        "results.csv",
        (
            f"{SCORE},GPT-J 6B,Toolformer,lama-squad.toolformer,33.8,,,,,schick2023toolformer,Table 3",
            None,
            "T",
        ),
        {
            "score": {OWN["results"]},
            "scores": {OF_TOOLS},
            "all scores": {EVERY},
            "whole file": {FILE},
        },
    ),
    "a score of others": (
        "results.csv",
        ("gpt3.gpt-3-125m.zero-shot,GPT-3 125M,zero-shot,hellaswag.gpt3,33.7", None, "33.8"),
        {"all scores": {EVERY}, "whole file": {FILE}},
    ),
    "an assumption": (
        "assumptions.yml",
        LOW,
        {"gpt-4": {LATS_GAIN}, "its end": {"assumption gpt4_flop"}},
    ),
    "why an assumption is made": (
        "assumptions.yml",
        ("no compute for GPT-4; Epoch", "no compute of GPT-4; Epoch"),
        {},
    ),
    "what is counted as large": (
        "assumptions.yml",
        ("\nthreshold_large:\n  value: 5", "\nthreshold_large:\n  value: 10"),
        {"threshold": {"assumption threshold_large"}},
    ),
    "a figure's title": (
        "figures.csv",
        ("1,What a compute-equivalent gain is", "1,What a gain is"),
        {"figures": {'rows of figures for {"tables": ["figures"]}'}},
    ),
    "a model that was looked for": (
        "models.csv",
        ("\nGPT-J 6B,", "\nno-such-model,,,,,,,,,,,wang2021gptj,README,verified,\nGPT-J 6B,"),
        {"absent": {"row models/no-such-model"}},
    ),
    "a model's compute": (
        "models.csv",
        ("4.02e11,1.5e22,reported", "4.02e11,1.6e22,reported"),
        {
            "gain": {OWN["gain"]},
            "entry": {OWN["entry"]},
            "scores": {"row models/GPT-J 6B", OF_TOOLS.replace("results", "models")},
        },
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_reaches_who_took_what_it_changes_and_no_others(edit, pages, folder):
    name, (old, *_, new), expected = EDITS[edit]
    file = folder / "data" / name
    before = file.read_text(encoding="utf-8")
    if EDITS[edit][1][1] is None:  # the last cell of what is given
        new = old[: old.rindex(",") + 1] + new
    assert before.count(old) == 1, (edit, before.count(old))
    try:
        file.write_text(before.replace(old, new), encoding="utf-8")
        assert run_again(pages, folder) == expected
    finally:
        file.write_text(before, encoding="utf-8")
    assert run_again(pages, folder) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("gpt4_flop=low", {"gpt-4": {LATS_GAIN}, "its end": {"assumption gpt4_flop"}}),
        ("gpt4_flop=central", {}),  # the default, said aloud
        ("threshold_large=10", {"threshold": {"assumption threshold_large"}}),
    ],
)
def test_a_setting_of_the_environment_reaches_who_took_what_it_sets(setting, expected, pages, folder):
    assert run_again(pages, folder, setting) == expected


@pytest.mark.parametrize(
    "name",
    [
        "row results/no-such",
        "row nothing/at-all",
        "row scaling_laws/('no', 'E')",
        'rows of results for {"enhancements": ["no-such"]}',
        'rows of results for {"preview": "no/such.yml"}',
        "estimate no-such",
        "entry no-such",
    ],
)
def test_what_is_gone_has_no_digest_and_ends_no_build(name):
    assert page_inputs.digest(name) == ""
