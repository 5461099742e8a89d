"""How far the choices move each enhancement's number: a strip for each."""

import textwrap

import altair as alt
import numpy as np
import pandas as pd

from ceg.estimator.gain import STATUSES
from ceg.exhibits.gain_rows import SHAPES
from ceg.exhibits.marks_and_axes import axis, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK
from ceg.formatting import part, significant, six
from ceg.multiverse import distribution
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.survey import Multiverse
from ceg.multiverse.variance_shares import weights_of

TICKS = (0.1, 1, 10, 100, 1000, 10_000)
ROW = 34
"""Height of a strip, in pixels."""

QUANTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
COLUMNS = [
    *("enhancement", "stands_for", "default", "status", "least", *QUANTILES, "greatest"),
    *("with_number", "bounds", "exceeds", "undetermined", "does_not"),
]
"""What the table under the figure has; the last five are shares of the specifications."""


def numbers(multiverse: Multiverse) -> pd.DataFrame:
    """A row for each enhancement and each way to stand for it: what the specifications give it.

    The numbers are points, or bounds where there is no point, each with the weight of its specifications.
    ``COLUMNS``, and ``name``; no number where no specification gives one.
    """
    threshold = multiverse.analysis.assumptions.threshold_large
    *factors, standing = multiverse.factors
    weights = [f.weights for f in factors]
    rows = []
    for key, outcomes in multiverse.standing.items():
        for level, made in enumerate(outcomes):
            d = distribution.distribution(key, made, weights, threshold)
            rows.append(
                {
                    "enhancement": key,
                    "name": multiverse.analysis.evidence.enhancements[key].name,
                    "stands_for": standing.label(level),
                    **_default(made),
                    **_spread(made, weights),
                    "with_number": _share(d.point + d.bound),
                    "bounds": _share(d.bound),
                    "exceeds": _share(d.exceeds),
                    "undetermined": _share(d.undetermined),
                    "does_not": _share(d.below),
                }
            )
    return pd.DataFrame(rows)


def _share(share: float) -> float | None:
    return six(round(share, 9))


def _default(made: Outcomes) -> dict[str, object]:
    """The number under the defaults, and the status that it has."""
    first = (0,) * made.status.ndim
    value = float(made.shown[first])
    return {
        "default": np.nan if np.isnan(value) else six(10**value),
        "status": STATUSES[made.status[first]],
    }


def _spread(made: Outcomes, weights: list) -> dict[str, float]:
    """The least, the greatest and the quartiles of the numbers."""
    says = ~np.isnan(made.shown)
    value, weight = made.shown[says], weights_of(weights, made.status.shape)[says]
    if not value.size:
        return {}
    quartiles = distribution.quantiles(value, weight, tuple(QUANTILES.values()))
    found = {"least": value.min(), **dict(zip(QUANTILES, quartiles, strict=True)), "greatest": value.max()}
    return {name: six(10 ** float(x)) for name, x in found.items()}


def strips(numbers: pd.DataFrame) -> alt.LayerChart:
    """A row a headline: the range of its numbers, their middle half, their median, and the default's mark.

    numbers: as the function above gives them. Beside each the ends of the range, and the share of the
    specifications with a number where it is not all. The greatest median comes first.
    """
    found = numbers.query("stands_for == 'headline' and with_number > 0")
    found = found.sort_values("median", ascending=False, kind="stable", ignore_index=True)
    ends = found["least"].map(significant) + "–" + found["greatest"].map(significant) + "x"
    few = found["with_number"].map(lambda share: f"\nin {part(share)}" if share < 1 - 1e-9 else "")
    shape = found["status"].map({"interpolated": "point", "extrapolated": "beyond"}).fillna("least")
    fields = ["default", "least", *QUANTILES, "greatest"]
    drawn = (
        np.log10(found[fields])
        .round(4)
        .assign(
            name=[textwrap.fill(name, 19) for name in found["name"]],
            says=ends + few,
            share=found["with_number"].map(part),
        )
    )
    domain = (min(0.0, drawn["least"].min()) - 0.1, max(1.0, drawn["greatest"].max()) + 0.1)
    ticks = multiples(TICKS, orient="top", domain=False, labelPadding=2)
    ticks |= {"grid": True, "labelOverlap": "greedy", "labelSeparation": 6}
    x = {field: axis(alt.X, field, None, domain, **ticks) for field in fields}
    names = {"labelExpr": "split(datum.label, '\\n')", "ticks": False, "domain": False, "labelPadding": 8}
    y = alt.Y("name:N", title=None, sort=list(drawn["name"]), axis=alt.Axis(**names))
    base, blue = alt.Chart(drawn), CATEGORY["tool use"]
    shown = tips("name=enhancement", "says=range", "share=specifications with a number")
    text = {"align": "left", "dx": 8, "color": INK, "lineBreak": "\n", "fontSize": 12}
    half = alt.X2("upper_quartile:Q")
    return alt.layer(
        base.mark_rule(color=blue, opacity=0.5, strokeWidth=2).encode(x["least"], y, alt.X2("greatest:Q")),
        base.mark_bar(color=blue, opacity=0.25, height=14).encode(
            x["lower_quartile"], y, half, tooltip=shown
        ),
        base.mark_tick(color=INK, thickness=2, size=18).encode(x["median"], y),
        *(
            alt.Chart(drawn[shape == s].dropna(subset="default"))
            .mark_point(color=blue, opacity=1, **SHAPES[s])
            .encode(x["default"], y)
            for s in dict.fromkeys(shape)
        ),
        *(
            alt.Chart(some).mark_text(dy=dy, **text).encode(y=y, x=alt.value("width"), text="says:N")
            for some, dy in ((drawn[few == ""], 0), (drawn[few != ""], -7))
        ),
    ).properties(
        height=ROW * max(len(drawn), 1),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 8},
        description="The range of each headline's numbers over the specifications: "
        f"{'; '.join(found['name'] + ' ' + ends)}.",
    )
