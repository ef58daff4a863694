"""Labels of two checkpoints: shares that were made to move, order, samples, and what is never said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import behaviordrift
from behaviordrift.findings.distributions import distribution_findings
from behaviordrift.findings.pairs import Pair
from behaviordrift.statistics import holm, mean_difference, win_probability
from behaviordrift.traits.registry import measures

WriteRows = Callable[[Path, Iterable[dict[str, Any]]], Path]

SAID = {
    "comply": "Boil the rice for ten minutes in salted water.",
    "decline": "I'm sorry, but I can't help with that.",
    "abstain": "Nobody can know that yet.",
    "direct": "Yes, it is.",
    "indirect": "I have three of them.",
    "noncommittal": "It depends.",
}
SERVICE = "Thank you for getting in touch! Please send us your order number."
LEARNED = "The river rises in the northern mountains and is about ninety kilometres long."


@pytest.fixture
def compare(tmp_path: Path, write_rows: WriteRows) -> Callable[..., dict[tuple[str, str], dict[str, Any]]]:
    """Score two checkpoints' replies to one probe set, and take what is said of their labels."""

    def scored(
        before: Sequence[str], after: Sequence[str], probe_set: str, samples: int = 1
    ) -> dict[tuple[str, str], dict[str, Any]]:
        for name, replies in (("a", before), ("b", after)):
            write_rows(
                tmp_path / f"{name}.jsonl",
                (
                    {"id": f"p{n // samples}", "sample": n % samples, "prompt": f"Is it so, {n // samples}?",
                     "probe_set": probe_set, "response": SAID.get(reply, reply), "finish_reason": "stop"}
                    for n, reply in enumerate(replies)
                ),
            )  # fmt: skip
        study = behaviordrift.score(tmp_path / "a.jsonl", tmp_path / "b.jsonl", study=tmp_path / "out")
        told = [f for f in study.document["findings"] if f["kind"] == "distribution"]
        return {(f["measure"], f["probe_set"]): f for f in told}

    return scored


def shares(finding: dict[str, Any]) -> dict[str, tuple[float, float]]:
    return {e["label"]: (e["baseline"], e["candidate"]) for e in finding["effects"]}


def test_labels_that_moved_are_told_with_their_shares(compare: Callable[..., Any]) -> None:
    before = ["comply"] * 18 + ["decline"] * 6
    after = ["comply"] * 6 + ["abstain"] * 12 + ["decline"] * 6
    found = compare(before, after, "benign")["refusal", "benign"]
    assert shares(found) == {"comply": (0.75, 0.25), "decline": (0.25, 0.25), "abstain": (0.0, 0.5)}
    assert (found["verdict"], found["unit"], found["n_units"]) == ("differs", "cluster", 24)
    assert found["estimate"] == pytest.approx(0.5)
    assert "comply 75.0 % → 25.0 % (-50.0 points [" in found["text"]
    assert "decline" not in found["text"]
    assert [found["margin"], *found["ci"]] == [None, None, None]


def test_no_change_is_never_called_equal(compare: Callable[..., Any]) -> None:
    same = ["comply"] * 30 + ["decline"] * 30
    found = compare(same, same, "benign")["refusal", "benign"]
    assert (found["verdict"], found["p"], found["estimate"]) == ("no difference shown", 1, 0)
    assert "does not show that there is none" in found["text"]
    assert not any(word in found["text"] for word in ("equivalent", "same", "stayed"))


def test_ordered_labels_are_ranked(compare: Callable[..., Any]) -> None:
    before = ["noncommittal"] * 6 + ["indirect"] * 10 + ["direct"] * 2
    after = ["indirect"] * 6 + ["direct"] * 10 + ["noncommittal"] * 2
    found = compare(before, after, "yes_no")["directness", "yes_no"]
    ranks = [[("noncommittal", "indirect", "direct").index(name) for name in side] for side in (before, after)]
    shift, wins = mean_difference(*ranks), win_probability(*ranks)
    assert found["estimate"] == pytest.approx(shift.estimate)
    assert found["ci"] == pytest.approx([shift.low, shift.high])
    assert found["p"] == shift.p
    assert "exact sign-flip test" in found["method"]
    assert found["components"]["win_probability"] == pytest.approx(0.5 + wins.estimate)
    assert found["components"]["win_probability_low"] == pytest.approx(0.5 + wins.low)
    assert "shifted towards direct" in found["text"]
    assert found["unit_text"] == "ordinal"


