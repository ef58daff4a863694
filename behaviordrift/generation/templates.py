"""Which chat template each checkpoint is prompted with: one for all, or a stop that says why not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.checkpoints.digest import value_digest
from behaviordrift.errors import UsageError

OWN = "own"


def choose_templates(checkpoints: Sequence[Checkpoint], wanted: str | None) -> dict[str, str]:
    """The template text for each checkpoint by name; those left out keep their tokenizer's own.

    Without a wish, the one template that the fine-tuned checkpoints carry serves all, their bases too.

    Args:
        checkpoints: the local checkpoints of a study.
        wanted: ``own`` to leave each its own, a checkpoint's name, or the path of a ``.jinja`` file.

    Raises:
        UsageError: if fine-tuned checkpoints carry different templates and no wish decides.
    """
    if wanted == OWN:
        return {c.name: text for c in checkpoints if (text := carried_template(c.path)) is not None}
    if wanted is not None:
        text = _wanted_text(checkpoints, wanted)
        return {checkpoint.name: text for checkpoint in checkpoints}
    bases = {checkpoint.base.resolve() for checkpoint in checkpoints if checkpoint.base is not None}
    carried = {
        c.name: text
        for c in checkpoints
        if c.path.resolve() not in bases and (text := carried_template(c.path)) is not None
    }
    if len(set(carried.values())) > 1:
        first, *_ = carried
        other = next(name for name in carried if carried[name] != carried[first])
        raise UsageError(
            f"{first} and {other} carry different chat templates, so their replies would answer different prompts.",
            f"Choose with --template {first}, --template FILE.jinja, or --template own to leave each its own.",
        )
    return {c.name: text for text in set(carried.values()) for c in checkpoints}


def carried_template(folder: Path) -> str | None:
    """The chat template that lies in a checkpoint's folder, if one does."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    config = folder / "tokenizer_config.json"
    if not config.is_file():
        return None
    template = json.loads(config.read_text(encoding="utf-8")).get("chat_template")
    if isinstance(template, list):
        template = next((t["template"] for t in template if t.get("name") == "default"), None)
    return template if isinstance(template, str) else None


def describe_template(text: str) -> str:
    """A short name for a template: the start of its digest."""
    return f"template {value_digest(text)[:8]}"


def _wanted_text(checkpoints: Sequence[Checkpoint], wanted: str) -> str:
    path = Path(wanted)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    owner = next((c.path for c in checkpoints if c.name == wanted), path)
    text = carried_template(owner) if owner.is_dir() else None
    if text is None:
        raise UsageError(
            f"{wanted} is no template file, and no checkpoint that carries a chat template.",
            "Give --template own, a .jinja file, or a checkpoint.",
        )
    return text
