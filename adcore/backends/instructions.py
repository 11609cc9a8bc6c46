"""LLVM's text of one operation, for one number or for several at once (lanes).

Where LLVM has an instruction or the C library a function it is used; every other row is called back by its address, so
that no primitive is left out. x/y and its sine, for one number and for eight:

    %v2 = fdiv double %v0, %v1                    %v2 = fdiv <8 x double> %v0, %v1
    %v3 = call double @sin(double %v2)            %v3 = call <8 x double> @_ZGVeN8v_sin(<8 x double> %v2)

(LLVM Language Reference; for names such as _ZGVeN8v_sin the x86-64 vector function ABI, section 2.)
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from adcore.columns import number_of
from adcore.graph import CONST, Graph
from adcore.interpreter import RuleBook
from adcore.rows import Row

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
    {0}.s = fadd {t} {1}, {2}
    {0}.u = fcmp uno {t} {1}, {2}
    {0}.c = fcmp <test> {t} {2}, {1}
    {0}.x = select {i} {0}.c, {t} {2}, {t} {1}
    {0} = select {i} {0}.u, {t} {0}.s, {t} {0}.x"""
INSTRUCTIONS: Mapping[str, str] = MappingProxyType(
    {name: "{0} = f" + name + " {t} {1}, {2}" for name in ("add", "sub", "mul", "div")}
    | {name: "{0}.c = fcmp " + test + " {t} {1}, {2}\n{0} = uitofp {i} {0}.c to {t}" for name, test in _TESTS.items()}
    | {
        "neg": "{0} = fneg {t} {1}",
        "abs": "{0} = call {t} @llvm.fabs.{s}({t} {1})",
        "sqrt": "{0} = call {t} @llvm.sqrt.{s}({t} {1})",
        "where": "{0}.c = fcmp une {t} {1}, {z}\n{0} = select {i} {0}.c, {t} {2}, {t} {3}",
        "relu": "{0}.c = fcmp ugt {t} {1}, {z}\n{0} = select {i} {0}.c, {t} {1}, {t} {z}",
        "max": _EXTREME.replace("<test>", "ogt"),
        "min": _EXTREME.replace("<test>", "olt"),
        "sigmoid": """
    {0}.m = call {t} @llvm.fabs.{s}({t} {1})
    {0}.n = fneg {t} {0}.m
    {e}
    {0}.c = fcmp oge {t} {1}, {z}
    {0}.t = select {i} {0}.c, {t} {u}, {t} {0}.e
    {0}.d = fadd {t} {u}, {0}.e
    {0} = fdiv {t} {0}.t, {0}.d""",
    }
)
"""By hole: {0} the result, {1} {2} {3} the operands; {t} their type, {i} that of truth values, {s} as it ends a name,
{z} zero, {u} one, and {e} the call that gives the exponential {0}.e of {0}.n."""
_POWERS: Mapping[float, str] = MappingProxyType(
    {
        2.0: "{0} = fmul {t} {1}, {1}",
        3.0: "{0}.p = fmul {t} {1}, {1}\n{0} = fmul {t} {0}.p, {1}",
    }
)
COMMUTATIVE = ("add", "mul")
"""Operations whose constant comes last, where the processor can take it from memory itself."""
_TYPES = re.compile(r"\{([tisezu])\}")
_OPERANDS = re.compile(r"\{(\d)\}")
Template = tuple[tuple[str, ...], tuple[int, ...]]
"""Texts, and the numbers of the operands between them."""


def number(c: float) -> str:
    """A double as LLVM reads every one of them: its bits."""
    return "0x" + struct.pack(">d", c).hex().upper()


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many numbers an operation takes at once, in one register or two.

    functions   those of a library that take as many numbers as one register holds, by row
    """

    count: int = 1
    registers: int = 1
    functions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def type(self) -> str:
        return f"<{self.count} x double>" if self.count > 1 else "double"

    @property
    def register(self) -> str:
        """The type of what one register holds."""
        return f"<{self.count // self.registers} x double>"

    def constant(self, c: float) -> str:
        return f"splat (double {number(c)})" if self.count > 1 else number(c)

    @property
    def truth(self) -> str:
        """The type of truth values."""
        return f"<{self.count} x i1>" if self.count > 1 else "i1"

    @property
    def ending(self) -> str:
        """How the type ends the name of one of LLVM's own functions."""
        return f"v{self.count}f64" if self.count > 1 else "f64"


