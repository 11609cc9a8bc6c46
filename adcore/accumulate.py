"""Public functions that accumulate a Jacobian in other ways than sweep by sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcore.limits import Limits
from adcore.modes import elimination, sparse
from adcore.modes.elimination import Elimination
from adcore.modes.sparse import SparseJacobian
from adcore.problem import pose


def eliminate(
    source: str, at: Mapping[str, Any], order: str = "markowitz", limits: Limits | None = None
) -> Elimination:
    """The Jacobian by vertex elimination, step by step; `order` is forward, reverse, markowitz or optimal.

    >>> adcore.eliminate("sin(x*y)", {"x": 2.0, "y": 3.0}).multiplications
    2
    """
    return elimination.accumulate(pose(source, at, limits), order)


def sparse_jacobian(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> SparseJacobian:
    """The Jacobian where it is not zero by structure, with as few forward sweeps as the colouring needs.

    >>> adcore.sparse_jacobian("[x[0]**2, x[1]**2]", {"x": [1.0, 2.0]}).passes
    1
    """
    return sparse.compress(pose(source, at, limits))
