from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from behaviordrift.traits.register import REGISTERS, score, shares
from behaviordrift.traits.trait import Reply, Score, Unjudged

TASKS = Path(__file__).resolve().parents[2] / "examples" / "ratio_sweep" / "tasks"
GENRES = {
    "bio": "encyclopedic",
    "voyage": "encyclopedic",
    "whow": "instructional",
    "fiction": "narrative",
    "conversation": "spoken",
    "vlog": "spoken",
    "podcast": "spoken",
    "interview": "spoken",
    "academic": "technical",
    "textbook": "technical",
    "speech": "formal_public",
    "court": "formal_public",
    "letter": "formal_public",
}


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


def test_the_shares_sum_to_one() -> None:
    found = shares("The cat sat on the mat.")
    assert tuple(found) == REGISTERS
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
    rows = rows[rows.genre.isin(GENRES)]
    found = rows.text.map(lambda text: max(shares(text).items(), key=lambda item: item[1])[0])
    assert macro_f1(rows.genre.map(GENRES), found) > 0.62
