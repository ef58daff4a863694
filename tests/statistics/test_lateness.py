"""The lateness index: known order effects, coverage, power, and what it cannot identify."""

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics import lateness
from behaviordrift.statistics.contrasts import NO_REPLICATES, NO_SPREAD
from behaviordrift.statistics.lateness import UNIDENTIFIED


def runs(rng, per_cell, early, late):
    """AA, AB, BA and BB where B moves the trait by `early` or `late`, in units of the SD between runs."""
    sizes = [per_cell] * 4 if isinstance(per_cell, int) else per_cell
    return [rng.normal(mean, 1, n) for mean, n in zip((0, late, early, early + late), sizes, strict=True)]


def test_the_order_test_is_a_contrast_of_the_two_mixed_cells():
    cells = runs(np.random.default_rng(1), 4, 1, 3)
    found = lateness(*cells)
    assert found.order.estimate == pytest.approx(cells[1].mean() - cells[2].mean())
    pooled = np.mean([np.var(cell, ddof=1) for cell in cells])
    assert found.order.t == pytest.approx(found.order.estimate / np.sqrt(pooled / 2))
    assert found.order.p == pytest.approx(2 * stats.t.sf(abs(found.order.t), 12))


def test_swapping_the_two_mixtures_keeps_the_index_and_reversing_time_negates_it():
    aa, ab, ba, bb = runs(np.random.default_rng(2), [2, 3, 4, 5], 1, 3)
    there, swapped, reversed_ = lateness(aa, ab, ba, bb), lateness(bb, ba, ab, aa), lateness(aa, ba, ab, bb)
    assert (swapped.index.low, swapped.index.high) == pytest.approx((there.index.low, there.index.high))
    assert swapped.order.t == pytest.approx(-there.order.t)
    assert (reversed_.index.low, reversed_.index.high) == pytest.approx((-there.index.high, -there.index.low))


@pytest.mark.parametrize(("per_cell", "power"), [(3, 0.58), (5, 0.84), ([3, 4, 5, 6], 0.77)])
def test_coverage_and_power(per_cell, power):
    rng = np.random.default_rng(3)
    found = [lateness(*runs(rng, per_cell, 1, 3)) for _ in range(400)]
    assert stats.binomtest(sum(0.5 in f.index for f in found), 400, 0.95).pvalue > 1e-4
    assert stats.binomtest(sum(f.order.p < 0.05 for f in found), 400, power).pvalue > 1e-4


def test_mixtures_that_are_alike_leave_the_index_unidentified():
    rng = np.random.default_rng(4)
    found = [lateness(*runs(rng, 3, 0, 0)) for _ in range(400)]
    assert 0.90 <= np.mean([not f.identified for f in found]) <= 0.98
    assert all((UNIDENTIFIED in f.caveats) == (f.index.shape != "interval") for f in found)
    assert stats.binomtest(sum(f.order.p < 0.05 for f in found), 400, 0.05).pvalue > 1e-4


def test_order_can_matter_where_the_index_is_unidentified():
    found = lateness([0, 0.1, -0.1], [3, 3.1, 2.9], [-3, -3.1, -2.9], [0, 0.05, -0.05])
    assert found.order.p < 0.001
    assert not found.identified


def test_single_runs_show_nothing():
    found = lateness([0], [3], [1], [4])
    assert (found.index.estimate, found.identified) == (0.5, False)
    assert found.caveats == (NO_REPLICATES, UNIDENTIFIED)


def test_runs_that_do_not_vary_give_the_index_without_a_test():
    found = lateness([0.1] * 2, [3.1] * 2, [1.1] * 2, [4.1] * 2)
    assert (found.index.low, found.index.high) == pytest.approx((0.5, 0.5))
    assert found.caveats == (NO_SPREAD,)
