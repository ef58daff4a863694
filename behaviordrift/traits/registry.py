"""Finds the traits: those of this package, and those that other packages bring along."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from behaviordrift.errors import UsageError
from behaviordrift.traits.trait import Measure, ProbeTrait, Trait

PLUGIN_GROUP = "behaviordrift.plugins"


def all_traits() -> dict[str, Trait | ProbeTrait]:
    """Every trait by name.

    Raises:
        UsageError: if two traits share a name, or a plugin brings no trait.

    >>> "refusal" in all_traits()
    True
    """
    found: dict[str, Trait | ProbeTrait] = {}
    for trait, source in [*_own_traits(), *_plugin_traits()]:
        if trait.name in found:
            raise UsageError(
                f"Two traits are named {trait.name}; the second comes from {source}.",
                "Rename one of them or remove that package.",
            )
        found[trait.name] = trait
    return found


def measures() -> dict[str, tuple[Trait | ProbeTrait, Measure]]:
    """Every measure by name, with the trait that yields it.

    Raises:
        UsageError: if two traits yield a measure of the same name.

    >>> trait, measure = measures()["words"]
    >>> trait.name, measure.kind
    ('length', 'positive')
    """
    found: dict[str, tuple[Trait | ProbeTrait, Measure]] = {}
    for trait in all_traits().values():
        for measure in trait.measures:
            if measure.name in found:
                first = found[measure.name][0].name
                raise UsageError(
                    f"The traits {first} and {trait.name} share a measure {measure.name}.",
                    "Rename the measure in one of them.",
                )
            found[measure.name] = (trait, measure)
    return found


def _own_traits() -> Iterator[tuple[Trait | ProbeTrait, str]]:
    package = importlib.import_module("behaviordrift.traits")
    for module in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{module.name}"
        trait = getattr(importlib.import_module(name), "TRAIT", None)
        if isinstance(trait, (Trait, ProbeTrait)):
            yield trait, name


def _plugin_traits() -> Iterator[tuple[Trait | ProbeTrait, str]]:
    for entry in entry_points(group=PLUGIN_GROUP):
        yield _load(entry), entry.value


def _load(entry: EntryPoint) -> Trait | ProbeTrait:
    try:
        loaded = entry.load()
    except Exception as error:
        raise UsageError(
            f"The plugin {entry.name} ({entry.value}) does not load: {error}.",
            "Repair or remove that package.",
        ) from error
    trait = getattr(loaded, "TRAIT", loaded)
    if not isinstance(trait, (Trait, ProbeTrait)):
        raise UsageError(
            f"The plugin {entry.name} ({entry.value}) brings no Trait.",
            "Point its entry point at a Trait or at a module that defines TRAIT.",
        )
    return trait
