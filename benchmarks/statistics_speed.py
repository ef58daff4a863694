"""How long the statistics of a study take, from its store to the findings document.

Studies of known size are made without a model: a sweep of three tasks at seven mixtures, with a run or more at each,
whose scores are drawn at random. Nothing is generated and no trait is measured. Run it with
``python benchmarks/statistics_speed.py``; the table shows how the time grows with checkpoints, probes and samples, and
with the draws of the permutation test. ``--profile`` tells where the time of the first study goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

TASKS = ("qa", "safety", "support")
POINTS = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1))
SEED = 7


@dataclass(frozen=True)
class Size:
    """How large a study is."""

    checkpoints: int = 14
    probes: int = 600
    samples: int = 4
    measures: int = 10
    draws: int = 10_000


SIZES = (
    Size(),
    *(replace(Size(), checkpoints=n) for n in (7, 28)),
    *(replace(Size(), probes=n) for n in (150, 1200)),
    *(replace(Size(), samples=n) for n in (1, 8)),
    *(replace(Size(), draws=n) for n in (1_000, 100_000)),
)


def fill(folder: Path, size: Size) -> None:
    """Keep a study of this size in `folder`."""
    from behaviordrift.store import CompletionKey, PlanRow, Store

    names = [f"run{n:02}" for n in range(size.checkpoints)]
    plan = [
        PlanRow(
            name, name, "made", None, f"p{n}", f"p{n}", sample, "en", f"Question {n}?", "[]", f"p{n}", "d", "{}", None
        )
        for name in names
        for n in range(size.probes)
        for sample in range(size.samples)
    ]
    with Store(folder) as store:
        store.write_plan(plan, meta(names))
        keys = [CompletionKey(row.checkpoint, row.prompt, row.decoding, row.sample) for row in plan]
        store.add_completions([(key, "A reply.", "stop", 3) for key in keys])
        store.replace_scores(scores(len(plan), size))


def meta(names: list[str]) -> dict[str, Any]:
    """What the store keeps beside the plan: runs at the mixtures of a simplex centroid, in turn."""
    checkpoints = []
    for n, name in enumerate(names):
        point = POINTS[n % len(POINTS)]
        mixture = {task: part / sum(point) for task, part in zip(TASKS, point, strict=True)}
        record = {"mixture": mixture, "phases": [{"until": 1.0, "mixture": mixture}], "seed": n, "run": None}
        record |= {"realised": {}, "facts": {}, "source": "made"}
        checkpoints.append({"name": name, "kind": "recorded", "digest": name, "record": record})
    made = {"name": "made", "version": 1, "digest": "d", "language": "en", "about": "", "traits": [], "task": None}
    return {
        "study": {"name": "made", "baseline": names[0], "version": "0", "decoding": {}, "engine": "", "templates": {}},
        "checkpoints": checkpoints,
        "probe_sets": [{**made, "probes": 0}],
    }


def scores(rows: int, size: Size) -> Iterator[tuple[int, str, float, None, float, None]]:
    """Random values of measures that a set without traits of its own is read with."""
    from behaviordrift.traits.registry import measures
    from behaviordrift.traits.trait import LABEL_KINDS

    rng = np.random.default_rng(SEED)
    numbers = [measure for _, measure in measures().values() if measure.kind not in LABEL_KINDS]
    own = [measure for measure in numbers if set(measure.made_for) - {"task"}]
    for measure in own[: size.measures]:
        drawn = rng.gamma(2.0, 1.0, rows)
        values = (drawn > 1.5).astype(float) if measure.kind == "binary" else drawn + 0.01
        for position, value in enumerate(values.tolist(), start=1):
            yield position, measure.name, value, None, 40.0, None


def conclude(folder: Path) -> dict[str, Any]:
    """The findings document, from the store alone."""
    from behaviordrift.findings import make_document
    from behaviordrift.store import Store

    with Store(folder) as store:
        return make_document(store)


def timed(size: Size) -> tuple[float, float]:
    """Seconds from the store to the findings document, on the clock and of the processor."""
    from behaviordrift.statistics import run_permutation

    with tempfile.TemporaryDirectory() as folder, patch.multiple(run_permutation, DRAWS=size.draws, EXACT_LIMIT=0):
        run_permutation._arrangements.cache_clear()
        fill(Path(folder), size)
        start, start_busy = time.perf_counter(), time.process_time()
        document = conclude(Path(folder))
        seconds = time.perf_counter() - start, time.process_time() - start_busy
    told = {f["measure"] for f in document["findings"] if f["kind"] == "attribution"}
    assert len(told) == size.measures, told
    return seconds


def profile(size: Size) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), size)
        run = cProfile.Profile()
        run.runcall(conclude, Path(folder))
        pstats.Stats(run).sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="where the time of the first study goes")
    if parser.parse_args().profile:
        profile(Size())
        return
    timed(Size(checkpoints=7, probes=20))  # imports and caches are paid for once
    print("checkpoints  probes  samples   draws  seconds  of processor")
    for size in SIZES:
        clock, busy = timed(size)
        told = f"{size.checkpoints:11}  {size.probes:6}  {size.samples:7}  {size.draws:6}"
        print(f"{told}  {clock:7.1f}  {busy:12.1f}", flush=True)


if __name__ == "__main__":
    main()
