"""The options that commands share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from behaviordrift.errors import UsageError

if TYPE_CHECKING:
    from behaviordrift.generation.planning import Selection

Checkpoints = Annotated[
    list[str],
    typer.Argument(
        help="Model folders, adapter folders, .gguf files, recorded outputs (.jsonl), or one study.yaml. "
        "The first is the baseline.",
        show_default=False,
    ),
]
Base = Annotated[Path | None, typer.Option(help="Where the base of the adapters lies.")]
Template = Annotated[str | None, typer.Option(help="Chat template for all: a checkpoint or a .jinja file; or 'own'.")]
StudyFolder = Annotated[Path | None, typer.Option(help="Folder to keep the study in.")]
Probes = Annotated[str | None, typer.Option(help="Probe sets, shipped names or .yaml files, with commas between.")]
Task = Annotated[
    list[str] | None, typer.Option(help="NAME=FILE.jsonl: a task's held-out rows, for forgetting. Repeatable.")
]
Measure = Annotated[list[str] | None, typer.Option(help="Attribute only this measure. Repeatable.")]
Share = Annotated[
    Literal["nominal", "rows", "tokens", "loss_tokens"],
    typer.Option(help="Shares that the model of the mixture is fitted on; the test rests on the nominal ones."),
]
Amount = Annotated[
    Literal["rows", "tokens", "loss_tokens"] | None,
    typer.Option(help="Take each run's total into the model (mixture-amount)."),
]
Order = Annotated[
    Literal["linear", "quadratic"] | None,
    typer.Option(help="Order of the model; if left out, quadratic where the runs allow it."),
]
Language = Annotated[str, typer.Option(help="Language of the shipped probe sets.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many probes of each set.")]
Phrasings = Annotated[str, typer.Option(help="'first' phrasing of each probe, or 'all'.")]
MaxNewTokens = Annotated[int, typer.Option(min=1, help="Where a reply is cut.")]
BatchSize = Annotated[int, typer.Option(min=1, help="Prompts generated together.")]


def selection(
    probes: str | None, tasks: Sequence[str] | None, language: str, limit: int | None, phrasings: str = "first"
) -> Selection:
    """The probes that a command asks.

    Raises:
        UsageError: if a task is not NAME=FILE, or the phrasings are neither "first" nor "all".
    """
    from behaviordrift.generation.planning import Selection

    if phrasings not in ("first", "all"):
        raise UsageError(f"--phrasings {phrasings} is neither 'first' nor 'all'.", "Choose one of them.")
    return Selection(
        probes=tuple(name.strip() for name in probes.split(",")) if probes else None,
        tasks=tuple(task_files(tasks or [])),
        language=language,
        limit=limit,
        phrasings="all" if phrasings == "all" else "first",
    )


def task_files(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each task with the file of its rows, from ``NAME=FILE``.

    Raises:
        UsageError: if an argument is anything else.
    """
    for argument in arguments:
        name, equals, file = argument.partition("=")
        if not (name and equals and file):
            raise UsageError(f"--task {argument} is not NAME=FILE.", "Write --task qa=rows.jsonl.")
        yield name, file
