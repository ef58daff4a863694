"""Where scores go: a whole file or none, compressed or not, or standard output."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
Row = dict[str, Any]
Output = Callable[..., Row]


def test_compressed_in_and_out(output: Output, cli: Cli, tmp_path: Path) -> None:
    source, out = tmp_path / "outputs.jsonl.gz", tmp_path / "scores.jsonl.gz"
    source.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps(output(1)).encode() + b"\r\n"))
    assert cli("measure", source, "--out", out).code == 0
    (row,) = map(json.loads, gzip.decompress(out.read_bytes()).splitlines())
    assert row["id"] == "r1"


def test_standard_input_and_output(
    output: Output, cli: Cli, monkeypatch: pytest.MonkeyPatch, spawn: Callable[..., Any]
) -> None:
    process = spawn("-m", "behaviordrift", "measure", "-", stdin=subprocess.PIPE)
    out, err = process.communicate(json.dumps(output(1)) + "\n", timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["id"] == "r1"
    assert err == ""


def test_a_target_that_cannot_be_written_is_an_error(output: Output, cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "outputs.jsonl"
    source.write_text(json.dumps(output(1)), encoding="utf-8")
    outcome = cli("measure", source, "--out", tmp_path / "gone" / "scores.jsonl")
    assert outcome.code == 2
    assert "cannot be written (No such file or directory)" in outcome.error()


def test_an_interrupted_run_leaves_no_file_under_the_final_name(
    output: Output, tmp_path: Path, spawn: Callable[..., Any]
) -> None:
    source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
    source.write_text("".join(json.dumps(output(n)) + "\n" for n in range(60_000)), encoding="utf-8")
    process = spawn("-m", "behaviordrift", "measure", source, "--out", out)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*.partial")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outputs.jsonl"]


def test_a_reader_that_has_enough_is_no_error(output: Output, tmp_path: Path, spawn: Callable[..., Any]) -> None:
    source = tmp_path / "outputs.jsonl"
    source.write_text("".join(json.dumps(output(n)) + "\n" for n in range(3000)), encoding="utf-8")
    process = spawn("-m", "behaviordrift", "measure", source)
    assert json.loads(process.stdout.readline())["id"] == "r0"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
