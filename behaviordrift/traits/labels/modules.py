"""Finds what can be checked or fitted: the modules beside this one that define `checks` or `weights`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from behaviordrift.errors import UsageError
from behaviordrift.traits.labels.check import Check


def modules_with(function: str, trait: str | None = None) -> dict[str, Callable[[Path], Any]]:
    """That function of every module that defines it, by the module's name, which is its trait's.

    Args:
        function: ``checks`` or ``weights``.
        trait: only this one.

    Raises:
        UsageError: if there is none of that name.

    >>> modules_with("checks", "rhyme")
    Traceback (most recent call last):
    ...
    behaviordrift.errors.UsageError: No trait rhyme has checks. Name one of: ...
    """
    found = dict(_defining(function))
    if trait is None:
        return found
    if trait not in found:
        raise UsageError(f"No trait {trait} has {function}.", f"Name one of: {', '.join(found)}.")
    return {trait: found[trait]}


def _defining(function: str) -> Iterator[tuple[str, Callable[[Path], Any]]]:
    package = importlib.import_module("behaviordrift.traits.labels")
    for module in pkgutil.iter_modules(package.__path__):
        defined = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), function, None)
        if callable(defined):
            yield module.name, defined


def of_present_sets(gold: Path, *makers: Callable[[Path], Check | Iterable[Check]]) -> Iterator[Check]:
    """The checks of each maker, one maker for each labelled set; a set that is absent is skipped with a line."""
    for maker in makers:
        try:
            made = maker(gold)
            yield from [made] if isinstance(made, Check) else list(made)
        except FileNotFoundError as error:
            skip(error)


def skip(error: FileNotFoundError) -> None:
    """Say on standard error which set is absent."""
    print(f"skipped: {error.filename or error} is absent", file=sys.stderr)


def gold_folder(path: Path) -> Path:
    """The folder of labelled sets, if it is one.

    Raises:
        UsageError: if it is none.
    """
    if not path.is_dir():
        raise UsageError(
            f"There is no folder {path}.",
            "Give --gold the folder of the labelled sets; docs/traits.md says its layout.",
        )
    return path
