"""Turns that are alike: after two turns of a loop the rest is written down at once, where each provably does the same.

    for i in range(1000):
        y = 3*y*(1 - y)          five nodes, of which the second reads the y of the turn before

What a turn does is worked out once, with stands-in for what differs: `NODE` for what the turn itself makes, `BEFORE`
for what the turn before left in a variable, elements of lists at the loop's variable. Such a body does nothing but
assign to names what operations on numbers give, so it cannot do anything else in another turn. Whatever may (a
branch, a call of the user's, a list that changes, arithmetic with the loop's variable) is left to the evaluator.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from adcore.calls import is_primitive
from adcore.columns import Ids
from adcore.errors import Span
from adcore.language import OPERATORS
from adcore.primitives import ROWS
from adcore.tape import Tape
from adcore.values import Frame, Traced

FEWEST = 4
"""Turns that are left below which nothing is gained."""
FIXED, BEFORE, ELEMENT, NODE = range(4)
LARGEST_EXPONENT, EXACT = 2**31, 2**53
STATEMENTS = (ast.Assign, ast.AugAssign)
Number = int | float


class Runner(Protocol):
    """Who runs the loop: the evaluator."""

    tape: Tape
    frame: Frame
    statements: int

    def span(self, node: ast.AST) -> Span: ...


class UnlikeError(Exception):
    """The turns may differ: the evaluator runs them."""


class Symbol(NamedTuple):
    """A number that is traced: `place` among the fixed ones, the variables, the elements, or the turn's own nodes."""

    where: int
    place: int


@dataclass(slots=True)
class Step:
    """A node of the turn: its kind, what it is computed by and from, where it stands, how it is called."""

    kind: int
    function: Callable[..., float]
    args: tuple[Symbol, ...]
    span: Span | None
    name: str = ""


