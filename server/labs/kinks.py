"""Kinks: the function around a point where it may have no derivative, the slopes of both sides, and the conventions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import adcore
from adcore.kinks import Kink, Kinks, Slope
from adcore.problem import flatten
from server.labs.lab import Answer, Asked, Lab, Option, Start, table

CURVE_POINTS = 241
MOST_CURVES = 6
MOST_SAID = 4


def kinks(asked: Asked) -> Answer:
    """One curve for each output along each input, with what is said of the slope there, and what others return."""
    found = adcore.kinks(asked.source, asked.point, asked.limits)
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    leaves = [float(leaf) for leaf in flatten(compiled.problem.recording.inputs, asked.point)]
    reach = float(asked.options["reach"])
    curves = [_curve(compiled, leaves, place, slope, reach) for place, slope in enumerate(found.slopes[:MOST_CURVES])]
    return {
        "summary": _summary(found),
        "curves": curves,
        "more": max(0, len(found.slopes) - MOST_CURVES),
        "kinks": [_kink(kink) for kink in found.kinks],
        "versions": dict(found.versions),
        "tables": [_slopes_table(found)],
    }


def _summary(found: Kinks) -> str:
    """A sentence for each output by each input, first those that have no derivative."""
    broken = [slope for slope in found.slopes if not slope.exists]
    sound = [slope for slope in found.slopes if slope.exists]
    if not broken:
        subject = "The derivative exists" if len(sound) < 2 else "Every derivative exists"
        return f"{subject} here, as far as was sampled: both sides and all directions tried around agree."
    said = [f"{_name(slope)} does not exist here: {_fault(slope)}" for slope in broken[:MOST_SAID]]
    said += [f"{_name(slope)} exists here: it is {slope.answered:g}." for slope in sound[: MOST_SAID - len(said)]]
    more = len(found.slopes) - len(said)
    return " ".join([*said, f"The table has {more} more."] if more else said)


def _name(slope: Slope) -> str:
    return f"d{slope.output}/d{slope.input}"


def _fault(slope: Slope) -> str:
    """What is wrong with a slope that does not exist, and what is answered all the same."""
    if slope.clarke is None:
        sides = "no slope on one side" if None in (slope.left, slope.right) else "an infinite slope or a jump"
        return f"there is {sides}. The convention answers {slope.answered:g}."
    left, right, (low, high) = slope.left or 0.0, slope.right or 0.0, slope.clarke
    between = "which lies between them" if slope.fits else "which does not even lie between them"
    if left == right:
        sides = f"the slope is {left:g} from both sides, but around the point slopes go from {low:g} to {high:g}"
    else:
        sides = f"the slope is {left:g} from the left and {right:g} from the right"
    return f"{sides}. The convention answers {slope.answered:g}, {between}."


def _curve(compiled: Any, leaves: list[float], place: int, slope: Slope, reach: float) -> dict[str, Any]:
    """One output along one input, the others held still. The slopes stand input by input, for each all outputs."""
    moved, output = divmod(place, len(compiled.problem.graph.outputs))
    x = np.linspace(leaves[moved] - reach, leaves[moved] + reach, CURVE_POINTS)
    columns = [x if j == moved else np.full(CURVE_POINTS, leaf) for j, leaf in enumerate(leaves)]
    values = np.asarray(compiled.value(*columns)).reshape(-1, CURVE_POINTS)
    here = np.asarray(compiled.value(*leaves)).reshape(-1)
    said = {"answered": slope.answered, "left": slope.left, "right": slope.right, "clarke": slope.clarke}
    names = {"output": slope.output, "input": slope.input, "exists": slope.exists, "fits": slope.fits}
    return {**names, **said, "x": x, "y": values[output], "at": [leaves[moved], float(here[output])]}


def _kink(kink: Kink) -> dict[str, Any]:
    measured = kink.measured
    peers = {"program": measured.program, "jax": measured.jax, "torch": measured.torch} if measured else None
    return {"op": kink.op, "convention": kink.convention, "peers": peers}


def _slopes_table(found: Kinks) -> dict[str, Any]:
    rows = [
        [s.output, s.input, s.answered, _side(s.left), _side(s.right), _interval(s), "yes" if s.exists else "no"]
        for s in found.slopes
    ]
    columns = ["output", "input", "answered", "from the left", "from the right", "Clarke interval (sampled)", "exists"]
    return table("Slopes", columns, rows)


def _side(slope: float | None) -> float | str:
    return "no slope" if slope is None else slope


def _interval(slope: Slope) -> str:
    if slope.clarke is None or not all(map(math.isfinite, slope.clarke)):
        return "none"
    low, high = slope.clarke
    return f"[{low:g}, {high:g}]"


LAB = Lab(
    name="kinks",
    title="Kinks and conventions",
    idea="When numbers go wrong",
    seen="At a kink a function has a slope on each side and none in the middle; the shaded fan holds all slopes that "
    "are as good as any (the Clarke interval, sampled in up to 256 directions). Every system answers with one number "
    "all the same: the line is what is answered here, and below stands what JAX and PyTorch were measured to answer.",
    source="abs(x) + relu(x)",
    point={"x": 0.0},
    answer=kinks,
    options=(Option("reach", "Shown to each side", "number", 1.0, 1e-6, 1e6),),
    starts=(
        Start("a tie of two", "max(x, y)", {"x": 1.0, "y": 1.0}),
        Start("a zero in disguise", "relu(x) - relu(-x)", {"x": 0.0}),
        Start("a jump", "floor(x)", {"x": 2.0}),
        Start("an infinite slope", "cbrt(x)", {"x": 0.0}),
        Start("a branch", "where(x > 0, x**2, -x)", {"x": 0.0}),
        Start("smooth after all", "x*abs(x)", {"x": 0.0}),
    ),
)