class Writer:
    """Writes operations and keeps account of what they call: functions of the C library, and rows by address.

    operands   the value of each node
    table      places of constants in an array %c, from which operations take them; or None, if they are in the code
    """

    def __init__(self, graph: Graph, lanes: Lanes, table: dict[str, int] | None = None) -> None:
        self.graph, self.lanes, self.table = graph, lanes, table
        self.type, self.truth = lanes.type, lanes.truth
        self.library: dict[str, int] = {}
        self.rows: dict[str, Row] = {}
        columns = zip(graph.ops, graph.constants, strict=True)
        self.operands = [
            lanes.constant(number_of(constant)) if op == CONST else f"%v{i}" for i, (op, constant) in enumerate(columns)
        ]
        self._is_constant = [op == CONST for op in graph.ops]
        self._pointed: set[int] = set()
        self._rules = RuleBook()
        self._templates: dict[str, Template] = {}

    def begin(self) -> Iterator[str]:
        """What a function begins with: where the table of constants is."""
        if self.table is not None:
            self._pointed.clear()
            yield "  %c = getelementptr double, ptr @numbers, i64 0"

    def operation(self, i: int) -> str:
        """The lines that compute node i."""
        args = [self.operands[a] for a in self.graph.args[i]]
        if self.table is not None:
            for a in self.graph.args[i]:
                if self._is_constant[a]:
                    return self._take_constants(i, args, self.table) + self._computation(i, args)
        return self._computation(i, args)

    def _take_constants(self, i: int, args: list[str], table: dict[str, int]) -> str:
        """Lines that load the constants among the arguments of node i, whose names replace them."""
        constant = [self._is_constant[a] for a in self.graph.args[i]]
        if constant == [True, False] and self.graph.ops[i] in COMMUTATIVE:
            args.reverse()
            constant.reverse()
        lines = ""
        for k, arg in enumerate(args):
            if constant[k]:
                place = table.setdefault(arg, len(table))
                if place not in self._pointed:
                    self._pointed.add(place)
                    lines += f"  %c{place} = getelementptr double, ptr %c, i64 {place}\n"
                args[k] = f"%c{i}.{k}"
                lines += f"  {args[k]} = load double, ptr %c{place}, align 8\n"
        return lines

    def _computation(self, i: int, args: Sequence[str]) -> str:
        op, out = self.graph.ops[i], self.operands[i]
        if op in ("max", "min"):
            return "\n".join(self._extreme(op, out, args))
        if op == "powi":
            return self._power(i, out, args[0], number_of(self.graph.constants[i]))
        if op in INSTRUCTIONS:
            return _filled(self._templates.get(op) or self._typed(op, INSTRUCTIONS[op]), [out, *args])
        return self._call(out, self._called(i), args)

    def _extreme(self, op: str, out: str, args: Sequence[str]) -> Iterator[str]:
        best = args[0]
        for k, arg in enumerate(args[1:], 2):
            step = out if k == len(args) else f"{out}.{k}"
            yield _filled(self._typed(op, INSTRUCTIONS[op]), [step, best, arg])
            best = step

    def _power(self, i: int, out: str, base: str, exponent: float) -> str:
        if exponent in _POWERS:
            return _filled(self._typed(f"powi_{exponent}", _POWERS[exponent]), [out, base])
        return self._call(out, self._called(i), [base, self.lanes.constant(exponent)])

    def _call(self, out: str, name: str, args: Sequence[str]) -> str:
        if self.lanes.registers > 1 and name in self.lanes.functions.values():
            return "\n".join(self._call_twice(out, name, args))
        return _call(self.type, out, name, args)

    def _call_twice(self, out: str, name: str, args: Sequence[str]) -> Iterator[str]:
        """Take two registers apart, call for each, and put the results together."""
        lanes, kind, half = self.lanes, self.type, self.lanes.count // 2
        for side in range(2):
            taken = [f"{out}.{side}{k}" for k in range(len(args))]
            for name_taken, arg in zip(taken, args, strict=True):
                yield f"  {name_taken} = shufflevector {kind} {arg}, {kind} poison, {_lanes(side * half, half)}"
            yield _call(lanes.register, f"{out}.{side}", name, taken)
        yield f"  {out} = shufflevector {lanes.register} {out}.0, {lanes.register} {out}.1, {_lanes(0, 2 * half)}"

    def _typed(self, key: str, text: str) -> Template:
        """A template whose holes for types and numbers are filled; those for operands stay."""
        if key not in self._templates:
            lanes = self.lanes
            filled = {
                "t": self.type,
                "i": self.truth,
                "s": lanes.ending,
                "z": lanes.constant(0),
                "u": lanes.constant(1),
            }
            if "{e}" in text:
                filled["e"] = self._call("{0}.e", self._symbol("exp", 1), ["{0}.n"])
            pieces = _OPERANDS.split(_TYPES.sub(lambda hole: filled[hole[1]], text))
            self._templates[key] = tuple(pieces[::2]), tuple(int(hole) for hole in pieces[1::2])
        return self._templates[key]

    def _called(self, i: int) -> str:
        """The name of the function for a row without an instruction."""
        op, constant = self.graph.ops[i], self.graph.constants[i]
        name = "pow" if op == "powi" else op
        if name in LIBRARY:
            return self._symbol(name, LIBRARY[name])
        name = f"row_{op}" if constant is None else f"row_{op}_{constant:.0f}"
        self.rows[name] = row = self._rules.find(self.graph, i).row
        return self._symbol(name, len(row.args))

    def _symbol(self, name: str, arity: int) -> str:
        """The name that a call uses: of a function for all lanes, where there is one or it takes a wrapper."""
        by_lane = self.lanes.count > 1 and name not in self.lanes.functions
        name = self.lanes.functions.get(name, name)
        self.library[name] = arity
        return f"{name}.each" if by_lane else name

    def declarations(self) -> Iterator[str]:
        """Declare what the operations call; a function of one number is also defined for all lanes, one by one."""
        many, ending = set(self.lanes.functions.values()), self.lanes.ending
        yield from (f"declare {self.type} @llvm.{name}.{ending}({self.type})" for name in ("fabs", "sqrt"))
        for name, arity in sorted(self.library.items()):
            kind = self.lanes.register if name in many else "double"
            yield f"declare {kind} @{name}({', '.join([kind] * arity)})"
            if self.lanes.count > 1 and name not in many:
                yield _each(name, arity, self.lanes)


