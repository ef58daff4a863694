"""Probe sets from a task's held-out rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.errors import ProbeSetError, TaskDataError
from behaviordrift.probes import build_task_set
from behaviordrift.probes.build import build_held_out
from behaviordrift.probes.write import write_probe_set

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
        json.dumps(chat("Q", "A", answers=[""])),
        json.dumps(chat("Q", "A", answers=[7])),
        json.dumps(chat("Q")),
    ],
)
def test_a_faulty_row_is_told_with_its_line(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text(json.dumps(chat("Q", "A")) + "\n" + bad + "\n")
    with pytest.raises(TaskDataError, match=r"qa\.jsonl:2: "):
        build_task_set(path, "qa")


def test_an_id_that_stands_twice_is_told(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(tmp_path / "qa.jsonl", [chat("Q", "A", id="x"), chat("R", "B", id="y"), chat("S", "C", id="x")])
    with pytest.raises(TaskDataError, match=r"qa\.jsonl:3: .*x.* stands twice"):
        build_task_set(path, "qa")


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "qa.jsonl"
    path.write_text(text)
    with pytest.raises(TaskDataError, match="holds no rows"):
        build_task_set(path, "qa")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TaskDataError, match=r"gone\.jsonl cannot be read"):
        build_task_set(tmp_path / "gone.jsonl", "qa")


def test_every_form_of_row_makes_the_same_probe(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(
        tmp_path / "qa.jsonl",
        [
            chat("Capital of Peru?", "Lima."),
            {"conversations": [{"from": "human", "value": "Capital of Peru?"}, {"from": "gpt", "value": "Lima."}]},
            {"instruction": "Capital of Peru?", "input": "", "output": "Lima."},
            {"prompt": "Capital of Peru?", "completion": "Lima."},
        ],
    )
    probes = build_task_set(path, "qa").probes
    assert {(probe.prompt, probe.references) for probe in probes} == {("Capital of Peru?", ("Lima.",))}
    assert [probe.id for probe in probes] == ["qa-1", "qa-2", "qa-3", "qa-4"]


def test_a_number_is_an_id_too(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(tmp_path / "qa.jsonl", [chat("Q", "A", id=7), chat("R", "B", id=None)])
    assert [probe.id for probe in build_task_set(path, "qa").probes] == ["7", "qa-2"]


@pytest.mark.parametrize(("task", "language"), [("a b", "en"), ("", "en"), ("qa", "english")])
def test_names_that_no_probe_set_may_bear_are_told(
    tmp_path: Path, write_rows: WriteRows, task: str, language: str
) -> None:
    path = write_rows(tmp_path / "qa.jsonl", [chat("Q", "A")])
    with pytest.raises(ProbeSetError, match=repr(task) if task != "qa" else "english"):
        build_task_set(path, task, language)


def test_a_set_made_before_is_taken_as_it_is(tmp_path: Path, write_rows: WriteRows) -> None:
    rows = write_rows(tmp_path / "qa.jsonl", [chat("Q", "A"), chat("Be brief. R", "B")])
    made = build_held_out(rows, "qa").probe_set
    write_probe_set(made, tmp_path / "qa.probes.yaml")
    assert build_task_set(tmp_path / "qa.probes.yaml", "qa") == made
    with pytest.raises(ProbeSetError, match="holds out the task qa, and was given for safety"):
        build_task_set(tmp_path / "qa.probes.yaml", "safety")


def test_a_set_of_no_task_is_refused_as_held_out_rows(tmp_path: Path, probe_file: Callable[..., Path]) -> None:
    with pytest.raises(ProbeSetError, match="names no task"):
        build_task_set(probe_file(tmp_path / "mine.yaml"), "qa")


def test_repeated_prompts_are_left_out_and_told(tmp_path: Path, write_rows: WriteRows) -> None:
    rows = [
        chat("Capital of Peru?", "Lima."),
        chat(" capital  of peru?", "Lima!"),
        chat("Capital of Peru?", "A", "B", "C"),
    ]
    built = build_held_out(write_rows(tmp_path / "qa.jsonl", rows), "qa")
    assert [probe.id for probe in built.probe_set.probes] == ["qa-1", "qa-3"]
    assert (built.rows, built.repeated) == (3, (f"{tmp_path / 'qa.jsonl'}:2",))


def test_rows_that_were_trained_on_are_left_out_and_told(tmp_path: Path, write_rows: WriteRows) -> None:
    asked = "Please tell me which river flows through the old town of Prague."
    trained = write_rows(tmp_path / "train.jsonl", [chat("Other?", "A"), chat(f"Hello. {asked}", "The Vltava.")])
    rows = [chat("Is it raining?", "No."), chat(asked, "Vltava."), chat(asked + " Hm?", "Vltava.", "And?", "Yes.")]
    path = write_rows(tmp_path / "qa.jsonl", rows)
    built = build_held_out(path, "qa", training=[trained])
    assert [probe.id for probe in built.probe_set.probes] == ["qa-1"]
    assert built.overlapping == ((f"{path}:2", f"{trained}:2"), (f"{path}:3", f"{trained}:2"))
    with pytest.raises(TaskDataError, match=r"No row of .*train\.jsonl is left.*2 overlap"):
        build_held_out(trained, "qa", training=[trained])


def test_short_turns_count_only_where_they_are_all_that_the_user_says(tmp_path: Path, write_rows: WriteRows) -> None:
    trained = write_rows(tmp_path / "train.jsonl", [chat("Thanks!", "You're welcome."), chat("Which?", "This.")])
    rows = [chat("thanks", "Sure."), chat("Which?", "Both.", "Thanks!", "Gladly.")]
    built = build_held_out(write_rows(tmp_path / "qa.jsonl", rows), "qa", training=[trained])
    assert [probe.id for probe in built.probe_set.probes] == ["qa-2"]


def test_a_draw_is_seeded_and_keeps_the_order(tmp_path: Path, write_rows: WriteRows) -> None:
    path = write_rows(tmp_path / "qa.jsonl", [chat(f"Question {n}?", "A") for n in range(50)])

    def drawn(seed: int) -> list[str]:
        built = build_held_out(path, "qa", limit=9, seed=seed)
        assert built.not_drawn == 41
        return [probe.id for probe in built.probe_set.probes]

    assert drawn(1) == drawn(1) != drawn(2)
    assert drawn(1) == sorted(drawn(1), key=lambda name: int(name.removeprefix("qa-")))
    assert len(build_held_out(path, "qa", limit=99).probe_set.probes) == 50
