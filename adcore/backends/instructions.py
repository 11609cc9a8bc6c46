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
    {o}.s = fadd {t} {a}, {b}
    {o}.u = fcmp uno {t} {a}, {b}
    {o}.c = fcmp <test> {t} {b}, {a}
    {o}.x = select {i} {o}.c, {t} {b}, {t} {a}
    {o} = select {i} {o}.u, {t} {o}.s, {t} {o}.x"""
INSTRUCTIONS: Mapping[str, str] = MappingProxyType(
    {name: "{o} = f" + name + " {t} {a}, {b}" for name in ("add", "sub", "mul", "div")}
    | {name: "{o}.c = fcmp " + test + " {t} {a}, {b}\n{o} = uitofp {i} {o}.c to {t}" for name, test in _TESTS.items()}
    | {
        "neg": "{o} = fneg {t} {a}",
        "abs": "{o} = call {t} @llvm.fabs.{s}({t} {a})",
        "sqrt": "{o} = call {t} @llvm.sqrt.{s}({t} {a})",
        "where": "{o}.c = fcmp une {t} {a}, {0}\n{o} = select {i} {o}.c, {t} {b}, {t} {c}",
        "relu": "{o}.c = fcmp ugt {t} {a}, {0}\n{o} = select {i} {o}.c, {t} {a}, {t} {0}",
        "max": _EXTREME.replace("<test>", "ogt"),
        "min": _EXTREME.replace("<test>", "olt"),
        "sigmoid": """
    {o}.m = call {t} @llvm.fabs.{s}({t} {a})
    {o}.n = fneg {t} {o}.m
    {o}.e = call {t} @{e}({t} {o}.n)
    {o}.c = fcmp oge {t} {a}, {0}
    {o}.t = select {i} {o}.c, {t} {1}, {t} {o}.e
    {o}.d = fadd {t} {1}, {o}.e
    {o} = fdiv {t} {o}.t, {o}.d""",
    }
)
"""By hole: {o} the result, {a} {b} {c} operands, {t} the type, {i} that of truth values, {s} as it ends a name,
{e} the exponential, {0} and {1} numbers."""
_POWERS: Mapping[float, str] = MappingProxyType(
    {
        2.0: "{o} = fmul {t} {a}, {a}",
        3.0: "{o}.p = fmul {t} {a}, {a}\n{o} = fmul {t} {o}.p, {a}",
    }
)
_HOLE = re.compile(r"\{(\w)\}")


def number(c: float) -> str:
    """A double as LLVM reads every one of them: its bits."""
    return "0x" + struct.pack(">d", c).hex().upper()


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many numbers an instruction takes at once; `functions` are those of a library that take as many, by row."""

    count: int = 1
    functions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def type(self) -> str:
        return f"<{self.count} x double>" if self.count > 1 else "double"

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
    """Writes operations and keeps account of what they call: functions of the C library, and rows by address."""

    def __init__(self, graph: Graph, lanes: Lanes) -> None:
        self.graph, self.lanes = graph, lanes
        self.type, self.truth = lanes.type, lanes.truth
        self.library: dict[str, int] = {}
        self.rows: dict[str, Row] = {}
        self._rules = RuleBook()
        self._holes = {"t": self.type, "i": self.truth, "s": lanes.ending}
        self._holes |= {"0": lanes.constant(0.0), "1": lanes.constant(1.0)}

    def operand(self, i: int) -> str:
        return self.lanes.constant(self.graph.constants[i] or 0.0) if self.graph.ops[i] == CONST else f"%v{i}"

    def operation(self, i: int) -> Iterator[str]:
        """The lines that compute node i."""
        op, constant, args = self.graph.ops[i], self.graph.constants[i], [self.operand(a) for a in self.graph.args[i]]
        template = _POWERS.get(constant or 0.0) if op == "powi" else INSTRUCTIONS.get(op)
        if op in ("max", "min"):
            yield from self._extreme(INSTRUCTIONS[op], f"%v{i}", args)
        elif template:
            yield self._filled(template, f"%v{i}", args)
        else:
            if op == "powi":
                args.append(self.lanes.constant(constant or 0.0))
            operands = ", ".join(f"{self.type} {a}" for a in args)
            yield f"  %v{i} = call {self.type} @{self._called(i)}({operands})"

    def _extreme(self, template: str, out: str, args: Sequence[str]) -> Iterator[str]:
        best = args[0]
        for k, arg in enumerate(args[1:], 2):
            step = out if k == len(args) else f"{out}.{k}"
            yield self._filled(template, step, [best, arg])
            best = step

    def _filled(self, template: str, out: str, args: Sequence[str]) -> str:
        operands = {**self._holes, "o": out, **dict(zip("abc", args, strict=False))}
        if "{e}" in template:
            operands["e"] = self._symbol("exp", 1)
        return _HOLE.sub(lambda hole: operands[hole[1]], template)

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
            kind = self.type if name in many else "double"
            yield f"declare {kind} @{name}({', '.join([kind] * arity)})"
            if self.lanes.count > 1 and name not in many:
                yield _each(name, arity, self.lanes)


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
