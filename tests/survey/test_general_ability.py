"""General ability: factor and slopes by hand and on made-up data of known truth, the gains, the package."""

import csv
import math
import runpy
import shutil

import frictionless
import numpy as np
import pandas as pd
import pytest
from places import DATA, ROOT

from ceg.chapters.general_ability import tables as shown
from ceg.evidence.problems import InputError
from ceg.survey import capability_factor as factor
from ceg.survey import general_ability
from ceg.survey.capability_factor import Yardstick

FOLDER = DATA / "general-ability"
CURATE = runpy.run_path(str(FOLDER / "curate.py"))


@pytest.fixture(scope="module")
def data():
    return general_ability.read()


@pytest.fixture(scope="module")
def found(data):
    return general_ability.gains(data)


def test_the_tables_are_what_their_rules_make_of_the_published_files():
    made = CURATE["files"]()
    assert set(made) == {"models.csv", "scores.csv"}
    for name, text in made.items():
        assert (FOLDER / name).read_bytes() == text.encode(), (
            f"{name}: run python data/general-ability/curate.py"
        )


@pytest.mark.slow
def test_the_package_is_valid():
    report = frictionless.validate(str(FOLDER / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])


def test_every_source_has_its_entry_and_every_correction_changes_something():
    def rows(path):
        with (FOLDER / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    entries = (FOLDER / "references.bib").read_text(encoding="utf-8")
    assert all(f"{{{row['source']}," in entries for row in rows("sources.csv"))
    made = {row["model"]: row for row in rows("models.csv")}
    published = {row["Model"]: row for row in rows("published/base_llm_benchmark_eval.csv")}
    for row in rows("corrections.csv"):
        given = published[row["model"]]
        before = {
            "training_tokens": float(given["Pretraining Data Size (T)"] or "nan") * 1e12,
            "parameters": float(given["Model Size (B)"]) * 1e9,
        }
        assert made[row["model"]][row["field"]] == row["value"]
        if row["field"] in before:
            assert before[row["field"]] != pytest.approx(float(row["value"]))


def test_no_score_of_the_test_of_predictions_is_here():
    for path in FOLDER.rglob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert "GSM8K" not in header and "BBH" not in header.upper()
    assert not {"gsm8k", "bbh"} & set(general_ability.read().benchmarks.index)


def test_pairs_join_a_tuned_model_to_a_base_model(data):
    assert data.models.loc[list(data.pairs["tuned"]), "tuned"].all()
    assert not data.models.loc[list(data.pairs["base"]), "tuned"].any()


def test_a_score_as_a_logit_without_chance():
    percent, chance, items = np.array([[62.5, 25.0, 20.0, 50.0]]), np.array([25, 25, 25, 0]), np.full(4, 100)
    seen = factor.logits(percent, chance, items)
    assert seen.held.tolist() == [[False, True, True, False]]
    step = 0.5 / 100 / 0.75  # half an item above chance, as a share of what lies above it
    edge = math.log(step / (1 - step))
    assert seen.value[0] == pytest.approx([0, edge, edge, 0])  # 62.5 is half way from 25 to 100
    assert seen.error[0, 0] == pytest.approx(math.sqrt(0.625 * 0.375 / 100) / 0.75 / 0.25)
    assert seen.error[0, 3] == pytest.approx(math.sqrt(0.25 / 100) / 0.25)
    assert seen.error[0, 1] > 10 * seen.error[0, 0]


def test_ability_is_the_weighted_mean_of_what_each_benchmark_says():
    yardstick = Yardstick(np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    value, error = (
        np.array([[2.0, 5.0], [2.0, np.nan], [np.nan, np.nan]]),
        np.array([[0, 0], [0, 0], [0, 0.0]]),
    )
    # by the first: 2/2 + 1 = 2 with precision 4; by the second: 5 with precision 1
    assert yardstick.ability(value, error)[:2] == pytest.approx([(4 * 2 + 5) / 5, 2])
    assert np.isnan(yardstick.ability(value, error)[2])
    anchored = yardstick.anchored(2.0, 4.0)
    assert anchored.ability(value, error)[:2] == pytest.approx([(2.6 - 2) / 2, 0])


def test_slopes_by_hand_and_drawn_to_their_mean():
    x, family = np.array([0.0, 1, 2, 0, 1, 2, 0, 1]), np.array([0, 0, 0, 1, 1, 1, 2, 2])
    theta = np.array([[0, 1.1, 2, 0, 2.9, 6, 0, 1]])
    got = factor.slopes(theta, x, family)
    assert got.fitted[0, :2] == pytest.approx([1, 3]) and np.isnan(got.fitted[0, 2])  # two sizes are too few
    scatter = (6 * (0.1 / 3) ** 2 + 6 * (0.1 / 3) ** 2) / 2  # residuals 1/30, 2/30, 1/30 in each
    own = scatter / 2  # squared error of a slope
    between = (1 + 1) - own  # of two slopes 1 and 3: their variance less their error
    kept = between / (between + own)
    assert got.pooled[0, :2] == pytest.approx([2 - kept, 2 + kept])
    assert got.error[0, 0] == pytest.approx(math.sqrt(own * kept + (1 - kept) ** 2 * (between + own) / 2))


def test_alike_slopes_become_one():
    x, family = np.tile([0.0, 1, 2], 3), np.repeat([0, 1, 2], 3)
    theta = np.array([[0, 1.2, 2, 0, 0.8, 2, 0, 1.1, 2]])
    assert factor.slopes(theta, x, family).pooled[0] == pytest.approx([1, 1, 1])


def test_percentiles_are_moved_out_for_few_benchmarks():
    draws = np.random.default_rng(0).standard_normal(200_000)
    low, high = factor.interval(draws, 5)
    assert (low, high) == pytest.approx((-2.383, 2.383), abs=0.04)  # sqrt(5/4) x 2.132, Student's t of 4
    assert factor.interval(draws, 500)[1] == pytest.approx(1.65, abs=0.02)


def world(rng, n_families=12, sizes=5, benchmarks=5, disagree=0.1, slope=0.8, step=0.4):
    """A made-up world: families on lines of a known slope, each with a model tuned by a known step."""
    a, d = rng.uniform(0.8, 1.6, benchmarks), rng.uniform(-0.8, 0.8, benchmarks)
    chance, items = np.full(benchmarks, 25.0), np.full(benchmarks, 4000.0)
    rows, pairs, theta = [], [], []
    for f in range(n_families):
        at, high = rng.uniform(-1.2, -0.4), np.linspace(21, 23, sizes)
        for k, log_flop in enumerate(high):
            rows.append((f"f{f}-{k}", f"family {f}", False, 10**log_flop))
            theta.append(at + slope * (log_flop - 21) + 0.02 * rng.standard_normal())
        rows.append((f"f{f}-tuned", f"family {f} tuned", True, np.nan))
        theta.append(theta[-sizes + sizes // 2] + step)
        pairs.append((f"f{f}-tuned", f"f{f}-{sizes // 2}"))
    models = pd.DataFrame(rows, columns=["model", "family", "tuned", "training_flop"]).set_index("model")
    theta = pd.Series(theta, models.index)
    logit = a * (theta.to_numpy()[:, None] - d)
    for tuned, _ in pairs:  # tuning moves each benchmark by its own step around the common one
        logit[models.index.get_loc(tuned)] += a * disagree * rng.standard_normal(benchmarks)
    share = 0.25 + 0.75 / (1 + np.exp(-logit))
    names = [f"b{i}" for i in range(benchmarks)]
    scores = pd.DataFrame(100 * rng.binomial(4000, share) / 4000, models.index, names)
    marks = pd.DataFrame({"name": names, "chance": chance, "items": items, "in_factor": True}, names)
    frame = pd.DataFrame(pairs, columns=["tuned", "base"]).assign(name=[t for t, _ in pairs], base_name="")
    tables = general_ability.Tables(models, marks, scores, frame, pd.DataFrame(), pd.DataFrame())
    return tables, a, d, theta


@pytest.fixture
def anchored(monkeypatch):
    monkeypatch.setattr(general_ability, "ANCHORS", ("f0-0", "f0-4"))


@pytest.mark.slow
def test_known_factor_slope_and_gain_are_recovered(anchored):
    tables, a, d, theta = world(np.random.default_rng(1), disagree=0)
    got = general_ability.gains(tables, draws=200)
    unit = theta["f0-4"] - theta["f0-0"]
    assert got.models.loc[["f0-0", "f0-4"], "theta"].to_numpy() == pytest.approx([0, 1])
    assert got.benchmarks["slope"].to_numpy() / unit == pytest.approx(a, rel=0.08)
    assert got.benchmarks["difficulty"].to_numpy() * unit + theta["f0-0"] == pytest.approx(d, abs=0.1)
    assert got.families["slope"].to_numpy() * unit == pytest.approx(np.full(12, 0.8), rel=0.08)
    assert np.log10(got.pairs["gain"]).to_numpy() == pytest.approx(np.full(12, 0.5), abs=0.12)
    middle, low, high = got.median
    assert low < middle < high and math.log10(middle) == pytest.approx(0.5, abs=0.04)


@pytest.mark.slow
def test_the_fit_bears_missing_scores_and_its_gradient_leads_to_the_maximum(anchored):
    tables, a, _, _ = world(np.random.default_rng(2), disagree=0)
    holes = np.random.default_rng(3).random(tables.scores.shape) < 0.1
    seen = factor.logits(tables.scores.mask(holes).to_numpy(), np.full(5, 25.0), np.full(5, 4000.0))
    for alike in (True, False):
        got = factor.fit(seen.value, seen.error, alike)
        assert got.slope / got.slope.mean() == pytest.approx(a / a.mean(), rel=0.08)


@pytest.mark.slow
def test_the_intervals_hold_the_truth_about_as_often_as_they_say(anchored):
    inside = []
    for seed in range(25):
        tables, *_ = world(np.random.default_rng(100 + seed), disagree=0.3)
        got = general_ability.gains(tables, draws=400, seed=seed).pairs
        inside += list((np.log10(got["low"]) < 0.5) & (np.log10(got["high"]) > 0.5))
    assert len(inside) == 300 and 0.84 <= np.mean(inside) <= 0.97


def test_no_value_with_few_benchmarks_few_sizes_or_no_compute(data, found):
    names = found.pairs.set_index("name")
    assert names["gain"].isna().sum() == 2
    assert np.isnan(names.loc["DeepSeek LLM Chat 67B", "gain"])  # two sizes
    assert np.isnan(names.loc["Mistral Instruct 7B", "gain"])  # no compute
    scores = data.scores.copy()
    scores.loc["koala-13b", ["mmlu", "arc-c"]] = np.nan
    fewer = general_ability.gains(data._replace(scores=scores), draws=20).pairs.set_index("name")
    assert np.isnan(fewer.loc["Koala 13B", "gain"]) and fewer["gain"].isna().sum() == 3


def test_a_gain_of_the_data_by_hand(data, found):
    pair = found.pairs.set_index("name").loc["Koala 13B"]
    marks, steps, weights = found.benchmarks, [], []
    for name, mark in marks.iterrows():
        both = []
        for model in (pair["tuned"], pair["base"]):
            share = (data.scores.loc[model, name] - mark["chance"]) / (100 - mark["chance"])
            right, logit = data.scores.loc[model, name] / 100, math.log(share / (1 - share))
            error = (
                right * (1 - right) / mark["items"] / ((1 - mark["chance"] / 100) * share * (1 - share)) ** 2
            )
            both.append((logit, error))
        (tuned, e1), (base, e2) = both
        steps.append((tuned - base) / mark["slope"])
        weights.append(mark["slope"] ** 2 / (mark["misfit"] ** 2 + (e1 + e2) / 2))
    shift = np.average(steps, weights=weights)
    slope = found.families.set_index("family").loc["LLaMA", "slope"]
    assert pair["shift"] == pytest.approx(shift) and pair["gain"] == pytest.approx(10 ** (shift / slope))
    assert found.models.loc["meta-llama/Llama-2-7b-hf", "theta"] == pytest.approx(0, abs=1e-12)
    assert found.models.loc["meta-llama/Llama-2-70b-hf", "theta"] == pytest.approx(1)


def test_tuned_models_do_not_bend_the_yardstick(data, found):
    scores = data.scores.copy()
    scores.loc[list(data.models.index[data.models["tuned"]])] = 90.0
    bent = general_ability.gains(data._replace(scores=scores), draws=20)
    assert bent.benchmarks["slope"].to_list() == found.benchmarks["slope"].to_list()
    assert (bent.pairs["gain"].dropna() > 10).all()


def test_what_the_chapter_shows(data, found):
    frame = shown.rows(found)
    assert list(frame["gain"]) == sorted(frame["gain"], reverse=True) and len(frame) == 17
    assert ((frame["low"] < frame["gain"]) & (frame["gain"] < frame["high"])).all()
    points = shown.changes(data, found)
    assert points.loc["Koala 13B", "mmlu"] == pytest.approx(45.0110 - 47.6106)
    by_test = shown.benchmarks(data, found).set_index("name")
    assert by_test.loc["TruthfulQA", "up"] == "19 of 19" and by_test.loc["TruthfulQA", "gain"] == "not known"
    families = shown.families(data, found)
    assert families["pairs"].sum() == 17 and (families["benchmarks"] >= 4).all()
    assert shown.signed(-1.25) == "−1.2" and shown.signed(math.nan) == ""


def test_the_published_index_by_hand(data, found):
    got = shown.published(data, found)
    assert got.shared == 22 and 0.8 < got.correlation < 1
    assert got.steps["StableBeluga2"] == pytest.approx(117.87747867195048 - 116.75423942181996)
    x = np.log10([8.4e22, 1.6e23, 4.08e23, 8.1e23])
    y = np.array([98.40289020295636, 105.34904664449547, 106.30733408686524, 116.75423942181996])
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    assert got.gain == pytest.approx(10 ** (got.steps["StableBeluga2"] / slope))


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("scores.csv", "koala-13b,mmlu,45.011", "koala-13b,mmlu,much", r"scores.csv, line \d+, field score"),
        ("pairs.csv", "koala-13b,", "koala-14b,", r'pairs.csv, line 14, field tuned: found "koala-14b"'),
        ("models.csv", "meta-llama/Llama-2-7b-hf,", "llama-7,", "no row meta-llama/Llama-2-7b-hf"),
        ("benchmarks.csv", "14042,true", "14042,perhaps", "benchmarks.csv, line 2, field in_factor"),
    ],
)
def test_what_is_wrong_in_the_package_is_said(tmp_path, file, before, after, said):
    folder = shutil.copytree(FOLDER, tmp_path / "general-ability")
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        general_ability.read(folder)


def test_the_chapter_stands_in_the_book():
    assert "book/beyond/general-ability" in (ROOT / "_toc.yml").read_text(encoding="utf-8")
