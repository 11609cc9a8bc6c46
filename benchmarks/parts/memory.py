"""What one recorded operation takes: our graph, and the tapes of peers that record as they run."""

from __future__ import annotations

import functools
import gc
import importlib.util
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.parts import Report, main
from benchmarks.tasks import logistic

TITLES = ("what", "operations", "bytes of an operation")
PAGE = 4096


def measure(quick: bool) -> Report:
    """Record a long loop, and see what is left of it."""
    turns = 300 if quick else 20_000
    graph, recording = _ours(turns)
    rows: list[list[str | float]] = [
        ["ours: the graph", 3 * turns, graph],
        ["ours: the recording, values and program included", 3 * turns, recording],
    ]
    for name, package, tape in PEERS:
        if importlib.util.find_spec(package):
            count = min(turns, 3_000)
            rows.append([f"{name} (resident memory)", 3 * count, _resident(functools.partial(tape, count)) / count / 3])
    return Report(TITLES, rows, {"bytes of a recorded operation": graph})


def _ours(turns: int) -> tuple[float, float]:
    """Return the bytes of a graph and of its recording, for each node, by what Python has allocated."""
    from benchmarks.peers.ours import posed

    posed(logistic(10))  # what is made once for all programs is no part of this one
    gc.collect()
    tracemalloc.start()
    problem = posed(logistic(turns))
    gc.collect()
    whole = tracemalloc.get_traced_memory()[0]
    count = len(problem.graph)
    graph = problem.graph
    del problem
    gc.collect()
    alone = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(graph) == count
    return alone / count, whole / count


def _resident(record: Callable[[], Any]) -> float:
    """Return by how many bytes the process grows while something is recorded; once before, to warm up."""
    record()
    gc.collect()
    before = _pages()
    kept = record()
    after = _pages()
    del kept
    return float(PAGE * (after - before))


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


def _torch(turns: int) -> Any:
    import torch

    y = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    for _ in range(turns):
        y = 3 * y * (1 - y)
    return y


def _autograd(turns: int) -> Any:
    import autograd

    return autograd.make_vjp(lambda y: logistic(turns).over(autograd.numpy)([y]))(0.3)


PEERS = (("PyTorch", "torch", _torch), ("autograd", "autograd", _autograd))

if __name__ == "__main__":
    main(measure)
