"""A base model in memory with the adapters that share it: loaded once, switched between."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.errors import CheckpointError
from behaviordrift.generation.loading import load_base

CANARY = "Tell me about yourself, and then about the weather."


class Family:
    """Loads the base at `place`, and adapters as they are asked for."""

    def __init__(self, place: Path, dtype: str) -> None:
        self.place = place
        self._base = load_base(place, dtype).model
        self._adapted: Any = None
        self._sound: set[str] = set()

    def activate(self, checkpoint: Checkpoint, tokenizer: Any) -> Any:
        """The model with this checkpoint's weights active, in evaluation mode.

        Raises:
            CheckpointError: if an adapter does not fit the base, or changes nothing.
        """
        if checkpoint.kind != "adapter":
            if self._adapted is None:
                return self._base
            self._adapted.base_model.disable_adapter_layers()
            return self._adapted
        name = f"a{checkpoint.digest[:16]}"
        if name not in self._sound:
            self._load(checkpoint, name, tokenizer)
            self._switch_to(name)
            self._check_canary(checkpoint, tokenizer)
            self._sound.add(name)
        self._switch_to(name)
        return self._adapted.eval()

    def _switch_to(self, name: str) -> None:
        self._adapted.base_model.enable_adapter_layers()
        self._adapted.set_adapter(name)

    def _load(self, checkpoint: Checkpoint, name: str, tokenizer: Any) -> None:
        """Put the adapter beside those already there."""
        from peft import PeftModel

        self._check_vocabulary(checkpoint, tokenizer)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if self._adapted is None:
                    self._adapted = PeftModel.from_pretrained(self._base, str(checkpoint.path), adapter_name=name)
                else:
                    self._adapted.load_adapter(str(checkpoint.path), adapter_name=name)
        except Exception as error:
            raise CheckpointError(
                f"The adapter {checkpoint.path} does not fit its base ({' '.join(str(error).split())[:200]}).",
                "Check that --base names the model that it was trained on.",
            ) from error
        self._adapted.eval()

    def _check_vocabulary(self, checkpoint: Checkpoint, tokenizer: Any) -> None:
        rows = self._base.get_input_embeddings().weight.shape[0]
        if len(tokenizer) > rows:
            raise CheckpointError(
                f"The tokenizer of {checkpoint.name} has {len(tokenizer)} tokens, its base {self.place} only {rows}.",
                "Use the base whose vocabulary was extended for this adapter.",
            )

    def _check_canary(self, checkpoint: Checkpoint, tokenizer: Any) -> None:
        """An adapter that changes no logit is not applied, or holds nothing."""
        import torch

        ids = tokenizer(CANARY, return_tensors="pt")["input_ids"].to(self._adapted.device)
        with torch.inference_mode():
            applied = self._adapted(input_ids=ids).logits
            with self._adapted.disable_adapter():
                plain = self._adapted(input_ids=ids).logits
        if torch.equal(applied, plain):
            raise CheckpointError(
                f"The adapter {checkpoint.path} changes nothing: its logits on a canary prompt equal the base's.",
                "Check that it was trained and saved, and that its target modules exist in this base.",
            )
