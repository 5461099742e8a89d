"""The kept typical gains: they hold for the data, assumptions and code behind them, and for nothing else."""

import json
import shutil

import grimp
import numpy as np
import pandas as pd
import pytest
from places import DATA, ROOT
from typer.testing import CliRunner

from ceg.analysis import analysis
from ceg.build import page_inputs
from ceg.cli.main import app
from ceg.evidence import noted, tables
from ceg.evidence.problems import InputError
from ceg.typical import derived, fingerprint, fitting, observations
from ceg.typical.model import Settings

PACKAGE = ROOT / "src" / "ceg"


@pytest.fixture(autouse=True)
def default(monkeypatch):
    monkeypatch.delenv("CEG_SET", raising=False)


@pytest.fixture
def copy(tmp_path):
    """A copy of the data, with its typical gains."""
    shutil.copytree(DATA, tmp_path / "data")
    yield tmp_path / "data"
    tables.forget()


def replaced(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    tables.forget()


def found(folder, **settings):
    wrong = derived.wrong(analysis.open(folder=folder, overrides=settings))
    return wrong and wrong.found


def test_the_committed_files_are_current():
    """If not, run make typical and commit what it writes."""
    assert derived.wrong(analysis.open(overrides=None)) is None


@pytest.mark.verify
def test_they_were_fitted_to_these_observations():
    """Whatever changed them, in code that has no digest of its own too."""
    book = analysis.open()
    said = derived.about(book)
    assert said and said["observations"]["sha256"] == derived.observed(observations.observations(book))


def test_what_is_read_is_what_was_written():
    book = analysis.open()
    frame, kept = derived.typical(book), derived.posterior(book)
    fitted = frame[frame["typical"].notna()]
    assert set(fitted.index) == set(kept.enhancement) and (fitted["comparisons"] > 0).all()
    assert (frame.loc[frame["typical"].isna(), "comparisons"] == 0).all()
    order = ["typical_low", "typical_quartile_low", "typical", "typical_quartile_high", "typical_high"]
    assert (np.diff(fitted[order].to_numpy(), axis=1) >= 0).all()
    for name in kept.enhancement:
        e = kept.enhancement.index(name)
        assert np.log10(fitted.loc[name, "median"]) == pytest.approx(np.median(kept.mu[:, e]), abs=0.15)
        again = np.median(kept.new_benchmark(name))
        assert np.log10(fitted.loc[name, "typical"]) == pytest.approx(again, abs=0.15)


def test_verdicts_are_by_the_probability_of_the_median():
    frame = pd.DataFrame({"p_above_5x": [0.95, 0.9, 0.5, 0.1, None]}, index=list("abcde"))
    assert derived.verdicts(frame, 5, 0.9).to_dict() == {
        **{"a": "exceeds", "b": "exceeds", "c": "undetermined", "d": "fails"}
    }


def test_a_threshold_that_is_no_option_has_its_probability_from_the_draws():
    frame = derived.typical(analysis.open(overrides={"threshold_large": "7"}))
    near, own, far = (frame[f"p_above_{t}x"].dropna() for t in (5, 7, 10))
    assert len(own) == len(near) > 0
    assert (own <= near + 0.05).all() and (own >= far - 0.05).all()  # of fewer draws than the options'
    assert own.between(0, 1).all() and own.nunique() > 10


def test_a_changed_score_asks_for_another_fit_and_a_changed_note_does_not(copy):
    assert found(copy) is None
    replaced(copy / "comparisons.csv", "Flat baseline:", "A flat baseline:")
    assert found(copy) is None
    replaced(copy / "results.csv", ",33.7,", ",33.8,")
    assert found(copy) == "typical gains of other rows"
    assert derived.typical(analysis.open(folder=copy)) is None
    assert derived.posterior(analysis.open(folder=copy)) is None


def test_so_does_an_assumption_that_moves_estimates_or_errors_and_no_other(copy, monkeypatch):
    assert found(copy, transform="linear") == "typical gains of other assumptions"
    assert found(copy, width_6nd="1.5") == "typical gains of other assumptions"
    assert found(copy, threshold_large="3", lifetime_queries="1e8", count_probability="0.5") is None
    monkeypatch.setenv("CEG_SET", "gpt4_flop=low")
    assert found(copy) == "typical gains of other assumptions"


def test_a_page_that_opens_a_part_of_the_data_asks_for_the_whole(copy):
    assert derived.wrong(analysis.open(folder=copy, enhancements="survey")) is None


def test_a_build_looks_up_what_a_page_has_read_of_it(monkeypatch):
    monkeypatch.chdir(ROOT)
    page_inputs._whole.cache_clear()  # of another test, with other assumptions
    now = fingerprint.fingerprint(analysis.open())
    assert page_inputs.digest("typical fingerprint") == noted.value_digest(now)


def test_code_counts_and_what_is_said_of_it_does_not(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "ceg", ignore=shutil.ignore_patterns("__pycache__"))
    before = fingerprint.code(tmp_path / "ceg")
    assert before == fingerprint.code(PACKAGE)
    path = tmp_path / "ceg/typical/model.py"
    text = path.read_text("utf-8")
    path.write_text(f"{text}\n# a comment\n".replace('"""The joint', '"""Another'), encoding="utf-8")
    assert fingerprint.code(tmp_path / "ceg") == before
    path.write_text(text.replace("benchmark: float = 0.5", "benchmark: float = 0.6"), encoding="utf-8")
    assert fingerprint.code(tmp_path / "ceg") != before
    path.write_text(text, encoding="utf-8")
    replaced(tmp_path / "ceg/uncertainty/draws.py", "SEED = 2023", "SEED = 2024")
    assert fingerprint.code(tmp_path / "ceg") != before


def test_every_module_of_the_estimator_and_the_draws_that_the_fit_runs_has_a_digest():
    graph = grimp.build_graph("ceg", cache_dir=None)
    behind = {f"ceg.typical.{m}" for m in ("model", "sampler", "summary", "observations")}
    behind |= {m for root in set(behind) for m in graph.find_upstream_modules(root)}
    folders = ("ceg.estimator.", "ceg.uncertainty.", "ceg.typical.")
    named = {f"ceg.{path.removesuffix('.py').replace('/', '.')}" for path in fingerprint.CODE}
    assert {m for m in behind if m.startswith(folders)} == named


@pytest.mark.parametrize("name", [derived.TABLE, derived.DRAWS, derived.BY_SIZE])
def test_files_of_two_runs_do_not_hold(copy, name):
    path = copy / derived.DERIVED / name
    path.write_text(path.read_text("utf-8").replace("1", "2", 1), encoding="utf-8")
    assert found(copy) == "files that do not belong together"
    path.unlink()
    assert found(copy) == "files that do not belong together"


def test_without_files_one_is_told_to_make_them(copy):
    shutil.rmtree(copy / derived.DERIVED)
    assert found(copy) == "no such file"
    with pytest.raises(InputError, match="run: make typical"):
        derived.refuse_stale(analysis.open(folder=copy))
    with pytest.raises(InputError, match="ceg typical --compute"):
        derived.typical_gains(analysis.open(folder=copy))


def invented(o, chains=2, draws=300):
    """What the sampler would give, at random."""
    rng = np.random.default_rng(3)
    e = len(o.names["enhancement"])
    shared = {f"sd_{n}": rng.uniform(0.1, 0.3, (chains, draws)) for n in derived.SHARED}
    each = {n: rng.normal(0.5, 0.1, (chains, draws, e)) for n in ("mu", "slopes")}
    return shared | each | {"spread": rng.uniform(0.2, 0.4, (chains, draws, e))}


def fitted_at_random(monkeypatch, r_hat=1.0):
    signs = {"r_hat": r_hat, "effective_draws": 600.0}
    monkeypatch.setattr(fitting, "fit", lambda o, category, settings: (invented(o), signs))


@pytest.fixture
def part(copy, small):
    """The data of one enhancement."""
    for name, content in small.items():
        (copy / name).write_bytes(content)
    tables.forget()
    return analysis.open(folder=copy)


def test_a_fit_is_written_and_read(part, monkeypatch):
    fitted_at_random(monkeypatch)
    assert derived.wrong(part) is not None
    derived.compute(part, Settings(chains=2, draws=300))
    frame, kept = derived.typical(part), derived.posterior(part)
    assert frame is not None and kept is not None and kept.enhancement == ("toolformer",)
    assert frame.loc["toolformer", "comparisons"] > 0 and kept.mu.shape == (500, 1)
    assert frame.loc["toolformer", "left_out_composite"] == 15
    written = {path.name for path in (part.evidence.folder / derived.DERIVED).iterdir()}
    assert written - {derived.CHECK} == {derived.TABLE, derived.DRAWS, derived.BY_SIZE, derived.ABOUT}


def test_a_posterior_that_is_not_to_be_trusted_is_not_kept(part, monkeypatch):
    fitted_at_random(monkeypatch, r_hat=1.05)
    before = {p.name: p.read_bytes() for p in (part.evidence.folder / derived.DERIVED).iterdir()}
    with pytest.raises(InputError, match=r"r_hat 1\.05"):
        derived.compute(part, Settings(chains=2, draws=300))
    assert {p.name: p.read_bytes() for p in (part.evidence.folder / derived.DERIVED).iterdir()} == before
    bad = derived.untrusted({"r_hat": 1.05, "effective_draws": 90.0})
    assert [p.found for p in bad] == ["r_hat 1.05", "effective_draws 90"]
    assert derived.untrusted({"r_hat": float("nan"), "effective_draws": 900.0})


@pytest.mark.verify
def test_an_added_enhancement_has_a_typical_gain_once_they_are_made(part):
    """The fit itself, in a small book."""
    folder, short = part.evidence.folder, Settings(chains=2, warmup=300, draws=4_000)
    derived.compute(part, short)
    before = derived.typical(part)
    assert before is not None and list(before.index) == ["toolformer"]
    example = ROOT / "examples" / "simplerl-zoo.yml"
    added = CliRunner().invoke(app, ["add", str(example), "--data", str(folder)])
    assert added.exit_code == 0, added.output
    tables.forget()
    book = analysis.open(folder=folder)
    (new,) = set(book.evidence.enhancements) - {"toolformer"}
    assert derived.said(derived.typical(book), new) == derived.NOT_COMPUTED
    assert "other rows" in found(folder)
    derived.compute(book, short)
    after = derived.typical(book)
    assert after is not None and after.loc[new, "comparisons"] > 0
    assert after.loc[new, "typical_low"] < after.loc[new, "typical"] < after.loc[new, "typical_high"]
    assert derived.said(after, new) != derived.NOT_COMPUTED


def test_the_command_prints_them(checked_once):
    said = CliRunner().invoke(app, ["typical", "--format", "json"])
    whole = json.loads(said.stdout)
    rows = {r["enhancement"]: r for r in whole["enhancements"]}
    assert rows["chain-of-thought"]["typical_low"] < rows["chain-of-thought"]["typical"]
    assert whole["about"]["of"] == fingerprint.fingerprint(analysis.open())
    table = CliRunner().invoke(app, ["typical"]).stdout
    assert "chain-of-thought" in table and "No comparison in the fit:" in table
    text = CliRunner().invoke(app, ["typical", "--format", "csv"]).stdout
    assert len(text.splitlines()) == len(rows) + 1


def test_the_command_says_what_has_changed(checked_once):
    said = CliRunner().invoke(app, ["typical", "--set", "transform=linear"])
    assert said.exit_code == 1 and said.stdout == ""
    assert "typical gains of other assumptions" in said.stderr and "make typical" in said.stderr
