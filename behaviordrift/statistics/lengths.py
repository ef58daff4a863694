"""Lengths of replies of which some were cut at the token limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.clusters import clusters
from behaviordrift.statistics.estimate import Estimate
from behaviordrift.statistics.paired import log_ratio
from behaviordrift.statistics.win_probability import win_probability

TRUNCATED_SHARE = 0.05
"""Share of replies cut at the limit beyond which lengths are ranked and not measured."""


def length_change(
    baseline: npt.ArrayLike,
    candidate: npt.ArrayLike,
    baseline_truncated: npt.ArrayLike,
    candidate_truncated: npt.ArrayLike,
) -> Estimate:
    """Compare lengths: `log_ratio`, or `win_probability` where more than 5 % of one side's replies were cut short.

    The length of a reply that was cut is a lower bound, so a mean of such lengths is too low by an unknown amount. Its
    rank is known as long as the limit was the same for both: it is longer than any reply that ended by itself, and two
    replies that were cut are tied.

    Args:
        baseline: shape (G,), the positive length in each cluster.
        candidate: shape (G,), the same clusters.
        baseline_truncated: shape (G,), the share of the cluster's replies that were cut, 0 to 1.
        candidate_truncated: shape (G,), the same for the candidate.

    Raises:
        ValueError: the arrays differ in length, a length is not positive and finite, or a share is outside [0, 1].

    >>> short, long, none, half = [10] * 8, [64] * 8, [0] * 8, [0, 1] * 4
    >>> length_change(short, long, none, none).estimand, length_change(short, long, none, half).estimand
    ('log ratio', 'win probability - 1/2')
    """
    before, after, *cut = clusters(baseline, candidate, baseline_truncated, candidate_truncated)
    if any((share < 0).any() or (share > 1).any() for share in cut):
        raise ValueError("the truncated share of a cluster lies between 0 and 1")
    ratio = log_ratio(before, after)
    most = max((float(np.mean(share)) for share in cut if len(share)), default=0.0)
    if most <= TRUNCATED_SHARE:
        return ratio
    ranked = win_probability(before, after)
    caveat = f"{100 * most:.0f} % of replies were cut at the token limit: lengths are ranked, not measured"
    return replace(ranked, caveats=(*ranked.caveats, caveat))
