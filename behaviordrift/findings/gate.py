"""May this checkpoint ship? Every rule of a gate on every candidate, paired with the baseline by probe cluster."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
    estimate_fields,
    is_primary,
    kind_of,
    level,
    paired_rows,
)
from behaviordrift.findings.wording_gate import gate_sentence
from behaviordrift.gates import GateFile, GateRule
from behaviordrift.statistics import Estimate, GateResult, Rule, gate_verdict


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


def rule_pairs(gate: GateFile, present: Sequence[Pair], traits_of_set: dict[str, Sequence[str]]) -> list[RulePairs]:
    """Where each rule holds: on the probe sets or the task that it names, else on all that the measure was made for.

    Args:
        gate: the rules.
        present: the measures and probe sets of the study.
        traits_of_set: trait names that each probe set lists.

    Raises:
        MeasurementError: the study has nothing of a rule's measure where the rule holds.
    """
    primary = [pair for pair in present if is_primary(pair, traits_of_set)]
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
    has = ", ".join(pair.where for pair in present if pair.measure.name == rule.measure) or "no probes"
    for place in wanted:
        if not found[place]:
            raise MeasurementError(
                f"Rule {number} of the gate cannot be measured: the study has no value of {rule.measure} on {place}.",
                f"It has values of it on {has}: correct the rule, or score the checkpoints on these probes.",
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
            yield _finding(rule, pair, shared_rows(scores, pair, names), names, degenerate)


def shared_rows(scores: pd.DataFrame, pair: Pair, names: tuple[str, str]) -> Paired:
    """The outputs that a rule is decided on.

    Raises:
        MeasurementError: baseline and candidate share none.
    """
    paired = paired_rows(scores, pair, *names)
    if paired.clusters:
        return paired
    raise MeasurementError(
        f"{names[1]} and {names[0]} share no output on {pair.where} that {pair.measure.name} could be read on.",
        "Score both on the same probes, or look at why nothing could be judged.",
    )


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
        **pair.fields,
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
        **estimate_fields(estimate, kind),
        p_adj_method="none",
        margin=rule.margin,
        components={
            "low90": estimate.low90,
            "high90": estimate.high90,
            "clusters_to_decide": result.clusters_to_decide,
        },
        level_baseline=levels[0],
        level_candidate=levels[1],
        caveats=(*comparison_caveats(pair, paired, estimate.caveats, degenerate), *result.caveats),
    )


def _withheld(result: GateResult, paired: Paired, estimate: Estimate, ranked: bool) -> str:
    """Why nothing is decided although an interval may lie within the margin or beyond it; empty where it is."""
    if ranked:
        return "replies were cut at the token limit, so the ratio of lengths is not known (raise --max-new-tokens)"
    if math.isnan(estimate.estimate):
        return (*estimate.caveats, *result.caveats)[0]
    if result.caveats:
        return result.caveats[0]
    return one_sided_text(paired) if result.verdict == "PASS" else ""


def one_sided_text(paired: Paired) -> str:
    """Why a rule may not pass on these pairs; empty where it may."""
    pairs, alone = len(paired.rows), paired.one_sided
    if alone <= MISSING_SHARE * (pairs + alone):
        return ""
    return f"{alone} outputs of one checkpoint have no judged partner, and {pairs} pairs have"
