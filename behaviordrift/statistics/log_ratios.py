"""Compositions as log ratios: parts that share one whole, such as the shares of registers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.clusters import Vector


def clr(shares: npt.ArrayLike) -> Vector:
    """Return the centred log ratios: the log of each part over the geometric mean of all parts.

    They sum to 0, do not depend on the total, and their Euclidean distance is Aitchison's (1986, The Statistical
    Analysis of Compositional Data). Zero parts have no logarithm: see `replace_zeros`.

    Args:
        shares: shape (..., C), positive parts along the last axis.

    Raises:
        ValueError: a part is not positive and finite.

    >>> clr([0.1, 0.3, 0.4, 0.2]).round(8).tolist()
    [-0.79451346, 0.30409883, 0.5917809, -0.10136628]
    """
    parts = np.asarray(shares, dtype=np.float64)
    if not (np.isfinite(parts).all() and (parts > 0).all()):
        raise ValueError("a log ratio needs parts above 0: replace zeros first")
    logs = np.log(parts)
    centred: Vector = logs - logs.mean(axis=-1, keepdims=True)
    return centred


def replace_zeros(shares: npt.ArrayLike, smallest: float) -> Vector:
    """Return compositions that sum to 1 with every zero raised to `smallest`, the other parts shrunk to make room.

    Ratios between parts that were not zero stay as they are (Martín-Fernández, Barceló-Vidal and Pawlowsky-Glahn 2003,
    Mathematical Geology 35: 253-278). This is for responses; a share of 0 that a design chose is no rounding.

    Args:
        shares: shape (..., C), parts of at least 0 along the last axis.
        smallest: what a zero becomes, less than 1/C.

    Raises:
        ValueError: a part is negative or not finite, a composition is all zeros, or `smallest` is out of range.

    >>> replace_zeros([0.0, 2.0, 6.0], 0.04).tolist()
    [0.04, 0.24, 0.72]
    """
    parts = np.asarray(shares, dtype=np.float64)
    totals = parts.sum(axis=-1, keepdims=True)
    if not np.isfinite(parts).all() or (parts < 0).any() or (totals == 0).any():
        raise ValueError("a composition has parts of at least 0, and not only zeros")
    if not 0 < smallest < 1 / parts.shape[-1]:
        raise ValueError(f"a zero is replaced by more than 0 and less than 1/{parts.shape[-1]}, got {smallest}")
    zero = parts == 0
    room = 1 - smallest * zero.sum(axis=-1, keepdims=True)
    replaced: Vector = np.where(zero, smallest, parts / totals * room)
    return replaced
