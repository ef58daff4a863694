"""Rows of token ids as one batch, padded on the left so that all end together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class PaddedBatch(NamedTuple):
    """Tensors of shape (rows, longest): token ids, attention mask, and each token's position in its own row."""

    ids: Any
    mask: Any
    positions: Any


def pad_left(rows: Sequence[list[int]], pad: int, device: Any) -> PaddedBatch:
    """Pad every row with `pad` up to the longest.

    >>> batch = pad_left([[5, 6, 7], [8]], 0, "cpu")
    >>> batch.ids.tolist(), batch.mask.tolist(), batch.positions.tolist()
    ([[5, 6, 7], [0, 0, 8]], [[1, 1, 1], [0, 0, 1]], [[0, 1, 2], [0, 0, 0]])
    """
    import torch

    longest = max(len(row) for row in rows)
    ids = torch.tensor([[pad] * (longest - len(row)) + row for row in rows], device=device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows], device=device)
    return PaddedBatch(ids, mask, (mask.cumsum(-1) - 1).clamp(min=0))
