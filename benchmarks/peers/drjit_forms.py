"""Dr.Jit: arrays traced and compiled by LLVM, kernels kept from call to call."""

from __future__ import annotations

from typing import Any

import drjit
from drjit.llvm.ad import Float64

from benchmarks.arrays import seff
from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes


def arrays(task: Task) -> Built:
    """The grid: arrays are what it is for."""
    if task.wanted != "grid":
        raise UnsuitableError("not an array")
    if not drjit.has_backend(drjit.JitBackend.LLVM):
        raise UnsuitableError("it finds no LLVM")
    drjit.set_thread_count(0)
    points = [Float64(axis) for axis in axes(task.n)]

    def call() -> list[Any]:
        u, v = (Float64(axis) for axis in points)
        drjit.enable_grad(u, v)
        value = seff(drjit, u, v)
        drjit.backward(value)
        found = [drjit.detach(value), drjit.grad(u), drjit.grad(v)]
        drjit.eval(found)
        drjit.sync_thread()
        return found

    return Built(call, lambda found: flat(*(part.numpy() for part in found)))
