"""LLVM's text of a graph: one instruction or call for each operation, in functions of about a thousand.

Where LLVM has an instruction or the C library a function it is used; every other row is called back by its address, so
that no primitive is left out. A piece of the program looks like this, for x/y and its sine:

    define double @part0(ptr %w, ptr %out) {
      %v2 = fdiv double %v0, %v1
      %v3 = call double @sin(double %v2)

`%w` holds the inputs and whatever crosses from piece to piece. A piece returns the sum of its results, which is a
number exactly where all of them are and no decision has changed. (Lattner & Adve, LLVM, 2004; LLVM Language Reference.)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.rows import Row

PART = 1000
"""Operations in one function of the text: LLVM's time grows faster than the length of a function."""

LIBRARY: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(
        """exp expm1 log log1p log2 log10 cbrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh erf erfc
        floor ceil""".split(),
        1,
    )
    | dict.fromkeys(("pow", "hypot", "atan2"), 2)
)
"""Rows that are functions of the C library, with their number of arguments."""

_TESTS: Mapping[str, str] = MappingProxyType(
    {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
)
_EXTREME = """
    {o}.s = fadd double {a}, {b}
    {o}.u = fcmp uno double {a}, {b}
    {o}.c = fcmp <test> double {b}, {a}
    {o}.x = select i1 {o}.c, double {b}, double {a}
    {o} = select i1 {o}.u, double {o}.s, double {o}.x"""
INSTRUCTIONS: Mapping[str, str] = MappingProxyType(
    {name: "{o} = f" + name + " double {a}, {b}" for name in ("add", "sub", "mul", "div")}
    | {
        name: "{o}.c = fcmp " + test + " double {a}, {b}\n{o} = uitofp i1 {o}.c to double"
        for name, test in _TESTS.items()
    }
    | {
        "neg": "{o} = fneg double {a}",
        "abs": "{o} = call double @llvm.fabs.f64(double {a})",
        "sqrt": "{o} = call double @llvm.sqrt.f64(double {a})",
        "where": "{o}.c = fcmp une double {a}, 0.0\n{o} = select i1 {o}.c, double {b}, double {c}",
        "relu": "{o}.c = fcmp ugt double {a}, 0.0\n{o} = select i1 {o}.c, double {a}, double 0.0",
        "max": _EXTREME.replace("<test>", "ogt"),
        "min": _EXTREME.replace("<test>", "olt"),
        "sigmoid": """
    {o}.m = call double @llvm.fabs.f64(double {a})
    {o}.n = fneg double {o}.m
    {o}.e = call double @exp(double {o}.n)
    {o}.c = fcmp oge double {a}, 0.0
    {o}.t = select i1 {o}.c, double 1.0, double {o}.e
    {o}.d = fadd double 1.0, {o}.e
    {o} = fdiv double {o}.t, {o}.d""",
    }
)
_POWERS: Mapping[float, str] = MappingProxyType(
    {
        2.0: "{o} = fmul double {a}, {a}",
        3.0: "{o}.p = fmul double {a}, {a}\n{o} = fmul double {o}.p, {a}",
    }
)
_HOLE = re.compile(r"\{(\w)\}")
_CALL = re.compile(r"call double @([\w.]+)\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Draft:
    """The text, and the rows that it calls back by name."""

    text: str
    called_back: Mapping[str, Row]

    def library(self) -> list[str]:
        """The functions of the C library that the text calls."""
        return sorted({name for name, _ in _CALL.findall(self.text)} & set(LIBRARY))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where numbers are kept: `slots` are places in %w by node, `wanted` the results by node."""

    graph: Graph
    slots: Mapping[int, int]
    wanted: Mapping[int, Sequence[int]]
    expected: Mapping[int, bool]
    results: int

    def size(self) -> int:
        return len(self.slots)


def write(graph: Graph, taken: Sequence[bool]) -> Draft:
    """The text of a staged program whose last outputs are tests: it answers only where they come out as `taken`."""
    layout, rules, rows = _lay_out(graph, taken), RuleBook(), dict[str, Row]()
    parts: list[str] = []
    for first in range(0, len(graph), PART):
        members = range(first, min(first + PART, len(graph)))
        lines = "\n".join(_part(layout, members, rules, rows))
        parts.append(f"define double @part{len(parts)}(ptr %w, ptr %out) {{\n{lines}\n}}\n")
    body = "\n".join(parts)
    arities = {name: arguments.count("double") for name, arguments in _CALL.findall(body)}
    declared = [f"declare double @{n}({', '.join(['double'] * k)})" for n, k in sorted(arities.items())]
    entry = _ENTRY.format(
        inputs=len(graph.inputs),
        bytes=8 * (layout.size() + layout.results) or 8,
        size=layout.size(),
        results=layout.results,
        calls="\n".join(_calls(len(parts))),
    )
    return Draft("\n".join([*declared, body, _CONVERSIONS, entry]), MappingProxyType(rows))


def _lay_out(graph: Graph, taken: Sequence[bool]) -> Layout:
    slots = {i: k for k, i in enumerate(graph.inputs)}
    for i, args in enumerate(graph.args):
        for a in args:
            if a // PART != i // PART and graph.ops[a] != CONST:
                slots.setdefault(a, len(slots))
    results = len(graph.outputs) - len(taken)
    wanted: dict[int, list[int]] = {}
    for position, i in enumerate(graph.outputs[:results]):
        wanted.setdefault(i, []).append(position)
    return Layout(graph, slots, wanted, dict(zip(graph.outputs[results:], taken, strict=True)), results)


def _part(layout: Layout, members: range, rules: RuleBook, rows: dict[str, Row]) -> Iterator[str]:
    """One function: loads where first needed, operations, stores of what other parts need, results."""
    graph, known = layout.graph, set[int]()
    yield "  %sum = fadd double 0.0, 0.0"
    total = "%sum"
    for i in members:
        op = graph.ops[i]
        needed = graph.args[i] if op not in (INPUT, CONST) else (i,) if i in layout.wanted else ()
        for a in needed:
            if a not in known and graph.ops[a] != CONST and (a not in members or graph.ops[a] == INPUT):
                known.add(a)
                yield from _load(a, layout.slots[a])
        if op not in (INPUT, CONST):
            yield from _operation(graph, i, rules, rows)
            if i in layout.slots:
                yield from _store("w", f"w{i}", layout.slots[i], _operand(graph, i))
        for position in layout.wanted.get(i, ()):
            yield from _store("out", f"r{position}", position, _operand(graph, i))
        if (i in layout.wanted and op != CONST) or i in layout.expected:
            yield from _add_up(layout, i, total)
            total = f"%t{i}"
    yield f"  ret double {total}"


def _add_up(layout: Layout, i: int, total: str) -> Iterator[str]:
    """Add a result to the sum; a test adds infinity if it comes out otherwise than expected."""
    term = _operand(layout.graph, i)
    if i in layout.expected:
        right, wrong = ("0.0", INFINITY) if layout.expected[i] else (INFINITY, "0.0")
        yield f"  %q{i} = fcmp une double {term}, 0.0"
        yield f"  %x{i} = select i1 %q{i}, double {right}, double {wrong}"
        term = f"%x{i}"
    yield f"  %t{i} = fadd double {total}, {term}"


def _load(a: int, slot: int) -> Iterator[str]:
    yield f"  %a{a} = getelementptr double, ptr %w, i64 {slot}"
    yield f"  %v{a} = load double, ptr %a{a}"


def _store(base: str, name: str, place: int, operand: str) -> Iterator[str]:
    yield f"  %{name} = getelementptr double, ptr %{base}, i64 {place}"
    yield f"  store double {operand}, ptr %{name}"


def _operand(graph: Graph, i: int) -> str:
    return number(graph.constants[i] or 0.0) if graph.ops[i] == CONST else f"%v{i}"


def number(c: float) -> str:
    """A double as LLVM reads every one of them: its bits."""
    return "0x" + struct.pack(">d", c).hex().upper()


INFINITY = number(float("inf"))


def _operation(graph: Graph, i: int, rules: RuleBook, rows: dict[str, Row]) -> Iterator[str]:
    op, out, args = graph.ops[i], f"%v{i}", [_operand(graph, a) for a in graph.args[i]]
    if op in ("max", "min"):
        for k, arg in enumerate(args[1:], 2):
            step = out if k == len(args) else f"{out}.{k}"
            yield from _filled(INSTRUCTIONS[op], step, [args[0], arg])
            args[0] = step
        return
    template = _POWERS.get(graph.constants[i] or 0.0) if op == "powi" else INSTRUCTIONS.get(op)
    if template:
        yield from _filled(template, out, args)
        return
    name = "pow" if op == "powi" else op
    if op == "powi":
        args.append(number(graph.constants[i] or 0.0))
    if name not in LIBRARY:
        name = f"row_{op}_{graph.constants[i]:g}" if graph.constants[i] is not None else f"row_{op}"
        rows[name] = rules.find(graph, i).row
    yield f"  {out} = call double @{name}({', '.join(f'double {a}' for a in args)})"


def _filled(template: str, out: str, args: Sequence[str]) -> Iterator[str]:
    operands = {"o": out, **dict(zip("abc", args, strict=False))}
    text = _HOLE.sub(lambda hole: operands[hole[1]], template)
    yield from (f"  {line.strip()}" for line in text.strip().splitlines())


def _calls(count: int) -> Iterator[str]:
    """Call the parts one after the other and add up what they return."""
    yield "  %total = fadd double 0.0, 0.0"
    total = "%total"
    for k in range(count):
        yield f"  %sum{k} = call double @part{k}(ptr %w, ptr %out)"
        yield f"  %total{k} = fadd double {total}, %sum{k}"
        total = f"%total{k}"
    yield f"  %rest = fsub double {total}, {total}"


_ENTRY = """
define ptr @program(ptr %self, ptr %args, i64 %count) {{
  %counted = icmp eq i64 %count, {inputs}
  br i1 %counted, label %begin, label %otherwise
begin:
  %w = call ptr @PyMem_Malloc(i64 {bytes})
  %failed = icmp eq ptr %w, null
  br i1 %failed, label %otherwise, label %read
read:
  %out = getelementptr double, ptr %w, i64 {size}
  %are_numbers = call i1 @read_numbers(ptr %args, ptr %w, i64 {inputs})
  br i1 %are_numbers, label %compute, label %doubt
compute:
{calls}
  %fine = fcmp oeq double %rest, 0.0
  br i1 %fine, label %answer, label %doubt
answer:
  %tuple = call ptr @make_tuple(ptr %out, i64 {results})
  call void @PyMem_Free(ptr %w)
  ret ptr %tuple
doubt:
  call void @PyMem_Free(ptr %w)
  br label %otherwise
otherwise:
  %answered = call ptr @PyObject_Vectorcall(ptr %self, ptr %args, i64 %count, ptr null)
  ret ptr %answered
}}
"""
"""The built-in function that Python calls; where it has no answer it hands its arguments to %self."""

_CONVERSIONS = """
declare double @PyFloat_AsDouble(ptr)
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyErr_Occurred()
declare void @PyErr_Clear()
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare ptr @PyMem_Malloc(i64)
declare void @PyMem_Free(ptr)
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)

define i1 @read_numbers(ptr %args, ptr %w, i64 %n) {
entry:
  br label %test
test:
  %i = phi i64 [0, %entry], [%next, %store]
  %more = icmp ult i64 %i, %n
  br i1 %more, label %read, label %done
read:
  %from = getelementptr ptr, ptr %args, i64 %i
  %object = load ptr, ptr %from
  %x = call double @PyFloat_AsDouble(ptr %object)
  %odd = fcmp oeq double %x, -1.0
  br i1 %odd, label %ask, label %store
ask:
  %error = call ptr @PyErr_Occurred()
  %is_number = icmp eq ptr %error, null
  br i1 %is_number, label %store, label %refuse
store:
  %to = getelementptr double, ptr %w, i64 %i
  store double %x, ptr %to
  %next = add i64 %i, 1
  br label %test
done:
  ret i1 true
refuse:
  call void @PyErr_Clear()
  ret i1 false
}

define ptr @make_tuple(ptr %out, i64 %m) {
entry:
  %tuple = call ptr @PyTuple_New(i64 %m)
  %failed = icmp eq ptr %tuple, null
  br i1 %failed, label %done, label %test
test:
  %i = phi i64 [0, %entry], [%next, %fill]
  %more = icmp ult i64 %i, %m
  br i1 %more, label %fill, label %done
fill:
  %from = getelementptr double, ptr %out, i64 %i
  %x = load double, ptr %from
  %object = call ptr @PyFloat_FromDouble(double %x)
  %ignored = call i32 @PyTuple_SetItem(ptr %tuple, i64 %i, ptr %object)
  %next = add i64 %i, 1
  br label %test
done:
  ret ptr %tuple
}
"""
INTERPRETER = tuple(re.findall(r"declare \w+ @(Py\w+)", _CONVERSIONS))
"""The functions of Python itself that the text calls."""
