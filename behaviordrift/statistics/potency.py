"""How much more one task tells than its share says, over several mixtures at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.blend_test import blend_test
from behaviordrift.statistics.compositions import scheffe_basis
from behaviordrift.statistics.influence import Influence, invert
from behaviordrift.statistics.simplex_grid import simplex_grid

Vector = npt.NDArray[np.float64]


def pooled_potency(
    pure: Sequence[npt.ArrayLike],
    blends: Sequence[npt.ArrayLike],
    nominals: npt.ArrayLike,
    others: Sequence[npt.ArrayLike] = (),
    steps: int | None = None,
) -> Influence:
    """Find one potency per task that explains all mixtures: ω_i ∝ x_i λ_i, Aitchison's perturbation of their shares x.

    Generalised non-linear least squares for the point and, for the set, the inversion of one test for all mixtures, as
    in `resemblance_share`. The result speaks of a mixture of equal shares, whose influence shares are the potencies
    themselves; "not a blend" says that no one λ explains the mixtures. The estimator is this project's own.

    Args:
        pure: for each task the traits of the runs trained on it alone, shape (runs, J).
        blends: the same for each of M mixtures.
        nominals: shape (M, T), their shares.
        others: traits of runs of further mixtures, which serve the covariance between runs only.
        steps: fineness of the grid; see `simplex_grid`.

    Raises:
        ValueError: the shares are not one composition of the tasks per mixture, no mixture contains some task, or see
            `seed_covariance`.

    Task 0 counts three times as much as task 1, at half the share and at a quarter of it:

    >>> pure = [[[0.0], [0.2], [0.1]], [[4.0], [4.2], [4.1]]]
    >>> blends = [[[1.0], [1.2], [1.1]], [[2.0], [2.2], [2.1]]]
    >>> pooled_potency(pure, blends, [[0.5, 0.5], [0.25, 0.75]]).potency.round(3).tolist()
    [0.75, 0.25]
    """
    x = scheffe_basis(nominals, "linear")
    if x.shape != (len(blends), len(pure)):
        raise ValueError(f"shares of {len(blends)} mixtures of {len(pure)} tasks are needed, got shape {x.shape}")
    unused = np.flatnonzero(x.max(axis=0) == 0)
    if len(unused):
        raise ValueError(f"no mixture gives any share to task {', '.join(map(str, unused.tolist()))}")
    equal = np.full(len(pure), 1 / len(pure))
    return invert(blend_test(pure, blends, others), equal, simplex_grid(len(pure), steps), lambda p: _perturb(x, p))


def _perturb(x: Vector, potency: Vector) -> Vector:
    # A mixture of tasks without any potency still blends them: the limit of small and equal ones.
    weights = x * (potency + 1e-9)[:, None, :]
    return np.asarray(weights / weights.sum(axis=2, keepdims=True))
