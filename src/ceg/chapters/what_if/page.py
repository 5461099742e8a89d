"""The page on which a reader moves the assumptions: what ``ceg`` finds under each, ready to look up.

The page computes nothing. For every enhancement the outcome under each combination of the assumptions that
change it is worked out here, with its text, its place in Figure 2 and its verdict at each threshold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.what_if import sentence
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.evidence import assumptions as choices
from ceg.evidence.tables import LATER
from ceg.exhibits import controls, cost_panels, gains_against_costs
from ceg.exhibits.tables import ANSWER, BEST, INTERVAL, LEAST, ONE_TIME, gain_cells
from ceg.multiverse.one_comparison import VARIED, Grid, grid
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Column, Table

GROUPS = {
    "Training compute": {
        "compute_rule": "Compute rule",
        "compute_optimal_law": "Compute-optimal law",
        "charge_finetuning": "Charge fine-tuning",
        "gpt35_flop": "GPT-3.5's compute",
        "gpt4_flop": "GPT-4's compute",
    },
    "The baseline's curve": controls.CURVE,
    "Which scores": {
        "baseline_prompt": "Prompt of the baseline",
        "aggregation": "Samples an answer",
        "provenance_admitted": "Grades of scores",
        "include_cross_family": "Other families",
    },
    "What is called large": {"threshold_large": "Large", "threshold_very_large": "Very large"},
}
"""Where each control stands and what it is called."""

LABELS = {key: label for labels in GROUPS.values() for key, label in labels.items()}

SWITCH = controls.view(
    "enhancements",
    "Enhancements",
    ["2023 survey", "with later ones"],
    "With those that came after the survey, each with its year. They enter no count of the sentence.",
)
"""The control that changes what is shown and no assumption."""

COLUMNS = (
    Column("name", "Enhancement"),
    LEAST,
    BEST,
    Column("moved", "Against the defaults", "left", "what the choices that are not the defaults have moved"),
    ONE_TIME,
    ANSWER,
    INTERVAL,
    Column("status", "Kind of estimate", "wide"),
)
CELLS = tuple(c for c in COLUMNS if c.key not in ("name", "moved"))
"""The columns that an estimate fills."""


@dataclass(frozen=True)
class Page:
    """What all parts of the page share, worked out once.

    shown: as Figure 2. grids: of each headline comparison, or None.
    """

    analysis: Analysis
    known: Mapping[str, choices.Choice]
    shown: tuple[tuple[tuple, Estimate | None], ...]
    grids: tuple[Grid | None, ...]
    thresholds: tuple[float, ...]
    frames: tuple[cost_panels.Frame, ...]

    @property
    def at_first(self) -> Iterator[tuple[tuple, Estimate | None, Grid | None]]:
        """What is shown before the switch is moved: enhancement, headline and grid.

        Of all but those that came after the survey.
        """
        pairs = zip(self.shown, self.grids, strict=True)
        return ((row, e, found) for (row, e), found in pairs if row.section != LATER)

    @property
    def defaults(self) -> dict[str, object]:
        """The first option of each assumption that can change an estimate."""
        return {key: self.known[key].options[0] for key in VARIED}


def page(analysis: Analysis) -> Page:
    """All outcomes that Figure 2 and its switch show, on axes that hold every one.

    So what moves can be seen to move.
    """
    known = {key: controls.choice(analysis, key) for key in (*VARIED, *choices.THRESHOLDS)}
    shown = tuple(survey.headlines(analysis, with_later=True))
    grids = tuple(grid(analysis, h.comparison) if h else None for _, h in shown)
    # every threshold that may be asked about: the options, and what the paper's claims name
    thresholds = {o for key in choices.THRESHOLDS for o in known[key].options}
    thresholds |= {analysis.evidence.paper_claims[c].value for c in sentence.CLAIMS}
    rows = [
        row
        for (enhancement, _), found in zip(shown, grids, strict=True)
        for outcome in (found.outcomes if found else ())
        if (row := gains_against_costs.row(enhancement, outcome))
    ]
    frames = tuple(cost_panels.frame(rows, panel, sorted(thresholds)) for panel in cost_panels.PANELS)
    return Page(analysis, known, shown, grids, tuple(sorted(thresholds)), frames)


# --- what the page shows without its script ---------------------------------------------------------


def drawn(page: Page) -> list[dict]:
    """What Figure 2 draws of each enhancement at the present assumptions."""
    found = page.analysis
    made = (
        gains_against_costs.row(row, e, gains_against_costs.where(found, e)) for row, e, _ in page.at_first
    )
    return [row for row in made if row]


def panels(page: Page) -> list[alt.LayerChart]:
    """Figure 2 at the present assumptions, on the axes of the page."""
    now, rows = page.analysis.assumptions, drawn(page)
    thresholds = (now.threshold_large, now.threshold_very_large)
    return [cost_panels.chart(frame, rows, thresholds) for frame in page.frames]


def gains(page: Page) -> pd.DataFrame:
    """What ``panels`` shows, a row for each enhancement: its headline's gain, and its costs."""
    exports = [gains_against_costs.exported(row) for row in drawn(page)]
    return pd.DataFrame(exports, columns=list(gains_against_costs.COLUMNS))


