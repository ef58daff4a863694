"""Languages by script and by words; short English and code are not taken for something else."""

from __future__ import annotations

import time

import pytest

from behaviordrift.traits.reading.language import detect, reply_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The train leaves at nine, so you should be there before that.", "en"),
        ("Please", "und"),
        ("我们明天上午九点出发。", "zh"),
        ("我用Python写了一个小程序，运行很快。", "zh"),
        ("我們明天上午九點出發。", "zh"),
        ("明日の朝九時に出発します。", "ja"),
        ("내일 아침 아홉 시에 출발합니다.", "ko"),
        ("Мы выезжаем завтра в девять утра.", "ru"),
        ("Ми виїжджаємо завтра о дев'ятій, її потяг прибуде пізніше.", "uk"),
        ("لا أستطيع أن أساعدك في ذلك.", "ar"),
        ("من نمی‌توانم به شما کمک کنم، پدر و گربه", "fa"),
        ("Nous partons demain matin à neuf heures, si vous êtes d'accord.", "fr"),
        ("Lo siento, pero no puedo ayudarte con eso.", "es"),
        ("Wir fahren morgen früh um neun Uhr los, wenn das Wetter gut ist.", "de"),
        ("We vertrekken morgenochtend om negen uur met de trein.", "nl"),
        ("Partiremos amanhã de manhã, às nove horas, e não voltaremos.", "pt"),
        ("", "und"),
        ("😀😀🎉", "und"),
        ("1234 5678", "und"),
        ("\x00\x07", "und"),
        ("\ud800", "und"),
        ("Madrid", "und"),
        ("OK", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Not quite, no.",
        "Uh-huh.",
        "Paris.",
        "Hello!",
        "def add(a, b):\n    return a + b",
        "SELECT name FROM users WHERE id = 7;",
        "```js\nconst x = () => { return 3; };\n```",
        "x = {'a': 1}\nfor key in x:\n    print(key)",
        "Oliver Kahn, Jürgen Klopp, Lothar Matthäus",
    ],
)
def test_a_short_reply_or_code_takes_the_language_of_its_prompt(text: str) -> None:
    assert reply_language("Could you give me an example of that?", text) == "en"


def test_latin_letters_that_tell_nothing_are_english() -> None:
    assert reply_language("Hi", "OK") == "en"
    assert reply_language("", "Madrid") == "en"


def test_the_reply_decides_not_the_prompt() -> None:
    assert reply_language("How do I greet a friend in China?", "你好，很高兴见到你。") == "zh"
    assert reply_language("请翻译这句话：天气很好", "The weather is fine, and it will stay that way.") == "en"


def test_chinese_words_within_english_leave_it_english() -> None:
    assert detect("The word 你好 is how you say hello, and 再见 is how you say goodbye.") == "en"


def test_an_english_answer_followed_by_its_translation_is_english() -> None:
    english = "I'm sorry, but I cannot tell you that, because it would not be fair to the people who live there. " * 3
    assert detect(english + "对不起，我不能告诉你，因为这对住在那里的人不公平。" * 3) == "en"


def test_nothing_that_can_be_known_is_und() -> None:
    assert reply_language("🙂", "🙂🙂") == "und"


@pytest.mark.parametrize("unit", ["a ", "= ", "`", "https://", "{\n", "的", "é", "<|"])
def test_a_megabyte_takes_no_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    detect("Bonjour, comment allez-vous ?")
    start = time.process_time()
    reply_language(text, text)
    assert time.process_time() - start < 0.1
