"""The sign-flip permutation test of paired differences."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

EXACT_LIMIT = 20
DRAWS = 10_000
SEED = 20_180_201


def sign_flip_p(differences: npt.NDArray[np.float64]) -> float:
    """Return the two-sided p value of a mean difference if each sign may as well have been the other.

    Up to 20 differences every one of the 2^G sign patterns is counted, p = b/m, where b patterns have a
    mean as far from 0 as the observed one (Fisher 1935, The Design of Experiments, section 21). Beyond that
    10,000 seeded patterns are drawn and p = (b + 1)/(m + 1), which cannot be 0 (Phipson and Smyth 2010).

    Args:
        differences: shape (G,), one per cluster, G >= 1.

    Darwin's maize, in eighths of an inch, where Fisher counts 1726 of 32768:

    >>> maize = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48.0])
    >>> round(sign_flip_p(maize) * 2**15)
    1726
    """
    # Sums that are equal on paper may differ in their last digits.
    threshold = abs(differences.sum()) - 1e-9 * np.abs(differences).sum()
    if len(differences) <= EXACT_LIMIT:
        return float(np.mean(np.abs(_all_sums(differences)) >= threshold))
    as_far = int(np.sum(np.abs(_drawn_sums(differences)) >= threshold))
    return (as_far + 1) / (DRAWS + 1)


def sign_flip_norm_p(differences: npt.NDArray[np.float64]) -> float:
    """Return the p value of a mean difference vector if each cluster's vector may as well have pointed the other way.

    As `sign_flip_p`, with the Euclidean length of the mean in the place of its size: all parts of a cluster's vector
    are flipped together, so nothing is supposed of how they depend on each other. On centred log ratios the length is
    Aitchison's norm.

    Args:
        differences: shape (G, C), one vector per cluster, G >= 1.

    Eight clusters that all move the same way: only the pattern seen and its mirror image are as far, 2 of 256.

    >>> sign_flip_norm_p(np.tile([1.0, -0.5, -0.5], (8, 1))) * 2**8
    2.0
    """
    scale = float(np.sum(np.abs(differences).sum(axis=0) ** 2))
    threshold = float(np.sum(differences.sum(axis=0) ** 2)) - 1e-9 * scale
    if len(differences) <= EXACT_LIMIT:
        squares = np.sum([_all_sums(part) ** 2 for part in differences.T], axis=0)
        return float(np.mean(squares >= threshold))
    as_far = int(np.sum(np.sum(_drawn_sums(differences) ** 2, axis=1) >= threshold))
    return (as_far + 1) / (DRAWS + 1)


def sign_flip_upper_p(differences: npt.NDArray[np.float64]) -> float:
    """Return the one-sided p value of a mean above 0, every sign pattern counted: for up to 20 differences.

    Less a margin, the differences test that their mean lies above that margin, if they spread evenly around it.

    Args:
        differences: shape (G,), one per cluster, 1 <= G <= 20.

    Raises:
        ValueError: there are more than 20 differences, too many to count every pattern.

    Darwin's maize, in eighths of an inch, where half of Fisher's 1726 patterns lie on this side:

    >>> maize = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48.0])
    >>> round(sign_flip_upper_p(maize) * 2**15)
    863
    """
    if len(differences) > EXACT_LIMIT:
        raise ValueError(f"every sign pattern is counted for at most {EXACT_LIMIT} differences")
    threshold = differences.sum() - 1e-9 * np.abs(differences).sum()
    return float(np.mean(_all_sums(differences) >= threshold))


def flipped_sums(differences: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the sums of each column under sign patterns that flip whole rows: every pattern up to 20 rows, else drawn.

    Args:
        differences: shape (G, C), one row per cluster, G >= 1.

    >>> flipped_sums(np.array([[1.0, 10.0], [2.0, 20.0]])).tolist()
    [[3.0, 30.0], [1.0, 10.0], [-1.0, -10.0], [-3.0, -30.0]]
    """
    if len(differences) <= EXACT_LIMIT:
        return np.column_stack([_all_sums(part) for part in differences.T])
    return _drawn_sums(differences)


def flip_p(as_far: npt.NDArray[np.bool_], clusters: int) -> float:
    """Return the share of sign patterns that are as far: b/m of all of them, (b + 1)/(m + 1) of those drawn.

    >>> flip_p(np.array([True, False, False, True]), 2)
    0.5
    """
    added = 0 if clusters <= EXACT_LIMIT else 1
    return (int(as_far.sum()) + added) / (len(as_far) + added)


def _all_sums(differences: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # scipy's permutation_test steps through the patterns in Python: too slow for the million of G = 20.
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate((sums + difference, sums - difference))
    return sums


def _drawn_sums(differences: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # In ten batches, which keeps the sign matrix of thousands of clusters in memory.
    return np.concatenate([signs.astype(np.float64) @ differences for signs in _drawn_signs(len(differences))])


@lru_cache(maxsize=2)
def _drawn_signs(clusters: int) -> list[npt.NDArray[np.int8]]:
    """The patterns are the same for all measures on as many clusters, and to draw them takes longest."""
    rng = np.random.default_rng(SEED)
    return [rng.choice(np.array([-1, 1], dtype=np.int8), size=(DRAWS // 10, clusters)) for _ in range(10)]
