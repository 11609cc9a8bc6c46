"""Python text of programs with kept loops: a `for` forwards that stores what the one backwards reads.

The logistic map and its derivative:

    def program(v0):
        try:
            l1_t0 = []
            l1_c0 = v0
            for _ in range(1000):
                l1_t0.append(l1_c0)
                l1_v6 = 4.0*l1_c0*(1.0 - l1_c0)
                l1_c0 = l1_v6
            l4_a0 = 1.0
            for l4_c0 in reversed(l1_t0):
                l4_v7 = (1.0 - l4_c0)*4.0 - 4.0*l4_c0
                l4_a0 = l4_a0*l4_v7
            r = (l1_c0, l4_a0, )
            s = sum(r)
            if s*0.0 == 0.0:
                return r
        except (ValueError, OverflowError, ZeroDivisionError):
            pass
        return otherwise(v0)

`l1_` marks the names of the loop that is node 1. What the turns give for the elements of a list is collected and put in
its places after the loop.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import add
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.backends.batches import Array, Fill
from adcore.backends.emitter import EMITTED, body_of, build, functions_of
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.loops import cut_straight
from adcore.rows import Row
from adcore.staged_loops import LOOP, LOOP_BACK, PART, Backward, Forward, Staged, narrow, needs

LEAST_TURNS = 100
"""Turns from which a loop is kept, if it does enough operations."""
LEAST_OPERATIONS: Mapping[str, int] = MappingProxyType({"python": 2000, "llvm": 0})
"""Operations from which a loop is kept, by backend.

