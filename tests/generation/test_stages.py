"""Stages: whole clusters, the same for all checkpoints, in an order that is drawn once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from behaviordrift.checkpoints.checkpoint import open_checkpoint
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.local import LocalEngine
from behaviordrift.generation.planning import Selection, plan_generation
from behaviordrift.generation.stages import Stages, plan_stages
from behaviordrift.generation.templates import choose_templates
from behaviordrift.probes.files import read_probe_set

QUESTIONS = [f"What is {number} plus {number}?" for number in range(8)]
SAMPLED = Decoding(samples=3, temperature=0.7)


def planned(zoo: Any, files: list[Path], *, limit: int | None = None, batch_size: int = 7) -> tuple[Stages, list[Any]]:
    checkpoints = [open_checkpoint(path) for path in (zoo.base, zoo.a)]
    engine = LocalEngine(choose_templates(checkpoints, None))
    sets, selection = [read_probe_set(file) for file in files], Selection(limit=limit)
    whole = [
        row
        for checkpoint in checkpoints
        for row in plan_generation(checkpoint, sets, selection, SAMPLED, engine=engine, batch_size=batch_size)[0]
    ]
    return plan_stages(checkpoints, sets, selection, SAMPLED, engine=engine, batch_size=batch_size), whole


def files(probe_file: Callable[..., Path], folder: Path) -> list[Path]:
    return [
        probe_file(folder / f"{name}.yaml", [f"{question} Answer {name}." for question in QUESTIONS])
        for name in ("first", "second")
    ]


def test_stages_ask_what_the_whole_plan_asks_in_another_order(
    zoo: Any, probe_file: Callable[..., Path], tmp_path: Path
) -> None:
    stages, whole = planned(zoo, files(probe_file, tmp_path))
    rows = [row for stage in stages.stages for row in stage.rows]
    assert sorted(rows) == sorted(whole)
    assert sum(stage.clusters for stage in stages.stages) == 16
    asked = [row.probe_set for row in rows if row.name == "base" and row.sample == 0]
    assert asked != sorted(asked)
    keys = [key for stage in stages.stages for batch in stage.batches for key in batch.keys]
    assert len(keys) == len(set(keys)) == len(rows)


def test_a_stage_holds_whole_clusters_of_every_checkpoint(
    zoo: Any, probe_file: Callable[..., Path], tmp_path: Path
) -> None:
    stages, _ = planned(zoo, files(probe_file, tmp_path))
    for stage in stages.stages:
        assert stage.clusters <= 2  # of three samples each, in batches of seven
        for name in ("base", "a"):
            mine = [row for row in stage.rows if row.name == name]
            assert len(mine) == 3 * stage.clusters
        assert all(len(batch.keys) <= 7 for batch in stage.batches)


def test_the_order_is_the_same_each_time_and_its_digest_follows_the_probes(
    zoo: Any, probe_file: Callable[..., Path], tmp_path: Path
) -> None:
    both = files(probe_file, tmp_path)
    assert planned(zoo, both)[0] == planned(zoo, both)[0]
    assert planned(zoo, both)[0].order == planned(zoo, both, batch_size=4)[0].order
    assert planned(zoo, both)[0].order != planned(zoo, both, limit=5)[0].order


def test_a_cluster_larger_than_a_batch_is_a_stage_of_its_own(
    zoo: Any, probe_file: Callable[..., Path], tmp_path: Path
) -> None:
    stages, _ = planned(zoo, files(probe_file, tmp_path), batch_size=2)
    assert all(stage.clusters == 1 and len(stage.batches) == 4 for stage in stages.stages)
