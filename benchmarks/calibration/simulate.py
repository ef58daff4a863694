"""Repetitions of a cell, counted; results go to a file as cells finish, so that a run can be taken up again."""

from __future__ import annotations

import gc
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.calibration.checks import Count
from benchmarks.calibration.grid import Cell


@dataclass(frozen=True)
class Result:
    """What the checks came to in one cell."""

    cell: str
    repetitions: int
    seed: int
    counts: tuple[Count, ...]


def simulate(cell: Cell, repetitions: int, seed: int = 0) -> Result:
    """Draw a cell's data so many times and count the outcomes of its checks."""
    # The cell's own name seeds it, so that a cell gives the same whichever others run.
    rng = np.random.default_rng([seed, zlib.crc32(repr(cell).encode())])
    outcomes: dict[str, list[float]] = defaultdict(list)
    # Holm's correction by statsmodels collects garbage at every call: what is frozen need not be looked through.
    gc.freeze()
    for _ in range(repetitions):
        for check, outcome in cell.repetition(rng).items():
            outcomes[check].append(float(outcome))
    counts = tuple(_count(check, values) for check, values in outcomes.items())
    return Result(repr(cell), repetitions, seed, counts)


def simulate_all(
    cells: Sequence[Cell], repetitions: int, seed: int, workers: int, path: Path | None
) -> Iterator[Result]:
    """Yield the results of all cells, those that the file has first, and add the others to it as they finish."""
    known = _read(path)
    waiting = []
    for cell in cells:
        found = known.get((repr(cell), repetitions, seed))
        if found is None:
            waiting.append(cell)
        else:
            yield found
    with ProcessPoolExecutor(workers) as pool:
        for done in as_completed(pool.submit(simulate, cell, repetitions, seed) for cell in waiting):
            result = done.result()
            if path is not None:
                with path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(result)) + "\n")
            yield result


def _count(check: str, values: list[float]) -> Count:
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    return Count(check, len(values), float(np.mean(values)), sd)


def _read(path: Path | None) -> dict[tuple[str, int, int], Result]:
    known = {}
    if path is not None and path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["counts"] = tuple(Count(**count) for count in row["counts"])
            result = Result(**row)
            known[result.cell, result.repetitions, result.seed] = result
    return known
