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
Order = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class ScheffeFit:
    """A Scheffé polynomial fitted by least squares, one row for each training run.

    Attributes:
        order: "linear" (p = T coefficients) or "quadratic" (p = T + T(T - 1)/2).
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


@dataclass(frozen=True)
class Effect:
    """The change of a trait between two mixtures, with its 95 % t interval and its test against 0.

    Attributes:
        estimate: the change, in the units of the trait.
        low: lower end of the interval.
        high: upper end.
        standard_error: of the estimate.
        t: estimate over standard error.
        df: residual degrees of freedom of the fit.
        p: two-sided p value.
    """

    estimate: float
    low: float
    high: float
    standard_error: float
    t: float
    df: int
    p: float


def scheffe_basis(x: npt.ArrayLike, order: Order) -> Vector:
    """Return the terms of Scheffé's canonical polynomial: x_i, and for "quadratic" also x_i x_j with i < j.

    Shares sum to 1, so there is neither an intercept nor a square (Scheffé 1958, Journal of the Royal
    Statistical Society B 20: 344-360).

    Args:
        x: shape (n, T), shares of the tasks.
        order: degree of the polynomial.

    Returns:
        shape (n, T) or (n, T + T(T - 1)/2).

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
    if order == "linear":
        return shares
    products = [shares[:, i] * shares[:, j] for i, j in combinations(range(shares.shape[1]), 2)]
    return np.column_stack([shares, *products])


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
    n, p = basis.shape
    coefficients = np.linalg.lstsq(basis, values)[0].astype(np.float64)
    sse = _sum_of_squares(values, basis @ coefficients)
    sst = _sum_of_squares(values, float(values.mean()))
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


def cox_effect(fit: ScheffeFit, reference: npt.ArrayLike, task: int, step: float = 0.1) -> Effect:
    """Estimate how the trait changes when one task's share rises and the others give way in proportion.

    The Cox direction from r to r': r'_i = r_i + step, r'_j = r_j (1 - r'_i) / (1 - r_i). In the linear
    model the change is step (β_i - Σ_{j≠i} r_j β_j / (1 - r_i)) (Cox 1971, Biometrika 58: 155-159). The
    error term is always the residual: under lack of fit pure error alone would promise too much.

    Args:
        fit: the fitted polynomial.
        reference: shape (T,), the mixture to start from.
        task: index of the task that rises.
        step: rise of its share; negative for a fall.

    Raises:
        ValueError: the reference is no composition of the fitted tasks, or the step leaves the simplex.

    >>> fit = fit_scheffe_linear([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [3, 1, 2])
    >>> round(cox_effect(fit, [0.5, 0.25, 0.25], task=0).estimate, 6)
    0.15
    """
    start = np.asarray(reference, dtype=np.float64)
    terms = scheffe_basis([start, along_cox(start, task, step)], fit.order)
    if terms.shape[1] != len(fit.coefficients):
        raise ValueError(f"the reference has {len(start)} tasks, the fit has another number")
    change = terms[1] - terms[0]
    estimate = float(change @ fit.coefficients)
    standard_error = math.sqrt(float(change @ fit.covariance @ change))
    half = float(stats.t.ppf(0.975, fit.df)) * standard_error
    t = estimate / standard_error if standard_error > 0 else math.nan
    p = float(2 * stats.t.sf(abs(t), fit.df))
    return Effect(estimate, estimate - half, estimate + half, standard_error, t, fit.df, p)


def along_cox(start: Vector, task: int, step: float) -> Vector:
    """Return the mixture reached when one task's share rises by `step` and the others give way in proportion.

    Raises:
        ValueError: the step leaves the simplex.

    >>> along_cox(np.array([0.5, 0.25, 0.25]), 0, 0.1).round(6).tolist()
    [0.6, 0.2, 0.2]
    """
    others = 1 - start[task]
    if others <= 0 or not -1e-12 <= start[task] + step <= 1 + 1e-12:
        raise ValueError(f"a step of {step:g} from a share of {start[task]:g} leaves the simplex")
    end = start * (others - step) / others
    end[task] = start[task] + step
    return np.asarray(end.clip(0, 1))


def _sum_of_squares(values: Vector, fitted: Vector | float) -> float:
    squares = float(np.sum((values - fitted) ** 2))
    # Values that are met on paper are missed by a rounding error, which would pass for a residual.
    return squares if squares > 1e-24 * float(values @ values) else 0.0


def _lack_of_fit(basis: Vector, values: Vector, sse: float) -> tuple[float, float, int, int]:
    _, mixture = np.unique(basis.round(SHARE_DIGITS), axis=0, return_inverse=True)
    runs = np.bincount(mixture)
    means = np.bincount(mixture, values) / runs
    pure = _sum_of_squares(values, means[mixture])
    lack_df, pure_df = len(runs) - basis.shape[1], len(values) - len(runs)
    if lack_df <= 0 or pure_df == 0 or pure == 0:
        return math.nan, math.nan, lack_df, pure_df
    f = max(sse - pure, 0.0) / lack_df / (pure / pure_df)
    return f, float(stats.f.sf(f, lack_df, pure_df)), lack_df, pure_df
