"""How fast a run forgets, from the checkpoints that it left on its way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from behaviordrift.findings.forgetting_speed import forgetting_speed_findings
from behaviordrift.findings.runs import Trajectory, trajectories

STEPS = (10, 20, 30, 40)
NAMES = ("r-10", "r-20", "r-30", "r")
RUN = Trajectory(STEPS, NAMES, {"qa": 0.25, "safety": 0.75})


def scores(levels: dict[str, list[float]], rows: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {"name": name, "probe_set": f"task_{task}", "task": task, "cluster": f"c{n}", "measure": "reference_logprob",
         "value": level + 0.01 * rng.normal()}
        for task, course in levels.items()
        for name, level in zip(NAMES, course, strict=True)
        for n in range(rows)
    )  # fmt: skip


def test_each_task_has_its_own_speed() -> None:
    courses = {"qa": [-2.0, -1.0, -1.5, -2.0], "safety": [-3.0, -2.5, -2.2, -2.0], "support": [-1.0, -1.0, -1.0, -1.0]}
    found = {f.task: f for f in forgetting_speed_findings(scores(courses), [RUN])}
    assert found["qa"].verdict == "forgetting"
    assert found["qa"].estimate == pytest.approx(-5, abs=0.1)
    assert "(share 25 %)" in found["qa"].text
    assert "forgotten at -4.99" in found["qa"].text
    assert [e["step"] for e in found["qa"].effects] == list(STEPS)
    assert found["safety"].verdict == "still learning"
    assert found["support"].verdict == "not shown"
    assert found["support"].components["share"] == 0


def test_the_tasks_of_a_run_are_one_family() -> None:
    level = [-1.0, -1.0, -1.0, -1.0]
    courses = {"qa": [-1.0, -1.0, -1.003, -1.009], "safety": level, "support": level}
    alone = forgetting_speed_findings(scores({"qa": courses["qa"]}), [RUN])[0]
    found = {f.task: f for f in forgetting_speed_findings(scores(courses), [RUN])}
    assert alone.p_adj == alone.p == found["qa"].p
    assert found["qa"].p_adj == pytest.approx(3 * alone.p)
    assert (alone.verdict, found["qa"].verdict) == ("forgetting", "not shown")


def test_two_checkpoints_are_no_course() -> None:
    short = Trajectory((10, 20), ("r-10", "r-20"), {"qa": 1.0})
    assert forgetting_speed_findings(scores({"qa": [-1, -2, -3, -4]}), [short]) == []


def test_few_rows_show_no_speed() -> None:
    (finding,) = forgetting_speed_findings(scores({"qa": [-1, -2, -3, -4]}, rows=3), [RUN])
    assert finding.verdict == "inconclusive"
    assert "cannot be told" in finding.text


def checkpoint(name: str, run: str | None) -> dict[str, Any]:
    return {"name": name, "record": None if run is None else {"run": run, "mixture": {"qa": 1.0}}}


def test_checkpoints_of_one_run_make_a_trajectory_in_the_order_of_steps() -> None:
    found = trajectories(
        [checkpoint("late", "x@40"), checkpoint("early", "x@5"), checkpoint("copy", "x@5"), checkpoint("base", None),
         checkpoint("other", "y@40"), checkpoint("odd", "no step")]
    )  # fmt: skip
    assert found == [Trajectory((5, 40), ("early", "late"), {"qa": 1.0})]
