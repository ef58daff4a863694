"""Does it matter when a mixture comes? Runs of several phases in general, each phase's mixture with its own effect."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.phase_design import Key, training_plan
from behaviordrift.findings.run_means import complete_means, link_scale
from behaviordrift.findings.runs import ROUND, TrainedRun
from behaviordrift.findings.wording import scale_of
from behaviordrift.findings.wording_phase import phase_model_sentence
from behaviordrift.statistics import PhaseFit, fit_phases, holm

ALPHA = 0.05
METHOD = "phase model of run means: each phase has its own linear effects; run-level F against equal ones"
NO_ESTIMATE = "the order is tested as a whole, so no one number is its effect"
ADDITIVE = "tasks are taken to blend in proportion within a phase, and phases to add up"
TOGETHER = "early and late mixtures do not vary independently over these runs"
ALONE = "one run for each order cannot tell the order from the seed"
SOME_ALONE = "some orders have one run only"
TOO_FEW = "there are too few runs for the effects of each phase"
UNSWAPPED = "no two orders have the same shares in all: blending that is not in proportion may pass for their effect"

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PhaseSweep:
    """Runs over tasks and phases; a phase ends wherever some run changes its mixture.

    Attributes:
        shares: shape (n, phases, T).
        weights: shape (phases,), share of training in each phase.
        until: shape (phases,), where each ends, from 0 to 1.
        swapped: whether two orders have the same shares in all, so that they differ in nothing but the order.
        rung: L2 where each order of mixtures has two runs, L1 where some order has, else L0.
        reasons: why nothing may be said of the order.
    """

    names: tuple[str, ...]
    tasks: tuple[str, ...]
    shares: Vector
    weights: Vector
    until: tuple[float, ...]
    swapped: bool
    rung: str
    reasons: tuple[str, ...]


def lay_out_phase_sweep(runs: Sequence[TrainedRun]) -> PhaseSweep | None:
    """Set the runs out over the phases; None where no run changes its mixture.

    Args:
        runs: from `trained_runs`.
    """
    plans = [training_plan(run) for run in runs]
    if all(len(plan) == 1 for plan in plans):
        return None
    until = tuple(sorted({end for plan in plans for end, _ in plan}))
    tasks = tuple(sorted({task for plan in plans for _, key in plan for task, _ in key}))
    shares = np.array([[[dict(_at(plan, end)).get(task, 0.0) for task in tasks] for end in until] for plan in plans])
    shares = shares / shares.sum(axis=2, keepdims=True)
    weights = np.diff([0.0, *until])
    counts = Counter(plans)
    rung = "L2" if min(counts.values()) > 1 else "L1" if max(counts.values()) > 1 else "L0"
    totals = np.unique(np.einsum("npt,p->nt", shares, weights).round(ROUND), axis=0)
    swapped = len(totals) < len(counts)
    reasons = [*_not_told(shares, weights, swapped=swapped), *{"L0": (ALONE,), "L1": (SOME_ALONE,)}.get(rung, ())]
    names = tuple(run.name for run in runs)
    return PhaseSweep(names, tasks, shares, weights, until, swapped, rung, tuple(reasons))


def _at(plan: Sequence[tuple[float, Key]], end: float) -> Key:
    return next(key for until, key in plan if until >= end)


def _not_told(shares: Vector, weights: Vector, *, swapped: bool) -> Iterator[str]:
    try:
        fit = fit_phases(shares, np.zeros(len(shares)), weights)
    except ValueError:
        yield TOGETHER
        return
    terms = len(shares) - fit.df
    if fit.df == 0:
        yield TOO_FEW
    elif not swapped and len(np.unique(shares.round(ROUND), axis=0)) == terms:
        yield UNSWAPPED  # nor is any order left over that would show it


def phase_sweep_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], sweep: PhaseSweep, differing: Sequence[str]
) -> list[Finding]:
    """One finding for each primary pair: F of the order decides, Holm over the pairs.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        sweep: from `lay_out_phase_sweep`.
        differing: settings other than the mixture in which the runs differ.
    """
    measured = []
    for pair in pairs:
        if (known := complete_means(scores, pair, sweep.names, link_scale)) is not None:
            means, clusters = known
            fit = None if sweep.reasons else fit_phases(sweep.shares, means, sweep.weights)
            measured.append((pair, fit, clusters))
    adjusted = holm([fit.order_p if fit else math.nan for _, fit, _ in measured])
    return [
        _finding(pair, fit, p_adj, sweep, differing, clusters=clusters)
        for (pair, fit, clusters), p_adj in zip(measured, adjusted, strict=True)
    ]


def _finding(
    pair: Pair, fit: PhaseFit | None, p_adj: float, sweep: PhaseSweep, differing: Sequence[str], *, clusters: int
) -> Finding:
    verdict = _verdict(fit, p_adj, differing)
    effects = tuple(_effects(fit, sweep)) if fit else ()
    return Finding(
        kind="phase",
        **pair.fields,
        verdict=verdict,
        text=phase_model_sentence(
            f"{pair.measure.name} on {pair.where}",
            pair.measure.kind,
            fit,
            verdict=verdict,
            tasks=sweep.tasks,
            p_adj=p_adj,
            reasons=differing or sweep.reasons,
            swapped=sweep.swapped,
        ),
        estimand="whether the same shares in another order give another level",
        scale=scale_of(pair.measure.kind),
        unit_text=pair.measure.kind,
        estimate=math.nan,
        ci=(math.nan, math.nan),
        p=fit.order_p if fit else math.nan,
        p_adj=p_adj,
        df=float(fit.df) if fit else math.nan,
        unit="run",
        n_units=len(sweep.names),
        margin=DEFAULT_MARGINS[pair.measure.kind],
        rung=sweep.rung,
        method=METHOD,
        components={
            "f": fit.order_f if fit else math.nan,
            "df_order": float(fit.order_df) if fit else math.nan,
            "sigma_run": fit.residual_sd if fit else math.nan,
            "clusters": float(clusters),
        },
        effects=effects,
        caveats=(*pair.caveats, *_caveats(fit, sweep)),
    )


def _caveats(fit: PhaseFit | None, sweep: PhaseSweep) -> tuple[str, ...]:
    if fit is None:
        return ()
    return (NO_ESTIMATE, ADDITIVE) if sweep.swapped else (NO_ESTIMATE, ADDITIVE, UNSWAPPED)


def _effects(fit: PhaseFit, sweep: PhaseSweep) -> Iterator[dict[str, Any]]:
    for phase, until in enumerate(sweep.until):
        for place, task in enumerate(sweep.tasks):
            yield {
                "until": until,
                "task": task,
                "estimate": float(fit.coefficients[phase, place]),
                "standard_error": float(fit.standard_errors[phase, place]),
            }


def _verdict(fit: PhaseFit | None, p_adj: float, differing: Sequence[str]) -> str:
    if differing:
        return "confounded"
    if fit is None or not math.isfinite(p_adj):
        return "unidentified"
    return "order matters" if p_adj < ALPHA else "not shown"
