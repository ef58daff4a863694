"""Carry out a study's planned batches: each is done whole, committed at once, and skipped where it is there already."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.checkpoints.digest import value_digest
from behaviordrift.generation.engine import Decoding, Engine
from behaviordrift.store import CompletionKey, LikelihoodKey, Store

POLL_SECONDS = 0.5


@dataclass(frozen=True)
class CompletionBatch:
    """Prompts of one checkpoint that are completed together. The plan fixes it, whatever is there already."""

    checkpoint: Checkpoint
    keys: tuple[CompletionKey, ...]
    prompts: tuple[str, ...]
    decoding: Decoding

    def is_done(self, store: Store) -> bool:
        return not store.missing_completions(self.keys)

    def run(self, engine: Engine, store: Store) -> None:
        seed = int(value_digest([self.keys, self.decoding.seed])[:8], 16)
        completions = engine.generate(self.checkpoint, self.prompts, self.decoding, seed)
        store.add_completions([(key, *completion) for key, completion in zip(self.keys, completions, strict=True)])


@dataclass(frozen=True)
class LikelihoodBatch:
    """Replies whose likelihood one checkpoint is asked for together."""

    checkpoint: Checkpoint
    keys: tuple[LikelihoodKey, ...]
    prompts: tuple[str, ...]
    replies: tuple[str, ...]

    def is_done(self, store: Store) -> bool:
        return not store.missing_likelihoods(self.keys)

    def run(self, engine: Engine, store: Store) -> None:
        likelihoods = engine.likelihoods(self.checkpoint, self.prompts, self.replies)
        store.add_likelihoods([(key, *value) for key, value in zip(self.keys, likelihoods, strict=True)])


Batch = CompletionBatch | LikelihoodBatch


def carry_out(batches: Sequence[Batch], engine: Engine, store: Store, on_batch: Callable[[Batch, bool], None]) -> None:
    """Do every batch that is not there yet.

    A batch that another process holds is left to it and looked at again; should that process die, its lock falls and
    the batch is done here.

    Args:
        batches: in the order to do them.
        engine: what generates.
        store: where the results are kept.
        on_batch: called for each batch when it is there, with whether this process did it.
    """
    waiting = list(batches)
    while waiting:
        held_elsewhere = []
        for batch in waiting:
            if batch.is_done(store):
                on_batch(batch, False)
                continue
            with _try_lock(store.folder, batch) as ours:
                if not ours:
                    held_elsewhere.append(batch)
                    continue
                done_meanwhile = batch.is_done(store)
                if not done_meanwhile:
                    batch.run(engine, store)
            on_batch(batch, not done_meanwhile)
        if len(held_elsewhere) == len(waiting):
            time.sleep(POLL_SECONDS)
        waiting = held_elsewhere


@contextmanager
def _try_lock(folder: Path, batch: Batch) -> Iterator[bool]:
    """Hold the batch's lock file; the operating system lets go of it when the process ends, however it ends."""
    locks = folder / "locks"
    locks.mkdir(exist_ok=True)
    lock = FileLock(locks / value_digest(batch.keys)[:32])
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
