"""The evaluation command: tables beside goals, absent sets skipped, faulty ones named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from behaviordrift.traits import evaluate
from behaviordrift.traits.labels import modules
from behaviordrift.traits.labels.check import Check


def _check(gold: Path) -> list[Check]:
    labels = (gold / "set.txt").read_text(encoding="utf-8").split()
    return [
        Check(
            "rhyme",
            "a set of verses",
            "en",
            ("accuracy", "f1"),
            labels,
            [f"poem {n}" for n in range(len(labels))],
            {"shipped": ["yes"] * len(labels), "a rule": labels},
            positive="yes",
            goals={("shipped", "accuracy"): 0.9, ("a rule", "f1"): 0.9},
            baselines={("a published list", "f1"): 0.5},
        )
    ]


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put these functions in the place of the traits' modules."""

    def put(**functions: Callable[[Path], Any]) -> None:
        monkeypatch.setattr(modules, "_defining", lambda function: iter(functions.items()))

    return put


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set.txt").write_text("yes yes no yes no yes", encoding="utf-8")
    return tmp_path


def test_a_table_stands_beside_goals_and_baselines(
    bring: Callable[..., None], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(rhyme=_check)
    assert evaluate.main(["--gold", str(folder)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "rhyme (en): a set of verses" in lines
    assert any(line.startswith("6 rows in 6 groups: poem 0") for line in lines)
    assert any(line.startswith("shipped accuracy .667") and line.endswith("≥ .900 not met") for line in lines)
    assert any(line.startswith("a rule F1 1.000") and line.endswith("≥ .900 met") for line in lines)
    assert "a published list F1 .500 not computed here" in lines


def test_the_markdown_is_a_table(bring: Callable[..., None], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring(rhyme=_check)
    assert evaluate.main(["--gold", str(folder), "--markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### rhyme (en): a set of verses\n")
    assert len({line.count("|") for line in out.splitlines() if line.startswith("|")}) == 1


def test_an_absent_set_is_skipped(bring: Callable[..., None], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def absent(gold: Path) -> list[Check]:
        (gold / "verses.jsonl").read_text(encoding="utf-8")
        return []

    bring(metre=absent, rhyme=_check)
    assert evaluate.main(["--gold", str(folder)]) == 0
    told = capsys.readouterr()
    assert told.err == f"skipped: {folder / 'verses.jsonl'} is absent\n"
    assert "rhyme" in told.out


def test_a_set_that_cannot_be_read_is_an_error(
    bring: Callable[..., None], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "set.txt").write_bytes(b"\xff\xfe")
    bring(rhyme=_check)
    assert evaluate.main(["--gold", str(folder)]) == 2
    assert "labelled set of rhyme" in capsys.readouterr().err


def test_an_empty_folder_is_an_error(
    bring: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(rhyme=_check)
    assert evaluate.main(["--gold", str(tmp_path)]) == 4
    assert "could be checked" in capsys.readouterr().err


def test_an_unknown_trait_and_an_absent_folder_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main(["--gold", str(tmp_path), "--trait", "rhyme"]) == 2
    assert "No trait rhyme has checks" in capsys.readouterr().err
    assert evaluate.main(["--gold", str(tmp_path / "gone")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_the_command_stands_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "behaviordrift.traits.evaluate", "--gold", str(tmp_path / "gone")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: There is no folder")


def test_only_modules_with_that_function_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"degeneration": SimpleNamespace(checks=list), "linear_fit": SimpleNamespace()}
    monkeypatch.setattr(
        modules.importlib,
        "import_module",
        lambda name: found.get(name.rpartition(".")[2], SimpleNamespace(__name__="labels", __path__=[])),
    )
    monkeypatch.setattr(modules.pkgutil, "iter_modules", lambda path: [SimpleNamespace(name=name) for name in found])
    assert list(modules.modules_with("checks")) == ["degeneration"]
