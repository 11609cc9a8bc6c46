"""Numerical differentiation: difference quotients as rows of a table, and the complex step."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.algebras.complexes import ComplexAlgebra, Moved, StepAlgebra
from adcore.bound import forget
from adcore.errors import ADError
from adcore.events import Event
from adcore.graph import Graph
from adcore.interpreter import run
from adcore.modes.telling import tell_jacobian
from adcore.problem import Problem

EPSILON = sys.float_info.epsilon
COMPLEX_STEP = 1e-30
COARSE_STEP = 1e-8
"""The same in parts of a small input, where 1e-30 is too much, and for slopes of which 1e-30 is no float."""
FAINT = 1e-250
STEADY = 1e-9
Probe = tuple[float, Sequence[float]]
"""Where an input was moved to, and the outputs there."""
Try = tuple[float, Sequence[Moved], Sequence[float]]
"""A step along the imaginary axis, all nodes there, and the slopes of the outputs that they give."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A formula f'(x) = sum of weight * f(x + offset*h), divided by h; its error shrinks like h**order.

    With `derivative` 2 the sum is divided by h**2, and f''(x) is what it comes near.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    order: int
    help: str
    derivative: int = 1

    def step(self, x: float) -> float:
        """Where truncation and rounding balance: eps**(1/(order+derivative)), times the size of x, exact in binary."""
        h: float = EPSILON ** (1 / (self.order + self.derivative)) * max(1.0, abs(x))
        return (x + h) - x if math.isfinite(x) else h


def _by_name(*rows: Difference) -> Mapping[str, Difference]:
    return MappingProxyType({row.name: row for row in rows})


DIFFERENCES = _by_name(
    Difference("forward", ((0, -1), (1, 1)), 1, "(f(x+h) - f(x))/h: one more evaluation, error like h"),
    Difference("backward", ((-1, -1), (0, 1)), 1, "(f(x) - f(x-h))/h: forward with -h"),
    Difference("central", ((-1, -0.5), (1, 0.5)), 2, "(f(x+h) - f(x-h))/2h: the error shrinks like h squared"),
    Difference(
        "four-point",
        ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12)),
        4,
        "(f(x-2h) - 8f(x-h) + 8f(x+h) - f(x+2h))/12h: the error shrinks like h to the fourth",
    ),
    Difference(
        "richardson",
        ((-1, 1 / 6), (-0.5, -4 / 3), (0.5, 4 / 3), (1, -1 / 6)),
        4,
        "two central differences combined so that their errors cancel",
    ),
)
SECOND_DIFFERENCES = _by_name(
    Difference("forward", ((0, 1), (1, -2), (2, 1)), 1, "(f(x+2h) - 2f(x+h) + f(x))/h^2: error like h", 2),
    Difference("central", ((-1, 1), (0, -2), (1, 1)), 2, "(f(x+h) - 2f(x) + f(x-h))/h^2: error like h squared", 2),
)


def column(problem: Problem, j: int, formula: str = "central", h: float | None = None) -> list[float]:
    """How every output changes with leaf j, by a difference quotient."""
    return _quotients(problem, j, DIFFERENCES[formula], h)


def curvatures(problem: Problem, j: int, formula: str = "central", h: float | None = None) -> list[float]:
    """The second derivative of every output by leaf j, by a row of SECOND_DIFFERENCES."""
    return _quotients(problem, j, SECOND_DIFFERENCES[formula], h)


def _quotients(
    problem: Problem, j: int, row: Difference, h: float | None, note: Callable[[Probe], None] = forget
) -> list[float]:
    """`note` is told of every point that the outputs are asked for at."""
    x = problem.leaves[j]
    h = h or row.step(x)
    total = [0.0] * len(problem.graph.outputs)
    for offset, weight in row.points:
        moved = x + offset * h
        outputs = problem.evaluate(_moved(problem.leaves, j, moved)) if offset else problem.outputs
        note((moved, outputs))
        total = [t + weight * y for t, y in zip(total, outputs, strict=True)]
    return [t / h**row.derivative for t in total]


