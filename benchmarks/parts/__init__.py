"""What is measured of ours alone, or once: each part in a process of its own, which prints its report as JSON."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.rounds import ENVIRONMENT, ROOT

QUICK = "quick"


@dataclass(frozen=True)
class Report:
    """A table, and the figures that targets name."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One module of this folder with the words around its table."""

    name: str
    title: str
    note: str

    def run(self, quick: bool) -> Report | None:
        """Measure in a fresh process; None where something that it needs is missing."""
        command = [sys.executable, "-m", f"benchmarks.parts.{self.name}", *([QUICK] if quick else [])]
        environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        return Report(**json.loads(done.stdout)) if done.returncode == 0 else None


PARTS = (
    Part("turns", "Loops kept: building, memory", "The logistic map. Building includes reading the text."),
    Part(
        "symbolic",
        "Symbolic differentiation",
        "The logistic map. Ours stages the graph of f and f' together. SymPy's operations are those of f' written out,"
        " and after common subexpressions are shared. Milliseconds of CPU time.",
    ),
    Part(
        "ratio",
        "What the gradient costs beside the function",
        "Operations of the staged graphs; time of emitted Python. Of task c, f is one product after the other, whose"
        " number is forgotten at once, while the gradient keeps three numbers for each of them until the end: the"
        " fastest Python that was found by hand takes 4.2 times f's time for 100 factors, 5.2 for 300, 7.0 for 1000.",
    ),
    Part(
        "sweeps",
        "What a derivative costs as a whole",
        "CPU time of the public functions, from the text to the numbers.",
    ),
    Part("memory", "Memory", "Bytes of a recorded operation: the graph in columns, without what made it."),
    Part(
        "growth",
        "Growth with the number of operations",
        "A chain of products and sums; building is staging, emitting and compiling.",
    ),
    Part(
        "service",
        "The server's side",
        "From the text to the bytes of a trace in reverse mode, CPU time: graph, events and result. Operations are"
        " counted after that, on a line of their own. Round trips on a local server, wall time: from a slider's move"
        " of task a to its answer, with a client that writes a frame to a socket and reads one, so that the server is"
        " judged, and with the client of the package `websockets`, which takes its own time.",
    ),
)


def main(measure: Callable[[bool], Report]) -> None:
    """Print the report of the module that was started."""
    print(json.dumps(asdict(measure(QUICK in sys.argv))))


def cpu_seconds(action: Callable[[], Any], least: float = 0.02, rounds: int = 7) -> float:
    """Return the median CPU time of an action; it is repeated until a round takes so long."""
    once = _seconds(action, 1)
    if once > 1.0:
        return once
    repeats = _repeats(once, least)
    return statistics.median(_seconds(action, repeats) for _ in range(rounds))


def cpu_seconds_in_turn(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float, float]:
    """Return the median CPU times of two actions that take turns, and the median of their ratios within a round."""
    often = [_repeats(_seconds(action, 1), 0.02) for action in (ours, theirs)]
    rounds = [(_seconds(ours, often[0]), _seconds(theirs, often[1])) for _ in range(15)]
    first, second = (statistics.median(times) for times in zip(*rounds, strict=True))
    return first, second, statistics.median(one / other for one, other in rounds)


def _repeats(once: float, least: float) -> int:
    return max(1, round(least / max(once, 1e-7)))


def _seconds(action: Callable[[], Any], repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - start) / repeats
