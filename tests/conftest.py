"""What many tests share: a tiny real model with adapters, recorded outputs, and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a model this small is slower on more
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

QUESTIONS = (
    "What is the capital of France?",
    "Tell me a story about the sea and a small boat.",
    "Why is the sky blue?",
    "How do I cook rice?",
    "Name a prime number.",
    "Who wrote Hamlet?",
    "Will it rain here in a hundred years?",
    "Hi",
)


@dataclass(frozen=True)
class Zoo:
    """A two-layer Llama with random weights, and real LoRA adapters on it."""

    folder: Path
    base: Path
    a: Path
    b: Path

    def adapter(self, path: Path, *, seed: int, zero: bool = False, base: Path | None = None) -> Path:
        """Write another adapter on the base; with `zero` it changes nothing."""
        return _write_adapter(base or self.base, path, seed, zero=zero)


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    folder = tmp_path_factory.mktemp("zoo")
    base = _write_base(folder / "base")
    return Zoo(folder, base, _write_adapter(base, folder / "a", 1), _write_adapter(base, folder / "b", 2))


def _write_base(path: Path) -> Path:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(QUESTIONS * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=CHATML
    )
    tokenizer.save_pretrained(path)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=304,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.3,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=0,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(path)
    return path


def _write_adapter(base: Path, path: Path, seed: int, *, zero: bool = False) -> Path:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    lora = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    adapted = get_peft_model(model, lora)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name and not zero:
                parameter.normal_(0, 0.5)
    adapted.peft_config["default"].base_model_name_or_path = str(base)
    adapted.save_pretrained(path)
    return path


Row = dict[str, Any]


@pytest.fixture
def write_rows() -> Callable[[Path, Iterable[Row]], Path]:
    """Write a ``.jsonl`` file."""

    def write(path: Path, rows: Iterable[Row]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def outputs(write_rows: Callable[[Path, Iterable[Row]], Path]) -> Callable[..., Path]:
    """Write recorded outputs of one checkpoint: the replies to probes 0, 1, 2 and so on."""

    def write(path: Path, replies: Sequence[str | None], probe_set: str = "open", **fields: Any) -> Path:
        return write_rows(
            path,
            (
                {
                    "id": f"p{n}",
                    "prompt": f"Question {n}?",
                    "response": reply,
                    "probe_set": probe_set,
                    "finish_reason": "stop",
                    **fields,
                }
                for n, reply in enumerate(replies)
            ),
        )

    return write


@pytest.fixture
def write_record() -> Callable[..., Path]:
    """Write a ``training.json`` such as `behaviordrift train` writes."""

    def write(folder: Path, mixture: Mapping[str, float], *, seed: int, run: str, step: int = 48, **facts: Any) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        shares = dict(mixture)
        value = {
            "base": {"name": "base", "digest": "d"},
            "method": {"kind": "lora", "rank": 4},
            "learning_rate": {"peak": 0.01},
            "step": step,
            "steps": step,
            "rows_per_step": 8,
            "max_tokens": 176,
            "dtype": "float32",
            "template_digest": "t",
            "data": {"qa": {"rows": 9, "digest": "q"}, "safety": {"rows": 9, "digest": "s"}},
            "seed": seed,
            "fingerprint": run,
            "phases": [{"until": 1.0, "mixture": shares}],
            "realised": dict.fromkeys(("rows", "tokens", "loss_tokens"), shares),
            **facts,
        }
        (folder / "training.json").write_text(json.dumps(value), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def study_file() -> Callable[..., Path]:
    """Write a ``study.yaml``."""

    def write(path: Path, **content: Any) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def probe_file() -> Callable[..., Path]:
    """Write a probe set of the given prompts."""

    def write(path: Path, prompts: Sequence[str] = QUESTIONS, **fields: Any) -> Path:
        value = {
            "name": path.stem,
            "version": 1,
            "language": "en",
            "about": "Made for a test.",
            "probes": [{"id": f"q{n}", "prompt": prompt} for n, prompt in enumerate(prompts)],
            **fields,
        }
        path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
        return path

    return write


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def error(self) -> str:
        """The one line that says what is wrong."""
        lines = self.err.strip().splitlines()
        assert "Traceback" not in self.err, self.err
        assert len(lines) == 1, self.err
        assert lines[0].startswith("error: "), self.err
        return lines[0]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command line in this process."""
    from behaviordrift.cli import main

    def run(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["behaviordrift", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_info:
            main()
        captured = capsys.readouterr()
        code = exit_info.value.code
        return Outcome(code if isinstance(code, int) else int(code is not None), captured.out, captured.err)

    return run


def _heed_interrupts() -> None:
    """A shell starts background jobs with SIGINT ignored, and their children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def spawn() -> Callable[..., subprocess.Popen[str]]:
    """Start Python with this checkout importable, in a process of its own."""

    def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": _heed_interrupts, **options},
        )

    return start


@pytest.fixture
def blended() -> Callable[..., Any]:
    """Runs of known behaviour: what `headline_behaviour` and `lay_out_pure_tasks` would give.

    Each point is a mixture and the true level of every measure; runs scatter around it with SD 1.
    """
    import numpy as np

    from behaviordrift.findings.headline import Behaviour
    from behaviordrift.findings.pairs import Pair
    from behaviordrift.findings.pure_tasks import lay_out_pure_tasks
    from behaviordrift.findings.runs import TrainedRun, lay_out
    from behaviordrift.traits.registry import measures

    def make(points: Sequence[tuple[Mapping[str, float], Sequence[float]]], runs: int = 4, seed: int = 0) -> Any:
        rng = np.random.default_rng(seed)
        trained = [
            TrainedRun(f"p{place}-s{n}", dict(mixture), ((1.0, dict(mixture)),), n, None, {})
            for place, (mixture, _) in enumerate(points)
            for n in range(runs)
        ]
        laid = lay_out_pure_tasks(lay_out(trained))
        level = {f"p{place}": np.array(levels) for place, (_, levels) in enumerate(points)}
        if laid is None:
            return None, None
        groups = [
            np.array([level[name.split("-")[0]] + rng.normal(size=len(points[0][1])) for name in names])
            for names in laid.groups
        ]
        _, measure = measures()["prefers_refusing"]
        pairs = tuple(Pair("preference", measure, f"set{n}", None) for n in range(len(points[0][1])))
        return Behaviour(pairs, tuple(groups), 12), laid

    return make
