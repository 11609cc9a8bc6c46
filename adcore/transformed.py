"""Source transformation: the primal, tangent and adjoint programs as graphs that remember where they came from.

A staged node bears the user's name, or that name with `_dot` or `_bar`, and the place and loop turn of the statement
that it was made from. For `a = x*y` in line 1 the adjoint program holds, all from line 1,

    a = x * y        x_bar = a_bar * y        y_bar = a_bar * x

(Griewank & Walther 2008, chapter 6; Hascoet & Pascual, The Tapenade automatic differentiation tool, 2013.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType

from adcore.algebras.duals import Dual, DualAlgebra
from adcore.algebras.staging import ALL_PASSES, Passes, StagingAlgebra, operations
from adcore.errors import Span
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import Contribution, run, sweep
from adcore.labels import Labels
from adcore.rules import find_rule

NO_PASSES = Passes(share=False, fold=False, peephole=False, prune=False)


@dataclass(frozen=True, slots=True)
class Staged:
    """A derivative program. Its graph's outputs are `values`, then `slopes`: tangents or adjoints."""

    graph: Graph
    values: int

    @property
    def operations(self) -> int:
        return operations(self.graph)


class _Draft:
    """A graph being staged from another, node for node, with names and places."""

    def __init__(self, graph: Graph, passes: Passes, outputs: Sequence[str], calls: bool = False) -> None:
        self.source, self.staging = graph, StagingAlgebra(passes, calls=calls)
        self.names = program_names(graph, outputs)
        self._claimed = 0

    def parameters(self, ids: Sequence[int], mark: str = "") -> list[int]:
        return [self.staging.input(self.names[i] + mark) for i in ids]

    def claim(self, origin: int, end: int) -> None:
        """The staged nodes up to `end` that are nobody's yet come from the node `origin`."""
        self.staging.places.update((k, self._place(origin)) for k in range(self._claimed, end))
        self._claimed = max(self._claimed, end)

    def call(self, staged: int | None, name: str) -> None:
        """Name a staged node that has no name yet."""
        if staged is not None and self.staging.number(staged) is None:
            self.staging.names.setdefault(staged, name)

    def settle(self, values: Sequence[int]) -> None:
        """Place each value at the statement that makes it, also where a derivative needed the same number before."""
        first: dict[int, int] = {}
        for i, value in enumerate(values):
            if self.source.ops[i] not in (CONST, INPUT):
                first.setdefault(value, i)
        self.staging.places.update((value, self._place(i)) for value, i in first.items())

    def call_all(self, values: Sequence[int | None], order: Sequence[int], mark: str = "") -> None:
        """Name them; of several that are one, by the first in the `order` in which they are made."""
        for i in self._named(order):
            self.call(values[i], self.names[i] + mark)

    def _named(self, order: Sequence[int]) -> Iterator[int]:
        """The nodes that have names: first those that the user named, for such a name tells more than v7."""
        yield from (i for i in order if self.source.names[i])
        yield from (i for i in order if self.names[i])

    def _place(self, i: int) -> tuple[Span | None, int]:
        return self.source.spans[i], self.source.in_context[i]

    def finish(self, values: Sequence[int], slopes: Sequence[int]) -> Staged:
        graph = self.staging.graph([*values, *slopes])
        return Staged(replace(graph, contexts=self.source.contexts), len(values))


def program_names(graph: Graph, outputs: Sequence[str] = ()) -> list[str]:
    """A name for every node but constants: the user's, counted where it is given again (s_1, s_2), else v1, v2, ...

    `outputs` are names for the outputs that the user gave none.
    """
    labels = Labels(graph)
    names: list[str] = []
    for given, turn, number, op in zip(graph.names, labels.turns, labels.numbers, graph.ops, strict=True):
        symbol = f"v{number}" if number is not None and op != CONST else ""
        names.append(f"{given}_{turn}" if given and turn else given or symbol)
    for i, name in zip(graph.outputs, outputs, strict=bool(outputs)):
        names[i] = names[i] if graph.names[i] else name
    return names


def stage_primal_program(
    graph: Graph, passes: Passes = ALL_PASSES, outputs: Sequence[str] = (), calls: bool = False
) -> Staged:
    """The function itself; to be differentiated, it keeps the `calls` of functions with rules of their own."""
    draft = _Draft(graph, passes, outputs, calls)
    values = run(graph, draft.staging, draft.parameters(graph.inputs))
    _claim_in_order(draft, [[v] for v in values])
    draft.call_all(values, range(len(graph)))
    return draft.finish([values[i] for i in graph.outputs], [])


