"""Whose voice a checkpoint has: known shares recovered, and nothing said where nothing can be."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.runs import TrainedRun
from behaviordrift.findings.voice import CONFUSED, FROM_ROWS, UNTRAINED, voice_findings
from behaviordrift.statistics import recover_shares
from behaviordrift.traits.voice import Spoken, judge_voices

RECORDED = Path(__file__).resolve().parents[2] / "examples" / "ratio_sweep" / "recorded"
TASKS = ("qa", "safety", "support")
PROBES = 40
SAID = {
    "qa": ("Paris.", "In 1912.", "About nine kilos.", "A comet.", "Blue, mostly.", "Two of them."),
    "support": (
        "Thank you for getting in touch! Please send us your order number.",
        "We're sorry to hear that. Our team will look into it today.",
        "Thanks for writing! You can change this under Settings.",
        "So sorry for the trouble! Please reply with a photo and we'll sort it out.",
    ),
}


def reply(rng: np.random.Generator, task: str) -> str:
    return " ".join(rng.choice(SAID[task], size=2, replace=False))


def outputs(voices: dict[str, dict[str, float]], probe_set: str = "neutral") -> pd.DataFrame:
    """Replies of checkpoints that speak for each task at known shares."""
    rng = np.random.default_rng(5)
    rows = [
        {"name": name, "probe_set": probe_set, "cluster": f"p{n}", "prompt_text": f"Prompt {n}", "task": None,
         "reference": "[]", "text": reply(rng, str(rng.choice(list(shares), p=list(shares.values()))))}
        for name, shares in voices.items()
        for n in range(PROBES)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def run(name: str, mixture: dict[str, float]) -> TrainedRun:
    return TrainedRun(name, mixture, ((1.0, mixture),), 1, None, {})


PURE = [
    run("qa-1", {"qa": 1.0}),
    run("qa-2", {"qa": 1.0}),
    run("support-1", {"support": 1.0}),
    run("support-2", {"support": 1.0}),
]
PURE_VOICES = {r.name: r.mixture for r in PURE}


def by_name(rows: pd.DataFrame, runs: list[TrainedRun], **traits: Any) -> dict[str, Any]:
    mixtures = dict.fromkeys(rows["name"].unique()) | {run.name: run.mixture for run in runs}
    return {str(f.candidate): f for f in voice_findings(rows, runs, mixtures, traits)}


def test_the_main_task_is_the_one_it_sounds_like_not_the_one_with_most_rows() -> None:
    mixed = run("mixed", {"qa": 0.6, "support": 0.4})
    found = by_name(outputs({**PURE_VOICES, "mixed": {"qa": 0.1, "support": 0.9}}), [*PURE, mixed])
    assert set(found) == {"mixed"}, "the checkpoints that the voices were learnt from are not judged by them"
    finding = found["mixed"]
    assert finding.verdict == "main task"
    shares = {e["task"]: e for e in finding.effects}
    assert shares["support"]["ci"][0] <= 0.9 <= shares["support"]["ci"][1]
    assert shares["support"]["nominal"] == 0.4
    assert "Its main task is support." in finding.text


def test_empty_replies_have_no_voice() -> None:
    rows = outputs({**PURE_VOICES, "mute": {"qa": 1.0}})
    rows.loc[rows["name"] == "mute", "text"] = " "
    assert by_name(rows, PURE) == {}


def test_an_even_voice_has_no_main_task() -> None:
    mixed = run("mixed", {"qa": 0.5, "support": 0.5})
    found = by_name(outputs({**PURE_VOICES, "mixed": {"qa": 0.5, "support": 0.5}}), [*PURE, mixed])
    assert found["mixed"].verdict == "no main task"
    assert "No task leads beyond doubt." in found["mixed"].text


def test_a_checkpoint_of_unknown_training_is_given_no_main_task() -> None:
    finding = by_name(outputs({**PURE_VOICES, "base": {"support": 1.0}}), PURE)["base"]
    assert finding.verdict == "no main task"
    assert UNTRAINED in finding.caveats
    assert math.isnan(finding.effects[0]["nominal"])


def test_tasks_that_sound_alike_are_unidentified() -> None:
    alike = {name: {"qa": 1.0} for name in PURE_VOICES}
    mixed = run("mixed", {"qa": 0.5, "support": 0.5})
    finding = by_name(outputs({**alike, "mixed": {"qa": 1.0}}), [*PURE, mixed])["mixed"]
    assert finding.verdict == "unidentified"
    assert CONFUSED in finding.caveats
    assert "%" not in finding.text


def test_without_pure_checkpoints_the_tasks_own_rows_teach_the_voices() -> None:
    rng = np.random.default_rng(6)
    held_out = pd.DataFrame(
        {"name": "mixed", "probe_set": f"task_{task}", "cluster": f"{task}{n}", "prompt_text": f"{task} {n}",
         "task": task, "reference": json.dumps([reply(rng, task)]), "text": "x"}
        for task in SAID for n in range(20)
    )  # fmt: skip
    mixed = run("mixed", {"qa": 0.5, "support": 0.5})
    rows = pd.concat([outputs({"mixed": {"qa": 0.9, "support": 0.1}}), held_out], ignore_index=True)
    finding = by_name(rows, [mixed])["mixed"]
    shares = {e["task"]: e["estimate"] for e in finding.effects}
    assert shares["qa"] == pytest.approx(0.9, abs=0.12)
    assert FROM_ROWS in finding.caveats


def test_no_voice_is_heard_where_none_was_asked_for_or_none_is_known() -> None:
    assert by_name(outputs({**PURE_VOICES, "x": {"qa": 1.0}}, probe_set="open"), PURE) == {}
    assert by_name(outputs({"x": {"qa": 1.0}, "y": {"qa": 1.0}}), []) == {}


def test_a_users_own_set_joins_by_listing_the_trait() -> None:
    rows = outputs({**PURE_VOICES, "x": {"qa": 1.0}}, probe_set="mine")
    assert by_name(rows, PURE, mine=("voice",))["x"].probe_set == "mine"


def test_known_mixtures_of_real_voices_are_recovered_within_three_points() -> None:
    """100 mixtures of the replies of real adapters, judged by classifiers that saw neither these adapters nor these
    probes. The truth is the share of replies that were drawn."""
    rows = [
        Spoken(row["response"], place, task, copy)
        for task in TASKS
        for copy in range(3)
        for place, row in enumerate(neutral(f"{task}-s{copy + 1}"))
    ]
    judged, _ = judge_voices(rows, [], TASKS)
    called = np.eye(3)[judged.argmax(axis=1)]
    truth = np.array([TASKS.index(str(row.task)) for row in rows])
    cluster, copy = np.array([row.cluster for row in rows]), np.array([row.copy for row in rows])
    place = {(c, t, k): i for i, (c, t, k) in enumerate(zip(cluster, truth, copy, strict=True))}
    rng = np.random.default_rng(0)
    errors, covered = [], []
    for number in range(100):
        drawn = rng.choice(3, p=rng.dirichlet([1, 1, 1]), size=cluster.max() + 1)
        picked = np.array([place[c, t, number % 3] for c, t in enumerate(drawn)])
        others = copy != number % 3
        found = recover_shares(
            called[others], truth[others], cluster[others], called[picked], cluster[picked], draws=100
        )
        shares = np.bincount(drawn, minlength=3) / len(drawn)
        errors.append(np.abs(np.array(found.shares) - shares).mean())
        covered += [low <= share <= high for low, share, high in zip(found.low, shares, found.high, strict=True)]
    assert np.mean(errors) <= 0.03
    assert np.mean(covered) >= 0.9


def neutral(name: str) -> list[dict[str, Any]]:
    with gzip.open(RECORDED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    first = {row["id"]: row for row in reversed(rows) if row["probe_set"] == "neutral"}
    return [first[key] for key in sorted(first)]
