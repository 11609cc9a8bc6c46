"""What the nodes of a graph are called: v-symbols, the user's names, and operations written with either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np

from adcore.algebras.text import LATEX, PRETTY, SUBSCRIPTS, SUPERSCRIPTS, Style, latex_name
from adcore.columns import Ids, coded, number_of, order_of
from adcore.conditions import places_of
from adcore.graph import CONST, CUSTOM, INPUT, Decision, Graph
from adcore.interpreter import RuleBook
from adcore.phrases import Key, Phrase, Shape, phrase_number, phrase_operation, phrase_partial
from adcore.reach import Flags, tests
from adcore.rows import ATOM
from adcore.rules import Rule

NAMED = Shape(ATOM, simple=True, number=False, lead=0)
NESTED = tuple([Shape(level, simple=False, number=False, lead=0) for level in range(ATOM + 1)])
"""How a formula within a formula looks, by how tightly it binds."""


class Voice:
    """A way to write operations: a style, and how each node is called as an argument: its text and its shape.

    `kinds` says of each node which of the rules is its own; that of an input or a constant is None.
    """

    def __init__(
        self,
        style: Style,
        texts: list[str],
        args: Sequence[Sequence[int]],
        kinds: Sequence[int],
        rules: Sequence[Rule | None],
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

    def shape(self, i: int) -> Shape:
        """How a node looks as an argument."""
        return list(self.known)[self.shapes[i]]

    def operation(self, i: int) -> Phrase:
        """How the operation that makes a node is written."""
        kind, args, shapes = self.kinds[i], self.args[i], self.shapes
        key = (kind, *[shapes[a] for a in args])
        phrase = self.operations.get(key)
        if phrase is None:
            phrase = self.operations[key] = phrase_operation(self.style, self._rule(i), self._shapes(args))
        return phrase

    def written(self, i: int) -> str:
        """The operation that makes a node; the node itself where none does."""
        return self.texts[i] if self.rules[self.kinds[i]] is None else self.filled(self.operation(i), i)

    def filled(self, phrase: Phrase, i: int) -> str:
        """A phrase with how the arguments of a node are called."""
        texts, args = self.texts, self.args[i]
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
            phrase = self.partials[key] = phrase_partial(self.style, self._rule(i), k, self._shapes(letters))
        return phrase

    def _rule(self, i: int) -> Rule:
        rule = self.rules[self.kinds[i]]
        assert rule is not None
        return rule

    def _shapes(self, nodes: Sequence[int]) -> tuple[Shape, ...]:
        known = list(self.known)
        return tuple(known[self.shapes[i]] for i in nodes)

    def looks(self) -> list[list[int]]:
        """The operations, those together that are written by the same phrases."""
        groups, shapes = dict[Key, list[int]](), self.shapes
        for i, (kind, args) in enumerate(zip(self.kinds, self.args, strict=True)):
            if self.rules[kind] is not None:
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
        numbers, has_one = (column.tolist() for column in numbers_of(graph))
        self.numbers = [number if one else None for number, one in zip(numbers, has_one, strict=True)]
        self.turns: list[int] = turns_of(graph).tolist()

    @cached_property
    def _args(self) -> list[tuple[int, ...]]:
        return list(self.graph.args)

    @cached_property
    def _operations(self) -> tuple[list[int], list[Rule | None]]:
        return _kinds(self.graph)

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

    def voices(self) -> tuple[Voice, Voice, Voice]:
        """With the users' names, with Wengert symbols, and as LaTeX."""
        return self._named, self._numbered, self._typeset

    def _voice(self, style: Style, texts: list[str]) -> Voice:
        """What only serves a decision has no name to be called by: it is written out."""
        voice, ops = self.voice(style, texts), self.graph.ops
        for i in [i for i, text in enumerate(texts) if not text and ops[i] != CONST]:
            text = voice.written(i)
            voice.call(i, text, voice.operation(i).shape) if len(text) <= LONGEST_CONDITION else voice.call(i, "…")
        return voice

    def voice(self, style: Style, texts: list[str]) -> Voice:
        """A voice in which constants are called by their numbers, and the other nodes as `texts` say."""
        voice = Voice(style, texts, self._args, *self._operations)
        for (op, constant, _), nodes in self.graph.flat().of_kind():
            if op != CONST:
                continue
            written = phrase_number(style, number_of(constant))
            for i in nodes.tolist():
                voice.call(i, *written)
        return voice

    def symbol(self, i: int) -> str | None:
        """Like "v₁"; None for a constant or a test."""
        return self.symbols[i]

    def name(self, i: int) -> str:
        """How a sentence calls a node: the user's name if there is one, else its symbol.

        A name that is given again and again, as in a loop, is counted: y⁽¹⁾, y⁽²⁾, ...
        """
        if self.graph.ops[i] == CONST:
            return phrase_number(PRETTY, number_of(self.graph.constants[i]))[0]
        return self._names[i] or self._named.texts[i]

    def argument_names(self, i: int) -> list[str]:
        """How a sentence calls the arguments of a node; numbers by their places, since `0 > 0` would say nothing."""
        args, places = self.graph.args[i], places_of(len(self.graph.args[i]))
        return [place if self.graph.ops[a] == CONST else self.name(a) for place, a in zip(places, args, strict=True)]

    def full_name(self, i: int) -> str:
        """Symbol and name together: "v₁ (a)"; an input is called by its name alone."""
        symbol, given = self.symbol(i), self.graph.names[i]
        return f"{symbol} ({self.name(i)})" if symbol and given and self.graph.ops[i] != INPUT else self.name(i)

    def latex_name(self, i: int) -> str:
        """A node's name as LaTeX."""
        return self._latex_name(i) or self._typeset.texts[i]

    def _latex_name(self, i: int) -> str:
        given, number = self.graph.names[i], self.numbers[i]
        if given:
            return _counted(given, self.turns[i])
        return f"v_{{{number}}}" if number is not None else ""

    def function(self, i: int) -> str | None:
        """The user's own function that a node calls; it may be called as an operation is, such as const."""
        custom = self.graph.ops[i] == CUSTOM
        return self.graph.customs[int(self.graph.constants[i] or 0)].name if custom else None

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
        """What is told of every node: `op`, `function`, `symbol`, `text`, `list`, `latex` and `partials`."""
        graph, named, numbered, typeset = self.graph, self._named, self._numbered, self._typeset
        looks = named.looks()
        listed = numbered.all_written(looks if numbered.shapes == named.shapes else numbered.looks())
        for i in graph.inputs:
            listed[i] = named.texts[i]
        return {
            "op": list(graph.ops),
            "function": [self.function(i) for i in range(len(graph))],
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


def _counted(name: str, turn: int) -> str:
    """A name as LaTeX, with the number of the turn where it is given again and again."""
    return f"{{{latex_name(name)}}}^{{({turn})}}" if turn else latex_name(name)


def _kinds(graph: Graph) -> tuple[list[int], list[Rule | None]]:
    """For each node its kind, and of each kind the rule, None of inputs and constants."""
    columns, book = graph.flat(), RuleBook()
    rules = [None if kind[0] in (INPUT, CONST) else book.of_kind(graph, kind) for kind in columns.kinds]
    return columns.kind.tolist(), rules


def numbers_of(graph: Graph) -> tuple[Ids, Flags]:
    """The number of each node's symbol, 0 for the last input, and whether it has one."""
    columns = graph.flat()
    is_input = columns.is_a(INPUT)
    made = ~(columns.is_a(CONST) | is_input | tests(graph))
    numbers = made.cumsum(dtype=np.intc)
    numbers *= made
    numbers[list(graph.inputs)] = np.arange(1 - len(graph.inputs), 1)
    return numbers, made | is_input


def turns_of(graph: Graph) -> Ids:
    """For a node whose name other operations have too, which of them it is; else 0."""
    return graph.flat().keep(turns_of, lambda: _turns_of(graph))


def _turns_of(graph: Graph) -> Ids:
    codes, names = coded(graph.names)
    inputs, turns = {graph.names[i] for i in graph.inputs}, np.zeros(len(graph), np.intc)
    given = codes.copy()
    given[list(graph.inputs)] = 0
    named = np.flatnonzero(given)
    given = given.take(named)
    end, counts, order = 0, np.bincount(given, minlength=len(names)).tolist(), named.take(order_of(given, len(names)))
    for name, count in zip(names, counts, strict=True):
        end += count
        if count > 1 or name in inputs:
            turns[order[end - count : end]] = np.arange(1, count + 1)
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
    is_part, half = _parts(graph), MOST_LINES // 2
    named = np.flatnonzero(is_part)
    has_more = len(named) > MOST_LINES
    shown = dict.fromkeys([*named[:half].tolist(), *named[-half:].tolist()] if has_more else named.tolist(), "")
    is_part[list(shown)] = False
    called = is_part.tobytes()
    needed = _needed(graph, [*graph.outputs[:MOST_LINES], *shown], called)
    args: list[tuple[int, ...]] = [()] * len(graph)
    for i, row in needed.items():
        args[i] = row
    voice, turns = Voice(LATEX, [""] * len(graph), args, *_kinds(graph)), turns_of(graph)
    kinds, used = graph.flat().kinds, {voice.kinds[i] for i in needed}
    numbers = {k: phrase_number(LATEX, number_of(kinds[k][1])) for k in used if kinds[k][0] == CONST}
    for i in sorted(needed):
        kind, whole = voice.kinds[i], ""
        if voice.rules[kind] is not None and not called[i]:
            phrase = voice.operation(i)
            whole = _marked(i, voice.filled(phrase, i))
        if whole and i not in shown:
            voice.call(i, whole, NESTED[phrase.shape.level])
        elif kind in numbers:
            voice.call(i, *numbers[kind])
        else:
            name = _counted(graph.names[i] or "", int(turns[i]))
            voice.call(i, _marked(i, name))
            if i in shown:
                shown[i] = f"{name} &= {whole}"
        if len(voice.texts[i]) > LONGEST_FORMULA or len(whole) > LONGEST_FORMULA:
            return ""
    lines = [f"{latex_name(name)} &= {voice.texts[i]}" for name, i in zip(outputs, graph.outputs, strict=True)]
    return _aligned(lines, list(shown.values()), has_more)


def _parts(graph: Graph) -> Flags:
    """Which operations get a line of their own: those with a name, but for outputs and what only decides."""
    named: Flags = (coded(graph.names)[0] > 0) & ~(tests(graph) | graph.flat().is_a(INPUT))
    named[list(graph.outputs)] = False
    return named


def _needed(graph: Graph, ends: Iterable[int], called: bytes) -> dict[int, tuple[int, ...]]:
    """The nodes that formulas of these consist of, with their arguments; those `called` by a name have none here."""
    found: dict[int, tuple[int, ...]] = {}
    waiting, args = list(ends), graph.args
    while waiting:
        i = waiting.pop()
        if i not in found:
            found[i] = row = () if called[i] else args[i]
            waiting += row
    return found


def _marked(i: int, text: str) -> str:
    return rf"\data{{node={i}}}{{{text}}}"


def _aligned(lines: list[str], parts: list[str], has_more: bool) -> str:
    half = MOST_LINES // 2
    shown = [*parts[:half], r"&\;\;\vdots", *parts[half:]] if has_more else parts
    return r"\begin{aligned}" + r" \\ ".join([*lines[:MOST_LINES], *shown]) + r"\end{aligned}"
