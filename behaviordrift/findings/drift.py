"""Did behaviour move? Every candidate against the baseline, measure by measure, paired by probe cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from behaviordrift.findings.caveats import comparison_caveats, degenerate_shares
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair, Paired, compare, estimate_fields, kind_of, level, paired_rows, rows_of
from behaviordrift.findings.refused import refused_drift
from behaviordrift.findings.wording import drift_sentence
from behaviordrift.statistics import Estimate, drift_verdict, holm


def drift_findings(
    scores: pd.DataFrame,
    pairs: Sequence[Pair],
    baseline: str,
    candidates: Sequence[str],
    floors: Mapping[tuple[str, str], float] | None = None,
) -> list[Finding]:
    """Compare each candidate with the baseline on the primary pairs; Holm over one candidate's pairs.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        baseline: name of the checkpoint to compare with.
        candidates: names of the others, in order.
        floors: from `seed_floors`; none if None.
    """
    rows = [(pair, rows_of(scores, pair)) for pair in pairs]
    return [
        finding
        for candidate in candidates
        for finding in _of_candidate(scores, rows, (baseline, candidate), floors or {})
    ]


def _of_candidate(
    scores: pd.DataFrame,
    rows: Sequence[tuple[Pair, pd.DataFrame]],
    names: tuple[str, str],
    floors: Mapping[tuple[str, str], float],
) -> list[Finding]:
    asked = [(pair, mine, paired_rows(mine, pair, *names)) for pair, mine in rows]
    matched = [(pair, paired) for pair, _, paired in asked if paired.clusters]
    refused = [
        refused_drift(pair, names, reason)
        for pair, mine, paired in asked
        if not paired.clusters and (reason := _unmatched(scores, mine, pair, names))
    ]
    estimates = [compare(paired, pair.measure) for pair, paired in matched]
    adjusted = holm([estimate.p for estimate in estimates])
    degenerate = degenerate_shares(scores, names)
    return [
        _finding(
            pair,
            paired,
            estimate,
            p_adj,
            names=names,
            degenerate=degenerate,
            floor=floors.get((pair.measure.name, pair.probe_set), math.nan),
        )
        for (pair, paired), estimate, p_adj in zip(matched, estimates, adjusted, strict=True)
    ] + refused


def _unmatched(scores: pd.DataFrame, mine: pd.DataFrame, pair: Pair, names: tuple[str, str]) -> str | None:
    """Why two checkpoints that were asked the same have no judged replies to compare; None if one was not asked."""
    rows = mine[mine["measure"] == pair.measure.name]
    if not set(names) <= set(rows["name"]):
        return None
    judged = set(rows.loc[rows["value"].notna(), "name"])
    silent = [name for name in names if name not in judged]
    if not silent:
        return "no prompt has a judged reply of both"
    empty = scores[(scores["measure"] == "empty") & (scores["probe_set"] == pair.probe_set)]
    shares = empty.groupby("name", observed=True)["value"].mean()
    return "; ".join(
        f"no reply of {name} could be judged, {100 * shares.get(name, 0.0):.0f} % of them being empty"
        for name in silent
    )


def _finding(
    pair: Pair,
    paired: Paired,
    estimate: Estimate,
    p_adj: float,
    *,
    names: tuple[str, str],
    degenerate: dict[str, float],
    floor: float,
) -> Finding:
    measure = pair.measure
    kind = kind_of(estimate, measure)
    margin = DEFAULT_MARGINS[kind]
    verdict = drift_verdict(estimate, p_adj, margin)
    if kind != measure.kind:  # the floor is on the scale of the measure
        floor = math.nan
    levels = level(paired.rows, measure, "a"), level(paired.rows, measure, "b")
    caveats = comparison_caveats(pair, paired, estimate.caveats, degenerate)
    return Finding(
        kind="forgetting" if pair.task else "drift",
        **pair.fields,
        baseline=names[0],
        candidate=names[1],
        verdict=verdict,
        text=drift_sentence(
            f"{measure.name}{', by rank,' if kind == 'rank' else ''} on {pair.where}",
            kind,
            levels=levels,
            change=(estimate.estimate, estimate.low, estimate.high),
            p_adj=p_adj,
            verdict=verdict,
            mde=estimate.mde80,
            floor=floor,
        ),
        **estimate_fields(estimate, kind),
        p_adj=p_adj,
        margin=margin,
        components={"seed_floor": floor},
        level_baseline=levels[0],
        level_candidate=levels[1],
        caveats=caveats,
    )
