"""LLVM's text of a graph: operations, if there are many in functions of some hundreds, called one after the other.

    define double @part0(ptr %x, ptr %w, ptr %out) {
      %v2 = fdiv double %v0, %v1

`%x` are the inputs, `%out` the results, and `%w` holds whatever crosses from part to part. A part returns the sum of
its results, which is a number exactly where all of them are and no decision has changed (`doubts` adds what these do
not show). The whole, for one point,

    define double @compute(ptr %x, ptr %w, ptr %out)

returns 0 where the results can be trusted and nan where they cannot; the one for many points is described in `ports`.

(Lattner & Adve, LLVM: a compilation framework for lifelong program analysis & transformation, 2004.)
"""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.backends.doubts import hidden_domains
from adcore.backends.instructions import Lanes, Writer
from adcore.backends.ports import Address, Ports, ports_of
from adcore.graph import CONST, INPUT, Graph
from adcore.rows import Row

PART = 500
"""Operations in one function of the text: LLVM's time grows faster than the length of a function."""
INFINITY = float("inf")
SCALAR = Lanes()


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of @compute, how many numbers it reads and writes, and what it calls by name.

    inputs, crossing, results   how many numbers %x and %w are, and how many the program puts into %out
    library, called_back        functions of the C library; rows that are called back
    """

    text: str
    inputs: int
    crossing: int
    results: int
    library: Sequence[str]
    called_back: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where numbers are kept: places in %x and %w by node, the results by node, and what tests should say.

    `summed` says which nodes add to what a part returns.
    """

    given: Mapping[int, int]
    crossing: Mapping[int, int]
    wanted: Mapping[int, Sequence[int]]
    expected: Mapping[int, bool]
    summed: Sequence[bool]


def write(
    graph: Graph,
    taken: Sequence[bool],
    lanes: Lanes = SCALAR,
    places: Sequence[int] | None = None,
    tabled: bool = False,
) -> Draft:
    """The text of a staged program whose last outputs are tests: it answers only where they come out as `taken`.

    `places` says where in %out each result goes; without it they stand one after the other. If constants are `tabled`
    operations take them from an array: without LLVM's optimisation they take more room in the code than operations do.
    """
    results = len(graph.outputs) - len(taken)
    layout = _lay_out(graph, taken, range(results) if places is None else places)
    writer = Writer(graph, lanes, {} if tabled else None)
    parts = [range(first, min(first + PART, len(graph))) for first in range(0, len(graph), PART)]
    functions = list(_functions(layout, parts, writer, ports_of(lanes)))
    text = "\n".join([*writer.declarations(), *functions, *_numbers(writer.table)])
    library = sorted(writer.library.keys() - writer.rows.keys())
    rows = MappingProxyType(writer.rows)
    return Draft(text, len(graph.inputs), len(layout.crossing), results, library, rows)


def _lay_out(graph: Graph, taken: Sequence[bool], places: Sequence[int]) -> Layout:
    crossing: dict[int, int] = {}
    for i, args in enumerate(graph.args):
        for a in args:
            if a // PART != i // PART and graph.ops[a] not in (CONST, INPUT):
                crossing.setdefault(a, len(crossing))
    wanted: dict[int, list[int]] = {}
    for place, i in zip(places, graph.outputs, strict=False):
        wanted.setdefault(i, []).append(place)
    given = {i: k for k, i in enumerate(graph.inputs)}
    expected = dict(zip(graph.outputs[len(places) :], taken, strict=True))
    summed = hidden_domains(graph)
    for i in graph.outputs:
        summed[i] = graph.ops[i] != CONST
    return Layout(given, crossing, wanted, expected, summed)


def _numbers(table: Mapping[str, int] | None) -> Iterator[str]:
    """The array of constants, if there is one."""
    if table is not None:
        yield f"@numbers = internal constant [{len(table)} x double] [{', '.join(f'double {c}' for c in table)}]"


def _functions(layout: Layout, parts: Sequence[range], writer: Writer, ports: Ports) -> Iterator[str]:
    """A function for each part and one that calls them; a single part stands in that function itself."""
    kind, zero = writer.type, writer.lanes.constant(0.0)
    calls = []
    for number, members in enumerate(parts if len(parts) > 1 else ()):
        yield f"define {kind} @part{number}({ports.parameters}){ports.attributes} {{"
        total = yield from _operations(layout, members, writer, ports)
        yield f"  ret {kind} {total}\n}}"
        calls.append(f"  %sum{number} = call {kind} @part{number}({ports.parameters})")
    yield ports.before
    if len(parts) == 1:
        total = yield from _operations(layout, parts[0], writer, ports)
    else:
        total = yield from _sum_of(calls, kind, zero)
    yield ports.after.replace("%total", total)


def _sum_of(calls: Sequence[str], kind: str, total: str) -> Generator[str, None, str]:
    """Call the parts one after the other; returns the sum of what they return."""
    for number, call in enumerate(calls):
        yield f"{call}\n  %total{number} = fadd {kind} {total}, %sum{number}"
        total = f"%total{number}"
    return total


def _operations(layout: Layout, members: range, writer: Writer, ports: Ports) -> Generator[str, None, str]:
    """Loads where first needed, operations, stores of what other parts need, results; returns the sum of these."""
    graph, kind, operands, total = writer.graph, writer.type, writer.operands, writer.lanes.constant(0.0)
    given, crossing, wanted, summed = layout.given, layout.crossing, layout.wanted, layout.summed
    across = functools.partial(_across, kind)
    known: set[int] = set()
    yield from writer.begin()
    for i in members:
        op = graph.ops[i]
        for a in graph.args[i] or ((i,) if op == INPUT and summed[i] else ()):
            if a not in known and (a in given or (a in crossing and a not in members)):
                known.add(a)
                yield _load(ports.given, given[a], a, kind) if a in given else _load(across, crossing[a], a, kind)
        if op not in (INPUT, CONST):
            yield writer.operation(i)
            if i in crossing:
                yield _store(across, f"%w{i}", crossing[i], kind, operands[i])
        for place in wanted.get(i, ()):
            yield _store(ports.result, f"%r{place}", place, kind, operands[i])
        if summed[i]:
            yield _add_up(layout, i, total, writer)
            total = f"%t{i}"
    return total


def _add_up(layout: Layout, i: int, total: str, writer: Writer) -> str:
    """Add a result to the sum; a test adds infinity if it comes out otherwise than expected."""
    kind, term = writer.type, writer.operands[i]
    if i not in layout.expected:
        return f"  %t{i} = fadd {kind} {total}, {term}"
    zero, infinity = writer.lanes.constant(0.0), writer.lanes.constant(INFINITY)
    right, wrong = (zero, infinity) if layout.expected[i] else (infinity, zero)
    return f"""  %q{i} = fcmp une {kind} {term}, {zero}
  %x{i} = select {writer.truth} %q{i}, {kind} {right}, {kind} {wrong}
  %t{i} = fadd {kind} {total}, %x{i}"""


def _across(kind: str, name: str, place: int) -> str:
    return f"  {name} = getelementptr {kind}, ptr %w, i64 {place}"


def _load(address: Address, place: int, a: int, kind: str) -> str:
    return f"{address(f'%a{a}', place)}\n  %v{a} = load {kind}, ptr %a{a}, align 8"


def _store(address: Address, name: str, place: int, kind: str, operand: str) -> str:
    return f"{address(name, place)}\n  store {kind} {operand}, ptr {name}, align 8"
