"""The whole pipeline: checkpoints and probes -> completions -> scores -> findings -> report."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from behaviordrift import __version__
from behaviordrift.checkpoints import Checkpoint, Lineup, resolve
from behaviordrift.errors import MeasurementError, UsageError
from behaviordrift.findings import make_document, read_document, save_document
from behaviordrift.findings.gate_document import make_gate_document
from behaviordrift.findings.mixture_model import Modelling
from behaviordrift.findings.recommendation import make_recommendation
from behaviordrift.findings.wish import Wish
from behaviordrift.gates import GateFile
from behaviordrift.generation.engine import Decoding, Engine
from behaviordrift.generation.planning import Selection, plan_generation, plan_recorded
from behaviordrift.generation.stages import plan_stages
from behaviordrift.generation.templates import choose_templates, describe_template
from behaviordrift.generation.work import Batch, CompletionBatch, carry_out
from behaviordrift.probes import ProbeSet, build_task_set, find_probe_sets, shipped_sets
from behaviordrift.report.html import write_page
from behaviordrift.stopping import Stopping, generate_until_decided, plan_stopping, stopped_at
from behaviordrift.store import FILE, PlanRow, Store, disk_errors
from behaviordrift.traits.scoring import score_outputs

MISSING_SHARE = 0.2

TRIAL_TOKENS = 8


@dataclass(frozen=True)
class Options:
    """How a study is carried out.

    Attributes:
        base: where the base of adapters lies, in place of the path they recorded.
        template: whose chat template decides: "own", a ``.jinja`` file, or a checkpoint.
        trajectory: take the ``checkpoint-N`` folders of each checkpoint too.
        batch_size: prompts generated together; part of the plan.
        until_decided: stop once every rule of this gate is decided for every candidate.
    """

    base: Path | None = None
    template: str | None = None
    trajectory: bool = False
    batch_size: int = 64
    until_decided: GateFile | None = None


@dataclass(frozen=True)
class Work:
    """A planned study: its outputs, what is told of it, the batches that make it, and the engine to do them with.

    `stopping` says when it may stop before all batches are done.
    """

    rows: Sequence[PlanRow]
    meta: dict[str, Any]
    batches: Sequence[Batch]
    engine: Engine | None
    stopping: Stopping | None = None


@dataclass(frozen=True)
class Study:
    """A study folder and the findings document made from it."""

    folder: Path
    document: dict[str, Any] = field(repr=False)

    def scores(self) -> pd.DataFrame:
        """One row for each output and measure: checkpoint `name`, probe set, probe, sample, and `value` or `label`."""
        with Store(self.folder) as store:
            return store.scores()

    def findings(self) -> pd.DataFrame:
        """One row for each finding, with the fields of the findings document."""
        return pd.DataFrame(self.document["findings"])


def score(
    *checkpoints: str | Path,
    baseline: str | None = None,
    selection: Selection | None = None,
    decoding: Decoding | None = None,
    options: Options | None = None,
    study: str | Path | None = None,
    on_batch: Callable[[Batch, bool], None] = lambda batch, done_here: None,
) -> Study:
    """Measure checkpoints on the same probes and compare them with the baseline, the first unless it is named.

    Args:
        checkpoints: model folders, adapter folders, ``.gguf`` files, recorded outputs, or one ``study.yaml``.
        baseline: name of the checkpoint to compare with.
        selection: which probes; all shipped English sets if None.
        decoding: how replies are sampled; greedy if None.
        options: where bases lie, which template, batch size, and when to stop early.
        study: folder to keep everything in; ``reports/<name from the arguments>`` if None.
        on_batch: called as each batch is there, with whether this process did it.

    Raises:
        BehaviordriftError: names what is wrong and what to do.

    Two checkpoints from their recorded outputs:

    >>> import json, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, reply in [("terse", "Green tea."), ("wordy", "I would have a cup of green tea, or a black one.")]:
    ...     rows = [{"id": f"q{n}", "prompt": f"Drink {n}?", "response": reply} for n in range(8)]
    ...     _ = (folder / f"{name}.jsonl").write_text("\\n".join(map(json.dumps, rows)))
    >>> study = score(folder / "terse.jsonl", folder / "wordy.jsonl", study=folder / "study")
    >>> words = study.findings().set_index("measure").loc["words"]
    >>> float(words["level_baseline"]), float(words["level_candidate"])
    (2.0, 12.0)
    """
    options, decoding = options or Options(), decoding or Decoding()
    lineup = line_up([str(c) for c in checkpoints], baseline, options)
    folder = Path(study) if study is not None else default_folder(lineup, [str(c) for c in checkpoints])
    with Store(folder) as store:
        work = prepare(lineup, store, selection or Selection(), decoding, options)
        generate(work, store, on_batch)
        return conclude(store)


def line_up(arguments: Sequence[str], baseline: str | None, options: Options, *, fewest: int = 2) -> Lineup:
    """Open the checkpoints that the arguments name.

    Raises:
        UsageError: if fewer than `fewest` are named, or the baseline is none of them.
    """
    lineup = resolve(arguments, baseline=baseline, base=options.base, trajectory=options.trajectory)
    if len(lineup.checkpoints) < fewest:
        raise UsageError("One checkpoint alone shows no drift.", "Name a second one to compare it with.")
    return lineup


def prepare(lineup: Lineup, store: Store, selection: Selection, decoding: Decoding, options: Options) -> Work:
    """Plan the study; nothing is generated yet, and an earlier plan stays."""
    from behaviordrift.generation.local import LocalEngine

    if options.until_decided is not None:
        _refuse_recorded(lineup)
    live = [c for c in lineup.checkpoints if c.kind != "recorded"]
    probe_sets = choose_probe_sets(lineup, selection) if live else []
    limit = selection.limit or (lineup.study_file.limit if lineup.study_file else None)
    selection = replace(selection, limit=limit)
    templates = choose_templates(live, options.template)
    engine = LocalEngine(templates) if live else None
    rows: list[PlanRow] = []
    batches: list[Batch] = []
    stages = None
    if options.until_decided is not None and engine is not None:
        stages = plan_stages(live, probe_sets, selection, decoding, engine=engine, batch_size=options.batch_size)
        rows = [row for stage in stages.stages for row in stage.rows]
        batches = [batch for stage in stages.stages for batch in stage.batches]
    else:
        for checkpoint in lineup.checkpoints:
            if checkpoint.kind == "recorded" or engine is None:
                rows += plan_recorded(checkpoint, store)
                continue
            planned, needed = plan_generation(
                checkpoint, probe_sets, selection, decoding, engine=engine, batch_size=options.batch_size
            )
            rows += planned
            batches += needed
    meta: dict[str, Any] = {
        "study": {
            "name": store.folder.name,
            "baseline": lineup.baseline,
            "version": __version__,
            "decoding": asdict(decoding),
            "engine": engine.identity if engine else "recorded outputs",
            "templates": {name: describe_template(text) for name, text in templates.items()},
        },
        "checkpoints": [_describe(checkpoint) for checkpoint in lineup.checkpoints],
        "probe_sets": _describe_sets(probe_sets, rows),
    }
    if options.until_decided is None or stages is None:
        return Work(rows, meta, batches, engine)
    stopping, meta["study"]["stopping"] = plan_stopping(options.until_decided, stages, meta)
    return Work(rows, meta, batches, engine, stopping)


def _refuse_recorded(lineup: Lineup) -> None:
    recorded = [c.name for c in lineup.checkpoints if c.kind == "recorded"]
    if recorded:
        raise UsageError(
            f"The outputs of {recorded[0]} are recorded, so stopping early would save nothing.",
            "Leave out --until-decided.",
        )


def choose_probe_sets(lineup: Lineup, selection: Selection) -> list[ProbeSet]:
    """The sets that the command line names, else those of the study file, else all that ship."""
    file = lineup.study_file
    names = selection.probes or (tuple(file.probes) if file and file.probes is not None else None)
    tasks = dict(selection.tasks) or (file.tasks if file else {})
    sets = shipped_sets(selection.language) if names is None else find_probe_sets(list(names), selection.language)
    return sets + [build_task_set(Path(path), task, selection.language) for task, path in tasks.items()]


def generate(work: Work, store: Store, on_batch: Callable[[Batch, bool], None]) -> None:
    """Keep the plan, and do what it needs and the store does not have; a study that stops early keeps what it asked."""
    store.write_plan(work.rows, work.meta)
    if work.engine is None:
        return
    if work.stopping is None:
        carry_out(work.batches, work.engine, store, on_batch)
        return
    asked = generate_until_decided(work.stopping, work.engine, store, on_batch)
    store.write_plan(*stopped_at(asked, work.meta))


def conclude(store: Store, *, modelling: Modelling | None = None) -> Study:
    """Score the outputs and write findings and page, from the store alone.

    Raises:
        MeasurementError: as `measure_outputs`.
    """
    measure_outputs(store)
    return _kept(make_document(store, modelling=modelling), store)


def recommend(store: Store, wish: Wish) -> Study:
    """Search mixtures for a wish and take the answer into findings and page, until they are made anew.

    Raises:
        UsageError: as `make_recommendation`, or the study has no findings yet.
    """
    recommendation = make_recommendation(store, wish)
    return _kept({**read_document(store.folder), "recommendation": recommendation}, store)


def _kept(document: dict[str, Any], store: Store) -> Study:
    with disk_errors(store.folder):
        save_document(document, store.folder)
        write_page(document, store.folder / "report.html")
    return Study(store.folder, document)


def check(store: Store, gate: GateFile, candidates: Sequence[str] | None = None) -> dict[str, Any]:
    """Hold a study against a gate, from the store alone, and return the gate's document.

    Args:
        store: an opened study.
        gate: the rules.
        candidates: the checkpoints that must meet them; all but the baseline if None.

    Raises:
        UsageError: a candidate is not in the study, or is its baseline.
        MeasurementError: as `measure_outputs`, or a rule cannot be measured.
    """
    baseline = store.meta("study")["baseline"]
    others = [c["name"] for c in store.meta("checkpoints") if c["name"] != baseline]
    if unknown := sorted(set(candidates or ()) - set(others)):
        raise UsageError(f"{unknown[0]} is no candidate of the study.", f"Name some of: {', '.join(others)}.")
    measure_outputs(store)
    return make_gate_document(store, gate, [name for name in others if not candidates or name in candidates])


def measure_outputs(store: Store) -> None:
    """Score what is there of the planned outputs.

    Raises:
        MeasurementError: if more than a fifth of the planned outputs are missing: what is left is no fair sample.
    """
    outputs = store.outputs()
    planned = store.planned()
    if len(outputs) < (1 - MISSING_SHARE) * planned:
        raise MeasurementError(
            f"Only {len(outputs)} of {planned} planned outputs are there.",
            "Run the same `behaviordrift score` command again to complete the study.",
        )
    store.replace_scores(score_outputs(outputs))


def open_study(folder: str | Path) -> Store:
    """Open an existing study folder.

    Raises:
        UsageError: if there is none.
    """
    path = Path(folder)
    if not (path / FILE).is_file():
        raise UsageError(f"There is no study in {path}.", "Name the folder that `behaviordrift score` wrote.")
    return Store(path)


class Pace(NamedTuple):
    """Seconds that a batch takes for its first token, prompts included, and for each further one."""

    first: float
    further: float


def time_trial(work: Work) -> Pace:
    """Time the first batch over a few tokens, once the weights are loaded."""
    batch = next(batch for batch in work.batches if isinstance(batch, CompletionBatch))
    assert work.engine is not None
    seconds = []
    for tokens in (1, 1, 1 + TRIAL_TOKENS):
        start = time.perf_counter()
        work.engine.generate(batch.checkpoint, batch.prompts, Decoding(max_new_tokens=tokens), 0)
        seconds.append(time.perf_counter() - start)
    _, first, trial = seconds  # the very first call loads the weights
    return Pace(first, max(0.0, trial - first) / TRIAL_TOKENS)


def default_folder(lineup: Lineup, arguments: Sequence[str], *, prefix: str = "") -> Path:
    """``reports/<name>``, the same for the same command."""
    if lineup.study_file is not None:
        path = Path(arguments[0])
        name = path.resolve().parent.name if path.stem == "study" else path.stem
    else:
        names = [checkpoint.name.replace("/", "-") for checkpoint in lineup.checkpoints]
        shown = names if len(names) <= 4 else [*names[:3], f"and-{len(names) - 3}-more"]
        name = "-vs-".join(shown)
    return Path("reports") / f"{prefix}{name}"


def _describe(checkpoint: Checkpoint) -> dict[str, Any]:
    record = checkpoint.record
    return {
        "name": checkpoint.name,
        "kind": checkpoint.kind,
        "digest": checkpoint.digest,
        "record": None
        if record is None
        else {
            "mixture": record.mixture,
            "phases": [asdict(phase) for phase in record.phases],
            "seed": record.seed,
            "realised": record.realised,
            "amounts": record.amounts,
            "epochs": record.epochs,
            "facts": record.facts,
            "run": record.run,
            "source": record.source,
        },
    }


def _describe_sets(probe_sets: Sequence[ProbeSet], rows: Sequence[PlanRow]) -> list[dict[str, Any]]:
    known = [
        {
            "name": s.name,
            "version": s.version,
            "digest": s.digest,
            "language": s.language,
            "about": s.about,
            "traits": list(s.traits),
            "task": s.task,
            "probes": len(s.probes),
        }
        for s in probe_sets
    ]
    names = {s.name for s in probe_sets}
    for row in rows:
        if row.probe_set not in names:
            names.add(row.probe_set)
            probes = len({r.probe for r in rows if r.probe_set == row.probe_set})
            known.append(
                {
                    "name": row.probe_set,
                    "version": None,
                    "digest": None,
                    "language": row.language,
                    "about": "Recorded outputs.",
                    "traits": [],
                    "task": row.task,
                    "probes": probes,
                }
            )
    return known
