"""Plan a study that may stop early: clusters in a drawn order, in stages that all checkpoints go through together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.checkpoints.digest import value_digest
from behaviordrift.generation.engine import Decoding, Engine
from behaviordrift.generation.planning import Question, Selection, plan_questions, questions
from behaviordrift.generation.work import Batch
from behaviordrift.probes import ProbeSet
from behaviordrift.store import PlanRow

ORDER_SEED = 0


@dataclass(frozen=True)
class Stage:
    """Clusters that all checkpoints are asked before anybody looks.

    Attributes:
        clusters: how many.
        rows: the outputs that they need, cluster by cluster.
        batches: what makes them.
    """

    clusters: int
    rows: tuple[PlanRow, ...]
    batches: tuple[Batch, ...]


@dataclass(frozen=True)
class Stages:
    """A study in stages. `order` is the digest of the order in which clusters are asked."""

    stages: tuple[Stage, ...]
    order: str


def plan_stages(
    checkpoints: Sequence[Checkpoint],
    probe_sets: Sequence[ProbeSet],
    selection: Selection,
    decoding: Decoding,
    *,
    engine: Engine,
    batch_size: int,
) -> Stages:
    """Shuffle the clusters of all probe sets together, by a fixed seed, and cut them into stages of about one batch for
    each checkpoint."""
    clusters = [cluster for probe_set in probe_sets for cluster in _clusters(probe_set, selection, decoding)]
    order = np.random.default_rng(ORDER_SEED).permutation(len(clusters))
    shuffled = [clusters[place] for place in order]
    stages = []
    for some in _filled(shuffled, batch_size):
        asked = [question for cluster in some for question in cluster]
        planned = [plan_questions(c, [asked], decoding, engine=engine, batch_size=batch_size) for c in checkpoints]
        rows = tuple(row for rows, _ in planned for row in rows)
        stages.append(Stage(len(some), rows, tuple(batch for _, batches in planned for batch in batches)))
    return Stages(tuple(stages), value_digest([[c[0].probe_set.name, c[0].probe.id] for c in shuffled]))


def _clusters(probe_set: ProbeSet, selection: Selection, decoding: Decoding) -> Iterator[list[Question]]:
    """All phrasings and samples of one probe after the other."""
    for _, cluster in groupby(questions(probe_set, selection, decoding), key=lambda question: question.probe.id):
        yield list(cluster)


def _filled(clusters: Sequence[list[Question]], size: int) -> Iterator[list[list[Question]]]:
    """Whole clusters, of `size` questions at most where one cluster has no more."""
    some: list[list[Question]] = []
    for cluster in clusters:
        if some and sum(map(len, some)) + len(cluster) > size:
            yield some
            some = []
        some.append(cluster)
    if some:
        yield some
