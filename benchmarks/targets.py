"""What the engine is meant to reach, as one table: the time of ours in parts of a peer's, in one run.

A target names a section, its tasks, which of ours and which peers; of several peers the fastest counts. Without a peer
the limit is a figure of its own: seconds for a comparison, or what a part of the benchmarks reports by that name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.rounds import KEPT, Measured, Series

NEAR = 1.15
"""How far over a limit still counts as near: what a shared machine may add."""
PYTHON, LLVM, BUFFERS = "ours, python", "ours, llvm", "ours, llvm buffers"
GRAPH, LLVM_GRAPH = "ours, python from the graph", "ours, llvm from the graph"
OUTSIDE = (
    "CasADi buffers",
    "CasADi arrays",
    "CasADi fold",
    "heyoka",
    "SymEngine LLVM",
    "JAX jit",
    "PyTorch",
    "autograd",
)
SMALL = ("a Seff", "b Baydin")
SHORT = ("c product 10", "d Rosenbrock 10", "e logistic 4", "f Helmholtz 10")
EVERY = (
    *SMALL,
    *(f"c product {n}" for n in (10, 100, 1000, 10000)),
    *(f"d Rosenbrock {n}" for n in (10, 100, 1000, 10000)),
    *(f"e logistic {n}" for n in (4, 8, 16, 100, 1000, 10000)),
    *(f"f Helmholtz {n}" for n in (10, 20, 40)),
)
POLYNOMIALS = tuple(name for name in EVERY if name[0] in "cde")
WIDE = ("c product 100", "c product 1000", "d Rosenbrock 10", "d Rosenbrock 100", "d Rosenbrock 1000", *EVERY[-3:])
LONG = ("e logistic 100", "e logistic 1000", "e logistic 10000")
UNROLLED = ("e logistic 100", "e logistic 1000", "f Helmholtz 40", "d Rosenbrock 1000")


@dataclass(frozen=True)
class Target:
    """One line of the table; `figure` is the name of a single number and stands in place of tasks and ways."""

    section: str
    limit: float
    ours: str = ""
    tasks: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    figure: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Judged:
    """One target for one task, with what was measured."""

    target: Target
    what: str
    against: str
    measured: float

    @property
    def verdict(self) -> str:
        """Return how the measured figure stands to the limit."""
        if math.isnan(self.measured):
            return "-"
        if self.measured <= self.target.limit:
            return "reached"
        return "within 15 %" if self.measured <= NEAR * self.target.limit else "missed"


def _against(section: str, ours: str, tasks: tuple[str, ...], limits: Mapping[str, float]) -> Iterator[Target]:
    for peer, limit in limits.items():
        yield Target(section, limit, ours, tasks, (peer,))


def _built() -> Iterator[Target]:
    """Yield the targets of a first gradient, which are of fresh processes."""
    small = {"CasADi buffers": 0.7, "JAX jit": 1 / 200, "SymPy lambdify": 1 / 100}
    large = {"CasADi buffers": 1.4, "JAX unrolled": 1 / 30}
    rivals = ("SymEngine LLVM", "heyoka")
    yield Target("first", 1 / 1000, GRAPH, SMALL, ("PyTensor",))
    yield Target("first", 0.6e-3, GRAPH, SMALL, unit="ms")
    yield from _against("first", GRAPH, SMALL, small)
    yield from _against("first", GRAPH, UNROLLED, large)
    yield Target("first", 0.8, LLVM_GRAPH, ("f Helmholtz 10",), rivals)
    yield Target("first", 0.5, LLVM_GRAPH, UNROLLED, rivals)


def _grid(memory: str) -> Iterator[Target]:
    """Yield the targets of the grid, in processes as they start or in those that keep freed memory."""
    arrays = {"NumPy by hand": 0.65, "JAX jit": 0.8, "autograd": 0.45, "PyTorch": 1.0}
    code = {"C -O2": 0.25, "JAX jit": 0.15, "heyoka": 1.35, "torch.compile": 0.85, "Dr.Jit": 1.35}
    for ours, limits in (("ours, numpy", arrays), (LLVM, code)):
        against = {peer + memory: limit for peer, limit in limits.items()}
        yield from _against("grid", ours + memory, ("j grid 256",), against)


TARGETS: tuple[Target, ...] = (
    *_built(),
    *_against(
        "warm",
        PYTHON,
        SMALL,
        {
            "CasADi floats": 0.75,
            "JAX jit": 0.05,
            "SymEngine LLVM": 0.65,
            "PyTorch": 1 / 200,
            "autograd": 1 / 300,
            "CasADi buffers": 2.6,
            "SymPy lambdify": 1.0,
        },
    ),
    *_against("warm", PYTHON, ("e logistic 4", "c product 10"), {"JAX jit": 0.1, "CasADi floats": 1.3}),
    *_against("warm", PYTHON, ("e logistic 16", "d Rosenbrock 10"), {"JAX jit": 0.2, "CasADi floats": 1.3}),
    *_against("warm", PYTHON, (*SMALL, *SHORT), {"JAX jit": 1.0, "CasADi call": 1.0}),
    *_against("warm", PYTHON, EVERY, {"PyTorch scalars": 1 / 9, "autograd scalars": 1 / 9, "XAD": 1 / 9}),
    *_against("warm", PYTHON, EVERY, {"num_dual": 1 / 4.5}),
    *_against("warm", PYTHON, POLYNOMIALS, {"micrograd": 1 / 9}),
    *_against("warm", LLVM, ("a Seff",), {"CasADi gcc": 1.0}),
    Target("warm", 0.75, LLVM, ("a Seff", "e logistic 4", "e logistic 8"), ("CasADi buffers",)),
    Target("warm", 1.1, LLVM, ("b Baydin", "c product 10"), ("CasADi buffers",)),
    Target("warm", 0.25, LLVM, (*SMALL, "e logistic 4", "e logistic 8", "c product 10"), ("CasADi floats",)),
    Target("warm", 0.9, BUFFERS, WIDE, OUTSIDE),
    Target("warm", 0.65, BUFFERS, LONG, OUTSIDE),
    Target("warm", 1.15, LLVM, LONG[1:], ("C -O2",)),
    *_against("matrices", PYTHON, ("h Broyden 50",), {"CasADi buffers": 1.0, "JAX jit": 0.15, "PyTorch": 0.01}),
    *_against("matrices", PYTHON, ("i Rosenbrock 50",), {"CasADi buffers": 1.5, "JAX jit": 0.4, "PyTorch": 0.01}),
    *_against(
        "matrices",
        BUFFERS,
        ("h Broyden 50", "i Rosenbrock 50"),
        {"heyoka": 0.25, "JAX jit": 0.01, "C -O2": 2.5},
    ),
    *_grid(""),
    *_grid(KEPT),
    Target("loop", 130e-6, PYTHON, ("e logistic 1000",), unit="ms"),
    Target("loop", 130e-3, PYTHON, ("e logistic 1000000",), unit="ms"),
    *_against("loop", PYTHON, ("e logistic 1000",), {"CasADi fold": 1 / 5, "PyTorch": 1 / 300}),
    *_against("loop", PYTHON, ("e logistic 100000",), {"CasADi fold": 1 / 5}),
    Target("turns", 1.5, figure="build of a million turns / of a thousand", unit="x"),
    Target("turns", 1.3, figure="time with checkpoints / without", unit="x"),
    Target("symbolic", 1 / 1000, figure="logistic 10: staging / SymPy diff", unit="x"),
    Target("symbolic", 2.0, figure="logistic 10: staging / SymEngine diff", unit="x"),
    Target("symbolic", 70, figure="logistic 10: operations of f and f'", unit="operations"),
    Target("symbolic", 0.4, figure="logistic 10: running / lambdify(cse)", unit="x"),
    Target("symbolic", 1 / 500, figure="logistic 10: building / lambdify(cse)", unit="x"),
    Target("ratio", 3.0, figure="(f and gradient)/f in operations, worst", unit="x"),
    Target("ratio", 4.2, figure="(f and gradient)/f in time, worst of the others", unit="x"),
    Target("ratio", 4.2, figure="(f and gradient)/f in time, worst of the products", unit="x"),
    Target("memory", 60, figure="bytes of a recorded operation", unit="bytes"),
    Target("growth", 35, figure="llvm: us of building per operation of f, worst from 1000 on", unit="us"),
    Target("growth", 10, figure="llvm: ms of building a small function after the first", unit="ms"),
    Target("growth", 2, figure="llvm: ns of value and gradient per operation of f at 10,000", unit="ns"),
    Target("service", 150, figure="gradient round trip, us, p50", unit="us"),
    Target("service", 300, figure="gradient round trip, us, p95", unit="us"),
    Target("service", 1.5, figure="trace to JSON, ms, 1,000 operations", unit="ms"),
    Target("service", 10, figure="trace to JSON, ms, 10,000 operations", unit="ms"),
    Target("service", 120, figure="trace to JSON, ms, 100,000 operations", unit="ms"),
    Target("service", 66, figure="bytes of a step", unit="bytes"),
)


def judge(section: str, measured: Measured, figures: Mapping[str, float]) -> list[Judged]:
    """Return every target of a section with what was measured; of tasks that were left out there is none."""
    found: list[Judged] = []
    done = {task for task, _ in measured}
    for target in TARGETS:
        if target.section == section and target.figure in figures:
            found.append(Judged(target, target.figure, "", figures[target.figure]))
        elif target.section == section:
            found += [_compared(target, task, measured) for task in target.tasks if task in done]
    return found


def _compared(target: Target, task: str, measured: Measured) -> Judged:
    ours = measured.get((task, target.ours), Series())
    peers = [(peer, measured[task, peer]) for peer in target.peers if (task, peer) in measured]
    timed = [(peer, series) for peer, series in peers if series.used]
    if not target.peers:
        return Judged(target, f"{task}: {target.ours}", "", ours.seconds)
    if not timed:
        return Judged(target, f"{task}: {target.ours}", " or ".join(target.peers), math.nan)
    best, series = min(timed, key=lambda pair: pair[1].seconds)
    return Judged(target, f"{task}: {target.ours}", best, ours.over(series))
