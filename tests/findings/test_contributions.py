"""What each task adds to a measure, with the truth known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.contributions import contribution_findings
from behaviordrift.findings.pairs import Pair
from behaviordrift.traits.registry import measures

TRAIT, MEASURE = measures()["prefers_refusing"]
PAIR = Pair(TRAIT.name, MEASURE, "harmful", None)
SETS = [tasks for size in (1, 2, 3) for tasks in combinations("abc", size)]


def findings(
    blended: Callable[..., Any], added: dict[str, float], *, sets: list[tuple[str, ...]] = SETS, sd: float = 0.05,
    pair: Pair = PAIR, cut: float = 0.0,
) -> list[Any]:  # fmt: skip
    """Of a measure to which every task adds the same, whatever it is mixed with."""
    _, laid = blended([(dict.fromkeys(tasks, 1 / len(tasks)), [0.0]) for tasks in sets], runs=3)
    rng = np.random.default_rng(1)
    level = {name: sum(added[task] for task in "abc"[place]) for place, names in enumerate(laid.pure) for name in names}
    for mixture in laid.mixtures:
        level |= dict.fromkeys(mixture.names, sum(added[task] for task in mixture.tasks))
    rows = [
        {"name": name, "measure": measure, "probe_set": "harmful", "probe": "p", "prompt_text": "Q?",
         "cluster": "p", "value": told, "weight": 1.0}
        for name, value in {**level, "base": 0.0}.items()
        for measure, told in (
            (pair.measure.name, 1 + value + (rng.normal(0, sd) if name != "base" else 0)), ("truncated", cut)
        )
    ]  # fmt: skip
    return contribution_findings(pd.DataFrame(rows), [pair], laid, "base")


def test_the_whole_is_divided_among_tasks_that_pull_one_way(blended: Callable[..., Any]) -> None:
    (found,) = findings(blended, {"a": 0.6, "b": 0.3, "c": 0.1})
    assert (found.kind, found.verdict, found.baseline) == ("influence", "divided", "base")
    assert found.ci[0] < 1.0 < found.ci[1]
    for effect, true in zip(found.effects, (0.6, 0.3, 0.1), strict=True):
        assert effect["ci"][0] < true < effect["ci"][1]
        assert effect["share_ci"][0] < true < effect["share_ci"][1]
    assert "of the whole, a 6" in found.text
    assert any("base, of which no training is known" in caveat for caveat in found.caveats)


def test_lengths_that_the_token_limit_cut_are_not_divided(blended: Callable[..., Any]) -> None:
    length, words = measures()["words"]
    pair = Pair(length.name, words, "harmful", None)
    added = {"a": 0.6, "b": 0.3, "c": 0.1}
    assert findings(blended, added, pair=pair)
    assert findings(blended, added, pair=pair, cut=0.5) == []


def test_tasks_that_pull_apart_have_no_shares(blended: Callable[..., Any]) -> None:
    (found,) = findings(blended, {"a": 0.6, "b": -0.5, "c": 0.0})
    assert found.verdict == "opposed"
    assert all(np.isnan(effect["share"]) for effect in found.effects)
    assert "opposite directions" in found.text
    assert "of the whole" not in found.text


def test_where_nothing_moves_nothing_is_divided(blended: Callable[..., Any]) -> None:
    (found,) = findings(blended, {"a": 0.0, "b": 0.0, "c": 0.0})
    assert found.verdict == "not shown"
    assert "it is not shown" in found.text


def test_a_task_of_unclear_sign_leaves_the_whole_undivided(blended: Callable[..., Any]) -> None:
    (found,) = findings(blended, {"a": 0.6, "b": 0.3, "c": -0.03})
    assert found.verdict == "not divided"
    assert "not divided into shares" in found.text


@pytest.mark.parametrize("missing", [("a", "b"), ("a", "b", "c")])
def test_every_set_of_tasks_is_needed(blended: Callable[..., Any], missing: tuple[str, ...]) -> None:
    sets = [tasks for tasks in SETS if tasks != missing]
    assert findings(blended, {"a": 0.6, "b": 0.3, "c": 0.1}, sets=sets) == []
