"""The page's figures: small SVGs that take their colours from the page, so that they follow its theme."""

from __future__ import annotations

import html
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

from behaviordrift.findings.wording import change_text
from behaviordrift.report.terminal import number

WIDTH = 360
"""Pixels of a figure before the page scales it: what a telephone shows without scrolling."""

TASK_COLOURS = 6
TASK_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
TASK_SIGNS = ("●", "■", "▲", "◆", "▼", "✚", "✖", "★")
VERDICT_MARKERS = {"drifted": "o", "equivalent": "s", "inconclusive": "o"}

TONES = {
    "drifted": "moved",
    "equivalent": "same",
    "inconclusive": "open",
    "attributed": "cause",
    "not shown": "quiet",
    "unidentified": "unknown",
    "confounded": "wrong",
}
"""Colour of each verdict on the page, under names of their own: a style sheet must not say what no finding says."""

_NAMES = ("ink", "muted", "line", "band", "paper", *TONES.values(), *(f"task-{i}" for i in range(TASK_COLOURS)))
HEX = {name: f"#0a0b{index:02x}" for index, name in enumerate(_NAMES)}
"""What each page colour is called while matplotlib draws."""

_VARIABLES = {colour: f"var(--{name})" for name, colour in HEX.items()}
_ROW, _LABEL, _LANE, _FOOT, _EDGE = 36, 19, 13, 24, 8
_TICKS = 4
_RATIO_CAP = math.log(32)


@dataclass(frozen=True)
class Drawing:
    """An SVG and the words above it."""

    caption: str
    svg: str


@dataclass(frozen=True)
class Scale:
    """Measures that share one axis, and what the axis shows of a change and of an effect."""

    kinds: tuple[str, ...]
    change: str
    effect: str


