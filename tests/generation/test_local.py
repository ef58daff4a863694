"""The local engine against transformers and PEFT used directly, on a tiny real model in float32."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import Checkpoint, open_checkpoint
from behaviordrift.errors import CheckpointError
from behaviordrift.generation.engine import Completion, Decoding
from behaviordrift.generation.local import LocalEngine

GREEDY = Decoding(max_new_tokens=20)
QUESTIONS = ["Hi", "Why is the sky blue?", "Tell me a story about the sea and a small boat.", "Who wrote Hamlet?"]


@pytest.fixture
def engine() -> LocalEngine:
    return LocalEngine({})


@pytest.fixture
def three(zoo: Any) -> list[Checkpoint]:
    return [open_checkpoint(path) for path in (zoo.base, zoo.a, zoo.b)]


def prompts_of(engine: LocalEngine, checkpoint: Checkpoint) -> list[str]:
    return [engine.render(checkpoint, [{"role": "user", "content": question}]) for question in QUESTIONS]


def plain_model(path: Path, base: Path) -> tuple[Any, Any]:
    """The checkpoint as its libraries load it, with the adapter merged in."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if path != base:
        model = PeftModel.from_pretrained(model, path)
    return model.eval(), AutoTokenizer.from_pretrained(base)


def expected(path: Path, base: Path, prompts: Sequence[str]) -> list[str]:
    """One prompt at a time: no padding, no batch."""
    import torch

    model, tokenizer = plain_model(path, base)
    replies = []
    for prompt in prompts:
        inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        with torch.inference_mode():
            ids = model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                do_sample=False,
                max_new_tokens=GREEDY.max_new_tokens,
            )
        replies.append(tokenizer.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True).strip())
    return replies


def texts(completions: Sequence[Completion]) -> list[str]:
    return [completion.text for completion in completions]


def test_a_prompt_is_rendered_by_the_chat_template(engine: LocalEngine, zoo: Any) -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    assert engine.render(open_checkpoint(zoo.base), messages) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_given_template_is_used_in_place_of_the_own(zoo: Any) -> None:
    engine = LocalEngine({"base": "<{{ messages[0]['content'] }}>"})
    assert engine.render(open_checkpoint(zoo.base), [{"role": "user", "content": "Hi"}]) == "<Hi>"


def test_without_any_template_the_cure_is_named(zoo: Any, tmp_path: Path, engine: LocalEngine) -> None:
    base = shutil.copytree(zoo.base, tmp_path / "base")
    (base / "chat_template.jinja").unlink()
    with pytest.raises(CheckpointError, match=r"no chat template.*--template"):
        engine.render(open_checkpoint(base), [{"role": "user", "content": "Hi"}])


def test_greedy_text_is_what_transformers_generates(engine: LocalEngine, zoo: Any, three: list[Checkpoint]) -> None:
    for checkpoint in three:
        prompts = prompts_of(engine, checkpoint)
        found = engine.generate(checkpoint, prompts, GREEDY, 0)
        assert texts(found) == expected(checkpoint.path, zoo.base, prompts)


def test_checkpoints_in_turn_stay_themselves(engine: LocalEngine, three: list[Checkpoint]) -> None:
    prompts = prompts_of(engine, three[0])
    alone = {c.name: texts(LocalEngine({}).generate(c, prompts, GREEDY, 0)) for c in three}
    assert len({tuple(replies) for replies in alone.values()}) == 3
    base, a, b = three
    for checkpoint in (base, a, b, base, a, b, b, a, base):
        assert texts(engine.generate(checkpoint, prompts, GREEDY, 0)) == alone[checkpoint.name]


def test_the_batch_does_not_change_greedy_text(engine: LocalEngine, three: list[Checkpoint]) -> None:
    for checkpoint in three[:2]:
        prompts = prompts_of(engine, checkpoint)
        together = texts(engine.generate(checkpoint, prompts, GREEDY, 0))
        assert together == [texts(engine.generate(checkpoint, [prompt], GREEDY, 0))[0] for prompt in prompts]
        assert together[::-1] == texts(engine.generate(checkpoint, prompts[::-1], GREEDY, 5))


