"""From numbers to words: the one place where a finding's sentence is made, never stronger than its rung."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from behaviordrift.findings.margins import ChangeKind, margin_text
from behaviordrift.statistics import Estimate, Interval, Lateness, RiskPreference
from behaviordrift.traits.trait import Kind

RATIO_KINDS: tuple[ChangeKind, ...] = ("rate", "positive")
POINT_KINDS: tuple[ChangeKind, ...] = ("binary", "rank")


def change_text(kind: ChangeKind, value: float, *, signed: bool = True) -> str:
    """A change on the measure's scale in the words of a reader.

    >>> change_text("binary", 0.123), change_text("positive", math.log(1.5)), change_text("logprob", -0.2)
    ('+12.3 points', '×1.50', '-0.200')
    """
    if not math.isfinite(value):
        return "undefined"
    if kind in RATIO_KINDS:
        return f"×{math.exp(min(value, 50)):.2f}"
    sign = "+" if signed else ""
    return f"{100 * value:{sign}.1f} points" if kind in POINT_KINDS else f"{value:{sign}.3f}"


def level_text(kind: ChangeKind, value: float) -> str:
    """A level of the measure: shares as percentages.

    >>> level_text("binary", 0.5), level_text("positive", 31.26), level_text("score", 0.25)
    ('50.0 %', '31.3', '0.250')
    """
    if not math.isfinite(value):
        return "–"
    if kind == "binary":
        return f"{100 * value:.1f} %"
    return f"{value:.1f}" if kind in ("positive", "rank") else f"{value:.2f}" if kind == "rate" else f"{value:.3f}"


def interval_text(kind: ChangeKind, low: float, high: float) -> str:
    """An interval on the measure's scale, a dash where it has no two ends.

    >>> interval_text("binary", -0.05, 0.1), interval_text("rate", 0.0, math.log(2))
    ('[-5.0, +10.0]', '[×1.00, ×2.00]')
    """
    if not math.isfinite(low + high):
        return "–"
    if kind in POINT_KINDS:
        return f"[{100 * low:+.1f}, {100 * high:+.1f}]"
    return f"[{change_text(kind, low)}, {change_text(kind, high)}]"


def p_text(p: float) -> str:
    """A p value: never a bare zero.

    >>> p_text(0.00004), p_text(0.0312), p_text(math.nan)
    ('<.0001', '.031', '–')
    """
    if not math.isfinite(p):
        return "–"
    if p < 0.0001:
        return "<.0001"
    return "1" if p > 0.9995 else f"{p:.4f}"[1:] if p < 0.01 else f"{p:.3f}"[1:]


def drift_sentence(
    start: str,
    kind: ChangeKind,
    *,
    levels: tuple[float, float],
    change: tuple[float, float, float],
    p_adj: float,
    verdict: str,
    mde: float,
    floor: float = math.nan,
) -> str:
    """What changed from the baseline to the candidate, and whether that is more than the margin.

    Args:
        start: the measure and where it was read.
        kind: of the measure, or rank.
        levels: on the baseline and on the candidate.
        change: estimate and ends of the 95 % interval.
        p_adj: adjusted p.
        verdict: "drifted", "equivalent" or "inconclusive".
        mde: smallest change that would be seen in 4 of 5 studies.
        floor: difference that two runs of one mixture stay below in 95 % of pairs; NaN where it is not known.
    """
    before, after = (level_text(kind, value) for value in levels)
    interval = interval_text(kind, change[1], change[2])
    numbers = f"{change_text(kind, change[0])}, 95 % interval {interval}, adjusted p {p_text(p_adj)}"
    told = f"{start}: {before} → {after} ({numbers})"
    if verdict == "drifted":
        drifted = f"{told}. It drifted: a change is shown, by an estimate beyond the margin of {margin_text(kind)}."
        if abs(change[0]) < floor:
            return f"{drifted} Two runs of one mixture may differ as much ({change_text(kind, floor, signed=False)})."
        return drifted
    if verdict == "equivalent":
        return f"{told}. Equivalent within {margin_text(kind)}."
    unknown = f"{told}. Inconclusive: neither a change beyond {margin_text(kind)} nor its absence is shown."
    if not math.isfinite(mde):
        return unknown
    seen = change_text(kind, mde, signed=False)
    return f"{unknown} With this many probes a true change of {seen} would be seen in 4 of 5 studies."


def resample_sentence(start: str, kind: ChangeKind, change: tuple[float, float, float], verdict: str) -> str:
    """How far a checkpoint's samples are from its other samples.

    Args:
        start: the checkpoint, the measure and where it was read.
        kind: of the measure.
        change: estimate and ends of the 95 % interval.
        verdict: as of a drift.
    """
    if not math.isfinite(change[0]):
        return f"{start}: sampled again, its change is undefined."
    told = f"{start}: sampled again, it differs from itself by {change_text(kind, change[0])} "
    told += interval_text(kind, change[1], change[2])
    if verdict == "drifted":
        return f"{told}. That is more than chance: look at how the samples were made."
    return f"{told}."


def seed_floor_sentence(start: str, kind: Kind, floor: tuple[float, float, float], runs: int) -> str:
    """The difference between single runs that their seeds alone make.

    Args:
        start: the measure and where it was read.
        kind: of the measure.
        floor: the difference and the ends of its 95 % interval.
        runs: replicate runs that it rests on.
    """
    amount, low, high = (change_text(kind, value, signed=False) for value in floor)
    if not math.isfinite(floor[1] + floor[2]):
        return f"{start}: over {runs} runs, those of one mixture do not differ."
    rests_on = f"(95 % interval {low} to {high}, {runs} runs)"
    return f"{start}: by estimate, two runs of one mixture differ by less than {amount} in 95 % of pairs {rests_on}."


def effect_text(kind: Kind, change: float) -> str:
    """A modelled change; binary measures are modelled on the logit scale.

    >>> effect_text("binary", 0.514), effect_text("positive", 0.14)
    ('+0.51', '×1.15')
    """
    if not math.isfinite(change):
        return "–"
    return f"{change:+.2f}" if kind == "binary" else change_text(kind, change)


def scale_of(kind: Kind) -> str:
    """The scale on which mixture effects are modelled.

    >>> scale_of("binary"), scale_of("positive"), scale_of("score")
    ('logit', 'log', 'identity')
    """
    return {"binary": "logit", "rate": "log", "positive": "log"}.get(kind, "identity")


def phase_sentence(
    start: str, kind: Kind, found: Lateness, *, verdict: str, late: str, p_adj: float, reasons: Sequence[str]
) -> str:
    """Whether it matters when a mixture comes, and how much more late training counts.

    Args:
        start: the measure and where it was read.
        kind: of the measure.
        found: the test of the order, and the lateness index.
        verdict: "order matters", "not shown", "unidentified" or "confounded".
        late: the order that is held against its reverse.
        p_adj: adjusted p of the order.
        reasons: why nothing stronger may be said.
    """
    if verdict == "confounded":
        return f"{start}: the runs differ in more than the order of their mixtures ({'; '.join(reasons)})."
    if verdict == "unidentified":
        return f"{start}: whether the order matters is not identified: {'; '.join(reasons) or 'runs do not vary'}."
    amount, low, high = (
        effect_text(kind, value) for value in (found.order.estimate, found.order.low, found.order.high)
    )
    unit = " on the logit scale" if kind == "binary" else ""
    numbers = f"{late}, against the reverse: {amount} [{low}, {high}]{unit}, adjusted p {p_text(p_adj)}"
    if verdict == "not shown":
        return f"{start}: no effect of the order is shown beyond the spread between seeds ({numbers})."
    told = f"{start}: the order matters between these runs ({numbers})."
    if not found.identified:
        return f"{told} How much more late training counts is not identified."
    index = found.index
    return (
        f"{told} Lateness index {index.estimate:.2f} [{index.low:.2f}, {index.high:.2f}], "
        "where 0 is no effect of the order and 1 that only the late part counts."
    )


def voice_sentence(name: str, probe_set: str, verdict: str, voices: Sequence[Mapping[str, Any]]) -> str:
    """Which task a checkpoint sounds like, beside the shares it was trained with.

    Args:
        name: the checkpoint.
        probe_set: where it was heard.
        verdict: "main task", "no main task" or "unidentified".
        voices: for each task ``task``, ``estimate``, ``ci`` and ``nominal``, shares from 0 to 1.
    """
    if verdict == "unidentified":
        return f"{name} on {probe_set}: the tasks cannot be told apart well enough to say whose voice it has."
    loudest = sorted(voices, key=lambda voice: -voice["estimate"])
    told = ", ".join(
        f"{voice['task']} {100 * voice['estimate']:.0f} % "
        f"[{100 * voice['ci'][0]:.0f}, {100 * voice['ci'][1]:.0f}]"
        + (f" (trained with {100 * voice['nominal']:.0f} %)" if math.isfinite(voice["nominal"]) else "")
        for voice in loudest
    )
    first = f"{name} on {probe_set} sounds like {told}."
    if not math.isfinite(loudest[0]["nominal"]):
        return f"{first} It is not known to be trained on these tasks: its voice may be another that only comes near."
    if verdict == "no main task":
        return f"{first} No task leads beyond doubt."
    return f"{first} Its main task is {loudest[0]['task']}."


def forgetting_speed_sentence(name: str, task: str, share: float, verdict: str, speed: Estimate) -> str:
    """How fast a run forgets a task after its peak.

    Args:
        name: the run's last checkpoint.
        task: the task.
        share: the task's share of the training.
        verdict: "forgetting", "still learning", "not shown" or "inconclusive".
        speed: nats per token in 100 steps.
    """
    start = f"{name}, held-out {task} (share {100 * share:.0f} %)"
    if verdict == "inconclusive":
        return f"{start}: the speed of forgetting cannot be told."
    numbers = f"{speed.estimate:+.3f} nats per token in 100 steps [{speed.low:+.3f}, {speed.high:+.3f}]"
    if verdict == "forgetting":
        return f"{start}: after its best checkpoint the task is forgotten at {numbers}."
    if verdict == "still learning":
        return f"{start}: to the last checkpoint the task was still being learnt, {numbers}."
    return f"{start}: no forgetting is shown after the best earlier checkpoint ({numbers})."


def risk_sentence(name: str, verdict: str, found: RiskPreference, baseline: str, change: RiskPreference | None) -> str:
    """Whether answering pays, where it stops, and how that moved from the baseline.

    Args:
        name: the checkpoint.
        verdict: "answering pays", "answering costs" or "not shown".
        found: its penalised scores.
        baseline: what it is compared with.
        change: the difference from the baseline, None where there is none.
    """
    at_one, stop = found.at_one, found.break_even
    told = {
        "answering pays": "answering pays where a wrong answer costs as much as a right one earns",
        "answering costs": "answering costs more than it earns where a wrong answer costs as much as a right one earns",
        "not shown": "it is not shown whether answering pays where a wrong answer costs as much as a right one earns",
    }[verdict]
    parts = [f"{name}: {told} (score {_signed(at_one)})."]
    if not math.isnan(stop.value):
        price = "no answer was wrong" if math.isinf(stop.value) else f"k = {stop.value:.2f}"
        ends = f"[{stop.low:.2f}, {'no end' if math.isinf(stop.high) else f'{stop.high:.2f}'}]"
        parts.append(
            f"It stops paying at {price} {ends}." if not math.isinf(stop.value) else f"Of its answers, {price}."
        )
    parts.append(
        f"It answers {100 * found.coverage.value:.0f} % of the questions"
        + (
            f", {100 * found.selective_accuracy.value:.0f} % of these rightly."
            if math.isfinite(found.selective_accuracy.value)
            else "."
        )
    )
    if change is not None:
        parts.append(f"From {baseline} the score changed by {_signed(change.at_one)}.")
    return " ".join(parts)


def _signed(interval: Interval) -> str:
    return f"{interval.value:+.2f} [{interval.low:+.2f}, {interval.high:+.2f}]"
