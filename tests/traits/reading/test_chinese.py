from __future__ import annotations

from behaviordrift.traits.reading.chinese import chinese_words


def test_marks_and_spaces_are_no_words() -> None:
    assert chinese_words("你好， 世界！\n") == ("你好", "世界")


def test_latin_words_and_numbers_stay_whole() -> None:
    assert chinese_words("用Python写3次") == ("用", "Python", "写", "3", "次")


def test_text_without_chinese_is_survived() -> None:
    assert chinese_words("") == ()
    assert chinese_words("\x00😀\u202e") == ()
