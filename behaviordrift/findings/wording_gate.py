"""A gate's verdicts in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from behaviordrift.findings.margins import ChangeKind, margin_text
from behaviordrift.findings.wording import RATIO_KINDS, change_text, interval_text, level_text
from behaviordrift.statistics import Rule

BY_BETS = ", by bets that err at most once in 20, however often one looks"


def rule_text(rule: Rule, kind: ChangeKind, margin: float) -> str:
    """What a rule asks for.

    >>> rule_text("no_increase", "binary", 0.05), rule_text("equivalent", "positive", math.log(1.15))
    ('no increase of 5 points', 'within a factor of 1.15')
    """
    amount = margin_text(kind, margin)
    if rule == "equivalent":
        return f"within {amount}"
    return f"{rule.replace('_', ' ')} {'by' if kind in RATIO_KINDS else 'of'} {amount}"


def gate_sentence(
    start: str,
    kind: ChangeKind,
    *,
    rule: Rule,
    margin: float,
    verdict: str,
    levels: tuple[float, float],
    change: tuple[float, float, float],
    clusters: tuple[int, float],
    withheld: str = "",
) -> str:
    """Whether a rule is shown to hold, shown to be broken, or neither, and on what numbers.

    Args:
        start: the checkpoint, the measure and where it was read.
        kind: of the measure.
        rule: what is to be shown.
        margin: largest change that does not matter.
        verdict: "pass", "fail" or "inconclusive".
        levels: on the baseline and on the candidate.
        change: the estimate and the ends of the interval that the verdict rests on: 95 % for a fail, else 90 %.
        clusters: how many there are, and how many would decide; not finite where that cannot be told.
        withheld: why nothing is decided although the interval would.
    """
    before, after = (level_text(kind, value) for value in levels)
    percent = 95 if verdict == "fail" else 90
    interval = interval_text(kind, change[1], change[2])
    told = f"{start}: {before} → {after} ({change_text(kind, change[0])}, {percent} % interval {interval})."
    said = _verdict(rule, margin_text(kind, margin), verdict, change[0], withheld=withheld)
    needed = _needed(clusters) if verdict == "inconclusive" and not withheld else ""
    return f"{told} {said} {needed}".rstrip()


def sequence_sentence(
    start: str,
    kind: ChangeKind,
    *,
    rule: Rule,
    margin: float,
    verdict: str,
    levels: tuple[float, float],
    change: float,
    clusters: int,
    withheld: str = "",
) -> str:
    """What bets say of a rule; no interval is told, as none of a fixed size would hold.

    Args:
        start: the checkpoint, the measure and where it was read.
        kind: of the measure.
        rule: what is to be shown.
        margin: largest change that does not matter.
        verdict: "pass", "fail" or "inconclusive".
        levels: on the baseline and on the candidate.
        change: mean difference over the clusters seen.
        clusters: how many were seen.
        withheld: why nothing is decided although the bets would.
    """
    before, after = (level_text(kind, value) for value in levels)
    told = f"{start}: {before} → {after} ({change_text(kind, change)}) over {clusters} clusters asked in random order."
    return f"{told} {_verdict(rule, margin_text(kind, margin), verdict, change, proof=BY_BETS, withheld=withheld)}"


def stopping_sentence(stopping: Mapping[str, Any]) -> str:
    """How far a study was asked that was to stop once its gate is decided.

    >>> stopping_sentence({"stopped_early": True, "asked": 64, "clusters": 400, "order": "0f3a" * 16})
    'Stopped early: every rule of the gate was decided after 64 of 400 probe clusters (order 0f3a0f3a0f3a).'
    """
    asked, clusters, order = stopping["asked"], stopping["clusters"], stopping["order"][:12]
    if stopping["stopped_early"]:
        decided = f"every rule of the gate was decided after {asked} of {clusters} probe clusters"
        return f"Stopped early: {decided} (order {order})."
    return f"Not stopped early: all {clusters} probe clusters were asked (order {order})."


def _verdict(rule: Rule, amount: str, verdict: str, change: float, *, proof: str = "", withheld: str = "") -> str:
    """The verdict, and on what kind of proof where it is not the interval told before."""
    if verdict == "pass":
        return f"Passes: {_direction(rule)} {amount} or more is ruled out at 5 %{proof}."
    if verdict == "fail":
        return f"Fails: it {_moved(rule, change)} by more than {amount}{proof}."
    unknown = f"neither {_direction(rule)} {amount} or more nor its absence is shown{proof}"
    return f"Inconclusive: {withheld or unknown}."


def _direction(rule: Rule) -> str:
    return {"no_increase": "a rise by", "no_decrease": "a fall by", "equivalent": "a change by"}[rule]


def _moved(rule: Rule, change: float) -> str:
    return "rose" if rule == "no_increase" or (rule == "equivalent" and change > 0) else "fell"


def _needed(clusters: tuple[int, float]) -> str:
    have, need = clusters
    if math.isinf(need):
        return "The change stands at the margin: no number of probes is likely to decide."
    if math.isnan(need) or need <= have:
        return ""
    return (
        f"Were the true change as measured, {need:,.0f} probe clusters would decide in 4 of 5 studies; here are {have}."
    )
