"""Compiled value and gradient against the peers that are installed: the same program, floats in and floats out.

Every peer gets the very text that `adcore.compile` gets, run over its own numbers. Rounds are interleaved and ratios
taken within a round, so that a busy machine disturbs all alike. Writes RESULTS.md.
"""

import importlib.metadata
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adcore

ROUNDS = 7
RESULTS = Path(__file__).with_name("RESULTS.md")
FUNCTIONS = ("sin", "exp", "log", "sqrt")
Runner = Callable[[list[float]], Any]

SEFF = "a = x[0]/x[1]\n    b = exp(x[1])\n    c = a - b\n    return (sin(a) + c)*c"
PRODUCT = "p = 1\n    for i in range({n}):\n        p = p*x[i]\n    return p"
ROSENBROCK = (
    "s = 0\n    for i in range({n} - 1):\n        s = s + 100*(x[i + 1] - x[i]**2)**2 + (1 - x[i])**2\n    return s"
)
LOGISTIC = "y = x[0]\n    for i in range({n}):\n        y = 4*y*(1 - y)\n    return y"
HELMHOLTZ = """b = 0
    for i in range({n}):
        b = b + x[i]/(20 + i)
    s = 0
    q = 0
    for i in range({n}):
        s = s + x[i]*log(x[i]/(1 - b))
        for j in range({n}):
            q = q + x[i]*x[j]/(1 + i + j)
    return s - q/(sqrt(8)*b)*log((1 + (1 + sqrt(2))*b)/(1 + (1 - sqrt(2))*b))"""


@dataclass(frozen=True)
class Task:
    """A program of one list x and its point."""

    name: str
    body: str
    point: list[float]

    @property
    def source(self) -> str:
        return f"def f(x):\n    {self.body}"


def spread(n: int) -> list[float]:
    """Return n different numbers around a half."""
    return [0.4 + 0.2 * i / n for i in range(n)]


TASKS = (
    Task("a Seff", SEFF, [1.5, 0.5]),
    Task("b Baydin", "return log(x[0]) + x[0]*x[1] - sin(x[1])", [2.0, 5.0]),
    *(Task(f"c product {n}", PRODUCT.replace("{n}", str(n)), [2 * t for t in spread(n)]) for n in (10, 100)),
    *(Task(f"d Rosenbrock {n}", ROSENBROCK.replace("{n}", str(n)), spread(n)) for n in (10, 100)),
    *(Task(f"e logistic {n}", LOGISTIC.replace("{n}", str(n)), [0.3]) for n in (4, 16)),
    Task("f Helmholtz 10", HELMHOLTZ.replace("{n}", "10"), spread(10)),
)


def over(task: Task, library: Any) -> Callable[[Any], Any]:
    """Return the program as a function over the numbers of a library."""
    names: dict[str, Any] = {name: getattr(library, name) for name in FUNCTIONS}
    exec(task.source, names)
    function: Callable[[Any], Any] = names["f"]
    return function


def ours(backend: str) -> Callable[[Task], Runner]:
    """Compile with one of our backends."""

    def make(task: Task) -> Runner:
        numbers = adcore.compile(task.source, {"x": task.point}, backend).numbers
        return lambda point: numbers(*point)

    return make


def casadi_buffers(task: Task) -> Runner:
    """CasADi's virtual machine on buffers, filled from floats and read as floats."""
    import casadi
    import numpy as np

    x = casadi.SX.sym("x", len(task.point))
    f = over(task, casadi)(x)
    function = casadi.Function("f", [x], [f, casadi.gradient(f, x)])
    buffer, trigger = function.buffer()
    given, value, slopes = np.zeros(len(task.point)), np.zeros(1), np.zeros(len(task.point))
    buffer.set_arg(0, memoryview(given))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(slopes))

    def run(point: list[float]) -> list[float]:
        given[:] = point
        trigger()
        return [*value.tolist(), *slopes.tolist()]

    run.kept = buffer  # type: ignore[attr-defined]
    return run


