"""Resemblance shares: Fieller's set where one trait is blended, what changes nothing, and the four verdicts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import fieller, pooled_potency, resemblance_share
from behaviordrift.statistics.influence import DIAGONAL, TIED
from behaviordrift.statistics.seed_covariance import seed_covariance

repeatable = settings(max_examples=25, deadline=None, derandomize=True)
seeds = st.integers(0, 1000)

THIRDS = np.full(3, 1 / 3)


def runs(seed=1, shares=(0.6, 0.3, 0.1), spread=6.0, traits=4, per_mixture=4):
    """Runs at the pure tasks and at one blend of them, in units of the SD between runs."""
    rng = np.random.default_rng(seed)
    ends = rng.normal(0, spread, (len(shares), traits))
    means = np.vstack([ends, np.array(shares) @ ends])
    drawn = means[:, None] + rng.normal(0, 1, (len(means), per_mixture, traits))
    return list(drawn[:-1]), drawn[-1]


@repeatable
@given(seeds, st.integers(1, 4))
def test_one_trait_and_two_tasks_give_fiellers_set_within_0_and_1(seed, blend_runs):
    (first, second), blend = runs(seed, (0.7, 0.3), traits=1)
    blend = blend[:blend_runs]
    found = resemblance_share([first, second], blend, [0.5, 0.5])
    seed_ = seed_covariance([first, second, blend])
    s2, (b1, b2, bx) = seed_.matrix[0, 0], (float(group.mean()) for group in (first, second, blend))
    errors = (s2 * (1 / blend_runs + 1 / 4), s2 * (1 / 4 + 1 / 4))
    ratio = fieller(bx - b2, b1 - b2, errors, s2 / 4, seed_.df)
    if ratio.shape == "interval" and found.verdict in ("differs from nominal", "compatible with nominal"):
        ends = np.clip([ratio.low, ratio.high], 0, 1)
        assert [found.low[0], found.high[0]] == pytest.approx(ends, abs=1 / 300)
        assert found.area == pytest.approx(ends[1] - ends[0], abs=1 / 150)
        assert found.shares[0] == pytest.approx(np.clip((bx - b2) / (b1 - b2), 0, 1), abs=1e-4)


@repeatable
@given(seeds)
def test_the_point_lies_within_its_set_and_explains_best(seed):
    pure, blend = runs(seed)
    found = resemblance_share(pure, blend, THIRDS, steps=12)
    assert found.shares.sum() == pytest.approx(1)
    assert found.blend_p >= found.nominal_p - 1e-9
    assert np.all(found.low <= found.shares)
    assert np.all(found.shares <= found.high)


@repeatable
@given(seeds, st.permutations(range(3)))
def test_relabelling_the_tasks_permutes_the_shares(seed, order):
    pure, blend = runs(seed)
    nominal = np.array([0.5, 0.3, 0.2])
    found = resemblance_share(pure, blend, nominal, steps=12)
    relabelled = resemblance_share([pure[task] for task in order], blend, nominal[list(order)], steps=12)
    assert relabelled.shares == pytest.approx(found.shares[list(order)], abs=1e-3)
    assert relabelled.potency == pytest.approx(found.potency[list(order)], abs=1e-2)
    assert (relabelled.area, relabelled.nominal_p) == pytest.approx((found.area, found.nominal_p))


@pytest.mark.parametrize("traits", [4, 9])
def test_units_of_the_traits_and_what_all_runs_share_change_nothing(traits):
    pure, blend = runs(traits=traits)
    units, shift = np.geomspace(0.1, 10, traits), np.linspace(-5, 5, traits)
    there = resemblance_share(pure, blend, THIRDS, steps=12)
    here = resemblance_share([group * units + shift for group in pure], blend * units + shift, THIRDS, steps=12)
    assert here.shares == pytest.approx(there.shares, abs=1e-3)
    assert (here.area, here.nominal_p) == pytest.approx((there.area, there.nominal_p))


def test_mixing_the_traits_changes_nothing_under_hotelling():
    pure, blend = runs()
    mix = np.random.default_rng(9).normal(0, 1, (4, 4))
    there = resemblance_share(pure, blend, THIRDS, steps=12)
    here = resemblance_share([group @ mix for group in pure], blend @ mix, THIRDS, steps=12)
    assert (here.area, here.nominal_p) == pytest.approx((there.area, there.nominal_p))


def test_a_clear_blend_differs_from_nominal_and_names_the_potent_task():
    found = resemblance_share(*runs(spread=40), THIRDS)
    assert found.verdict == "differs from nominal"
    assert found.shares == pytest.approx([0.6, 0.3, 0.1], abs=0.05)
    assert found.potency == pytest.approx(found.shares)
    assert (found.statistic, found.df, found.caveats) == ("Hotelling", 12, ())


def test_two_tasks_have_potencies_in_the_ratio_of_their_odds():
    found = resemblance_share(*runs(spread=40, shares=(0.6, 0.4)), [0.25, 0.75])
    share, potency = found.shares, found.potency
    assert potency[0] / potency[1] == pytest.approx(share[0] / share[1] / (0.25 / 0.75))
    assert potency.sum() == pytest.approx(1)


def test_a_set_between_the_points_of_the_grid_is_not_empty():
    found = resemblance_share(*runs(spread=1e4, shares=(0.53, 0.36, 0.11)), THIRDS, steps=4)
    assert (found.area, found.verdict) == (0, "differs from nominal")
    assert found.low == pytest.approx(found.shares)


@pytest.mark.parametrize("steps", [1, 12])
def test_behaviour_at_its_share_is_compatible_with_nominal(steps):
    nominal = [0.6, 0.3, 0.1]
    found = resemblance_share(*runs(spread=10), nominal, steps=steps)
    assert found.verdict == "compatible with nominal"
    assert np.all((found.low <= nominal) & (nominal <= found.high))


def test_pure_tasks_that_behave_alike_leave_the_share_unidentified():
    found = resemblance_share(*runs(spread=0.1), THIRDS)
    assert found.verdict == "unidentified"
    assert np.isnan(found.shares).all()
    assert np.isnan(found.potency).all()


def test_behaviour_off_all_blends_is_not_a_blend():
    pure, blend = runs()
    found = resemblance_share(pure, blend + 30, THIRDS)
    assert (found.verdict, found.area, len(found.members)) == ("not a blend", 0, 0)
    assert all(np.isnan(values).all() for values in (found.shares, found.low, found.high, found.potency))


def test_many_traits_say_that_their_covariance_was_left_out():
    found = resemblance_share(*runs(traits=9), THIRDS)
    assert (found.statistic, found.caveats) == ("diagonal", (DIAGONAL,))


def test_one_trait_cannot_place_three_tasks():
    found = resemblance_share(*runs(spread=40, traits=1), [0.1, 0.1, 0.8])
    assert found.caveats == (TIED,)
    assert np.isnan(found.shares).all()
    assert np.isfinite(found.low).all()


def test_a_task_without_a_share_has_no_potency():
    found = resemblance_share(*runs(spread=40), [0.5, 0.5, 0])
    assert np.isfinite(found.shares).all()
    assert np.isnan(found.potency).all()


@pytest.mark.parametrize("nominal", [[0.5, 0.5], [0.5, 0.6, 0.1], [1.5, -0.5, 0]])
def test_nominal_shares_must_fit(nominal):
    with pytest.raises(ValueError, match="share"):
        resemblance_share(*runs(), nominal)


def test_one_mixture_of_equal_shares_is_its_own_potency():
    pure, blend = runs()
    share, potency = resemblance_share(pure, blend, THIRDS, steps=12), pooled_potency(pure, [blend], [THIRDS], steps=12)
    assert potency.shares == pytest.approx(share.shares, abs=1e-3)
    assert (potency.area, potency.nominal_p) == pytest.approx((share.area, share.nominal_p), abs=1e-6)
