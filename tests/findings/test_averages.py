"""What averages hide, with the truth known: distance from the pure tasks, the task served worst, agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.averages import NO_SCORES, NO_STABILITY, averages_findings
from behaviordrift.findings.pairs import Pair
from behaviordrift.traits.registry import measures

Blended = Callable[..., Any]

EVEN = {"a": 0.5, "b": 0.5}
EMPTY = pd.DataFrame(
    columns=["name", "measure", "probe_set", "probe", "prompt_text", "cluster", "value", "weight", "sample"]
)


def pair(name: str, probe_set: str, task: str | None = None) -> Pair:
    trait, measure = measures()[name]
    return Pair(trait.name, measure, probe_set, task)


PAIRS = [pair("task_score", "task_a", "a"), pair("task_score", "task_b", "b"), pair("agreement", "yes_no")]


def held(laid: Any, levels: dict[tuple[str, str], tuple[float, float, float]]) -> pd.DataFrame:
    """Scores by measure and probe set: the level of a's runs, of b's, and of the even mixture's."""
    rng = np.random.default_rng(2)
    rows = [
        {"name": name, "measure": measure, "probe_set": probe_set, "probe": "p", "prompt_text": "Q?", "cluster": "p",
         "value": level + rng.normal(0, 0.01), "weight": 1.0, "sample": 0}
        for (measure, probe_set), of_group in levels.items()
        for names, level in zip(laid.groups, of_group, strict=True)
        for name in names
    ]  # fmt: skip
    return pd.DataFrame(rows)


def told(blended: Blended, mixed: list[float], runs: int = 4) -> Any:
    behaviour, laid = blended([({"a": 1.0}, [0.0, 0.0]), ({"b": 1.0}, [40.0, 0.0]), (EVEN, mixed)], runs=runs)
    (found,) = averages_findings(EMPTY, PAIRS, behaviour, laid)
    return found


def test_a_compromise_is_like_no_task(blended: Blended) -> None:
    found = told(blended, [20.0, 0.0], runs=30)
    assert found.verdict == "like no pure task"
    low, high = found.ci
    # 20 in one of two measures of SD 1: so many runs show it as it is.
    assert low < 20 / np.sqrt(2) < high
    assert "further from every pure task than two runs of one mixture" in found.text


def test_a_mixture_that_is_one_of_its_tasks_says_so(blended: Blended) -> None:
    found = told(blended, [0.0, 0.0], runs=30)
    assert found.verdict == "like a pure task"
    assert found.effects[0]["estimate"] < found.effects[1]["estimate"]
    assert "nearest is a" in found.text


def test_a_middling_distance_is_left_open(blended: Blended) -> None:
    found = told(blended, [3.0, 0.0])
    assert found.verdict == "not shown"
    assert "is not shown to be like a pure task, nor unlike them all" in found.text
    assert {NO_SCORES, NO_STABILITY} <= set(found.caveats)


def test_the_task_served_worst_and_the_agreement_are_told(blended: Blended) -> None:
    behaviour, laid = blended([({"a": 1.0}, [0.0]), ({"b": 1.0}, [40.0]), (EVEN, [20.0])])
    levels = {
        ("task_score", "task_a"): (0.50, 0.10, 0.45),
        ("task_score", "task_b"): (0.10, 0.90, 0.60),
        ("agreement", "yes_no"): (0.80, 0.90, 0.60),
    }
    (found,) = averages_findings(held(laid, levels), PAIRS, behaviour, laid)
    parts = found.components
    assert parts["worst_low"] < 0.45 < parts["worst_high"]
    assert parts["agreement"] == pytest.approx(0.6, abs=0.02)
    assert parts["agreement_change"] == pytest.approx(-0.25, abs=0.02)
    assert found.effects[1]["loss"] == pytest.approx(-0.3, abs=0.02)
    assert found.effects[1]["loss_p_adj"] < 0.05
    # The lowest score is a's; the mixture falls most behind b's own runs.
    assert "that of a is lowest" in found.text
    assert "falls most behind on b" in found.text
    assert "agreement on yes_no is 0.6" in found.text
    assert "; less the pure tasks' mean: -0.2" in found.text


def test_no_loss_is_told_that_is_not_shown(blended: Blended) -> None:
    behaviour, laid = blended([({"a": 1.0}, [0.0]), ({"b": 1.0}, [40.0]), (EVEN, [20.0])])
    levels = {("task_score", "task_a"): (0.5, 0.1, 0.5), ("task_score", "task_b"): (0.1, 0.9, 0.9)}
    (found,) = averages_findings(held(laid, levels), PAIRS, behaviour, laid)
    assert "On none is it shown to fall behind" in found.text


def test_nothing_is_said_without_behaviour(blended: Blended) -> None:
    _, laid = blended([({"a": 1.0}, [0.0]), ({"b": 1.0}, [40.0]), (EVEN, [20.0])])
    assert averages_findings(EMPTY, PAIRS, None, laid) == []
