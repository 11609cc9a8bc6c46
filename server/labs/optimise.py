"""Optimise: five ways downhill from one point, side by side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.backends import Compiled, compile_problem
from adcore.errors import ADError
from adcore.interpreter import run
from adcore.labels import Labels
from adcore.optimisers import METHODS, STOPS, Step, Tuning, walk
from adcore.problem import Problem
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

GRID_POINTS = 61
CURVE_POINTS = 241
MOST_CURVED = 24
"""Inputs up to which Newton takes part: its Hessian has as many rows."""
FARTHEST = 8.0
"""How far the map reaches at most, in distances between the start and the best end."""
LEAST_TURNS = 8

CANNON = """def miss(angle, speed):
    x, y, u, v = 0, 0, speed*cos(angle), speed*sin(angle)
    for i in range(40):
        drag = 0.01*sqrt(u**2 + v**2)
        u = u - 0.025*drag*u
        v = v - 0.025*(9.81 + drag*v)
        x = x + 0.025*u
        y = y + 0.025*v
    return (x - 8)**2 + (y - 3)**2"""
NETWORK = """def loss(w1, w2, w3, b1, b2, b3):
    total = 0
    for p in [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]:
        h = [tanh(w1[i][0]*p[0] + w1[i][1]*p[1] + b1[i]) for i in range(8)]
        g = [tanh(sum([w2[i][j]*h[j] for j in range(8)]) + b2[i]) for i in range(8)]
        y = tanh(sum([w3[i]*g[i] for i in range(8)]) + b3)
        total = total + (y - p[2])**2
    return total"""


def optimise(asked: Asked) -> Answer:
    """A run of every method: its points, its values, why it stopped."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    if len(problem.graph.outputs) != 1:
        words = f"One number can be made small; there are {len(problem.graph.outputs)}."
        raise ADError("shape", words, None, "Return a single one, such as the sum of their squares.")
    options = asked.options
    tuning = Tuning(rate=options["rate"], decay=options["decay"], steps=options["steps"])
    curved = len(problem.leaves) <= MOST_CURVED
    compiled = compile_problem(problem, "python", 2 if curved else 1)
    names = [name for name, method in METHODS.items() if curved or not method.curved]
    runs = {name: list(walk(compiled, name, tuning)) for name in names}
    labels = Labels(problem.graph)
    inputs = [labels.name(i) for i in problem.graph.inputs]
    return {
        "inputs": inputs,
        "output": problem.recording.output_names[0],
        "runs": [_run(name, steps, len(inputs) <= 2) for name, steps in runs.items()],
        "left_out": [method.label for name, method in METHODS.items() if name not in runs],
        "picture": _picture(compiled, runs) if len(inputs) in (1, 2) else None,
        "flight": _flight(problem, runs),
        "summary": _summary(runs),
        "tables": [table("Where each method ends", ["method", "steps", "value", "why", *inputs[:8]], _ends(runs))],
    }


def _run(name: str, steps: Sequence[Step], with_points: bool) -> dict[str, Any]:
    points = [step.point for step in steps] if with_points else []
    best = min((step.value for step in steps if math.isfinite(step.value)), default=math.nan)
    values = [step.value for step in steps]
    said = {"stop": steps[-1].stop, "why": STOPS[steps[-1].stop], "best": best}
    return {"method": name, "label": METHODS[name].label, "points": points, "values": values, **said}


def _ends(runs: dict[str, list[Step]]) -> list[list[Any]]:
    return [
        [METHODS[name].label, len(steps) - 1, steps[-1].value, STOPS[steps[-1].stop], *steps[-1].point[:8]]
        for name, steps in runs.items()
    ]


def _summary(runs: dict[str, list[Step]]) -> str:
    ends = {name: steps[-1] for name, steps in runs.items() if math.isfinite(steps[-1].value)}
    lost = [METHODS[name].label for name in runs if name not in ends]
    away = f" Not a number in the end: {', '.join(lost)}; a smaller rate may help." if lost else ""
    if not ends:
        return f"No method ends at a finite value.{away}"
    best = min(ends, key=lambda name: (ends[name].value, ends[name].number))
    start, end = runs[best][0].value, ends[best]
    fallen = f"to {end.value:.6g} in {end.number} steps"
    return f"From {start:.6g} the value falls furthest by {METHODS[best].label}: {fallen}.{away}"


