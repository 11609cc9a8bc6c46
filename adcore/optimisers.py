"""Optimisers to be watched: each a rule for the next move, taken one frozen step at a time.

    for step in adcore.optimise("(x - 3)**2", {"x": 0.0}, "newton"):
        step.point, step.value, step.gradient, step.move

The rules keep what they remember in a value that is handed back to them, so a run is a pure function of its start.
(Nocedal & Wright, Numerical Optimization, 2006, chapters 2, 3 and 6; Kingma & Ba, Adam, ICLR 2015, algorithm 1.)
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adcore.arguments import as_count
from adcore.backends import Compiled, compile_problem
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.problem import pose

Floats = NDArray[np.float64]
SUFFICIENT_DECREASE = 1e-4
MOST_HALVINGS = 50

STOPS: Mapping[str, str] = MappingProxyType(
    {
        "converged": "the gradient is as small as was asked for",
        "steps": "as many steps were taken as were asked for",
        "not-finite": "the value or its gradient is no longer a finite number",
        "no-descent": "no step along the direction, however short, lowers the value",
    }
)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of a run. Gradient descent, momentum and Adam use `rate`; the others search for a step length."""

    rate: float = 0.1
    decay: float = 0.9
    second_decay: float = 0.999
    softening: float = 1e-8
    steps: int = 200
    tolerance: float = 1e-8

    def __post_init__(self) -> None:
        numbers = self.rate, self.softening, self.decay, self.second_decay, self.tolerance
        if not all(isinstance(number, Real) for number in numbers):
            raise ADError("point", "What tunes a run are numbers.", None, "For example Tuning(rate=0.01).")
        if not (0 < self.rate < math.inf and 0 < self.softening < math.inf):
            words = "The rate and the softening must be positive and finite."
            raise ADError("point", words, None, "A rate of 0.01 is a good first try.")
        if not (0 <= self.decay < 1 and 0 <= self.second_decay < 1):
            raise ADError("point", "The decays must be at least 0 and below 1.", None, "Usual are 0.9 and 0.999.")
        if as_count(self.steps, "The number of steps") < 0 or not self.tolerance >= 0:
            words = "The number of steps and the tolerance must not be negative."
            raise ADError("point", words, None, "With a tolerance of 0 all steps are taken.")


@dataclass(frozen=True, slots=True)
class Step:
    """Where a run stands, and the move that leads to the next step; `stop`, a key of STOPS, ends the last one."""

    number: int
    point: tuple[float, ...]
    value: float
    gradient: tuple[float, ...]
    move: tuple[float, ...]
    stop: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a rule sees: the point, the gradient there, how to get the Hessian, and the tuning."""

    number: int
    x: Floats
    gradient: Floats
    hessian: Callable[[], Floats]
    tuning: Tuning


Rule = Callable[[View, Any], tuple[Floats, Any]]
"""What is seen and what is remembered give the move and what to remember."""


def gradient_descent(view: View, memory: None) -> tuple[Floats, None]:
    """Downhill, by the rate times the slope."""
    return -view.tuning.rate * view.gradient, None


def momentum(view: View, velocity: Floats | None) -> tuple[Floats, Floats]:
    """A ball that rolls: the velocity decays and is pushed downhill (Polyak 1964)."""
    before = np.zeros_like(view.x) if velocity is None else velocity
    moved = view.tuning.decay * before - view.tuning.rate * view.gradient
    return moved, moved


def adam(view: View, memory: tuple[Floats, Floats] | None) -> tuple[Floats, tuple[Floats, Floats]]:
    """Decaying means of the gradient and of its square, corrected for starting at zero; one over the other's root."""
    tuning, t = view.tuning, view.number + 1
    mean, square = memory or (np.zeros_like(view.x), np.zeros_like(view.x))
    mean = tuning.decay * mean + (1 - tuning.decay) * view.gradient
    square = tuning.second_decay * square + (1 - tuning.second_decay) * view.gradient**2
    unbiased_mean, unbiased_square = mean / (1 - tuning.decay**t), square / (1 - tuning.second_decay**t)
    return -tuning.rate * unbiased_mean / (np.sqrt(unbiased_square) + tuning.softening), (mean, square)


def newton(view: View, memory: None) -> tuple[Floats, None]:
    """To where the quadratic model has its minimum; each curvature is made positive first, so that it is downhill."""
    hessian = view.hessian()
    if not np.all(np.isfinite(hessian)):
        return -view.gradient, None
    curvatures, directions = np.linalg.eigh((hessian + hessian.T) / 2)
    least = 1e-8 * max(1.0, float(np.max(np.abs(curvatures), initial=0.0)))
    along = directions.T @ view.gradient / np.maximum(np.abs(curvatures), least)
    return -directions @ along, None


