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

    The length of a reply that was cut is a lower bound, so a mean of such lengths is too low by an unknown amount. But
    a reply that was cut is longer, in tokens, than any that ended by itself under the same limit. Two that were cut
    count as a tie, and as nobody knows which of them is longer, each end of the interval moves outwards by half of
    their share: many cut replies never pass for equal ones. A cluster is cut where half of its replies were, or more.

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
    cut_before, cut_after = (share >= 0.5 for share in cut)
    longest = max(before.max(), after.max()) + 1
    ranked = win_probability(np.where(cut_before, longest, before), np.where(cut_after, longest, after))
    hidden = float(np.mean(cut_before & cut_after)) / 2
    caveat = f"{100 * most:.0f} % of replies were cut at the limit: told is the chance to be the longer reply"
    return replace(
        ranked,
        low=max(ranked.low - hidden, -0.5),
        high=min(ranked.high + hidden, 0.5),
        low90=max(ranked.low90 - hidden, -0.5),
        high90=min(ranked.high90 + hidden, 0.5),
        methods=f"{ranked.methods}; the interval widened by half the share of clusters that both had cut",
        caveats=(*ranked.caveats, caveat),
    )
