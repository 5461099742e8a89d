"""The choices an analyst makes, from ``data/assumptions.yml``: typed, with options, overridden by name."""

import dataclasses
import functools
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceg.estimator.gain import READING
from ceg.evidence.csv_cells import NUMBER
from ceg.evidence.files import shown, text_of
from ceg.evidence.noted import NotedTable, Origin
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import find_data
from sphinx_fresh import reads


@dataclass(frozen=True)
class Assumptions:
    """One value for each key of ``assumptions.yml``; what each means and its source stand there."""

    compute_rule: str
    compute_optimal_law: str
    transform: str
    estimate_order: str
    extrapolate_from: str
    baseline_prompt: str
    aggregation: str
    charge_finetuning: bool
    min_points: int
    max_extrapolation_oom: float
    gpt35_flop: str
    gpt4_flop: str
    provenance_admitted: str
    include_cross_family: bool
    threshold_large: float
    threshold_very_large: float
    width_printed: float
    width_6nd: float
    width_estimated: float
    compute_error_shared: float
    unknown_error: float
    family_spread: float
    enhanced_run: str
    count_probability: float
    pretraining_flop: float
    tokens_per_query: int
    lifetime_queries: float
    price_year: int
    training_utilisation: float
    inference_utilisation: float
    arrivals_per_year: float
    combination_discount: float
    published_gains: str
    bounds_taken: str
    combined_within: str
    drawn_from: str

    def but(self, **values: object) -> "Assumptions":
        """The same with some values changed; no check of the values."""
        return dataclasses.replace(self, **values)

    @property
    def reading(self) -> dict[str, Any]:
        """How a curve is read: the options of ``ceg.gain``."""
        return {name: getattr(self, name) for name in READING}


KEYS = tuple(f.name for f in dataclasses.fields(Assumptions))
THRESHOLDS = ("threshold_large", "threshold_very_large")
"""Keys that change no estimate, only what is said of estimates."""
ERRORS = (
    *("width_printed", "width_6nd", "width_estimated", "compute_error_shared"),
    *("unknown_error", "family_spread", "enhanced_run"),
)
"""Keys that change no estimate, only its interval: how far compute and scores may be off."""
COUNTING = ("count_probability",)
"""Keys that change no estimate and no interval, only which of them count."""
BREAK_EVEN = (
    *("pretraining_flop", "tokens_per_query", "lifetime_queries", "price_year"),
    *("training_utilisation", "inference_utilisation"),
)
"""Keys that change no estimate and no interval, only what ``ceg.survey.break_even`` sets a gain against."""
BUFFER = (
    *("arrivals_per_year", "combination_discount", "published_gains"),
    *("bounds_taken", "combined_within", "drawn_from"),
)
"""Keys that change no estimate, only how likely the gains together exceed a safety buffer."""
BEYOND = (*BREAK_EVEN, *BUFFER)
"""Keys that no headline can feel."""
NO_ESTIMATE = (*THRESHOLDS, *ERRORS, *COUNTING, *BEYOND)
"""Keys that change no estimate."""
PARTS = ("value", "options", "unit", "reason", "source")
"""What stands under each key of the file; under some also ``range``, within which any number is allowed."""
FILE = "assumptions.yml"
LARGEST = 1_000_000
"""Bytes of the largest file that is read."""
VARIABLE = "CEG_SET"
"""The environment variable that overrides the file: ``CEG_SET="compute_rule=6nd, transform=linear"``."""

RENAMED = {"verified+readoff+secondary": "all_but_recalled"}
"""Options by a name that they had: what a setting or an earlier revision means by it."""


