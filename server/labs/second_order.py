"""Second order: the Hessian by four ways, its product with a direction, and the curvature that it says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.hyperduals import HyperDual, HyperDualAlgebra
from adcore.interpreter import run
from adcore.labels import Labels
from adcore.modes.second import SECOND_MODES
from adcore.problem import Problem, nest
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

GRID_POINTS = 61
CURVE_POINTS = 241
MOST_ROWS = 60
Floats = np.ndarray[Any, np.dtype[np.float64]]
PARTS = ("value", "ε₁", "ε₂", "ε₁ε₂")
STEPS = ("primal", "tangent", "adjoint", "tangent of the adjoint")


def second_order(asked: Asked) -> Answer:
    """The Hessian by the chosen way, how far the ways agree, a product, and the numbers that each node carries."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    mode, leaves = asked.options["mode"], list(problem.leaves)
    ways = {name: adcore.hessian(asked.source, asked.point, name, asked.limits) for name in SECOND_MODES}
    hessian, names = ways[mode], [Labels(problem.graph).name(i) for i in problem.graph.inputs]
    direction = _direction(float(asked.options["angle"]), len(leaves))
    product = adcore.hvp(asked.source, asked.point, nest_direction(problem, direction), mode, asked.limits)
    gradient = adcore.gradient(asked.source, asked.point, limits=asked.limits)
    curvatures, axes = _principal(hessian)
    spread = max(_distance(way, hessian) for way in ways.values())
    nodes = _nodes(asked, problem, direction)
    return {
        "mode": mode,
        "names": names,
        "at": leaves,
        "hessian": hessian,
        "pattern": adcore.hessian_pattern(asked.source, asked.point, asked.limits),
        "gradient": gradient,
        "direction": direction,
        "product": product,
        "curvatures": curvatures,
        "axes": axes,
        "spread": spread,
        "nodes": nodes,
        "picture": _picture(asked, leaves, gradient, hessian),
        "summary": _summary(curvatures, spread),
        "tables": [
            table("The Hessian", ["", *names], [[n, *row] for n, row in zip(names, hessian.tolist(), strict=True)]),
            table(nodes["title"], ["", "operation", *nodes["columns"]], nodes["rows"]),
        ],
    }


def _distance(one: Floats, other: Floats) -> float:
    """The largest difference of two entries; equal infinities do not differ."""
    with np.errstate(invalid="ignore"):
        apart = np.where(one == other, 0.0, np.abs(one - other))
    return float(np.max(apart, initial=0.0))


def _principal(hessian: Floats) -> tuple[Floats, Floats]:
    """The curvatures, the smallest first, and in rows the directions that have them; nothing of what is not finite."""
    if not np.isfinite(hessian).all():
        return np.zeros(0), np.zeros((0, len(hessian)))
    curvatures, columns = np.linalg.eigh((hessian + hessian.T) / 2)
    return curvatures, columns.T


def _direction(angle: float, n: int) -> list[float]:
    """A unit direction: by its angle in the plane of the first two inputs."""
    turn = math.radians(angle)
    return [round(part, 12) for part in ([math.cos(turn), math.sin(turn)] + [0.0] * n)[:n]] if n > 1 else [1.0] * n


def nest_direction(problem: Problem, direction: Sequence[float]) -> dict[str, Any]:
    """A flat direction in the shape of the inputs."""
    return dict(nest(problem.recording.inputs, direction))


def _summary(curvatures: Floats, spread: float) -> str:
    agreement = f"The four ways agree to {spread:.1g}." if spread else "The four ways agree in every digit."
    if not len(curvatures):
        return f"There is no finite Hessian here. {agreement}"
    shape = "curves up in every direction: a minimum wherever the gradient is 0"
    if (curvatures < 0).all():
        shape = "curves down in every direction: a maximum wherever the gradient is 0"
    elif (curvatures < 0).any():
        shape = "curves up in some directions and down in others: a saddle"
    elif (curvatures == 0).any():
        shape = "does not curve in some direction"
    low, high = float(curvatures[0]), float(curvatures[-1])
    return f"The curvatures reach from {low:.6g} to {high:.6g}; the function {shape}. {agreement}"


