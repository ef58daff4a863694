"""Regression of a trait on the composition of the training mixture: Scheffé's canonical polynomials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.separability import SHARE_DIGITS, require_separable

Vector = npt.NDArray[np.float64]
Order = Literal["linear", "quadratic", "special cubic"]
_DEGREE: dict[Order, int] = {"linear": 1, "quadratic": 2, "special cubic": 3}


@dataclass(frozen=True)
class ScheffeFit:
    """A Scheffé polynomial fitted by least squares, one row for each training run.

    Attributes:
        order: "linear" (p = T coefficients), "quadratic" (T(T - 1)/2 more) or "special cubic"
            (T(T - 1)(T - 2)/6 more).
        coefficients: shape (p,); the first T are the trait at the pure mixtures.
        standard_errors: shape (p,), from the residual mean square.
        covariance: shape (p, p).
        residual_sd: square root of the residual mean square, in the units of y.
        df: residual degrees of freedom, n - p.
        r_squared: 1 - SSE / SST about the mean of y.
        lack_of_fit_f: mean square of lack of fit over that of pure error, which exact replicates of x give.
        lack_of_fit_p: p value of it.
        lack_of_fit_df: distinct mixtures - p.
        pure_error_df: n - distinct mixtures.
    """

    order: Order
    coefficients: Vector
    standard_errors: Vector
    covariance: Vector
    residual_sd: float
    df: int
    r_squared: float
    lack_of_fit_f: float
    lack_of_fit_p: float
    lack_of_fit_df: int
    pure_error_df: int


def scheffe_basis(x: npt.ArrayLike, order: Order) -> Vector:
    """Return the terms of Scheffé's canonical polynomial.

    They are x_i; for "quadratic" also x_i x_j with i < j; for "special cubic" also x_i x_j x_k with i < j < k.
    Shares sum to 1, so there is neither an intercept nor a square (Scheffé 1958, Journal of the Royal
    Statistical Society B 20: 344-360).

    Args:
        x: shape (n, T), shares of the tasks.
        order: degree of the polynomial.

    Returns:
        shape (n, p); see `ScheffeFit` for p.

    Raises:
        ValueError: a row is no composition.

    >>> scheffe_basis([[0.5, 0.5, 0.0]], "quadratic").tolist()
    [[0.5, 0.5, 0.0, 0.25, 0.0, 0.0]]
    """
    shares = np.asarray(x, dtype=np.float64)
    if shares.ndim != 2 or not np.isfinite(shares).all() or np.any(shares < 0):
        raise ValueError("shares come as one row per run, each share 0 or more")
    if np.any(np.abs(shares.sum(axis=1) - 1) > 1e-6):
        raise ValueError("the shares of a run sum to 1")
    sizes, tasks = range(1, _DEGREE[order] + 1), range(shares.shape[1])
    terms = [list(term) for size in sizes for term in combinations(tasks, size)]
    return np.column_stack([shares[:, term].prod(axis=1) for term in terms])


def fit_scheffe_linear(x: npt.ArrayLike, y: npt.ArrayLike) -> ScheffeFit:
    """Fit the linear blending model y = Σ β_i x_i; see `fit_scheffe`.

    >>> fit_scheffe_linear([[1, 0], [0, 1], [0.5, 0.5]], [2, 4, 3]).coefficients.round(6).tolist()
    [2.0, 4.0]
    """
    return fit_scheffe(x, y, order="linear")


def fit_scheffe(x: npt.ArrayLike, y: npt.ArrayLike, order: Order = "linear") -> ScheffeFit:
    """Fit a Scheffé polynomial to one number per training run, by least squares without an intercept.

    Lack of fit is tested against pure error where mixtures are replicated: F = MS(lack of fit) / MS(pure
    error). What the runs cannot give, such as that F without replicates, is NaN (Cornell 2002, Experiments
    with Mixtures).

    Args:
        x: shape (n, T), nominal shares of the tasks in each run.
        y: shape (n,), the trait of each run.
        order: degree of the polynomial.

    Raises:
        ValueError: the lengths differ, a row is no composition, a value is not finite, or the mixtures
            do not tell the terms apart.

    Elongation of yarn blended from polyethylene, polystyrene and polypropylene (Cornell 2002):

    >>> pure, pair = np.eye(3), np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]])
    >>> x = np.vstack([np.repeat(pure, 2, axis=0), np.repeat(pair, 3, axis=0)])
    >>> y = [11, 12.4, 8.8, 10, 16.8, 16, 15, 14.8, 16.1, 10, 9.7, 11.8, 17.7, 16.4, 16.6]
    >>> yarn = fit_scheffe(x, y, "quadratic")
    >>> yarn.coefficients.round(1).tolist(), round(yarn.r_squared, 5), yarn.df
    ([11.7, 9.4, 16.4, 19.0, 11.4, -9.6], 0.95136, 9)
    """
    basis = scheffe_basis(x, order)
    values = np.asarray(y, dtype=np.float64)
    if values.shape != basis.shape[:1] or not np.isfinite(values).all():
        raise ValueError("one finite value per run is needed")
    require_separable(np.asarray(x, dtype=np.float64), basis)
    return least_squares(basis, values, order)


def least_squares(basis: Vector, values: Vector, order: Order) -> ScheffeFit:
    """Fit terms that are already known to be separable; see `fit_scheffe`.

    >>> least_squares(np.eye(2), np.array([2.0, 4.0]), "linear").coefficients.round(6).tolist()
    [2.0, 4.0]
    """
    n, p = basis.shape
    coefficients = np.linalg.lstsq(basis, values)[0].astype(np.float64)
    sse = sum_of_squares(values, basis @ coefficients)
    sst = sum_of_squares(values, float(values.mean()))
    mean_square = sse / (n - p) if n > p else math.nan
    covariance = mean_square * np.linalg.inv(basis.T @ basis).astype(np.float64)
    f, f_p, lack_df, pure_df = _lack_of_fit(basis, values, sse)
    return ScheffeFit(
        order=order,
        coefficients=coefficients,
        standard_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        residual_sd=math.sqrt(mean_square),
        df=n - p,
        r_squared=1 - sse / sst if sst > 0 else math.nan,
        lack_of_fit_f=f,
        lack_of_fit_p=f_p,
        lack_of_fit_df=lack_df,
        pure_error_df=pure_df,
    )


def sum_of_squares(values: Vector, fitted: Vector | float) -> float:
    """Return the sum of squared residuals, exactly 0 for values that are met on paper.

    >>> sum_of_squares(np.array([0.3, 1.0]), np.array([0.1 + 0.2, 1.0])), sum_of_squares(np.array([1.0, 3.0]), 2.0)
    (0.0, 2.0)
    """
    squares = float(np.sum((values - fitted) ** 2))
    # Such values are missed by a rounding error, which would pass for a residual.
    return squares if squares > 1e-24 * float(values @ values) else 0.0


def _lack_of_fit(basis: Vector, values: Vector, sse: float) -> tuple[float, float, int, int]:
    _, mixture = np.unique(basis.round(SHARE_DIGITS), axis=0, return_inverse=True)
    runs = np.bincount(mixture)
    means = np.bincount(mixture, values) / runs
    pure = sum_of_squares(values, means[mixture])
    lack_df, pure_df = len(runs) - basis.shape[1], len(values) - len(runs)
    if lack_df <= 0 or pure_df == 0 or pure == 0:
        return math.nan, math.nan, lack_df, pure_df
    f = max(sse - pure, 0.0) / lack_df / (pure / pure_df)
    return f, float(stats.f.sf(f, lack_df, pure_df)), lack_df, pure_df
