"""One derivative, several ways: what each gives, how far they agree, and what each costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adcore.algebras.precise import DIGITS
from adcore.algebras.staging import operations
from adcore.errors import ADError
from adcore.events import json_numbers
from adcore.graph import Graph
from adcore.limits import Limits
from adcore.modes import MODES, numerical, reverse
from adcore.modes.symbolic import derive
from adcore.precise_run import DEAR, run_precisely
from adcore.problem import Problem, pose
from adcore.staged import stage_forward, stage_function, stage_reverse

MOST_DIGITS = 17
MOST_WORK = 600
"""Nodes times outputs up to which the ways are compared with a run in hundreds of digits: some milliseconds."""
REVERSE, PRECISE = "reverse mode", f"a run in {DIGITS} digits"


def compare(
    source: str,
    at: Mapping[str, Any],
    ways: Sequence[str] = tuple(MODES),
    simplify: bool = False,
    limits: Limits | None = None,
) -> list[dict[str, Any]]:
    """Differentiate by each of `ways`; a way that fails says so and does not spoil the others.

    `digits` counts the significant digits in which each entry agrees with what `against` names: a run in hundreds of
    digits where that is quick and every entry is known to so many, reverse mode elsewhere. `simplify` is for the
    symbolic way only.
    """
    problem = pose(source, at, limits)
    reference = _precise(problem)
    against = PRECISE if reference else REVERSE
    right = reference or reverse.jacobian(problem)
    return [_way(problem, way, right, simplify) | {"against": against} for way in ways]


def _precise(problem: Problem) -> list[list[float]] | None:
    graph = problem.graph  # a dear function alone takes longer than all ways together
    run = None if graph.customs or any(op in DEAR for op in graph.ops) else run_precisely(problem, MOST_WORK)
    rows = [run.slopes(output) for output in graph.outputs] if run else []
    return rows if rows and all(math.isfinite(slope) for row in rows for slope in row) else None


def _way(problem: Problem, way: str, reference: list[list[float]], simplify: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"way": way, "label": way, "value": json_numbers(problem.outputs), "jacobian": None}
    row |= {"digits": None, "operations": None, "note": "", "formulas": None, "step": None, "error": None}
    try:
        if way not in MODES:
            raise ADError("mode", f"There is no way called {way}.", None, f"The ways are: {', '.join(MODES)}.")
        row["label"] = MODES[way].label
        row |= _FILLERS[way](problem, simplify)
    except ADError as error:
        return {**row, "error": error.to_json()}
    pairs = zip(row["jacobian"], reference, strict=True)
    row["digits"] = [[agreement(a, b) for a, b in zip(mine, theirs, strict=True)] for mine, theirs in pairs]
    return {**row, "jacobian": json_numbers(row["jacobian"])}


def agreement(x: float, y: float) -> int:
    """How many significant digits two numbers share: 17 when they are equal.

    >>> agreement(3.01184332, 3.01184399)  # they are apart by 2.2e-7 of their size
    6
    """
    if x == y or (math.isnan(x) and math.isnan(y)):
        return MOST_DIGITS
    if not (math.isfinite(x) and math.isfinite(y)):
        return 0
    largest = max(abs(x), abs(y))
    error = abs(x / largest - y / largest)
    return max(0, min(MOST_DIGITS, int(-math.log10(error))))


def _forward(problem: Problem, simplify: bool) -> dict[str, Any]:
    return _swept(problem, "forward", stage_forward(problem.graph), len(problem.leaves))


def _reverse(problem: Problem, simplify: bool) -> dict[str, Any]:
    return _swept(problem, "reverse", stage_reverse(problem.graph), len(problem.graph.outputs))


def _swept(problem: Problem, mode: str, program: Graph, sweeps: int) -> dict[str, Any]:
    """What AD gives; what it costs is counted in the staged program."""
    note = f"{sweeps} {_plural(sweeps, 'sweep')}"
    return {"jacobian": MODES[mode].jacobian(problem), "operations": operations(program), "note": note}


def _symbolic(problem: Problem, simplify: bool) -> dict[str, Any]:
    derived = derive(problem, simplify)
    count, shared = derived.operations, derived.shared_operations
    note = f"{count} {_plural(count, 'operation')} as written"
    if shared < count:
        note += f", {shared} once shared"
    if any(map(math.isnan, problem.outputs)):
        note = "The function has no value here; the formula does not know that."
    found = {"jacobian": derived.jacobian, "formulas": derived.formulas, "operations": derived.operations}
    return {**found, "note": note}


def _numerical(problem: Problem, simplify: bool) -> dict[str, Any]:
    n = len(problem.leaves)
    row = numerical.DIFFERENCES["central"]
    unsteady = any(numerical.is_unsteady(problem, j, i) for j in range(n) for i in range(len(problem.graph.outputs)))
    note = f"{2 * n} evaluations" + (": half the step gives another number" if unsteady else "")
    step = row.step(problem.leaves[0]) if n else None
    count = 2 * n * operations(stage_function(problem.graph))
    return {"jacobian": MODES["numerical"].jacobian(problem), "operations": count, "note": note, "step": step}


def _complex(problem: Problem, simplify: bool) -> dict[str, Any]:
    n = len(problem.leaves)
    count = n * operations(stage_function(problem.graph))
    note = f"{n} complex {_plural(n, 'evaluation')}"
    rows = MODES["complex-step"].jacobian(problem)
    return {"jacobian": rows, "operations": count, "note": note, "step": numerical.COMPLEX_STEP}


_FILLERS: Mapping[str, Callable[[Problem, bool], dict[str, Any]]] = MappingProxyType(
    {
        "forward": _forward,
        "reverse": _reverse,
        "symbolic": _symbolic,
        "numerical": _numerical,
        "complex-step": _complex,
    }
)
assert set(_FILLERS) == set(MODES)


def _plural(n: int, noun: str) -> str:
    return noun if n == 1 else noun + "s"
