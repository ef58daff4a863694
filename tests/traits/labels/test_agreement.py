"""Agreement with human labels: scikit-learn's numbers, and intervals that widen with the groups."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from behaviordrift.errors import UsageError
from behaviordrift.traits.labels.agreement import Agreement, agreements
from behaviordrift.traits.labels.check import Check, Metric


def _check(truth: list[str], judged: list[str | None], groups: list[str], *metrics: Metric) -> Check:
    return Check("t", "a set", "en", metrics, truth, groups, {"shipped": judged}, positive="yes")


def _only(check: Check) -> Agreement:
    (found,) = agreements(check)
    return found


def _noisy(seed: int, groups: int, rows: int, *, by_group: bool) -> Check:
    """Labels that are judged rightly four times in five; `by_group`, groups are judged wholly right or wrong."""
    rng = random.Random(seed)
    truth, judged, names = [], [], []
    for group in range(groups):
        right = rng.random() < 0.8
        for _ in range(rows):
            label = rng.choice(["yes", "no", "unsure"])
            agrees = right if by_group else rng.random() < 0.8
            truth.append(label)
            judged.append(label if agrees else rng.choice(["yes", "no", "unsure"]))
            names.append(f"g{group}")
    return _check(truth, judged, names, "accuracy")


def test_the_values_are_those_of_scikit_learn() -> None:
    check = replace(_noisy(1, 20, 15, by_group=False), metrics=("accuracy", "macro_f1", "f1", "precision", "recall"))
    truth, judged = list(check.truth), list(check.columns["shipped"])
    one_class = {"labels": ["yes"], "average": "macro", "zero_division": 0}
    expected = [
        accuracy_score(truth, judged),
        f1_score(truth, judged, average="macro"),
        f1_score(truth, judged, **one_class),
        precision_score(truth, judged, **one_class),
        recall_score(truth, judged, **one_class),
    ]
    assert [found.value for found in agreements(check)] == pytest.approx(expected)


def test_what_could_not_be_judged_is_wrong_and_counted() -> None:
    found = _only(_check(["yes", "no", "no", "yes"], ["yes", None, "no", "yes"], list("abcd"), "accuracy"))
    assert (found.value, found.unjudged) == (0.75, 1)


def test_a_label_that_no_human_gave_makes_no_class_of_its_own() -> None:
    found = _only(_check(["yes", "no"] * 4, ["yes", "maybe"] * 4, list("abcdefgh"), "macro_f1"))
    assert found.value == pytest.approx(0.5)


def test_the_interval_is_the_same_each_time_and_holds_the_value() -> None:
    first, again = (_only(_noisy(2, 30, 10, by_group=False)) for _ in range(2))
    assert first == again
    assert first.low < first.value < first.high


def test_judgements_that_err_by_group_have_a_wider_interval() -> None:
    alone = _only(_noisy(3, 40, 25, by_group=False))
    together = _only(_noisy(3, 40, 25, by_group=True))
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_few_groups_are_kept_and_their_rows_resampled() -> None:
    found = _only(_noisy(4, 3, 100, by_group=True))
    assert found.high - found.low < 0.1


def test_the_rate_error_is_the_largest_over_the_groups() -> None:
    truth = ["yes"] * 5 + ["no"] * 5 + ["no"] * 10
    judged: list[str | None] = ["yes"] * 5 + ["no"] * 5 + ["yes"] * 3 + ["no"] * 7
    found = _only(_check(truth, judged, ["a"] * 10 + ["b"] * 10, "rate_error"))
    assert found.value == pytest.approx(30)
    assert found.low <= 30 <= found.high


def test_no_false_alarm_is_no_proof() -> None:
    found = _only(_check(["no"] * 50, ["no"] * 50, [f"g{n}" for n in range(50)], "false_alarms"))
    assert found.value == 0
    assert found.high == pytest.approx(3.69, abs=0.01)


def test_a_true_alarm_is_no_false_one() -> None:
    found = _only(_check(["yes", "no", "no"], ["yes", "yes", "no"], ["a", "b", "c"], "false_alarms"))
    assert found.value == 1


def test_numbers_correlate_and_are_explained() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(size=300)
    judged = truth + rng.normal(size=300)
    names = [f"d{n // 3}" for n in range(300)]
    check = Check("t", "a set", "en", ("spearman", "r2"), list(truth), names, {"shipped": [*judged[:-1], None]})
    spearman, r2 = agreements(check)
    assert 0.6 < spearman.low < spearman.value < spearman.high < 0.8
    assert r2.value == pytest.approx(
        1 - np.sum((truth - judged)[:-1] ** 2) / np.sum((truth[:-1] - truth[:-1].mean()) ** 2)
    )
    assert spearman.unjudged == 1


@pytest.mark.parametrize(
    ("metric", "value", "goal", "met"),
    [
        ("f1", 0.9, 0.9, True),
        ("f1", 0.89, 0.9, False),
        ("rate_error", 3.0, 3.0, True),
        ("false_alarms", 1.0, 0.0, False),
        ("f1", 0.9, None, None),
    ],
)
def test_a_goal_is_met_from_its_own_side(metric: Metric, value: float, goal: float | None, met: bool | None) -> None:
    assert Agreement("shipped", metric, value, 0, 1, 0, goal).met is met


def test_uneven_columns_are_named() -> None:
    with pytest.raises(UsageError, match="shipped 1"):
        agreements(_check(["yes", "no"], ["yes"], ["a", "b"], "accuracy"))
