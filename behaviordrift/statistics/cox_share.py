"""The effect of a task on a share, in shares: what a change on the logit scale comes to at a reference mixture."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from behaviordrift.statistics.compositions import ScheffeFit, scheffe_basis
from behaviordrift.statistics.cox_effect import along_cox
from behaviordrift.statistics.effect import Effect, t_effect


def cox_share_change(fit: ScheffeFit, reference: npt.ArrayLike, task: int, step: float = 0.1) -> Effect:
    """Tell `cox_effect` of a fit to logits as a change of the share itself.

    p(r') - p(r), where p = 1 / (1 + exp(-η)) of the fitted logit η. By the delta method its variance is g' V g, with
    g = p' (1 - p') f(r') - p (1 - p) f(r), V the covariance of the coefficients and f the terms of the model.

    Args:
        fit: the polynomial fitted to logits.
        reference: shape (T,), the mixture to start from.
        task: index of the task that rises.
        step: rise of its share; negative for a fall.

    Raises:
        ValueError: the reference is no composition of the fitted tasks, or the step leaves the simplex.

    From one half, one logit more for the whole share is 2.5 points for a tenth of it:

    >>> from behaviordrift.statistics import fit_scheffe_linear
    >>> fit = fit_scheffe_linear([[1, 0], [0, 1], [1, 0], [0, 1]], [0.4, -0.6, 0.6, -0.4])
    >>> round(cox_share_change(fit, [0.5, 0.5], task=0).estimate, 3)
    0.025
    """
    start = np.asarray(reference, dtype=np.float64)
    terms = scheffe_basis([start, along_cox(start, task, step)], fit.order)
    if terms.shape[1] != len(fit.coefficients):
        raise ValueError(f"the reference has {len(start)} tasks, the fit has another number")
    before, after = expit(terms @ fit.coefficients)
    gradient = after * (1 - after) * terms[1] - before * (1 - before) * terms[0]
    standard_error = math.sqrt(float(gradient @ fit.covariance @ gradient))
    return t_effect(float(after - before), standard_error, fit.df)
