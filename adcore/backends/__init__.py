"""Compiled functions: the derivative program, staged once, written out as code and called again and again.

`python` is code for floats, `numpy` for whole arrays of points, `llvm`, where llvmlite is installed, machine code; each
takes single points and arrays of them. Where the code cannot answer, because a recorded decision changes or a number
leaves the floats, the interpreter does: the numbers are the same.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import operations
from adcore.backends import blocks, llvm, loop_ir, looping, points
from adcore.backends.batches import Batch, Fill, read_floats
from adcore.backends.emitter import bind, build, emit_guarded
from adcore.backends.tables import Table, are_numbers, lay_out
from adcore.entries import Entries, has_a_domain, stage_hessian, stage_jacobian, without_values
from adcore.errors import ADError, Span
from adcore.graph import Graph
from adcore.keeping import Kept, pose_kept, repose_kept
from adcore.limits import Limits
from adcore.loop_blocks import in_blocks
from adcore.loops import Looped, is_polynomial, value_and_rows
from adcore.modes import reverse, second
from adcore.problem import Problem, flatten, nest, pose, repose
from adcore.program import propose
from adcore.rows import Row
from adcore.staged_loops import LITERAL, Staged, stage_loops

Numbers = Any
"""A float, or for arrays of points an array of floats."""
Answer = Callable[..., tuple[Numbers, ...]]
"""The numbers at one point, from the interpreter."""


class Code(NamedTuple):
    """What a backend makes: the text, the code for floats, what makes the code for many points, `into` if it has it."""

    text: str
    numbers: Callable[..., tuple[Numbers, ...]]
    fill: Callable[[], Fill]
    into: Callable[[Any, Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A function and its Jacobian as code. Call with the inputs' numbers in order, or with one mapping like `at`.

    value      one number, or one for each output in order
    gradient   shape (n_in,), for one output; jacobian: shape (n_out, n_in)
    numbers    the code itself, unchecked and fast: floats in order give a tuple, value first, then the Jacobian by rows
    into       the same from one array to another: into(x, out) fills `out`, an array of n_out + n_out*n_in numbers in
               any shape, in the order of its elements, and returns it
    batch      the same at many points; with llvm its functions may be wrong by 4 units in the last place (`points`)
    matrix     the Jacobian alone, where most of it is known beforehand; second: the value, then the Hessian by rows
    Each number may be an array of points; results then have the arrays' common shape as their last axes.
    """

    backend: str
    source: str = field(repr=False)
    problem: Problem | Kept = field(repr=False)
    numbers: Callable[..., tuple[Numbers, ...]] = field(repr=False)
    into: Callable[[Any, Any], Any] = field(repr=False)
    batch: Batch | Table = field(repr=False)
    matrix: Table | None = field(repr=False, default=None)
    second: Table | None = field(repr=False, default=None)

    def value(self, *point: Any) -> Numbers:
        return self.value_and_jacobian(*point)[0]

    def gradient(self, *point: Any) -> np.ndarray[Any, Any]:
        rows = self.jacobian(*point)
        if len(rows) != 1:
            raise ADError("shape", f"A gradient belongs to one output; there are {len(rows)}.", None, "Use jacobian.")
        row: np.ndarray[Any, Any] = rows[0]
        return row

    def jacobian(self, *point: Any) -> np.ndarray[Any, Any]:
        if self.matrix is None:
            return self.value_and_jacobian(*point)[1]
        return self.matrix.by_rows(self._leaves(point))

    def hessian(self, *point: Any) -> np.ndarray[Any, Any]:
        """Shape (n_in, n_in), for one output; for a function that was compiled with `order` 2."""
        if self.second is None:
            raise ADError("order", "This was compiled for first derivatives.", None, "Compile it with order=2.")
        return self.second.by_rows(self._leaves(point))

    def value_and_jacobian(self, *point: Any) -> tuple[Numbers, np.ndarray[Any, Any]]:
        """Both from one call."""
        leaves = self._leaves(point)
        if not isinstance(self.batch, Table) and are_numbers(leaves):
            table = np.array(self.numbers(*leaves), float)
        else:
            table = self.batch(*leaves)
        m, n = len(self.problem.graph.outputs), len(leaves)
        values = table[0] if m == 1 else table[:m]
        return values, _by_rows(table[m:], m, n)

    def _leaves(self, point: Sequence[Any]) -> Sequence[Any]:
        if len(point) == 1 and isinstance(point[0], Mapping):
            return flatten(self.problem.recording.inputs, point[0])
        _check_count(len(self.problem.leaves), point)
        return point


