"""What a design will be able to see: standard errors, power and smallest visible effects of its contrasts."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

Vector = npt.NDArray[np.float64]

NODES = 200


def standard_error_factor(terms: npt.ArrayLike, change: npt.ArrayLike) -> float:
    """Return the standard error of a contrast of least-squares coefficients, in units of the run SD.

    sqrt(c' (X'X)^- c), which the design alone decides. NaN where the runs do not tell the contrast.

    Args:
        terms: shape (n, p), one row for each run.
        change: shape (p,), the contrast c.

    Raises:
        ValueError: the shapes do not fit.

    The difference of two arms of seven runs:

    >>> round(standard_error_factor(np.repeat(np.eye(2), 7, axis=0), [1, -1]), 2)
    0.53
    """
    x, c = np.asarray(terms, dtype=np.float64), np.asarray(change, dtype=np.float64)
    if x.ndim != 2 or c.shape != x.shape[1:]:
        raise ValueError("one row of terms per run and one contrast of the same length are needed")
    inverse = np.linalg.pinv(x.T @ x, rtol=1e-10, hermitian=True)
    if not np.allclose(c @ inverse @ (x.T @ x), c, atol=1e-6):
        return math.nan
    return math.sqrt(max(float(c @ inverse @ c), 0.0))


def t_test_power(effect: float, standard_error: float, df: int, alpha: float = 0.05) -> float:
    """Return the power of the two-sided t test of an effect whose standard error is estimated with df.

    P(|Z + effect/SE| > t_crit sqrt(W/df)) with W chi-square on df, by Gauss-Legendre quadrature over the
    quantiles of W: scipy's noncentral t gives NaN at few df and large effects. NaN without df or SE.

    >>> round(t_test_power(2, math.sqrt(2 / 3), 8), 2), round(t_test_power(2, math.sqrt(2 / 5), 16), 2)
    (0.58, 0.84)
    """
    if df < 1 or not standard_error > 0:
        return math.nan
    nodes, weights = _nodes()
    spread = np.sqrt(2 * special.gammaincinv(df / 2, (nodes + 1) / 2) / df)
    limit = float(stats.t.isf(alpha / 2, df)) * spread
    shift = abs(effect) / standard_error
    beyond = special.ndtr(shift - limit) + special.ndtr(-shift - limit)
    return float(weights @ beyond / 2)


def smallest_visible(standard_error: float, df: int, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return the effect that the two-sided t test finds with the given power, in the units of the standard error.

    NaN without df or SE.

    Two arms of four seeds need a difference of 2.38 run SDs:

    >>> round(smallest_visible(math.sqrt(2 / 4), 6), 2)
    2.38
    """
    if df < 1 or not standard_error > 0:
        return math.nan
    return _visible_shift(df, power, alpha) * standard_error


@cache
def _nodes() -> tuple[Vector, Vector]:
    return np.polynomial.legendre.leggauss(NODES)


@cache
def _visible_shift(df: int, power: float, alpha: float) -> float:
    start = float(stats.t.isf(alpha / 2, df)) + 3
    while t_test_power(start, 1, df, alpha) < power:
        start *= 2
    return float(optimize.brentq(lambda shift: t_test_power(shift, 1, df, alpha) - power, 0, start))
