"""Sequential verdicts: never wrong too often however often one looks, and not without power."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from behaviordrift.statistics import sequential_verdict
from behaviordrift.statistics.betting import wealth

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
values = st.lists(st.floats(0, 1), min_size=1, max_size=30)

SIMULATIONS = 400


def probe_set(gained, lost, n=400):
    """Differences of n probes of which some changed."""
    return np.repeat([1.0, -1.0, 0.0], [gained, lost, n - gained - lost])


def run_many(differences, rule, seed, *, whole_set):
    rng = np.random.default_rng(seed)
    n = len(differences)
    for _ in range(SIMULATIONS):
        order = rng.permutation(differences) if whole_set else rng.choice(differences, n)
        yield sequential_verdict(order, n if whole_set else None, rule, 0.05)


def stepwise_wealth(x, mean, n):
    """The same bets, one at a time."""
    money, seen = 1.0, []
    for value in x:
        rest = mean if n is None else (n * mean - sum(seen)) / (n - len(seen))
        guesses = [(0.5 + sum(seen[:k])) / (k + 1) for k in range(len(seen) + 1)]
        variance = (0.25 + sum((v - g) ** 2 for v, g in zip(seen, guesses, strict=False))) / (len(seen) + 1)
        edge = max(guesses[-1] - rest, 0.0)
        money *= 1 + min(edge / (variance + edge**2), 0.75 / max(rest, 1e-12)) * (value - rest)
        seen.append(value)
        yield np.inf if n is not None and sum(seen) > n * mean + 1e-9 else money


@repeatable
@given(values, st.floats(0.1, 0.9), st.none() | st.integers(30, 100))
def test_wealth_is_that_of_bets_made_one_at_a_time(x, mean, n):
    assert wealth(x, mean, n) == pytest.approx(list(stepwise_wealth(x, mean, n)), rel=1e-6)


@repeatable
@given(values, st.floats(0.1, 0.9), st.integers(0, 29))
def test_bets_do_not_look_ahead(x, mean, cut):
    assert wealth(x[:cut], mean, 40).tolist() == wealth(x, mean, 40)[:cut].tolist()


@repeatable
@given(values, st.floats(0.1, 0.9))
def test_wealth_is_never_negative_and_a_large_population_is_an_endless_one(x, mean):
    assert (wealth(x, mean, len(x)) >= 0).all()
    assert wealth(x, mean, 10**9) == pytest.approx(wealth(x, mean, None), rel=1e-4)


@pytest.mark.parametrize("whole_set", [True, False])
@pytest.mark.parametrize(("gained", "lost"), [(20, 0), (30, 10), (110, 90)])
def test_at_the_margin_a_pass_is_as_rare_as_promised_at_any_time(gained, lost, whole_set):
    results = run_many(probe_set(gained, lost), "no_increase", 1, whole_set=whole_set)
    passed = sum(result.verdict == "PASS" for result in results)
    assert stats.binomtest(passed, SIMULATIONS, 0.05, alternative="greater").pvalue > 1e-4


@pytest.mark.parametrize("rule", ["no_increase", "equivalent"])
def test_at_the_margin_a_fail_is_as_rare_too(rule):
    results = run_many(probe_set(30, 10), rule, 2, whole_set=True)
    failed = sum(result.verdict == "FAIL" for result in results)
    assert stats.binomtest(failed, SIMULATIONS, 0.05, alternative="greater").pvalue > 1e-4


def test_checkpoints_nearly_alike_are_passed_early():
    results = list(run_many(probe_set(2, 2), "no_increase", 3, whole_set=False))
    assert np.mean([result.verdict == "PASS" for result in results]) > 0.99
    assert np.median([result.decided_at or 400 for result in results]) < 150


def test_power_where_a_tenth_of_the_probes_changed():
    # A fixed sample of 400 would pass 93 %, and the whole probe set tells all in the end.
    endless = np.mean([r.verdict == "PASS" for r in run_many(probe_set(20, 20), "no_increase", 4, whole_set=False)])
    assert 0.55 < endless < 0.93
    whole = np.mean([r.verdict == "PASS" for r in run_many(probe_set(20, 20), "no_increase", 5, whole_set=True)])
    assert whole > endless


def test_a_rise_is_failed_early_and_a_fall_is_no_rise():
    rise = list(run_many(probe_set(100, 0), "no_increase", 6, whole_set=True))
    assert np.mean([result.verdict == "FAIL" for result in rise]) > 0.98
    assert np.median([result.decided_at or 400 for result in rise]) < 100
    assert sequential_verdict(-np.ones(60), 400, "no_increase", 0.05).verdict == "PASS"
    assert sequential_verdict(-np.ones(60), 400, "equivalent", 0.05).verdict == "FAIL"
    assert sequential_verdict(np.ones(60), 400, "no_decrease", 0.05).verdict == "PASS"


@repeatable
@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0]), min_size=1, max_size=60))
def test_directions_mirror_each_other_and_a_verdict_stays(d):
    there = sequential_verdict(d, 60, "no_increase", 0.2)
    assert sequential_verdict(np.negative(d), 60, "no_decrease", 0.2) == there
    decided = [verdict for verdict in there.verdicts if verdict != "INCONCLUSIVE"]
    assert len(set(decided)) <= 1
    assert there.decided_at == (len(d) - len(decided) + 1 if decided else None)


@repeatable
@given(st.lists(st.sampled_from([-1.0, 0.0, 0.0, 0.0, 1.0]), min_size=30, max_size=30))
def test_once_all_are_seen_the_mean_is_known(d):
    verdict = sequential_verdict(d, 30, "no_increase", 0.205).verdict
    if verdict == "PASS":
        return
    assert np.mean(d) > 0.205


def test_nothing_seen_is_inconclusive():
    nothing = sequential_verdict([], 400, "equivalent", 0.05)
    assert (nothing.verdict, nothing.verdicts, nothing.decided_at) == ("INCONCLUSIVE", (), None)


@pytest.mark.parametrize(
    ("d", "population", "rule", "margin", "message"),
    [
        ([1.5], 10, "equivalent", 0.05, "between -1 and 1"),
        ([np.nan], 10, "equivalent", 0.05, "finite"),
        ([0.0] * 3, 2, "equivalent", 0.05, "population of 2"),
        ([0.0], 10, "equivalent", 0.0, "margin"),
        ([0.0], 10, "same", 0.05, "a rule is"),
    ],
)
def test_unusable_input_is_refused(d, population, rule, margin, message):
    with pytest.raises(ValueError, match=message):
        sequential_verdict(d, population, rule, margin)


@pytest.mark.parametrize(("x", "mean"), [([1.2], 0.5), ([-0.1], 0.5), ([0.5], 0.0), ([0.5], 1.0)])
def test_bets_beyond_the_range_are_refused(x, mean):
    with pytest.raises(ValueError, match="between 0 and 1"):
        wealth(x, mean, 10)
