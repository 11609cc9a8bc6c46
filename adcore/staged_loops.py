"""Derivatives of programs with kept loops, as programs: loops are nodes of the staged graph.

The logistic map and its derivative, twice in a row, are staged as

    0  input                       body of 1: v -> 4*v*(1 - v)
    1  loop      (0,)
    2  part      (1,)  0           the carried value after the last turn
    3  const           1.0
    4  loop_back (1, 3)            body of 4: v -> 4*(1 - v) - 4*v, times the adjoint
    5  part      (4,)  0           the adjoint of what the loop began with

so that sharing, folding and dropping what nobody needs work as in any staged program, in bodies and around loops. A
node `loop` reads what the loop starts with, its invariants and its lists; `loop_back` reads the loop, whose carried
values before each turn are stored as far as its body reads them, and the adjoints of what the loop resulted in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from adcore.algebras.staging import ALL_PASSES, Kind, Passes, StagingAlgebra, operations
from adcore.graph import CONST, Graph
from adcore.loops import Elements, Looped, Ran, Repeated, Slots, run_looped, sweep_looped, vary_body
from adcore.rules import Rule, find_rule
from adcore.simplify import prune

T = TypeVar("T")
LOOP, LOOP_BACK, PART = "loop", "loop_back", "part"
"""Operations of staged graphs only. The constant of a part is its place among what a loop results in, that of a loop
its place in `Staged.loops`."""
LITERAL = Passes(share=False, fold=False, peephole=False)


@dataclass(frozen=True, slots=True)
class Forward:
    """A loop. Its step leads from the carried values, the variable, invariants and elements to the carried values.

    `holders` are the lengths of the lists that elements are read from. The parts of a loop are the carried values
    after the last turn.
    """

    step: Staged
    turns: range
    carried: int
    invariants: int
    holders: tuple[int, ...]
    elements: tuple[Elements, ...]

    def reads(self, step: Staged) -> list[bool]:
        """Which of its inputs a step, forward or back, reads."""
        useful = step.graph.useful()
        return [useful[i] for i in step.graph.inputs]

    def split(self, args: Sequence[T]) -> tuple[Sequence[T], Sequence[T], list[Sequence[T]]]:
        """The arguments of the loop's node: starts, invariants, and lists."""
        fixed = self.carried + self.invariants
        ends = [fixed + sum(self.holders[:k]) for k in range(len(self.holders) + 1)]
        lists = [args[first:end] for first, end in pairwise(ends)]
        return args[: self.carried], args[self.carried : fixed], lists


