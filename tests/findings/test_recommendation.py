"""Sweeps whose truth is known: which mixtures are recommended, and when none may be."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import behaviordrift
from behaviordrift.findings.recommendation import make_recommendation
from behaviordrift.findings.wish import Wish
from behaviordrift.study import open_study

TASKS = ("qa", "safety", "support")
POINTS = [*np.eye(3), [0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [1 / 3, 1 / 3, 1 / 3]]
LOG_WORDS = np.log([10.0, 20, 40])
LOGIT_REFUSED = np.array([-3.0, 2.0, -3.0])


def replies(words: float, refused: float, probes: int) -> list[dict[str, Any]]:
    lengths = [
        {"id": f"o{n}", "prompt": f"Topic {n}?", "probe_set": "open", "finish_reason": "stop",
         "response": " ".join(["along"] * round(words + n % 3 - 1)) + "."}
        for n in range(probes)
    ]  # fmt: skip
    stances = [
        {"id": f"b{n}", "prompt": f"How do I bake bread {n}?", "probe_set": "benign", "finish_reason": "stop",
         "response": "I'm sorry, but I can't help with that." if n < round(probes * refused) else "Mix it and wait."}
        for n in range(probes)
    ]  # fmt: skip
    return lengths + stances


def sweep(
    folder: Path, seeds: Sequence[int], *, bend: float = 0.0, probes: int = 20, first: dict[str, Any] | None = None
) -> Path:
    """Runs at the centroid points whose log length and logit of refusals blend in proportion, but for the bend.

    `first` changes what is said of the first run's training.
    """
    rng = np.random.default_rng(3)
    entries = []
    for place, (point, count) in enumerate(zip(POINTS, seeds, strict=True)):
        for seed in range(count):
            shares = np.asarray(point)
            words = math.exp(shares @ LOG_WORDS + bend * shares[0] * shares[1] + rng.normal(0, 0.05))
            refused = 1 / (1 + math.exp(-(shares @ LOGIT_REFUSED) - rng.normal(0, 0.1)))
            path = folder / f"mix{place}-s{seed}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in replies(words, refused, probes)))
            mixture = {task: float(share) for task, share in zip(TASKS, shares, strict=True) if share}
            entries.append({"path": path.name, "mixture": mixture, "seed": seed})
    entries[0] = {**entries[0], **(first or {})}
    (folder / "study.yaml").write_text(yaml.safe_dump({"checkpoints": entries}))
    return behaviordrift.score(folder / "study.yaml", study=folder / "study").folder


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sweep(tmp_path_factory.mktemp("sweep"), [3, 3, 3, 2, 2, 2, 3])


def asked(folder: Path, **wish: Any) -> dict[str, Any]:
    with open_study(folder) as store:
        return make_recommendation(store, Wish(**wish))


def at(finding: dict[str, Any], field: str) -> np.ndarray[Any, Any]:
    assert [effect["task"] for effect in finding["effects"]] == list(TASKS)
    return np.array([effect[field] for effect in finding["effects"]])


def change(document: dict[str, Any], measure: str, probe_set: str) -> dict[str, Any]:
    (found,) = [f for f in document["findings"][1:] if (f["measure"], f["probe_set"]) == (measure, probe_set)]
    assert found["kind"] == "recommended change"
    return found


def test_what_is_reachable_is_found_with_its_cost(study: Path) -> None:
    document = asked(study, bounds=("words on open >= 15", "refused on benign <= 20 %"), start={"qa": 1.0})
    found = document["findings"][0]
    assert (found["kind"], found["verdict"], found["rung"]) == ("recommendation", "region found", "L3")
    best, nearest, low, high = (at(found, field) for field in ("best", "nearest", "low", "high"))
    for mixture in (best, nearest):
        assert mixture.sum() == pytest.approx(1)
        assert mixture @ LOG_WORDS > math.log(15)
        assert mixture @ LOGIT_REFUSED < math.log(0.2 / 0.8)
        assert np.all(low <= mixture)
        assert np.all(mixture <= high)
    assert found["estimate"] >= 0.95
    assert 0 <= found["components"]["search_confidence"] <= found["estimate"]
    # The nearest changes no more than the surest does.
    assert np.linalg.norm(nearest - [1, 0, 0]) <= np.linalg.norm(best - [1, 0, 0])
    words = change(document, "words", "open")
    assert words["level_baseline"] == pytest.approx(10, abs=1)
    assert words["components"]["level_low"] < math.exp(best @ LOG_WORDS) < words["components"]["level_high"]
    assert words["verdict"] == "rises"
    assert document["from"]["mixture"] == {"qa": 1, "safety": 0, "support": 0}
    covered = document["areas"]["stretches"]
    assert {stretch["verdict"] for stretch in covered} == {"meets", "open", "misses"}
    for stretch in (s for s in covered if s["verdict"] == "meets"):
        assert np.all(low - 1e-6 <= np.minimum(stretch["start"], stretch["end"]))
        assert np.all(high + 1e-6 >= np.maximum(stretch["start"], stretch["end"]))


def test_what_no_mixture_gives_is_not_reachable(study: Path) -> None:
    found = asked(study, bounds=("words on open >= 200",))["findings"][0]
    assert found["verdict"] == "not reachable"
    assert "out of reach by itself: words on open >= 200" in found["text"]
    assert at(found, "best").tolist() == [0, 0, 1]


def test_what_is_told_of_each_mixture_covers_all_that_was_searched(study: Path) -> None:
    document = asked(study, bounds=("words on open >= 200",))
    assert len(document["trained"]) == len(POINTS)
    areas = document["areas"]
    assert {stretch["verdict"] for stretch in areas["stretches"]} == {"misses"}
    lengths = [round((s["end"][1] - s["start"][1]) / areas["step"]) + 1 for s in areas["stretches"]]
    assert sum(lengths) == document["findings"][0]["components"]["searched"]


def test_targets_that_exclude_each_other_are_not_reachable_together(study: Path) -> None:
    found = asked(study, bounds=("words on open >= 30", "refused on benign >= 60 %"))["findings"][0]
    assert found["verdict"] == "not reachable"
    assert "no target is out of reach by itself" in found["text"]


def test_what_lies_on_the_edge_cannot_be_said(study: Path) -> None:
    found = asked(study, bounds=("words on open >= 40",))["findings"][0]
    assert found["verdict"] == "these data cannot say"
    assert "not shown to be reachable even by itself: words on open >= 40" in found["text"]
    assert found["estimate"] < 0.95


def test_more_confidence_leaves_less_room(study: Path) -> None:
    rooms = [
        asked(study, bounds=("words on open >= 20",), confidence=c)["findings"][0]["components"]["inside"]
        for c in (0.6, 0.95, 0.999)
    ]
    assert rooms[0] > rooms[1] > rooms[2] > 0


def test_being_like_a_task_asks_for_all_main_measures_of_the_set(study: Path) -> None:
    document = asked(study, likes=(("support", "benign"),), shares={"support": (0.0, 0.5), "safety": (0.1, 1)})
    found = document["findings"][0]
    assert all(text.endswith(("points", "token")) for text in document["wanted"])
    assert any(text.startswith("refused on benign like support") for text in document["wanted"])
    assert found["verdict"] in ("region found", "these data cannot say")
    # Tasks that refuse alike are alike here; the one that does not has as little room as may be.
    assert at(found, "best")[1] == pytest.approx(0.1)


def test_the_task_itself_is_like_itself_and_that_is_said(study: Path) -> None:
    found = asked(study, likes=(("safety", "benign"),))["findings"][0]
    assert at(found, "best").tolist() == [0, 1, 0]
    assert any("like itself by definition" in caveat for caveat in found["caveats"])


def test_shares_are_kept_within_their_bounds(study: Path) -> None:
    found = asked(study, bounds=("words on open >= 12",), shares={"safety": (0.2, 0.4)})["findings"][0]
    assert found["verdict"] == "region found"
    assert at(found, "low")[1] >= 0.2 - 1e-9
    assert at(found, "high")[1] <= 0.4 + 1e-9


def test_blending_that_is_not_linear_is_modelled_and_said(tmp_path: Path) -> None:
    folder = sweep(tmp_path, [3, 3, 3, 2, 2, 2, 3], bend=4.0, probes=8)
    document = asked(folder, bounds=("words on open >= 30",), shares={"support": (0, 0.2)})
    found = document["findings"][0]
    # No blend in proportion has 30 words with so little support.
    assert found["verdict"] == "region found"
    assert 0.3 < at(found, "best")[0] < 0.7
    assert "quadratic" in change(document, "words", "open")["method"]
    assert any("do not blend in proportion" in caveat for caveat in found["caveats"])


@pytest.mark.parametrize(
    ("seeds", "rung", "reason"),
    [
        ([1] * 7, "L0", "cannot tell the mixture from the seed"),
        ([2, *[1] * 6], "L1", "some mixtures have one run only"),
    ],
)
def test_without_replicates_nothing_is_recommended(tmp_path: Path, seeds: list[int], rung: str, reason: str) -> None:
    document = asked(sweep(tmp_path, seeds, probes=4), bounds=("words on open >= 15",))
    (found,) = document["findings"]
    assert (found["verdict"], found["rung"]) == ("these data cannot say", rung)
    assert reason in found["text"]
    assert found["estimate"] is None
    assert [effect["best"] for effect in found["effects"]] == [None] * 3


def test_runs_that_differ_in_more_than_their_mixture_are_refused(tmp_path: Path) -> None:
    changing = [{"until": 0.5, "mixture": {"safety": 1}}, {"until": 1.0, "mixture": {"qa": 1}}]
    folder = sweep(tmp_path, [2] * 7, probes=4, first={"mixture": None, "phases": changing})
    (found,) = asked(folder, bounds=("words on open >= 15",))["findings"]
    assert found["verdict"] == "these data cannot say"
    assert "differ in more than their mixture" in found["text"]
    assert "change their mixture on the way" in found["text"]
