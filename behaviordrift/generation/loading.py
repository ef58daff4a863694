"""Load a base model and its tokenizer through transformers, from a folder or a GGUF file."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from behaviordrift.errors import CheckpointError


class LoadedModel(NamedTuple):
    """A causal language model in evaluation mode, and the tokenizer that goes with it."""

    model: Any
    tokenizer: Any


def load_tokenizer(path: Path) -> Any:
    """Load the tokenizer of a model folder or a GGUF file; padding goes to the left, as generation needs."""
    quiet_transformers()
    from transformers import AutoTokenizer

    folder, extra = _location(path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, **extra)
    except Exception as error:
        raise _unreadable(path, "tokenizer", error) from error
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(path: Path, dtype: str) -> LoadedModel:
    """Load a model folder or a ``.gguf`` file (unpacked to dense weights) in `dtype`.

    Only safetensors and GGUF weights are read, and no code that comes with a model is run.

    Raises:
        CheckpointError: if the weights are missing, corrupt, or of an unknown kind.
    """
    quiet_transformers()
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    folder, extra = _location(path)
    if extra:
        extra["quantization_config"] = GgufConfig(dequantize=True)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=getattr(torch, dtype), **extra
        )
    except Exception as error:
        raise _unreadable(path, "model", error) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return LoadedModel(model.to(device).eval(), load_tokenizer(path))


def quiet_transformers() -> None:
    """Keep the libraries' own progress bars and notices off the terminal, and off the network."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")  # the GGUF reader asks no other switch
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    logging.getLogger("gguf").setLevel(logging.ERROR)


def _location(path: Path) -> tuple[str, dict[str, Any]]:
    if path.suffix == ".gguf":
        return str(path.parent), {"gguf_file": path.name}
    return str(path), {}


def _unreadable(path: Path, part: str, error: Exception) -> CheckpointError:
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    return CheckpointError(
        f"The {part} of {path} cannot be loaded: {reason}.",
        "Check that the file is complete (download or copy it again) and of a kind that transformers reads.",
    )
