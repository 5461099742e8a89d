"""The page of workings: a closed entry for each comparison that a page shows, by enhancement."""

from collections.abc import Iterable, Sequence

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.tables import LATER
from ceg.prose import wording
from ceg.prose.workings import Workings, alternatives, workings
from ceg.survey import survey
from ceg.survey.survey import Entry
from sphinx_fresh.show import Fold, Folds, Grid, Lines, Place, Section, Sections, Words

WHOLE = 40
"""A surveyed enhancement with so many comparisons or fewer is shown whole, as is one that was added.

Of others, those comparisons that some page names.
"""

EVIDENCE = "book/about/evidence"
COLUMNS = ("Arm", "Model", "Score", "Training compute (FLOP)", "Read in", "Known")


def sections(analysis: Analysis, also: Iterable[str] = ()) -> Sections:
    """A section for each enhancement with a comparison that is shown.

    also: ids of comparisons that chapters name.
    """
    named = _named(analysis, also)
    vary = alternatives(analysis)
    made = []
    for entry in _entries(analysis):
        headline = {e.comparison: e for e in [entry.headline] if e}
        shown = [headline.get(e.comparison, e) for e in entry.estimates if _is_shown(entry, e, named)]
        if shown:
            folds = [fold(workings(analysis, e, vary if e.headline else ())) for e in shown]
            how = (
                f"{len(shown)} of {len(entry.estimates)} comparisons."
                if len(shown) < len(entry.estimates)
                else ""
            )
            said = "What a single entry says is printed by `ceg explain` with its id."
            parts = [p for p in (how, Folds(folds, said)) if p]
            made.append(Section(f"workings-{entry.enhancement.enhancement}", entry.enhancement.name, parts))
    return Sections([_counts(analysis), *made])


def folds(made: Sections) -> list[Fold]:
    """The entries of the page, those of the survey's counts first."""
    return [f for s in made.sections for part in s.parts if isinstance(part, Folds) for f in part.folds]


def fold(w: Workings) -> Fold:
    """One comparison's entry."""
    e = w.estimate
    mark = " · headline" if e.headline else ""
    parts: list[Lines | Grid] = [Grid("What is compared", COLUMNS, [_arm(a) for a in w.arms])]
    parts.append(Lines("Arithmetic", [*map(_one, w.steps), *([_one(w.errors)] if w.errors else [])]))
    of = [
        [f"Status: {w.status}."],
        [
            "Measured quantity: ",
            _row(w.benchmark, w.benchmark),
            ". Comparison: ",
            _row(e.comparison, e.comparison),
            ".",
        ],
        *(_one(f"{flag.capitalize()}: {meaning}.") for flag, meaning in w.flags),
        *([_row(c.cost, c.what), f": {c.said}."] for c in w.costs),
        *map(_one, w.notes),
    ]
    parts.append(Lines("What to know", of))
    bears = [", ".join(f"{key}: {value}" for key, value in w.assumptions)]
    parts.append(
        Lines("Assumptions that bear on it", [bears, *(_one(f"With {k}: {v}.") for k, v in w.changes)])
    )
    parts.append(Lines("Prints the same", [[c] for c in w.commands], code=True))
    return Fold(f"gain:{e.comparison}", e.comparison, [f"{w.title}: {w.said}{mark}"], parts)


def _counts(analysis: Analysis) -> Section:
    """Who is counted in the survey's totals, for each threshold."""
    pairs = [(row, e) for row, e in survey.headlines(analysis) if row.in_survey and not row.added]
    folds = []
    for name in wording.COUNTED:
        x = getattr(analysis.assumptions, "threshold_" + name.replace("-", "_"))
        count = survey.count([(row.name, e) for row, e in pairs], x)
        words = {
            n: "exceeds, as its observed bound does" if n in count.by_bound else "exceeds"
            for n in count.exceed
        }
        words |= dict.fromkeys(count.fail, "does not") | dict.fromkeys(count.undetermined, "undetermined")
        rows = [
            [[row.name], _gain(e), [wording.status(e) if e else ""], [words.get(row.name, "no estimate")]]
            for row, e in pairs
        ]
        said = (
            f"Of {len(count.surveyed)} surveyed, {len(count.estimated)} have an estimate and "
            f"{len(count.exceed)} exceed {x:g}x, {len(count.by_bound)} with an observed bound above it"
        )
        columns = ("Enhancement", "Headline", "Status", f"Exceeds {x:g}x")
        rule = [
            "Points and bounds count alike, by the draws of all errors. An enhancement exceeds the "
            "threshold if its gain is above it in at least "
            f"{formatting.percent(analysis.assumptions.count_probability)} of the draws, and does not if "
            "it is at most the threshold in as many.",
            "A draw beyond the biggest model counts as above the threshold only if that model is. All "
            "else is undetermined, and so is everything on a flat baseline.",
        ]
        parts = [Grid("Who is counted", columns, rows), Lines("The rule", list(map(_one, rule)))]
        folds.append(Fold(f"count:{name}", f"count-{name}", [said], parts))
    return Section(
        "workings-counts", "The survey's counts", [Folds(folds, "Who is counted above each threshold.")]
    )


def _gain(estimate: Estimate | None) -> Words:
    if estimate is None:
        return [""]
    return [Place(wording.ceg(estimate), "book/about/workings", estimate.comparison or "")]


def _entries(analysis: Analysis) -> list[Entry]:
    return [*survey.shown(analysis), *survey.entries(analysis, in_survey=False), *survey.later(analysis)]


def _named(analysis: Analysis, also: Iterable[str]) -> set[str]:
    """The comparisons that the ledger and the chapters name."""
    claims = (c.comparison for c in analysis.evidence.paper_claims.values())
    return {c for c in (*claims, *also) if c}


def _is_shown(entry: Entry, estimate: Estimate, named: set[str]) -> bool:
    ends = survey.span(entry.estimates) or ()
    extreme = estimate.comparison in {e.comparison for e in ends}
    short = len(entry.estimates) <= WHOLE and entry.enhancement.section != LATER
    whole = entry.enhancement.added or short
    return whole or estimate.headline or extreme or estimate.comparison in named


def _arm(arm) -> Sequence[Words]:
    where = ", ".join(filter(None, (arm.source, arm.locator)))
    return [
        [arm.arm],
        [_row(arm.model, arm.model)],
        [_row(arm.result, arm.score)],
        [arm.flop],
        [where],
        [arm.provenance],
    ]


def _row(key: str, said: str) -> Place:
    """Text that leads to a row of the evidence."""
    return Place(said, EVIDENCE, f"row={key}")


def _one(words: str) -> Words:
    return [words]
