"""What every trait says when it cannot judge a reply."""

from __future__ import annotations

from collections.abc import Iterable

from behaviordrift.traits.reading.text import words
from behaviordrift.traits.trait import Measure, Reply, Unjudged


def unjudgeable(reply: Reply, languages: tuple[str, ...]) -> Unjudged | None:
    """Why no text trait could judge this reply in one of `languages`, or None where one can.

    >>> unjudgeable(Reply("Hi", "  "), ("en",))
    Unjudged(reason='empty reply')
    >>> unjudgeable(Reply("Hi", "Bonjour", language="fr"), ("en",)).reason
    'no version for the language fr; there is one for en'
    """
    if not reply.text.strip():
        return Unjudged("empty reply")
    if reply.language not in languages:
        return Unjudged(f"no version for the language {reply.language}; there is one for {', '.join(languages)}")
    if not words(reply.text, reply.language):
        return Unjudged("no words in the reply")
    return None


def all_unjudged(measures: Iterable[Measure], reason: Unjudged) -> dict[str, Unjudged]:
    """The same reason for every measure.

    >>> all_unjudged([Measure("words", "positive", "words", "Length.")], Unjudged("empty reply"))
    {'words': Unjudged(reason='empty reply')}
    """
    return {measure.name: reason for measure in measures}
