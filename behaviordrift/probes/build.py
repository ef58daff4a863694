"""Build a probe set from a task's held-out rows, so that forgetting can be measured on it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from behaviordrift.conversations import Conversation, read_conversations
from behaviordrift.errors import ProbeSetError, TaskDataError
from behaviordrift.probes.files import read_probe_set
from behaviordrift.probes.overlap import find_overlaps, read_training
from behaviordrift.probes.probe import Message, Probe, ProbeSet

NAME = re.compile(r"[\w.-]+")
NAMED_WITH = "letters, digits, '_', '.' and '-'"


@dataclass(frozen=True)
class Built:
    """A set, and what was left out of it.

    Attributes:
        probe_set: the set.
        rows: rows that the file holds.
        repeated: places of rows whose prompt stands in an earlier row.
        overlapping: places of rows that overlap with training rows, and where those stand.
        not_drawn: how many rows the limit left out.
    """

    probe_set: ProbeSet
    rows: int
    repeated: tuple[str, ...]
    overlapping: tuple[tuple[str, str], ...]
    not_drawn: int


def build_task_set(path: Path, task: str, language: str = "en") -> ProbeSet:
    """Turn all rows of a file into forgetting probes of `task`; a ``.yaml`` file is such a set already.

    The last reply is the reference; a row's `answers` are further accepted answers, put after it.

    Raises:
        TaskDataError: names file and line of a row that cannot be read.
        ProbeSetError: if a ``.yaml`` file is faulty or holds out another task.
    """
    if path.suffix in {".yaml", ".yml"}:
        return _made_before(path, task)
    return _probe_set(read_conversations(path), task, language)


def build_held_out(
    path: Path,
    task: str,
    language: str = "en",
    *,
    training: Sequence[Path] = (),
    limit: int | None = None,
    seed: int = 0,
) -> Built:
    """As `build_task_set`, without repeated prompts and without rows that overlap with training rows.

    Args:
        path: the held-out rows.
        task: the task's name.
        language: of the rows.
        training: files of rows that were trained on.
        limit: draw so many of the rows that are left; they stay in order.
        seed: of the draw.
    """
    rows = read_conversations(path)
    kept, repeated = _first_of_each_prompt(rows)
    clean, overlapping = _without_overlap(kept, language, training)
    if not clean:
        told = f"{len(repeated)} repeat a prompt, {len(overlapping)} overlap with training rows"
        raise TaskDataError(f"No row of {path} is left: {told}.", "Name rows that were held out.")
    drawn = sorted(random.Random(seed).sample(range(len(clean)), min(limit or len(clean), len(clean))))
    probe_set = _probe_set([clean[position] for position in drawn], task, language)
    return Built(probe_set, len(rows), tuple(repeated), tuple(overlapping), len(clean) - len(drawn))


def _made_before(path: Path, task: str) -> ProbeSet:
    probe_set = read_probe_set(path)
    if probe_set.task != task:
        told = f"holds out the task {probe_set.task}" if probe_set.task else "names no task that it holds out"
        raise ProbeSetError(
            f"{path} {told}, and was given for {task}.", f"Write `task: {task}` there if that is meant."
        )
    return probe_set


def _probe_set(rows: Sequence[Conversation], task: str, language: str) -> ProbeSet:
    if not NAME.fullmatch(task):
        raise ProbeSetError(f"The task name {task!r} cannot name a probe set.", f"Use {NAMED_WITH}.")
    if not re.fullmatch("[a-z]{2}", language):
        raise ProbeSetError(f"The language {language!r} is no code of two letters.", "Write en or zh.")
    probes: dict[str, Probe] = {}
    for row in rows:
        probe = _probe(row, task)
        if probe.id in probes:
            raise TaskDataError(f"{row.place}: the id {probe.id!r} stands twice.", "Rename one.")
        probes[probe.id] = probe
    return ProbeSet(
        name=f"task_{task}",
        version=1,
        language=language,
        about=f"Held-out rows of the task {task}, for forgetting.",
        task=task,
        probes=tuple(probes.values()),
    )


def _probe(row: Conversation, task: str) -> Probe:
    given = row.row.get("id")
    name = f"{task}-{row.number}" if given is None else str(given)
    if not NAME.fullmatch(name):
        raise TaskDataError(
            f"{row.place}: the id {name!r} cannot name a probe.",
            f"Use {NAMED_WITH}, or leave the id out.",
        )
    answers = row.row.get("answers") or []
    if not isinstance(answers, list):
        raise TaskDataError(f"{row.place}: `answers` must be a list.", 'Write "answers": ["..."].')
    turns = [Message.model_validate(turn) for turn in row.prompt]
    prompt = {"prompt": turns[0].content} if [turn.role for turn in turns] == ["user"] else {"messages": turns}
    try:
        return Probe.model_validate({"id": name, "references": (row.reply, *answers), **prompt})
    except ValidationError as error:
        first = error.errors()[0]
        told = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise TaskDataError(f"{row.place}: no probe can be made of it ({told}).", "Correct that row.") from error


def _first_of_each_prompt(rows: Sequence[Conversation]) -> tuple[list[Conversation], list[str]]:
    kept: dict[str, Conversation] = {}
    repeated = []
    for row in rows:
        asked = repr([(turn["role"], " ".join(turn["content"].casefold().split())) for turn in row.prompt])
        if asked in kept:
            repeated.append(row.place)
        kept.setdefault(asked, row)
    return list(kept.values()), repeated


def _without_overlap(
    rows: Sequence[Conversation], language: str, training: Sequence[Path]
) -> tuple[list[Conversation], list[tuple[str, str]]]:
    """Rows none of whose user's turns the training rows hold, and the places of the others."""
    if not training:
        return list(rows), []
    said = [
        (row, turn["content"], len(turns) == 1)
        for row in rows
        for turns in ([turn for turn in row.prompt if turn["role"] == "user"],)
        for turn in turns
    ]
    texts, whole = [text for _, text, _ in said], [alone for _, _, alone in said]
    found: dict[int, str] = {}
    overlaps = find_overlaps(texts, whole, language, read_training(training))
    for (row, _, _), overlap in zip(said, overlaps, strict=True):
        if overlap is not None:
            found.setdefault(row.number, overlap.place)
    clean = [row for row in rows if row.number not in found]
    return clean, [(row.place, found[row.number]) for row in rows if row.number in found]
