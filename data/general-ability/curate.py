"""Makes models.csv and scores.csv from the published files: ``python data/general-ability/curate.py``.

README.md says every rule in words. All other tables are written by hand; a test makes these two again.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE, TUNED = "base_llm_benchmark_eval.csv", "instruct_llm_benchmark_eval.csv"
COLUMNS = {
    "MMLU": "mmlu",
    "ARC-C": "arc-c",
    "HellaSwag": "hellaswag",
    "Winograd": "winogrande",
    "Winogrande": "winogrande",
    "TruthfulQA": "truthfulqa",
    "HumanEval": "humaneval",
}
"""Column of a published file -> benchmark."""

FAMILIES = {
    "Llama": "LLaMA",
    "CodeLlama": "Code Llama",
    "OpenLlama": "OpenLLaMA",
    "OpenLlamaV2": "OpenLLaMA v2",
    "Gemma-2": "Gemma 2",
    "GPT-Neo/J": "GPT-Neo",
    "StableLM": "StableLM alpha",
}
"""Families whose name is written otherwise here."""


def read(path: str) -> list[dict[str, str]]:
    """The rows of a file of this folder."""
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def models() -> list[dict[str, object]]:
    """models.csv. A tuned model has no compute of its own: its base's counts."""
    corrected = {(row["model"], row["field"]): row["value"] for row in read("corrections.csv")}
    made = []
    for file in (BASE, TUNED):
        for row in read(f"published/{file}"):
            name, family = row["Model"], row["Model Family"]
            here = FAMILIES.get(family, family.replace("Llama-", "Llama "))
            size, tokens = row.get("Model Size (B)"), row.get("Pretraining Data Size (T)")
            values = {
                "family": here,
                "tuned": str(file == TUNED).lower(),
                "parameters": str(int(Decimal(size) * 10**9)) if size else "",
                "training_tokens": str(int(Decimal(tokens) * 10**12)) if tokens else "",
            }
            values = {field: corrected.get((name, field), value) for field, value in values.items()}
            if values["tuned"] == "false" and values["training_tokens"]:
                flop = 6 * int(values["parameters"]) * int(values["training_tokens"])
                values["training_flop"] = f"{float(flop):.6g}"
            made.append({"model": name, **values})
    return made


def scores() -> list[dict[str, object]]:
    """scores.csv: every score, in percent with up to four decimals."""
    made = []
    for file in (BASE, TUNED):
        for row in read(f"published/{file}"):
            for column, benchmark in COLUMNS.items():
                if row.get(column):
                    whole, decimals = f"{Decimal(row[column]) * 100:.4f}".split(".")
                    score = f"{whole}.{decimals.rstrip('0') or '0'}"
                    made.append({"model": row["Model"], "benchmark": benchmark, "score": score})
    return made


def files() -> dict[str, str]:
    """Name -> text of the tables that are made."""
    fields = ("model", "family", "tuned", "parameters", "training_tokens", "training_flop")
    return {
        "models.csv": text_of(fields, models()),
        "scores.csv": text_of(("model", "benchmark", "score"), scores()),
    }


def text_of(fields: Iterable[str], rows: Iterable[Mapping]) -> str:
    """The rows as CSV."""
    made = io.StringIO()
    writer = csv.DictWriter(made, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
