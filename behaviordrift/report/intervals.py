"""Figures of intervals: how far each measure moved, and what ten points more of each task do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.findings.wording import POINT_KINDS, change_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.marks import TASK_MARKERS, task_mark
from behaviordrift.report.svg import (
    EDGE,
    HEX,
    LANE,
    WIDTH,
    Drawing,
    canvas,
    plain_style,
    to_svg,
    tone,
)

VERDICT_MARKERS = {"drifted": "o", "equivalent": "s", "inconclusive": "o"}

_ROW, _LABEL, _FOOT = 36, 19, 24
_TICKS = 4
_RATIO_CAP = math.log(32)


@dataclass(frozen=True)
class Scale:
    """Measures that share one axis, and what the axis shows of a change and of an effect."""

    kinds: tuple[str, ...]
    change: str
    effect: str


SCALES = (
    Scale(("binary",), "Shares of replies: change in points", "Shares of replies: effect on the logit scale"),
    Scale(("rate", "positive"), "Rates and lengths: ratio, log axis", "Rates and lengths: ratio, log axis"),
    Scale(("rank",), "Cut lengths: win probability, change in points", "Cut lengths: effect on win probability"),
    Scale(("score",), "Scores: change", "Scores: effect"),
    Scale(("logprob",), "Preferences: change in nats per token", "Preferences: effect in nats per token"),
    Scale(("scale",), "Ratings: change on their own scale", "Ratings: effect on their own scale"),
)


@dataclass(frozen=True)
class _Row:
    label: str
    note: str
    lanes: tuple[_Lane, ...]


@dataclass(frozen=True)
class _Lane:
    """An estimate with its interval, in axis units."""

    estimate: float
    low: float
    high: float
    colour: str
    marker: str
    filled: bool = True


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    ratio: bool
    margin: float | None


def forests(findings: Sequence[dict[str, Any]]) -> dict[str, list[Drawing]]:
    """Changes with their intervals and margins: for each candidate, a drawing for each scale.

    Candidates share their axes, so that switching between them compares them.

    Args:
        findings: those of kind drift and forgetting.
    """
    drawn: dict[str, list[Drawing]] = {f["candidate"]: [] for f in findings}
    with plain_style():
        for scale in SCALES:
            here = [f for f in findings if f["unit_text"] in scale.kinds]
            axis = _axis(scale, [_change_row(f) for f in here], here[0]["margin"] if here else None)
            for candidate in dict.fromkeys(f["candidate"] for f in here):
                rows = [_change_row(f) for f in here if f["candidate"] == candidate]
                title = f"{candidate} compared with {here[0]['baseline']}. {scale.change}"
                drawn[candidate].append(Drawing(scale.change, _interval_plot(rows, axis, title)))
    return drawn


def effect_drawings(findings: Sequence[dict[str, Any]], tasks: Sequence[str]) -> list[Drawing]:
    """What ten points more of each task do: a drawing for each scale, a lane for each task.

    Args:
        findings: those of kind attribution; rows without a defined effect are left out.
        tasks: all tasks of the design, in the order of their colours.
    """
    drawn = []
    with plain_style():
        for scale in SCALES:
            here = [f for f in findings if f["unit_text"] in scale.kinds and any(map(defined, f["effects"]))]
            rows = [_effect_row(f, tasks) for f in here]
            if rows:
                svg = _interval_plot(rows, _axis(scale, rows, None), f"Ten points more of a task. {scale.effect}")
                drawn.append(Drawing(scale.effect, svg))
    return drawn


def defined(effect: dict[str, Any]) -> bool:
    """Whether an effect has a standard error: without one its interval would look like certainty."""
    return effect["p"] is not None


def _change_row(finding: dict[str, Any]) -> _Row:
    estimate, (low, high) = number(finding["estimate"]), (number(end) for end in finding["ci"])
    verdict, unit = finding["verdict"], 100 if finding["unit_text"] in POINT_KINDS else 1
    lane = _Lane(
        unit * estimate,
        unit * low,
        unit * high,
        tone(verdict),
        VERDICT_MARKERS.get(verdict, "o"),
        filled=verdict != "inconclusive",
    )
    label = f"{finding['measure']} on {where(finding)}"
    return _Row(label, change_text(finding["unit_text"], estimate), (lane,))


def _effect_row(finding: dict[str, Any], tasks: Sequence[str]) -> _Row:
    lanes = tuple(_effect_lane(effect, tasks.index(effect["task"])) for effect in finding["effects"] if defined(effect))
    return _Row(f"{finding['measure']} on {where(finding)}", finding["verdict"], lanes)


def _effect_lane(effect: dict[str, Any], task: int) -> _Lane:
    low, high = (number(end) for end in effect["ci"])
    return _Lane(number(effect["estimate"]), low, high, task_mark(task)[1], TASK_MARKERS[task % len(TASK_MARKERS)])


def _axis(scale: Scale, rows: Sequence[_Row], margin: float | None) -> _Axis:
    """Room for every estimate and, short of absurd ratios, for every interval."""
    ratio = "rate" in scale.kinds
    shown = (100 if scale.kinds[0] in POINT_KINDS else 1) * margin if margin is not None else None
    lanes = [lane for row in rows for lane in row.lanes if math.isfinite(lane.estimate)]
    cap = max([_RATIO_CAP, *(abs(lane.estimate) for lane in lanes)]) if ratio else math.inf
    ends = [max(-cap, min(cap, end)) for lane in lanes for end in (lane.low, lane.high) if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    least = 1.8 * shown if shown else 0.02
    low, high = min(low, -least), max(high, least)
    pad = 0.06 * (high - low)
    return _Axis(low - pad, high + pad, ratio, shown)


def _interval_plot(rows: Sequence[_Row], axis: _Axis, title: str) -> str:
    lanes = max(len(row.lanes) for row in rows)
    step = _LABEL + max(_ROW - _LABEL, LANE * lanes + 4)
    height = step * len(rows) + _FOOT
    figure, ax = canvas(WIDTH, height, (EDGE, _FOOT, WIDTH - 2 * EDGE, step * len(rows)))
    ax.set_xlim(axis.low, axis.high)
    ax.set_ylim(step * len(rows), 0)
    _value_ticks(ax, axis)
    _draw_zeros(ax, axis, [index * step + _LABEL for index in range(len(rows))], step - _LABEL - 1)
    for index, row in enumerate(rows):
        top = index * step
        hang = EDGE / (WIDTH - 2 * EDGE)
        for x, text, side, colour in ((-hang, row.label, "left", "ink"), (1 + hang, row.note, "right", "muted")):
            ax.text(x, top + 14, text, ha=side, color=HEX[colour], transform=ax.get_yaxis_transform())
        for place, lane in enumerate(row.lanes):
            _draw_lane(ax, axis, lane, top + _LABEL + 8 + place * LANE)
    return to_svg(
        figure,
        title,
        "Each row is a measure: a mark for the estimate, a line for its 95 % interval. The tables hold the numbers.",
    )


def _draw_zeros(ax: Any, axis: _Axis, tops: Sequence[float], height: float) -> None:
    """No change and its margin, beside the rows' lanes only: through the labels they would be hard to read."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if axis.margin is not None:
        low, high = -axis.margin, axis.margin
        boxes = [((low, top), (high, top), (high, top + height), (low, top + height)) for top in tops]
        bands = Path.make_compound_path(*(Path(box, closed=True) for box in [(*box, box[0]) for box in boxes]))
        ax.add_patch(PathPatch(bands, color=HEX["band"], lw=0, zorder=0, clip_on=False))
    ends = [y for top in tops for y in (top, top + height, math.nan)]  # one path with gaps: a page holds many rows
    ax.plot([0] * len(ends), ends, color=HEX["muted"], lw=1, clip_on=False)


