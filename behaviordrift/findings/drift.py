"""Did behaviour move? Every candidate against the baseline, measure by measure, paired by probe cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import MISSING_SHARE, Pair, Paired, compare, kind_of, level, paired_rows, rows_of
from behaviordrift.findings.wording import RATIO_KINDS, drift_sentence
from behaviordrift.statistics import Estimate, drift_verdict, holm

SPOILT_SHARE = 0.05
"""Share of degenerate replies from which a finding says so."""


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
    matched = [(pair, paired_rows(mine, pair, *names)) for pair, mine in rows]
    matched = [(pair, paired) for pair, paired in matched if paired.clusters]
    estimates = [compare(paired, pair.measure) for pair, paired in matched]
    adjusted = holm([estimate.p for estimate in estimates])
    degenerate = _shares(scores, "degenerate", names)
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
    ]


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
    caveats = [*pair.caveats, *estimate.caveats, *_missing_caveat(paired)]
    if (broken := degenerate.get(pair.probe_set, 0.0)) > SPOILT_SHARE:
        caveats.append(
            f"{100 * broken:.0f} % of replies on {pair.where} loop, leak template tokens or are otherwise degenerate: "
            "look at the outputs before reading this as a change of character"
        )
    return Finding(
        kind="forgetting" if pair.task else "drift",
        trait=pair.trait,
        measure=measure.name,
        unvalidated=pair.unvalidated is not None,
        probe_set=pair.probe_set,
        task=pair.task,
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
        estimand=estimate.estimand,
        scale="log" if kind in RATIO_KINDS else "identity",
        unit_text=kind,
        estimate=estimate.estimate,
        ci=(estimate.low, estimate.high),
        p=estimate.p,
        p_adj=p_adj,
        df=estimate.df,
        unit="cluster",
        n_units=estimate.n_units,
        mde80=estimate.mde80,
        margin=margin,
        method=estimate.methods,
        components={"seed_floor": floor},
        level_baseline=levels[0],
        level_candidate=levels[1],
        caveats=tuple(caveats),
    )


def _missing_caveat(paired: Paired) -> list[str]:
    asked = len(paired.rows) + paired.missing
    if paired.missing <= MISSING_SHARE * asked:
        return []
    return [f"{paired.missing} of {asked} pairs could not be judged and are left out"]


def _shares(scores: pd.DataFrame, measure: str, names: tuple[str, str]) -> dict[str, float]:
    """Share of replies with a binary measure, by probe set, of the checkpoint that has most of them."""
    here = scores[(scores["measure"] == measure) & scores["name"].isin(names)]
    means = here.groupby(["probe_set", "name"], observed=True)["value"].mean()
    return {str(name): float(share) for name, share in means.groupby("probe_set", observed=True).max().items()}
