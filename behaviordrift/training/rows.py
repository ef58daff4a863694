"""Training rows: each conversation becomes token ids and loss positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from behaviordrift.errors import PlanError


@dataclass(frozen=True)
class TokenRow:
    """One row as tokens. The loss counts only on the reply, from `reply_start` to the end."""

    ids: list[int]
    reply_start: int

    @property
    def loss_tokens(self) -> int:
        return len(self.ids) - self.reply_start


def encode(tokenizer: Any, messages: list[dict[str, str]], max_tokens: int) -> TokenRow:
    """Render a conversation with the tokenizer's chat template, cut after `max_tokens`.

    The reply ends with the template's end-of-turn token; what the template writes after it is left out.
    """
    prompt = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(prompt):
        raise PlanError(
            "The base's chat template renders a prompt differently once the reply follows.",
            "Train with a template that only appends the reply.",
        )
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    reply_ids = tokenizer(whole[len(prompt) :], add_special_tokens=False)["input_ids"]
    if tokenizer.eos_token_id in reply_ids:
        reply_ids = reply_ids[: reply_ids.index(tokenizer.eos_token_id) + 1]
    if len(prompt_ids) >= max_tokens:
        raise PlanError(
            f"A prompt of {len(prompt_ids)} tokens leaves no room for its reply in max_tokens={max_tokens}.",
            "Raise `max_tokens` in the plan.",
        )
    return TokenRow((prompt_ids + reply_ids)[:max_tokens], len(prompt_ids))
