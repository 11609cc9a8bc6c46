"""Taylor: polynomials of growing order over the curve, and how far each stays within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import adcore
from adcore.algebras.text import latex_name, latex_number
from adcore.errors import ADError
from adcore.modes.taylor import expand
from server.labs.lab import Answer, Asked, Lab, Option, Start, position, table
from server.labs.rounding import Curve, Floats, draw_curve

MOST_ORDER = 20
CURVE_POINTS = 241
THOROUGH = (1_200, 40)
"""At how many distances a radius is looked for, and how often the place is then halved."""
THROUGH_BRANCHES = (101, 0)
"""The same where every point may have to be recorded anew."""
DIGITS = 5
SPOKEN = (1, 2, 5, 10, 20)


def taylor(asked: Asked) -> Answer:
    """The curve, the Taylor polynomials of order 0, 1, ... around the point, their errors and the radius of each."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    j = position(asked, "input", len(problem.leaves))
    output = position(asked, "output", len(problem.graph.outputs))
    direction = [float(i == j) for i in range(len(problem.leaves))]
    coefficients = _finite_part(expand(problem, direction, MOST_ORDER)[output])
    center, reach, tolerance = problem.leaves[j], float(asked.options["reach"]), 10.0 ** -int(asked.options["digits"])
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    curve = draw_curve(compiled, problem, j, output, False)
    x = np.linspace(center - reach, center + reach, CURVE_POINTS)
    y, polynomials = curve(x), evaluate(coefficients, x - center)
    with np.errstate(all="ignore"):
        errors = np.abs(polynomials - y)
    effort = THROUGH_BRANCHES if problem.graph.decisions else THOROUGH
    radii = find_radii(curve, coefficients, center, reach, tolerance, effort)
    name = problem.graph.names[problem.graph.inputs[j]] or ""
    return {
        "input": name,
        "first": j == 0,
        "output": problem.recording.output_names[output],
        "at": center,
        "value": coefficients[0],
        "x": x,
        "y": y,
        "polynomials": polynomials,
        "errors": errors,
        "tolerance": tolerance,
        "radii": radii,
        "reach": reach,
        "terms": write_terms(coefficients, name, center),
        "notes": _notes(len(coefficients)),
        "summary": _summary(coefficients, radii, reach, tolerance, name, center),
        "tables": [_table(coefficients, radii, reach)],
    }


def _finite_part(coefficients: Sequence[float]) -> list[float]:
    """The coefficients up to the first that is no number. Raises ADError where not even the value is one."""
    if not math.isfinite(coefficients[0]):
        raise ADError("point", f"The value here is {coefficients[0]:g}: there is no series.", None, "Move the point.")
    broken = (k for k, c in enumerate(coefficients) if not math.isfinite(c))
    return list(coefficients[: next(broken, len(coefficients))])


def evaluate(coefficients: Sequence[float], distance: Floats) -> Floats:
    """Every partial sum, shape (orders, points): row k has the terms up to order k."""
    with np.errstate(all="ignore"):
        powers = distance ** np.arange(len(coefficients))[:, None]
        sums: Floats = np.cumsum(np.array(coefficients)[:, None] * powers, axis=0)
    return sums


def find_radii(
    curve: Curve,
    coefficients: Sequence[float],
    center: float,
    reach: float,
    tolerance: float,
    effort: tuple[int, int] = THOROUGH,
) -> list[float | None]:
    """How far from the centre, on both sides, each polynomial stays within the tolerance; None: as far as is shown.

    Of many distances the first at which it does not is found, then the place between it and the one before.
    """

    def fails(distances: Floats) -> Any:
        there = np.concatenate([distances, -distances])
        with np.errstate(all="ignore"):
            errors = np.abs(evaluate(coefficients, there) - curve(center + there))
        return ~(np.maximum(*np.split(errors, 2, axis=1)) <= tolerance)

    distances = np.linspace(0.0, reach, effort[0])
    failed = fails(distances)
    first = np.argmax(failed, axis=1)
    low, high = distances[np.maximum(first - 1, 0)], distances[first]
    for _ in range(effort[1]):
        middle = (low + high) / 2
        wrong = np.diagonal(fails(middle))
        low, high = np.where(wrong, low, middle), np.where(wrong, middle, high)
    return [float(far) if some else None for far, some in zip(low, failed.any(axis=1), strict=True)]


