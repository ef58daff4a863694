"""From numbers to words: mixtures held against the tasks that they mix."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from behaviordrift.checkpoints.mixture import mixture_text
from behaviordrift.findings.pure_tasks import Blended
from behaviordrift.findings.wording import effect_text, p_text
from behaviordrift.statistics import Effect, Interval, ShapleyShares
from behaviordrift.traits.trait import Kind

Told = Mapping[str, Any]


def mixture_name(mixture: Blended) -> str:
    """A mixture by its shares, in words.

    >>> mixture_name(Blended(("a", "b"), {"qa": 0.5, "safety": 0.5, "support": 0.0}))
    'The mixture qa 50 safety 50'
    """
    return f"The mixture {mixture_text(mixture.shares)}"


def refusal_sentence(mixture: Blended, question: str, verdict: str, reasons: Sequence[str]) -> str:
    """Why nothing is said of a mixture.

    Args:
        mixture: what nothing is said of.
        question: what cannot be told.
        verdict: "confounded" or "unidentified".
        reasons: why.
    """
    cause = "the runs differ in more than their mixture: " if verdict == "confounded" else ""
    return f"{mixture_name(mixture)}: {question} cannot be told, {cause}{'; '.join(reasons)}."


def influence_sentence(
    mixtures: Sequence[Blended], verdict: str, shares: Sequence[Told], p_adj: float, area: float
) -> str:
    """In what shares a mixture behaves like each task, beside the shares it was trained with.

    Args:
        mixtures: the one mixture.
        verdict: "differs from nominal", "compatible with nominal", "unidentified" or "not a blend".
        shares: for each task ``task``, ``estimate``, ``ci`` and ``nominal``.
        p_adj: adjusted p of the nominal shares.
        area: part of all blends that the data do not refute.
    """
    start = mixture_name(mixtures[0])
    if verdict == "not a blend":
        return f"{start} behaves like no blend of the pure tasks: on these measures no average of them comes near it."
    if verdict == "unidentified":
        return (
            f"{start}: the pure tasks behave too much alike, against the spread between seeds, to tell in what shares "
            f"it behaves like each ({100 * area:.0f} % of all blends are compatible)."
        )
    told = ", ".join(f"{one['task']} {share_text(one)} (trained with {_percent(one['nominal'])})" for one in shares)
    first = f"{start} comes nearest in behaviour to a blend of {told}."
    if verdict == "differs from nominal":
        return f"{first} Its shares in training are refuted as shares of behaviour (adjusted p {p_text(p_adj)})."
    return f"{first} Its shares in training are not refuted as shares of behaviour (adjusted p {p_text(p_adj)})."


def potency_sentence(
    mixtures: Sequence[Blended], verdict: str, shares: Sequence[Told], p_adj: float, area: float
) -> str:
    """How much more a share of one task tells than the same share of another, over all mixtures.

    Args:
        mixtures: the mixtures.
        verdict: as of an influence share.
        shares: as there; the estimate is the potency, the nominal one that of tasks that tell alike.
        p_adj: adjusted p of equal potencies.
        area: part of all potencies that the data do not refute.
    """
    start = f"Over {len(mixtures)} mixtures"
    if verdict == "not a blend":
        return f"{start}: no one potency for each task explains them all as blends of the pure tasks."
    if verdict == "unidentified":
        return (
            f"{start}: whether a share of one task tells more than the same share of another cannot be told "
            f"({100 * area:.0f} % of all potencies are compatible)."
        )
    told = ", ".join(f"{one['task']} {share_text(one)}" for one in shares)
    equal = _percent(shares[0]["nominal"])
    first = f"{start}: mixed in equal shares the tasks would be heard as {told}."
    if verdict == "differs from nominal":
        return f"{first} That all tell alike ({equal} each) is refuted (adjusted p {p_text(p_adj)})."
    return f"{first} That all tell alike ({equal} each) is not refuted (adjusted p {p_text(p_adj)})."


def share_text(share: Told) -> str:
    """A share with its interval; the interval alone where no one share is nearest.

    >>> share_text({"estimate": 0.123, "ci": (0.0, 0.4)}), share_text({"estimate": math.nan, "ci": (0.0, 0.4)})
    ('12 % [0, 40]', '[0, 40] %')
    """
    low, high = (f"{100 * end:.0f}" for end in share["ci"])
    if not math.isfinite(share["estimate"]):
        return f"[{low}, {high}] %"
    return f"{_percent(share['estimate'])} [{low}, {high}]"


def contribution_sentence(
    start: str, kind: Kind, found: ShapleyShares, *, tasks: Sequence[str], base: str, verdict: str, p_adj: float
) -> str:
    """What each task adds to a measure from the base model on.

    Args:
        start: the measure and where it was read.
        kind: of the measure.
        found: the contributions and their shares.
        tasks: names of the tasks.
        base: the checkpoint that stands for the base model.
        verdict: "divided", "opposed", "not divided" or "not shown".
        p_adj: adjusted p of the total.
    """
    unit = " on the logit scale" if kind == "binary" else ""
    total = f"{_effect(kind, found.total)}{unit}, adjusted p {p_text(p_adj)}"
    parts = ", ".join(f"{task} {_effect(kind, one)}" for task, one in zip(tasks, found.contributions, strict=True))
    if verdict == "divided":
        shares = ", ".join(
            f"{task} {_percent(one.estimate)} [{100 * one.low:.0f}, {100 * one.high:.0f}]"
            for task, one in zip(tasks, found.shares, strict=True)
        )
        return f"{start}: all tasks together move it from {base} ({total}). They add {parts}: of the whole, {shares}."
    if verdict == "opposed":
        return f"{start}: the tasks pull in opposite directions from {base} ({parts}); together {total}."
    if verdict == "not divided":
        return (
            f"{start}: all tasks together move it from {base} ({total}), but estimates of what they add differ in "
            f"sign ({parts}), so the whole is not divided into shares."
        )
    return f"{start}: it is not shown that all tasks together move it from {base} ({total})."


def averages_sentence(
    mixture: Blended, verdict: str, nearest: tuple[str, Interval], worst: str | None, stable: str | None
) -> str:
    """Whether a mixture is like any of the tasks that it mixes, which it serves worst, and how stable it is.

    Args:
        mixture: the mixture.
        verdict: "like no pure task", "like a pure task" or "not shown".
        nearest: the pure task that looks nearest, and its distance.
        worst: clause on the task that it does worst.
        stable: clause on its agreement.
    """
    task, far = nearest
    distance = f"{task}, {far.value:.1f} SD away, at 95 % between {far.low:.1f} and {far.high:.1f}"
    told = {
        "like no pure task": "is further from every pure task than two runs of one mixture are from each other",
        "like a pure task": "is no further from some pure task than two runs of one mixture are from each other",
        "not shown": "is not shown to be like a pure task, nor unlike them all",
    }[verdict]
    first = f"{mixture_name(mixture)} {told} (nearest is {distance})."
    return " ".join([first, *filter(None, (worst, stable))])


def worst_sentence(task: str, lowest: Interval, lost: tuple[str, Effect] | None) -> str:
    """Which task a mixture does worst, and on which it falls most behind the runs trained on that task alone.

    Args:
        task: the task whose held-out score is lowest.
        lowest: that score.
        lost: the task with the largest shown loss, and the loss; None where none is shown.
    """
    score = f"{lowest.value:.3f} [{lowest.low:.3f}, {lowest.high:.3f}]"
    first = f"Of its held-out scores that of {task} is lowest ({score})."
    if lost is None:
        return f"{first} On none is it shown to fall behind the runs trained on that task alone."
    behind = f"{lost[1].estimate:+.3f} [{lost[1].low:+.3f}, {lost[1].high:+.3f}]"
    return f"{first} Against the runs trained on one task alone it falls most behind on {lost[0]} ({behind})."


def stability_sentence(name: str, level: Effect, change: Effect) -> str:
    """How far a mixture's samples and paraphrases agree.

    Args:
        name: the measure and where it was read.
        level: its mean.
        change: the mean, less that of the pure tasks.
    """
    held = f"{change.estimate:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"
    return f"Its {name} is {level.estimate:.3f} [{level.low:.3f}, {level.high:.3f}]; less the pure tasks' mean: {held}."


def _effect(kind: Kind, effect: Effect) -> str:
    amount, low, high = (effect_text(kind, value) for value in (effect.estimate, effect.low, effect.high))
    return f"{amount} [{low}, {high}]"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
