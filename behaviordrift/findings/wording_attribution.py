"""From numbers to words: what is said of the mixture's part, never stronger than the rung that the design stands on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from behaviordrift.findings.mixture_model import STEP, TaskEffect
from behaviordrift.findings.run_test import RUN_F, RunResult
from behaviordrift.findings.wording import change_text, effect_text, interval_text, p_text, scale_of
from behaviordrift.statistics import Effect, tipping_seed_sd
from behaviordrift.traits.trait import Kind


def attribution_sentence(
    start: str, *, rung: str, verdict: str, numbers: str, effects: Sequence[str], reasons: Sequence[str]
) -> str:
    """What may be said of the mixture's part, on the rung that the design stands on.

    Args:
        start: the measure and where it was read.
        rung: identifiability rung, L0 to L3.
        verdict: "attributed", "not shown", "unidentified" or "confounded".
        numbers: the test, in words.
        effects: sentences about what else is to be told: each task's part, or what could have been seen.
        reasons: why nothing stronger may be said.
    """
    if verdict == "confounded":
        return f"{start}: the runs differ in more than their mixture ({'; '.join(reasons)}), so nothing is said of it."
    if verdict == "unidentified" and rung == "L1":
        told = f"{start}: the movement is consistent with an effect of the mixture ({numbers}), but {reasons[0]}."
        return " ".join([told, *effects])
    if verdict == "unidentified":
        return f"{start}: {numbers} ({'; '.join(reasons)})."
    if verdict == "not shown":
        told = f"{start}: no effect of the mixture is shown beyond the spread between seeds ({numbers})."
        return " ".join([told, *effects])
    strength = {"L2": "is attributed between these mixtures", "L3": "is attributed to the mixture"}[rung]
    return " ".join([f"{start}: the movement {strength} ({numbers}).", *effects])


def numbers_text(result: RunResult, p_adj: float, p_family: float) -> str:
    """The run-level test in words, or without one the spread of seeds beyond which nothing would be shown.

    Args:
        result: of `weigh_runs`.
        p_adj: p adjusted over the measures.
        p_family: permutation p adjusted over the measures by maxT.
    """
    test, spread = result.test, result.spread
    if spread == 0:
        return "all runs stand at the same level"
    if not math.isfinite(result.p):
        scale, tipping = scale_of(result.pair.measure.kind), tipping_seed_sd(spread, len(result.means))
        return (
            f"the checkpoints differ, by {spread:.3f} at most on the {scale} scale, which shows nothing if runs of one "
            f"mixture vary with an SD above {tipping:.3f}"
        )
    decides = (
        f"F({test.df_between}, {test.df_within}) = {test.f:.1f}"
        if result.method == RUN_F
        else "cluster jackknife over runs"
    )
    return (
        f"{decides}, adjusted p {p_text(p_adj)}, permutation p {p_text(test.permutation_p)}, "
        f"over all measures {p_text(p_family)}"
    )


def effect_sentence(kind: Kind, effect: TaskEffect) -> str:
    """A Cox-direction effect: one task's share rises, the others give way in proportion."""
    amount, low, high = (effect_text(kind, value) for value in (effect.estimate, *effect.ci))
    told = f"{100 * STEP:.0f} points more {effect.task}: {amount} [{low}, {high}]"
    if kind != "binary":
        return f"{told}."
    points = change_text(kind, effect.share_change)
    return f"{told} on the logit scale, near the reference mixture {points} {interval_text(kind, *effect.share_ci)}."


def visible_sentence(kind: Kind, task: str, smallest: float) -> str:
    """What a study that shows nothing could have seen; empty where that is not known."""
    if not math.isfinite(smallest):
        return ""
    unit = " on the logit scale" if kind == "binary" else ""
    amount = effect_text(kind, smallest).removeprefix("+")
    made = f"If ten points more {task} truly made {amount}{unit}, and shares did nothing else"
    return f"{made}, this test would see that in 4 of 5 studies."


def contrast_sentence(kind: Kind, mixtures: tuple[str, str], contrast: Effect) -> str:
    """Two mixtures, held against the spread between runs that other mixtures lend."""
    amount, low, high = (effect_text(kind, value) for value in (contrast.estimate, contrast.low, contrast.high))
    unit = " on the logit scale" if kind == "binary" else ""
    return f"{mixtures[1]} against {mixtures[0]}, the two farthest apart: {amount} [{low}, {high}]{unit}."
