"""Makes the tables of this folder from the published files beside it: ``python data/held-out/curate.py``.

README.md says every rule in words. ``enhancements.csv``, ``sources.csv``, ``references.bib`` and
``models_named.csv`` are written by hand; all else is made here, and a test makes it again.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = "ruan2024observational"
SCORES, COMPUTE = "base_llm_post_training_eval.csv", "base_llm_benchmark_eval.csv"
TABLES = ("sources", "models", "compute_alternatives", "benchmarks", "results", "enhancements")
TABLES += ("comparisons", "scaling_laws")

OPTIONS = {
    "boolean_expressions": 2,
    "causal_judgement": 2,
    "date_understanding": 6,
    "disambiguation_qa": 3,
    "dyck_languages": None,
    "formal_fallacies": 2,
    "geometric_shapes": 9,
    "hyperbaton": 2,
    "logical_deduction_five_objects": 5,
    "logical_deduction_seven_objects": 7,
    "logical_deduction_three_objects": 3,
    "movie_recommendation": 5,
    "multistep_arithmetic_two": None,
    "navigate": 2,
    "object_counting": None,
    "penguins_in_a_table": 5,
    "reasoning_about_colored_objects": 18,
    "ruin_names": 4,
    "salient_translation_error_detection": 6,
    "snarks": 2,
    "sports_understanding": 2,
    "temporal_sequences": 4,
    "tracking_shuffled_objects_five_objects": 5,
    "tracking_shuffled_objects_seven_objects": 7,
    "tracking_shuffled_objects_three_objects": 3,
    "web_of_lies": 2,
    "word_sorting": None,
}
"""Task of BIG-bench hard -> the options that its source counts; None: the answer is written freely."""

ITEMS = {"causal_judgement": 187, "penguins_in_a_table": 146, "snarks": 178}
"""Items of the tasks that have not 250."""

VARIANTS = {
    "direct": ("5 examples, answer alone", "gsm8k_5_exact_match", None),
    "cot": ("8 examples, chain of thought", "gsm8k_cot_8_exact_match", None),
    "one-sample": (
        "8 examples, chain of thought, one sample",
        "gsm8k_cot_self_consistency_8_exact_match,score-first",
        None,
    ),
    "majority-5": (
        "8 examples, chain of thought, majority of 5",
        "gsm8k_cot_self_consistency_8_exact_match,maj@5",
        5,
    ),
}
"""Variant on GSM8K -> its words, the column before how the answer is read, and the samples."""

LAWS = ("besiroglu_2024", "hoffmann_2022")
READ = "flexible-extract"
INFERRED = "8 examples against 5; that the 5 give the answer alone is inferred from the scores (README.md)."
Row = dict[str, object]


def published(name: str) -> list[dict[str, str]]:
    """The rows of a published file."""
    with (HERE / "published" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named() -> list[dict[str, str]]:
    """The rows of models_named.csv."""
    with (HERE / "models_named.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def slug(name: str) -> str:
    """A name as a part of ids."""
    return name.lower().replace(" ", "-").replace("_", "-").replace("/", "-")


def percent(share: str) -> str:
    """A share in percent with one to four decimals."""
    whole, decimals = f"{Decimal(share) * 100:.4f}".split(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def flop(parameters: Decimal, tokens: Decimal) -> str:
    """6ND to six digits."""
    return f"{float(6 * parameters * tokens):.6g}"


def scored() -> list[dict[str, str]]:
    """The published rows of scores of models that have one."""
    return [row for row in published(SCORES) if any(v for k, v in row.items() if k != "Model")]


def model_rows() -> tuple[list[Row], list[Row]]:
    """models.csv and compute_alternatives.csv."""
    known = {row["published"]: row for row in named()}
    compute = {row["Model"]: row for row in published(COMPUTE)}
    models: list[Row] = []
    others: list[Row] = []
    for row in scored():
        name, given = known[row["Model"]], compute[row["Model"]]
        size = Decimal(given["Model Size (B)"]) * 10**9
        mixture = name["mixture"] == "true"
        made: Row = {"model": name["model"], "family": name["family"], "aliases": row["Model"]}
        if not mixture:
            made["parameters"] = int(size)
        if given["FLOPs (1E21)"]:
            as_given = Decimal(given["Pretraining Data Size (T)"]) * 10**12
            tokens = Decimal(name["tokens"]) if name["tokens"] else as_given
            at: Row = {"flop_method": "6nd", "certainty": "6nd", "provenance": "secondary"}
            file: Row = {"source": SOURCE, "locator": f"eval_results/{COMPUTE}, FLOPs"}
            own: Row = {"source": name["source"], "locator": name["locator"]}
            made |= at | (own if name["tokens"] else file)
            made |= {"training_tokens": int(tokens), "training_flop": flop(size, tokens)}
            if mixture:
                made["active_parameters"] = int(size)
            if name["tokens"]:
                reason = f"It counts {int(as_given):.3g} tokens where the model saw {int(tokens):.3g}."
                value = f"{float(given['FLOPs (1E21)']) * 1e21:.6g}"
                others.append({"model": name["model"], "training_flop": value, "reason": reason} | at | file)
        made["flop_note"] = name["note"]
        models.append(made)
    return models, others


def benchmark_rows() -> list[Row]:
    """benchmarks.csv: GSM8K and a row for each task."""
    same: Row = {"metric": "exact match", "scale": "proportion", "unit": "%", "higher_is_better": "true"}
    same |= {"minimum": 0, "maximum": 100, "source": SOURCE, "provenance": "verified"}
    rows: list[Row] = [
        same
        | {
            "benchmark": "gsm8k.ruan",
            "name": "GSM8K (Ruan et al.)",
            "subset": "500 test problems",
            "protocol": "the last number of the text is the answer; prompting in the variant",
            "domain": "mathematics",
            "items": 500,
            "chance": 0,
            "locator": f"eval_results/{SCORES}",
            "note": "Items: every score is a multiple of 1/500.",
        }
    ]
    for task, options in OPTIONS.items():
        words = task.replace("_", " ")
        credit = "An answer that cannot be read counts as a guess." if options else ""
        rows.append(
            same
            | {
                "benchmark": f"bbh-{slug(task)}.ruan",
                "name": f"BBH {words} (Ruan et al.)",
                "subset": words,
                "protocol": "3 examples; prompting in the variant",
                "domain": "reasoning",
                "items": ITEMS.get(task, 250),
                "chance": percent(str(Decimal(1) / options)) if options else 0,
                "locator": "utils/constants.py, BBH_SUBTASKS2RANDOM_VAL",
                "note": credit,
            }
        )
    return rows


def result_rows() -> list[Row]:
    """results.csv: every score of every model."""
    known = {row["published"]: row["model"] for row in named()}
    rows: list[Row] = []

    def add(row: dict[str, str], task: str, arm: str, variant: str, column: str, samples: int | None) -> None:
        joined = f"{column}-{READ}" if "self_consistency" in column else f"{column},{READ}"
        if row[joined]:
            model = known[row["Model"]]
            rows.append(
                {
                    "result": f"{task}.{slug(model)}.{arm}",
                    "model": model,
                    "variant": variant,
                    "benchmark": f"{task}.ruan",
                    "score": percent(row[joined]),
                    "samples": samples or "",
                    "source": SOURCE,
                    "locator": joined,
                    "provenance": "verified",
                    "preferred": "true",
                }
            )

    for row in scored():
        for arm, (variant, column, samples) in VARIANTS.items():
            add(row, "gsm8k", arm, variant, column, samples)
        for task in OPTIONS:
            name = f"bbh-{slug(task)}"
            for arm, variant, kind in (
                ("direct", "3 examples, answer alone", "fewshot"),
                ("cot", "3 examples, chain of thought", "cot_fewshot"),
            ):
                add(row, name, arm, variant, f"bbh_{kind}_{task}_3_exact_match", None)
    return rows


def comparison_rows(models: list[Row], results: list[Row]) -> list[Row]:
    """comparisons.csv: each model with compute against the models with compute of its family."""
    ids = {row["result"] for row in results}
    families: dict[object, list[Row]] = defaultdict(list)
    for model in sorted(models, key=lambda m: float(str(m.get("training_flop", "0")))):
        if "training_flop" in model:
            families[model["family"]].append(model)
    rows: list[Row] = []

    def compare(enhancement: str, task: str, arm: str, plain: str, **more: object) -> None:
        for family in families.values():
            own = {str(m["model"]): f"{task}.{slug(str(m['model']))}" for m in family}
            baseline = [f"{at}.{plain}" for at in own.values() if f"{at}.{plain}" in ids]
            if len(baseline) < 2:
                continue
            for model, at in own.items():
                if f"{at}.{arm}" in ids:
                    rows.append(
                        {
                            "comparison": f"held-out.{enhancement}.{task}.{slug(model)}",
                            "enhancement": enhancement,
                            "role": "supporting",
                            "enhanced": f"{at}.{arm}",
                            "baseline": " ".join(baseline),
                            "cross_family": "false",
                            "metric_mismatch": "false",
                            "oracle_feedback": "false",
                            "components": enhancement,
                            "charged_to": "none",
                        }
                        | more
                    )

    for task in OPTIONS:
        compare("chain-of-thought", f"bbh-{slug(task)}", "cot", "direct")
    compare("chain-of-thought", "gsm8k", "cot", "direct", note=INFERRED)
    compare("majority-voting", "gsm8k", "majority-5", "cot")
    for row in rows:
        if row["enhancement"] == "majority-voting":
            row["enhanced_single_sample"] = str(row["enhanced"]).replace("majority-5", "one-sample")
            row["baseline_weakest"] = str(row["baseline"]).replace(".cot", ".one-sample")
    return rows


def law_rows() -> list[dict[str, str]]:
    """scaling_laws.csv: of the book's, those that an assumption may name."""
    with (HERE.parent / "scaling_laws.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["law"] in LAWS]


def described() -> dict:
    """datapackage.json: the tables as the book's own package describes them, without what is not here."""
    package = json.loads((HERE.parent / "datapackage.json").read_text(encoding="utf-8"))
    package |= {
        "name": "ceg-book-held-out",
        "title": "Chain of thought and majority voting on base models: evidence held out",
        "description": "Scores and training compute from one harness. No estimate of the book rests on them.",
        "licenses": [
            {
                "name": "Apache-2.0",
                "path": "https://www.apache.org/licenses/LICENSE-2.0",
                "title": "Apache License 2.0",
            }
        ],
        "sources": [
            {
                "title": "Observational scaling laws (Ruan, Maddison, Hashimoto 2024): eval_results/",
                "path": "https://github.com/ryoungj/ObsScaling",
            }
        ],
    }
    package["resources"] = [r for r in package["resources"] if r["name"] in TABLES]
    for resource in package["resources"]:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [k for k in keys if k["reference"]["resource"] in TABLES]
    return package


def text_of(package: dict, table: str, rows: Iterable[Mapping]) -> str:
    """The rows as the CSV that the descriptor describes."""
    fields = next(r["schema"]["fields"] for r in package["resources"] if r["name"] == table)
    made = io.StringIO()
    writer = csv.DictWriter(made, [field["name"] for field in fields], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def files() -> dict[str, str]:
    """Name -> text of every file that is made."""
    package = described()
    (models, alternatives), results = model_rows(), result_rows()
    rows: dict[str, Iterable[Mapping]] = {
        "models": models,
        "compute_alternatives": alternatives,
        "benchmarks": benchmark_rows(),
        "results": results,
        "comparisons": comparison_rows(models, results),
        "scaling_laws": law_rows(),
    }
    made = {f"{table}.csv": text_of(package, table, each) for table, each in rows.items()}
    made["datapackage.json"] = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    return made


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
