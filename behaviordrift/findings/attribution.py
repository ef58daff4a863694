"""Did the ratio do it? Run means against nominal mixtures, with the training run as the unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.errors import UsageError
from behaviordrift.findings.caveats import degenerate_shares, spoilt_caveats
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.margins import DEFAULT_MARGINS
from behaviordrift.findings.mixture_model import (
    ALPHA,
    STEP,
    Blend,
    Modelling,
    TaskEffect,
    fit_blend,
    reference_mixture,
    task_effects,
)
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.refused import refused_attribution
from behaviordrift.findings.run_test import RunResult, weigh_runs
from behaviordrift.findings.runs import Design
from behaviordrift.findings.wording import p_text, scale_of
from behaviordrift.findings.wording_attribution import (
    attribution_sentence,
    contrast_sentence,
    effect_sentence,
    numbers_text,
    visible_sentence,
)
from behaviordrift.statistics import Effect, RunTest, contrast_runs, holm, max_t, smallest_visible_by_f, tipping_seed_sd

NO_SPREAD = "runs of one mixture do not vary here, so the spread between seeds is not known"


@dataclass(frozen=True)
class Judged:
    """One pair's result with its p values over the family of measures, and the model of the mixture."""

    result: RunResult
    p_adj: float
    p_family: float
    blend: Blend | None
    effects: list[TaskEffect]
    visible: float


def attribution_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], design: Design, modelling: Modelling | None = None
) -> list[Finding]:
    """One finding for each primary pair: the run-level test decides, Holm over the pairs, maxT beside it.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        design: the runs, from `lay_out`.
        modelling: which measures, and how effects of the mixture are told; the defaults if None.

    Raises:
        UsageError: if it names a measure, a task, shares or totals that the study does not have.
    """
    modelling = modelling or Modelling()
    wanted = _wanted(pairs, modelling.measures)
    weighed = [weigh_runs(scores, pair, design) for pair in wanted]
    results = [result for result in weighed if isinstance(result, RunResult)]
    told = () if len(wanted) == len(pairs) else (_chosen(len(results)),)
    degenerate = degenerate_shares(scores, [run.name for run in design.runs])
    judged = iter(judge(results, design, modelling))
    return [
        _finding(next(judged), design, (*told, *spoilt_caveats(pair, degenerate, "a run's replies")))
        if isinstance(result, RunResult)
        else refused_attribution(
            pair,
            "; ".join((*design.differing, result)),
            rung=design.rung,
            runs=len(design.runs),
            verdict="confounded" if design.differing else "unidentified",
        )
        for pair, result in zip(wanted, weighed, strict=True)
    ]


def judge(results: Sequence[RunResult], design: Design, modelling: Modelling) -> list[Judged]:
    """Put the results of a family of measures in place: their adjusted p values, effects and visible effects."""
    adjusted = holm([result.p for result in results])
    reference = reference_mixture(design, modelling.reference)
    judged = []
    for result, p_adj, p_family in zip(results, adjusted, _family_p(results, design), strict=True):
        untold = design.rung == "L0" or design.differing or result.cut
        blend = None if untold else fit_blend(design, result.means, modelling)
        effects = task_effects(blend, design, reference, result.pair.measure.kind) if blend else []
        effects.sort(key=lambda effect: -abs(effect.estimate))
        visible = _visible(effects, result.test, design, len(results))
        judged.append(Judged(result, p_adj, p_family, blend, effects, visible))
    return judged


def _wanted(pairs: Sequence[Pair], measures: Sequence[str]) -> Sequence[Pair]:
    known = list(dict.fromkeys(pair.measure.name for pair in pairs))
    if unknown := sorted(set(measures) - set(known)):
        raise UsageError(
            f"The study has no primary measure {', '.join(unknown)}.", f"Its measures are: {', '.join(known)}."
        )
    return [pair for pair in pairs if pair.measure.name in measures] if measures else pairs


def _chosen(size: int) -> str:
    return (
        f"p is adjusted over the {size} pairs asked for alone: it means what it says only if they were chosen "
        "before the data were seen"
    )


def _family_p(results: Sequence[RunResult], design: Design) -> list[float]:
    """Permutation p values adjusted over the measures by maxT; NaN where no mixture has two runs."""
    if not results or design.rung == "L0":
        return [math.nan] * len(results)
    return [float(p) for p in max_t(np.column_stack([r.means for r in results]), design.labels).p_adjusted]


