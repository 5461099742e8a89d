"""One enhancement as one YAML file: read into flat items that remember the line of every value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from ceg.evidence import files
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.yaml_files import composed

TABLES = {
    "enhancement": "enhancements",
    "sources": "sources",
    "benchmarks": "benchmarks",
    "models": "models",
    "scores": "results",
    "costs": "costs",
    "comparisons": "comparisons",
}
"""Part of the file -> table of the data that its items become rows of."""

MACHINE = ("gpu_hours", "usd", "usd_per_gpu_hour", "chip", "peak_flop_per_second", "utilisation")
"""Fields of a cost that was paid in machine time, in place of a formula."""

OWN = {
    "sources": ("bibtex",),
    "scores": ("of", "standard_error"),
    "costs": MACHINE,
    "comparisons": ("benchmark", "model"),
}
"""Fields that a part has beside the columns of its table."""

KEPT = ("in_survey", "survey_grade", "added", "brought")
"""Columns of enhancements.csv that only the book fills."""


@dataclass(frozen=True)
class Item:
    """An enhancement, source, benchmark, model, score, cost or comparison as the file has it.

    fields: name -> text, or a tuple of texts for a list; lines: name -> line in the file. unsure: a field of
    it could not be read, so that what is empty may be that one.
    """

    part: str
    line: int | None
    fields: Mapping[str, str | tuple[str, ...]]
    lines: Mapping[str, int]
    unsure: bool = False

    def text(self, field: str) -> str:
        """A field's text; empty if it is absent."""
        value = self.fields.get(field, "")
        return value if isinstance(value, str) else " ".join(value)


@dataclass(frozen=True)
class Draft:
    """What a file asks to add. ``problem`` makes a message that names the file, the line and the field.

    problems: what could not be read of it.
    """

    name: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()

    def of(self, part: str) -> list[Item]:
        """The items of a part, in the order of the file."""
        return [item for item in self.items if item.part == part]

    def problem(self, item: Item, field: str | None, found: str, allowed: str, fix: str) -> Problem:
        """A message about a field of an item, or about the whole item."""
        line = item.lines.get(field or "", item.line)
        return Problem(self.name, found, allowed, fix, line, f"{item.part}.{field}" if field else item.part)


def fields_of(part: str, folder: Path) -> tuple[str, ...]:
    """The fields that a part's items may have: ``id``, the columns of their table, and a few of their own."""
    of = schema(folder, TABLES[part])
    columns = [f["name"] for f in of["fields"] if f["name"] not in (*of["primaryKey"], *KEPT)]
    if part == "comparisons":
        columns.remove("enhancement")
    return ("id", *columns, *OWN.get(part, ()))


def read(path: Path, folder: Path) -> Draft:
    """The draft in a file; ``folder`` is the data folder. Raises InputError."""
    return parse(text_of(path), path.name, folder)


def text_of(path: Path) -> str:
    """The text of a file that was named. Raises InputError."""
    try:
        return files.text_of(path)
    except InputError as error:
        fix = "correct the path, or the file"
        raise InputError(
            replace(p, file=str(path), fix=p.fix if p.row else fix) for p in error.problems
        ) from None


def parse(text: str, name: str, folder: Path) -> Draft:
    """The draft in a text, called ``name`` in messages.

    Raises InputError where the text, or a whole part of it, cannot be read.
    """
    root = composed(text, name)
    found = _Reader(name, folder)
    parts = list(found.pairs(root, None, tuple(TABLES)))
    whole = not found.problems
    items = tuple(item for part, _, node in parts for item in found.items(part, node))
    if whole and not any(item.part == "enhancement" for item in items):
        allowed = "a part enhancement with id, name, category, …"
        found.problems.append(Problem(name, "no enhancement", allowed, "see ceg add --example"))
        whole = False
    if not whole:
        raise InputError(found.problems)
    return Draft(name, items, tuple(found.problems))


