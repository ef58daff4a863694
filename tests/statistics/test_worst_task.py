"""The worst task's score: one task is a t interval, several are covered."""

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics import worst_task


def test_one_task_has_students_interval():
    scores = np.random.default_rng(1).normal(0, 1, 6)
    found, oracle = worst_task(scores[:, None]), stats.ttest_1samp(scores, 0).confidence_interval()
    assert (found.value, found.low, found.high) == pytest.approx((scores.mean(), *oracle))


def test_the_worst_of_clearly_different_tasks_is_the_worst_one():
    scores = np.random.default_rng(2).normal([9.0, 1.0, 5.0], 0.1, (4, 3))
    found = worst_task(scores)
    assert found.value == pytest.approx(scores[:, 1].mean())
    assert found.low < found.value < found.high < 2


@pytest.mark.parametrize("means", [[0.0] * 8, [0.0, 1.0, 3.0]])
def test_intervals_cover_the_least_of_the_true_means(means):
    rng = np.random.default_rng(3)
    found = [worst_task(rng.normal(means, 1, (4, len(means)))) for _ in range(400)]
    covered = sum(f.low <= 0 <= f.high for f in found)
    assert stats.binomtest(covered, 400, 0.95, alternative="less").pvalue > 1e-4


def test_other_mixtures_steady_the_error():
    rng = np.random.default_rng(4)
    scores, others = rng.normal(0, 1, (2, 3)), list(rng.normal(5, 1, (4, 3, 3)))
    alone, steadied = worst_task(scores), worst_task(scores, others)
    assert steadied.value == alone.value
    assert steadied.high - steadied.low < alone.high - alone.low
