"""A draft without a YAML file: its parts from options of the command line and a CSV of scores."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ceg.add.draft_file import fields_of, stated_cost
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError, Problem, quoted

Part = list[dict[str, Any]]
"""The items of a part of a draft, each field -> text; ``line`` is where the item was read."""

MODEL_COLUMNS = ("family", "parameters", "training_tokens", "training_flop", "flop_method", "certainty")
"""Columns of a CSV of scores that describe a model the data does not know."""
WHERE = ("source", "locator", "provenance")


def new_source(key: str, label: str, kind: str, bibtex: Path | None, folder: Path) -> Part:
    """The source, unless the data has it."""
    if key in evidence.load(folder).sources:
        return []
    try:
        entry = bibtex.read_text(encoding="utf-8") if bibtex else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(str(bibtex), str(error), "a BibTeX file in UTF-8", "correct the path")
        ) from None
    return [{"id": key, "label": label or key, "kind": kind, "bibtex": entry}]


def option_scores(arms: Mapping[str, tuple[str, Iterable[str]]], shared: Mapping[str, str]) -> Part:
    """The scores of arms (enhanced, baseline), each a variant with MODEL:SCORE pairs."""
    found = []
    for arm, (variant, pairs) in arms.items():
        for pair in filter(None, pairs):
            model, score = _split(f"--{arm}", pair, ":", "MODEL:SCORE, such as GPT-3 13B:40.4")
            found.append({"arm": arm, "model": model, "variant": variant, "score": score, **shared})
    return found


def _split(option: str, pair: str, sign: str, form: str) -> tuple[str, str]:
    """Both sides of the last such sign. Raises InputError where there is none."""
    left, found, right = pair.rpartition(sign)
    if not found:
        raise InputError(Problem(option, quoted(pair), form, "give both"))
    return left, right


def csv_scores(path: Path, shared: Mapping[str, str], folder: Path) -> Part:
    """The scores in a CSV, a row each: arm (enhanced or baseline), model, variant, score, and other fields.

    The shared values fill empty cells.
    """
    needed = ("arm", "model", "variant", "score")
    known = ("arm", *(f for f in fields_of("scores", folder) if f not in ("of", "id")), *MODEL_COLUMNS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = tuple(reader.fieldnames or ())
            rows: Part = [
                {k: v or "" for k, v in row.items() if k} | {"line": reader.line_num} for row in reader
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(str(path), str(error), "a CSV file in UTF-8", "correct the path")) from None
    allowed = "one of " + " · ".join(known)
    problems = [
        Problem(path.name, quoted(n), allowed, "remove the column", 1, n) for n in names if n not in known
    ]
    problems += [
        Problem(path.name, f"no column {n}", "its columns", f"add the column {n}", 1, n)
        for n in needed
        if n not in names
    ]
    if not problems:
        fix = "say which arm the score is of"
        problems = [
            Problem(path.name, quoted(r["arm"]), "enhanced or baseline", fix, r["line"], "arm")
            for r in rows
            if r["arm"] not in ("enhanced", "baseline")
        ]
    if problems:
        raise InputError(problems)
    return [row | {k: row.get(k) or v for k, v in shared.items()} for row in rows]


def new_models(
    compute: Iterable[str], family: str, certainty: str, shared: Mapping[str, str], scores: Part
) -> Part:
    """The models that --compute or the CSV describe."""
    found = {}
    for pair in compute:
        model, flop = _split("--compute", pair, "=", "MODEL=FLOP, such as GPT-3 13B=2.31e22")
        found[model] = {
            "id": model,
            "family": family or model.split()[0],
            "training_flop": flop,
            "flop_method": "6nd" if certainty == "6nd" else "reported",
            "certainty": certainty,
        } | {k: shared[k] for k in WHERE}
    for row in scores:
        if described := {k: row[k] for k in MODEL_COLUMNS if row.get(k)}:
            of = {"id": row["model"], "line": row["line"]}
            found[row["model"]] = of | described | {k: row[k] for k in WHERE}
    return list(found.values())


def compared(
    scores: Part, reason: str, costs: Mapping[str, str], shared: Mapping[str, str]
) -> dict[str, Part]:
    """Scores, costs and comparisons: every enhanced score against the baselines on its benchmark.

    The first comparison is the headline, and has the costs.
    """
    comparisons: Part = []
    for row in (s for s in scores if s["arm"] == "enhanced"):
        of = {s["variant"] for s in scores if s["arm"] == "baseline" and s["benchmark"] == row["benchmark"]}
        if len(of) > 1:
            found, allowed = f"baselines of {len(of)} variants", "baselines of one variant a benchmark"
            raise InputError(Problem("the scores", found, allowed, "use a YAML file"))
        first = not comparisons
        comparisons.append(
            {
                "benchmark": row["benchmark"],
                "model": row["model"],
                "enhanced": row["variant"],
                "baseline": "".join(of),
                "role": "headline" if first else "supporting",
                "headline_reason": reason if first else "",
                "line": row.get("line"),
            }
        )
    priced = [
        stated_cost(c["model"], c["enhanced"], quantity, value) | {k: shared[k] for k in WHERE}
        for c in comparisons[:1]
        for quantity, value in costs.items()
        if value
    ]
    columns = ("arm", *MODEL_COLUMNS)
    own = [{k: v for k, v in s.items() if k not in columns} for s in scores]
    return {"scores": own, "costs": priced, "comparisons": comparisons}