def _picture(compiled: Compiled, runs: dict[str, list[Step]]) -> dict[str, Any]:
    """The function around all the paths: a curve, or a map."""
    spans = [
        _span([[step.point[k] for step in steps] for steps in runs.values()]) for k in range(len(runs["adam"][0].point))
    ]
    axes = [np.linspace(low, high, CURVE_POINTS if len(spans) == 1 else GRID_POINTS) for low, high in spans]
    return {"axes": axes, "values": compiled.value(*np.meshgrid(*axes))}


def _span(paths: Sequence[Sequence[float]]) -> tuple[float, float]:
    """What is shown of one input: every path, but for those that leave."""
    start = paths[0][0]
    reach = max((abs(path[-1] - start) for path in paths if math.isfinite(path[-1])), default=1.0)
    typical = sorted(abs(path[-1] - start) if math.isfinite(path[-1]) else reach for path in paths)[len(paths) // 2]
    most = FARTHEST * (typical or 1.0)
    shown = [x for path in paths for x in path if math.isfinite(x) and abs(x - start) <= most]
    low, high = min(shown), max(shown)
    spare = max((high - low) / 6, 0.05 * max(1.0, abs(start)))
    return low - spare, high + spare


def _flight(problem: Problem, runs: dict[str, list[Step]]) -> dict[str, Any] | None:
    """Where a program's loop moves two variables called x and y: their path before and after."""
    graph = problem.graph
    counted = Counter(graph.names[i] for i in range(len(graph)) if graph.in_context[i])
    if min(counted["x"], counted["y"]) < LEAST_TURNS:
        return None
    places = {name: [i for i in range(len(graph)) if graph.names[i] == name and graph.in_context[i]] for name in "xy"}

    def path(leaves: Sequence[float]) -> dict[str, list[float]]:
        values = run(graph, FloatAlgebra(), leaves)
        return {name: [float(values[i]) for i in nodes] for name, nodes in places.items()}

    ends = [
        {"label": METHODS[name].label, **path(steps[-1].point)}
        for name, steps in runs.items()
        if all(map(math.isfinite, steps[-1].point))
    ]
    return {"before": path(problem.leaves), "after": ends}


def _spread(*shape: int) -> Any:
    """Weights between -1 and 1 that are all different, the same every time."""
    size = math.prod(shape)
    flat = [round(math.sin(12.9898 * (k + 1) + size), 3) for k in range(size)]
    return np.reshape(flat, shape).tolist()


LAB = Lab(
    name="optimise",
    title="Optimise",
    idea="What derivatives are for",
    seen="Every method walks downhill from the same point, led by the same gradient: what they remember and how far "
    "they step is all that differs. Below is the value after every step; a straight line down means that each step "
    "gains the same share.",
    source="(1 - x)**2 + 10*(y - x**2)**2",
    point={"x": -1.2, "y": 1.6},
    answer=optimise,
    options=(
        Option("rate", "Rate", "number", 0.01, 1e-9, 100),
        Option("decay", "Decay (momentum, Adam)", "number", 0.9, 0, 0.9999),
        Option("steps", "Steps at most", "whole", 100, 1, 300),
        Option("step", "Step", "whole", 300, 0, 300, asked=False, shown=False),
    ),
    starts=(
        Start("the cannon", CANNON, {"angle": 0.5, "speed": 9.0}, {"rate": 0.005}),
        Start(
            "a 2-8-8-1 network learns exclusive or",
            NETWORK,
            {
                "w1": _spread(8, 2),
                "w2": _spread(8, 8),
                "w3": _spread(8),
                "b1": _spread(8),
                "b2": _spread(8),
                "b3": 0.1,
            },
            {"rate": 0.05, "steps": 200},
        ),
        Start("a narrow bowl", "x**2 + 25*y**2", {"x": 4.0, "y": 1.0}, {"rate": 0.03}),
        Start("a saddle on the way", "x**2 - y**2 + y**4/4", {"x": 1.5, "y": 0.001}, {"rate": 0.05}),
        Start("two valleys", "x**4 - 3*x**2 + x", {"x": 0.3}, {"rate": 0.02}),
    ),
)
