"""YAML as people write it, and no more: each key once, every value written out, of bounded size and depth."""

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from ceg.evidence.problems import InputError, Problem, quoted

DEEPEST = 20
"""Values inside each other."""


def values(text: str, name: str) -> Any:
    """What a YAML text says. Raises InputError with the lines of what it says twice, or wrongly."""
    root = composed(text, name)
    if root is None:
        return None
    if found := list(_misfits(root, name)):
        raise InputError(found)
    return SafeConstructor().construct_document(root)


def composed(text: str, name: str) -> yaml.Node | None:
    """The tree of a YAML text, called ``name`` in messages.

    Raises InputError where the text is no YAML, nests deeply, names a value to repeat it, or its type.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                found, fix = "a value nested more deeply", "mend the brackets or the indentation"
                raise InputError(_problem(name, event, found, f"{DEEPEST} values in each other", fix))
            sign = getattr(event, "anchor", None) or getattr(event, "tag", None)
            if sign:
                fix = "write the value out, in quotation marks if it begins with such a sign"
                found, allowed = f"{quoted(sign)} as a name or a type", "no &, * and ! before a value"
                raise InputError(_problem(name, event, found, allowed, fix))
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem)))
        fix = "mend the line; put text with a colon or a # into quotation marks"
        raise InputError(Problem(name, said, "YAML", fix, mark.line + 1 if mark else None)) from None
    except yaml.YAMLError as error:  # a character that YAML does not allow
        said = " ".join(str(error).split())
        raise InputError(Problem(name, said, "YAML", "take the character out")) from None


def _misfits(node: yaml.Node, name: str) -> Iterator[Problem]:
    """Keys that stand twice or are no text, and values that are none, such as a day that no month has."""
    if isinstance(node, yaml.ScalarNode):
        try:
            str(SafeConstructor().construct_object(node)).encode()
        except (yaml.YAMLError, ValueError, OverflowError):
            fix = "correct it, or put it into quotation marks"
            yield _problem(name, node, quoted(node.value), "text, a number, true or false", fix)
        return
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _misfits(each, name)
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
            yield _problem(name, key, "a key that is no text", "text before the colon", "write text")
        elif key.value in lines:
            found = f"{quoted(key.value)} a second time, after line {lines[key.value]}"
            yield _problem(name, key, found, "each key once", "remove one of the two")
        else:
            lines[key.value] = line
            yield from _misfits(key, name)
        yield from _misfits(value, name)


def _problem(name: str, at: Any, found: str, allowed: str, fix: str) -> Problem:
    return Problem(name, found, allowed, fix, at.start_mark.line + 1)
