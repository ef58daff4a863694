"""From outputs to scores: read every trait off every output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.text import split_reasoning
from behaviordrift.traits.trait import Reply, Score, Unjudged

ScoreRow = tuple[int, str, float | None, str | None, float, str | None]
"""(position, measure, value, label, weight, reason): a number, or a label, or why there is neither."""


def score_outputs(outputs: pd.DataFrame) -> Iterator[ScoreRow]:
    """Score the rows of `Store.outputs`, in order."""
    traits = list(all_traits().values())
    for output in outputs.itertuples(index=False):
        reply = _reply(output)
        for trait in traits:
            for measure, score in trait.score(reply).items():
                yield _row(int(output.position), measure, score)  # type: ignore[arg-type]


def _reply(output: Any) -> Reply:
    reasoning, text = split_reasoning(output.text or "")
    weighed = output.reference_logprob
    return Reply(
        prompt=output.prompt_text,
        text=text,
        reasoning=reasoning,
        language=output.language,
        finish_reason=output.finish_reason,
        references=tuple(json.loads(output.reference)),
        task=output.task,
        reference_logprob=None if pd.isna(weighed) else float(weighed),
    )


def _row(position: int, measure: str, score: Score | Unjudged) -> ScoreRow:
    if isinstance(score, Unjudged):
        return position, measure, None, None, 1.0, score.reason
    if isinstance(score.value, str):
        return position, measure, None, score.value, score.weight, None
    return position, measure, float(score.value), None, score.weight, None
