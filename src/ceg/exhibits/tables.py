"""The book's tables: categories, results, the ledger, the paper map, and the evidence itself."""

from collections.abc import Callable, Mapping, Sequence

from ceg import formatting
from ceg.analysis.alternatives import under
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.references import entries as references
from ceg.evidence.tables import Evidence
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Column, Linked, Table

CEG = Column("ceg", "CEG", "right", "≥: a lower bound, rounded down; a pair: a bracket")
ONE_TIME = Column("one_time", "One-time cost", "right", "share of pre-training compute")
RUNTIME = Column("runtime", "Runtime", "right", "FLOP an answer against the same model without it")

LEAST = Column("least", "At least", "right", "what was observed: a bigger model is beaten; rounded down")
BEST = Column("best", "Best estimate", "right", "read off between two models, or beyond the last")
ANSWER = Column("answer", "Cost of an answer", "right", RUNTIME.title)
INTERVAL = Column("within", "90% interval", "right", "what errors leave of it; 95% where one end is open")
REPORTED = {"ceg": "gain", "one_time_fraction": "one-time cost", "runtime_multiple": "answer"}

LONG = ("note", "boundary", "formula", "inputs", "flop_note", "protocol", "locator", "link", "variant")
"""Columns of the evidence that hold sentences."""

GRADES = {
    "certain": "seen in the paper's opening, captions, or the authors' blog",
    "quoted": "quoted word for word by a reader whose quotes were audited",
    "quoted (unaudited)": "quoted word for word by a reader whose quotes were not audited",
    "secondary": "a reader's paraphrase or number",
    "inferred": "worked out from arithmetic or layout; not the paper's words",
}


def numbers(estimate: Estimate) -> list[float | None]:
    """Point, lower and upper bound, with six digits, as downloads have them."""
    return [formatting.six(v) for v in (estimate.ceg, estimate.lower_bound, estimate.upper_bound)]


def measured_on(analysis: Analysis, estimate: Estimate) -> str:
    """Benchmark and model of a comparison."""
    ev = analysis.evidence
    enhanced = ev.results[ev.comparisons[estimate.comparison].enhanced]
    return f"{ev.benchmarks[enhanced.benchmark].name}, {enhanced.model}"


def categories(analysis: Analysis, *, name: str, caption: str) -> Table:
    """The five categories with what they do and the enhancements surveyed in each."""
    what = {
        "tool use": "the model learns to call something outside itself",
        "prompting": "the text in front of the question changes",
        "scaffolding": "a program calls the model many times and passes results on",
        "solution choice": "several answers are drawn and one is chosen",
        "data": "the model is fine-tuned on better or more fitting data",
    }
    rows = []
    for category, words in what.items():
        named = [e for e in analysis.evidence.enhancements.values() if e.category == category and e.in_survey]
        rows.append([category, words, ", ".join(e.name for e in named)])
    columns = [
        Column("category", "Category"),
        Column("what", "What changes"),
        Column("examples", "Surveyed here"),
    ]
    return Table(name, caption, columns, rows, numbered=True)


def gain_cells(estimate: Estimate) -> tuple[str, str]:
    """What an estimate says at least, and the best estimate; a dash where it says none."""
    low, high = estimate.lower_bound, estimate.upper_bound
    if estimate.status not in SAYING:
        return wording.ceg(estimate), "–"
    least = f"{formatting.rounded_down(low)}x" if low else ""
    most = f"at most {formatting.rounded_up(high)}x" if high and estimate.ceg is None else ""
    best = formatting.times(estimate.ceg, 2 if estimate.status == "extrapolated" else 3)
    return ", ".join(filter(None, (least, most))) or "–", best if estimate.ceg else "–"


