"""The ``recommend`` command, thin: parse, call, show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from behaviordrift.console import table_console
from behaviordrift.errors import UsageError


def recommend(
    study: Annotated[Path, typer.Argument(help="A study folder with runs at several mixtures.", show_default=False)],
    like: Annotated[
        list[str] | None,
        typer.Option(help="A task to be like, in all main measures of the probe set that --on names. Repeatable."),
    ] = None,
    on: Annotated[
        list[str] | None, typer.Option(help="The probe set for the --like of the same place; one --like takes all.")
    ] = None,
    bound: Annotated[
        list[str] | None,
        typer.Option(help="'refused on benign <= 5 %', 'words on neutral >= 40', 'words on open = 60'. Repeatable."),
    ] = None,
    shares: Annotated[
        list[str] | None, typer.Option(help="Least and greatest share of a task: safety=0.1:0.6. Repeatable.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="The mixture in use, qa=2,safety=1; else that of the baseline.")
    ] = None,
    confidence: Annotated[float, typer.Option(help="How sure a mixture must be to meet all targets.")] = 0.95,
    json_output: Annotated[bool, typer.Option("--json", help="Print the recommendation alone, as JSON.")] = False,
) -> None:
    """Say which mixtures give the wanted behaviour, how surely and at what cost; or that none does or none is known.

    The answer joins the study's report, until `score`, `attribute` or `report` makes that anew.
    """
    from behaviordrift import study as pipeline
    from behaviordrift.findings.wish import Wish
    from behaviordrift.report.recommendation import show_recommendation

    if not 0.5 < confidence < 1:
        raise UsageError(f"--confidence {confidence:g} is not between 0.5 and 1.", "Write --confidence 0.95.")
    wish = Wish(
        _likes(like or [], on or []),
        tuple(bound or []),
        dict(_share_bounds(text) for text in shares or []),
        _mixture(start) if start else None,
        confidence,
    )
    with pipeline.open_study(study) as store:
        recommendation = pipeline.recommend(store, wish).document["recommendation"]
    if json_output:
        typer.echo(json.dumps(recommendation, ensure_ascii=False, indent=1))
        return
    console = table_console()
    show_recommendation(recommendation, console)
    console.print(f"\nReport: {study / 'report.html'}", markup=False)


def _likes(tasks: list[str], sets: list[str]) -> tuple[tuple[str, str], ...]:
    if len(tasks) == 1 and sets:
        return tuple((tasks[0], name) for name in sets)
    if len(tasks) != len(sets):
        raise UsageError(
            f"There are {len(tasks)} --like and {len(sets)} --on.", "Write --like safety --on unanswerable for each."
        )
    return tuple(zip(tasks, sets, strict=True))


def _share_bounds(text: str) -> tuple[str, tuple[float, float]]:
    name, _, limits = text.partition("=")
    low, _, high = limits.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError as error:
        raise UsageError(f"--shares {text} is not TASK=LOW:HIGH.", "Write --shares safety=0.1:0.6.") from error
    if not 0 <= ends[0] <= ends[1] <= 1:
        raise UsageError(f"--shares {text} is no range of shares.", "Shares lie between 0 and 1, the lower one first.")
    return name.strip(), ends


def _mixture(text: str) -> dict[str, float]:
    from behaviordrift.checkpoints import parse_mixture

    weights = {task.strip(): weight for task, _, weight in (part.partition("=") for part in text.split(","))}
    return parse_mixture(weights)
