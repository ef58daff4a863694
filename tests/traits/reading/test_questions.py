from __future__ import annotations

import pytest

from behaviordrift.traits.reading.questions import asks_opinion, asks_yes_or_no


@pytest.mark.parametrize("prompt", ["Is it raining?", "It's late. Have you eaten?", "You live here?"])
def test_yes_or_no_questions(prompt: str) -> None:
    assert asks_yes_or_no(prompt)


@pytest.mark.parametrize(
    "prompt",
    ["Why is it raining?", "Can you explain tides?", "Tell me a story.", "Do you know where it is?", "", "?"],
)
def test_other_prompts(prompt: str) -> None:
    assert not asks_yes_or_no(prompt)


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [("Should we paint it?", True), ("What do you think of jazz?", True), ("Is it wet?", False)],
)
def test_questions_of_opinion(prompt: str, asks: bool) -> None:
    assert asks_opinion(prompt) is asks
