"""The two replies of a contrast must be of one length, or their likelihoods compare length."""

from __future__ import annotations

from collections.abc import Iterator

from behaviordrift.probes.problem import Problem
from behaviordrift.probes.source import Source
from behaviordrift.probes.units import by_character, length

APART = 0.15
"""Share of the longer reply by which the two may differ."""

WORDS_APART = 2
"""What short replies may differ by all the same."""

CHARACTERS_APART = 3
"""The same in Chinese."""


def unmatched_contrasts(source: Source) -> Iterator[Problem]:
    """Contrasts whose two replies differ too much in length."""
    if source.probe_set is None:
        return
    language = source.probe_set.language
    least, unit = (CHARACTERS_APART, "characters") if by_character(language) else (WORDS_APART, "words")
    for place, probe in source.probes():
        if probe.contrast is None:
            continue
        (one, shorter), (other, longer) = sorted(
            ((pole, length(text, language)) for pole, text in probe.contrast.items()), key=lambda pair: pair[1]
        )
        if longer - shorter > max(least, APART * longer):
            told = f"the replies of {probe.id} differ in length: `{one}` {shorter}, `{other}` {longer} {unit}."
            fix = f"Let them differ by {least} {unit} or {APART:.0%} at most."
            yield source.problem(("probes", place, "contrast"), "contrast length", told, fix)
