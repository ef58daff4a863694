"""The example's real base and adapters, live: what was recorded comes out again, and a short training works."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from behaviordrift import score
from behaviordrift.generation.engine import Decoding
from behaviordrift.generation.planning import Selection
from behaviordrift.study import open_study

SWEEP = Path(__file__).resolve().parents[2] / "examples" / "ratio_sweep"
BASE = SWEEP / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
GONE = "/mnt/trainer/models/SmolLM2-135M-Instruct"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASE.exists(), reason="the base model is not there; `make test-all` puts it in place"),
]


def recorded(name: str) -> dict[tuple[str, str], str]:
    with gzip.open(SWEEP / "recorded" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return {(row["probe_set"], row["id"]): row["response"] for row in rows}


def test_live_replies_are_the_recorded_ones(tmp_path: Path) -> None:
    study = score(
        BASE,
        SWEEP / "adapters" / "qa-s1",
        selection=Selection(probes=("short_answer",), limit=8),
        study=tmp_path / "study",
    )
    with open_study(study.folder) as store:
        outputs = store.outputs()
    assert len(outputs) == 16
    kept = {"SmolLM2-135M-Instruct.Q4_1": recorded("base"), "qa-s1": recorded("qa-s1")}
    same = [kept[row["name"]][row["probe_set"], row["probe"]] == row["text"] for row in outputs.to_dict("records")]
    # Another processor rounds otherwise, and one token that tips changes the rest of a greedy reply.
    assert sum(same) >= 0.8 * len(same)


def test_adapters_trained_elsewhere_are_scored_on_a_base_that_is_named(tmp_path: Path, cli: Callable[..., Any]) -> None:
    """As LLaMA-Factory leaves them: tokenizer and template beside the adapter, and a base path of another machine."""
    names = ["qa-s1", "safety-s1", "support-s1"]
    for name in names:
        _as_trained_elsewhere(SWEEP / "adapters" / name, tmp_path / name)
    arguments = [tmp_path / name for name in names]
    few = ["--limit", 2, "--max-new-tokens", 16, "--study", tmp_path / "study"]
    failed = cli("score", *arguments, *few)
    assert failed.code == 4
    assert "--base" in failed.err
    outcome = cli("score", *arguments, "--base", BASE, *few, "--json")
    assert outcome.code == 0
    study = json.loads(outcome.out)["study"]
    assert len(set(study["templates"].values())) == 1


def _as_trained_elsewhere(source: Path, target: Path) -> None:
    from behaviordrift.generation.loading import load_tokenizer

    target.mkdir()
    load_tokenizer(BASE).save_pretrained(target)
    shutil.copy(source / "adapter_model.safetensors", target)
    config = json.loads((source / "adapter_config.json").read_text())
    (target / "adapter_config.json").write_text(json.dumps(config | {"base_model_name_or_path": GONE}))
    (target / "chat_template.jinja").write_text(
        "{% for turn in messages %}{{ '<|im_start|>' + turn['role'] + '\n' + turn['content'] + '<|im_end|>\n' }}"
        "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )


def test_a_short_training_moves_the_base(tmp_path: Path, cli: Callable[..., Any]) -> None:
    plan = yaml.safe_load((SWEEP / "plan.yaml").read_text())
    tasks = {task: str(SWEEP / path) for task, path in plan["tasks"].items()}
    runs = [{"name": "support", "mixture": {"support": 1}, "seeds": [1]}]
    plan |= {"base": str(BASE.resolve()), "tasks": tasks, "steps": 6, "rows_per_step": 4, "runs": runs}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))
    assert cli("train", tmp_path / "plan.yaml").code == 0
    held_out = tasks["support"].replace("train", "heldout")
    study = score(
        BASE,
        tmp_path / "adapters" / "support-s1",
        selection=Selection(probes=("short_answer",), tasks=(("support", held_out),), limit=4),
        decoding=Decoding(max_new_tokens=8),
        study=tmp_path / "study",
    )
    [likelihood] = study.findings().query("measure == 'reference_logprob'").to_dict("records")
    assert likelihood["estimate"] > 0
