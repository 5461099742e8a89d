"""What moved, by which change: in the file, by ``CEG_SET``, in the terminal, against another revision, and
on every page.
"""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT
from recorded import recorded, run_again
from typer.testing import CliRunner

from ceg.analysis import analysis
from ceg.chapters.about import changes, changes_table
from ceg.chapters.about import results as about_results
from ceg.chapters.about.changes import Move
from ceg.chapters.about.results import Result
from ceg.cli.main import app
from ceg.evidence import assumptions
from ceg.evidence.problems import InputError

pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.slow]

LATS = "lats.humaneval.gpt-3-5"


@pytest.fixture(scope="module")
def book():
    return analysis.open(folder=ROOT / "data")


@pytest.fixture(scope="module", autouse=True)
def once():
    """What follows from the same rows under the same assumptions is worked out once for all tests here."""
    kept, original = {}, about_results.results

    def results(analysis, headlines_only=False):
        key = id(analysis.evidence), analysis.assumptions, headlines_only
        if key not in kept:  # with the rows, so that their id stays theirs
            kept[key] = analysis.evidence, original(analysis, headlines_only)
        return kept[key][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "results", results)
        yield


def moved(book, **settings):
    """What settings move, by (kind, name)."""
    found = changes.from_defaults(replace(book, assumptions=book.assumptions.but(**settings)))
    return found, {(m.result.kind, m.result.name): m for m in found.moves}


def run(*arguments: str, **environ: str):
    return CliRunner().invoke(app, list(arguments), env=environ)


# --- what moved -----------------------------------------------------------------------------------


def test_the_low_end_of_gpt4_moves_lats_by_the_ratio_of_the_two_ends(book):
    found, by_name = moved(book, gpt4_flop="low")
    lats = by_name["headline", LATS]
    assert changes.words(lats) == ("≥ 8.14x", "≥ 3.18x")  # 2.1e25 and 8.2e24 over 2.578e24, cut
    assert (lats.change, lats.causes) == ("value", ("gpt4_flop",))
    assert lats.ratio == pytest.approx(8.2e24 / 2.1e25)
    # its lead is too unsure for its headline to count at either end
    assert ("conclusion", "most surveyed exceed threshold_large, by headline") not in by_name
    assert not any("toolformer" in name for _, name in by_name)
    assert found.settings == (changes.Setting("gpt4_flop", "central", "low"),)


def test_changed_statuses_come_first_and_headlines_before_the_rest(book):
    found, by_name = moved(book, compute_rule="6nd")
    lats = by_name["headline", LATS]
    assert changes.words(lats) == ("≥ 8.14x (bound)", "not available")
    assert lats.ratio is None
    assert by_name["reported", "lats-ceg"].after.status == "not rebuildable"
    order = [(m.change != "status", changes.KINDS.index(m.result.kind)) for m in found.moves]
    assert order == sorted(order)
    assert {m.causes for m in found.moves} == {("compute_rule",)}


@pytest.mark.slow
def test_a_threshold_moves_what_is_said_and_no_estimate(book):
    found, by_name = moved(book, threshold_large=3.0)
    assert {m.result.kind for m in found.moves} == {"conclusion"}
    count = by_name["conclusion", "most surveyed exceed threshold_large, by headline"]
    assert count.change == "value"  # still most
    before, after = changes.words(count)
    assert before.endswith("exceed 5x")
    assert after.endswith("exceed 3x; now: LATS")  # in nine draws of ten it is above 4


def test_a_conclusion_that_flips_is_a_change_of_status(book):
    # over 50x few headlines lie, and fewer by median
    _, by_name = moved(book, threshold_very_large=1e9)
    some = by_name["conclusion", "some surveyed exceed threshold_very_large, by headline"]
    assert (some.change, some.before.status, some.after.status) == ("status", "holds", "does not hold")


