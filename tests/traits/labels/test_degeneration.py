"""No reply that people labelled for another trait counts as broken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from behaviordrift.traits.labels.agreement import agreements
from behaviordrift.traits.labels.degeneration import SETS, checks

GOLD = Path(os.environ.get("BEHAVIORDRIFT_GOLD") or Path(__file__).resolve().parents[4] / "shared" / "gold")


def test_no_false_alarm_on_labelled_replies() -> None:
    if not GOLD.is_dir():
        pytest.skip(f"no human-labelled data at {GOLD}")
    found = [agreement for check in checks(GOLD) for agreement in agreements(check)]
    assert len(found) == len(SETS)
    assert [agreement.value for agreement in found] == [0] * len(found)


def test_an_absent_set_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "xstest").mkdir()
    row = '{"id": "1", "model": "a", "prompt": "Hi", "response": "Hello!</s>"}\n'
    (tmp_path / "xstest" / "xstest_v2_responses.jsonl").write_text(row, encoding="utf-8")
    (check,) = checks(tmp_path)
    assert agreements(check)[0].value == 1
    assert capsys.readouterr().err.count("is absent") == len(SETS) - 1
