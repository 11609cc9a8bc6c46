"""Recording with loops kept: where the body of a `for` provably repeats, it is recorded once and not once per turn.

    for i in range(1, 1000):         the body once: inputs p, i, x[i - 1]; p*x[i - 1] + i is p in the next turn
        p = p*x[i - 1] + i           the loop's variable is 1*i + 0, the index 1*i - 1: elements 0, 1, ... of x

The recorder runs the body on a tape of its own. Numbers from outside become inputs of that tape: what the body stores
and had a value before is carried (`states`), all else stays as it is from turn to turn. The loop's variable is a whole
number `offset + factor*i` with i unknown; it can be an index while it stays of this form, and is a number that does not
depend on the inputs otherwise. If anything happens that may happen differently in another turn (a decision, a list that
gets longer, an index out of range), or that would need the loop's variable as a plain number, the attempt is given up
and the loop is unrolled, so that whatever is said about it is said by the recorder as ever.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from adcore.algebras.floats import FloatAlgebra
from adcore.containers import position
from adcore.errors import ADError, Span
from adcore.evaluator import Evaluator, Place
from adcore.graph import Graph
from adcore.keys import item, shown
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.loop_tape import LARGEST, UNKNOWN, Affine, BodyTape, KeepingTape, UndecidedError, UnkeptError
from adcore.loops import Elements, Looped, Repeated, Straight, cut_straight, run_looped
from adcore.primitives import FUNCTIONS
from adcore.problem import Problem
from adcore.recorder import record
from adcore.scopes import stored_names
from adcore.states import Path, State
from adcore.values import Recording, Traced
from adcore.whole import check_after, check_plain

LEAVING = (ast.Break, ast.Continue, ast.Return)
"""Ways out of a turn, which a body that is kept does not contain."""
CHANGING = ("append", "pop")
"""The methods that it does not call, nor may what it calls."""
HOW_TO_KEEP = (
    "A loop of any length is compiled as a loop if it is a for over a range whose turns all do the same: lists keep "
    "their lengths, elements are set at fixed places, where(...) stands instead of if, and there is no break."
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
        if error.limit in UNROLLED and _has_loop(syntax):
            raise ADError(error.kind, error.message, error.span, HOW_TO_KEEP, error.limit) from error
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

    @cached_property
    def changing(self) -> bool:
        """Whether the program changes a list or a dict by an element, or by a method."""
        return any(map(_changes, ast.walk(self.syntax.tree)))

    @cached_property
    def guarded(self) -> bool:
        """Whether it may change one at all, as += does too."""
        return self.changing or any(isinstance(part, ast.AugAssign) for part in ast.walk(self.syntax.tree))

    def run_over(self, node: ast.For, over: Any) -> Any:
        if isinstance(self.tape, KeepingTape):
            long = isinstance(over, range | list | tuple) and len(over) >= self.least and _is_small(over)
            if long and _may_repeat(node, self.syntax, self.changing) and self._keep(node, over, self.tape):
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

    def grow(self, operator: ast.operator, old: list[Any], new: Any, span: Span) -> None:
        if isinstance(self.tape, BodyTape):
            raise UnkeptError
        super().grow(operator, old, new, span)

    def _place(self, target: ast.Subscript) -> Place:
        place = super()._place(target)
        if isinstance(self.tape, BodyTape) and self.tape.is_fixed(place[0]):
            raise UnkeptError
        return place

    def _keep(self, node: ast.For, over: Sequence[Any], outer: KeepingTape) -> bool:
        """Record the body once; if that fails, put everything back as it was."""
        frame, depth, statements = self.frame, self.depth, self.statements
        before = dict(frame.variables)
        self.tape = body = BodyTape(outer, over if isinstance(over, range) else range(len(over)))
        attempt = _Attempt(self, node, body)
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


def _may_repeat(node: ast.For, syntax: Syntax, changing: bool) -> bool:
    """Whether no turn leaves the loop or lengthens a list, or calls a function of a program that changes lists."""
    inside = [part for statement in node.body for part in ast.walk(statement)]
    calls = any(isinstance(part, ast.Call) and _is_own(part, syntax) for part in inside)
    ends = any(isinstance(part, LEAVING) or _resizes(part) for part in inside) or any(
        map(_changes, ast.walk(node.target))
    )
    return not ends and not (calls and changing)


def _is_own(call: ast.Call, syntax: Syntax) -> bool:
    return not isinstance(call.func, ast.Name) or call.func.id in syntax.names.bound


def _changes(part: ast.AST) -> bool:
    """Whether it changes a list or a dict: assigns to an element, or calls a method that does."""
    return _resizes(part) or (isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load))


def _resizes(part: ast.AST) -> bool:
    return isinstance(part, ast.Attribute) and part.attr in CHANGING


class _Attempt:
    """One loop while its body is recorded."""

    def __init__(self, keeper: Keeper, node: ast.For, body: BodyTape) -> None:
        self.keeper = keeper
        self.node = node
        self.body = body
        names = stored_names(node.body), _changed_names(node.body)
        self.state = State(keeper.frame.variables, *names, len(body.turns), keeper.guarded)
        self.loop: Repeated | None = None

    def run(self, over: Sequence[Any]) -> None:
        """Record one turn that stands for all. Raises UnkeptError or ADError where it cannot."""
        body, state = self.body, self.state
        if stored_names([ast.Expr(self.node.target)]).intersection((*state.rebound, *state.changed)):
            raise UnkeptError
        body.fixed |= state.begin(self._others(over), lambda path: body.add_input(_spelled(path), UNKNOWN))
        turn = Affine(0, 1, body)
        first = turn if isinstance(over, range) else body.element(over, turn)
        self.keeper.store(self.node.target, first, self.node.iter)
        if self.keeper.block(self.node.body) is not None:
            raise UnkeptError
        state.end(body.fixed)
        if len(over) * body.operations() < self.keeper.worth:
            raise UnkeptError
        self.loop = self._loop()

    def _others(self, over: Sequence[Any]) -> dict[str, Any]:
        """The values by name that the body reads, and what the loop runs over."""
        names = [part.id for statement in self.node.body for part in ast.walk(statement) if isinstance(part, ast.Name)]
        frames = {name: self.keeper.frame.find(name) for name in names}
        return {name: frame.variables[name] for name, frame in frames.items() if frame} | {"": over}

    def _loop(self) -> Repeated:
        """The loop but for its results. What only lives within a turn is carried too, from 0: it may be read later."""
        body, state, span = self.body, self.state, self.keeper.span(self.node)
        changing = [path for path in state.after if not state.is_same(path)]
        nexts = [body.lift(state.after[path], span).id for path in changing]
        inputs = [state.carried.get(path) or body.add_input(_spelled(path), UNKNOWN) for path in changing]
        starts = [body.outer.lift(state.begun.get(path, 0.0), span).id for path in changing]
        holders = tuple(tuple(body.outer.lift(x, span).id for x in holder) for holder in body.holders)
        same = [
            (body.outer.lift(x, span).id, state.carried[path]) for path, x in state.begun.items() if state.is_same(path)
        ]
        invariants = [*body.invariants.items(), *same]
        ordered = [*inputs, body.turn, *(x for _, x in invariants), *body.columns.values()]
        check_plain(body, self.plain(certain=True))
        program = cut(body, [x.id for x in ordered], nexts)
        elements = tuple(Elements(*key) for key in body.columns)
        return Repeated(program, body.turns, tuple(starts), (), tuple([i for i, _ in invariants]), holders, elements)

    def plain(self, certain: bool = False) -> list[bool]:
        """For each node of the body whether the recorder, unrolling, would have a plain number there.

        What an inner loop results in, and the variable of an outer one, count as plain if that is to be `certain`.
        """
        body = self.body
        traced = {x.id for x in body.invariants.values()}
        traced |= {x.id for (k, *_), x in body.columns.items() if any(isinstance(v, Traced) for v in body.holders[k])}
        carried, begun, after = self.state.carried, self.state.begun, self.state.after
        traced |= {x.id for path, x in carried.items() if isinstance(begun[path], Traced)}
        inner = {i for _, loop in body.kept for i in loop.results}
        traced = traced - body.counts if certain else traced | inner
        while True:
            flags: list[bool] = []
            for i, args in enumerate(body.nodes.args):
                flags.append(i in traced or any(flags[a] for a in args))
            grown = {x.id for path, x in carried.items() if self._is_traced(after[path], flags)}
            if grown <= traced:
                return [not flag for flag in flags]
            traced |= grown

    def _is_traced(self, value: Any, flags: Sequence[bool]) -> bool:
        return isinstance(value, Traced) and (value.tape is not self.body or flags[value.id])

    def leave(self, over: Sequence[Any]) -> None:
        """Write the loop on the tape around it, and give the variables their values after the last turn.

        A plain number that was carried is left as it is in the body: a program that goes on to read it is unrolled.
        """
        assert self.loop is not None
        self.keeper.count(self.loop, self.keeper.span(self.node))
        body, outer, plain = self.body, self.body.outer, self.plain()
        before = len(outer.values)
        loop = replace(self.loop, results=tuple(range(before, before + len(self.loop.starts))))
        values, numbers = _results(loop, outer), dict[Path, Any]()
        for path, value in self.state.after.items():
            if self.state.is_same(path):
                numbers[path] = self.state.begun[path]
                continue
            result = outer.add_input(_spelled(path), values.pop(0))
            if isinstance(value, Affine) and value.tape is body:
                numbers[path] = value.offset + value.factor * over[-1]
            elif isinstance(value, Traced) and value.tape is body and plain[value.id]:
                numbers[path] = value
            else:
                numbers[path] = result if isinstance(value, Traced | Affine) else value
        self.state.leave(numbers, outer.is_fixed)
        self.keeper.store(self.node.target, over[-1], self.node.iter)
        outer.kept.append((before, loop))


def _changed_names(body: Sequence[ast.stmt]) -> list[str]:
    """The variables of which elements are set: v and s in v[0] = x and s["p"][1] += y."""
    names = []
    for part in (part for statement in body for part in ast.walk(statement)):
        root: ast.expr | None = part if isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load) else None
        while isinstance(root, ast.Subscript):
            root = root.value
        names += [root.id] if isinstance(root, ast.Name) else []
    return names


def _spelled(path: Path) -> str:
    """How a number is called: s["p"][1]."""
    name, *keys = path
    return str(name) + "".join([f"[{shown(key)}]" for key in keys])


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
