"""The order of the polynomial that tells how tasks blend: what the runs can give, and not what a test lets pass."""

from __future__ import annotations

import numpy.typing as npt

from behaviordrift.statistics.compositions import Order, ScheffeFit, fit_scheffe

ALPHA = 0.05


def fit_blending(x: npt.ArrayLike, y: npt.ArrayLike) -> ScheffeFit:
    """Fit the quadratic polynomial where the runs allow it, else the linear one.

    A linear model is not kept because lack of fit was not shown: a bend too small for that test still takes intervals
    of Cox effects off the truth. Only where the quadratic shows lack of fit at 5 %, and the runs allow it, the special
    cubic takes its place. Runs allow a model if they tell its terms apart and leave degrees of freedom.

    Args:
        x: shape (n, T), shares of the tasks in each run.
        y: shape (n,), the trait of each run.

    Raises:
        ValueError: as `fit_scheffe` for the linear model.

    >>> vertices_and_middle = [[1, 0], [1, 0], [0.5, 0.5], [0.5, 0.5], [0, 1], [0, 1]]
    >>> fit_blending(vertices_and_middle, [1, 1.2, 2.1, 1.9, 3, 3.1]).order
    'quadratic'
    >>> fit_blending([[1, 0], [1, 0], [0, 1], [0, 1]], [1, 1.2, 3, 3.1]).order
    'linear'
    """
    linear, quadratic = fit_scheffe(x, y), _allowed(x, y, "quadratic")
    if quadratic is None:
        return linear
    cubic = _allowed(x, y, "special cubic") if quadratic.lack_of_fit_p < ALPHA else None
    # Two tasks have no triple.
    return cubic if cubic is not None and cubic.df < quadratic.df else quadratic


def _allowed(x: npt.ArrayLike, y: npt.ArrayLike, order: Order) -> ScheffeFit | None:
    try:
        fit = fit_scheffe(x, y, order)
    except ValueError:
        return None
    return fit if fit.df > 0 else None
