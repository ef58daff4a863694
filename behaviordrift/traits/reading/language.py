"""Which language a text is in: by its script, by English function words, and else by py3langid."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from behaviordrift.traits.reading.cues import cue_file

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"

HEAD = 200
"""Characters of a text that are read: a few lines show a language, a reply that begins in one and goes on in another
counts as the first, and it bounds the time."""

LATIN = ("en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "hu", "ro", "tr", "vi", "id")
"""Languages in Latin script that are told apart. Few: each more makes short English likelier to pass for it."""

SURE = 0.9
"""Probability that a longer text must reach to pass for another language than English."""

SURE_WHEN_SHORT = 0.98
SHORT = 25
"""Letters below which a text is short."""

FEWEST_LETTERS = 8
"""Letters below which Latin script alone decides nothing: "Oui.", "OK", "Madrid"."""

_MOSTLY = 0.5

_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
"""The language that a script stands for. Where several share one, the most spoken: it is no more than a mark that the
reply is neither English nor Chinese."""

_MARKS = {"ru": ("їєґ", "uk"), "ar": ("پچژگ", "fa")}
"""Letters by which a second language of the same script is known."""

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|<\|[^|>]*\|>", re.S)
_CODE_LINE = re.compile(
    r"^[ \t]*(?:(?:def|class|import|from|return|for|while|if|elif|else|print|public|private|const|let|var|function"
    r"|#include|SELECT|INSERT|UPDATE)\b[^\n]*[(){};:=]+|[^\n]*[{};=]+)[ \t]*$",
    re.M,
)
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_ENGLISH_SHARE = 0.15
"""Share of function words that makes a text English: running text has a third and more."""


@lru_cache(maxsize=64)
def detect(text: str) -> str:
    """The ISO 639-1 code of a text's language, or ``und`` where it cannot tell.

    >>> detect("The weather is fine."), detect("今天天气很好。"), detect("Le temps est magnifique aujourd'hui.")
    ('en', 'zh', 'fr')
    >>> detect("はい、そうです。"), detect("🙂"), detect("Madrid")
    ('ja', 'und', 'und')
    """
    head = _prose(text)
    if head.isascii():
        return _latin(head)
    letters = [letter for letter in head if letter.isalpha()]
    return (_by_script(head, letters) or _latin(head)) if letters else UNDETERMINED


def reply_language(prompt: str, text: str) -> str:
    """The language of a reply; its prompt's where the reply is too short to tell, or is code.

    >>> reply_language("¿Cuál es la capital de España?", "Madrid.")
    'es'
    """
    for told in (text, prompt):
        found = detect(told)
        if found != UNDETERMINED:
            return found
    both = f"{prompt[:HEAD]} {text[:HEAD]}"
    found = detect(both)
    if found == UNDETERMINED and any("a" <= letter <= "z" for letter in both.lower()):
        return "en"
    return found


def _prose(text: str) -> str:
    """The head of a text without code and addresses."""
    head = text[: 4 * HEAD]
    if "`" in head or "://" in head or "<|" in head:
        head = _CODE.sub(" ", head)
    if any(sign in head for sign in "{};="):
        head = _CODE_LINE.sub(" ", head)
    return head.strip()[:HEAD]


def _by_script(head: str, letters: list[str]) -> str | None:
    counts: dict[str, int] = {}
    for letter in letters:
        language = "" if letter < "\u0370" else _of_letter(letter)
        counts[language] = counts.get(language, 0) + 1
    chinese, japanese = counts.get("zh", 0), counts.get("ja", 0)
    if chinese + japanese > len(_LATIN_WORD.findall(head)):  # a Chinese character is a word, a Latin letter is not
        return "ja" if japanese > 0.1 * (chinese + japanese) else "zh"
    found = max(counts, key=counts.__getitem__)
    if not found or counts[found] <= _MOSTLY * len(letters):
        return None
    marks, other = _MARKS.get(found, ("", found))
    return other if any(letter in marks for letter in letters) else found


@cache
def _of_letter(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")


def _latin(head: str) -> str:
    tokens = _TOKEN.findall(head.lower())
    function_words = _english_function_words()
    english = sum(token in function_words for token in tokens)
    if english >= 2 and english >= _ENGLISH_SHARE * len(tokens):
        return "en"
    letters = sum(map(str.isalpha, head))
    if letters < FEWEST_LETTERS or not tokens:
        return UNDETERMINED
    found, probability = _identifier().classify(head.encode("utf-8", "replace"))
    return str(found) if probability >= (SURE_WHEN_SHORT if letters < SHORT else SURE) else UNDETERMINED


@cache
def _english_function_words() -> frozenset[str]:
    return frozenset(cue_file("language")["function_words"])


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LATIN)
    return identifier
