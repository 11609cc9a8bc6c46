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
    {o}.s = fadd {t} {0}, {1}
    {o}.u = fcmp uno {t} {0}, {1}
    {o}.c = fcmp <test> {t} {1}, {0}
    {o}.x = select {i} {o}.c, {t} {1}, {t} {0}
    {o} = select {i} {o}.u, {t} {o}.s, {t} {o}.x"""
INSTRUCTIONS: Mapping[str, str] = MappingProxyType(
    {name: "{o} = f" + name + " {t} {0}, {1}" for name in ("add", "sub", "mul", "div")}
    | {name: "{o}.c = fcmp " + test + " {t} {0}, {1}\n{o} = uitofp {i} {o}.c to {t}" for name, test in _TESTS.items()}
    | {
        "neg": "{o} = fneg {t} {0}",
        "abs": "{o} = call {t} @llvm.fabs.{s}({t} {0})",
        "sqrt": "{o} = call {t} @llvm.sqrt.{s}({t} {0})",
        "where": "{o}.c = fcmp une {t} {0}, {z}\n{o} = select {i} {o}.c, {t} {1}, {t} {2}",
        "relu": "{o}.c = fcmp ugt {t} {0}, {z}\n{o} = select {i} {o}.c, {t} {0}, {t} {z}",
        "max": _EXTREME.replace("<test>", "ogt"),
        "min": _EXTREME.replace("<test>", "olt"),
        "sigmoid": """
    {o}.m = call {t} @llvm.fabs.{s}({t} {0})
    {o}.n = fneg {t} {o}.m
    {o}.e = call {t} @{e}({t} {o}.n)
    {o}.c = fcmp oge {t} {0}, {z}
    {o}.t = select {i} {o}.c, {t} {u}, {t} {o}.e
    {o}.d = fadd {t} {u}, {o}.e
    {o} = fdiv {t} {o}.t, {o}.d""",
    }
)
"""By hole: {o} the result, {0} {1} {2} the operands, {t} their type, {i} that of truth values, {s} as it ends a name,
{e} the exponential, {z} zero and {u} one."""
_POWERS: Mapping[float, str] = MappingProxyType(
    {
        2.0: "{o} = fmul {t} {0}, {0}",
        3.0: "{o}.p = fmul {t} {0}, {0}\n{o} = fmul {t} {o}.p, {0}",
    }
)
_TYPE = re.compile(r"\{([tisezu])\}")


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
    """Writes operations and keeps account of what they call: functions of the C library, and rows by address.

    `operands` names the value of each node.
    """

    def __init__(self, graph: Graph, lanes: Lanes) -> None:
        self.graph, self.lanes = graph, lanes
        self.type, self.truth = lanes.type, lanes.truth
        self.library: dict[str, int] = {}
        self.rows: dict[str, Row] = {}
        columns = zip(graph.ops, graph.constants, strict=True)
        self.operands = [
            lanes.constant(constant or 0.0) if op == CONST else f"%v{i}" for i, (op, constant) in enumerate(columns)
        ]
        self._rules = RuleBook()
        self._templates: dict[str, str] = {}

    def operation(self, i: int) -> str:
        """The lines that compute node i."""
        op, operands, out = self.graph.ops[i], self.operands, self.operands[i]
        args = [operands[a] for a in self.graph.args[i]]
        if op in ("max", "min"):
            return "\n".join(self._extreme(op, out, args))
        if op == "powi":
            return self._power(i, out, args[0], self.graph.constants[i] or 0.0)
        if op in INSTRUCTIONS:
            template = self._templates.get(op) or self._typed(op, INSTRUCTIONS[op])
            return template.format(*args, o=out)
        return self._call(out, self._called(i), args)

    def _extreme(self, op: str, out: str, args: Sequence[str]) -> Iterator[str]:
        template, best = self._typed(op, INSTRUCTIONS[op]), args[0]
        for k, arg in enumerate(args[1:], 2):
            step = out if k == len(args) else f"{out}.{k}"
            yield template.format(best, arg, o=step)
            best = step

    def _power(self, i: int, out: str, base: str, exponent: float) -> str:
        if exponent in _POWERS:
            return self._typed(f"powi_{exponent}", _POWERS[exponent]).format(base, o=out)
        return self._call(out, self._called(i), [base, self.lanes.constant(exponent)])

    def _call(self, out: str, name: str, args: Sequence[str]) -> str:
        return f"  {out} = call {self.type} @{name}({', '.join(f'{self.type} {a}' for a in args)})"

    def _typed(self, key: str, template: str) -> str:
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
            if "{e}" in template:
                filled["e"] = self._symbol("exp", 1)
            self._templates[key] = _TYPE.sub(lambda hole: filled[hole[1]], template)
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
