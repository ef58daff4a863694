"""A gate decided by bets, cluster by cluster in an order drawn beforehand, so that one may look at any time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from behaviordrift.errors import UsageError
from behaviordrift.findings.caveats import comparison_caveats, degenerate_shares
from behaviordrift.findings.gate import GateFinding, RulePairs, one_sided_text, shared_rows
from behaviordrift.findings.pairs import (
    Pair,
    Paired,
    cluster_differences,
    compare,
    level,
    paired_rows,
    pairs_on,
)
from behaviordrift.findings.wording_gate import sequence_sentence
from behaviordrift.gates import GateFile, GateRule
from behaviordrift.statistics import SequentialResult, sequential_verdict
from behaviordrift.traits.registry import measures
from behaviordrift.traits.trait import BOUNDED


def refuse_unbounded(gate: GateFile) -> None:
    """Raise if bets cannot decide a rule: they must know beforehand how far apart two values can lie.

    Raises:
        UsageError: names the first rule whose measure has no bounds.
    """
    for number, rule in enumerate(gate.rules, 1):
        if measures()[rule.measure][1].kind not in BOUNDED:
            raise UsageError(
                f"Rule {number} of the gate ({rule.measure}) cannot stop a study early: the measure has no bounds.",
                "Move it to another gate file, or score without --until-decided.",
            )


def planned_pairs(probe_sets: Sequence[dict[str, Any]]) -> list[Pair]:
    """Every measure on every probe set of the plan, asked already or not.

    Args:
        probe_sets: as kept in the store's ``probe_sets``.
    """
    return pairs_on((s["name"], s["task"], s["language"]) for s in probe_sets)


def all_decided(scores: pd.DataFrame, rules: Sequence[RulePairs], baseline: str, candidates: Sequence[str]) -> bool:
    """Whether every rule is decided for every candidate by the clusters seen so far.

    Args:
        scores: as `Store.scores` returns them, in the order in which clusters were asked.
        rules: from `rule_pairs`, on the pairs of the plan.
        baseline: name of the checkpoint to compare with.
        candidates: names of the checkpoints that must meet the rules.
    """
    return all(
        _verdict(_bet(paired, pair, rule), paired) != "inconclusive"
        for candidate in candidates
        for rule, pairs in rules
        for pair in pairs
        for paired in [paired_rows(scores, pair, baseline, candidate)]
    )


def sequence_findings(
    scores: pd.DataFrame, rules: Sequence[RulePairs], baseline: str, candidates: Sequence[str]
) -> list[GateFinding]:
    """One finding for each candidate, rule and probe set; the arguments are those of `all_decided`.

    Raises:
        MeasurementError: a candidate shares no judged outputs with the baseline.
    """
    findings = []
    for candidate in candidates:
        names = (baseline, candidate)
        degenerate = degenerate_shares(scores, names)
        for rule, pairs in rules:
            for pair in pairs:
                paired = shared_rows(scores, pair, names)
                caveats = comparison_caveats(pair, paired, compare(paired, pair.measure).caveats, degenerate)
                findings.append(_finding(rule, pair, paired, names, caveats))
    return findings


def _bet(paired: Paired, pair: Pair, rule: GateRule) -> SequentialResult:
    """Bets on the clusters in the order in which they were asked.

    They are held to stand for further probes, as in a gate of fixed size: with the probe set itself as the population
    every rule would be decided once all is asked, however close to its margin.
    """
    differences = cluster_differences(paired, pair.measure)
    assert differences is not None, "rates have no bounds"
    asked = differences.loc[paired.rows["cluster"].unique()].to_numpy()
    return sequential_verdict(asked, None, rule.rule, rule.margin)


def _verdict(result: SequentialResult, paired: Paired) -> str:
    if result.verdict == "PASS" and one_sided_text(paired):
        return "inconclusive"
    return result.verdict.lower()


def _finding(
    rule: GateRule, pair: Pair, paired: Paired, names: tuple[str, str], caveats: tuple[str, ...]
) -> GateFinding:
    measure, result = pair.measure, _bet(paired, pair, rule)
    differences = cluster_differences(paired, measure)
    assert differences is not None
    estimate = float(differences.mean())
    verdict = _verdict(result, paired)
    levels = level(paired.rows, measure, "a"), level(paired.rows, measure, "b")
    withheld = one_sided_text(paired) if result.verdict == "PASS" else ""
    return GateFinding(
        kind="gate",
        rule=rule.rule,
        **pair.fields,
        baseline=names[0],
        candidate=names[1],
        verdict=verdict,
        text=sequence_sentence(
            f"{names[1]}, {measure.name} on {pair.where}",
            measure.kind,
            rule=rule.rule,
            margin=rule.margin,
            verdict=verdict,
            levels=levels,
            change=estimate,
            clusters=paired.clusters,
            withheld=withheld,
        ),
        estimand="mean difference",
        scale="identity",
        unit_text=measure.kind,
        estimate=estimate,
        ci=(math.nan, math.nan),
        p_adj_method="none",
        unit="cluster",
        n_units=paired.clusters,
        margin=rule.margin,
        method="betting, each side at 5 % at any time",
        components={"decided_at": math.nan if result.decided_at is None else float(result.decided_at)},
        level_baseline=levels[0],
        level_candidate=levels[1],
        caveats=caveats,
    )