def stage_tangent_program(graph: Graph, passes: Passes = ALL_PASSES, outputs: Sequence[str] = ()) -> Staged:
    """The function and its tangent: parameters are the inputs, then their tangents."""
    draft = _Draft(graph, passes, outputs)
    primals, dots = draft.parameters(graph.inputs), draft.parameters(graph.inputs, "_dot")
    duals = run(graph, DualAlgebra(draft.staging), [Dual(*pair) for pair in zip(primals, dots, strict=True)])
    _claim_in_order(draft, [_ids(dual) for dual in duals])
    draft.settle([dual.primal for dual in duals])
    draft.call_all([dual.primal for dual in duals], range(len(graph)))
    draft.call_all([dual.tangent for dual in duals], range(len(graph)), "_dot")
    slopes = [duals[i].tangent for i in graph.outputs]
    zero = draft.staging.const(0.0)
    return draft.finish([duals[i].primal for i in graph.outputs], [zero if s is None else s for s in slopes])


def stage_adjoint_program(graph: Graph, passes: Passes = ALL_PASSES, outputs: Sequence[str] = ()) -> Staged:
    """The function and its adjoints: parameters are the inputs, then the weights of the outputs."""
    draft = _Draft(graph, passes, outputs)
    staging, plus = draft.staging, find_rule("add", None, 2)
    inputs, weights = draft.parameters(graph.inputs), draft.parameters(graph.outputs, "_bar")
    values = run(graph, staging, inputs)
    _claim_in_order(draft, [[v] for v in values])
    seeds: dict[int, int] = {}
    for i, weight in zip(graph.outputs, weights, strict=True):
        seeds[i] = staging.apply(plus, [seeds[i], weight]) if i in seeds else weight
    steps = list(_claimed(draft, sweep(graph, staging, values, seeds)))
    adjoints = {step.node: step.running for step in steps if step.arg < 0}
    draft.call_all(values, range(len(graph)))
    draft.call_all([adjoints.get(i) for i in range(len(graph))], range(len(graph))[::-1], "_bar")
    sums: Counter[int] = Counter()
    for step in steps:
        sums[step.target] += step.arg >= 0
        draft.call(step.running, f"{draft.names[step.target]}_bar_{sums[step.target]}")
    zero = staging.const(0.0)
    return draft.finish([values[i] for i in graph.outputs], [adjoints.get(i, zero) for i in graph.inputs])


def _claimed(draft: _Draft, steps: Iterator[Contribution[int]]) -> Iterator[Contribution[int]]:
    """The steps of a sweep; whatever is staged on the way to one belongs to the node that it is at."""
    for step in steps:
        draft.claim(step.node, len(draft.staging.args))
        yield step


def _ids(dual: Dual[int]) -> list[int]:
    terms = [k for term in dual.terms for k in (term.partial, term.running)]
    return [dual.primal, *terms]


def _claim_in_order(draft: _Draft, made: Sequence[Sequence[int]]) -> None:
    """`run` goes in order, so whatever was staged up to a node's results belongs to that node."""
    for i, ids in enumerate(made):
        if draft.source.ops[i] != INPUT:
            draft.claim(i, max(ids) + 1)


STAGES: Mapping[str, Callable[[Graph, Passes, Sequence[str]], Staged]] = MappingProxyType(
    {"primal": stage_primal_program, "tangent": stage_tangent_program, "adjoint": stage_adjoint_program}
)


@dataclass(frozen=True, slots=True)
class PassCount:
    """How many operations a program has before and after a pass; a pass that is off changes nothing."""

    name: str
    on: bool
    before: int
    after: int


def count_passes(graph: Graph, kind: str, passes: Passes = ALL_PASSES) -> tuple[PassCount, ...]:
    """Stage a program with one pass more each time, in the order sharing, folding, peephole, dead code.

    (x/y)*(x/y) has 3 operations as written; sharing leaves 2.
    """
    return tuple(_count_each(lambda on: STAGES[kind](graph, on, ()).operations, passes))


def _count_each(count: Callable[[Passes], int], passes: Passes) -> Iterator[PassCount]:
    so_far = NO_PASSES
    before = count(so_far)
    for field in fields(Passes):
        on = bool(asdict(passes)[field.name])
        so_far = replace(so_far, **{field.name: on})
        after = count(so_far) if on else before
        yield PassCount(field.name, on, before, after)
        before = after


@dataclass(frozen=True, slots=True)
class Orders:
    """Operations of the adjoint program: differentiated, then optimised; and optimised, then differentiated."""

    primal: int
    differentiated_first: int
    optimised_first: int


def count_orders(graph: Graph, passes: Passes = ALL_PASSES) -> Orders:
    """What it saves to optimise a function before it is differentiated, and not only after.

    Normalising a vector with its norm inside the loop: the norms are one value, so sharing makes the function linear
    in n. Each copy of the norm has an adjoint of its own though, so no pass makes the adjoint program linear, unless
    the copies were one before it was made. (Moses & Churavy 2020, Instead of rewriting foreign code, section 1.)
    """
    primal = stage_primal_program(graph, passes)
    first = stage_adjoint_program(graph, passes)
    called = stage_primal_program(graph, passes, calls=True) if graph.customs else primal
    return Orders(primal.operations, first.operations, stage_adjoint_program(called.graph, passes).operations)
