"""C, written by hand and compiled by gcc -O2: the limit. It is timed inside C: the call from Python does not count."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.built import Built, UnsuitableError, flat
from benchmarks.tasks import Task, axes

SOURCES = Path(__file__).with_name("c_programs")
REPEAT = """
void repeat(long k, const double *x, double *out) {
    void (*volatile program)(const double *, double *) = f;
    while (k--) program(x, out);
}
"""


def compiled(task: Task) -> Built:
    """A shared library of one function, run k times by a loop of its own."""
    source = SOURCES / f"{task.letter}.c"
    if not source.is_file():
        raise UnsuitableError("not written by hand")
    library = _library(f"#include <math.h>\n#define N {task.n}\n{source.read_text(encoding='utf-8')}{REPEAT}")
    given = np.array(axes(task.n) if task.wanted == "grid" else task.point, float)
    result = np.zeros(_size(task))
    x, out = _address(given), _address(result)
    repeat = library.repeat
    repeat.argtypes = (ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    return Built(lambda: repeat(1, x, out), lambda _: flat(result), lambda k: (repeat(k, x, out), given, result))


def _library(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "f.c"), Path(folder, "f.so")
        source.write_text(text, encoding="utf-8")
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", target, source, "-lm"], check=True)
        return ctypes.CDLL(str(target))


def _size(task: Task) -> int:
    n = len(task.point)
    return {"gradient": 1 + n, "jacobian": n * n, "hessian": n * n, "grid": 3 * task.n**2}[task.wanted]


def _address(array: Any) -> int:
    address: int = array.ctypes.data
    return address
