"""A package of its own brings a trait: installed beside behaviordrift, it is measured like ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent / "rhyme"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds the package as an installer leaves it: the code and its ``.dist-info``."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = tmp_path / "site"
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (site / "behaviordrift_rhyme").symlink_to(PACKAGE / "behaviordrift_rhyme")
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    groups = project["entry-points"].items()
    told = [f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in of.items()) for group, of in groups]
    (info / "entry_points.txt").write_text("\n".join(told), encoding="utf-8")
    return site


@pytest.fixture
def python(installed: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*arguments: str, plugin: bool = True) -> subprocess.CompletedProcess[str]:
        path = [str(ROOT), *([str(installed)] if plugin else [])]
        return subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_its_trait_is_found(python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    code = "from behaviordrift.traits import all_traits; print('rhyme' in all_traits())"
    assert python("-c", code).stdout == "True\n"
    assert python("-c", code, plugin=False).stdout == "False\n"


def test_its_measure_is_a_column(python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    verses = "The cat sat on the mat,\nand wore a hat."
    lines = [{"id": 1, "prompt": "Rhyme!", "response": verses}, {"id": 2, "prompt": "Rhyme!", "response": "No."}]
    source = tmp_path / "outputs.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = python("-m", "behaviordrift", "measure", str(source), "--traits", "length,rhyme")
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["rhymes"], first["words"]) == (1, 10)
    assert (second["rhymes"], second["reasons"]["rhymes"]) == (None, "fewer than two lines")


def test_its_failure_costs_its_own_measure_and_is_told_of_once(
    python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    source = tmp_path / "outputs.jsonl"
    line = json.dumps({"id": 1, "prompt": "Rhyme!", "response": "Roses are red,\n..."})
    source.write_text(f"{line}\n{line}\n", encoding="utf-8")
    done = python("-m", "behaviordrift", "measure", str(source), "--traits", "length,rhyme")
    assert done.returncode == 0
    for row in map(json.loads, done.stdout.splitlines()):
        assert (row["rhymes"], row["words"]) == (None, 3)
        assert row["reasons"]["rhymes"] == "rhyme failed: ValueError: a line without letters"
    assert done.stderr.count("rhyme failed") == 1
