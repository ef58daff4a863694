"""Shares of behaviour against shares of training, with the truth known: what is refuted, and what cannot be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import behaviordrift
from behaviordrift.findings.influence import POTENCY, RESEMBLANCE, influence_findings
from behaviordrift.findings.wording_blends import share_text

Blended = Callable[..., Any]
Points = list[tuple[dict[str, float], Sequence[float]]]

PURE = {"a": np.array([0.0, 0.0, 12.0]), "b": np.array([12.0, 0.0, 0.0]), "c": np.array([0.0, 12.0, 0.0])}
EVEN = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}


def points(mixtures: Sequence[tuple[dict[str, float], dict[str, float]]], apart: float = 1.0) -> Points:
    """The pure tasks, and mixtures with the shares in which they really blend them."""
    ends: Points = [({task: 1.0}, apart * level) for task, level in PURE.items()]
    return ends + [
        (nominal, sum(share * apart * PURE[task] for task, share in true.items())) for nominal, true in mixtures
    ]


def by_measure(findings: Sequence[Any], measure: str) -> list[Any]:
    return [f for f in findings if f.measure == measure]


def test_a_loud_task_is_heard_beyond_its_share(blended: Blended) -> None:
    (found,) = influence_findings(*blended(points([(EVEN, {"a": 0.7, "b": 0.2, "c": 0.1})])))
    assert (found.verdict, found.unit, found.n_units, found.rung) == ("differs from nominal", "run", 16, "L3")
    assert found.p_adj < 0.05
    for effect, true in zip(found.effects, (0.7, 0.2, 0.1), strict=True):
        assert effect["ci"][0] <= true <= effect["ci"][1]
        assert effect["nominal"] == pytest.approx(1 / 3)
    assert found.estimate == found.effects[0]["estimate"]  # the furthest from its share in training
    assert "are refuted as shares of behaviour" in found.text
    assert "a 33 b 33 c 33" in found.text
    assert any("this project's own" in caveat for caveat in found.caveats)


def test_shares_that_are_heard_as_trained_are_not_refuted(blended: Blended) -> None:
    (found,) = influence_findings(*blended(points([(EVEN, EVEN)])))
    assert found.verdict == "compatible with nominal"
    assert "are not refuted" in found.text


def test_behaviour_that_no_blend_has_is_told(blended: Blended) -> None:
    (found,) = influence_findings(*blended([*points([]), (EVEN, [20.0, 20.0, 20.0])]))
    assert found.verdict == "not a blend"
    assert np.isnan([effect["estimate"] for effect in found.effects]).all()
    assert np.isnan(found.estimate)
    assert "no blend of the pure tasks" in found.text
    json.dumps(found.as_json(), allow_nan=False)


def test_tasks_that_behave_alike_leave_it_open(blended: Blended) -> None:
    found = [influence_findings(*blended(points([(EVEN, EVEN)], apart=0), seed=seed))[0] for seed in range(10)]
    open_ones = [f for f in found if f.verdict == "unidentified"]
    assert len(open_ones) >= 7
    assert all("too much alike" in f.text and "refuted" not in f.text for f in open_ones)
    assert all(np.isnan(f.estimate) for f in open_ones)


def test_one_potency_is_told_for_all_mixtures(blended: Blended) -> None:
    def heard(nominal: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
        weights = {task: share * {"a": 6, "b": 2, "c": 1}[task] for task, share in nominal.items()}
        return nominal, {task: weight / sum(weights.values()) for task, weight in weights.items()}

    mixed = [heard(EVEN), heard({"a": 0.5, "b": 0.5}), heard({"b": 0.5, "c": 0.5}), heard({"a": 0.5, "c": 0.5})]
    findings = influence_findings(*blended(points(mixed)))
    assert len(by_measure(findings, RESEMBLANCE)) == 4
    (potency,) = by_measure(findings, POTENCY)
    assert potency.verdict == "differs from nominal"
    for effect, true in zip(potency.effects, (6 / 9, 2 / 9, 1 / 9), strict=True):
        assert effect["ci"][0] <= true <= effect["ci"][1]
    assert "Over 4 mixtures" in potency.text
    assert "33 % each) is refuted" in potency.text


def test_a_single_p_below_the_level_is_not_enough_among_many(blended: Blended) -> None:
    as_trained = [({one: 0.5, other: 0.5},) * 2 for one, other in ("ab", "ac", "bc")]
    mixed = [(EVEN, {"a": 0.4, "b": 0.3, "c": 0.3}), *as_trained]
    first, *_ = influence_findings(*blended(points(mixed), seed=1))
    assert first.p < 0.05 < first.p_adj
    assert first.verdict == "compatible with nominal"
    assert any("once all mixtures are allowed for" in caveat for caveat in first.caveats)


def test_single_runs_tell_nothing(blended: Blended) -> None:
    behaviour, laid = blended(points([(EVEN, EVEN)]), runs=1)
    assert laid.refusal == "unidentified"
    (found,) = influence_findings(None, laid)
    assert (found.verdict, found.rung) == ("unidentified", "L0")
    assert "cannot tell the mixture from the seed" in found.text
    assert behaviour is not None


def test_a_task_without_runs_of_its_own_has_no_endpoint(blended: Blended) -> None:
    assert blended(points([(EVEN, EVEN)])[1:]) == (None, None)


def test_shares_without_a_point_are_ranges() -> None:
    assert share_text({"estimate": float("nan"), "ci": (0.1, 0.4)}) == "[10, 40] %"


def recorded(folder: Path, levels: dict[str, float], *, runs: int = 3, rates: Sequence[float] = (0.01,)) -> Any:
    """A study of two tasks and their even mixture, known by a preference; `rates` are the runs' learning rates."""
    rng = np.random.default_rng(3)
    mixtures = {"qa": {"qa": 1}, "safety": {"safety": 1}, "even": {"qa": 1, "safety": 1}}
    entries = [{"path": "base.jsonl", "name": "base"}]
    write(folder / "base.jsonl", 0.0)
    for name, mixture in mixtures.items():
        for seed in range(runs):
            write(folder / f"{name}-s{seed}.jsonl", levels[name] + rng.normal(0, 0.1))
            entries.append({"path": f"{name}-s{seed}.jsonl", "mixture": mixture, "seed": seed})
    (folder / "study.yaml").write_text(yaml.safe_dump({"baseline": "base", "checkpoints": entries}))
    return behaviordrift.score(folder / "study.yaml", study=folder / "study").document


