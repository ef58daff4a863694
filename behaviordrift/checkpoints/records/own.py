"""Reads ``training.json``, which `behaviordrift train` writes beside each adapter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from behaviordrift.checkpoints.mixture import Phase
from behaviordrift.checkpoints.records.record import Record
from behaviordrift.errors import CheckpointError

FILE = "training.json"


def read(folder: Path) -> Record | None:
    """The record in `folder`, or None if it holds none.

    Raises:
        CheckpointError: if the file is there but unreadable.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            phases=tuple(Phase(row["until"], row["mixture"]) for row in value["phases"]),
            seed=value["seed"],
            realised={unit: shares for unit, shares in value["realised"].items() if None not in shares.values()},
            amounts=value.get("amounts", {}),
            epochs=value.get("epochs", {}),
            facts={
                "base": value["base"]["digest"],
                "method": value["method"],
                "learning rate": value["learning_rate"],
                "steps": value["step"],
                "rows per step": value["rows_per_step"],
                "maximum tokens": value["max_tokens"],
                "precision": value["dtype"],
                "chat template": value["template_digest"],
                "task data": {task: data["digest"] for task, data in value["data"].items()},
            },
            run=f"{value['fingerprint']}@{value['step']}",
            source=FILE,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"The training record {path} cannot be read ({type(error).__name__}: {error}).",
            "Restore it, or remove it and name the mixture in a study.yaml.",
        ) from error
