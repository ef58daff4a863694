"""A search for mixtures as findings: the recommendation, and what each measure is expected to be there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.mixture_models import misfit, named
from behaviordrift.findings.mixture_search import Searched
from behaviordrift.findings.wish import Question
from behaviordrift.findings.wording import scale_of
from behaviordrift.findings.wording_recommendation import (
    change_sentence,
    misfit_sentence,
    open_sentence,
    refused_sentence,
    region_sentence,
    shares_text,
    unreachable_sentence,
)
from behaviordrift.statistics import DesirableRegion, change_between, in_hull

CANNOT_SAY = "these data cannot say"
METHOD = "Scheffé models of run means; one-sided t of each bound, the least confidence of all (intersection-union)"


def recommendation_finding(found: Searched | None, reasons: Sequence[str], question: Question) -> Finding:
    """The verdict on what is wanted.

    Args:
        found: None where nothing was searched.
        reasons: why not.
        question: what is wanted.
    """
    region = found.region if found else None
    return Finding(
        kind="recommendation",
        trait="recommendation",
        measure="mixture",
        probe_set="+".join(dict.fromkeys(target.pair.probe_set for target in question.targets)),
        verdict=_verdict(region),
        text=_text(found, question) if found else refused_sentence(reasons),
        estimand="confidence that the best mixture meets all targets",
        scale="confidence",
        unit_text="confidence",
        estimate=region.best_confidence if region else math.nan,
        ci=(math.nan, math.nan),
        level=question.confidence,
        p_adj_method="none",
        unit="run",
        n_units=len(question.design.runs),
        rung=question.design.rung,
        method=METHOD,
        components={
            "search_confidence": region.search_confidence if region else math.nan,
            "searched": float(len(region.points)) if region else math.nan,
            "inside": float(region.inside.sum()) if region else math.nan,
        },
        effects=tuple(_shares(region, question)),
        caveats=_caveats(found, question) if found else (),
    )


def _verdict(region: DesirableRegion | None) -> str:
    if region is None:
        return CANNOT_SAY
    return "region found" if region.verdict == "reachable" else region.verdict


def _text(found: Searched, question: Question) -> str:
    region, asked = found.region, question.confidence
    best = question.mixture(region.best)
    if region.verdict == "not reachable":
        told = unreachable_sentence(best, found.culprits, asked)
    elif region.verdict != "reachable":
        told = open_sentence(best, region.best_confidence, found.culprits, asked)
    else:
        inside = region.points[region.inside]
        ends = zip(inside.min(axis=0).tolist(), inside.max(axis=0).tolist(), strict=True)
        extents = dict(zip(question.tasks, ends, strict=True))
        sure = (region.best_confidence, region.search_confidence)
        told = region_sentence(best, sure, extents, wanted=len(question.targets), asked=asked)
    wrong = [name for name in _wanted(question) if misfit(found.models[name].fit)]
    return f"{told} {misfit_sentence(wrong)}" if wrong else told


def _wanted(question: Question) -> list[str]:
    return list(dict.fromkeys(named(target.pair) for target in question.targets))


def _shares(region: DesirableRegion | None, question: Question) -> Iterator[dict[str, Any]]:
    """For each task its share at the start, at the best mixture, at the one of the region that is nearest to the
    start, and its least and greatest in the region."""
    tasks, start = question.tasks, question.start
    inside = region.points[region.inside] if region else np.empty((0, len(tasks)))
    none = np.full(len(tasks), math.nan)
    best = region.best if region else none
    nearest, low, high = none, none, none
    if len(inside):
        nearest = inside[np.linalg.norm(inside - start.shares, axis=1).argmin()]
        low, high = inside.min(axis=0), inside.max(axis=0)
    for index, task in enumerate(tasks):
        yield {
            "task": task,
            "start": float(start.shares[index]),
            "best": float(best[index]),
            "nearest": float(nearest[index]),
            "low": float(low[index]),
            "high": float(high[index]),
        }


def _caveats(found: Searched, question: Question) -> tuple[str, ...]:
    tasks, start, trained = question.tasks, question.start, question.design.shares
    caveats = [*found.region.caveats, *(c for name in _wanted(question) for c in found.models[name].caveats)]
    likes = list(dict.fromkeys(target.task for target in question.targets))
    if len(likes) == 1 and likes[0] is not None and found.region.best[tasks.index(likes[0])] == 1:
        caveats.append(
            f"{likes[0]} alone is like itself by definition: read the region, or bound the shares (--shares)"
        )
    for task in likes:
        if task is not None and not in_hull([np.eye(len(tasks))[tasks.index(task)]], trained).all():
            caveats.append(f"no run was trained on {task} alone: what it is like is extrapolated")
    if not in_hull([start.shares], trained).all():
        caveats.append(f"{start.name} lies outside the mixtures that were trained: what it gives is extrapolated")
    if question.design.rung == "L2":
        caveats.append("rung L2, no designed sweep: what lies between the trained mixtures rests on the model")
    return tuple(dict.fromkeys(caveats))


def change_findings(found: Searched, question: Question) -> Iterator[Finding]:
    """What each measure is expected to be at the best mixture, against the mixture that is started from."""
    region, start = found.region, question.start
    best = shares_text(question.mixture(region.best))
    for name, model in found.models.items():
        pair, kind = model.pair, model.pair.measure.kind
        change = change_between(model.fit, start.shares, region.best)
        before, after = model.at(start.shares), region.predictions[name]
        verdict = _moved(change.low, change.high, model.margin(before))
        low, high = model.own(after.low), model.own(after.high)
        levels = (model.own(before), model.own(after.value))
        yield Finding(
            kind="recommended change",
            **pair.fields,
            baseline=start.name,
            candidate=best,
            verdict=verdict,
            text=change_sentence(name, kind, levels, (low, high), verdict=verdict, best=best),
            estimand="expected change from the mixture that is started from to the best one",
            scale=scale_of(kind),
            unit_text=kind,
            estimate=change.estimate,
            ci=(change.low, change.high),
            p=change.p,
            p_adj_method="none",
            df=change.df,
            level_baseline=levels[0],
            level_candidate=levels[1],
            unit="run",
            n_units=len(question.design.runs),
            rung=question.design.rung,
            method=f"Scheffé {model.fit.order} model of run means",
            components={"level_low": low, "level_high": high, "clusters": float(model.clusters)},
            caveats=model.caveats,
        )


def _moved(low: float, high: float, margin: float) -> str:
    if low > 0 or high < 0:
        return "rises" if low > 0 else "falls"
    return "stays" if -margin <= low and high <= margin else "not shown"
