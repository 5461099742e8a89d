"""What a scaffold does to each model's score: a line a model, from alone to with it."""

from collections.abc import Sequence

import altair as alt

from ceg.analysis.analysis import Analysis
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose.compared_scores import compared_scores

HEIGHT, COLOUR = 240, CATEGORY["scaffolding"]


def slopes(book: Analysis, compared: Sequence[str], title: str, enhanced: str) -> alt.LayerChart | alt.Chart:
    """Scores in percent on one benchmark: alone on the left, enhanced on the right.

    A dashed line carries the best score alone across. enhanced: how the right side is called.
    """
    scores = compared_scores(book, compared)
    if scores.empty:
        return left_out.panel(title, HEIGHT)
    at = scores.assign(side=scores["arm"].map({"unenhanced": "alone", "enhanced": enhanced}))
    at["label"] = at["model"] + " " + at["score"].map("{:.3g}%".format)
    best = at.loc[at["side"] == "alone", "score"].max()
    across = alt.Data(values=[{"side": side, "score": best} for side in ("alone", enhanced)])
    top = alt.Axis(labelAngle=0, labelFontWeight="bold", domain=False, ticks=False, orient="top")
    x = alt.X("side:N", title=None, sort=["alone", enhanced], axis=top, scale=alt.Scale(padding=1))
    left = alt.Axis(values=[0, 50, 100], domain=False, ticks=False, labelExpr="datum.value + '%'")
    y = alt.Y("score:Q", title=None, scale=alt.Scale(domain=[0, 100], nice=False), axis=left)
    shown = tips("model", "variant", "score", "compute", "ceg=gain", "source", "provenance")
    layers = [
        alt.Chart(across).mark_line(color=MUTED, strokeWidth=1, strokeDash=[3, 3]).encode(x, y),
        alt.Chart(at).mark_line(color=COLOUR, strokeWidth=2, opacity=0.5).encode(x, y, detail="model:N"),
    ]
    for side, colour, align in (("alone", MUTED, "right"), (enhanced, COLOUR, "left")):
        some = alt.Chart(at[at["side"] == side])
        layers.append(
            some.mark_point(filled=True, size=75, opacity=1, color=colour).encode(x, y, tooltip=shown)
        )
        style = {"color": colour, "align": align, "dx": 9 if align == "left" else -9}
        layers.append(some.mark_text(**style).encode(x, y, text="label:N"))
    said = "; ".join(at["label"] + " " + at["side"])
    return alt.layer(*layers).properties(title=title, height=HEIGHT, description=f"{title}: {said}.")
