"""The choices an analyst makes, from ``data/assumptions.yml``: typed, with options, overridden by name."""

import dataclasses
import functools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceg.estimator.gain import READING
from ceg.evidence.files import missing, shown
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import find_data


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
ERRORS = ("width_printed", "width_6nd", "width_estimated", "compute_error_shared")
"""Keys that change no estimate, only its interval: how far training compute may be off."""
BREAK_EVEN = (
    "pretraining_flop",
    "tokens_per_query",
    "lifetime_queries",
    "price_year",
    "training_utilisation",
    "inference_utilisation",
)
"""Keys that change no estimate and no interval, only what ``ceg.survey.break_even`` sets a gain against.

That is a model's life, and what compute costs.
"""
BUFFER = (
    "arrivals_per_year",
    "combination_discount",
    "published_gains",
    "bounds_taken",
    "combined_within",
    "drawn_from",
)
"""Keys that change no estimate, only how likely the gains together exceed a safety buffer."""
BEYOND = (*BREAK_EVEN, *BUFFER)
"""Keys that no headline can feel."""
NO_ESTIMATE = (*THRESHOLDS, *ERRORS, *BEYOND)
"""Keys that change no estimate."""
VARIABLE = "CEG_SET"
"""The environment variable that overrides the file: ``CEG_SET="compute_rule=6nd, transform=linear"``."""


@dataclass(frozen=True)
class Choice:
    """One key of ``assumptions.yml``. The first option is the default."""

    key: str
    value: Any
    options: tuple[Any, ...]
    unit: str
    reason: str
    source: str


def choices(folder: Path | None = None) -> dict[str, Choice]:
    """Key -> Choice, as the file has them. Raises InputError that lists everything wrong with the file."""
    folder = folder or find_data()
    if found := problems(folder):
        raise InputError(found)
    return {
        key: Choice(key, e["value"], tuple(e["options"]), e["unit"], e["reason"], e["source"])
        for key, e in _read(folder).items()
    }


def current(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Choice]:
    """Key -> Choice, with the settings of ``CEG_SET`` over those of the file: what a build is made with.

    Raises InputError on an item that is not key=value, an unknown key, or a value that is not an option.
    """
    items = environ.get(VARIABLE, "").replace(",", " ").split()
    allowed, fix = "key=value, with commas or spaces between several", "write such as transform=linear"
    if wrong := [Problem(VARIABLE, quoted(i), allowed, fix) for i in items if "=" not in i]:
        raise InputError(wrong)
    return _over(choices(folder), dict(i.split("=", 1) for i in items), VARIABLE)


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
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _over(known: Mapping[str, Choice], settings: Mapping[str, str], where: str) -> dict[str, Choice]:
    """The choices with other values, given as text. Raises InputError."""
    found, wrong = dict(known), []
    for key, text in settings.items():
        if key not in known:
            wrong.append(_unknown(where, key))
            continue
        value = next((o for o in known[key].options if _same(o, text)), None)
        if value is None:
            wrong.append(_not_an_option(where, key, text, known[key].options))
        found[key] = dataclasses.replace(known[key], value=value)
    if wrong:
        raise InputError(wrong)
    return found


def problems(folder: Path) -> list[Problem]:
    """Everything wrong with assumptions.yml in a data folder."""
    import yaml

    path = folder / "assumptions.yml"
    parts = ("value", "options", "unit", "reason", "source")
    try:
        entries = _read(folder)
    except FileNotFoundError:
        return [missing(path)]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [Problem(shown(path), " ".join(str(error).split()), "YAML in UTF-8", "mend the file")]
    if not isinstance(entries, dict):
        allowed = "keys with value, options, unit, reason, source"
        return [Problem(shown(path), quoted(entries), allowed, "mend the file")]
    found = [_unknown(shown(path), key) for key in entries if key not in KEYS]
    for key in KEYS:
        entry, allowed = entries.get(key), ", ".join(parts)
        if not isinstance(entry, dict):
            fix = f"write them under {key}"
            found.append(Problem(shown(path), quoted(entry), allowed, fix, field=key))
        elif absent := [name for name in parts if name not in entry]:
            fix = f"write {absent[0]} under {key}"
            found.append(Problem(shown(path), f"no {absent[0]}", allowed, fix, field=key))
        elif not any(type(o) is type(entry["value"]) and o == entry["value"] for o in entry["options"]):
            found.append(_not_an_option(shown(path), key, entry["value"], entry["options"]))
    return found


@functools.lru_cache(maxsize=8)
def _parse(text: str) -> Any:
    import yaml

    return yaml.safe_load(text)


def _read(folder: Path) -> Any:
    return _parse((folder / "assumptions.yml").read_text(encoding="utf-8"))


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


def _not_an_option(file: str, key: str, value: object, options: Iterable[object]) -> Problem:
    allowed = [written(o) for o in options]
    fix = nearest(str(value), allowed, "take one of them")
    return Problem(file, quoted(value), " · ".join(allowed), fix, field=key)
