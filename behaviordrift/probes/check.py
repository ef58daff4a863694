"""Check probe sets: all that is wrong with them, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviordrift.conversations import Conversation
from behaviordrift.errors import ProbeSetError
from behaviordrift.probes.contrasts import unmatched_contrasts
from behaviordrift.probes.mirrors import mirror_problems
from behaviordrift.probes.overlap import find_overlaps, read_training
from behaviordrift.probes.problem import Problem
from behaviordrift.probes.source import Source, read_source
from behaviordrift.probes.twins import twins
from behaviordrift.probes.wordings import Wording, asked, earlier_turns, weighed


@dataclass(frozen=True)
class Check:
    """What was checked, and what was found, by file and line."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]

    @property
    def probes(self) -> int:
        """How many probes are sound in form."""
        return sum(len(source.places) for source in self.sources)


def check_probe_sets(paths: Sequence[Path], training: Sequence[Path] = ()) -> Check:
    """Check files, and all ``.yaml`` files in folders, also against each other and against training rows.

    Raises:
        ProbeSetError: for a path that is not there, or a folder without probe sets.
        TaskDataError: for training rows that cannot be read.
    """
    rows = read_training(training)
    sources = [_read(file) for file in _files(paths)]
    problems = [problem for source in sources for problem in source.problems]
    problems += _shared_names(sources)
    problems += twins(sources)
    for source in sources:
        problems += [*unmatched_contrasts(source), *mirror_problems(source)]
    problems += _voided(sources, rows)
    return Check(tuple(sources), tuple(sorted(problems)))


def _files(paths: Sequence[Path]) -> list[Path]:
    files: dict[Path, Path] = {}
    for path in paths:
        inside = (
            sorted(file for file in path.rglob("*") if file.suffix in {".yaml", ".yml"}) if path.is_dir() else [path]
        )
        if not inside:
            raise ProbeSetError(f"The folder {path} holds no probe sets.", "Name a folder with .yaml files.")
        for file in inside:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def _read(path: Path) -> Source:
    try:
        return read_source(path)
    except OSError as error:
        raise ProbeSetError(f"The probe set {path} cannot be read: {error.strerror}.", "Check the path.") from error


def _shared_names(sources: Sequence[Source]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Source] = {}
    for source in sources:
        if source.probe_set is None:
            continue
        name = (source.probe_set.language, source.probe_set.name)
        if name in first:
            told = f"the set bears the name {name[1]}, as {first[name].path} does."
            yield source.problem(("name",), "repeated name", told, "Rename one of them.")
        first.setdefault(name, source)


def _voided(sources: Sequence[Source], training: Sequence[Conversation]) -> Iterator[Problem]:
    """Texts that the training rows hold. References are left out: a right answer may be trained on elsewhere."""
    by_language: dict[str, list[Wording]] = {}
    for source in sources:
        if source.probe_set is not None:
            texts = (*asked(source), *earlier_turns(source), *weighed(source))
            by_language.setdefault(source.probe_set.language, []).extend(texts)
    for language, wordings in by_language.items():
        overlaps = find_overlaps([w.text for w in wordings], [w.alone for w in wordings], language, training)
        for wording, overlap in zip(wordings, overlaps, strict=True):
            if overlap is not None:
                told = (
                    f"the {wording.what} of {wording.probe} overlaps with training data at {overlap.place} "
                    f'("{overlap.shared}"), which voids the probe.'
                )
                fix = "Ask something that was not trained on, or drop the probe."
                yield wording.source.problem(wording.location, "overlap", told, fix)
