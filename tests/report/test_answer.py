"""The answer's sentences on voice, risk and forgetting: counted from the verdicts, absent where nothing is shown."""

from __future__ import annotations

from typing import Any

import pytest

from behaviordrift.report.answer import answer
from behaviordrift.report.changes import CHANGES


def of_kind(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [f for f in document["findings"] if f["kind"] == kind]


def sentences(document: dict[str, Any], start: str) -> list[str]:
    return [sentence for sentence in answer(document) if sentence.startswith(start)]


def test_the_voice_is_counted_and_a_surprise_is_told(told: dict[str, Any]) -> None:
    (mixed,) = (f for f in of_kind(told, "voice") if f["candidate"] == "mix-s1")
    told["findings"] = [f for f in told["findings"] if f["kind"] != "voice"] + [mixed]
    assert (mixed["verdict"], {e["task"]: e["nominal"] for e in mixed["effects"]}) == (
        "main task",
        {"qa": 0.25, "support": 0.75},
    )
    (sentence,) = sentences(told, "On neutral")
    assert sentence == (
        "On neutral probes the voice has a main task in 1 of 1 checkpoint heard: qa in 1; "
        "1 of them had a larger share of another task in training."
    )
    for effect in mixed["effects"]:
        effect["nominal"] = 0.5
    assert sentences(told, "On neutral")[0].endswith("heard: qa in 1.")


def test_risk_is_counted_by_verdict(told: dict[str, Any]) -> None:
    found = of_kind(told, "risk_preference")
    for place, finding in enumerate(found):
        finding["verdict"] = ("answering costs", "answering pays", "not shown")[min(place, 2)]
    assert sentences(told, "Where a wrong") == [
        "Where a wrong answer costs as much as a right one earns, answering pays for 1, costs more than it earns for 1 "
        f"and is not shown to do either for {len(found) - 2} of {len(found)} checkpoints."
    ]


def test_what_is_forgotten_is_named_the_fastest_first(told: dict[str, Any]) -> None:
    qa, support = of_kind(told, "forgetting_speed")
    assert (qa["task"], qa["verdict"], support["verdict"]) == ("qa", "forgetting", "still learning")
    start = "A task is shown to be forgotten after its best checkpoint"
    assert sentences(told, start) == [f"{start}: qa in the run of mix-s1."]
    support.update(verdict="forgetting", estimate=2 * qa["estimate"])
    assert sentences(told, start) == [f"{start}: support in the run of mix-s1 and qa in the run of mix-s1."]


@pytest.mark.parametrize(
    ("kind", "start", "verdict"),
    [
        ("voice", "On neutral", "no main task"),
        ("voice", "On neutral", "unidentified"),
        ("risk_preference", "Where a wrong", "not shown"),
        ("forgetting_speed", "A task is", "not shown"),
        ("forgetting_speed", "A task is", "inconclusive"),
        ("forgetting_speed", "A task is", "still learning"),
    ],
)
def test_where_nothing_is_shown_nothing_is_said(told: dict[str, Any], kind: str, start: str, verdict: str) -> None:
    assert sentences(told, start)
    for finding in of_kind(told, kind):
        finding["verdict"] = verdict
    assert sentences(told, start) == []


def test_a_candidate_that_could_not_be_compared_is_named_and_not_counted(told: dict[str, Any]) -> None:
    changes = [f for f in told["findings"] if f["kind"] in CHANGES]
    mute = changes[0]["candidate"]
    assert not any("could not be compared" in sentence for sentence in answer(told))
    for finding in changes:
        if finding["candidate"] == mute:
            finding.update(n_units=0, verdict="inconclusive")
    assert f"{mute} could not be compared with it on any measure." in answer(told)
    for finding in changes:
        finding["n_units"] = 0
    assert answer(told)[0].startswith("Nothing could be compared with")


def test_the_order_is_counted_by_verdict(told: dict[str, Any]) -> None:
    assert not sentences(told, "Of the order")
    other = of_kind(told, "voice")[0]
    told["findings"] += [{**other, "kind": "phase", "verdict": v} for v in ("order matters", "not shown", "not shown")]
    assert sentences(told, "Of the order") == [
        "Of the order in which the mixtures come, on 3 measures: "
        "it is shown to matter for 1 and no effect is shown for 2."
    ]
