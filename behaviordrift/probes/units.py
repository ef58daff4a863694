"""What texts are counted and compared in: words, or characters where a language writes no spaces."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CHARACTER = re.compile(r"[^\W_]")


def by_character(language: str) -> bool:
    """Whether texts of the language are counted in characters."""
    return language == "zh"


def length(text: str, language: str) -> int:
    """How long a text is: words between spaces, or characters with their punctuation.

    >>> length("Nobody knows that, yet.", "en"), length("现在没人知道。", "zh")
    (4, 7)
    """
    parts = text.split()
    return len("".join(parts)) if by_character(language) else len(parts)


def units(text: str, language: str) -> list[str]:
    """The words or characters of a text as they are compared: without case, punctuation and typographic variants.

    >>> units("It’s “Fine”, Mr. Li!", "en"), units("好的，ＯＫ。", "zh")
    (["it's", 'fine', 'mr', 'li'], ['好', '的', 'o', 'k'])
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return (_CHARACTER if by_character(language) else _WORD).findall(plain)
