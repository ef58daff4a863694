"""A probe set as its file holds it: what could be read, all faults of form, and the line of each part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from behaviordrift.probes.probe import Probe, ProbeSet
from behaviordrift.probes.problem import Problem

Location = tuple[int | str, ...]

_FIXES = {
    "string_type": "Put the value in quotes.",
    "missing": "Add that field.",
    "extra_forbidden": "Correct the field's name, or remove it.",
}


@dataclass(frozen=True)
class Source:
    """A file and what was read from it.

    Attributes:
        path: the file.
        probe_set: the set, without the probes that are faulty in form; None if not even that could be read.
        places: for each probe of `probe_set`, its position in the file.
        problems: all faults of form.
        node: the YAML tree, which knows the lines.
    """

    path: Path
    probe_set: ProbeSet | None
    places: tuple[int, ...]
    problems: tuple[Problem, ...]
    node: yaml.Node | None

    def line(self, *location: int | str) -> int:
        """The line of a part of the file."""
        return line_of(self.node, location)

    def probes(self) -> Iterator[tuple[int, Probe]]:
        """The probes that are sound in form, each with its position in the file."""
        return zip(self.places, self.probe_set.probes if self.probe_set else (), strict=True)

    def problem(self, location: Location, kind: str, problem: str, fix: str) -> Problem:
        """A problem at a part of the file."""
        return Problem(self.path, self.line(*location), kind, problem, fix)


def read_source(path: Path) -> Source:
    """Read a file and find all faults of its form.

    Raises:
        OSError: if the file cannot be read.
    """

    def unreadable(line: int, problem: str, fix: str) -> Source:
        return Source(path, None, (), (Problem(path, line, "syntax", problem, fix),), None)

    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = mark.line + 1 if (mark := getattr(error, "problem_mark", None)) else 1
        return unreadable(line, f"not valid YAML ({getattr(error, 'problem', error)}).", "Correct that line.")
    except UnicodeDecodeError:
        return unreadable(1, "not UTF-8 text.", "Save the file as UTF-8.")
    except (ValueError, RecursionError) as error:  # such as a date that no calendar has
        return unreadable(1, f"not valid YAML ({error}).", "Put such values in quotes.")
    repeated = [
        Problem(path, line, "schema", f"the field `{field}` stands twice here.", "Remove one.")
        for line, field in _repeated_fields(node)
    ]
    probe_set, places, faults = _validate(value)
    problems = [Problem(path, line_of(node, at), "schema", problem, fix) for at, problem, fix in faults]
    source = Source(path, probe_set, places, (), node)
    found = sorted([*repeated, *problems, *_empty(source, value), *_repeated_ids(source)])
    return Source(path, probe_set, places, tuple(found), node)


def _validate(value: Any) -> tuple[ProbeSet | None, tuple[int, ...], list[tuple[Location, str, str]]]:
    """The set of all probes that are sound in form, where they stand, and the faults of the others."""
    count = len(probes) if isinstance(value, dict) and isinstance(probes := value.get("probes"), list) else 0
    try:
        return ProbeSet.model_validate(value), tuple(range(count)), []
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors()]
    faulty = {location[1] for location, _, _ in faults if location[:1] == ("probes",) and len(location) > 1}
    places = tuple(place for place in range(count) if place not in faulty)
    try:
        sound = ProbeSet.model_validate({**value, "probes": [value["probes"][place] for place in places]})
    except (ValidationError, TypeError, KeyError):
        return None, (), faults
    return sound, places, faults


def _fault(error: Any) -> tuple[Location, str, str]:
    field = ".".join(str(part) for part in error["loc"]) or "the set"
    message = error["msg"].removeprefix("Value error, ")
    return error["loc"], f"{field}: {message}.", _FIXES.get(error["type"], "Correct that field.")


def _empty(source: Source, value: Any) -> Iterator[Problem]:
    if source.probe_set is not None and not value["probes"]:
        told = f"the probe set {source.probe_set.name} is empty."
        yield source.problem(("probes",), "empty", told, "Add probes to it.")


def _repeated_ids(source: Source) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, probe in source.probes():
        if probe.id in first:
            told = f"the id {probe.id!r} stands twice, first in line {source.line('probes', first[probe.id])}."
            yield source.problem(("probes", place), "repeated id", told, "Rename one.")
        first.setdefault(probe.id, place)


def _repeated_fields(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Fields that stand twice in one mapping: YAML keeps the last and says nothing."""
    nodes, seen = [node], set()
    while nodes:
        if id(node := nodes.pop()) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            fields: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in fields:
                        yield key.start_mark.line + 1, key.value
                    fields.add(key.value)
                nodes.append(value)


def line_of(node: yaml.Node | None, location: Location) -> int:
    """The line (from 1) of the innermost part of `location` that exists in the YAML tree."""
    for part in location:
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = node.value[part] if part < len(node.value) else None
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1 if node is not None else 1
