"""From outputs to scores: each reply alone, and all replies to a probe together."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from behaviordrift.traits import scoring
from behaviordrift.traits.length import TRAIT as LENGTH
from behaviordrift.traits.scoring import score_outputs
from behaviordrift.traits.trait import Measure, ProbeTrait, Reply, Scores, Trait


def outputs(*rows: dict[str, Any]) -> pd.DataFrame:
    common = {
        "name": "a", "probe_set": "yes_no", "cluster": "ice", "prompt_text": "Is ice cold?", "language": "en",
        "finish_reason": "stop", "reference": json.dumps([]), "task": None, "logprobs": {},
    }  # fmt: skip
    return pd.DataFrame([{**common, "position": position, **row} for position, row in enumerate(rows)])


def scored(table: pd.DataFrame, measure: str) -> dict[int, float | None]:
    return {position: value for position, name, value, *_ in score_outputs(table) if name == measure}


def test_every_reply_is_scored_alone() -> None:
    assert scored(outputs({"text": "Yes."}, {"text": "Yes, it is."}), "words") == {0: 1, 1: 3}


def test_what_all_replies_show_stands_with_the_first_of_the_probe() -> None:
    table = outputs(
        {"text": "Yes."}, {"text": "No."}, {"text": "Yes.", "cluster": "fire"}, {"text": "Yes.", "cluster": "fire"}
    )
    assert scored(table, "agreement") == {0: 0, 2: 1}


def test_checkpoints_and_probe_sets_are_kept_apart() -> None:
    table = outputs({"text": "Yes."}, {"text": "Yes.", "name": "b"}, {"text": "Yes.", "probe_set": "mine"})
    assert scored(table, "agreement") == {0: None, 1: None, 2: None}


def test_reasoning_is_no_part_of_the_reply() -> None:
    table = outputs({"text": "<think>Cold, surely.</think>Yes."})
    assert scored(table, "words") == {0: 1}
    assert scored(table, "reasoning_words") == {0: 2}


def test_a_reply_that_is_missing_is_unjudged_with_a_reason() -> None:
    rows = [row for row in score_outputs(outputs({"text": None})) if row[1] == "words"]
    assert rows == [(0, "words", None, None, 1.0, "empty reply")]


def _fails(shown: Reply | Sequence[Reply]) -> Scores:
    raise ValueError("no feet")


@pytest.mark.parametrize(("kind", "rows"), [(Trait, [0, 1]), (ProbeTrait, [0])])
def test_a_trait_that_fails_costs_its_own_measures_and_is_told_of_once(
    kind: Callable[..., Trait | ProbeTrait],
    rows: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    metre = kind("metre", "A test.", (Measure("feet", "positive", "feet", "A test."),), ("en",), _fails)
    monkeypatch.setattr(scoring, "all_traits", lambda: {"metre": metre, "length": LENGTH})
    monkeypatch.setattr(scoring, "_told", set())
    with caplog.at_level(logging.WARNING):
        found = list(score_outputs(outputs({"text": "Yes."}, {"text": "Yes, it is."})))
    reason = "metre failed: ValueError: no feet"
    assert [row for row in found if row[1] == "feet"] == [(at, "feet", None, None, 1.0, reason) for at in rows]
    assert [row[2] for row in found if row[1] == "words"] == [1, 3]
    assert [reason in message for message in caplog.messages] == [True]
