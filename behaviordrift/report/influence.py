"""The page's part on influence: in what shares a mixture behaves like each task, and what each task adds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from behaviordrift.findings.influence import KIND, POTENCY, RESEMBLANCE
from behaviordrift.findings.wording import effect_text, p_text
from behaviordrift.findings.wording_blends import share_text
from behaviordrift.report.fields import number, where
from behaviordrift.report.marks import Mark, task_marks
from behaviordrift.report.mixtures import mixture_text
from behaviordrift.report.share_lanes import Lanes, share_plot
from behaviordrift.report.svg import Drawing, plain_style

OVER_ALL = "over all mixtures, if shares were equal"


def shares_of_mixtures(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on single mixtures, and the one over them all."""
    return [f for f in document["findings"] if f["kind"] == KIND and f["measure"] in (RESEMBLANCE, POTENCY)]


def contributions(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings on what each task adds to a measure."""
    return [f for f in document["findings"] if f["kind"] == KIND and f["measure"] not in (RESEMBLANCE, POTENCY)]


def mixture_of(finding: dict[str, Any]) -> str:
    """What a finding on shares is of, in few words."""
    if finding["measure"] == POTENCY:
        return OVER_ALL
    return mixture_text({effect["task"]: effect["nominal"] for effect in finding["effects"]})


def share_cells(finding: dict[str, Any]) -> list[str]:
    """Each task's share in words; a dash where none is told."""
    return [_share(effect) for effect in finding["effects"]]


def influence_section(document: dict[str, Any]) -> dict[str, Any] | None:
    """What the template shows; None where no mixture can be held against the pure tasks."""
    shares, added = shares_of_mixtures(document), contributions(document)
    if not shares:
        return None
    marks = task_marks(document)
    tasks = [marks[effect["task"]] for effect in shares[0]["effects"]]
    return {
        "tasks": tasks,
        "measures": shares[0]["method"].partition("; over ")[2],
        "drawings": _drawings(shares, tasks),
        "shares": [
            {"finding": f, "mixture": mixture_of(f), "cells": share_cells(f), "p": p_text(number(f["p_adj"]))}
            for f in shares
        ],
        "added": [_added_row(f) for f in added],
        "base": added[0]["baseline"] if added else None,
    }


def _share(effect: dict[str, Any]) -> str:
    ends = [number(end) for end in effect["ci"]]
    if not all(map(math.isfinite, ends)):
        return "–"
    return share_text({"estimate": number(effect["estimate"]), "ci": ends})


def _drawings(shares: Sequence[dict[str, Any]], tasks: Sequence[Mark]) -> list[Drawing]:
    told = [f for f in shares if any(cell != "–" for cell in share_cells(f)) and f["verdict"] != "unidentified"]
    with plain_style():
        return [Drawing(f"{mixture_of(f)}", _plot(f, tasks)) for f in told]


def _plot(finding: dict[str, Any], tasks: Sequence[Mark]) -> str:
    effects = {effect["task"]: effect for effect in finding["effects"]}
    nominal = {task: effect["nominal"] for task, effect in effects.items()}
    differs = finding["verdict"] == "differs from nominal"
    return share_plot(
        [Lanes("Heard", finding["verdict"], effects, nominal, tuple(effects) if differs else ())],
        tasks,
        f"{mixture_of(finding)}: shares of each task in behaviour",
        "A mark for the share in which the mixture behaves like each task, a line for what the data do not refute, an "
        "upright stroke for its share in training. The table holds the numbers.",
    )


def _added_row(finding: dict[str, Any]) -> dict[str, Any]:
    kind = finding["unit_text"]
    return {
        "finding": finding,
        "where": where(finding),
        "total": _effect(kind, finding["estimate"], finding["ci"]),
        "p": p_text(number(finding["p_adj"])),
        "cells": [
            (*_effect(kind, e["estimate"], e["ci"]), _share({"estimate": e["share"], "ci": e["share_ci"]}))
            for e in finding["effects"]
        ],
    }


def _effect(kind: Any, estimate: float | None, ends: Sequence[float | None]) -> tuple[str, str]:
    low, high = (effect_text(kind, number(end)) for end in ends)
    return effect_text(kind, number(estimate)), f"[{low}, {high}]"