def results(
    analysis: Analysis,
    *,
    name: str,
    caption: str,
    in_survey: bool = True,
    numbered: bool = True,
    sections: Mapping[str, str] | None = None,
) -> Table:
    """Every surveyed enhancement: gain, costs, what the paper reports; below them those of ``ceg add``.

    Without the survey, the book's others alone. ``sections``: section -> page, to link the names to.
    """
    columns = [
        Column("name", "Enhancement"),
        LEAST,
        BEST,
        ONE_TIME,
        ANSWER,
        INTERVAL,
        Column("reported", "In the paper", "wide", "what the paper reports, and how that is known"),
        Column("on", "Measured on", "wide", "benchmark and model; or why there is no estimate"),
        Column("all", "All comparisons", "wide", "those that say something: number, range, median"),
        Column("status", "Kind of estimate"),
        Column("flags", "Flags"),
        Column("category", "Category"),
    ]
    about, rows = [], []
    for entry in [*survey.entries(analysis, in_survey), *(survey.added(analysis) if in_survey else [])]:
        e, h = entry.enhancement, entry.headline
        if e.added and not any(other and other.added for other in about):
            about.append(None)
            rows.append(["Added here, not in the survey", *[""] * (len(columns) - 1)])
        about.append(e)
        said = _reported(analysis, e.enhancement) or ("not known to us" if e.in_survey else "")
        if h is None:
            last = ["", "", "", e.category]
            rows.append([e.name, "no estimate", "–", "", "", "", said, e.no_estimate_reason, *last])
            continue
        least, best = (wording.gain_link(h, c) if c[0].isdigit() else c for c in gain_cells(h))
        middle = f", median {wording.short(entry.central)}" if len(entry.usable) > 2 else ""
        spread = f"{len(entry.usable)}: {wording.spread(survey.span(entry.estimates))}{middle}"
        rows.append(
            [
                e.name,
                least,
                best,
                formatting.percent(h.one_time_fraction),
                formatting.multiple(h.runtime_multiple),
                wording.within(h),
                said,
                measured_on(analysis, h),
                wording.all_link(e.enhancement, spread),
                h.status.replace("-", " "),
                ", ".join(h.flags).replace("_", " "),
                e.category,
            ]
        )
    if not in_survey:  # the paper reports nothing of these
        at = [c.key for c in columns].index("reported")
        columns, rows = columns[:at] + columns[at + 1 :], [r[:at] + r[at + 1 :] for r in rows]
    if sections:
        rows = [[_linked(r[0], e, sections), *map(_literal, r[1:])] for e, r in zip(about, rows, strict=True)]
    return Table(name, caption, columns, rows, numbered=numbered, markdown=bool(sections))


def _reported(analysis: Analysis, enhancement: str) -> str:
    """What the paper reports of it, each with its grade: gain >26x (secondary); answer 1x (secondary)."""
    said: dict[str, list[str]] = {}
    for c in analysis.evidence.paper_claims.values():
        if c.enhancement == enhancement:
            said.setdefault(c.quantity, []).append(wording.claim(c))
    return "; ".join(
        f"{called} {' or '.join(said[quantity])}{', unresolved' if len(said[quantity]) > 1 else ''}"
        for quantity, called in REPORTED.items()
        if quantity in said
    )


def _literal(words: str) -> str:
    """Text as Markdown that shows it as it is; a linked one is no Markdown."""
    return words if isinstance(words, Linked) else formatting.literal(words)


def _linked(words: str, enhancement: tuple | None, sections: Mapping[str, str]) -> str:
    """A name that leads to its page or section; the line above the added ones stands out instead."""
    if enhancement is None:
        return f"**{formatting.literal(words)}**"
    if enhancement.added or enhancement.in_survey:
        return f"[{formatting.literal(words)}](#profile-{enhancement.enhancement})"
    page = sections.get(enhancement.section)
    return f"[{formatting.literal(words)}]({page})" if page else formatting.literal(words)


def paper_map(evidence: Evidence, kind: str, *, name: str, caption: str) -> Table:
    """Sections, figures or tables of the paper: where each is rebuilt, from what, with which grade."""
    rows = []
    for r in getattr(evidence, kind).values():
        where = _where(r, kind)
        if kind == "sections":
            place = f"[{r.section}]{{#{wording.place_of(r.section)}}}"
            said = (r.title, r.title_grade, r.summary, r.content_grade)
        else:
            said = (str(r[0]), r.title, f"{r.grade}; {r.note}" if r.note else r.grade, r.rebuilt_from)
        said = [formatting.literal(words or "") for words in said]
        rows.append([place, *said, where] if kind == "sections" else [*said, where])
    labels = {
        "sections": ["§", "Title", "Title known", "Content", "Content known", "Here"],
        "figures": ["Figure", "What it shows", "Known", "Rebuilt from", "Here"],
        "tables": ["Table", "What it shows", "Known", "Rebuilt from", "Here"],
    }[kind]
    return Table(name, caption, [Column(w.lower(), w) for w in labels], rows, markdown=True)


