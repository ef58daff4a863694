"""The ``check`` command, thin: parse, call, show."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from behaviordrift.console import table_console

EXIT_CODES = {"pass": 0, "fail": 1, "inconclusive": 3}


def check(
    study: Annotated[Path, typer.Argument(help="A study folder.", show_default=False)],
    gate: Annotated[Path, typer.Option(help="The rules that every candidate must meet (.yaml).", show_default=False)],
    candidate: Annotated[
        list[str] | None, typer.Option(help="Only this checkpoint; all but the baseline if none. Repeatable.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write the verdicts as JUnit XML here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the verdicts as Markdown here.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print the gate's document alone, as JSON.")] = False,
) -> None:
    """Hold a study against a gate. Exit code: 0 pass, 1 fail, 2 usage error, 3 inconclusive, 4 could not measure."""
    from behaviordrift import study as pipeline
    from behaviordrift.gates import read_gate
    from behaviordrift.report.gate import show_gate
    from behaviordrift.report.gate_markdown import write_markdown
    from behaviordrift.report.junit import write_junit

    rules = read_gate(gate)
    with pipeline.open_study(study) as store:
        document = pipeline.check(store, rules, candidate)
    if junit is not None:
        write_junit(document, junit)
    if markdown is not None:
        write_markdown(document, markdown)
    # A reader that hangs up early changes nothing of the verdict, and rich would end with 1, which is a fail.
    with suppress(BrokenPipeError, SystemExit):
        if json_output:
            typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            show_gate(document, table_console())
    raise typer.Exit(EXIT_CODES[document["verdict"]])
