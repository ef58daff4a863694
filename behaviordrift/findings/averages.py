"""What averages hide: is a mixture like any of the tasks that it mixes, which does it serve worst, is it stable?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from behaviordrift.findings.finding import Finding
from behaviordrift.findings.headline import Behaviour, headline_pairs
from behaviordrift.findings.pairs import Pair
from behaviordrift.findings.pure_tasks import Blended, PureTasks
from behaviordrift.findings.run_means import complete_means, drift_scale
from behaviordrift.findings.wording_blends import averages_sentence, stability_sentence, worst_sentence
from behaviordrift.statistics import Distances, Effect, Interval, contrast, distances_from_pure, group_means, holm
from behaviordrift.statistics import worst_task as lowest_score

KIND = "averages"
ALPHA = 0.05

APART = math.sqrt(2)
"""Distance of two runs of one mixture from each other: root mean square over measures, in SD between runs."""

OWN = "the distance is this project's own: root mean square over measures, in standard deviations between runs"
NO_SCORES = "which task it does worst is not told: held-out scores that vary between runs are needed for each"
NO_STABILITY = "its stability is not told: each probe has one sample and one phrasing"

Vector = npt.NDArray[np.float64]
Groups = Sequence[Vector]
NOTHING = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class _Served:
    """How a mixture does at the tasks that it mixes.

    Attributes:
        levels: its held-out score at each task that has one.
        losses: the score, less that of the runs trained on the task alone.
        p_adj: Holm's adjusted p of each loss, over all mixtures and tasks.
        worst: the task with the lowest score, and the score; None where it cannot be told.
    """

    levels: dict[str, float]
    losses: dict[str, Effect]
    p_adj: dict[str, float]
    worst: tuple[str, Interval] | None

    @property
    def lost(self) -> tuple[str, Effect] | None:
        """The largest loss that is shown."""
        shown = [(task, loss) for task, loss in self.losses.items() if loss.estimate < 0 and self.p_adj[task] < ALPHA]
        return min(shown, key=lambda item: item[1].estimate, default=None)


def averages_findings(
    scores: pd.DataFrame, pairs: Sequence[Pair], behaviour: Behaviour | None, laid: PureTasks
) -> list[Finding]:
    """One finding for each mixture of several tasks.

    Args:
        scores: as `Store.scores` returns them.
        pairs: from `primary_pairs`.
        behaviour: of the runs in `laid.groups`; None where nothing may be said.
        laid: from `lay_out_pure_tasks`.
    """
    if behaviour is None:
        return []
    held_out = {
        pair.task: groups
        for pair in pairs
        if pair.measure.name == "task_score" and pair.task in laid.tasks
        if (groups := _levels(scores, pair, laid)) is not None
    }
    steady = [pair for pair in headline_pairs(pairs) if pair.trait == "stability"]
    steady_groups = _levels(scores, steady[0], laid) if steady else None
    served = _serve(held_out, laid)
    found = []
    for place, (mixture, pure, runs, others) in enumerate(behaviour.beside(laid)):
        stable = _stability(steady_groups, place, laid)
        name = f"{steady[0].measure.name} on {steady[0].where}" if steady else ""
        distances = distances_from_pure(pure, runs, others)
        found.append(_finding(mixture, distances, served[place], steady=(name, stable), behaviour=behaviour, laid=laid))
    return found


def _levels(scores: pd.DataFrame, pair: Pair, laid: PureTasks) -> list[Vector] | None:
    """Each run's level by group; None unless every run has one."""
    names = [name for group in laid.groups for name in group]
    known = complete_means(scores, pair, names, drift_scale)
    return None if known is None else np.split(known[0], np.cumsum([len(group) for group in laid.groups])[:-1])


def _serve(held_out: Mapping[str, Groups], laid: PureTasks) -> list[_Served]:
    """How each mixture does at its tasks; losses are tested together."""
    losses = [
        {
            task: contrast(group_means(groups), _against(laid, place, [laid.tasks.index(task)]))
            for task, groups in held_out.items()
            if task in mixture.tasks
        }
        for place, mixture in enumerate(laid.mixtures)
    ]
    adjusted = iter(holm([loss.p for one in losses for loss in one.values()]))
    return [
        _Served(
            levels={task: float(held_out[task][len(laid.tasks) + place].mean()) for task in one},
            losses=one,
            p_adj={task: next(adjusted) for task in one},
            worst=_worst(held_out, place, laid),
        )
        for place, one in enumerate(losses)
    ]


