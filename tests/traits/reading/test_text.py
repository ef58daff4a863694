from __future__ import annotations

import pytest

from behaviordrift.traits.reading.text import normalise, sentences, split_reasoning, without_quotes, words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("<think>Two plus two.</think>\n\nFour.", ("Two plus two.", "Four.")),
        ("<think>I had not finished", ("I had not finished", "")),
        ("The template opened it.</think>Four.", ("The template opened it.", "Four.")),
        ("Four.", ("", "Four.")),
        ("<think>a</think>one <think>b</think>two", ("ab", "one two")),
        ("", ("", "")),
    ],
)
def test_reasoning_is_parted_from_the_reply(text: str, parts: tuple[str, str]) -> None:
    assert split_reasoning(text) == parts


def test_a_chinese_character_is_a_word_and_so_is_a_latin_run() -> None:
    assert words("请用 Python 3.12，谢谢", "zh") == ("请", "用", "Python", "3.12", "谢", "谢")


def test_an_apostrophe_or_decimal_point_keeps_a_word_whole() -> None:
    assert words("Don’t run 3.5 miles — she's tired.") == ("Don’t", "run", "3.5", "miles", "she's", "tired")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Smith met Dr. Jones at 5 p.m. today. They left.", 2),
        ("It costs 3.50 dollars. Really?! Yes.", 3),
        ("1. Boil water.\n2. Add salt.\n", 2),
        ("No full stop", 1),
        ("...", 0),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_chinese_sentences_need_no_space_between_them() -> None:
    assert sentences("你好。今天下雨吗？是的！", "zh") == ("你好。", "今天下雨吗？", "是的！")


def test_quotations_and_code_are_left_out_unless_they_are_all_there_is() -> None:
    assert "cannot" not in without_quotes('The sign reads "I cannot help".\n```\ncannot\n```\nSo it goes.')
    assert "cannot" in without_quotes('"I cannot help."')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Eiffel Tower!", "eiffel tower"),
        ("twenty-one", "twenty one"),
        ("1,000,000 and 3.5.", "1000000 and 3.5"),
        ("it's", "its"),
        ("Ｐａｒｉｓ", "paris"),
        ("北京市", "北 京 市"),
    ],
)
def test_answers_are_compared_without_case_punctuation_and_articles(text: str, expected: str) -> None:
    assert normalise(text) == expected
