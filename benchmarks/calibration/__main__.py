"""Check the statistics on data of known truth.

    python -m benchmarks.calibration --quick
    python -m benchmarks.calibration

The first takes under a minute. The second runs 67 cells of 2,000 repetitions and can be stopped and taken up again.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.calibration.grid import cells, quick_cells
from benchmarks.calibration.simulate import simulate_all
from benchmarks.calibration.table import outside, table


def main() -> None:
    """Run the cells and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few small cells, 200 repetitions each")
    parser.add_argument("--repetitions", type=int, help="of each cell; 2000 if not given, 200 with --quick")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=Path("calibration.jsonl"), help="where finished cells are kept")
    options = parser.parse_args()
    chosen = quick_cells() if options.quick else cells()
    repetitions = options.repetitions or (200 if options.quick else 2000)
    path = None if options.quick else options.results
    started, results = time.monotonic(), []
    for result in simulate_all(chosen, repetitions, options.seed, options.workers, path):
        results.append(result)
        print(f"{len(results)}/{len(chosen)} {time.monotonic() - started:.0f} s {result.cell}", file=sys.stderr)
    print(table(results))
    if found := outside(results):
        print(f"\nOutside:\n{found}")


if __name__ == "__main__":
    main()
