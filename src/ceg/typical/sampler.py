"""Draws from the posterior of the model, a chain at a time.

The sampler is Gibbs's with data augmentation. Given an atom of each comparison, and a value where the atom
leaves one open, all effects are normal together and are drawn as one block; given the effects, atoms and
values are drawn. What determines each other is not drawn in turn: standard deviations are moved with the
effects integrated out, means and the residual's scale with atoms and values integrated out.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.linalg import get_lapack_funcs

from ceg.typical.model import EFFECTS, Censored, Design, Settings
from ceg.typical.summary import STUDENT

_CHOLESKY, _TRIANGULAR = get_lapack_funcs(("potrf", "trtrs"), dtype=np.float64)

REPEATED = 4
"""Moves of the spreads between benchmarks in a round: cheap, and the slowest to be explored."""

LOG_SD = np.arange(np.log(0.002), np.log(5.0), 0.02)
"""Where the logarithms of standard deviations may lie, in steps within which every value is as likely."""


class Normal:
    """The normal distribution with precision ``matrix + diag(own)`` and mean ``precision^-1 told``, (P,).

    ends: of square blocks along the diagonal, from 0, which share no entry with each other, but with what
    comes after the last.
    """

    def __init__(self, matrix: np.ndarray, told: np.ndarray, ends: Sequence[int]):
        last = ends[-1]
        right = np.column_stack([matrix[:last, last:], told[:last]])
        self.blocks = [(slice(i, j), matrix[i:j, i:j], right[i:j]) for i, j in pairwise(ends)]
        self.last, self.rest, self.left = slice(last, told.size), matrix[last:, last:], told[last:]

    def root(self, own: np.ndarray) -> tuple[list[tuple], np.ndarray]:
        """Cholesky's root, block by block, and last of the rest: where, root, what stands over the rest, and
        the root's solution of ``told``; and of each the logarithm of the integral over it.
        """
        rest, left, found = self.rest + np.diag(own[self.last]), self.left.copy(), []
        for at, matrix, right in self.blocks:
            root = _root(matrix + np.diag(own[at]))
            over = _solved(root, right)
            crossed = over[:, :-1]
            rest -= crossed.T @ crossed
            left -= crossed.T @ over[:, -1]
            found.append((at, root, crossed, over[:, -1]))
        if left.size:
            root = _root(rest)
            found.append((self.last, root, np.zeros((left.size, 0)), _solved(root, left)))
        integral = [half @ half / 2 - np.log(root.diagonal()).sum() for _, root, _, half in found]
        return found, np.array(integral) + [np.log(own[at]).sum() / 2 for at, *_ in found]

    def draw(self, own: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A draw, (P,)."""
        drawn = rng.standard_normal(own.size)
        for at, root, crossed, half in reversed(self.root(own)[0]):
            crossed_part = crossed @ drawn[self.last] if crossed.size else 0.0
            drawn[at] = _solved(root, half + drawn[at] - crossed_part, transposed=1)
        return drawn


def _root(matrix: np.ndarray) -> np.ndarray:
    root, wrong = _CHOLESKY(matrix, lower=1, clean=0)
    assert wrong == 0
    return root


def _solved(root: np.ndarray, right: np.ndarray, transposed: int = 0) -> np.ndarray:
    """Of a lower triangular system."""
    return _TRIANGULAR(root, right, lower=1, trans=transposed)[0]


def _drawn_sd(rng: np.random.Generator, log_density: np.ndarray) -> float:
    """A standard deviation from the unnormalised log density of its logarithm on ``LOG_SD``."""
    p = np.cumsum(np.exp(log_density - log_density.max()))
    at = int(np.searchsorted(p, rng.uniform() * p[-1]))
    return float(np.exp(LOG_SD[at] + rng.uniform(-0.5, 0.5) * (LOG_SD[1] - LOG_SD[0])))


def _log_prior(scale: float) -> np.ndarray:
    """Log density of the logarithm of a half-normal standard deviation, on ``LOG_SD``."""
    return LOG_SD - np.exp(2 * LOG_SD) / (2 * scale**2)


