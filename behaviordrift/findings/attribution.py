"""Did the ratio do it? Run means against nominal mixtures, with the training run as the unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from behaviordrift.errors import UsageError
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wording import attribution_sentence, effect_sentence, p_text
from behaviordrift.statistics import (
    RunTest,
    ScheffeFit,
    compare_runs,
    cox_effect,
    empirical_logit,
    fit_scheffe_linear,
    holm,
    log_rate,
    tipping_seed_sd,
)
from behaviordrift.traits.trait import Kind, Measure

ALPHA = 0.05
STEP = 0.1
"""Rise of a task's share for which Cox-direction effects are told."""


@dataclass(frozen=True)
class _Analysis:
    pair: Pair
    means: np.ndarray[tuple[int], np.dtype[np.float64]]
    test: RunTest
    fit: ScheffeFit | None
    clusters: int
    caveats: tuple[str, ...]


def attribution_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], design: Design, reference: dict[str, float] | None = None
) -> list[Finding]:
    """One finding for each primary pair: run-level F decides, Holm over the pairs.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        design: the runs, from `lay_out`.
        reference: mixture that Cox-direction effects start from; the mean of the design points if None.
    """
    analyses = [found for pair in pairs if (found := _analyse(scores, pair, design)) is not None]
    adjusted = holm([analysis.test.p for analysis in analyses])
    start = _reference(design, reference)
    return [_finding(analysis, p_adj, design, start) for analysis, p_adj in zip(analyses, adjusted, strict=True)]


def run_means(
    scores: pd.DataFrame, pair: Pair, names: Sequence[str]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], int, int]:
    """One number for each run, on the link scale of the measure, over the prompts that all runs answered.

    Returns:
        the means, shape (n,); the clusters they rest on; and the clusters that not all runs have.
    """
    here = scores[(scores["measure"] == pair.measure.name) & (scores["probe_set"] == pair.probe_set)]
    here = here[here["name"].isin(names) & here["value"].notna()]
    here = here.assign(prompt=here["probe"] + "\n" + here["prompt_text"])
    judged_by = here.groupby("prompt")["name"].nunique()
    shared = here[here["prompt"].isin(judged_by[judged_by == len(names)].index)]
    kept = int(shared["cluster"].nunique())
    lost = int(here["cluster"].nunique()) - kept
    means = [_link(shared[shared["name"] == name], pair.measure) for name in names] if kept else []
    return np.array(means, dtype=np.float64), kept, lost


def _analyse(scores: pd.DataFrame, pair: Pair, design: Design) -> _Analysis | None:
    means, kept, lost = run_means(scores, pair, [run.name for run in design.runs])
    if not kept or not np.isfinite(means).all():
        return None
    try:
        fit = fit_scheffe_linear(design.shares, means)
    except ValueError:
        fit = None
    caveats = (f"{lost} probe clusters that not all runs could be judged on are left out",) if lost else ()
    return _Analysis(pair, means, compare_runs(means, np.array(design.labels)), fit, kept, caveats)


def _finding(analysis: _Analysis, p_adj: float, design: Design, reference: list[float]) -> Finding:
    pair, test = analysis.pair, analysis.test
    effects = _effects(analysis, design, reference)
    spread = float(analysis.means.max() - analysis.means.min())
    verdict = _verdict(design, p_adj, moved=spread > 0)
    reasons = design.differing if verdict == "confounded" else design.reasons
    caveats = [*pair.caveats, *analysis.caveats, *test.caveats, *design.reasons]
    if analysis.fit is not None and analysis.fit.lack_of_fit_p < ALPHA:
        caveats.append(
            "blending is not linear: the effects are averages over the design (lack-of-fit p "
            f"{p_text(analysis.fit.lack_of_fit_p)})"
        )
    if test.permutation_floor > ALPHA:
        caveats.append(f"with these runs a permutation p below {p_text(test.permutation_floor)} cannot be reached")
    strongest = sorted(effects, key=lambda effect: -abs(effect.estimate))
    return Finding(
        kind="attribution",
        trait=pair.trait,
        measure=pair.measure.name,
        unvalidated=pair.unvalidated is not None,
        probe_set=pair.probe_set,
        task=pair.task,
        verdict=verdict,
        text=attribution_sentence(
            f"{pair.measure.name} on {pair.where}",
            rung=design.rung,
            verdict=verdict,
            numbers=_numbers(test, p_adj, spread, pair.measure.kind),
            effects=[effect_sentence(pair.measure.kind, e.task, STEP, e.estimate, e.ci) for e in strongest],
            reasons=reasons,
        ),
        estimand="change when one task's share rises by ten points, the others giving way in proportion",
        scale=_scale(pair.measure.kind),
        unit_text=pair.measure.kind,
        estimate=strongest[0].estimate if strongest else math.nan,
        ci=strongest[0].ci if strongest else (math.nan, math.nan),
        p=test.p,
        p_adj=p_adj,
        df=float(test.df_within),
        unit="run",
        n_units=len(design.runs),
        mde80=math.nan,
        margin=DEFAULT_MARGINS[pair.measure.kind],
        rung=design.rung,
        method="run-level F; Scheffé linear model, Cox direction",
        components={
            "sigma_run": test.seed_sd,
            "f": test.f,
            "df_between": float(test.df_between),
            "df_within": float(test.df_within),
            "permutation_p": test.permutation_p,
            "tipping_seed_sd": tipping_seed_sd(spread),
            "clusters": float(analysis.clusters),
        },
        effects=tuple(asdict(effect) for effect in effects),
        caveats=tuple(caveats),
    )


