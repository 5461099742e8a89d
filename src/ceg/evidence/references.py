"""The bibliography: what a source is and where it can be looked up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceg.evidence.files import shown, text_of
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from sphinx_fresh import reads


@dataclass(frozen=True)
class Reference:
    """One entry of references.bib.

    link: the address of the DOI, the arXiv record or the page; None if there is none.
    """

    key: str
    title: str
    year: str
    link: str | None


FORMS = {
    "eprint": (r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}", "an arXiv number, 2503.18892"),
    "doi": (r"10\.\d{4,}/[^\s<>\"]+", "10.…/…"),
    "url": (r"https?://[^\s/.<>\"]+(\.[^\s/.<>\"]+)+(/[^\s<>\"]*)?", "http(s)://host/…"),
}
"""Field that becomes a link -> the pattern of its value, and how a message says it."""

ENTRY = re.compile(r"^[^\S\n]*@\w+\s*[{(]\s*([^\s,{}()]+)", re.MULTILINE)
"""Where an entry begins, and its key."""


@reads.cached
def entries(path: Path) -> dict[str, Reference]:
    """Key -> Reference for a BibTeX file. Raises InputError where it is none, or a link is no address."""
    found, wrong = {}, []
    for key, entry in _parsed(path).items():
        fields = entry.fields
        link = fields.get("url")
        if "eprint" in fields:
            link = f"https://arxiv.org/abs/{fields['eprint']}"
        elif "doi" in fields:
            link = f"https://doi.org/{fields['doi']}"
        title = fields.get("title", "").replace("{", "").replace("}", "")
        found[key] = Reference(key, title, fields.get("year", ""), link)
        for name, (form, allowed) in FORMS.items():
            if name in fields and not re.fullmatch(form, fields[name], re.ASCII):
                wrong.append((key, f"with {name} = {quoted(fields[name])}", allowed, "correct the address"))
    if wrong:
        raise InputError(_problems(path, wrong))
    return found


def unprintable(path: Path) -> list[Problem]:
    """The entries that the bibliography's style cannot print: of no known type, or without what it needs."""
    from pybtex.exceptions import PybtexError
    from pybtex.plugin import find_plugin

    style = find_plugin("pybtex.style.formatting", "plain")()
    types = sorted(re.findall(r"\bget_([a-z]+)_template\b", " ".join(dir(style))))
    wrong = []
    for key, entry in _parsed(path).items():
        if entry.type not in types:
            fix = nearest(entry.type, types, "write @misc")
            wrong.append((key, f"of the type @{entry.type}", " · ".join(types), fix))
            continue
        try:
            list(style.format_entries([entry]))
        except (PybtexError, ValueError) as error:
            allowed = "the fields of its type, in LaTeX"
            said = f"with an error, {' '.join(str(error).split())}"
            wrong.append((key, said, allowed, "add the field, or correct it"))
    return _problems(path, wrong)


def _parsed(path: Path) -> dict[str, Any]:
    """Key -> pybtex's entry. Raises InputError."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    text = text_of(path)
    begins = [*ENTRY.finditer(text)]
    for entry, end in zip(begins, [*(m.start() for m in begins), len(text)][1:], strict=True):
        part = text[entry.start() : end]
        if part.count("{") != part.count("}"):
            found, line = f"the entry {entry[1]}, whose braces do not close", _line(text, entry)
            fix = "mend its braces"
            raise InputError(Problem(shown(path), found, "as many { as }", fix, line))
    try:
        return dict(parse_string(text, "bibtex").entries)
    except PybtexError as error:
        said, line = " ".join(str(error).split()), getattr(error, "lineno", None)
        if key := re.search(r"(?:with key|bibliography entry:) (\S+)", said):
            line = max((_line(text, m) for m in begins if m[1].lower() == key[1].lower()), default=None)
        fix = "mend the entry: its braces and commas, a key of its own, each field once"
        raise InputError(Problem(shown(path), said, "BibTeX", fix, line)) from None


def _problems(path: Path, wrong: Iterable[tuple[str, str, str, str]]) -> list[Problem]:
    """Problems of entries: key, what was found, what is allowed, and the fix."""
    text = text_of(path)
    lines = {entry[1]: _line(text, entry) for entry in ENTRY.finditer(text)}
    return [
        Problem(shown(path), f"the entry {key} {found}", allowed, fix, lines.get(key))
        for key, found, allowed, fix in wrong
    ]


def _line(text: str, at: re.Match) -> int:
    return text.count("\n", 0, at.start()) + 1
