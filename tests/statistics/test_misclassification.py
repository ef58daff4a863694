"""Misjudged rates and changes: known corrections, recovery under simulated confusion, coverage, and bad input."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import binary_difference
from behaviordrift.statistics.misclassification import (
    Confusion,
    confusion,
    corrected_rate,
    difference_with_error,
    error_spread,
)

repeatable = settings(max_examples=50, deadline=None, derandomize=True)


def judgements(rng, truth, sensitivity, false_alarms):
    return (rng.random(truth.shape) < np.where(truth == 1, sensitivity, false_alarms)).astype(float)


@repeatable
@given(st.floats(0, 1), st.floats(0.6, 1), st.floats(0, 0.4))
def test_the_correction_undoes_a_known_confusion(rate, sensitivity, false_alarms):
    observed = rate * sensitivity + (1 - rate) * false_alarms
    found = corrected_rate(observed, 1000, Confusion(sensitivity, false_alarms, 500, 500))
    assert found.rate == pytest.approx(rate, abs=1e-9)
    assert 0 <= found.low <= rate + 1e-9
    assert rate - 1e-9 <= found.high <= 1


def test_a_perfect_classifier_known_from_many_rows_gives_the_plain_interval():
    found = corrected_rate(0.3, 500, Confusion(1.0, 0.0, 10**7, 10**7))
    assert found.rate == 0.3
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * math.sqrt(0.3 * 0.7 / 500), rel=0.02)


def test_fewer_labelled_rows_widen_the_interval():
    known = [corrected_rate(0.4, 10_000, Confusion(0.9, 0.1, n, n)) for n in (50, 5000)]
    assert known[0].high - known[0].low > 3 * (known[1].high - known[1].low)


def test_corrected_rates_cover_the_truth():
    # 400 studies of 250 replies, error rates known from 150 labelled rows; fewer than 361 hits has p < 1e-4.
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        labelled = (rng.random(150) < 0.5).astype(float)
        errors = confusion(labelled, judgements(rng, labelled, 0.9, 0.08))
        observed = judgements(rng, (rng.random(250) < 0.2).astype(float), 0.9, 0.08).mean()
        found = corrected_rate(observed, 250, errors)
        hits += found.low <= 0.2 <= found.high
    assert hits >= 361


def test_a_classifier_that_tells_nothing_is_named():
    found = corrected_rate(0.4, 100, Confusion(0.3, 0.3, 50, 50))
    assert math.isnan(found.rate)
    assert "no more often" in found.caveats[0]


def simulated_errors(rng, groups, rows, spread):
    truth = (rng.random((groups, rows)) < 0.4).astype(float)
    shift = rng.normal(0, spread, (groups, 1))
    # A rate error of `shift` on average: false alarms above 0, misses below.
    judged = np.where(truth == 1, rng.random(truth.shape) >= np.maximum(-shift, 0) / 0.4, truth)
    judged = np.where(truth == 0, rng.random(truth.shape) < np.maximum(shift, 0) / 0.6, judged)
    return truth, judged.astype(float)


def test_the_spread_is_recovered_and_is_about_0_where_there_is_none():
    rng = np.random.default_rng(2)
    names = np.repeat(np.arange(60), 800)
    truth, judged = simulated_errors(rng, 60, 800, 0.04)
    assert error_spread(truth.ravel(), judged.ravel(), names) == pytest.approx(0.04, rel=0.25)
    alike = judgements(rng, truth, 0.9, 0.05)
    assert error_spread(truth.ravel(), alike.ravel(), names) < 0.007


def test_a_shared_error_is_no_spread():
    rng = np.random.default_rng(3)
    truth = np.zeros((20, 500))
    judged = judgements(rng, truth, 1.0, 0.2)
    assert error_spread(truth.ravel(), judged.ravel(), np.repeat(np.arange(20), 500)) < 0.012


def test_what_differs_between_sets_alone_is_no_spread():
    rng = np.random.default_rng(6)
    sets, groups = np.repeat([0, 1], 10_000), np.tile(np.repeat(np.arange(10), 1000), 2)
    truth = np.zeros(20_000)
    judged = (rng.random(20_000) < np.where(sets == 1, 0.3, 0.05)).astype(float)
    assert error_spread(truth, judged, groups, sets) < 0.01
    assert error_spread(truth, judged, groups + 10 * sets) > 0.1


def test_differences_cover_the_truth_where_the_plain_interval_does_not():
    # 300 pairs of models that are misjudged by errors of spread .04, 600 prompts; fewer than 268 hits has p < 1e-4.
    rng = np.random.default_rng(4)
    wide = plain = 0
    for _ in range(300):
        truth, judged = simulated_errors(rng, 2, 600, 0.04)
        known = truth[1].mean() - truth[0].mean()
        with_error = difference_with_error(judged[0], judged[1], 0.04)
        without = difference_with_error(judged[0], judged[1], 0.0)
        wide += with_error.low <= known <= with_error.high
        plain += without.low <= known <= without.high
    assert wide >= 268
    assert plain < wide


@repeatable
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=6, max_size=60), st.floats(0, 0.1))
def test_swap_negates_and_a_wider_spread_never_narrows(pairs, spread):
    before, after = ([float(side) for side in sides] for sides in zip(*pairs, strict=True))
    there, back = difference_with_error(before, after, spread), difference_with_error(after, before, spread)
    assert (back.estimate, back.low, back.high) == pytest.approx((-there.estimate, -there.high, -there.low), abs=1e-9)
    plain = binary_difference(before, after)
    assert there.low <= plain.low + 1e-12
    assert there.high90 >= plain.high90 - 1e-12
    assert there.estimate == plain.estimate


def test_no_spread_is_tango():
    before, after = [0.0] * 20, [1.0] * 4 + [0.0] * 16
    assert difference_with_error(before, after, 0) == binary_difference(before, after)


def test_hand_example():
    # d = .10 with Tango's (l, u); 2 z² τ² at τ = .02 is .003073.
    before, after = [0.0] * 80 + [1.0] * 20, [1.0] * 10 + [0.0] * 70 + [1.0] * 20
    plain, found = binary_difference(before, after), difference_with_error(before, after, 0.02)
    assert found.low == pytest.approx(0.1 - math.sqrt((0.1 - plain.low) ** 2 + 0.003073), abs=1e-5)
    # SE² = (10 - 100/100)/100² + 2 × .02² = .0009 + .0008, z = 2.4254
    assert found.p == pytest.approx(0.01529, abs=1e-4)


def test_few_clusters_have_no_p_value():
    assert math.isnan(difference_with_error([0, 0, 0], [1, 0, 0], 0.02).p)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: confusion([1, 1], [1, 0]), "both classes"),
        (lambda: confusion([1, 0.5], [1, 0]), "0 or 1"),
        (lambda: confusion([1, 0], [1]), "one judgement"),
        (lambda: corrected_rate(1.2, 10, Confusion(0.9, 0.1, 5, 5)), "a share"),
        (lambda: error_spread([1, 0], [1, 0], ["a", "a"]), "at least two groups"),
        (lambda: error_spread([1, 0], [1, 0], ["a"]), "one group and one set"),
        (lambda: difference_with_error([1, 0], [1, 0], -0.1), "0 or more"),
        (lambda: difference_with_error([1, 0], [1, 0], math.nan), "0 or more"),
    ],
)
def test_unusable_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
