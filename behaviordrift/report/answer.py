"""The answer at the head of the page: what the study found in a few sentences, none stronger than the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from behaviordrift.findings.wording_gate import stopping_sentence
from behaviordrift.report.changes import changes_of, one_of_each
from behaviordrift.report.fields import number, where

CLEAREST = 3
"""Attribution sentences, and items of a list, that stand in the answer."""


EQUAL_SHARES = 1e-6
"""Shares nearer than this are equal: fractions are rounded."""


def answer(document: dict[str, Any]) -> list[str]:
    """What the study found in a few sentences, none stronger than the verdicts they count."""
    changes = changes_of(document)
    attributions = _of_kind(document, "attribution")
    sentences = _drift_answer(changes, document["study"]["baseline"])
    traits = (_order_answer(document), _voice_answer(document), _risk_answer(document), _forgetting_answer(document))
    stopping = document["study"].get("stopping")
    how_far = [stopping_sentence(stopping)] if stopping else []
    wish = _wish_answer(document.get("recommendation"))
    return [*how_far, *sentences, _cause_answer(document, attributions), *filter(None, (*traits, wish))]


def _drift_answer(asked: Sequence[dict[str, Any]], baseline: str) -> list[str]:
    changes = [f for f in asked if f["n_units"]]
    if not changes:
        return [f"Nothing could be compared with {baseline}: no measure has values for both checkpoints of a pair."]
    candidates = list(dict.fromkeys(f["candidate"] for f in changes))
    silent = [name for name in dict.fromkeys(f["candidate"] for f in asked) if name not in candidates]
    passed_over = [f"{_listed(silent)} could not be compared with it on any measure."] if silent else []
    measures = len(one_of_each(changes))
    counts = Counter(f["verdict"] for f in changes)
    words = {
        "drifted": "drifted, with an estimate beyond the margin",
        "equivalent": "equivalent within the margin",
        "inconclusive": "inconclusive",
    }
    told = _listed(f"{counts[verdict]} {said}" for verdict, said in words.items() if counts[verdict])
    if len(candidates) == 1:
        first = f"{candidates[0]} was compared with {baseline} on {_count(measures, 'measure')}: {told}."
        drifted = [f"{f['measure']} on {where(f)}" for f in changes if f["verdict"] == "drifted"]
        return [first, *passed_over, f"What drifted: {_listed(drifted)}." if drifted else "No drift is shown."]
    moved = Counter(f"{f['measure']} on {where(f)}" for f in changes if f["verdict"] == "drifted")
    reached = len({f["candidate"] for f in changes if f["verdict"] == "drifted"})
    first = (
        f"{len(candidates)} candidates were compared with {baseline} on {_count(measures, 'measure')}. "
        f"Of {len(changes)} comparisons: {told}."
    )
    if not moved:
        return [first, *passed_over, "No drift is shown."]
    often = _listed(f"{name} ({n})" for name, n in moved.most_common(CLEAREST))
    told = f"{reached} of {len(candidates)} candidates drifted in at least one measure; most often {often}."
    return [first, *passed_over, told]


def _cause_answer(document: dict[str, Any], attributions: Sequence[dict[str, Any]]) -> str:
    design = document["study"]["design"]
    if design is None:
        known = any(c["record"] and c["record"]["mixture"] for c in document["checkpoints"])
        return (
            "Fewer than two different mixtures are known, so nothing can be said of what the task ratio did."
            if known
            else "No mixtures are known, so nothing can be said of what the task ratio did."
        )
    if design["differing"]:
        differing = "; ".join(design["differing"])
        return f"The runs differ in more than their mixture ({differing}), so its part cannot be told."
    if design["rung"] in ("L0", "L1") or not attributions:
        reasons = "; ".join(design["reasons"]) or "no measure has values for every run"
        return f"The mixture's part is not identified: {reasons}."
    runs = f"Over {len(design['runs'])} runs at {design['points']} mixtures"
    strength = "attributed to the mixture" if design["rung"] == "L3" else "attributed between these mixtures"
    words = {
        "attributed": f"movement is {strength}",
        "not shown": "no effect of the mixture is shown",
        "unidentified": "the mixture's part is not identified",
    }
    told = _verdicts(attributions, words)
    return f"{runs}, of {_count(len(attributions), 'measure')}: {told}."


def _order_answer(document: dict[str, Any]) -> str | None:
    """For how many measures the order of mixtures matters; None where no run changes its mixture."""
    found = _of_kind(document, "phase")
    if not found:
        return None
    words = {
        "order matters": "it is shown to matter",
        "not shown": "no effect is shown",
        "unidentified": "it is not identified",
        "confounded": "it is confounded",
    }
    told = _verdicts(found, words)
    return f"Of the order in which the mixtures come, on {_count(len(found), 'measure')}: {told}."


def _voice_answer(document: dict[str, Any]) -> str | None:
    """Whose voice the checkpoints have, and whether training named another; None where no main task is shown."""
    found = _of_kind(document, "voice")
    led = [f for f in found if f["verdict"] == "main task"]
    if not led:
        return None
    voices = [max(f["effects"], key=lambda effect: number(effect["estimate"])) for f in led]
    tasks = _listed(f"{task} in {n}" for task, n in Counter(voice["task"] for voice in voices).most_common())
    smaller = sum(
        voice["nominal"] < max(number(effect["nominal"]) for effect in f["effects"]) - EQUAL_SHARES
        for f, voice in zip(led, voices, strict=True)
    )
    heard = _count(len(found), "checkpoint")
    told = f"On {led[0]['probe_set']} probes the voice has a main task in {len(led)} of {heard} heard: {tasks}"
    return f"{told}; {smaller} of them had a larger share of another task in training." if smaller else f"{told}."


def _risk_answer(document: dict[str, Any]) -> str | None:
    """For how many checkpoints answering pays; None where it is shown for none whether it does."""
    found = _of_kind(document, "risk_preference")
    if not {f["verdict"] for f in found} & {"answering pays", "answering costs"}:
        return None
    words = {
        "answering pays": "pays",
        "answering costs": "costs more than it earns",
        "not shown": "is not shown to do either",
    }
    told = _verdicts(found, words)
    among = _count(len(found), "checkpoint")
    return f"Where a wrong answer costs as much as a right one earns, answering {told} of {among}."


def _forgetting_answer(document: dict[str, Any]) -> str | None:
    """The tasks that a run is shown to forget on its way, the fastest first; None where it is shown for none."""
    found = _of_kind(document, "forgetting_speed")
    forgotten = sorted((f for f in found if f["verdict"] == "forgetting"), key=lambda f: number(f["estimate"]))
    if not forgotten:
        return None
    named = [f"{f['task']} in the run of {f['candidate']}" for f in forgotten[:CLEAREST]]
    more = [f"{len(forgotten) - CLEAREST} more"] if len(forgotten) > CLEAREST else []
    return f"A task is shown to be forgotten after its best checkpoint: {_listed([*named, *more])}."


def _wish_answer(recommendation: dict[str, Any] | None) -> str | None:
    """What was wanted of a mixture, and whether one gives it; None where nothing was asked."""
    if recommendation is None:
        return None
    wanted = recommendation["wanted"]
    more = [f"{len(wanted) - CLEAREST} more"] if len(wanted) > CLEAREST else []
    return f"Wanted of a mixture: {'; '.join([*wanted[:CLEAREST], *more])}. {recommendation['findings'][0]['text']}"


def _of_kind(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [f for f in document["findings"] if f["kind"] == kind]


def clearest(attributions: Sequence[dict[str, Any]]) -> list[str]:
    """Of the traits whose movement the mixture caused, the sentence with the smallest adjusted p of each."""
    shown = sorted((f for f in attributions if f["verdict"] == "attributed"), key=lambda f: number(f["p_adj"]))
    first_of_trait = {f["trait"]: f["text"] for f in reversed(shown)}
    return [f["text"] for f in shown if first_of_trait[f["trait"]] == f["text"]][:CLEAREST]


def _verdicts(findings: Sequence[dict[str, Any]], words: Mapping[str, str]) -> str:
    """How many findings have each verdict, in the order of the words for them."""
    counts = Counter(f["verdict"] for f in findings)
    return _listed(f"{said} for {counts[verdict]}" for verdict, said in words.items() if counts[verdict])


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _listed(items: Any) -> str:
    *start, last = list(items)
    return f"{', '.join(start)} and {last}" if start else str(last)