@dataclass(slots=True)
class Turn:
    """One turn that stands for all, while it is worked out."""

    runner: Runner
    loop: ast.For
    over: Sequence[Any]
    steps: list[Step] = field(default_factory=list)
    fixed: list[Traced] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    elements: list[Sequence[Traced]] = field(default_factory=list)
    known: dict[str, Symbol] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)

    def work_out(self) -> None:
        """Go through the body. Raises UnlikeError for what may differ from turn to turn."""
        assigned = {target.id for target in map(_target_of, self.loop.body)}
        if not isinstance(self.loop.target, ast.Name) or self.loop.target.id in assigned:
            raise UnlikeError
        for name in sorted(assigned):
            value = self.runner.frame.variables.get(name)
            if isinstance(value, Traced) and value.tape is self.runner.tape:
                self.known[name] = Symbol(BEFORE, len(self.before))
                self.before.append(name)
        for statement in self.loop.body:
            self._assign(statement, assigned)

    def _assign(self, statement: ast.stmt, assigned: set[str]) -> None:
        target = _target_of(statement).id
        if isinstance(statement, ast.AugAssign):
            name = ast.copy_location(ast.Name(target, ast.Load()), statement.target)
            args = [self._value(each, assigned) for each in (name, statement.value)]
            made: Symbol | Number = self._binary(statement.op, args, statement)
        else:
            assert isinstance(statement, ast.Assign)
            made = self._value(statement.value, assigned)
        if not isinstance(made, Symbol) or made.where != NODE:
            raise UnlikeError
        step = self.steps[made.place]
        step.name = step.name or target
        self.known[target], self.after[target] = made, made.place

    def _value(self, node: ast.expr, assigned: set[str]) -> Symbol | Number:
        if isinstance(node, ast.Constant):
            return _plain(node.value)
        if isinstance(node, ast.Name):
            return self._named(node.id, assigned)
        if isinstance(node, ast.BinOp):
            args = [self._value(side, assigned) for side in (node.left, node.right)]
            return self._binary(node.op, args, node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self._apply("neg", [self._value(node.operand, assigned)], node)
        if isinstance(node, ast.Call):
            return self._call(node, assigned)
        if isinstance(node, ast.Subscript):
            return self._element(node, assigned)
        raise UnlikeError

    def _named(self, name: str, assigned: set[str]) -> Symbol | Number:
        if name in self.known:
            return self.known[name]
        if name == self.loop.target.id:  # type: ignore[attr-defined]
            return self._column(self.over)
        found = self._fixed(self._held(name, assigned))
        if isinstance(found, Symbol):
            self.known[name] = found
        return found

    def _held(self, name: str, assigned: set[str]) -> Any:
        """What a name holds that the body does not assign."""
        frame = self.runner.frame.find(name)
        if frame is None or name in assigned:
            raise UnlikeError
        return frame.variables[name]

    def _fixed(self, value: Any) -> Symbol | Number:
        if isinstance(value, Traced) and value.tape is self.runner.tape:
            self.fixed.append(value)
            return Symbol(FIXED, len(self.fixed) - 1)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise UnlikeError
        return value

    def _column(self, column: Sequence[Any]) -> Symbol:
        if not all(isinstance(value, Traced) and value.tape is self.runner.tape for value in column):
            raise UnlikeError
        self.elements.append(column)
        return Symbol(ELEMENT, len(self.elements) - 1)

    def _element(self, node: ast.Subscript, assigned: set[str]) -> Symbol | Number:
        """An element at a written index or key; or one at the loop's variable, or a fixed number more or less."""
        if isinstance(node.slice, ast.Constant):
            return self._fixed(self._holder(node, assigned))
        if not isinstance(self.over, range):
            raise UnlikeError
        holder = self._holder(node.value, assigned)
        offset = self._offset(node.slice)
        places = range(self.over.start + offset, self.over.stop + offset, self.over.step)
        length = len(holder) if isinstance(holder, list | tuple) else 0
        if not all(-length <= end < length for end in (places[0], places[-1])):
            raise UnlikeError
        return self._column([holder[place] for place in places])

    def _holder(self, node: ast.expr, assigned: set[str]) -> Any:
        """What a name holds, or what stands in it at written indices and keys: p["layers"][0]."""
        places: list[Any] = []
        while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            places.append(node.slice.value)
            node = node.value
        if not isinstance(node, ast.Name) or node.id == self.loop.target.id:  # type: ignore[attr-defined]
            raise UnlikeError
        value = self._held(node.id, assigned)
        for place in reversed(places):
            value = _part(value, place)
        return value

    def _offset(self, index: ast.expr) -> int:
        variable = self.loop.target.id  # type: ignore[attr-defined]
        if isinstance(index, ast.Name) and index.id == variable:
            return 0
        if not isinstance(index, ast.BinOp) or not isinstance(index.op, ast.Add | ast.Sub):
            raise UnlikeError
        left, right = index.left, index.right
        if not isinstance(left, ast.Name) or left.id != variable or not isinstance(right, ast.Constant):
            raise UnlikeError
        if type(right.value) is not int:
            raise UnlikeError
        return right.value if isinstance(index.op, ast.Add) else -right.value

    def _call(self, node: ast.Call, assigned: set[str]) -> Symbol:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not is_primitive(name) or self.runner.frame.find(name) is not None:
            raise UnlikeError
        if node.keywords or len(node.args) != len(ROWS[name].args):
            raise UnlikeError
        return self._apply(name, [self._value(a, assigned) for a in node.args], node)

    def _binary(self, operator: ast.operator, args: Sequence[Symbol | Number], node: ast.AST) -> Symbol:
        if not isinstance(operator, ast.Pow):
            if type(operator) not in OPERATORS:
                raise UnlikeError
            return self._apply(OPERATORS[type(operator)], args, node)
        base, exponent = args
        if isinstance(base, Symbol) and not isinstance(exponent, Symbol):
            is_whole = isinstance(exponent, int) or exponent.is_integer()
            if is_whole and abs(exponent) <= LARGEST_EXPONENT:
                return self._apply("powi", [base], node, float(exponent))
        return self._apply("pow", args, node)

    def _apply(self, op: str, args: Sequence[Symbol | Number], node: ast.AST, constant: float | None = None) -> Symbol:
        """What `Tape.apply` does: numbers beside traced ones become nodes, then there is a node for the operation."""
        if not any(isinstance(a, Symbol) for a in args) or len(args) > 2:
            raise UnlikeError
        row, kind = self.runner.tape.row(op, constant, len(args))
        span = self.runner.span(node)
        lifted = tuple([a if isinstance(a, Symbol) else self._lift(float(a), span) for a in args])
        return self._add(Step(kind, row.value, lifted, span))

    def _lift(self, number: float, span: Span) -> Symbol:
        return self._add(Step(self.runner.tape.nodes.constant(number), lambda: number, (), span))

    def _add(self, step: Step) -> Symbol:
        self.steps.append(step)
        return Symbol(NODE, len(self.steps) - 1)


def _part(value: Any, place: Any) -> Any:
    """What stands at an index or under a key. The evaluator says what is wrong where nothing does."""
    if isinstance(value, dict) and place in value:
        return value[place]
    if isinstance(value, list | tuple) and isinstance(place, int) and -len(value) <= place < len(value):
        return value[place]
    raise UnlikeError


def _plain(number: object) -> Number:
    """A number as it is written, of which a float keeps every digit."""
    if not isinstance(number, int | float) or isinstance(number, bool) or abs(number) > EXACT:
        raise UnlikeError
    return number


def _target_of(statement: ast.stmt) -> ast.Name:
    """The one name that a statement assigns to."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if not isinstance(statement, STATEMENTS) or len(targets) != 1 or not isinstance(targets[0], ast.Name):
        raise UnlikeError
    return targets[0]


def repeat(runner: Runner, loop: ast.For, label: str, done: int, over: Sequence[Any]) -> int:
    """Write down the turns over `over`, after `done` others: how many, all or none."""
    turn = Turn(runner, loop, over)
    try:
        if len(over) < FEWEST:
            raise UnlikeError
        turn.work_out()
        _check_limits(turn)
    except UnlikeError:
        return 0
    _write(turn, label, done)
    return len(over)


def _check_limits(turn: Turn) -> None:
    """Leave it to the evaluator to say which limit is reached, and where."""
    tape, turns = turn.runner.tape, len(turn.over)
    statements = turn.runner.statements + turns * (1 + len(turn.loop.body))
    nodes = len(tape.values) + turns * len(turn.steps)
    if statements > tape.limits["statements"] or nodes > tape.limits["graph_nodes"]:
        raise UnlikeError


def _write(turn: Turn, label: str, done: int) -> None:
    runner, tape, variables = turn.runner, turn.runner.tape, turn.runner.frame.variables
    first, turns, steps = len(tape.values), len(turn.over), turn.steps
    span = runner.span(turn.loop)
    contexts = tape.contexts.add_turns(tape.context, label, done + 1, turns, span)
    tape.nodes.write_turns(
        [(step.kind, len(step.args), step.span, step.name) for step in steps], _ids(turn, first), contexts
    )
    tape.values += _values(turn)
    last = first + (turns - 1) * len(steps)
    for name, place in turn.after.items():
        variables[name] = Traced(last + place, tape.values[last + place], tape)
    runner.statements += turns * (1 + len(turn.loop.body))


def _ids(turn: Turn, first: int) -> Ids:
    """The arguments of all nodes: a row for each turn."""
    turns, variables, stride = len(turn.over), turn.runner.frame.variables, len(turn.steps)
    starts = np.arange(first, first + stride * turns, stride, dtype=np.intc)
    args = [arg for step in turn.steps for arg in step.args]
    found = np.empty((turns, len(args)), np.intc)
    for k, (where, place) in enumerate(args):
        if where == NODE:
            found[:, k] = starts + place
        elif where == BEFORE:
            name = turn.before[place]
            found[:, k] = starts + (turn.after[name] - stride)
            found[0, k] = variables[name].id
        elif where == ELEMENT:
            found[:, k] = [value.id for value in turn.elements[place]]
        else:
            found[:, k] = turn.fixed[place].id
    return found


def _values(turn: Turn) -> list[float]:
    """The values of all nodes, turn by turn, in registers: fixed numbers, variables, elements, the turn's nodes."""
    variables, ends = turn.runner.frame.variables, (len(turn.fixed), len(turn.before), len(turn.elements))
    offsets = {FIXED: 0, BEFORE: ends[0], ELEMENT: ends[0] + ends[1], NODE: sum(ends)}
    registers = [x.value for x in turn.fixed] + [variables[name].value for name in turn.before]
    registers += [0.0] * (len(turn.elements) + len(turn.steps))
    own = offsets[NODE]
    program: list[tuple[int, Callable[..., float], int, int | None]] = []
    for out, step in enumerate(turn.steps, start=own):
        args = [offsets[where] + place for where, place in step.args]
        if args:
            program.append((out, step.function, args[0], args[1] if len(args) == 2 else None))
        else:
            registers[out] = step.function()
    carried = [(offsets[BEFORE] + k, own + turn.after[name]) for k, name in enumerate(turn.before)]
    elements = slice(offsets[ELEMENT], own)
    columns = [[value.value for value in column] for column in turn.elements]
    found: list[float] = []
    for row in zip(*columns, strict=True) if columns else ((),) * len(turn.over):
        if row:
            registers[elements] = row
        for out, function, left, right in program:
            registers[out] = function(registers[left]) if right is None else function(registers[left], registers[right])
        found += registers[own:]
        for variable, node in carried:
            registers[variable] = registers[node]
    return found
