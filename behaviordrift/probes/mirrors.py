"""Mirrors: a set in another language asks the same probes in the same order, so that languages can be compared.

Sets are mirrors where they lie in folders named by language side by side: ``en/benign.yaml`` and ``zh/benign.yaml``.
The English one is the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from behaviordrift.probes.probe import Probe
from behaviordrift.probes.problem import Problem
from behaviordrift.probes.source import Source, read_source

ORIGINAL = "en"


def mirror_problems(source: Source) -> Iterator[Problem]:
    """What a mirror lacks or has otherwise than its original, told in the mirror; a missing mirror, in the original."""
    folder = source.path.absolute().parent
    if source.probe_set is None or folder.name != source.probe_set.language:
        return
    if folder.name == ORIGINAL:
        yield from _missing_mirrors(source, folder)
        return
    original = folder.parent / ORIGINAL / source.path.name
    if original.is_file():
        yield from _differences(source, read_source(original))
    elif _has_sets(original.parent):
        told = f"{ORIGINAL}/{source.path.name}, whose mirror the set {source.probe_set.name} would be, is not there."
        yield source.problem((), "mirror", told, "Add it, or keep the set elsewhere.")


def _missing_mirrors(source: Source, folder: Path) -> Iterator[Problem]:
    for other in sorted(folder.parent.iterdir()):
        if other.name == ORIGINAL or not re.fullmatch("[a-z]{2}", other.name) or not _has_sets(other):
            continue
        if not (other / source.path.name).is_file():
            told = f"the set has no mirror {other.name}/{source.path.name}."
            yield source.problem((), "mirror", told, "Write it, with the same ids in the same order.")


def _has_sets(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.yaml"))


def _differences(mirror: Source, original: Source) -> Iterator[Problem]:
    wanted = {probe.id: (place, probe) for place, probe in original.probes()}
    found = {probe.id: (place, probe) for place, probe in mirror.probes()}

    def there(probe: str) -> str:
        return f"{ORIGINAL}/{original.path.name}:{original.line('probes', wanted[probe][0])}"

    for probe in wanted.keys() - found.keys():
        told = f"the probe {probe} of {there(probe)} is missing."
        yield mirror.problem(("probes",), "mirror", told, "Add it at the same position.")
    for probe in found.keys() - wanted.keys():
        told = f"the probe {probe} is not in {ORIGINAL}/{original.path.name}."
        yield mirror.problem(("probes", found[probe][0]), "mirror", told, "Add it there, or remove it here.")
    shared = [probe for probe in found if probe in wanted]
    for before, probe in pairwise(shared):
        if wanted[probe][0] < wanted[before][0]:
            told = f"{probe} stands after {before}, but before it in {ORIGINAL}/{original.path.name}."
            yield mirror.problem(("probes", found[probe][0]), "mirror", told, "Put both in the order of the original.")
    for probe in shared:
        for what, one, other in _facts(found[probe][1], wanted[probe][1]):
            if one != other:
                told = f"{probe} {what} {one}, but {other} at {there(probe)}."
                yield mirror.problem(("probes", found[probe][0]), "mirror", told, "Make them agree.")


def _facts(one: Probe, other: Probe) -> Iterator[tuple[str, str, str]]:
    """What a probe and its mirror have in common, as words for both."""
    yield "expects", one.expects or "nothing", other.expects or "nothing"
    yield "has paraphrases:", str(len(one.paraphrases)), str(len(other.paraphrases))
    poles = [" and ".join(sorted(probe.contrast or ())) or "nothing" for probe in (one, other)]
    yield "contrasts", poles[0], poles[1]