def autograd_tape(task: Task) -> Runner:
    """Autograd, which tapes at every call."""
    import autograd
    import numpy as np
    from autograd import numpy as anp

    both = autograd.value_and_grad(over(task, anp))

    def run(point: list[float]) -> list[float]:
        value, slopes = both(np.array(point))
        return [float(value), *slopes.tolist()]

    return run


def sympy_lambdify(task: Task) -> Runner:
    """SymPy's derivatives, shared and turned into Python."""
    import sympy

    if len(task.point) > 10 or "16" in task.name:
        raise ImportError("SymPy takes minutes to differentiate this")
    x = sympy.symbols(f"x:{len(task.point)}")
    f = sympy.sympify(over(task, sympy)(x))
    function = sympy.lambdify(x, [f, *(sympy.diff(f, each) for each in x)], "math", cse=True)
    return lambda point: function(*point)


WAYS: Mapping[str, Callable[[Task], Runner]] = {
    "ours, python": ours("python"),
    "ours, llvm": ours("llvm"),
    "CasADi": casadi_buffers,
    "autograd": autograd_tape,
    "SymPy lambdify": sympy_lambdify,
}


def runners(task: Task) -> dict[str, Runner]:
    """Build every way that is installed, and check its numbers."""
    made: dict[str, Runner] = {}
    for name, make in WAYS.items():
        try:
            made[name] = make(task)
        except (ImportError, adcore.ADError):
            continue
        pairs = zip(made[name](task.point), made["ours, python"](task.point), strict=True)
        if not all(math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-9) for a, b in pairs):
            raise SystemExit(f"{name} gives other numbers for {task.name}.")
    return made


def seconds(run: Runner, point: list[float], repeats: int) -> float:
    """Return the CPU time of one call, as a mean over some."""
    start = time.process_time()
    for _ in range(repeats):
        run(point)
    return (time.process_time() - start) / repeats


def measure(task: Task) -> str:
    """Return a task's line: microseconds of each way, and in brackets its ratio to ours in Python."""
    made = runners(task)
    repeats = {name: max(1, int(0.02 / max(seconds(run, task.point, 3), 1e-7))) for name, run in made.items()}
    rounds = [{name: seconds(run, task.point, repeats[name]) for name, run in made.items()} for _ in range(ROUNDS)]
    cells = [task.name]
    for name in WAYS:
        if name not in made:
            cells.append("-")
            continue
        median = statistics.median(times[name] for times in rounds)
        ratio = statistics.median(times[name] / times["ours, python"] for times in rounds)
        cells.append(f"{1e6 * median:.3g} ({ratio:.3g})")
    return f"| {' | '.join(cells)} |"


def version(package: str) -> str:
    """Return a package with its version."""
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} not installed"


def main() -> None:
    """Measure, print and write the table."""
    packages = ", ".join(map(version, ("numpy", "llvmlite", "casadi", "autograd", "sympy")))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    lines = [
        "# Compiled value and gradient against peers",
        "",
        f"Python {platform.python_version()}, {packages}; {platform.machine()}, {os.cpu_count()} cores, load {load}"
        " at the start: unless that is near 0 the machine was shared and the figures are rough.",
        "",
        "Microseconds of CPU time for one value and gradient, floats in and floats out, medians of interleaved rounds."
        " In brackets: times the time of ours in Python, within a round. Below 1 the other is faster.",
        "",
        "A dash: not installed, or SymPy would take minutes. Not measured yet: JAX, PyTorch, hand-written NumPy, time"
        " to the first gradient, compiled Jacobians and Hessians, loops of 100 turns and more.",
        "",
        f"| task | {' | '.join(WAYS)} |",
        f"|{'---|' * (len(WAYS) + 1)}",
    ]
    for task in TASKS:
        lines.append(measure(task))
        print(lines[-1], flush=True)
    RESULTS.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