def _draw_lane(ax: Any, axis: _Axis, lane: _Lane, y: float) -> None:
    if not math.isfinite(lane.estimate):
        return
    colour = HEX[lane.colour]
    ends = [
        max(axis.low, min(axis.high, end)) if math.isfinite(end) else lane.estimate for end in (lane.low, lane.high)
    ]
    ax.plot(ends, (y, y), color=colour, lw=1.6, clip_on=False)
    for end, edge, arrow in ((lane.low, axis.low, "<"), (lane.high, axis.high, ">")):
        if math.isfinite(end) and not axis.low <= end <= axis.high:
            ax.plot(edge, y, arrow, color=colour, ms=5, mew=0, clip_on=False)
    face = colour if lane.filled else HEX["paper"]
    ax.plot(lane.estimate, y, lane.marker, mfc=face, mec=colour, mew=1.5, ms=6, clip_on=False)


def _value_ticks(ax: Any, axis: _Axis) -> None:
    from matplotlib.ticker import MaxNLocator

    if axis.ratio:
        values = _ratio_ticks(axis.low, axis.high)
        labels = [f"×{math.exp(value):.3g}" for value in values]
    else:
        values = [v for v in MaxNLocator(_TICKS + 1).tick_values(axis.low, axis.high) if axis.low <= v <= axis.high]
        labels = [f"{round(value, 9):+g}" if abs(value) > 1e-9 else "0" for value in values]
    ax.set_xticks(values, labels)
    ax.grid(axis="x", color=HEX["line"], lw=0.8, clip_on=False)


def _ratio_ticks(low: float, high: float) -> list[float]:
    """Logarithms of round ratios, 1 among them: even steps where the axis is short, powers where it is long."""
    if high - low < math.log(8):
        least, most = math.exp(low), math.exp(high)
        step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if most - least <= (_TICKS + 1) * s or s == 5)
        counts = range(math.ceil((least - 1) / step), math.floor((most - 1) / step) + 1)
        return [math.log(1 + k * step) for k in counts]
    base = math.log(next((s for s in (2, 5, 10, 100, 1e4, 1e8) if high - low <= (_TICKS + 2) * math.log(s)), 1e16))
    return [k * base for k in range(math.ceil(low / base), math.floor(high / base) + 1)]
