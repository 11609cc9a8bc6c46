"""What is compared with what: the sections of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from benchmarks import tasks
from benchmarks.rounds import LATE, Effort, Series, measure_first, measure_untouched, measure_warm
from benchmarks.tasks import Task

TAPES = ("ours, python", "JAX jit", "NumPy by hand", "CasADi arrays", "PyTorch", "PyTensor", "autograd")
SCALARS = ("PyTorch scalars", "autograd scalars", "XAD", "num_dual", "micrograd")
CODE = (
    *("ours, python", "ours, llvm", "ours, llvm buffers", "C -O2", "CasADi buffers", "CasADi floats", "CasADi call"),
    *("CasADi gcc", "CasADi fold", "heyoka", "SymEngine LLVM", "SymPy lambdify"),
)


@dataclass(frozen=True)
class Section:
    """Tasks, the tables of ways that they are done in, and the unit that the times are shown in."""

    name: str
    title: str
    note: str
    tasks: tuple[Task, ...]
    tables: tuple[tuple[str, ...], ...]
    unit: str = "us"
    measure: Callable[[Task, Sequence[str], Effort], dict[tuple[str, str], Series]] = measure_warm

    @property
    def ways(self) -> tuple[str, ...]:
        """Every way of the tables, once, in order."""
        return tuple(dict.fromkeys(way for table in self.tables for way in table))


SECTIONS = (
    Section(
        "warm",
        "Value and gradient, compiled already",
        "Floats in and floats out, but for buffers and arrays where a name says so. Array code (JAX, PyTorch, autograd,"
        " CasADi arrays, NumPy by hand) is used for tasks c, d, f, g, `scan` for e; ours runs the scalar program"
        " unrolled: array nodes are not ours yet. C is timed inside C.",
        tasks.SCALAR,
        (CODE, (*TAPES, *SCALARS)),
    ),
    Section(
        "first",
        "First gradient",
        "Milliseconds of CPU time in a fresh process, imports excluded: tracing, building and the first run. Ours,"
        " compiled, twice: from the text, and from the recorded graph on; interpreted it is from the text. The second"
        " table is of another function, with a cosine for the sine or another constant, in the same process, where"
        " peers have warmed up and find what they keep; array code is built again as it is. The targets are of fresh"
        " processes.",
        tasks.FIRST,
        (
            FIRST_WAYS := (
                *("ours, python", "ours, python from the graph", "ours, llvm", "ours, llvm from the graph"),
                *("ours, interpreted", "CasADi buffers", "CasADi fold", "heyoka", "SymEngine LLVM", "SymPy lambdify"),
                *("JAX jit", "JAX unrolled", "CasADi gcc", "PyTensor", "autograd"),
            ),
        ),
        "ms",
        measure_first,
    ),
    Section(
        "matrices",
        "A sparse Jacobian and a Hessian",
        "The Jacobian (h) and the Hessian (i) as one array, zeros included, but for CasADi nonzeros.",
        (tasks.broyden(50), tasks.valley(50)),
        (
            (
                *("ours, python", "ours, llvm", "ours, llvm buffers", "C -O2", "CasADi buffers", "CasADi nonzeros"),
                "heyoka",
                *("SymEngine LLVM", "SymPy lambdify", "JAX jit", "PyTorch", "autograd"),
            ),
        ),
    ),
    Section(
        "grid",
        "A grid of points",
        "Value and both partials of task a at 256 x 256 points at once. What a process did before decides what arrays"
        " cost: glibc gives the memory of freed arrays back to the system, and fetches it anew for the next, until a"
        " block of some megabytes has been freed; from then on it keeps what it has. The first table is of processes"
        " that have only made their inputs, three for each way; the second of processes that are told to keep freed"
        " memory, as any does after such a block. NumPy's sine and cosine take most of the time by hand; ours"
        " goes by the tangent where NumPy has that as vector code (AVX-512).",
        (tasks.grid(256),),
        (
            (
                *("ours, numpy", "ours, llvm", "NumPy by hand", "C -O2", "heyoka", "JAX jit", "PyTorch"),
                *("torch.compile", "PyTensor", "Dr.Jit", "CasADi buffers", "autograd"),
            ),
        ),
        measure=measure_untouched,
    ),
    Section(
        "loop",
        "Loops kept as loops",
        "The logistic map for many turns. A dash for ours: the loop is unrolled, and too large for that.",
        tuple(tasks.logistic(n) for n in (1000, 10_000, 100_000, 1_000_000)),
        (("ours, python", "ours, llvm", "C -O2", "JAX jit", "CasADi fold", "PyTorch"),),
        "ms",
    ),
)


def chosen(names: Sequence[str]) -> tuple[Section, ...]:
    """Return the sections and tasks that are named: a section, a letter or the whole name of a task; all if none is."""
    if not names:
        return SECTIONS
    kept = [section if section.name in names else _narrowed(section, names) for section in SECTIONS]
    return tuple(section for section in kept if section.tasks)


def _narrowed(section: Section, names: Sequence[str]) -> Section:
    return replace(section, tasks=tuple(task for task in section.tasks if {task.name, task.letter} & set(names)))


def shrunk(section: Section) -> Section:
    """Return a section with small tasks alone, for a quick look."""
    small = [task for task in section.tasks if task.n <= 50 and tasks.operations(task) <= 400]
    return replace(section, tasks=tuple(small) or (tasks.task(section.tasks[0].letter, 50),))


def measure(section: Section, effort: Effort) -> Iterable[tuple[Task, dict[tuple[str, str], Series]]]:
    """Yield each task with its series. What took too long for a task is not tried with a larger one of its kind."""
    late: dict[tuple[str, str], str] = {}
    for task in section.tasks:
        known = {way: late[task.letter, way] for way in section.ways if (task.letter, way) in late}
        found = section.measure(task, [way for way in section.ways if way not in known], effort)
        found |= {(task.name, way): Series(reason=reason) for way, reason in known.items()}
        late |= {(task.letter, way): s.reason for (_, way), s in found.items() if s.reason == LATE}
        yield task, found
