"""May this checkpoint ship? Every rule of a gate on every candidate, paired with the baseline by probe cluster."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from behaviordrift.errors import MeasurementError
from behaviordrift.findings.caveats import comparison_caveats, degenerate_shares
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.pairs import (
    MISSING_SHARE,
    Pair,
    Paired,
    cluster_differences,
    compare,
    kind_of,
    level,
    paired_rows,
    present_pairs,
    primary_pairs,
)
from behaviordrift.findings.wording import RATIO_KINDS
from behaviordrift.findings.wording_gate import gate_sentence
from behaviordrift.gates import GateFile, GateRule
from behaviordrift.statistics import Estimate, GateResult, Rule, gate_outcome, gate_verdict
from behaviordrift.store import Store

SCHEMA = "behaviordrift/gate/1"


@dataclass(frozen=True)
class GateFinding(Finding):
    """A finding of kind "gate": `verdict` is "pass", "fail" or "inconclusive" on `rule` with `margin`.

    To pass, every rule is tested at 5 % without a correction (intersection-union), so `p_adj` is undefined; `p` is
    that of no change at all and decides nothing.
    """

    rule: Rule = "equivalent"


class RulePairs(NamedTuple):
    """A rule, and the measure on each probe set where it holds."""

    rule: GateRule
    pairs: tuple[Pair, ...]


def make_gate_document(store: Store, gate: GateFile, candidates: Sequence[str]) -> dict[str, Any]:
    """What a gate says of a study whose outputs are scored.

    Args:
        store: an opened study with outputs and scores.
        gate: the rules.
        candidates: the checkpoints that must meet them.

    Raises:
        MeasurementError: a rule holds nowhere in the study, or a candidate shares no judged outputs with the baseline.
    """
    study, scores = store.meta("study"), store.scores()
    traits_of_set = {s["name"]: s["traits"] for s in store.meta("probe_sets")}
    findings = gate_findings(scores, rule_pairs(gate, scores, traits_of_set), study["baseline"], candidates)
    verdict = gate_outcome([finding.verdict.upper() for finding in findings])  # type: ignore[misc]
    return {
        "schema": SCHEMA,
        "study": study,
        "gate": {**gate.model_dump(mode="json", exclude_none=True), "digest": gate.digest},
        "candidates": list(candidates),
        "verdict": verdict.lower(),
        "findings": [finding.as_json() for finding in findings],
    }


def rule_pairs(gate: GateFile, scores: pd.DataFrame, traits_of_set: dict[str, Sequence[str]]) -> list[RulePairs]:
    """Where each rule holds: on the probe sets or the task that it names, else on all that the measure was made for.

    Raises:
        MeasurementError: the study has no value of a rule's measure where the rule holds.
    """
    present, primary = present_pairs(scores), primary_pairs(scores, traits_of_set)
    return [
        RulePairs(rule, tuple(_pairs_of(rule, number, present, primary))) for number, rule in enumerate(gate.rules, 1)
    ]


def _pairs_of(rule: GateRule, number: int, present: Sequence[Pair], primary: Sequence[Pair]) -> Iterator[Pair]:
    mine = [pair for pair in (present if rule.probes or rule.task else primary) if pair.measure.name == rule.measure]
    if rule.task is not None:
        wanted = [f"task {rule.task}"]
        found = {wanted[0]: [pair for pair in mine if pair.task == rule.task]}
    elif rule.probes is not None:
        wanted = list(rule.probes)
        found = {name: [pair for pair in mine if pair.probe_set == name] for name in wanted}
    else:
        wanted = ["any probe set that it was made for"]
        found = {wanted[0]: mine}
    for place in wanted:
        if not found[place]:
            raise MeasurementError(
                f"Rule {number} of the gate cannot be measured: the study has no value of {rule.measure} on {place}.",
                "Score the checkpoints on these probes, or correct the rule.",
            )
        yield from found[place]


def gate_findings(
    scores: pd.DataFrame, rules: Sequence[RulePairs], baseline: str, candidates: Sequence[str]
) -> list[GateFinding]:
    """One finding for each candidate, rule and probe set.

    Args:
        scores: as `Store.scores` returns them.
        rules: from `rule_pairs`.
        baseline: name of the checkpoint to compare with.
        candidates: names of the checkpoints that must meet the rules.

    Raises:
        MeasurementError: a candidate shares no judged outputs with the baseline.
    """
    return [finding for candidate in candidates for finding in _of_candidate(scores, rules, (baseline, candidate))]


def _of_candidate(scores: pd.DataFrame, rules: Sequence[RulePairs], names: tuple[str, str]) -> Iterator[GateFinding]:
    degenerate = degenerate_shares(scores, names)
    for rule, pairs in rules:
        for pair in pairs:
            paired = paired_rows(scores, pair, *names)
            if not paired.clusters:
                raise MeasurementError(
                    f"{names[1]} and {names[0]} share no output on {pair.where} that {rule.measure} could be read on.",
                    "Score both on the same probes, or look at why nothing could be judged.",
                )
            yield _finding(rule, pair, paired, names, degenerate)


def _finding(
    rule: GateRule, pair: Pair, paired: Paired, names: tuple[str, str], degenerate: Mapping[str, float]
) -> GateFinding:
    measure = pair.measure
    estimate = compare(paired, measure)
    kind = kind_of(estimate, measure)
    ranked = kind != measure.kind
    differences = None if ranked else cluster_differences(paired, measure)
    result = gate_verdict(estimate, rule.rule, rule.margin, differences=differences)
    withheld = _withheld(result, paired, estimate, ranked)
    verdict = "inconclusive" if withheld else result.verdict.lower()
    levels = level(paired.rows, measure, "a"), level(paired.rows, measure, "b")
    ends = (estimate.low, estimate.high) if verdict == "fail" else (estimate.low90, estimate.high90)
    return GateFinding(
        kind="gate",
        rule=rule.rule,
        trait=pair.trait,
        measure=measure.name,
        unvalidated=pair.unvalidated is not None,
        probe_set=pair.probe_set,
        task=pair.task,
        baseline=names[0],
        candidate=names[1],
        verdict=verdict,
        text=gate_sentence(
            f"{names[1]}, {measure.name}{', by rank,' if ranked else ''} on {pair.where}",
            kind,
            rule=rule.rule,
            margin=rule.margin,
            verdict=verdict,
            levels=levels,
            change=(estimate.estimate, *ends),
            clusters=(estimate.n_units, result.clusters_to_decide),
            withheld=withheld,
        ),
        estimand=estimate.estimand,
        scale="log" if kind in RATIO_KINDS else "identity",
        unit_text=kind,
        estimate=estimate.estimate,
        ci=(estimate.low, estimate.high),
        p=estimate.p,
        p_adj_method="none",
        df=estimate.df,
        unit="cluster",
        n_units=estimate.n_units,
        mde80=estimate.mde80,
        margin=rule.margin,
        method=estimate.methods,
        components={
            "low90": estimate.low90,
            "high90": estimate.high90,
            "clusters_to_decide": result.clusters_to_decide,
        },
        level_baseline=levels[0],
        level_candidate=levels[1],
        caveats=(*comparison_caveats(pair, paired, estimate, degenerate), *result.caveats),
    )


def _withheld(result: GateResult, paired: Paired, estimate: Estimate, ranked: bool) -> str:
    """Why nothing is decided although an interval may lie within the margin or beyond it; empty where it is."""
    if ranked:
        return "replies were cut at the token limit, so the ratio of lengths is not known (raise --max-new-tokens)"
    if math.isnan(estimate.estimate) or result.caveats:
        return "; ".join((result.caveats or estimate.caveats)[:1])
    pairs = len(paired.rows)
    if result.verdict == "PASS" and paired.one_sided > MISSING_SHARE * (pairs + paired.one_sided):
        return f"{paired.one_sided} outputs of one checkpoint have no judged partner, and {pairs} pairs have"
    return ""
