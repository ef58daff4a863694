"""Stopping once a gate is decided, on tiny real models: fewer replies, the same verdict, and nothing said beyond it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import behaviordrift
from behaviordrift import Decoding, Options, Selection
from behaviordrift.errors import MeasurementError, UsageError
from behaviordrift.findings.gate import gate_findings, rule_pairs
from behaviordrift.findings.gate_sequence import planned_pairs, sequence_findings
from behaviordrift.gates import GateFile, GateRule
from behaviordrift.study import check, open_study

PROMPTS = [f"Question number {n}, what do you say?" for n in range(160)]
BATCH = 16

SOUND = GateFile(rules=(GateRule(measure="degenerate", probes=("many",), no_decrease=0.05),))
"""The adapter a babbles; b does so far less often."""
CUT = GateFile(rules=(GateRule(measure="truncated", probes=("many",), no_increase=0.2),))
BOTH = GateFile(rules=(*SOUND.rules, *CUT.rules))
STRICT = GateFile(rules=(GateRule(measure="degenerate", probes=("many",), equivalent=0.01),))

Ask = Callable[..., tuple[Any, list[bool]]]


@pytest.fixture
def ask(zoo: Any, probe_file: Callable[..., Path], tmp_path: Path) -> Ask:
    """Ask tiny checkpoints many prompts until a gate is decided; the baseline is the adapter a."""
    probes = probe_file(tmp_path / "many.yaml", PROMPTS)

    def score(gate: GateFile | None, *candidates: Path, study: str = "study", **decoding: Any) -> Any:
        done: list[bool] = []
        found = behaviordrift.score(
            zoo.a,
            *candidates,
            selection=Selection(probes=(str(probes),)),
            decoding=Decoding(**{"max_new_tokens": 6, **decoding}),
            options=Options(batch_size=BATCH, until_decided=gate),
            study=tmp_path / study,
            on_batch=lambda batch, done_here: done.append(done_here),
        )
        return found, done

    return score


def gated(folder: Path, gate: GateFile) -> dict[str, Any]:
    with open_study(folder) as store:
        return check(store, gate)


def told(study: Any) -> dict[str, Any]:
    stopping: dict[str, Any] = study.document["study"]["stopping"]
    return stopping


def test_a_strong_drift_stops_early(zoo: Any, ask: Ask) -> None:
    study, done = ask(SOUND, zoo.b)
    stopping = told(study)
    assert stopping["stopped_early"]
    assert stopping["clusters"] == 160
    assert stopping["asked"] <= 80
    assert len(done) == 2 * stopping["asked"] / BATCH  # both checkpoints were asked the same stages, and no more
    assert study.document["study"]["outputs"] == study.document["study"]["planned"] == 2 * stopping["asked"]
    (finding,) = gated(study.folder, SOUND)["findings"]
    assert finding["verdict"] == "fail"
    assert finding["n_units"] == stopping["asked"]
    assert finding["components"]["decided_at"] > stopping["asked"] - BATCH
    assert finding["ci"] == [None, None]
    assert "fell by more than 5 points, by bets" in finding["text"]


def test_checkpoints_alike_pass_a_wide_margin_early(zoo: Any, ask: Ask) -> None:
    study, done = ask(CUT, zoo.base)
    assert told(study)["stopped_early"]
    assert len(done) < 10
    assert gated(study.folder, CUT)["verdict"] == "pass"


def test_all_rules_and_all_candidates_are_waited_for(zoo: Any, ask: Ask) -> None:
    alone = [told(ask(gate, zoo.b, study=f"alone{n}")[0])["asked"] for n, gate in enumerate((SOUND, CUT))]
    together = told(ask(BOTH, zoo.b, study="together")[0])["asked"]
    assert together == max(alone)
    three = told(ask(SOUND, zoo.base, zoo.b, study="three")[0])["asked"]
    assert three == 160 > alone[0]  # what the base did is not decided


def test_what_cannot_be_decided_is_asked_whole(zoo: Any, ask: Ask, tmp_path: Path) -> None:
    twin = Path(shutil.copytree(zoo.a, tmp_path / "twin"))
    study, _ = ask(STRICT, twin)
    assert told(study)["asked"] == 160
    assert not told(study)["stopped_early"]
    document = gated(study.folder, STRICT)
    assert document["verdict"] == "inconclusive"
    assert document["in_sequence"]
    assert gated(study.folder, CUT)["in_sequence"] is False  # all was asked, so another gate may be held to it


def test_a_rerun_goes_on_and_stops_at_the_same_place(zoo: Any, ask: Ask, tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    seen: list[bool] = []

    def kill(batch: Any, done_here: bool) -> None:
        seen.append(done_here)
        if len(seen) == 3:
            raise Killed

    whole, _ = ask(SOUND, zoo.b, study="whole")
    with pytest.raises(Killed):
        behaviordrift.score(
            zoo.a, zoo.b,
            selection=Selection(probes=(str(tmp_path / "many.yaml"),)),
            decoding=Decoding(max_new_tokens=6),
            options=Options(batch_size=BATCH, until_decided=SOUND),
            study=tmp_path / "again",
            on_batch=kill,
        )  # fmt: skip
    again, done = ask(SOUND, zoo.b, study="again")
    assert done.count(False) == 3
    assert told(again) == told(whole)
    assert again.document["findings"] == whole.document["findings"]
    _, third = ask(SOUND, zoo.b, study="again")
    assert not any(third)


def test_replies_that_are_there_already_do_not_move_the_stop(zoo: Any, ask: Ask) -> None:
    early = told(ask(SOUND, zoo.b, study="early")[0])
    ask(None, zoo.b, study="full")
    after, done = ask(SOUND, zoo.b, study="full")
    assert told(after) == early
    assert not any(done)


def test_a_stopped_study_says_so_and_refuses_to_attribute(
    zoo: Any, probe_file: Callable[..., Path], study_file: Callable[..., Path], tmp_path: Path, cli: Callable[..., Any]
) -> None:
    probe_file(tmp_path / "many.yaml", PROMPTS, traits=["length"])
    file = study_file(
        tmp_path / "study.yaml",
        probes=["many.yaml"],
        checkpoints=[
            {"path": str(zoo.a), "mixture": {"qa": 1}, "seed": 1},
            {"path": str(zoo.b), "mixture": {"safety": 1}, "seed": 2},
        ],
    )
    gate = tmp_path / "gate.yaml"
    gate.write_text(yaml.safe_dump({"rules": [{"measure": "truncated", "probes": ["many"], "equivalent": 0.25}]}))
    study = tmp_path / "out"
    outcome = cli("score", file, "--until-decided", gate, "--study", study, "--max-new-tokens", 6, "--batch-size", 16)
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("Stopped early: every rule of the gate was decided after ")
    document = json.loads((study / "findings.json").read_text(encoding="utf-8"))
    attributions = [f for f in document["findings"] if f["kind"] == "attribution"]
    assert attributions
    assert {f["verdict"] for f in attributions} == {"unidentified"}
    assert not {f["kind"] for f in document["findings"]} & {"influence", "averages", "phase"}
    assert all("stopped early" in f["text"] and f["estimate"] is None for f in attributions)
    drifts = [f for f in document["findings"] if f["kind"] == "drift"]
    assert drifts
    assert all(any("come out too sure" in caveat for caveat in f["caveats"]) for f in drifts)
    page = (study / "report.html").read_text(encoding="utf-8")
    assert "Stopped early: every rule of the gate was decided" in page
    assert "not identified: the study stopped early" in page
    assert cli("attribute", study).out.startswith("Stopped early")
    assert cli("check", study, "--gate", gate).code == 0
    gate.write_text(yaml.safe_dump({"rules": [{"measure": "truncated", "probes": ["many"], "equivalent": 0.001}]}))
    refused = cli("check", study, "--gate", gate)
    assert refused.code == 2
    assert "once another gate was decided" in refused.error()
    planned = cli("score", file, "--until-decided", gate, "--study", tmp_path / "new", "--dry-run")
    assert "warning: too few probes to pass by bets, though they may fail: truncated on many (160 probe" in planned.err


def test_what_cannot_stop_a_study_is_refused_before_anything_is_asked(
    zoo: Any, ask: Ask, outputs: Callable[..., Path], tmp_path: Path
) -> None:
    lengths = GateFile(rules=(GateRule(measure="words", equivalent={"ratio": 1.15}),))
    with pytest.raises(UsageError, match=r"Rule 1 of the gate \(words\) cannot stop a study early"):
        ask(lengths, zoo.b)
    elsewhere = GateFile(rules=(GateRule(measure="refused", probes=("harmful",), no_increase=0.05),))
    with pytest.raises(MeasurementError, match="Rule 1 of the gate cannot be measured"):
        ask(elsewhere, zoo.b)
    with pytest.raises(UsageError, match="outputs of old are recorded"):
        ask(CUT, outputs(tmp_path / "old.jsonl", ["Home."]))


def test_a_checkpoint_against_itself_never_fails(zoo: Any, ask: Ask) -> None:
    study, _ = ask(None, zoo.b, study="samples", samples=2, temperature=1.0)
    with open_study(study.folder) as store:
        scores, sets = store.scores(), store.meta("probe_sets")
    mine = scores[(scores["name"] == "b") & (scores["measure"].isin(["degenerate", "truncated"]))].copy()
    rules = rule_pairs(BOTH, planned_pairs(sets), {})
    rng, verdicts = np.random.default_rng(5), []
    clusters = mine["cluster"].unique()
    for _ in range(40):
        swapped = dict(zip(clusters, rng.integers(0, 2, len(clusters)), strict=True))
        order = dict(zip(clusters, rng.permutation(len(clusters)), strict=True))
        sides = (mine["sample"] + mine["cluster"].map(swapped)) % 2
        again = mine.assign(name=np.where(sides == 0, "one", "two"), sample=0)
        again = again.sort_values("cluster", key=lambda column: column.map(order), kind="stable")
        for judge in (gate_findings, sequence_findings):
            verdicts += [finding.verdict for finding in judge(again, rules, "one", ["two"])]
    assert "fail" not in verdicts
    assert "pass" in verdicts
