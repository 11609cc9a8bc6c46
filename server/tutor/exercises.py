"""Exercises from any function: a program, a point, a kind, a level and a seed give an exercise, always the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

from adcore.errors import ADError
from adcore.labels import program_latex
from adcore.limits import Limits
from adcore.problem import Problem, pose
from server.tutor.blanks import Blank, Exercise, Given
from server.tutor.sheets import Sheet
from server.tutor.sweeps import choose_blanks, dual_cells, forward_cells, reverse_cells

LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Draft:
    """An exercise in the making: the problem, both sweeps, the level, and the only source of chance."""

    problem: Problem
    sheet: Sheet
    level: int
    rng: Random


Parts = tuple[str, Sequence[Given], Sequence[Blank]]
"""What is asked, the cells that are given, and the blanks."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of exercise: its name, a title, and how it is made. `make` raises ADError where a program has none."""

    name: str
    title: str
    make: Callable[[Draft], Parts]


def _forward(draft: Draft) -> Parts:
    ask = f"Fill in the forward trace: values, and how fast they change when {_moved(draft)} moves at rate 1."
    return ask, *choose_blanks(forward_cells(draft.sheet), draft.level, draft.rng)


def _reverse(draft: Draft) -> Parts:
    ask = "Fill in the reverse trace: what each operation hands back, and the adjoints that it adds up to."
    return ask, *choose_blanks(reverse_cells(draft.sheet), draft.level, draft.rng)


def _dual(draft: Draft) -> Parts:
    ask = f"Calculate with dual numbers a + bε, ε² = 0, with ε added to {_moved(draft)}."
    return ask, *choose_blanks(dual_cells(draft.sheet), draft.level, draft.rng)


def _moved(draft: Draft) -> str:
    graph = draft.problem.graph
    return next(graph.names[i] or "" for i, rate in zip(graph.inputs, draft.sheet.along, strict=True) if rate)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("forward", "The forward trace", _forward),
            Kind("reverse", "The reverse trace", _reverse),
            Kind("dual", "Dual numbers", _dual),
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
    ask, given, blanks = KINDS[kind].make(Draft(problem, sheet, level, rng))
    latex = program_latex(problem.graph, problem.recording.output_names)
    return Exercise(kind, source, at, seed, level, ask, latex, tuple(given), tuple(blanks))


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