def _worst(held_out: Mapping[str, Groups], place: int, laid: PureTasks) -> tuple[str, Interval] | None:
    tasks = laid.mixtures[place].tasks
    if any(task not in held_out for task in tasks):
        return None
    groups = [np.column_stack(columns) for columns in zip(*(held_out[task] for task in tasks), strict=True)]
    mine = groups.pop(len(laid.tasks) + place)
    try:
        return tasks[int(mine.mean(axis=0).argmin())], lowest_score(mine, groups)
    except ValueError:  # a score that does not vary between runs
        return None


def _stability(groups: Groups | None, place: int, laid: PureTasks) -> tuple[Effect, Effect] | None:
    """A mixture's agreement with itself, and that less the mean of the pure tasks'."""
    if groups is None:
        return None
    means = group_means(groups)
    tasks = range(len(laid.tasks))
    return contrast(means, _against(laid, place, [])), contrast(means, _against(laid, place, tasks))


def _against(laid: PureTasks, place: int, tasks: Sequence[int]) -> Vector:
    """Weights of a mixture, less the mean of some pure tasks."""
    weights = np.zeros(len(laid.groups))
    weights[len(laid.tasks) + place] = 1
    weights[list(tasks)] = -1 / len(tasks) if tasks else 0
    return weights


def _finding(
    mixture: Blended,
    distances: Distances,
    served: _Served,
    *,
    steady: tuple[str, tuple[Effect, Effect] | None],
    behaviour: Behaviour,
    laid: PureTasks,
) -> Finding:
    nearest = distances.nearest
    name, stable = steady
    near = laid.tasks[int(np.argmin([task.value for task in distances.tasks]))]
    verdict = _verdict(nearest)
    worst = served.worst
    return Finding(
        kind=KIND,
        trait=KIND,
        measure="distance",
        unvalidated=any(pair.unvalidated is not None for pair in behaviour.pairs),
        probe_set=behaviour.probe_sets,
        verdict=verdict,
        text=averages_sentence(
            mixture,
            verdict,
            (near, nearest),
            worst_sentence(*worst, served.lost) if worst else None,
            stability_sentence(name, *stable) if stable else None,
        ),
        estimand="distance from the nearest pure task",
        scale="standard deviations between runs",
        unit_text="sd",
        estimate=nearest.value,
        ci=(nearest.low, nearest.high),
        p_adj_method="none",
        unit="run",
        n_units=sum(map(len, laid.groups)),
        rung=laid.rung,
        method=f"root mean square distance with Bonferroni bounds; over {behaviour.told}",
        components={
            **_parts("worst", worst[1] if worst else None),
            **_parts("agreement", _interval(stable[0]) if stable else None),
            **_parts("agreement_change", _interval(stable[1]) if stable else None),
            "clusters": float(behaviour.clusters),
        },
        effects=tuple(
            _effect(task, distance, mixture, served) for task, distance in zip(laid.tasks, distances.tasks, strict=True)
        ),
        caveats=(OWN, *behaviour.caveats, *([] if worst else [NO_SCORES]), *([] if stable else [NO_STABILITY])),
    )


def _verdict(nearest: Interval) -> str:
    if nearest.low > APART:
        return "like no pure task"
    return "like a pure task" if nearest.high < APART else "not shown"


def _effect(task: str, distance: Interval, mixture: Blended, served: _Served) -> dict[str, Any]:
    loss = _interval(served.losses[task]) if task in served.losses else NOTHING
    return {
        "task": task,
        "nominal": mixture.shares[task],
        "estimate": distance.value,
        "ci": (distance.low, distance.high),
        "score": served.levels.get(task, math.nan),
        "loss": loss.value,
        "loss_ci": (loss.low, loss.high),
        "loss_p_adj": served.p_adj.get(task, math.nan),
    }


def _interval(effect: Effect) -> Interval:
    return Interval(effect.estimate, effect.low, effect.high)


def _parts(name: str, interval: Interval | None) -> dict[str, float]:
    ends = interval or NOTHING
    return {name: ends.value, f"{name}_low": ends.low, f"{name}_high": ends.high}
