"""Programs whose loops are kept: segments over numbered slots, evaluated and swept back turn by turn.

    y = x                        slot 0 is x
    for i in range(1000):        Repeated: the body once, from y to 4*y*(1 - y); it starts with slot 0, slot 1 results
        y = 4*y*(1 - y)
    return y*x                   Straight: slots 1 and 0 give slot 2

A straight segment is a graph, so that `run` and `sweep` do it. A repeated one is run turn after turn, the carried
values stored before each; on the way back each turn is run again from what was stored and then swept. Memory is thus
one number for each turn and carried value, and nothing grows with the turns but that.
(Griewank & Walther, Evaluating Derivatives, 2008, section 12.1: the body of a loop as an elementary step.)

This is the reference over any algebra of numbers. An algebra may have `repeat` and `repeat_back` of its own, which
do a whole loop: staging writes one down as a loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcore.graph import CONST, INPUT, Custom, Graph, GraphBuilder
from adcore.interpreter import Algebra, adjoints_of, run, sweep
from adcore.ledger import Ledger
from adcore.rules import find_rule

Slots = dict[int, Any]
"""Values, or adjoints, by slot."""


@dataclass(frozen=True, slots=True)
class Straight:
    """Operations in a row: `reads` are the slots of the graph's inputs, `writes` those of its outputs."""

    graph: Graph
    reads: tuple[int, ...]
    writes: tuple[int, ...]

    def operations(self) -> int:
        return sum(op not in (INPUT, CONST) for op in self.graph.ops)


def cut_straight(
    nodes: Graph | GraphBuilder | Ledger,
    members: range,
    last_use: Sequence[int],
    customs: Sequence[Custom] = (),
    outside: Collection[str] = (INPUT,),
) -> Straight:
    """Some nodes of a graph as a graph of their own, but for the operations `outside`, which are read like all others.

    `last_use` says for each node where it is read last: what is read after the members is written.
    """
    inner = [i for i in members if nodes.ops[i] not in outside]
    within = dict.fromkeys(inner)
    reads = tuple(dict.fromkeys(a for i in inner for a in nodes.args[i] if a not in within))
    built = GraphBuilder()
    moved = {i: built.add(INPUT) for i in reads}
    for i in inner:
        moved[i] = built.add(nodes.ops[i], tuple(moved[a] for a in nodes.args[i]), nodes.constants[i])
    writes = tuple(i for i in inner if last_use[i] >= members.stop)
    return Straight(built.graph([moved[i] for i in writes], customs=customs), reads, writes)


@dataclass(frozen=True, slots=True)
class Elements:
    """What turn k reads of a list: its element `start + stride*k`. `holder` is the list's place in the loop's."""

    holder: int
    start: int
    stride: int

    def places(self, turns: int) -> range:
        """The places in turn: for x[i + 1] and three turns 1, 2, 3."""
        if not self.stride:
            raise AssertionError("an element that stays is an invariant")
        return range(self.start, self.start + self.stride * turns, self.stride)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A loop. The body's inputs are the carried values, the loop's variable, invariants and elements, in this order.

    Its outputs are the carried values after the turn. `starts`, `results` and `invariants` are slots of the program
    around the loop; `holders` are lists of such slots.
    """

    body: Looped
    turns: range
    starts: tuple[int, ...]
    results: tuple[int, ...]
    invariants: tuple[int, ...]
    holders: tuple[tuple[int, ...], ...]
    elements: tuple[Elements, ...]

    def operations(self) -> int:
        """How many operations its turns do."""
        return len(self.turns) * self.body.operations()

    def inputs(self, carried: Sequence[Any], turn: Any, slots: Mapping[int, Any], k: int) -> list[Any]:
        """The body's inputs in turn k."""
        read = [slots[self.holders[e.holder][e.start + e.stride * k]] for e in self.elements]
        return [*carried, turn, *(slots[i] for i in self.invariants), *read]


