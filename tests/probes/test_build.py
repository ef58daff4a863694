"""Probe sets from a task's held-out rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.errors import ProbeSetError
from behaviordrift.probes import build_task_set

WriteRows = Callable[[Path, Iterable[dict[str, Any]]], Path]


def chat(*turns: str, **fields: Any) -> dict[str, Any]:
    roles = ["user", "assistant"] * len(turns)
    return {"messages": [{"role": r, "content": c} for r, c in zip(roles, turns, strict=False)], **fields}


def test_the_last_message_is_the_reference(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(
        tmp_path / "qa.jsonl",
        [chat("Capital of Peru?", "Lima."), chat("2 + 2?", "4", id="sum", answers=["four"]), chat("A", "B", "C", "D")],
    )
    built = build_task_set(path, "qa", "en")
    assert (built.name, built.task, built.language) == ("task_qa", "qa", "en")
    assert [probe.id for probe in built.probes] == ["qa-1", "sum", "qa-3"]
    assert [probe.references for probe in built.probes] == [("Lima.",), ("4", "four"), ("D",)]
    assert built.probes[0].prompt == "Capital of Peru?"
    assert [m.content for m in built.probes[2].messages] == ["A", "B", "C"]


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text("\n" + json.dumps(chat("Q", "A")) + "\n\n")
    assert [probe.id for probe in build_task_set(path, "qa").probes] == ["qa-2"]


def test_line_separators_within_a_text_part_no_row(tmp_path: Path) -> None:
    path = tmp_path / "qa.jsonl"
    row = chat("One\u2028two\x85three", "Four\u2029five")
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert build_task_set(path, "qa").probes[0].references == ("Four\u2029five",)


@pytest.mark.parametrize(
    "bad",
    [
        "{broken",
        "[]",
        "{}",
        json.dumps({"messages": []}),
        json.dumps({"messages": [{"role": "assistant", "content": "alone"}]}),
        json.dumps({"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "x"}]}),
        json.dumps({"messages": [{"role": "robot", "content": "x"}, {"role": "assistant", "content": "x"}]}),
        json.dumps(chat("Q", "A", id="sp ace")),
        json.dumps(chat("Q", "A", answers="Lima")),
        json.dumps(chat("Q")),
    ],
)
def test_a_faulty_row_is_told_with_its_line(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text(json.dumps(chat("Q", "A")) + "\n" + bad + "\n")
    with pytest.raises(ProbeSetError, match=r"qa\.jsonl:2: "):
        build_task_set(path, "qa")


def test_an_id_that_stands_twice_is_told(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(tmp_path / "qa.jsonl", [chat("Q", "A", id="x"), chat("R", "B", id="y"), chat("S", "C", id="x")])
    with pytest.raises(ProbeSetError, match=r"qa\.jsonl:3: .*x.* stands twice"):
        build_task_set(path, "qa")


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text(text)
    with pytest.raises(ProbeSetError, match="holds no rows"):
        build_task_set(path, "qa")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProbeSetError, match=r"gone\.jsonl cannot be read"):
        build_task_set(tmp_path / "gone.jsonl", "qa")
