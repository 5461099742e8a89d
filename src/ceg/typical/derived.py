"""The typical gains as they are kept: ``data/derived``, read while they hold, and worked out anew."""

import csv
import dataclasses
import hashlib
import io
import json
import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from ceg.evidence.files import text_of
from ceg.evidence.problems import InputError, Problem
from ceg.typical.fingerprint import fingerprint
from ceg.typical.observations import Observations, observations
from ceg.typical.summary import DECIMALS, SHARED, Posterior, by_size, summary

if TYPE_CHECKING:
    from ceg.typical.model import Settings

DERIVED = "derived"
"""The folder, in the data folder."""

TABLE, DRAWS, BY_SIZE = "typical_gain.csv", "typical_gain_draws.csv", "typical_gain_by_size.csv"
"""The summary, draws of the posterior, and what they foretell of new comparisons."""

ABOUT = "typical_gain.json"
"""What all of these were worked out from."""

CHECK = "typical_gain_check.json"
"""What ``make typical-check`` found of the same fit; beside the others, written after them."""

FILES = tuple(f"{DERIVED}/{name}" for name in (TABLE, DRAWS, BY_SIZE, ABOUT, CHECK))
"""The same from the data folder."""

NOT_COMPUTED = "not computed for these data: make typical"
"""What a page says in place of a typical gain."""

WORST = {"r_hat": 1.02, "effective_draws": 400.0}
"""Largest r-hat and fewest effective draws of a posterior that is kept, over every mean, slope and spread.

At 400 effective draws the ends of a 90% interval are known to about a tenth of a standard deviation.
"""


def typical(analysis: Analysis) -> pd.DataFrame | None:
    """``typical_gains``; None where they are not computed for these data, assumptions and code."""
    return None if wrong(analysis) else typical_gains(analysis)


def typical_gains(analysis: Analysis) -> pd.DataFrame:
    """The typical gain of every enhancement, a multiple of training compute. Index ``enhancement``.

    ``typical`` is the middle of what to expect on a new benchmark, ``typical_low`` and ``typical_high`` its
    90% interval; for the other columns see ``data/README.md``.

    Raises InputError where they are not computed for these data, assumptions and code.
    """
    refuse_stale(analysis)
    frame = pd.read_csv(io.StringIO(_text(analysis, TABLE)), index_col="enhancement")
    whole = [
        c
        for c in frame.columns
        if c.startswith("left_out") or c in ("comparisons", "benchmarks", "families", "models")
    ]
    frame = _above_own_thresholds(frame, analysis)
    return frame.astype(dict.fromkeys(whole, "Int64"))


def _above_own_thresholds(frame: pd.DataFrame, analysis: Analysis) -> pd.DataFrame:
    """With the probabilities for thresholds that are no option: shares of the draws that are kept."""
    for threshold in (getattr(analysis.assumptions, key) for key in choices.THRESHOLDS):
        column = f"p_above_{threshold:g}x"
        if column not in frame and (drawn := posterior(analysis)):
            shares = (drawn.mu > np.log10(threshold)).mean(axis=0)
            frame[column] = pd.Series(shares, drawn.enhancement)
    return frame


def said(gains: pd.DataFrame | None, enhancement: str) -> str:
    """A typical gain in words, with where nine in ten new tests lie. gains: as ``typical`` gives them."""
    if gains is None:
        return NOT_COMPUTED
    if enhancement not in gains.index or pd.isna(gains["typical"][enhancement]):
        return formatting.NONE
    ends = gains.loc[enhancement, ["typical", "typical_low", "typical_high"]]
    return "{} ({} to {})".format(*(formatting.times(float(v), 2) for v in ends))


def posterior(analysis: Analysis) -> Posterior | None:
    """Draws of what predictions need; None as ``typical``."""
    return None if wrong(analysis) else as_read(_text(analysis, DRAWS))


def as_read(text: str) -> Posterior:
    """The draws as they are kept."""
    drawn = pd.read_csv(io.StringIO(text))
    names = tuple(c.removeprefix("mu ") for c in drawn.columns if c.startswith("mu "))
    mu, slope, spread = (
        drawn[[f"{part} {n}" for n in names]].to_numpy() for part in ("mu", "slope", "spread")
    )
    return Posterior(names, mu, slope, spread, {name: drawn[name].to_numpy() for name in SHARED})


