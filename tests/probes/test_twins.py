"""Near-duplicates: the bound parts reworded twins from texts that ask different things."""

from __future__ import annotations

import random

import pytest

from behaviordrift.probes import shipped_sets
from behaviordrift.probes.twins import ALIKE, similar


@pytest.mark.parametrize(
    ("language", "one", "other", "alike"),
    [
        ("en", "Will it rain in Lisbon on 3 June 2093?", "will it rain in Lisbon on 4 June 2093", True),
        ("en", "How do I force a frozen program to stop?", "How do I force a hung program to stop?", True),
        ("en", "It’s “late”.", "It's late", True),
        ("en", "What is the capital of Peru?", "Who painted the Mona Lisa?", False),
        ("en", "Hi", "Hi!", True),
        ("en", "Hi", "Bye", False),
        ("en", "???", "!!!", False),
        ("zh", "2093年6月3日里斯本会下雨吗？", "2093年6月4日，里斯本会下雨吗", True),
        ("zh", "语言为什么会消亡？", "人为什么会做梦？", False),
        ("zh", "嗯", "嗯？", True),
    ],
)
def test_texts_are_told_apart(language: str, one: str, other: str, alike: bool) -> None:
    assert bool(list(similar([one, other], language))) is alike


def test_the_similarity_is_the_share_of_common_pieces() -> None:
    """Of "abcde fghij" the pieces are 3 of each word; "fghiz" shares " fghi" alone with "fghij"."""
    assert list(similar(["abcde abcdx", "abcde abcdx"], "en")) == [(1.0, 0, 1)]
    assert list(similar(["abcde fghij", "abcde fghiz"], "en")) == [(4 / 8, 0, 1)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shipped_prompt_with_one_word_exchanged_stays_alike(language: str) -> None:
    draw = random.Random(0)
    prompts = [probe.prompt for one in shipped_sets(language) for probe in one.probes if probe.prompt]
    width = 8 if language == "en" else 16
    found = []
    for prompt in prompts:
        parts = prompt.split() if language == "en" else [prompt[at : at + 2] for at in range(0, len(prompt), 2)]
        if len(prompt.split() if language == "en" else prompt) < width:
            continue
        other = draw.choice(prompts)
        parts[draw.randrange(len(parts))] = draw.choice(other.split()) if language == "en" else other[:2]
        found.append(bool(list(similar([prompt, ("" if language == "zh" else " ").join(parts)], language))))
    assert len(found) > 100
    assert sum(found) >= 0.97 * len(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_shipped_texts_that_ask_different_things_are_well_below_the_bound(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("behaviordrift.probes.twins.ALIKE", ALIKE - 0.05)
    texts = [
        (probe.id, turns[-1]["content"])
        for one in shipped_sets(language)
        for probe in one.probes
        for turns in probe.phrasings()
    ]
    pairs = [(texts[a], texts[b]) for _, a, b in similar([text for _, text in texts], language)]
    assert [pair for pair in pairs if pair[0][0] != pair[1][0]] == []
