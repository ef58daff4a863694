"""Overlap with training data: a probe whose words were trained on tells what was learnt by heart, not how it behaves.

Two texts overlap where they share a run of units, the usual test for contamination (Brown et al. 2020, appendix C), or
where all that the user asks is the same. System turns are left out on both sides: a task's rows share them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviordrift.conversations import Conversation, read_conversations
from behaviordrift.probes.units import by_character, units

Units = tuple[str, ...]

WORDS = 8
"""Words in a row that two texts must share. Shorter runs are set phrases ("what is the best way to")."""

CHARACTERS = 12
"""The same in Chinese, where a word has one or two characters."""

SET_WORDING = 10
"""Different turns of the training data from which a run is the fixed wording of a task, such as an instruction that
every row repeats, and no longer what one row says. Copies of one turn count once."""


@dataclass(frozen=True)
class Overlap:
    """What a text shares with the training data, and where that stands first."""

    shared: str
    place: str


def run_length(language: str) -> int:
    """Units in the shared run that counts."""
    return CHARACTERS if by_character(language) else WORDS


def find_overlaps(
    texts: Sequence[str], whole: Sequence[bool], language: str, training: Iterable[Conversation]
) -> list[Overlap | None]:
    """For each text, what it shares with the training rows, if anything.

    Args:
        texts: what is asked or weighed.
        whole: for each text, whether being the same as what a user says counts too, however short it is.
        language: of the texts.
        training: the rows that were trained on.
    """
    cut = [tuple(units(text, language)) for text in texts]
    size = run_length(language)
    runs = {run for parts in cut for run in _runs(parts, size)}
    prompts = {parts for parts, counts in zip(cut, whole, strict=True) if counts and parts}
    found_runs, found_prompts = _places(runs, prompts, language, training)
    joint = "" if by_character(language) else " "

    def overlap(parts: tuple[str, ...], counts: bool) -> Overlap | None:
        if counts and parts in found_prompts:
            return Overlap(joint.join(parts), found_prompts[parts])
        run = next((run for run in _runs(parts, size) if run in found_runs), None)
        return Overlap(joint.join(run), found_runs[run]) if run else None

    return [overlap(parts, counts) for parts, counts in zip(cut, whole, strict=True)]


def _places(
    runs: set[Units], prompts: set[Units], language: str, training: Iterable[Conversation]
) -> tuple[dict[Units, str], dict[Units, str]]:
    """Where those runs and those whole prompts stand first in the training rows, if they do."""
    first: dict[Units, str] = {}
    turns: dict[Units, set[int]] = {}
    found: dict[Units, str] = {}
    for row in training:
        for message in row.messages:
            if message["role"] == "system":
                continue
            parts = tuple(units(message["content"], language))
            if message["role"] == "user" and parts in prompts:
                found.setdefault(parts, row.place)
            for run in runs.intersection(_runs(parts, run_length(language))):
                first.setdefault(run, row.place)
                turns.setdefault(run, set()).add(hash(parts))
    return {run: place for run, place in first.items() if len(turns[run]) < SET_WORDING}, found


def read_training(paths: Iterable[Path]) -> list[Conversation]:
    """The rows of all files.

    Raises:
        TaskDataError: names file and line of a row that cannot be read.
    """
    return [row for path in paths for row in read_conversations(path)]


def _runs(parts: Sequence[str], size: int) -> Iterator[Units]:
    """All runs of `size` neighbours.

    >>> list(_runs("abcd", 3))
    [('a', 'b', 'c'), ('b', 'c', 'd')]
    """
    return (tuple(parts[start : start + size]) for start in range(len(parts) - size + 1))