@dataclass(frozen=True, slots=True)
class Looped:
    """A program in segments. `tests` are slots of decisions, with how they come out wherever the program holds."""

    segments: tuple[Straight | Repeated, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    tests: tuple[tuple[int, bool], ...] = ()

    def operations(self) -> int:
        """How many operations one evaluation does, turns and all."""
        return 1 + sum(segment.operations() for segment in self.segments)


POLYNOMIAL = (INPUT, CONST, "add", "sub", "mul", "neg", "powi")
"""Operations through which infinities and nan always run on."""


def is_polynomial(program: Looped) -> bool:
    """Whether every operation is a sum, a product or a power of positive whole exponent."""
    for segment in program.segments:
        if isinstance(segment, Repeated):
            if not is_polynomial(segment.body):
                return False
        elif any(op not in POLYNOMIAL for op in segment.graph.ops) or any(
            op == "powi" and (c or 0) < 1 for op, c in zip(segment.graph.ops, segment.graph.constants, strict=True)
        ):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Ran:
    """An evaluation: every slot's value, and for each segment what a sweep needs of it."""

    slots: Slots
    kept: tuple[Any, ...]


def run_looped(program: Looped, algebra: Algebra[Any], inputs: Sequence[Any]) -> Ran:
    """Evaluate a program with loops over an algebra; `inputs` are those of `program.inputs`."""
    slots: Slots = dict(zip(program.inputs, inputs, strict=True))
    kept: list[Any] = []
    for segment in program.segments:
        if isinstance(segment, Straight):
            values = run(segment.graph, algebra, [slots[i] for i in segment.reads])
            slots.update((i, values[k]) for i, k in zip(segment.writes, segment.graph.outputs, strict=True))
            kept.append(values)
        else:
            results, states = getattr(algebra, "repeat", _Repeater(algebra).repeat)(segment, slots)
            slots.update(zip(segment.results, results, strict=True))
            kept.append(states)
    return Ran(slots, tuple(kept))


def sweep_looped(
    program: Looped, algebra: Algebra[Any], ran: Ran, seeds: Mapping[int, Any], varied: Sequence[bool]
) -> Slots:
    """The adjoints of slots, the inputs' among them, from those of outputs; `varied` are the inputs asked for."""
    adjoints: Slots = dict(seeds)
    changing = vary(program, varied)
    plus = find_rule("add", None, 2)
    for segment, kept in zip(reversed(program.segments), reversed(ran.kept), strict=True):
        if isinstance(segment, Straight):
            found = _sweep_straight(segment, algebra, kept, adjoints, changing)
        else:
            back = getattr(algebra, "repeat_back", _Repeater(algebra).repeat_back)
            found = back(segment, ran.slots, kept, adjoints, changing)
        for slot, adjoint in found:
            adjoints[slot] = algebra.apply(plus, [adjoints[slot], adjoint]) if slot in adjoints else adjoint
    return adjoints


def value_and_rows(program: Looped, algebra: Algebra[Any], inputs: Sequence[Any]) -> list[Any]:
    """The outputs, then the Jacobian row by row, one sweep for each output; numbers of the algebra, 0.0 for none."""
    ran, varied = run_looped(program, algebra, inputs), [True] * len(program.inputs)
    found = [ran.slots[i] for i in program.outputs]
    for i in program.outputs:
        adjoints = sweep_looped(program, algebra, ran, {i: algebra.const(1.0)}, varied)
        found += [adjoints.get(k, 0.0) for k in program.inputs]
    return found


def _sweep_straight(
    segment: Straight, algebra: Algebra[Any], values: Sequence[Any], adjoints: Slots, changing: Mapping[int, bool]
) -> list[tuple[int, Any]]:
    graph = segment.graph
    seeds = {k: adjoints[i] for i, k in zip(segment.writes, graph.outputs, strict=True) if i in adjoints}
    wanted = [k for i, k in zip(segment.reads, graph.inputs, strict=True) if changing[i]]
    found = adjoints_of(sweep(graph, algebra, values, seeds, wanted))
    return [(i, found[k]) for i, k in zip(segment.reads, graph.inputs, strict=True) if k in found]


class _Repeater:
    """Loops turn by turn, over any algebra of numbers."""

    def __init__(self, algebra: Algebra[Any]) -> None:
        self.algebra = algebra

    def repeat(self, loop: Repeated, slots: Slots) -> tuple[list[Any], list[list[Any]]]:
        """The carried values after the last turn, and those before each."""
        state, states = [slots[i] for i in loop.starts], []
        for k, turn in enumerate(loop.turns):
            states.append(state)
            inputs = loop.inputs(state, self.algebra.const(float(turn)), slots, k)
            slots_after = run_looped(loop.body, self.algebra, inputs).slots
            state = [slots_after[i] for i in loop.body.outputs]
        return state, states

    def repeat_back(
        self, loop: Repeated, slots: Slots, states: list[list[Any]], adjoints: Slots, changing: Mapping[int, bool]
    ) -> list[tuple[int, Any]]:
        """Adjoints that the loop hands to the slots that it reads; one slot may get several."""
        varied, plus = vary_body(loop, changing), find_rule("add", None, 2)
        carried = {k: adjoints[i] for k, i in enumerate(loop.results) if i in adjoints}
        sums: Slots = {}
        for k in range(len(loop.turns) - 1, -1, -1):
            inputs = loop.inputs(states[k], self.algebra.const(float(loop.turns[k])), slots, k)
            found = self._turn_back(loop, inputs, carried, varied)
            carried = {c: found[i] for c, i in enumerate(loop.body.inputs[: len(loop.starts)]) if i in found}
            for slot, i in _outside(loop, k):
                if i in found:
                    sums[slot] = self.algebra.apply(plus, [sums[slot], found[i]]) if slot in sums else found[i]
        return [*((loop.starts[c], adjoint) for c, adjoint in carried.items()), *sums.items()]

    def _turn_back(self, loop: Repeated, inputs: list[Any], carried: Slots, varied: Sequence[bool]) -> Slots:
        """The adjoints of the body's slots after one turn is swept; a value that is carried on twice gets both."""
        plus = find_rule("add", None, 2)
        seeds: Slots = {}
        for c, adjoint in carried.items():
            slot = loop.body.outputs[c]
            seeds[slot] = self.algebra.apply(plus, [seeds[slot], adjoint]) if slot in seeds else adjoint
        ran = run_looped(loop.body, self.algebra, inputs)
        return sweep_looped(loop.body, self.algebra, ran, seeds, varied)


def _outside(loop: Repeated, k: int) -> Iterator[tuple[int, int]]:
    """Slots around the loop that turn k reads, each with the body's input that it is."""
    fixed = len(loop.starts) + 1
    yield from zip(loop.invariants, loop.body.inputs[fixed:], strict=False)
    read = [loop.holders[e.holder][e.start + e.stride * k] for e in loop.elements]
    yield from zip(read, loop.body.inputs[fixed + len(loop.invariants) :], strict=True)


def vary(program: Looped, varied: Sequence[bool]) -> dict[int, bool]:
    """For each slot whether it depends on the inputs that vary. Structure, not numbers."""
    changing = dict(zip(program.inputs, varied, strict=True))
    for segment in program.segments:
        if isinstance(segment, Straight):
            moving = [k for i, k in zip(segment.reads, segment.graph.inputs, strict=True) if changing[i]]
            flags = segment.graph.varied(moving)
            changing.update((i, flags[k]) for i, k in zip(segment.writes, segment.graph.outputs, strict=True))
        else:
            changing.update(zip(segment.results, vary_body(segment, changing), strict=False))
    return changing


def vary_body(loop: Repeated, changing: Mapping[int, bool]) -> list[bool]:
    """Which of the body's inputs vary: what is carried varies if it does at the start or after some turn."""
    carried = [changing[i] for i in loop.starts]
    fixed = [False, *(changing[i] for i in loop.invariants)]
    fixed += [any(changing[i] for i in loop.holders[e.holder]) for e in loop.elements]
    while True:
        after = vary(loop.body, [*carried, *fixed])
        grown = [now or after[i] for now, i in zip(carried, loop.body.outputs, strict=True)]
        if grown == carried:
            return [*carried, *fixed]
        carried = grown
