"""Claims about new prompts against min-F' and their own size."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import claim_difference, contrast_runs

repeatable = settings(max_examples=25, deadline=None, derandomize=True)


def arms(seed, seeds=(4, 4), prompts=12, ratio_prompt=0.6, effect=0.0):
    rng = np.random.default_rng(seed)
    prompt = rng.normal(0, 1, prompts)
    return [
        effect * arm + prompt + rng.normal(0, ratio_prompt, prompts) + rng.normal(0, 0.3, (n, 1))
        + rng.normal(0, 0.5, (n, prompts))
        for arm, n in enumerate(seeds)
    ]  # fmt: skip


@repeatable
@given(st.integers(0, 1000), st.integers(2, 5), st.integers(2, 20))
def test_t_squared_is_min_f(seed, seeds, prompts):
    before, after = arms(seed, (seeds, seeds), prompts, effect=1.0)
    claim = claim_difference(before, after)
    by_run, here = stats.f_oneway(before.mean(axis=1), after.mean(axis=1))
    by_prompt = stats.ttest_rel(after.mean(axis=0), before.mean(axis=0)).statistic ** 2
    df_run, df_prompt = 2 * (seeds - 1), prompts - 1
    assert claim.t**2 == pytest.approx(by_run * by_prompt / (by_run + by_prompt))
    clark = (by_run + by_prompt) ** 2 / (by_run**2 / df_prompt + by_prompt**2 / df_run)
    assert claim.df == pytest.approx(clark)
    assert claim.p == pytest.approx(max(2 * stats.t.sf(abs(claim.t), claim.df), here))
    assert (claim.p < 0.05) == (not claim.low <= 0 <= claim.high)


def test_size_is_conservative_where_runs_alone_reject_too_often():
    rejected, by_run = 0, 0
    for seed in range(400):
        before, after = arms(seed)
        means, labels = np.concatenate([before.mean(axis=1), after.mean(axis=1)]), np.repeat([0, 1], 4)
        rejected += claim_difference(before, after).p < 0.05
        by_run += contrast_runs(means, labels, 0, 1).p < 0.05
    assert stats.binomtest(rejected, 400, 0.05, "greater").pvalue > 1e-4
    assert by_run > 2 * rejected
    assert by_run / 400 > 0.06


def test_two_seeds_raise_no_more_false_alarms_than_promised():
    # By V1 + V2 alone some 140 are raised.
    alarms = sum(claim_difference(*arms(seed, (2, 2), 40, ratio_prompt=0)).p < 0.05 for seed in range(2000))
    assert stats.binomtest(alarms, 2000, 0.05, "greater").pvalue > 0.01


@repeatable
@given(st.integers(0, 1000), st.floats(-10, 10), st.floats(0.1, 10))
def test_swapping_negates_and_units_scale(seed, shift, scale):
    before, after = arms(seed, (3, 2))
    there, back = claim_difference(before, after), claim_difference(after * scale + shift, before * scale + shift)
    assert (back.estimate, back.low) == pytest.approx((-scale * there.estimate, -scale * there.high))
    assert (back.p, back.df) == pytest.approx((there.p, there.df))


def test_it_is_wider_than_the_claim_about_these_prompts():
    before, after = arms(1)
    means = np.concatenate([before.mean(axis=1), after.mean(axis=1)])
    here = contrast_runs(means, np.repeat([0, 1], 4), 0, 1)
    assert claim_difference(before, after).standard_error > here.standard_error


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [([[1, 2, 3]], [[2, 3, 5]], "no design point has two runs"), ([[1], [2]], [[2], [3]], "one cluster of prompts")],
)
def test_what_the_design_cannot_give_is_nan_and_says_so(before, after, message):
    claim = claim_difference(before, after)
    assert all(map(math.isnan, (claim.low, claim.p, claim.df)))
    assert message in claim.caveats[0]
    assert not math.isnan(claim.estimate)


def test_values_that_do_not_vary_have_no_test():
    claim = claim_difference(np.zeros((2, 3)), np.ones((2, 3)))
    assert (claim.estimate, claim.standard_error) == (1, 0)
    assert math.isnan(claim.p)


@pytest.mark.parametrize(
    ("before", "after"), [([[1, 2]], [[1, 2, 3]]), ([1, 2], [1, 2]), ([[]], [[]]), ([[1, math.nan]], [[1, 2]])]
)
def test_unusable_input_is_refused(before, after):
    with pytest.raises(ValueError, match=r"needed|finite"):
        claim_difference(before, after)
