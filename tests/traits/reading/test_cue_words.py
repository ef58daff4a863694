from __future__ import annotations

import pytest

from behaviordrift.traits.reading.cue_words import count_cues
from behaviordrift.traits.reading.text import plain, words


def _count(text: str, group: str) -> int:
    return count_cues("register", words(plain(text)))[group]


@pytest.mark.parametrize(
    ("text", "group", "count"),
    [
        ("Let me know. Please let me know!", "offer", 2),
        ("Let me no.", "offer", 0),
        ("I'm afraid our new team is out.", "service_we", 1),
        ("our", "service_we", 0),
        ("Our staff, our support team", "service_we", 3),  # "our support" and "our support team" both count
        ("I don’t have one", "assistance", 1),
    ],
)
def test_runs_of_words_are_counted_whatever_stands_between_them(text: str, group: str, count: int) -> None:
    assert _count(text, group) == count


def test_a_word_counts_once_for_a_group() -> None:
    assert _count("embedded", "past") == 1
