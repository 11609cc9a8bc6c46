"""What the nodes of a graph are called: v-symbols, the user's names, and operations written with either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adcore.algebras.text import LATEX, PRETTY, SUBSCRIPTS, SUPERSCRIPTS, Style, TextAlgebra, Written, latex_name
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
        self.turns = _turns(graph)
        self._rules = RuleBook()
        self._named = self._voice(PRETTY, self.name)
        self._numbered = self._voice(PRETTY, lambda i: self.symbol(i) or self.name(i))
        self._typeset = self._voice(LATEX, lambda i: rf"\data{{node={i}}}{{{self.latex_name(i)}}}")

    def _voice(self, style: Style, name: Callable[[int], str]) -> Voice:
        """What only serves a decision has no name to be called by: it is written out."""
        graph, writer = self.graph, TextAlgebra(style)
        pieces: list[Written] = []
        for i, op in enumerate(graph.ops):
            if op == CONST:
                pieces.append(writer.const(graph.constants[i] or 0.0))
            elif graph.names[i] or self.numbers[i] is not None:
                pieces.append(Written(name(i), simple=True))
            else:
                whole = writer.apply(self._rules.find(graph, i), [pieces[a] for a in graph.args[i]])
                pieces.append(whole if len(whole.text) <= LONGEST_CONDITION else Written("…", simple=True))
        return Voice(writer, tuple(pieces))

    def symbol(self, i: int) -> str | None:
        """Like "v₁"; None for a constant or a test."""
        number = self.numbers[i]
        return None if number is None else f"v{number}".translate(SUBSCRIPTS)

    def name(self, i: int) -> str:
        """How a sentence calls a node: the user's name if there is one, else its symbol.

        A name that is given again and again, as in a loop, is counted: y⁽¹⁾, y⁽²⁾, ...
        """
        given, turn = self.graph.names[i], self.turns[i]
        if self.graph.ops[i] == CONST:
            return PRETTY.number(self.graph.constants[i] or 0.0)
        if not given:
            return self.symbol(i) or self._named.pieces[i].text
        return PRETTY.name(given) + (f"⁽{str(turn).translate(SUPERSCRIPTS)}⁾" if turn else "")

    def full_name(self, i: int) -> str:
        """Symbol and name together: "v₁ (a)"; an input is called by its name alone."""
        symbol, given = self.symbol(i), self.graph.names[i]
        return f"{symbol} ({self.name(i)})" if symbol and given and self.graph.ops[i] != INPUT else self.name(i)

    def latex_name(self, i: int) -> str:
        """A node's name as LaTeX."""
        given, number, turn = self.graph.names[i], self.numbers[i], self.turns[i]
        if given:
            return f"{{{latex_name(given)}}}^{{({turn})}}" if turn else latex_name(given)
        return f"v_{{{number}}}" if number is not None else self._typeset.pieces[i].text

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

    def decision(self, decision: Decision) -> str:
        """A decision as the condition under which the trace is valid: "x > 1", "not (x > 1)"."""
        text = self.text(decision.node)
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
    tests = graph.tests()
    count = 0
    for i, op in enumerate(graph.ops):
        if op not in (INPUT, CONST) and not tests[i]:
            count += 1
            numbers[i] = count
    return numbers


def _turns(graph: Graph) -> list[int]:
    """For a node whose name other operations have too, which of them it is; else 0."""
    given = [None if op == INPUT else name for op, name in zip(graph.ops, graph.names, strict=True)]
    inputs = {graph.names[i] for i in graph.inputs}
    often = {name for name, times in Counter(given).items() if times > 1 or name in inputs}
    seen: Counter[str | None] = Counter()
    turns: list[int] = []
    for name in given:
        seen[name] += 1
        turns.append(seen[name] if name is not None and name in often else 0)
    return turns


LONGEST_CONDITION = 200
LONGEST_FORMULA = 12_000
LARGEST_FORMULA = 2_000
MOST_LINES = 12


def program_latex(graph: Graph, outputs: Sequence[str]) -> str:
    """The whole function as rendered mathematics: the outputs, by these names, then the named parts they are made of.

    Long programs are cut short with dots; one whose formula does not fit on a page gives "".
    """
    if len(graph) > LARGEST_FORMULA:
        return ""
    labels, writer, rules = Labels(graph), TextAlgebra(LATEX), RuleBook()
    deciding = graph.tests()
    parts: list[str] = []
    written: list[Written] = []
    for node in graph:
        name = Written(_marked(node.id, labels.latex_name(node.id)), simple=True)
        if node.op == CONST:
            written.append(writer.const(node.constant or 0.0))
        elif node.op == INPUT:
            written.append(name)
        else:
            whole = writer.apply(rules.find(graph, node.id), [written[a] for a in node.args])
            whole = Written(_marked(node.id, whole.text), whole.level)
            is_part = node.name is not None and node.id not in graph.outputs and not deciding[node.id]
            parts += [f"{labels.latex_name(node.id)} &= {whole.text}"] * is_part
            written.append(name if is_part else whole)
        if len(written[-1].text) > LONGEST_FORMULA:
            return ""
    lines = [f"{latex_name(name)} &= {written[i].text}" for name, i in zip(outputs, graph.outputs, strict=True)]
    return _aligned(lines, parts)


def _marked(i: int, text: str) -> str:
    return rf"\data{{node={i}}}{{{text}}}"


def _aligned(lines: list[str], parts: list[str]) -> str:
    half = MOST_LINES // 2
    shown = parts if len(parts) <= MOST_LINES else [*parts[:half], r"&\;\;\vdots", *parts[-half:]]
    return r"\begin{aligned}" + r" \\ ".join([*lines[:MOST_LINES], *shown]) + r"\end{aligned}"
