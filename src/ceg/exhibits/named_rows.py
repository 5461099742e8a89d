"""Rows of a chart named after enhancements, short enough for a phone."""

import json
import textwrap
from collections.abc import Sequence

import altair as alt

SHORT = {
    "LaMDA fine-tuning with tools": "LaMDA with tools",
    "Reasoning by reinforcement learning": "Reasoning by RL",
    "Continued pre-training on mathematics": "More maths pre-training",
    "Interpreter with a vote or a reward model": "Interpreter and choice",
    "Search with a process reward model": "Process-reward search",
    "Repeated sampling with a checker": "Sampling with a checker",
    "Choice by a reward model": "Reward-model choice",
    "Distillation of DeepSeek-R1": "R1 distillation",
    "Majority voting since 2023": "Voting since 2023",
    "Self-generated code puzzles": "Own code puzzles",
    "RL on verifiable rewards": "RL on checked answers",
}
"""Those that are longer than a row has room for, without what stands in brackets."""

ROW, WRAP = 30, 16
"""Height in pixels of a row that holds a name in two lines, and letters in a line."""


def short(name: str) -> str:
    """A name without what stands in brackets, and shortened where it is long."""
    bare = name.partition(" (")[0]
    return SHORT.get(bare, bare)


def rows(names: Sequence[str], **scale: object) -> alt.Y:
    """A row for each name in the field ``name``, from the top, in at most two lines: a phone has room."""
    lines = {name: textwrap.wrap(short(name), WRAP, break_on_hyphens=False) for name in names}
    broken = [name for name in names if len(lines[name]) > 1]
    baseline = {"condition": {"test": f"indexof({json.dumps(broken)}, datum.label) >= 0", "value": "bottom"}}
    axis = alt.Axis(
        ticks=False,
        domain=False,
        grid=False,
        labelExpr=f"({json.dumps(lines, ensure_ascii=False)})[datum.label]",
        labelLimit=0,
        labelBaseline=baseline | {"value": "middle"},
        labelPadding=8,
    )
    return alt.Y("name:N", title=None, sort=list(names), axis=axis, scale=alt.Scale(**scale))