def jacobian(problem: Problem, formula: str = "central", h: float | None = None) -> list[list[float]]:
    """Column by column; `formula` names a row of DIFFERENCES, `h` the step (chosen for each input unless given)."""
    check_options(formula, h)
    return _rows(problem, [column(problem, j, formula, h) for j in range(len(problem.leaves))])


def steps(problem: Problem, formula: str = "central", h: float | None = None) -> Iterator[Event]:
    """The same as events: for each input leaf the step h; where it is moved to, with the outputs there; the quotients.

    Values and quotients have the input as `source`. For x**2 at 3, with h = 0.5:

        step 0.5;  x: 2.5, x**2: 6.25;  x: 3.5, x**2: 12.25;  quotient 6;   result 6
    """
    graph, row, columns = problem.graph, DIFFERENCES[formula], list[list[float]]()
    for j, source in enumerate(graph.inputs):
        chosen, probes = h or row.step(problem.leaves[j]), list[Probe]()
        columns.append(_quotients(problem, j, row, chosen, probes.append))
        yield Event("difference", "step", source, float(chosen))
        for x, outputs in probes:
            yield Event("difference", "probe", source, x)
            yield from _tell_outputs(graph, "value", outputs, source)
        yield from _tell_outputs(graph, "quotient", columns[-1], source)
    yield from tell_jacobian("difference", graph, _rows(problem, columns))


def _tell_outputs(
    graph: Graph, kind: str, numbers: Iterable[float], source: int, arg: int | None = None
) -> Iterator[Event]:
    pairs = zip(graph.outputs, numbers, strict=True)
    return (Event("difference", kind, i, float(number), source, arg) for i, number in pairs)


def check_options(formula: str, h: float | None) -> None:
    """Refuse a formula that there is not, and what is no step."""
    if formula not in DIFFERENCES:
        names = ", ".join(DIFFERENCES)
        raise ADError("mode", f"There is no difference formula called {formula}.", None, f"There are: {names}.")
    if h is not None and not (isinstance(h, int | float) and 0 < h < math.inf):
        raise ADError("mode", "The step h must be a number greater than 0.", None, "Leave it out, and it is chosen.")


def complex_jacobian(problem: Problem) -> list[list[float]]:
    """Column by column, by one evaluation each at a point that is moved along the imaginary axis."""
    return _rows(problem, [complex_column(problem, j) for j in range(len(problem.leaves))])


def check_complex(problem: Problem) -> None:
    """Refuse a program with an operation that the complex step cannot go through, whichever input moves."""
    if problem.leaves:
        run(problem.graph, StepAlgebra(), _along_imaginary(problem.leaves, 0, 0.0))


def complex_steps(problem: Problem) -> Iterator[Event]:
    """The same as events: for each input leaf, and each step h that is tried, the outputs there and the quotients.

    Complex numbers are told in two parts, the real one with arg 0 and the imaginary one with 1. For x**2 at 3:

        step 1e-30;  x: 3, 1e-30;  x**2: 9, 6e-30;  quotient 6;   result 6
    """
    graph, columns = problem.graph, list[list[float]]()
    for j, source in enumerate(graph.inputs):
        tries = list[Try]()
        columns.append(complex_slopes(graph, problem.leaves, j, tries.append))
        for h, moved, slopes in tries:
            yield Event("difference", "step", source, h)
            yield from (Event("difference", "probe", source, x, None, k) for k, x in enumerate((problem.leaves[j], h)))
            outputs = [moved[i].z for i in graph.outputs]
            yield from _tell_outputs(graph, "value", [z.real for z in outputs], source, 0)
            yield from _tell_outputs(graph, "value", [z.imag for z in outputs], source, 1)
            yield from _tell_outputs(graph, "quotient", slopes, source)
    yield from tell_jacobian("difference", graph, _rows(problem, columns))


