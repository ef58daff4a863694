"""Readability: how hard a reply is to read, by the length of its sentences and words."""

from __future__ import annotations

from behaviordrift.traits.reading.chinese import chinese_words
from behaviordrift.traits.reading.judging import all_unjudged, unjudgeable
from behaviordrift.traits.reading.text import sentences, words
from behaviordrift.traits.trait import Measure, Reply, Score, Scores, Trait, Unjudged

HEAD = 12_000
"""Characters of a reply that are read: about 2,000 words settle a mean, and it bounds the time."""

FEWEST_WORDS = 10
"""Under these, one word more or less moves a grade by several years."""

LONG = 7
"""Letters from which LIX and RIX call a word long."""

ENGLISH = (
    Measure("ari", "scale", "US school grade", "Automated Readability Index.", ("open",)),
    Measure("coleman_liau", "scale", "US school grade", "Coleman-Liau index.", ("open",)),
    Measure("lix", "scale", "points", "LIX: words per sentence plus the percentage of long words.", ("open",)),
    Measure("rix", "scale", "long words per sentence", "RIX: long words per sentence.", ("open",)),
)
CHINESE = (
    Measure("characters_per_sentence", "scale", "characters", "Mean length of a Chinese sentence.", ("open",)),
    Measure("characters_per_word", "scale", "characters", "Mean length of a Chinese word.", ("open",)),
)
MEASURES = ENGLISH + CHINESE


def grades(text: str) -> dict[str, float]:
    """The grade levels of an English text that count no syllables.

    With c characters (marks included), l letters and digits, w words, s sentences and n words of `LONG` letters or
    more: ARI = 4.71 c/w + 0.5 w/s - 21.43 (Senter & Smith 1967); Coleman-Liau = 5.8 l/w - 29.6 s/w - 15.8 (1975);
    LIX = w/s + 100 n/w (Bjornsson 1968); RIX = n/s (Anderson 1983).

    >>> text = "The library holds several thousand manuscripts. Visitors may read them every weekday."
    >>> {name: round(grade, 1) for name, grade in grades(text).items()}
    {'ari': 10.6, 'coleman_liau': 14.1, 'lix': 56.0, 'rix': 3.0}
    """
    tokens = words(text, "en")  # as other traits ask for them, so that they are made once
    count, told = len(tokens), len(sentences(text, "en")) or 1
    letters = [len(token) if token.isalnum() else sum(map(str.isalnum, token)) for token in tokens]
    long_words = sum(length >= LONG for length in letters)
    characters = sum(map(len, text.split()))
    return {
        "ari": 4.71 * characters / count + 0.5 * count / told - 21.43,
        "coleman_liau": 5.8 * sum(letters) / count - 29.6 * told / count - 15.8,
        "lix": count / told + 100 * long_words / count,
        "rix": long_words / told,
    }


def lengths(text: str) -> dict[str, float]:
    """The mean lengths of the sentences and words of a Chinese text, in characters.

    >>> lengths("我喜欢北京大学。你呢？")
    {'characters_per_sentence': 4.5, 'characters_per_word': 1.8}
    """
    told, parted = sentences(text, "zh"), chinese_words(text)
    return {
        "characters_per_sentence": len(words(text, "zh")) / (len(told) or 1),
        "characters_per_word": sum(map(len, parted)) / (len(parted) or 1),
    }


def score(reply: Reply) -> Scores:
    """Grade how hard a reply is to read.

    Units: US school grades (`ari`, `coleman_liau`), points (`lix`), long words per sentence (`rix`), characters (the
    two of Chinese). Kind: scale; a grade below 0 only says "easier than any class". Probes: any; made for open ones.
    Languages: en and zh, each with its own measures; the other language's are unjudged. Blind spots: lengths of
    sentences and words say nothing of sense or order; items of lists count as sentences; code and tables are read as
    prose; replies under 10 words have no grade; only the first 12,000 characters are read.

    The formulas are textstat's, on our own counts of words and sentences: textstat's syllable counts ask NLTK for a
    download, importing it takes about a second against 0.03 ms a reply, and it runs list items without full stops
    into one sentence. On prose the two agree, which a test holds. No human labels are needed: these are counts.

    >>> score(Reply("Hi", "Too short."))["ari"]
    Unjudged(reason='too short for a grade')
    """
    reason = unjudgeable(reply, TRAIT.languages)
    if reason is None and len(words(reply.text, reply.language)) < FEWEST_WORDS:
        reason = Unjudged("too short for a grade")
    if reason is not None:
        return all_unjudged(MEASURES, reason)
    text = reply.text[:HEAD]
    if not words(text, reply.language):
        return all_unjudged(MEASURES, Unjudged(f"no words in the first {HEAD} characters"))
    chinese = reply.language == "zh"
    found = lengths(text) if chinese else grades(text)
    other = all_unjudged(ENGLISH if chinese else CHINESE, Unjudged("a measure of the other language"))
    return {**other, **{name: Score(value) for name, value in found.items()}}


TRAIT = Trait(
    name="readability",
    about="How hard the reply is to read, by the length of its sentences and words.",
    measures=MEASURES,
    languages=("en", "zh"),
    score=score,
    validated=("en", "zh"),
)
