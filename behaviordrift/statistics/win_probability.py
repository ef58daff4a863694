"""How often the candidate comes out above the baseline, for values that can be ranked but not always measured."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, clusters, few_clusters
from behaviordrift.statistics.estimate import Estimate, undefined_estimate
from behaviordrift.statistics.paired_proportions import mcnemar_mid_p, tango_interval

ESTIMAND = "win probability - 1/2"
METHODS = "half of Tango's score interval of wins less losses, sign test with mid-p"
ALL_TIED = "every cluster is tied: the smallest detectable effect supposes one win and one loss"


def win_probability(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Estimate:
    """Compare values by rank: the share of clusters where the candidate is higher, ties counting half, less 1/2.

    With W wins and L losses in G clusters the estimate is (W + (G - W - L)/2)/G - 1/2 = (W - L)/(2G): half of
    a difference of paired proportions. So its interval is half of Tango's, which keeps its width where all clusters
    tie, and its test is the sign test, which for one sign per cluster is McNemar's; mid-p. Only the order of the two
    values of a cluster matters: no rising change of scale moves the result.

    mde80 = (z.975 + z.80) sqrt(s / G) / 2, where s is the share of clusters that are not tied; where all are,
    s = 2/(G + 2). With fewer than 6 clusters p is NaN.

    Args:
        baseline: shape (G,), one value for each cluster.
        candidate: shape (G,), the same clusters.

    Raises:
        ValueError: the arrays differ in length, or a value is NaN or infinite.

    Student's sleep data (1908): nine of ten patients slept longer on the second drug, one as long.

    >>> first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> sleep = win_probability(first, second)
    >>> round(sleep.estimate + 0.5, 2), round(sleep.p * 2**9)
    (0.95, 1)
    """
    before, after = clusters(baseline, candidate)
    n = len(before)
    if n == 0:
        return undefined_estimate(ESTIMAND, 0, METHODS, NO_CLUSTERS)
    wins, losses = int(np.sum(after > before)), int(np.sum(after < before))
    untied = (wins + losses) / n or 2 / (n + 2)
    low, high = tango_interval(wins, losses, n, level=0.95)
    low90, high90 = tango_interval(wins, losses, n, level=0.90)
    return Estimate(
        estimand=ESTIMAND,
        estimate=(wins - losses) / (2 * n),
        low=low / 2,
        high=high / 2,
        low90=low90 / 2,
        high90=high90 / 2,
        p=mcnemar_mid_p(wins, losses) if n >= MIN_CLUSTERS else math.nan,
        df=math.inf,
        n_units=n,
        mde80=float(stats.norm.ppf(0.975) + stats.norm.ppf(0.80)) * math.sqrt(untied / n) / 2,
        methods=METHODS,
        caveats=(*few_clusters(n), *(() if wins + losses else (ALL_TIED,))),
    )
