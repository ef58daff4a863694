"""Exchange designs against Kiefer's lattice, brute force and the general equivalence theorem."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviordrift.statistics import (
    bounded_candidates,
    d_optimal,
    extreme_vertices,
    scheffe_basis,
    simplex_centroid,
    simplex_lattice,
)

WHOLE = bounded_candidates([0, 0, 0], [1, 1, 1])


def log_det(points, order):
    basis = scheffe_basis(points, order)
    return np.linalg.slogdet(basis.T @ basis)[1]


def counts(points):
    rows, found = np.unique(points.round(9), axis=0, return_counts=True)
    return dict(zip(map(tuple, rows.tolist()), found.tolist(), strict=True))


def test_twelve_quadratic_runs_go_twice_to_each_lattice_point():
    design = d_optimal(WHOLE, 12, "quadratic")
    assert design.log_det == pytest.approx(-4.1588831, abs=5e-8)
    assert counts(design.points) == dict.fromkeys(counts(simplex_lattice(3)), 2)


@pytest.mark.parametrize("tasks", [2, 3, 4, 5])
def test_the_saturated_quadratic_design_is_the_lattice(tasks):
    candidates = bounded_candidates([0] * tasks, [1] * tasks)
    design = d_optimal(candidates, tasks * (tasks + 1) // 2, "quadratic")
    assert counts(design.points) == dict.fromkeys(counts(simplex_lattice(tasks)), 1)


@pytest.mark.parametrize("seed", range(5))
def test_every_start_leads_to_the_same_determinant_and_a_seed_to_the_same_points(seed):
    first, again = (d_optimal(WHOLE, 7, "quadratic", seed=seed) for _ in range(2))
    assert first.points.tolist() == again.points.tolist()
    assert first.log_det == pytest.approx(d_optimal(WHOLE, 7, "quadratic", seed=99).log_det)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["linear", "quadratic"]))
def test_no_choice_of_few_candidates_is_better(seed, order):
    rng = np.random.default_rng(seed)
    candidates, fixed = rng.dirichlet([1, 1, 1], size=6), rng.dirichlet([1, 1, 1], size=2)
    design = d_optimal(candidates, 4, order, fixed=fixed)
    best = max(log_det(np.vstack([fixed, *candidates[list(c)][:, None]]), order) for c in choices(6, 4))
    assert design.log_det == pytest.approx(best, abs=1e-6)
    assert design.log_det == pytest.approx(log_det(np.vstack([fixed, design.points]), order))


def choices(candidates, n):
    return combinations_with_replacement(range(candidates), n)


def test_many_runs_meet_the_equivalence_theorem():
    """No candidate of a D-optimal measure has a variance above p / n (Kiefer and Wolfowitz 1960)."""
    corners = bounded_candidates([0.1, 0.1, 0.1], [0.6, 0.5, 0.7])
    n, basis = 120, scheffe_basis(corners, "quadratic")
    rows = scheffe_basis(d_optimal(corners, n, "quadratic").points, "quadratic")
    variance = np.einsum("ij,jk,ik->i", basis, np.linalg.inv(rows.T @ rows), basis)
    assert n * variance.max() == pytest.approx(6, rel=0.1)


def test_augmenting_makes_up_for_what_is_there():
    fixed = np.repeat(simplex_lattice(3)[:5], 2, axis=0)
    design = d_optimal(WHOLE, 2, "quadratic", fixed=fixed)
    assert design.points.tolist() == [[0, 0.5, 0.5]] * 2


def test_a_bounded_design_stays_at_the_corners_for_a_linear_model():
    corners = extreme_vertices([0.1, 0, 0], [0.6, 0.7, 0.8])
    design = d_optimal(bounded_candidates([0.1, 0, 0], [0.6, 0.7, 0.8]), 8, "linear")
    assert set(counts(design.points)) <= set(counts(corners))


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(ValueError, match="no 5 of the candidates tell the 6 terms of a quadratic model apart"):
        d_optimal(WHOLE, 5, "quadratic")
    with pytest.raises(ValueError, match="one run or more"):
        d_optimal(WHOLE, 0, "linear")
    with pytest.raises(ValueError, match="another number of tasks"):
        d_optimal(WHOLE, 3, "linear", fixed=simplex_centroid(2))
