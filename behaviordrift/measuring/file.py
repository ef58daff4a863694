"""A file of recorded outputs in, a file of scores out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from behaviordrift.measuring.columns import text_traits
from behaviordrift.measuring.lines import chunked, read_lines
from behaviordrift.measuring.processes import measured_chunks
from behaviordrift.measuring.sink import opened_sink
from behaviordrift.traits.registry import measures


@dataclass
class Tally:
    """How many rows were written, and which lines were no rows."""

    rows: int = 0
    bad: list[int] = field(default_factory=list)


def measure_file(
    source: Path,
    out: Path,
    traits: Sequence[str] | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> Tally:
    """Write one row of scores for each row of recorded outputs, in order.

    A row that cannot be read is answered by a row that says why. `out` appears when it is whole. Either path may be
    ``-`` for standard input or output, or end in ``.gz``.

    Args:
        source: rows ``{"id", "prompt", "response", "language"?}``; `finish_reason` and `references` are used where they
            are there, and all further fields are passed on.
        out: where the scores go.
        traits: names; all text traits if left out.
        on_rows: told how many more rows are written.

    Raises:
        UsageError: if the source cannot be read or is not UTF-8, the target cannot be written, or a trait is unknown.
    """
    chosen = text_traits(traits)
    measures()  # two traits that share a measure are an error here, not a lost column
    tally = Tally()
    with opened_sink(out) as sink:
        for rows, bad, written in measured_chunks(chunked(read_lines(source)), [trait.name for trait in chosen]):
            sink.write(written)
            tally.rows += rows
            tally.bad += bad
            on_rows(rows)
    return tally
