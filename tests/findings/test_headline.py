"""The measures that stand for behaviour: chosen by name, as many as the runs can bear."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.headline import headline_behaviour, headline_pairs
from behaviordrift.findings.pairs import Pair
from behaviordrift.traits.registry import measures

GROUPS = [[f"{task}-s{n}" for n in range(3)] for task in ("qa", "safety", "even")]


def pair(name: str, probe_set: str, task: str | None = None) -> Pair:
    trait, measure = measures()[name]
    return Pair(trait.name, measure, probe_set, task)


PAIRS = [
    pair("words", "small_talk"),
    pair("words", "open"),
    pair("formality", "open"),
    pair("prefers_hedged", "open"),
    pair("prefers_refusing", "benign"),
    pair("prefers_refusing", "harmful"),
    pair("correct", "short_answer"),
    pair("task_score", "task_qa", "qa"),
]


def scores(levels: dict[str, np.ndarray]) -> pd.DataFrame:
    """One probe for each measure; `levels` holds a number for each run."""
    names = [name for group in GROUPS for name in group]
    where = {p.measure.name: p.probe_set for p in headline_pairs(PAIRS)}
    return pd.DataFrame(
        [
            {"name": name, "measure": measure, "probe_set": where[measure], "probe": "p", "prompt_text": "Q?",
             "cluster": "p", "value": value, "weight": 1.0}
            for measure, values in levels.items()
            for name, value in zip(names, values, strict=True)
        ]
    )  # fmt: skip


def test_each_trait_has_one_measure_where_it_belongs_first() -> None:
    found = [(p.measure.name, p.probe_set) for p in headline_pairs(PAIRS)]
    assert found == [("prefers_refusing", "harmful"), ("words", "open"), ("formality", "open")]


def test_the_order_of_the_study_does_not_matter() -> None:
    assert headline_pairs(PAIRS[::-1]) == headline_pairs(PAIRS)


def noise(seed: int) -> np.ndarray:
    return 5 + np.random.default_rng(seed).normal(size=9)


def test_measures_are_half_as_many_as_the_degrees_of_freedom() -> None:
    levels = {"prefers_refusing": noise(1), "words": noise(2), "formality": noise(3)}
    behaviour = headline_behaviour(scores(levels), PAIRS, GROUPS, 2)
    assert behaviour is not None
    assert [group.shape for group in behaviour.groups] == [(3, 3)] * 3  # nine runs at three mixtures
    assert behaviour.groups[1][0, 1] == pytest.approx(np.log(levels["words"][3]))
    few = headline_behaviour(scores(levels), PAIRS, [group[:2] for group in GROUPS], 2)
    assert few is not None
    assert few.told == "prefers_refusing on harmful"


@pytest.mark.parametrize(
    "spoilt",
    [np.full(9, 5.0), np.repeat([5.0, 6.0, 7.0], 3), 2 * np.exp(0.1 * noise(1)), np.append(noise(4)[:8], np.nan)],
)
def test_what_does_not_vary_of_its_own_is_passed_over(spoilt: np.ndarray) -> None:
    levels = {"prefers_refusing": noise(1), "words": spoilt, "formality": noise(3)}
    behaviour = headline_behaviour(scores(levels), PAIRS, GROUPS, 2)
    assert behaviour is not None
    assert behaviour.told == "prefers_refusing on harmful, formality on open"


def test_without_any_measure_there_is_no_behaviour() -> None:
    assert headline_behaviour(scores({"words": np.full(9, 5.0)}), PAIRS, GROUPS, 2) is None
