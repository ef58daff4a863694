"""The page's part on voice: which task a checkpoint sounds like, beside the shares it was trained with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.report.fields import number
from behaviordrift.report.marks import Mark, task_marks
from behaviordrift.report.mixtures import mixture_text, mixtures, panels
from behaviordrift.report.svg import EDGE, HEX, LANE, WIDTH, Drawing, canvas, cut, plain_style, to_svg

_LABEL, _GAP, _FOOT, _AXIS = 19, 8, 24, 16


@dataclass(frozen=True)
class Voice:
    """A checkpoint's voice: the shares it was trained with, None where they are not known, and what was heard."""

    finding: dict[str, Any]
    nominal: dict[str, float] | None

    @property
    def name(self) -> str:
        """The checkpoint."""
        return str(self.finding["candidate"])

    @property
    def heard(self) -> dict[str, dict[str, Any]]:
        """The effects by task; empty where the voices cannot be told apart, for then the shares say nothing."""
        return {} if self.finding["verdict"] == "unidentified" else {e["task"]: e for e in self.finding["effects"]}

    @property
    def main(self) -> str | None:
        """The main task, None where there is none."""
        if self.finding["verdict"] != "main task":
            return None
        return str(max(self.finding["effects"], key=lambda e: number(e["estimate"]))["task"])


def voices(document: dict[str, Any]) -> list[Voice]:
    """The voice of every checkpoint that was heard, in the order of the study."""
    nominal = mixtures(document)
    return [Voice(f, nominal.get(f["candidate"])) for f in document["findings"] if f["kind"] == "voice"]


def voice_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no voice was measured."""
    found = voices(document)
    if not found:
        return None
    marks = task_marks(document)
    tasks = list(dict.fromkeys(e["task"] for voice in found for e in voice.finding["effects"]))
    accuracy = number(found[0].finding["components"]["accuracy"])
    return {
        "tasks": [marks[task] for task in tasks],
        "accuracy": f"{100 * accuracy:.0f}",
        "probe_set": found[0].finding["probe_set"],
        "method": found[0].finding["method"],
        "drawings": _drawings(document, found, [marks[task] for task in tasks]),
        "rows": [_row(voice, tasks, marks) for voice in found],
    }


def _row(voice: Voice, tasks: Sequence[str], marks: dict[str, Mark]) -> dict[str, Any]:
    return {
        "finding": voice.finding,
        "nominal": mixture_text(voice.nominal) if voice.nominal else "mixture not known",
        "main": marks[voice.main] if voice.main else None,
        "cells": [
            {"heard": _percent(voice.heard[task]["estimate"]), "interval": _interval(voice.heard[task]["ci"])}
            if task in voice.heard
            else None
            for task in tasks
        ],
        "loudest": tasks.index(voice.main) if voice.main else None,
    }


def _percent(share: float | None) -> str:
    return f"{100 * number(share):.0f} %"


def _interval(ends: Sequence[float | None]) -> str:
    low, high = (f"{100 * number(end):.0f}" for end in ends)
    return f"[{low}, {high}]"


def _drawings(document: dict[str, Any], found: Sequence[Voice], tasks: Sequence[Mark]) -> list[Drawing]:
    of = {voice.name: voice for voice in found if voice.heard}
    with plain_style():
        return [
            Drawing(heading, _plot(heading, [of[name] for name in names], tasks))
            for heading, names in panels(document, list(of)).items()
        ]


def _plot(heading: str, found: Sequence[Voice], tasks: Sequence[Mark]) -> str:
    step = _LABEL + LANE * len(tasks) + _GAP
    height = step * len(found)
    figure, ax = canvas(WIDTH, height + _FOOT, (EDGE, _FOOT, WIDTH - 2 * EDGE, height))
    ax.set_xlim(0, 100)
    ax.set_ylim(height, 0)
    ax.set_xticks([0, 25, 50, 75, 100], ["0 %", "25", "50", "75", "100 %"])
    for index, voice in enumerate(found):
        _draw_voice(ax, index * step, voice, tasks)
    return to_svg(
        figure,
        f"{heading}: shares of voice of {', '.join(voice.name for voice in found)}",
        "A mark for the share of replies that sound like each task, a line for its 95 % interval, an upright stroke "
        "for the task's share in training. The table holds the numbers.",
    )


def _draw_voice(ax: Any, top: float, voice: Voice, tasks: Sequence[Mark]) -> None:
    hang = _AXIS / (WIDTH - 2 * EDGE)
    note = f"main task {voice.main}" if voice.main else voice.finding["verdict"]
    names = {"transform": ax.get_yaxis_transform(), "clip_on": False}
    ax.text(-hang, top + 14, cut(voice.name, 28), color=HEX["ink"], **names)
    ax.text(1 + hang, top + 14, cut(note, 26), ha="right", color=HEX["muted"], **names)
    bottom = top + _LABEL + LANE * len(tasks) + 1
    for share in (0, 25, 50, 75, 100):
        ax.plot((share, share), (top + _LABEL, bottom), color=HEX["line"], lw=0.8, clip_on=False)
    for lane, mark in enumerate(tasks):
        y = top + _LABEL + LANE * (lane + 0.5)
        _draw_share(ax, y, voice.heard[mark.meaning], mark, main=mark.meaning == voice.main)
        if voice.nominal:
            trained = 100 * voice.nominal.get(mark.meaning, 0.0)
            ax.plot((trained, trained), (y - 5, y + 5), color=HEX["ink"], lw=1.6, clip_on=False)


def _draw_share(ax: Any, y: float, effect: dict[str, Any], mark: Mark, *, main: bool) -> None:
    colour = HEX[mark.colour]
    ax.plot([100 * number(end) for end in effect["ci"]], (y, y), color=colour, lw=1.6, clip_on=False)
    face = colour if main else HEX["paper"]
    ax.plot(100 * number(effect["estimate"]), y, mark.marker, mfc=face, mec=colour, mew=1.5, ms=6, clip_on=False)
