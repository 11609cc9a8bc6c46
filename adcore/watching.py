"""A run that is watched: every assignment of a program's own variables, what it read, and what was there before.

a_bar = b_bar*cos(a)    a_bar receives a number; b_bar and a are read
dx[i] += a_bar*w[i]     the element (i,) of dx receives what it had, and more
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcore.evaluator import Evaluator, Place
from adcore.keys import is_key
from adcore.language import Syntax
from adcore.oracles import Source
from adcore.recorder import record
from adcore.tape import Tape
from adcore.values import Recording, Returned, Traced

Path = tuple[Any, ...]
"""Where a number stands: indices of lists and keys of dicts, outermost first."""
Slot = tuple[str, Path]
"""A number that a program keeps: a variable, and the position in it where it is a list or a dict."""
Nested = Any
"""A number or None, or lists and dicts of such."""
DEEPEST = 8
"""Lists within lists up to which numbers are watched; a list that lies deeper is as something that is no number."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One number that a statement gave to a variable, or that was returned: then `name` is empty.

    `turn` is the same for all that one execution of a statement assigned. `adds` says that `before` is a term of it,
    `reads` are the slots that the other terms read; a path may be shorter than the list is deep: all below is read.
    """

    turn: int
    statement: ast.stmt
    name: str
    path: Path
    value: Any
    before: float | None
    reads: tuple[Slot, ...]
    adds: bool

    @property
    def slot(self) -> Slot:
        return self.name, self.path

    @property
    def number(self) -> float | None:
        return number_of(self.value)


@dataclass(frozen=True, slots=True)
class Watched:
    """A recording, the assignments in order, what was returned, and every value that each variable held, in order."""

    recording: Recording
    assignments: tuple[Assignment, ...]
    results: tuple[Assignment, ...]
    history: Mapping[str, tuple[Nested, ...]]

    def source(self, assignment: Assignment) -> Source | None:
        """The operation that a number comes from, if it is not a plain one."""
        value = assignment.value
        return Source(self.recording.graph, self.recording.values, value.id) if isinstance(value, Traced) else None


Mend = Callable[[int, float], float | None]
"""For the position of an assignment and what was there before: what is to be assigned instead, or None."""


def watch(
    syntax: Syntax,
    at: Mapping[str, Any],
    copies: bool = False,
    zeros: Callable[[str], Nested] = lambda name: None,
    mend: Mend = lambda position, before: None,
) -> Watched:
    """Run a program and watch the variables of its outermost function.

    copies   `b = a` is an operation of its own, so that a and b have adjoints of their own
    zeros    what a variable holds before it is first added to; None where that is a mistake
    mend     puts other numbers in the place of those that are assigned
    """
    watcher = _Watcher(syntax, Tape(syntax.limits), copies, zeros, mend)
    recording = record(syntax, at, watcher)
    history = {name: tuple(values) for name, values in watcher.history.items()}
    return Watched(recording, tuple(watcher.assignments), watcher.results, history)


def number_of(value: Any) -> float | None:
    """The number of a value, if it is one."""
    if isinstance(value, Traced):
        return value.value
    return float(value) if isinstance(value, int | float) else None


def nested(value: Any, leaf: Callable[[Any], Any], depth: int = 0) -> Nested:
    """Lists and dicts stay such, as deep as they are watched; of everything else what `leaf` makes of it."""
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return [nested(part, leaf, depth + 1) for part in value]
    if isinstance(value, dict) and depth < DEEPEST:
        return {key: nested(part, leaf, depth + 1) for key, part in value.items()}
    return leaf(value)


def part_of(value: Nested, path: Path) -> Nested:
    """What stands at a position; None where nothing does."""
    for index in path:
        if isinstance(value, dict):
            value = value.get(index)
        elif isinstance(value, list | tuple) and isinstance(index, int) and -len(value) <= index < len(value):
            value = value[index]
        else:
            return None
    return value


class _Watcher(Evaluator):
    """An evaluator that writes down what it assigns."""

    def __init__(self, syntax: Syntax, tape: Tape, copies: bool, zeros: Callable[[str], Nested], mend: Mend) -> None:
        super().__init__(syntax, tape)
        self.copies, self.zeros, self.mend = copies, zeros, mend
        self.level = int(syntax.form == "def")
        self.assignments: list[Assignment] = []
        self.results: tuple[Assignment, ...] = ()
        self.history: dict[str, list[Any]] = {}
        self._targets = {id(target): (statement, expr) for target, statement, expr in _targets(syntax.tree)}
        self._stored: set[int] = set()
        self._last = syntax.tree.body[-1]

    def value(self, node: ast.expr) -> Any:
        found = super().value(node)
        if isinstance(self._last, ast.Expr) and node is self._last.value:
            self.note_result(found, node, self._last)
        return found

    def store(self, target: ast.expr, value: Any, origin: ast.expr, place: Place | None = None) -> None:
        found = self._targets.get(id(target)) if self.depth == self.level else None
        if found is None or isinstance(target, ast.Tuple | ast.List):
            super().store(target, value, origin, place)
            return
        statement, expr = found
        if self.copies:
            value = self._copied(value, expr)
        written = list(self._account(target, value, statement, expr))
        value = self._mended(value, written)
        super().store(target, value, origin, place)
        self.assignments += written
        if isinstance(target, ast.Name):
            self.history.setdefault(target.id, []).append(value)

    def _copied(self, value: Any, expr: ast.expr | None) -> Any:
        """A number that has a name already, as a node of its own."""
        if isinstance(value, list) and isinstance(expr, ast.List):
            value[:] = [self._copied(part, None) for part in value]
        if isinstance(value, dict) and isinstance(expr, ast.Dict):
            value.update({key: self._copied(part, None) for key, part in value.items()})
        if not isinstance(value, Traced) or value.tape is not self.tape:
            return value
        if value.id in self._stored or self.tape.nodes.names[value.id] is not None:
            span = self.tape.nodes.spans[value.id] if expr is None else self.span(expr)
            value = self.tape.apply("add", [value, 0.0], span)  # type: ignore[arg-type]
        self._stored.add(value.id)
        return value

    def _mended(self, value: Any, written: Sequence[Assignment]) -> Any:
        """The value with other numbers where they are to be put."""
        first = len(self.assignments)
        better = [self.mend(first + k, made.before or 0.0) for k, made in enumerate(written)]
        if all(number is None for number in better):
            return value
        numbers = iter(better)

        def choose(leaf: Any) -> Any:
            number = next(numbers)
            return leaf if number is None else number

        return nested(value, choose)

    def _account(
        self, target: ast.expr, value: Any, statement: ast.stmt, expr: ast.expr | None
    ) -> Iterator[Assignment]:
        slot = self._slot(target)
        if slot is None:
            return
        frame = self.frame.find(slot[0])
        old = part_of(frame.variables[slot[0]], slot[1]) if frame else None
        adds, terms = _terms(statement, target, expr)
        for path, leaf, reads in self._spread(value, terms):
            before = number_of(part_of(old, path))
            yield Assignment(
                self.statements, statement, slot[0], slot[1] + path, leaf, before, reads, adds and before is not None
            )

    def _run_augassign(self, node: ast.AugAssign) -> None:
        name = _root(node.target)
        if self.depth == self.level and name and self.frame.find(name) is None:
            start = self.zeros(name)
            if start is not None:
                self.frame.variables[name] = start
        super()._run_augassign(node)

    def _run_return(self, node: ast.Return) -> Returned:
        returned = super()._run_return(node)
        if self.depth == self.level and node.value is not None:
            self.note_result(returned.value, node.value, node)
        return returned

    def note_result(self, value: Any, expr: ast.expr, statement: ast.stmt) -> None:
        """Keep what the program gives back; `expr` is what is written there."""
        self.results = tuple(
            Assignment(self.statements + 1, statement, "", path, leaf, None, reads, False)
            for path, leaf, reads in self._spread(value, [expr])
        )

    def _spread(
        self, value: Any, exprs: list[ast.expr], path: Path = (), inside: Path = ()
    ) -> Iterator[tuple[Path, Any, tuple[Slot, ...]]]:
        """Every number of a value with its position and what was read for it."""
        if isinstance(value, list | tuple | dict) and len(path) < DEEPEST:
            literals = _literals(exprs[0], value) if len(exprs) == 1 else None
            for i, (key, part) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
                if literals:
                    yield from self._spread(part, [literals[i]], (*path, key))
                else:
                    yield from self._spread(part, exprs, (*path, key), (*inside, key))
            return
        slot = self._slot(exprs[0]) if len(exprs) == 1 else None
        reads = ((slot[0], slot[1] + inside),) if slot else tuple(s for expr in exprs for s in self._reads(expr))
        yield path, value, tuple(dict.fromkeys(reads))

    def _reads(self, expr: ast.expr) -> Iterator[Slot]:
        stack: list[ast.AST] = [expr]
        while stack:
            node = stack.pop()
            slot = self._slot(node)
            if slot:
                yield slot
            elif isinstance(node, ast.Subscript) and _root(node):
                yield _root(node), ()
                stack.append(node.slice)
            else:
                stack.extend(reversed(list(ast.iter_child_nodes(node))))

    def _slot(self, node: ast.AST) -> Slot | None:
        """The slot of `x` or `x[0]["w"]`; None for anything else, and where an index is not known here."""
        path: list[Any] = []
        while isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            names = [part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)]
            if any(isinstance(part, ast.Call) for part in ast.walk(node.slice)):
                return None
            if not all(self.frame.find(name) for name in names):
                return None
            index = self.value(node.slice)
            if not is_key(index):
                return None
            path.insert(0, index)
            node = node.value
        return (node.id, self._positive(node.id, tuple(path))) if isinstance(node, ast.Name) else None

    def _positive(self, name: str, path: Path) -> Path:
        """A path without indices that count from the end."""
        frame = self.frame.find(name)
        value = frame.variables[name] if frame else None
        found: list[Any] = []
        for index in path:
            if isinstance(value, list | tuple) and isinstance(index, int) and index < 0:
                found.append(index + len(value))
            else:
                found.append(index)
            value = part_of(value, (index,))
        return tuple(found)


def _literals(expr: ast.expr, value: Any) -> Sequence[ast.expr] | None:
    """What is written for each part of a value, where it is written out; a key that stands twice is not told apart."""
    if isinstance(expr, ast.List | ast.Tuple) and isinstance(value, list | tuple):
        return expr.elts
    written_out = isinstance(expr, ast.Dict) and isinstance(value, dict) and len(expr.values) == len(value)
    return expr.values if written_out else None  # type: ignore[attr-defined]


def _root(node: ast.AST) -> str:
    """The variable that `x[0][i]` is a part of."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _targets(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.stmt, ast.expr | None]]:
    """Every place that is assigned to, with its statement and what is written there for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _paired(target, node, node.value)
        elif isinstance(node, ast.AugAssign):
            yield node.target, node, node.value
        elif isinstance(node, ast.For):
            yield from _paired(node.target, node, None)


def _paired(
    target: ast.expr, statement: ast.stmt, expr: ast.expr | None
) -> Iterator[tuple[ast.expr, ast.stmt, ast.expr | None]]:
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, statement, expr
        return
    matched = isinstance(expr, ast.Tuple | ast.List) and len(expr.elts) == len(target.elts)
    for i, part in enumerate(target.elts):
        yield from _paired(part, statement, expr.elts[i] if matched else expr)  # type: ignore[union-attr]


def _terms(statement: ast.stmt, target: ast.expr, expr: ast.expr | None) -> tuple[bool, list[ast.expr]]:
    """Whether an assignment adds to its target, and what else is read."""
    if expr is None:
        return False, []
    if isinstance(statement, ast.AugAssign):
        adds = isinstance(statement.op, ast.Add | ast.Sub)
        return adds, [expr] if adds else [expr, target]
    own, terms = ast.unparse(target), list(_summands(expr))
    others = [term for term in terms if ast.unparse(term) != own]
    return (True, others) if len(others) == len(terms) - 1 and others else (False, [expr])


def _summands(expr: ast.expr) -> Iterator[ast.expr]:
    """The terms of a sum, one for each; what is taken away is a term too."""
    stack: list[ast.expr] = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
            stack += [part.right, part.left]
        else:
            yield part
