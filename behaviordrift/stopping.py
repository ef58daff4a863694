"""Generate stage by stage, look, and stop once every rule of a gate is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from behaviordrift.findings.gate import RulePairs, rule_pairs
from behaviordrift.findings.gate_sequence import all_decided, planned_pairs, refuse_unbounded
from behaviordrift.gates import GateFile
from behaviordrift.generation.engine import Engine
from behaviordrift.generation.stages import Stage, Stages
from behaviordrift.generation.work import Batch, carry_out
from behaviordrift.statistics import sequential_verdict
from behaviordrift.store import PlanRow, Store
from behaviordrift.traits.scoring import score_frame


@dataclass(frozen=True)
class Stopping:
    """When a study stops: its stages, and the rules that are to be decided for every candidate."""

    stages: tuple[Stage, ...]
    rules: Sequence[RulePairs]
    baseline: str
    candidates: Sequence[str]


def plan_stopping(gate: GateFile, planned: Stages, meta: dict[str, Any]) -> tuple[Stopping, dict[str, Any]]:
    """The rules on the planned probe sets, and what the study tells of its stopping before anything is asked.

    Raises:
        UsageError: the measure of a rule has no bounds, which bets need.
        MeasurementError: a rule holds on nothing that is planned.
    """
    refuse_unbounded(gate)
    sets, baseline = meta["probe_sets"], meta["study"]["baseline"]
    rules = rule_pairs(gate, planned_pairs(sets), {s["name"]: s["traits"] for s in sets})
    candidates = [c["name"] for c in meta["checkpoints"] if c["name"] != baseline]
    clusters = sum(stage.clusters for stage in planned.stages)
    told = {
        "gate": gate.digest,
        "order": planned.order,
        "clusters": clusters,
        "asked": clusters,
        "stopped_early": False,
    }
    return Stopping(planned.stages, rules, baseline, candidates), told


def too_few_clusters(stopping: Stopping) -> list[str]:
    """The rules that cannot pass even if no reply differs, each with the clusters that it has."""
    clusters: dict[str, set[str]] = {}
    for row in (row for stage in stopping.stages for row in stage.rows):
        clusters.setdefault(row.probe_set, set()).add(row.cluster)
    return [
        f"{rule.measure} on {pair.where} ({len(clusters[pair.probe_set])} probe clusters)"
        for rule, pairs in stopping.rules
        for pair in pairs
        if sequential_verdict([0.0] * len(clusters[pair.probe_set]), None, rule.rule, rule.margin).decided_at is None
    ]


def generate_until_decided(
    stopping: Stopping, engine: Engine, store: Store, on_batch: Callable[[Batch, bool], None]
) -> list[Stage]:
    """Do one stage after the other, and return those that were asked when every rule was decided, or all.

    What other processes or earlier runs have done beyond a stage is not looked at, so where it stops depends on the
    replies alone.
    """
    traits = {pair.trait for _, pairs in stopping.rules for pair in pairs}
    asked: list[Stage] = []
    seen: list[pd.DataFrame] = []
    for stage in stopping.stages:
        carry_out(stage.batches, engine, store, on_batch)
        asked.append(stage)
        seen.append(score_frame(_outputs_of(stage, store), traits))
        if all_decided(pd.concat(seen), stopping.rules, stopping.baseline, stopping.candidates):
            break
    return asked


def stopped_at(asked: Sequence[Stage], meta: dict[str, Any]) -> tuple[list[PlanRow], dict[str, Any]]:
    """The plan and the meta of a study that asked these stages alone."""
    study = meta["study"]
    clusters = sum(stage.clusters for stage in asked)
    told = {**study["stopping"], "asked": clusters, "stopped_early": clusters < study["stopping"]["clusters"]}
    return [row for stage in asked for row in stage.rows], {**meta, "study": {**study, "stopping": told}}


def _outputs_of(stage: Stage, store: Store) -> pd.DataFrame:
    wanted = {(row.name, row.probe_set, row.cluster) for row in stage.rows}
    outputs = store.outputs()
    keys = zip(outputs["name"], outputs["probe_set"], outputs["cluster"], strict=True)
    return outputs[[key in wanted for key in keys]]
