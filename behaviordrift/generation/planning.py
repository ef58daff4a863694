"""Plan a study: which outputs it needs, under which keys, and in which fixed batches they are made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.checkpoints.digest import value_digest
from behaviordrift.generation.engine import Decoding, Engine, Messages
from behaviordrift.generation.recorded import RecordedRow, read_recorded
from behaviordrift.generation.work import Batch, CompletionBatch, LikelihoodBatch
from behaviordrift.probes import Probe, ProbeSet
from behaviordrift.store import CompletionKey, LikelihoodKey, PlanRow, Store

RECORDED = "recorded"

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Selection:
    """Which probes a study asks: sets by name or file, held-out rows by task, and how much of them.

    Attributes:
        probes: shipped names or ``.yaml`` files; all shipped sets of `language` if None.
        tasks: held-out rows (``.jsonl``) of each task, for forgetting.
        language: of the shipped sets.
        limit: take only the first so many clusters of each set.
        phrasings: ask the first phrasing of each cluster, or all.
    """

    probes: tuple[str, ...] | None = None
    tasks: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    limit: int | None = None
    phrasings: Literal["first", "all"] = "first"


@dataclass(frozen=True)
class Question:
    """One prompt of a probe, asked for one of its samples."""

    probe_set: ProbeSet
    probe: Probe
    phrasing: int
    messages: Messages
    sample: int

    @property
    def weighed(self) -> dict[str, str]:
        """The replies whose likelihood is asked for: a task's reference, and the poles of a contrast, which answer the
        probe's first phrasing."""
        if self.sample:
            return {}
        reference = {"reference": self.probe.references[0]} if self.probe_set.task and self.probe.references else {}
        return reference if self.phrasing else reference | (self.probe.contrast or {})

    @property
    def text(self) -> str:
        """What the user asked, by which outputs of different checkpoints are paired."""
        if len(self.messages) == 1:
            return self.messages[0]["content"]
        return json.dumps(self.messages, ensure_ascii=False)


def plan_generation(
    checkpoint: Checkpoint,
    probe_sets: Sequence[ProbeSet],
    selection: Selection,
    decoding: Decoding,
    *,
    engine: Engine,
    batch_size: int,
) -> tuple[list[PlanRow], list[Batch]]:
    """What one checkpoint is asked, and the batches that ask it."""
    groups = [questions(probe_set, selection, decoding) for probe_set in probe_sets]
    return plan_questions(checkpoint, groups, decoding, engine=engine, batch_size=batch_size)


def plan_questions(
    checkpoint: Checkpoint,
    groups: Sequence[Sequence[Question]],
    decoding: Decoding,
    *,
    engine: Engine,
    batch_size: int,
) -> tuple[list[PlanRow], list[Batch]]:
    """The outputs that groups of questions need of one checkpoint, and the batches that ask them, group by group."""
    decoding_digest = decoding.digest(engine.identity)
    rows: list[PlanRow] = []
    completions: list[list[tuple[CompletionKey, str]]] = []
    likelihoods: list[list[tuple[LikelihoodKey, str, str]]] = []
    for group in groups:
        completions.append([])
        likelihoods.append([])
        for question in group:
            prompt = engine.render(checkpoint, question.messages)
            key = CompletionKey(checkpoint.digest, value_digest(prompt), decoding_digest, question.sample)
            weighed = question.weighed
            rows.append(_plan_row(checkpoint, question, key, weighed, engine.identity))
            completions[-1].append((key, prompt))
            likelihoods[-1] += [
                (LikelihoodKey(checkpoint.digest, key.prompt, value_digest(reply), engine.identity), prompt, reply)
                for reply in weighed.values()
            ]
    batches: list[Batch] = []
    for some in _packed(completions, batch_size):
        keys, prompts = zip(*some, strict=True)
        batches.append(CompletionBatch(checkpoint, keys, prompts, decoding))
    for several in _packed(likelihoods, batch_size):
        reply_keys, prompts, replies = zip(*several, strict=True)
        batches.append(LikelihoodBatch(checkpoint, reply_keys, prompts, replies))
    return rows, batches


