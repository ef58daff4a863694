"""Recorded outputs, and the command that measures them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]


@pytest.fixture
def output() -> Callable[..., Row]:
    """Make a row of recorded outputs."""

    def made(number: int, response: Any = "It may rain tomorrow, I am told.", **fields: Any) -> Row:
        return {"id": f"r{number}", "prompt": "Will it rain tomorrow?", "response": response, **fields}

    return made


@pytest.fixture
def run(cli: Callable[..., Any], tmp_path: Path) -> Callable[..., tuple[Any, list[Row]]]:
    """Measure these lines; gives how the command ended and the rows that it wrote."""

    def measure(lines: list[Row | str], *options: str) -> tuple[Any, list[Row]]:
        source, out = tmp_path / "outputs.jsonl", tmp_path / "scores.jsonl"
        told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        source.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
        outcome = cli("measure", source, "--out", out, *options)
        return outcome, _read(out) if out.exists() else []

    return measure


def _read(path: Path) -> list[Row]:
    return [json.loads(line, parse_constant=pytest.fail) for line in path.read_text(encoding="utf-8").splitlines()]
