"""The gate's document: the one source of the table, JUnit and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from behaviordrift.errors import UsageError
from behaviordrift.findings.gate import gate_findings, rule_pairs
from behaviordrift.findings.gate_sequence import planned_pairs, sequence_findings
from behaviordrift.findings.pairs import present_pairs
from behaviordrift.gates import GateFile
from behaviordrift.statistics import gate_outcome
from behaviordrift.store import Store

SCHEMA = "behaviordrift/gate/1"


def make_gate_document(store: Store, gate: GateFile, candidates: Sequence[str]) -> dict[str, Any]:
    """What a gate says of a study whose outputs are scored; by bets where the study was asked until it was decided.

    Args:
        store: an opened study with outputs and scores.
        gate: the rules.
        candidates: the checkpoints that must meet them.

    Raises:
        UsageError: the study stopped early, once another gate was decided.
        MeasurementError: a rule holds nowhere in the study, or a candidate shares no judged outputs with the baseline.
    """
    study, sets, scores = store.meta("study"), store.meta("probe_sets"), store.scores()
    traits_of_set = {s["name"]: s["traits"] for s in sets}
    stopping = study.get("stopping")
    in_sequence = stopping is not None and stopping["gate"] == gate.digest
    if stopping is not None and stopping["stopped_early"] and not in_sequence:
        raise UsageError(
            "The study stopped early, once another gate was decided, and cannot answer this one.",
            "Name that gate, or score again without --until-decided.",
        )
    if in_sequence:
        rules = rule_pairs(gate, planned_pairs(sets), traits_of_set)
        findings = sequence_findings(scores, rules, study["baseline"], candidates)
    else:
        rules = rule_pairs(gate, present_pairs(scores), traits_of_set)
        findings = gate_findings(scores, rules, study["baseline"], candidates)
    verdict = gate_outcome([finding.verdict.upper() for finding in findings])  # type: ignore[misc]
    return {
        "schema": SCHEMA,
        "study": study,
        "gate": {**gate.model_dump(mode="json", exclude_none=True), "digest": gate.digest},
        "in_sequence": in_sequence,
        "candidates": list(candidates),
        "verdict": verdict.lower(),
        "findings": [finding.as_json() for finding in findings],
    }
