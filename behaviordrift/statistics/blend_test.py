"""Whether mixtures behave as given blends of the pure tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.seed_covariance import SeedCovariance, run_traits, seed_covariance

Vector = npt.NDArray[np.float64]
Statistic = Literal["Hotelling", "diagonal"]

DRAWS = 4_000


@dataclass(frozen=True)
class BlendTest:
    """Tests, for M mixtures at once, that each behaves as a stated blend of T pure tasks.

    Attributes:
        pure: shape (T, J), mean traits of each pure task.
        blends: shape (M, J), mean traits of each mixture.
        pure_runs: shape (T,), runs behind each mean.
        blend_runs: shape (M,).
        seed: covariance of the traits between runs.
        statistic: "Hotelling", or "diagonal" where the traits are too many for their covariance.
    """

    pure: Vector
    blends: Vector
    pure_runs: Vector
    blend_runs: Vector
    seed: SeedCovariance
    statistic: Statistic

    def distances(self, shares: Vector) -> Vector:
        """Return the squared distance tr(E' C⁻¹ E S⁻¹) of the mixtures from blends.

        E = mixtures - Ω pure tasks, and C = diag(1/runs) + Ω diag(1/pure runs) Ω' is its covariance over the mixtures
        in units of that between runs, S. The diagonal statistic has the diagonal of S alone.

        Args:
            shares: shape (N, M, T), the blends Ω to test.

        Returns:
            shape (N,).
        """
        errors = self.blends - shares @ self.pure
        covariances = np.diag(1 / self.blend_runs) + (shares / self.pure_runs) @ shares.swapaxes(1, 2)
        weighted = np.linalg.solve(covariances, errors) @ self._precision()
        return np.asarray(np.sum(weighted * errors, axis=(1, 2)))

    def null(self) -> Callable[[Vector], Vector]:
        """Return the function from squared distances to their p values under the stated blend.

        One mixture and Hotelling's statistic give J ν/(ν - J + 1) F(J, ν - J + 1) exactly (Hotelling 1931, Annals of
        Mathematical Statistics 2: 360-378). Otherwise p = (b + 1)/(m + 1) over m = 4,000 draws.
        """
        traits, df, mixtures = len(self.seed.matrix), self.seed.df, len(self.blends)
        if self.statistic == "Hotelling" and mixtures == 1:
            exact = stats.f(traits, df - traits + 1, scale=traits * df / (df - traits + 1))
            return lambda distances: np.asarray(exact.sf(distances))
        draws = np.sort(self.null_draws())
        return lambda distances: (len(draws) - np.searchsorted(draws, distances) + 1) / (len(draws) + 1)

    def null_draws(self) -> Vector:
        """Return 4,000 seeded draws of the squared distance under the stated blend.

        Runs are drawn as normal, with the correlations found between the runs where the statistic is diagonal.
        """
        rng = np.random.default_rng(0)
        traits, df = len(self.seed.matrix), self.seed.df
        errors, runs = rng.normal(size=(DRAWS, len(self.blends), traits)), rng.normal(size=(DRAWS, df, traits))
        if self.statistic == "Hotelling":
            covariances = runs.swapaxes(1, 2) @ runs / df
            weighted = np.linalg.solve(covariances, errors.swapaxes(1, 2)).swapaxes(1, 2)
            return np.asarray(np.sum(weighted * errors, axis=(1, 2)))
        root = _root(self.seed.matrix / np.outer(self.seed.sd, self.seed.sd))
        variances = np.mean((runs @ root) ** 2, axis=1, keepdims=True)
        return np.asarray(np.sum((errors @ root) ** 2 / variances, axis=(1, 2)))

    def _precision(self) -> Vector:
        if self.statistic == "Hotelling":
            return np.linalg.inv(self.seed.matrix).astype(np.float64)
        return np.diag(1 / np.diag(self.seed.matrix))


def blend_test(
    pure: Sequence[npt.ArrayLike], blends: Sequence[npt.ArrayLike], others: Sequence[npt.ArrayLike] = ()
) -> BlendTest:
    """Prepare the test from runs.

    Hotelling's statistic where J <= ν/2, ν the degrees of freedom of the covariance between runs; with more traits that
    covariance is too uncertain to invert, and the diagonal statistic takes its place.

    Args:
        pure: for each task the traits of the runs trained on it alone, shape (runs, J).
        blends: the same for each mixture to explain.
        others: the same for further mixtures, which serve the covariance between runs only.

    Raises:
        ValueError: fewer than two tasks, or see `seed_covariance`.

    >>> test = blend_test([[[0.0], [0.2]], [[4.0], [4.2]]], [[[1.0], [1.2]]])
    >>> test.distances(np.array([[[0.75, 0.25]]])).round(6).tolist()
    [0.0]
    """
    if len(pure) < 2:
        raise ValueError("a blend needs two pure tasks or more")
    runs = run_traits([*pure, *blends, *others])
    seed = seed_covariance(runs)
    means = np.array([group.mean(axis=0) for group in runs])
    sizes = np.array([float(len(group)) for group in runs])
    ends, until = len(pure), len(pure) + len(blends)
    statistic: Statistic = "Hotelling" if 2 * runs[0].shape[1] <= seed.df else "diagonal"
    return BlendTest(means[:ends], means[ends:until], sizes[:ends], sizes[ends:until], seed, statistic)


def _root(correlation: Vector) -> Vector:
    # With fewer runs than traits the matrix has no Cholesky factor.
    values, directions = np.linalg.eigh(correlation)
    return np.asarray(np.sqrt(values.clip(0))[:, None] * directions.T)
