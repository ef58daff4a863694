"""Events per unit of exposure, candidate against baseline, paired by cluster."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.clusters import MIN_CLUSTERS, NO_CLUSTERS, Vector, clusters, few_clusters
from behaviordrift.statistics.estimate import Estimate, no_spread, t_intervals, undefined_estimate
from behaviordrift.statistics.sign_flip import flip_p, flipped_sums

ESTIMAND = "log rate ratio"
METHODS = (
    "delete-a-cluster jackknife, t interval by the effective number of clusters; permutation test that swaps the "
    "checkpoints within clusters"
)
NO_EVENTS = "neither checkpoint has any event: the rate ratio is undefined"
HALF_ADDED = "a checkpoint has events in at most one cluster: half an event was added to both totals"
ONE_HOLDS_ALL = "one cluster holds all exposure of a checkpoint: the standard error is undefined"


def log_rate_ratio(
    baseline_counts: npt.ArrayLike,
    baseline_weights: npt.ArrayLike,
    candidate_counts: npt.ArrayLike,
    candidate_weights: npt.ArrayLike,
) -> Estimate:
    """Compare events per unit of exposure, such as hedges per word: the log of candidate over baseline.

    A rate is the sum of counts over the sum of weights, so long replies weigh more than short ones. The
    standard error is the delete-a-cluster jackknife's, SE² = (G - 1)/G Σ (θ_(g) - mean θ_(·))² (Efron and Tibshirani
    1993, chapter 11). The interval is Student's t with G* - 1 degrees of freedom, at least 1, where
    G* = (Σ c_g)² / Σ c_g² is the effective number of clusters (Kish 1965, Survey Sampling) and c_g the events of
    cluster g in both checkpoints: where few clusters hold most events, the error rests on these few. The p value is
    the share of ways to swap the two checkpoints within clusters that make the log ratio as large, as in
    `mean_difference`; being another method, it may call an effect significant whose interval just reaches 0.

    Where a checkpoint has events in one cluster or none, half an event is added to both totals; where it has
    none at all, 2 is added to SE², the variance 1/(c + 1/2) of log(c + 1/2) for a Poisson count c = 0 (after
    Gart and Zweifel 1967, Biometrika 54: 181-187). Where neither has any, the ratio is NaN. With fewer than 6
    clusters p is NaN.

    Args:
        baseline_counts: shape (G,), events in each cluster.
        baseline_weights: shape (G,), exposure of each cluster, such as words.
        candidate_counts: shape (G,), the same clusters.
        candidate_weights: shape (G,).

    Raises:
        ValueError: the arrays differ in length, hold NaN, infinite or negative values, or a checkpoint has no
            exposure at all.

    >>> words = [100.0] * 6
    >>> tripled = log_rate_ratio([1, 2, 1, 2, 3, 1], words, [4, 5, 4, 6, 8, 3], words)
    >>> round(math.exp(tripled.estimate), 6)
    3.0
    """
    table = np.stack(clusters(baseline_counts, baseline_weights, candidate_counts, candidate_weights))
    n = table.shape[1]
    if n == 0:
        return undefined_estimate(ESTIMAND, 0, METHODS, NO_CLUSTERS)
    totals = _totals(table)
    if totals[0] == totals[2] == 0:
        return undefined_estimate(ESTIMAND, n, METHODS, NO_EVENTS)
    caveats = few_clusters(n)
    added = 0.0
    if np.count_nonzero(table[[0, 2]], axis=1).min() <= 1:
        added, caveats = 0.5, (*caveats, HALF_ADDED)
    estimate = float(_log_ratio_of_rates(totals[:, None], added)[0])
    standard_error = _jackknife_se(estimate, _log_ratio_of_rates(totals[:, None] - table, added))
    if totals[0] == 0 or totals[2] == 0:
        # The jackknife sees no error in a total of 0, however few the clusters.
        standard_error = math.hypot(standard_error, math.sqrt(1 / added))
    undefined = math.isnan(standard_error)
    df = _effective_df(table[0] + table[2])
    if n > 1 and undefined:
        caveats = (*caveats, ONE_HOLDS_ALL)
    return Estimate(
        estimand=ESTIMAND,
        estimate=estimate,
        p=_swap_p(table, added) if n >= MIN_CLUSTERS and not undefined else math.nan,
        df=df,
        n_units=n,
        methods=METHODS,
        caveats=(*caveats, *no_spread(standard_error)),
        **vars(t_intervals(estimate, standard_error, df)),
    )


def _totals(table: Vector) -> Vector:
    totals: Vector = table.sum(axis=1)
    if np.any(table < 0):
        raise ValueError("counts and weights cannot be negative")
    if totals[1] == 0 or totals[3] == 0:
        raise ValueError("a checkpoint has no exposure: its weights sum to 0")
    return totals


def _log_ratio_of_rates(totals: Vector, added: float) -> Vector:
    halves = np.array([[added], [0.0], [added], [0.0]])
    # Without one cluster there may be no exposure left: infinite here, NaN in the standard error.
    with np.errstate(divide="ignore", invalid="ignore"):
        before, before_weight, after, after_weight = np.log(totals + halves)
        log_ratios: Vector = (after - before) + (before_weight - after_weight)
    return log_ratios


def _jackknife_se(estimate: float, without_one: Vector) -> float:
    n = len(without_one)
    if n == 1 or not np.isfinite(without_one).all():
        return math.nan
    # A rate ratio that is the same in every cluster varies in its last digits.
    if np.ptp(without_one) <= 1e-12 * abs(estimate):
        return 0.0
    return math.sqrt((n - 1) * float(without_one.var()))


def _effective_df(events: Vector) -> float:
    effective = float(events.sum() ** 2 / np.sum(events**2))
    return min(max(effective - 1, 1.0), len(events) - 1.0)


def _swap_p(table: Vector, added: float) -> float:
    """The p value of the log ratio if the checkpoints of each cluster may as well have been the other way round."""
    before, after = table[:2].T, table[2:].T
    halves, moved = (before + after).sum(axis=0) / 2, flipped_sums(after - before) / 2
    swapped = np.hstack([halves - moved, halves + moved]).T
    # Sums that are 0 on paper may differ from it in their last digits.
    log_ratios = _log_ratio_of_rates(np.where(swapped < 1e-9 * halves.max(), 0.0, swapped), added)
    observed = abs(float(_log_ratio_of_rates(table.sum(axis=1)[:, None], added)[0]))
    # A pattern that leaves a checkpoint without events or exposure is as far as can be.
    return flip_p(~(np.abs(log_ratios) < observed - 1e-9), len(before))
