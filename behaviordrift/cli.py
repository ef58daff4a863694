"""The commands, thin: parse, call, show. Results go to standard output, progress and warnings to standard error."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from behaviordrift import __version__, cli_gate, cli_plan, cli_probes, cli_recommend
from behaviordrift import cli_options as options
from behaviordrift.console import table_console
from behaviordrift.errors import BehaviordriftError, UsageError

if TYPE_CHECKING:
    from behaviordrift.checkpoints import Lineup
    from behaviordrift.generation.engine import Decoding
    from behaviordrift.generation.planning import Selection
    from behaviordrift.study import Options, Study, Work

app = typer.Typer(
    help="Measure how task ratios in fine-tuning change a model's behaviour, and say what the data can attribute.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_probes.app, name="probes")
app.command()(cli_plan.plan)
app.command()(cli_gate.check)
app.command()(cli_recommend.recommend)

COULD_NOT_MEASURE = 4
INTERRUPTED = 130
"""What typer ends with after Ctrl-C."""

Json = Annotated[bool, typer.Option("--json", help="Print the findings document alone, as JSON.")]


def main() -> None:
    """Run the command line; every error becomes one line and its exit code, a traceback only with --debug."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _say("Interrupted. What was committed is kept; run the same command to go on.")
        raise
    except Exception as error:
        if debug:
            traceback.print_exc()
        if isinstance(error, BehaviordriftError):
            _say(_one_line(f"error: {error}"))
            sys.exit(error.exit_code)
        _say(_one_line(f"error: {type(error).__name__}: {error} Run with --debug for the traceback."))
        sys.exit(COULD_NOT_MEASURE)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    if version:
        typer.echo(f"behaviordrift {__version__}")
        raise typer.Exit


@app.command()
def score(
    checkpoints: options.Checkpoints,
    baseline: Annotated[str | None, typer.Option(help="Checkpoint to compare with.")] = None,
    base: options.Base = None,
    template: options.Template = None,
    study: options.StudyFolder = None,
    probes: options.Probes = None,
    task: options.Task = None,
    language: options.Language = "en",
    limit: options.Limit = None,
    phrasings: options.Phrasings = "first",
    samples: Annotated[int, typer.Option(min=1, help="Replies for each prompt.")] = 1,
    temperature: Annotated[float, typer.Option(min=0, help="0 decodes greedily.")] = 0.0,
    max_new_tokens: options.MaxNewTokens = 128,
    batch_size: options.BatchSize = 64,
    trajectory: Annotated[bool, typer.Option("--trajectory", help="Take checkpoint-N folders too.")] = False,
    until_decided: Annotated[
        Path | None, typer.Option(help="Stop generating once every rule of this gate file is decided.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be generated and how long.")] = False,
    json_output: Json = False,
) -> None:
    """Measure checkpoints on the same probes, compare them, and attribute the change where mixtures are known."""
    from behaviordrift import study as pipeline
    from behaviordrift.gates import read_gate
    from behaviordrift.generation.engine import Decoding

    if samples > 1 and temperature == 0:
        raise UsageError("Greedy decoding gives the same reply each time.", "Add --temperature 0.7 to --samples.")
    selection = options.selection(probes, task, language, limit, phrasings)
    decoding, settings = (
        Decoding(samples, temperature, max_new_tokens),
        pipeline.Options(base, template, trajectory, batch_size, read_gate(until_decided) if until_decided else None),
    )
    lineup = pipeline.line_up(checkpoints, baseline, settings)
    folder = study or pipeline.default_folder(lineup, checkpoints)
    if result := _carry_out(_Plan(lineup, folder, selection, decoding, settings), dry_run):
        _show(result, json_output)


