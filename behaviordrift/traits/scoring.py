"""From outputs to scores: read every trait off every output."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pandas as pd

from behaviordrift.traits.reading.judging import all_unjudged
from behaviordrift.traits.reading.text import split_reasoning
from behaviordrift.traits.registry import all_traits
from behaviordrift.traits.trait import ProbeTrait, Reply, Score, Scores, Trait, Unjudged

ScoreRow = tuple[int, str, float | None, str | None, float, str | None]
"""(position, measure, value, label, weight, reason): a number, or a label, or why there is neither."""


def score_outputs(outputs: pd.DataFrame, names: Collection[str] | None = None) -> Iterator[ScoreRow]:
    """Score the rows of `Store.outputs`, in order; what all replies to a probe show stands with the first of them.

    Args:
        outputs: the rows.
        names: only these traits; all if None.
    """
    traits = [trait for trait in all_traits().values() if names is None or trait.name in names]
    of_replies = [trait for trait in traits if isinstance(trait, Trait)]
    of_probes = [trait for trait in traits if isinstance(trait, ProbeTrait)]
    probes: dict[tuple[str, str, str], tuple[int, list[Reply]]] = {}
    for output in outputs.itertuples(index=False):
        reply, position = _reply(output), int(output.position)  # type: ignore[arg-type]
        for measure, score in score_reply(reply, of_replies):
            yield _row(position, measure, score)
        key = (str(output.name), str(output.probe_set), str(output.cluster))
        probes.setdefault(key, (position, []))[1].append(reply)
    for position, replies in probes.values():
        for trait in of_probes:
            for measure, score in _judged(trait, replies).items():
                yield _row(position, measure, score)


def score_frame(outputs: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The scores of some traits, in the form that `Store.scores` gives those that are kept."""
    columns = ["position", "measure", "value", "label", "weight", "reason"]
    scores = pd.DataFrame(list(score_outputs(outputs, names)), columns=columns).astype({"value": float})
    places = ["position", "name", "probe_set", "task", "probe", "cluster", "sample", "prompt_text", "language"]
    return scores.merge(outputs[places], on="position")


def score_reply(reply: Reply, traits: Iterable[Trait]) -> Iterator[tuple[str, Score | Unjudged]]:
    """What the traits read off one reply, measure by measure; a trait that fails gives the reason for each of its own.

    >>> from behaviordrift.traits.length import TRAIT
    >>> dict(score_reply(Reply("Hi", "Hello there."), [TRAIT]))["words"].value
    2.0
    """
    for trait in traits:
        yield from _judged(trait, reply).items()


def _judged(trait: Trait | ProbeTrait, shown: Any) -> Scores:
    """The scores of what a trait is shown: a reply, or all replies to a probe."""
    try:
        return dict(trait.score(shown))
    except Exception as error:  # a plugin's fault costs its own measures, never the row
        reason = f"{trait.name} failed: {type(error).__name__}: {error}"
        _warn_once(trait.name, reason)
        return all_unjudged(trait.measures, Unjudged(reason))


_told: set[str] = set()
"""Traits whose failure was told of."""


def _warn_once(trait: str, reason: str) -> None:
    if trait not in _told:
        _told.add(trait)
        logging.getLogger(__name__).warning(
            "warning: %s; what it cannot judge has no value, here and further on", reason
        )


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
