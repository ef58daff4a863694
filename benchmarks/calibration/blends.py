"""The resemblance share of a mixture whose blend of the pure tasks is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.calibration.influence import Design, simulate_influence

STEPS = 12
"""Of the grid over all blends; a finer one changes the area of the set, not what it covers."""


@dataclass(frozen=True)
class BlendCell:
    """Pure tasks and a mixture with equal nominal shares."""

    design: Design

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw one mixture and ask whether its set holds the true shares and the nominal ones."""
        found = simulate_influence(self.design, 1, STEPS, seed=int(rng.integers(2**31)))
        covered = {"influence: coverage of the true shares": found.coverage}
        if len(set(self.design.shares)) > 1:
            return covered
        return {**covered, "influence: nominal shares refused though true": found.rejects_nominal}
