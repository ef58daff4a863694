"""``study.yaml``: checkpoints with their mixtures and seeds, and what to measure them on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from behaviordrift.checkpoints.checkpoint import Checkpoint, open_checkpoint
from behaviordrift.checkpoints.mixture import Phase, parse_mixture, parse_phases
from behaviordrift.checkpoints.records import Record, find_record
from behaviordrift.errors import UsageError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Strict):
    """One checkpoint, or several if `path` is a glob, whose names then come from the folders or files."""

    path: str
    name: str | None = None
    mixture: dict[str, float | str] | None = None
    phases: list[dict[str, Any]] | None = None
    seed: int | None = None
    settings: dict[str, JsonValue] = Field({}, description="Known settings of the training, such as its learning rate.")
    record: str | None = Field(None, description="Folder with the training record, if not beside the weights.")


class StudyFile(_Strict):
    """A study.yaml. Paths are relative to the file."""

    baseline: str | None = None
    base: str | None = None
    checkpoints: list[Entry] = Field(min_length=1)
    probes: list[str] | None = None
    tasks: dict[str, str] = {}
    limit: int | None = Field(None, gt=0)


def read_study_file(path: Path) -> StudyFile:
    """Read and check a study.yaml; its paths come back joined to the file's folder.

    Raises:
        UsageError: names the file and the field at fault.
    """
    try:
        study = StudyFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path} is not valid YAML ({error}).", "Correct it there.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(f"{path}: {where}: {first['msg']}.", "Correct that entry.") from error
    folder = path.parent
    return study.model_copy(
        update={
            "base": str(folder / study.base) if study.base else None,
            "probes": [str(folder / p) if p.endswith((".yaml", ".yml")) else p for p in study.probes]
            if study.probes is not None
            else None,
            "tasks": {task: str(folder / file) for task, file in study.tasks.items()},
        }
    )


def open_entries(study: StudyFile, file: Path, base: Path | None) -> list[Checkpoint]:
    """Open all checkpoints that the file lists, with the mixtures and seeds that it gives them.

    Raises:
        UsageError: names the file and the entry whose path matches nothing, whose name would serve several
            checkpoints, or whose mixture, phases or record mean nothing.
    """
    folder, checkpoints = file.parent, []
    for index, entry in enumerate(study.checkpoints):
        where = f"{file}: checkpoints.{index}"
        is_glob = any(character in entry.path for character in "*?[")
        paths = sorted(folder.glob(entry.path)) if is_glob else [folder / entry.path]
        if not paths:
            raise UsageError(f"{where}.path: nothing matches {entry.path}.", "Correct it there.")
        if entry.name and len(paths) > 1:
            raise UsageError(
                f"{where}.name: {entry.path} matches {len(paths)} checkpoints, but `name` names one.", "Leave it out."
            )
        for path in paths:
            checkpoint = open_checkpoint(path, base=base)
            checkpoint = checkpoint.named(entry.name or checkpoint.name)
            try:
                record = _record(entry, folder, checkpoint.record)
            except UsageError as error:
                raise UsageError(f"{where}: {error.problem}", error.fix) from error
            checkpoints.append(replace(checkpoint, record=record))
    return checkpoints


def _record(entry: Entry, folder: Path, found: Record | None) -> Record | None:
    """The record with what the file states on top: a stated mixture, seed or setting outranks a found one."""
    if entry.record is not None:
        found = find_record(folder / entry.record)
        if found is None:
            raise UsageError(f"There is no training record in {folder / entry.record}.", "Correct `record`.")
    if entry.mixture is not None and entry.phases is not None:
        raise UsageError("Both `mixture` and `phases` are given.", "Keep one.")
    if entry.mixture is None and entry.phases is None:
        if found is None and entry.settings:
            raise UsageError("`settings` are given, but no mixture.", "Give `mixture`, `phases` or `record` too.")
        return None if found is None else _stated(found, entry)
    phases = (
        parse_phases(entry.phases) if entry.phases is not None else [Phase(1.0, parse_mixture(entry.mixture or {}))]
    )
    known = found or Record((), "study file")
    return replace(_stated(known, entry), phases=tuple(phases), source="study file")


def _stated(record: Record, entry: Entry) -> Record:
    seed = record.seed if entry.seed is None else entry.seed
    return replace(record, seed=seed, facts=record.facts | entry.settings)
