"""The calibration of the resemblance share, on few repetitions."""

import pytest
from scipy import stats

from benchmarks.calibration import influence as calibration

N = 60


def plausible(frequency, expected):
    return stats.binomtest(round(frequency * N), N, expected).pvalue > 1e-4


@pytest.mark.parametrize(
    ("seeds", "endpoint_sd", "area", "rejects"),
    [(3, 0.3, 0.94, 0.06), (3, 3, 0.49, 0.34), (3, 6, 0.21, 0.76), (5, 3, 0.23, 0.70), (5, 6, 0.08, 0.95)],
)
def test_hotellings_set_covers_the_truth_and_has_the_expected_size(seeds, endpoint_sd, area, rejects):
    design = calibration.Design(seeds, endpoint_sd, statistic="Hotelling")
    found = calibration.simulate_influence(design, N, steps=12)
    assert plausible(found.coverage, 0.95)
    assert found.area == pytest.approx(area, abs=0.12)
    assert plausible(found.rejects_nominal, rejects)


def test_the_diagonal_statistic_covers_the_truth_with_many_correlated_traits():
    found = calibration.simulate_influence(calibration.Design(3, 3, traits=10, correlation=0.3), N, steps=6)
    assert plausible(found.coverage, 0.95)


def test_behaviour_off_the_simplex_is_mostly_seen():
    found = calibration.simulate_influence(calibration.Design(5, 3, off_blend=4), N, steps=6)
    assert found.empty > 0.8