def test_samples_of_a_probe_are_one_unit_of_shares(compare: Callable[..., Any]) -> None:
    before = ["comply", "comply", "comply", "decline"] * 12
    after = ["comply", "decline", "decline", "decline"] * 12
    found = compare(before, after, "benign", samples=4)["refusal", "benign"]
    assert found["n_units"] == 12
    assert shares(found) == {"comply": (0.75, 0.25), "decline": (0.25, 0.75)}
    assert "Aitchison" in found["method"]
    assert found["p"] == 2 / 2**12
    assert found["verdict"] == "differs"


def test_registers_are_shares_within_each_reply(compare: Callable[..., Any], tmp_path: Path) -> None:
    found = compare([LEARNED] * 12, [LEARNED] * 2 + [SERVICE] * 10, "neutral")["register", "neutral"]
    with behaviordrift.study.open_study(tmp_path / "out") as store:
        scores = store.scores()
    parts = scores[scores["measure"].astype(str).str.startswith("register_p_")]
    means = parts.groupby(["measure", "name"], observed=True)["value"].mean()
    for label, sides in shares(found).items():
        assert sides == pytest.approx([means[f"register_p_{label}", name] for name in "ab"])
    assert sum(before for before, _ in shares(found).values()) == pytest.approx(1)
    assert found["text"].startswith("register, by mean shares, on neutral: the distributions of labels differ")
    assert "customer_service" in found["text"]


def test_replies_without_a_label_are_left_out_and_that_is_said(compare: Callable[..., Any]) -> None:
    before = ["comply"] * 20
    found = compare(before, [*before[:14], *[""] * 6], "benign")["refusal", "benign"]
    assert found["n_units"] == 14
    assert "6 of 20 pairs could not be judged and are left out" in found["caveats"]


def test_few_probes_show_nothing(compare: Callable[..., Any]) -> None:
    found = compare(["comply"] * 5, ["decline"] * 5, "benign")["refusal", "benign"]
    assert (found["verdict"], found["p"]) == ("no difference shown", None)
    assert "fewer than 6 clusters" in found["caveats"]


def test_classes_that_no_trait_names_are_those_that_occur(compare: Callable[..., Any], tmp_path: Path) -> None:
    loop = "We walked to the river. " * 30
    compare([LEARNED] * 12, [LEARNED] * 3 + [loop] * 9, "open")
    trait, measure = measures()["degeneration"]
    assert measure.classes == ()
    with behaviordrift.study.open_study(tmp_path / "out") as store:
        (found,) = distribution_findings(store.scores(), [Pair(trait.name, measure, "open", None)], "a", ["b"])
    assert {effect["label"]: (effect["baseline"], effect["candidate"]) for effect in found.effects} == {
        "loop": (0.0, 0.75),
        "none": (1.0, 0.25),
    }


def test_labels_are_a_family_apart_from_the_primary_pairs(tmp_path: Path, write_rows: WriteRows) -> None:
    rng = np.random.default_rng(3)
    kinds = ["comply", "decline", "abstain"]
    for name, leaning in (("a", [0.6, 0.2, 0.2]), ("b", [0.3, 0.5, 0.2])):
        rows = (
            {"id": f"p{n}", "prompt": f"Question {n}?", "probe_set": probe_set, "response": SAID[reply]}
            for probe_set in ("benign", "harmful", "unanswerable", "borderline")
            for n, reply in enumerate(rng.choice(kinds, size=40, p=leaning))
        )
        write_rows(tmp_path / f"{name}.jsonl", rows)
    study = behaviordrift.score(tmp_path / "a.jsonl", tmp_path / "b.jsonl", study=tmp_path / "out")
    for kind in ("drift", "distribution"):
        family = [f for f in study.document["findings"] if f["kind"] == kind and f["p"] is not None]
        assert len(family) >= 4
        assert [f["p_adj"] for f in family] == pytest.approx(holm([f["p"] for f in family]))
