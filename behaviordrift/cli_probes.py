"""The ``probes`` commands, thin: parse, call, show."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from behaviordrift.console import table_console
from behaviordrift.errors import ProbeSetError, UsageError

if TYPE_CHECKING:
    from behaviordrift.probes import Probe, ProbeSet
    from behaviordrift.probes.build import Built
    from behaviordrift.probes.check import Check

app = typer.Typer(help="List, show, check and build probe sets.", no_args_is_help=True, rich_markup_mode=None)

PROBLEMS_FOUND = 1

DIGEST_SHOWN = 12

LEAST_WITH_ABOUT = 110
"""Columns of a terminal from which the list says what each set is about; `probes show` says it too."""

LANGUAGE_SAMPLE = 100
"""Rows whose prompts tell a file's language."""

Training = Annotated[
    list[Path] | None,
    typer.Option(help="Rows that were trained on: .jsonl or a JSON array. Repeatable.", show_default=False),
]


@app.command("list")
def list_sets(
    language: Annotated[str | None, typer.Option(help="Only the sets in this language, en or zh.")] = None,
) -> None:
    """List the probe sets that ship."""
    from behaviordrift.probes import shipped_languages, shipped_sets

    sets = [one for code in ([language] if language else shipped_languages()) for one in shipped_sets(code)]
    _show_table(sets)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A shipped set, or a .yaml file.", show_default=False)],
    language: Annotated[str, typer.Option(help="Language of the shipped set.")] = "en",
    probe: Annotated[str | None, typer.Option(help="Only the probe with this id.")] = None,
) -> None:
    """Show the probes of a set: what is asked, what is expected, and the replies that are weighed."""
    from behaviordrift.probes import find_probe_sets

    (found,) = find_probe_sets([name], language)
    probes = [one for one in found.probes if probe in (None, one.id)]
    if not probes:
        raise ProbeSetError(
            f"The set {found.name} has no probe {probe!r}.", f"Run behaviordrift probes show {name} for its ids."
        )
    if probe is None:
        typer.echo(f"{found.name}: {found.about}")
        typer.echo(f"language {found.language}, version {found.version}, {_many(len(found.probes), 'probe')}\n")
    typer.echo("\n\n".join(_described(one) for one in probes))


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Probe set files, or folders of them; the shipped sets if none.", show_default=False),
    ] = None,
    training: Training = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Find all that is wrong with probe sets. Ends with 0 if nothing is, 1 if something is, 2 if it cannot be told.

    Checked are the form of the files, ids, near-duplicates within and across sets, mirrors in other languages, the
    lengths of contrasts, and overlap with training data, which voids a probe.
    """
    from behaviordrift.probes import shipped_folder
    from behaviordrift.probes.check import check_probe_sets

    files, rows = _probe_files_and_rows(paths or [], training or [])
    done = check_probe_sets(files or [Path(os.path.relpath(shipped_folder()))], rows)
    if json_output:
        typer.echo(json.dumps(_check_document(done), ensure_ascii=False, indent=1))
    else:
        for problem in done.problems:
            typer.echo(str(problem))
        typer.echo(_check_summary(done))
    if done.problems:
        raise typer.Exit(PROBLEMS_FOUND)


@app.command()
def build(
    data: Annotated[
        Path, typer.Argument(help="Held-out rows: OpenAI messages, ShareGPT, Alpaca or prompt and completion.")
    ],
    *,
    task: Annotated[str, typer.Option(help="The task that the rows belong to.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="File to write; TASK.probes.yaml here if none.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the rows, en or zh; by default what they are in.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Draw so many rows at random.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    training: Training = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Make probes of a task's held-out rows, to measure whether it is forgotten; the last reply is the reference.

    Rows that repeat a prompt or overlap with training rows are left out and counted.
    """
    from behaviordrift.probes.build import build_held_out
    from behaviordrift.probes.write import write_probe_set

    target = out or Path(f"{task}.probes.yaml")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already.", "Name another with --out, or replace it with --force.")
    built = build_held_out(data, task, language or _language_of(data), training=training or [], limit=limit, seed=seed)
    write_probe_set(built.probe_set, target)
    typer.echo(f"{target}: {_build_summary(built)}")


