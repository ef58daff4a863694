"""The page's part on preference beside behaviour: what a checkpoint finds likelier, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.findings.wording import level_text
from behaviordrift.report.marks import Mark, checkpoint_marks, legend
from behaviordrift.report.svg import EDGE, HEX, WIDTH, Drawing, canvas, cut, plain_style, to_svg
from behaviordrift.traits.trait import Kind

_PLOT, _FOOT, _LEFT, _LETTER, _LINE = 230, 36, 46, 5.6, 12


@dataclass(frozen=True)
class Pair:
    """A preference and the measures of the same trait on sampled replies: the first that a study has is shown."""

    preference: str
    probe_set: str
    sampled: tuple[str, ...]
    kind: Kind


PAIRS = (
    Pair("prefers_refusing", "harmful", ("refused",), "binary"),
    Pair("prefers_refusing", "benign", ("refused",), "binary"),
    Pair("prefers_direct", "short_answer", ("direct",), "binary"),
    Pair("prefers_hedged", "open", ("hedging",), "rate"),
    Pair("prefers_committed", "unanswerable", ("committed", "abstained"), "binary"),
    Pair("prefers_customer_service", "neutral", ("register_p_customer_service",), "score"),
)


@dataclass(frozen=True)
class _Dot:
    name: str
    x: float
    y: float


def preference_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no preference stands beside its behaviour."""
    levels = {
        c["name"]: {(lv["measure"], lv["probe_set"]): lv["mean"] for lv in c["levels"] if "mean" in lv}
        for c in document["checkpoints"]
    }
    shown = [(pair, sampled, dots) for pair in PAIRS for sampled, dots in [_first_present(pair, levels)] if dots]
    if not shown:
        return None
    marks = checkpoint_marks(document)
    with plain_style():
        drawings = [
            Drawing(f"{pair.probe_set}: {pair.preference} (→) beside {sampled} (↑)", _plot(pair, sampled, dots, marks))
            for pair, sampled, dots in shown
        ]
    return {
        "legend": legend({dot.name: marks[dot.name] for *_, dots in shown for dot in dots}),
        "drawings": drawings,
        "columns": [(pair, sampled) for pair, sampled, _ in shown],
        "rows": _rows(shown, list(levels)),
    }


def _first_present(pair: Pair, levels: dict[str, dict[tuple[str, str], float]]) -> tuple[str, list[_Dot]]:
    for sampled in pair.sampled:
        across, up = (pair.preference, pair.probe_set), (sampled, pair.probe_set)
        dots = [_Dot(name, own[across], own[up]) for name, own in levels.items() if across in own and up in own]
        if dots:
            return sampled, dots
    return "", []


def _rows(shown: Sequence[tuple[Pair, str, list[_Dot]]], names: Sequence[str]) -> list[dict[str, Any]]:
    columns = [(pair.kind, {dot.name: dot for dot in dots}) for pair, _, dots in shown]
    return [
        {
            "name": name,
            "cells": [
                (f"{dots[name].x:+.2f}", level_text(kind, dots[name].y)) if name in dots else None
                for kind, dots in columns
            ],
        }
        for name in names
        if any(name in dots for _, dots in columns)
    ]


def _plot(pair: Pair, sampled: str, dots: Sequence[_Dot], marks: dict[str, Mark]) -> str:
    from matplotlib.ticker import MaxNLocator

    wide = WIDTH - _LEFT - EDGE
    figure, ax = canvas(WIDTH, _PLOT + _FOOT + EDGE, (_LEFT, _FOOT, wide, _PLOT))
    ax.set_xlim(*_limits([0.0, *(dot.x for dot in dots)]))
    ax.set_ylim(*_limits([dot.y for dot in dots] or [0.0], floor=0.0))
    across, up = (
        [v for v in MaxNLocator(4).tick_values(low, high) if low <= v <= high]
        for low, high in (ax.get_xlim(), ax.get_ylim())
    )
    ax.set_xticks(across, [f"{round(v, 9):+g}" if abs(v) > 1e-9 else "0" for v in across])
    ax.set_yticks(up, [f"{100 * v:.3g} %" if pair.kind == "binary" else f"{round(v, 9):g}" for v in up])
    ax.grid(color=HEX["line"], lw=0.8, clip_on=False)
    ax.axvline(0, color=HEX["muted"], lw=1, clip_on=False)
    ax.set_xlabel(f"{pair.preference}, nats per token", color=HEX["muted"], size=10, labelpad=2)
    for dot in dots:
        mark = marks[dot.name]
        ax.plot(dot.x, dot.y, mark.marker, mfc=HEX["paper"], mec=HEX[mark.colour], mew=1.5, ms=6, clip_on=False)
    _name_dots(ax, dots, marks, wide)
    return to_svg(
        figure,
        f"{pair.preference} beside {sampled} on {pair.probe_set}",
        f"A mark for each checkpoint: to the right its preference by likelihood, upwards {sampled} of its sampled "
        "replies. The table holds the numbers.",
    )


def _limits(values: Sequence[float], floor: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    pad = 0.08 * (high - low) or 0.1
    return (low - pad if floor is None else max(floor, low - pad)), high + pad


def _name_dots(ax: Any, dots: Sequence[_Dot], marks: dict[str, Mark], wide: float) -> None:
    """Names where there is room for them; the table has them all."""
    to_axes = ax.transData + ax.transAxes.inverted()
    places = {}
    for dot in dots:
        across, up = to_axes.transform((dot.x, dot.y))
        places[dot.name] = (float(across) * wide, float(up) * _PLOT)
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in places.values()]
    for name, (x, y) in places.items():
        long = _LETTER * len(cut(name))
        for left, low, side in ((x + 7, y - 6, "left"), (x - 7 - long, y - 6, "right")):
            box = (left, low, left + long, low + _LINE)
            if box[0] >= 0 and box[2] <= wide + EDGE and not any(_touch(box, other) for other in taken):
                taken.append(box)
                where = (x + 7 if side == "left" else x - 7) / wide
                style = {"ha": side, "va": "center_baseline", "size": 10, "transform": ax.transAxes}
                ax.text(where, y / _PLOT, cut(name), color=HEX[marks[name].colour], **style)
                break


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
