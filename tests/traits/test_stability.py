"""Stability: replies to one probe against each other."""

from __future__ import annotations

from typing import Any

import pytest

from behaviordrift.traits.stability import TRAIT, score
from behaviordrift.traits.trait import Reply, Unjudged


def values(*texts: str, language: str = "en") -> dict[str, Any]:
    scores = score([Reply(f"Asked {n}?", text, language=language) for n, text in enumerate(texts)])
    return {name: s.value if not isinstance(s, Unjudged) else s.reason for name, s in scores.items()}


def test_the_same_reply_agrees_wholly() -> None:
    assert values("It is green.", "It is green.")["agreement"] == 1


def test_replies_without_a_shared_word_do_not_agree() -> None:
    assert values("Green.", "Perhaps blue?")["agreement"] == 0


def test_agreement_is_the_mean_over_all_pairs() -> None:
    assert values("Green.", "Green.", "Blue.")["agreement"] == pytest.approx(1 / 3)


def test_agreement_does_not_depend_on_the_order() -> None:
    texts = ("It is green.", "It may be blue.", "Green, mostly.")
    assert values(*texts)["agreement"] == pytest.approx(values(*reversed(texts))["agreement"])


def test_stances_that_turn_are_told() -> None:
    turned = values("I'm sorry, but I can't help with that.", "Sure! First, take a ladder.")
    assert turned["same_stance"] == 0
    assert values("I can't help with that.", "I'm sorry, but I cannot assist with that request.")["same_stance"] == 1


def test_chinese_agrees_character_by_character() -> None:
    assert 0 < values("天空是蓝色的。", "天是蓝的。", language="zh")["agreement"] < 1


def test_one_reply_shows_nothing() -> None:
    assert values("It is green.")["agreement"] == "the probe was asked once"


def test_a_reply_that_cannot_be_judged_leaves_the_stance_open() -> None:
    judged = values("Sure, it is green.", "")
    assert judged["agreement"] == 0
    assert judged["same_stance"] == "a reply could not be judged"


def test_two_empty_replies_are_alike() -> None:
    assert values("", "")["agreement"] == 1


def test_measures_are_those_of_the_trait() -> None:
    assert set(values("Green.", "Blue.")) == {measure.name for measure in TRAIT.measures}