def _nodes(asked: Asked, problem: Problem, direction: Sequence[float]) -> dict[str, Any]:
    """What every node carries: four numbers in either kind of table."""
    if asked.options["mode"] in ("hyper-dual", "forward-over-forward"):
        title, columns, numbers = "Hyper-dual numbers", PARTS, _hyper_duals(problem, direction)
    else:
        title, columns, numbers = "Forward over reverse", STEPS, _traced(asked, problem, direction)
    labels = Labels(problem.graph)
    shown = [i for i in range(len(problem.graph)) if labels.symbol(i)][:MOST_ROWS]
    return {
        "title": title,
        "columns": columns,
        "rows": [[labels.name(i), labels.text(i), *numbers[i]] for i in shown],
    }


def _hyper_duals(problem: Problem, direction: Sequence[float]) -> list[list[float | None]]:
    """Both directions the same: the last part is the second derivative along it."""
    algebra: HyperDualAlgebra[float] = HyperDualAlgebra(FloatAlgebra())
    inputs = [HyperDual(x, d or None, d or None) for x, d in zip(problem.leaves, direction, strict=True)]
    found = run(problem.graph, algebra, inputs)
    return [[n.real, *(0.0 if part is None else part for part in (n.first, n.second, n.mixed))] for n in found]


def _traced(asked: Asked, problem: Problem, direction: Sequence[float]) -> list[list[float | None]]:
    seed = nest_direction(problem, direction)
    trace = adcore.trace(asked.source, asked.point, "forward-over-reverse", seed=seed, limits=asked.limits)
    rows: list[list[float | None]] = [[value, None, None, None] for value in trace.values]
    places = {("tangent", "tangent"): 1, ("tangent", "seed"): 1, ("adjoint", "adjoint"): 2, ("second", "adjoint"): 3}
    for event in trace.events:
        place = places.get((event.phase, event.kind))
        if place and event.node is not None:
            rows[event.node][place] = event.value
    return rows


def _picture(asked: Asked, leaves: list[float], gradient: Floats, hessian: Floats) -> dict[str, Any] | None:
    """The function and its second-order model around the point; None for more than two inputs."""
    if len(leaves) not in (1, 2) or not np.isfinite([*leaves, *gradient, *hessian.reshape(-1)]).all():
        return None
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    reach, value = float(asked.options["reach"]), float(compiled.value(*leaves))
    points = CURVE_POINTS if len(leaves) == 1 else GRID_POINTS
    axes = [np.linspace(leaf - reach, leaf + reach, points) for leaf in leaves]
    places = np.meshgrid(*axes)
    steps = np.stack([place - leaf for place, leaf in zip(places, leaves, strict=True)])
    slope = np.tensordot(gradient, steps, 1)
    model = value + slope + np.einsum("i...,ij,j...->...", steps, hessian, steps) / 2
    return {"axes": axes, "values": compiled.value(*places), "model": model, "value": value, "line": value + slope}


LAB = Lab(
    name="second-order",
    title="Second order",
    idea="Beyond one derivative",
    seen="The Hessian says how the gradient turns as the point moves: its product with a direction is the rate of the "
    "gradient along it, got without the Hessian itself. Dashed is the second-order model; the axes of its ellipses are "
    "the directions in which the gradient only grows or shrinks, and does not turn.",
    source="(x**2 + y - 3)**2/4 + (x + y**2 - 2)**2/4",
    point={"x": 1.75, "y": 0.75},
    answer=second_order,
    options=(
        Option("mode", "Way", "choice", "forward-over-reverse", choices=tuple(SECOND_MODES)),
        Option("angle", "Direction, in degrees", "number", 30.0, -360, 360),
        Option("reach", "Shown to each side", "number", 1.5, 1e-6, 1e6),
    ),
    starts=(
        Start("a valley", "(1 - x)**2 + 10*(y - x**2)**2", {"x": 0.8, "y": 0.7}, {"reach": 0.5}),
        Start("a saddle", "x*y + x**3/10", {"x": 0.3, "y": -0.2}),
        Start("one input", "exp(-x**2)", {"x": 0.5}),
        Start("three inputs", "x*y*sin(z) + exp(x)", {"x": 1.0, "y": 2.0, "z": 0.5}),
        Start("a vector", "sum([(v[i + 1] - v[i]**2)**2 for i in range(len(v) - 1)])", {"v": [1.0, 0.5, 0.2, 0.1]}),
    ),
)
