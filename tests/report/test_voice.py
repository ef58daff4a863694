"""The part on voice: what was heard beside what was trained with, and the main task only where there is one."""

from __future__ import annotations

import re
from typing import Any

from behaviordrift.report.voice import voice_section, voices


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    section = voice_section(document)
    assert section is not None
    return {row["finding"]["candidate"]: row for row in section["rows"]}


def test_heard_shares_stand_beside_those_of_training(told: dict[str, Any]) -> None:
    row = by_name(told)["mix-s1"]
    assert row["nominal"] == "qa 25 support 75"
    assert row["main"].meaning == "qa"
    assert [cell["heard"] for cell in row["cells"]] == ["92 %", "8 %"]
    assert row["loudest"] == 0


def test_a_checkpoint_of_unknown_training_has_no_main_task(told: dict[str, Any]) -> None:
    row = by_name(told)["base"]
    assert row["main"] is None
    assert row["nominal"] == "mixture not known"


def test_pure_checkpoints_are_the_measure_and_not_measured(told: dict[str, Any]) -> None:
    assert not {"qa-s1", "support-s1"} & set(by_name(told))


def test_there_is_a_drawing_for_each_mixture_with_a_mark_for_each_task(told: dict[str, Any]) -> None:
    section = voice_section(told)
    assert section is not None
    captions = [drawing.caption for drawing in section["drawings"]]
    assert captions == ["Mixture not known", "Trained with qa 25 support 75"]
    unknown, mixed = (drawing.svg for drawing in section["drawings"])
    assert unknown.count("<use") == 2
    assert mixed.count("<use") == 2 * 4
    assert ">main task qa<" in mixed
    assert ">no main task<" in unknown
    assert {"--task-0", "--task-1"} <= set(re.findall(r"--[\w-]+", mixed))


def test_voices_that_cannot_be_told_apart_show_no_shares(told: dict[str, Any]) -> None:
    for finding in told["findings"]:
        if finding["kind"] == "voice":
            finding["verdict"] = "unidentified"
    section = voice_section(told)
    assert section is not None
    assert section["drawings"] == []
    assert all(cell is None for row in section["rows"] for cell in row["cells"])
    assert all(voice.main is None for voice in voices(told))


def test_without_voices_there_is_no_part(told: dict[str, Any]) -> None:
    told["findings"] = [f for f in told["findings"] if f["kind"] != "voice"]
    assert voice_section(told) is None


def test_the_page_says_how_voice_is_measured(page: str) -> None:
    assert '<a href="#voice">Voice</a>' in page
    part = page[page.index('<section id="voice"') : page.index('<section id="risk"')]
    assert "it was right 100 % of the time" in part
    assert "the nearest of theirs" in part
    assert "no main task" in part
