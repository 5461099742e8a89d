"""What becomes of the conclusions: in which share of the specifications each of them holds."""

from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.exhibits.marks_and_axes import bare_axis, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.multiverse import conclusions
from ceg.multiverse.conclusions import Conclusion
from sphinx_fresh.show import Figure

VERDICT = {"holds": CATEGORY["tool use"], "undetermined": RULE, "fails": CATEGORY["prompting"]}


def shares(found: Sequence[Conclusion], **figure: object) -> Figure:
    """A bar for each way to stand for an enhancement.

    Beside it, the range of the share that holds when options are weighted otherwise.
    """
    standing = found[0].factors[-1]
    rows, labels, ranges, y = [], [], [], 0.0
    for c in found:
        labels.append({"y": y, "label": c.short})
        for level in range(len(standing.levels)):
            y += 1 if level == 0 else 1.4
            low, high = map(formatting.part, c.range("holds", **{standing.name: level}))
            within = "not varied" if not c.varied else low if low == high else f"{low} to {high}"
            if within != low:
                ranges.append({"x": 1, "y": y + 0.62, "label": within if not c.varied else f"holds {within}"})
            left = 0.0
            for word in conclusions.SHARES:
                share = c.share(word, **{standing.name: level})
                rows.append(
                    {
                        "conclusion": c.statement,
                        "stands_for": standing.label(level),
                        "verdict": word,
                        "holds_5_to_95": within,
                        "share": formatting.six(round(share, 9)),
                        "x": left,
                        "x2": left + share,
                        "y": y,
                    }
                )
                left += share
        y += 1.7
    scale = alt.Scale(domain=[-0.3, 1], nice=False)
    x = alt.X(
        "x:Q",
        title="share of specifications",
        scale=scale,
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", grid=False, domain=False),
    )
    at = bare_axis(alt.Y, "y", (y - 0.6, -0.6))
    shown = tips("conclusion", "stands_for", "verdict", "share")
    layers = []
    for word, colour in VERDICT.items():
        some = [r for r in rows if r["verdict"] == word and r["share"]]
        bar = {"color": colour, "height": 13, "opacity": 0.5}
        layers.append(layer(some, "bar", x, at, alt.X2("x2:Q"), tooltip=shown, **bar))
        inside = [
            r | {"x": (r["x"] + r["x2"]) / 2, "label": f"{word} {formatting.part(r['share'])}"}
            for r in some
            if r["share"] > (0.36 if word == "undetermined" else 0.2)
        ]
        layers.append(layer(inside, "text", x, at, text="label", fontSize=12, color=INK))
    sides = [{"x": -0.01, "y": r["y"], "label": r["stands_for"]} for r in rows if r["verdict"] == "holds"]
    layers.append(layer(sides, "text", x, at, text="label", align="right", fontSize=12, color=MUTED))
    layers.append(layer(ranges, "text", x, at, text="label", align="right", fontSize=12, color=MUTED))
    head = {"align": "left", "fontSize": 12, "fontWeight": "bold", "color": INK}
    layers.append(layer([r | {"x": -0.3} for r in labels], "text", x, at, text="label", **head))
    said = "; ".join(
        f"{r['conclusion']} ({r['stands_for']}): {r['verdict']} in {formatting.part(r['share'])}"
        for r in rows
    )
    columns = ["conclusion", "stands_for", "verdict", "share", "holds_5_to_95"]
    return Figure(
        description="Share of the specifications in which each conclusion holds, is undetermined or "
        f"fails. {said}.",
        columns=columns,
        rows=[[r[k] for k in columns] for r in rows],
        spec=theme(alt.layer(*layers), round(25 * y)),
        panel="large",
        **figure,
    )
