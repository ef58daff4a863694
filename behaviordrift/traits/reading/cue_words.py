"""Counts cues that are runs of words: every word is looked up once, so that long lists cost no time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

from behaviordrift.traits.reading.cues import cue_file

Rest = tuple[re.Pattern[str], ...]


def count_cues(name: str, tokens: Sequence[str]) -> dict[str, int]:
    """How often the cues of each group of an English cue file stand in a text.

    Args:
        name: of the cue file; each of its cues is a run of regular expressions, parted by spaces, for one word each.
        tokens: the words of the text made `plain`.

    >>> count_cues("register", ("our", "new", "team", "is", "sorry"))["service_we"]
    1
    """
    started_by = _starts(name)
    counts = dict.fromkeys(cue_file(name)["groups"], 0)
    for place, token in enumerate(tokens, 1):
        alone, started = started_by(token)
        for group in alone:
            counts[group] += 1
        for group, rest in started:
            after = tokens[place : place + len(rest)]
            if len(after) == len(rest) and all(map(re.Pattern.fullmatch, rest, after)):
                counts[group] += 1
    return counts


@cache
def _starts(name: str) -> Callable[[str], tuple[tuple[str, ...], tuple[tuple[str, Rest], ...]]]:
    loaded = cue_file(name)
    parts = {part: f"(?:{'|'.join(options)})" for part, options in loaded.get("parts", {}).items()}
    cues = [(group, _filled(cue, parts)) for group, listed in loaded["groups"].items() for cue in listed]

    literal: dict[str, list[tuple[str, Rest]]] = {}
    for group, cue in cues:
        if cue[0].pattern.isalpha():
            literal.setdefault(cue[0].pattern, []).append((group, cue[1:]))
    open_ended = [(group, cue) for group, cue in cues if not cue[0].pattern.isalpha()]

    @lru_cache(maxsize=20_000)
    def starts(token: str) -> tuple[tuple[str, ...], tuple[tuple[str, Rest], ...]]:
        """The groups that this word is a cue of, and the cues that it begins."""
        begun = literal.get(token, []) + [(group, cue[1:]) for group, cue in open_ended if cue[0].fullmatch(token)]
        alone = dict.fromkeys(group for group, rest in begun if not rest)  # a word counts once for a group
        return tuple(alone), tuple((group, rest) for group, rest in begun if rest)

    return starts


def _filled(cue: str, parts: Mapping[str, str]) -> Rest:
    filled = re.sub(r"<(\w+)>", lambda part: parts[part.group(1)], cue)
    return tuple(re.compile(word) for word in filled.split(" "))
