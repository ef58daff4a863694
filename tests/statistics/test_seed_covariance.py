"""The covariance between runs against numpy, and runs that have none."""

import numpy as np
import pytest

from behaviordrift.statistics.seed_covariance import seed_covariance


def test_equal_groups_average_their_covariances():
    levels = np.array([[0, 9], [5, 5], [9, 0]])
    groups = levels[:, None] + np.random.default_rng(1).normal(0, 1, (3, 4, 2))
    found = seed_covariance(list(groups))
    assert found.matrix == pytest.approx(np.mean([np.cov(group.T) for group in groups], axis=0))
    assert found.df == 9
    assert found.sd == pytest.approx(np.sqrt(np.diag(found.matrix)))


def test_single_runs_add_nothing():
    runs = np.random.default_rng(2).normal(0, 1, (4, 3))
    there, here = seed_covariance([runs]), seed_covariance([runs, [[7, 7, 7]]])
    assert (here.df, here.matrix.tolist()) == (there.df, there.matrix.tolist())


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([[[1, 2]], [[3, 4]]], "no mixture has two runs"),
        ([[[0.1, 2], [0.1, 3], [0.1, 4]]], "trait 0 does not vary"),
        ([[[1, 2], [3, 4]], [[1], [2]]], "the same traits"),
        ([[[1, np.nan], [3, 4]]], "one finite value"),
        ([[1, 2]], "one finite value"),
        ([np.empty((0, 2))], "at least one run"),
    ],
)
def test_runs_without_a_covariance_are_refused_by_name(groups, message):
    with pytest.raises(ValueError, match=message):
        seed_covariance(groups)