@pytest.mark.slow
def test_several_changes_are_told_apart(book):
    verifier = "verifier.gsm8k.gpt-3-175b"
    two = {"min_points": 2, "max_extrapolation_oom": 2.0}

    def status(**settings):
        return replace(book, assumptions=book.assumptions.but(**settings)).estimate(verifier).status

    assert {status(), *(status(**{k: v}) for k, v in two.items())} == {"not-meaningful"}
    assert status(**two) == "extrapolated"
    _, by_name = moved(book, **two)
    assert by_name["comparison", verifier].causes == ("together",)
    assert by_name["headline", LATS].causes == ("min_points",)
    _, by_name = moved(book, gpt4_flop="low", gpt35_flop="high", threshold_large=3.0)
    assert by_name["headline", LATS].causes == ("gpt35_flop", "gpt4_flop")


def result(**fields):
    return Result(**({"kind": "headline", "name": "a", "label": "A", "status": "bound", "says": ""} | fields))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, {}, "added"),
        ({}, None, "removed"),
        ({}, {}, None),
        ({"status": "interpolated", "point": 2.0}, {"lower": 2.0}, "status"),
        ({"lower": 2.0}, {"lower": 3.0}, "value"),
        ({"lower": 2.0}, {"lower": 2.0 * (1 + 1e-12)}, None),
        ({"status": "interpolated", "point": 2.0}, {"status": "interpolated", "point": 3.0}, "value"),
        (
            {"status": "interpolated", "point": 2.0},
            {"status": "interpolated", "point": 2.0, "upper": 4.0},
            "bounds",
        ),
        ({"costs": (0.1, None)}, {"costs": (None, None)}, "costs"),
        ({}, {"flags": ("floor",)}, "flags"),
    ],
)
def test_how_two_results_differ(before, after, change):
    made = [None if fields is None else result(**fields) for fields in (before, after)]
    assert changes.difference(*made) == change


def test_costs_and_flags_are_shown_where_only_they_changed():
    cost = Move("costs", result(costs=(0.021, 3.0)), result(costs=(None, 3.0)), None)
    assert changes.words(cost) == ("one-time 2.1%, runtime 3x", "one-time not known, runtime 3x")
    flag = Move("flags", result(), result(flags=("flat_baseline",)), None)
    assert changes.words(flag) == ("no flags", "flat baseline")
    gone = Move("removed", result(says="≥ 2x"), None, None)
    assert changes.words(gone) == ("≥ 2x", "absent")


@pytest.mark.slow
def test_each_other_option_is_tried_once(book):
    found = changes.alternatives(book)
    known = assumptions.choices(ROOT / "data")
    some = [c for c in known.values() if c.key not in assumptions.BEYOND]
    assert [(c.key, o) for c, o, _ in found] == [(c.key, o) for c in some for o in c.options[1:]]
    by_key = {(c.key, o): {m.result.name for m in moved.of("headline")} for c, o, moved in found}
    assert LATS in by_key["gpt4_flop", "low"]
    assert by_key["threshold_large", 3] == set()
    # worked out from the defaults, whatever the book is built with
    elsewhere = replace(book, assumptions=book.assumptions.but(gpt4_flop="high", transform="linear"))
    table = changes_table.alternatives(elsewhere, name="t", caption="c")
    assert table.rows == changes_table.alternatives(book, name="t", caption="c").rows


def test_nothing_moved_is_said_and_has_no_table(book):
    found = changes.from_defaults(book)
    assert found.moves == ()
    assert changes.finding(found) == "Every assumption is at its default."
    assert changes.summary(found)["headline"].startswith("0 of ")
    assert changes_table.moves(found.moves, name="t", caption="c") is None
    assert changes_table.settings(found, name="t", caption="c") is None


# --- CEG_SET --------------------------------------------------------------------------------------