def about(analysis: Analysis) -> dict[str, Any] | None:
    """Settings, diagnostics and versions of the fit; None as ``typical``."""
    return None if wrong(analysis) else json.loads(_text(analysis, ABOUT))


def check(analysis: Analysis) -> dict[str, Any] | None:
    """What ``make typical-check`` found; None where it was not run on these data, assumptions and code.

    - of: the digests that it holds for
    - calibration: simulated, number of books; inside_90, least and greatest share of true values
    - replicated: enhancement or "all" -> comparisons, and beyond and below_1x: share seen, ends of 90% of the
      shares that the model replicates
    - folds: what is predicted -> points, inside_50, inside_90, bounds, unlikely_bounds
    - choices: name -> median gain of each enhancement, p_above_5x of those of the survey, moved as a factor
    """
    if wrong(analysis) or not (analysis.evidence.folder / DERIVED / CHECK).is_file():
        return None
    found = json.loads(_text(analysis, CHECK))
    return found if found["of"] == fingerprint(analysis) else None


def verdicts(frame: pd.DataFrame, threshold: float, probability: float) -> pd.Series:
    """Of enhancements in the fit: whether the median gain ``exceeds`` a threshold, with that probability.

    Else it ``fails``, or is ``undetermined``. threshold: an option of the assumptions, or one in
    force.
    """
    p = frame[f"p_above_{threshold:g}x"].dropna()
    found = np.select([p >= probability, 1 - p >= probability], ["exceeds", "fails"], "undetermined")
    return pd.Series(found, p.index, dtype="str")


def of(analysis: Analysis, enhancements: Collection[str]) -> pd.DataFrame:
    """Of ``typical``, those of some enhancements that are in the fit; none where nothing is computed."""
    gains = typical(analysis)
    if gains is None:
        return pd.DataFrame(columns=["typical", "typical_low", "typical_high"], dtype=float)
    return gains[gains.index.isin(list(enhancements)) & gains["typical"].notna()]


def count(gains: pd.DataFrame, threshold: float, probability: float) -> str:
    """How many very likely have a greater median gain, as "3 of 14". gains: as ``of`` gives them."""
    if gains.empty:
        return NOT_COMPUTED
    found = verdicts(gains, threshold, probability)
    return f"{(found == 'exceeds').sum()} of {len(found)}"


def above_5x(choice: Mapping[str, Any], probability: float) -> int:
    """How many of the survey's enhancements have a median above 5x, with that probability.

    choice: of ``check``'s.
    """
    return sum(p >= probability for p in choice["p_above_5x"].values())


def count_elsewhere(analysis: Analysis, threshold: float, probability: float) -> str:
    """How many of the survey's have a greater median gain under the other choices that the check tries.

    As "0 to 5"; "" where it was not run, or for a threshold other than 5.
    """
    found = check(analysis)
    if found is None or threshold != 5:
        return ""
    counts = [above_5x(choice, probability) for choice in found["choices"].values()]
    return f"{min(counts)} to {max(counts)}"


def wrong(analysis: Analysis) -> Problem | None:
    """Why the files do not hold for the data, the assumptions and the code, if so."""
    path = analysis.evidence.folder / DERIVED / ABOUT
    fix = "run: make typical, or ceg typical --compute"
    if not path.is_file():
        return Problem(_shown(ABOUT), "no such file", "typical gains", fix)
    try:
        known = json.loads(text_of(path))
        contents = {
            name: hashlib.sha256(_text(analysis, name).encode()).hexdigest()
            for name in (TABLE, DRAWS, BY_SIZE)
        }
        of, files = known["of"], known["sha256"]
    except (InputError, ValueError, KeyError, TypeError):
        return Problem(_shown(ABOUT), "files that do not belong together", "files of one run", fix)
    if files != contents:
        return Problem(_shown(ABOUT), "files that do not belong together", "files of one run", fix)
    now = fingerprint(analysis)
    if other := [name for name in now if of.get(name) != now[name]]:
        return Problem(
            _shown(ABOUT), f"typical gains of other {' and '.join(other)}", "of the present ones", fix
        )
    return None


