"""Every text of a probe set that is asked or weighed, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from behaviordrift.probes.source import Location, Source


@dataclass(frozen=True)
class Wording:
    """One text of a probe.

    Attributes:
        source: the file that holds it.
        probe: the probe's id.
        what: what the text is there: ``prompt``, ``paraphrase`` or the pole of a contrast.
        text: the text itself.
        context: the turns before it, if it is the last of several.
        alone: whether it is all that the user says.
        location: where it stands in the file.
    """

    source: Source
    probe: str
    what: str
    text: str
    context: tuple[str, ...]
    alone: bool
    location: Location

    @property
    def line(self) -> int:
        return self.source.line(*self.location)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.source.path}:{self.line}"


def asked(source: Source) -> Iterator[Wording]:
    """The prompt and the paraphrases of each probe: what the user says last."""
    for place, probe in source.probes():
        first, *others = probe.phrasings()
        context = tuple(turn["content"] for turn in first[:-1])
        alone = all(turn["role"] == "system" for turn in first[:-1])
        at: Location = ("messages", len(first) - 1, "content") if probe.messages else ("prompt",)
        yield Wording(source, probe.id, "prompt", first[-1]["content"], context, alone, ("probes", place, *at))
        for number, turns in enumerate(others):
            at = ("probes", place, "paraphrases", number)
            yield Wording(source, probe.id, "paraphrase", turns[-1]["content"], context, alone, at)


def earlier_turns(source: Source) -> Iterator[Wording]:
    """What was said before, in probes of several turns. A system turn is no one's question."""
    for place, probe in source.probes():
        for number, message in enumerate(probe.messages[:-1]):
            if message.role != "system":
                at = ("probes", place, "messages", number, "content")
                yield Wording(source, probe.id, f"{message.role}'s turn", message.content, (), False, at)


def weighed(source: Source) -> Iterator[Wording]:
    """The replies of each contrast."""
    for place, probe in source.probes():
        for pole, text in (probe.contrast or {}).items():
            at = ("probes", place, "contrast", pole)
            yield Wording(source, probe.id, f"reply `{pole}`", text, (), False, at)
