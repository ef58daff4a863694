"""A claim about new prompts: a difference of two mixtures with runs and prompts both drawn at random."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.effect import Effect, t_effect
from behaviordrift.statistics.runs import NO_REPLICATES


def claim_difference(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Effect:
    """Compare two mixtures, candidate - baseline, for prompts like these and not for these alone.

    The variance is V1 + V2: V1 = MS (1/s_A + 1/s_B) from the means of runs, pooled within the mixtures, with
    s_A + s_B - 2 degrees of freedom; V2 from the P paired differences of the prompts' means, with P - 1. Its
    degrees of freedom are Satterthwaite's, (V1 + V2)² / (V1²/df1 + V2²/df2), which makes t² the min-F' of Clark
    (1973, Journal of Verbal Learning and Verbal Behavior 12: 335-359; Judd, Westfall and Kenny 2012).
    Seed x prompt and sampling are in both parts, which makes it conservative; but with two seeds of each mixture these
    degrees of freedom are too many. A claim for new prompts includes the one for these prompts, whose test rests on V1
    alone: p is the larger of the two, and the interval covers both.

    Args:
        baseline: shape (s_A, P), the runs' means on each cluster of prompts.
        candidate: shape (s_B, P), on the same clusters.

    Returns:
        the difference, with t and its degrees of freedom from V1 + V2; its error is NaN, with a caveat, where neither
        mixture has two runs or there is one cluster.

    Raises:
        ValueError: the clusters differ, there are none, or a value is not finite.

    >>> claim = claim_difference([[1, 2, 3], [2, 3, 4]], [[4, 6, 8], [5, 7, 9]])
    >>> claim.estimate, round(claim.standard_error**2, 4), round(claim.df, 2)
    (4.0, 0.8333, 3.85)
    >>> round(claim.low, 2), round(claim.high, 2), round(claim.p, 4)
    (0.96, 7.04, 0.0299)
    """
    before, after = (np.asarray(array, dtype=np.float64) for array in (baseline, candidate))
    if before.ndim != 2 or after.ndim != 2 or before.shape[1] != after.shape[1] or 0 in (before.size, after.size):
        raise ValueError(f"runs by clusters are needed from each side, got {before.shape} and {after.shape}")
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise ValueError("values must be finite: leave out the clusters that not all runs have")
    by_prompt = after.mean(axis=0) - before.mean(axis=0)
    runs, prompts = len(before) + len(after), len(by_prompt)
    estimate = float(by_prompt.mean())
    caveats = []
    if runs == 2:
        caveats.append(NO_REPLICATES)
    if prompts == 1:
        caveats.append("one cluster of prompts: nothing can be said of new ones")
    if caveats:
        return t_effect(estimate, math.nan, math.nan, tuple(caveats))
    squares = sum(float(np.sum((side.mean(axis=1) - side.mean()) ** 2)) for side in (before, after))
    by_run_variance = squares / (runs - 2) * (1 / len(before) + 1 / len(after))
    by_prompt_variance = float(by_prompt.var(ddof=1)) / prompts
    total = by_run_variance + by_prompt_variance
    spread = by_run_variance**2 / (runs - 2) + by_prompt_variance**2 / (prompts - 1)
    there = t_effect(estimate, math.sqrt(total), total**2 / spread if spread > 0 else math.nan)
    here = t_effect(estimate, math.sqrt(by_run_variance), runs - 2)
    # Runs that agree to the last digit have no test of their own: NaN gives way.
    return replace(
        there,
        low=float(np.minimum(there.low, here.low)),
        high=float(np.maximum(there.high, here.high)),
        p=float(np.fmax(there.p, here.p)),
    )
