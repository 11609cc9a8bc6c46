"""Programs to be read: Python in the user's names, one operation a line, under the source line that it came from.

def adjoint(x, y, a_bar=1.0):
    # line 1: a = x*y
    a = x * y
    x_bar = a_bar * y
    y_bar = a_bar * x
    return a, [x_bar, y_bar]
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, count
from typing import Any

from adcore.algebras.staging import operations
from adcore.algebras.text import Written
from adcore.backends.targets import Speller
from adcore.columns import number_of
from adcore.errors import ADError
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.labels import Labels
from adcore.primitives import FUNCTIONS
from adcore.problem import Problem
from adcore.transformed import Staged
from adcore.values import Input

_MODULES = ("math", "np", "fp", "jnp", "jax", "torch")
_OURS = ("primal", "tangent", "adjoint", "function", "derivative", "leaves")
RESERVED = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *FUNCTIONS, *_MODULES, *_OURS])
LONGEST_REMARK = 90


class Namer:
    """Names that are Python's: valid, no keyword, no function's, and each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken: set[str] = {*RESERVED, *taken}

    def give(self, wanted: str) -> str:
        """`wanted` as an identifier: x[0]_bar becomes x_0_bar, p["w"] p_w; what is no name becomes v."""
        base = re.sub(r'\[(?:(\d+)|"(\w+)")\]', r"_\1\2", wanted)
        if not base.isidentifier() or base.startswith("__") or unicodedata.normalize("NFKC", base) != base:
            base = "v"
        name, times = base, 1
        while name in self._taken:
            times += 1
            name = f"{base}_{times}"
        self._taken.add(name)
        return name


class Page:
    """One staged program as lines of a function, whose variables have none of the names that are `taken`."""

    def __init__(self, problem: Problem, staged: Staged, speller: Speller, taken: Iterable[str] = ()) -> None:
        self.problem, self.staged, self.graph, self.speller = problem, staged, staged.graph, speller
        self.namer = Namer(taken)
        self._lines = [line.rstrip("\r") for line in problem.syntax.spelling.text.split("\n")]
        self._rules = RuleBook()

    def write(self, name: str, kind: str) -> list[str]:
        """The function's text, line by line."""
        parameters, unpacking = self._signature(kind)
        pieces = self._pieces(parameters)
        body = [*self._conditions(), *unpacking, *self._statements(pieces)]
        heads = [f"def {name}({', '.join(self._heads)}):"]
        return [*heads, *(f"    {line}" for line in [*body, f"return {self._results(kind, pieces)}"])]

    def _signature(self, kind: str) -> tuple[dict[int, str], list[str]]:
        """Names of the input nodes, and the lines that take lists apart. Sets the parameters."""
        graph, inputs = self.graph, self.problem.recording.inputs
        names = {i: self.namer.give(graph.names[i] or "v") for i in graph.inputs}
        leaves = iter(names.values())
        self._heads: list[str] = []
        unpacking: list[str] = []
        for mark in ("", "_dot") if kind == "tangent" else ("",):
            for given in inputs:
                unpacking += self._take(given, mark, leaves)
        only = kind == "adjoint" and self.staged.values == 1
        self._heads += [f"{leaf}=1.0" if only else leaf for leaf in leaves]
        return names, unpacking

    def _take(self, given: Input, mark: str, leaves: Iterator[str]) -> list[str]:
        if not given.shape:
            self._heads.append(next(leaves))
            return []
        parameter = self.namer.give(given.name + mark)
        self._heads.append(parameter)
        return [f"{shaped(given.shape, leaves)} = {parameter}"]

    def _conditions(self) -> Iterator[str]:
        """The branches that the program was recorded on, as comments."""
        graph = self.problem.graph
        if graph.decisions:
            labels = Labels(graph)
            yield from dict.fromkeys(f"# holds while {remark(labels.decision(d))}" for d in graph.decisions)

    def _pieces(self, parameters: Mapping[int, str]) -> list[Written]:
        """What stands for each node: its name, or its number."""
        graph = self.graph
        free = (f"v{k}" for k in count(operations(self.problem.graph) + 1))
        pieces: list[Written] = []
        for i, op in enumerate(graph.ops):
            if op == CONST:
                pieces.append(self.speller.const(number_of(graph.constants[i])))
            else:
                name = parameters[i] if op == INPUT else self.namer.give(graph.names[i] or next(free))
                pieces.append(Written(name, simple=True))
        return pieces

    def _statements(self, pieces: Sequence[Written]) -> Iterator[str]:
        graph, place = self.graph, ""
        for i, op in enumerate(graph.ops):
            if op in (CONST, INPUT):
                continue
            here = self._place(i)
            if here != place:
                yield f"# {here}"
                place = here
            whole = self._spelled(i, pieces)
            yield f"{pieces[i].text} = {whole}"

    def _spelled(self, i: int, pieces: Sequence[Written]) -> str:
        rule = self._rules.find(self.graph, i)
        try:
            return unbracketed(self.speller.apply(rule, [pieces[a] for a in self.graph.args[i]]).text)
        except ADError as error:
            raise ADError(error.kind, error.message, self.graph.spans[i], error.hint) from error

    def _place(self, i: int) -> str:
        """Like "line 3, turn 2: s = s + a*a"."""
        span, turns = self.graph.spans[i], loop_turns(self.graph, i)
        if span is None:
            return "the derivative itself"
        text = self._lines[span.line - 1] if span.line <= len(self._lines) else ""
        turn = f", turn {'.'.join(map(str, turns))}" if turns else ""
        return f"line {span.line}{turn}: {remark(text.strip())}"

    def _results(self, kind: str, pieces: Sequence[Written]) -> str:
        texts = [self.speller.boxed(pieces[i]).text for i in self.graph.outputs]
        template = self.problem.recording.template
        value = filled(template, texts[: self.staged.values])
        slopes = texts[self.staged.values :]
        if kind == "primal":
            return value
        if kind == "tangent":
            return f"{value}, {filled(template, slopes)}"
        leaves = iter(slopes)
        return f"{value}, [{', '.join(shaped(given.shape, leaves) for given in self.problem.recording.inputs)}]"


def unbracketed(text: str) -> str:
    """Without brackets around all of it: (a + b) becomes a + b, while (a + b)/(c + d) stays."""
    depths = accumulate((sign == "(") - (sign == ")") for sign in text)
    closed = next((place for place, depth in enumerate(depths) if depth == 0), 0)
    return text[1:-1] if 0 < closed == len(text) - 1 and text[0] == "(" else text


def loop_turns(graph: Graph, i: int) -> list[int]:
    """Which turn of each loop around it made a node, from the outermost in."""
    turns: list[int] = []
    place: int | None = graph.in_context[i]
    while place is not None:
        context = graph.contexts[place]
        turns += [context.turn] * (context.kind == "loop")
        place = context.parent
    return turns[::-1]


def remark(text: str, longest: int = LONGEST_REMARK) -> str:
    """Text that is safe in a comment: printable, and on one line."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= longest else plain[:longest] + " …"


def shaped(shape: Sequence[int], leaves: Iterator[str]) -> str:
    """Names as a nested list of a shape."""
    if not shape:
        return next(leaves)
    return "[" + ", ".join(shaped(shape[1:], leaves) for _ in range(shape[0])) + "]"


def filled(template: Any, texts: Sequence[str]) -> str:
    """The shape of a result, with a text for each number."""
    if isinstance(template, list):
        return "[" + ", ".join(filled(part, texts) for part in template) + "]"
    position: int = template
    return texts[position]
