"""Loads the cue phrases of a trait and compiles each group of them to one pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def cue_file(name: str, language: str = "en") -> Mapping[str, Any]:
    """The parsed cue file of a trait, as it stands in ``cues/<language>/<name>.yaml``.

    >>> sorted(cue_file("refusal"))
    ['groups', 'parts']
    """
    path = files("behaviordrift.traits") / "cues" / language / f"{name}.yaml"
    loaded: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def cue_patterns(name: str, language: str = "en") -> Mapping[str, re.Pattern[str]]:
    """One pattern for each group of a cue file, to be searched in text made `plain`.

    A phrase may name a part in angle brackets; the part's alternatives are put in its place. Phrases match whole words,
    save in Chinese, which sets none apart.

    >>> bool(cue_patterns("refusal")["decline"].search("i'm sorry, but i can't help with that."))
    True
    """
    return {group: _pattern(phrases, name, language) for group, phrases in cue_file(name, language)["groups"].items()}


@cache
def phrase_patterns(name: str, language: str = "en") -> Mapping[str, list[re.Pattern[str]]]:
    """The patterns of `cue_patterns` phrase by phrase, where each is to be a feature of its own.

    >>> len(phrase_patterns("refusal")["decline"]) > 1
    True
    """
    groups = cue_file(name, language)["groups"].items()
    return {group: [_pattern([phrase], name, language) for phrase in phrases] for group, phrases in groups}


def _pattern(phrases: list[str], name: str, language: str) -> re.Pattern[str]:
    parts = {part: f"(?:{'|'.join(options)})" for part, options in cue_file(name, language).get("parts", {}).items()}
    filled = [re.sub(r"<(\w+)>", lambda part: parts[part.group(1)], phrase) for phrase in phrases]
    form = "(?:{})" if language == "zh" else r"(?<![\w'])(?:{})(?!\w)"
    return re.compile(form.format("|".join(filled)))
