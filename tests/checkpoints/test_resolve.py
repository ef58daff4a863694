"""From arguments to checkpoints: folders of checkpoints, trajectories, names and baselines."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import resolve
from behaviordrift.errors import UsageError


def names(*arguments: Path, **options: Any) -> list[str]:
    return [checkpoint.name for checkpoint in resolve([str(a) for a in arguments], **options).checkpoints]


@pytest.fixture
def folder(tmp_path: Path, outputs: Callable[..., Path]) -> Path:
    """A folder of three recorded checkpoints and one stranger."""
    for number, name in enumerate(("qa", "even", "safety")):
        outputs(tmp_path / "runs" / f"{name}.jsonl", [f"Reply {number}."])
    (tmp_path / "runs" / "notes.txt").write_text("not a checkpoint")
    return tmp_path / "runs"


def test_the_first_argument_is_the_baseline(folder: Path) -> None:
    lineup = resolve([str(folder / "safety.jsonl"), str(folder / "qa.jsonl")])
    assert lineup.baseline == "safety"
    assert [c.name for c in lineup.checkpoints] == ["safety", "qa"]


@pytest.mark.parametrize("wanted", ["qa", "PATH"])
def test_a_baseline_is_found_by_name_or_path(folder: Path, wanted: str) -> None:
    wanted = str(folder / "qa.jsonl") if wanted == "PATH" else wanted
    assert resolve([str(folder / "even.jsonl"), str(folder / "qa.jsonl")], baseline=wanted).baseline == "qa"


def test_an_unknown_baseline_lists_the_known(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"No checkpoint is named nobody.* even, qa"):
        resolve([str(folder / "even.jsonl"), str(folder / "qa.jsonl")], baseline="nobody")


def test_a_folder_of_checkpoints_needs_a_named_baseline(folder: Path) -> None:
    with pytest.raises(UsageError, match="--baseline even"):
        resolve([str(folder)])
    lineup = resolve([str(folder)], baseline="qa")
    assert [c.name for c in lineup.checkpoints] == ["even", "qa", "safety"]
    assert lineup.baseline == "qa"


def test_an_empty_folder_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no checkpoint at"):
        resolve([str(tmp_path)], baseline="x")


def test_equal_names_get_their_folders(tmp_path: Path, outputs: Callable[..., Path]) -> None:
    first = outputs(tmp_path / "mon" / "out.jsonl", ["One."])
    second = outputs(tmp_path / "tue" / "out.jsonl", ["Two."])
    assert names(first, second) == ["mon/out", "tue/out"]


def test_the_same_checkpoint_twice_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="Two checkpoints bear the name"):
        resolve([str(folder / "qa.jsonl")] * 2)


def test_a_trajectory_is_taken_only_when_asked_and_in_order_of_steps(zoo: Any, tmp_path: Path) -> None:
    run = shutil.copytree(zoo.a, tmp_path / "run")
    for step in (100, 20, 3):
        shutil.copytree(zoo.a, run / f"checkpoint-{step}")
    assert names(run) == ["run"]
    assert names(run, trajectory=True) == ["run/checkpoint-3", "run/checkpoint-20", "run/checkpoint-100", "run"]


def test_a_folder_of_steps_alone_keeps_the_order_of_steps(zoo: Any, tmp_path: Path) -> None:
    for step in (100, 20, 3):
        shutil.copytree(zoo.a, tmp_path / "run" / f"checkpoint-{step}")
    found = names(tmp_path / "run", baseline="run/checkpoint-3")
    assert found == ["run/checkpoint-3", "run/checkpoint-20", "run/checkpoint-100"]


def test_a_study_file_stands_alone(folder: Path, study_file: Callable[..., Path]) -> None:
    file = study_file(folder / "study.yaml", checkpoints=[{"path": "qa.jsonl"}])
    with pytest.raises(UsageError, match="stands alone"):
        resolve([str(file), str(folder / "even.jsonl")])
