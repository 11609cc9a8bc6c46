"""The public functions: pure functions of a source text and a point.

`at` maps input names to floats or nested lists. A Jacobian has a row for each flattened output and a column for each
flattened input, in signature order for a `def`, in the order of `at`'s keys for an expression.

    >>> import adcore
    >>> adcore.gradient("x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0})
    array([2.58385316, 2.        ])
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.arguments import as_weights
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import ACCUMULATIONS, MODES, Mode
from adcore.modes.forward import jvp as forward_jvp
from adcore.modes.reverse import vjp as reverse_vjp
from adcore.problem import pose, read_direction
from adcore.trace import Trace, trace_problem

Point = Mapping[str, Any]
Floats = NDArray[np.float64]


def value(source: str, at: Point, limits: Limits | None = None) -> Any:
    """The value: a float, or nested lists shaped like what the program returns."""
    problem = pose(source, at, limits)
    outputs = problem.outputs

    def build(template: Any) -> Any:
        return [build(part) for part in template] if isinstance(template, list) else outputs[template]

    return build(problem.recording.template)


def jacobian(source: str, at: Point, mode: str = "reverse", limits: Limits | None = None, **options: Any) -> Floats:
    """The Jacobian, shape (n_out, n_in), by any of `adcore.MODES`, or by "elimination".

    `options` belong to the mode: numerical takes `formula` (a row of `DIFFERENCES`) and the step `h`;
    elimination, which combines the partials of the modes in another order and so is none of them, takes an `order`
    (forward, reverse, markowitz, optimal).
    """
    problem = pose(source, at, limits)
    rows = find_mode(mode, options).jacobian(problem, **options)
    return np.array(rows, dtype=float).reshape(len(problem.graph.outputs), len(problem.leaves))


def gradient(source: str, at: Point, mode: str = "reverse", limits: Limits | None = None, **options: Any) -> Floats:
    """The gradient of a scalar function, shape (n_in,); the arguments are those of `jacobian`."""
    rows = jacobian(source, at, mode, limits, **options)
    if len(rows) != 1:
        raise ADError(
            "shape", f"A gradient belongs to one output; there are {len(rows)}.", None, "Ask for the jacobian."
        )
    return np.array(rows[0])


def jvp(source: str, at: Point, direction: Point | Sequence[float], limits: Limits | None = None) -> Floats:
    """The Jacobian times a direction, by one forward sweep; shape (n_out,).

    `direction` gives numbers by the names of inputs, where one that is not named does not move: {"x": 1} leaves y at 0.
    Or it is flat, n_in numbers in the order of the gradient, which itself may be one.
    """
    problem = pose(source, at, limits)
    return np.array(forward_jvp(problem, read_direction(problem.recording, direction)))


def vjp(source: str, at: Point, weights: Sequence[float], limits: Limits | None = None) -> Floats:
    """Output weights times the Jacobian, by one reverse sweep; shape (n_in,)."""
    problem = pose(source, at, limits)
    return np.array(reverse_vjp(problem, as_weights(weights, len(problem.graph.outputs))))


def trace(
    source: str,
    at: Point,
    mode: str = "reverse",
    *,
    seed: Point | None = None,
    weights: Sequence[float] | None = None,
    shared: bool = False,
    limits: Limits | None = None,
) -> Trace:
    """Every step of a forward sweep along `seed`, of a reverse sweep from `weights`, or of forward over reverse."""
    return trace_problem(pose(source, at, limits, shared), mode, seed, weights)


def find_mode(name: str, options: Collection[str] = ()) -> Mode:
    """A mode by name, or the error that lists them; also an error: options that it does not take."""
    known = {**MODES, **ACCUMULATIONS}
    if name not in known:
        raise ADError("mode", f"There is no mode called {name}.", None, f"The modes are: {', '.join(known)}.")
    foreign = [option for option in options if option not in known[name].options]
    if foreign:
        words = ", ".join(known[name].options) or "none"
        raise ADError("mode", f"{name} has no option {foreign[0]}.", None, f"Its options are: {words}.")
    return known[name]
