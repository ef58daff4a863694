"""Figures of lines: a line for each checkpoint or run, its name at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.report.svg import EDGE, HEX, LANE, WIDTH, canvas, cut, to_svg

_PLOT, _FOOT, _LEFT, _LETTER, _GAP = 170, 36, 44, 6.0, 7


@dataclass(frozen=True)
class Line:
    """A line of at least two points, in axis units."""

    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    colour: str
    marker: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Plane:
    """The axes that the panels of one figure share: limits, ticks, what the horizontal one shows, and the room in
    pixels for names at the right."""

    xlim: tuple[float, float]
    ylim: tuple[float, float]
    xticks: tuple[float, ...]
    xlabel: str
    room: float
    zero: bool = False


def line_panel(lines: Sequence[Line], plane: Plane, title: str, behind: Sequence[Line] = ()) -> str:
    """The SVG of one panel.

    Args:
        lines: drawn in their colours, with their names.
        plane: the axes.
        title: what the panel shows, for those who cannot see it.
        behind: lines for comparison, pale and without names.
    """
    names = [cut(line.name) for line in lines]
    wide = WIDTH - _LEFT - plane.room
    figure, ax = canvas(WIDTH, _PLOT + _FOOT + EDGE, (_LEFT, _FOOT, wide, _PLOT))
    ax.set_xlim(*plane.xlim)
    ax.set_ylim(*plane.ylim)
    _ticks(ax, plane)
    for line in behind:
        ax.plot(line.xs, line.ys, color=HEX["rule"], lw=0.8, clip_on=False)
    for line in lines:
        style = (0, (3, 3)) if line.dashed else "-"
        ax.plot(line.xs, line.ys, color=HEX[line.colour], lw=1.8, ls=style, clip_on=False)
        if line.marker:
            ax.plot(line.xs, line.ys, line.marker, ls="", color=HEX[line.colour], ms=5, mew=0, clip_on=False)
    _name_ends(ax, lines, names, plane, 1 + _GAP / wide)
    return to_svg(figure, title, f"Lines over {plane.xlabel}. The table holds the numbers.")


def _ticks(ax: Any, plane: Plane) -> None:
    from matplotlib.ticker import MaxNLocator

    low, high = plane.ylim
    values = [v for v in MaxNLocator(5).tick_values(low, high) if low <= v <= high]
    ax.set_yticks(values, [f"{round(value, 9):g}" for value in values])
    ax.set_xticks(plane.xticks, [f"{tick:g}" for tick in plane.xticks])
    ax.set_xlabel(plane.xlabel, color=HEX["muted"], size=10, labelpad=2)
    ax.grid(axis="y", color=HEX["line"], lw=0.8, clip_on=False)
    if plane.zero and low <= 0 <= high:
        ax.axhline(0, color=HEX["muted"], lw=1, clip_on=False)


def _name_ends(ax: Any, lines: Sequence[Line], names: Sequence[str], plane: Plane, at: float) -> None:
    """Names at the lines' ends, moved apart where they would touch."""
    low, high = plane.ylim
    ends = [_PLOT * (line.ys[-1] - low) / (high - low) for line in lines]
    for index, place in enumerate(spread(ends, LANE, 0, _PLOT)):
        ax.text(
            at,
            place / _PLOT,
            names[index],
            va="center_baseline",
            size=10,
            color=HEX[lines[index].colour],
            transform=ax.transAxes,
        )


def room_for(names: Iterable[str]) -> float:
    """Pixels for the longest of the names."""
    return 2 * _GAP + _LETTER * max(len(cut(name)) for name in names)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved as little as needed to stand a gap apart, in the same order, between low and high.

    >>> spread([20, 20, 60], 10, 0, 100)
    [15.0, 25.0, 60.0]
    >>> spread([99, 100], 10, 0, 100)
    [90.0, 100.0]
    """
    from scipy.optimize import isotonic_regression

    order = sorted(range(len(places)), key=lambda i: places[i])
    steps = [gap * rank for rank in range(len(order))]
    apart = isotonic_regression([places[i] - step for i, step in zip(order, steps, strict=True)]).x
    moved = list(places)
    for i, step, place in zip(order, steps, apart, strict=True):
        moved[i] = float(max(low, min(high - steps[-1], place))) + step
    return moved
