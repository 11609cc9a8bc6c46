"""What the nodes of a graph are called: v-symbols, the user's names, and operations written with either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

from adcore.algebras.text import LATEX, PRETTY, SUBSCRIPTS, SUPERSCRIPTS, Style, TextAlgebra, latex_name
from adcore.graph import CONST, CUSTOM, INPUT, Decision, Graph
from adcore.interpreter import RuleBook
from adcore.phrases import Key, Phrase, Shape, phrase_operation, phrase_partial, shape_of
from adcore.rows import ATOM
from adcore.rules import Rule

NAMED = Shape(ATOM, simple=True, number=False, lead=0)


class Voice:
    """A way to write operations: a style, and how each node is called as an argument: its text and its shape.

    `kinds` gives for each operation the number of its rule, -1 for an input or a constant, which has none.
    """

    def __init__(
        self,
        style: Style,
        texts: list[str],
        args: Sequence[Sequence[int]],
        kinds: Sequence[int],
        rules: Sequence[Rule],
    ) -> None:
        self.style = style
        self.args, self.kinds, self.rules = args, kinds, rules
        self.texts = texts
        self.shapes = [0] * len(texts)
        self.known: dict[Shape, int] = {NAMED: 0}
        self.operations: dict[Key, Phrase] = {}
        self.partials: dict[Key, Phrase] = {}

    def call(self, i: int, text: str, shape: Shape = NAMED) -> None:
        """Say how a node is called that has no name."""
        self.texts[i] = text
        self.shapes[i] = self.known.setdefault(shape, len(self.known))

    def operation(self, i: int) -> Phrase:
        """How the operation that makes a node is written."""
        kind, args, shapes = self.kinds[i], self.args[i], self.shapes
        key = (kind, *[shapes[a] for a in args])
        phrase = self.operations.get(key)
        if phrase is None:
            phrase = self.operations[key] = phrase_operation(self.style, self.rules[kind], self._shapes(args))
        return phrase

    def written(self, i: int) -> str:
        """The operation that makes a node; the node itself where none does."""
        if self.kinds[i] < 0:
            return self.texts[i]
        texts, args, phrase = self.texts, self.args[i], self.operation(i)
        return phrase.form % tuple([texts[args[k]] for k in phrase.letters])

    def partial(self, i: int, k: int) -> str:
        """The partial of the operation for its argument k."""
        texts, letters, phrase = self.texts, (*self.args[i], i), self._partial(i, k)
        return phrase.form % tuple([texts[letters[p]] for p in phrase.letters])

    def _partial(self, i: int, k: int) -> Phrase:
        kind, letters, shapes = self.kinds[i], (*self.args[i], i), self.shapes
        key = (kind, k, *[shapes[a] for a in letters])
        phrase = self.partials.get(key)
        if phrase is None:
            phrase = self.partials[key] = phrase_partial(self.style, self.rules[kind], k, self._shapes(letters))
        return phrase

    def _shapes(self, nodes: Sequence[int]) -> tuple[Shape, ...]:
        known = list(self.known)
        return tuple(known[self.shapes[i]] for i in nodes)

    def looks(self) -> list[list[int]]:
        """The operations, those together that are written by the same phrases."""
        groups, shapes = dict[Key, list[int]](), self.shapes
        for i, (kind, args) in enumerate(zip(self.kinds, self.args, strict=True)):
            if kind >= 0:
                groups.setdefault((kind, shapes[i], *[shapes[a] for a in args]), []).append(i)
        return list(groups.values())

    def all_written(self, looks: Iterable[Sequence[int]]) -> list[str]:
        """`written` for every node; a phrase is filled in for many nodes at once."""
        column = list(self.texts)
        for nodes in looks:
            for i, text in zip(nodes, self._filled(self.operation(nodes[0]), nodes), strict=True):
                column[i] = text
        return column

    def all_partials(self, looks: Iterable[Sequence[int]], varied: Sequence[bool]) -> list[list[str | None]]:
        """`partial` for every argument that varies."""
        columns: list[list[str | None]] = [[None] * len(args) for args in self.args]
        for nodes in looks:
            for k in range(len(self.args[nodes[0]])):
                chosen = [i for i in nodes if varied[self.args[i][k]]]
                filled = self._filled(self._partial(nodes[0], k), chosen) if chosen else ()
                for i, text in zip(chosen, filled, strict=True):
                    columns[i][k] = text
        return columns

    def _filled(self, phrase: Phrase, nodes: Sequence[int]) -> Iterable[str]:
        texts, args = self.texts, self.args
        arity = len(args[nodes[0]])
        columns = [
            [texts[args[i][p]] for i in nodes] if p < arity else [texts[i] for i in nodes] for p in phrase.letters
        ]
        return map(phrase.form.__mod__, zip(*columns, strict=True) if columns else repeat((), len(nodes)))


class Labels:
    """Names for one graph: inputs are v₁₋ₙ … v₀, operations v₁, v₂, … (Griewank & Walther 2008, section 2.1)."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.numbers = _numbers(graph)
        self.turns = _turns(graph)
        self._operations = _kinds(graph)

    @cached_property
    def symbols(self) -> list[str | None]:
        """The symbols of all nodes."""
        return [None if number is None else f"v{number}".translate(SUBSCRIPTS) for number in self.numbers]

    @cached_property
    def _names(self) -> list[str | None]:
        """The names that the user gave, counted where one is given again and again: y⁽¹⁾, y⁽²⁾, ..."""
        marks = {turn: f"⁽{str(turn).translate(SUPERSCRIPTS)}⁾" if turn else "" for turn in self.turns}
        given = zip(self.graph.names, self.turns, strict=True)
        return [PRETTY.name(name) + marks[turn] if name else None for name, turn in given]

    @cached_property
    def _named(self) -> Voice:
        return self._voice(
            PRETTY, [name or symbol or "" for name, symbol in zip(self._names, self.symbols, strict=True)]
        )

    @cached_property
    def _numbered(self) -> Voice:
        return self._voice(
            PRETTY, [symbol or name or "" for name, symbol in zip(self._names, self.symbols, strict=True)]
        )

    @cached_property
    def _typeset(self) -> Voice:
        called = [self._latex_name(i) for i in range(len(self.graph))]
        return self._voice(LATEX, [rf"\data{{node={i}}}{{{name}}}" if name else "" for i, name in enumerate(called)])

    def _voice(self, style: Style, texts: list[str]) -> Voice:
        """What only serves a decision has no name to be called by: it is written out."""
        voice, ops = self.voice(style, texts), self.graph.ops
        for i in [i for i, text in enumerate(texts) if not text and ops[i] != CONST]:
            text = voice.written(i)
            voice.call(i, text, voice.operation(i).shape) if len(text) <= LONGEST_CONDITION else voice.call(i, "…")
        return voice

    def voice(self, style: Style, texts: list[str] | None = None) -> Voice:
        """A voice in which constants are called by their numbers, and the other nodes as `texts` say, or not yet."""
        graph, writer, numerals = self.graph, TextAlgebra(style), dict[float, tuple[str, Shape]]()
        voice = Voice(style, texts or [""] * len(graph), graph.args, *self._operations)
        for i in [i for i, op in enumerate(graph.ops) if op == CONST]:
            number = graph.constants[i] or 0.0
            if number not in numerals:
                piece = writer.const(number)
                numerals[number] = piece.text, shape_of(piece)
            voice.call(i, *numerals[number])
        return voice

    def symbol(self, i: int) -> str | None:
        """Like "v₁"; None for a constant or a test."""
        return self.symbols[i]

    def name(self, i: int) -> str:
        """How a sentence calls a node: the user's name if there is one, else its symbol.

        A name that is given again and again, as in a loop, is counted: y⁽¹⁾, y⁽²⁾, ...
        """
        if self.graph.ops[i] == CONST:
            return PRETTY.number(self.graph.constants[i] or 0.0)
        return self._names[i] or self._named.texts[i]

    def full_name(self, i: int) -> str:
        """Symbol and name together: "v₁ (a)"; an input is called by its name alone."""
        symbol, given = self.symbol(i), self.graph.names[i]
        return f"{symbol} ({self.name(i)})" if symbol and given and self.graph.ops[i] != INPUT else self.name(i)

    def latex_name(self, i: int) -> str:
        """A node's name as LaTeX."""
        return self._latex_name(i) or self._typeset.texts[i]

    def _latex_name(self, i: int) -> str:
        given, number, turn = self.graph.names[i], self.numbers[i], self.turns[i]
        if given:
            return f"{{{latex_name(given)}}}^{{({turn})}}" if turn else latex_name(given)
        return f"v_{{{number}}}" if number is not None else ""

    def operation(self, i: int) -> str:
        """The primitive, or the user's own function, that makes a node."""
        custom = self.graph.ops[i] == CUSTOM
        return self.graph.customs[int(self.graph.constants[i] or 0)].name if custom else self.graph.ops[i]

    def text(self, i: int) -> str:
        """The operation with the users' names: "x₁ / x₂"."""
        return self._named.written(i)

    def listed(self, i: int) -> str:
        """The operation with Wengert symbols: "v₋₁ / v₀"; an input by its own name."""
        return (self._named if self.graph.ops[i] == INPUT else self._numbered).written(i)

    def latex(self, i: int) -> str:
        """The operation with the users' names, as LaTeX."""
        return self._typeset.written(i)

    def columns(self) -> dict[str, Sequence[Any]]:
        """What a page shows of every node: `operation`, `symbol`, `text`, `listed`, `latex` and `partial`."""
        graph, named, numbered, typeset = self.graph, self._named, self._numbered, self._typeset
        looks = named.looks()
        listed = numbered.all_written(looks if numbered.shapes == named.shapes else numbered.looks())
        for i in graph.inputs:
            listed[i] = named.texts[i]
        return {
            "op": [self.operation(i) for i in range(len(graph))] if graph.customs else graph.ops,
            "symbol": self.symbols,
            "text": named.all_written(looks),
            "list": listed,
            "latex": typeset.all_written(looks if typeset.shapes == named.shapes else typeset.looks()),
            "partials": named.all_partials(looks, graph.varied()),
        }

    def decision(self, decision: Decision) -> str:
        """A decision as the condition under which the trace is valid: "x > 1", "not (x > 1)"."""
        text = self.text(decision.node)
        return text if decision.taken else f"not ({text})"

    def partial(self, i: int, k: int) -> str:
        """The local partial for argument k with the users' names: "1 / x₂"."""
        return self._named.partial(i, k)

    def latex_partial(self, i: int, k: int) -> str:
        """The same as LaTeX."""
        return self._typeset.partial(i, k)


