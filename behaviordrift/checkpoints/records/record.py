"""What is known of a checkpoint's training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from behaviordrift.checkpoints.mixture import Mixture, Phase, cumulative_mixture


@dataclass(frozen=True)
class Record:
    """Nominal and realised shares, seed, and the facts that must agree before a ratio can be blamed.

    `realised` holds shares by unit ("rows", "tokens", "loss_tokens"), `amounts` the counts they are of, and `epochs`
    how often each task's rows were seen; these move with every mixture, so runs that differ in them still compare.
    `facts` are the settings that the manifest check compares across runs (base, method, learning rate, steps, ...).
    `run` identifies the training run, so that one run that stands twice in a study is not taken for a replicate.
    `source` says where the record was found.
    """

    phases: tuple[Phase, ...]
    source: str
    seed: int | None = None
    realised: dict[str, Mixture] = field(default_factory=dict)
    amounts: dict[str, dict[str, float]] = field(default_factory=dict)
    epochs: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    run: str | None = None

    @property
    def mixture(self) -> Mixture:
        """The nominal share of each task over all of training."""
        return cumulative_mixture(self.phases)
