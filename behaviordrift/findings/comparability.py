"""The manifest check: what else differs between runs whose mixtures are compared, and what is not known of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
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
"""Names, or values, that are told before the rest is counted."""

SAME_SHARE, ROUNDED_SHARE = 1e-6, 0.01
"""Shares that differ by less than the first are one mixture; by less than the second, perhaps one that was rounded."""

Parts = dict[tuple[str, ...], str]
"""The values of a setting by the names that lead to them; one without a name where it has no parts."""

WIDTH = 40
"""Characters of a value that are told, where they tell it from the others."""


def differing_facts(runs: Sequence[TrainedRun]) -> tuple[str, ...]:
    """Facts that more than one value is known for, with the values and the runs that have the rarer ones.

    Of a fact with parts, such as a learning rate with its schedule, the parts that differ are told. Epochs and token
    totals move with every mixture and stay out.
    """
    facts = sorted({fact for run in runs for fact in run.facts})
    told = [(fact, _difference({run.name: run.facts[fact] for run in runs if fact in run.facts})) for fact in facts]
    return tuple(f"{fact}: {difference}" for fact, difference in told if difference)


def _difference(values: Mapping[str, Any]) -> str:
    """The parts in which the runs' values differ; whole values where not all have parts; empty where they agree."""
    divided = all(isinstance(value, dict) for value in values.values())
    known: dict[str, Parts] = {n: _parts(value) if divided else {(): _json(value)} for n, value in values.items()}
    told = []
    for part in sorted({part for parts in known.values() for part in parts}):
        holders: dict[str, list[str]] = {}
        for name, parts in known.items():
            holders.setdefault(parts.get(part, "nothing"), []).append(name)
        if len(holders) > 1:
            told.append(" ".join([*part, _values_text(holders)]))
    return ", ".join(told)


def _parts(value: Any) -> Parts:
    if not isinstance(value, dict) or not value:
        return {(): _json(value)}
    return {(str(key), *rest): text for key, inner in value.items() for rest, text in _parts(inner).items()}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _values_text(holders: Mapping[str, Sequence[str]]) -> str:
    """The commonest value, then the others, each with the runs that have it."""
    ordered = sorted(holders, key=lambda value: (-len(holders[value]), value))
    short = [value if len(value) <= WIDTH else f"{value[:WIDTH]}…" for value in ordered]
    shown = ordered if len(set(short)) < len(short) else short
    rarer = [f"{text} ({first_names(holders[value])})" for text, value in zip(shown[1:], ordered[1:], strict=True)]
    more = len(rarer) - NAMED
    return " and ".join([shown[0], *rarer[:NAMED], *([f"{more} values more"] if more > 0 else [])])


def comparability_caveats(runs: Sequence[TrainedRun]) -> tuple[str, ...]:
    """What a reader must hold against a comparison of these runs: facts not known, and amounts that moved along."""
    return (*_copies(runs), *_near(runs), *_unknown(runs), *_epochs(runs), *_totals(runs))


def _copies(runs: Sequence[TrainedRun]) -> list[str]:
    copies = [copy for run in runs for copy in run.copies]
    return [f"taken for one run, which is no replicate of itself: {first_names(copies)}"] if copies else []


def _near(runs: Sequence[TrainedRun]) -> list[str]:
    """Runs that stand at two mixtures though one may have been meant, and rounded."""
    near = [
        f"{one.name} and {other.name}"
        for one, other in combinations(runs, 2)
        if SAME_SHARE < _gap(one.mixture, other.mixture) < ROUNDED_SHARE
    ]
    if not near:
        return []
    return [
        f"taken for two mixtures, though their shares differ by less than one point: {first_names(near)}; "
        "if one was meant, write it alike, and its runs are replicates"
    ]


def _gap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return max(abs(one.get(task, 0.0) - other.get(task, 0.0)) for task in {*one, *other})


def _unknown(runs: Sequence[TrainedRun]) -> list[str]:
    missing: dict[tuple[str, ...], list[str]] = {}
    stated = sorted({fact for run in runs for fact in run.facts} - set(BLOCKING))
    for fact in (*BLOCKING, *stated):
        names = tuple(run.name for run in runs if not {fact, COVERED.get(fact, fact)} & set(run.facts))
        if names:
            missing.setdefault(names, []).append(fact)
    return [
        f"not known for {_told(names, len(runs))}: {', '.join(facts)}; that they are alike is taken on trust"
        for names, facts in missing.items()
    ]


def _told(names: Sequence[str], runs: int) -> str:
    return "any run" if len(names) == runs else first_names(names)


def first_names(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
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
