"""Whether the mixtures of a set of runs can tell the tasks apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

# Shares such as 1/3 are written with a limited number of digits.
SHARE_DIGITS = 9


def require_separable(shares: Vector, basis: Vector) -> None:
    """Raise ValueError, naming the tasks at fault, unless the mixtures tell all terms of the basis apart.

    Args:
        shares: shape (n, T), shares of the tasks in each run.
        basis: shape (n, p), the terms to fit to them.

    >>> moving_together = np.array([[0.5, 0.25, 0.25], [0.25, 0.375, 0.375]])
    >>> require_separable(moving_together, moving_together)
    Traceback (most recent call last):
    ValueError: the shares of tasks 1, 2 move together: no run tells them apart
    """
    if np.linalg.matrix_rank(basis) == basis.shape[1]:
        return
    mixtures = len(np.unique(shares.round(SHARE_DIGITS), axis=0))
    if mixtures == 1:
        raise ValueError("all runs share one mixture: the shares of the tasks cannot be told apart")
    unused = np.flatnonzero(shares.max(axis=0) == 0)
    if len(unused):
        raise ValueError(f"no run gives any share to task {_listed(unused)}")
    *_, directions = np.linalg.svd(shares)
    null = directions[np.linalg.matrix_rank(shares) :]
    tangled = np.flatnonzero(np.abs(null).max(axis=0, initial=0) > 1e-6)
    if len(tangled):
        raise ValueError(f"the shares of tasks {_listed(tangled)} move together: no run tells them apart")
    raise ValueError(f"{mixtures} distinct mixtures cannot tell {basis.shape[1]} terms apart: fit a lower order")


def _listed(tasks: npt.NDArray[np.intp]) -> str:
    return ", ".join(map(str, tasks.tolist()))
