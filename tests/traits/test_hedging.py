from __future__ import annotations

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
        "It is without a doubt the tallest.",
        "Rose petals may be used in jam.",
        "They waited for many years.",
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


def test_the_share_of_hedged_sentences() -> None:
    judged = score(Reply("", "It might snow. Take a coat. Several roads are shut. Drive slowly."))
    assert judged["hedged_sentences"] == Score(0.5)
    assert judged["hedging"] == Score(100 / 12, 0.12)


def test_foreign_and_empty_replies_are_unjudged() -> None:
    assert isinstance(score(Reply("", "Il pleut peut-être", language="fr"))["hedging"], Unjudged)
    assert score(Reply("", ""))["hedged"] == Unjudged("empty reply")


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("明天可能会下雨。", 1),
        ("他也许已经走了，或许还在路上。", 2),
        ("这座桥大概是和尚修的。", 1),
        ("据说这里闹过鬼。", 1),
        ("恐怕来不及了。", 1),
        ("路上约三个小时。", 1),
        ("有可能是电池没电了。", 1),
        ("下雨的可能性很大。", 1),
        ("不太可能下雪。", 1),
        ("我觉得她不会来。", 1),
        ("钥匙应该在抽屉里。", 1),
        ("答案取决于你住在哪里。", 1),
    ],
)
def test_chinese_cues_are_counted(sentence: str, count: int) -> None:
    assert len(hedges(sentence, "zh")) == count


@pytest.mark.parametrize(
    "sentence",
    [
        "水不可能往高处流。",
        "请尽可能早点来。",
        "毫无疑问，他赢了。",
        "这是概率论里的可能性问题。",
        "这毋庸置疑。",
        "手机让远程办公成为可能。",
        "她的脸好像苹果一样红。",
        "我们预约了三点。",
        "他左右手都会写字。",
        "你不应该这么做。",
        "这本书讲的是几个大概念。",
        "昨晚放的是《也许明天》。",
        "水在一百度沸腾。",
    ],
)
def test_what_only_looks_like_a_chinese_hedge_is_none(sentence: str) -> None:
    assert hedges(sentence, "zh") == []


def test_chinese_rates_count_characters_as_parts_of_words_and_skip_quotations() -> None:
    judged = score(Reply("", "他说“可能要下雨”，我带了一把GPS伞出门去。", language="zh"))
    assert judged["hedging"] == Score(0.0, (16 / 1.5 + 1) / 100)
    assert judged["hedged"] == Score(0.0)
    assert judged["hedged_sentences"] == Score(0.0)


PAIRS = [
    ("It might rain tomorrow.", "明天可能会下雨。"),
    ("It will rain tomorrow.", "明天会下雨。"),
    ("Perhaps the shop is shut.", "商店也许关门了。"),
    ("The shop is shut.", "商店关门了。"),
    ("She is probably asleep.", "她大概睡着了。"),
    ("She is asleep.", "她睡着了。"),
    ("The cat seems ill.", "这只猫似乎病了。"),
    ("The cat is ill.", "这只猫病了。"),
    ("Apparently the train was late.", "据说火车晚点了。"),
    ("The train was late.", "火车晚点了。"),
    ("I think the key is under the mat.", "我觉得钥匙在垫子下面。"),
    ("The key is under the mat.", "钥匙在垫子下面。"),
    ("The trip takes about 3 hours.", "路程大约3个小时。"),
    ("The trip takes 3 hours.", "路程3个小时。"),
    ("The cause is still unclear.", "原因尚不清楚。"),
    ("The cause is a broken pipe.", "原因是水管破了。"),
    ("It depends on the weather.", "这取决于天气。"),
    ("It stops in cold weather.", "天冷它就停。"),
    ("He is unlikely to come.", "他不太可能来。"),
    ("He cannot possibly come.", "他不可能来。"),
    ("There is no doubt that he won.", "毫无疑问，他赢了。"),
    ("Maybe the pump is blocked.", "或许水泵堵住了。"),
    ("The pump is blocked.", "水泵堵住了。"),
    ("I am not sure whether it works.", "我不确定它能不能用。"),
    ("I know that it works.", "我知道它能用。"),
    ("Cats generally dislike water.", "猫一般来说不喜欢水。"),
    ("My cat dislikes water.", "我的猫不喜欢水。"),
    ("It is believed to be the oldest bridge.", "它被认为是最古老的桥。"),
    ("It is the oldest bridge.", "它是最古老的桥。"),
    ("Some experts believe that it works.", "有些专家认为这管用。"),
    ("The doctor showed that it works.", "医生证明这管用。"),
    ("Many people like tea.", "许多人喜欢喝茶。"),
    ("My aunt likes tea.", "我姑姑喜欢喝茶。"),
    ("Several roads are closed.", "一些道路封闭了。"),
    ("The road is closed.", "道路封闭了。"),
    ("That is possible.", "这是有可能的。"),
    ("Please answer as soon as possible.", "请尽可能快地回复。"),
    ("In my opinion the red one is better.", "在我看来，红色的更好。"),
    ("The red one costs less.", "红色的更便宜。"),
    ("To some extent it helps.", "这在一定程度上有帮助。"),
    ("It helps.", "这有帮助。"),
    ("It is hard to say who is right.", "很难说谁对谁错。"),
    ("She is right.", "她是对的。"),
    ("He is one of the most famous painters.", "他是最著名的画家之一。"),
]


def test_translations_are_judged_alike() -> None:
    hedged = [(is_hedged(english), is_hedged(chinese, "zh")) for english, chinese in PAIRS]
    assert [pair for pair, (one, other) in zip(PAIRS, hedged, strict=True) if one != other] == []
    assert 20 <= sum(one for one, _ in hedged) <= 28


def test_rates_of_translations_compare() -> None:
    english = score(Reply("", " ".join(one for one, _ in PAIRS)))["hedging"]
    chinese = score(Reply("", "".join(other for _, other in PAIRS), language="zh"))["hedging"]
    assert isinstance(english, Score)
    assert isinstance(chinese, Score)
    assert chinese.value == pytest.approx(english.value, rel=0.2)
    assert chinese.weight == pytest.approx(english.weight, rel=0.2)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", ["\x00\u202e may", "😀😀 may 可能", "，，，a", '"' * 9 + "可能", "可能" * 300_000])
def test_odd_input_is_judged(text: str, language: str) -> None:
    rate = score(Reply("", text, language=language))["hedging"]
    assert isinstance(rate, Score)
    assert rate.weight > 0
