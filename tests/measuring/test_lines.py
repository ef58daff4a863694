"""Reading recorded outputs: what cannot be read is told, and costs no older file."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"id": 1, "prompt": "caf\xe9", "response": "x"}\n', "is not UTF-8"),
        ('{"id": 1}'.encode("utf-16"), "is not UTF-8"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(cli: Cli, tmp_path: Path, content: bytes | None, told: str) -> None:
    source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
    if content is not None:
        source.write_bytes(content)
    out.write_text("older\n", encoding="utf-8")
    outcome = cli("measure", source, "--out", out)
    assert outcome.code == 2
    assert told in outcome.error()
    assert out.read_text(encoding="utf-8") == "older\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"outputs.jsonl", "scores.jsonl"}


def test_a_damaged_gz_is_an_error(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "outputs.jsonl.gz"
    source.write_bytes(gzip.compress(os.urandom(4000))[:-20])
    assert cli("measure", source, "--out", tmp_path / "out.jsonl").code == 2
    assert not (tmp_path / "out.jsonl").exists()


def test_an_empty_file_gives_an_empty_file(run: Callable[..., Any], tmp_path: Path) -> None:
    outcome, rows = run([])
    assert outcome.code == 0
    assert "holds no rows" in outcome.err
    assert rows == []
    assert (tmp_path / "scores.jsonl").read_bytes() == b""
