"""Derivatives as programs to be read: the same graph written in dual numbers, in closures, and in continuations.

For sin(x*y), the three begin like this:

    dual                       closure                                continuation
    v2 = v0 * v1               v2 = v0 * v1                           def step2():
    d2 = v1 * d0 + v0 * d1     back2 = lambda d: (v1 * d, v0 * d)         v2 = v0 * v1
    v3 = sin(v2)               v3 = sin(v2)                               step3()
    d3 = cos(v2) * d2          back3 = lambda d: (cos(v2) * d,)           d0 += v1 * d2; d1 += v0 * d2

In closures each statement leaves behind a function that carries an adjoint back. With continuations each statement
calls the rest of the program and passes its adjoint on when that returns: the call stack is the tape.
(Pearlmutter & Siskind 2008; Wang, Zheng, Decker, Wu, Essertel & Rompf, Backpropagation with continuations, 2019.)
"""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adcore.algebras.text import TextAlgebra, Written
from adcore.arguments import as_numbers
from adcore.backends.emitter import EMITTED, bind, build
from adcore.backends.readable import unbracketed
from adcore.backends.targets import TARGETS, Speller
from adcore.columns import number_of
from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook, partial, run
from adcore.limits import Limits
from adcore.primitives import FAMILIES, ROWS
from adcore.problem import Problem, pose
from adcore.rules import Rule, find_rule


