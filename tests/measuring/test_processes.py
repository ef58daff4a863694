"""Chunks over several processes: in order, and never all in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.measuring import file, lines, processes
from behaviordrift.measuring.file import measure_file

Row = dict[str, Any]
Output = Callable[..., Row]


def test_many_rows_stay_in_order_over_processes(
    output: Output, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "CHUNK_ROWS", 7)
    rows_in: list[Row | str] = [output(n, "word " * (1 + n % 5) + "here.") for n in range(200)]
    rows_in[100] = "broken"
    outcome, rows = run(rows_in, "--traits", "length")
    assert [row["id"] for row in rows] == [f"r{n}" if n != 100 else None for n in range(200)]
    assert [row["words"] for row in rows if row["id"]] == [2 + n % 5 for n in range(200) if n != 100]
    assert rows[100]["line"] == 101
    assert "1 of 200 rows" in outcome.err


def test_the_input_is_never_all_in_memory(output: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read = 0

    def endless(_: Path) -> Any:
        nonlocal read
        for number in range(1, 5001):
            read = number
            yield number, json.dumps(output(number))

    monkeypatch.setattr(file, "read_lines", endless)
    monkeypatch.setattr(lines, "CHUNK_ROWS", 10)
    ahead: list[int] = []
    done = 0

    def on_rows(rows: int) -> None:
        nonlocal done
        done += rows
        ahead.append(read - done)

    measure_file(Path("x"), tmp_path / "out.jsonl", ["length"], on_rows)
    assert done == 5000
    assert max(ahead) <= 10 * (processes.AHEAD * processes.MOST_PROCESSES + 2)
