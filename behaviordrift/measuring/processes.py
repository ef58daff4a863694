"""Chunks of lines measured by several processes, given back in order."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from behaviordrift.errors import MeasurementError
from behaviordrift.measuring.columns import Columns, text_traits
from behaviordrift.measuring.lines import Line
from behaviordrift.measuring.row import encoded, measured_line

MOST_PROCESSES = 4
AHEAD = 3
"""Chunks under way for each process, so that none waits for the writer."""

Measured = tuple[int, list[int], bytes]
"""How many rows were written, the numbers of the lines that were none, and the rows."""


def measured_chunks(chunks: Iterator[list[Line]], names: list[str]) -> Iterator[Measured]:
    """Measure chunks, in order; a single one here, more by several processes."""
    first = next(chunks, None)
    second = next(chunks, None)
    if first is None:
        return
    if second is None:
        _start_worker(names)
        yield _measure_chunk(first)
        return
    processes = min(_cores(), MOST_PROCESSES)
    with ProcessPoolExecutor(processes, initializer=_start_child, initargs=(names,)) as pool:
        under_way: deque[Future[Measured]] = deque()
        try:
            for chunk in chain((first, second), chunks):
                under_way.append(pool.submit(_measure_chunk, chunk))
                if len(under_way) >= AHEAD * processes:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise MeasurementError(
                "A process that measured was ended from outside, perhaps for want of memory.", "Run the command again."
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_columns: list[Columns] = []
"""What this process measures: set once, for a trait's function need not travel with every chunk."""


def _start_worker(names: list[str]) -> None:
    _columns[:] = [Columns.of(text_traits(names))]


def _start_child(names: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children
    _start_worker(names)


def _measure_chunk(lines: list[Line]) -> Measured:
    bad: list[int] = []
    written: list[bytes] = []
    (wanted,) = _columns
    for number, line in lines:
        row, read = measured_line(number, line, wanted)
        if not read:
            bad.append(number)
        written.append(encoded(row))
    return len(written), bad, b"".join(written)
