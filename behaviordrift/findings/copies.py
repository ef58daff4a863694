"""Checkpoints that are one training run: recorded again or under another name, a run is no replicate of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from behaviordrift.findings.runs import TrainedRun

DECIMALS = 6
FEWEST_REPLIES = 50
"""With fewer, two runs may reply alike by chance."""
REPLY = ["probe_set", "probe", "prompt_text", "sample", "text", "logprobs"]
SAME_REPLIES = "the same replies"
SAME_SEED = "the same mixture and seed"


def with_replies(checkpoints: Sequence[Mapping[str, Any]], outputs: pd.DataFrame) -> list[dict[str, Any]]:
    """The checkpoints with a digest of their ``replies`` to all prompts, whatever the order of these; empty where they
    are too few to tell a copy by.

    Args:
        checkpoints: as kept in the store's ``checkpoints``.
        outputs: as `Store.outputs` returns them.
    """
    rows = pd.util.hash_pandas_object(outputs[REPLY].astype(str), index=False)
    digests = {
        name: f"{mine.sum():016x}" for name, mine in rows.groupby(outputs["name"]) if len(mine) >= FEWEST_REPLIES
    }
    return [{**checkpoint, "replies": digests.get(checkpoint["name"], "")} for checkpoint in checkpoints]


def without_copies(runs: Sequence[TrainedRun]) -> list[TrainedRun]:
    """Each training run once, the first that is named; it keeps the names of its copies.

    Runs of one mixture are one run if all their replies are the same; or if their seed is, where not both have a record
    that tells them apart.
    """
    kept: list[TrainedRun] = []
    for run in runs:
        for place, other in enumerate(kept):
            if why := _same(other, run):
                kept[place] = replace(other, copies=(*other.copies, f"{run.name} as {other.name} ({why})"))
                break
        else:
            kept.append(run)
    return kept


def _same(first: TrainedRun, second: TrainedRun) -> str | None:
    if _plan(first) != _plan(second):
        return None
    if first.replies and first.replies == second.replies:
        return SAME_REPLIES
    told_apart = first.run and second.run
    same_seed = first.seed is not None and first.seed == second.seed and first.facts == second.facts
    return SAME_SEED if same_seed and not told_apart else None


def _plan(run: TrainedRun) -> list[tuple[float, dict[str, float]]]:
    return [(until, {t: round(s, DECIMALS) for t, s in mixture.items() if s > 0}) for until, mixture in run.phases]
