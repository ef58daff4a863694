"""The example of the order of mixtures: what its recorded outputs say, and what they cannot."""

from __future__ import annotations

from pathlib import Path

from behaviordrift import score

STUDY = Path(__file__).resolve().parents[2] / "examples" / "phase_sweep" / "study.yaml"


def test_the_order_of_the_example_is_tested_and_not_shown(tmp_path: Path) -> None:
    findings = score(STUDY, study=tmp_path / "study").document["findings"]
    orders = [f for f in findings if f["kind"] == "phase"]
    assert len(orders) == 23
    assert {(f["rung"], f["unit"], f["n_units"]) for f in orders} == {("L2", "run", 12)}
    assert {f["verdict"] for f in orders} == {"not shown"}
    # Runs that change their mixture on the way say nothing of the ratio alone.
    assert {f["verdict"] for f in findings if f["kind"] == "attribution"} == {"confounded"}
    bounded = [f["measure"] for f in orders if f["components"]["lateness_bounded"]]
    assert len(bounded) == 12
    assert "prefers_refusing" in bounded
    assert "words" not in bounded
    assert all(any("epochs" in caveat for caveat in f["caveats"]) for f in orders)
