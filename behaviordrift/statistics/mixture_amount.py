"""Regression on the mixture and on how much of it was used: Piepel and Cornell's mixture-amount model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.compositions import ScheffeFit, Vector, least_squares, scheffe_basis


@dataclass(frozen=True)
class MixtureAmountFit:
    """A Scheffé linear model whose coefficients change with the amount, in a straight line.

    Attributes:
        at_mean_amount: the blending model at the mean amount of the runs, for `cox_effect`. Its R² and its
            lack of fit are those of the whole model.
        amount_slopes: shape (T,), how the trait of each pure task changes per unit of amount.
        mean_amount: the amount at which `at_mean_amount` holds.
        amount_f: F against the model in which the amount does nothing, T degrees of freedom above the line.
        amount_p: p value of it.
    """

    at_mean_amount: ScheffeFit
    amount_slopes: Vector
    mean_amount: float
    amount_f: float
    amount_p: float


def fit_mixture_amount(x: npt.ArrayLike, amount: npt.ArrayLike, y: npt.ArrayLike) -> MixtureAmountFit:
    """Fit y = Σ β_i x_i + (A - Ā) Σ γ_i x_i, for runs whose totals differ as well as their mixtures.

    With totals that differ the shares alone would take the blame for what the amount did (Piepel and
    Cornell 1985, Technometrics 27: 219-227).

    Args:
        x: shape (n, T), nominal shares of the tasks in each run.
        amount: shape (n,), the total of each run, such as its epochs or the logarithm of its tokens.
        y: shape (n,), the trait of each run.

    Raises:
        ValueError: the lengths differ, a row is no composition, a value is not finite, or the runs do not
            tell amount and mixture apart.

    Two tasks, each alone in a small and in a large amount; only the first answers to the amount:

    >>> fit = fit_mixture_amount([[1, 0], [1, 0], [0, 1], [0, 1]], [1, 3, 1, 3], [2, 6, 5, 5])
    >>> fit.at_mean_amount.coefficients.round(6).tolist(), fit.amount_slopes.round(6).tolist()
    ([4.0, 5.0], [2.0, 0.0])
    """
    shares = scheffe_basis(x, "linear")
    amounts, values = (np.asarray(array, dtype=np.float64) for array in (amount, y))
    if any(array.shape != shares.shape[:1] or not np.isfinite(array).all() for array in (amounts, values)):
        raise ValueError("one finite value and one finite amount per run are needed")
    mean_amount = float(amounts.mean())
    basis = np.column_stack([shares, shares * (amounts - mean_amount)[:, None]])
    if np.linalg.matrix_rank(basis) < basis.shape[1]:
        raise ValueError("these runs do not tell the amount from the mixture: each task needs two amounts")
    fit, tasks = least_squares(basis, values, "linear"), shares.shape[1]
    slopes, covariance = fit.coefficients[tasks:], fit.covariance[tasks:, tasks:]
    f = float(slopes @ np.linalg.solve(covariance, slopes)) / tasks if fit.residual_sd > 0 else math.nan
    blend = replace(
        fit,
        coefficients=fit.coefficients[:tasks],
        standard_errors=fit.standard_errors[:tasks],
        covariance=fit.covariance[:tasks, :tasks],
    )
    return MixtureAmountFit(blend, slopes, mean_amount, f, float(stats.f.sf(f, tasks, fit.df)))
