"""The penalised-score curve against a hand example, a plain bootstrap, its own algebra and known coverage."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import mean_difference, risk_preference, risk_preference_change
from behaviordrift.statistics.risk_preference import PRICES

repeatable = settings(max_examples=30, deadline=None, derandomize=True)

outcomes = st.lists(st.sampled_from(["right", "wrong", "held back"]), min_size=6, max_size=40)


def arrays(told):
    return [float(one == "right") for one in told], [float(one == "wrong") for one in told]


def told(*counts):
    return [name for name, n in zip(("right", "wrong", "held back"), counts, strict=True) for _ in range(n)]


def test_hand_example():
    # 20 probes: 9 right, 3 wrong, 8 held back. R = .45, W = .15.
    found = risk_preference(*arrays(told(9, 3, 8)))
    assert found.at_one.value == pytest.approx(0.30)
    assert found.break_even.value == pytest.approx(3.0)
    assert found.coverage.value == pytest.approx(0.60)
    assert found.selective_accuracy.value == pytest.approx(0.75)
    assert found.curve[PRICES.index(3.0)].value == pytest.approx(0)
    assert found.curve[-1].value == pytest.approx(0.45 - 4 * 0.15)
    assert (found.n_units, found.caveats) == (20, ())


@repeatable
@given(outcomes)
def test_answering_pays_below_the_break_even_price_and_not_above(rows):
    found = risk_preference(*arrays(rows))
    for price, score in zip(PRICES, found.curve, strict=True):
        if score.value > 1e-9:
            assert price < found.break_even.value
        if score.value < -1e-9:
            assert price > found.break_even.value


@repeatable
@given(outcomes)
def test_value_lies_in_its_interval_and_the_curve_falls_in_a_line(rows):
    found = risk_preference(*arrays(rows))
    values = np.array([score.value for score in found.curve])
    assert np.allclose(np.diff(values, 2), 0)
    assert (np.diff(values) <= 1e-12).all()
    for interval in (*found.curve, found.coverage):
        assert interval.low - 1e-9 <= interval.value <= interval.high + 1e-9


@repeatable
@given(
    st.lists(
        st.tuples(st.sampled_from(["right", "wrong", "held back"]), st.sampled_from(["right", "wrong"])),
        min_size=6,
        max_size=30,
    )
)
def test_swap_negates_and_the_change_at_one_is_the_mean_difference(rows):
    before, after = arrays([a for a, _ in rows]), arrays([b for _, b in rows])
    there, back = risk_preference_change(before, after), risk_preference_change(after, before)
    assert back.at_one.value == pytest.approx(-there.at_one.value)
    assert (back.coverage.low, back.coverage.high) == pytest.approx((-there.coverage.high, -there.coverage.low))
    net = [np.subtract(*side) for side in (before, after)]
    assert there.at_one.value == pytest.approx(mean_difference(net[0], net[1]).estimate)


def test_the_change_is_the_difference_of_the_two_levels():
    before, after = arrays(told(9, 3, 8)), arrays(told(10, 8, 2))
    a, b, change = risk_preference(*before), risk_preference(*after), risk_preference_change(before, after)
    for name in ("at_one", "break_even", "coverage", "selective_accuracy"):
        assert getattr(change, name).value == pytest.approx(getattr(b, name).value - getattr(a, name).value)


def test_no_change_against_itself():
    side = arrays(told(9, 3, 8))
    change = risk_preference_change(side, side)
    assert {(c.value, c.low, c.high) for c in change.curve} == {(0.0, 0.0, 0.0)}


def test_pairing_narrows_the_interval():
    # The same hard and easy probes: only two answers move.
    rng = np.random.default_rng(3)
    right = (rng.random(80) < 0.5).astype(float)
    after = right.copy()
    after[:2] = 1 - after[:2]
    paired = risk_preference_change((right, 1 - right), (after, 1 - after)).at_one
    alone = risk_preference(right, 1 - right).at_one
    assert paired.high - paired.low < 0.4 * (alone.high - alone.low)


def test_standard_error_agrees_with_the_formula():
    rng = np.random.default_rng(5)
    right = (rng.random(400) < 0.6).astype(float)
    wrong = (1 - right) * (rng.random(400) < 0.5)
    found = risk_preference(right, wrong).at_one
    half = 1.96 * (right - wrong).std() / math.sqrt(400)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.08)


def test_kinds_are_resampled_each_within_its_own():
    # All answerable probes right, all unanswerable ones held back: nothing varies once their numbers are fixed.
    right, kinds = [1.0] * 30 + [0.0] * 30, ["answerable"] * 30 + ["unanswerable"] * 30
    fixed = risk_preference(right, [0.0] * 60, kinds).coverage
    free = risk_preference(right, [0.0] * 60).coverage
    assert (fixed.low, fixed.value, fixed.high) == (0.5, 0.5, 0.5)
    assert free.low < 0.45


def test_shares_within_clusters_count_as_shares():
    found = risk_preference([0.5] * 8, [0.25] * 8)
    assert (found.at_one.value, found.coverage.value) == (0.25, 0.75)


def test_nothing_wrong_bounds_the_price_from_below_and_says_so():
    found = risk_preference(*arrays(told(20, 0, 10)))
    assert found.break_even.value == math.inf
    # An exact 97.5 % upper limit of 0 in 30 is 11.6 %.
    assert found.break_even.low == pytest.approx(found.curve[0].low / 0.1157, rel=1e-3)
    assert any("no answer was wrong" in caveat for caveat in found.caveats)


def test_nothing_answered_leaves_accuracy_undefined_and_scores_zero():
    found = risk_preference(*arrays(told(0, 0, 12)))
    assert (found.at_one.value, found.coverage.value) == (0, 0)
    assert math.isnan(found.selective_accuracy.value)
    assert math.isnan(found.break_even.value)
    assert any("nothing was answered" in caveat for caveat in found.caveats)
    change = risk_preference_change(arrays(told(0, 0, 12)), arrays(told(6, 6, 0)))
    assert math.isnan(change.selective_accuracy.value)
    assert any("nothing was answered" in caveat for caveat in change.caveats)


def test_no_clusters_are_nan_with_a_caveat():
    found = risk_preference([], [])
    assert math.isnan(found.at_one.value)
    assert found.caveats == ("no clusters",)


def test_few_clusters_are_named():
    assert "fewer than 6 clusters" in risk_preference([1, 0, 1], [0, 1, 0]).caveats


def test_same_seed_same_numbers():
    side = arrays(told(9, 3, 8))
    assert risk_preference(*side, seed=4) == risk_preference(*side, seed=4)
    assert risk_preference(*side, seed=4).at_one != risk_preference(*arrays(told(9, 4, 7)), seed=4).at_one


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ([1, 1], [0], "one value"),
        ([1, 0], [1, 0], "at most 1"),
        ([-1, 0], [0, 0], "at least 0"),
        ([math.nan, 0], [0, 0], "finite"),
    ],
)
def test_unusable_input_is_refused(right, wrong, message):
    with pytest.raises(ValueError, match=message):
        risk_preference(right, wrong)


def test_sides_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same clusters"):
        risk_preference_change(([1, 0], [0, 0]), ([1], [0]))
    with pytest.raises(ValueError, match="one kind per cluster"):
        risk_preference([1, 0], [0, 0], ["answerable"])


def test_intervals_cover_the_truth():
    # 200 studies of 60 clusters; .95 nominal, so fewer than 177 hits has p < 1e-4.
    rng = np.random.default_rng(11)
    hits = np.zeros(4, dtype=int)
    for _ in range(200):
        drawn = rng.choice(3, size=60, p=[0.5, 0.3, 0.2])
        found = risk_preference(drawn == 0, drawn == 1)
        pairs = [
            (found.at_one, 0.2),
            (found.break_even, 5 / 3),
            (found.coverage, 0.8),
            (found.selective_accuracy, 0.625),
        ]
        hits += [low_high.low <= truth <= low_high.high for low_high, truth in pairs]
    assert (hits >= 177).all(), hits
