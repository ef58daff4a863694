from __future__ import annotations

import pytest

from behaviordrift.traits.correctness import score
from behaviordrift.traits.trait import Reply, Score, Unjudged


@pytest.mark.parametrize(
    ("text", "references", "correct"),
    [
        ("It is the Pacific Ocean.", ("the Pacific",), True),
        ("It is spacious.", ("Spa",), False),
        ("About 1,000 km.", ("1000",), True),
        ("Roughly 3.14", ("3",), False),
        ("twenty-one", ("Twenty one",), True),
        ("答案是北京。", ("北京",), True),
        ("Everest!", ("K2", "Mount Everest", "Everest"), True),
        ("", ("Everest",), False),
    ],
)
def test_a_reference_counts_as_whole_words(text: str, references: tuple[str, ...], correct: bool) -> None:
    assert score(Reply("?", text, references=references))["correct"] == Score(float(correct))


@pytest.mark.parametrize("references", [(), ("the",), ("?!",)])
def test_without_a_usable_reference_nothing_is_judged(references: tuple[str, ...]) -> None:
    assert score(Reply("?", "Rome.", references=references))["correct"] == Unjudged("no reference answer")