Measured in Python: as long as a loop does fewer, unrolled code is up to twice as fast and, at 15 us for an operation,
ready within 30 ms; from there on the gain is smaller and the wait longer. Machine code is as fast kept as unrolled.
"""

LONGEST_LIST = 100_000
"""Turns up to which carried values are stored in a list, which is faster than an array but takes 32 bytes for each."""
LOOPING: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"add": add, "array": array, "map": map, "range": range, "reversed": reversed, "sum": sum, "zip": zip}
)
"""The functions of Python that the text calls besides those of rows."""
OUTSIDE = (INPUT, CONST, LOOP, LOOP_BACK, PART)
_VARIABLE = re.compile(r"\bv(\d+)\b")


def emit_looped(staged: Staged, taken: Sequence[bool], trusted: int | None = None) -> str:
    """The program as text. Its last outputs are tests.

    Where one is not as `taken`, or one of the first `trusted` results (of all) is no number, `otherwise` answers.
    """
    parameters = [f"v{i}" for i in staged.graph.inputs]
    block = Block(staged, "", parameters)
    lines, outputs = list(block.lines()), block.outputs()
    end = len(outputs) - len(taken)
    tests = [text if expected else f"not {text}" for text, expected in zip(outputs[end:], taken, strict=True)]
    return "\n".join(
        [
            f"def program({', '.join(parameters)}):",
            "    try:",
            *(f"        {line}" for line in lines),
            f"        r = ({''.join(f'{text}, ' for text in _starred(outputs[:end], block.lists))})",
            f"        s = sum(r{'' if trusted is None else f'[:{trusted}]'})",
            f"        if {' and '.join(['s*0.0 == 0.0', *dict.fromkeys(tests)])}:",
            "            return r",
            "    except (ValueError, OverflowError, ZeroDivisionError):",
            "        pass",
            f"    return otherwise({', '.join(parameters)})",
            "",
        ]
    )


def build_looped(
    staged: Staged,
    taken: Sequence[bool],
    pick: Callable[[Row], Callable[..., Any]],
    otherwise: Callable[..., Any],
    trusted: int | None = None,
) -> tuple[str, Callable[..., tuple[Any, ...]]]:
    """The text of a staged program with loops, and the function that it defines."""
    text = emit_looped(staged, taken, trusted)
    functions = {**LOOPING, "otherwise": otherwise}
    for graph in _straight_graphs(staged):
        functions.update(functions_of(graph, pick))
    return text, build(text, functions)


def one_by_one(numbers: Callable[..., Sequence[float]]) -> Fill:
    """Code for many points that calls the code for one."""

    def fill(inputs: Sequence[Array], table: Array) -> Array:
        for k, point in enumerate(zip(*inputs, strict=True)):
            table[:, k] = numbers(*map(float, point))
        return np.zeros(0, int)

    return fill


def _straight_graphs(staged: Staged) -> Iterator[Graph]:
    graph = staged.graph
    yield cut_straight(graph, range(len(graph)), [0] * len(graph), outside=OUTSIDE).graph
    for loop in staged.loops:
        yield from _straight_graphs(loop.step)


class Block:
    """Statements of a staged graph. Every node has a text: a variable, a number, or an element of a list of adjoints.

    `lists` are the lists of adjoints by name, with their lengths.
    """

    def __init__(self, staged: Staged, prefix: str, inputs: Sequence[str]) -> None:
        self.staged = staged
        self.prefix = prefix
        self.texts: list[str] = []
        self.writers: dict[int, Forth | Back] = {}
        self.lists: dict[str, int] = {}
        graph, given = staged.graph, iter(inputs)
        for i, (op, args, constant) in enumerate(zip(graph.ops, graph.args, graph.constants, strict=True)):
            if op in (LOOP, LOOP_BACK):
                self.writers[i] = self._writer(i)
            if op == PART:
                self.texts.append(self.writers[args[0]].part(int(constant or 0)))
            elif op == CONST:
                self.texts.append(_number(number_of(constant)))
            else:
                self.texts.append(next(given) if op == INPUT else f"{prefix}v{i}")

    def _writer(self, i: int) -> Forth | Back:
        graph, prefix = self.staged.graph, f"{self.prefix}l{i}_"
        loop, args = self.staged.loops[int(graph.constants[i] or 0)], graph.args[i]
        texts = [self.texts[a] for a in args]
        if isinstance(loop, Forward):
            return Forth(loop, prefix, texts, *needs(self.staged, i))
        around = self.writers[args[0]]
        assert isinstance(around, Forth)
        back = Back(loop, around, prefix, texts[1:])
        self.lists.update((f"{prefix}d{h}", around.loop.holders[h]) for h in loop.holders)
        return back

    def outputs(self) -> list[str]:
        return [self.texts[i] for i in self.staged.graph.outputs]

    def lines(self) -> Iterator[str]:
        """The statements in order: straight ones, a loop, straight ones, ..."""
        graph, first = self.staged.graph, 0
        last_use = graph.last_uses()
        for i in [*self.writers, len(graph)]:
            yield from self._straight(graph, range(first, i), last_use)
            first = i
            if i < len(graph):
                yield from self.writers[i].lines()

    def _straight(self, graph: Graph, members: range, last_use: Sequence[int]) -> Iterator[str]:
        piece = cut_straight(graph, members, last_use, outside=OUTSIDE)
        inner = [i for i in members if graph.ops[i] not in OUTSIDE]
        names = [self.texts[i] for i in (*piece.reads, *inner)]
        for line in body_of(piece.graph).lines:
            yield _VARIABLE.sub(lambda found: names[int(found[1])], line)


def _number(c: float) -> str:
    text = EMITTED.number(c)
    return f"({text})" if text.startswith("-") else text


def _starred(texts: Sequence[str], lists: Mapping[str, int]) -> Iterator[str]:
    """The same texts, whole lists as one: d[0], d[1], d[2] is *d where d has three elements."""
    k = 0
    while k < len(texts):
        name, bracket, _ = texts[k].partition("[")
        length = lists.get(name, 0) if bracket else 0
        if length and list(texts[k : k + length]) == [f"{name}[{place}]" for place in range(length)]:
            yield f"*{name}"
            k += length
        else:
            yield texts[k]
            k += 1


def _sliced(holder: str, places: range) -> str:
    """The elements of a list at these places: h[4::-1] for 4, 3, 2, 1, 0."""
    stop = "" if places.stop < 0 else places.stop
    return f"{holder}[{places.start}:{stop}:{places.step}]"


def _over(holder: str, places: range, length: int) -> str:
    """What runs over these elements, without a copy where that is possible."""
    if places == range(length):
        return holder
    return f"reversed({holder})" if places == range(length)[::-1] else _sliced(holder, places)


def _head(iterators: Mapping[str, str], turns: int) -> str:
    """The first line of a loop with these variables and what they run over."""
    if not iterators:
        return f"for _ in range({turns}):"
    if len(iterators) == 1:
        return "for {} in {}:".format(*next(iter(iterators.items())))
    return f"for {', '.join(iterators)} in zip({', '.join(iterators.values())}):"


class Forth:
    """A loop forwards: `starts`, `invariants` and `lists` are texts of what it reads."""

    def __init__(
        self, loop: Forward, prefix: str, texts: Sequence[str], stored: Sequence[int], live: Sequence[int]
    ) -> None:
        self.loop = loop
        self.prefix = prefix
        self.starts, self.invariants, self.lists = loop.split(texts)
        self.stored = stored
        self.live = live

    def part(self, place: int) -> str:
        return f"{self.prefix}c{place}"

    def inputs(self, prefix: str) -> list[str]:
        """The texts of a step's inputs: carried values, the variable and elements are named with a prefix."""
        carried = [f"{prefix}c{k}" for k in range(self.loop.carried)]
        elements = [f"{prefix}e{k}" for k in range(len(self.loop.elements))]
        return [*carried, f"{prefix}i", *self.invariants, *elements]

    def iterators(self, prefix: str, step: Staged, turns: range, places: Sequence[range]) -> dict[str, str]:
        """What a step reads that differs from turn to turn, and what it runs over."""
        read, first = self.loop.reads(step), self.loop.carried + 1 + self.loop.invariants
        found = {}
        if read[self.loop.carried]:
            found[f"{prefix}i"] = f"map(float, {_range(turns)})"
        for k, element in enumerate(self.loop.elements):
            if read[first + k]:
                found[f"{prefix}e{k}"] = _over(
                    f"{self.prefix}h{element.holder}", places[k], self.loop.holders[element.holder]
                )
        return found

    def places(self) -> list[range]:
        return [element.places(len(self.loop.turns)) for element in self.loop.elements]

    def lines(self) -> Iterator[str]:
        prefix, loop = self.prefix, self.loop
        for h, texts in enumerate(self.lists):
            yield f"{prefix}h{h} = ({''.join(f'{text}, ' for text in texts)})"
        empty = "[]" if len(loop.turns) <= LONGEST_LIST else "array('d')"
        yield from (f"{prefix}t{k} = {empty}" for k in self.stored)
        yield from (f"{prefix}c{k} = {self.starts[k]}" for k in self.live)
        step = narrow(loop.step, self.live)
        block = Block(step, prefix, self.inputs(prefix))
        head = _head(self.iterators(prefix, step, loop.turns, self.places()), len(loop.turns))
        stores = [f"{prefix}t{k}.append({prefix}c{k})" for k in self.stored]
        yield from _turns(
            head, [*stores, *block.lines(), *_assigned([f"{prefix}c{k}" for k in self.live], block.outputs())]
        )


