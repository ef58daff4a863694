"""Checkpoint: weights (or recorded outputs) with a name, a content digest and a training record."""

from __future__ import annotations

import difflib
import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from behaviordrift.checkpoints.digest import file_digest, files_digest, value_digest
from behaviordrift.checkpoints.records import Record, find_record
from behaviordrift.errors import CheckpointError, UsageError

Kind = Literal["model", "adapter", "gguf", "recorded"]

IDENTITY_FILES = (
    "*.safetensors",
    "config.json",
    "generation_config.json",
    "tokenizer*",
    "vocab*",
    "merges.txt",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template*",
)


@dataclass(frozen=True)
class Checkpoint:
    """One thing to measure.

    Attributes:
        name: unique in its study.
        kind: a model folder, a PEFT adapter folder, a GGUF file, or recorded outputs.
        path: where it lies.
        digest: SHA-256 over the content that decides its behaviour; for an adapter the base's too.
        base: where an adapter's base lies.
        record: what is known of its training, if anything.
    """

    name: str
    kind: Kind
    path: Path
    digest: str
    base: Path | None = None
    record: Record | None = None

    def named(self, name: str) -> Checkpoint:
        return replace(self, name=name)


def open_checkpoint(path: Path, *, base: Path | None = None, record: Record | None = None) -> Checkpoint:
    """Recognise what lies at `path`, check that it can be read, and digest it.

    Args:
        path: a model folder, an adapter folder, a ``.gguf`` file, or recorded outputs (``.jsonl``, ``.jsonl.gz``).
        base: where the base of an adapter lies, in place of the path that the adapter recorded.
        record: what is known of the training; read from the folder if None.

    Raises:
        UsageError: if nothing that can be measured lies there.
        CheckpointError: if a file is corrupt, or an adapter's base is missing.
    """
    kind = kind_of(path)
    if kind is None:
        raise UsageError(f"There is no checkpoint at {path}.", _suggestion(path))
    name = path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".gguf")
    if name.startswith("checkpoint-"):
        name = f"{path.resolve().parent.name}/{name}"
    if kind == "recorded":
        return Checkpoint(name, kind, path, _recorded_digest(path), record=record)
    if kind == "gguf":
        _check_gguf(path)
        return Checkpoint(name, kind, path, file_digest(path), record=record)
    record = record or find_record(path)
    weights = list(path.glob("*.safetensors"))
    if not weights:
        raise _no_weights(path)
    for file in weights:
        check_safetensors(file)
    own = files_digest(path, {file for pattern in IDENTITY_FILES for file in path.glob(pattern) if file.is_file()})
    if kind == "model":
        return Checkpoint(name, kind, path, own, record=record)
    config = _read_adapter_config(path)
    base_path = _base_of(path, config, base)
    shape = {key: value for key, value in config.items() if not key.startswith("base_model_name")}
    digest = value_digest([own, shape, open_checkpoint(base_path).digest])
    return Checkpoint(name, kind, path, digest, base=base_path, record=record)


def kind_of(path: Path) -> Kind | None:
    """What lies at `path`, judged by names alone; None if nothing that can be measured."""
    if path.is_file():
        if path.suffix == ".gguf":
            return "gguf"
        return "recorded" if path.name.endswith((".jsonl", ".jsonl.gz")) else None
    if (path / "adapter_config.json").is_file():
        return "adapter"
    return "model" if (path / "config.json").is_file() else None


def _no_weights(folder: Path) -> CheckpointError:
    pickled = sorted(folder.glob("*.bin"))
    if not pickled:
        return CheckpointError(f"{folder} has no safetensors weights.", "Copy the checkpoint again.")
    return CheckpointError(
        f"{folder} holds pickled weights ({pickled[0].name}), which can run code when they are opened.",
        "Where you trust them, load them once and save_pretrained(FOLDER, safe_serialization=True).",
    )


def _read_adapter_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{folder / 'adapter_config.json'} is not JSON.", "Copy the adapter again.") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{folder / 'adapter_config.json'} is no configuration.", "Copy the adapter again.")
    return config


def check_safetensors(path: Path) -> None:
    """Open the file's header, which finds a truncated or foreign file before a model is built.

    Raises:
        CheckpointError: if the file is corrupt.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            file.keys()
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path} is corrupt or incomplete ({error}).", "Copy or download it again, or train it again."
        ) from error


def _base_of(folder: Path, config: dict[str, Any], given: Path | None) -> Path:
    recorded = str(config.get("base_model_name_or_path") or "")
    for place in [given] if given is not None else [folder / recorded, Path(recorded)]:
        if recorded or given is not None:
            if place.suffix == ".gguf" and place.is_file():
                return place
            if kind_of(place) == "model":
                return place
    if given is not None:
        raise UsageError(f"There is no base model at {given}.", "Correct --base: a model folder or a .gguf file.")
    raise CheckpointError(
        f"The base of the adapter {folder} is not at {recorded or '(no place recorded)'}.",
        "Say where it lies with --base FOLDER or --base FILE.gguf.",
    )


def _check_gguf(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise CheckpointError(f"{path} is not a GGUF file.", "Copy or download it again.")


def _recorded_digest(path: Path) -> str:
    """Digest of the rows themselves, so that packing a file does not change what it is."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        raise CheckpointError(f"The recorded outputs {path} cannot be read ({error}).", "Copy them again.") from error


def _suggestion(path: Path) -> str:
    if path.exists():
        return (
            "Name a model folder (config.json), an adapter folder (adapter_config.json), a .gguf file, "
            "or recorded outputs (.jsonl)."
        )
    siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, siblings, n=1)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the path."
