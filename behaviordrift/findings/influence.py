"""In what shares does a mixture behave like each pure task, against its shares in training?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.headline import Behaviour
from behaviordrift.findings.pure_tasks import Blended, PureTasks
from behaviordrift.findings.wording_blends import influence_sentence, potency_sentence, refusal_sentence
from behaviordrift.statistics import Influence, holm, pooled_potency, resemblance_share

KIND = "influence"
RESEMBLANCE = "resemblance"
"""Measure of the findings on one mixture."""
POTENCY = "potency"
"""Measure of the finding on all mixtures together."""

ALPHA = 0.05
OWN = "the estimator is this project's own, put together from standard parts"
NO_MEASURE = "no measure varies between runs and has values for every run"
SOME_CHANCE = "the nominal shares lie outside the interval, but not once all mixtures are allowed for"


@dataclass(frozen=True)
class _Estimated:
    """What was estimated, and the mixtures that it is of."""

    measure: str
    found: Influence
    mixtures: tuple[Blended, ...]


def influence_findings(behaviour: Behaviour | None, laid: PureTasks) -> list[Finding]:
    """One finding for each mixture and, where there are several, one on what a share of each task tells over them all.

    Nominal shares are refuted where Holm's adjusted p over all of these is below .05.

    Args:
        behaviour: of the runs in `laid.groups`; None where nothing may be said, or no measure is there.
        laid: from `lay_out_pure_tasks`.
    """
    if behaviour is None:
        return [_refused(mixture, laid) for mixture in laid.mixtures]
    estimated = [*_of_each(behaviour, laid), *_over_all(behaviour, laid)]
    adjusted = holm([one.found.nominal_p for one in estimated])
    return [_finding(one, p_adj, behaviour, laid) for one, p_adj in zip(estimated, adjusted, strict=True)]


def _of_each(behaviour: Behaviour, laid: PureTasks) -> list[_Estimated]:
    return [
        _Estimated(RESEMBLANCE, resemblance_share(pure, runs, _nominal(mixture), others), (mixture,))
        for mixture, pure, runs, others in behaviour.beside(laid)
    ]


def _over_all(behaviour: Behaviour, laid: PureTasks) -> list[_Estimated]:
    nominals = [_nominal(mixture) for mixture in laid.mixtures]
    if len(nominals) == 1 or not np.max(nominals, axis=0).all():
        return []
    tasks = len(laid.tasks)
    pooled = pooled_potency(behaviour.groups[:tasks], behaviour.groups[tasks:], nominals)
    return [_Estimated(POTENCY, pooled, laid.mixtures)]


def _nominal(mixture: Blended) -> list[float]:
    return list(mixture.shares.values())


def _finding(estimated: _Estimated, p_adj: float, behaviour: Behaviour, laid: PureTasks) -> Finding:
    found = estimated.found
    by_chance = found.verdict == "differs from nominal" and p_adj >= ALPHA
    verdict = "compatible with nominal" if by_chance else found.verdict
    effects = _effects(found, laid.tasks)
    # The task whose share is furthest from what it was trained with stands for all.
    headline = max(effects, key=lambda effect: abs(np.nan_to_num(effect["estimate"] - effect["nominal"])))
    sentence = influence_sentence if estimated.measure == RESEMBLANCE else potency_sentence
    return Finding(
        kind=KIND,
        trait=KIND,
        measure=estimated.measure,
        unvalidated=any(pair.unvalidated is not None for pair in behaviour.pairs),
        probe_set=behaviour.probe_sets,
        verdict=verdict,
        text=sentence(estimated.mixtures, verdict, effects, p_adj, found.area),
        estimand="share of each task in behaviour" if estimated.measure == RESEMBLANCE else "potency of each task",
        scale="share",
        unit_text="share",
        estimate=headline["estimate"],
        ci=headline["ci"],
        p=found.nominal_p,
        p_adj=p_adj,
        df=float(found.df),
        unit="run",
        n_units=sum(map(len, laid.groups)),
        rung=laid.rung,
        method=f"generalised least squares, inversion of a {found.statistic} test; over {behaviour.told}",
        components={
            "area": found.area,
            "blend_p": found.blend_p,
            "mixtures": float(len(estimated.mixtures)),
            "clusters": float(behaviour.clusters),
        },
        effects=effects,
        caveats=(OWN, *behaviour.caveats, *found.caveats, *((SOME_CHANCE,) if by_chance else ())),
    )


def _effects(found: Influence, tasks: Sequence[str]) -> tuple[dict[str, Any], ...]:
    columns = (found.shares, found.low, found.high, found.nominal, found.potency)
    return tuple(
        {"task": task, "estimate": share, "ci": (low, high), "nominal": nominal, "potency": potency}
        for task, share, low, high, nominal, potency in zip(tasks, *(c.tolist() for c in columns), strict=True)
    )


def _refused(mixture: Blended, laid: PureTasks) -> Finding:
    verdict, reasons = laid.refusal or "unidentified", laid.reasons or (NO_MEASURE,)
    nothing = (math.nan, math.nan)
    return Finding(
        kind=KIND,
        trait=KIND,
        measure=RESEMBLANCE,
        probe_set="",
        verdict=verdict,
        text=refusal_sentence(mixture, "in what shares it behaves like each task", verdict, reasons),
        estimand="share of each task in behaviour",
        scale="share",
        unit_text="share",
        estimate=math.nan,
        ci=nothing,
        p_adj_method="none",
        unit="run",
        n_units=sum(map(len, laid.groups)),
        rung=laid.rung,
        effects=tuple(
            {"task": task, "estimate": math.nan, "ci": nothing, "nominal": share, "potency": math.nan}
            for task, share in mixture.shares.items()
        ),
        caveats=reasons,
    )
