"""The fitting command: weights written as fitted, and compared without being written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from behaviordrift.traits import fit
from behaviordrift.traits.labels import modules
from behaviordrift.traits.labels.linear_fit import fit_linear
from behaviordrift.traits.reading.linear import LinearModel

Run = Callable[..., int]


def _weights(gold: Path) -> Mapping[str, LinearModel]:
    rows = [line.split() for line in (gold / "set.txt").read_text(encoding="utf-8").splitlines()]
    truth, grams = [row[0] for row in rows], [row[1:] for row in rows]
    return {"en/rhyme": fit_linear(grams, [{} for _ in rows], truth, {"data": "a test"})}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    (tmp_path / "set.txt").write_text("yes cat hat\nno cat dog\n" * 9, encoding="utf-8")
    monkeypatch.setattr(fit, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr(modules, "_defining", lambda function: iter({"rhyme": _weights}.items()))
    return lambda *options: fit.main(["--gold", str(tmp_path), *options])


def test_weights_are_written_and_then_the_same(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert (tmp_path / "weights/en/rhyme.json").is_file()
    assert "new: en/rhyme" in capsys.readouterr().out
    assert run("--check") == 0
    assert run() == 0
    assert capsys.readouterr().out == "same: en/rhyme\n" * 2


def test_a_check_names_what_differs_and_writes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    file = tmp_path / "weights/en/rhyme.json"
    file.write_text(file.read_text(encoding="utf-8").replace("a test", "another"), encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    assert run("--check") == 1
    assert "differs: en/rhyme" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == before
    assert run() == 0
    assert "changed: en/rhyme" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") != before


def test_a_check_of_weights_that_never_were_fails(run: Run, tmp_path: Path) -> None:
    assert run("--check") == 1
    assert not (tmp_path / "weights").exists()


def test_an_absent_set_is_an_error(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set.txt").unlink()
    assert run() == 2
    assert "weights of rhyme cannot be fitted" in capsys.readouterr().err
