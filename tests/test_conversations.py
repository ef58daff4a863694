"""Rows of conversations: every form is read to the same turns, and faults are told with file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.conversations import read_conversations, read_turns
from behaviordrift.errors import TaskDataError

SYSTEM = {"role": "system", "content": "Be brief."}
ASKED = {"role": "user", "content": "Capital of Peru?"}
REPLY = {"role": "assistant", "content": "Lima."}
THEN = {"role": "user", "content": "And of Chile?"}
LAST = {"role": "assistant", "content": "Santiago."}


def human(text: str) -> dict[str, str]:
    return {"from": "human", "value": text}


def gpt(text: str) -> dict[str, str]:
    return {"from": "gpt", "value": text}


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [SYSTEM, ASKED, REPLY, THEN, LAST]},
        {"messages": [{**SYSTEM, "role": "developer"}, ASKED, REPLY, THEN, LAST]},
        {"messages": [SYSTEM, ASKED, {**REPLY, "tool_calls": None}, THEN, LAST, THEN]},
        {"messages": [SYSTEM, {**ASKED, "content": [{"type": "text", "text": "Capital of Peru?"}]}, REPLY, THEN, LAST]},
        {"system": "Be brief.", "messages": [ASKED, REPLY, THEN, LAST]},
        {
            "conversations": [
                {"from": "system", "value": "Be brief."},
                human("Capital of Peru?"), gpt("Lima."), human("And of Chile?"), gpt("Santiago."),
            ]
        },
        {
            "system": "Be brief.",
            "conversations": [human("Capital of Peru?"), gpt("Lima."), human("And of Chile?"), gpt("Santiago.")],
        },
        {"conversations": [SYSTEM, ASKED, REPLY, THEN, LAST]},
        {
            "instruction": "And of Chile?", "input": "", "output": "Santiago.", "system": "Be brief.",
            "history": [["Capital of Peru?", "Lima."]],
        },
        {"prompt": [SYSTEM, ASKED, REPLY, THEN], "completion": [LAST]},
        {"prompt": [SYSTEM, ASKED, REPLY, THEN], "completion": "Santiago."},
        {"prompt": "And of Chile?", "prompt_id": "x", "messages": [SYSTEM, ASKED, REPLY, THEN, LAST]},
        {"messages": None, "conversations": [SYSTEM, ASKED, REPLY, THEN, LAST]},
    ],
    ids="+".join,
)  # fmt: skip
def test_every_form_is_read_to_the_same_turns(row: dict[str, Any]) -> None:
    assert read_turns(row) == [SYSTEM, ASKED, REPLY, THEN, LAST]


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ({"instruction": "Translate.", "input": "Hola", "output": "Hello"}, "Translate.\nHola"),
        ({"instruction": "Greet.", "output": "Hello"}, "Greet."),
        ({"instruction": "", "input": "Hola", "output": "Hello", "history": None, "system": ""}, "Hola"),
        ({"prompt": "Greet.", "completion": "Hello"}, "Greet."),
    ],
)
def test_what_the_user_asks_is_one_turn(row: dict[str, Any], asked: str) -> None:
    assert read_turns(row) == [{"role": "user", "content": asked}, {"role": "assistant", "content": "Hello"}]


def test_a_blank_system_turn_is_none() -> None:
    assert read_turns({"messages": [{"role": "system", "content": ""}, ASKED, REPLY]}) == [ASKED, REPLY]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([], "must be an object"),
        ({}, "none of the fields messages"),
        ({"text": "Once"}, "none of the fields messages"),
        ({"messages": []}, "user's turn and then"),
        ({"messages": "Hi"}, "list of messages"),
        ({"messages": ["Hi"]}, "list of messages"),
        ({"messages": [ASKED]}, "user's turn and then"),
        ({"messages": [REPLY]}, "user's turn and then"),
        ({"messages": [SYSTEM, REPLY]}, "user's turn and then"),
        ({"messages": [ASKED, REPLY, {"role": "user"}]}, "holds nothing"),
        ({"messages": [{"role": "user", "content": 7}, REPLY]}, "holds int"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}, REPLY]}, "holds list"),
        ({"messages": [ASKED, {"role": "assistant", "content": " "}]}, "assistant is blank"),
        ({"messages": [{"role": "tool", "content": "x"}, REPLY]}, "role 'tool'"),
        ({"messages": [{"content": "x"}, REPLY]}, "role None"),
        ({"conversations": [human("Hi"), {"from": "observation", "value": "x"}]}, "role 'observation'"),
        ({"instruction": "Greet."}, "holds nothing"),
        ({"instruction": "", "input": "", "output": "Hello"}, "user is blank"),
        ({"instruction": "Greet.", "output": "Hi", "history": [["a"]]}, "pairs"),
        ({"instruction": "Greet.", "output": "Hi", "history": "a"}, "`history` must be a list"),
        ({"prompt": "Greet."}, "holds nothing"),
        ({"prompt": "Half \ud83d of it", "completion": "x"}, "half a character"),
    ],
)
def test_what_is_wrong_with_a_row_is_told(row: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_turns(row)


def test_rows_are_read_in_order_past_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "qa.jsonl"
    other = [{"role": "user", "content": "a\u2028b"}, {"role": "assistant", "content": "c\x85d"}]
    lines = [json.dumps({"messages": turns, "id": 1}, ensure_ascii=False) for turns in ([ASKED, REPLY], other)]
    path.write_text("\ufeff" + "\n".join([lines[0], "", lines[1], ""]), encoding="utf-8")
    first, second = read_conversations(path)
    assert (first.messages, second.messages) == ([ASKED, REPLY], other)
    assert (first.prompt, first.reply, first.row["id"]) == ([ASKED], "Lima.", 1)
    assert (second.place, second.number) == (f"{path}:3", 3)


@pytest.mark.parametrize(("indent", "lines"), [(None, [1, 1, 1]), (1, [2, 14, 26])])
def test_a_json_array_is_read_too(tmp_path: Path, indent: int | None, lines: list[int]) -> None:
    path = tmp_path / "qa.json"
    rows = [{"messages": [ASKED, {"role": "assistant", "content": f"Reply {n}, [with] brackets."}]} for n in range(3)]
    path.write_text(json.dumps(rows, indent=indent) + "\n", encoding="utf-8")
    read = read_conversations(path)
    assert [row.reply for row in read] == [f"Reply {n}, [with] brackets." for n in range(3)]
    assert [row.number for row in read] == [1, 2, 3]
    assert [row.line for row in read] == lines


GOOD = json.dumps({"messages": [ASKED, REPLY]})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{GOOD}\n\n{{", 3),
        (f"{GOOD}\n[]", 2),
        (f"{GOOD}\n" + "[" * 100_000, 2),
        (f"[\n{GOOD},\n{{}}\n]", 3),
        (f"[\n{GOOD},\n\n{{oops}}\n]", 4),
        (f"[\n{GOOD}\n{GOOD}\n]", 3),
        (f"[\n{GOOD},\n]", 3),
        (f"[\n{GOOD}\n", 3),
        ("[[[\n" + "[" * 100_000, 1),
    ],
)
def test_a_faulty_row_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text(text)
    with pytest.raises(TaskDataError, match=rf"qa\.jsonl:{line}: not a conversation .*Write") as info:
        read_conversations(path)
    assert info.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "\n \n", "[]", "[\n]\n"])
def test_a_file_without_rows_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text(text)
    with pytest.raises(TaskDataError, match=r"empty\.jsonl holds no rows"):
        read_conversations(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_bytes(b"caf\xe9")
    for name in ("gone.jsonl", "odd.jsonl"):
        with pytest.raises(TaskDataError, match=rf"{name} cannot be read"):
            read_conversations(tmp_path / name)
