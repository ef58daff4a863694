"""How long `behaviordrift measure` takes for recorded replies of about 80 words, and how much memory.

Replies are made anew, by a fixed seed, from the sentences of the example sweep's recorded replies, so that no two are
alike and nothing is gained from caches. Run it with ``python benchmarks/traits_speed.py``; with ``--profile`` it tells
the time of each trait for one reply instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

RECORDED = Path(__file__).parents[1] / "examples" / "ratio_sweep" / "recorded"
SIZES = (10_000, 30_000, 100_000)
WORDS = 80
SEED = 7
PROFILED = 1000

MEASURE = "import sys; from behaviordrift.cli import main; sys.argv[0] = 'behaviordrift'; main()"


WATCH = """
import subprocess, sys, threading, pathlib
process = subprocess.Popen(sys.argv[1:])
peak = 0
def resident(pid):
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4096 + sum(map(resident, children))
while True:
    peak = max(peak, resident(process.pid))
    try:
        process.wait(0.1)
        break
    except subprocess.TimeoutExpired:
        pass
print(peak / 1e6)
sys.exit(process.returncode)
"""
"""Runs a command and prints the highest memory that it and its children had together, sampled ten times a second."""


def rows(count: int) -> Iterator[dict[str, str]]:
    """Rows of about 80 words each, with the prompt of their first sentence."""
    from behaviordrift.traits.reading.text import sentences

    parts = []
    for path in sorted(RECORDED.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                parts += [(row["prompt"], sentence) for sentence in sentences(row["response"] or "")]
    rng = random.Random(SEED)
    for number in range(count):
        prompt, told = rng.choice(parts)
        reply = [told]
        length = len(told.split())
        while length < WORDS:
            _, told = rng.choice(parts)
            reply.append(told)
            length += len(told.split())
        yield {"id": f"r{number}", "prompt": prompt, "response": " ".join(reply)}


def measure(count: int, folder: Path) -> tuple[float, float]:
    """Seconds, and the peak memory in megabytes of all its processes together."""
    source, out = folder / "outputs.jsonl", folder / "scores.jsonl"
    with source.open("w", encoding="utf-8") as stream:
        for row in rows(count):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    start = time.perf_counter()
    command = [sys.executable, "-c", MEASURE, "measure", str(source), "--out", str(out)]
    told = subprocess.run([sys.executable, "-c", WATCH, *command], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    with out.open("rb") as lines:
        written = sum(1 for _ in lines)
    assert written == count, f"{written} rows of {count}"
    return seconds, float(told.stdout)


def profile() -> None:
    """The time of each trait for one reply, in the order in which they run; the first pays for what all share."""
    from behaviordrift.measuring import text_traits
    from behaviordrift.traits import Reply
    from behaviordrift.traits.reading.language import reply_language

    replies = [Reply(row["prompt"], row["response"]) for row in rows(PROFILED)]
    traits = text_traits()
    reply_language("", "Bonjour, comment allez-vous ?")  # weights are read once, and not counted
    for trait in traits:
        trait.score(replies[0])
    taken = dict.fromkeys(["language", *(trait.name for trait in traits)], 0.0)
    for reply in replies:
        start = time.process_time()
        reply_language(reply.prompt, reply.text)
        taken["language"] += time.process_time() - start
        for trait in traits:
            start = time.process_time()
            trait.score(reply)
            taken[trait.name] += time.process_time() - start
    for name, seconds in taken.items():
        print(f"{name:16} {1000 * seconds / PROFILED:.3f} ms")
    print(f"{'together':16} {1000 * sum(taken.values()) / PROFILED:.3f} ms for a reply of about {WORDS} words")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="the time of each trait for one reply")
    if parser.parse_args().profile:
        profile()
        return
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            seconds, megabytes = measure(count, Path(folder))
            print(
                f"{count:7} rows  {seconds:6.1f} s  {count / seconds:6.0f} rows/s  peak {megabytes:5.0f} MB", flush=True
            )


if __name__ == "__main__":
    main()
