"""Table 3, what the headline numbers stand on: compute and costs; and the table of the analyst's choices."""

from collections.abc import Sequence

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from ceg.survey import survey
from sphinx_fresh.show import Column, Table

GAINS = tuple(k for k in choices.KEYS if k not in choices.BEYOND)
"""The choices that reach a single gain: its value, its interval, or what is said of it."""

METHODS = {"reported": "as reported", "6nd": "6ND", "estimate": "estimated"}
COSTS = {"one_time_fraction": "one-time cost", "runtime_multiple": "runtime cost"}


def models_and_costs(analysis: Analysis, *, name: str, caption: str) -> Table:
    """Every model whose compute enters a surveyed headline comparison, and every cost shown beside one."""
    columns = [
        Column("input", "Model, or cost of"),
        Column("value", "Value", "right", "training FLOP; share of pre-training; multiple of one answer"),
        Column("sure", "How sure", "left", "compute: certainty; cost: how it was read"),
        Column("others", "Other values", "left", "published or worked out otherwise"),
        Column("how", "Worked out from", "note"),
        Column("enters", "Enters", "note"),
        Column("source", "Source", "note"),
    ]
    return Table(
        name, caption, columns, [*_models(analysis), *_costs(analysis)], numbered=True, markdown=True
    )


def spread(analysis: Analysis) -> list[tuple[str, float]]:
    """Models of the headline comparisons with another value of their compute, the furthest first.

    (model, ratio >= 1).
    """
    found = []
    for model in _used(analysis, "models"):
        flop = analysis.evidence.models[model].training_flop
        ratios = [max(v / flop, flop / v) for v in _other_flop(analysis, model)]
        if ratios:
            found.append((model, max(ratios)))
    return sorted(found, key=lambda pair: -pair[1])


def assumptions(analysis: Analysis, *, name: str, caption: str, keys: Sequence[str] = GAINS) -> Table:
    """The choices of assumptions.yml that these keys name: what is taken, what else could be, and why."""
    columns = [
        Column("key", "Choice"),
        Column("value", "Taken"),
        Column("options", "Options"),
        Column("unit", "Unit"),
        Column("reason", "Why", "note"),
        Column("source", "Source", "note"),
    ]
    known = choices.choices(analysis.evidence.folder)
    rows = [
        [
            f"`{c.key}`",
            _word(getattr(analysis.assumptions, c.key)),
            " · ".join(_word(o) for o in c.options)
            + (f", or any number from {c.range[0]:g} to {c.range[1]:g}" if c.range else ""),
            formatting.literal(c.unit),
            formatting.literal(c.reason),
            c.source if c.source == "this book" else f"{{cite:t}}`{c.source}`",
        ]
        for c in (known[k] for k in keys)
    ]
    return Table(name, caption, columns, rows, markdown=True)


def _word(value: object) -> str:
    """An option as it is written in assumptions.yml."""
    return f"`{choices.written(value)}`"


def _used(analysis: Analysis, table: str) -> dict[str, list[str]]:
    """Key of a row -> names of the surveyed enhancements whose headline comparison it enters."""
    found: dict[str, list[str]] = {}
    for entry in survey.entries(analysis):
        for row in entry.headline.rows if entry.headline else ():
            kind, _, key = row.partition("/")
            if kind == table and entry.enhancement.name not in found.setdefault(key, []):
                found[key].append(entry.enhancement.name)
    return found


def _other_flop(analysis: Analysis, model: str) -> list[float]:
    row = analysis.evidence.models[model]
    others = [r.training_flop for r in analysis.evidence.compute_alternatives.values() if r.model == model]
    return others + [v for v in (row.flop_low, row.flop_high) if v is not None]


def _models(analysis: Analysis) -> list[list]:
    used, rows = _used(analysis, "models"), []
    for key, m in analysis.evidence.models.items():
        if key not in used:
            continue
        size = [f"{_amount(m.active_parameters or m.parameters)} parameters"] if m.parameters else []
        size += [f"{_amount(m.training_tokens)} tokens"] if m.training_tokens else []
        how = "; ".join([METHODS[m.flop_method], *size])
        rows.append(
            [
                formatting.literal(key),
                _flop(m.training_flop),
                m.certainty,
                _list([_flop(v) for v in _other_flop(analysis, key)]),
                how,
                formatting.literal(", ".join(used[key])),
                _source(m),
            ]
        )
    return rows


def _costs(analysis: Analysis) -> list[list]:
    used, rows = _used(analysis, "costs"), []
    for kind, words in COSTS.items():
        show = formatting.percent if kind == "one_time_fraction" else formatting.multiple
        for key, c in analysis.evidence.costs.items():
            if key not in used or c.quantity != kind:
                continue
            others = [show(v) for v in (c.low, c.high, c.published_value) if isinstance(v, (int, float))]
            of = f"{used[key][0]}: {words}" + (
                f" ({c.variant})" if c.variant and c.variant != used[key][0] else ""
            )
            how = formatting.code(c.formula) + (f" with {_inputs(c.inputs)}" if c.inputs else "")
            rows.append(
                [
                    formatting.literal(of),
                    show(c.value),
                    c.provenance,
                    _list(others),
                    how,
                    formatting.literal(", ".join(used[key])),
                    _source(c),
                ]
            )
    return rows


def _flop(value: float) -> str:
    """Training compute on one line."""
    return formatting.flop(value).replace(" ", "\u00a0")


def _inputs(inputs: str) -> str:
    return ", ".join(map(formatting.code, inputs.split()))


def _source(row) -> str:
    return f"{{cite:t}}`{row.source}`" + (f", {formatting.literal(row.locator)}" if row.locator else "")


def _amount(value: float) -> str:
    """A number of parameters or tokens: 175B, 300B, 1.4T."""
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if value >= size:
            return f"{formatting.significant(value / size, 3)}{letter}"
    return formatting.significant(value, 3)


def _list(words: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(words))
