"""Calibration of the resemblance share: runs drawn from known blends of pure tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.blend_test import Statistic, blend_test
from behaviordrift.statistics.influence import ALPHA, invert
from behaviordrift.statistics.simplex_grid import simplex_grid

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """What one cell of the calibration draws.

    Attributes:
        seeds: runs at each pure task and at the mixture.
        endpoint_sd: SD between the traits of the pure tasks, in units of the SD between runs.
        traits: number of traits.
        shares: the blend that is true.
        off_blend: SD of what the mixture's traits add to that blend.
        correlation: of the traits between runs.
        statistic: forces a statistic; without it the number of traits chooses.
    """

    seeds: int
    endpoint_sd: float
    traits: int = 5
    shares: tuple[float, ...] = (0.6, 0.3, 0.1)
    off_blend: float = 0.0
    correlation: float = 0.0
    statistic: Statistic | None = None


@dataclass(frozen=True)
class Calibration:
    """How the 95 % set of the resemblance share did, as frequencies over repetitions.

    Attributes:
        coverage: the set held the true shares.
        area: mean part of all blends that it took.
        rejects_nominal: it left out equal shares.
        empty: "not a blend".
        unidentified: it took nearly all blends.
    """

    coverage: float
    area: float
    rejects_nominal: float
    empty: float
    unidentified: float


def simulate_influence(design: Design, repetitions: int, steps: int = 18, seed: int = 0) -> Calibration:
    """Draw pure tasks and a blend of them, with nominal shares equal, and count what the set says."""
    rng = np.random.default_rng(seed)
    shares = np.array(design.shares)
    grid, equal = simplex_grid(len(shares), steps), np.full(len(shares), 1 / len(shares))
    rows = []
    for _ in range(repetitions):
        pure, blend = _draw(rng, design, shares)
        test = blend_test(pure, [blend])
        test = replace(test, statistic=design.statistic or test.statistic)
        found = invert(test, equal, grid, lambda points: points[:, None, :])
        covered = test.null()(test.distances(shares[None, None])) > ALPHA
        rejected, verdict = found.nominal_p <= ALPHA, found.verdict
        rows.append((covered[0], found.area, rejected, verdict == "not a blend", verdict == "unidentified"))
    return Calibration(*np.mean(rows, axis=0).tolist())


def _draw(rng: np.random.Generator, design: Design, shares: Vector) -> tuple[Sequence[Vector], Vector]:
    ends = rng.normal(0, design.endpoint_sd, (len(shares), design.traits))
    means = np.vstack([ends, shares @ ends + rng.normal(0, design.off_blend, design.traits)])
    common = rng.normal(size=(len(means), design.seeds, 1)) * np.sqrt(design.correlation)
    own = rng.normal(size=(len(means), design.seeds, design.traits)) * np.sqrt(1 - design.correlation)
    runs = means[:, None] + common + own
    return list(runs[:-1]), runs[-1]
