"""How long `import behaviordrift` and `behaviordrift --help` take, as ratios to a bare interpreter.

Run it with ``python benchmarks/startup.py``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 9
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import behaviordrift": [sys.executable, "-c", "import behaviordrift"],
    "behaviordrift --help": [sys.executable, "-m", "behaviordrift", "--help"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:24} median {median:.3f} s  {median / bare:4.1f} x bare  ({min(taken):.3f} to {max(taken):.3f})")


if __name__ == "__main__":
    main()
