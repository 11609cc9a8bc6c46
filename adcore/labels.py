"""What the nodes of a graph are called: v-symbols, the user's names, and operations written with either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

from adcore.algebras.text import LATEX, PRETTY, SUBSCRIPTS, SUPERSCRIPTS, Style, TextAlgebra, Written, latex_name
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
        self, style: Style, args: Sequence[Sequence[int]], kinds: Sequence[int], rules: Sequence[Rule]
    ) -> None:
        self.style = style
        self.args, self.kinds, self.rules = args, kinds, rules
        self.texts: list[str] = []
        self.shapes: list[int] = []
        self.known: dict[Shape, int] = {NAMED: 0}
        self.operations: dict[Key, Phrase] = {}
        self.partials: dict[Key, Phrase] = {}

    def add(self, text: str, shape: Shape = NAMED) -> None:
        """How the next node is called."""
        self.texts.append(text)
        self.shapes.append(self.known.setdefault(shape, len(self.known)))

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
        kind, letters, texts, shapes = self.kinds[i], (*self.args[i], i), self.texts, self.shapes
        key = (kind, k, *[shapes[a] for a in letters])
        phrase = self.partials.get(key)
        if phrase is None:
            phrase = self.partials[key] = phrase_partial(self.style, self.rules[kind], k, self._shapes(letters))
        return phrase.form % tuple([texts[letters[p]] for p in phrase.letters])

    def _shapes(self, nodes: Sequence[int]) -> tuple[Shape, ...]:
        known = list(self.known)
        return tuple(known[self.shapes[i]] for i in nodes)


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
    def _named(self) -> Voice:
        return self._voice(PRETTY, self.name)

    @cached_property
    def _numbered(self) -> Voice:
        return self._voice(PRETTY, lambda i: self.symbol(i) or self.name(i))

    @cached_property
    def _typeset(self) -> Voice:
        return self._voice(LATEX, lambda i: rf"\data{{node={i}}}{{{self.latex_name(i)}}}")

    def _voice(self, style: Style, name: Callable[[int], str]) -> Voice:
        """What only serves a decision has no name to be called by: it is written out."""
        graph, writer, numerals = self.graph, TextAlgebra(style), dict[float, tuple[str, Shape]]()
        voice = Voice(style, graph.args, *self._operations)
        for i, op in enumerate(graph.ops):
            if op == CONST:
                number = graph.constants[i] or 0.0
                if number not in numerals:
                    piece = writer.const(number)
                    numerals[number] = piece.text, shape_of(piece)
                voice.add(*numerals[number])
            elif graph.names[i] or self.numbers[i] is not None:
                voice.add(name(i))
            else:
                text = voice.written(i)
                voice.add(text, voice.operation(i).shape) if len(text) <= LONGEST_CONDITION else voice.add("…")
        return voice

    def symbol(self, i: int) -> str | None:
        """Like "v₁"; None for a constant or a test."""
        return self.symbols[i]

    def name(self, i: int) -> str:
        """How a sentence calls a node: the user's name if there is one, else its symbol.

        A name that is given again and again, as in a loop, is counted: y⁽¹⁾, y⁽²⁾, ...
        """
        given, turn = self.graph.names[i], self.turns[i]
        if self.graph.ops[i] == CONST:
            return PRETTY.number(self.graph.constants[i] or 0.0)
        if not given:
            return self.symbol(i) or self._named.texts[i]
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
        return f"v_{{{number}}}" if number is not None else self._typeset.texts[i]

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