def complex_column(problem: Problem, j: int, h: float | None = None) -> list[float]:
    """Im f(x + ih)/h of every output by leaf j: nothing is subtracted, so h may be as small as one likes.

    It is nan or infinite where floats have no value or no finite slope on the way, as at a pole.
    Squire and Trapp, SIAM Review 40(1), 1998.
    """
    if h is None:
        return complex_slopes(problem.graph, problem.leaves, j)
    return _stepped(problem.graph, problem.leaves, j, h)


def complex_slopes(graph: Graph, leaves: Sequence[float], j: int, note: Callable[[Try], None] = forget) -> list[float]:
    """The same with COMPLEX_STEP, or where that is no good the other step, of which a tenth gives the same.

    It is no good if the input is not much larger: log(1e-35 + 1e-30i) has the angle of i. Nor if h f'(x) is lost.
    `note` is told of every try.
    """
    found, x = _stepped(graph, leaves, j, COMPLEX_STEP, note), leaves[j]
    lost = [i for i, slope in zip(graph.outputs, found, strict=True) if not FAINT <= abs(slope) < math.inf]
    varied = graph.varied([graph.inputs[j]]) if lost else []
    is_small = 0 < abs(x) < COMPLEX_STEP / COARSE_STEP**2
    if not is_small and not any(varied[i] for i in lost):
        return found
    step = max(COARSE_STEP * min(1.0, abs(x) or 1.0), sys.float_info.min)
    less, coarse, less_coarse = [_stepped(graph, leaves, j, h, note) for h in (COMPLEX_STEP / 10, step, step / 10)]
    tried = (found, less), (coarse, less_coarse)
    otherwise = found if step >= COMPLEX_STEP else coarse
    return [
        next((run[k] for run, tenth in tried if _is_steady(run[k], tenth[k])), otherwise[k]) for k in range(len(found))
    ]


def _is_steady(slope: float, tenth: float) -> bool:
    return 0 < abs(slope) < math.inf and math.isclose(slope, tenth, rel_tol=STEADY)


def complex_curvatures(problem: Problem, j: int, h: float = EPSILON**0.25) -> list[float]:
    """2 (f(x) - Re f(x + ih))/h^2 of every output by leaf j: two numbers are subtracted, so h must not be small."""
    moved = run(problem.graph, ComplexAlgebra(), [m.z for m in _along_imaginary(problem.leaves, j, h)])
    pairs = zip(problem.outputs, problem.graph.outputs, strict=True)
    return [2 * (y - moved[i].real) / h**2 for y, i in pairs]


def _stepped(
    graph: Graph, leaves: Sequence[float], j: int, h: float, note: Callable[[Try], None] = forget
) -> list[float]:
    moved = run(graph, StepAlgebra(), _along_imaginary(leaves, j, h))
    slopes = [moved[i].z.imag / h for i in graph.outputs]
    note((h, moved, slopes))
    return slopes


def _along_imaginary(leaves: Sequence[float], j: int, h: float) -> list[Moved]:
    return [Moved(x, complex(x, h * (i == j)), i == j) for i, x in enumerate(leaves)]


def is_unsteady(problem: Problem, j: int, output: int, formula: str = "central", h: float | None = None) -> bool:
    """Whether half the step gives a clearly different quotient: the step is too large, or there is a kink."""
    h = h or DIFFERENCES[formula].step(problem.leaves[j])
    whole, half = column(problem, j, formula, h)[output], column(problem, j, formula, h / 2)[output]
    return abs(whole - half) > 1e-3 * max(abs(whole), abs(half), 1e-6)


def _moved(leaves: Sequence[float], j: int, x: float) -> list[float]:
    return [x if i == j else leaf for i, leaf in enumerate(leaves)]


def _rows(problem: Problem, columns: list[list[float]]) -> list[list[float]]:
    return [[column[row] for column in columns] for row in range(len(problem.graph.outputs))]
