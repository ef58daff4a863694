"""What an engine does: render prompts, complete them, and weigh given replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from behaviordrift.checkpoints.checkpoint import Checkpoint
from behaviordrift.checkpoints.digest import value_digest

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Decoding:
    """How replies are sampled: greedy unless `samples` and `temperature` say otherwise."""

    samples: int = 1
    temperature: float = 0.0
    max_new_tokens: int = 128
    seed: int = 0

    def digest(self, engine: str) -> str:
        """Digest of all that decides a reply besides checkpoint and prompt; greedy replies know no seed."""
        drawn = [self.temperature, self.seed] if self.temperature > 0 else []
        return value_digest([engine, self.max_new_tokens, drawn])


class Completion(NamedTuple):
    """One reply. `finish_reason` is "stop", or "length" where the token limit cut it."""

    text: str
    finish_reason: str | None
    tokens: int


class Likelihood(NamedTuple):
    """The log-probability (nats, summed) that a checkpoint gives a reply, and the reply's length in tokens."""

    logprob: float
    tokens: int


class Engine(Protocol):
    """Runs checkpoints. An engine loads nothing heavy before it must generate."""

    @property
    def identity(self) -> str:
        """Names the engine and all that may change its numbers, such as precision."""
        ...

    def render(self, checkpoint: Checkpoint, messages: Messages) -> str:
        """The prompt as the checkpoint's chat template writes it."""
        ...

    def generate(
        self, checkpoint: Checkpoint, prompts: Sequence[str], decoding: Decoding, seed: int
    ) -> list[Completion]:
        """Complete rendered prompts, in order, as one batch; `seed` decides the draws."""
        ...

    def likelihoods(self, checkpoint: Checkpoint, prompts: Sequence[str], replies: Sequence[str]) -> list[Likelihood]:
        """Weigh each reply after its rendered prompt, in order, as one batch."""
        ...
