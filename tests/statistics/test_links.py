"""Link functions against scipy and their limits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from behaviordrift.statistics import empirical_logit, log_rate


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_empirical_logit_is_the_logit_of_the_shrunken_share(counts):
    successes, n = counts
    assert empirical_logit(successes, n) == pytest.approx(logit((successes + 0.5) / (n + 1)), abs=1e-12)
    assert empirical_logit(n - successes, n) == pytest.approx(-empirical_logit(successes, n))


def test_log_rate_changes_by_the_log_of_the_unit():
    assert log_rate(0, 10) == pytest.approx(math.log(0.05))
    assert log_rate(7, 1000) - log_rate(7, 10) == pytest.approx(-math.log(100))


@pytest.mark.parametrize("successes", [-1, 11, math.nan])
def test_more_successes_than_trials_are_refused(successes):
    with pytest.raises(ValueError, match="between 0 and 10"):
        empirical_logit(successes, 10)


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1), (1, 0), (1, math.nan)])
def test_rates_without_exposure_are_refused(count, exposure):
    with pytest.raises(ValueError, match="exposure above 0"):
        log_rate(count, exposure)
