"""What a page is made from: rows decide, not files, and what is read for it is known beforehand."""

import importlib
from pathlib import Path

import pytest
from chapter_runs import CHAPTERS as NOTEBOOKS
from chapter_runs import cells
from places import ROOT

from ceg.build import page_inputs
from ceg.evidence import assumptions
from ceg.evidence import tables as evidence


def test_rows_decide_not_files():
    tools = ['book = ceg.open(enhancements=["toolformer"])']
    prompts = ['book = ceg.open(enhancements=["chain-of-thought"])']
    assert (
        page_inputs.page_inputs(tools)["rows of results"]
        != page_inputs.page_inputs(prompts)["rows of results"]
    )
    both = page_inputs.page_inputs(
        ['ceg.open(enhancements=["toolformer"])', 'ceg.open(enhancements=["webgpt"])']
    )
    assert both == page_inputs.page_inputs(['ceg.open(enhancements=["toolformer", "webgpt"])'])


@pytest.mark.parametrize(
    "code",
    [
        "ceg.open()",
        "ceg.open(enhancements=names)",
        "evidence.load()",
        "pandas.read_csv('data/results.csv')",
        "x = 1",
        "ceg.open(folder='data', enhancements=['lats'])",
    ],
)
def test_a_page_that_names_nothing_depends_on_everything(code):
    assert (
        page_inputs.page_inputs([code])["rows of results"]
        == page_inputs.page_inputs(["ceg.open()"])["rows of results"]
    )


def test_assumptions_count_where_they_can_matter():
    lats = page_inputs.page_inputs(['ceg.open(enhancements=["lats"])'])
    tools = page_inputs.page_inputs(['ceg.open(enhancements=["toolformer"])'])
    assert "assumption gpt4_flop" in lats
    assert "assumption gpt4_flop" not in tools
    assert "assumption include_cross_family" in tools
    assert "assumption threshold_large" not in tools
    assert "assumption threshold_large" in page_inputs.page_inputs(
        ['ceg.open(enhancements=["lats"]); survey.count()']
    )
    assert set(page_inputs.page_inputs(['ceg.open(tables=["figures"])'])) == {"rows of figures"}


@pytest.mark.parametrize(
    "chapter", [pytest.param(c, marks=pytest.mark.slow if i % 10 else []) for i, c in enumerate(NOTEBOOKS)]
)
def test_what_a_fingerprint_reads_is_known_beforehand(chapter, monkeypatch):
    code, opened, real = cells(chapter), set(), Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *more, **named: opened.add(path) or real(path, *more, **named)
    )
    evidence.forget()
    page_inputs.page_inputs(code)
    told, setting = page_inputs.read(code)
    code_and_versions = {
        p for p in opened if ROOT / "src" in p.parents or p.name == "METADATA"
    }  # always in a fingerprint
    assert opened and opened - code_and_versions <= set(told)
    monkeypatch.setenv("CEG_SET", "gpt4_flop=low")
    again, other = page_inputs.read(code)
    assert again == told and other != setting and other.startswith("gpt4_flop=low")


@pytest.mark.parametrize(
    "name",
    [
        page_inputs.INTERVALS,
        *page_inputs.LIVES,
        *page_inputs.BUFFERS,
        page_inputs.REPOSITORY,
        page_inputs.PREVIEW,
    ],
)
def test_what_page_inputs_know_by_name_exists(name):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_a_page_leans_on_widths_of_errors_where_its_imports_lead_to_intervals():
    opened = "import ceg\nfrom ceg.{} import {}\nbook = ceg.open(enhancements=['wizardmath'])"
    keys = {f"assumption {key}" for key in assumptions.ERRORS}
    modules = ("uncertainty.intervals", "exhibits.tables", "exhibits.against_compute", "prose.wording")
    reached = [
        name for name in modules if keys <= set(page_inputs.page_inputs([opened.format(*name.split("."))]))
    ]
    assert reached == ["uncertainty.intervals", "exhibits.tables"]


def test_what_an_editor_keeps_beside_a_table_is_no_input(tmp_path):
    for name in ("rows.csv", ".rows.csv.swp", "rows.csv~"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert page_inputs.read(["1"], tmp_path)[0] == [tmp_path / "rows.csv"]
