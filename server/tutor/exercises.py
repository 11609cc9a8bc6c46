"""Exercises from any function: a program, a point, a kind, a level and a seed give an exercise, always the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

from adcore.errors import ADError
from adcore.labels import program_latex
from adcore.limits import Limits
from adcore.problem import Problem, pose
from server.tutor.blanks import Exercise, Parts
from server.tutor.matrices import ask_formula, ask_hvp, ask_jacobian
from server.tutor.plans import ask_bug, ask_checkpoint, ask_doubling, ask_mode, ask_order
from server.tutor.sheets import Draft, Sheet
from server.tutor.sweeps import ask_dual, ask_forward, ask_reverse

LEVELS = (1, 2, 3)
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of exercise: its name, a title, and how it is made. `make` raises ADError where a program has none."""

    name: str
    title: str
    make: Callable[[Draft], Parts]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("forward", "The forward trace", ask_forward),
            Kind("reverse", "The reverse trace", ask_reverse),
            Kind("jacobian", "The Jacobian by rows or columns", ask_jacobian),
            Kind("dual", "Dual numbers", ask_dual),
            Kind("order", "An order of the sweep back", ask_order),
            Kind("mode", "The cheaper mode", ask_mode),
            Kind("formula", "The derivative as a formula", ask_formula),
            Kind("doubling", "What doubles", ask_doubling),
            Kind("hvp", "A Hessian times a direction", ask_hvp),
            Kind("bug", "The line that is wrong", ask_bug),
            Kind("checkpoint", "Where to keep a state", ask_checkpoint),
        )
    }
)


def make_exercise(
    source: str, at: Mapping[str, Any], kind: str, seed: int = 0, level: int = 1, limits: Limits | None = None
) -> Exercise:
    """The exercise of a kind of `KINDS` for a program at a point; `level` is 1, 2 or 3.

    Raises ADError for a program that cannot be recorded, or has no exercise of this kind.

    >>> make_exercise("x*sin(x)", {"x": 2.0}, "reverse", level=3).blanks[0].words
    'the adjoint of v₂'
    """
    if kind not in KINDS:
        words = f"There is no exercise called {kind}."
        raise ADError("exercise", words, None, f"The kinds are: {', '.join(KINDS)}.")
    if level not in LEVELS:
        raise ADError("exercise", f"There is no level {level}.", None, "The levels are 1, 2 and 3.")
    problem, rng = pose(source, at, limits), Random(seed)
    sheet = Sheet(problem, *_seeded(problem, rng))
    made = KINDS[kind].make(Draft(sheet, level, rng))
    latex = program_latex(problem.graph, problem.recording.output_names)
    shown = tuple(made.given), tuple(made.blanks), tuple(made.cells), tuple(made.lines), sheet.values
    return Exercise(kind, source, at, seed, level, made.ask, latex, *shown)


def _seeded(problem: Problem, rng: Random) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """One input that moves and one output to sweep back from, so that both have to do with something else."""
    graph = problem.graph
    outputs = [k for k, i in enumerate(graph.outputs) if graph.args[i] and graph.varied()[i]]
    chosen = rng.choice(outputs or range(len(graph.outputs)))
    needed = graph.useful([graph.outputs[chosen]])
    inputs = [j for j, i in enumerate(graph.inputs) if needed[i]]
    moved = rng.choice(inputs or range(len(graph.inputs) or 1))
    along = tuple(float(j == moved) for j in range(len(graph.inputs)))
    return along, tuple(float(k == chosen) for k in range(len(graph.outputs)))
