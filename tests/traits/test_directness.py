from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from behaviordrift.traits.directness import label, score, yes_or_no_label
from behaviordrift.traits.reading.text import words
from behaviordrift.traits.trait import Reply, Score, Unjudged

ROOT = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well, I have a cat.", "noncommittal"),
        ("Well, no.", "direct"),
        ("I, I don't know.", "noncommittal"),
        ("That I don't know.", "noncommittal"),
        ("Knowing cats, they sleep a lot.", "indirect"),
    ],
)
def test_answers_put_off_in_speech(text: str, expected: str) -> None:
    assert yes_or_no_label(text) == expected


@pytest.mark.parametrize(
    ("prompt", "text", "expected"),
    [
        ("企鹅会飞吗？", "不会飞。", "direct"),
        ("企鹅会飞吗？", "企鹅的翅膀已经变成了鳍。", "indirect"),
        ("企鹅会飞吗？", "是的，", "direct"),
        ("你去过北京吗？", "去过两次。", "direct"),
        ("你去过北京吗？", "没去过。", "direct"),
        ("手机能放微波炉吗？", "绝对不能！", "direct"),
        ("手机能放微波炉吗？", "微波会损坏电路。", "indirect"),
        ("这样做安全吗？", "不太安全。", "direct"),
        ("这样做安全吗？", "安全，放心。", "direct"),
        ("这样做安全吗？", "这要看温度。", "noncommittal"),
        ("这样做安全吗？", "看情况。", "noncommittal"),
        ("明天会下雨吗？", "不好说。", "noncommittal"),
        ("明天会下雨吗？", "我不知道。", "noncommittal"),
        ("明天会下雨吗？", "可能会。", "noncommittal"),
        ("有没有这样的鸟？", "没有。", "direct"),
        ("有没有这样的鸟？", "有些鸟在冬天南飞。", "indirect"),
        ("有没有这样的鸟？", "没有人知道。", "noncommittal"),
        ("会不会下雨？", "没有云，所以不下。", "indirect"),
        ("鲸鱼是鱼吗？", "不是，是哺乳动物。", "direct"),
        ("鲸鱼是鱼吗？", "不一定。", "noncommittal"),
        ("喜不喜欢吃辣？", "喜欢。", "direct"),
        ("这条路对吗？", "对，一直走。", "direct"),
        ("这条路对吗？", "对于这条路，说法很多。", "indirect"),
        ("会议会延期吗？", "会议室还没订。", "indirect"),
        ("汤能冷冻吗？", "嗯，可以。", "direct"),
        ("汤能冷冻吗？", "好问题！可以。", "indirect"),
        ("我可以带狗吗？", "恐怕不行。", "noncommittal"),
        ("该不该剪？", "应该剪。", "direct"),
    ],
)
def test_chinese_yes_or_no_questions(prompt: str, text: str, expected: str) -> None:
    assert label(text, prompt, (), "zh") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("马德里。", "direct"),
        ("西班牙的首都是马德里。", "direct"),
        ("这是一个很好的问题！是马德里。", "indirect"),
        ("西班牙有许多古老而美丽的城市，今天的政府设在马德里。", "indirect"),
        ("我不确定。", "noncommittal"),
    ],
)
def test_a_known_answer_must_come_at_once_in_chinese(text: str, expected: str) -> None:
    assert label(text, "西班牙的首都是哪里？", ["马德里"], "zh") == expected


def test_words_to_answer_in_chinese_counts_as_words_does() -> None:
    text = "Hi，答案是GPS里的马德里。"
    place = score(Reply("首都？", text, language="zh", references=("马德里",)))["words_to_answer"]
    assert place == Score(float(len(words(text[: text.index("马")], "zh")) + 1))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["yes_no", "short_answer"])
def test_the_contrasts_of_the_probe_sets_are_told_apart(name: str, language: str) -> None:
    probes = yaml.safe_load((ROOT / "probes" / language / f"{name}.yaml").read_text(encoding="utf-8"))["probes"]
    wrong = contrasts = 0
    for probe in probes:
        for pole, text in probe.get("contrast", {}).items():
            found = label(text, probe["prompt"], probe.get("references", ()), language)
            contrasts += 1
            wrong += (found == "direct") != (pole == "direct")
    assert contrasts > 40
    assert wrong <= 0.03 * contrasts


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "text", ["\x00\u202e yes", "😀😀是的", "，，，a", "嗯" * 300_000, "嗯，" * 300_000, "uh, " * 250_000]
)
def test_odd_input_is_judged_in_time(text: str, language: str) -> None:
    start = time.process_time()
    judged = score(Reply("能吗？", text, language=language, references=("是的",)))
    assert isinstance(judged["direct"], Score)
    assert time.process_time() - start < 2
