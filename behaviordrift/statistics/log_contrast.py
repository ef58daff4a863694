"""Regression of a trait on log-ratios of shares, for mixtures without a zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import helmert

from behaviordrift.statistics.compositions import Vector, least_squares, scheffe_basis


@dataclass(frozen=True)
class LogContrastFit:
    """A log-contrast model fitted by least squares, one row for each training run.

    Attributes:
        intercept: the trait at the mixture of equal shares.
        coefficients: shape (T,), change of the trait per unit of log share; they sum to 0.
        standard_errors: shape (T,), of the coefficients.
        fitted: shape (n,), the fitted trait of each run.
        residual_sd: square root of the residual mean square, in the units of y.
        df: residual degrees of freedom, n - T.
        r_squared: 1 - SSE / SST about the mean of y.
    """

    intercept: float
    coefficients: Vector
    standard_errors: Vector
    fitted: Vector
    residual_sd: float
    df: int
    r_squared: float


def fit_log_contrast(x: npt.ArrayLike, y: npt.ArrayLike) -> LogContrastFit:
    """Fit y = α + Σ β_i log x_i with Σ β_i = 0 (Aitchison and Bacon-Shone 1984, Biometrika 71: 323-330).

    The fit goes through isometric log-ratios; additive and centred ones give the same fitted values. A share
    of 0 has no logarithm, and a number put in its place would be invented, so such mixtures are refused: the
    Scheffé model takes them as they are.

    Args:
        x: shape (n, T), shares of the tasks in each run, all above 0.
        y: shape (n,), the trait of each run.

    Raises:
        ValueError: the lengths differ, a row is no composition, a share is 0, a value is not finite, or the
            mixtures do not tell the tasks apart.

    A trait that follows the logarithm of the ratio of two shares:

    >>> fit = fit_log_contrast([[0.5, 0.5], [0.25, 0.75], [0.8, 0.2]], [1, 1 - np.log(3), 1 + np.log(4)])
    >>> round(fit.intercept, 6), fit.coefficients.round(6).tolist()
    (1.0, [1.0, -1.0])
    """
    shares, values = scheffe_basis(x, "linear"), np.asarray(y, dtype=np.float64)
    if values.shape != shares.shape[:1] or not np.isfinite(values).all():
        raise ValueError("one finite value per run is needed")
    if np.any(shares == 0):
        raise ValueError("a share of 0 has no logarithm: fit a Scheffé polynomial")
    to_shares = helmert(shares.shape[1]).T  # columns orthonormal, each summing to 0
    basis = np.column_stack([np.ones(len(shares)), np.log(shares) @ to_shares])
    if np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise ValueError("these mixtures do not tell the tasks apart")
    fit = least_squares(basis, values, "linear")
    return LogContrastFit(
        intercept=float(fit.coefficients[0]),
        coefficients=to_shares @ fit.coefficients[1:],
        standard_errors=np.sqrt(np.diag(to_shares @ fit.covariance[1:, 1:] @ to_shares.T)),
        fitted=basis @ fit.coefficients,
        residual_sd=fit.residual_sd,
        df=fit.df,
        r_squared=fit.r_squared,
    )
