"""Sums of squares that are 0 where values agree on paper."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def sum_within(group: Vector) -> float:
    """Return the sum of squares about the mean.

    >>> sum_within(np.array([0.1, 0.1, 0.1]))
    0.0
    """
    # The mean of equal values can miss them by a rounding error, which would pass for variation between runs.
    shifted = group - group[0]
    return float(np.sum((shifted - shifted.mean()) ** 2))


def residual_sum(basis: Vector, values: Vector) -> float:
    """Return the residual sum of squares of the least-squares fit of `basis`, shape (n, p), to `values`.

    >>> residual_sum(np.ones((3, 1)), np.array([0.1, 0.1, 0.1]))
    0.0
    """
    squares = float(np.sum((values - basis @ np.linalg.lstsq(basis, values)[0]) ** 2))
    # Values that are met on paper are missed by a rounding error, which would pass for a residual.
    return squares if squares > 1e-24 * float(values @ values) else 0.0
