"""A place in a graph where a rule is used: what is needed to use it wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcore.graph import Graph
from adcore.rules import Rule

Edge = tuple[int, float]
"""A node that receives something, and the partial that it receives it by."""
Edges = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One operation where a rule is used, at one point; `values` and `slopes` are those of all nodes.

    `slopes[i]` is the derivative of node i by each leaf, and `leaves` the ids of the leaves. `inner` is the argument of
    a function that the program writes out, of which `node` is the last operation (see disguises).
    """

    graph: Graph
    node: int
    rule: Rule
    values: Sequence[float]
    slopes: Sequence[Sequence[float]]
    varied: Sequence[bool]
    partials: tuple[float, ...]
    wrong: Sequence[tuple[str, Graph]]
    linear_above: bool
    inner: int | None = None

    @property
    def args(self) -> tuple[int, ...]:
        return self.graph.args[self.node] if self.inner is None else (self.inner,)

    @property
    def numbers(self) -> list[float]:
        return [self.values[a] for a in self.args]

    @property
    def out(self) -> float:
        return self.values[self.node]

    @property
    def by_variable(self) -> bool:
        """Whether it is a quotient whose denominator depends on the inputs."""
        return self.rule.row.name == "div" and 1 in self.moving

    @property
    def by_constant(self) -> bool:
        """Whether it is a constant factor or divisor of something that depends on the inputs."""
        return self.rule.row.name in ("mul", "div") and len(self.moving) == 1 and not self.by_variable

    @property
    def moving(self) -> list[int]:
        """Positions of the arguments that depend on the inputs."""
        return [k for k, a in enumerate(self.args) if self.varied[a]]

    def edges(self, changed: Mapping[int, float]) -> Edges:
        """The edges with other partials for some arguments."""
        return tuple((a, changed.get(k, p)) for k, (a, p) in enumerate(zip(self.args, self.partials, strict=True)))

    def without(self, k: int, partial: float) -> Edges:
        """The edges, but for the term of argument k by every input that the other argument depends on too."""
        other = set(self.leaves_below(self.args[1 - k]))
        slopes = zip(self.graph.inputs, self.slopes[self.args[k]], strict=True)
        return self.edges({}) + tuple((leaf, -partial * slope) for leaf, slope in slopes if leaf in other)

    def leaves_below(self, node: int) -> list[int]:
        """The inputs that a node depends on, as ids."""
        needed = self.graph.useful([node])
        return [i for i in self.graph.inputs if needed[i]]
