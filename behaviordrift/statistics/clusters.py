"""What every paired comparison asks of its clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

# With five clusters the most extreme of the 32 sign patterns has a two-sided p of 2/32 = .0625.
MIN_CLUSTERS = 6
NO_CLUSTERS = "no clusters"


def clusters(*arrays: npt.ArrayLike) -> list[Vector]:
    """Return the arrays as floats, or raise ValueError unless they are 1-D, finite and equally long.

    >>> clusters([0, 1], [1.5, 2.5])
    [array([0., 1.]), array([1.5, 2.5])]
    """
    vectors = [np.asarray(array, dtype=np.float64) for array in arrays]
    shapes = {vector.shape for vector in vectors}
    if len(shapes) > 1 or vectors[0].ndim != 1:
        raise ValueError(f"one value per cluster is needed from each side, got shapes {sorted(shapes)}")
    if not all(np.isfinite(vector).all() for vector in vectors):
        raise ValueError("values must be finite: leave out the clusters that have none")
    return vectors


def few_clusters(n: int) -> tuple[str, ...]:
    """Return the caveat that goes with an undefined p value, if `n` clusters are too few for one.

    >>> few_clusters(5), few_clusters(6)
    (('fewer than 6 clusters',), ())
    """
    return () if n >= MIN_CLUSTERS else (f"fewer than {MIN_CLUSTERS} clusters",)
