"""Which task does a checkpoint sound like, on prompts that any task could claim?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.findings.finding import Finding
from behaviordrift.findings.runs import TrainedRun
from behaviordrift.findings.wording import voice_sentence
from behaviordrift.statistics import RecoveredShares, recover_shares
from behaviordrift.traits.voice import Spoken, judge_voices

NEUTRAL = "neutral"
"""The set that is made for voice; a user's own set joins it by listing the trait."""

LEADS = 0.975
"""How often over the resamples a task must have the largest share to be called the main one."""

METHOD = "classifier of the pure tasks' replies, adjusted count; cluster bootstrap"
FROM_ROWS = "the classifier learnt the tasks from their held-out rows, which answer other prompts"
UNTRAINED = "the voice of a checkpoint that is not known to be trained on these tasks is told as the nearest of theirs"
CONFUSED = "the classifier cannot tell the tasks apart"
TOO_FEW = "too few replies of known voice to resample: almost every resample loses a task"


@dataclass(frozen=True)
class _Known:
    """Replies of known voice: the tasks, and what may be held against the result."""

    tasks: tuple[str, ...]
    replies: list[Spoken]
    pure: frozenset[str]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class _Heard:
    """One checkpoint's shares of voice, and what they rest on."""

    name: str
    probe_set: str
    clusters: int
    shares: RecoveredShares
    nominal: Mapping[str, float] | None


def voice_findings(
    outputs: pd.DataFrame,
    runs: Sequence[TrainedRun],
    mixtures: Mapping[str, Mixture | None],
    traits_of_set: Mapping[str, Sequence[str]],
) -> list[Finding]:
    """One finding for each checkpoint that was not itself the measure of a voice.

    The voices are learnt from the replies of checkpoints trained on one task alone, where every task has one; else
    from the tasks' held-out rows. Shares are corrected for the classifier's confusion. Empty where neither is there.

    Args:
        outputs: as `Store.outputs` returns them.
        runs: from `trained_runs`.
        mixtures: of all checkpoints, in the order of the study; None where the training is not known.
        traits_of_set: trait names that each probe set lists.
    """
    sets = {name for name in outputs["probe_set"].unique() if name == NEUTRAL or "voice" in traits_of_set.get(name, ())}
    # An empty reply sounds like no task; a classifier would still name one.
    asked = outputs[outputs["probe_set"].isin(sets) & (outputs["text"].fillna("").str.strip() != "")]
    clusters = {key: place for place, key in enumerate(dict.fromkeys(_clusters(asked)))}
    known = _from_pure_runs(asked, runs, clusters) or _from_rows(outputs, len(clusters))
    if known is None or not clusters:
        return []
    others = asked[~asked["name"].isin(known.pure)]
    spoken = [Spoken(text, clusters[key]) for text, key in zip(others["text"], _clusters(others), strict=True)]
    of_known, of_others = (_called(judged) for judged in judge_voices(known.replies, spoken, known.tasks))
    truth = np.array([known.tasks.index(str(reply.task)) for reply in known.replies])
    accuracy = float((of_known.argmax(axis=1) == truth).mean())
    places = np.array([reply.cluster for reply in spoken])
    found = []
    for name, mixture in mixtures.items():
        mine = (others["name"] == name).to_numpy()
        if mine.any():
            shares = recover_shares(of_known, truth, [r.cluster for r in known.replies], of_others[mine], places[mine])
            heard = _Heard(name, "+".join(sorted(sets)), len(np.unique(places[mine])), shares, mixture)
            found.append(_finding(heard, known, accuracy))
    return found


def _clusters(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["probe_set"], rows["cluster"], strict=True))


def _called(judged: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each reply counted for its likeliest task: less noisy than probabilities where the tasks are well apart."""
    called: npt.NDArray[np.float64] = np.eye(judged.shape[1])[judged.argmax(axis=1)]
    return called


def _from_pure_runs(
    asked: pd.DataFrame, runs: Sequence[TrainedRun], clusters: Mapping[tuple[str, str], int]
) -> _Known | None:
    tasks = tuple(sorted({task for run in runs for task, share in run.mixture.items() if share > 0}))
    copies: dict[str, list[str]] = {task: [] for task in tasks}
    for run in runs:
        held = [task for task, share in run.mixture.items() if share > 0]
        if len(held) == 1 and (asked["name"] == run.name).any():
            copies[held[0]].append(run.name)
    if len(tasks) < 2 or not all(copies.values()):
        return None
    replies = [
        Spoken(text, clusters[key], task, copy)
        for task, names in copies.items()
        for copy, name in enumerate(names)
        for rows in (asked[asked["name"] == name],)
        for text, key in zip(rows["text"], _clusters(rows), strict=True)
    ]
    pure = frozenset(name for names in copies.values() for name in names)
    return _Known(tasks, replies, pure, ())


def _from_rows(outputs: pd.DataFrame, first_cluster: int) -> _Known | None:
    held_out = outputs[outputs["task"].notna()].drop_duplicates(["task", "prompt_text"])
    texts = [
        (str(task), references[0])
        for task, reference in zip(held_out["task"], held_out["reference"], strict=True)
        if (references := json.loads(reference))
    ]
    tasks = tuple(sorted({task for task, _ in texts}))
    if len(tasks) < 2:
        return None
    replies = [Spoken(text, first_cluster + place, task) for place, (task, text) in enumerate(texts)]
    return _Known(tasks, replies, frozenset(), (FROM_ROWS,))


def _finding(heard: _Heard, known: _Known, accuracy: float) -> Finding:
    shares, nominal = heard.shares, heard.nominal
    main = int(np.argmax(shares.shares))
    leads = nominal is not None and shares.leads[main] >= LEADS
    verdict = "unidentified" if not shares.identified else "main task" if leads else "no main task"
    effects = tuple(
        {
            "task": task,
            "estimate": shares.shares[index],
            "ci": (shares.low[index], shares.high[index]),
            "counted": shares.counted[index],
            "leads": shares.leads[index],
            "nominal": nominal.get(task, 0.0) if nominal is not None else math.nan,
        }
        for index, task in enumerate(known.tasks)
    )
    return Finding(
        kind="voice",
        trait="voice",
        measure="voice",
        probe_set=heard.probe_set,
        candidate=heard.name,
        verdict=verdict,
        text=voice_sentence(heard.name, heard.probe_set, verdict, effects),
        estimand="share of replies that sound like each task",
        scale="share",
        unit_text="share",
        estimate=shares.shares[main],
        ci=(shares.low[main], shares.high[main]),
        p_adj_method="none",
        unit="cluster",
        n_units=heard.clusters,
        method=METHOD,
        components={"accuracy": accuracy},
        effects=effects,
        caveats=(
            *known.caveats,
            *([UNTRAINED] if nominal is None else []),
            *([] if shares.identified else [TOO_FEW if math.isnan(shares.leads[main]) else CONFUSED]),
        ),
    )