def _visible(effects: Sequence[TaskEffect], test: RunTest, design: Design, family: int) -> float:
    """The true effect of the task with the strongest one, were it alone and straight, that the test between mixtures
    finds in four of five studies, at Holm's first level."""
    if not effects or not test.seed_sd > 0:
        return math.nan
    steps = design.shares[:, design.tasks.index(effects[0].task)] / STEP
    gain = float(((steps - steps.mean()) ** 2).sum()) / test.seed_sd**2
    return smallest_visible_by_f(gain, test.df_between, test.df_within, ALPHA / family)


def _finding(judged: Judged, design: Design, told: tuple[str, ...]) -> Finding:
    result, effects = judged.result, judged.effects
    pair, test = result.pair, result.test
    kind = pair.measure.kind
    verdict = verdict_of(design, judged.p_adj, moved=result.spread > 0)
    lent = verdict == "unidentified" and design.rung == "L1" and result.cut is None
    borrowed = _borrowed(result, design) if lent else None
    caveats = [*pair.caveats, *told, *([result.cut] if result.cut else []), *result.caveats, *design.reasons]
    if test.permutation_floor > ALPHA and design.rung != "L0":
        caveats.append(f"with these runs a permutation p below {p_text(test.permutation_floor)} cannot be reached")
    if judged.blend is not None:
        caveats += judged.blend.caveats
    if borrowed is not None:
        caveats += borrowed[1].caveats
    return Finding(
        kind="attribution",
        **pair.fields,
        verdict=verdict,
        text=attribution_sentence(
            f"{pair.measure.name} on {pair.where}",
            rung=design.rung,
            verdict=verdict,
            numbers=numbers_text(result, judged.p_adj, judged.p_family),
            effects=_sentences(judged, verdict, borrowed),
            reasons=design.differing if verdict == "confounded" else design.reasons or (NO_SPREAD,),
        ),
        estimand="change when one task's share rises by ten points, the others giving way in proportion",
        scale=scale_of(kind),
        unit_text=kind,
        estimate=effects[0].estimate if effects else math.nan,
        ci=effects[0].ci if effects else (math.nan, math.nan),
        p=result.p,
        p_adj=judged.p_adj,
        df=float(test.df_within),
        unit="run",
        n_units=len(design.runs),
        mde80=judged.visible,
        margin=DEFAULT_MARGINS[kind],
        rung=design.rung,
        method="; ".join([result.method, *([judged.blend.method] if judged.blend else [])]),
        components={
            **result.components,
            "sigma_run": test.seed_sd,
            "f": test.f,
            "df_between": float(test.df_between),
            "df_within": float(test.df_within),
            "permutation_p": test.permutation_p,
            "max_t_p": judged.p_family,
            "tipping_seed_sd": tipping_seed_sd(result.spread, len(result.means)),
            "clusters": float(result.clusters),
            **({"borrowed_p": borrowed[1].p} if borrowed is not None else {}),
        },
        effects=tuple(asdict(effect) for effect in sorted(effects, key=lambda e: design.tasks.index(e.task))),
        caveats=tuple(dict.fromkeys((*caveats, *design.caveats))),
    )


def verdict_of(design: Design, p_adj: float, *, moved: bool) -> str:
    """What the adjusted p may be called on the rung that the design stands on; `moved` where the runs vary at all."""
    if design.differing:
        return "confounded"
    if not moved:
        return "not shown"
    if design.rung == "L0" or not math.isfinite(p_adj):
        return "unidentified"
    if p_adj >= ALPHA:
        return "not shown"
    return "attributed" if design.rung in ("L2", "L3") else "unidentified"


def _borrowed(result: RunResult, design: Design) -> tuple[tuple[str, str], Effect]:
    """The two mixtures that lie farthest apart, whatever they scored, with the spread that other mixtures lend."""
    gaps = np.abs(design.shares[:, None] - design.shares[None]).sum(axis=2)
    first, second = sorted(int(place) for place in np.unravel_index(gaps.argmax(), gaps.shape))
    contrast = contrast_runs(result.means, design.labels, design.labels[first], design.labels[second])
    return (_told(design.runs[first].mixture), _told(design.runs[second].mixture)), contrast


def _told(mixture: Mixture) -> str:
    return " ".join(f"{task} {100 * share:.0f}" for task, share in sorted(mixture.items()) if share > 0)


def _sentences(judged: Judged, verdict: str, borrowed: tuple[tuple[str, str], Effect] | None) -> list[str]:
    kind = judged.result.pair.measure.kind
    if judged.result.cut:
        return [f"Sizes are not told: {judged.result.cut}."]
    if borrowed is not None:
        return [contrast_sentence(kind, *borrowed)]
    if verdict == "not shown" and judged.effects:
        return [told] if (told := visible_sentence(kind, judged.effects[0].task, judged.visible)) else []
    return [effect_sentence(kind, effect) for effect in judged.effects]
