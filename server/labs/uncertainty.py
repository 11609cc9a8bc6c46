"""Uncertainty: deviations of the inputs carried to the result by the gradient, and by random inputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

import adcore
from adcore.backends import Compiled
from adcore.errors import ADError
from adcore.problem import Problem, nest
from adcore.uncertainty import Uncertainty
from server.labs.lab import Answer, Asked, Lab, Option, Start, numbers, position, table
from server.labs.rounding import Floats, evaluate_many

SAMPLES = 20_000
NUMBERS = 4_000_000
"""Samples times nodes: all of them are in memory at once."""
SAMPLES_THROUGH_BRANCHES = 1_000
NUMBERS_THROUGH_BRANCHES = 30_000
"""The same where every point may have to be recorded anew."""
FEWEST_SAMPLES = 100
FACTORS = tuple(half / 2 for half in range(21))
BINS = 60
MIDDLE = (0.158655, 0.841345)
"""Between these parts of all results lies one standard deviation to each side of a normal distribution."""
CENTRAL = (0.025, 0.975)
TWO_SIDES = 1.959964
OFF = 0.2
"""How far an end of the interval may be off, in deviations, before first order is not enough."""
CHANCE = 5.0
"""How far chance alone may move an end, in deviations times the root of the number of samples: about twice its own."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """A function at a point, and random numbers for its inputs: one row for each input, normal with deviation 1."""

    compiled: Compiled
    problem: Problem
    output: int
    deviations: Floats
    draws: Floats

    def results(self, factor: float = 1.0, most: int | None = None) -> Floats:
        """The finite results with all deviations times a factor, in the order in which they were drawn."""
        spread = factor * self.deviations
        inputs = np.array(self.problem.leaves)[:, None] + spread[:, None] * self.draws[:, :most]
        found = evaluate_many(self.compiled, self.problem, list(inputs))[self.output]
        return found[np.isfinite(found)]


def uncertainty(asked: Asked) -> Answer:
    """First order, random inputs, and both against a factor on all deviations."""
    problem = adcore.record(asked.source, asked.point, asked.limits)
    output = position(asked, "output", len(problem.graph.outputs))
    names = [problem.graph.names[i] or "" for i in problem.graph.inputs]
    deviations = float(asked.options["times"]) * np.array(numbers(asked, DEVIATIONS, names))
    given = nest(problem.recording.inputs, deviations.tolist())
    first = adcore.propagate(asked.source, asked.point, given, limits=asked.limits)[output]
    _check_finite(first)
    compiled = adcore.compile(asked.source, asked.point, "numpy", asked.limits)
    draws = _draw(problem, int(asked.options["seed"]))
    results = Experiment(compiled, problem, output, deviations, draws).results()
    found = _describe(results, draws.shape[1])
    curve = _by_factor(Experiment(compiled, problem, output, deviations / float(asked.options["times"]), draws))
    enough = _is_enough(first, found)
    return {
        "name": first.name,
        "value": first.value,
        "deviation": first.deviation,
        "shares": [_share_json(each) for each in first.shares],
        "interval": [first.value - TWO_SIDES * first.deviation, first.value + TWO_SIDES * first.deviation],
        "found": found,
        "histogram": _histogram(first, results),
        "times": asked.options["times"],
        "factors": FACTORS,
        "widths": curve,
        "straight": [factor * first.deviation / float(asked.options["times"]) for factor in FACTORS],
        "bell": _bell(first, results),
        "enough": enough,
        "summary": _summary(first, found, enough),
        "tables": _tables(first, found, curve),
    }


def _check_finite(first: Uncertainty) -> None:
    if not (math.isfinite(first.value) and math.isfinite(first.deviation)):
        words = f"Here the value is {first.value:g} and its deviation {first.deviation:g}: nothing can be compared."
        raise ADError("point", words, None, "Move the point to where value and gradient are numbers.")


def _share_json(share: Any) -> dict[str, Any]:
    return {"name": share.name, "deviation": share.deviation, "slope": share.slope, "share": share.share}


def _draw(problem: Problem, seed: int) -> Floats:
    """The same numbers for the same seed: as many for each input as time and memory allow."""
    most, effort = SAMPLES, NUMBERS
    if problem.graph.decisions:
        most, effort = SAMPLES_THROUGH_BRANCHES, NUMBERS_THROUGH_BRANCHES
    count = min(most, max(FEWEST_SAMPLES, effort // max(1, len(problem.graph))))
    return np.random.default_rng(seed).standard_normal((len(problem.leaves), count))


def _describe(results: Floats, drawn: int) -> dict[str, Any]:
    """What random inputs gave. `lost` is the part of them for which the function has no value."""
    known: dict[str, Any] = {"drawn": drawn, "lost": 1 - len(results) / drawn, "mean": None, "deviation": None}
    if len(results) < 2:
        return {**known, "interval": None}
    with np.errstate(all="ignore"):
        mean, deviation = float(results.mean()), float(results.std(ddof=1))
    return {**known, "mean": mean, "deviation": deviation, "interval": np.quantile(results, CENTRAL).tolist()}


def _by_factor(experiment: Experiment) -> list[float | None]:
    """Half the width of the middle 68 % for each factor: for a normal distribution, its standard deviation."""
    widths: list[float | None] = []
    for factor in FACTORS:
        results = experiment.results(factor, max(1, experiment.draws.shape[1] // 8))
        low, high = np.quantile(results, MIDDLE) if len(results) else (math.nan, math.nan)
        widths.append(float(high - low) / 2)
    return widths


def _is_enough(first: Uncertainty, found: Mapping[str, Any]) -> bool:
    """Whether first order puts both ends of the 95 % interval where random inputs put them."""
    if found["interval"] is None or found["lost"]:
        return False
    allowed = (OFF + CHANCE / math.sqrt(found["drawn"])) * first.deviation
    ends = zip(found["interval"], (-TWO_SIDES, TWO_SIDES), strict=True)
    return all(abs(end - (first.value + side * first.deviation)) <= allowed for end, side in ends)


def _window(first: Uncertainty, results: Floats) -> tuple[float, float]:
    """Four deviations to each side, and more where nearly all results reach further."""
    ends = np.quantile(results, (0.002, 0.998)) if len(results) else (first.value, first.value)
    reach = 4 * first.deviation or float(ends[1] - ends[0]) / 8 or abs(first.value) / 100 or 1.0
    return min(float(ends[0]), first.value - reach), max(float(ends[1]), first.value + reach)


def _histogram(first: Uncertainty, results: Floats) -> dict[str, Any]:
    edges = np.linspace(*_window(first, results), BINS + 1)
    counts, _ = np.histogram(results, edges)
    width = edges[1] - edges[0]
    return {"edges": edges, "density": counts / max(1, len(results)) / width}


def _bell(first: Uncertainty, results: Floats) -> dict[str, Any] | None:
    """The normal density that first order predicts."""
    if not first.deviation:
        return None
    y = np.linspace(*_window(first, results), 201)
    density = np.exp(-(((y - first.value) / first.deviation) ** 2) / 2) / (first.deviation * math.sqrt(2 * math.pi))
    return {"y": y, "density": density}


def _summary(first: Uncertainty, found: Mapping[str, Any], enough: bool) -> str:
    words = f"{first.name} is {first.value:.6g} with a standard deviation of {first.deviation:.4g} to first order"
    if found["deviation"] is None:
        return f"{words}; no random input gave a value."
    words += f"; {found['drawn']:,} random inputs gave {found['mean']:.6g} on average and a deviation of "
    words += f"{found['deviation']:.4g}."
    largest = max(first.shares, key=lambda share: share.share, default=None)
    if largest is not None and first.deviation:
        words += f" Most of the variance, {largest.share:.0%}, is due to {largest.name}."
    if found["lost"]:
        words += f" For {found['lost']:.2%} of them the function has no value."
    return f"{words} First order is {'enough' if enough else 'not enough'} here."


def _tables(first: Uncertainty, found: Mapping[str, Any], curve: Sequence[float | None]) -> list[dict[str, Any]]:
    rows = [
        [each.name, each.deviation, each.slope, each.deviation * abs(each.slope), each.share] for each in first.shares
    ]
    low, high = found["interval"] or (None, None)
    ends = [first.value - TWO_SIDES * first.deviation, first.value + TWO_SIDES * first.deviation]
    ways = [
        ["first order", first.value, first.deviation, *ends],
        ["random inputs", found["mean"], found["deviation"], low, high],
    ]
    return [
        table(
            "What each input adds", ["input", "deviation", "slope", "deviation times slope", "share of variance"], rows
        ),
        table("Both ways", ["way", "centre", "standard deviation", "95 % from", "to"], ways),
        table("Half the middle 68 %", ["all deviations times", "half width"], list(zip(FACTORS, curve, strict=True))),
    ]


DEVIATIONS = Option(
    "deviations",
    "Standard deviations",
    "vector",
    MappingProxyType({"L": 0.02, "T": 0.05}),
    0.0,
    1e12,
    fill=0.1,
)

LAB = Lab(
    name="uncertainty",
    title="Uncertainty",
    idea="What derivatives are for",
    seen="To first order, each input adds the square of its deviation times its slope to the variance of the result: "
    "the gradient says all slopes at once. Random inputs, sent through the function itself, show when that is not "
    "enough: where the function bends within the spread, the histogram leaves the bell curve.",
    source="4*pi**2*L/T**2",
    point={"L": 1.0, "T": 2.0},
    answer=uncertainty,
    options=(
        DEVIATIONS,
        Option("times", "All deviations times", "whole", 1, 1, 10),
        Option("output", "Output", "output", 0),
        Option("seed", "Random numbers", "whole", 1, 1, 20),
    ),
    starts=(
        Start(
            "a sum, where first order is exact", "x + 2*y", {"x": 1.0, "y": 1.0}, {"deviations": {"x": 0.1, "y": 0.1}}
        ),
        Start("the top of a parabola", "x**2", {"x": 0.0}, {"deviations": {"x": 0.1}}),
        Start(
            "an exponential growth",
            "p*exp(r*t)",
            {"p": 100.0, "r": 0.03, "t": 10.0},
            {"deviations": {"p": 2.0, "r": 0.01, "t": 0.0}},
        ),
        Start("near a pole", "1/(1 - x)", {"x": 0.7}, {"deviations": {"x": 0.08}}),
        Start("a lens", "1/(1/f - 1/g)", {"f": 0.05, "g": 0.3}, {"deviations": {"f": 0.001, "g": 0.01}}),
        Start("a kink", "abs(x)", {"x": 0.1}, {"deviations": {"x": 0.1}}),
    ),
)
