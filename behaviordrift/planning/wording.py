"""What a design will and will not be able to tell, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import special

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.findings.wording import p_text
from behaviordrift.planning.points import Design, same
from behaviordrift.planning.reach import Contrast, Reach
from behaviordrift.planning.study import SeedSd

BLUNT = 3
"""A quadratic model that needs effects so many times larger than a linear one says little."""

KIND_TEXT = {
    "centroid": "simplex-centroid design: every set of tasks at equal shares",
    "lattice": "simplex lattice: each task alone, and each pair at equal shares",
    "vertices": "extreme vertices: the corners of what may be trained, and their middle",
    "optimal": "D-optimal design: the mixtures that pin a blending model down best, each twice or more",
    "two-arm": "mixtures compared with each other, without a sweep",
    "phases": "two phases of equal length, in every order of two mixtures",
    "study": "runs of a study",
}

RUNG_TEXT = {
    "L0": "findings can say that checkpoints differ, and no more",
    "L1": "findings can say that a difference is consistent with the mixture, and no more",
    "L2": "a difference between these mixtures can be attributed to them",
    "L3": "a change can be attributed to the shares of the tasks",
}


def rung_text(reach: Reach) -> str:
    """The rung that the runs reach, in a sentence."""
    reasons = f" ({'; '.join(reach.reasons)})" if reach.reasons else ""
    return f"Rung {reach.rung}: {RUNG_TEXT[reach.rung]}{reasons}."


def will_tell(design: Design, reach: Reach) -> Iterator[str]:
    """What the runs can show, if it is there."""
    points, df = len(design.points), reach.pure_error_df
    if df:
        yield f"whether the mixtures differ at all by more than their seeds: F({points - 1}, {df})"
    if design.kind == "phases":
        if df:
            yield "whether the order of the mixtures matters: the two that swap them have the same shares in total"
            yield "how much more a late phase counts than an early one, if the two mixtures themselves differ clearly"
        return
    if told := [c for c in reach.contrasts if c.kind == "task" and c.df]:
        tasks = "each task" if len(told) == len(design.tasks) else ", ".join(c.text.split()[-1] for c in told)
        unless = f"; {_degrees(reach.lack_of_fit_df)} to find out if not" if reach.lack_of_fit_df and df else ""
        model = (
            "whether or not mixtures blend in proportion"
            if reach.quadratic
            else f"if mixtures blend in proportion{unless}"
        )
        yield f"what more of {tasks} does, {model}"
    if _follows_bends(reach):
        yield "which pairs of tasks reinforce or weaken each other when they are mixed (quadratic model)"
    if _all_pure(design) and points > len(design.tasks):
        yield "how strongly each task pulls in the other mixtures: each is also trained alone"


def will_not_tell(design: Design, reach: Reach) -> Iterator[str]:
    """What the runs leave open, whatever they show."""
    if reach.pure_error_df == 0:
        yield "mixture from seed: no mixture has two runs"
    if reach.permutation_floor > 0.05:
        yield f"anything by permutation: p cannot fall below {p_text(reach.permutation_floor)}, so F alone decides"
    if design.kind == "phases":
        yield "whether lateness or a falling learning rate is at work: keep the schedule constant"
        yield "the effect of single tasks: both mixtures change together; a sweep tells that"
        yield "what other switching points than the middle of training do"
        return
    told = sum(contrast.kind == "task" for contrast in reach.contrasts)
    if not told:
        yield "what the share of each task does: the mixtures differ in several shares at once; a sweep tells that"
    elif told < len(design.tasks) and not _pinned(design, told):
        yield "what the share of each other task does: the mixtures do not vary all shares independently"
    elif not reach.lack_of_fit_df:
        yield "whether mixtures blend in proportion: there is no mixture to spare for a test of that"
    if told and not _follows_bends(reach):
        yield "how pairs of tasks act on each other: a quadratic model has too few mixtures, or bad ones for it"
    if not _all_pure(design):
        yield "how strongly each task pulls (influence shares): that takes runs on each task alone"
    yield "what happens at shares beyond those trained at"
    yield "whether a change during training matters: --design phases is for that"
    yield "whether it is the share or the repetition: a larger share also means more epochs of that task"


def outcome_text(contrast: Contrast, sd: SeedSd | None, seed_sd: float | None) -> str:
    """The smallest visible effect in the measure's units, where the seed SD is known."""
    if seed_sd is None or not math.isfinite(contrast.smallest):
        return "–"
    return effect_in_units(contrast.smallest * seed_sd, sd)


def effect_in_units(effect: float, sd: SeedSd | None) -> str:
    """An effect on the scale of the seed SD; a rate or a length is also told as people speak of it.

    >>> effect_in_units(0.5, SeedSd(0.3, "logit", 11, 0.2, "refused on benign"))
    '0.500 (20% to 29%)'
    >>> effect_in_units(0.1, SeedSd(0.3, "log", 11, 40, "words on open"))
    '0.100 (+11%)'
    """
    text = f"{effect:.3f}"
    if sd is None or sd.scale == "identity":
        return text
    if sd.scale == "log":
        return f"{text} ({math.expm1(effect):+.0%})"
    if not 0 < sd.level < 1:
        return text
    moved = special.expit(special.logit(sd.level) + effect)
    return f"{text} ({sd.level:.0%} to {moved:.0%})"


def contrast_text(contrast: Contrast, design: Design) -> str:
    """What is compared; the baseline is marked in the table of mixtures, so its name need not come again."""
    return contrast.text.replace(f"against {design.baseline}", "against baseline")


def mixture_text(mixture: Mixture) -> str:
    """Tasks with their shares.

    >>> mixture_text({"qa": 0.75, "safety": 0.25, "support": 0.0})
    'qa 75%, safety 25%'
    """
    return ", ".join(f"{task} {100 * share:.3g}%" for task, share in mixture.items() if share)


def scale_text(sd: SeedSd | None) -> str:
    """The units of effects."""
    if sd is None:
        return "your units"
    return {"logit": "log odds", "log": "log", "identity": "the measure's units"}[sd.scale]


def _follows_bends(reach: Reach) -> bool:
    told = [contrast for contrast in reach.contrasts if contrast.kind == "task"]
    return bool(told) and reach.quadratic and all(c.quadratic < BLUNT * c.linear for c in told)


def _pinned(design: Design, told: int) -> bool:
    """Whether the one task without an effect is the one that the reference consists of."""
    shares = np.array(list(design.reference.values()))
    return told == len(design.tasks) - 1 and bool(np.isclose(shares.max(), 1))


def _all_pure(design: Design) -> bool:
    return all(any(same(point.mixture, {task: 1.0}) for point in design.points) for task in design.tasks)


def _degrees(df: int) -> str:
    return f"{df} degree{'' if df == 1 else 's'} of freedom"
