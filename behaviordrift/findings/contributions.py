"""What does each task add to a measure? Signed Shapley values over the mixtures of equal shares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.pure_tasks import PureTasks
from behaviordrift.findings.run_means import complete_means, cut_reason, link_scale
from behaviordrift.findings.wording import scale_of
from behaviordrift.findings.wording_blends import contribution_sentence
from behaviordrift.statistics import ShapleyShares, holm, shapley_shares

ALPHA = 0.05
ESTIMAND = "Shapley value of each task from the base model on"
METHOD = "signed Shapley value over the mixtures of equal shares; shares by Fieller's set"

Coalition = frozenset[int]


@dataclass(frozen=True)
class _Divided:
    pair: Pair
    found: ShapleyShares
    base: float
    clusters: int


def contribution_findings(scores: pd.DataFrame, pairs: Sequence[Pair], laid: PureTasks, base: str) -> list[Finding]:
    """One finding for each primary pair, where every set of tasks was mixed in equal shares.

    Holm over the pairs decides whether all tasks together move a measure, and Holm over all tasks of all pairs
    which task is shown to.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        laid: from `lay_out_pure_tasks`.
        base: the checkpoint that stands for the base model.
    """
    coalitions = _coalitions(laid)
    if laid.refusal is not None or len(coalitions) < 2 ** len(laid.tasks) - 1:
        return []
    divided = [one for pair in pairs if (one := _divide(scores, pair, coalitions, base)) is not None]
    totals = holm([one.found.total.p for one in divided])
    parts = iter(holm([part.p for one in divided for part in one.found.contributions]))
    return [
        _finding(one, p_adj, [next(parts) for _ in laid.tasks], laid, base)
        for one, p_adj in zip(divided, totals, strict=True)
    ]


def _coalitions(laid: PureTasks) -> dict[Coalition, tuple[str, ...]]:
    """The runs of every set of tasks that was mixed in equal shares."""
    pure = {frozenset([place]): names for place, names in enumerate(laid.pure)}
    mixed = {frozenset(map(laid.tasks.index, m.tasks)): m.names for m in laid.mixtures if m.equal}
    return {**pure, **mixed}


def _divide(
    scores: pd.DataFrame, pair: Pair, coalitions: Mapping[Coalition, tuple[str, ...]], base: str
) -> _Divided | None:
    names = [name for runs in coalitions.values() for name in runs]
    known = complete_means(scores, pair, [*names, base], link_scale)
    mixtures = {name: place for place, runs in enumerate(coalitions.values()) for name in runs}
    if known is None or cut_reason(scores, pair, {**mixtures, base: base}):
        return None
    means, clusters = known
    level = dict(zip(names, means.tolist(), strict=False))
    runs = {coalition: [level[name] for name in names] for coalition, names in coalitions.items()}
    return _Divided(pair, shapley_shares(float(means[-1]), runs), float(means[-1]), clusters)


def _finding(divided: _Divided, p_adj: float, parts: Sequence[float], laid: PureTasks, base: str) -> Finding:
    pair, found = divided.pair, divided.found
    verdict = _verdict(found, p_adj, parts)
    shares = found.shares if verdict == "divided" else (None,) * len(laid.tasks)
    return Finding(
        kind="influence",
        **pair.fields,
        baseline=base,
        verdict=verdict,
        text=contribution_sentence(
            f"{pair.measure.name} on {pair.where}",
            pair.measure.kind,
            found,
            tasks=laid.tasks,
            base=base,
            verdict=verdict,
            p_adj=p_adj,
        ),
        estimand=ESTIMAND,
        scale=scale_of(pair.measure.kind),
        unit_text=pair.measure.kind,
        estimate=found.total.estimate,
        ci=(found.total.low, found.total.high),
        p=found.total.p,
        p_adj=p_adj,
        df=float(found.total.df),
        unit="run",
        n_units=sum(map(len, laid.groups)),
        margin=DEFAULT_MARGINS[pair.measure.kind],
        rung=laid.rung,
        method=METHOD,
        components={"base": divided.base, "clusters": float(divided.clusters)},
        effects=tuple(
            {
                "task": task,
                "estimate": part.estimate,
                "ci": (part.low, part.high),
                "p_adj": part_p,
                "share": share.estimate if share else math.nan,
                "share_ci": (share.low, share.high) if share else (math.nan, math.nan),
            }
            for task, part, part_p, share in zip(laid.tasks, found.contributions, parts, shares, strict=True)
        ),
        caveats=(
            f"{base}, of which no training is known, stands for the model before training, without error between runs",
            *pair.caveats,
        ),
    )


def _verdict(found: ShapleyShares, p_adj: float, parts: Sequence[float]) -> str:
    clear = {math.copysign(1, part.estimate) for part, p in zip(found.contributions, parts, strict=True) if p < ALPHA}
    if len(clear) == 2:
        return "opposed"
    if not p_adj < ALPHA:
        return "not shown"
    return "divided" if found.shares else "not divided"