@dataclass(frozen=True, slots=True)
class Statement:
    """One operation as text: its value, and for each argument that varies (its node, the partial as text)."""

    node: int
    value: str
    slopes: tuple[tuple[int, Written], ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A graph in statements, with what stands for each node: a variable or a number."""

    graph: Graph
    varied: Sequence[bool]
    pieces: Mapping[int, Written]
    statements: tuple[Statement, ...]

    def values(self) -> str:
        return _tuple([self.pieces[i].text for i in self.graph.outputs])

    def parameters(self) -> list[str]:
        return [f"v{i}" for i in self.graph.inputs]

    def seeds(self) -> list[tuple[int, str]]:
        """The outputs that vary, with the names of their weights."""
        return [(i, f"w{k}") for k, i in enumerate(self.graph.outputs) if self.varied[i]]

    def weights(self) -> list[str]:
        return [f"w{k}" for k in range(len(self.graph.outputs))]

    def moving(self) -> list[int]:
        """The nodes that have an adjoint or a tangent."""
        return [*self.graph.inputs, *(s.node for s in self.statements if self.varied[s.node])]


@dataclass(frozen=True, slots=True)
class WrittenProgram:
    """A derivative program as text. Called with a point and a direction (dual) or output weights (the others)."""

    form: str
    text: str
    _program: Callable[..., Any]
    _counts: tuple[int, int]

    @property
    def file(self) -> str:
        """The text after all that it calls: a file that runs by itself."""
        return _before(self.text) + self.text

    def __call__(self, leaves: Sequence[float], along: Sequence[float]) -> tuple[list[float], list[float]]:
        """The values of the outputs, and their tangents or the adjoints of the inputs.

        Raises ADError where plain Python has no answer, such as at 1/0, and for numbers that do not fit.
        """
        inputs, outputs = self._counts
        point = as_numbers(leaves, inputs, "input numbers")
        is_dual = self.form == "dual"
        moves = as_numbers(along, inputs if is_dual else outputs, "tangents" if is_dual else "output weights")
        try:
            values, slopes = self._run(point, moves)
            return [float(v) for v in values], [float(s) for s in slopes]
        except (ValueError, OverflowError, ZeroDivisionError, TypeError) as error:
            why = "a power of it is complex" if isinstance(error, TypeError) else str(error)
            words = f"Plain Python has no answer at this point: {why}."
            hint = "Modes that are not written out answer with infinity or nan."
            raise ADError("point", words, None, hint) from error

    def _run(self, leaves: Sequence[float], along: Sequence[float]) -> Any:
        if self.form != "closure":
            return self._program(*leaves, *along)
        values, pullback = self._program(*leaves)
        return values, pullback(*along)


def write(source: str, at: Mapping[str, Any], form: str = "dual", limits: Limits | None = None) -> WrittenProgram:
    """The derivative program of a source in one of `FORMS`, for the branches that are taken at a point.

    >>> print(adcore.write("x*y", {"x": 2.0, "y": 3.0}).text)
    def program(v0, v1, d0, d1):
        v2 = v0 * v1  # line 1
        d2 = v1 * d0 + v0 * d1
        return (v2,), (d2,)
    """
    if form not in FORMS:
        raise ADError("form", f"There is no form called {form}.", None, f"The forms are: {', '.join(FORMS)}.")
    problem = pose(source, at, limits)
    text = "\n".join([*FORMS[form](_draft(problem), problem), ""])
    counts = len(problem.leaves), len(problem.graph.outputs)
    return WrittenProgram(form, text, build(text, FUNCTIONS), counts)


def _before(text: str) -> str:
    """What a program needs to run by itself: imports from `math`, and definitions of the functions that it lacks.

    For sin(x) and relu(x):  from math import sin;  def relu(x): return max(0.0, x)
    """
    code = "\n".join(line.partition("  #")[0] for line in text.split("\n"))
    called = [name for name in FUNCTIONS if re.search(rf"\b{name}\(", code) and not hasattr(builtins, name)]
    known = sorted(name for name in called if hasattr(math, name))
    speller = Speller(TARGETS["python"])
    defined = "".join(_definition(name, speller) for name in called if name not in known)
    head = [*speller.imports(defined), *[f"from math import {', '.join(known)}"] * bool(known)]
    return "".join(f"{line}\n" for line in head) + "\n\n" * bool(head) + defined


def _definition(name: str, speller: Speller) -> str:
    if name == "polygamma":  # its text names the order, which the row of a node holds
        return "def polygamma(n, x):\n    return float(mp.psi(n, x))\n\n\n"
    rule = find_rule("polygamma", 0.0, 1) if name == "digamma" else find_rule(name, None, len(ROWS[name].args))
    body = speller.apply(rule, [Written(letter, simple=True) for letter in rule.row.args]).text
    return f"def {name}({', '.join(rule.row.args)}):\n    return {unbracketed(body)}\n\n\n"


class _Writer(TextAlgebra):
    """Writes functions with rules of their own as their bodies, also those that are called in bodies and in rules."""

    def apply(self, rule: Rule, args: Sequence[Written]) -> Written:
        if rule.custom is None:
            return super().apply(rule, args)
        body = rule.custom.body
        return run(body, self, args)[body.outputs[0]]


def _draft(problem: Problem) -> Draft:
    graph, writer, rules = problem.graph, _Writer(EMITTED), RuleBook()
    varied, useful = graph.varied(), graph.useful()
    pieces: dict[int, Written] = {i: Written(f"v{i}", simple=True) for i in graph.inputs}
    statements: list[Statement] = []
    for i, op in enumerate(graph.ops):
        if op == CONST:
            pieces[i] = writer.const(number_of(graph.constants[i]))
        elif op != INPUT and useful[i]:
            rule, args = rules.find(graph, i), [pieces[a] for a in graph.args[i]]
            pieces[i] = Written(f"v{i}", simple=True)
            moving = [(k, a) for k, a in enumerate(graph.args[i]) if varied[a]]
            slopes = tuple((a, partial(writer, rule, args, pieces[i], k)) for k, a in moving)
            statements.append(Statement(i, writer.apply(rule, args).text, slopes, _remark(graph, i)))
    return Draft(graph, varied, MappingProxyType(pieces), tuple(statements))


def _remark(graph: Graph, i: int) -> str:
    """The user's name of a value and the line that it came from, as a comment."""
    span = graph.spans[i]
    words = [graph.names[i] or "", f"line {span.line}" if span else ""]
    return "  # " + ", ".join(filter(None, words)) if any(words) else ""


UNITS: Mapping[str, float] = MappingProxyType({"1.0": 1.0, "-1.0": -1.0, "0.0": 0.0, "-0.0": 0.0})
"""Partials that need no product, as they are written."""


def _product(slope: Written, change: str) -> Written | None:
    """A partial times a tangent or adjoint; nothing if the partial is 0."""
    moved, writer = Written(change, simple=True), TextAlgebra(EMITTED)
    number = UNITS.get(slope.text) if slope.number else None
    if number in (1.0, 0.0):
        return moved if number else None
    if number == -1.0:
        return writer.apply(find_rule("neg", None, 1), [moved])
    return writer.apply(find_rule("mul", None, 2), [slope, moved])


def _dual(draft: Draft, problem: Problem) -> Iterator[str]:
    """Each value followed by its tangent."""
    tangents = [f"d{i}" for i in draft.graph.inputs]
    yield f"def program({', '.join([*draft.parameters(), *tangents])}):"
    for statement in draft.statements:
        yield f"    v{statement.node} = {statement.value}{statement.remark}"
        terms = [term.text for a, slope in statement.slopes if (term := _product(slope, f"d{a}"))]
        if draft.varied[statement.node]:
            yield f"    d{statement.node} = {_sum(terms)}"
    ends = [f"d{i}" if draft.varied[i] else "0.0" for i in draft.graph.outputs]
    yield f"    return {draft.values()}, {_tuple(ends)}"


def _sum(terms: Sequence[str]) -> str:
    """Products, added up; what begins with a minus is taken away."""
    return " + ".join(terms).replace("+ -", "- ") or "0.0"


def _closure(draft: Draft, problem: Problem) -> Iterator[str]:
    """Each value with the function that carries its adjoint back, and the pullback that calls them, last one first."""
    yield f"def program({', '.join(draft.parameters())}):"
    for statement in draft.statements:
        yield f"    v{statement.node} = {statement.value}{statement.remark}"
        if statement.slopes:
            carried = [(_product(slope, "d") or Written("0.0")).text for _, slope in statement.slopes]
            yield f"    back{statement.node} = lambda d: {_tuple(carried)}"
    yield f"    def pullback({', '.join(draft.weights())}):"
    yield from (f"        d{i} = 0.0" for i in draft.moving())
    yield from (f"        d{i} += {weight}" for i, weight in draft.seeds())
    for statement in reversed(draft.statements):
        if statement.slopes:
            arrivals = [f"c{k}" for k in range(len(statement.slopes))]
            yield f"        {', '.join(arrivals)}{',' * (len(arrivals) == 1)} = back{statement.node}(d{statement.node})"
            yield from (f"        d{a} += {c}" for c, (a, _) in zip(arrivals, statement.slopes, strict=True))
    yield f"        return {_adjoints(draft)}"
    yield f"    return {draft.values()}, pullback"


def _continuation(draft: Draft, problem: Problem) -> Iterator[str]:
    """Each statement as a function that calls the rest of the program before it passes its adjoint on."""
    steps = [statement.node for statement in draft.statements]
    hint = "Every statement waits on the call stack, which is not deep. The closure form has no such limit."
    problem.syntax.limits.check("continuation_steps", len(steps), None, hint)
    names = [*(f"step{i}" for i in steps), "end"]
    yield f"def program({', '.join([*draft.parameters(), *draft.weights()])}):"
    yield from (f"    v{i} = 0.0" for i in steps)
    yield from (f"    d{i} = 0.0" for i in draft.moving())
    for name, following, statement in zip(names, names[1:], draft.statements, strict=False):
        written = dict.fromkeys([f"v{statement.node}", *(f"d{a}" for a, _ in statement.slopes)])
        yield f"    def {name}():"
        yield f"        nonlocal {', '.join(written)}"
        yield f"        v{statement.node} = {statement.value}{statement.remark}"
        yield f"        {following}()"
        products = [(a, _product(slope, f"d{statement.node}")) for a, slope in statement.slopes]
        yield from (f"        d{a} += {term.text}" for a, term in products if term)
    yield "    def end():"
    yield from (f"        nonlocal d{i}" for i in dict.fromkeys(i for i, _ in draft.seeds()))
    yield from [f"        d{i} += {weight}" for i, weight in draft.seeds()] or ["        pass"]
    yield f"    {names[0]}()"
    yield f"    return {draft.values()}, {_adjoints(draft)}"


def _adjoints(draft: Draft) -> str:
    return _tuple([f"d{i}" for i in draft.graph.inputs])


def _tuple(texts: Sequence[str]) -> str:
    return "(" + "".join(f"{text}, " for text in texts).removesuffix(" " if len(texts) == 1 else ", ") + ")"


_MEMBERS = (("max", 2), ("min", 2), ("polygamma", 0), ("polygamma", 1))
EVERY_ROW = (*ROWS.values(), *(FAMILIES[name](n) for name, n in _MEMBERS))
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(bind(EVERY_ROW, lambda row: row.value))
FORMS: Mapping[str, Callable[[Draft, Problem], Iterator[str]]] = MappingProxyType(
    {"dual": _dual, "closure": _closure, "continuation": _continuation}
)
