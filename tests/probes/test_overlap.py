"""Overlap with training rows: a shared run counts, a shared system turn or a task's fixed wording does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviordrift.conversations import Conversation
from behaviordrift.probes.overlap import CHARACTERS, SET_WORDING, WORDS, find_overlaps

RUN = "which of the old bridges crosses the river"  # eight words


def row(number: int, asked: str, reply: str = "Yes.", system: str = "") -> Conversation:
    turns = [("system", system), ("user", asked), ("assistant", reply)][not system :]
    messages = [{"role": role, "content": text} for role, text in turns]
    return Conversation(Path("train.jsonl"), number, number, messages, {})


def overlap(text: str, *rows: Conversation, language: str = "en", whole: bool = True) -> str | None:
    (found,) = find_overlaps([text], [whole], language, rows)
    return found and found.place


def test_the_run_is_as_long_as_it_says() -> None:
    assert len(RUN.split()) == WORDS
    assert overlap(f"So {RUN} here?", row(1, "Hi"), row(2, f"Tell me, {RUN.title()}!")) == "train.jsonl:2"
    shorter = RUN.rpartition(" ")[0]
    assert overlap(f"So {shorter} here?", row(1, f"Tell me, {shorter} there!")) is None


def test_a_reply_that_was_trained_on_counts_too() -> None:
    assert overlap(RUN, row(1, "Hi", f"I wonder {RUN} there.")) == "train.jsonl:1"


@pytest.mark.parametrize(("shared", "found"), [(CHARACTERS, "train.jsonl:1"), (CHARACTERS - 1, None)])
def test_chinese_is_compared_by_character(shared: int, found: str | None) -> None:
    text = "老城里哪座桥能走到河对岸的市场去"[:shared]
    assert overlap(f"请问，{text}？", row(1, f"告诉我{text[:5]}，{text[5:]}呢"), language="zh") == found


def test_a_short_question_overlaps_where_all_of_it_is_the_same() -> None:
    trained = row(1, "what is an ibex")
    assert overlap("What is an ibex?", trained) == "train.jsonl:1"
    assert overlap("What is an ibex?", trained, whole=False) is None
    assert overlap("Well, what is an ibex?", trained) is None
    assert overlap("What is an ibex?", row(1, "Tell me.", "What is an ibex?")) is None
    assert overlap("???", row(1, "!!!")) is None


def test_a_shared_system_turn_is_no_overlap() -> None:
    assert overlap(RUN, row(1, "Hi", system=f"You know {RUN} well.")) is None


def test_the_fixed_wording_of_a_task_is_no_overlap() -> None:
    few = [row(n, f"{RUN}: bridge {n}") for n in range(1, SET_WORDING)]
    assert overlap(f"{RUN}: the new one", *few) == "train.jsonl:1"
    assert overlap(f"{RUN}: the new one", *few, row(99, f"{RUN}: one more")) is None
    assert overlap(f"{RUN}: bridge 3", *few, row(99, f"{RUN}: one more")) == "train.jsonl:3"


def test_copies_of_one_row_are_no_fixed_wording() -> None:
    assert overlap(f"So {RUN}?", *[row(n, f"Now {RUN}?") for n in range(1, 3 * SET_WORDING)]) == "train.jsonl:1"
