"""Resampling of clusters and percentile intervals."""

import math

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics.bootstrap import Interval, percentile_interval, resamples


def test_each_resample_draws_as_many_clusters_as_there_are():
    times = resamples(7, seed=1)
    assert times.shape == (2000, 7)
    assert (times.sum(axis=1) == 7).all()
    assert times.mean(axis=0) == pytest.approx(np.ones(7), abs=0.1)
    assert times.var(axis=0) == pytest.approx(np.full(7, 6 / 7), abs=0.1)


def test_kinds_keep_their_size_and_seeds_repeat():
    times = resamples(5, ["x", "y", "x", "y", "y"], seed=2)
    assert (times[:, [0, 2]].sum(axis=1) == 2).all()
    assert np.array_equal(times, resamples(5, ["x", "y", "x", "y", "y"], seed=2))
    assert not np.array_equal(times, resamples(5, ["x", "y", "x", "y", "y"], seed=3))


def test_interval_of_a_mean_agrees_with_scipy():
    x = np.random.default_rng(3).exponential(1, 60)
    oracle = stats.bootstrap((x,), np.mean, method="percentile", n_resamples=5000, rng=4).confidence_interval
    ours = percentile_interval(float(x.mean()), resamples(60) @ x / 60)
    assert (ours.low, ours.high) == pytest.approx((oracle.low, oracle.high), abs=0.03)


def test_undefined_draws_do_not_count_and_infinite_ones_do():
    drawn = np.array([math.nan] * 50 + [1.0] * 20 + [math.inf] * 20)
    assert percentile_interval(2.0, drawn) == Interval(2.0, 1.0, math.inf)
    undefined = percentile_interval(2.0, np.full(10, math.nan))
    assert (undefined.value, math.isnan(undefined.low)) == (2.0, True)


def test_one_kind_per_cluster_is_asked_for():
    with pytest.raises(ValueError, match="one kind per cluster"):
        resamples(3, ["x"])
