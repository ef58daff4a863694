"""Pooled potency: recovered from several mixtures, refused where they cannot tell."""

import numpy as np
import pytest
from scipy import stats

from behaviordrift.statistics import pooled_potency

NOMINALS = np.array([[1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0], [0.25, 0.25, 0.5]])
POTENCY = np.array([0.6, 0.3, 0.1])


def runs(rng, spread=6.0, potency=POTENCY):
    shares = NOMINALS * potency
    ends = rng.normal(0, spread, (3, 3))
    blends = shares / shares.sum(axis=1, keepdims=True) @ ends
    return [[mean + rng.normal(0, 1, (4, 3)) for mean in means] for means in (ends, blends)]


def test_a_known_potency_is_recovered_from_mixtures_of_different_shares():
    found = pooled_potency(*runs(np.random.default_rng(1), spread=60), NOMINALS)
    assert found.verdict == "differs from nominal"
    assert found.potency == pytest.approx(POTENCY, abs=0.03)


def test_several_mixtures_narrow_the_set():
    pure, blends = runs(np.random.default_rng(2))
    one, three = (pooled_potency(pure, blends[:m], NOMINALS[:m], others=blends[m:]) for m in (1, 3))
    assert three.area < one.area


def test_equal_potency_is_rejected_at_the_stated_rate():
    rng = np.random.default_rng(3)
    found = [pooled_potency(*runs(rng, potency=np.ones(3)), NOMINALS, steps=6) for _ in range(60)]
    assert stats.binomtest(sum(f.nominal_p <= 0.05 for f in found), 60, 0.05).pvalue > 1e-4


def test_mixtures_that_disagree_have_no_one_potency():
    rng = np.random.default_rng(4)
    pure, blends = runs(rng, spread=40)
    _, contrary = runs(np.random.default_rng(4), spread=40, potency=POTENCY[::-1])
    assert pooled_potency(pure, [blends[0], contrary[2]], NOMINALS[[0, 2]]).verdict == "not a blend"


@pytest.mark.parametrize(
    ("nominals", "message"),
    [
        (NOMINALS[:2], "shares of 3 mixtures of 3 tasks"),
        (NOMINALS[:, :2] / NOMINALS[:, :2].sum(axis=1, keepdims=True), "shares of 3 mixtures of 3 tasks"),
        (NOMINALS[[1, 1, 1]], "no mixture gives any share to task 2"),
        (NOMINALS * 2, "sum to 1"),
    ],
)
def test_shares_that_do_not_fit_are_refused(nominals, message):
    with pytest.raises(ValueError, match=message):
        pooled_potency(*runs(np.random.default_rng(5)), nominals)
