"""What is checked, what it must be, and whether what was counted bears that out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import stats

Must = Literal["be", "be at most", "be at least", "exceed", "lie within", "say"]

OUTSIDE = 0.0027
"""p value below which a cell stands outside: three standard errors, [.035, .065] around .05 with 2,000 repetitions."""


@dataclass(frozen=True)
class Check:
    """A promise.

    Attributes:
        must: how the mean over repetitions relates to the target; "say" only reports it.
        target: the value; the half width around 0 where it must "lie within".
        frequency: whether each repetition says yes or no, so that the binomial distribution decides.
    """

    must: Must
    target: float
    frequency: bool = True


CHECKS = {
    "gate: size": Check("be", 0.05),
    "gate: size, discrete or exact test": Check("be at most", 0.05),
    "gate: coverage, lengths": Check("be", 0.95),
    "gate: coverage, shares and rates": Check("be at least", 0.95),
    "gate: wrong PASS at the margin": Check("be at most", 0.05),
    "gate: wrong FAIL at the margin": Check("be at most", 0.05),
    "gate: sequential, wrong PASS ever": Check("be at most", 0.05),
    "gate: sequential, wrong FAIL ever": Check("be at most", 0.05),
    "gate: power less formula": Check("lie within", 0.05, frequency=False),
    "ratio: size of F": Check("be", 0.05),
    "ratio: size of F, fewer than 10 events a run": Check("be at most", 0.05),
    "ratio: F where a ratio moves single prompts": Check("say", 0.05),
    "ratio: size of the permutation test": Check("be at most", 0.05),
    "ratio: size of the claim for new prompts": Check("be at most", 0.05),
    "ratio: coverage of Cox effects": Check("be", 0.95),
    "ratio: coverage of Cox effects, curved or rough": Check("be at least", 0.95),
    "ratio: coverage of Cox effects, order chosen": Check("be", 0.95),
    "ratio: power less formula": Check("lie within", 0.05, frequency=False),
    "components: bias of seed variance": Check("be", 0.0, frequency=False),
    "components: bias of ratio x prompt variance": Check("be", 0.0, frequency=False),
    "components: bias of seed x prompt variance": Check("be", 0.0, frequency=False),
    "components: bias of sampling variance": Check("be", 0.0, frequency=False),
    "order: size": Check("be", 0.05),
    "order: size of the phase model's F": Check("be", 0.05),
    "order: coverage of the lateness index": Check("be", 0.95),
    "order: power less formula": Check("lie within", 0.05, frequency=False),
    "influence: nominal shares refused though true": Check("be", 0.05),
    "influence: coverage of the true shares": Check("be", 0.95),
    "family: Holm, any false alarm": Check("be at most", 0.05),
    "family: maxT, any false alarm": Check("be at most", 0.05),
    "family: Benjamini-Hochberg, false discoveries": Check("be at most", 0.05, frequency=False),
    "forgetting: bias of backward transfer, in SE": Check("be", 0.0, frequency=False),
    "forgetting: bias of the split maximum, in SE": Check("be", 0.0, frequency=False),
    "control: prompt-level attribution": Check("exceed", 0.2),
    "control: six traits, no correction": Check("exceed", 0.2),
    "control: Cox effects missed, linear unless refuted": Check("exceed", 0.2),
    "control: bias of the plain maximum, in SE": Check("exceed", 0.0, frequency=False),
}


@dataclass(frozen=True)
class Count:
    """What one check came to in one cell: the number, the mean and the standard deviation of its outcomes."""

    check: str
    n: int
    mean: float
    sd: float

    def p(self) -> float:
        """Return the p value of such outcomes if the promise holds: exact binomial for frequencies, else normal."""
        promise = CHECKS[self.check]
        if promise.must == "say" or self.n == 0:
            return math.nan
        return self._binomial(promise) if promise.frequency else self._normal(promise)

    @property
    def outside(self) -> bool:
        """Whether the outcomes speak against the promise; a control that must exceed its target has to be seen to."""
        promise = CHECKS[self.check]
        return self.mean <= promise.target if promise.must == "exceed" else self.p() < OUTSIDE

    def _binomial(self, promise: Check) -> float:
        side = {"be": "two-sided", "be at most": "greater", "be at least": "less", "exceed": "less"}[promise.must]
        return float(stats.binomtest(round(self.mean * self.n), self.n, promise.target, alternative=side).pvalue)

    def _normal(self, promise: Check) -> float:
        error = self.sd / math.sqrt(self.n)
        away = abs(self.mean) if promise.must == "lie within" else self.mean
        upper = float(stats.norm.sf(away, promise.target, error))
        if promise.must == "be":
            return 2 * min(upper, 1 - upper)
        return 1 - upper if promise.must == "exceed" else upper
