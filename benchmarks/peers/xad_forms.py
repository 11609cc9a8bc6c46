"""XAD: a tape in C++, recorded anew at each call."""

from __future__ import annotations

from typing import Any

import xad.adj_1st
import xad.math

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task


def scalars(task: Task) -> Built:
    """The scalar program."""
    if task.wanted != "gradient":
        raise UnsuitableError("a gradient is what it gives")
    function = task.over(xad.math)

    def call() -> list[Any]:
        with xad.adj_1st.Tape() as tape:
            leaves = [xad.adj_1st.Real(x) for x in task.point]
            for leaf in leaves:
                tape.registerInput(leaf)
            tape.newRecording()
            value = function(leaves)
            tape.registerOutput(value)
            value.setDerivative(1.0)
            tape.computeAdjoints()
            return [value.getValue(), *(leaf.getDerivative() for leaf in leaves)]

    return Built(call, lambda found: flat(*found))
