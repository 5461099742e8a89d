"""A draft without a YAML file: its parts from options of the command line and a CSV of scores."""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ceg.add.draft_file import fields_of, stated_cost, text_of
from ceg.add.plan import known_model
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError, Problem, quoted
from ceg.evidence.tables import Evidence

Part = list[dict[str, Any]]
"""The items of a part of a draft, each field -> text; ``line`` is where the item was read."""

MODEL_COLUMNS = ("family", "parameters", "training_tokens", "training_flop", "flop_method", "certainty")
"""Columns of a CSV of scores that describe a model the data does not know."""
NUMBERS = ("score", "score_low", "score_high", "standard_error", "readoff_error", *MODEL_COLUMNS[1:4])
"""Columns of a CSV of scores that hold numbers, with decimal commas where cells are not parted by commas."""
MORE = "cells beyond the header"
WHERE = ("source", "locator", "provenance")


def new_source(key: str, label: str, kind: str, bibtex: Path | None, folder: Path) -> Part:
    """The source, unless the data has it or none is named."""
    if not key.strip() or key in evidence.load(folder).sources:
        return []
    entry = text_of(bibtex) if bibtex else ""
    return [{"id": key, "label": label or key, "kind": kind, "bibtex": entry}]


def option_scores(arms: Mapping[str, tuple[str, Iterable[str]]], shared: Mapping[str, str]) -> Part:
    """The scores of arms (enhanced, baseline), each a variant with MODEL:SCORE pairs."""
    found = []
    for arm, (variant, pairs) in arms.items():
        for pair in pairs:
            model, score = _split(f"--{arm}", pair, ":", "MODEL:SCORE, such as GPT-3 13B:40.4")
            found.append({"arm": arm, "model": model, "variant": variant, "score": score, **shared})
    return found


def _split(option: str, pair: str, sign: str, form: str) -> tuple[str, str]:
    """Both sides of the last such sign. Raises InputError where either is missing."""
    left, _, right = (part.strip() for part in pair.rpartition(sign))
    if not (left and right):
        raise InputError(Problem(option, quoted(pair), form, "give both"))
    return left, right


