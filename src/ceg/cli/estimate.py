"""``ceg check``, ``estimate``, ``compare``, ``gain``: the data, its estimates, the paper's, and one's own."""

import dataclasses
import math
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ceg import formatting
from ceg.analysis.scores import binomial_error
from ceg.cli.shared import (
    DataOption,
    Format,
    FormatOption,
    SetOption,
    app,
    existing,
    number,
    open_session,
    write_rows,
)
from ceg.estimator.gain import gain
from ceg.estimator.scaling import UNITS, Point, Scale
from ceg.evidence import tables as evidence
from ceg.evidence.check import check as check_folder
from ceg.evidence.csv_cells import Printed
from ceg.evidence.problems import InputError, Problem
from ceg.survey import reported_values

Row = dict[str, Any]


class Unit(StrEnum):
    """What kind of number a score is, for ``ceg gain``."""

    percent = "percent"
    fraction = "fraction"
    loss = "loss"
    bits = "bits"
    perplexity = "perplexity"
    elo = "elo"
    points = "points"


class Transform(StrEnum):
    """The scale on which performance is taken to be linear in log compute."""

    logit = "logit"
    linear = "linear"


class Order(StrEnum):
    """Which of two ways to a point is tried first."""

    interpolate_first = "interpolate_first"
    fit_first = "fit_first"


class Start(StrEnum):
    """What an extrapolation starts from."""

    edge = "edge"
    line = "line"


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The data folder.")] = None,
) -> None:
    """Validate the data package and the assumptions; say everything that is wrong at once.

    Example: `ceg check` or `ceg check path/to/data`
    """
    if found := check_folder(existing(folder)):
        raise InputError(found)
    tables = evidence.load(folder).tables_by_name
    counts = (f"{len(rows)} {name.replace('_', ' ')}" for name, rows in tables.items())
    typer.echo(f"data is valid: {', '.join(counts)}")


@app.command()
def estimate(
    enhancements: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENHANCEMENT]…", help="Ids of enhancements.csv; default: all."),
    ] = None,
    settings: SetOption = None,
    draws: Annotated[
        int, typer.Option(min=0, max=10**7, help="Random draws behind each interval; 0: none.")
    ] = 4_000,
    format: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """The CEG of every comparison with its interval: a row each.

    Examples: `ceg estimate toolformer webgpt` · `ceg estimate lats --set min_points=2` · `ceg estimate
    --format json`
    """
    session = open_session(data, settings)
    names = list(dict.fromkeys(enhancements or [None]))
    found = [e for name in names for e in session.estimate_all(name)]
    if draws:
        from ceg.uncertainty import intervals  # numpy, which the rest of the command line does without

        found = intervals.with_intervals(session, found, draws)
    write_rows(format, [e.record() for e in found], _ESTIMATE_CELLS)


@app.command()
def compare(settings: SetOption = None, format: FormatOption = Format.table, data: DataOption = None) -> None:
    """What the paper reports against what is rebuilt: value, tolerance, status, cause.

    Example: `ceg compare --format csv > ledger.csv`
    """
    found = reported_values.entries(open_session(data, settings))
    write_rows(format, [dataclasses.asdict(e) for e in found], _LEDGER_CELLS)


