"""Forgetting where nothing is forgotten: checkpoints that are all alike."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from behaviordrift.statistics import forgetting


@dataclass(frozen=True)
class LostCell:
    """As many checkpoints as tasks, each right on every probe with the same probability."""

    tasks: int
    clusters: int = 40
    right: float = 0.6

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw right and wrong answers and ask each measure what was lost, in standard errors of one score."""
        error = math.sqrt(self.right * (1 - self.right) / self.clusters)
        scores = (rng.random((self.tasks, self.tasks, self.clusters)) < self.right).astype(np.float64)
        found = forgetting(list(scores))
        return {
            "forgetting: bias of backward transfer, in SE": found.backward_transfer.value / error,
            "forgetting: bias of the split maximum, in SE": found.from_best_split.value / error,
            "control: bias of the plain maximum, in SE": found.from_best.value / error,
        }
