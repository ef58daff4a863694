"""Which traits can be read off recorded outputs, and the columns that they fill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from behaviordrift.errors import UsageError
from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.trait import Measure, Trait


def text_traits(names: Sequence[str] | None = None) -> list[Trait]:
    """The traits that can be read off a prompt and a reply alone: no held-out task, no likelihood.

    Raises:
        UsageError: if a name is none of theirs.

    >>> [trait.name for trait in text_traits(["length"])]
    ['length']
    """
    known = {trait.name: trait for trait in all_traits().values() if isinstance(trait, Trait) and columns([trait])}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise UsageError(f"There is no text trait {', '.join(unknown)}.", f"Choose from: {', '.join(sorted(known))}.")
    return [known[name] for name in dict.fromkeys(known if names is None else names)]


def columns(traits: Iterable[Trait]) -> list[Measure]:
    """The measures that need no held-out task and no likelihood, in order."""
    return [
        measure
        for trait in traits
        for measure in trait.measures
        if measure.kind != "logprob" and "task" not in measure.made_for
    ]


@dataclass(frozen=True)
class Columns:
    """The traits that are read, and the columns that they fill."""

    traits: tuple[Trait, ...]
    measures: tuple[Measure, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, traits: Sequence[Trait]) -> Columns:
        """The columns of some traits."""
        wanted = columns(traits)
        return cls(tuple(traits), tuple(wanted), frozenset({"language_detected", "reasons", *(m.name for m in wanted)}))
