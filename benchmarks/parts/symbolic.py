"""The derivative of the logistic map as a formula: ours, SymPy's and SymEngine's."""

from __future__ import annotations

import functools
from typing import Any

import symengine
import sympy

from adcore.algebras.staging import operations
from adcore.entries import stage_jacobian
from adcore.graph import Graph
from adcore.problem import Problem
from benchmarks.parts import Report, cpu_seconds, cpu_seconds_in_turn, main
from benchmarks.peers.ours import WIDE, posed, python_from_graph
from benchmarks.tasks import logistic

TITLES = (
    *("turns", "ours: f and f', ms", "operations", "SymEngine diff, ms", "SymPy diff, ms", "operations", "shared"),
    *("building: ours, ms", "lambdify(cse), ms", "running: ours, ns", "lambdify(cse), ns"),
)


def measure(quick: bool) -> Report:
    """Measure a few numbers of turns; SymPy's work grows 2.5 times with each."""
    found = [_row(n) for n in ((3, 5) if quick else (3, 5, 8, 10))]
    last, rows = found[-1], [[row[name] for name in FIGURES] for row in found]
    prefix = f"logistic {last['turns']}: "
    return Report(
        TITLES,
        rows,
        {
            f"{prefix}staging / SymPy diff": last["ours"] / last["sympy"],
            f"{prefix}staging / SymEngine diff": last["ours / symengine"],
            f"{prefix}operations of f and f'": last["operations"],
            f"{prefix}running / lambdify(cse)": last["runs / its"],
            f"{prefix}building / lambdify(cse)": last["builds"] / last["lambdify"],
        },
    )


FIGURES = (
    *("turns", "ours", "operations", "symengine", "sympy", "written", "shared"),
    *("builds", "lambdify", "runs", "its"),
)
"""What `TITLES` stand above."""


def _row(n: int) -> dict[str, float]:
    task = logistic(n)
    problem = posed(task)
    x = sympy.Symbol("x")
    f = task.over(sympy)([x])
    sympy_time, derivative = _once(lambda: sympy.diff(f, x))
    shared = sum(sympy.count_ops(part) for part in _parts(derivative))
    y = symengine.Symbol("x")
    g = task.over(symengine)([y])
    builds = cpu_seconds(lambda: python_from_graph(problem))
    lambdify, function = _once(lambda: sympy.lambdify([x], [f, sympy.diff(f, x)], "math", cse=True))
    staged, differentiated, beside = cpu_seconds_in_turn(lambda: _staged(problem), lambda: g.diff(y))
    runs, its, faster = cpu_seconds_in_turn(python_from_graph(problem).call, functools.partial(function, 0.3))
    return {
        "turns": n,
        "ours": 1e3 * staged,
        "operations": operations(_staged(problem)),
        "symengine": 1e3 * differentiated,
        "ours / symengine": beside,
        "sympy": 1e3 * sympy_time,
        "written": int(sympy.count_ops(derivative)),
        "shared": int(shared),
        "builds": 1e3 * builds,
        "lambdify": 1e3 * lambdify,
        "runs": 1e9 * runs,
        "its": 1e9 * its,
        "runs / its": faster,
    }


def _staged(problem: Problem) -> Graph:
    """Return the program of f and f', which is all of the derivative: the formula is a view of it."""
    return stage_jacobian(problem.graph, WIDE).graph


def _once(action: Any) -> tuple[float, Any]:
    """Return the time of one run, as SymPy keeps what it has worked out, and its result."""

    def anew() -> Any:
        sympy.core.cache.clear_cache()
        return action()

    return cpu_seconds(anew, 0.0, 3), anew()


def _parts(expression: Any) -> list[Any]:
    replaced, reduced = sympy.cse(expression)
    return [*(part for _, part in replaced), *reduced]


if __name__ == "__main__":
    main(measure)
