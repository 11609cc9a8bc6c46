"""What the nodes of a graph are called: v-symbols, the user's names, and operations written with either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adcore.algebras.text import LATEX, PLAIN, PRETTY, SUBSCRIPTS, Style, TextAlgebra, Written, latex_name
from adcore.graph import CONST, CUSTOM, INPUT, Decision, Graph
from adcore.interpreter import RuleBook, formula


@dataclass(frozen=True, slots=True)
class Voice:
    """A way to write operations: a style, and how each node is called as an argument in it."""

    writer: TextAlgebra
    pieces: tuple[Written, ...]


class Labels:
    """Names for one graph: inputs are v₁₋ₙ … v₀, operations v₁, v₂, … (Griewank & Walther 2008, section 2.1)."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.numbers = _numbers(graph)
        self._rules = RuleBook()
        self._named = self._voice(PRETTY, self.name)
        self._numbered = self._voice(PRETTY, lambda i: self.symbol(i) or self.name(i))
        self._typeset = self._voice(LATEX, lambda i: rf"\data{{node={i}}}{{{self.latex_name(i)}}}")

    def _voice(self, style: Style, name: Callable[[int], str]) -> Voice:
        writer, pieces = TextAlgebra(style), []
        for i, op in enumerate(self.graph.ops):
            constant = op == CONST
            pieces.append(writer.const(self.graph.constants[i] or 0.0) if constant else Written(name(i), simple=True))
        return Voice(writer, tuple(pieces))

    def symbol(self, i: int) -> str | None:
        """Like "v₁"; None for a constant or a test."""
        number = self.numbers[i]
        return None if number is None else f"v{number}".translate(SUBSCRIPTS)

    def name(self, i: int) -> str:
        """How a sentence calls a node: the user's name if there is one, else its symbol."""
        given = self.graph.names[i]
        return PRETTY.name(given) if given else self.symbol(i) or f"test {i}"

    def full_name(self, i: int) -> str:
        """Symbol and name together: "v₁ (a)"; an input is called by its name alone."""
        symbol, given = self.symbol(i), self.graph.names[i]
        return f"{symbol} ({PRETTY.name(given)})" if symbol and given and self.graph.ops[i] != INPUT else self.name(i)

    def latex_name(self, i: int) -> str:
        """A node's name as LaTeX."""
        given, number = self.graph.names[i], self.numbers[i]
        return latex_name(given) if given else f"v_{{{number}}}" if number is not None else rf"\text{{test {i}}}"

    def operation(self, i: int) -> str:
        """The primitive, or the user's own function, that makes a node."""
        custom = self.graph.ops[i] == CUSTOM
        return self.graph.customs[int(self.graph.constants[i] or 0)].name if custom else self.graph.ops[i]

    def text(self, i: int) -> str:
        """The operation with the users' names: "x₁ / x₂"."""
        return self._written(i, self._named)

    def listed(self, i: int) -> str:
        """The operation with Wengert symbols: "v₋₁ / v₀"; an input by its own name."""
        return self._written(i, self._named if self.graph.ops[i] == INPUT else self._numbered)

    def latex(self, i: int) -> str:
        """The operation with the users' names, as LaTeX."""
        return self._written(i, self._typeset)

    def plain(self, i: int) -> str:
        """The operation in our own language, arguments written out: "x*x > 2"."""
        return _expand(self.graph, i, TextAlgebra(PLAIN), self._rules).text

    def decision(self, decision: Decision) -> str:
        """A decision as the condition under which the trace is valid: "x > 1", "not (x > 1)"."""
        text = self.plain(decision.node)
        return text if decision.taken else f"not ({text})"

    def partial(self, i: int, k: int) -> str:
        """The local partial for argument k with the users' names: "1 / x₂"."""
        return self._partial(i, k, self._named)

    def latex_partial(self, i: int, k: int) -> str:
        """The same as LaTeX."""
        return self._partial(i, k, self._typeset)

    def _written(self, i: int, voice: Voice) -> str:
        graph = self.graph
        if graph.ops[i] in (CONST, INPUT):
            return voice.pieces[i].text
        return voice.writer.apply(self._rules.find(graph, i), [voice.pieces[a] for a in graph.args[i]]).text

    def _partial(self, i: int, k: int, voice: Voice) -> str:
        rule = self._rules.find(self.graph, i)
        return formula(
            voice.writer, rule.partials[k], [voice.pieces[a] for a in self.graph.args[i]], voice.pieces[i]
        ).text


def _numbers(graph: Graph) -> list[int | None]:
    numbers: list[int | None] = [None] * len(graph)
    for position, i in enumerate(graph.inputs):
        numbers[i] = position + 1 - len(graph.inputs)
    deciding = frozenset(decision.node for decision in graph.decisions)
    useful = graph.useful()
    count = 0
    for i, op in enumerate(graph.ops):
        if op not in (INPUT, CONST) and (useful[i] or i not in deciding):
            count += 1
            numbers[i] = count
    return numbers


LONGEST_EXPANSION = 200


def _expand(graph: Graph, i: int, writer: TextAlgebra, rules: RuleBook) -> Written:
    """A node written out down to names; a long one is cut at its named parts."""
    needed = graph.useful([i])
    written: dict[int, Written] = {}
    for k in range(i + 1):
        if not needed[k]:
            continue
        if graph.ops[k] == CONST:
            written[k] = writer.const(graph.constants[k] or 0.0)
        elif graph.names[k] and k != i:
            written[k] = writer.letter(graph.names[k] or "")
        else:
            whole = writer.apply(rules.find(graph, k), [written[a] for a in graph.args[k]])
            written[k] = whole if len(whole.text) <= LONGEST_EXPANSION else Written("…", simple=True)
    return written[i]


def program_latex(graph: Graph, limit: int = 12) -> str:
    """The whole function as rendered mathematics: the outputs, then the named parts they are made of.

    A program with more than `limit` named parts is cut short with dots.
    """
    labels, writer, rules = Labels(graph), TextAlgebra(LATEX), RuleBook()
    deciding = graph.tests()
    lines: list[str] = []
    written: dict[int, Written] = {}
    for node in graph:
        if node.op == CONST:
            written[node.id] = writer.const(node.constant or 0.0)
            continue
        if node.op == INPUT:
            written[node.id] = Written(_marked(node.id, labels.latex_name(node.id)), simple=True)
            continue
        whole = writer.apply(rules.find(graph, node.id), [written[a] for a in node.args])
        if len(whole.text) > 60 * LONGEST_EXPANSION:
            return ""
        marked = Written(_marked(node.id, whole.text), whole.level)
        if node.name and node.id not in graph.outputs and not deciding[node.id]:
            lines.append(f"{labels.latex_name(node.id)} &= {marked.text}")
            marked = Written(_marked(node.id, labels.latex_name(node.id)), simple=True)
        written[node.id] = marked
    return _aligned([written[i].text for i in graph.outputs], lines, limit)


def _marked(i: int, text: str) -> str:
    return rf"\data{{node={i}}}{{{text}}}"


def _aligned(outputs: list[str], parts: list[str], limit: int) -> str:
    names = ["y"] if len(outputs) == 1 else [f"y_{{{k + 1}}}" for k in range(len(outputs))]
    lines = [f"{name} &= {text}" for name, text in zip(names, outputs, strict=True)]
    shown = parts if len(parts) <= limit else [*parts[: limit // 2], r"&\;\;\vdots", *parts[-limit // 2 :]]
    return r"\begin{aligned}" + r" \\ ".join([*lines[:limit], *shown]) + r"\end{aligned}"
