"""What kind of answer a prompt asks for."""

from __future__ import annotations

import re

from behaviordrift.traits.reading.text import plain

_OPEN = re.compile(r"\b(?:what|who|whom|whose|when|where|which|why|how)\b")
_ASKS_TO_BE_TOLD = re.compile(r"^(?:do|can|could|would|will) you (?:know|say|tell|name|guess) ")
_AUXILIARY = re.compile(
    r"^(?:(?:so|and|but|well|now|uh|um|oh|okay|ok|then|or|hey|please|also),? )*"
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|"
    r"(?:is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)n't|won't|can't)\b"
)
_LAST_SENTENCE = re.compile(r"[^.!?\n]+\?[\"')\s]*$")
_OPINION = re.compile(
    r"^should\b"
    r"|^(?:do|would|don't|wouldn't) you (?:\w+ )?"
    r"(?:think|believe|agree|like|prefer|support|feel|say|consider)\b"
    r"|\bwhat(?:'s| is| are|'re) your (?:\w+ )?(?:opinions?|views?|thoughts?|take|stance|favou?rite)\b"
    r"|\bwh(?:at|o|ich) (?:\w+ ){0,3}do you (?:\w+ )?(?:think|believe|like|prefer)\b"
)
_REQUEST = re.compile(r"^(?:please )?(?:can|could|will|would) you (?:please )?(?!be\b|have\b|ever\b)\w+")


def asks_yes_or_no(prompt: str) -> bool:
    """Whether the prompt ends in a question that yes or no would answer; polite requests do not.

    A statement with a question mark ("You live here?") does, unless it holds a word such as "which".

    >>> asks_yes_or_no("Is Paris in France?"), asks_yes_or_no("Why is it there?")
    (True, False)
    >>> asks_yes_or_no("Could you explain tides?")
    False
    """
    last = _LAST_SENTENCE.search(prompt.strip()[-600:])
    if last is None:
        return False
    question = plain(last.group())
    if _REQUEST.search(question) or (_ASKS_TO_BE_TOLD.search(question) and _OPEN.search(question)):
        return False
    return bool(_AUXILIARY.search(question)) or not _OPEN.search(question)


def asks_opinion(prompt: str) -> bool:
    """Whether the prompt asks what the answerer thinks or what ought to be done.

    >>> asks_opinion("Should we paint it green?"), asks_opinion("Is it green?")
    (True, False)
    """
    return bool(_OPINION.search(plain(prompt[-600:])))
