"""The book's tables: categories, results, the ledger, the paper map, and the evidence itself."""

from collections.abc import Mapping

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.tables import Evidence
from ceg.prose import wording, workings
from ceg.survey import survey
from ceg.typical import derived
from sphinx_fresh.show import Column, Linked, Table

ONE_TIME = Column("one_time", "One-time cost", "right", "share of pre-training compute")
ANSWER = Column("answer", "Cost of an answer", "right", "FLOP, against the same model without it")
LEAST = Column("least", "At least", "right", "what was observed: a bigger model is beaten; rounded down")
BEST = Column("best", "Best estimate", "right", "read off between two models, or beyond the last")
TYPICAL = Column("typical", "On a new test", "right", "typical gain, and where nine in ten new tests lie")
INTERVAL = Column("within", "90% interval", "right", "what errors leave of it; 95% where one end is open")
REPORTED = {"ceg": "gain", "one_time_fraction": "one-time cost", "runtime_multiple": "answer"}

STATUSES = {
    "interpolated": "read off between two models without the enhancement",
    "extrapolated": "outside the scores of the models without it: it leans on a slope continued beyond them",
    "bound": "no estimate: only a bigger model that is beaten, or a smaller one that is not",
    "inconsistent": "the models without the enhancement contradict each other beyond their errors",
    "not meaningful": "no model gives a bound, and no curve through them reaches the score",
    "not available": "the assumptions leave a model without training compute",
}
"""What a kind of estimate means, for its tag."""

FLAGS = {flag.replace("_", " "): meaning for flag, meaning in workings.FLAGS.items()}
"""What a warning beside an estimate means, for its tag."""


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


def gain_links(estimate: Estimate) -> tuple[str, ...]:
    """The same, leading to its workings."""
    return tuple(wording.gain_link(estimate, c) if c[0].isdigit() else c for c in gain_cells(estimate))


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
        INTERVAL,
        TYPICAL,
        ONE_TIME,
        ANSWER,
        Column("status", "Kind of estimate", tags=STATUSES),
        Column("flags", "Flags", tags=FLAGS),
        Column("category", "Category"),
        Column("on", "Measured on", "note"),
        Column("all", "All comparisons", "note"),
        Column("reported", "In the paper", "note"),
    ]
    about, rows, gains = [], [], derived.typical(analysis)
    for entry in [*survey.entries(analysis, in_survey), *(survey.added(analysis) if in_survey else [])]:
        e, h = entry.enhancement, entry.headline
        if e.added and not any(other and other.added for other in about):
            about.append(None)
            rows.append(["Added here, not in the survey", *[""] * (len(columns) - 1)])
        about.append(e)
        said = _reported(analysis, e.enhancement) or ("not known to us" if e.in_survey else "")
        if h is None:
            new = derived.said(gains, e.enhancement)
            empty = [""] * 4
            rows.append(
                [e.name, "no estimate", "–", "", new, *empty, e.category, e.no_estimate_reason, "", said]
            )
            continue
        least, best = gain_links(h)
        middle = f", median {wording.short(entry.central)}" if len(entry.usable) > 2 else ""
        spread = f"{len(entry.usable)} with a number: {wording.spread(survey.span(entry.estimates))}{middle}"
        rows.append(
            [
                e.name,
                least,
                best,
                wording.within(h),
                derived.said(gains, e.enhancement),
                formatting.percent(h.one_time_fraction),
                formatting.multiple(h.runtime_multiple),
                h.status.replace("-", " "),
                ", ".join(h.flags).replace("_", " "),
                e.category,
                measured_on(analysis, h),
                wording.all_link(e.enhancement, spread),
                said,
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
    columns = [Column(w.lower(), w, "note" if w in ("Content", "Rebuilt from") else "left") for w in labels]
    return Table(name, caption, columns, rows, markdown=True)


def _where(row, kind: str) -> str:
    if not row.page:
        return "not rebuilt yet"
    return f"[here](/book/{row.page}.md)" if kind == "sections" else f"{{numref}}`{row.label}`"