@app.command()
def noise(
    checkpoints: options.Checkpoints,
    base: options.Base = None,
    template: options.Template = None,
    study: options.StudyFolder = None,
    probes: options.Probes = None,
    task: options.Task = None,
    language: options.Language = "en",
    limit: options.Limit = None,
    samples: Annotated[int, typer.Option(min=2, help="Replies for each prompt; half are held against half.")] = 2,
    temperature: Annotated[float, typer.Option(min=0.01, help="Temperature of the samples.")] = 0.7,
    max_new_tokens: options.MaxNewTokens = 128,
    batch_size: options.BatchSize = 64,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be generated and how long.")] = False,
    json_output: Json = False,
) -> None:
    """Hold checkpoints against themselves, and runs of one mixture against each other: differences below are noise."""
    from behaviordrift import study as pipeline
    from behaviordrift.generation.engine import Decoding

    settings = pipeline.Options(base, template, batch_size=batch_size)
    lineup = pipeline.line_up(checkpoints, None, settings, fewest=1)
    folder = study or pipeline.default_folder(lineup, checkpoints, prefix="noise-")
    selection = options.selection(probes, task, language, limit)
    decoding = Decoding(samples, temperature, max_new_tokens)
    if result := _carry_out(_Plan(lineup, folder, selection, decoding, settings), dry_run):
        _show(result, json_output, "noise")


class _Plan(NamedTuple):
    """What a command measures, and where it is kept."""

    lineup: Lineup
    folder: Path
    selection: Selection
    decoding: Decoding
    settings: Options


def _carry_out(plan: _Plan, dry_run: bool) -> Study | None:
    """Generate what is missing, measure and compare; of a dry run, only say what it would take."""
    from behaviordrift import study as pipeline
    from behaviordrift.stopping import too_few_clusters
    from behaviordrift.store import Store

    with ExitStack() as stack:
        folder = plan.folder
        if dry_run and not folder.exists():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="behaviordrift-")))
        store = stack.enter_context(Store(folder))
        with _status("Reading checkpoints and rendering probes"):
            work = pipeline.prepare(plan.lineup, store, plan.selection, plan.decoding, plan.settings)
        if work.stopping is not None and (few := too_few_clusters(work.stopping)):
            _say(f"warning: too few probes to pass by bets, though they may fail: {', '.join(few)}.")
        if dry_run:
            _show_dry_run(work, store, plan.decoding.max_new_tokens)
            return None
        _generate(work, store)
        with _status("Measuring traits and comparing"):
            return pipeline.conclude(store)


@app.command()
def attribute(
    study: Annotated[Path, typer.Argument(help="A study folder.", show_default=False)],
    reference: Annotated[
        str | None,
        typer.Option(help="Mixture that effects start from, such as qa=0.5,safety=0.3,support=0.2."),
    ] = None,
    measure: options.Measure = None,
    share: options.Share = "nominal",
    amount: options.Amount = None,
    order: options.Order = None,
    json_output: Json = False,
) -> None:
    """Attribute again from the store alone: other measures, another reference mixture or model of the mixture."""
    from behaviordrift import study as pipeline
    from behaviordrift.findings.mixture_model import Modelling

    start = _mixture(reference) if reference else None
    modelling = Modelling(start, share, amount, order, tuple(measure or ()))
    with pipeline.open_study(study) as store:
        result = pipeline.conclude(store, modelling=modelling)
    _show(result, json_output, "mixture")


@app.command()
def report(study: Annotated[Path, typer.Argument(help="A study folder.", show_default=False)]) -> None:
    """Write findings and the HTML page again from the store alone."""
    from behaviordrift import study as pipeline

    with pipeline.open_study(study) as store:
        result = pipeline.conclude(store)
    typer.echo(str(result.folder / "report.html"))


@app.command()
def measure(
    outputs: Annotated[
        Path,
        typer.Argument(help="Rows {id, prompt, response, language?} (.jsonl, .jsonl.gz, or -).", show_default=False),
    ],
    out: Annotated[
        Path, typer.Option(help="Where the scores go (.jsonl, .jsonl.gz, or - for standard output).")
    ] = Path("-"),
    traits: Annotated[str | None, typer.Option(help="Only these traits, with commas between.")] = None,
) -> None:
    """Measure the traits of recorded outputs, row by row, without a model."""
    from behaviordrift.measuring import measure_file

    names = [name.strip() for name in traits.split(",")] if traits else None
    with _progress(shown=sys.stderr.isatty()) as progress:
        bar = progress.add_task("Rows measured", total=None)
        try:
            tally = measure_file(outputs, out, names, lambda rows: progress.update(bar, advance=rows))
        except BrokenPipeError:  # who read standard output has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
    if not tally.rows:
        _say(f"warning: {outputs} holds no rows.")
    if tally.bad:
        named = ", ".join(map(str, tally.bad[:5])) + (", ..." if len(tally.bad) > 5 else "")
        lines = "line" if len(tally.bad) == 1 else "lines"
        _say(
            f"warning: {len(tally.bad)} of {tally.rows} rows could not be read ({lines} {named}). Their scores say why."
        )


