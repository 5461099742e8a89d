"""The model fitted: all chains, and whether they agree."""

import os
import platform
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context

import numpy as np
from arviz_stats.base import array_stats as stats

from ceg.typical.model import Censored, Design, Settings
from ceg.typical.observations import Observations
from ceg.typical.sampler import Chain

THREADS = "OMP_NUM_THREADS"
"""How many threads linear algebra has: on small matrices they would wait for each other."""


def fit(
    o: Observations, category: Mapping[str, str], settings: Settings
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Draws of all chains by name, (chains, draws, ...), and ``diagnostics`` of them."""
    run = partial(chain, Design(o, category), Censored(o, settings.width), settings)
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"  # for processes that are yet to be started
    try:
        with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
            each = list(pool.map(run, range(settings.chains)))
    finally:
        os.environ.pop(THREADS)
        if before is not None:
            os.environ[THREADS] = before
    drawn = {name: np.stack([one[name] for one in each]) for name in each[0]}
    return drawn, diagnostics(drawn)


def chain(design: Design, censored: Censored, settings: Settings, number: int) -> dict[str, np.ndarray]:
    """The draws of one chain."""
    return Chain(design, censored, settings, number).run()


def diagnostics(drawn: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The worst r-hat (rank-normalised, split) and the fewest effective draws, in the middle and the tails,
    over every mean, slope and spread.
    """
    axes = {"chain_axis": 0, "draw_axis": 1}
    found = [
        (
            np.max(stats.rhat(v, **axes)),
            np.min(stats.ess(v, **axes)),
            np.min(stats.ess(v, method="tail", prob=(0.05, 0.95), **axes)),
        )
        for v in drawn.values()
    ]
    r_hat, middle, tails = zip(*found, strict=True)
    return {"r_hat": float(max(r_hat)), "effective_draws": float(min(*middle, *tails))}


def versions() -> dict[str, str]:
    """Of what the numbers may depend on beside the code of this book."""
    own = {name: version(name) for name in ("numpy", "scipy", "arviz-stats")}
    return own | {"python": platform.python_version()}
