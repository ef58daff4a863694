"""No text may raise in any trait, and every value stays in the range of its kind."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.traits import Measure, ProbeTrait, Reply, Score, Trait, all_traits
from behaviordrift.traits.reading.text import split_reasoning
from behaviordrift.traits.trait import LABEL_KINDS

TRAITS = sorted(all_traits().values(), key=lambda trait: trait.name)
PHRASES = [
    "I can't help",
    "may",
    '"',
    "```",
    "<think>",
    "May 5",
    "not sure",
    "\n1. ",
    "。",
    "I",
    "the",
    "'",
    "n't ",
    "- ",
]
ODD = [
    "",
    " \n\t",
    "\x00\x07\x1b[31m",
    "😀😀🎉",
    "مرحبا، لا أستطيع المساعدة",
    "\u202etxet desrever",
    "...!!!???",
    "`" * 50,
    '"' * 51,
    "e\u0301" * 40,
    "\ud800",
    "!" * 200_000 + " yes",
]


def _check(trait: Trait | ProbeTrait, reply: Reply) -> None:
    scores = trait.score([reply, reply]) if isinstance(trait, ProbeTrait) else trait.score(reply)
    assert set(scores) == {measure.name for measure in trait.measures}
    for measure in trait.measures:
        found = scores[measure.name]
        if isinstance(found, Score):
            _check_range(measure, found)


def _check_range(measure: Measure, found: Score) -> None:
    assert found.weight > 0
    if measure.kind in LABEL_KINDS:
        assert isinstance(found.value, str)
        assert not measure.classes or found.value in measure.classes
        return
    assert isinstance(found.value, float)
    assert math.isfinite(found.value)
    if measure.kind != "scale":  # a grade may lie below the first class
        assert found.value >= 0
    if measure.kind == "binary":
        assert found.value in (0.0, 1.0)
    if measure.kind == "positive":
        assert found.value > 0
    if measure.kind == "score":
        assert found.value <= 1


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("language", ["en", "zh", "xx"])
def test_odd_texts_are_judged_or_unjudged(trait: Trait | ProbeTrait, text: str, language: str) -> None:
    _check(trait, Reply(text, text, reasoning=text, language=language, references=(text, "Paris")))


@given(
    st.lists(st.sampled_from(PHRASES) | st.text(max_size=20), max_size=12).map("".join),
    st.text(max_size=30),
    st.sampled_from(["en", "zh", "fr"]),
    st.sampled_from([None, "stop", "length"]),
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_judged_or_unjudged(text: str, other: str, language: str, finish: str | None) -> None:
    reasoning, told = split_reasoning(text)
    reply = Reply(other, told, reasoning, language, finish, (other, text))
    for trait in TRAITS:
        _check(trait, reply)


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
@pytest.mark.parametrize(
    "unit",
    ["I may say that it could rain. ", "a", "I can't ", "a ", ". ", '"', "\n- x", "很", "'", "no one "],
)
def test_a_reply_of_a_megabyte_is_judged_in_time(trait: Trait | ProbeTrait, unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    _check(trait, Reply("Why?", text, references=("a b c", "x y")))
    assert time.process_time() - start < 2