def write_terms(coefficients: Sequence[float], name: str, center: float) -> list[str]:
    r"""Each term as LaTeX that may follow the terms before it; a coefficient of zero leaves nothing to write.

    >>> write_terms([2.0, 0.0, -0.5], "x", 1.0)
    ['2', '', '{} - 0.5\\,(x - 1)^{2}']
    """
    letter = latex_name(name)
    base = f"({letter} {'-' if center > 0 else '+'} {_written(abs(center))})" if center else letter
    leading = next((k for k, c in enumerate(coefficients) if c), 0)
    return [_term(c, k, base, k == leading) for k, c in enumerate(coefficients)]


def _term(c: float, k: int, base: str, leads: bool) -> str:
    if not c:
        return ""
    sign = ("-" if c < 0 else "") if leads else ("{} - " if c < 0 else "{} + ")
    power = base if k == 1 else f"{base}^{{{k}}}" if k else ""
    size = "" if abs(c) == 1 and power else _written(abs(c))
    return sign + (rf"{size}\,{power}" if size and power else size + power)


def _written(x: float) -> str:
    text = f"{x:.{DIGITS}g}"
    return latex_number(x, text)


def _notes(count: int) -> list[str]:
    if count > MOST_ORDER:
        return []
    return [f"The derivative of order {count} is not a number here, so the series ends with order {count - 1}."]


def _summary(
    coefficients: Sequence[float],
    radii: Sequence[float | None],
    reach: float,
    tolerance: float,
    name: str,
    center: float,
) -> str:
    spoken = [k for k in SPOKEN if k < len(radii)] or [len(radii) - 1]
    far = [f"order {k} {_distance(radii[k], reach)}" for k in spoken]
    return f"Within {tolerance:g} of the function around {name} = {center:.6g} stay: {', '.join(far)}."


def _distance(radius: float | None, reach: float) -> str:
    return f"as far as is shown ({reach:g})" if radius is None else f"up to a distance of {radius:.4g}"


def _table(coefficients: Sequence[float], radii: Sequence[float | None], reach: float) -> dict[str, Any]:
    heads = ["order", "derivative", "coefficient", "stays within the tolerance up to"]
    rows = [
        [k, c * math.factorial(k), c, f"more than {reach:g}" if radius is None else radius]
        for k, (c, radius) in enumerate(zip(coefficients, radii, strict=True))
    ]
    return table("Derivatives and coefficients", heads, rows)


LAB = Lab(
    name="taylor",
    title="Taylor polynomials",
    idea="Beyond one derivative",
    seen="One sweep of Taylor arithmetic gives the derivatives of every order, and with them the polynomials that hug "
    "the curve at the point. Each order hugs it further, but not always all the way: some functions are left behind "
    "at a distance that no order passes.",
    source="1/(1 + x**2)",
    point={"x": 0.5},
    answer=taylor,
    options=(
        Option("input", "Along", "input", 0),
        Option("output", "Output", "output", 0),
        Option("order", "Order", "whole", 5, 0, MOST_ORDER, asked=False),
        Option("digits", "Tolerance 10⁻ᵏ with k =", "whole", 2, 0, 12),
        Option("reach", "Shown on each side", "number", 3.0, 1e-6, 1e6),
    ),
    starts=(
        Start("a sine", "sin(x)", {"x": 0.0}, {"reach": 10, "order": 7}),
        Start("an exponential", "exp(x)", {"x": 0.0}, {"order": 4}),
        Start("a logarithm", "log(1 + x)", {"x": 0.0}, {"reach": 2, "order": 10}),
        Start("a root near its end", "sqrt(x)", {"x": 1.0}, {"reach": 2}),
        Start("a bell", "exp(-x**2)", {"x": 0.0}, {"order": 8}),
        Start("a program", "a = x\nfor i in range(3):\n    a = a + sin(a)\nreturn a", {"x": 0.5}, {"order": 6}),
    ),
)