def _by_rows(table: np.ndarray[Any, Any], rows: int, columns: int) -> np.ndarray[Any, Any]:
    """The entries of a matrix as a matrix; what comes after the first axis stays as it is, be it empty."""
    return table.reshape(rows, columns, *table.shape[1:]) if table.ndim > 1 else table.reshape(rows, columns)


def _check_count(count: int, point: Sequence[Any]) -> None:
    if len(point) != count:
        words = f"There are {count} input numbers; {len(point)} were given."
        raise ADError("point", words, None, "Give them in order, or as one mapping.")


def _interpreted(problem: Problem | Kept, *leaves: float) -> tuple[float, ...]:
    _check_count(len(problem.leaves), leaves)
    point = nest(problem.recording.inputs, leaves)
    at_point: Problem | Kept
    if isinstance(problem, Kept):
        at_point = repose_kept(problem.syntax, point, looping.LEAST_TURNS)
    else:
        at_point = repose(problem, point)
    _check_outputs(problem, at_point)
    if isinstance(at_point, Kept):
        return tuple(value_and_rows(at_point.program, FloatAlgebra(), at_point.leaves))
    return (*at_point.outputs, *(entry for row in reverse.jacobian(at_point) for entry in row))


def _check_outputs(problem: Problem | Kept, at_point: Problem | Kept) -> None:
    """Refuse a point at which the program has another number of outputs, at the decision that goes another way."""
    made, here = (len(each.graph.outputs) for each in (problem, at_point))
    if here != made:
        known = _choices(problem.graph)
        changed = (span for span, taken in _choices(at_point.graph).items() if known.get(span) != taken)
        words = f"The program has {here} outputs at this point; it was compiled where it has {made}."
        hint = "Return as many numbers on every branch, or compile it at this point."
        raise ADError("shape", words, next(changed, None), hint)


def _choices(graph: Graph) -> dict[Span, list[bool]]:
    """How each decision of the source came out, each time that it was met."""
    choices: dict[Span, list[bool]] = {}
    for decision in graph.decisions:
        choices.setdefault(decision.span, []).append(decision.taken)
    return choices


def _interpreted_twice(problem: Problem, *leaves: float) -> tuple[float, ...]:
    """The value, then the Hessian row by row."""
    _check_count(len(problem.leaves), leaves)
    at_point = repose(problem, nest(problem.recording.inputs, leaves))
    _check_outputs(problem, at_point)
    return (*at_point.outputs, *(entry for row in second.hessian(at_point) for entry in row))


def scalar(row: Row) -> Callable[..., Any]:
    """A row's function of floats: the library's where it raises an error, else the row's own."""
    if row.name in ("abs", "max", "min", "floor", "ceil"):  # those of math may give integers
        return row.value
    fast: Callable[..., Any] = getattr(math, row.name, row.value)
    return fast


def _python(entries: Entries, answer: Answer, effort: int) -> Code:
    text, called = emit_guarded(entries.once(), entries.taken)
    numbers = build(text, {**bind(called, scalar), "otherwise": answer})
    return Code(text, numbers, lambda: blocks.write(entries.graph, entries.taken).fill)


def _numpy(entries: Entries, answer: Answer, effort: int) -> Code:
    made = blocks.write(entries.graph, entries.taken)
    batch = _batch(entries, lambda: made.fill, answer)
    return Code(made.text, lambda *leaves: tuple(batch(*leaves)), lambda: made.fill)


