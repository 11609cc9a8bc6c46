"""What a derivative costs beside the function itself, program by program.

CPU time, medians over rounds, everything included that the public functions do: reading, recording, sweeping. The last
two columns are what matters: reverse mode stays a small multiple of one evaluation however many inputs there are,
forward mode grows with them.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import adcore

ROUNDS = 7

HOFFMANN = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"
LOGISTIC = "def f(x):\n    for i in range({turns}):\n        x = 4*x*(1 - x)\n    return x"
PRODUCT = "def f(x):\n    p = 1\n    for a in x:\n        p = p*a\n    return p"


@dataclass(frozen=True)
class Task:
    """A program and the point at which it is differentiated."""

    name: str
    source: str
    at: Mapping[str, Any]


TASKS = (
    Task("Hoffmann's function", HOFFMANN, {"x1": 1.5, "x2": 0.5}),
    Task("Baydin's function", "log(x1) + x1*x2 - sin(x2)", {"x1": 2.0, "x2": 5.0}),
    Task("logistic map, 10 turns", LOGISTIC.replace("{turns}", "10"), {"x": 0.3}),
    Task("logistic map, 100 turns", LOGISTIC.replace("{turns}", "100"), {"x": 0.3}),
    Task("product of 10", PRODUCT, {"x": [1 + i / 10 for i in range(10)]}),
    Task("product of 100", PRODUCT, {"x": [1 + i / 100 for i in range(100)]}),
)


def median_seconds(action: Callable[[], object]) -> float:
    """Return the median CPU time of an action, run often enough for the clock to see it."""
    action()
    repeats = max(1, int(0.02 / max(seconds(action, 1), 1e-6)))
    return statistics.median(seconds(action, repeats) for _ in range(ROUNDS))


def seconds(action: Callable[[], object], repeats: int) -> float:
    """Return the CPU time of one run, as a mean over some."""
    start = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - start) / repeats


def report(task: Task) -> str:
    """Measure one program and return its line of the table."""
    value = median_seconds(lambda: adcore.value(task.source, task.at))
    reverse = median_seconds(lambda: adcore.gradient(task.source, task.at))
    forward = median_seconds(lambda: adcore.jacobian(task.source, task.at, mode="forward"))
    times = "".join(f"{1e3 * each:>12.3f}" for each in (value, reverse, forward))
    return f"{task.name:<26}{times}{reverse / value:>12.2f}{forward / value:>12.2f}"


def main() -> None:
    """Print the table."""
    titles = ("value ms", "reverse ms", "forward ms", "reverse x", "forward x")
    print(f"{'':<26}" + "".join(f"{title:>12}" for title in titles))
    for task in TASKS:
        print(report(task), flush=True)


if __name__ == "__main__":
    main()
