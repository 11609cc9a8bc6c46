"""Values and derivatives that are finite and wrong: where floats lost their digits, in a rule or in what it is given.

    tanh(x) at 10           its rule, 1 - out**2, subtracts nearly equal numbers
    asin(sin(x)) at 1.5707  the rule is sound, but sin(x), next to 1, was rounded before the rule saw it
    (exp(x) - 1)/x at 1e-9  the value of exp(x) - 1 is left over from rounding already

The right digits are those of a reference run. What rounding the inputs explains is no loss: the derivative of
sin(1e10*x) has no more digits than x gives it. (Higham, Accuracy and Stability of Numerical Algorithms, 2002, sections
1.4 to 1.7: forward errors, conditioning and cancellation.)
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.text import PRETTY, TextAlgebra, Written
from adcore.graph import CONST, INPUT
from adcore.interpreter import RuleBook, adjoints_of, formula, sweep
from adcore.interpreter import partial as partial_of
from adcore.labels import Labels
from adcore.modes import reverse
from adcore.precise_run import PreciseRun, run_precisely
from adcore.problem import Problem

LOST = 1e-9
"""The relative error from which on digits are lost: fewer than nine are right of nearly sixteen."""
SMALLEST = sys.float_info.min
"""Numbers below have fewer digits by their nature."""
LEAST_SHARE = 64
"""How many times what rounding the inputs changes may be lost and be explained by it; as many as nodes, if more."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The operation where digits were lost: a number as floats have it, and as it should be.

    `arg` is the argument for which the partial is wrong; -1 where the value or the adjoint is. `is_zero` says whether
    the whole value or derivative became 0.
    """

    node: int
    cause: str
    found: float
    right: float
    is_zero: bool
    arg: int = -1


def is_lost(found: float, right: float) -> bool:
    """Whether a number has fewer than nine right digits. One beside 0 has none to lose, nor has one without reference.

    Where the two are further apart than floats go, the right one is what was left over in the reference itself: 0.

    >>> is_lost(0.0, 1.7e-17), is_lost(1.0000000001, 1.0), is_lost(1e284, 1e-101)
    (True, False, False)
    """
    if not math.isfinite(right) or abs(right) < SMALLEST:
        return False
    error = abs(found - right) / abs(right)
    return not error <= LOST and not math.isinf(error)


def find_loss(problem: Problem) -> Loss | None:
    """The first operation that loses digits of a derivative, one that became 0 before others, or else of a value.

    None if none does.
    """
    reference, outputs = run_precisely(problem), range(len(problem.graph.outputs))
    if reference is None:
        return None
    found = _first_loss(problem, reference, outputs, range(len(problem.leaves)))
    return found or next(_of_values(problem, reference), None)


def find_loss_of(problem: Problem, i: int, j: int) -> Loss | None:
    """The first operation that loses digits of the derivative of output i by input j."""
    reference = run_precisely(problem)
    return _first_loss(problem, reference, [i], [j]) if reference else None


def _first_loss(problem: Problem, reference: PreciseRun, outputs: Sequence[int], inputs: Sequence[int]) -> Loss | None:
    """The same for the derivatives of some outputs by some inputs, which are positions."""
    graph, rows = problem.graph, reverse.jacobian(problem)
    found = [entry for i in outputs for entry in _lost(problem, reference, graph.outputs[i], rows[i])]
    lost = [entry for entry in found if entry[1] in inputs]
    for output, j, is_zero in sorted(lost, key=lambda entry: not entry[2]):
        for loss in _blame(problem, reference, output, graph.inputs[j], is_zero):
            return loss
    return None


def _lost(
    problem: Problem, reference: PreciseRun, output: int, slopes: Sequence[float]
) -> Iterator[tuple[int, int, bool]]:
    """The derivatives of an output that have lost digits: the output, the position of the input, whether it is 0."""
    right = reference.slopes(output)
    lost = [j for j, pair in enumerate(zip(slopes, right, strict=True)) if is_lost(*pair)]
    moved = [run.slopes(output) for run in _moved(problem)] if lost else []
    for j in lost:
        if not _is_explained(problem, slopes[j], right[j], [numbers[j] for numbers in moved]):
            yield output, j, slopes[j] == 0


def _of_values(problem: Problem, reference: PreciseRun) -> Iterator[Loss]:
    """For each output that has lost digits the operation that lost them first."""
    graph, values = problem.graph, problem.recording.values
    for output in dict.fromkeys(graph.outputs):
        found, right = values[output], float(reference.values[output])
        if not is_lost(found, right):
            continue
        if not _is_explained(problem, found, right, [float(run.values[output]) for run in _moved(problem)]):
            useful = graph.useful([output])
            losses = (_value_loss(problem, reference, i, found == 0) for i in range(len(graph)) if useful[i])
            yield next(loss for loss in losses if loss)


def _moved(problem: Problem) -> Iterator[PreciseRun]:
    """The program with its inputs and numbers rounded otherwise: all up, and every other one down.

    In one of the two, changes do not make up for each other as a rule.
    """
    n = len(problem.leaves)
    return (PreciseRun(problem, [sign**k for k in range(n + 1)]) for sign in (1.0, -1.0))


def _is_explained(problem: Problem, found: float, right: float, moved: Sequence[float]) -> bool:
    """Whether a number is no further from the right one than what rounding the inputs otherwise makes of that."""
    changes = [abs(x - right) for x in moved if not math.isnan(x)]
    return abs(found - right) <= max(LEAST_SHARE, len(problem.graph)) * max(changes, default=math.inf)


def _blame(problem: Problem, reference: PreciseRun, output: int, input_: int, is_zero: bool) -> Iterator[Loss]:
    """The operations on the way from an input to an output that are wrong though what they are made of is right."""
    graph, values = problem.graph, problem.recording.values
    useful, varied = graph.useful([output]), graph.varied([input_])
    for i in (i for i in range(len(graph)) if useful[i]):
        loss = _value_loss(problem, reference, i, is_zero)
        yield from [loss] if loss else []
        moving = [k for k, a in enumerate(graph.args[i]) if varied[a]]
        yield from (loss for k in moving if (loss := _edge(problem, reference, i, k, is_zero)))
    floats = adjoints_of(sweep(graph, FloatAlgebra(), values, {output: 1.0}))
    exact = reference.adjoints(output)
    for i in sorted(floats, reverse=True):
        if varied[i] and is_lost(floats[i], float(exact.get(i, 0.0))):
            yield Loss(i, "cancelled-adjoint", floats[i], float(exact[i]), is_zero)


def _value_loss(problem: Problem, reference: PreciseRun, i: int, is_zero: bool) -> Loss | None:
    """What the value of an operation has lost, if it has."""
    op, found, right = problem.graph.ops[i], problem.recording.values[i], float(reference.values[i])
    if op in (INPUT, CONST) or not is_lost(found, right):
        return None
    return Loss(i, "cancellation" if op in ("add", "sub") else "sensitive-value", found, right, is_zero)


def _edge(problem: Problem, reference: PreciseRun, i: int, k: int, is_zero: bool) -> Loss | None:
    found, right = _partial(problem, i, k), reference.partial(i, k)
    if not is_lost(found, right):
        return None
    cause = "cancelled-slope" if _cancels(problem, reference, i, k) else "sensitive-slope"
    return Loss(i, cause, found, right, is_zero, k)


def _partial(problem: Problem, i: int, k: int) -> float:
    graph, values = problem.graph, problem.recording.values
    args = [values[a] for a in graph.args[i]]
    return partial_of(FloatAlgebra(), RuleBook().find(graph, i), args, values[i], k)


def _cancels(problem: Problem, reference: PreciseRun, i: int, k: int) -> bool:
    args = [problem.recording.values[a] for a in problem.graph.args[i]]
    return is_lost(_partial(problem, i, k), reference.rule_partial(i, k, args))


def cancelling(problem: Problem, op: str) -> list[int]:
    """The operations of a kind whose own rule loses digits: of the argument that it is given."""
    reference = PreciseRun(problem)
    return [i for i, each in enumerate(problem.graph.ops) if each == op and _cancels(problem, reference, i, 0)]


def describe_loss(labels: Labels, loss: Loss, written: str) -> dict[str, str]:
    """What a sentence says of a loss: `{slope}`, the formula, and `{digits}`, how it came out and how it should.

    `written` is what the operation is called.
    """
    slope = _slope(labels, loss, written) if loss.arg >= 0 else ""
    if loss.found == 0:
        return {"{slope}": slope, "{digits}": f"until 0 is left; without rounding it is {loss.right:.6g}"}
    error = abs(loss.found - loss.right) / abs(loss.right)
    digits = max(0, min(16, int(-math.log10(error)))) if error else 16
    kept = f"of about 16 digits {digits or 'none'} {'is' if digits < 2 else 'are'} right"
    return {"{slope}": slope, "{digits}": f"{kept}: {loss.found!r} instead of {loss.right!r}"}


def _slope(labels: Labels, loss: Loss, written: str) -> str:
    """The partial with the operation itself in place of its value: 1 − tanh(x)²."""
    i, rule = loss.node, RuleBook().find(labels.graph, loss.node)
    args = [Written(name, simple=True) for name in labels.argument_names(i)]
    return formula(TextAlgebra(PRETTY), rule.partials[loss.arg], args, Written(written)).text
