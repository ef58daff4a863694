from __future__ import annotations

import pytest

from behaviordrift.traits.reading.questions import asks_opinion, asks_yes_or_no, echoes_predicate


@pytest.mark.parametrize(
    "prompt",
    [
        "Is it raining?",
        "It's late. Have you eaten?",
        "You live here?",
        "企鹅会飞吗？",
        "水结不结冰",
        "格陵兰是不是一个岛？",
        "你住这儿？",
        "有没有哪个国家没有海岸线？",
        "正方形也算长方形，对吗？",
        "剩下的汤可以冷冻吗",
        "请问火星上有水吗？",
        "方案是否可行？",
    ],
)
def test_yes_or_no_questions(prompt: str) -> None:
    assert asks_yes_or_no(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "Why is it raining?",
        "Can you explain tides?",
        "Tell me a story.",
        "Do you know where it is?",
        "",
        "?",
        "企鹅吃什么？",
        "你能帮我写封信吗？",
        "你能解释一下潮汐吗？",
        "请说明是否涨价。",
        "你知道他在哪儿吗？",
        "太阳系有几颗行星？",
        "租好还是买好？",
        "今天天气不错。",
        "。？",
    ],
)
def test_other_prompts(prompt: str) -> None:
    assert not asks_yes_or_no(prompt)


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [
        ("Should we paint it?", True),
        ("What do you think of jazz?", True),
        ("Is it wet?", False),
        ("你觉得爵士乐怎么样？", True),
        ("学校应不应该禁手机？", True),
        ("它湿吗？", False),
    ],
)
def test_questions_of_opinion(prompt: str, asks: bool) -> None:
    assert asks_opinion(prompt) is asks


@pytest.mark.parametrize(
    ("reply", "prompt", "echoes"),
    [
        ("会飞。", "蝙蝠会飞吗？", True),
        ("不飞。", "蝙蝠飞吗？", True),
        ("安全。", "这样安全吗？", True),
        ("没有证据。", "有没有证据？", True),
        ("不过它会滑翔。", "蝙蝠不过是鸟吗？", False),
        ("会议取消了。", "会议会取消吗？", False),
        ("它是鸟。", "蝙蝠会飞吗？", False),
        ("", "蝙蝠会飞吗？", False),
    ],
)
def test_a_reply_may_answer_with_the_verb_of_the_question(reply: str, prompt: str, echoes: bool) -> None:
    assert echoes_predicate(reply, prompt) is echoes
