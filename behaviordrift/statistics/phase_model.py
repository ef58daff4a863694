"""A trait as a sum of what each phase's mixture did, and whether the order of the mixtures mattered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.compositions import scheffe_basis, sum_of_squares
from behaviordrift.statistics.separability import require_separable

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PhaseFit:
    """The phase model, fitted by least squares with one row for each training run.

    Attributes:
        intercept: the trait where every phase trains all tasks in equal shares.
        coefficients: shape (phases, T), what a phase would add if it were the whole of training and its task the only
            one; each row sums to 0.
        standard_errors: shape (phases, T), from the residual mean square.
        residual_sd: square root of the residual mean square, in the units of y.
        df: residual degrees of freedom.
        order_f: F against equal coefficients in all phases.
        order_p: p value of it.
        order_df: (T - 1)(phases - 1).
    """

    intercept: float
    coefficients: Vector
    standard_errors: Vector
    residual_sd: float
    df: int
    order_f: float
    order_p: float
    order_df: int


def fit_phases(x: npt.ArrayLike, y: npt.ArrayLike, weights: npt.ArrayLike) -> PhaseFit:
    """Fit y = b_0 + Σ_φ w_φ β_φ'x_φ with 1'β_φ = 0, and test that order is irrelevant: all β_φ alike.

    Shares sum to 1, so β_φ is known only up to a constant, which the sum of 0 settles. Under the hypothesis only the
    cumulative mixture Σ_φ w_φ x_φ counts; F compares the two fits on (T - 1)(phases - 1) degrees of freedom.
    What the runs cannot give, such as F without residual degrees of freedom, is NaN.

    Args:
        x: shape (n, phases, T), shares of the tasks in each phase of each run.
        y: shape (n,), the trait of each run.
        weights: shape (phases,), share of training in each phase.

    Raises:
        ValueError: shapes do not fit, a row is no composition, a value is not finite, or the mixtures of the phases do
            not vary independently.

    Two tasks in two halves: task 1 moves the trait by 1 if early and by 3 if late.

    >>> a, b = [1.0, 0.0], [0.0, 1.0]
    >>> cells = [[a, a], [a, b], [b, a], [b, b]]
    >>> fit = fit_phases(cells, [0, 3, 1, 4], [0.5, 0.5])
    >>> fit.coefficients.round(6).tolist()
    [[-1.0, 1.0], [-3.0, 3.0]]
    """
    shares, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    parts = np.asarray(weights, dtype=np.float64)
    _require_fitting(shares, values, parts)
    n, phases, tasks = shares.shape
    # Deviations from equal shares, less the last task, which the others settle.
    terms = parts[:, None] * (shares[:, :, :-1] - 1 / tasks)
    full = np.column_stack([np.ones(n), terms.reshape(n, -1)])
    _require_independent(shares, full)
    sse = _sse(full, values)
    sse_cumulative = _sse(np.column_stack([np.ones(n), terms.sum(axis=1)]), values)
    df, order_df = n - full.shape[1], (tasks - 1) * (phases - 1)
    mean_square = sse / df if df else math.nan
    to_sum_zero = np.kron(np.eye(phases), np.vstack([np.eye(tasks - 1), np.zeros(tasks - 1)]) - 1 / tasks)
    fitted = np.linalg.lstsq(full, values)[0]
    covariance = to_sum_zero @ np.linalg.inv(full.T @ full)[1:, 1:] @ to_sum_zero.T
    f = (sse_cumulative - sse) / order_df / mean_square if order_df and mean_square > 0 else math.nan
    return PhaseFit(
        intercept=float(fitted[0]),
        coefficients=(to_sum_zero @ fitted[1:]).reshape(phases, tasks),
        standard_errors=np.sqrt(mean_square * np.diag(covariance)).reshape(phases, tasks),
        residual_sd=math.sqrt(mean_square),
        df=df,
        order_f=f,
        order_p=float(stats.f.sf(f, order_df, df)),
        order_df=order_df,
    )


def _require_fitting(shares: Vector, values: Vector, weights: Vector) -> None:
    if shares.ndim != 3 or values.shape != shares.shape[:1] or not np.isfinite(values).all():
        raise ValueError("shares of shape (runs, phases, tasks) and one finite value per run are needed")
    if weights.shape != shares.shape[1:2] or np.any(weights <= 0) or abs(weights.sum() - 1) > 1e-6:
        raise ValueError("one weight per phase is needed, each above 0, with sum 1")
    scheffe_basis(shares.reshape(-1, shares.shape[2]), "linear")


def _require_independent(shares: Vector, full: Vector) -> None:
    if np.linalg.matrix_rank(full) == full.shape[1]:
        return
    for phase in range(shares.shape[1]):
        try:
            require_separable(shares[:, phase], shares[:, phase])
        except ValueError as error:
            raise ValueError(f"phase {phase}: {error}") from error
    raise ValueError("the mixtures of the phases move together over the runs: order and ratio cannot be told apart")


def _sse(basis: Vector, values: Vector) -> float:
    return sum_of_squares(values, basis @ np.linalg.lstsq(basis, values)[0])
