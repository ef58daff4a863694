"""The sign-flip tests of vectors and of one side, against brute force and the two-sided test."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from behaviordrift.statistics.sign_flip import sign_flip_norm_p, sign_flip_p, sign_flip_upper_p

repeatable = settings(max_examples=40, deadline=None, derandomize=True)
finite = st.integers(-50, 50).map(lambda x: x / 8)


@repeatable
@given(arrays(float, st.integers(1, 8), elements=finite))
def test_upper_p_equals_brute_force(d):
    sums = [np.dot(signs, d) for signs in product((-1, 1), repeat=len(d))]
    assert sign_flip_upper_p(d) == np.mean([s >= d.sum() for s in sums])


@repeatable
@given(arrays(float, st.integers(1, 25), elements=finite))
def test_a_vector_of_one_part_is_the_two_sided_test(d):
    assert sign_flip_norm_p(d[:, None]) == sign_flip_p(d)


def test_norm_is_unmoved_by_rotation():
    rng = np.random.default_rng(5)
    d = rng.normal(0.3, 1, (12, 3))
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    assert sign_flip_norm_p(d @ rotation) == sign_flip_norm_p(d)


def test_twenty_clusters_of_ten_parts_are_counted():
    assert sign_flip_norm_p(np.ones((20, 10))) == 2 / 2**20


def test_too_many_patterns_to_count_are_refused():
    with pytest.raises(ValueError, match="at most 20"):
        sign_flip_upper_p(np.ones(21))
