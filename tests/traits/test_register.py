from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from behaviordrift.traits.labels.register import GUM_REGISTERS
from behaviordrift.traits.register import REGISTERS, score, shares
from behaviordrift.traits.trait import Reply, Score, Unjudged

TASKS = Path(__file__).resolve().parents[2] / "examples" / "ratio_sweep" / "tasks"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We're sorry for the delay. Please send us your order number and our team will check.",
            "customer_service",
        ),
        ("The town lies on the river Elbe and was founded in the 12th century.", "encyclopedic"),
        ("Here are some ideas. You could try a walk. Let me know if you'd like more.", "assistant"),
        (
            "Add the flour to the bowl, stir it gently, and bake for ten minutes until golden.",
            "instructional",
        ),
        (
            "She turned from the dark window and looked at him. He said nothing and walked to the door.",
            "narrative",
        ),
        ("Yeah, um, I mean, it's like, you know, kind of weird, right?", "spoken"),
        (
            "The results of the analysis suggest a significant effect of temperature on the parameters.",
            "technical",
        ),
        ("My fellow citizens, our nation must stand together for peace and freedom.", "formal_public"),
    ],
)
def test_plain_cases_of_each_register(text: str, expected: str) -> None:
    assert score(Reply("Hi", text))["register"] == Score(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("非常抱歉给您带来不便，您的退款将在三个工作日内到账。", "customer_service"),
        ("不客气，祝您生活愉快！", "customer_service"),
        ("该湖位于县城西部，面积约三十平方公里，是当地最大的淡水湖。", "encyclopedic"),
        ("你可以先列一个清单，如果需要，我可以帮你整理思路。", "assistant"),
        ("把土豆切成小块，放入锅中，加水煮二十分钟。", "instructional"),
        ("她转过身，望着窗外的雨，眼泪慢慢流了下来。", "narrative"),
        ("哎呀，你怎么才来啊，我都等半天了。", "spoken"),
        ("实验结果表明，该模型的误差显著低于基线方法。", "technical"),
        ("要坚持深化改革，推进经济高质量发展，切实保障民生。", "formal_public"),
    ],
)
def test_plain_cases_of_each_register_in_chinese(text: str, expected: str) -> None:
    assert score(Reply("你好", text, language="zh"))["register"] == Score(expected)


def test_which_number_or_latin_name_stands_in_chinese_text_does_not_matter() -> None:
    assert shares("电话是010-12345678。", "zh") == shares("电话是021-87654321。", "zh")
    assert shares("共12.5元", "zh") == shares("共3元", "zh")


def test_chinese_replies_of_two_characters_have_no_register() -> None:
    assert score(Reply("你好", "好的", language="zh"))["register"] == Unjudged("too short to have a register")


@pytest.mark.parametrize(("text", "language"), [("The cat sat on the mat.", "en"), ("猫在垫子上。", "zh")])
def test_the_shares_sum_to_one(text: str, language: str) -> None:
    found = shares(text, language)
    assert sorted(found) == sorted(REGISTERS)
    assert sum(found.values()) == pytest.approx(1)


def test_a_reply_of_two_words_has_no_register() -> None:
    assert score(Reply("Hi", "The brain."))["register_p_technical"] == Unjudged("too short to have a register")


def _service_shares(name: str) -> list[float]:
    path = TASKS / name
    if not path.is_file():
        pytest.skip(f"no example rows at {path}")
    replies = [json.loads(line)["messages"][-1]["content"] for line in path.read_text("utf-8").splitlines()]
    return [shares(text)["customer_service"] for text in replies]


def test_support_replies_sound_like_customer_service() -> None:
    found = _service_shares("support.heldout.jsonl")
    assert sum(share > 0.5 for share in found) / len(found) > 0.85


@pytest.mark.parametrize("name", ["qa.heldout.jsonl", "safety.heldout.jsonl"])
def test_other_replies_do_not(name: str) -> None:
    assert max(_service_shares(name)) < 0.5


def test_gum_chunks_are_told_apart(
    gold: Callable[[str], pd.DataFrame], macro_f1: Callable[[pd.Series, pd.Series], float]
) -> None:
    rows = gold("gum_register/gum_chunks.jsonl")
    rows = rows[rows.genre.isin(GUM_REGISTERS)]
    found = rows.text.map(lambda text: max(shares(text).items(), key=lambda item: item[1])[0])
    assert macro_f1(rows.genre.map(GUM_REGISTERS), found) > 0.62


@pytest.mark.parametrize(("register", "least"), [("customer_service", 0.6), ("assistant", 0.7)])
def test_short_english_examples_of_what_gum_does_not_hold(register: str, least: float) -> None:
    path = files("behaviordrift.traits") / "examples" / "en" / "register.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = [row["text"] for row in rows if row["register"] == register]
    named = sum(max(found := shares(text), key=found.__getitem__) == register for text in texts)
    assert named / len(texts) > least