def write(path: Path, level: float) -> None:
    rows = [
        {"id": f"p{n}", "prompt": f"Question {n}?", "probe_set": "harmful", "response": "No.",
         "logprobs": {"refusing": level - 2 + 0.1 * (n % 3), "complying": -2.0}}
        for n in range(12)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_study_says_whom_its_even_mixture_is_like(tmp_path: Path) -> None:
    document = recorded(tmp_path, {"qa": -2.0, "safety": 2.0, "even": 1.4})
    influence = [f for f in document["findings"] if f["kind"] == "influence"]
    (shares,) = [f for f in influence if f["measure"] == RESEMBLANCE]
    assert shares["verdict"] == "differs from nominal"
    assert shares["effects"][1]["task"] == "safety"
    assert shares["effects"][1]["estimate"] == pytest.approx(0.85, abs=0.05)
    assert "prefers_refusing on harmful" in shares["method"]
    (added,) = [f for f in influence if f["measure"] == "prefers_refusing"]
    assert (added["verdict"], added["baseline"]) == ("opposed", "base")
    # Each task alone moves it by 2, and safety by 3.4 where it joins qa: (2 + 3.4) / 2.
    assert added["effects"][1]["estimate"] == pytest.approx(2.7, abs=0.2)
    (averages,) = [f for f in document["findings"] if f["kind"] == "averages"]
    assert averages["verdict"] == "like no pure task"
