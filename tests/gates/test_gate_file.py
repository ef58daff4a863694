"""Gate files: what may stand in them, and what is said of those that are faulty."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from behaviordrift.errors import GateError
from behaviordrift.gates import read_gate

DESIGNED = """
rules:
  - measure: refused
    probes: [benign]
    no_increase: 0.05
  - measure: words
    equivalent: {ratio: 1.15}
  - measure: task_score
    task: qa
    no_decrease: {within: 0.03}
"""


def gate_file(folder: Path, text: str) -> Path:
    path = folder / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_and_margins_are_read(tmp_path: Path) -> None:
    rules = read_gate(gate_file(tmp_path, DESIGNED)).rules
    assert [(r.measure, r.rule) for r in rules] == [
        ("refused", "no_increase"), ("words", "equivalent"), ("task_score", "no_decrease"),
    ]  # fmt: skip
    assert [r.margin for r in rules] == pytest.approx([0.05, math.log(1.15), 0.03])
    assert (rules[0].probes, rules[1].probes, rules[2].task) == (("benign",), None, "qa")


def test_the_digest_follows_the_rules_alone(tmp_path: Path) -> None:
    first = read_gate(gate_file(tmp_path, DESIGNED)).digest
    assert read_gate(gate_file(tmp_path, f"# a comment\n{DESIGNED}")).digest == first
    assert read_gate(gate_file(tmp_path, DESIGNED.replace("0.05", "0.06"))).digest != first


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("rules: []", 1, "rules: the list is empty"),
        ("rules:\n- {measure: refused}", 2, "rule 1: give one of `no_increase`, `no_decrease`, `equivalent`"),
        ("rules:\n- {measure: refused, no_increase: 0.1, no_decrease: 0.1}", 2, "rule 1: give one of"),
        ("rules:\n- measure: refused\n  no_increase: 0", 3, "rule 1.no_increase: Input should be greater than 0"),
        ("rules:\n- measure: refused\n  no_increase: .nan", 3, "rule 1.no_increase: Input should be"),
        ("rules:\n- measure: refused\n  no_increase: {within: 0.1, ratio: 2}", 3, "give either `within` or `ratio`"),
        ("rules:\n- measure: words\n  equivalent: {ratio: 1}", 3, "rule 1.equivalent.ratio: Input should be greater"),
        ("rules:\n- measure: words\n  no_increase: 0.05", 3, "rule 1 (words): it is compared as a ratio"),
        ("rules:\n- measure: refused\n  no_increase: {ratio: 1.5}", 3, "rule 1 (refused): it is compared as a diff"),
        ("rules:\n- measure: refused\n  no_increase: 5", 3, "rule 1 (refused): it lies between 0 and 1"),
        ("rules:\n- measure: register\n  equivalent: 0.1", 2, "rule 1 (register): labels have no margin"),
        ("rules:\n- measure: refuses\n  no_increase: 0.1", 2, "there is no measure 'refuses'"),
        ("rules:\n- measure: refused\n  probe: [benign]\n  no_increase: 0.1", 3, "rule 1.probe: there is no such"),
        ("rules:\n- measure: refused\n  probes: [a]\n  task: b\n  no_increase: 0.1", 2, "`probes` or `task`, not both"),
        ("rules: {measure: refused, no_increase: 0.1}", 1, "rules: a list is needed"),
        ("rules:\n- measure: refused\n  probes: benign\n  no_increase: 0.1", 3, "rule 1.probes: a list is needed"),
        ("rules:\n- measure: [refused\n", 3, "not valid YAML"),
        ("", 1, "the file: fields with names are needed"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_rule_and_fix(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = gate_file(tmp_path, text)
    with pytest.raises(GateError) as info:
        read_gate(path)
    assert info.value.exit_code == 2
    assert info.value.problem.startswith(f"{path}:{line}: ")
    assert told in info.value.problem
    assert info.value.fix


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"none\.yaml cannot be read: No such file"):
        read_gate(tmp_path / "none.yaml")