@dataclass(frozen=True, slots=True)
class Backward:
    """A loop swept back. Its step has the inputs of the forward step, then the adjoints of the `active` carried values.

    It gives the adjoints of these before the turn, then what it adds to those of `invariants`, then of `elements`
    (places in the forward loop's). With `scaled` it has no adjoints among its inputs and gives slopes, to be multiplied
    by the one adjoint that there is; without `active` ones that adjoint is 1 throughout. Its parts are the adjoints of
    the active carried values and of the invariants, then of the lists `holders`, place by place.
    """

    forward: int
    step: Staged
    active: tuple[int, ...]
    invariants: tuple[int, ...]
    elements: tuple[int, ...]
    holders: tuple[int, ...]
    scaled: bool


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged program with the loops that its nodes stand for."""

    graph: Graph
    loops: tuple[Forward | Backward, ...]

    def operations(self) -> int:
        """How many operations it has, each body counted once."""
        own = operations(self.graph) - self.graph.ops.count(PART)
        return own + sum(loop.step.operations() for loop in self.loops)


def narrow(step: Staged, outputs: Sequence[int]) -> Staged:
    """A step that gives only some of its outputs."""
    graph = step.graph
    return Staged(prune(replace(graph, outputs=tuple(graph.outputs[k] for k in outputs))), step.loops)


def needs(staged: Staged, i: int) -> tuple[list[int], list[int]]:
    """Of the loop at node i the carried values that loops back read, and those that have to be computed at all."""
    graph, loop = staged.graph, staged.loops[int(staged.graph.constants[i] or 0)]
    assert isinstance(loop, Forward)
    stored: dict[int, None] = {}
    parts: dict[int, None] = {}
    for op, args, constant in zip(graph.ops, graph.args, graph.constants, strict=True):
        if op == PART and args[0] == i:
            parts[int(constant or 0)] = None
        elif op == LOOP_BACK and args[0] == i:
            read = loop.reads(staged.loops[int(constant or 0)].step)
            stored.update((k, None) for k in range(loop.carried) if read[k])
    live = [*{**stored, **parts}]
    while True:
        read = loop.reads(narrow(loop.step, live))
        grown = [*live, *(k for k in range(loop.carried) if read[k] and k not in live)]
        if len(grown) == len(live):
            return sorted(stored), sorted(live)
        live = grown


def stage_loops(program: Looped, passes: Passes = ALL_PASSES) -> Staged:
    """The program whose outputs are the function's, then its Jacobian row by row, then the tests of its decisions.

    With `LITERAL` passes it does, in order, the very operations of the interpreter.
    """
    staging = LoopStaging(passes)
    ran = run_looped(program, staging, [staging.input("") for _ in program.inputs])
    varied = [True] * len(program.inputs)
    wanted = [ran.slots[i] for i in program.outputs]
    for i in program.outputs:
        adjoints = sweep_looped(program, staging, ran, {i: staging.const(1.0)}, varied)
        wanted += [adjoints[k] if k in adjoints else staging.const(0.0) for k in program.inputs]
    return staging.staged([*wanted, *(ran.slots[i] for i, _ in program.tests)])


class LoopStaging(StagingAlgebra):
    """Staging that writes a whole loop down as a node."""

    def __init__(self, passes: Passes) -> None:
        super().__init__(passes, exact=True)
        self.loops: list[Forward | Backward] = []

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        """One operation; a sum with what had its sign turned is a difference, rounded alike."""
        if rule.row.name == "add" and self.passes.peephole:
            for turned, other in (args, args[::-1]):
                if self.kinds[turned].op == "neg":
                    return super().apply(find_rule("sub", None, 2), [other, self.args[turned][0]])
        return super().apply(rule, args)

    def staged(self, outputs: Sequence[int]) -> Staged:
        return Staged(self.graph(outputs), tuple(self.loops))

    def _node(self, op: str, args: Sequence[int], loop: Forward | Backward) -> int:
        self.loops.append(loop)
        return self.add(Kind(op, float(len(self.loops) - 1)), tuple(args))

    def _part(self, loop: int, place: int) -> int:
        return self.add(Kind(PART, float(place)), (loop,))

    def repeat(self, loop: Repeated, slots: Slots) -> tuple[list[int], int]:
        """The nodes of what a loop results in, and the loop's own."""
        body = _Body(loop, self.passes)
        step = body.staging.staged([body.ran.slots[i] for i in loop.body.outputs])
        lengths = tuple(map(len, loop.holders))
        forward = Forward(step, loop.turns, len(loop.starts), len(loop.invariants), lengths, loop.elements)
        read = [*loop.starts, *loop.invariants, *(i for holder in loop.holders for i in holder)]
        node = self._node(LOOP, [slots[i] for i in read], forward)
        return [self._part(node, k) for k in range(len(loop.starts))], node

    def repeat_back(
        self, loop: Repeated, slots: Slots, node: int, adjoints: Slots, changing: Mapping[int, bool]
    ) -> list[tuple[int, int]]:
        """For each slot that a loop reads the node of the adjoint that the loop hands to it."""
        seeds = {k: adjoints[i] for k, i in enumerate(loop.results) if i in adjoints}
        if not seeds:
            return []
        forward = int(self.kinds[node].constant or 0)
        swept = _Swept(loop, forward, vary_body(loop, changing), self.passes)
        units = len(seeds) == 1 and self.number(next(iter(seeds.values()))) == 1
        backward = swept.from_seeds(tuple(seeds), units)
        begins = [seeds[k] if k in seeds else self.const(0.0) for k in backward.active]
        back = self._node(LOOP_BACK, [node, *begins], backward)
        fixed = [*(loop.starts[k] for k in backward.active), *(loop.invariants[k] for k in backward.invariants)]
        found = [(slot, self._part(back, place)) for place, slot in enumerate(fixed)]
        if not backward.active:  # the adjoint is 1 from the last turn to the first
            found += [(loop.starts[k], adjoint) for k, adjoint in seeds.items()]
        return found + self._listed(loop, back, backward, len(fixed), changing)

    def _listed(
        self, loop: Repeated, back: int, backward: Backward, first: int, changing: Mapping[int, bool]
    ) -> list[tuple[int, int]]:
        """The same for the elements of lists, each as often as it stands in one."""
        found: list[tuple[int, int]] = []
        for holder in backward.holders:
            columns = [loop.elements[k] for k in backward.elements if loop.elements[k].holder == holder]
            read = {place for column in columns for place in column.places(len(loop.turns))}
            for place, slot in enumerate(loop.holders[holder]):
                if changing[slot] and place in read:
                    found.append((slot, self._part(back, first + place)))
            first += len(loop.holders[holder])
        return found