@dataclass(frozen=True)
class Choice:
    """One key; the first option is the default. range: ends between which any number is a value."""

    key: str
    value: Any
    options: tuple[Any, ...]
    unit: str
    reason: str
    source: str
    range: tuple[float, float] | None = None

    def read(self, text: str) -> Any:
        """The value that a text means; None if that is not allowed."""
        if (option := next((o for o in self.options if _same(o, text)), None)) is not None:
            return option
        found = float(text) if self.range and NUMBER.fullmatch(text) else math.nan
        if not self.range or not self.range[0] <= found <= self.range[1]:
            return None
        whole = Assumptions.__annotations__[self.key] is int
        return found if not whole else int(found) if found.is_integer() else None

    def with_own(self, value: Any) -> "Choice":
        """The same with a value among the options, the last if it is none of them."""
        return self if value in self.options else dataclasses.replace(self, options=(*self.options, value))


def file_of(folder: Path) -> Path:
    """The assumptions of a data folder: its own file, else that of the book whose ``data`` it stands in."""
    own, book = folder / FILE, find_data(folder)
    return book / FILE if book in folder.resolve().parents and not os.path.lexists(own) else own


def choices(folder: Path | None = None) -> Mapping[str, Choice]:
    """Key -> Choice, as the file has them. Raises InputError that lists everything wrong with the file."""
    folder = folder or find_data()
    with reads.apart() as behind:
        if found := problems(folder):
            raise InputError(found)
        entries = _read(folder)
    made = {
        key: Choice(
            *(key, e["value"], tuple(e["options"]), e["unit"], e["reason"], e["source"]),
            tuple(e["range"]) if "range" in e else None,
        )
        for key, e in entries.items()
    }
    return NotedTable(FILE, made, Origin({}, behind)) if reads.noting() else made


def estimating(folder: Path | None = None) -> dict[str, Choice]:
    """Of these, the ones that can change an estimate, in the order of ``KEYS``; the others are not read."""
    known = choices(folder)
    return {key: known[key] for key in KEYS if key not in NO_ESTIMATE}


