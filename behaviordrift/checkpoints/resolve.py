"""From command-line arguments to the checkpoints of a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviordrift.checkpoints.checkpoint import Checkpoint, kind_of, open_checkpoint
from behaviordrift.checkpoints.study_file import StudyFile, open_entries, read_study_file
from behaviordrift.errors import UsageError


@dataclass(frozen=True)
class Lineup:
    """The checkpoints of a study, the baseline's name, and the study file that listed them, if one did."""

    checkpoints: tuple[Checkpoint, ...]
    baseline: str
    study_file: StudyFile | None = None


def resolve(
    arguments: Sequence[str],
    *,
    baseline: str | None = None,
    base: Path | None = None,
    trajectory: bool = False,
) -> Lineup:
    """Open every argument: a checkpoint, a folder of checkpoints, or one ``study.yaml``.

    Args:
        arguments: paths, as on the command line.
        baseline: name or path of the baseline; the first checkpoint if None.
        base: where the base of adapters lies.
        trajectory: take the ``checkpoint-N`` folders of each checkpoint too.

    Raises:
        UsageError: for an argument that is nothing measurable, or when a baseline must be named and is not.
    """
    file = next((Path(a) for a in arguments if a.endswith((".yaml", ".yml"))), None)
    if file is not None and len(arguments) > 1:
        raise UsageError("A study file stands alone.", f"List the other checkpoints in {file}.")
    if file is not None:
        study_file = read_study_file(file)
        base = base or (Path(study_file.base) if study_file.base else None)
        checkpoints = _unique_names(open_entries(study_file, file, base))
        return Lineup(tuple(checkpoints), _baseline(checkpoints, baseline or study_file.baseline), study_file)
    paths = [path for argument in arguments for path in _expand(Path(argument), trajectory)]
    stands_for_several = any(kind_of(Path(a)) is None and Path(a).is_dir() for a in arguments)
    checkpoints = _unique_names([open_checkpoint(path, base=base) for path in paths])
    if stands_for_several and baseline is None:
        raise UsageError(
            "A folder of checkpoints has no first one to compare with.",
            f"Name the baseline with --baseline, for example --baseline {checkpoints[0].name}.",
        )
    return Lineup(tuple(checkpoints), _baseline(checkpoints, baseline))


def _expand(path: Path, trajectory: bool) -> list[Path]:
    if kind_of(path) is None and path.is_dir():
        inside = sorted((child for child in path.iterdir() if kind_of(child) is not None), key=_place)
        if not inside:
            return [path]
        return [part for child in inside for part in _expand(child, trajectory)]
    steps = sorted(path.glob("checkpoint-*"), key=_step) if trajectory and path.is_dir() else []
    return [*[step for step in steps if kind_of(step) is not None], path]


def _place(path: Path) -> tuple[str, int, str]:
    """Order of name, but of step among the steps of one run."""
    return path.name.rpartition("-")[0], _step(path), path.name


def _step(path: Path) -> int:
    number = path.name.rpartition("-")[2]
    return int(number) if number.isdigit() else 0


def _unique_names(checkpoints: list[Checkpoint]) -> list[Checkpoint]:
    """Put the parent folder's name before names that occur more than once."""
    counts = Counter(checkpoint.name for checkpoint in checkpoints)
    named = [c.named(f"{c.path.resolve().parent.name}/{c.name}") if counts[c.name] > 1 else c for c in checkpoints]
    if twice := [name for name, count in Counter(c.name for c in named).items() if count > 1]:
        raise UsageError(f"Two checkpoints bear the name {twice[0]}.", "Leave one out, or name them in a study.yaml.")
    return named


def _baseline(checkpoints: list[Checkpoint], wanted: str | None) -> str:
    if wanted is None:
        return checkpoints[0].name
    for checkpoint in checkpoints:
        if checkpoint.name == wanted or checkpoint.path == Path(wanted):
            return checkpoint.name
    known = ", ".join(checkpoint.name for checkpoint in checkpoints)
    raise UsageError(f"No checkpoint is named {wanted}.", f"The baseline must be one of: {known}.")