def test_draws_follow_their_seed(engine: LocalEngine, three: list[Checkpoint]) -> None:
    warm = Decoding(temperature=1.0, max_new_tokens=12)
    prompts = prompts_of(engine, three[0])
    first, again, other = (texts(engine.generate(three[0], prompts, warm, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first != texts(engine.generate(three[0], prompts, GREEDY, 1))


def test_a_reply_ends_at_any_end_token_of_the_model(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    base = shutil.copytree(zoo.base, tmp_path / "base")
    whole = open_checkpoint(base)
    [prompt, *_] = prompts_of(engine, whole)
    [cut] = engine.generate(whole, [prompt], GREEDY, 0)
    assert (cut.finish_reason, cut.tokens) == ("length", 20)
    model, tokenizer = plain_model(base, base)
    inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    ids = model.generate(
        input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], do_sample=False, max_new_tokens=20
    )[0, inputs["input_ids"].shape[1] :].tolist()
    file = base / "generation_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "eos_token_id": [2, ids[7]]}))
    [stopped] = LocalEngine({}).generate(open_checkpoint(base), [prompt], GREEDY, 0)
    at = ids.index(ids[7])
    assert (stopped.finish_reason, stopped.tokens) == ("stop", at)
    assert stopped.text == tokenizer.decode(ids[:at], skip_special_tokens=True).strip()


def test_rows_that_end_early_leave_the_others_as_they_are(zoo: Any, tmp_path: Path) -> None:
    base = shutil.copytree(zoo.base, tmp_path / "base")
    whole = open_checkpoint(base)
    engine = LocalEngine({})
    prompts = [engine.render(whole, [{"role": "user", "content": f"Name {n}"}]) for n in range(24)]
    file = base / "generation_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "eos_token_id": [2, *range(40, 52)]}))
    checkpoint, long = open_checkpoint(base), Decoding(max_new_tokens=48)
    engine = LocalEngine({})
    together = engine.generate(checkpoint, prompts, long, 0)
    assert len({completion.tokens for completion in together}) > 6
    assert {completion.finish_reason for completion in together} == {"stop", "length"}
    assert together == [engine.generate(checkpoint, [prompt], long, 0)[0] for prompt in prompts]


def test_likelihoods_are_summed_log_probabilities(engine: LocalEngine, zoo: Any, three: list[Checkpoint]) -> None:
    import torch

    replies = ["Paris.", "No", "A small boat sailed the blue sea.", "Hamlet? Who?"]
    for checkpoint in three[:2]:
        prompts = prompts_of(engine, checkpoint)
        found = engine.likelihoods(checkpoint, prompts, replies)
        model, tokenizer = plain_model(checkpoint.path, zoo.base)
        for prompt, reply, likelihood in zip(prompts, replies, found, strict=True):
            start = tokenizer(prompt, add_special_tokens=False)["input_ids"]
            end = tokenizer(reply, add_special_tokens=False)["input_ids"]
            with torch.inference_mode():
                logits = model(input_ids=torch.tensor([start + end])).logits[0]
            steps = torch.log_softmax(logits, -1)[len(start) - 1 : -1]
            total = sum(float(step[token]) for step, token in zip(steps, end, strict=True))
            assert likelihood.tokens == len(end)
            assert likelihood.logprob == pytest.approx(total, abs=1e-3)


def test_an_adapter_that_changes_nothing_stops(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    idle = open_checkpoint(zoo.adapter(tmp_path / "idle", seed=3, zero=True))
    prompts = prompts_of(engine, idle)
    for _ in range(2):
        with pytest.raises(CheckpointError, match=r"idle changes nothing"):
            engine.generate(idle, prompts, GREEDY, 0)


def test_an_adapter_that_changes_nothing_stops_after_one_that_does(
    engine: LocalEngine, zoo: Any, three: list[Checkpoint], tmp_path: Path
) -> None:
    idle = open_checkpoint(zoo.adapter(tmp_path / "idle", seed=3, zero=True))
    prompts = prompts_of(engine, idle)
    engine.generate(three[1], prompts, GREEDY, 0)
    with pytest.raises(CheckpointError, match=r"idle changes nothing"):
        engine.generate(idle, prompts, GREEDY, 0)


def test_a_vocabulary_larger_than_the_base_stops(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    adapter = shutil.copytree(zoo.a, tmp_path / "grown")
    tokenizer = AutoTokenizer.from_pretrained(zoo.base)
    tokenizer.add_tokens([f"<extra{n}>" for n in range(9)])
    tokenizer.save_pretrained(adapter)
    with pytest.raises(CheckpointError, match=r"grown has 309 tokens, its base .* only 304"):
        engine.generate(open_checkpoint(adapter), ["Hi"], GREEDY, 0)


def test_an_adapter_of_another_shape_stops(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    adapter = shutil.copytree(zoo.a, tmp_path / "misfit")
    file = adapter / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "r": 6}))
    with pytest.raises(CheckpointError, match="does not fit its base"):
        engine.generate(open_checkpoint(adapter), ["Hi"], GREEDY, 0)


def test_a_base_that_is_no_model_stops(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    base = shutil.copytree(zoo.base, tmp_path / "base")
    (base / "config.json").write_text('{"model_type": "unheard-of"}')
    with pytest.raises(CheckpointError, match="cannot be loaded") as info:
        engine.generate(open_checkpoint(base), ["Hi"], GREEDY, 0)
    assert "\n" not in str(info.value)


def test_an_adapters_own_tokenizer_is_used(zoo: Any, tmp_path: Path, engine: LocalEngine) -> None:
    from transformers import AutoTokenizer

    adapter = shutil.copytree(zoo.a, tmp_path / "own")
    tokenizer = AutoTokenizer.from_pretrained(zoo.base)
    tokenizer.chat_template = "own: {{ messages[0]['content'] }}"
    tokenizer.save_pretrained(adapter)
    assert engine.render(open_checkpoint(adapter), [{"role": "user", "content": "Hi"}]) == "own: Hi"


def test_two_bases_in_turn(engine: LocalEngine, zoo: Any, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    other = shutil.copytree(zoo.base, tmp_path / "other")
    model = AutoModelForCausalLM.from_pretrained(other, dtype=torch.float32)
    torch.manual_seed(9)
    with torch.no_grad():
        model.model.embed_tokens.weight.normal_(0, 0.3)
    model.save_pretrained(other)
    lineup = [open_checkpoint(path) for path in (zoo.a, other, zoo.adapter(tmp_path / "c", seed=4, base=other), zoo.a)]
    prompts = prompts_of(engine, lineup[0])
    found = [texts(engine.generate(checkpoint, prompts, GREEDY, 0)) for checkpoint in lineup]
    assert found[0] == found[3] == expected(zoo.a, zoo.base, prompts)
    assert found[1] == expected(other, other, prompts)
    assert found[2] == expected(tmp_path / "c", other, prompts)