class _Body:
    """The body of a loop run over staging of its own."""

    def __init__(self, loop: Repeated, passes: Passes) -> None:
        self.staging = LoopStaging(passes)
        self.inputs = [self.staging.input("") for _ in loop.body.inputs]
        self.ran: Ran = run_looped(loop.body, self.staging, self.inputs)


@dataclass(frozen=True, slots=True)
class _Swept:
    """One turn of a loop swept back; `varied` are the body's inputs that vary."""

    loop: Repeated
    forward: int
    varied: Sequence[bool]
    passes: Passes

    def from_seeds(self, seeds: tuple[int, ...], units: bool) -> Backward:
        """From the adjoints of the carried values that have any: more of them may have some turn by turn."""
        active = seeds
        while True:
            seeded = self.turn(active, scaled=False)
            if seeded.active == active:
                break
            active = seeded.active
        return seeded if len(active) > 1 or self.passes == LITERAL else self._simpler(seeded, units)

    def _simpler(self, seeded: Backward, units: bool) -> Backward:
        """With one adjoint alone: as slopes if that is less to do, without it if it stays 1."""
        slopes = self.turn(seeded.active, scaled=True)
        graph = slopes.step.graph
        own = graph.outputs[0]
        if units and graph.ops[own] == CONST and graph.constants[own] == 1:
            return _without_adjoint(slopes)
        products = sum(graph.ops[i] != CONST for i in graph.outputs)
        return slopes if slopes.step.operations() + products <= seeded.step.operations() else seeded

    def turn(self, active: tuple[int, ...], scaled: bool) -> Backward:
        loop, body, fixed = self.loop, _Body(self.loop, self.passes), len(self.loop.starts) + 1
        staging, seeds = body.staging, Slots()
        for k in active:
            seed = staging.const(1.0) if scaled else staging.input("")
            slot = loop.body.outputs[k]
            seeds[slot] = staging.apply(find_rule("add", None, 2), [seeds[slot], seed]) if slot in seeds else seed
        adjoints = sweep_looped(loop.body, staging, body.ran, seeds, self.varied)
        found = [adjoints.get(i) for i in loop.body.inputs]
        carried = range(len(loop.starts))
        reached = tuple(k for k in carried if k in active or (found[k] is not None and self.varied[k]))
        rest = found[fixed:]
        invariants = tuple(k for k in range(len(loop.invariants)) if rest[k] is not None)
        elements = tuple(k for k in range(len(loop.elements)) if rest[len(loop.invariants) + k] is not None)
        given = [*reached, *(fixed + k for k in invariants), *(fixed + len(loop.invariants) + k for k in elements)]
        outputs = [found[k] for k in given]
        step = staging.staged([staging.const(0.0) if i is None else i for i in outputs])
        holders = tuple(dict.fromkeys(loop.elements[k].holder for k in elements))
        return Backward(self.forward, step, reached, invariants, elements, holders, scaled)


def _without_adjoint(slopes: Backward) -> Backward:
    """For a sum, whose adjoint stays 1: the slopes themselves are added up."""
    graph = slopes.step.graph
    rest = prune(replace(graph, outputs=graph.outputs[1:]))
    return replace(slopes, step=Staged(rest, slopes.step.loops), active=())
