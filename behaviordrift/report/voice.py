"""The page's part on voice: which task a checkpoint sounds like, beside the shares it was trained with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.report.fields import number
from behaviordrift.report.marks import Mark, task_marks
from behaviordrift.report.mixtures import mixture_text, mixtures, panels
from behaviordrift.report.share_lanes import Lanes, share_plot
from behaviordrift.report.svg import Drawing, plain_style


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
    return share_plot(
        [_lanes(voice) for voice in found],
        tasks,
        f"{heading}: shares of voice of {', '.join(voice.name for voice in found)}",
        "A mark for the share of replies that sound like each task, a line for its 95 % interval, an upright stroke "
        "for the task's share in training. The table holds the numbers.",
    )


def _lanes(voice: Voice) -> Lanes:
    note = f"main task {voice.main}" if voice.main else voice.finding["verdict"]
    return Lanes(voice.name, note, voice.heard, voice.nominal, (voice.main,) if voice.main else ())
