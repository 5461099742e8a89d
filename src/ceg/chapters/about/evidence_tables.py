"""The data as searchable tables: every comparison with its estimate, and each table of ``data/``."""

from collections.abc import Callable, Sequence

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence.csv_cells import Printed
from ceg.evidence.descriptor import descriptor
from ceg.evidence.references import entries as references
from ceg.evidence.tables import Evidence
from ceg.exhibits.tables import FLAGS, STATUSES, numbers
from sphinx_fresh.show import Column, Rounded, Table

NOTES = ("note", "boundary", "formula", "inputs", "flop_note", "protocol")
"""Columns that hold sentences: they open below their row."""

OF_MODEL = ("family",)
"""Columns of a row's model, for tables that name one."""

DIGITS = 4
"""Significant digits of a number below a thousand; the downloads have all."""

ROUNDED = {
    "lower": formatting.rounded_down,
    "ceg": lambda value: formatting.significant(value, 3),
    "upper": formatting.rounded_up,
}


def evidence_table(
    evidence: Evidence,
    table: str,
    fields: Sequence[str],
    *,
    name: str,
    caption: str,
    find: Sequence[str] = (),
    facets: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> Table:
    """A searchable table of the data, with sources written out and numbers as they are printed.

    find: fields that hold names to be found by the site's search. facets: fields by whose values readers
    choose rows. hidden: fields that are shown once a reader asks for them. A table that names models can
    have their ``family`` too.
    """
    known = references(evidence.folder / "references.bib")
    own = {f["name"]: f for f in _fields(evidence, table)}
    of_model = {f["name"]: f for f in _fields(evidence, "models") if f["name"] in OF_MODEL}
    read: dict[str, Callable] = {field: lambda row, f=field: getattr(row, f) for field in own}
    read["source"] = lambda row: evidence.sources[row.source].label if row.source else ""
    read["link"] = lambda row: known[row.source].link if row.source in known else ""
    if table == "sources":
        read["source"] = lambda row: row.source
    for field in set(of_model) - set(own):
        read[field] = lambda row, f=field: getattr(evidence.models[row.model], f) if row.model else ""
    about = {"link": {"type": "string", "description": "Where it can be looked up."}} | of_model | own
    columns = [
        Column(
            field,
            field.replace("_", " "),
            _align(field, about[field]),
            about[field]["description"],
            facet=field in facets,
            hidden=field in hidden,
        )
        for field in fields
    ]
    rows = [[_cell(read[field](row)) for field in fields] for row in getattr(evidence, table).values()]
    return Table(name, caption, columns, rows, searchable=True, find=find)


def _align(field: str, about: dict) -> str:
    if field in NOTES:
        return "note"
    return "right" if about["type"] in ("number", "integer") else "left"


def estimates(analysis: Analysis, *, name: str, caption: str) -> Table:
    """Every comparison with its estimate: a searchable table."""
    columns = [
        Column("comparison", "comparison"),
        Column("lower", "at least", "right", "observed: a bigger model is beaten; rounded down"),
        Column("ceg", "best estimate", "right", "read off between two models, or beyond the last"),
        Column("upper", "at most", "right", "observed: a smaller model is not beaten; rounded up"),
        Column("enhancement", "enhancement", facet=True),
        Column("benchmark", "benchmark", facet=True),
        Column("model", "model"),
        Column("family", "family", "left", "of models", facet=True, hidden=True),
        Column("status", "status", tags=STATUSES, facet=True),
        Column("flags", "flags", tags=FLAGS, facet=True),
        Column("provenance", "grade", "left", "how the enhanced score was read", facet=True, hidden=True),
        Column("n", "models", "right", "without the enhancement", hidden=True),
        Column("role", "role", hidden=True),
        Column("enhanced", "enhanced score", hidden=True),
        Column("baseline", "baseline models", "wide", hidden=True),
        Column("reason", "why it is the headline", "note"),
        Column("note", "note", "note"),
    ]
    ev = analysis.evidence
    rows = []
    for e in analysis.estimate_all():
        c = ev.comparisons[e.comparison]
        enhanced = ev.results[c.enhanced]
        values = dict(zip(("ceg", "lower", "upper"), numbers(e), strict=True))
        rows.append(
            [
                e.comparison,
                *(_rounded(values[key], shown) for key, shown in ROUNDED.items()),
                ev.enhancements[e.enhancement].name,
                enhanced.benchmark,
                enhanced.model,
                ev.models[enhanced.model].family,
                e.status.replace("-", " "),
                ", ".join(e.flags).replace("_", " "),
                enhanced.provenance,
                e.n_baseline,
                c.role,
                c.enhanced,
                ", ".join(ev.results[i].model for i in c.baseline),
                c.headline_reason or "",
                c.note or e.reason or "",
            ]
        )
    return Table(name, caption, columns, rows, searchable=True, find=["enhancement"])


def _rounded(value: float | None, shown: Callable[[float], str]) -> Rounded | None:
    return None if value is None else Rounded(value, shown(value).replace(",", ""))


def _cell(value: object) -> object:
    """A value for a cell: as it was printed, else in few digits; very large numbers in powers of ten."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, Printed):
        return value.text
    if isinstance(value, float):
        large = f"{value:.6g}".replace("e+", "e")
        return Rounded(value, large if abs(value) >= 1000 else formatting.significant(value, DIGITS))
    return "" if value is None else value


def _fields(evidence: Evidence, table: str) -> list[dict]:
    return next(r for r in descriptor(evidence.folder)["resources"] if r["name"] == table)["schema"]["fields"]
