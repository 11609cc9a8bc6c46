"""Public functions: Jacobians in other orders than sweep by sweep, and reverse mode in other forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adcore.limits import Limits
from adcore.modes import checkpointing, edge_elimination, elimination, linear, sparse, taping
from adcore.modes.checkpointing import Checkpointed
from adcore.modes.edge_elimination import EdgeElimination
from adcore.modes.elimination import Elimination
from adcore.modes.linear import Linear
from adcore.modes.sparse import SparseJacobian
from adcore.modes.taping import Taping
from adcore.problem import pose


def eliminate(
    source: str, at: Mapping[str, Any], order: str = "markowitz", limits: Limits | None = None
) -> Elimination:
    """The Jacobian by vertex elimination, step by step; `order` is forward, reverse, markowitz or optimal.

    >>> adcore.eliminate("sin(x*y)", {"x": 2.0, "y": 3.0}).multiplications
    2
    """
    return elimination.accumulate(pose(source, at, limits), order)


def eliminate_edges(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> EdgeElimination:
    """The Jacobian by edge elimination with the fewest multiplications, step by step; only for small programs.

    >>> adcore.eliminate_edges("sin(x*y)", {"x": 2.0, "y": 3.0}).multiplications
    2
    """
    return edge_elimination.accumulate_edges(pose(source, at, limits))


def sparse_jacobian(
    source: str, at: Mapping[str, Any], by: str = "columns", limits: Limits | None = None
) -> SparseJacobian:
    """The Jacobian where it is not zero by structure, with as few sweeps as the colouring needs.

    By `columns` the sweeps are forward, by `rows` reverse.

    >>> adcore.sparse_jacobian("[x[0]**2, x[1]**2]", {"x": [1.0, 2.0]}).passes
    1
    """
    return sparse.compress(pose(source, at, limits), by)


def tape(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> Taping:
    """What a reverse sweep keeps of the values, for which partials, and how many values at most.

    >>> adcore.tape("x + y + z", {"x": 1.0, "y": 2.0, "z": 3.0}).peak_bytes
    0
    """
    return taping.survey(pose(source, at, limits).graph)


def checkpoint(
    source: str,
    at: Mapping[str, Any],
    checkpoints: int = 3,
    weights: Sequence[float] | None = None,
    limits: Limits | None = None,
) -> Checkpointed:
    """The gradient of a program with a loop, the states of all but a few turns computed again when they are needed.

    `weights` are of the outputs: the first alone unless given. The numbers are those of reverse mode.
    """
    return checkpointing.checkpointed(pose(source, at, limits), checkpoints, weights)


def linearize(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> Linear:
    """The linear program at a point: what forward mode does to a change. `adcore.transpose` gives the reverse sweep.

    >>> adcore.transpose(adcore.linearize("x*y", {"x": 2.0, "y": 3.0})).apply([1.0])
    [3.0, 2.0]
    """
    return linear.linearize(pose(source, at, limits))
