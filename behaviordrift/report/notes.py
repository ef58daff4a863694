"""Notes below a table: each told once, and cited by its number from the rows and the sentences it bears on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def distinct_notes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The caveats of a table's findings, each once, in the order of the rows.

    Args:
        rows: mappings that hold their finding under ``finding``.

    >>> distinct_notes([{"finding": {"caveats": ["one run"]}}, {"finding": {"caveats": ["few probes", "one run"]}}])
    ['one run', 'few probes']
    """
    return list(dict.fromkeys(caveat for row in rows for caveat in row["finding"]["caveats"]))


def numbers_of(finding: Mapping[str, Any], notes: list[str]) -> str:
    """The numbers of a finding's caveats among the notes.

    >>> numbers_of({"caveats": ["few probes", "one run"]}, ["one run", "few probes"])
    '1, 2'
    """
    return ", ".join(str(number) for number, note in enumerate(notes, 1) if note in finding["caveats"])
