"""Evaluation: every node's primal, in order, with the branch decisions where they fall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adcore.events import Event
from adcore.graph import CONST, Graph


def steps(graph: Graph, values: Sequence[Any]) -> Iterator[Event]:
    """A `value` for every node but constants, a `branch` for every test that decides one."""
    deciding = frozenset(decision.node for decision in graph.decisions)
    for i, op in enumerate(graph.ops):
        if op != CONST:
            kind = "branch" if i in deciding else "value"
            yield Event("primal", kind, i, float(values[i]), operations=operations_at(values[i]))


def operations_at(value: Any) -> int:
    """How many operations the staged program had when this value was made; 0 for plain floats."""
    return getattr(value, "operations", 0)
