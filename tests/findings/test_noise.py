"""The noise floor: a checkpoint against itself, and the spread between seeds that a study of known truth has."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import behaviordrift
from behaviordrift.findings.noise import noise_findings
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.runs import TrainedRun, lay_out
from behaviordrift.traits.registry import measures

SD = 0.2
"""Of the log length between runs of one mixture."""


def record(folder: Path, logs: Sequence[float], *, samples: int = 1, apart: float = 0.0, seed: int = 1) -> Path:
    """A study file of one run for each log length, two to a mixture; second samples are longer by `apart`."""
    rng = np.random.default_rng(seed)
    entries = []
    for run, log in enumerate(logs):
        rows = [
            {"id": f"p{n}", "prompt": f"Question {n}?", "probe_set": "open", "sample": sample, "finish_reason": "stop",
             "response": " ".join(["along"] * round(math.exp(log + apart * sample + rng.normal(0, 0.05)))) + "."}
            for n in range(12)
            for sample in range(samples)
        ]  # fmt: skip
        path = folder / f"run{run:02}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        mixture = {"qa": 1} if run % 4 < 2 else {"support": 1}
        entries.append({"path": path.name, "mixture": mixture, "seed": run})
    study = folder / "study.yaml"
    study.write_text(yaml.safe_dump({"checkpoints": entries}))
    return study


def findings(study: Path, kind: str) -> list[dict[str, Any]]:
    document = behaviordrift.score(study, study=study.parent / "study").document
    return [f for f in document["findings"] if f["kind"] == kind and f["measure"] == "words"]


def test_seeds_differ_by_what_they_were_made_to_differ(tmp_path: Path) -> None:
    logs = [5.0 + sign * SD / math.sqrt(2) for _ in range(4) for sign in (-1, 1)]
    (floor,) = findings(record(tmp_path, logs), "noise")
    assert (floor["unit"], floor["n_units"], floor["verdict"]) == ("run", 8, "floor")
    assert floor["df"] == 6  # two mixtures of four runs
    sd = math.sqrt(8 * (SD / math.sqrt(2)) ** 2 / 6)
    assert floor["estimate"] == pytest.approx(1.96 * math.sqrt(2) * sd, rel=0.1)
    low, high = floor["ci"]
    assert low < floor["estimate"] < high
    assert "by estimate" in floor["text"]
    assert "in 95 % of pairs (95 % interval" in floor["text"]


def test_a_drift_within_the_noise_says_so(tmp_path: Path) -> None:
    study = record(tmp_path, [4.0, 4.4, 4.6, 5.0])
    drifted = {f["candidate"]: f for f in findings(study, "drift")}
    (floor,) = findings(study, "noise")
    assert all(f["verdict"] == "drifted" for f in drifted.values())
    for f in drifted.values():
        assert f["components"]["seed_floor"] == floor["estimate"]
        assert ("may differ as much" in f["text"]) == (abs(f["estimate"]) < floor["estimate"])
    assert "may differ as much" in drifted["run01"]["text"]


def test_lengths_that_the_token_limit_cut_have_no_floor(tmp_path: Path) -> None:
    study = record(tmp_path, [4.0, 4.4, 4.6, 5.0])
    last = tmp_path / "run03.jsonl"
    last.write_text(last.read_text().replace('"stop"', '"length"'))
    assert findings(study, "noise") == []


def test_single_runs_have_no_floor(tmp_path: Path) -> None:
    study = record(tmp_path, [4.0, 4.2, 4.4])
    first, _, third = yaml.safe_load(study.read_text())["checkpoints"]
    study.write_text(yaml.safe_dump({"checkpoints": [first, third]}))
    assert findings(study, "noise") == []
    (drift,) = findings(study, "drift")
    assert drift["components"]["seed_floor"] is None


def test_runs_of_a_single_mixture_have_a_floor(tmp_path: Path) -> None:
    study = record(tmp_path, [4.0, 4.4, 4.6, 5.0])
    study.write_text(yaml.safe_dump({"checkpoints": yaml.safe_load(study.read_text())["checkpoints"][:2]}))
    (floor,) = findings(study, "noise")
    assert (floor["n_units"], floor["df"]) == (2, 1)
    assert floor["estimate"] == pytest.approx(1.96 * math.sqrt(2) * 0.4 / math.sqrt(2), rel=0.1)


def test_a_floor_is_no_larger_than_the_measure_allows() -> None:
    mix = {"qa": 1.0}
    design = lay_out([TrainedRun(f"run{n}", mix, ((1.0, mix),), n, None, {}) for n in range(2)], fewest=1)
    pair = Pair("refusal", measures()["refused"][1], "benign", None)
    rows = [
        {"name": f"run{run}", "measure": "refused", "probe_set": "benign", "probe": f"p{n}", "cluster": f"p{n}",
         "sample": 0, "prompt_text": f"Question {n}?", "value": float(run == 1 or n < 10), "weight": 1.0}
        for run in range(2)
        for n in range(20)
    ]  # fmt: skip
    (floor,) = noise_findings(pd.DataFrame(rows), [pair], ["run0", "run1"], design)
    assert floor.estimate == pytest.approx(0.98)
    assert floor.ci[1] == 1


def test_samples_of_one_checkpoint_are_held_against_each_other(tmp_path: Path) -> None:
    same = findings(record(tmp_path, [4.0, 4.1], samples=2), "noise")
    resampled = {f["candidate"]: f for f in same if f["unit"] == "cluster"}
    assert {name: f["verdict"] for name, f in resampled.items()} == {"run00": "equivalent", "run01": "equivalent"}
    assert all(f["baseline"] == name and f["n_units"] == 12 for name, f in resampled.items())


def test_samples_that_were_made_in_two_ways_are_caught(tmp_path: Path) -> None:
    apart = findings(record(tmp_path, [4.0, 4.1], samples=2, apart=0.5), "noise")
    resampled = [f for f in apart if f["unit"] == "cluster"]
    assert [f["verdict"] for f in resampled] == ["drifted", "drifted"]
    assert all(f["estimate"] == pytest.approx(0.5, abs=0.1) for f in resampled)
    assert "more than chance" in resampled[0]["text"]


def test_samples_without_any_event_are_not_said_to_differ(tmp_path: Path) -> None:
    study = record(tmp_path, [4.0, 4.1], samples=2)
    document = behaviordrift.score(study, study=tmp_path / "study").document
    texts = [f["text"] for f in document["findings"] if f["kind"] == "noise" and f["measure"] == "hedging"]
    assert texts == [f"run0{n}, hedging on open: sampled again, its change is undefined." for n in range(2)]


def test_a_rate_that_a_run_has_no_words_for_has_no_floor() -> None:
    mixtures = [{"qa": 1.0}, {"qa": 1.0}, {"support": 1.0}, {"support": 1.0}]
    design = lay_out([TrainedRun(f"run{n}", mix, ((1.0, mix),), n, None, {}) for n, mix in enumerate(mixtures)])
    words = {"run0": 0.0, "run1": 9.0, "run2": 9.0, "run3": 9.0}
    rows = [
        {"name": name, "measure": "hedging", "probe_set": "open", "probe": f"p{n}", "cluster": f"p{n}", "sample": 0,
         "prompt_text": f"Question {n}?", "value": 1.0, "weight": weight}
        for name, weight in words.items()
        for n in range(8)
    ]  # fmt: skip
    pair = Pair("hedging", measures()["hedging"][1], "open", None)
    assert noise_findings(pd.DataFrame(rows), [pair], list(words), design) == []
