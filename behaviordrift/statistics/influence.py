"""Which pure tasks a mixture resembles, and in what shares: behavioural influence against nominal shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize

from behaviordrift.statistics.blend_test import BlendTest, Statistic, blend_test
from behaviordrift.statistics.compositions import scheffe_basis
from behaviordrift.statistics.simplex_grid import simplex_grid

Vector = npt.NDArray[np.float64]
Verdict = Literal["differs from nominal", "compatible with nominal", "unidentified", "not a blend"]

ALPHA = 0.05
# A set that leaves out less than this says no more than that the pure tasks behave alike.
UNIDENTIFIED_AREA = 0.9
DIAGONAL = "more traits than half the degrees of freedom between runs: their covariance was left out of the distance"
TIED = "too few traits for the number of tasks: different blends behave alike, so that none is the nearest"


@dataclass(frozen=True)
class Influence:
    """The blends of the pure tasks that a mixture's behaviour is compatible with.

    Attributes:
        nominal: shape (T,), the shares to compare with.
        shares: shape (T,), the blend nearest to the mixture's behaviour; NaN where there is none, any or no one such.
        low: shape (T,), least share of each task in the 95 % set; NaN where the set is empty.
        high: shape (T,), largest share of each task in it.
        potency: shape (T,), how much more each task tells than its share, of sum 1; 1/T throughout if shares tell what
            they say. NaN where a nominal share is 0, or `shares` is NaN.
        area: how much of all blends the set takes, from 0 to 1.
        members: shape (k, T), the blends of the grid that are in the set.
        nominal_p: p value of the nominal shares.
        blend_p: p value of the best blend: the largest of all.
        verdict: "not a blend" if the set is empty; "unidentified" if it takes 9/10 of all blends or more; otherwise
            whether it holds the nominal shares.
        statistic: "Hotelling" or "diagonal".
        df: degrees of freedom of the covariance between runs.
        caveats: what a reader must know before relying on the numbers.
    """

    nominal: Vector
    shares: Vector
    low: Vector
    high: Vector
    potency: Vector
    area: float
    members: Vector
    nominal_p: float
    blend_p: float
    verdict: Verdict
    statistic: Statistic
    df: int
    caveats: tuple[str, ...] = ()


def resemblance_share(
    pure: Sequence[npt.ArrayLike],
    blend: npt.ArrayLike,
    nominal: npt.ArrayLike,
    others: Sequence[npt.ArrayLike] = (),
    steps: int | None = None,
) -> Influence:
    """Find the shares ω in which a mixture's traits blend those of the pure tasks, by inversion of a test.

    The set holds the ω on a grid with e'S⁻¹e / c <= J ν/(ν - J + 1) F_{J, ν - J + 1}, where e = mixture -
    Σ ω_i pure_i, c = 1/s + Σ ω_i²/s_i over s runs, and S, with ν degrees of freedom, is the covariance of the J traits
    between runs (after Anderson and Rubin 1949, Annals of Mathematical Statistics 20: 46-63). It covers the truth at
    95 % even where pure tasks behave alike. The point is generalised least squares: the ω of least distance. Potency is
    λ with ω_i ∝ x_i λ_i at nominal shares x. The estimator is this project's own, made of these parts.

    Args:
        pure: for each task the traits of the runs trained on it alone, shape (runs, J).
        blend: shape (runs, J), traits of the runs trained on the mixture.
        nominal: shape (T,), shares of the tasks in the mixture.
        others: traits of runs of further mixtures, which serve the covariance between runs only.
        steps: fineness of the grid; see `simplex_grid`.

    Raises:
        ValueError: the nominal shares are no composition of the tasks, or see `seed_covariance`.

    Half and half by share, three quarters to one by behaviour:

    >>> pure = [[[0.0], [0.2], [0.1]], [[4.0], [4.2], [4.1]]]
    >>> found = resemblance_share(pure, [[1.0], [1.2], [1.1]], [0.5, 0.5])
    >>> found.shares.round(3).tolist(), found.potency.round(3).tolist(), found.verdict
    ([0.75, 0.25], [0.75, 0.25], 'differs from nominal')
    """
    x = scheffe_basis(np.atleast_2d(nominal), "linear")[0]
    test = blend_test(pure, [blend], others)
    return invert(test, x, simplex_grid(len(pure), steps), lambda shares: shares[:, None, :])


def invert(test: BlendTest, nominal: Vector, grid: Vector, blends: Callable[[Vector], Vector]) -> Influence:
    """Collect the points of a grid that a test does not refute.

    Args:
        test: of M mixtures.
        nominal: shape (T,), the point to compare with.
        grid: shape (N, T).
        blends: takes points, shape (n, T), to the blends that they stand for, shape (n, M, T).

    Raises:
        ValueError: there are not as many nominal shares as tasks.
    """
    if len(nominal) != len(test.pure):
        raise ValueError(f"{len(nominal)} nominal shares, but {len(test.pure)} pure tasks")
    p_value = test.null()
    candidates = np.vstack([grid, nominal])
    distances = test.distances(blends(candidates))
    members = grid[p_value(distances[:-1]) > ALPHA]
    point = _nearest(lambda shares: float(test.distances(blends(shares[None]))[0]), candidates[distances.argmin()])
    nominal_p, blend_p = p_value(test.distances(blends(np.stack([nominal, point])))).tolist()
    area = len(members) / len(grid)
    verdict = _verdict(blend_p, area, nominal_p)
    tied = test.blends.size < len(nominal) - 1
    if tied or verdict in ("unidentified", "not a blend"):
        point = np.full(len(nominal), np.nan)
    within = _within(members, nominal, nominal_p, point)
    return Influence(
        nominal=nominal,
        shares=point,
        low=within.min(axis=0),
        high=within.max(axis=0),
        potency=_potency(point, nominal),
        area=area,
        members=members,
        nominal_p=nominal_p,
        blend_p=blend_p,
        verdict=verdict,
        statistic=test.statistic,
        df=test.seed.df,
        caveats=(*((DIAGONAL,) if test.statistic == "diagonal" else ()), *((TIED,) if tied else ())),
    )


def _nearest(distance: Callable[[Vector], float], start: Vector) -> Vector:
    found = optimize.minimize(
        # Far from the point the distance of very different tasks is too steep for the optimiser.
        lambda shares: math.log1p(distance(shares)),
        start,
        method="SLSQP",
        bounds=[(0, 1)] * len(start),
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1},
    )
    point = np.clip(found.x, 0, 1)
    point = point / point.sum()
    return point if distance(point) < distance(start) else start


def _verdict(blend_p: float, area: float, nominal_p: float) -> Verdict:
    if blend_p <= ALPHA:
        return "not a blend"
    if area >= UNIDENTIFIED_AREA:
        return "unidentified"
    return "differs from nominal" if nominal_p <= ALPHA else "compatible with nominal"


def _within(members: Vector, nominal: Vector, nominal_p: float, point: Vector) -> Vector:
    # A small set can lie between the points of the grid.
    between = [point] if np.isfinite(point).all() else []
    if nominal_p > ALPHA:
        between.append(nominal)
    within = np.vstack([members, *between])
    return within if len(within) else np.full((1, len(nominal)), np.nan)


def _potency(shares: Vector, nominal: Vector) -> Vector:
    if np.any(nominal == 0):
        return np.full(len(nominal), np.nan)
    odds = shares / nominal
    return np.asarray(odds / odds.sum())