def current(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Mapping[str, Choice]:
    """Key -> Choice, with the settings of ``CEG_SET`` over those of the file: what a build is made with.

    Raises InputError on an item that is not key=value, an unknown key, or a value that is not an option.
    """
    items = environ.get(VARIABLE, "").replace(",", " ").split()
    allowed, fix = "key=value, with commas or spaces between several", "write such as transform=linear"
    if wrong := [Problem(VARIABLE, quoted(i), allowed, fix) for i in items if "=" not in i]:
        raise InputError(wrong)
    settings = dict(i.split("=", 1) for i in items)
    return _over(choices(folder), settings, VARIABLE) if settings else choices(folder)


def defaults(folder: Path | None = None) -> Assumptions:
    """The book's defaults: the first option of each key."""
    return Assumptions(**{key: choice.options[0] for key, choice in choices(folder).items()})


def load(
    folder: Path | None = None,
    overrides: Mapping[str, str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Assumptions:
    """The assumptions of a data folder: those of the file, with others over them.

    ``CEG_SET`` goes over the file, and the overrides, given as text (``{"compute_rule": "6nd"}``), over both.
    Raises InputError on an unknown key or a value that is not one of the key's options.
    """
    known = _over(current(folder, environ), overrides or {}, "--set")
    return Assumptions(**{key: choice.value for key, choice in known.items()})


def written(value: object) -> str:
    """A value as one writes it in the file: true, 6nd, 1.0, 1e+10."""
    if isinstance(value, float) and value >= 1e6:
        return next(text for digits in (6, 17) if float(text := f"{value:.{digits}g}") == value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _over(known: Mapping[str, Choice], settings: Mapping[str, str], where: str) -> dict[str, Choice]:
    """The choices with other values, given as text. Raises InputError."""
    found, wrong = dict(known), []
    for key, text in settings.items():
        if key not in known:
            wrong.append(_unknown(where, key))
            continue
        value = known[key].read(text)
        if value is None:
            wrong.append(
                Problem(where, *_refused(key, text, known[key].options, known[key].range), field=key)
            )
        found[key] = dataclasses.replace(known[key], value=value)
    if wrong:
        raise InputError(wrong)
    return found


def problems(folder: Path) -> list[Problem]:
    """Everything wrong with the assumptions of a data folder."""
    path = file_of(folder)
    try:
        entries = _read(folder)
    except InputError as error:
        return list(error.problems)
    if not isinstance(entries, dict):
        return [Problem(shown(path), _kind(entries), f"keys with {', '.join(PARTS)}", "mend the file")]
    found = [_unknown(shown(path), key) for key in entries if key not in KEYS]
    for key, kind in Assumptions.__annotations__.items():
        if wrong := _wrong(key, kind, entries.get(key)):
            found.append(Problem(shown(path), *wrong, field=key))
    return found


def _wrong(key: str, kind: type, entry: Any) -> tuple[str, str, str] | None:
    """What is wrong with the entry of a key, if anything: found, allowed, fix."""
    if not isinstance(entry, dict):
        return _kind(entry), ", ".join(PARTS), f"write them under {key}"
    if absent := [name for name in PARTS if name not in entry]:
        return f"no {absent[0]}", ", ".join(PARTS), f"write {absent[0]} under {key}"
    for name in PARTS[2:]:
        if not isinstance(entry[name], str) or not entry[name]:
            fix = "write some, in quotation marks if it looks like a number"
            return f"{_kind(entry[name])} as {name}", "text", fix
    options, kinds = entry["options"], (int, float) if kind is float else (kind,)
    if not isinstance(options, list) or not options:
        found = "an empty list" if options == [] else _kind(options)
        return f"{found} as options", "a list, the default first", "write [the default, another, …]"
    for option in options:
        if type(option) not in kinds or (kind is float and not math.isfinite(option)):
            allowed = {str: "text", bool: "true or false", int: "a whole number", float: "a finite number"}
            return f"{_kind(option)} among the options", allowed[kind], "correct the option"
    value, ends = entry["value"], entry.get("range", ())
    if "range" in entry:
        pair = isinstance(ends, list) and len(ends) == 2
        numbers = pair and all(type(n) in (int, float) for n in (*ends, *options))
        if not numbers or not all(ends[0] <= o <= ends[1] for o in options):
            fix = "write [least, greatest], or take the range out"
            return f"{_kind(ends)} as range", "two numbers with all options between them", fix
    listed = any(type(o) is type(value) and o == value for o in options)
    if not listed and not (ends and type(value) in kinds and ends[0] <= value <= ends[1]):
        return _refused(key, value, options, ends)
    return None


def _kind(value: object) -> str:
    """A value of YAML as a message names it."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "keys with values"
    return quoted(value if value is None else written(value))


@functools.lru_cache(maxsize=8)
def _parse(text: str, name: str) -> Any:
    from ceg.evidence import yaml_files

    return yaml_files.values(text, name)


def _read(folder: Path) -> Any:
    path = file_of(folder)
    return _parse(text_of(path, LARGEST), shown(path))


def _same(option: object, text: str) -> bool:
    if isinstance(option, bool):
        return text.casefold() == str(option).casefold()
    if isinstance(option, (int, float)):
        try:
            return float(text) == option
        except ValueError:
            return False
    return text == option


def _unknown(file: str, key: object) -> Problem:
    fix = nearest(str(key), KEYS, "see data/assumptions.yml for the keys")
    return Problem(file, f"the key {quoted(key)}", "a known assumption", fix)


def _refused(key: str, value: object, options: Iterable, ends: Sequence | None) -> tuple[str, str, str]:
    """Found, allowed, fix."""
    allowed = [written(o) for o in options]
    if ends:
        kind = "a whole number" if Assumptions.__annotations__[key] is int else "a number"
        return _kind(value), f"{kind} from {ends[0]:g} to {ends[1]:g}", f"take one, such as {allowed[0]}"
    name = RENAMED.get(str(value), str(value))
    return _kind(value), " · ".join(allowed), nearest(name, allowed, "take one of them")