def _kinds(graph: Graph) -> tuple[list[int], list[Rule]]:
    """For each node the number of its rule, and the rules by number."""
    book, known, rules, kinds = RuleBook(), dict[tuple[str, float | None, int], int](), list[Rule](), list[int]()
    for i, key in enumerate(zip(graph.ops, graph.constants, map(len, graph.args), strict=True)):
        kind = known.get(key, -1)
        if kind < 0 and key[0] not in (INPUT, CONST):
            kind = known[key] = len(rules)
            rules.append(book.find(graph, i))
        kinds.append(kind)
    return kinds, rules


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


def program_latex(graph: Graph, outputs: Sequence[str], labels: Labels | None = None) -> str:
    """The whole function as rendered mathematics: the outputs, by these names, then the named parts they are made of.

    Long programs are cut short with dots; one whose formula does not fit on a page gives "".
    """
    if len(graph) > LARGEST_FORMULA:
        return ""
    labels = labels or Labels(graph)
    voice, deciding, returned = labels.voice(LATEX), graph.tests(), frozenset(graph.outputs)
    parts: list[str] = []
    for i, op in enumerate(graph.ops):
        name = labels.latex_name(i)
        if op == INPUT:
            voice.call(i, _marked(i, name))
        elif op != CONST:
            whole, is_part = (
                _marked(i, voice.written(i)),
                bool(graph.names[i]) and i not in returned and not deciding[i],
            )
            if is_part:
                parts.append(f"{name} &= {whole}")
                voice.call(i, _marked(i, name))
            else:
                voice.call(i, whole, Shape(voice.operation(i).shape.level, simple=False, number=False, lead=0))
        if len(voice.texts[i]) > LONGEST_FORMULA:
            return ""
    lines = [f"{latex_name(name)} &= {voice.texts[i]}" for name, i in zip(outputs, graph.outputs, strict=True)]
    return _aligned(lines, parts)


def _marked(i: int, text: str) -> str:
    return rf"\data{{node={i}}}{{{text}}}"


def _aligned(lines: list[str], parts: list[str]) -> str:
    half = MOST_LINES // 2
    shown = parts if len(parts) <= MOST_LINES else [*parts[:half], r"&\;\;\vdots", *parts[-half:]]
    return r"\begin{aligned}" + r" \\ ".join([*lines[:MOST_LINES], *shown]) + r"\end{aligned}"