class Chain:
    """The state of one chain."""

    def __init__(self, design: Design, censored: Censored, settings: Settings, number: int):
        self.d, self.seen, self.settings = design, censored, settings
        self.rng = np.random.default_rng([settings.seed, number])
        self.prior = {g: _log_prior(getattr(settings.priors, g)) for g in ("benchmark", "unequal")}
        spreads = (*EFFECTS, "unequal", "residual")
        start = np.exp(self.rng.uniform(np.log(0.1), np.log(0.5), len(spreads)))
        self.sd: dict[str, float] = dict(zip(spreads, map(float, start), strict=True))
        self.spread = np.full(int(design.enhancement.max()) + 1, self.sd["benchmark"])
        self.beta = np.zeros(design.order.size)
        self.beta[0] = settings.priors.center
        self.step: dict[str, np.ndarray] = {}
        # of the residual, over its scale: 1 where it is normal
        self.precision = np.ones(design.enhancement.size)

    def run(self, *, means: bool = False) -> dict[str, np.ndarray]:
        """All draws after the warm-up, (draws, ...): ``mu``, ``slopes`` and ``spread`` by enhancement,
        ``overall``, ``slope`` and ``sd_*``; with ``means`` also the expectation ``mean`` of each comparison.
        """
        kept: dict[str, list] = {}
        for step in range(self.settings.warmup + self.settings.draws):
            self.tuning = 0.0 if step >= self.settings.warmup else (step + 1) ** -0.5
            self.round()
            if step >= self.settings.warmup:
                more = {"mean": self.d.x @ self.beta} if means else {}
                for name, value in (self.said() | more).items():
                    kept.setdefault(name, []).append(value)
        return {name: np.array(values) for name, values in kept.items()}

    def said(self) -> dict[str, np.ndarray]:
        """What is kept of a round. mu: of the models that an enhancement was tried on, whatever the test."""
        b, at = self.beta, self.d.block
        found = {f"sd_{g}": np.array(value) for g, value in self.sd.items()}
        found |= {"overall": b[0], "slope": b[1], "slopes": b[1] + b[at["slopes"]]}
        return found | {"spread": self.spread.copy(), "mu": self.d.tried_mean(b)}

    def round(self) -> None:
        """Moves without atoms and values, atoms and values, standard deviations without effects, effects."""
        rng, self.mean = self.rng, self.d.x @ self.beta
        self.likely = self.seen.log_mean(self.mean, self.scale())
        self.residual()
        for g in self.d.block:
            if g != "category":  # in its place all enhancements move
                self.shift(g)
        self.stretch()
        y, told, error = self.seen.draw(rng, self.mean, self.scale())
        if self.settings.student:
            off = (y - self.mean) / self.sd["residual"]
            self.precision = rng.gamma((STUDENT + 1) / 2, 2 / (STUDENT + off**2))
        self.effects_and_spreads(told, 1 / (self.scale() ** 2 + error**2))

    def scale(self) -> np.ndarray:
        """Of each comparison's residual, (n,), normal given its precision."""
        return self.sd["residual"] / np.sqrt(self.precision)

    def moved(
        self, name: str, now: np.ndarray, new: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    ) -> np.ndarray:
        """A Metropolis step each of g quantities: how far each moves, 0 where it stays, (g,).

        now: log density, (g,). new: of moves (g,), the log densities, and the changes of the log prior.
        Steps are tuned in the warm-up.
        """
        step = self.step.setdefault(name, np.full(now.size, 0.3))
        far = step * self.rng.standard_normal(now.size)
        density, prior = new(far)
        yes = np.log(self.rng.uniform(size=now.size)) < density - now + prior
        if self.tuning:
            self.step[name] = np.clip(step * np.exp((yes - 0.44) * self.tuning), 0.01, 3)
        return np.where(yes, far, 0.0)

    def residual(self) -> None:
        """The scale of the residual."""
        likely = partial(self.seen.log_mean, self.mean)
        far = self.moved(
            "residual",
            self.likely.sum(keepdims=True),
            lambda d: (likely(self.scale() * np.exp(d)).sum(keepdims=True), self.prior_change("residual", d)),
        )
        self.sd["residual"] *= float(np.exp(far[0]))
        self.likely = likely(self.scale())

    def prior_change(self, g: str, far: np.ndarray) -> np.ndarray:
        """Change of the log prior when the logarithm of a standard deviation moves."""
        return far - self.sd[g] ** 2 * np.expm1(2 * far) / (2 * getattr(self.settings.priors, g) ** 2)

    def shift(self, g: str) -> None:
        """Each effect of a kind."""
        block, by, weight = self.d.block[g], self.d.level[g], self.d.weight[g]
        old, sd = self.beta[block], self.spread[self.d.of] if g == "benchmark" else self.sd[g]
        found = [self.likely]

        def new(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            found.append(self.seen.log_mean(self.mean + d[by] * weight, self.scale()))
            return np.bincount(by, found[1]), (old**2 - (old + d) ** 2) / (2 * sd**2)

        far = self.moved(g, np.bincount(by, self.likely), new)
        self.beta[block] = old + far
        self.mean = self.mean + far[by] * weight
        self.likely = np.where(far[by] != 0, found[1], self.likely)

    def stretch(self) -> None:
        """The spread between the benchmarks of each enhancement; what they add grows with it."""
        block, e = self.d.block["benchmark"], self.d.enhancement
        part = self.beta[block][self.d.level["benchmark"]]
        off, found = np.log(self.spread / self.sd["benchmark"]), [self.likely]

        def new(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            found.append(self.seen.log_mean(self.mean + np.expm1(d)[e] * part, self.scale()))
            return np.bincount(e, found[1]), (off**2 - (off + d) ** 2) / (2 * self.sd["unequal"] ** 2)

        far = self.moved("stretch", np.bincount(e, self.likely), new)
        self.beta[block] *= np.exp(far)[self.d.of]
        self.spread = self.spread * np.exp(far)
        self.mean = self.mean + np.expm1(far)[e] * part
        self.likely = np.where(far[e] != 0, found[1], self.likely)

    def effects_and_spreads(self, y: np.ndarray, weight: np.ndarray) -> None:
        """Of everything that y = x beta + error, of precision ``weight``, says something of."""
        x, order, ends = self.d.ordered, self.d.order, self.d.ends
        matrix = (x.T @ (x * weight[:, None])).toarray()
        told = x.T @ (weight * y)
        told[order == 0] += self.settings.priors.center / self.settings.priors.overall**2
        normal = Normal(matrix, told, self.d.wide)
        density = lambda: normal.root(self.own())[1].sum(keepdims=True)  # noqa: E731
        now = density()
        for g in self.d.block:
            now = self.spread_of(g, now, density)
        crossed = normal.draw(self.own(), self.rng)[ends[-1] :]
        some = slice(0, ends[-1])  # what belongs to one enhancement, given the rest
        within = Normal(matrix[some, some], told[some] - matrix[some, ends[-1] :] @ crossed, ends)
        self.spread_of_each(lambda: within.root(self.own()[some])[1])
        self.beta[order] = normal.draw(self.own(), self.rng)

    def own(self) -> np.ndarray:
        """Prior precision of the overall mean, the slope and the effects, in the design's order."""
        found = np.empty(self.beta.size)
        found[:2] = self.settings.priors.overall**-2, self.settings.priors.slope**-2
        for g, block in self.d.block.items():
            found[block] = (self.spread[self.d.of] if g == "benchmark" else self.sd[g]) ** -2.0
        return found[self.d.order]

    def spread_of(self, g: str, now: np.ndarray, density: Callable[[], np.ndarray]) -> np.ndarray:
        """A standard deviation; of benchmarks the middle one, with all of them. The density where it goes."""
        old, found = (self.sd[g], self.spread), [now]

        def new(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            prior = self.prior_change(g, d)
            self.grow(g, old, d)
            found.append(density())
            return found[-1], prior

        far = self.moved(f"sd {g}", now, new)
        self.grow(g, old, far)
        return found[int(far[0] != 0)]

    def grow(self, g: str, old: tuple[float, np.ndarray], far: np.ndarray) -> None:
        """Set a standard deviation to an old one times e to the power of ``far``."""
        self.sd[g] = old[0] * float(np.exp(far[0]))
        self.spread = old[1] * np.exp(far[0]) if g == "benchmark" else old[1]

    def spread_of_each(self, density: Callable[[], np.ndarray]) -> None:
        """The spread between the benchmarks of each enhancement, about a common middle."""
        middle, unequal = self.sd["benchmark"], self.sd["unequal"]
        for _ in range(REPEATED):
            old = self.spread

            def new(d: np.ndarray, old: np.ndarray = old) -> tuple[np.ndarray, np.ndarray]:
                off, self.spread = np.log(old / middle), old * np.exp(d)
                return density(), (off**2 - (off + d) ** 2) / (2 * unequal**2)

            self.spread = old * np.exp(self.moved("spreads", density(), new))
        logs = np.log(self.spread)
        far = -((LOG_SD[:, None] - logs) ** 2).sum(axis=1) / (2 * unequal**2)
        self.sd["benchmark"] = _drawn_sd(self.rng, far + self.prior["benchmark"])
        squares = ((logs - np.log(self.sd["benchmark"])) ** 2).sum()
        far = -logs.size * LOG_SD - squares / 2 * np.exp(-2 * LOG_SD)
        self.sd["unequal"] = _drawn_sd(self.rng, far + self.prior["unequal"])
