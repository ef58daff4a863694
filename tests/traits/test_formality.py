from __future__ import annotations

import json
import random
from importlib.resources import files

import pytest

from behaviordrift.traits.formality import formality, score
from behaviordrift.traits.trait import Reply, Score, Unjudged

PAIRS = [
    ("en", "hey, can u send me that file again?", "Could you please send me the file again?"),
    ("en", "Yeah, I guess that's kinda weird.", "This result is somewhat unexpected."),
    ("en", "We can't do that, sorry!", "We regret that this request cannot be granted."),
    ("en", "lol that's awesome!!!", "That is an excellent achievement."),
    ("en", "The kids loved the museum.", "The children greatly appreciated the museum."),
    ("zh", "咱们明天啥时候走啊？", "请问我们明天何时出发？"),
    ("zh", "这事儿我搞不定啦", "此事本人无法处理。"),
    ("zh", "你别急嘛，马上就好", "请您稍候，即将完成。"),
    ("zh", "哈哈，真的挺好吃的！", "该菜品的味道十分出色。"),
    ("zh", "东西太多了，放不下呀", "由于物品数量过多，无法予以存放。"),
]


@pytest.mark.parametrize(("language", "informal", "formal"), PAIRS)
def test_of_two_ways_to_say_it_the_formal_one_is_rated_higher(language: str, informal: str, formal: str) -> None:
    assert formality(informal, language) + 0.4 < formality(formal, language)


def test_a_text_is_rated_by_the_mean_of_its_sentences() -> None:
    formal, informal = "The committee approved the proposal.", "Yeah, whatever, dude!"
    assert formality(f"{formal} {informal}") == pytest.approx((formality(formal) + formality(informal)) / 2)


def test_saying_more_of_the_same_is_no_more_formal() -> None:
    sentence = "The shop opens at nine."
    assert formality(" ".join([sentence] * 20)) == pytest.approx(formality(sentence))


def test_curly_apostrophes_are_read_as_straight_ones() -> None:
    assert formality("I don’t know.") == formality("I don't know.")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ratings_stay_on_the_scale(language: str) -> None:
    seeded = random.Random(5)
    letters = "aIu .!?~:)你您吧之😀\n\x00\u202e/<"
    for _ in range(300):
        text = "a" + "".join(seeded.choices(letters, k=seeded.randrange(80)))
        assert 1 <= formality(text, language) <= 7


def test_what_cannot_be_judged_says_why() -> None:
    assert score(Reply("", "")) == {"formality": Unjudged("empty reply")}
    assert score(Reply("", "😀😀")) == {"formality": Unjudged("no words in the reply")}
    assert isinstance(score(Reply("", "Bonjour", language="fr"))["formality"], Unjudged)
    assert isinstance(score(Reply("", "x", language="zh"))["formality"], Score)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_own_examples_are_whole_and_on_the_scale(language: str) -> None:
    path = files("behaviordrift.traits") / "examples" / language / "formality.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len({row["text"] for row in rows}) == len(rows) > 80
    assert all(1 <= row["formality"] <= 7 for row in rows)