def _packed(groups: Sequence[list[_Item]], size: int) -> Iterator[list[_Item]]:
    """Batches of at most `size`, of whole groups where they fit: a probe set that grows then leaves most batches of the
    other sets as they are in the store.

    >>> list(_packed([[1, 2], [3], [4, 5], [6, 7, 8, 9]], 3))
    [[1, 2, 3], [4, 5], [6, 7, 8], [9]]
    """
    batch: list[_Item] = []
    for group in groups:
        if len(batch) + len(group) > size and batch:
            yield batch
            batch = []
        batch = batch + group
        while len(batch) > size:
            yield batch[:size]
            batch = batch[size:]
    if batch:
        yield batch


def plan_recorded(checkpoint: Checkpoint, store: Store) -> list[PlanRow]:
    """Keep a checkpoint's recorded outputs in the store, and plan them as they are."""
    recorded = read_recorded(checkpoint.path)
    rows = [_recorded_plan_row(checkpoint, row) for row in recorded]
    store.add_completions(
        [
            (
                CompletionKey(plan.checkpoint, plan.prompt, plan.decoding, plan.sample),
                r.response,
                r.finish_reason,
                None,
            )
            for plan, r in zip(rows, recorded, strict=True)
        ]
    )
    store.add_likelihoods(
        [
            (LikelihoodKey(plan.checkpoint, plan.prompt, _recorded_reply(r, what), RECORDED), logprob, 1)
            for plan, r in zip(rows, recorded, strict=True)
            for what, logprob in r.logprobs.items()
        ]
    )
    return rows


def questions(probe_set: ProbeSet, selection: Selection, decoding: Decoding) -> list[Question]:
    """Everything that a probe set asks, probe by probe."""
    return [
        Question(probe_set, probe, phrasing, messages, sample)
        for probe in probe_set.probes[: selection.limit]
        for phrasing, messages in enumerate(
            probe.phrasings() if selection.phrasings == "all" else probe.phrasings()[:1]
        )
        for sample in range(decoding.samples)
    ]


def _plan_row(
    checkpoint: Checkpoint, question: Question, key: CompletionKey, weighed: dict[str, str], engine: str
) -> PlanRow:
    return PlanRow(
        name=checkpoint.name,
        checkpoint=key.checkpoint,
        probe_set=question.probe_set.name,
        task=question.probe_set.task,
        probe=question.probe.id,
        cluster=question.probe.id,
        sample=question.sample,
        language=question.probe_set.language,
        prompt_text=question.text,
        reference=json.dumps(question.probe.references, ensure_ascii=False),
        prompt=key.prompt,
        decoding=key.decoding,
        weighed=json.dumps({what: value_digest(reply) for what, reply in weighed.items()}),
        engine=engine,
    )


def _recorded_plan_row(checkpoint: Checkpoint, row: RecordedRow) -> PlanRow:
    return PlanRow(
        name=checkpoint.name,
        checkpoint=checkpoint.digest,
        probe_set=row.probe_set,
        task=row.task,
        probe=row.id,
        cluster=row.cluster or row.id,
        sample=row.sample,
        language=row.language,
        prompt_text=row.prompt,
        reference=json.dumps(row.references, ensure_ascii=False),
        prompt=value_digest([row.probe_set, row.id, row.prompt]),
        decoding=RECORDED,
        weighed=json.dumps({what: _recorded_reply(row, what) for what in row.logprobs}),
        engine=RECORDED,
    )


def _recorded_reply(row: RecordedRow, what: str) -> str:
    """The reply itself may not be recorded; what it stands for tells it from the prompt's others."""
    return value_digest([what, row.references, row.sample])