def _call(kind: str, out: str, name: str, args: Sequence[str]) -> str:
    return f"  {out} = call {kind} @{name}({', '.join(f'{kind} {a}' for a in args)})"


def _lanes(first: int, count: int) -> str:
    """The mask that chooses so many lanes."""
    return f"<{count} x i32> <{', '.join(f'i32 {lane}' for lane in range(first, first + count))}>"


def _filled(template: Template, operands: Sequence[str]) -> str:
    texts, holes = template
    pieces = [""] * (len(texts) + len(holes))
    pieces[::2] = texts
    pieces[1::2] = [operands[hole] for hole in holes]
    return "".join(pieces)


def _each(name: str, arity: int, lanes: Lanes) -> str:
    """A function of several lanes that calls the function of one number for each of them."""
    lines = [f"define {lanes.type} @{name}.each({', '.join(f'{lanes.type} %a{k}' for k in range(arity))}) {{"]
    whole = "undef"
    for lane in range(lanes.count):
        lines += [f"  %x{k}.{lane} = extractelement {lanes.type} %a{k}, i32 {lane}" for k in range(arity)]
        operands = ", ".join(f"double %x{k}.{lane}" for k in range(arity))
        lines.append(f"  %y{lane} = call double @{name}({operands})")
        lines.append(f"  %r{lane} = insertelement {lanes.type} {whole}, double %y{lane}, i32 {lane}")
        whole = f"%r{lane}"
    return "\n".join([*lines, f"  ret {lanes.type} {whole}", "}"])
