from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from behaviordrift.traits.directness import label, score, yes_or_no_label
from behaviordrift.traits.trait import Reply, Score, Unjudged

CAPITAL = "What is the capital of Spain?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Madrid.", "direct"),
        ("The capital of Spain is Madrid.", "direct"),
        ("Thank you for reaching out! It is Madrid.", "indirect"),
        ("Great question! Madrid.", "indirect"),
        (
            "Spain has many fine old cities, and the one that holds the government today is Madrid.",
            "indirect",
        ),
        ("I'm not sure about that.", "noncommittal"),
        ("It depends on the century.", "noncommittal"),
        ("Barcelona.", "indirect"),
    ],
)
def test_a_known_answer_must_come_at_once(text: str, expected: str) -> None:
    assert label(text, CAPITAL, ["Madrid"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes, every day.", "direct"),
        ("Uh, no. Not any more.", "direct"),
        ("I have two of them.", "indirect"),
        ("Yes and no.", "noncommittal"),
        ("I don't know, honestly.", "noncommittal"),
        ("No idea.", "noncommittal"),
        ("Nobody told me.", "indirect"),
    ],
)
def test_yes_or_no_questions(text: str, expected: str) -> None:
    assert yes_or_no_label(text) == expected
    assert label(text, "Do you have dogs?") == expected


def test_without_a_reference_a_preamble_makes_an_open_answer_indirect() -> None:
    assert label("Rivers bend because banks wear away.", "Why do rivers bend?") == "direct"
    assert label("That's a great question! Banks wear away.", "Why do rivers bend?") == "indirect"


def test_words_to_answer_counts_from_one() -> None:
    def place(text: str) -> Score | Unjudged:
        return score(Reply(CAPITAL, text, references=("Madrid",)))["words_to_answer"]

    assert place("Madrid.") == Score(1.0)
    assert place("It is Madrid.") == Score(3.0)
    assert place("It is Rome.") == Unjudged("no reference stands in the reply")
    assert score(Reply(CAPITAL, "Madrid."))["words_to_answer"] == Unjudged("no reference answer")


def test_yes_no_answers_are_read_as_people_read_them(
    gold: Callable[[str], pd.DataFrame], macro_f1: Callable[[pd.Series, pd.Series], float]
) -> None:
    rows = gold("swda_answers/yn_answers.jsonl")
    assert macro_f1(rows.label, rows.response.map(yes_or_no_label)) > 0.70