@app.command()
def train(
    plan: Annotated[Path, typer.Argument(help="A plan file.", show_default=False)],
    run: Annotated[list[str] | None, typer.Option(help="Train only this run. Repeatable.")] = None,
) -> None:
    """Train the adapters that a plan lists. Finished runs are kept; an interrupted one goes on where it stopped."""
    from behaviordrift.training.plan import expand_runs, read_plan

    checked = read_plan(plan)
    runs = expand_runs(checked, run)
    with _progress() as progress:
        bar = progress.add_task("Loading the base", total=len(runs) * checked.steps)

        def on_step(current: Any, step: int, loss: float) -> None:
            position = next(index for index, r in enumerate(runs) if r.name == current.name)
            progress.update(
                bar,
                completed=position * checked.steps + step,
                description=f"{current.name}: step {step}/{checked.steps}, loss {loss:.2f}",
            )

        from behaviordrift.training.trainer import train as train_plan

        folders = train_plan(checked, plan.parent, only=run, on_step=on_step)
    for folder in folders:
        typer.echo(str(folder))


def _mixture(text: str) -> dict[str, float]:
    from behaviordrift.checkpoints import parse_mixture

    weights = {task.strip(): weight for task, _, weight in (part.partition("=") for part in text.split(","))}
    return parse_mixture(weights)


def _generate(work: Work, store: Any) -> None:
    """Generate with a progress bar that counts outputs, and an estimate of the time left."""
    from behaviordrift.study import generate

    with _progress(shown=bool(work.batches)) as progress:
        bar = progress.add_task("Loading weights", total=sum(len(batch.keys) for batch in work.batches))

        def on_batch(batch: Any, done_here: bool) -> None:
            progress.update(bar, advance=len(batch.keys), description=batch.checkpoint.name)

        generate(work, store, on_batch)


def _show_dry_run(work: Work, store: Any, max_new_tokens: int) -> None:
    from behaviordrift.generation.work import CompletionBatch
    from behaviordrift.study import time_trial

    left = [batch for batch in work.batches if not batch.is_done(store)]
    generations = sum(len(batch.keys) for batch in left if isinstance(batch, CompletionBatch))
    weighed = sum(len(batch.keys) for batch in left if not isinstance(batch, CompletionBatch))
    typer.echo(f"{len(work.rows)} outputs planned; to generate: {generations}, references to weigh: {weighed}.")
    if not generations:
        return
    with _status("Timing a short trial"):
        pace = time_trial(work)
    batches = sum(isinstance(batch, CompletionBatch) for batch in left)
    minutes = batches * (pace.first + pace.further * (max_new_tokens - 1)) / 60
    typer.echo(f"At most about {minutes:.0f} min here: {batches} batches, each {pace.further:.2f} s for a token.")


def _show(result: Study, json_output: bool, part: Literal["all", "mixture", "noise"] = "all") -> None:
    if json_output:
        typer.echo(json.dumps(result.document, ensure_ascii=False, indent=1))
        return
    from behaviordrift.report.terminal import show, show_mixture, show_noise

    console = table_console()
    {"all": show, "mixture": show_mixture, "noise": show_noise}[part](result.document, console)
    console.print(f"\nReport: {result.folder / 'report.html'}", markup=False)


@contextmanager
def _status(text: str) -> Iterator[None]:
    from rich.console import Console

    with Console(stderr=True).status(f"{text} …"):
        yield


def _progress(*, shown: bool = True) -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not shown,
    )


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())


def _say(text: str) -> None:
    typer.echo(text, err=True)
