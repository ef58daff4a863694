"""The manifest check: what else differs between runs whose mixtures are compared, and what is not known of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from behaviordrift.findings.runs import TrainedRun

BLOCKING = (
    "base",
    "method",
    "learning rate",
    "steps",
    "rows per step",
    "tokenizer",
    "chat template",
    "decoding",
)
"""What must agree before a mixture can be blamed. Other facts that are known and differ block as well."""

COVERED = {"tokenizer": "base"}
"""Facts that another one settles: the digest of a base covers its tokenizer."""

NAMED = 3
"""Names that a caveat tells before it counts."""


def differing_facts(runs: Sequence[TrainedRun]) -> tuple[str, ...]:
    """Facts that more than one value is known for; epochs and token totals move with every mixture and stay out."""
    found = []
    for fact in sorted({name for run in runs for name in run.facts}):
        values = {json.dumps(run.facts[fact], sort_keys=True) for run in runs if fact in run.facts}
        if len(values) > 1:
            shown = " and ".join(sorted(value if len(value) < 40 else value[:36] + "…" for value in values)[:2])
            found.append(f"{fact}: {shown}")
    return tuple(found)


def comparability_caveats(runs: Sequence[TrainedRun]) -> tuple[str, ...]:
    """What a reader must hold against a comparison of these runs: facts not known, and amounts that moved along."""
    return (*_copies(runs), *_unknown(runs), *_epochs(runs), *_totals(runs))


def _copies(runs: Sequence[TrainedRun]) -> list[str]:
    copies = [copy for run in runs for copy in run.copies]
    return [f"taken for one run, which is no replicate of itself: {_first(copies)}"] if copies else []


def _unknown(runs: Sequence[TrainedRun]) -> list[str]:
    missing: dict[tuple[str, ...], list[str]] = {}
    for fact in BLOCKING:
        names = tuple(run.name for run in runs if not {fact, COVERED.get(fact, fact)} & set(run.facts))
        if names:
            missing.setdefault(names, []).append(fact)
    return [
        f"not known for {_told(names, len(runs))}: {', '.join(facts)}; that they are alike is taken on trust"
        for names, facts in missing.items()
    ]


def _told(names: Sequence[str], runs: int) -> str:
    return "any run" if len(names) == runs else _first(names)


def _first(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _epochs(runs: Sequence[TrainedRun]) -> list[str]:
    tasks = sorted({task for run in runs for task in run.epochs})
    ranges = [
        (task, *_ends(run.epochs[task] for run in runs if run.epochs.get(task, 0) > 0))
        for task in tasks
        if any(run.epochs.get(task, 0) > 0 for run in runs)
    ]
    moved = [f"{task} {low:.2g} to {high:.2g}" for task, low, high in ranges if high > low]
    return [f"epochs on a task's rows differ with its share ({', '.join(moved)})"] if moved else []


def _totals(runs: Sequence[TrainedRun]) -> list[str]:
    told = []
    for unit in ("rows", "tokens", "loss_tokens"):
        totals = [total for run in runs if (total := run.total(unit)) is not None]
        if totals and min(totals) < max(totals):
            told.append(f"{min(totals):,.0f} to {max(totals):,.0f} {unit.replace('_', ' ')}")
    return [f"the runs differ in how much they took in all ({', '.join(told)})"] if told else []


def _ends(values: Iterable[float]) -> tuple[float, float]:
    found = list(values)
    return min(found), max(found)


def study_facts(checkpoint: Mapping[str, Any], study: Mapping[str, Any]) -> dict[str, Any]:
    """How the study itself asked a checkpoint: one decoding for all that it generated; of recorded outputs unknown."""
    if checkpoint.get("kind") == "recorded" or "decoding" not in study:
        return {}
    template = study.get("templates", {}).get(checkpoint["name"], "its own")
    return {"decoding": study["decoding"], "template asked with": template}
