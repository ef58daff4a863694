"""Build a probe set from a task's held-out rows, so that forgetting can be measured on it."""

from __future__ import annotations

import json
from pathlib import Path

from behaviordrift.errors import ProbeSetError
from behaviordrift.files import numbered, read_lines
from behaviordrift.probes.probe import Message, Probe, ProbeSet


def build_task_set(path: Path, task: str, language: str = "en") -> ProbeSet:
    """Turn ``{"id"?, "messages": [...], "answers"?: [...]}`` rows into forgetting probes of `task`.

    The last message is the reference; `answers` are further accepted answers, put after it.

    Raises:
        ProbeSetError: names file and line of a row that cannot be read.
    """
    try:
        lines = read_lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ProbeSetError(f"The held-out rows {path} cannot be read ({error}).", "Check the path.") from error
    probes: dict[str, Probe] = {}
    for number, line in numbered(lines):
        try:
            row = json.loads(line)
            *turns, reply = [Message(role=m["role"], content=m["content"]) for m in row["messages"]]
            prompt = {"prompt": turns[0].content} if [t.role for t in turns] == ["user"] else {"messages": turns}
            answers = row.get("answers", [])
            if not isinstance(answers, list):
                raise TypeError("`answers` must be a list")
            probe = Probe(id=row.get("id", f"{task}-{number}"), references=(reply.content, *answers), **prompt)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise ProbeSetError(
                f"{path}:{number}: not a task row ({error}).",
                'Write {"messages": [...]} with the reply last.',
            ) from error
        if probe.id in probes:
            raise ProbeSetError(f"{path}:{number}: the id {probe.id!r} stands twice.", "Rename one.")
        probes[probe.id] = probe
    if not probes:
        raise ProbeSetError(f"{path} holds no rows.", "Add held-out rows.")
    return ProbeSet(
        name=f"task_{task}",
        version=1,
        language=language,
        about=f"Held-out rows of the task {task}, for forgetting.",
        task=task,
        probes=tuple(probes.values()),
    )
