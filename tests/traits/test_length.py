from __future__ import annotations

from behaviordrift.traits.length import TRAIT, score
from behaviordrift.traits.trait import Reply, Score, Unjudged


def test_english_words_and_sentences_are_counted() -> None:
    scores = score(Reply("Hi", "It's raining. Take a coat!", finish_reason="stop"))
    assert scores["words"] == Score(5.0)
    assert scores["sentences"] == Score(2.0)


def test_chinese_is_counted_by_characters_and_latin_words() -> None:
    assert score(Reply("你好", "我用Python。", language="zh"))["words"] == Score(3.0)


def test_an_empty_reply_has_no_length_but_is_counted_as_empty() -> None:
    scores = score(Reply("Hi", " \n ", finish_reason="stop"))
    assert scores["words"] == scores["sentences"] == Unjudged("empty reply")
    assert scores["empty"] == Score(1.0)


def test_truncation_needs_a_finish_reason() -> None:
    assert score(Reply("Hi", "Once upon", finish_reason="length"))["truncated"] == Score(1.0)
    assert score(Reply("Hi", "Done.", finish_reason="stop"))["truncated"] == Score(0.0)
    assert score(Reply("Hi", "Done."))["truncated"] == Unjudged("finish reason not recorded")


def test_reasoning_is_measured_apart() -> None:
    assert score(Reply("Hi", "Four.", reasoning="Two and two."))["reasoning_words"] == Score(3.0)
    assert score(Reply("Hi", "Four."))["reasoning_words"] == Unjudged("no reasoning")


def test_words_is_made_for_open_neutral_and_small_talk_probes() -> None:
    assert {measure.name: measure.made_for for measure in TRAIT.measures}["words"] == ("open", "neutral", "small_talk")
