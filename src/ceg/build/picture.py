"""The picture of the README: Figure 2 as one SVG, which names the numbers it was drawn from."""

import hashlib
import json
import sys
from pathlib import Path

import ceg
from ceg.exhibits import gains_against_costs
from sphinx_fresh.figures.drawing import Draughtsman
from sphinx_fresh.show import Figure


def figure() -> Figure:
    """Figure 2 of the book that the working directory stands in."""
    return gains_against_costs.gains_against_costs(ceg.open(enhancements="survey"), name="fig-2", caption="")


def digest(shown: Figure) -> str:
    """A digest of the rows drawn."""
    return hashlib.sha256(json.dumps(shown.rows).encode()).hexdigest()


def svg(shown: Figure) -> str:
    """The panels one above the other on white, with the digest of their rows in a comment."""
    first = shown.spec[0]
    bare = [
        {k: v for k, v in p.items() if k not in ("config", "$schema")} | {"width": 640} for p in shown.spec
    ]
    config = first["config"] | {"background": "white", "padding": 12}
    draughtsman = Draughtsman()
    drawn = draughtsman.svg({"$schema": first["$schema"], "config": config, "vconcat": bare})
    draughtsman.close()
    return f"{drawn}\n<!-- rows {digest(shown)} -->\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(figure()), encoding="utf-8")
