"""Mixtures as every report shows them, and the checkpoints of a study by their mixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from behaviordrift.checkpoints.mixture import mixture_text, percent

__all__ = ["Group", "by_mixture", "mixture_text", "mixtures", "panels", "percent", "tasks_of"]


@dataclass(frozen=True)
class Group:
    """Checkpoints of one mixture; without shares, one checkpoint whose mixture is unknown."""

    shares: tuple[float, ...]
    phased: bool
    checkpoints: tuple[str, ...]


def mixtures(document: dict[str, Any]) -> dict[str, dict[str, float] | None]:
    """The nominal mixture of every checkpoint, in the order of the study; None where it is not known."""
    return {c["name"]: (c["record"] or {}).get("mixture") or None for c in document["checkpoints"]}


def tasks_of(document: dict[str, Any]) -> list[str]:
    """All tasks that the study knows of, in the order of their colours: first those of its design."""
    design = document["study"]["design"]
    trained = {task for mixture in mixtures(document).values() for task, share in (mixture or {}).items() if share > 0}
    heard = {e["task"] for f in document["findings"] if f["kind"] == "voice" for e in f["effects"]}
    held_out = {f["task"] for f in document["findings"] if f["task"]}
    return list(dict.fromkeys([*(design["tasks"] if design else ()), *sorted(trained | heard | held_out)]))


def by_mixture(checkpoints: Sequence[dict[str, Any]]) -> tuple[list[str], list[Group]]:
    """Checkpoints whose mixture is unknown, each alone, then the mixtures in order, each with its checkpoints."""
    records = {c["name"]: c["record"] for c in checkpoints if c["record"] and c["record"]["mixture"]}
    tasks = sorted({task for record in records.values() for task, share in record["mixture"].items() if share > 0})
    groups: dict[tuple[Any, ...], list[str]] = {}
    for name, record in records.items():
        phases = tuple((p["until"], tuple(sorted(p["mixture"].items()))) for p in record["phases"] or ())
        shares = tuple(round(record["mixture"].get(task, 0.0), 6) for task in tasks)
        groups.setdefault((tuple(-share for share in shares), len(phases) > 1, phases), []).append(name)
    alone = [Group((), False, (c["name"],)) for c in checkpoints if c["name"] not in records]
    mixed = [Group(tuple(-s for s in key[0]), key[1], tuple(groups[key])) for key in sorted(groups)]
    return tasks, alone + mixed


def panels(document: dict[str, Any], names: Sequence[str]) -> dict[str, list[str]]:
    """The named checkpoints under a heading for each mixture; those whose mixture is unknown come first, together."""
    tasks, groups = by_mixture(document["checkpoints"])
    found: dict[str, list[str]] = {}
    for group in groups:
        here = [name for name in group.checkpoints if name in names]
        if here:
            shares = mixture_text(dict(zip(tasks, group.shares, strict=True))) if group.shares else ""
            heading = f"Trained with {shares}" + (", changing on the way" if group.phased else "")
            found.setdefault(heading if shares else "Mixture not known", []).extend(here)
    return found
