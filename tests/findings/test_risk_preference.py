"""Whether answering pays, counted by hand, and how it is told."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.risk_preference import risk_findings

Replies = dict[str, dict[str, float]]
RIGHT: dict[str, float] = {"correct": 1, "abstained": 0, "declined": 0, "committed": 1}
WRONG: dict[str, float] = {"correct": 0, "abstained": 0, "declined": 0, "committed": 1}
ABSTAINS: dict[str, float] = {"correct": 0, "abstained": 1, "declined": 0, "committed": 0}
DECLINES: dict[str, float] = {"correct": 0, "abstained": 0, "declined": 1, "committed": 0}


def scores(**checkpoints: dict[str, list[dict[str, float]]]) -> pd.DataFrame:
    return pd.DataFrame(
        {"name": name, "probe_set": probe_set, "cluster": f"p{n}", "prompt_text": f"{probe_set} {n}", "sample": 0,
         "measure": measure, "value": value}
        for name, sets in checkpoints.items()
        for probe_set, replies in sets.items()
        for n, reply in enumerate(replies)
        for measure, value in reply.items()
        if probe_set == "answerable" or measure != "correct"
    )  # fmt: skip


CAREFUL = {"answerable": [RIGHT] * 8 + [ABSTAINS, DECLINES], "unanswerable": [ABSTAINS] * 10}
GUESSING = {"answerable": [RIGHT] * 8 + [WRONG] * 2, "unanswerable": [WRONG] * 10}


def test_the_curve_is_what_one_counts_by_hand() -> None:
    careful, guessing = risk_findings(scores(careful=CAREFUL, guessing=GUESSING), ["careful", "guessing"], "careful")
    assert {e["k"]: e["estimate"] for e in careful.effects}[4.0] == pytest.approx(8 / 20)
    curve = {e["k"]: e["estimate"] for e in guessing.effects}
    assert curve[0.0] == pytest.approx(8 / 20)
    assert curve[1.0] == pytest.approx((8 - 12) / 20)
    assert guessing.components["stops_paying"] == pytest.approx(8 / 12)
    assert guessing.components["coverage"] == pytest.approx(1)
    assert careful.components["coverage"] == pytest.approx(8 / 20)
    assert careful.components["selective_accuracy"] == 1
    assert guessing.components["change_at_1"] == pytest.approx((8 - 12 - 8) / 20)
    assert guessing.p < 0.01
    assert math.isnan(careful.p)


def test_verdicts_follow_the_interval_at_one() -> None:
    careful, guessing = risk_findings(scores(careful=CAREFUL, guessing=GUESSING), ["careful", "guessing"], "careful")
    assert careful.verdict == "answering pays"
    assert guessing.verdict == "not shown"
    wild = {"answerable": [RIGHT, *[WRONG] * 9], "unanswerable": [WRONG] * 10}
    (finding,) = risk_findings(scores(wild=wild), ["wild"], "absent")
    assert finding.verdict == "answering costs"
    assert "costs more than it earns" in finding.text
    assert "From" not in finding.text


def test_holding_back_where_the_answer_is_known_costs_nothing() -> None:
    silent = {"answerable": [ABSTAINS] * 10, "unanswerable": [DECLINES] * 10}
    (finding,) = risk_findings(scores(silent=silent), ["silent"], "silent")
    assert {e["estimate"] for e in finding.effects} == {0.0}
    assert math.isnan(finding.components["selective_accuracy"])
    assert "It answers 0 % of the questions." in finding.text


def test_a_reply_that_could_not_be_judged_is_left_out() -> None:
    table = scores(careful=CAREFUL)
    table.loc[(table["prompt_text"] == "unanswerable 0") & (table["measure"] == "committed"), "value"] = np.nan
    (finding,) = risk_findings(table, ["careful"], "careful")
    assert finding.n_units == 19


@pytest.mark.parametrize("kept", ["answerable", "unanswerable"])
def test_one_set_alone_shows_no_preference(kept: str) -> None:
    assert risk_findings(scores(careful={kept: CAREFUL[kept]}), ["careful"], "careful") == []


def test_a_checkpoint_that_answered_one_set_alone_has_no_finding() -> None:
    half = {"answerable": CAREFUL["answerable"]}
    (finding,) = risk_findings(scores(careful=CAREFUL, half=half), ["careful", "half"], "careful")
    assert finding.candidate == "careful"
