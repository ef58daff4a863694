"""Exact D-optimal designs on the Scheffé basis, by exchange of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from behaviordrift.statistics.compositions import Order, scheffe_basis

Vector = npt.NDArray[np.float64]

STARTS = 20
RIDGE = 1e-8
"""Added to the information while points are exchanged, so that a poor start has a determinant to improve."""


@dataclass(frozen=True)
class OptimalDesign:
    """A design found by exchange.

    Attributes:
        points: shape (n, T), a point twice where it deserves two runs; the fixed ones are not among them.
        log_det: logarithm of det(X'X) over the points and the fixed ones.
    """

    points: Vector
    log_det: float


def d_optimal(
    candidates: npt.ArrayLike, n: int, order: Order, *, fixed: npt.ArrayLike | None = None, seed: int = 0
) -> OptimalDesign:
    """Choose n of the candidates, with repetition, so that det(X'X) of the Scheffé terms is greatest.

    Fedorov's exchange: of all swaps of a chosen point for a candidate the one that raises the determinant most
    is made, until none does; the best of 20 seeded starts counts. A swap of x for z multiplies the determinant
    by 1 + d(z) - d(x) - d(z) d(x) + d(z, x)², where d(a, b) = a' (X'X)^-1 b (Fedorov 1972, Theory of Optimal
    Experiments).

    Args:
        candidates: shape (C, T), mixtures to choose from.
        n: how many runs to place.
        order: degree of the polynomial that the design is for.
        fixed: shape (m, T), runs that are there whatever is chosen: the result augments them.
        seed: of the starts.

    Raises:
        ValueError: n is below 1, a row is no composition, or no choice can tell the terms apart.

    Twelve runs for a quadratic model of three tasks go twice to each point of the {3, 2} lattice:

    >>> from behaviordrift.statistics.designs import bounded_candidates
    >>> design = d_optimal(bounded_candidates([0, 0, 0], [1, 1, 1]), 12, "quadratic")
    >>> round(design.log_det, 7), len(np.unique(design.points, axis=0))
    (-4.1588831, 6)
    """
    if n < 1:
        raise ValueError("a design has one run or more")
    shares = np.asarray(candidates, dtype=np.float64)
    terms = scheffe_basis(shares, order)
    held = scheffe_basis(fixed, order) if fixed is not None and len(np.asarray(fixed)) else terms[:0]
    if held.shape[1] != terms.shape[1]:
        raise ValueError("the fixed runs have another number of tasks than the candidates")
    rng = np.random.default_rng(seed)
    found = [_exchange(terms, held, rng.integers(len(terms), size=n)) for _ in range(STARTS)]
    chosen = max(found, key=lambda rows: round(_log_det(terms[rows], held), 9))
    log_det = _log_det(terms[chosen], held)
    if not np.isfinite(log_det):
        raise ValueError(f"no {n} of the candidates tell the {terms.shape[1]} terms of a {order} model apart")
    return OptimalDesign(shares[np.sort(chosen)], log_det)


def _exchange(terms: Vector, held: Vector, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    ridge = held.T @ held + RIDGE * np.eye(terms.shape[1])
    while True:
        rows = terms[chosen]
        inverse = np.linalg.inv(ridge + rows.T @ rows)
        between = rows @ inverse @ terms.T
        new = np.einsum("cp,pq,cq->c", terms, inverse, terms)
        old = np.einsum("rp,pq,rq->r", rows, inverse, rows)
        gain = new[None, :] - old[:, None] - old[:, None] * new[None, :] + between**2
        out, into = np.unravel_index(int(np.argmax(gain.round(9))), gain.shape)
        if gain[out, into] < 1e-6:
            return chosen
        chosen = chosen.copy()
        chosen[out] = into


def _log_det(rows: Vector, held: Vector) -> float:
    information = rows.T @ rows + held.T @ held
    if np.linalg.matrix_rank(information) < len(information):
        return -np.inf
    return float(np.linalg.slogdet(information)[1])
