"""NumPy's text of a graph: one call for each operation, over a block of points, into buffers that are used again.

    def program(v, b, r, q):
        v0, v1, = v
        b0, = b
        r0, r1, r2, = r
        div(v0, v1, b0)
        sin(b0, r0)

`v` are the inputs, `r` the results and `b` the buffers; `q` marks the points at which a decision changes. A buffer is
free again after the last use of what it holds (liveness: Aho, Lam, Sethi & Ullman, Compilers, 2006, section 9.2.5),
so that a block stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.backends.doubts import hidden_domains
from adcore.backends.emitter import EMITTED, build
from adcore.backends.waves import with_tangents
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.rows import Row

Array = np.ndarray[Any, Any]

BLOCK = 8192
"""Points in a block: few enough for the cache, many enough for a call's overhead."""
EXTREMES: Mapping[str, np.ufunc] = MappingProxyType({"max": np.maximum, "min": np.minimum})


@dataclass(frozen=True, slots=True)
class Blocks:
    """The text, what it does to one block, and the number of its buffers. `constants` are results by position."""

    text: str
    program: Callable[..., Any]
    buffers: int
    constants: Mapping[int, float]

    def fill(self, leaves: Sequence[Array], table: Array) -> Array:
        """Fill a row of `table` (n_results, points) for each result; return which points the code could not do."""
        size = table.shape[1]
        buffers, doubt = np.empty((self.buffers, min(BLOCK, size))), np.zeros(size, bool)
        for position, number in self.constants.items():
            table[position] = number
        with np.errstate(all="ignore"):
            for first in range(0, size, BLOCK):
                here = slice(first, min(first + BLOCK, size))
                part, marks = table[:, here], doubt[here]
                self.program([leaf[here] for leaf in leaves], buffers[:, : part.shape[1]], part, marks)
                if not np.isfinite(np.add.reduce(part, axis=None)):
                    marks |= ~np.isfinite(part[self._changing(len(part))]).all(axis=0)
        return np.flatnonzero(doubt)

    def _changing(self, results: int) -> list[int]:
        return [position for position in range(results) if position not in self.constants]


@dataclass(slots=True)
class _Writer:
    """What is known while the text is written: where each value is, and which buffers are free."""

    places: list[str]
    free: list[str] = field(default_factory=list)
    buffers: int = 0
    functions: dict[str, Callable[..., Any]] = field(default_factory=lambda: {"copyto": np.copyto})

    def take(self) -> str:
        if not self.free:
            self.free.append(f"b{self.buffers}")
            self.buffers += 1
        return self.free.pop()


def write(graph: Graph, taken: Sequence[bool]) -> Blocks:
    """The blocks' program of a staged graph whose last outputs are tests that should come out as `taken`."""
    graph, end = with_tangents(graph), len(graph.outputs) - len(taken)
    results, tests = graph.outputs[:end], dict(zip(graph.outputs[end:], taken, strict=True))
    writer = _Writer([""] * len(graph))
    lines = [*_statements(graph, results, tests, writer)]
    head = [
        *_unpacked("v", [writer.places[i] for i in graph.inputs]),
        *_unpacked("b", [f"b{k}" for k in range(writer.buffers)]),
        *_unpacked("r", [f"r{k}" for k in range(end)]),
    ]
    text = "\n".join(["def program(v, b, r, q):", *(f"    {line}" for line in (*head, *lines, "return")), ""])
    constants = {k: number_of(graph.constants[i]) for k, i in enumerate(results) if graph.ops[i] == CONST}
    return Blocks(text, build(text, writer.functions), writer.buffers, MappingProxyType(constants))


def _unpacked(name: str, names: Sequence[str]) -> list[str]:
    return [f"{', '.join(names)}, = {name}"] if names else []


def _statements(graph: Graph, results: Sequence[int], tests: Mapping[int, bool], writer: _Writer) -> Iterator[str]:
    rules, dying, doubtful = RuleBook(), _dying(graph), hidden_domains(graph)
    wanted: dict[int, list[str]] = {}
    for position, i in enumerate(results):
        wanted.setdefault(i, []).append(f"r{position}")
    for i, op in enumerate(graph.ops):
        if op == CONST:
            writer.places[i] = EMITTED.number(number_of(graph.constants[i]))
            continue
        rows = wanted.get(i, [])
        if op == INPUT:
            writer.places[i] = f"v{i}"
        else:
            yield from _operation(graph, i, rules.find(graph, i).row, rows[:1], dying[i], writer)
        place = writer.places[i]
        yield from (f"copyto({row}, {place})" for row in rows if row != place)
        if i in tests:
            yield f"q |= {place} {'==' if tests[i] else '!='} 0.0"
        if doubtful[i]:
            yield f"q |= {place} != {place}"


def _dying(graph: Graph) -> list[list[int]]:
    """For each node the operations whose last use it is; one that nobody uses dies where it is made."""
    last = list(range(len(graph)))
    for i, args in enumerate(graph.args):
        for a in args:
            last[a] = i
    dying: list[list[int]] = [[] for _ in last]
    for a, i in enumerate(last):
        if graph.ops[a] not in (CONST, INPUT):
            dying[i].append(a)
    return dying


def _operation(
    graph: Graph, i: int, row: Row, rows: Sequence[str], dying: Sequence[int], writer: _Writer
) -> Iterator[str]:
    """One operation into a result's row or into a buffer, which may be that of an argument that dies here."""
    args = [writer.places[a] for a in graph.args[i]]
    left = [writer.places[a] for a in dying if a != i and writer.places[a].startswith("b")]
    in_place = len(args) <= 2
    if in_place:
        writer.free += left
    out = writer.places[i] = rows[0] if rows else writer.take()
    if not in_place:
        writer.free += left
    if i in dying and not rows:
        writer.free.append(out)
    yield from _calls(graph, i, row, args, out, writer)


def _calls(graph: Graph, i: int, row: Row, args: Sequence[str], out: str, writer: _Writer) -> Iterator[str]:
    op, constant, functions = graph.ops[i], graph.constants[i], writer.functions
    if op == "powi":
        functions.update(mul=np.multiply, power=np.power)
        yield f"mul({args[0]}, {args[0]}, {out})" if constant == 2 else f"power({args[0]}, {constant!r}, {out})"
    elif op in EXTREMES:
        functions[f"{op}imum"] = EXTREMES[op]
        for k, arg in enumerate(args[1:]):
            yield f"{op}imum({out if k else args[0]}, {arg}, out={out})"
    elif isinstance(row.array, np.ufunc):
        functions[op] = row.array
        yield f"{op}({', '.join([*args, out])})"
    else:
        name = op if constant is None else f"{op}_{constant:.0f}"
        functions[name] = row.array or np.vectorize(row.value, otypes=[float])
        yield f"copyto({out}, {name}({', '.join(args)}))"
