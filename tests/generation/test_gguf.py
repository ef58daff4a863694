"""A GGUF file measures as the model that it was made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import open_checkpoint
from behaviordrift.errors import CheckpointError
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.local import LocalEngine

GREEDY = Decoding(max_new_tokens=16)
HEADS, KEY_HEADS = 4, 2


@pytest.fixture(scope="module")
def gguf_file(zoo: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny base as llama.cpp's converter would write it, in float32."""
    import gguf
    from safetensors.numpy import load_file

    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(512)
    writer.add_embedding_length(32)
    writer.add_block_count(2)
    writer.add_feed_forward_length(64)
    writer.add_rope_dimension_count(8)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(304)
    _add_tokenizer(writer, zoo.base)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 2)
    for name, weight in load_file(zoo.base / "model.safetensors").items():
        target = names.get_name(name, try_suffixes=(".weight",))
        assert target is not None, name
        writer.add_tensor(target, _permuted(name, weight))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: Any, base: Path) -> None:
    import gguf

    model = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    by_id = {number: token for token, number in model["model"]["vocab"].items()}
    special = {entry["id"]: entry["content"] for entry in model["added_tokens"]}
    by_id |= special
    tokens = [by_id.get(number, f"[unused{number}]") for number in range(304)]
    kinds = [gguf.TokenType.CONTROL if n in special else gguf.TokenType.NORMAL for n in range(304)]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(m) if isinstance(m, list) else m for m in model["model"]["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)
    writer.add_chat_template((base / "chat_template.jinja").read_text(encoding="utf-8"))


def _permuted(name: str, weight: Any) -> Any:
    """llama.cpp keeps rotary pairs side by side, transformers in halves."""
    if "q_proj" not in name and "k_proj" not in name:
        return weight
    heads = HEADS if "q_proj" in name else KEY_HEADS
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def replies(engine: LocalEngine, path: Path, **options: Any) -> list[str]:
    checkpoint = open_checkpoint(path, **options)
    prompts = [
        engine.render(checkpoint, [{"role": "user", "content": text}]) for text in ("Hi", "Why is the sky blue?")
    ]
    return [completion.text for completion in engine.generate(checkpoint, prompts, GREEDY, 0)]


def test_a_gguf_file_generates_as_its_model(gguf_file: Path, zoo: Any) -> None:
    found = replies(LocalEngine({}), gguf_file)
    assert all(found)
    assert found == replies(LocalEngine({}), zoo.base)


def test_an_adapter_on_a_gguf_base_generates_as_on_its_model(gguf_file: Path, zoo: Any) -> None:
    found = replies(LocalEngine({}), zoo.a, base=gguf_file)
    assert found == replies(LocalEngine({}), zoo.a)
    assert found != replies(LocalEngine({}), zoo.base)


def test_the_digest_of_an_adapter_tells_its_bases_apart(gguf_file: Path, zoo: Any) -> None:
    assert open_checkpoint(zoo.a, base=gguf_file).digest != open_checkpoint(zoo.a).digest


def test_a_truncated_file_stops(gguf_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(gguf_file.read_bytes()[:-4000])
    with pytest.raises(CheckpointError) as info:
        replies(LocalEngine({}), path)
    assert "cut.gguf" in str(info.value)
    assert info.value.exit_code == 4
