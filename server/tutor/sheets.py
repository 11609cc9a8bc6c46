"""A sheet: both sweeps over one recorded program, cell by cell, with everything that a cell is worked out from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from adcore.algebras.floats import FloatAlgebra
from adcore.comparison import LARGEST
from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook, adjoints_of, sweep
from adcore.interpreter import partial as partial_of
from adcore.labels import Labels
from adcore.misconceptions import MISCONCEPTIONS
from adcore.modes.forward import push
from adcore.problem import Problem
from adcore.sites import Site
from adcore.slips import sites_of, situation

FAR = ("product-of-derivatives", "quotient-of-derivatives")
"""Misconceptions that take the slopes of inputs for partials: no matter of one edge."""


@dataclass(frozen=True, slots=True)
class Term:
    """One edge of a sweep: `rate` of node `carrier` times the partial of operation `op` for argument `arg`."""

    rate: float
    partial: float
    op: int
    arg: int
    carrier: int

    @property
    def amount(self) -> float:
        return self.rate * self.partial


@dataclass(frozen=True)
class Sheet:
    """The sweeps of a problem along a direction and back from output weights; both have one number for each leaf."""

    problem: Problem
    along: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.graph) > LARGEST:
            words = f"The program takes {len(self.graph)} rows; an exercise can have {LARGEST}."
            raise ADError("exercise", words, None, "Take a smaller program, or fewer turns of its loop.")
        if not self.operations:
            words = "Nothing is worked out from the inputs, so there is nothing to differentiate."
            raise ADError("exercise", words, None, "Take a function that depends on its inputs.")

    @property
    def graph(self) -> Graph:
        return self.problem.graph

    @property
    def values(self) -> tuple[float, ...]:
        return self.problem.recording.values

    @cached_property
    def labels(self) -> Labels:
        return Labels(self.graph)

    @cached_property
    def tangents(self) -> Sequence[float]:
        """The tangent of every node."""
        duals = push(self.graph, FloatAlgebra(), self.problem.leaves, self.along)
        return [float(dual.tangent or 0.0) for dual in duals]

    @cached_property
    def seeds(self) -> Mapping[int, float]:
        """The adjoint that each output starts with; an output that is one twice starts with both weights."""
        found: dict[int, float] = {}
        for i, weight in zip(self.graph.outputs, self.weights, strict=True):
            if weight:
                found[i] = found.get(i, 0.0) + weight
        return found

    @cached_property
    def adjoints(self) -> Mapping[int, float]:
        """The adjoint of every node that the sweep back reaches."""
        return adjoints_of(sweep(self.graph, FloatAlgebra(), self.values, self.seeds))

    @cached_property
    def operations(self) -> tuple[int, ...]:
        """The operations that outputs and inputs have to do with, in order."""
        graph = self.graph
        varied, useful = graph.varied(), graph.useful()
        return tuple(
            i
            for i, op in enumerate(graph.ops)
            if op not in (INPUT, CONST) and varied[i] and useful[i] and graph.args[i]
        )

    @cached_property
    def sites(self) -> Mapping[int, Site]:
        """Where rules are used, for what misconceptions make of them."""
        found: dict[int, Site] = {}
        for output in dict.fromkeys(self.graph.outputs):
            alone = replace(self.graph, outputs=(output,))
            found = {**sites_of(situation(alone, self.values)), **found}
        return found

    @cached_property
    def partials(self) -> Mapping[tuple[int, int], float]:
        """The local partial of every edge along which something varies: by operation and argument."""
        graph, rules, floats, varied = self.graph, RuleBook(), FloatAlgebra(), self.graph.varied()
        return {
            (i, k): float(partial_of(floats, rules.find(graph, i), [self.values[a] for a in args], self.values[i], k))
            for i, args in ((i, graph.args[i]) for i in self.operations)
            for k, a in enumerate(args)
            if varied[a]
        }

    @cached_property
    def wrong_edges(self) -> Mapping[int, tuple[tuple[str, tuple[float, ...]], ...]]:
        """What misconceptions make of the partials of each operation; those that reach further are left out."""
        return {i: tuple(dict.fromkeys(_wrong_of(site))) for i, site in self.sites.items()}

    def tangent_terms(self, i: int) -> tuple[Term, ...]:
        """What the tangent of an operation is the sum of."""
        edges = ((k, a) for k, a in enumerate(self.graph.args[i]) if (i, k) in self.partials)
        return tuple(self._term(self.tangents[a], i, k, a) for k, a in edges if self._is_moved[a])

    def adjoint_terms(self, target: int) -> tuple[Term, ...]:
        """What the adjoint of a node receives, in the order of the sweep back."""
        edges = [(i, k) for i, k in self._edges_to.get(target, ()) if i in self.adjoints]
        return tuple(self._term(self.adjoints[i], i, k, i) for i, k in edges)

    @cached_property
    def _edges_to(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        """The edges by the node that they lead to, in the order of the sweep back."""
        found: dict[int, list[tuple[int, int]]] = {}
        for i, k in sorted(self.partials, key=lambda edge: (-edge[0], edge[1])):
            found.setdefault(self.graph.args[i][k], []).append((i, k))
        return found

    @cached_property
    def _is_moved(self) -> list[bool]:
        return self.graph.varied([i for i, rate in zip(self.graph.inputs, self.along, strict=True) if rate])

    def _term(self, rate: float, op: int, k: int, carrier: int) -> Term:
        return Term(rate, self.partials[op, k], op, k, carrier)


def _wrong_of(site: Site) -> Iterator[tuple[str, tuple[float, ...]]]:
    for name, row in MISCONCEPTIONS.items():
        if name not in FAR:
            found = (edges for edges in row.slips(site) if tuple(target for target, _ in edges) == site.args)
            yield from ((name, tuple(partial for _, partial in edges)) for edges in found)


@dataclass(frozen=True, slots=True)
class Draft:
    """An exercise in the making: both sweeps, the level from 1 to 3, and the only source of chance."""

    sheet: Sheet
    level: int
    rng: Random

    @property
    def moved(self) -> int:
        """The position of the input that moves, among the leaves."""
        return next(j for j, rate in enumerate(self.sheet.along) if rate)
