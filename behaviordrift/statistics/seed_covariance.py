"""How several traits vary together between runs of one mixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SeedCovariance:
    """Covariance of traits between runs that differ in nothing but their seed.

    Attributes:
        matrix: shape (J, J), pooled over mixtures.
        df: runs - mixtures.
    """

    matrix: Vector
    df: int

    @property
    def sd(self) -> Vector:
        """Standard deviation of each trait, shape (J,)."""
        return np.sqrt(np.diag(self.matrix))


def run_traits(groups: Sequence[npt.ArrayLike]) -> list[Vector]:
    """Return the runs of each mixture as floats, shape (runs, J), or raise ValueError unless all have the same traits.

    >>> run_traits([[[0, 1]], [[2, 3], [4, 5]]])[1].shape
    (2, 2)
    """
    runs = [np.asarray(group, dtype=np.float64) for group in groups]
    if any(group.ndim != 2 or not group.size or not np.isfinite(group).all() for group in runs):
        raise ValueError("each mixture needs at least one run, and every run one finite value for each trait")
    if len({group.shape[1] for group in runs}) > 1:
        raise ValueError("all mixtures need the same traits")
    return runs


def seed_covariance(groups: Sequence[npt.ArrayLike]) -> SeedCovariance:
    """Return the covariance of traits between runs of one mixture, pooled over mixtures.

    Args:
        groups: for each mixture the traits of its runs, shape (runs, J).

    Raises:
        ValueError: no mixture has two runs, traits differ in number, a value is not finite, or a trait does not vary.

    >>> seed_covariance([[[0, 1], [2, 3]], [[5, 5]]]).matrix.tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    runs = run_traits(groups)
    df = sum(map(len, runs)) - len(runs)
    if df == 0:
        raise ValueError("no mixture has two runs: how much runs vary is unknown")
    residuals = np.vstack([group - group.mean(axis=0) for group in runs])
    levels = np.abs(np.vstack(runs)).max(axis=0)
    still = np.flatnonzero(np.abs(residuals).max(axis=0) <= 1e-12 * levels)
    if len(still):
        raise ValueError(f"trait {', '.join(map(str, still.tolist()))} does not vary between runs: leave it out")
    return SeedCovariance(residuals.T @ residuals / df, df)
