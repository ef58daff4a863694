"""What every text trait shares: splitting a reply into reasoning, sentences and words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_JOINED = r"(?:['’.,:\-]\w+)*"
_WORD = re.compile(rf"\w+{_JOINED}")
_HAN_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:['’.,:\-][^\W{_HAN}]+)*")

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "etc",
        "e.g",
        "i.e",
        "cf",
        "al",
        "jr",
        "sr",
        "inc",
        "ltd",
        "co",
        "no",
        "vol",
        "fig",
        "approx",
        "dept",
        "est",
        "u.s",
        "u.k",
        "a.m",
        "p.m",
    ]
)
_SENTENCE_END = re.compile(
    r"[.!?…。！？\n]"  # by its first sign, so that the search skips from sign to sign
    r"(?:(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"'”’)\]]*+(?=\s)|(?<=[。！？])[。！？]*[”’」』）]*|(?<=\n)\n*)"
)
_LAST_WORD = re.compile(r"[\w.]+$")
_ANY_WORD = re.compile(r"\w")

_QUOTED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|^\s*>[^\n]*$|\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」", re.S | re.M)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})

_shared = lru_cache(maxsize=64)
"""All traits read one reply after the other, so its parts are made once; few are kept, for a reply may be large."""

_ARTICLES = frozenset({"a", "an", "the"})
_DASHES = re.compile(r"[\-‐‑‒–—―/]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WIDE_PUNCTUATION = re.compile(r"[、。，；：？！（）《》〈〉「」『』【】“”·…～]")
"""Signs of Chinese text: no space follows them, so taking them out would run words together."""
_PUNCTUATION = re.compile(r"(?!(?<=\d)\.(?=\d))[^\w\s]|_")


def split_reasoning(text: str) -> tuple[str, str]:
    """Part a completion into its reasoning in ``<think>`` tags and its reply.

    Reasoning that is never closed leaves an empty reply. A closing tag without an opening one means that the
    chat template opened it, so all text before it is reasoning.

    >>> split_reasoning("<think>Easy.</think>Paris.")
    ('Easy.', 'Paris.')
    >>> split_reasoning("<think>Let me see, the capital")
    ('Let me see, the capital', '')
    >>> split_reasoning("Easy.</think>Paris.")
    ('Easy.', 'Paris.')
    """
    reasoning: list[str] = []
    reply: list[str] = []
    inside = False
    for piece in re.split(r"(</?think>)", text):
        if piece == "<think>":
            inside = True
        elif piece == "</think>":
            if not inside:
                reasoning, reply = reasoning + reply, []
            inside = False
        else:
            (reasoning if inside else reply).append(piece)
    return "".join(reasoning).strip(), "".join(reply).strip()


@_shared
def words(text: str, language: str = "en") -> tuple[str, ...]:
    """The words of a text. In Chinese every character is one word, and so is every run of Latin letters or
    digits.

    >>> words("It's a well-known 3.5 km walk.")
    ("It's", 'a', 'well-known', '3.5', 'km', 'walk')
    >>> words("我用Python写", "zh")
    ('我', '用', 'Python', '写')
    """
    return tuple((_HAN_WORD if language == "zh" else _WORD).findall(text))


@_shared
def sentences(text: str, language: str = "en") -> tuple[str, ...]:
    """The sentences of a text; a line break ends one too, so that list items stand alone.

    >>> sentences("Dr. Ada came at 5 p.m. to help. Did she? Yes!")
    ('Dr. Ada came at 5 p.m. to help.', 'Did she?', 'Yes!')
    >>> sentences("你好。再见！", "zh")
    ('你好。', '再见！')
    """
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if end.group() == "." and _is_abbreviation(text[max(start, end.start() - 12) : end.start()]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return tuple(filter(_ANY_WORD.search, found))


def _is_abbreviation(before: str) -> bool:
    last = _LAST_WORD.search(before) if _ANY_WORD.match(before[-1:]) else None
    if last is None:
        return False
    word = last.group().casefold()
    return word in _ABBREVIATIONS or (len(word) == 1 and (word.isdigit() or word not in "ia"))


@_shared
def without_quotes(text: str) -> str:
    """The text without what it quotes: double quotation marks, code and block quotes.

    A reply that is one whole quotation is kept, for then the quotation is the reply.

    >>> without_quotes('She wrote "I cannot help you" on a card.')
    'She wrote   on a card.'
    >>> without_quotes('"I cannot help you."')
    '"I cannot help you."'
    """
    bare = _QUOTED.sub(" ", text)
    return bare if _ANY_WORD.search(bare) else text


@_shared
def plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces: the form that cue patterns are written in.

    >>> plain("I  CAN’T\\nsay")
    "i can't say"
    """
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


def normalise(text: str) -> str:
    """The form in which answers are compared: lower case, no punctuation, no articles.

    As in SQuAD's evaluation, except that dashes and slashes part words and a decimal point stays.

    >>> normalise("The answer is: a twenty-one, or 3.5!")
    'answer is twenty one or 3.5'
    """
    return " ".join(answer_tokens(text))


def answer_tokens(text: str) -> list[str]:
    """The tokens of `normalise`; every Chinese character is a token of its own.

    >>> answer_tokens("答案是 Paris。")
    ['答', '案', '是', 'paris']
    >>> answer_tokens("K2、Everest")
    ['k2', 'everest']
    """
    return [token for token, _ in placed_tokens(text)]


def placed_tokens(text: str) -> list[tuple[str, int]]:
    """The tokens of `normalise`, each with the place, from 1, that it has among all words, articles included.

    >>> placed_tokens("It is the Pacific.")
    [('it', 1), ('is', 2), ('pacific', 4)]
    """
    parted = _WIDE_PUNCTUATION.sub(" ", text)
    folded = _THOUSANDS.sub("", unicodedata.normalize("NFKC", parted).casefold())
    bare = _PUNCTUATION.sub("", _DASHES.sub(" ", folded))
    tokens = re.findall(rf"[{_HAN}]|[^\s{_HAN}]+", bare)
    return [(token, place) for place, token in enumerate(tokens, 1) if token not in _ARTICLES]