class _Reader:
    """Walks the YAML tree and collects what does not fit."""

    def __init__(self, name: str, folder: Path):
        self.name, self.folder = name, folder
        self.problems: list[Problem] = []

    def wrong(self, node: yaml.Node, field: str | None, found: str, allowed: str, fix: str) -> None:
        self.problems.append(Problem(self.name, found, allowed, fix, node.start_mark.line + 1, field))

    def pairs(
        self, node: yaml.Node | None, field: str | None, known: tuple[str, ...] = ()
    ) -> Iterator[tuple]:
        """The (key, line, value) of a mapping whose keys are known (or any), each once."""
        if not isinstance(node, yaml.MappingNode):
            fix = "see ceg add --example"
            if node is None:
                self.problems.append(Problem(self.name, "nothing", "an enhancement", fix))
            else:
                self.wrong(node, field, _kind(node), "fields with values (name: value)", fix)
            return
        seen = set()
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else _kind(key_node)
            place = f"{field}.{key}" if field else key
            if key in seen:
                found = f"{quoted(key)} a second time"
                self.wrong(key_node, place, found, "each field once", "remove one of the two")
            elif known and key not in known:
                fix = nearest(key, known, "remove it, or see ceg add --example")
                self.wrong(key_node, place, quoted(key), "one of " + " · ".join(known), fix)
            else:
                seen.add(key)
                yield key, key_node.start_mark.line + 1, value

    def items(self, part: str, node: yaml.Node) -> Iterator[Item]:
        if part == "enhancement":
            yield from self.item(part, node)
        elif isinstance(node, yaml.SequenceNode):
            for each in node.value:
                yield from self.item(part, each)
        else:
            allowed, fix = "a list, each item behind a dash", "put a dash before each item"
            self.wrong(node, part, _kind(node), allowed, fix)

    def item(self, part: str, node: yaml.Node) -> Iterator[Item]:
        """An item; a group of scores is an item for each model in its ``of``."""
        fields, lines, many = {}, {}, None
        before = len(self.problems)
        for key, line, value in self.pairs(node, part, fields_of(part, self.folder)):
            if (part, key) == ("scores", "of"):
                many = [(m, n, self.scored(v)) for m, n, v in self.pairs(value, "scores.of")]
                continue
            as_is = key == "bibtex"
            if part == "costs" and key == "inputs" and isinstance(value, yaml.MappingNode):
                named = [(k, self.scalar(v, "costs.inputs")) for k, _, v in self.pairs(value, "costs.inputs")]
                fields[key] = " ".join(f"{k}={v}" for k, v in named)
            elif part == "comparisons" and isinstance(value, yaml.SequenceNode):
                fields[key] = tuple(self.scalar(v, f"{part}.{key}") for v in value.value)
            else:
                fields[key] = self.scalar(value, f"{part}.{key}", as_is)
            lines[key] = line
        line, unsure = node.start_mark.line + 1, len(self.problems) > before
        if many is None:
            yield Item(part, line, fields, lines, unsure)
        for model, at, score in many or ():
            own = {"model": model} | score
            yield Item(part, line, fields | own, lines | dict.fromkeys(own, at), unsure)

    def scored(self, node: yaml.Node) -> dict[str, str]:
        """What a group has of one model: its score, or fields with the score among them."""
        if not isinstance(node, yaml.MappingNode):
            return {"score": self.scalar(node, "scores.of")}
        known = tuple(f for f in fields_of("scores", self.folder) if f not in ("of", "model"))
        return {k: self.scalar(v, f"scores.{k}") for k, _, v in self.pairs(node, "scores.of", known)}

    def scalar(self, node: yaml.Node, field: str, as_is: bool = False) -> str:
        """A value as it is written; line breaks and runs of blanks become one blank, null is empty."""
        if not isinstance(node, yaml.ScalarNode):
            fix = "write text or a number, in quotation marks if need be"
            self.wrong(node, field, _kind(node), "one value", fix)
            return ""
        text: str = node.value
        if node.tag == "tag:yaml.org,2002:null":
            return ""
        if node.tag == "tag:yaml.org,2002:bool":
            return text.lower() if text.lower() in ("true", "false") else text
        return text if as_is else " ".join(text.split())


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return quoted(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "fields with values"


def draft(parts: Mapping[str, list[dict]], name: str, folder: Path) -> Draft:
    """A draft from parts in memory, called ``name`` in messages.

    A ``line`` among an item's fields is where it was read. Raises InputError on a field that a part does not
    have.
    """
    items, problems = [], []
    for part, listed in parts.items():
        known = fields_of(part, folder)
        for fields in listed:
            line = fields.get("line")
            texts = {k: v for k, v in fields.items() if k != "line"}
            given = {k: v if k == "bibtex" else " ".join(v.split()) for k, v in texts.items()}
            problems += [
                Problem(name, quoted(k), "one of " + " · ".join(known), "remove it", line, k)
                for k in given
                if k not in known
            ]
            items.append(Item(part, line, given, {}))
    if problems:
        raise InputError(problems)
    return Draft(name, tuple(items))


def stated_cost(model: str, variant: str, quantity: str, amount: str) -> dict[str, str]:
    """The fields of a cost whose amount was given as it is."""
    return {"model": model, "variant": variant, "quantity": quantity, "value": amount}


class _Plain(yaml.SafeDumper):
    """Numbers as they are printed, and text of several lines as it stands."""

    def text(self, value: str) -> yaml.Node:
        """A text; one that says a number needs no quotation marks."""
        if "\n" in value:
            return self.represent_scalar("tag:yaml.org,2002:str", value, style="|")
        kind = self.resolve(yaml.ScalarNode, value, (True, False))
        plain = kind.endswith((":int", ":float")) or value in ("true", "false")
        return self.represent_scalar(kind if plain else "tag:yaml.org,2002:str", value)


_Plain.add_representer(str, _Plain.text)


def dumped(of: Draft) -> str:
    """A draft as the YAML file that ``read`` takes."""
    parts = {
        part: [
            {k: list(v) if isinstance(v, tuple) else v for k, v in item.fields.items() if v != ""}
            for item in of.of(part)
        ]
        for part in TABLES
    }
    shown = {part: listed[0] if part == "enhancement" else listed for part, listed in parts.items() if listed}
    return yaml.dump(shown, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
