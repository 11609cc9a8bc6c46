"""Recording with loops kept: where the body of a `for` provably repeats, it is recorded once and not once per turn.

    for i in range(1, 1000):         the body once: inputs p, i, x[i - 1]; p*x[i - 1] + i is p in the next turn
        p = p*x[i - 1] + i           the loop's variable is 1*i + 0, the index 1*i - 1: elements 0, 1, ... of x

The recorder runs the body on a tape of its own. Numbers from outside become inputs of that tape: what the body stores
and had a value before is carried, all else stays as it is from turn to turn. The loop's variable is a whole number
`offset + factor*i` with i unknown; it can be an index as long as it stays of this form, and otherwise is a number that
does not depend on the inputs. If anything happens that may happen differently in another turn (a decision, a change of
a list, an index out of range), or that would need the loop's variable as a plain number, the attempt is given up and
the loop is unrolled, so that whatever is said about it is said by the recorder as ever.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adcore.algebras.floats import FloatAlgebra
from adcore.containers import position
from adcore.errors import ADError, Span
from adcore.evaluator import Evaluator
from adcore.graph import Graph
from adcore.keys import item
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.loop_tape import LARGEST, UNKNOWN, Affine, BodyTape, KeepingTape, UndecidedError, UnkeptError
from adcore.loops import Elements, Looped, Repeated, Straight, cut_straight, run_looped
from adcore.primitives import FUNCTIONS
from adcore.problem import Problem
from adcore.recorder import record
from adcore.scopes import stored_names
from adcore.values import Recording, Traced, is_number
from adcore.whole import check_after, check_plain

LEAVING = (ast.Break, ast.Continue, ast.Return)
"""Ways out of a turn, which a body that is kept does not contain."""
CHANGING = ("append", "pop")
"""The methods that it does not call, nor may what it calls."""
HOW_TO_KEEP = (
    "A loop of any length is compiled as a loop if it is a for over a range and its state is numbers in names of their "
    "own: a, b = b, a + b instead of v = [v[1], v[0] + v[1]] or v[0] += v[1], where(...) instead of if, and no break."
)
UNROLLED = ("graph_nodes", "statements")
"""The limits that a loop meets which is not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A program recorded at a point with its loops kept.

    `recording` knows the inputs; its graph is no whole program. `leaves` are the numbers of the point in order.
    """

    syntax: Syntax
    recording: Recording
    program: Looped
    leaves: tuple[float, ...]

    @property
    def graph(self) -> Graph:
        """The recorded graph, in which what loops result in are inputs."""
        return self.recording.graph

    @property
    def taken(self) -> list[bool]:
        """How the decisions outside loops come out."""
        return [taken for _, taken in self.program.tests]


def pose_kept(
    source: str, at: Mapping[str, Any], least: int, limits: Limits | None = None, operations: int = 0
) -> Kept | Problem:
    """Check a program and record it at a point, with every loop of at least `least` turns kept that can be.

    Loops that do fewer than `operations` in all their turns are unrolled. A problem as ever where none is kept. Raises
    ADError for what is wrong with the program, for loops of more operations than the limit `kept_operations`, and for
    loops that are not kept and too long to be unrolled.
    """
    return repose_kept(check(source, FUNCTIONS, limits or Limits()), at, least, operations)


def repose_kept(syntax: Syntax, at: Mapping[str, Any], least: int, operations: int = 0) -> Kept | Problem:
    """The same for a checked program. What loops result in is computed only if a decision asks."""
    try:
        return _record(Keeper(syntax, least, operations, numbers=False), at)
    except UndecidedError:
        return _record(Keeper(syntax, least, operations, numbers=True), at)


def _record(keeper: Keeper, at: Mapping[str, Any]) -> Kept | Problem:
    """Record with loops kept; where that fails, recording without says what is wrong, if anything is."""
    syntax = keeper.syntax
    try:
        recording = record(syntax, at, keeper)
    except ADError as error:
        if keeper.operations > syntax.limits["kept_operations"]:
            raise
        if any(f"({name})" in error.message for name in UNROLLED) and _has_loop(syntax):
            raise ADError(error.kind, error.message, error.span, HOW_TO_KEEP) from error
        recording, kept = record(syntax, at), []
    else:
        kept = keeper.root.kept
    results = {i for _, loop in kept for i in loop.results}
    leaves = tuple(i for i in recording.graph.inputs if i not in results)
    numbers = tuple(recording.values[i] for i in leaves)
    if not kept:
        return Problem(syntax, recording, numbers)
    program = cut(keeper.root, leaves, recording.graph.outputs)
    try:
        check_after(program, recording.graph, leaves)
    except UnkeptError:
        return Problem(syntax, record(syntax, at), numbers)
    return Kept(syntax, recording, program, numbers)


def _has_loop(syntax: Syntax) -> bool:
    return any(isinstance(node, ast.For | ast.While) for node in ast.walk(syntax.tree))


class Keeper(Evaluator):
    """An evaluator that keeps loops of at least `least` turns that do at least `worth` operations.

    With `numbers`, it computes what they result in.
    """

    def __init__(self, syntax: Syntax, least: int, worth: int, numbers: bool) -> None:
        self.root = KeepingTape(syntax.limits, numbers)
        self.least = least
        self.worth = worth
        self.operations = 0
        super().__init__(syntax, self.root)

    def run_over(self, node: ast.For, over: Any) -> Any:
        if isinstance(self.tape, KeepingTape):
            long = isinstance(over, range | list | tuple) and len(over) >= self.least and _is_small(over)
            if long and _may_repeat(node, self.syntax) and self._keep(node, over, self.tape):
                return None
        return super().run_over(node, over)

    def _value_subscript(self, node: ast.Subscript) -> Any:
        if not isinstance(self.tape, BodyTape) or isinstance(node.slice, ast.Slice):
            return super()._value_subscript(node)
        holder = self.value(node.value)
        if isinstance(holder, dict):
            return item(holder, self.value(node.slice), self.span(node.slice))
        index = self.value(node.slice)
        if not isinstance(holder, list | tuple):
            raise UnkeptError
        if isinstance(index, Affine):
            return self.tape.element(holder, index)
        return holder[position(index, len(holder), self.span(node.slice))]

    def _run_augassign(self, node: ast.AugAssign) -> None:
        frame = self.frame.find(node.target.id) if isinstance(node.target, ast.Name) else None
        if isinstance(self.tape, BodyTape) and frame and isinstance(frame.variables[node.target.id], list):  # type: ignore[union-attr]
            raise UnkeptError
        super()._run_augassign(node)

    def _keep(self, node: ast.For, over: Sequence[Any], outer: KeepingTape) -> bool:
        """Record the body once; if that fails, put everything back as it was."""
        frame, depth, statements = self.frame, self.depth, self.statements
        before = dict(frame.variables)
        self.tape = body = BodyTape(outer, over if isinstance(over, range) else range(len(over)))
        attempt = _Attempt(self, node, body, before)
        try:
            attempt.run(over)
        except (ADError, UnkeptError):
            frame.variables.clear()
            frame.variables.update(before)
            self.depth, self.statements = depth, statements
            return False
        finally:
            self.frame, self.tape = frame, outer
        attempt.leave(over)
        return True

    def count(self, loop: Repeated, span: Span) -> None:
        """Add up what kept loops do. Those within a body count with the loop around it."""
        if self.tape is self.root:
            self.operations += loop.operations()
            self.syntax.limits.check("kept_operations", self.operations, span, "Use fewer turns.")


def _is_small(over: Sequence[Any]) -> bool:
    """Whether floats keep the variable exactly, and what indices are made of it."""
    return not isinstance(over, range) or max(abs(over[0]), abs(over[-1])) < LARGEST


def _may_repeat(node: ast.For, syntax: Syntax) -> bool:
    """Whether nothing in the body, or in a function of the program if the body calls any, changes a list or leaves."""
    inside = [part for statement in node.body for part in ast.walk(statement)]
    calls = any(isinstance(part, ast.Call) and _is_own(part, syntax) for part in inside)
    return not any(isinstance(part, LEAVING) or _changes(part) for part in inside) and not (
        calls and any(_changes(part) for part in ast.walk(syntax.tree))
    )


def _is_own(call: ast.Call, syntax: Syntax) -> bool:
    return not isinstance(call.func, ast.Name) or call.func.id in syntax.names.bound


def _changes(part: ast.AST) -> bool:
    """Whether it changes a list or a dict: assigns to an element, or calls a method that does."""
    if isinstance(part, ast.Attribute):
        return part.attr in CHANGING
    return isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)


class _Attempt:
    """One loop while its body is recorded."""

    def __init__(self, keeper: Keeper, node: ast.For, body: BodyTape, before: Mapping[str, Any]) -> None:
        self.keeper = keeper
        self.node = node
        self.body = body
        self.before = before
        self.variables = keeper.frame.variables
        self.carried: dict[str, Traced] = {}
        self.after: dict[str, Any] = {}
        self.loop: Repeated | None = None

    def run(self, over: Sequence[Any]) -> None:
        """Record one turn that stands for all. Raises UnkeptError or ADError where it cannot."""
        stored = sorted(stored_names(self.node.body))
        if stored_names([ast.Expr(self.node.target)]).intersection(stored):
            raise UnkeptError
        for name in stored:
            value = self.variables.pop(name, None)
            if is_number(value):
                self.carried[name] = self.variables[name] = self.body.add_input(name, UNKNOWN)
        turn = Affine(0, 1, self.body)
        first = turn if isinstance(over, range) else self.body.element(over, turn)
        self.keeper.store(self.node.target, first, self.node.iter)
        if self.keeper.block(self.node.body) is not None:
            raise UnkeptError
        after = {name: self.variables[name] for name in stored if name in self.variables}
        self.after = {name: value for name, value in after.items() if is_number(value) or isinstance(value, Affine)}
        if not self.carried.keys() <= self.after.keys() or len(over) * self.body.operations() < self.keeper.worth:
            raise UnkeptError
        self.loop = self._loop()

    def _loop(self) -> Repeated:
        """The loop but for its results. What only lives within a turn is carried too, from 0: it may be read later."""
        body, span = self.body, self.keeper.span(self.node)
        nexts = [body.lift(value, span).id for value in self.after.values()]
        inputs = [self.carried.get(name) or body.add_input(name, UNKNOWN) for name in self.after]
        starts = [body.outer.lift(self.before[name] if name in self.carried else 0.0, span).id for name in self.after]
        holders = tuple(tuple(body.outer.lift(x, span).id for x in holder) for holder in body.holders)
        invariants = body.invariants
        ordered = [*inputs, body.turn, *invariants.values(), *body.columns.values()]
        check_plain(body, self.plain(certain=True))
        program = cut(body, [x.id for x in ordered], nexts)
        elements = tuple(Elements(*key) for key in body.columns)
        return Repeated(program, body.turns, tuple(starts), (), tuple(invariants), holders, elements)

    def plain(self, certain: bool = False) -> list[bool]:
        """For each node of the body whether the recorder, unrolling, would have a plain number there.

        What an inner loop results in, and the variable of an outer one, count as plain if that is to be `certain`.
        """
        body = self.body
        traced = {x.id for x in body.invariants.values()}
        traced |= {x.id for (k, *_), x in body.columns.items() if any(isinstance(v, Traced) for v in body.holders[k])}
        traced |= {x.id for name, x in self.carried.items() if isinstance(self.before[name], Traced)}
        inner = {i for _, loop in body.kept for i in loop.results}
        traced = traced - body.counts if certain else traced | inner
        while True:
            flags: list[bool] = []
            for i, args in enumerate(body.nodes.args):
                flags.append(i in traced or any(flags[a] for a in args))
            grown = {x.id for name, x in self.carried.items() if self._is_traced(self.after[name], flags)}
            if grown <= traced:
                return [not flag for flag in flags]
            traced |= grown

    def _is_traced(self, value: Any, flags: Sequence[bool]) -> bool:
        return isinstance(value, Traced) and (value.tape is not self.body or flags[value.id])

    def leave(self, over: Sequence[Any]) -> None:
        """Write the loop on the tape around it, and give the names their values after the last turn.

        A plain number that was carried stays without: a program that goes on to read it is unrolled.
        """
        assert self.loop is not None
        self.keeper.count(self.loop, self.keeper.span(self.node))
        outer, plain = self.body.outer, self.plain()
        before = len(outer.values)
        loop = replace(self.loop, results=tuple(range(before, before + len(self.after))))
        values = _results(loop, outer)
        for name, value in self.after.items():
            result = outer.add_input(name, values.pop(0))
            if isinstance(value, Affine) and value.tape is self.body:
                self.variables[name] = value.offset + value.factor * over[-1]
            elif isinstance(value, Traced | Affine):
                self.variables[name] = result
            if isinstance(value, Traced) and value.tape is self.body and plain[value.id]:
                del self.variables[name]
        self.keeper.store(self.node.target, over[-1], self.node.iter)
        outer.kept.append((before, loop))


def _results(loop: Repeated, outer: KeepingTape) -> list[float]:
    if not outer.numbers:
        return [UNKNOWN] * len(loop.starts)
    slots = dict(enumerate(outer.values))
    ran = run_looped(Looped((loop,), tuple(slots), loop.results), FloatAlgebra(), list(slots.values()))
    return [ran.slots[i] for i in loop.results]


def cut(tape: KeepingTape, inputs: Sequence[int], outputs: Sequence[int]) -> Looped:
    """What is on a tape as segments: a straight one before, between and after the loops that are kept on it."""
    tests = tuple((decision.node, decision.taken) for decision in tape.decisions)
    last_use = _last_uses(tape, [*outputs, *(node for node, _ in tests)])
    segments: list[Straight | Repeated] = []
    first = 0
    for before, loop in tape.kept:
        segments += [cut_straight(tape.nodes, range(first, before), last_use, tape.customs), loop]
        first = before + len(loop.results)
    segments.append(cut_straight(tape.nodes, range(first, len(last_use)), last_use, tape.customs))
    kept = tuple(segment for segment in segments if isinstance(segment, Repeated) or segment.writes)
    return Looped(kept, tuple(inputs), tuple(outputs), tests)


def _last_uses(tape: KeepingTape, ends: Sequence[int]) -> list[int]:
    """For each node the last place that reads it: a node, a loop, or the end."""
    last = [-1] * len(tape.values)
    for i, args in enumerate(tape.nodes.args):
        for a in args:
            last[a] = i
    for before, loop in tape.kept:
        for i in (*loop.starts, *loop.invariants, *(i for holder in loop.holders for i in holder)):
            last[i] = max(last[i], before)
    for i in ends:
        last[i] = len(last)
    return last
