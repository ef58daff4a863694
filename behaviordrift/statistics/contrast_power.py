"""What a design alone decides of a contrast: its standard error in units of the SD between runs."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


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
