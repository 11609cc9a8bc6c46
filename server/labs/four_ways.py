"""Four ways: one derivative by forward, reverse, symbolic and numerical differentiation, and how exact each one is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

import adcore
from adcore.compare import PRECISE, agreement
from adcore.diagnosis import explain_loss
from adcore.errors import ADError
from adcore.modes import MODES
from adcore.precise_run import PreciseRun
from adcore.problem import Problem, nest, repose
from server.labs.lab import Answer, Asked, Lab, Option, Start, position, table

CURVE_POINTS = 49
SMALLEST = 1e-18
"""What is drawn for an error of zero: less than any float can err."""
WAYS = tuple(MODES)
MANY = 15
"""So many digits agree where only the last was rounded otherwise."""
KEPT = 12
"""With so many digits a way is said to have kept what forward and reverse mode lost."""
KEEPING: Mapping[str, str] = MappingProxyType(
    {
        "symbolic": "The formula keeps them, because it is worked out in more digits than a float has.",
        "complex-step": "The complex step keeps them, because it uses the function alone and none of the rules.",
    }
)
DRAWN = ("forward", "reverse", "numerical", "complex-step")
"""A formula is derived once, at the point: it is compared there only."""
MOST_NODES = 400
"""Nodes up to which the derivative is also computed in hundreds of digits, at every point of the curves."""


def four_ways(asked: Asked) -> Answer:
    """Every way at the point, and the error of those that are quick along one input."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    j, i = position(asked, "input", len(problem.leaves)), position(asked, "output", len(problem.graph.outputs))
    simplify = bool(asked.options["simplify"])
    exact = _exact(problem, i, j)
    compared = adcore.compare(asked.source, asked.point, WAYS, simplify, asked.limits)
    ways = [_row(way, i, j, exact) for way in compared]
    names = [problem.graph.names[k] or "" for k in problem.graph.inputs]
    against = compared[0]["against"] if exact is None else PRECISE
    columns = ["way", "derivative", f"digits that agree with {against}", "operations", "remark"]
    rows = [[w["label"], w["value"], w["digits"], w["operations"], w["note"] or w["error"]] for w in ways]
    return {
        "ways": ways,
        "output": problem.recording.output_names[i],
        "input": names[j],
        "at": problem.leaves[j],
        "exact": exact,
        "against": against,
        "why": _why(asked.source, problem, (i, j), ways),
        "errors": _errors(problem, i, j, float(asked.options["reach"])),
        "summary": _summary(ways, f"d{problem.recording.output_names[i]}/d{names[j]}", against),
        "tables": [table("The ways", columns, rows)],
    }


def _row(way: dict[str, Any], i: int, j: int, exact: float | None) -> dict[str, Any]:
    """One way, for one output and one input; its digits are counted against the exact derivative where there is one."""
    failed = way["jacobian"] is None
    digits = None if failed else way["digits"][i][j]
    if not failed and exact is not None:
        digits = agreement(float(way["jacobian"][i][j]), exact)
    return {
        "way": way["way"],
        "label": way["label"],
        "value": None if failed else way["jacobian"][i][j],
        "digits": digits,
        "operations": way["operations"],
        "note": way["note"],
        "error": way["error"]["message"] if way["error"] else "",
        "formula": way["formulas"][i][j] if way["formulas"] else "",
    }


def _exact(problem: Problem, i: int, j: int) -> float | None:
    """The derivative in hundreds of digits, rounded; None where a function is not known to so many."""
    if len(problem.graph) > MOST_NODES or problem.graph.customs:
        return None
    found = PreciseRun(problem).slopes(problem.graph.outputs[i])[j]
    return found if math.isfinite(found) else None


def _errors(problem: Problem, i: int, j: int, reach: float) -> dict[str, Any]:
    """The relative error of each way along the input, against the derivative in hundreds of digits."""
    x = np.linspace(problem.leaves[j] - reach, problem.leaves[j] + reach, CURVE_POINTS)
    found: dict[str, list[float]] = {way: [] for way in DRAWN}
    for moved in x.tolist():
        leaves = [moved if k == j else leaf for k, leaf in enumerate(problem.leaves)]
        near = repose(problem, nest(problem.recording.inputs, leaves))
        exact = _exact(near, i, j)
        for way, errors in found.items():
            errors.append(_error(near, way, i, j, exact))
    return {"x": x, "series": [{"way": way, "label": MODES[way].label, "error": e} for way, e in found.items()]}


def _error(problem: Problem, way: str, i: int, j: int, exact: float | None) -> float:
    if exact is None:
        return math.nan
    try:
        found = MODES[way].jacobian(problem)[i][j]
    except ADError:  # no complex step through this function
        return math.nan
    return max(abs(found - exact) / (abs(exact) or 1.0), SMALLEST)


def _why(source: str, problem: Problem, entry: tuple[int, int], ways: Sequence[dict[str, Any]]) -> str:
    """Why forward and reverse mode have lost digits; empty where they have not."""
    lost = explain_loss(problem, *entry, source)
    right = [way["way"] for way in ways if way["digits"] is not None and way["digits"] >= KEPT]
    return " ".join([lost, *(KEEPING[way] for way in right if way in KEEPING)]) if lost else ""


def _summary(ways: Sequence[dict[str, Any]], slope: str, against: str) -> str:
    numbers = {way["way"]: way for way in ways if way["value"] is not None}
    reverse, numerical = numbers.get("reverse"), numbers.get("numerical")
    if not reverse or not numerical:
        return f"{slope} is not found by every way here."
    if against == PRECISE:
        told = ", ".join(f"{way['label']} {way['digits']}" for way in numbers.values())
        return f"{slope} by reverse mode is {reverse['value']}. Digits that agree with {against}: {told}."
    agree = [way["label"] for way in numbers.values() if way["digits"] >= MANY and way is not reverse]
    also = f"agrees with {', '.join(agree)} to 15 digits or more" if agree else "agrees with no other way to 15 digits"
    return (
        f"{slope} by reverse mode is {reverse['value']}, which {also}; "
        f"the difference quotient agrees to {numerical['digits']}."
    )


LAB = Lab(
    name="four-ways",
    title="Four ways",
    idea="One derivative",
    seen="Forward mode, reverse mode and the formula are right to about the last digit of a float, a difference "
    "quotient to half of the digits. Where numbers cancel in a rule, as in 1 - out**2 of tanh far out, digits are lost "
    "as well; the complex step takes no difference, where the function takes complex numbers.",
    source="a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c",
    point={"x1": 1.5, "x2": 0.5},
    answer=four_ways,
    options=(
        Option("input", "Differentiate by", "input", 0),
        Option("output", "Output", "output", 0),
        Option("reach", "Shown to each side", "number", 0.4, 1e-6, 1e6),
        Option("simplify", "Simplify the formula", "switch", False),
    ),
    starts=(
        Start("cancellation", "(1 - cos(x))/x**2", {"x": 0.001}, {"reach": 0.0009}),
        Start(
            "the logistic map", "y = x\nfor i in range(5):\n    y = 3.5*y*(1 - y)\nreturn y", {"x": 0.3}, {"reach": 0.2}
        ),
        Start("a kink", "abs(x) + x**2", {"x": 0.1}, {"reach": 0.3}),
        Start("a steep wall", "tanh(50*(x - 1))", {"x": 1.1}, {"reach": 0.4}),
        Start("digits lost in a rule", "tanh(50*(x - 1))", {"x": 1.3}, {"reach": 0.2}),
    ),
    slow=True,
)
