from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from behaviordrift.traits.hedging import hedges, is_hedged, score
from behaviordrift.traits.trait import Reply, Score, Unjudged


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("It may rain later.", 1),
        ("Perhaps the bridge was probably built by monks.", 2),
        ("It seems that the door is open.", 1),
        ("I think she left.", 1),
        ("The cause is still unclear.", 1),
        ("We could see snow tomorrow.", 1),
    ],
)
def test_cues_are_counted(sentence: str, count: int) -> None:
    assert len(hedges(sentence)) == count


@pytest.mark.parametrize(
    "sentence",
    [
        "The shop opened on May 5.",
        "In May 2019 they moved.",
        "They met in May.",
        "He could not log in.",
        "She couldn't swim.",
        "They pushed with might and main.",
        "Reply as soon as possible.",
        "There is no doubt about it.",
        "Could you pass the salt?",
        "She appeared in three films.",
        "Water boils at 100 degrees.",
    ],
)
def test_what_only_looks_like_a_hedge_is_none(sentence: str) -> None:
    assert hedges(sentence) == []


def test_quoted_hedges_are_not_the_writers() -> None:
    judged = score(Reply("", 'The note said "it may be late". It was on time.'))
    assert judged["hedging"] == Score(0.0, 0.11)
    assert judged["hedged"] == Score(0.0)


def test_the_rate_is_per_hundred_words_and_carries_its_exposure() -> None:
    rate = score(Reply("", "It might snow on the hills by the sea tonight."))["hedging"]
    assert isinstance(rate, Score)
    assert rate == Score(10.0, 0.1)


def test_vague_claims_hedge_a_sentence_without_counting_as_epistemic_cues() -> None:
    assert is_hedged("Several towns have one.")
    assert hedges("Several towns have one.") == []


def test_foreign_and_empty_replies_are_unjudged() -> None:
    assert isinstance(score(Reply("", "可能下雨", language="zh"))["hedging"], Unjudged)
    assert score(Reply("", ""))["hedged"] == Unjudged("empty reply")


def test_conll_sentences_are_read_as_people_read_them(gold: Callable[[str], pd.DataFrame]) -> None:
    rows = gold("conll2010_pattern/uncertainty.jsonl")
    found = rows.text.map(is_hedged)
    hits = (rows.uncertain & found).sum()
    assert (rows.uncertain == found).mean() > 0.73
    assert 2 * hits / (rows.uncertain.sum() + found.sum()) > 0.76
