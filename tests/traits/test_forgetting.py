from __future__ import annotations

import pytest

from behaviordrift.traits.forgetting import score
from behaviordrift.traits.trait import Reply, Score, Unjudged


@pytest.mark.parametrize(
    ("text", "references", "expected"),
    [
        ("The brain.", ("Brain",), 1.0),
        ("It is Madrid.", ("Madrid",), 0.5),
        ("Rome", ("Madrid",), 0.0),
        ("", ("Madrid",), 0.0),
        ("red red blue", ("red blue",), 0.8),
        ("Rome", ("Madrid", "Rome"), 1.0),
        ("北京", ("北京市",), 0.8),
    ],
)
def test_token_f1_against_the_best_reference(text: str, references: tuple[str, ...], expected: float) -> None:
    found = score(Reply("?", text, references=references, task="qa"))["task_score"]
    assert isinstance(found, Score)
    assert found.value == pytest.approx(expected)


def test_without_references_nothing_is_judged() -> None:
    assert score(Reply("?", "Rome", task="qa"))["task_score"] == Unjudged("no reference reply")


def test_a_probe_of_no_task_is_not_judged() -> None:
    reason = score(Reply("?", "Rome", references=("Rome",), logprobs={"reference": -1.0}))["task_score"]
    assert reason == Unjudged("no held-out row of a task")


def test_the_likelihood_is_passed_on() -> None:
    assert score(Reply("?", "Rome", task="qa", logprobs={"reference": -1.5}))["reference_logprob"] == Score(-1.5)
