"""Drift between recorded checkpoints: its sign, its family, and what is left out with a word."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import behaviordrift
from behaviordrift.report.changes import CHANGES
from behaviordrift.statistics import holm

Outputs = Callable[..., Path]
WriteRows = Callable[[Path, Iterable[dict[str, Any]]], Path]

FILLER = (
    "we", "went", "along", "the", "river", "to", "see", "old", "boats",
    "under", "a", "grey", "sky", "near", "many", "small",
)  # fmt: skip
ODD = ("Perhaps it is so, I think.", "I'm sorry, but I can't help with that.", "It may well be that nobody knows.")
SETS = ("open", "benign", "unanswerable", "neutral")


@pytest.fixture
def checkpoint(tmp_path: Path, write_rows: WriteRows) -> Callable[..., Path]:
    """Record a checkpoint of a given talkativeness."""

    def record(name: str, *, seed: int, length: float = 30, odd: float = 0.3) -> Path:
        rng = np.random.default_rng(seed)
        rows = []
        for probe_set in SETS:
            for n in range(16):
                words = rng.choice(FILLER, size=max(3, round(length * math.exp(rng.normal(0, 0.2)))))
                text = str(rng.choice(ODD)) if rng.random() < odd else " ".join(words).capitalize() + "."
                rows.append({"id": f"p{n}", "prompt": f"Question {n}?", "response": text, "probe_set": probe_set})
        return write_rows(tmp_path / f"{name}.jsonl", rows)

    return record


def findings(*paths: Path, study: Path, **options: Any) -> list[dict[str, Any]]:
    found = behaviordrift.score(*paths, study=study, **options).document["findings"]
    return [f for f in found if f["kind"] in CHANGES]


def place(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["measure"], finding["probe_set"]


@pytest.mark.parametrize("baseline", ["a", "mute"])
def test_a_checkpoint_of_empty_replies_is_told_and_not_passed_over(
    checkpoint: Callable[..., Path], write_rows: WriteRows, tmp_path: Path, baseline: str
) -> None:
    a = checkpoint("a", seed=1)
    rows = [json.loads(line) for line in a.read_text().splitlines()]
    mute = write_rows(tmp_path / "mute.jsonl", [{**row, "response": ""} for row in rows])
    found = findings(a, mute, study=tmp_path / "study", baseline=baseline)
    assert {place(f) for f in found} >= {("words", "open"), ("refused", "benign")}
    assert {f["verdict"] for f in found} == {"inconclusive"}
    for f in found:
        told = f"{f['measure']} on {f['probe_set']} cannot be compared: no reply of mute could be judged, 100 % of them"
        assert f["text"].startswith(told)
        assert (f["estimate"], f["p"]) == (None, None)


def test_a_set_that_one_checkpoint_was_not_asked_has_no_finding(
    checkpoint: Callable[..., Path], write_rows: WriteRows, tmp_path: Path
) -> None:
    a, b = checkpoint("a", seed=1), checkpoint("b", seed=2)
    rows = [json.loads(line) for line in b.read_text().splitlines()]
    b = write_rows(b, [row for row in rows if row["probe_set"] != "benign"])
    assert "benign" not in {f["probe_set"] for f in findings(a, b, study=tmp_path / "study")}


def test_swapping_baseline_and_candidate_negates_everything(checkpoint: Callable[..., Path], tmp_path: Path) -> None:
    a, b = checkpoint("a", seed=1), checkpoint("b", seed=2, length=60, odd=0.4)
    forth = {place(f): f for f in findings(a, b, study=tmp_path / "forth")}
    back = {place(f): f for f in findings(a, b, study=tmp_path / "back", baseline="b")}
    assert len(forth) >= 6
    assert forth.keys() == back.keys()
    for where, there in forth.items():
        here = back[where]
        assert (here["baseline"], here["candidate"]) == ("b", "a")
        assert here["estimate"] == pytest.approx(-there["estimate"], abs=1e-9)
        assert here["ci"] == pytest.approx([-end for end in reversed(there["ci"])], abs=1e-9)
        assert here["p"] == pytest.approx(there["p"], abs=1e-9)
        assert here["verdict"] == there["verdict"]
        assert (here["level_baseline"], here["level_candidate"]) == (there["level_candidate"], there["level_baseline"])
    assert forth["words", "open"]["estimate"] > 0


def test_a_real_change_drifts_and_a_copy_is_equivalent(checkpoint: Callable[..., Path], tmp_path: Path) -> None:
    a, b = checkpoint("a", seed=1, odd=0), checkpoint("b", seed=2, length=60, odd=0)
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(a.read_bytes())
    found = {(f["candidate"], *place(f)): f for f in findings(a, b, copy, study=tmp_path / "out")}
    assert found["b", "words", "open"]["verdict"] == "drifted"
    assert found["b", "words", "open"]["estimate"] == pytest.approx(math.log(2), abs=0.2)
    assert {f["estimate"] for (name, *_), f in found.items() if name == "copy"} == {0}
    assert found["copy", "words", "open"]["verdict"] == "equivalent"


def test_each_candidate_is_one_family_of_tests(checkpoint: Callable[..., Path], tmp_path: Path) -> None:
    a, b, c = checkpoint("a", seed=1), checkpoint("b", seed=2, odd=0.5), checkpoint("c", seed=3, length=50)
    all_three = findings(a, b, c, study=tmp_path / "three")
    for name in ("b", "c"):
        family = [f for f in all_three if f["candidate"] == name]
        assert len(family) >= 6
        p = [math.nan if f["p"] is None else f["p"] for f in family]
        adjusted = [math.nan if f["p_adj"] is None else f["p_adj"] for f in family]
        assert adjusted == pytest.approx(list(holm(p)), nan_ok=True)
    assert [f for f in all_three if f["candidate"] == "b"] == findings(a, b, study=tmp_path / "two")


def test_null_replies_are_measured_as_empty_not_as_zero_words(outputs: Outputs, tmp_path: Path) -> None:
    replies = ["Some words here, five altogether."] * 12
    a = outputs(tmp_path / "a.jsonl", replies)
    b = outputs(tmp_path / "b.jsonl", [*replies[:6], *[None] * 6])
    study = behaviordrift.score(a, b, study=tmp_path / "out")
    scores = study.scores()
    here = scores[(scores["name"] == "b") & (scores["measure"] == "words")]
    assert here["value"].isna().sum() == 6
    assert set(here.loc[here["value"].isna(), "reason"]) == {"empty reply"}
    empty = scores[(scores["name"] == "b") & (scores["measure"] == "empty")]
    assert empty["value"].tolist() == [0.0] * 6 + [1.0] * 6
    words = next(f for f in study.document["findings"] if f["measure"] == "words")
    assert any("6 of 12 pairs could not be judged" in caveat for caveat in words["caveats"])
    assert any(None in example["outputs"].values() for example in study.document["examples"])


def test_only_prompts_that_both_answered_are_compared(outputs: Outputs, tmp_path: Path, write_rows: WriteRows) -> None:
    a = outputs(tmp_path / "a.jsonl", ["One two three."] * 20)
    rows = [json.loads(line) for line in a.read_text().splitlines()]
    rows = [*rows[:9], *({**row, "prompt": "Another " + row["prompt"]} for row in rows[9:])]
    b = write_rows(tmp_path / "b.jsonl", rows)
    words = next(f for f in findings(a, b, study=tmp_path / "out") if f["measure"] == "words")
    assert words["n_units"] == 9


def test_samples_and_phrasings_of_a_cluster_are_one_unit(tmp_path: Path, write_rows: WriteRows) -> None:
    def rows(extra: int) -> list[dict[str, Any]]:
        return [
            {"id": f"p{n}-{form}", "cluster": f"c{n}", "sample": sample, "prompt": f"{n} {form}?", "probe_set": "open",
             "response": " ".join(["word"] * (5 + n + sample + extra)) + "."}
            for n in range(10) for form in "xy" for sample in range(2)
        ]  # fmt: skip

    a, b = write_rows(tmp_path / "a.jsonl", rows(0)), write_rows(tmp_path / "b.jsonl", rows(3))
    words = next(f for f in findings(a, b, study=tmp_path / "out") if f["measure"] == "words")
    assert (words["unit"], words["n_units"]) == ("cluster", 10)


def test_a_task_beside_plain_probes_is_told_as_forgetting(tmp_path: Path, write_rows: WriteRows) -> None:
    def rows(known: int) -> list[dict[str, Any]]:
        task = [
            {"id": f"t{n}", "prompt": f"Capital {n}?", "probe_set": "task_qa", "task": "qa", "references": [f"City{n}"],
             "response": f"City{n}." if n < known else "A village.",
             "logprobs": {"reference": -0.1 if n < known else -3.0}}
            for n in range(20)
        ]  # fmt: skip
        plain = [{"id": f"p{n}", "prompt": f"{n}?", "probe_set": "open", "response": "We went home."} for n in range(8)]
        return [*plain, *task]

    a, b = write_rows(tmp_path / "a.jsonl", rows(20)), write_rows(tmp_path / "b.jsonl", rows(4))
    found = {place(f): f for f in findings(a, b, study=tmp_path / "out")}
    forgotten = [f for f in found.values() if f["kind"] == "forgetting"]
    assert {f["task"] for f in forgotten} == {"qa"}
    assert {f["probe_set"] for f in forgotten} == {"task_qa"}
    likelihood = next(f for f in forgotten if f["unit_text"] == "logprob")
    assert likelihood["estimate"] == pytest.approx(16 / 20 * -2.9)
    assert likelihood["verdict"] == "drifted"
    assert all("held-out qa" in f["text"] for f in forgotten)
    assert found["words", "open"]["kind"] == "drift"
    assert found["words", "open"]["task"] is None


def test_replies_cut_at_the_limit_are_ranked(outputs: Outputs, tmp_path: Path) -> None:
    a = outputs(tmp_path / "a.jsonl", ["One two three."] * 10)
    b = outputs(tmp_path / "b.jsonl", ["One two three"] * 10, finish_reason="length")
    words = next(f for f in findings(a, b, study=tmp_path / "out") if f["measure"] == "words")
    assert any("100 % of replies were cut" in caveat for caveat in words["caveats"])
    assert (words["unit_text"], words["scale"], words["margin"]) == ("rank", "identity", 0.05)
    assert (words["estimate"], words["level_baseline"], words["verdict"]) == (0.5, pytest.approx(3), "drifted")
    assert words["text"].startswith("words, by rank, on open: 3.0 → 3.0 (+50.0 points, 95 % interval")
    assert words["text"].endswith("a change is shown, by an estimate beyond the margin of 5 points of win probability.")


@pytest.mark.parametrize(
    ("finish", "kind", "verdict"), [("length", "rank", "inconclusive"), ("stop", "positive", "equivalent")]
)
def test_only_whole_replies_can_be_of_equal_length(
    outputs: Outputs, tmp_path: Path, finish: str, kind: str, verdict: str
) -> None:
    a, b = (outputs(tmp_path / f"{name}.jsonl", ["One two three."] * 40, finish_reason=finish) for name in "ab")
    words = next(f for f in findings(a, b, study=tmp_path / "out") if f["measure"] == "words")
    assert (words["estimate"], words["unit_text"], words["verdict"]) == (0, kind, verdict)


def test_replies_that_loop_are_told_before_anything_is_read_from_them(outputs: Outputs, tmp_path: Path) -> None:
    a = outputs(tmp_path / "a.jsonl", ["We walked along the river to see the old boats."] * 10)
    b = outputs(tmp_path / "b.jsonl", ["We walked to the river. " * 30] * 10)
    found = findings(a, b, study=tmp_path / "out")
    assert all(any("degenerate" in caveat for caveat in f["caveats"]) for f in found if f["probe_set"] == "open")
    c = outputs(tmp_path / "c.jsonl", ["We went home to read a book."] * 10)
    clean = findings(a, c, study=tmp_path / "clean")
    assert not any("degenerate" in caveat for f in clean for caveat in f["caveats"])


def test_few_probes_are_inconclusive_never_equivalent(outputs: Outputs, tmp_path: Path) -> None:
    a = outputs(tmp_path / "a.jsonl", ["One two three.", "Four five.", "Six."])
    b = outputs(tmp_path / "b.jsonl", ["One two.", "Four five six seven.", "Eight nine."])
    assert {f["verdict"] for f in findings(a, b, study=tmp_path / "out")} == {"inconclusive"}
