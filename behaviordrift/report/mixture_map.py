"""The figure of a search among mixtures: which meet what is wanted, a lane for two tasks and a triangle for three."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from behaviordrift.report.marks import Mark
from behaviordrift.report.svg import EDGE, HEX, WIDTH, canvas, cut, plain_style, to_svg

Vector = npt.NDArray[np.float64]
Shapes = dict[str, list[list[tuple[float, float]]]]

AREAS = {"misses": "missed", "open": "rule", "meets": "same"}
"""Colour of each verdict; what was not searched stays blank."""

TRAINED, START, BEST = Mark("○", "ink", "o", "trained"), Mark("◇", "ink", "D", "from"), Mark("☆", "ink", "*", "best")

SIDE, HEIGHT, FOOT, LABEL = 256, 256 * math.sqrt(3) / 2, 40, 26
CORNERS = np.array([[0.5, 1.0], [0.0, 0.0], [1.0, 0.0]])
"""Where a mixture of one task alone stands: the first at the top, the second to the left, the third to the right."""

GRID = (0.25, 0.5, 0.75)


def mixture_map(recommendation: Mapping[str, Any], tasks: Sequence[Mark]) -> str | None:
    """The SVG of what a search says of each mixture; None where nothing was searched, or of more than three tasks.

    Args:
        recommendation: from `make_recommendation`.
        tasks: the mark of every task, in the order of the shares.
    """
    areas = recommendation["areas"]
    if areas is None:
        return None
    main = recommendation["findings"][0]
    marks = [(TRAINED, np.array(recommendation["trained"]))]
    for mark, field in ((START, "start"), (BEST, "best")):
        marks.append((mark, np.array([[effect[field] for effect in main["effects"]]])))
    draw = _lane if len(tasks) == 2 else _triangle
    with plain_style():
        return to_svg(
            draw(areas, marks, tasks),
            f"Mixtures of {', '.join(task.meaning for task in tasks)}: {main['verdict']}",
            "Green are the mixtures that meet what is wanted with the confidence asked for, pale those shown to miss, "
            "grey those of which neither is shown. The table holds the numbers.",
        )


def _lane(areas: Mapping[str, Any], marks: Sequence[tuple[Mark, Vector]], tasks: Sequence[Mark]) -> Any:
    """All mixtures of two tasks on a line, from the first alone to the second alone."""
    first, second = tasks
    figure, ax = canvas(WIDTH, 76, (EDGE, 30, WIDTH - 2 * EDGE, 24))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ticks = [0, *GRID, 1]
    ax.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color=HEX["muted"], lw=1, clip_on=False)
    half = areas["step"] / 2
    boxes: Shapes = defaultdict(list)
    for stretch in areas["stretches"]:
        ends = sorted((stretch["start"][1], stretch["end"][1]))
        low, high = max(0.0, ends[0] - half), min(1.0, ends[1] + half)
        boxes[stretch["verdict"]].append([(low, 0), (high, 0), (high, 1), (low, 1)])
    _fill(ax, boxes)
    for mark, mixtures in marks:
        _dots(ax, mark, np.column_stack([mixtures[:, 1], np.full(len(mixtures), 0.5)]))
    for x, task, side in ((0, first, "left"), (1, second, "right")):
        ax.text(x, 1.4, f"{cut(task.meaning)} alone", ha=side, color=HEX[task.colour])
    ax.text(0.5, -1.2, f"{cut(second.meaning)}, %", ha="center", color=HEX["muted"], size=10)
    return figure


def _triangle(areas: Mapping[str, Any], marks: Sequence[tuple[Mark, Vector]], tasks: Sequence[Mark]) -> Any:
    """All mixtures of three tasks, each nearer to the corners of the tasks that it has more of."""
    figure, ax = canvas(WIDTH, HEIGHT + FOOT + LABEL, ((WIDTH - SIDE) / 2, FOOT, SIDE, HEIGHT))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xticks([])
    strips: Shapes = defaultdict(list)
    for stretch in areas["stretches"]:
        strips[stretch["verdict"]].append(_strip(stretch, areas["step"] / 2))
    _fill(ax, strips)
    for task in range(3):
        _share_lines(ax, task, tasks[task])
    outline = CORNERS[[0, 1, 2, 0]]
    ax.plot(outline[:, 0], outline[:, 1], color=HEX["muted"], lw=1, clip_on=False)
    for mark, mixtures in marks:
        _dots(ax, mark, mixtures @ CORNERS)
    return figure


def _strip(stretch: Mapping[str, Any], half: float) -> list[tuple[float, float]]:
    """The corners of a stretch, with half a step around it, within the triangle."""
    (left, height), (right, _) = sorted((np.array([stretch["start"], stretch["end"]]) @ CORNERS).tolist())
    heights = max(0.0, height - half), min(1.0, height + half)
    ends = [(max(left - half, h / 2), min(right + half, 1 - h / 2), h) for h in heights]
    (a, b, low), (c, d, high) = ends
    return [(a, low), (b, low), (d, high), (c, high)]


def _share_lines(ax: Any, task: int, mark: Mark) -> None:
    """Lines of 25, 50 and 75 % of a task, told at the side that runs up to its corner."""
    before, after = (task + 1) % 3, (task + 2) % 3
    for share in GRID:
        ends = np.zeros((2, 3))
        ends[:, task] = share
        ends[0, before] = ends[1, after] = 1 - share
        line = ends @ CORNERS
        ax.plot(line[:, 0], line[:, 1], color=HEX["line"], lw=0.8, clip_on=False)
        side, x, y = (("right", -0.02, 0), ("center", 0.0, -0.055), ("left", 0.02, 0))[task]
        ax.text(line[0, 0] + x, line[0, 1] + y, f"{100 * share:.0f}", ha=side, color=HEX[mark.colour], size=9)
    x, y = CORNERS[task]
    side, down = (("center", 0.04), ("left", -0.13), ("right", -0.13))[task]
    hang = 0 if task == 0 else (0.12 if task == 2 else -0.12)
    ax.text(x + hang, y + down, f"{cut(mark.meaning)} alone", ha=side, color=HEX[mark.colour])


def _fill(ax: Any, shapes: Shapes) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for verdict, colour in AREAS.items():
        if shapes[verdict]:
            path = Path.make_compound_path(*(Path([*shape, shape[0]], closed=True) for shape in shapes[verdict]))
            ax.add_patch(PathPatch(path, color=HEX[colour], lw=0, clip_on=False))


def _dots(ax: Any, mark: Mark, places: Vector) -> None:
    style = {"mfc": HEX["paper"], "mec": HEX[mark.colour], "mew": 1.4, "clip_on": False, "zorder": 3}
    ax.plot(places[:, 0], places[:, 1], mark.marker, ls="", ms=14 if mark is BEST else 7, **style)
