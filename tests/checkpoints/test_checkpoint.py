"""Opening a checkpoint: what it is, what is refused, and its identity by content."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from behaviordrift.checkpoints import open_checkpoint
from behaviordrift.errors import CheckpointError, UsageError


@pytest.fixture
def copied(zoo: Any, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the base and of one adapter, free to be changed."""
    base = shutil.copytree(zoo.base, tmp_path / "base")
    adapter = shutil.copytree(zoo.a, tmp_path / "a")
    edit_config(adapter, base_model_name_or_path=str(base))
    return base, adapter


def edit_config(adapter: Path, **changes: Any) -> None:
    file = adapter / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def flip_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_each_kind_is_recognised(zoo: Any, tmp_path: Path, outputs: Callable[..., Path]) -> None:
    recorded = outputs(tmp_path / "said.jsonl", ["Hello."])
    gguf = tmp_path / "small.gguf"
    gguf.write_bytes(b"GGUF" + bytes(20))
    opened = [open_checkpoint(path) for path in (zoo.base, zoo.a, recorded, gguf)]
    assert [c.kind for c in opened] == ["model", "adapter", "recorded", "gguf"]
    assert [c.name for c in opened] == ["base", "a", "said", "small"]
    assert opened[1].base == zoo.base
    assert len({c.digest for c in opened}) == 4


def test_packing_recorded_outputs_keeps_name_and_digest(tmp_path: Path, outputs: Callable[..., Path]) -> None:
    plain = outputs(tmp_path / "said.jsonl", ["Hello."])
    packed = tmp_path / "said.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert open_checkpoint(packed).digest == open_checkpoint(plain).digest
    assert open_checkpoint(packed).name == "said"


def test_a_missing_folder_suggests_the_near_name(tmp_path: Path) -> None:
    (tmp_path / "safety-s1").mkdir()
    with pytest.raises(UsageError, match=r"Did you mean .*safety-s1") as info:
        open_checkpoint(tmp_path / "safty-s1")
    assert info.value.exit_code == 2


def test_a_missing_folder_with_no_near_name_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Check the path"):
        open_checkpoint(tmp_path / "nowhere" / "at-all")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(UsageError, match=r"adapter_config\.json"):
        open_checkpoint(tmp_path)


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_truncated_weights_are_found(copied: tuple[Path, Path], kept: int) -> None:
    file = copied[1] / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"adapter_model\.safetensors is corrupt or incomplete") as info:
        open_checkpoint(copied[1])
    assert info.value.exit_code == 4


def test_truncated_base_weights_are_found_through_the_adapter(copied: tuple[Path, Path]) -> None:
    file = copied[0] / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"base/model\.safetensors is corrupt"):
        open_checkpoint(copied[1])


def test_a_foreign_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(CheckpointError, match="not a GGUF file"):
        open_checkpoint(path)


def test_a_truncated_gz_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "prompt": "b", "response": "c"}\n' * 50)[:-20])
    with pytest.raises(CheckpointError, match=r"x\.jsonl\.gz cannot be read"):
        open_checkpoint(path)


def test_a_corrupt_gz_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    content = bytearray(gzip.compress(b'{"id": "a", "prompt": "b", "response": "c"}\n' * 50))
    content[12:30] = b"\xff" * 18
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"x\.jsonl\.gz cannot be read"):
        open_checkpoint(path)


def test_an_adapter_without_its_base_stops_and_base_mends_it(copied: tuple[Path, Path], zoo: Any) -> None:
    base, adapter = copied
    before = open_checkpoint(adapter).digest
    moved = base.rename(base.with_name("elsewhere"))
    with pytest.raises(CheckpointError, match=r"base of the adapter .* --base"):
        open_checkpoint(adapter)
    assert open_checkpoint(adapter, base=moved).digest == before
    with pytest.raises(UsageError, match="no base model at"):
        open_checkpoint(adapter, base=base)


def test_an_adapter_that_recorded_no_base_stops(copied: tuple[Path, Path]) -> None:
    edit_config(copied[1], base_model_name_or_path=None)
    with pytest.raises(CheckpointError, match="no place recorded"):
        open_checkpoint(copied[1])


