"""Read and check probe set files; find the sets that ship with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from behaviordrift.errors import ProbeSetError
from behaviordrift.probes.probe import ProbeSet


def shipped_folder() -> Path:
    """Where the shipped probe sets lie: inside an installed package, or at the root of a checkout."""
    installed = Path(__file__).parent / "sets"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "probes"


def shipped_sets(language: str) -> list[ProbeSet]:
    """All shipped sets of a language, by name.

    Raises:
        ProbeSetError: if there are none in that language.
    """
    files = sorted((shipped_folder() / language).glob("*.yaml"))
    if not files:
        known = sorted(folder.name for folder in shipped_folder().iterdir() if any(folder.glob("*.yaml")))
        raise ProbeSetError(
            f"No probe sets ship in the language {language!r}.",
            f"Choose one of {', '.join(known)}, or name your own files with --probes.",
        )
    return [read_probe_set(file) for file in files]


def find_probe_sets(names: list[str], language: str) -> list[ProbeSet]:
    """Sets by file path or by shipped name, in the order named.

    Raises:
        ProbeSetError: for a name that is neither a file nor a shipped set, or two sets of one name.
    """
    sets = [_find(name, language) for name in names]
    seen: set[str] = set()
    for probe_set in sets:
        if probe_set.name in seen:
            raise ProbeSetError(f"Two probe sets bear the name {probe_set.name}.", "Rename one of them.")
        seen.add(probe_set.name)
    return sets


def _find(name: str, language: str) -> ProbeSet:
    if name.endswith((".yaml", ".yml")):
        return read_probe_set(Path(name))
    path = shipped_folder() / language / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.yaml")))
        raise ProbeSetError(f"There is no probe set {name!r} in {language}.", f"Name a .yaml file, or one of: {known}.")
    return read_probe_set(path)


def read_probe_set(path: Path) -> ProbeSet:
    """Read and check one file.

    Raises:
        ProbeSetError: names the file, the line and the fix.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ProbeSetError(f"The probe set {path} cannot be read: {error.strerror}.", "Check the path.") from error


@cache
def _read(path: Path, _changed_at: int) -> ProbeSet:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        line = mark.line + 1 if (mark := getattr(error, "problem_mark", None)) else 1
        raise ProbeSetError(
            f"{path}:{line}: not valid YAML ({getattr(error, 'problem', error)}).", "Correct that line."
        ) from error
    except UnicodeDecodeError as error:
        raise ProbeSetError(f"{path}: not UTF-8 text.", "Save the file as UTF-8.") from error
    try:
        probe_set = ProbeSet.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the set"
        raise ProbeSetError(
            f"{path}:{_line(node, first['loc'])}: {field}: {first['msg']}.", "Correct that field."
        ) from error
    if not probe_set.probes:
        raise ProbeSetError(
            f"{path}:{_line(node, ('probes',))}: the probe set {probe_set.name} is empty.",
            "Add probes to it.",
        )
    seen: set[str] = set()
    for index, probe in enumerate(probe_set.probes):
        if probe.id in seen:
            raise ProbeSetError(
                f"{path}:{_line(node, ('probes', index))}: the id {probe.id!r} stands twice.", "Rename one."
            )
        seen.add(probe.id)
    return probe_set


def _line(node: Any, location: tuple[int | str, ...]) -> int:
    """The line (from 1) of the innermost part of `location` that exists in the YAML tree."""
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = node.value[part]
        else:
            found = None
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1 if node is not None else 1
