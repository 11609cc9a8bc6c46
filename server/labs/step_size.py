"""Step size: difference quotients between truncation and rounding, and the best step that lies between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import adcore
from adcore.algebras.text import pretty_number
from adcore.errors import ADError
from adcore.modes.numerical import DIFFERENCES, Difference
from adcore.modes.taylor import expand
from adcore.problem import Problem
from server.labs.lab import Answer, Asked, Lab, Option, Start, position, table
from server.labs.rounding import Curve, Floats, draw_curve, step_along_imaginary

FURTHEST_TERM = 6
"""How many orders beyond its own a formula is searched for the first term of its error."""
CANCELLED = 1e-12
"""A sum of weights as small as this is rounding: the term cancels."""
STEPS_PER_DECADE = 4
NEIGHBOURS = 2
ZOOM_POINTS = 201
COMPLEX = "complex step"


@dataclass(frozen=True, slots=True)
class Precision:
    """Numbers of one size, and the smallest power of ten that is worth a try as a step."""

    kind: type
    smallest: int

    @property
    def roundoff(self) -> float:
        """The largest relative error of rounding to this size."""
        return float(np.finfo(self.kind).eps) / 2


PRECISIONS: Mapping[bool, Precision] = MappingProxyType(
    {False: Precision(np.float64, -18), True: Precision(np.float32, -12)}
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is differentiated: output i by input j at x, with the value, the derivative and the Taylor coefficients."""

    problem: Problem
    j: int
    output: int
    x: float
    y: float
    slope: float
    coefficients: Sequence[float]
    single: bool

    @property
    def scale(self) -> float:
        """What errors are divided by: the size of the derivative, unless it is zero."""
        return abs(self.slope) or 1.0


def step_size(asked: Asked) -> Answer:
    """The error of every formula against the step, the two parts of one of them, and a close look at its step."""
    single = bool(asked.options["single"])
    place = _find_place(asked, adcore.record(asked.source, asked.point, asked.limits))
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    curve = draw_curve(compiled, place.problem, place.j, place.output, single)
    h = _steps(PRECISIONS[single])
    series = [_measure(row, place, curve, h) for row in DIFFERENCES.values()]
    row = DIFFERENCES[asked.options["formula"]]
    chosen = float(10.0 ** -int(asked.options["digits"]))
    found, notes = _complex_series(place, h)
    zoom = _zoom(row, place, curve, chosen)
    graph = place.problem.graph
    return {
        "h": h,
        "series": [*series, *found],
        "notes": notes,
        "parts": _parts(row, place, h),
        "formula": row.name,
        "relative": place.slope != 0,
        "roundoff": PRECISIONS[single].roundoff,
        "input": graph.names[graph.inputs[place.j]],
        "output": place.problem.recording.output_names[place.output],
        "at": place.x,
        "value": place.y,
        "slope": place.slope,
        "chosen": chosen,
        "zoom": zoom,
        "summary": _summary(row, place, zoom["error"], chosen, series),
        "tables": _tables(place, [*series, *found], h),
    }


def _find_place(asked: Asked, problem: Problem) -> Place:
    j = position(asked, "input", len(problem.leaves))
    output = position(asked, "output", len(problem.graph.outputs))
    slope = float(adcore.jacobian(asked.source, asked.point, limits=asked.limits)[output, j])
    x, y = problem.leaves[j], problem.outputs[output]
    if not all(map(math.isfinite, (x, y, slope))):
        name = problem.graph.names[problem.graph.inputs[j]]
        words = f"At {name} = {x:g} the value is {y:g} and the derivative {slope:g}: there is nothing to compare with."
        raise ADError("point", words, None, "Move the point to where both are numbers.")
    order = max(row.order for row in DIFFERENCES.values()) + FURTHEST_TERM
    direction = [float(i == j) for i in range(len(problem.leaves))]
    coefficients = expand(problem, direction, order)[output]
    return Place(problem, j, output, x, y, slope, coefficients, bool(asked.options["single"]))


def _steps(precision: Precision) -> Floats:
    exponents = np.arange(0, STEPS_PER_DECADE * precision.smallest - 1, -1) / STEPS_PER_DECADE
    return np.asarray(10.0**exponents, dtype=precision.kind)