def bfgs(view: View, memory: tuple[Any, Floats, Floats] | None) -> tuple[Floats, tuple[Any, Floats, Floats]]:
    """Newton with an inverse Hessian that SciPy learns from the change of the gradient (Nocedal & Wright, (6.17)).

    It begins with a move downhill of length 1 at most.
    """
    if memory is None:
        from scipy.optimize import BFGS  # takes a third of a second

        learnt = BFGS()
        learnt.initialize(len(view.x), "inv_hess")
        return -view.gradient * min(1.0, 1 / math.hypot(*view.gradient)), (learnt, view.x, view.gradient)
    learnt, x, gradient = memory
    if np.any(view.gradient != gradient):  # from a straight line there is nothing to learn
        learnt.update(view.x - x, view.gradient - gradient)
    return -learnt.dot(view.gradient), (learnt, view.x, view.gradient)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to go downhill; one that `searches` has its move shortened until the value falls enough.

    A `curved` one asks for the Hessian.
    """

    name: str
    label: str
    help: str
    rule: Rule
    searches: bool = False
    curved: bool = False


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method("gradient-descent", "gradient descent", "a fixed fraction of the slope", gradient_descent),
            Method("momentum", "momentum", "a velocity that remembers earlier slopes", momentum),
            Method("adam", "Adam", "steps of similar size along every input", adam),
            Method("newton", "Newton", "to the minimum of the quadratic model", newton, searches=True, curved=True),
            Method("bfgs", "BFGS", "Newton with a Hessian learnt from gradients", bfgs, searches=True),
        )
    }
)


def optimise(
    source: str,
    at: Mapping[str, Any],
    method: str = "gradient-descent",
    tuning: Tuning | None = None,
    limits: Limits | None = None,
) -> Iterator[Step]:
    """The steps by which a method of METHODS lowers a scalar function, from the point `at` on."""
    if method not in METHODS:
        raise ADError("mode", f"There is no optimiser called {method}.", None, f"They are: {', '.join(METHODS)}.")
    problem = pose(source, at, limits)
    if len(problem.graph.outputs) != 1:
        words = f"One number can be made small; there are {len(problem.graph.outputs)}."
        raise ADError("shape", words, None, "Return a single one, such as the sum of their squares.")
    return walk(compile_problem(problem, "python", 2 if METHODS[method].curved else 1), method, tuning)


def walk(compiled: Compiled, method: str = "gradient-descent", tuning: Tuning | None = None) -> Iterator[Step]:
    """The same for a compiled function, from the point that it was compiled at; Newton wants order 2."""
    return _steps(compiled, np.array(compiled.problem.leaves), METHODS[method], tuning or Tuning())


def _steps(compiled: Compiled, x: Floats, method: Method, tuning: Tuning) -> Iterator[Step]:
    memory: Any = None
    for number in itertools.count():
        with np.errstate(all="ignore"):  # what overflows ends the run as not finite, and needs no warning
            step, memory = _step(compiled, x, number, method, tuning, memory)
            x = x + np.array(step.move)
        yield step
        if step.stop:
            return


def _step(compiled: Compiled, x: Floats, number: int, method: Method, tuning: Tuning, memory: Any) -> tuple[Step, Any]:
    """The step from a point on, and what its rule remembers."""
    value, slopes = compiled.value_and_jacobian(*_tuple(x))
    gradient, hessian = slopes[0], functools.partial(compiled.hessian, *_tuple(x))
    stop = _stop(float(value), gradient, number, tuning)
    move = np.zeros_like(x)
    if not stop:
        move, memory = method.rule(View(number, x, gradient, hessian, tuning), memory)
        if method.searches:
            length = _length(compiled, x, float(value), gradient, move)
            stop = "" if length else "no-descent"
            move = length * move
    return Step(number, _tuple(x), float(value), _tuple(gradient), _tuple(move), stop), memory


def _stop(value: float, gradient: Floats, number: int, tuning: Tuning) -> str:
    if not (math.isfinite(value) and np.all(np.isfinite(gradient))):
        return "not-finite"
    if math.hypot(*gradient) <= tuning.tolerance:
        return "converged"
    return "steps" if number >= tuning.steps else ""


def _length(compiled: Compiled, x: Floats, start: float, gradient: Floats, move: Floats) -> float:
    """How much of a move lowers the value by enough: halved until it does; 0 if none (Armijo 1966)."""
    length, slope = 1.0, float(gradient @ move)
    for _ in range(MOST_HALVINGS):
        value = float(compiled.value(*_tuple(x + length * move)))
        if value <= start + SUFFICIENT_DECREASE * length * slope and slope < 0:
            return length
        length /= 2
    return 0.0


def _tuple(numbers: Floats) -> tuple[float, ...]:
    return tuple(float(x) for x in numbers)