def _where(row, kind: str) -> str:
    if not row.page:
        return "not rebuilt yet"
    return f"[here](/book/{row.page}.md)" if kind == "sections" else f"{{numref}}`{row.label}`"


def evidence_table(
    evidence: Evidence,
    table: str,
    fields: Sequence[str],
    *,
    name: str,
    caption: str,
    find: Sequence[str] = (),
) -> Table:
    """A searchable table of the data, with sources written out.

    find: fields that hold names to be found by the site's search.
    """
    known = references(evidence.folder / "references.bib")
    show: dict[str, Callable] = {"source": lambda key: evidence.sources[key].label if key else ""}
    rows = []
    for row in getattr(evidence, table).values():
        cells = []
        for field in fields:
            if field == "link":
                reference = known.get(row.source)
                cells.append(reference.link if reference else "")
            else:
                value = getattr(row, field)
                value = " ".join(value) if isinstance(value, tuple) else value
                cells.append(show.get(field, _plain)(value))
        rows.append(cells)
    described = {f["name"]: f for f in _fields(evidence, table)}
    columns = []
    for field in fields:
        about = described.get(field, {"type": "string", "description": "Where it can be looked up."})
        align = "right" if about["type"] in ("number", "integer") else "wide" if field in LONG else "left"
        columns.append(Column(field, field.replace("_", " "), align, about["description"]))
    return Table(name, caption, columns, rows, searchable=True, find=find)


def estimates(analysis: Analysis, *, name: str, caption: str) -> Table:
    """Every comparison with its estimate: a searchable table."""
    columns = [
        Column("comparison", "comparison"),
        Column("enhancement", "enhancement"),
        Column("benchmark", "benchmark"),
        Column("model", "model"),
        Column("ceg", "CEG", "right"),
        Column("lower", "lower bound", "right"),
        Column("upper", "upper bound", "right"),
        Column("status", "status"),
        Column("flags", "flags"),
        Column("n", "models", "right"),
        Column("role", "role"),
        Column("enhanced", "enhanced score", "wide"),
        Column("baseline", "baseline models", "wide"),
        Column("reason", "why it is the headline", "wide"),
        Column("note", "note", "wide"),
    ]
    ev = analysis.evidence
    rows = []
    for e in analysis.estimate_all():
        c = ev.comparisons[e.comparison]
        enhanced = ev.results[c.enhanced]
        rows.append(
            [
                e.comparison,
                ev.enhancements[e.enhancement].name,
                enhanced.benchmark,
                enhanced.model,
                *numbers(e),
                e.status,
                ", ".join(e.flags).replace("_", " "),
                e.n_baseline,
                c.role,
                c.enhanced,
                ", ".join(ev.results[i].model for i in c.baseline),
                c.headline_reason or "",
                c.note or e.reason or "",
            ]
        )
    return Table(name, caption, columns, rows, searchable=True, find=["enhancement"])


def _plain(value: object) -> object:
    """A value for a cell: large numbers in powers of ten, absent as empty."""
    if isinstance(value, float) and abs(value) >= 1e6:
        return f"{value:.6g}".replace("e+", "e")
    return "" if value is None else value


def _fields(evidence: Evidence, table: str) -> list[dict]:
    from ceg.evidence.tables import descriptor

    return next(r for r in descriptor(evidence.folder)["resources"] if r["name"] == table)["schema"]["fields"]


def table(
    book: Analysis, rows: Sequence[tuple[str, str, Mapping[str, object]]], *, name: str, caption: str
) -> Table:
    """The CEG under each set of choices: rows of (what is chosen, comparison, changed assumptions)."""
    columns = [
        Column("choice", "Choice", "wide"),
        Column("ceg", "CEG", "right", "≥: a lower bound, rounded down"),
        Column("status", "Status"),
        Column("assumptions", "Assumptions changed", "left", "keys of data/assumptions.yml"),
    ]
    cells = []
    for label, comparison, changes in rows:
        found = under(book, comparison, **changes)
        now = {k: getattr(book.assumptions, k) for k in changes}
        changed = ", ".join(f"{k}: {v}" for k, v in changes.items() if v != now[k]) or "none"
        cells.append([label, wording.ceg(found), found.status.replace("-", " "), changed])
    return Table(name, caption, columns, cells)