def refuse_stale(analysis: Analysis) -> None:
    """Raise InputError where the typical gains are not computed for the data, assumptions and code."""
    if found := wrong(analysis):
        raise InputError(found)


def _shown(name: str) -> str:
    return f"data/{DERIVED}/{name}"


def _text(analysis: Analysis, name: str) -> str:
    return text_of(analysis.evidence.folder / DERIVED / name)


def compute(analysis: Analysis, settings: "Settings | None" = None) -> list[Path]:
    """Fit the model and write the files, all or none. Raises InputError where the posterior is not to be
    trusted; then nothing is written.
    """
    from ceg.typical import fitting  # and scipy and ArviZ with it, which pages do without
    from ceg.typical.model import Settings

    settings = settings or Settings()
    of, start = fingerprint(analysis), time.monotonic()
    o = observations(analysis)
    category = {e.enhancement: e.category for e in analysis.evidence.enhancements.values()}
    drawn, found = fitting.fit(o, category, settings)
    if bad := untrusted(found):
        raise InputError(bad)
    known = choices.choices(analysis.evidence.folder)
    thresholds = sorted({float(o) for key in choices.THRESHOLDS for o in known[key].options})
    kept = Posterior.of(o.names["enhancement"], drawn)
    table = summary(o, kept, category, thresholds)
    files = {TABLE: table.to_csv(lineterminator="\n"), DRAWS: _written(kept.thinned())}
    files[BY_SIZE] = foretold(as_read(files[DRAWS]), table)
    said = {
        "of": of,
        "sha256": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
        "observations": {"comparisons": len(o.comparison), "sha256": observed(o)},
        "settings": dataclasses.asdict(settings),
        "diagnostics": {k: round(v, 5) if isinstance(v, float) else v for k, v in found.items()},
        "spreads": _spreads(drawn),
        "versions": fitting.versions(),
        "seconds": round(time.monotonic() - start),
    }
    files[ABOUT] = f"{json.dumps(said, indent=1)}\n"  # last: where it is, all else is
    return _write(analysis.evidence.folder / DERIVED, files)


def foretold(kept: Posterior, table: pd.DataFrame) -> str:
    """The file of what is expected of new comparisons. It needs the posterior and no score."""
    return by_size(kept, table).to_csv(index=False, float_format="%.4g", lineterminator="\n")


def untrusted(found: Mapping[str, Any]) -> list[Problem]:
    """What the sampler's own signs say against a posterior."""
    signs = (
        ("r_hat", "at most", found["r_hat"] <= WORST["r_hat"]),
        ("effective_draws", "at least", found["effective_draws"] >= WORST["effective_draws"]),
    )
    fix = "do not keep it: raise warmup or draws in ceg.typical.model.Settings"
    return [
        Problem("the posterior", f"{key} {found[key]:.4g}", f"{than} {WORST[key]:g}", fix)
        for key, than, good in signs
        if not good
    ]


def observed(o: Observations) -> str:
    """A digest of what the model is fitted to, to six decimals."""
    numbers = (o.atoms.of, o.atoms.low, o.atoms.high, o.atoms.sd, o.atoms.weight, o.size)
    said = [np.round(values, 6).tolist() for values in numbers]
    return hashlib.sha256(repr((o.comparison, o.names, said)).encode()).hexdigest()


def _spreads(drawn: Mapping[str, np.ndarray]) -> dict[str, list[float]]:
    """Median and 90% interval of every common standard deviation, and of the common mean and slope."""
    names = [n for n in drawn if n.startswith("sd_") or n in ("overall", "slope")]
    ends = (0.05, 0.5, 0.95)
    return {n: [round(float(q), 4) for q in np.quantile(drawn[n], ends)] for n in sorted(names)}


def _written(p: Posterior) -> str:
    parts = (("mu", p.mu), ("slope", p.slope), ("spread", p.spread))
    columns = {name: p.shared[name] for name in SHARED}
    columns |= {f"{part} {e}": v[:, i] for part, v in parts for i, e in enumerate(p.enhancement)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f"{v:.{DECIMALS}f}" for v in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def _write(folder: Path, files: Mapping[str, str]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f".{name}").write_text(text, encoding="utf-8", newline="\n")
    for name in files:
        os.replace(folder / f".{name}", folder / name)
    return [folder / name for name in files]
