"""Candidate against baseline, paired by cluster: what two fixed checkpoints do on the same probes."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import stats

from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, Vector, clusters, few_clusters
from behaviordrift.statistics.estimate import Estimate, no_spread, t_intervals, undefined_estimate
from behaviordrift.statistics.paired_proportions import mcnemar_mid_p, tango_interval
from behaviordrift.statistics.rate_ratio import log_rate_ratio
from behaviordrift.statistics.sign_flip import DRAWS, EXACT_LIMIT, sign_flip_p

NO_CHANGE = "no cluster changed: the smallest detectable effect supposes one change each way"

__all__ = ["binary_difference", "log_rate_ratio", "log_ratio", "mean_difference"]


def binary_difference(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Estimate:
    """Compare how often a yes-or-no trait shows: the risk difference, candidate - baseline.

    Tango's score interval, McNemar's mid-p. mde80 = (z.975 + z.80) sqrt(s / G), where s is the share of
    clusters that changed; where none did, s = (1 + 1)/(G + 2), one change supposed each way. With fewer
    than 6 clusters p is NaN.

    Args:
        baseline: shape (G,), 0 or 1 for each cluster.
        candidate: shape (G,), the same clusters.

    Raises:
        ValueError: the arrays differ in length, or hold anything but 0 and 1.

    Airway hyperresponsiveness of 21 children (Bentur et al. 2009): treatment brought it to 7, took it from 1.

    >>> baseline = [1] + [1] + [0] * 7 + [0] * 12
    >>> candidate = [1] + [0] + [1] * 7 + [0] * 12
    >>> bentur = binary_difference(baseline, candidate)
    >>> [round(x, 3) for x in (bentur.estimate, bentur.low, bentur.high, bentur.p)]
    [0.286, 0.026, 0.517, 0.039]
    """
    before, after = clusters(baseline, candidate)
    if not np.isin((before, after), (0.0, 1.0)).all():
        raise ValueError("a binary trait is 0 or 1 in every cluster")
    estimand, methods = "risk difference", "Tango score interval, McNemar mid-p"
    n = len(before)
    if n == 0:
        return undefined_estimate(estimand, 0, methods, NO_CLUSTERS)
    gained, lost = int(np.sum(after > before)), int(np.sum(after < before))
    caveats = few_clusters(n)
    changed = (gained + lost) / n
    if changed == 0:
        changed = 2 / (n + 2)
        caveats = (*caveats, NO_CHANGE)
    low, high = tango_interval(gained, lost, n, level=0.95)
    low90, high90 = tango_interval(gained, lost, n, level=0.90)
    return Estimate(
        estimand=estimand,
        estimate=(gained - lost) / n,
        low=low,
        high=high,
        low90=low90,
        high90=high90,
        p=mcnemar_mid_p(gained, lost) if n >= MIN_CLUSTERS else math.nan,
        df=math.inf,
        n_units=n,
        mde80=float(stats.norm.ppf(0.975) + stats.norm.ppf(0.80)) * math.sqrt(changed / n),
        methods=methods,
        caveats=caveats,
    )


def mean_difference(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Estimate:
    """Compare a numeric trait: the mean of the cluster differences d_g, candidate - baseline.

    Student's t interval with G - 1 degrees of freedom, and the sign-flip permutation test: exact up to 20
    clusters, 10,000 seeded draws beyond. With fewer than 6 clusters p is NaN, since sign flips cannot reach
    .05 there.

    Args:
        baseline: shape (G,), one value for each cluster, in the trait's units.
        candidate: shape (G,), the same clusters.

    Raises:
        ValueError: the arrays differ in length, or a value is NaN or infinite.

    Student's sleep data (1908), hours gained on two drugs: 4 of the 1024 sign patterns are as extreme.

    >>> second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    >>> first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    >>> sleep = mean_difference(second, first)
    >>> round(sleep.estimate, 2), round(sleep.low90, 3), round(sleep.high90, 3), round(sleep.p * 1024)
    (-1.58, -2.293, -0.867, 4)
    """
    before, after = clusters(baseline, candidate)
    return _mean_of("mean difference", after - before)


def log_ratio(baseline: npt.ArrayLike, candidate: npt.ArrayLike) -> Estimate:
    """Compare a positive trait, such as length: the log ratio of geometric means, candidate over baseline.

    It is `mean_difference` of the natural logarithms, so a change of units leaves it as it is.

    Args:
        baseline: shape (G,), one positive value for each cluster.
        candidate: shape (G,), the same clusters.

    Raises:
        ValueError: the arrays differ in length, or a value is not positive and finite.

    >>> doubled = log_ratio([1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12])
    >>> round(doubled.estimate / math.log(2), 6)
    1.0
    """
    before, after = clusters(baseline, candidate)
    if np.any(before <= 0) or np.any(after <= 0):
        raise ValueError("a log ratio needs values above 0")
    return _mean_of("log ratio", np.log(after) - np.log(before))


def _mean_of(estimand: str, differences: Vector) -> Estimate:
    n = len(differences)
    test = "exact sign-flip test" if n <= EXACT_LIMIT else f"sign-flip test with {DRAWS:,} draws"
    methods = f"t interval, {test}"
    if n == 0:
        return undefined_estimate(estimand, 0, methods, NO_CLUSTERS)
    mean, standard_error = float(differences.mean()), _standard_error(differences)
    return Estimate(
        estimand=estimand,
        estimate=mean,
        p=sign_flip_p(differences) if n >= MIN_CLUSTERS else math.nan,
        df=float(n - 1),
        n_units=n,
        methods=methods,
        caveats=(*few_clusters(n), *no_spread(standard_error)),
        **vars(t_intervals(mean, standard_error, n - 1)),
    )


def _standard_error(differences: Vector) -> float:
    n = len(differences)
    if n == 1:
        return math.nan
    # Differences that are equal on paper, such as logs of a constant ratio, vary in their last digits.
    if np.ptp(differences) <= 1e-12 * np.abs(differences).max():
        return 0.0
    return float(differences.std(ddof=1)) / math.sqrt(n)
