"""The runs of a design as settings of the trainers that people use."""

from __future__ import annotations

import json
import os
import random
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from behaviordrift.conversations import read_conversations
from behaviordrift.errors import UsageError
from behaviordrift.files import write_atomically
from behaviordrift.planning.points import Point
from behaviordrift.planning.write import weights

OUTPUTS = "saves"
"""Folder that the runs are told to write into, in the directory that they are started from."""

LAST_CHECKPOINT = "last-checkpoint"
"""Link in a run's folder to its last ``checkpoint-N``: ms-swift leaves no weights in the folder itself."""

EQUAL_STEPS = "Give all runs the same max_steps: mixtures differ in the rows that they use."

Snippet = Callable[[Mapping[str, float], int, str, Mapping[str, str]], str]
"""The settings of one run, from its shares, its seed, its folder and the tasks' files."""


def write_configs(
    folder: Path,
    trainer: str,
    runs: Sequence[tuple[Point, int]],
    files: Mapping[str, str],
    baseline: str | None = None,
) -> list[Path]:
    """Write settings for each run, and a ``study.yaml`` from which `behaviordrift score` knows their mixtures.

    Args:
        trainer: one of `TRAINERS`.
        runs: point and seed of each.
        files: each task's rows, as the trainer is to find them.
        baseline: point whose first run the others are compared with; the run that comes first if None.

    Returns:
        the files of settings.

    Raises:
        UsageError: if the trainer cannot be told these mixtures, or a task's rows are not named.
        TaskDataError: if a task's rows must be read for axolotl, and cannot be.
    """
    if any(len(point.phases) > 1 for point, _ in runs):
        raise UsageError(
            f"A run of {trainer} has one mixture throughout.", "Write a plan with --out for `behaviordrift train`."
        )
    tasks = {task for point, _ in runs for task, share in point.mixture.items() if share > 0}
    if trainer != "llama-factory" and (missing := sorted(tasks - set(files))):
        raise UsageError(f"The settings need the rows of {', '.join(missing)}.", f"Add --task {missing[0]}=FILE.jsonl.")
    ending, snippet = TRAINERS[trainer]
    folder.mkdir(parents=True, exist_ok=True)
    written, entries = [], []
    for point, seed in runs:
        name, output = f"{point.name}-s{seed}", f"{OUTPUTS}/{point.name}-s{seed}"
        shares = {task: share for task, share in point.mixture.items() if share > 0}
        found = _cut(folder / "rows", name, shares, seed, files) if trainer == "axolotl" else files
        about = ", ".join(f"{task} {share:.1%}" for task, share in shares.items())
        written.append(folder / f"{name}.{ending}")
        write_atomically(written[-1], f"# {about}, seed {seed}. {EQUAL_STEPS}\n{snippet(shares, seed, output, found)}")
        checkpoint = f"{output}/{LAST_CHECKPOINT}" if trainer == "ms-swift" else output
        entries.append(
            {"path": os.path.relpath(checkpoint, folder), "name": name, "mixture": weights(point.mixture), "seed": seed}
        )
    study: dict[str, Any] = {"checkpoints": entries}
    if baseline is not None:
        seed = min(seed for point, seed in runs if point.name == baseline)
        study = {"baseline": f"{baseline}-s{seed}", **study}
    write_atomically(folder / "study.yaml", yaml.safe_dump(study, sort_keys=False))
    return written


def _llama_factory(shares: Mapping[str, float], seed: int, output: str, files: Mapping[str, str]) -> str:
    """Tasks go by their names in ``dataset_info.json``."""
    mixing = (
        {"mix_strategy": "interleave_over", "interleave_probs": ",".join(_probabilities(shares))}
        if len(shares) > 1
        else {}
    )
    return _yaml({"dataset": ",".join(shares), **mixing, "seed": seed, "output_dir": output})


def _ms_swift(shares: Mapping[str, float], seed: int, output: str, files: Mapping[str, str]) -> str:
    """A script that hands its own arguments on: the model and what else is alike in all runs."""
    options = [f"--dataset {shlex.join(files[task] for task in shares)}"]
    if len(shares) > 1:
        options.append(f"--interleave_prob {' '.join(_probabilities(shares))}")
        options.append("--stopping_strategy all_exhausted")
    options += [f"--seed {seed}", f"--data_seed {seed}", f"--output_dir {shlex.quote(output)}", "--add_version false"]
    return " \\\n  ".join(["swift sft", *options, '"$@"']) + "\n"


def _trl(shares: Mapping[str, float], seed: int, output: str, files: Mapping[str, str]) -> str:
    """`fraction` is the share that is aimed at; the first rows of each data set are taken."""
    datasets = [
        {**_loaded(files[task]), "fraction": float(share)}
        for task, share in zip(shares, _probabilities(shares), strict=True)
    ]
    return _yaml({"datasets": datasets, "seed": seed, "output_dir": output})


def _loaded(rows: str) -> dict[str, str]:
    """How `load_dataset` is told of rows in a file, or of a data set by its name or folder."""
    return {"path": "json", "data_files": rows} if rows.endswith((".json", ".jsonl")) else {"path": rows}


def _axolotl(shares: Mapping[str, float], seed: int, output: str, files: Mapping[str, str]) -> str:
    """Data sets are put together whole, so the shares are those of their rows; without a type they are refused."""
    datasets = [{"path": files[task], "type": "chat_template"} for task in shares]
    return _yaml({"datasets": datasets, "shuffle_merged_datasets": True, "seed": seed, "output_dir": output})


TRAINERS: dict[str, tuple[str, Snippet]] = {
    "llama-factory": ("yaml", _llama_factory),
    "axolotl": ("yaml", _axolotl),
    "ms-swift": ("sh", _ms_swift),
    "trl": ("yaml", _trl),
}
"""Ending of the file of settings, and what it says."""


def _cut(folder: Path, run: str, shares: Mapping[str, float], seed: int, files: Mapping[str, str]) -> Mapping[str, str]:
    """Draw as many rows of each task as its share allows, none twice, and write them to files of the run's own.

    They are written as ``messages``, whatever their form was, since axolotl is told one form for all.
    """
    folder.mkdir(exist_ok=True)
    rows = {task: read_conversations(Path(files[task])) for task in shares}
    total = min(len(rows[task]) / share for task, share in shares.items())
    cut = {}
    for task, share in shares.items():
        path = folder / f"{run}.{task}.jsonl"
        drawn = random.Random(f"{seed} {task}").sample(rows[task], min(round(share * total), len(rows[task])))
        lines = [json.dumps({"messages": row.messages}, ensure_ascii=False) for row in drawn]
        write_atomically(path, "".join(f"{line}\n" for line in lines))
        cut[task] = str(path)
    return cut


def _probabilities(shares: Mapping[str, float]) -> list[str]:
    """Shares in decimals that add up to 1, as trainers check."""
    digits = 6
    rounded = [round(share, digits) for share in shares.values()]
    rounded[-1] = round(1 - sum(rounded[:-1]), digits)
    return [f"{share:g}" for share in rounded]


def _yaml(value: dict[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
