"""The ``plan`` command, thin: parse, call, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from behaviordrift.cli_options import task_files
from behaviordrift.console import table_console
from behaviordrift.errors import UsageError

if TYPE_CHECKING:
    from behaviordrift.planning.points import Design, Point
    from behaviordrift.planning.region import Region
    from behaviordrift.planning.write import TrainingSettings


def plan(
    tasks: Annotated[str | None, typer.Option(help="Tasks to mix, with commas between.")] = None,
    bounds: Annotated[
        list[str] | None, typer.Option(help="Least and greatest share of a task: safety=0.1:0.6. Repeatable.")
    ] = None,
    runs: Annotated[int | None, typer.Option(min=1, help="Budget of training runs; as many as needed if none.")] = None,
    design: Annotated[
        str, typer.Option(help="auto, centroid, lattice, vertices, optimal, two-arm or phases.")
    ] = "auto",
    production: Annotated[
        str | None, typer.Option(help="The mixture in use, qa=2,safety=1: in the design, and its baseline.")
    ] = None,
    candidate: Annotated[
        list[str] | None, typer.Option(help="A mixture that you think of: in the design too. Repeatable.")
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(help="Change worth seeing in each contrast, in the seed SD's units; in SDs if none is given."),
    ] = None,
    seed_sd: Annotated[
        float | None, typer.Option(min=0, help="SD of the measure between runs that differ in seed alone.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option(help="A study folder: to take the seed SD from, or to add runs to.")
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="Whose seed SD to take from the study: 'refused on benign'.")
    ] = None,
    add: Annotated[int | None, typer.Option(min=1, help="Choose so many runs to add to the study.")] = None,
    step: Annotated[float, typer.Option(min=0.01, max=0.5, help="Rise of a share whose effect is told.")] = 0.1,
    measures: Annotated[
        int, typer.Option(min=1, help="Measures tested together: each then has .05 over so many (Holm's first step).")
    ] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Write a plan for `behaviordrift train` here (.yaml). Needs --base, --task.")
    ] = None,
    base: Annotated[str | None, typer.Option(help="The base model that the plan trains.")] = None,
    task: Annotated[
        list[str] | None, typer.Option(help="NAME=FILE.jsonl: the rows that a task trains on. Repeatable.")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps of each run.")] = None,
    learning_rate: Annotated[float | None, typer.Option(min=1e-12, help="Peak learning rate of each run.")] = None,
    settings: Annotated[
        Path | None, typer.Option(help="A plan file to take base, rows and settings of training from.")
    ] = None,
    trainer: Annotated[
        str | None, typer.Option("--for", help="Write settings for llama-factory, axolotl, ms-swift or trl.")
    ] = None,
    into: Annotated[Path, typer.Option(help="Folder for the settings that --for writes.")] = Path("configs"),
    order_seed: Annotated[int, typer.Option(help="Decides the random order of the runs.")] = 0,
) -> None:
    """Propose mixtures and seeds to train, so that what the ratio does can be told from what the seed does."""
    from behaviordrift.findings import read_document
    from behaviordrift.planning.region import read_mixture
    from behaviordrift.planning.request import KINDS, Question, Request
    from behaviordrift.planning.study import seed_sd as study_seed_sd
    from behaviordrift.planning.trainers import TRAINERS, write_configs
    from behaviordrift.planning.write import in_random_order, settings_of, write_plan

    if design not in ("auto", *KINDS):
        raise UsageError(f"--design {design} is not known.", f"Choose auto, {', '.join(KINDS)}.")
    if seed_sd is not None and measure is not None:
        raise UsageError("Both --seed-sd and --measure tell how much seeds vary.", "Keep one.")
    if trainer not in (None, *TRAINERS):
        raise UsageError(f"--for {trainer} is not known.", f"Choose {', '.join(TRAINERS)}.")
    if (add or measure) and study is None:
        raise UsageError("--add and --measure read a study.", "Name its folder with --study.")
    if seed_sd == 0:
        raise UsageError("With a seed SD of 0 nothing needs replicates.", "Give the SD that you have seen, or none.")
    document = read_document(study) if study else None
    defaults = settings_of(settings) if settings else None
    region = _region(tasks, bounds or [], defaults, document)
    request = Request(
        region,
        design,
        runs,
        read_mixture(production, region, "--production") if production else None,
        tuple(read_mixture(text, region, "--candidate") for text in candidate or []),
    )
    sd = study_seed_sd(document, measure) if document and measure else None
    question = Question(effect, sd.sd if sd else seed_sd, step, 0.05 / measures)
    files = {**(defaults.tasks if defaults else {}), **dict(task_files(task or []))}
    training = _settings(base, files, steps, learning_rate, defaults) if out else None

    if add is not None and document is not None:
        points, about = _add(document, request, add, question, sd)
        baseline = None
    else:
        proposed = _propose(request, question, sd)
        points, baseline = proposed.points, proposed.baseline
        about = f"A {proposed.kind} design of {proposed.runs} runs, in random order."
    ordered = in_random_order(points, order_seed)
    if out is not None and training is not None:
        write_plan(out, ordered, training, about)
        typer.echo(f"\nPlan: {out}. Train it with: behaviordrift train {out}")
    if trainer is not None:
        written = write_configs(into, trainer, ordered, files, baseline)
        typer.echo(
            f"\nSettings for {trainer}: {len(written)} files in {into}, and {into / 'study.yaml'} to score them by."
        )


def _propose(request: Any, question: Any, sd: Any) -> Design:
    from behaviordrift.planning.propose import propose
    from behaviordrift.planning.show import show_proposal

    proposal = propose(request, question)
    show_proposal(proposal, question, sd, table_console())
    return proposal.design


def _add(document: dict[str, Any], request: Any, runs: int, question: Any, sd: Any) -> tuple[tuple[Point, ...], str]:
    from behaviordrift.planning.addition import add_runs
    from behaviordrift.planning.show import show_addition
    from behaviordrift.planning.study import trained_design

    if request.runs is not None or request.kind != "auto":
        raise UsageError("--runs and --design plan a new sweep; --add goes on with one.", "Leave them out.")
    trained = trained_design(document, request)
    if trained.differing:
        typer.echo(
            f"warning: the runs differ in more than their mixture ({'; '.join(trained.differing)}); "
            "findings stay confounded whatever is added.",
            err=True,
        )
    addition = add_runs(trained.design, request.region, runs, question, request.named)
    show_addition(addition, question, sd, table_console())
    return addition.added, f"{runs} runs to add to a study, in random order."


def _region(tasks: str | None, bounds: list[str], settings: TrainingSettings | None, document: Any) -> Region:
    from behaviordrift.planning.region import read_region
    from behaviordrift.planning.study import trained_tasks

    known = tasks or (",".join(settings.tasks) if settings else None)
    if known is None and document is not None:
        known = ",".join(trained_tasks(document))
    if known is None:
        raise UsageError("It is not said which tasks are mixed.", "Write --tasks qa,safety,support.")
    return read_region(known, bounds)


def _settings(
    base: str | None,
    files: dict[str, str],
    steps: int | None,
    learning_rate: float | None,
    defaults: TrainingSettings | None,
) -> TrainingSettings:
    """What the plan file says of training: the options over the settings of another plan."""
    from behaviordrift.planning.write import TrainingSettings

    given = {"steps": steps, "learning_rate": learning_rate}
    fields = {**(defaults.fields if defaults else {}), **{k: v for k, v in given.items() if v is not None}}
    chosen = base or (defaults.base if defaults else None)
    absent = [f"--{name.replace('_', '-')}" for name in given if name not in fields]
    if chosen is None or absent:
        needed = " and ".join([*(["--base"] if chosen is None else []), *absent])
        raise UsageError(f"A plan file cannot do without {needed}.", "Add them, or --settings with a plan to copy.")
    return TrainingSettings(chosen, files, fields)
