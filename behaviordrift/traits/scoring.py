"""From outputs to scores: read every trait off every output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from behaviordrift.traits.reading.text import split_reasoning
from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.trait import Reply, Score, Trait, Unjudged

ScoreRow = tuple[int, str, float | None, str | None, float, str | None]
"""(position, measure, value, label, weight, reason): a number, or a label, or why there is neither."""


def score_outputs(outputs: pd.DataFrame) -> Iterator[ScoreRow]:
    """Score the rows of `Store.outputs`, in order."""
    traits = list(all_traits().values())
    for output in outputs.itertuples(index=False):
        for measure, score in score_reply(_reply(output), traits):
            yield _row(int(output.position), measure, score)  # type: ignore[arg-type]


def score_reply(reply: Reply, traits: Iterable[Trait]) -> Iterator[tuple[str, Score | Unjudged]]:
    """What the traits read off one reply, measure by measure.

    >>> from behaviordrift.traits.length import TRAIT
    >>> dict(score_reply(Reply("Hi", "Hello there."), [TRAIT]))["words"].value
    2.0
    """
    for trait in traits:
        yield from trait.score(reply).items()


def _reply(output: Any) -> Reply:
    reasoning, text = split_reasoning(output.text or "")
    return Reply(
        prompt=output.prompt_text,
        text=text,
        reasoning=reasoning,
        language=output.language,
        finish_reason=output.finish_reason,
        references=tuple(json.loads(output.reference)),
        task=output.task,
        logprobs=output.logprobs,
    )


def _row(position: int, measure: str, score: Score | Unjudged) -> ScoreRow:
    if isinstance(score, Unjudged):
        return position, measure, None, None, 1.0, score.reason
    if isinstance(score.value, str):
        return position, measure, None, score.value, score.weight, None
    return position, measure, float(score.value), None, score.weight, None
