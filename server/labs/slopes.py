"""Slopes: the function as a curve with its tangent, or as a contour map with its gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import adcore
from adcore.errors import ADError
from adcore.problem import flatten
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

CURVE_POINTS = 401
GRID_POINTS = 61
ARROWS = 9
Window = tuple[float, float]


def slopes(asked: Asked) -> Answer:
    """F and f' over an interval for one input, f and its gradient over a square for two."""
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    recording = compiled.problem.recording
    outputs, leaves = recording.output_names, flatten(recording.inputs, asked.point)
    if len(outputs) != 1 or len(leaves) not in (1, 2):
        words = f"This lab draws one output of one or two inputs; there are {len(outputs)} and {len(leaves)}."
        raise ADError("shape", words, None, "Return one number, of one or two inputs.")
    names = [compiled.problem.graph.names[i] or "" for i in compiled.problem.graph.inputs]
    window = float(asked.options["low"]), float(asked.options["high"])
    if window[0] >= window[1]:
        raise ADError("field", "The window ends before it begins.", None, "Give it a larger end.")
    draw = _curve if len(leaves) == 1 else _map
    return {
        "names": names,
        "output": outputs[0],
        "at": leaves,
        **draw(compiled, list(leaves), names, outputs[0], window),
    }


def _curve(compiled: Any, at: list[float], names: list[str], output: str, window: Window) -> Answer:
    x = np.linspace(*_around(window, at[0]), CURVE_POINTS)
    value, slope = float(compiled.value(*at)), float(compiled.gradient(*at)[0])
    y, rate = compiled.value(x), compiled.gradient(x)[0]
    name = names[0]
    summary = f"At {name} = {at[0]:.6g} the curve is at {value:.6g} and rises by {slope:.6g} for each unit of {name}."
    rows = list(zip(x[::20].tolist(), y[::20].tolist(), rate[::20].tolist(), strict=True))
    shown = table("Points of the curves", [name, output, f"slope of {output}"], rows)
    curves = {"x": x, "y": y, "rate": rate, "value": value, "slope": slope}
    return {"kind": "curve", **curves, "summary": summary, "tables": [shown]}


def _around(window: Window, leaf: float) -> Window:
    """The window, made larger where the point lies outside: it stays still while the point moves within."""
    if not math.isfinite(leaf):
        return window
    spare = (window[1] - window[0]) / 10
    return min(window[0], leaf - spare), max(window[1], leaf + spare)


def _map(compiled: Any, at: list[float], names: list[str], output: str, window: Window) -> Answer:
    spans = [_around(window, leaf) for leaf in at]
    axes = [np.linspace(low, high, GRID_POINTS) for low, high in spans]
    first, second = np.meshgrid(*axes)
    coarse = [np.linspace(low, high, ARROWS + 2)[1:-1] for low, high in spans]
    places = np.meshgrid(*coarse)
    gradients = compiled.gradient(*places)
    value, gradient = float(compiled.value(*at)), [float(g) for g in compiled.gradient(*at)]
    parts = " and ".join(f"{g:.6g} along {name}" for g, name in zip(gradient, names, strict=True))
    summary = f"Here {output} is {value:.6g}. Its gradient is {parts}: it points uphill, across the contour lines."
    columns = [p.reshape(-1).tolist() for p in (*places, *gradients)]
    heads = [*names, *(f"∂{output}/∂{name}" for name in names)]
    return {
        "kind": "map",
        "x": axes[0],
        "y": axes[1],
        "z": compiled.value(first, second),
        "arrows": {"x": columns[0], "y": columns[1], "dx": columns[2], "dy": columns[3]},
        "value": value,
        "gradient": gradient,
        "summary": summary,
        "tables": [table("The gradient at points of the map", heads, list(zip(*columns, strict=True)))],
    }


LAB = Lab(
    name="slopes",
    title="Slopes",
    idea="One derivative",
    seen="With one input you see the function, its derivative below it, and the tangent at the point: the derivative "
    "is its slope. With two inputs you see contour lines and arrows of the gradient, which cross the lines at right "
    "angles and point uphill.",
    source="sin(x) + x**2/10",
    point={"x": 1.5},
    answer=slopes,
    options=(
        Option("low", "Shown from", "number", -4.0, -1e6, 1e6),
        Option("high", "Shown to", "number", 6.0, -1e6, 1e6),
    ),
    starts=(
        Start("a valley", "(1 - x)**2 + 10*(y - x**2)**2", {"x": -1.0, "y": 1.5}, {"low": -2, "high": 2.5}),
        Start("a kink", "abs(x) - cos(3*x)", {"x": 0.5}, {"low": -2, "high": 2}),
        Start("a saddle", "x*y", {"x": 1.0, "y": 2.0}),
        Start("steps that climb", "x + sin(4*x)/3", {"x": 1.0}),
    ),
)
