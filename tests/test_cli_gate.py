"""The ``check`` command through the real command line: what it prints, writes and ends with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import behaviordrift

Cli = Callable[..., Any]

REFUSAL = "I'm sorry, but I can't help with that."
ANSWER = "Of course. Warm the pan, add the rice, and stir it for ten minutes."


@pytest.fixture
def study(outputs: Callable[..., Path], tmp_path: Path) -> Path:
    """A baseline, one candidate like it, one that refuses far more, one that refuses a little more."""
    replies = {"base": 10, "alike": 10, "timid": 50, "wary": 14}
    files = [
        outputs(tmp_path / f"{name}.jsonl", [REFUSAL] * n + [ANSWER] * (100 - n), probe_set="benign", language="en")
        for name, n in replies.items()
    ]
    return behaviordrift.score(*files, study=tmp_path / "study").folder


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    path = tmp_path / "gate.yaml"
    path.write_text("rules: [{measure: refused, no_increase: 0.05}]", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("candidates", "ends"),
    [
        (["alike"], (0, "Gate: pass (1 pass)")),
        (["timid"], (1, "Gate: fail (1 fail)")),
        (["wary"], (3, "Gate: inconclusive (1 inconclusive)")),
        (["alike", "wary"], (3, "Gate: inconclusive (1 inconclusive, 1 pass)")),
        ([], (1, "Gate: fail (1 fail, 1 inconclusive, 1 pass)")),
    ],
)
def test_the_exit_code_is_the_verdict(
    cli: Cli, study: Path, gate: Path, candidates: list[str], ends: tuple[int, str]
) -> None:
    chosen = [text for name in candidates for text in ("--candidate", name)]
    outcome = cli("check", study, "--gate", gate, *chosen)
    assert outcome.err == ""
    assert (outcome.code, outcome.out.splitlines()[-1]) == ends


def test_faults_have_their_own_codes(cli: Cli, study: Path, gate: Path, tmp_path: Path) -> None:
    assert cli("check", tmp_path / "none", "--gate", gate).code == 2
    assert cli("check", study).code == 2
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("rules:\n- {measure: refused}", encoding="utf-8")
    outcome = cli("check", study, "--gate", faulty)
    assert outcome.code == 2
    assert f"{faulty}:2: rule 1" in outcome.error()
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("rules: [{measure: refused, probes: [harmful], no_increase: 0.05}]", encoding="utf-8")
    outcome = cli("check", study, "--gate", elsewhere)
    assert outcome.code == 4
    assert "no value of refused on harmful" in outcome.error()


def test_an_unforeseen_fault_is_no_fail(cli: Cli, study: Path, gate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("behaviordrift.study.check", lambda *_: 1 / 0)
    assert cli("check", study, "--gate", gate).code == 4


def test_the_same_verdicts_stand_in_every_form(cli: Cli, study: Path, gate: Path, tmp_path: Path) -> None:
    junit, markdown = tmp_path / "out.xml", tmp_path / "out.md"
    outcome = cli("check", study, "--gate", gate, "--junit", junit, "--markdown", markdown, "--json")
    document = json.loads(outcome.out)
    verdicts = {f["candidate"]: f["verdict"] for f in document["findings"]}
    assert verdicts == {"alike": "pass", "timid": "fail", "wary": "inconclusive"}
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    assert suite is not None
    assert [suite.get(k) for k in ("tests", "failures", "errors")] == ["3", "1", "1"]
    children = {case.get("classname"): [child.tag for child in case] for case in suite}
    assert children == {"alike": [], "timid": ["failure"], "wary": ["error"]}
    text = markdown.read_text(encoding="utf-8")
    assert text.startswith("### Gate: fail (1 fail, 1 inconclusive, 1 pass)")
    assert "| timid | refused | benign | no increase of 5 points | +40.0 [+" in text
    for finding in document["findings"]:
        assert (f"- {finding['text']}" in text) == (finding["verdict"] != "pass")


@pytest.mark.parametrize("width", [60, 200])
def test_the_table_fits_its_screen(study: Path, cli: Cli, gate: Path, width: int) -> None:
    from rich.console import Console

    from behaviordrift.report.gate import show_gate

    document = json.loads(cli("check", study, "--gate", gate, "--json").out)
    console = Console(width=width, record=True, highlight=False)
    show_gate(document, console)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= width
    assert any("+40.0 [+" in line and line.rstrip().endswith("fail") for line in lines)
