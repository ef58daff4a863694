"""Figures of levels: every checkpoint's value of a measure, mixtures side by side, seeds as dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from behaviordrift.findings.wording import level_text
from behaviordrift.report.fields import where
from behaviordrift.report.mixtures import Group, by_mixture, percent
from behaviordrift.report.svg import EDGE, HEX, LANE, WIDTH, Drawing, canvas, cut, plain_style, to_svg


def level_drawings(document: dict[str, Any], pairs: Sequence[dict[str, Any]]) -> list[Drawing]:
    """Every checkpoint's level: a drawing for each measure on a probe set, mixtures side by side, seeds as dots.

    Args:
        document: the findings document.
        pairs: one finding for each measure on a probe set.
    """
    tasks, columns = by_mixture(document["checkpoints"])
    with plain_style():
        return [
            Drawing(
                f"{pair['measure']} on {where(pair)}",
                _level_plot(pair, _level_values(document, pair), tasks, columns, document["study"]["baseline"]),
            )
            for pair in pairs
        ]


def _level_values(document: dict[str, Any], pair: dict[str, Any]) -> dict[str, float]:
    return {
        checkpoint["name"]: level["mean"]
        for checkpoint in document["checkpoints"]
        for level in checkpoint["levels"]
        if (level["measure"], level["probe_set"]) == (pair["measure"], pair["probe_set"]) and "mean" in level
    }


def _level_plot(
    pair: dict[str, Any], values: dict[str, float], tasks: Sequence[str], columns: Sequence[Group], baseline: str
) -> str:
    kind, plot = pair["unit_text"], 110
    names = [cut(column.checkpoints[0], 10) for column in columns if not column.shares]
    foot = 12 + max([LANE * len(tasks), *(6 * len(name) for name in names)])
    left = max([46, *(6 * len(cut(task)) + 8 for task in tasks)])
    width = max(WIDTH, left + 26 * len(columns) + EDGE)
    figure, ax = canvas(width, plot + foot + EDGE, (left, foot, width - left - EDGE, plot))
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(*_level_limits(kind, list(values.values())))
    ticks = [0.0, 0.5, 1.0] if kind == "binary" else _level_ticks(ax)
    ax.set_xticks([])
    ax.set_yticks(ticks, [level_text(kind, tick) for tick in ticks])
    ax.grid(axis="y", color=HEX["line"], lw=0.8, clip_on=False)
    if baseline in values:
        ax.axhline(values[baseline], color=HEX["muted"], lw=1, ls=(0, (3, 3)), clip_on=False)
    for place, column in enumerate(columns):
        _draw_column(ax, place, [values[name] for name in column.checkpoints if name in values])
        _draw_shares(ax, place, column, len(tasks), plot)
    for line, task in enumerate(tasks):
        ax.text(
            -6 / (width - left - EDGE),
            -(16 + LANE * line) / plot,
            cut(task),
            ha="right",
            color=HEX["muted"],
            size=10,
            transform=ax.transAxes,
        )
    title = f"{pair['measure']} on {where(pair)}, by checkpoint"
    return to_svg(
        figure, title, "A dot for each checkpoint, a bar for the mean of each mixture, shares in percent below."
    )


def _level_limits(kind: str, values: Sequence[float]) -> tuple[float, float]:
    if kind == "binary":
        return 0.0, 1.0
    low, high = min(values, default=0.0), max(values, default=1.0)
    if kind == "logprob":
        pad = 0.08 * (high - low) or 0.1
        return low - pad, high + pad
    return 0.0, 1.1 * high or 1.0


def _level_ticks(ax: Any) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    low, high = ax.get_ylim()
    return [float(v) for v in MaxNLocator(3).tick_values(low, high) if low <= v <= high]


def _draw_column(ax: Any, place: int, values: Sequence[float]) -> None:
    if not values:
        return
    spread = min(0.14, 0.6 / len(values))
    xs = [place + spread * (i - (len(values) - 1) / 2) for i in range(len(values))]
    if len(values) > 1:
        mean = sum(values) / len(values)
        ax.plot((place - 0.32, place + 0.32), (mean, mean), color=HEX["ink"], lw=2, clip_on=False)
    ax.plot(xs, values, "o", ls="", mfc=HEX["paper"], mec=HEX["muted"], mew=1.3, ms=5, clip_on=False)


def _draw_shares(ax: Any, place: int, column: Group, lines: int, plot: float) -> None:
    """The mixture under its column, a line for each task; the name where no mixture is known."""
    style = {"color": HEX["muted"], "size": 10, "transform": ax.get_xaxis_transform()}
    if not column.shares:
        turn = {"rotation": 90, "rotation_mode": "anchor", "ha": "right", "va": "center"}
        ax.text(place, -8 / plot, cut(column.checkpoints[0], 10), **style, **turn)
    for line, share in enumerate(column.shares):
        mark = "†" if column.phased and line == lines - 1 else ""
        ax.text(place, -(16 + LANE * line) / plot, (percent(share) if share else "·") + mark, ha="center", **style)
