"""What a derivative costs beside the function itself when everything is included: reading, recording, sweeping."""

from __future__ import annotations

import functools

import adcore
from benchmarks import tasks
from benchmarks.parts import Report, cpu_seconds, main
from benchmarks.tasks import Task

TITLES = ("task", "value, ms", "reverse, ms", "forward, ms", "reverse / value", "forward / value")


def measure(quick: bool) -> Report:
    """Measure the functions that users call; reverse mode stays a small multiple however many inputs there are."""
    chosen = [tasks.SEFF, tasks.BAYDIN, tasks.logistic(10), tasks.product(10)]
    chosen += [] if quick else [tasks.logistic(100), tasks.product(100)]
    return Report(TITLES, [_row(task) for task in chosen])


def _row(task: Task) -> list[str | float]:
    at = {"x": list(task.point)}
    value = cpu_seconds(functools.partial(adcore.value, task.source, at))
    reverse = cpu_seconds(functools.partial(adcore.gradient, task.source, at))
    forward = cpu_seconds(functools.partial(adcore.jacobian, task.source, at, mode="forward"))
    return [task.name, 1e3 * value, 1e3 * reverse, 1e3 * forward, reverse / value, forward / value]


if __name__ == "__main__":
    main(measure)