def test_a_recorded_base_is_looked_for_from_the_adapter_first(
    copied: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, adapter = copied
    edit_config(adapter, base_model_name_or_path="../base")
    decoy = shutil.copytree(base, tmp_path / "other" / "base")
    (tmp_path / "other" / "here").mkdir()
    monkeypatch.chdir(tmp_path / "other" / "here")
    found = open_checkpoint(adapter).base
    assert found is not None
    assert found.resolve() == base
    assert found.resolve() != decoy


@pytest.mark.parametrize("content", ["{not json", '"text"'])
def test_a_broken_adapter_config_is_refused(copied: tuple[Path, Path], content: str) -> None:
    (copied[1] / "adapter_config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"adapter_config\.json"):
        open_checkpoint(copied[1])


def test_pickled_adapter_weights_are_refused_with_the_cure(copied: tuple[Path, Path]) -> None:
    (copied[1] / "adapter_model.safetensors").rename(copied[1] / "adapter_model.bin")
    with pytest.raises(CheckpointError, match=r"pickled weights .*save_pretrained"):
        open_checkpoint(copied[1])


def test_pickled_model_weights_are_refused_with_the_cure(copied: tuple[Path, Path]) -> None:
    (copied[0] / "model.safetensors").rename(copied[0] / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"pickled weights .*save_pretrained"):
        open_checkpoint(copied[0])


@pytest.mark.parametrize("which", [0, 1])
def test_a_folder_without_weights_is_refused(copied: tuple[Path, Path], which: int) -> None:
    for file in copied[which].glob("*.safetensors"):
        file.unlink()
    with pytest.raises(CheckpointError, match=r"has no .*safetensors"):
        open_checkpoint(copied[which])


def test_moving_changes_no_digest(copied: tuple[Path, Path], tmp_path: Path) -> None:
    base, adapter = copied
    before = open_checkpoint(base).digest, open_checkpoint(adapter).digest
    base = base.rename(tmp_path / "moved-base")
    (tmp_path / "deep").mkdir()
    adapter = adapter.rename(tmp_path / "deep" / "moved-a")
    assert open_checkpoint(base).digest == before[0]
    assert open_checkpoint(adapter, base=base).digest == before[1]


def test_the_text_of_the_base_path_is_no_content(copied: tuple[Path, Path]) -> None:
    base, adapter = copied
    before = open_checkpoint(adapter).digest
    edit_config(adapter, base_model_name_or_path="../base")
    assert open_checkpoint(adapter).digest == before
    assert open_checkpoint(adapter).base is not None
    assert base.is_dir()


@pytest.mark.parametrize(
    "file", ["model.safetensors", "tokenizer.json", "chat_template.jinja", "config.json", "generation_config.json"]
)
def test_one_byte_of_the_base_changes_both_digests(copied: tuple[Path, Path], file: str) -> None:
    before = {open_checkpoint(path).digest for path in copied}
    flip_last_byte(copied[0] / file)
    assert before.isdisjoint({open_checkpoint(path).digest for path in copied})


def test_one_byte_of_the_adapter_changes_its_digest_alone(copied: tuple[Path, Path]) -> None:
    base, adapter = (open_checkpoint(path).digest for path in copied)
    flip_last_byte(copied[1] / "adapter_model.safetensors")
    assert open_checkpoint(copied[1]).digest != adapter
    assert open_checkpoint(copied[0]).digest == base


def test_an_adapters_own_template_changes_its_digest(copied: tuple[Path, Path]) -> None:
    before = open_checkpoint(copied[1]).digest
    template = copied[1] / "chat_template.jinja"
    template.write_text("{{ messages[0]['content'] }}")
    first = open_checkpoint(copied[1]).digest
    template.write_text("{{ messages[0]['content'] }}\n")
    assert len({before, first, open_checkpoint(copied[1]).digest}) == 3


def test_an_adapters_scale_changes_its_digest(copied: tuple[Path, Path]) -> None:
    before = open_checkpoint(copied[1]).digest
    edit_config(copied[1], lora_alpha=9)
    assert open_checkpoint(copied[1]).digest != before


def test_notes_beside_the_weights_change_no_digest(copied: tuple[Path, Path]) -> None:
    before = open_checkpoint(copied[1]).digest
    (copied[1] / "README.md").write_text("changed")
    assert open_checkpoint(copied[1]).digest == before


def test_a_training_record_is_found_beside_the_weights(
    copied: tuple[Path, Path], write_record: Callable[..., Path]
) -> None:
    write_record(copied[1], {"qa": 0.75, "safety": 0.25}, seed=3, run="f")
    record = open_checkpoint(copied[1]).record
    assert record is not None
    assert record.mixture == {"qa": 0.75, "safety": 0.25}
    assert (record.seed, record.run, record.source) == (3, "f@48", "training.json")
    assert record.facts["steps"] == 48


def test_a_broken_training_record_is_named(copied: tuple[Path, Path]) -> None:
    (copied[1] / "training.json").write_text('{"seed": 1}')
    with pytest.raises(CheckpointError, match=r"training record .*training\.json"):
        open_checkpoint(copied[1])
