"""Rounds of measurements, interleaved over worker processes: a busy machine disturbs all ways alike.

All workers of a task are started at once and built; then they are called in turn, one at a time, round by round. A
ratio is the median of the ratios within the rounds. CPU time counts; where a peer uses more than one thread (JAX) the
least of its wall and CPU times is taken, in its favour.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.peers import WAYS
from benchmarks.tasks import Task, operations

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}
ENVIRONMENT = {**ONE_THREAD, "MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**30)}
"""One thread, and freed memory stays with the process: else its past decides whether arrays come from the system."""


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, seconds of calls in a round, and seconds that building may take."""

    rounds: int = 7
    seconds: float = 0.01
    patience: float = 60.0


FULL, QUICK = Effort(), Effort(2, 0.002, 10.0)
LATE = "late"
"""The reason of a way that took longer than the patience."""
ANOTHER, KEPT = ", another", ", memory kept"
BESIDE: Mapping[str, str] = MappingProxyType(
    {ANOTHER: "Another function like it, in the same process:", KEPT: "In processes that keep freed memory:"}
)
"""What is measured besides, by what is added to the names of ways, and the words above its table."""
WARM, UNTOUCHED = "warm", "untouched"
LONG = 2.0
"""Seconds of CPU time from which a build is measured once."""
MOST_PROCESSES = 3
"""Processes for one way of a first gradient; more rounds than that are not worth the imports."""


@dataclass(frozen=True)
class Series:
    """CPU and wall seconds of one way, round by round; none, with the reason, where it could not be measured."""

    used: tuple[float, ...] = ()
    wall: tuple[float, ...] = ()
    reason: str = ""
    by_wall: bool = False

    @property
    def seconds(self) -> float:
        """The median CPU time, or the least time of any kind; nan if there is none."""
        if not self.used:
            return math.nan
        return min(*self.used, *self.wall) if self.by_wall else statistics.median(self.used)

    def over(self, other: Series) -> float:
        """Return the time of this series in parts of another's, as a median of the rounds."""
        if not (self.used and other.used):
            return math.nan
        if self.by_wall or other.by_wall or len(self.used) != len(other.used):
            return self.seconds / other.seconds
        return statistics.median(mine / its for mine, its in zip(self.used, other.used, strict=True))


Measured = Mapping[tuple[str, str], Series]
"""What was measured, by the names of task and way."""


class Worker:
    """One process, see `worker`."""

    def __init__(self, kind: str, task: Task, way: str) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", kind, task.letter, str(task.n), way]
        chosen = ONE_THREAD if kind == UNTOUCHED else ENVIRONMENT
        given = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
        environment = {**given, **chosen, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None
        )

    def answer(self, seconds: float) -> Any:
        """Return the next answer, or that there is none after so many seconds or because the process died."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], max(seconds, 0.0))
        if not ready:
            return {"missing": LATE}
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"missing": "failed"}

    def call(self, count: int) -> tuple[float, float]:
        """Return the CPU and wall seconds of one of so many calls."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        used, wall = self.answer(600.0)
        return used, wall

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.communicate()


def measure_warm(task: Task, ways: Sequence[str], effort: Effort, kind: str = WARM) -> dict[tuple[str, str], Series]:
    """Return the seconds of a call of each way, and the reason of each that gave none."""
    series = {way: Series(reason=reason) for way in ways if (reason := refusal(task, way))}
    workers = {way: Worker(kind, task, way) for way in ways if way not in series}
    try:
        answers = _answers(workers, effort.patience)
        series |= {way: Series(reason=found["missing"]) for way, found in answers.items() if "missing" in found}
        _compare(task, {way: found["numbers"] for way, found in answers.items() if way not in series})
        samples = _rounds({way: worker for way, worker in workers.items() if way not in series}, effort)
    finally:
        for worker in workers.values():
            worker.stop()
    series |= {way: _series(way, found) for way, found in samples.items()}
    return {(task.name, way): series[way] for way in ways}


