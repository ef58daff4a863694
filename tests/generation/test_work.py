"""Carrying out a plan: every batch once, whole, and in the composition that the plan fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import open_checkpoint
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.local import LocalEngine
from behaviordrift.generation.planning import Selection, plan_generation
from behaviordrift.generation.work import Batch, CompletionBatch, LikelihoodBatch, carry_out
from behaviordrift.probes import ProbeSet, build_task_set, read_probe_set
from behaviordrift.store import PlanRow, Store

GREEDY = Decoding(max_new_tokens=6)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "study")
    yield opened
    opened.close()


@pytest.fixture
def sets(tmp_path: Path, probe_file: Callable[..., Path], write_rows: Callable[..., Path]) -> list[ProbeSet]:
    """Eight plain probes, and three of a task."""
    turns = [
        [{"role": "user", "content": f"{n} + {n}?"}, {"role": "assistant", "content": f"{2 * n}."}] for n in range(3)
    ]
    task = write_rows(tmp_path / "qa.jsonl", [{"messages": messages} for messages in turns])
    return [read_probe_set(probe_file(tmp_path / "mine.yaml")), build_task_set(task, "qa")]


def planned(
    path: Path, sets: list[ProbeSet], decoding: Decoding = GREEDY, **selection: Any
) -> tuple[list[PlanRow], list[Batch], LocalEngine]:
    engine = LocalEngine({})
    rows, batches = plan_generation(
        open_checkpoint(path), sets, Selection(**selection), decoding, engine=engine, batch_size=4
    )
    return rows, batches, engine


def test_a_plan_covers_every_probe_in_batches_of_the_size(zoo: Any, sets: list[ProbeSet]) -> None:
    rows, batches, _ = planned(zoo.base, sets)
    assert len(rows) == 11
    assert [len(b.keys) for b in batches if isinstance(b, CompletionBatch)] == [4, 4, 3]
    assert [b.replies for b in batches if isinstance(b, LikelihoodBatch)] == [("0.", "2.", "4.")]
    assert [row.task for row in rows] == [None] * 8 + ["qa"] * 3


def test_limit_samples_and_phrasings_widen_and_narrow_the_plan(
    zoo: Any, tmp_path: Path, probe_file: Callable[..., Path]
) -> None:
    probes = [{"id": f"q{n}", "prompt": f"{n}?", "paraphrases": [f"What is {n}?"]} for n in range(5)]
    sets = [read_probe_set(probe_file(tmp_path / "two.yaml", [], probes=probes))]
    assert len(planned(zoo.base, sets)[0]) == 5
    assert len(planned(zoo.base, sets, limit=2)[0]) == 2
    rows = planned(zoo.base, sets, Decoding(samples=3, temperature=1.0), phrasings="all")[0]
    assert len(rows) == 5 * 2 * 3
    assert len({(row.prompt, row.sample) for row in rows}) == 30
    assert len({row.cluster for row in rows}) == 5


def test_the_poles_of_a_contrast_are_weighed_after_the_first_phrasing(
    zoo: Any, tmp_path: Path, probe_file: Callable[..., Path], store: Store
) -> None:
    poles = {"direct": "Four.", "indirect": "Let me think. Four."}
    probes = [{"id": "sum", "prompt": "2 + 2?", "paraphrases": ["Two and two?"], "contrast": poles}]
    sets = [read_probe_set(probe_file(tmp_path / "sums.yaml", [], probes=probes))]
    rows, batches, engine = planned(zoo.base, sets, phrasings="all")
    store.write_plan(rows, {})
    carry_out(batches, engine, store, lambda batch, done_here: None)
    first, second = store.outputs()["logprobs"]
    assert second == {}
    [prompt] = {batch.prompts for batch in batches if isinstance(batch, LikelihoodBatch)}
    weighed = engine.likelihoods(open_checkpoint(zoo.base), prompt, list(poles.values()))
    assert first == {pole: pytest.approx(w.logprob / w.tokens) for pole, w in zip(poles, weighed, strict=True)}


def test_everything_is_done_once_and_then_skipped(zoo: Any, sets: list[ProbeSet], store: Store) -> None:
    rows, batches, engine = planned(zoo.base, sets)
    store.write_plan(rows, {})
    seen: list[bool] = []
    carry_out(batches, engine, store, lambda batch, done_here: seen.append(done_here))
    assert seen == [True] * 4
    outputs = store.outputs()
    assert len(outputs) == 11
    assert [sorted(weighed) for weighed in outputs["logprobs"]] == [[]] * 8 + [["reference"]] * 3
    seen.clear()
    carry_out(batches, LocalEngine({}), store, lambda batch, done_here: seen.append(done_here))
    assert seen == [False] * 4


def test_a_half_kept_batch_is_done_whole_and_keeps_what_was_there(zoo: Any, sets: list[ProbeSet], store: Store) -> None:
    rows, batches, engine = planned(zoo.base, sets)
    first = batches[0]
    assert isinstance(first, CompletionBatch)
    store.write_plan(rows, {})
    store.add_completions([(first.keys[1], "kept", "stop", 1)])
    carry_out(batches, engine, store, lambda batch, done_here: None)
    texts = store.outputs()["text"].tolist()
    alone = engine.generate(first.checkpoint, first.prompts, GREEDY, 0)
    assert texts[1] == "kept"
    assert texts[0] == alone[0].text
    assert texts[2:4] == [completion.text for completion in alone[2:]]


def test_sampled_text_does_not_depend_on_where_the_work_stopped(
    zoo: Any, sets: list[ProbeSet], store: Store, tmp_path: Path
) -> None:
    warm = Decoding(samples=2, temperature=1.0, max_new_tokens=6)
    rows, batches, engine = planned(zoo.base, sets[:1], warm)
    store.write_plan(rows, {})
    carry_out(batches, engine, store, lambda batch, done_here: None)
    other = Store(tmp_path / "other")
    other.write_plan(rows, {})
    carry_out(batches[2:], LocalEngine({}), other, lambda batch, done_here: None)
    carry_out(batches, LocalEngine({}), other, lambda batch, done_here: None)
    assert other.outputs()["text"].tolist() == store.outputs()["text"].tolist()
    other.close()
    texts = store.outputs()["text"]
    assert texts[::2].tolist() != texts[1::2].tolist()


def test_another_decoding_or_checkpoint_reuses_nothing(zoo: Any, sets: list[ProbeSet]) -> None:
    def keys(path: Path, decoding: Decoding) -> set[Any]:
        return {key for batch in planned(path, sets, decoding)[1] for key in batch.keys if hasattr(key, "sample")}

    base = keys(zoo.base, GREEDY)
    assert base == keys(zoo.base, Decoding(max_new_tokens=6, seed=5))
    for other in (keys(zoo.a, GREEDY), keys(zoo.base, Decoding(max_new_tokens=7))):
        assert base.isdisjoint(other)
    warm = keys(zoo.base, Decoding(max_new_tokens=6, temperature=1.0))
    assert warm.isdisjoint(keys(zoo.base, Decoding(max_new_tokens=6, temperature=1.0, seed=5)))


def test_an_engine_failure_keeps_the_batches_before_it(
    zoo: Any, sets: list[ProbeSet], store: Store, tmp_path: Path
) -> None:
    from behaviordrift.errors import CheckpointError

    idle = zoo.adapter(tmp_path / "idle", seed=3, zero=True)
    good_rows, good, engine = planned(zoo.base, sets)
    bad_rows, bad, _ = planned(idle, sets)
    store.write_plan([*good_rows, *bad_rows], {})
    with pytest.raises(CheckpointError, match="changes nothing"):
        carry_out([*good, *bad], engine, store, lambda batch, done_here: None)
    assert set(store.outputs()["name"]) == {"base"}
    assert len(store.outputs()) == len(good_rows)