def _assigned(targets: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Give names new values all at once."""
    pairs = [(target, text) for target, text in zip(targets, texts, strict=True) if target != text]
    if pairs:
        yield f"{', '.join(target for target, _ in pairs)} = {', '.join(text for _, text in pairs)}"


def _turns(head: str, body: Sequence[str]) -> Iterator[str]:
    """A loop, unless nothing is done in it."""
    if body:
        yield head
        yield from (f"    {line}" for line in body)


class Back:
    """A loop backwards: `seeds` are the texts of the adjoints of its active carried values."""

    def __init__(self, loop: Backward, around: Forth, prefix: str, seeds: Sequence[str]) -> None:
        self.loop = loop
        self.around = around
        self.prefix = prefix
        self.seeds = seeds
        lengths = around.loop.holders
        adjoints = [f"{prefix}a{k}" for k in range(len(loop.active))]
        sums = [f"{prefix}g{k}" for k in range(len(loop.invariants))]
        self.parts = [*adjoints, *sums, *(f"{prefix}d{h}[{k}]" for h in loop.holders for k in range(lengths[h]))]

    def part(self, place: int) -> str:
        return self.parts[place]

    def lines(self) -> Iterator[str]:
        prefix, loop, around = self.prefix, self.loop, self.around
        adjoints = [f"{prefix}a{k}" for k in range(len(loop.active))]
        yield from (f"{name} = {seed}" for name, seed in zip(adjoints, self.seeds, strict=True))
        yield from (f"{prefix}g{k} = 0.0" for k in range(len(loop.invariants)))
        yield from (f"{prefix}q{k} = []" for k in loop.elements)
        block = Block(loop.step, prefix, [*around.inputs(prefix), *([] if loop.scaled else adjoints)])
        head = _head(self._iterators(), len(around.loop.turns))
        yield from _turns(head, [*block.lines(), *self._added(block.outputs(), adjoints)])
        for holder in loop.holders:
            yield from self._gathered(holder)

    def _iterators(self) -> dict[str, str]:
        around, step, prefix = self.around, self.loop.step, self.prefix
        read, places = around.loop.reads(step), [each[::-1] for each in around.places()]
        stored = {f"{prefix}c{k}": f"reversed({around.prefix}t{k})" for k in around.stored if read[k]}
        return {**stored, **around.iterators(prefix, step, around.loop.turns[::-1], places)}

    def _gathered(self, holder: int) -> Iterator[str]:
        """Put what the turns gave for a list's elements, last turn first, in their places."""
        around, length = self.around, self.around.loop.holders[holder]
        columns = [k for k in self.loop.elements if around.loop.elements[k].holder == holder]
        places = [around.places()[k][::-1] for k in columns]
        name, found = f"{self.prefix}d{holder}", [f"{self.prefix}q{k}" for k in columns]
        if places == [range(length)[::-1]]:
            yield f"{name} = {found[0]}[::-1]"
            return
        yield f"{name} = [0.0]*{length}"
        for q, at in zip(found, places, strict=True):
            yield f"{_sliced(name, at)} = map(add, {_sliced(name, at)}, {q})"

    def _added(self, texts: Sequence[str], adjoints: Sequence[str]) -> Iterator[str]:
        """Add what the turn contributes to invariants and elements, then go on to the adjoints before the turn."""
        loop, prefix = self.loop, self.prefix
        texts = [self._scaled(text, adjoints) for text in texts]
        own, rest = texts[: len(adjoints)], texts[len(adjoints) :]
        sums = [f"{prefix}g{k}" for k in range(len(loop.invariants))]
        yield from (f"{target} += {text}" for target, text in zip(sums, rest, strict=False))
        yield from (f"{prefix}q{k}.append({text})" for k, text in zip(loop.elements, rest[len(sums) :], strict=True))
        yield from _assigned(adjoints, own)

    def _scaled(self, slope: str, adjoints: Sequence[str]) -> str:
        if not self.loop.scaled or not adjoints:
            return slope
        return adjoints[0] if slope == "1.0" else f"{adjoints[0]}*{slope}"


def _range(places: range) -> str:
    return f"range({places.start}, {places.stop}, {places.step})"