def ranking(page: Page, *, name: str, caption: str) -> Table:
    """The enhancements by their CEG at the present assumptions, greatest first.

    A bound counts with its value.
    """
    ranked, last = [], []
    for enhancement, headline, found in page.at_first:
        called = gains_against_costs.called(enhancement)
        if found is None:
            row = without(enhancement) | {"name": called, "moved": ""}
            last.append([row[c.key] for c in COLUMNS])
            continue
        now, before = (cells(page.analysis, e) for e in (headline, found.estimate(page.defaults)))
        row = now | {"name": called, "moved": moved(before, now)}
        ranked.append((rank(headline) or 0, [row[c.key] for c in COLUMNS]))
    ranked.sort(key=lambda pair: -pair[0])
    return Table(name, caption, COLUMNS, [*(row for _, row in ranked), *last])


def rank(estimate: Estimate) -> float | None:
    """What an estimate is ranked by: its point, else its lower, else its upper bound; six digits."""
    if estimate.status not in SAYING:
        return None
    return formatting.six(estimate.ceg or estimate.lower_bound or estimate.upper_bound)


def cells(analysis: Analysis, estimate: Estimate) -> dict[str, str]:
    """An estimate in the ranking: column -> text."""
    status = ", ".join([estimate.status, *estimate.flags]).replace("_", " ").replace("-", " ")
    least, best = gain_cells(estimate)
    found = {
        "least": least,
        "best": best,
        "within": wording.within(estimate),
        "status": f"{status}: {estimate.reason}" if estimate.reason else status,
    }
    if estimate.status not in SAYING:
        return found | {"one_time": "", "answer": ""}
    charged = (
        estimate.one_time_fraction is None
        and analysis.evidence.comparisons[estimate.comparison].one_time_cost
    )
    return found | {
        "one_time": "in the gain" if charged else formatting.percent(estimate.one_time_fraction),
        "answer": formatting.multiple(estimate.runtime_multiple),
    }


def without(enhancement) -> dict[str, str]:
    """The same of an enhancement without an estimate."""
    none = dict.fromkeys((c.key for c in CELLS), "")
    return none | {"least": "no estimate", "best": "–", "status": enhancement.no_estimate_reason}


def moved(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first cell that differs between two outcomes: before → now."""
    for column in CELLS:
        a, b = before[column.key], now[column.key]
        if a != b:
            return f"{column.label}: {a or 'none'} → {b or 'none'}"
    return ""


# --- what one change does -------------------------------------------------------------------------


def one_at_a_time(page: Page) -> pd.DataFrame:
    """Every option that is not a default, alone, for the surveyed enhancements. Index ``key``, ``option``.

    moved: how many headlines have another number or verdict. exceed: how many exceed the large threshold.
    said: the option, in words.
    """
    grids = [g for (row, _), g in zip(page.shown, page.grids, strict=True) if g and row.in_survey]
    large, found = page.analysis.assumptions.threshold_large, []
    for key in VARIED:
        for option in page.known[key].options[1:]:
            pairs = [(g.estimate(page.defaults), g.estimate(page.defaults | {key: option})) for g in grids]
            moved = sum(
                wording.ceg(a) != wording.ceg(b) or exceeds(a, large) != exceeds(b, large) for a, b in pairs
            )
            exceed = sum(exceeds(b, large) is True for _, b in pairs)
            said = f"“{LABELS[key]}: {controls.called(option)}”"
            found.append((key, option, moved, exceed, said))
    frame = pd.DataFrame(found, columns=["key", "option", "moved", "exceed", "said"])
    return frame.set_index(["key", "option"])


def combinations(page: Page) -> pd.Series:
    """How many combinations of the choices that change it each surveyed headline has, by enhancement."""
    pairs = zip(page.shown, page.grids, strict=True)
    return pd.Series({row.name: len(found.at) for (row, _), found in pairs if found and row.in_survey})
