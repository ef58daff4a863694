"""The local engine: transformers and PEFT. A base is loaded once for all the adapters that share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.errors import CheckpointError
from behaviordrift.generation.engine import Completion, Decoding, Likelihood, Messages
from behaviordrift.generation.family import Family
from behaviordrift.generation.loading import LoadedModel, load_tokenizer
from behaviordrift.generation.padding import pad_left


class LocalEngine:
    """Generates with models, adapters and GGUF files on this machine.

    Args:
        templates: the chat template that each checkpoint is prompted with, by checkpoint name; a checkpoint that is
            left out keeps its tokenizer's own.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self._tokenizers: dict[Path, Any] = {}
        self._family: Family | None = None

    @property
    def identity(self) -> str:
        return f"transformers/{_dtype()}"

    def render(self, checkpoint: Checkpoint, messages: Messages) -> str:
        tokenizer = self._tokenizer(checkpoint)
        template = self._templates.get(checkpoint.name) or tokenizer.chat_template
        if template is None:
            raise CheckpointError(
                f"{checkpoint.name} has no chat template.",
                "Name one with --template FILE.jinja or --template CKPT.",
            )
        text: str = tokenizer.apply_chat_template(
            messages, chat_template=template, tokenize=False, add_generation_prompt=True
        )
        return text

    def generate(
        self, checkpoint: Checkpoint, prompts: Sequence[str], decoding: Decoding, seed: int
    ) -> list[Completion]:
        import torch

        model, tokenizer = self._load(checkpoint)
        stops = _stop_tokens(model, tokenizer)
        settings = _sampling(decoding) | {"eos_token_id": stops, "pad_token_id": tokenizer.pad_token_id}
        prompt_ids = [tokenizer(prompt, add_special_tokens=False)["input_ids"] for prompt in prompts]
        replies: list[list[int]] = [[] for _ in prompts]
        torch.manual_seed(seed)
        pending, room = list(range(len(prompts))), decoding.max_new_tokens
        while pending and room:
            grown = _grow(model, [prompt_ids[row] + replies[row] for row in pending], room, settings)
            for row, ids in zip(pending, grown, strict=True):
                replies[row] += ids
            pending = [row for row in pending if not set(stops) & set(replies[row])]
            room -= len(grown[0])
        return [_completion(ids, stops, tokenizer) for ids in replies]

    def likelihoods(self, checkpoint: Checkpoint, prompts: Sequence[str], replies: Sequence[str]) -> list[Likelihood]:
        import torch

        model, tokenizer = self._load(checkpoint)
        rows = [
            (
                tokenizer(p, add_special_tokens=False)["input_ids"],
                tokenizer(r, add_special_tokens=False)["input_ids"],
            )
            for p, r in zip(prompts, replies, strict=True)
        ]
        tail = max(len(r) for _, r in rows)
        batch = pad_left([p + r for p, r in rows], tokenizer.pad_token_id, model.device)
        with torch.inference_mode():
            logits = model(
                input_ids=batch.ids,
                attention_mask=batch.mask,
                position_ids=batch.positions,
                logits_to_keep=tail + 1,
            ).logits[:, :-1]
            chosen = torch.log_softmax(logits.float(), -1).gather(-1, batch.ids[:, -tail:, None])[..., 0]
        return [
            Likelihood(float(chosen[index, tail - len(reply) :].sum()), len(reply))
            for index, (_, reply) in enumerate(rows)
        ]

    def _load(self, checkpoint: Checkpoint) -> LoadedModel:
        """The model with this checkpoint's weights active; the base before it makes room for another."""
        place = (checkpoint.base or checkpoint.path).resolve()
        tokenizer = self._tokenizer(checkpoint)
        if self._family is None or self._family.place != place:
            self._family = None
            self._family = Family(place, _dtype())
        return LoadedModel(self._family.activate(checkpoint, tokenizer), tokenizer)

    def _tokenizer(self, checkpoint: Checkpoint) -> Any:
        """The checkpoint's own tokenizer where it carries one, else its base's."""
        carries_own = (checkpoint.path / "tokenizer.json").is_file() or checkpoint.base is None
        place = checkpoint.path if carries_own else checkpoint.base
        assert place is not None
        place = place.resolve()
        if place not in self._tokenizers:
            self._tokenizers[place] = load_tokenizer(place)
        return self._tokenizers[place]


def _dtype() -> str:
    """float32 on a CPU, where it is exact and mostly faster; bfloat16 on a GPU."""
    import torch

    return "bfloat16" if torch.cuda.is_available() else "float32"


def _sampling(decoding: Decoding) -> dict[str, Any]:
    if decoding.temperature > 0:
        return {"do_sample": True, "temperature": decoding.temperature, "top_p": 1.0, "top_k": 0}
    return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}


def _grow(model: Any, rows: list[list[int]], room: int, settings: dict[str, Any]) -> list[list[int]]:
    """Up to `room` new tokens for each row, fewer once half the rows have ended.

    A batch costs the same however many of its rows have ended, so a few long replies would hold up all the others;
    the caller goes on with the unfinished rows alone.
    """
    import torch

    batch = pad_left(rows, settings["pad_token_id"], model.device)
    longest = batch.ids.shape[1]
    stops = torch.tensor(settings["eos_token_id"], device=model.device)

    def half_ended(tokens: Any, _scores: Any, **_: Any) -> Any:
        ended = torch.isin(tokens[:, longest:], stops).any(dim=1)
        return ended if 2 * int(ended.sum()) < len(rows) else torch.ones_like(ended)

    with torch.inference_mode():
        output = model.generate(
            input_ids=batch.ids,
            attention_mask=batch.mask,
            max_new_tokens=room,
            stopping_criteria=[half_ended],
            **settings,
        )
    new: list[list[int]] = output[:, longest:].tolist()
    return new


def _stop_tokens(model: Any, tokenizer: Any) -> list[int]:
    configured = model.generation_config.eos_token_id
    stops = configured if isinstance(configured, list) else [configured]
    return sorted({token for token in [*stops, tokenizer.eos_token_id] if token is not None})


def _completion(ids: list[int], stops: list[int], tokenizer: Any) -> Completion:
    end = next((index for index, token in enumerate(ids) if token in stops), None)
    reply = ids if end is None else ids[:end]
    text = tokenizer.decode(reply, skip_special_tokens=True).strip()
    return Completion(text, "length" if end is None else "stop", len(reply))