def measure_untouched(task: Task, ways: Sequence[str], effort: Effort) -> dict[tuple[str, str], Series]:
    """Return the seconds of a call in processes as they start, several for each way, and with KEPT those of `warm`."""
    kept = measure_warm(task, ways, effort)
    able = [way for way in ways if kept[task.name, way].used]
    runs = [measure_warm(task, able, effort, UNTOUCHED) for _ in range(MOST_PROCESSES)]
    fresh = {key: _joined([run[key] for run in runs]) for key in runs[0]}
    return {**kept, **fresh, **{(name, way + KEPT): series for (name, way), series in kept.items()}}


def _joined(runs: Sequence[Series]) -> Series:
    """Return the rounds of several processes as one series, or the first that has none."""
    missing = next((run for run in runs if not run.used), None)
    used, wall = (tuple(itertools.chain(*each)) for each in ([run.used for run in runs], [run.wall for run in runs]))
    return missing or replace(runs[0], used=used, wall=wall)


def measure_first(task: Task, ways: Sequence[str], effort: Effort) -> dict[tuple[str, str], Series]:
    """Return the seconds to the first result in a fresh process, and with ANOTHER those of a second function there."""
    reasons = {way: refusal(task, way) for way in ways}
    samples: dict[str, list[tuple[list[float], list[float]]]] = {way: [] for way in ways}
    for _ in range(min(effort.rounds, MOST_PROCESSES)):
        for way in (way for way in ways if not reasons[way] and not _is_long(samples[way])):
            first, other = _two_builds(task, way, effort.patience)
            missing = next((answer["missing"] for answer in (first, other) if isinstance(answer, dict)), "")
            reasons[way] = missing
            samples[way] += [] if missing else [(first, other)]
    series: dict[tuple[str, str], Series] = {}
    for way in ways:
        firsts, seconds = zip(*samples[way], strict=True) if samples[way] and not reasons[way] else ((), ())
        series[task.name, way] = _series(way, firsts, reasons[way])
        series[task.name, way + ANOTHER] = _series(way, seconds, reasons[way])
    return series


def _two_builds(task: Task, way: str, patience: float) -> tuple[Any, Any]:
    """Return the seconds of both; of a long build there is no second, and the first stands for both."""
    worker = Worker("first", task, way)
    try:
        first = worker.answer(patience)
        long = isinstance(first, dict) or first[0] > LONG
        return first, first if long else worker.answer(patience)
    finally:
        worker.stop()


def _is_long(samples: Sequence[tuple[list[float], list[float]]]) -> bool:
    """Tell whether once is enough: a build this long is measured well enough."""
    return bool(samples) and samples[0][0][0] > LONG


def refusal(task: Task, way: str) -> str:
    """Return why a way is not tried, or nothing."""
    if not WAYS[way].is_installed():
        return "not installed"
    return "too large" if operations(task) > WAYS[way].largest else ""


def _answers(workers: Mapping[str, Worker], patience: float) -> dict[str, Any]:
    """Return the first answer of each; all have until the same moment, as they build at the same time."""
    end = time.monotonic() + patience
    return {way: worker.answer(end - time.monotonic()) for way, worker in workers.items()}


def _compare(task: Task, numbers: Mapping[str, Sequence[float]]) -> None:
    """Stop if two ways give other numbers."""
    reference = next(iter(numbers.values()), ())
    size = max(map(abs, reference), default=0.0)
    for way, found in numbers.items():
        same = len(found) == len(reference) and all(
            math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-9 * size) for a, b in zip(found, reference, strict=True)
        )
        if not same:
            raise SystemExit(f"{way} gives other numbers for {task.name}.")


def _rounds(workers: Mapping[str, Worker], effort: Effort) -> dict[str, list[tuple[float, float]]]:
    counts = {way: _count(worker, effort.seconds) for way, worker in workers.items()}
    samples: dict[str, list[tuple[float, float]]] = {way: [] for way in workers}
    for _ in range(effort.rounds):
        for way, worker in workers.items():
            samples[way].append(worker.call(counts[way]))
    return samples


def _count(worker: Worker, seconds: float) -> int:
    """Return how many calls take so many seconds, judged after some for warming up."""
    worker.call(1)
    once = min(worker.call(1)[1], worker.call(3)[1])
    return max(1, round(seconds / max(once, 1e-8)))


def _series(way: str, samples: Sequence[Sequence[float]], reason: str = "") -> Series:
    used, wall = zip(*samples, strict=True) if samples else ((), ())
    return Series(used, wall, reason, WAYS[way].wall)
