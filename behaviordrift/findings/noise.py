"""The noise floor: how far the same checkpoint is from itself, and runs of one mixture from each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair, compare, estimate_fields, kind_of, level, paired_rows
from behaviordrift.findings.run_means import complete_means, cut_reason, drift_scale
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wording import RATIO_KINDS, resample_sentence, seed_floor_sentence
from behaviordrift.statistics import SeedSpread, drift_verdict, holm, seed_spread
from behaviordrift.traits.trait import BOUNDED

HALVES = ("first samples", "second samples")

WITHIN_95 = 1.96 * math.sqrt(2)
"""Two runs of one mixture, of standard deviation 1, differ by less in 95 % of pairs."""


def noise_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], names: Sequence[str], design: Design | None
) -> list[Finding]:
    """Each checkpoint's samples against its other samples, and the spread between runs of one mixture.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        names: all checkpoints, in the order of the study.
        design: the runs, from `lay_out`, of one mixture or more; None where mixtures are not known.
    """
    resampled = [finding for name in names for finding in _against_itself(scores, pairs, name)]
    return resampled + (_between_seeds(scores, pairs, design) if design is not None else [])


def seed_floors(findings: Sequence[Finding]) -> dict[tuple[str, str], float]:
    """By measure and probe set, the difference that two runs of one mixture stay below in 95 % of pairs."""
    return {(f.measure, f.probe_set): f.estimate for f in findings if f.kind == "noise" and f.unit == "run"}


def _against_itself(scores: pd.DataFrame, pairs: Sequence[Pair], name: str) -> list[Finding]:
    """Every second sample against the others, as if they were two checkpoints; nothing where probes have one sample."""
    mine = scores[scores["name"] == name]
    if mine["sample"].max() < 1:
        return []
    half = pd.Categorical.from_codes((mine["sample"] % 2).to_numpy(dtype=np.intp), pd.Index(HALVES))
    halves = mine.assign(name=half, sample=mine["sample"] // 2)
    matched = [(pair, paired_rows(halves, pair, *HALVES)) for pair in pairs]
    matched = [(pair, paired) for pair, paired in matched if paired.clusters]
    estimates = [compare(paired, pair.measure) for pair, paired in matched]
    adjusted = holm([estimate.p for estimate in estimates])
    found = []
    for (pair, paired), estimate, p_adj in zip(matched, estimates, adjusted, strict=True):
        kind = kind_of(estimate, pair.measure)
        levels = level(paired.rows, pair.measure, "a"), level(paired.rows, pair.measure, "b")
        verdict = drift_verdict(estimate, p_adj, DEFAULT_MARGINS[kind])
        start = f"{name}, {pair.measure.name} on {pair.where}"
        told = replace(estimate, estimand=f"{estimate.estimand} between samples of one checkpoint")
        found.append(
            Finding(
                kind="noise",
                **pair.fields,
                baseline=name,
                candidate=name,
                verdict=verdict,
                text=resample_sentence(start, kind, (estimate.estimate, estimate.low, estimate.high), verdict),
                **estimate_fields(told, kind),
                p_adj=p_adj,
                margin=DEFAULT_MARGINS[kind],
                level_baseline=levels[0],
                level_candidate=levels[1],
                caveats=estimate.caveats,
            )
        )
    return found


@dataclass(frozen=True)
class _Replicates:
    """The runs of those mixtures that have several, and the mixture of each."""

    names: tuple[str, ...]
    labels: tuple[int, ...]


def _between_seeds(scores: pd.DataFrame, pairs: Sequence[Pair], design: Design) -> list[Finding]:
    runs = Counter(design.labels)
    kept = [(run.name, label) for run, label in zip(design.runs, design.labels, strict=True) if runs[label] > 1]
    if not kept or design.differing:
        return []
    names, labels = zip(*kept, strict=True)
    replicates = _Replicates(names, labels)
    return [found for pair in pairs if (found := _seed_floor(scores, pair, replicates)) is not None]


def _seed_floor(scores: pd.DataFrame, pair: Pair, replicates: _Replicates) -> Finding | None:
    known = complete_means(scores, pair, replicates.names, drift_scale)
    mixtures = dict(zip(replicates.names, replicates.labels, strict=True))
    if known is None or cut_reason(scores, pair, mixtures):
        return None
    levels, clusters = known
    spread = seed_spread(levels, replicates.labels)
    kind = pair.measure.kind
    floor = _floor(spread, most=1.0 if kind in BOUNDED else math.inf)
    return Finding(
        kind="noise",
        **pair.fields,
        verdict="floor",
        text=seed_floor_sentence(f"{pair.measure.name} on {pair.where}", kind, floor, len(replicates.names)),
        estimand="difference that two runs of one mixture stay below in 95 % of pairs",
        scale="log" if kind in RATIO_KINDS else "identity",
        unit_text=kind,
        estimate=floor[0],
        ci=(floor[1], floor[2]),
        p_adj_method="none",
        df=float(spread.df),
        unit="run",
        n_units=len(replicates.names),
        margin=DEFAULT_MARGINS[kind],
        method="1.96 √2 times the pooled SD between runs of one mixture; chi-square interval",
        components={"sigma_run": spread.sd, "clusters": float(clusters)},
        caveats=("the runs of each mixture stand at the same level",) if spread.sd == 0 else (),
    )


def _floor(spread: SeedSpread, most: float) -> tuple[float, float, float]:
    """The floor and the ends of its interval, none larger than two values of the measure can lie apart."""
    floor, low, high = (min(WITHIN_95 * sd, most) for sd in (spread.sd, spread.low, spread.high))
    return floor, low, high
