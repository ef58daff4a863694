"""Rhyme: do the first two lines of a reply end alike?"""

from __future__ import annotations

from behaviordrift.traits import Measure, Reply, Score, Scores, Trait, Unjudged

MEASURES = (Measure("rhymes", "binary", "share", "The first two lines end in the same two letters."),)


def score(reply: Reply) -> Scores:
    """Compare the last two letters of two lines. Unit: share of replies. Kind: binary. Language: en."""
    lines = [line.strip(" ,.;!?").lower() for line in reply.text.splitlines() if line.strip()]
    if len(lines) < 2:
        return {"rhymes": Unjudged("fewer than two lines")}
    if not (lines[0] and lines[1]):
        raise ValueError("a line without letters")
    return {"rhymes": Score(float(lines[0][-2:] == lines[1][-2:]))}


TRAIT = Trait("rhyme", "Whether the reply rhymes.", MEASURES, ("en",), score)