def _verdict(design: Design, p_adj: float, *, moved: bool) -> str:
    if design.differing:
        return "confounded"
    if not moved:
        return "not shown"
    if design.rung == "L0" or not math.isfinite(p_adj):
        return "unidentified"
    if p_adj >= ALPHA:
        return "not shown"
    return "attributed" if design.rung in ("L2", "L3") else "unidentified"


@dataclass(frozen=True)
class TaskEffect:
    """What ten points more of one task do, the others giving way in proportion, from the reference mixture."""

    task: str
    estimate: float
    ci: tuple[float, float]
    p: float
    reference: dict[str, float]


def _effects(analysis: _Analysis, design: Design, reference: list[float]) -> list[TaskEffect]:
    if analysis.fit is None or design.rung == "L0" or design.differing:
        return []
    start = dict(zip(design.tasks, reference, strict=True))
    effects = []
    for index, task in enumerate(design.tasks):
        if reference[index] == 1:
            continue  # the others have no proportion to take or give in
        sign = 1 if reference[index] + STEP <= 1 else -1
        effect = cox_effect(analysis.fit, reference, index, sign * STEP)
        low, high = sorted((sign * effect.low, sign * effect.high))
        effects.append(TaskEffect(task, sign * effect.estimate, (low, high), effect.p, start))
    return effects


def _reference(design: Design, wanted: dict[str, float] | None) -> list[float]:
    if wanted is not None:
        if unknown := sorted(set(wanted) - set(design.tasks)):
            raise UsageError(
                f"The reference mixture names tasks that no run was trained on: {', '.join(unknown)}.",
                f"Known tasks: {', '.join(design.tasks)}.",
            )
        return [wanted.get(task, 0.0) for task in design.tasks]
    points = np.unique(design.shares.round(6), axis=0)
    mean = points.mean(axis=0)
    return [float(share) for share in mean / mean.sum()]


def _link(rows: pd.DataFrame, measure: Measure) -> float:
    """The run's mean on the scale where mixture effects add up."""
    if measure.kind == "binary":
        rates = rows.groupby("cluster")["value"].mean()
        return empirical_logit(float(rates.sum()), len(rates))
    if measure.kind == "rate":
        counts = float((rows["value"] * rows["weight"]).sum())
        exposure = float(rows["weight"].sum())
        return log_rate(counts, exposure) if exposure > 0 else math.nan
    if measure.kind == "positive":
        return float(np.log(rows["value"]).groupby(rows["cluster"]).mean().mean())
    return float(rows.groupby("cluster")["value"].mean().mean())


def _scale(kind: Kind) -> str:
    return {"binary": "logit", "rate": "log", "positive": "log"}.get(kind, "identity")


def _numbers(test: RunTest, p_adj: float, spread: float, kind: Kind) -> str:
    if spread == 0:
        return "all runs stand at the same level"
    if not math.isfinite(test.f):
        tipping = tipping_seed_sd(spread)
        return (
            f"If runs of one mixture vary with an SD above {tipping:.3f} on the {_scale(kind)} scale, nothing is shown."
        )
    return (
        f"F({test.df_between}, {test.df_within}) = {test.f:.1f}, adjusted p {p_text(p_adj)}, "
        f"permutation p {p_text(test.permutation_p)}"
    )