SCALES = (
    Scale(("binary",), "Shares of replies: change in points", "Shares of replies: effect on the logit scale"),
    Scale(("rate", "positive"), "Rates and lengths: ratio, log axis", "Rates and lengths: ratio, log axis"),
    Scale(("score",), "Scores: change", "Scores: effect"),
    Scale(("logprob",), "Preferences: change in nats per token", "Preferences: effect in nats per token"),
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


def where(finding: dict[str, Any]) -> str:
    """The probe set of a finding in a reader's words."""
    return f"held-out {finding['task']}" if finding["task"] else str(finding["probe_set"])


def forests(findings: Sequence[dict[str, Any]]) -> dict[str, list[Drawing]]:
    """Changes with their intervals and margins: for each candidate, a drawing for each scale.

    Candidates share their axes, so that switching between them compares them.

    Args:
        findings: those of kind drift and forgetting.
    """
    drawn: dict[str, list[Drawing]] = {f["candidate"]: [] for f in findings}
    with _plain_style():
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
    with _plain_style():
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


def task_mark(index: int) -> tuple[str, str]:
    """The sign and the colour of a task in the legend.

    >>> task_mark(1)
    ('■', 'task-1')
    """
    return TASK_SIGNS[index % len(TASK_SIGNS)], f"task-{index % TASK_COLOURS}"


def _change_row(finding: dict[str, Any]) -> _Row:
    estimate, (low, high) = number(finding["estimate"]), (number(end) for end in finding["ci"])
    verdict, unit = finding["verdict"], 100 if finding["unit_text"] == "binary" else 1
    lane = _Lane(
        unit * estimate, unit * low, unit * high,
        TONES[verdict], VERDICT_MARKERS.get(verdict, "o"), filled=verdict != "inconclusive",
    )
    label = f"{finding['measure']} on {where(finding)}"
    return _Row(label, change_text(finding["unit_text"], estimate), (lane,))


def _effect_row(finding: dict[str, Any], tasks: Sequence[str]) -> _Row:
    lanes = tuple(
        _Lane(
            number(effect["estimate"]), *(number(end) for end in effect["ci"]),
            task_mark(tasks.index(effect["task"]))[1],
            TASK_MARKERS[tasks.index(effect["task"]) % len(TASK_MARKERS)],
        )
        for effect in finding["effects"]
        if defined(effect)
    )
    return _Row(f"{finding['measure']} on {where(finding)}", finding["verdict"], lanes)


def _axis(scale: Scale, rows: Sequence[_Row], margin: float | None) -> _Axis:
    """Room for every estimate and, short of absurd ratios, for every interval."""
    ratio = "rate" in scale.kinds
    shown = (100 if scale.kinds == ("binary",) else 1) * margin if margin is not None else None
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
    step = _LABEL + max(_ROW - _LABEL, _LANE * lanes + 4)
    height = step * len(rows) + _FOOT
    figure, ax = _canvas(WIDTH, height, (_EDGE, _FOOT, WIDTH - 2 * _EDGE, step * len(rows)))
    ax.set_xlim(axis.low, axis.high)
    ax.set_ylim(step * len(rows), 0)
    if axis.margin is not None:
        ax.axvspan(-axis.margin, axis.margin, color=HEX["band"], lw=0, clip_on=False)
    _value_ticks(ax, axis)
    ax.axvline(0, color=HEX["muted"], lw=1, clip_on=False)
    for index, row in enumerate(rows):
        top = index * step
        for x, text, side, colour in ((0, row.label, "left", "ink"), (1, row.note, "right", "muted")):
            ax.text(x, top + 14, text, ha=side, color=HEX[colour], transform=ax.get_yaxis_transform())
        for place, lane in enumerate(row.lanes):
            _draw_lane(ax, axis, lane, top + _LABEL + 8 + place * _LANE)
    return _svg(
        figure, title,
        "Each row is a measure: a mark for the estimate, a line for its 95 % interval. The tables hold the numbers.",
    )


def _draw_lane(ax: Any, axis: _Axis, lane: _Lane, y: float) -> None:
    if not math.isfinite(lane.estimate):
        return
    colour = HEX[lane.colour]
    ends = [max(axis.low, min(axis.high, end)) if math.isfinite(end) else lane.estimate for end in (lane.low, lane.high)]
    ax.plot(ends, (y, y), color=colour, lw=1.6, clip_on=False)
    for end, edge, arrow in ((lane.low, axis.low, "<"), (lane.high, axis.high, ">")):
        if math.isfinite(end) and not axis.low <= end <= axis.high:
            ax.plot(edge, y, arrow, color=colour, ms=5, mew=0, clip_on=False)
    face = colour if lane.filled else HEX["paper"]
    ax.plot(lane.estimate, y, lane.marker, mfc=face, mec=colour, mew=1.5, ms=6, clip_on=False)


def _value_ticks(ax: Any, axis: _Axis) -> None:
    from matplotlib.ticker import MaxNLocator

    if axis.ratio:
        steps = (1.1, 1.25, 1.5, 2, 4, 10, 100, 1000, 1e5, 1e9)
        span = axis.high - axis.low
        base = math.log(next((s for s in steps if span / math.log(s) <= 2 * _TICKS), 1e15))
        values = [k * base for k in range(math.ceil(axis.low / base), math.floor(axis.high / base) + 1)]
        labels = [f"×{math.exp(value):.3g}" for value in values]
    else:
        values = [v for v in MaxNLocator(_TICKS + 1).tick_values(axis.low, axis.high) if axis.low <= v <= axis.high]
        labels = [f"{round(value, 9):+g}" if abs(value) > 1e-9 else "0" for value in values]
    ax.set_xticks(values, labels)
    ax.grid(axis="x", color=HEX["line"], lw=0.8, clip_on=False)


@contextmanager
def _plain_style() -> Iterator[None]:
    """Matplotlib as it comes, whatever the user's own settings are; text stays text, and a $ is a $."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "text.parse_math": False, "font.size": 11})
        yield


def _canvas(width: float, height: float, box: tuple[float, float, float, float]) -> tuple[Any, Any]:
    """A figure of so many pixels with one bare axes in `box` (left, bottom, width, height)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    figure.patch.set_visible(False)
    ax = figure.add_axes((box[0] / width, box[1] / height, box[2] / width, box[3] / height))
    ax.patch.set_visible(False)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(bottom=False, left=False, labelcolor=HEX["muted"], labelsize=10)
    ax.set_yticks([])
    return figure, ax


def _svg(figure: Any, title: str, description: str) -> str:
    """The figure's SVG in page colours, without what differs between two runs."""
    import matplotlib

    buffer = StringIO()
    with matplotlib.rc_context({"svg.hashsalt": title}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", dpi=72, metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # The style that matplotlib writes would rule the whole page, not the figure alone.
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", _tidy_tag, text)
    text = re.sub(r">\s+<", "><", text.strip())
    while (shorter := re.sub(r"<(g|defs)\b[^>]*></\1>", "", text)) != text:
        text = shorter
    words = f"<title>{html.escape(title)}</title><desc>{html.escape(description)}</desc>"
    return text.replace(">", f">{words}", 1)


def _tidy_tag(found: re.Match[str]) -> str:
    tag = re.sub(r"\s+", " ", found.group())
    if tag.startswith("<svg"):
        box = re.search(r'viewBox="[^"]*"', tag)
        return f'<svg {box.group() if box else ""} role="img" xmlns:xlink="http://www.w3.org/1999/xlink">'
    if tag.startswith("<g "):
        tag = re.sub(r' id="[^"]*"', "", tag)
    tag = re.sub(r"#0a0b[0-9a-f]{2}", lambda colour: _VARIABLES[colour.group()], tag)
    tag = re.sub(r"(\d\.\d)\d+", r"\1", tag)
    return re.sub(r"font: [^;\"]*?([\d.]+)px[^;\"]*", r"font-size: \1px", tag)
