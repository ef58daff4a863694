"""Effects of a task after the order of the model was chosen, where the truth is straight or bent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from behaviordrift.statistics import cox_effect, fit_blending, fit_scheffe, simplex_centroid
from benchmarks.calibration.ratios import ALPHA, EFFECT

RUNS = (3, 3, 3, 2, 2, 2, 3)
"""Of each point of the simplex-centroid design, as in the example sweep."""
MILD = 8.0


@dataclass(frozen=True)
class CurveCell:
    """Eighteen runs on three tasks; `bend` is what the first two do to each other, in seed SDs at full strength.

    Half of one and half of the other lie a quarter of it off the straight line.
    """

    bend: float

    def repetition(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw a sweep and tell the effect of the third task, which the bend of the others moves most."""
        points = simplex_centroid(3)
        x = np.repeat(points, RUNS, axis=0)
        mean = x @ (0.0, EFFECT, -EFFECT) + self.bend * x[:, 0] * x[:, 1]
        truth = cox_effect(fit_scheffe(x, mean, "quadratic"), points[-1], task=2).estimate
        y = mean + rng.normal(size=len(x))
        effect = cox_effect(fit_blending(x, y), points[-1], task=2)
        found = {"ratio: coverage of Cox effects, order chosen": float(effect.low <= truth <= effect.high)}
        if self.bend == MILD:
            order = "quadratic" if fit_scheffe(x, y).lack_of_fit_p < ALPHA else "linear"
            effect = cox_effect(fit_scheffe(x, y, order), points[-1], task=2)
            found["control: Cox effects missed, linear unless refuted"] = float(not effect.low <= truth <= effect.high)
        return found
