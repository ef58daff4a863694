"""The training runs of a study: which count, how their mixtures stand to each other, and what else differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from behaviordrift.checkpoints.mixture import Mixture
from behaviordrift.findings.comparability import (
    comparability_caveats,
    differing_facts,
    first_names,
    study_facts,
)
from behaviordrift.findings.copies import without_copies

ROUND = 6
"""Decimals to which shares are compared, so that 1/3 read from two places is one design point."""


CHANGING = "phases: some runs change their mixture on the way"


@dataclass(frozen=True)
class TrainedRun:
    """A checkpoint whose mixture is known.

    `realised` are shares and `amounts` counts of each task, by unit ("rows", "tokens", "loss_tokens"); `epochs` is how
    often each task's rows were seen. They are empty where no record tells them. `replies` is a digest of what it
    replied, empty where that is not known, and `copies` names the checkpoints that are this run once more, and why.
    """

    name: str
    mixture: Mixture
    phases: tuple[tuple[float, Mixture], ...]
    seed: int | None
    run: str | None
    facts: dict[str, Any]
    realised: dict[str, Mixture] = field(default_factory=dict)
    amounts: dict[str, dict[str, float]] = field(default_factory=dict)
    epochs: dict[str, float] = field(default_factory=dict)
    replies: str = ""
    copies: tuple[str, ...] = ()

    def total(self, unit: str) -> float | None:
        """How many rows or tokens the run took in all, None where that is not known."""
        return sum(self.amounts[unit].values()) if self.amounts.get(unit) else None


@dataclass(frozen=True)
class Trajectory:
    """The checkpoints that one training run left on its way, by rising step, and the mixture it was trained with."""

    steps: tuple[int, ...]
    names: tuple[str, ...]
    mixture: Mixture


@dataclass(frozen=True)
class Design:
    """The runs of a study over its tasks.

    Attributes:
        tasks: sorted names, T of them.
        shares: shape (n, T), nominal shares.
        labels: design point of each run, from 0.
        rung: identifiability rung.
        reasons: why nothing stronger may be said; empty on the top rungs.
        differing: settings other than the mixture in which the runs differ, each named with its values.
        caveats: what is not known of the runs, and what moves along with every mixture.
    """

    runs: tuple[TrainedRun, ...]
    tasks: tuple[str, ...]
    shares: np.ndarray[Any, np.dtype[np.float64]]
    labels: tuple[int, ...]
    rung: str
    reasons: tuple[str, ...]
    differing: tuple[str, ...]
    caveats: tuple[str, ...] = ()


def trained_runs(
    checkpoints: Sequence[dict[str, Any]], outputs: dict[str, int], study: Mapping[str, Any] | None = None
) -> list[TrainedRun]:
    """The checkpoints with a known mixture, each training run once: of checkpoints of one run the last step counts,
    and of copies the one with most outputs.

    Args:
        checkpoints: as kept in the store's ``checkpoints``; ``replies``, where it is there, as `with_replies` tells.
        outputs: number of outputs of each checkpoint.
        study: as kept in the store's ``study``, which tells how checkpoints were asked; not known if None.
    """
    best: dict[str, tuple[tuple[int, int], TrainedRun]] = {}
    for checkpoint in checkpoints:
        record = checkpoint.get("record")
        if not record or not record["phases"]:
            continue
        run = TrainedRun(
            name=checkpoint["name"],
            mixture=record["mixture"],
            phases=tuple((phase["until"], phase["mixture"]) for phase in record["phases"]),
            seed=record["seed"],
            run=record["run"],
            facts=record["facts"] | study_facts(checkpoint, study or {}),
            realised=record.get("realised", {}),
            amounts=record.get("amounts", {}),
            epochs=record.get("epochs", {}),
            replies=checkpoint.get("replies", ""),
        )
        identity, _, step = (record["run"] or "").rpartition("@")
        rank = (int(step) if step.isdigit() else 0, outputs.get(run.name, 0))
        key = identity or run.name
        if key not in best or rank > best[key][0]:
            best[key] = (rank, run)
    return without_copies([run for _, run in best.values()])


def trajectories(checkpoints: Sequence[dict[str, Any]]) -> list[Trajectory]:
    """The training runs of which several steps are in the study; of copies of one step the first counts.

    Args:
        checkpoints: as kept in the store's ``checkpoints``.
    """
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for checkpoint in checkpoints:
        identity, _, step = ((checkpoint.get("record") or {}).get("run") or "").rpartition("@")
        if identity and step.isdigit():
            found.setdefault(identity, {}).setdefault(int(step), checkpoint)
    return [
        Trajectory(
            tuple(sorted(steps)), tuple(steps[s]["name"] for s in sorted(steps)), steps[max(steps)]["record"]["mixture"]
        )
        for steps in found.values()
        if len(steps) > 1
    ]


def lay_out(runs: Sequence[TrainedRun], unknown: Sequence[str] = (), *, fewest: int = 2) -> Design | None:
    """Set the runs out as a design; None where fewer than `fewest` mixtures are known.

    Args:
        runs: from `trained_runs`.
        unknown: checkpoints that stand beside them, whose mixture is not known.
        fewest: mixtures that are needed; one is enough for the spread between its seeds.
    """
    tasks = tuple(sorted({task for run in runs for task, share in run.mixture.items() if share > 0}))
    shares = np.array([[run.mixture.get(task, 0.0) for task in tasks] for run in runs]).reshape(len(runs), len(tasks))
    points = sorted({tuple(row) for row in shares.round(ROUND).tolist()})
    if len(points) < fewest:
        return None
    labels = tuple(points.index(tuple(row)) for row in shares.round(ROUND).tolist())
    rung, reasons = _rung(labels, shares)
    changing = (CHANGING,) if any(changes_mixture(run) for run in runs) else ()
    differing = (*differing_facts(runs), *changing)
    left_out = (f"left out, as their mixture is not known: {first_names(unknown)}",) if unknown else ()
    caveats = (*left_out, *comparability_caveats(runs))
    return Design(tuple(runs), tasks, shares, labels, rung, reasons, differing, caveats)


def _rung(labels: Sequence[int], shares: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[str, tuple[str, ...]]:
    """L0 one run per mixture; L1 replicates at some; L2 at each; L3 a sweep with pure error of 8 df or more that can
    also be tested for lack of fit."""
    counts = Counter(labels)
    if max(counts.values()) == 1:
        return "L0", ("one run per mixture cannot tell the mixture from the seed",)
    if min(counts.values()) == 1:
        return "L1", ("some mixtures have one run only, so the spread between seeds is borrowed from the others",)
    tasks = shares.shape[1]
    full_rank = np.linalg.matrix_rank(shares) == tasks
    if len(labels) - len(counts) >= 8 and len(counts) > tasks and full_rank:
        return "L3", ()
    return "L2", ()


def changes_mixture(run: TrainedRun) -> bool:
    """Whether the run was trained with more than one mixture, one after the other."""
    first, *later = (mixture for _, mixture in run.phases)
    return any(mixture != first for mixture in later)