def quotient(row: Difference, curve: Curve, x: float, h: Floats) -> Floats:
    """The formula of a row at every step, in the precision of the steps, in the order in which the row adds up."""
    kind = h.dtype.type
    total = np.zeros_like(h)
    with np.errstate(all="ignore"):
        for offset, weight in row.points:
            total = total + kind(weight) * np.asarray(curve(kind(x) + kind(offset) * h), dtype=kind)
        return total / h


def _measure(row: Difference, place: Place, curve: Curve, h: Floats) -> dict[str, Any]:
    errors = _errors(place, quotient(row, curve, place.x, h))
    return {"name": row.name, "label": row.name, "help": row.help, "order": row.order} | _best(row, place, h, errors)


def _errors(place: Place, found: Floats) -> Floats:
    with np.errstate(all="ignore"):
        errors: Floats = np.abs(found.astype(float) - place.slope) / place.scale
    return errors


def _best(row: Difference, place: Place, h: Floats, errors: Floats) -> dict[str, Any]:
    """The step with the least errors found, and the one that the two parts of the error predict."""
    known: dict[str, Any] = {
        "errors": errors,
        "predicted": None,
        "best": None,
        "usual": None if place.single else row.step(place.x),
    }
    known["best"] = find_best(h, errors)
    step = predict_best(row, place)
    if step is not None:
        truncation, rounding = truncation_of(row, place, step), rounding_of(row, place, step)
        known["predicted"] = {"h": step, "error": truncation + rounding}
    return known


def find_best(h: Floats, errors: Floats) -> dict[str, float] | None:
    """The step whose largest error, with those of its neighbours, is the least: a single error may be small by luck."""
    around = np.pad(np.where(np.isfinite(errors), errors, np.inf), NEIGHBOURS, constant_values=0.0)
    worst = sliding_window_view(around, 2 * NEIGHBOURS + 1).max(axis=1)
    where = int(np.argmin(worst))
    return {"h": float(h[where]), "error": float(errors[where])} if math.isfinite(worst[where]) else None


def first_term(row: Difference, coefficients: Sequence[float]) -> tuple[float, int]:
    """The first term c*h**p of a formula's error, from Taylor: f(x + o*h) = sum of a_m * (o*h)**m.

    Multiplied by the weights and added up, the terms up to the row's order cancel but for f' itself. For central,
    (f(x+h) - f(x-h))/2h - f'(x) begins with a_3 * h**2. (0.0, order) where no term is left.
    """
    for m in range(row.order + 1, len(coefficients)):
        moment = math.fsum(weight * offset**m for offset, weight in row.points)
        if abs(moment) > CANCELLED and coefficients[m]:
            return coefficients[m] * moment, m - 1
    return 0.0, row.order


def truncation_of(row: Difference, place: Place, h: Any) -> Any:
    """The part of the error that the formula makes, to its first term, relative to the derivative."""
    constant, power = first_term(row, place.coefficients)
    return abs(constant) / place.scale * h**power


def rounding_of(row: Difference, place: Place, h: Any) -> Any:
    """About the part that rounding makes: values of f, and the points where it is evaluated, are off by a roundoff."""
    weights = math.fsum(abs(weight) for _, weight in row.points)
    amount = abs(place.y) + abs(place.x * place.slope)
    return PRECISIONS[place.single].roundoff * weights * amount / place.scale / h


def predict_best(row: Difference, place: Place) -> float | None:
    """Where truncation C*h**p and rounding R/h are least together: h = (R/(p*C))**(1/(p+1)); None without either."""
    constant, power = first_term(row, place.coefficients)
    rounding = rounding_of(row, place, 1.0) * place.scale
    if not (constant and rounding and math.isfinite(constant)):
        return None
    return float((rounding / (power * abs(constant))) ** (1 / (power + 1)))


def _parts(row: Difference, place: Place, h: Floats) -> dict[str, Any]:
    steps = h.astype(float)
    constant, power = first_term(row, place.coefficients)
    truncation = truncation_of(row, place, steps) if constant else None
    return {"truncation": truncation, "power": power, "rounding": rounding_of(row, place, steps)}


def _complex_series(place: Place, h: Floats) -> tuple[list[dict[str, Any]], list[str]]:
    """The complex step at every h, or why there is none. Nothing is subtracted, so nothing cancels as h shrinks."""
    try:
        found = [step_along_imaginary(place.problem, place.j, place.output, float(s), place.single) for s in h]
    except ADError as error:
        return [], [error.message]
    errors = _errors(place, np.array(found))
    words = {"name": COMPLEX, "label": COMPLEX, "help": "Im f(x + ih)/h: error like h squared, nothing cancels"}
    best = find_best(h, errors)
    return [{**words, "order": 2, "errors": errors, "predicted": None, "best": best, "usual": None}], []