def _llvm(entries: Entries, answer: Answer, effort: int) -> Code:
    fill = functools.partial(_fill, len(entries.graph.inputs), answer)
    text, numbers, into = llvm.build(entries.graph, entries.taken, answer, fill, entries, effort)
    return Code(text, numbers, lambda: points.build(entries.graph, entries.taken), into)


def _fill(count: int, numbers: Answer, x: Any, out: Any) -> Any:
    """What `Compiled.into` does, for backends without a faster way."""
    leaves = read_floats(x, "The array to read").ravel().tolist()
    _check_count(count, leaves)
    found = np.array(numbers(*leaves), float)
    if np.size(out) != len(found) or isinstance(out, list | tuple):
        given = "is a list" if isinstance(out, list | tuple) else f"has shape {list(np.shape(out))}"
        words = f"The results are {len(found)} numbers; the array to fill {given}."
        raise ADError("shape", words, None, "Give an array for the value and then the Jacobian row by row.")
    target = np.asarray(out)
    if not (np.can_cast(float, target.dtype, "same_kind") and target.flags.writeable):
        kind = target.dtype if target.flags.writeable else "what may only be read"
        raise ADError("shape", f"The results are floats; the array to fill holds {kind}.", None, "Make it by np.empty.")
    target.flat[:] = found
    return out


BACKENDS: Mapping[str, Callable[[Entries, Answer, int], Code]] = MappingProxyType(
    {"python": _python, "numpy": _numpy, "llvm": _llvm}
)
WORTH_MACHINE_CODE = 200
"""Operations from which machine code soon makes up for the milliseconds that it takes to build."""
SECOND_EFFORT = 1
"""LLVM's effort for small Hessians, whose many results crowd the registers: 25 ms more, half the time of a call."""


def compile_source(
    source: str,
    at: Mapping[str, Any] | None = None,
    backend: str = "auto",
    limits: Limits | None = None,
    order: int = 1,
    checkpoints: bool = False,
) -> Compiled:
    """Compile a program's value and Jacobian, and with `order` 2 its Hessian too.

    `at` gives the inputs' shapes and the branches to expect. Long loops are kept as loops where that is possible; with
    `checkpoints` they store the states before every √n-th of n turns and run the turns between again.

    `backend` is `python`, `numpy`, `llvm` or `auto`: llvm for large programs if llvmlite is installed, or else python.
    """
    if backend not in ("auto", *BACKENDS):
        names = ", ".join(BACKENDS)
        raise ADError("backend", f"There is no backend called {backend}.", None, f"There are: auto, {names}.")
    if order not in (1, 2):
        raise ADError("order", f"Code is made for order 1 or 2, not {order}.", None, "Use derivatives for more.")
    point = at if at is not None else propose(source, limits)
    for_loops = ("llvm" if llvm.is_installed() else "python") if backend == "auto" else backend
    if order == 2 or for_loops not in looping.LEAST_OPERATIONS:
        return compile_problem(pose(source, point, limits), backend, order)
    problem = pose_kept(source, point, looping.LEAST_TURNS, limits, looping.LEAST_OPERATIONS[for_loops])
    if isinstance(problem, Kept):
        return _with_loops(problem, for_loops, checkpoints)
    return compile_problem(problem, backend)


def compile_problem(problem: Problem, backend: str = "auto", order: int = 1) -> Compiled:
    """The same for a program that is recorded already; its loops are not kept."""
    entries, answer = stage_jacobian(problem.graph, problem.syntax.limits), functools.partial(_interpreted, problem)
    chosen = _best(entries.graph) if backend == "auto" else backend
    code, batch = _make(chosen, entries, answer)
    shape = len(problem.graph.outputs), len(problem.leaves)
    table = lay_out(entries, shape, code.numbers, batch, code.into) if entries.is_sparse else None
    numbers = table.numbers if table else code.numbers
    fill: Callable[[Any, Any], Any] = functools.partial(_fill, len(problem.leaves), numbers)
    into = code.into or fill
    matrix = _compile_matrix(problem, chosen, entries) if table else None
    twice = _compile_hessian(problem, backend) if order == 2 else None
    return Compiled(chosen, code.text, problem, numbers, into, table or batch, matrix, twice)