@app.command("gain")
def gain_command(
    enhanced: Annotated[
        str, typer.Option(metavar="FLOP:SCORE", help="Training compute and score with the enhancement.")
    ],
    baseline: Annotated[
        list[str], typer.Option(metavar="FLOP:SCORE", help="A model without it. Repeat for each model.")
    ],
    transform: Annotated[Transform, typer.Option(help="logit or linear.")] = Transform.logit,
    scale: Annotated[Unit, typer.Option(help="What the scores are.")] = Unit.percent,
    chance: Annotated[float, typer.Option(help="Score of a guess, in the unit of the scores.")] = 0.0,
    maximum: Annotated[
        float | None, typer.Option("--max", help="Greatest score; default 100 percent, or 1.")
    ] = None,
    items: Annotated[int | None, typer.Option(min=1, help="Test items, for sampling errors.")] = None,
    se: Annotated[
        float | None, typer.Option(min=0, help="Standard error of a score, where there are no items.")
    ] = None,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="For proportions of errors.")
    ] = False,
    min_points: Annotated[int, typer.Option(min=2, help="Models that an extrapolation needs.")] = 3,
    max_extrapolation_oom: Annotated[
        float, typer.Option(min=0, max=10, help="How far to extrapolate, in powers of ten.")
    ] = 1.0,
    estimate_order: Annotated[
        Order, typer.Option(help="interpolate_first or fit_first.")
    ] = Order.interpolate_first,
    extrapolate_from: Annotated[
        Start, typer.Option(help="edge (the last model) or line (the fitted one).")
    ] = Start.edge,
    bounds_only: Annotated[
        bool, typer.Option("--bounds-only", help="The baselines are of another family: bounds, no curve.")
    ] = False,
    format: FormatOption = Format.table,
) -> None:
    """The same estimator on numbers from the command line; with --items or --se, its 90% interval.

    The interval has the errors of the scores and how far these models lie off their line; compute is taken
    as exact. The book's intervals are wider: it knows more families, and how far compute may be off.

    Example (Wei et al. 2022, GSM8K): `ceg gain --enhanced 2.98e23:29.9 --baseline 4.04e22:4.9 --baseline
    2.98e23:9.6 --baseline 2.53e24:17.9 --items 1319`
    """
    kind, rises, most = UNITS[scale.value]
    proportion = kind == "proportion"
    top = most if maximum is None else maximum
    if proportion and not chance < top:
        allowed, fix = f"below the maximum {top:g}", "correct --chance or --max"
        raise InputError(Problem("--chance", f"{chance:g}", allowed, fix))
    pairs = [_pair("--enhanced", enhanced), *(_pair("--baseline", b) for b in baseline)]
    scores = [Printed(text) for _, _, _, text in pairs]
    half_digit = max(score.half_digit for score in scores)
    measured = Scale(kind, rises and not lower_is_better, chance, top, items, half_digit)
    for option, flop, score, _ in pairs:
        if not (math.isfinite(flop) and math.isfinite(score)):
            found = f"{flop:g}:{score:g}"
            raise InputError(Problem(option, found, "a finite number", "correct the number"))
        if not 1 <= flop <= 1e40:
            allowed = "training compute of 1 to 1e40 FLOP"
            raise InputError(Problem(option, f"{flop:g} FLOP", allowed, "correct it"))
        if allowed := measured.refused(score):
            fix = "correct the score, --max or --scale"
            raise InputError(Problem(option, f"a score of {score:g}", allowed, fix))

    counted = items if proportion else None
    points = [
        Point(
            flop,
            measured.oriented(score),
            binomial_error(score, top, counted) if counted else se,
            float(items or 1),
            f"model {i}",
        )
        for i, (_, flop, score, _) in enumerate(pairs)
    ]
    curve = {
        "transform": transform.value,
        "estimate_order": estimate_order.value,
        "extrapolate_from": extrapolate_from.value,
        "bounds_only": bounds_only,
    }
    found = gain(
        points[0],
        points[1:],
        measured,
        min_points=min_points,
        max_extrapolation_oom=max_extrapolation_oom,
        **curve,
    )
    if counted or se is not None:
        from ceg.uncertainty import intervals, own_family  # numpy, which the rest does without

        counts = [counted] * len(points)
        furthest = 0.0 if found.status == "bound" else max_extrapolation_oom
        drawn = own_family.uncertain(points, scores, counts, measured, furthest=furthest, **curve)
        found = intervals.filled(found, intervals.of(drawn, found))
    write_rows(format, found.record(), _ESTIMATE_CELLS)


def _pair(option: str, given: str) -> tuple[str, float, float, str]:
    flop, _, score = given.partition(":")
    try:
        return option, float(flop), float(score), score
    except ValueError:
        said = f"{given!r} is not FLOP:SCORE, such as 1.5e22:40.4"
        raise typer.BadParameter(said, param_hint=option) from None


def _interval(r: Row) -> str:
    if not r["draws"]:
        return ""
    return formatting.interval(r["low"], r["high"]) + (", partial" if r["partial"] else "")


_ESTIMATE_CELLS: dict[str, Callable[[Row], str]] = {
    "comparison": lambda r: r["comparison"] or "",
    "role": lambda r: "headline" if r["headline"] else "",
    "status": lambda r: r["status"],
    "CEG": lambda r: number(r["ceg"]),
    "lower bound": lambda r: formatting.rounded_down(r["lower_bound"]) if r["lower_bound"] else "",
    "upper bound": lambda r: formatting.rounded_up(r["upper_bound"]) if r["upper_bound"] else "",
    "interval": _interval,
    "surely above": lambda r: number(r["count_low"]),
    "OOM out": lambda r: number(r["extrapolation_oom"]),
    "n": lambda r: str(r["n_baseline"]),
    "one-time": lambda r: (
        "" if r["one_time_fraction"] is None else formatting.percent(r["one_time_fraction"])
    ),
    "runtime": lambda r: "" if r["runtime_multiple"] is None else formatting.multiple(r["runtime_multiple"]),
    "flags": lambda r: " ".join(r["flags"]) or r["reason"] or "",
}

_LEDGER_CELLS: dict[str, Callable[[Row], str]] = {
    "claim": lambda r: r["claim"] or r["enhancement"],
    "quantity": lambda r: r["quantity"],
    "reported": lambda r: " ".join(
        filter(None, (r["relation"], number(r["reported"]), number(r["reported_high"])))
    ),
    "rebuilt": lambda r: number(r["rebuilt"]),
    "bracket": lambda r: f"{number(r['low'])}–{number(r['high'])}" if r["low"] or r["high"] else "",
    "tolerance": lambda r: number(r["tolerance"]),
    "status": lambda r: r["status"],
    "cause": lambda r: r["cause"] or "",
}
