"""Two mixtures in two phases: does their order matter, and by how much more does the late one count?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from behaviordrift.statistics import fit_phases, lateness, t_power
from benchmarks.calibration.generator import World, draw
from benchmarks.calibration.ratios import run_sd, run_values

ALPHA = 0.05
A, B = (1.0, 0.0), (0.0, 1.0)
CELLS = [[A, A], [A, B], [B, A], [B, B]]


@dataclass(frozen=True)
class OrderCell:
    """Cells AA, AB, BA and BB of `seeds` runs; B moves the trait by so many SDs of a run early, and so many late."""

    world: World
    seeds: int
    early: float
    late: float

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw the four cells."""
        sd = run_sd(self.world)
        levels = sd * np.array([0.0, self.late, self.early, self.early + self.late])
        runs = run_values(self.world, draw(rng, self.world, levels, self.seeds))
        found = lateness(*runs.reshape(4, self.seeds))
        truth = (self.late - self.early) / (self.late + self.early)
        covered = {"order: coverage of the lateness index": truth in found.index}
        rejected = found.order.p < ALPHA
        if truth == 0:
            phases = fit_phases(np.repeat(CELLS, self.seeds, axis=0), runs, [0.5, 0.5])
            sizes = {"order: size": rejected, "order: size of the phase model's F": phases.order_p < ALPHA}
            return {**covered, **sizes}
        promised = t_power((self.late - self.early) / math.sqrt(2 / self.seeds), 4 * (self.seeds - 1))
        return {**covered, "order: power less formula": float(rejected) - promised}
