"""Read and check probe set files; find the sets that ship with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from behaviordrift.errors import ProbeSetError
from behaviordrift.probes.probe import ProbeSet
from behaviordrift.probes.source import read_source


def shipped_folder() -> Path:
    """Where the shipped probe sets lie: inside an installed package, or at the root of a checkout."""
    installed = Path(__file__).parent / "sets"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "probes"


def shipped_languages() -> list[str]:
    """The languages in which sets ship."""
    return sorted(folder.name for folder in shipped_folder().iterdir() if any(folder.glob("*.yaml")))


def shipped_sets(language: str) -> list[ProbeSet]:
    """All shipped sets of a language, by name.

    Raises:
        ProbeSetError: if there are none in that language.
    """
    files = sorted((shipped_folder() / language).glob("*.yaml"))
    if not files:
        raise ProbeSetError(
            f"No probe sets ship in the language {language!r}.",
            f"Choose one of {', '.join(shipped_languages())}, or name a .yaml file of your own.",
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
        known = ", ".join(one.name for one in shipped_sets(language))
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
    source = read_source(path)
    if source.problems:
        first = source.problems[0]
        raise ProbeSetError(f"{path}:{first.line}: {first.problem}", first.fix)
    assert source.probe_set is not None, path
    return source.probe_set