def csv_scores(path: Path, shared: Mapping[str, str], folder: Path) -> Part:
    """The scores in a CSV, a row each: arm (enhanced or baseline), model, variant, score, and other fields.

    The shared values fill empty cells.
    """
    needed = ("arm", "model", "variant", "score")
    known = ("arm", *(f for f in fields_of("scores", folder) if f not in ("of", "id")), *MODEL_COLUMNS)
    text = text_of(path)
    sign = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=MORE, strict=True, delimiter=sign)
    try:
        names = tuple(reader.fieldnames or ())
        rows: Part = [dict(row) | {"line": reader.line_num} for row in reader]
    except csv.Error as error:
        fix = "mend the line; put text with a comma into quotation marks, and close them"
        raise InputError(Problem(path.name, str(error), "rows of cells", fix, reader.line_num)) from None
    allowed = "one of " + " · ".join(known)
    problems = [
        Problem(path.name, quoted(n), allowed, "remove the column", 1, n) for n in names if n not in known
    ]
    problems += [
        Problem(path.name, f"no column {n}", "its columns", f"add the column {n}", 1, n)
        for n in needed
        if n not in names
    ]
    problems += [
        Problem(path.name, f"{quoted(n)} a second time", "each column once", "remove one of the two", 1, n)
        for n, count in Counter(names).items()
        if count > 1
    ]
    if not rows and not problems:
        problems = [Problem(path.name, "no rows", "a row for each score", "add the scores")]
    fix = "remove the cell, or put a cell with a comma into quotation marks"
    problems += [
        Problem(path.name, f"{len(names) + len(row[MORE])} cells", f"{len(names)} cells", fix, row["line"])
        for row in rows
        if MORE in row
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
    filled = [{k: v or "" for k, v in row.items()} for row in rows]
    if sign != ",":
        filled = _with_points(filled, path.name)
    return [row | {k: row.get(k) or v for k, v in shared.items()} for row in filled]


def _with_points(rows: Part, name: str) -> Part:
    """The rows with decimal points for decimal commas. Raises InputError where a comma may be either."""
    cells = [(r, k) for r in rows for k in NUMBERS if "," in r.get(k, "")]
    pointed = [(r, k) for r in rows for k in NUMBERS if "." in r.get(k, "")]
    if cells and (pointed or all(re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", r[k]) for r, k in cells)):
        (row, column), beside = (
            cells[0],
            f", beside {quoted(pointed[0][0][pointed[0][1]])}" if pointed else "",
        )
        allowed = "decimal commas or decimal points, and nothing between thousands"
        fix = "write every number with a point, such as 62.0, or every one with a decimal comma"
        raise InputError(Problem(name, quoted(row[column]) + beside, allowed, fix, row["line"], column))
    return [r | {k: r[k].replace(",", ".") for k in NUMBERS if k in r} for r in rows]


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
    scores: Part,
    models: Part,
    reason: str,
    costs: Mapping[str, str],
    shared: Mapping[str, str],
    known: Evidence,
) -> dict[str, Part]:
    """Scores, costs and comparisons: every enhanced score against the baselines on its benchmark.

    The headline is chosen by the rule, and has the costs.
    """
    comparisons: Part = []
    enhanced = [s for s in scores if s["arm"] == "enhanced"]
    chosen = _headline(enhanced, scores, models, known)
    for row in enhanced:
        of = {s["variant"] for s in scores if s["arm"] == "baseline" and s["benchmark"] == row["benchmark"]}
        if len(of) > 1:
            found, allowed = f"baselines of {len(of)} variants", "baselines of one variant a benchmark"
            raise InputError(Problem("the scores", found, allowed, "use a YAML file"))
        comparisons.append(
            {
                "benchmark": row["benchmark"],
                "model": row["model"],
                "enhanced": row["variant"],
                "baseline": "".join(of),
                "role": "headline" if row is chosen else "supporting",
                "headline_reason": reason if row is chosen else "",
                "line": row.get("line"),
            }
        )
    priced = [
        stated_cost(chosen["model"], chosen["variant"], quantity, value) | {k: shared[k] for k in WHERE}
        for quantity, value in costs.items()
        if value and chosen
    ]
    columns = ("arm", *MODEL_COLUMNS)
    own = [{k: v for k, v in s.items() if k not in columns} for s in scores]
    return {"scores": own, "costs": priced, "comparisons": comparisons}


def _headline(enhanced: Part, scores: Part, models: Part, known: Evidence) -> dict[str, Any] | None:
    """The enhanced score of the headline: of the first benchmark's, the largest model's that is held.

    That is, by a bracket or a bound. The largest model's where none is.
    """
    if not enhanced:
        return None
    benchmark = known.benchmarks.get(enhanced[0]["benchmark"])
    sign = -1 if benchmark and not benchmark.higher_is_better else 1
    described: dict[str, dict[str, Any]] = {m["id"]: m for m in models}

    def place(row: dict[str, Any]) -> tuple[str | None, float, float]:
        """A score's family, training compute and oriented score; no number is not a number."""
        name: str = row["model"]
        own, model = described.get(name, {}), known.models.get(known_model(known, name))
        flop = (model.training_flop if model else None) or own.get("training_flop")
        family = model.family if model else own.get("family", "")
        return family, _number(flop), sign * _number(row["score"])

    def held(row: dict[str, Any]) -> bool:
        family, flop, score = place(row)
        others = [place(s) for s in scores if s["arm"] == "baseline" and s["benchmark"] == row["benchmark"]]
        below = [f for of, f, s in others if of == family and s <= score]
        above = [f for of, f, s in others if of == family and s >= score]
        return bool(below) and (bool(above) or max(below) > flop)

    on_it = [r for r in enhanced if r["benchmark"] == enhanced[0]["benchmark"]]
    return max(on_it, key=lambda row: (held(row), place(row)[1] if place(row)[1] > 0 else 0.0))


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return math.nan