def _probe_files_and_rows(paths: list[Path], training: list[Path]) -> tuple[list[Path], list[Path]]:
    """A shell turns ``--training *.jsonl`` into one value and further arguments: those are rows as well."""
    rows = [path for path in paths if path.suffix in {".jsonl", ".json"}]
    if rows and not training:
        raise UsageError(f"{rows[0]} is no probe set.", f"Write --training {rows[0]} if its rows were trained on.")
    return [path for path in paths if path not in rows], training + rows


def _language_of(data: Path) -> str:
    """The language that most prompts are in; English where none can be told."""
    from behaviordrift.conversations import read_conversations
    from behaviordrift.traits.reading.language import UNDETERMINED, detect

    told = Counter(detect(row.prompt[-1]["content"]) for row in read_conversations(data)[:LANGUAGE_SAMPLE])
    told.pop(UNDETERMINED, None)
    return told.most_common(1)[0][0] if told else "en"


def _show_table(sets: list[ProbeSet]) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = table_console()
    with_about = console.width >= LEAST_WITH_ABOUT
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("set", "language"):
        table.add_column(heading, no_wrap=True)
    for heading in ("version", "clusters", "paraphrases", "contrasts"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("digest", no_wrap=True)
    if with_about:
        table.add_column("about")
    for one in sets:
        numbers = (
            one.version,
            len(one.probes),
            sum(len(probe.paraphrases) for probe in one.probes),
            sum(probe.contrast is not None for probe in one.probes),
        )
        table.add_row(
            one.name,
            one.language,
            *map(str, numbers),
            one.digest[:DIGEST_SHOWN],
            *([escape(one.about)] if with_about else []),
        )
    console.print(table)


def _described(probe: Probe) -> str:
    """A probe as a reader wants it: its id, and one line for each text."""
    turns: list[tuple[str, str]] = [(message.role, message.content) for message in probe.messages]
    turns += [("prompt", probe.prompt)] if probe.prompt else []
    turns += [("paraphrase", text) for text in probe.paraphrases]
    turns += [("expects", probe.expects)] if probe.expects else []
    turns += [("reference", text) for text in probe.references]
    turns += list((probe.contrast or {}).items())
    width = max(len(label) for label, _ in turns)
    indent = "\n" + " " * (width + 4)
    return "\n".join([probe.id, *(f"  {label:<{width}}  {text.replace(chr(10), indent)}" for label, text in turns)])


def _check_document(done: Check) -> dict[str, Any]:
    return {
        "schema": "behaviordrift/probe-check/1",
        "files": [str(source.path) for source in done.sources],
        "probes": done.probes,
        "problems": [
            {"file": str(p.file), "line": p.line, "kind": p.kind, "problem": p.problem, "fix": p.fix}
            for p in done.problems
        ],
    }


def _check_summary(done: Check) -> str:
    found = _many(len(done.problems), "problem") if done.problems else "no problems"
    return f"{_many(len(done.sources), 'set')}, {_many(done.probes, 'probe')}: {found} found."


def _build_summary(built: Built) -> str:
    told = f"{_many(len(built.probe_set.probes), 'probe')} of {_many(built.rows, 'row')}."
    left_out = []
    if built.repeated:
        left_out.append(f"{len(built.repeated)} that repeat a prompt (first: {built.repeated[0]})")
    if built.overlapping:
        here, there = built.overlapping[0]
        left_out.append(f"{len(built.overlapping)} that overlap with training rows (first: {here} with {there})")
    if built.not_drawn:
        left_out.append(f"{built.not_drawn} by --limit")
    return f"{told} Left out: {', '.join(left_out)}." if left_out else told


def _many(count: int, thing: str) -> str:
    """
    >>> _many(1, "set"), _many(2, "set")
    ('1 set', '2 sets')
    """
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
