"""Altair's charts: as Vega-Lite, in words, and their data."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PARTS = ("layer", "hconcat", "vconcat", "concat", "spec")
BESIDE = ("hconcat", "vconcat", "concat")
UP, ACROSS = ("y", "latitude", "theta", "radius"), ("x", "longitude")
APART = (
    *("color", "fill", "stroke", "shape", "size", "opacity", "strokeDash", "detail", "xOffset", "yOffset"),
    *("row", "column", "facet"),
)
"""The channels that tell marks apart, in the order in which they are named."""


def is_chart(value: object) -> bool:
    """Whether it is a chart of Altair: single, layered, faceted, concatenated or repeated."""
    altair = sys.modules.get("altair")  # it is loaded if there is a chart
    return altair is not None and isinstance(value, altair.TopLevelMixin)


def vega_lite(chart: Any) -> dict:
    """The chart's specification with all its data, and no configuration but its own.

    Raises ValueError: it has no mark, encodes nothing, or loads its data from an address.
    """
    import altair

    with altair.theme.enable("none"), altair.data_transformers.enable(max_rows=None):
        spec = chart.to_dict(validate=False)  # to validate takes as long again
    units = list(_units(spec))
    if not all("mark" in unit for unit in units):
        raise ValueError("the chart has no mark: give it one, as in alt.Chart(data).mark_point()")
    if not any(unit.get("encoding") or _type(unit["mark"]) == "geoshape" for unit in units):
        raise ValueError("the chart encodes nothing: say what it shows, as in .encode(x='year', y='score')")
    for address in _addresses(spec):
        raise ValueError(f"the chart loads {address}: read it into a DataFrame, and chart that")
    return spec


def _type(mark: str | dict) -> object:
    return mark if isinstance(mark, str) else mark.get("type")


def _units(spec: dict) -> Iterator[dict]:
    """The parts that have a mark, each with the encoding that it shares with those beside it."""
    parts = [part for key in PARTS for part in _listed(spec.get(key))]
    for part in parts:
        shared = {**spec.get("encoding", {}), **part.get("encoding", {})}
        yield from _units({**part, "encoding": shared})
    if not parts:
        yield spec


def _listed(value: Any) -> list:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _addresses(spec: Any) -> Iterator[str]:
    """Where data are loaded from; the rows themselves are passed over."""
    if isinstance(spec, list):
        for each in spec:
            yield from _addresses(each)
    elif isinstance(spec, dict):
        if isinstance(spec.get("data"), dict) and "url" in spec["data"]:
            yield spec["data"]["url"]
        for key, each in spec.items():
            if key not in ("values", "datasets"):
                yield from _addresses(each)


def frames(chart: Any) -> list:
    """The data frames from which a chart and its parts are drawn, each once."""
    found = [chart.data] if is_frame(getattr(chart, "data", None)) else []
    for key in PARTS:
        held = getattr(chart, key, None)
        parts = held if isinstance(held, list) else [held] if is_chart(held) else []
        found += [frame for part in parts for frame in frames(part)]
    return list({id(frame): frame for frame in found}.values())


def is_frame(value: object) -> bool:
    """Whether it is a data frame: of pandas, polars or another library that narwhals knows."""
    import narwhals

    return isinstance(narwhals.from_native(value, pass_through=True), narwhals.DataFrame)


def described(spec: dict) -> str:
    """A chart in words: its description; else its title, and the fields on its axes and in its legends."""
    if spec.get("description"):
        return words(spec["description"])
    parts = [part for key in BESIDE for part in spec.get(key, ())]
    said = " ".join(map(described, parts)) if parts else _shows(spec)
    title = words(spec.get("title")).rstrip(".")
    return f"{title}. {said}" if title else said


def _shows(spec: dict) -> str:
    """Chart of score against year, by model."""
    facet = spec.get("facet", {})
    encodings = [unit.get("encoding", {}) for unit in (spec, *_units(spec))]
    encodings.append({"facet": facet} if "field" in facet else facet)
    repeated = spec.get("repeat", {})
    up, across, apart = (_named(encodings, some, repeated) for some in (UP, ACROSS, APART))
    apart = [name for name in apart if name not in up + across]
    shown = " against ".join(filter(None, (_and(up), _and(across)))) or _and(apart)
    by = f", by {_and(apart)}" if apart and (up or across) else ""
    return f"Chart of {shown}{by}." if shown else "Chart without fields."


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _named(encodings: Iterable[dict], channels: Iterable[str], repeated: Any) -> list[str]:
    """What the channels show, each once."""
    found = {
        name: None
        for channel in channels
        for encoding in encodings
        for definition in _listed(encoding.get(channel))
        for name in _names(definition, repeated)
    }
    return list(found)


def _names(definition: dict, repeated: Any) -> list[str]:
    """What a channel is called: its title, or its field with what is made of it."""
    title = words(definition.get("title") or (definition.get("axis") or {}).get("title"))
    if title:
        return [title]
    field, made = definition.get("field"), definition.get("aggregate")
    if isinstance(field, dict):  # by which charts are repeated
        fields = repeated if isinstance(repeated, list) else repeated.get(field.get("repeat"), [])
    else:
        fields = [field] if field else ["records"] if made == "count" else []
    return [f"{made} of {each}" if isinstance(made, str) else each for each in fields]


def words(title: object) -> str:
    """The words of a title, which may be of several lines or have settings of its own."""
    if isinstance(title, dict):
        title = title.get("text")
    return " ".join(title) if isinstance(title, list) else title if isinstance(title, str) else ""


def under(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict:
    """Defaults and a chart's own settings, which win, however deep they stand."""
    made = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(made.get(key), dict)
        made[key] = under(made[key], value) if both else value
    return made


def is_single(spec: dict) -> bool:
    """Whether it is one plot, of which alone a width can follow the page's."""
    facets = any(channel in spec.get("encoding", {}) for channel in ("row", "column", "facet"))
    return not facets and not any(key in spec for key in (*BESIDE, "spec"))
