from __future__ import annotations

import pytest

from behaviordrift.traits.correctness import TRAIT, score
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
        ("是Madrid，不是Rome。", ("Madrid",), True),
        ("有K2、Everest等。", ("k2",), True),
        ("一共１２条。", ("12",), True),
        ("一共120条。", ("12",), False),
        ("一共十二条。", ("十二",), True),
        ("画家是列奥纳多·达·芬奇。", ("达·芬奇", "达芬奇"), True),
        ("画家是达芬奇。", ("达·芬奇",), True),
        ("在“太平洋”。", ("太平洋",), True),
        ("大西洋", ("太平洋",), False),
        ("Everest!", ("K2", "Mount Everest", "Everest"), True),
        ("", ("Everest",), False),
    ],
)
def test_a_reference_counts_as_whole_words(text: str, references: tuple[str, ...], correct: bool) -> None:
    assert score(Reply("?", text, references=references))["correct"] == Score(float(correct))


@pytest.mark.parametrize("references", [(), ("the",), ("?!",)])
def test_without_a_usable_reference_nothing_is_judged(references: tuple[str, ...]) -> None:
    assert score(Reply("?", "Rome.", references=references))["correct"] == Unjudged("no reference answer")


def test_the_measure_is_made_for_sets_with_references() -> None:
    assert TRAIT.measures[0].made_for == ("short_answer", "answerable")
