"""Figures of shares that add up to all: a lane for each task, its interval, and its share in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.report.fields import number
from behaviordrift.report.marks import Mark
from behaviordrift.report.svg import EDGE, HEX, LANE, WIDTH, canvas, cut, to_svg

_LABEL, _GAP, _FOOT, _AXIS = 19, 8, 24, 16


@dataclass(frozen=True)
class Lanes:
    """One set of shares.

    Attributes:
        name: whose they are.
        note: what was found of them.
        shares: by task, ``estimate`` and ``ci``.
        nominal: by task, the shares to compare with; None where they are not known.
        filled: the tasks whose marks are filled.
    """

    name: str
    note: str
    shares: Mapping[str, Mapping[str, Any]]
    nominal: Mapping[str, float] | None
    filled: tuple[str, ...] = ()


def share_plot(found: Sequence[Lanes], tasks: Sequence[Mark], title: str, description: str) -> str:
    """The SVG of some sets of shares, one below the other.

    Args:
        found: the sets.
        tasks: the mark of every task, in the order of the lanes.
        title: what the figure shows.
        description: how to read it.
    """
    step = _LABEL + LANE * len(tasks) + _GAP
    height = step * len(found)
    figure, ax = canvas(WIDTH, height + _FOOT, (EDGE, _FOOT, WIDTH - 2 * EDGE, height))
    ax.set_xlim(0, 100)
    ax.set_ylim(height, 0)
    ax.set_xticks([0, 25, 50, 75, 100], ["0 %", "25", "50", "75", "100 %"])
    for index, lanes in enumerate(found):
        _draw_lanes(ax, index * step, lanes, tasks)
    return to_svg(figure, title, description)


def _draw_lanes(ax: Any, top: float, lanes: Lanes, tasks: Sequence[Mark]) -> None:
    hang = _AXIS / (WIDTH - 2 * EDGE)
    names = {"transform": ax.get_yaxis_transform(), "clip_on": False}
    ax.text(-hang, top + 14, cut(lanes.name, 28), color=HEX["ink"], **names)
    ax.text(1 + hang, top + 14, cut(lanes.note, 26), ha="right", color=HEX["muted"], **names)
    bottom = top + _LABEL + LANE * len(tasks) + 1
    for share in (0, 25, 50, 75, 100):
        ax.plot((share, share), (top + _LABEL, bottom), color=HEX["line"], lw=0.8, clip_on=False)
    for lane, mark in enumerate(tasks):
        y = top + _LABEL + LANE * (lane + 0.5)
        _draw_share(ax, y, lanes.shares[mark.meaning], mark, filled=mark.meaning in lanes.filled)
        if lanes.nominal:
            trained = 100 * lanes.nominal.get(mark.meaning, 0.0)
            ax.plot((trained, trained), (y - 5, y + 5), color=HEX["ink"], lw=1.6, clip_on=False)


def _draw_share(ax: Any, y: float, share: Mapping[str, Any], mark: Mark, *, filled: bool) -> None:
    colour = HEX[mark.colour]
    ax.plot([100 * number(end) for end in share["ci"]], (y, y), color=colour, lw=1.6, clip_on=False)
    face = colour if filled else HEX["paper"]
    ax.plot(100 * number(share["estimate"]), y, mark.marker, mfc=face, mec=colour, mew=1.5, ms=6, clip_on=False)
