"""Mixtures as every report shows them, and the checkpoints of a study by their mixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Group:
    """Checkpoints of one mixture; without shares, one checkpoint whose mixture is unknown."""

    shares: tuple[float, ...]
    phased: bool
    checkpoints: tuple[str, ...]


def percent(share: float) -> str:
    """A share of the mixture without its sign.

    >>> percent(1 / 3), percent(0.5), percent(0.125)
    ('33', '50', '12.5')
    """
    points = 100 * share
    return f"{points:.3g}" if abs(points * 2 - round(points * 2)) < 1e-6 else f"{points:.0f}"


def mixture_text(mixture: dict[str, float]) -> str:
    """Shares in percent, tasks without a share left out.

    >>> mixture_text({"qa": 0.5, "safety": 0.5, "support": 0.0})
    'qa 50 safety 50'
    """
    return " ".join(f"{task} {percent(share)}" for task, share in sorted(mixture.items()) if share > 0)


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