def _compile_matrix(problem: Problem, backend: str, entries: Entries) -> Table | None:
    """The Jacobian alone; None where only the values show that there is no derivative."""
    if has_a_domain(problem.graph):
        return None
    values = len(problem.graph.outputs)
    alone = without_values(entries, values)
    code, batch = _make(backend, alone, lambda *leaves: _interpreted(problem, *leaves)[values:])
    return lay_out(alone, (values, len(problem.leaves)), code.numbers, batch, code.into)


def _compile_hessian(problem: Problem, backend: str) -> Table:
    second.check_scalar(problem.graph)
    entries = stage_hessian(problem.graph, problem.syntax.limits)
    chosen = _best(entries.graph) if backend == "auto" else backend
    effort = SECOND_EFFORT if len(entries.graph) <= points.SMALL else 0
    code, batch = _make(chosen, entries, functools.partial(_interpreted_twice, problem), effort)
    return lay_out(entries, (len(problem.leaves),) * 2, code.numbers, batch, code.into)


def _make(backend: str, entries: Entries, answer: Answer, effort: int = 0) -> tuple[Code, Batch]:
    """The code for the results that are not known beforehand."""
    code = BACKENDS[backend](entries, answer, effort)
    return code, _batch(entries, code.fill, answer)


def _batch(entries: Entries, code: Callable[[], Fill], answer: Answer) -> Batch:
    return Batch(code, answer, len(entries.places), entries if entries.is_sparse else None)


def _with_loops(kept: Kept, backend: str, checkpoints: bool) -> Compiled:
    """The same for a program whose loops are kept."""
    program = in_blocks(kept.program) if checkpoints else kept.program
    make = _looped_llvm if backend == "llvm" else _looped_python
    answer = _overflowed(kept, program, make)
    code = make(stage_loops(program), kept.taken, answer)
    batch = Batch(code.fill, answer, len(program.outputs) * (1 + len(program.inputs)))
    into = code.into or functools.partial(_fill, len(kept.leaves), code.numbers)
    return Compiled(backend, code.text, kept, code.numbers, into, batch)


def _overflowed(kept: Kept, program: Looped, make: Callable[..., Code]) -> Answer:
    """What answers where a result is no number: the interpreter.

    Of a polynomial whose value is a number it is known what it would do, so code that does the same is much faster.
    """
    interpreted = functools.partial(_interpreted, kept)
    if not is_polynomial(program):
        return interpreted
    values = len(program.outputs)
    literal = functools.cache(lambda: make(stage_loops(program, LITERAL), kept.taken, interpreted, values).numbers)
    return lambda *leaves: literal()(*leaves)


def _looped_python(staged: Staged, taken: Sequence[bool], answer: Answer, trusted: int | None = None) -> Code:
    text, numbers = looping.build_looped(staged, taken, scalar, answer, trusted)
    return Code(text, numbers, lambda: looping.one_by_one(numbers))


def _looped_llvm(staged: Staged, taken: Sequence[bool], answer: Answer, trusted: int | None = None) -> Code:
    draft, count = loop_ir.write_looped(staged, taken, trusted), len(staged.graph.inputs)
    level = 2 if staged.operations() <= points.SMALL else 0
    text, numbers, into = llvm.build_draft(draft, answer, functools.partial(_fill, count, answer), level=level)
    return Code(text, numbers, lambda: looping.one_by_one(numbers), into)


def _best(graph: Graph) -> str:
    return "llvm" if operations(graph) >= WORTH_MACHINE_CODE and llvm.is_installed() else "python"
