"""The effect of a task on a trait, along Cox's direction through a reference mixture."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.compositions import ScheffeFit, Vector, scheffe_basis
from behaviordrift.statistics.effect import Effect, t_effect


def cox_effect(fit: ScheffeFit, reference: npt.ArrayLike, task: int, step: float = 0.1) -> Effect:
    """Estimate how the trait changes when one task's share rises and the others give way in proportion.

    The Cox direction from r to r': r'_i = r_i + step, r'_j = r_j (1 - r'_i) / (1 - r_i). In the linear
    model the change is step (β_i - Σ_{j≠i} r_j β_j / (1 - r_i)) (Cox 1971, Biometrika 58: 155-159); in
    the others it is the difference of two predictions, and change / step the gradient as step goes to 0. The
    error term is always the residual: under lack of fit pure error alone would promise too much.

    Args:
        fit: the fitted polynomial.
        reference: shape (T,), the mixture to start from.
        task: index of the task that rises.
        step: rise of its share; negative for a fall.

    Raises:
        ValueError: the reference is no composition of the fitted tasks, or the step leaves the simplex.

    >>> from behaviordrift.statistics import fit_scheffe_linear
    >>> fit = fit_scheffe_linear([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [3, 1, 2])
    >>> round(cox_effect(fit, [0.5, 0.25, 0.25], task=0).estimate, 6)
    0.15
    """
    start = np.asarray(reference, dtype=np.float64)
    return change_between(fit, start, along_cox(start, task, step))


def change_between(fit: ScheffeFit, start: npt.ArrayLike, end: npt.ArrayLike) -> Effect:
    """Estimate how the trait changes from one mixture to another: the difference of two predictions.

    Raises:
        ValueError: a mixture is no composition of the fitted tasks.

    >>> from behaviordrift.statistics import fit_scheffe_linear
    >>> fit = fit_scheffe_linear([[1, 0], [0.5, 0.5], [0, 1]], [3, 2, 1])
    >>> round(change_between(fit, [0.5, 0.5], [0.75, 0.25]).estimate, 6)
    0.5
    """
    terms = scheffe_basis(np.array([start, end], dtype=np.float64), fit.order)
    if terms.shape[1] != len(fit.coefficients):
        raise ValueError(f"the mixtures have {np.size(start)} tasks, the fit has another number")
    change = terms[1] - terms[0]
    estimate = float(change @ fit.coefficients)
    standard_error = math.sqrt(np.maximum(0.0, change @ fit.covariance @ change))  # NaN stays NaN
    return t_effect(estimate, standard_error, fit.df)


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