def test_the_variable_overrides_the_file_and_is_overridden():
    environ = {"CEG_SET": "compute_rule=6nd,transform=linear  min_points=2"}
    found = assumptions.load(ROOT / "data", environ=environ)
    assert (found.compute_rule, found.transform, found.min_points) == ("6nd", "linear", 2)
    assert assumptions.load(ROOT / "data", {"transform": "logit"}, environ).transform == "logit"
    assert assumptions.load(ROOT / "data", environ={}) == assumptions.defaults(ROOT / "data")
    assert assumptions.choices(ROOT / "data")["compute_rule"].value == "reported"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("compute_rul=6nd", 'CEG_SET: found the key "compute_rul"'),
        (
            "compute_rule=7nd",
            'CEG_SET, field compute_rule: found "7nd"; allowed: reported · 6nd · compute_optimal',
        ),
        ("transform", 'CEG_SET: found "transform"; allowed: key=value'),
    ],
)
def test_a_wrong_variable_is_wrong_input(setting, words, monkeypatch):
    done = run("estimate", "lats", CEG_SET=setting)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    monkeypatch.setenv("CEG_SET", setting)
    with pytest.raises(InputError):
        assumptions.current(ROOT / "data")  # as a build does first


def test_pages_that_the_variable_reaches_see_it_and_no_others():
    """Also of a page that was run under a setting."""
    codes = [f"import ceg\nceg.open(enhancements=['{n}']).headline('{n}')" for n in ("lats", "toolformer")]
    pages = dict(zip(("lats", "tools"), recorded(*codes), strict=True))
    reached = {"lats": {f"estimate {LATS}"}}
    assert run_again(pages, setting="gpt4_flop=low") == reached
    assert run_again(pages, setting="gpt4_flop=central") == {}  # the default, said aloud
    low = dict(zip(("lats", "tools"), recorded(*codes, setting="gpt4_flop=low"), strict=True))
    assert run_again(low) == reached and run_again(low, setting="gpt4_flop=low") == {}


def test_the_banner_names_each_assumption_that_differs(monkeypatch):
    assert changes.banner(ROOT) is None
    monkeypatch.setenv("CEG_SET", "charge_finetuning=true min_points=2")
    assert changes.banner(ROOT) == (
        "Built with other assumptions than the book's defaults: charge_finetuning is true (default false), "
        "min_points is 2 (default 3)."
    )


# --- on every page --------------------------------------------------------------------------------

TOY = {
    "_config.yml": "title: Toy\nauthor: Nobody\nonly_build_toc_files: true\n"
    "sphinx:\n  extra_extensions: [sphinx_fresh]\n"
    "  config:\n    site_banner: toy_banner:said\n    site_banner_page: about/more\n",
    "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: about/more\n- file: other\n",
    "index.md": "# Toy\n\nHello.\n",
    "about/more.md": "# More <of> it\n\nSaid here.\n",
    "other.md": "# Other\n\nHello again.\n",
    "toy_banner.py": "def said(folder):\n    path = folder / 'said.txt'\n"
    "    return path.read_text() if path.exists() else None\n",
}


@pytest.mark.build
@pytest.mark.verify
def test_a_banner_comes_on_every_page_and_goes_without_a_trace(tmp_path):
    for name, text in TOY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    def build():
        path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
        command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        site = tmp_path / "_build" / "html"
        return {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}

    def digest(files):
        return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}

    plain = build()
    assert not any(b'class="site-banner"' in content for content in plain.values())
    (tmp_path / "said.txt").write_text("x < 5 & y")
    said = build()
    pages = [n for n in said if n.endswith(".html") and not n.startswith("_static/")]
    assert {"index.html", "other.html", "about/more.html", "search.html", "genindex.html"} <= set(pages)
    start = '<p class="site-banner">x &lt; 5 &amp; y'
    for name in pages:
        text = said[name].decode()
        link = {"about/more.html": "</p>"}.get(name, ' <a href="about/more.html">More &lt;of&gt; it</a></p>')
        assert start + link in text, name
    (tmp_path / "said.txt").unlink()
    assert digest(build()) == digest(plain)
