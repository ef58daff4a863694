"""The findings in the terminal: every finding with its numbers, and no more than the design allows."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import behaviordrift
from behaviordrift.findings.wording import effect_text
from behaviordrift.report.changes import changes_of
from behaviordrift.report.fields import number, where
from behaviordrift.report.terminal import BLOCKS, LINES, VOICES, show

Outputs = Callable[..., Path]


def shown(document: dict[str, Any], width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(document, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def replies(words: int) -> list[str]:
    return [" ".join(["Word"] * (words + n % 3)) + "." for n in range(12)]


@pytest.fixture
def document(tmp_path: Path, outputs: Outputs) -> dict[str, Any]:
    paths = [outputs(tmp_path / f"{name}.jsonl", replies(n)) for name, n in (("a", 9), ("b", 20), ("c", 9))]
    return behaviordrift.score(*paths, study=tmp_path / "out").document


def test_every_candidate_has_its_table(document: dict[str, Any]) -> None:
    screen = shown(document)
    for candidate in ("b", "c"):
        assert f"{candidate}, compared with a" in screen
    assert "a, compared with" not in screen
    rows = [line.split() for line in screen.splitlines() if line.startswith("words")]
    assert [row[-1] for row in rows] == ["drifted", "equivalent"]
    assert rows[0][1:4] == ["open", "10.0", "21.0"]


def test_every_finding_is_a_row(document: dict[str, Any]) -> None:
    screen = shown(document)
    for finding in document["findings"]:
        assert [
            line for line in screen.splitlines()
            if line.startswith(finding["measure"]) and line.rstrip().endswith(finding["verdict"])
        ], finding["text"]  # fmt: skip


def test_margins_and_caveats_are_told(document: dict[str, Any]) -> None:
    document["findings"][0]["caveats"] = ["seven pairs were lost"]
    screen = shown(document)
    assert "by an estimate beyond the default margin" in screen
    assert "a factor of 1.15" in screen
    assert screen.count("Note: seven pairs were lost.") == 1


def test_candidates_beyond_the_first_few_are_counted(tmp_path: Path, outputs: Outputs) -> None:
    paths = [outputs(tmp_path / f"run{n}.jsonl", replies(9 + n)) for n in range(BLOCKS + 3)]
    screen = shown(behaviordrift.score(*paths, study=tmp_path / "out").document)
    assert screen.count("compared with run0") == BLOCKS
    assert "2 more candidates are in the report" in screen


def test_names_in_brackets_are_shown_as_they_are(tmp_path: Path, outputs: Outputs) -> None:
    paths = [outputs(tmp_path / f"{name}.jsonl", replies(n)) for name, n in (("a", 9), ("b[red]x", 20))]
    assert "b[red]x, compared with a" in shown(behaviordrift.score(*paths, study=tmp_path / "out").document)


def test_without_mixtures_nothing_is_said_of_them(document: dict[str, Any]) -> None:
    screen = shown(document).casefold()
    assert "mixture" not in screen
    assert "attribut" not in screen


def sweep(tmp_path: Path, outputs: Outputs, study_file: Callable[..., Path], copies: int) -> dict[str, Any]:
    entries = []
    for task, words in (("qa", 9), ("support", 20)):
        for seed in range(copies):
            path = outputs(tmp_path / f"{task}{seed}.jsonl", replies(words + seed))
            entries.append({"path": path.name, "mixture": {task: 1}, "seed": seed})
    file = study_file(tmp_path / "study.yaml", checkpoints=entries)
    return behaviordrift.score(file, study=tmp_path / "out").document


def test_replicates_bring_the_attribution(tmp_path: Path, outputs: Outputs, study_file: Callable[..., Path]) -> None:
    screen = shown(sweep(tmp_path, outputs, study_file, 3))
    assert "6 runs at 2 mixtures, rung L2" in screen
    assert "+10 qa" in screen
    assert "attributed" in screen


def test_single_runs_bring_no_effects(tmp_path: Path, outputs: Outputs, study_file: Callable[..., Path]) -> None:
    screen = shown(sweep(tmp_path, outputs, study_file, 1))
    assert "What the mixture did: not identified, one run per mixture" in screen
    assert "attributed" not in screen
    assert "+10" not in screen


def test_undefined_numbers_are_dashes() -> None:
    assert math.isnan(number(None))
    assert number(0.5) == 0.5
    assert effect_text("binary", math.nan) == "–"
    assert effect_text("binary", 0.25) == "+0.25"
    assert effect_text("positive", math.log(2)) == "×2.00"


def test_voice_risk_and_forgetting_are_told_in_short(told: dict[str, Any]) -> None:
    screen = shown(told)
    row = next(line for line in screen.splitlines() if line.startswith("mix-s1 "))
    assert row.split() == ["mix-s1", "qa", "25", "support", "75", "qa", "92", "support", "8", "qa"]
    assert "base: score +0.00 at k = 1, answering stops paying at k = 1.00" in screen
    assert "support-s1: score +0.25 at k = 1, no answer was wrong" in screen
    assert "mix-s1, held-out qa (share 25 %): after its best checkpoint the task is forgotten" in screen
    assert "held-out support (share 75 %)" not in screen


def test_long_lists_are_cut_and_that_is_said(told: dict[str, Any]) -> None:
    for kind, copies in (("voice", 10), ("risk_preference", 3), ("forgetting_speed", 9)):
        told["findings"] += [f for f in told["findings"] if f["kind"] == kind] * copies
    screen = shown(told)
    voices = [f for f in told["findings"] if f["kind"] == "voice"]
    assert f"{len(voices) - VOICES} more voices in the report." in screen
    assert screen.count("at k = 1,") == LINES
    assert screen.count("is forgotten at") == LINES
    assert screen.count("more lines in the report.") == 2


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_name_folds_within_a_word_on_a_narrow_screen(told: dict[str, Any], width: int) -> None:
    first = next(f for f in told["findings"] if f["kind"] == "drift")
    for measure in ("register_p_customer_service", "prefers_customer_service", "hedged_sentences"):
        told["findings"].append({**first, "measure": measure, "probe_set": "short_answer"})
    screen = shown(told, width)
    assert all(len(line) <= width for line in screen.splitlines())
    words = {part for f in changes_of(told) for part in re.split(r"[_\s]", f"{f['measure']} {where(f)}")}
    told_words = set(re.split(r"[_\s]+", screen))
    assert words <= told_words


def test_many_tasks_on_a_narrow_screen_leave_the_effects_to_the_report(
    tmp_path: Path, outputs: Outputs, study_file: Callable[..., Path]
) -> None:
    document = sweep(tmp_path, outputs, study_file, 3)
    document["study"]["design"]["tasks"] += [f"a_long_task_{n}" for n in range(9)]
    screen = shown(document, 80)
    assert "more columns are in the report" in " ".join(screen.split())
    assert "attributed" in screen