def _zoom(row: Difference, place: Place, curve: Curve, h: float) -> dict[str, Any]:
    """The curve around x in units of the step: what the formula sees, its slope and the true one."""
    kind = PRECISIONS[place.single].kind
    reach = 1.5 * max(abs(offset) for offset, _ in row.points)
    t = np.linspace(-reach, reach, ZOOM_POINTS)
    seen = np.array([offset for offset, _ in row.points])
    middle = float(curve(np.array([place.x], dtype=kind))[0])
    found = float(quotient(row, curve, place.x, np.array([h], dtype=kind))[0])
    rises = curve(kind(place.x) + kind(h) * seen.astype(kind)).astype(float) - middle
    level = float(np.mean(rises - found * seen * h))
    return {
        "t": t,
        "change": curve(kind(place.x) + kind(h) * t.astype(kind)).astype(float) - middle,
        "tangent": place.slope * t * h,
        "secant": level + found * t * h,
        "seen": {"t": seen, "change": rises},
        "quotient": found,
        "error": float(_errors(place, np.array([found]))[0]),
    }


def _summary(row: Difference, place: Place, error: float, h: float, series: Sequence[dict[str, Any]]) -> str:
    [own] = [each for each in series if each["name"] == row.name]
    error_words = f"{'a relative' if place.slope else 'an'} error of {_said(error)}"
    words = f"The derivative is {place.slope:.6g}. With h = {_said(h)} the {row.name} difference has {error_words}"
    if own["best"] is None:
        return f"{words}."
    words += f"; the best step found is h = {_said(own['best']['h'])}, with {_said(own['best']['error'])}"
    predicted = own["predicted"]
    return f"{words}; predicted was h = {_said(predicted['h'])}." if predicted else f"{words}."


def _said(x: float) -> str:
    return pretty_number(x, f"{x:.2g}")


def _tables(place: Place, series: Sequence[dict[str, Any]], h: Floats) -> list[dict[str, Any]]:
    heads = ["method", "order", "best h found", "its error", "best h predicted", "usual h"]
    rows = [
        [each["label"], each["order"], *_pair(each["best"]), (each["predicted"] or {}).get("h"), each["usual"]]
        for each in series
    ]
    columns = ["h", *(each["label"] for each in series)]
    errors = list(zip(h.tolist(), *(each["errors"].tolist() for each in series), strict=True))
    kind = "Relative errors" if place.slope else "Errors"
    return [table("The best steps", heads, rows), table(kind, columns, errors)]


def _pair(best: Mapping[str, float] | None) -> tuple[float | None, float | None]:
    return (best["h"], best["error"]) if best else (None, None)


LAB = Lab(
    name="step-size",
    title="Step size",
    idea="One derivative",
    seen="A difference quotient is wrong in two ways: a large step cuts off the curve (truncation), a small one "
    "subtracts numbers that nearly agree (rounding). The best step lies where the two lines cross, and no step gets "
    "all digits; the complex step subtracts nothing, so it may be as small as you like.",
    source="exp(x)/sqrt(sin(x)**3 + cos(x)**3)",
    point={"x": 1.5},
    answer=step_size,
    options=(
        Option("input", "Differentiate by", "input", 0),
        Option("output", "Output", "output", 0),
        Option("formula", "Look closely at", "choice", next(iter(DIFFERENCES)), choices=tuple(DIFFERENCES)),
        Option("digits", "Step h = 10⁻ᵏ with k =", "whole", 1, 0, 18),
        Option("single", "Single precision (float32)", "switch", False),
    ),
    starts=(
        Start("four turns of the logistic map", "64*x*(1-x)*(1-2*x)**2*(1-8*x+8*x**2)**2", {"x": 0.2}),
        Start("large numbers", "x**2 + 1e6", {"x": 1.0}),
        Start("a fast wave", "sin(50*x)", {"x": 0.3}),
        Start("a kink nearby", "abs(x - 1) + x**2", {"x": 1.001}),
        Start("of two inputs", "x**2*sin(y)", {"x": 1.0, "y": 2.0}),
    ),
)
