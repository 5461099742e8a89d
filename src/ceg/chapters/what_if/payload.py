"""What the page of What if is given to look up: every outcome with its text, its place and its verdicts."""

import itertools

from ceg.analysis import provenance
from ceg.chapters.what_if import sentence
from ceg.chapters.what_if.page import COLUMNS, GROUPS, SWITCH, Page, cells, rank, without
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.evidence import assumptions as choices
from ceg.evidence.tables import LATER
from ceg.exhibits import controls, cost_panels, gains_against_costs
from ceg.multiverse.one_comparison import Grid
from sphinx_fresh.show import Live


def live(page: Page, *, name: str, figure: str, table: str) -> Live:
    """The controls; ``figure`` and ``table``: the names of what they move."""
    said = sentence.sentence(page.analysis)
    data = payload(page) | controls.places([figure], table, "ceg whatif", "sentence, figure and ranking")
    return Live(name=name, text=said, scripts=("choices.js", "what-if.js"), style="choices.css", data=data)


def payload(page: Page) -> dict:
    """Everything that the page looks up, as JSON. Options are named by their number; 0 is the default.

    Sources are written out where the analysis was opened with the table of sources.
    """
    claims = page.analysis.evidence.paper_claims
    return {
        "choices": [SWITCH, *controls.described(page.analysis, GROUPS)],
        "thresholds": {
            "keys": choices.THRESHOLDS,
            "at": [[page.thresholds.index(o) for o in page.known[key].options] for key in choices.THRESHOLDS],
            "lines": [line for t in page.thresholds for line in cost_panels.lines([t])[1:]],
            "claims": [page.thresholds.index(claims[c].value) for c in sentence.CLAIMS],
        },
        "sentence": sentence.TEMPLATE,
        "fixed": sentence.fixed(page.analysis),
        "verdicts": sentence.VERDICTS,
        "columns": [{"key": c.key, "label": c.label, "align": c.align} for c in COLUMNS],
        "data": gains_against_costs.COLUMNS,
        "plots": list(cost_panels.PLOTS.values()),
        "layers": cost_panels.LAYERS,
        "pointed": ["before", *cost_panels.SHAPES],
        "panels": [
            {"key": f.panel.key, "cost": f.panel.cost, "title": f.panel.title, "xs": f.xs, "ys": f.ys}
            for f in page.frames
        ],
        "enhancements": [
            _looked_up(page, row, found) for (row, _), found in zip(page.shown, page.grids, strict=True)
        ],
    }


def _looked_up(page: Page, row, found: Grid | None) -> dict:
    """One enhancement: the assumptions that change what is shown of it, and what each combination shows.

    ``at``: the number of the outcome, the last of ``keys`` running fastest, each through its options.
    """
    head = {
        "name": gains_against_costs.called(row),
        "category": row.category,
        "surveyed": row.in_survey,
        "later": row.section == LATER,
        "keys": [],
        "at": [0],
    }
    if found is None:
        none = without(row) | {"rank": None, "verdicts": "-" * len(page.thresholds)}
        return head | {"outcomes": [none]}
    shown = [_outcome(page, row, e) for e in found.outcomes]
    different = [o for i, o in enumerate(shown) if o not in shown[:i]]
    number = [different.index(o) for o in shown]
    at = [number[found.at[values]] for values in itertools.product(*found.options)]
    head |= provenance.of_comparison(page.analysis, found.comparison)
    return head | {"comparison": found.comparison, "keys": found.keys, "at": at, "outcomes": different}


def _outcome(page: Page, enhancement, estimate: Estimate) -> dict:
    """What is shown of an estimate: cells, rank, verdicts, and its place in the figure.

    A letter of verdict for each threshold.
    """
    letters = "".join(_letter(estimate, t) for t in page.thresholds)
    found = cells(page.analysis, estimate) | {"rank": rank(estimate), "verdicts": letters}
    row = gains_against_costs.row(enhancement, estimate)
    if row is None:
        return found
    costs = [(f, row[f.panel.key]) for f in page.frames]
    return found | {
        "says": row["says"],
        "row": gains_against_costs.exported(row),
        "y": round(row["y"], 3),
        "mark": cost_panels.mark(row),
        "places": [None if c is None else {"x": f.x(row), "cost": f.panel.show(c)} for f, c in costs],
    }


def _letter(estimate: Estimate, threshold: float) -> str:
    """Verdict: p exceeds, b so does its observed bound, n does not, o undetermined, - no estimate."""
    if estimate.status not in SAYING:
        return "-"
    above = exceeds(estimate, threshold)
    if above:
        return "b" if (estimate.lower_bound or 0) >= threshold else "p"
    return "n" if above is False else "o"
