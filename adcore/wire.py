"""A trace as it travels to the page: columns as they are, labels as phrases that the page fills in.

`z = 3*y*(1 - y)` in a loop of a thousand turns is written three thousand times, always in one of three ways. So each
way is sent once, as what stands between the names and which names they are, and of each node which way is its own:

    looks    [{"text": [["", " · ", ""], [0, 1]], ...}, ...]
    look     0 1 0 0 1 0 ...

Operations are counted apart: that takes longer than all the rest, and nobody waits for it to see the first steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from adcore.algebras.text import LATEX, PRETTY, Style, latex_name
from adcore.columns import Ids, Kind, Made, as_array, coded, number_of
from adcore.events import NONE, json_number, packed
from adcore.graph import CONST, CUSTOM, INPUT, Context, Graph
from adcore.interpreter import RuleBook
from adcore.labels import NAMED, Labels, numbers_of, turns_of
from adcore.modes.taping import last_reads
from adcore.phrases import KEPT, Phrase, Shape, phrase_number, phrase_operation, phrase_partial
from adcore.reach import tests, varied
from adcore.rules import Rule
from adcore.trace import Trace

VOICES: Mapping[str, Style] = MappingProxyType({"text": PRETTY, "list": PRETTY, "latex": LATEX})
HOLES = re.compile("(%[%s])")
MOST_KEYS = 1 << 22
"""Keys from which on they are numbered anew before they grow further."""
DENSE = 4
"""How many times as many keys as nodes are told apart by a table; of more the nodes' own are sorted."""

Appearance = tuple[Shape, ...]
"""How a node looks as an argument, for each of `VOICES`."""


def stream(trace: Trace, start: int, batch: int) -> Iterator[dict[str, Any]]:
    """The lines of a stream but for the last, with NumPy arrays among them."""
    yield trace.head_json(graph_json(trace.graph))
    yield from packed(trace.events, start, batch)
    yield {"type": "result", **trace.outcome_json()}


def counts(trace: Trace) -> dict[str, Any]:
    """The last line: the operations done by each event, and the cost."""
    return {"type": "counts", "operations": list(trace.events.operations), "cost": trace.cost.to_json()}


def graph_json(graph: Graph) -> dict[str, Any]:
    """A graph in columns: codes into tables, ids, and `NONE` where there is none."""
    columns, looks, (numbers, has_symbol) = graph.flat(), Looks(graph), numbers_of(graph)
    names, spans = coded(graph.names), coded(graph.spans)
    parents, places, turns = _contexts(graph.contexts)
    return {
        "kinds": [_kind_json(graph, kind) for kind in columns.kinds],
        "kind": columns.kind,
        "args": columns.ids,
        "names": [name and {"plain": name, "text": PRETTY.name(name), "latex": latex_name(name)} for name in names[1]],
        "name": names[0],
        "turn": turns_of(graph),
        "number": numbers,
        "unnumbered": np.flatnonzero(~has_symbol & ~columns.is_a(CONST)),
        "looks": looks.phrases(),
        "look": looks.codes,
        "called": looks.called,
        "spans": [span and span.to_list() for span in spans[1]],
        "span": spans[0],
        "tests": np.flatnonzero(tests(graph)),
        "kept_until": last_reads(graph),
        "context": coded_contexts(graph),
        "contexts": {
            "parent": parents,
            "turn": turns,
            "place": places[0],
            "places": [[kind, label, span and span.to_list()] for kind, label, span in places[1]],
        },
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
        "decisions": [{"node": d.node, "taken": d.taken, "span": d.span.to_list()} for d in graph.decisions],
    }


def _kind_json(graph: Graph, kind: Kind) -> list[Any]:
    """Operation, constant, number of arguments; of a constant how it is written, of a user's function its name."""
    op, constant, arity = kind
    words: list[str] = []
    if op == CUSTOM:
        words = [graph.customs[int(number_of(constant))].name]
    elif op == CONST:
        words = [phrase_number(style, number_of(constant))[0] for style in (PRETTY, LATEX)]
    return [op, json_number(constant), arity, *words]


def coded_contexts(graph: Graph) -> Ids:
    """For each node the number of its context."""
    codes = getattr(graph.in_context, "codes", None)
    return np.array(graph.in_context, np.intc) if codes is None else as_array(codes)


def _contexts(contexts: Sequence[Context]) -> tuple[Ids, tuple[Ids, Sequence[Any]], Ids]:
    """Parents (`NONE` for the program), places by code, turns."""
    columns: tuple[Any, ...] = contexts.columns if isinstance(contexts, Made) else ()
    if columns:
        parents, places, turns = columns
        return as_array(parents), (as_array(places.codes), places.table), as_array(turns)
    found = [(NONE if c.parent is None else c.parent, (c.kind, c.label, c.span), c.turn) for c in contexts]
    above, table, counted = zip(*found, strict=True)
    return np.array(above), (np.arange(len(table)), table), np.array(counted)


class Looks:
    """Which operations are written alike: of one kind, with arguments that look alike and vary alike.

    `called` says how nodes are written as arguments that have neither name nor symbol: parts of conditions.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.columns = graph.flat()
        self.varied = varied(graph)
        self.called: dict[str, list[str]] = {}
        self._known: dict[Appearance, int] = {(NAMED,) * len(VOICES): 0}
        self.appearances = self._appear()
        self.codes, self.samples = self._group()

    def _appear(self) -> Ids:
        """For each node the code of how it looks as an argument."""
        by_kind = [
            self._code([phrase_number(style, number_of(constant))[1] for style in VOICES.values()])
            if op == CONST
            else 0
            for op, constant, _ in self.columns.kinds
        ]
        found = self.columns.spread(by_kind, np.intc)
        if self.graph.decisions:
            self._call_parts(found)
        return found

    def _call_parts(self, found: Ids) -> None:
        """Write out what only serves decisions, and code how it looks."""
        read = np.zeros(len(self.graph), bool)
        read[self.columns.ids] = True
        parts = np.flatnonzero(read & tests(self.graph)).tolist()
        voices = Labels(self.graph).voices() if parts else ()
        for i in parts:
            self.called[str(i)] = [voice.texts[i] for voice in voices]
            found[i] = self._code([voice.shape(i) for voice in voices])

    def _code(self, shapes: Sequence[Shape]) -> int:
        return self._known.setdefault(tuple(shapes), len(self._known))

    def _group(self) -> tuple[Ids, Ids]:
        """For each node the number of its look, `NONE` where no operation makes it, and of each look the first node."""
        columns, base = self.columns, 2 * len(self._known) + 1
        nodes = np.flatnonzero(~columns.is_a(INPUT, CONST))
        keys: Ids = columns.kind.take(nodes) * np.int64(base) + self.appearances.take(nodes)
        first, arity, as_argument = columns.first.take(nodes), columns.arity.take(nodes), 1 + self.varied
        as_argument += 2 * self.appearances
        for k in range(int(arity.max(initial=0))):
            there = np.flatnonzero(arity > k)
            keys *= base
            keys[there] += as_argument.take(columns.ids.take(first.take(there) + k))
            keys = _numbered(keys) if keys.max() >= MOST_KEYS else keys
        codes = np.full(len(self.graph), NONE, np.intc)
        codes[nodes] = found = _numbered(keys)
        samples = np.zeros(int(found.max(initial=-1)) + 1, np.intc)
        samples[found[::-1]] = nodes[::-1]  # of several entries for one look the last stays
        return codes, samples

    def phrases(self) -> list[Mapping[str, Any]]:
        """For each look the operation in each voice, and its partials."""
        known, rules, columns = list(self._known), RuleBook(), self.columns
        found = []
        for i in self.samples.tolist():
            args, rule = self.graph.args[i], rules.of_kind(self.graph, columns.kinds[columns.kind[i]])
            appearances = tuple([known[self.appearances[a]] for a in (*args, i)])
            moving = tuple([bool(self.varied[a]) for a in args])
            write = _kept_phrases if rule.custom is None else _phrases  # a user's own rule goes with its graph
            found.append(write(rule, appearances, moving))
        return found


def _phrases(rule: Rule, appearances: tuple[Appearance, ...], moving: tuple[bool, ...]) -> Mapping[str, Any]:
    """An operation in each voice, and its partials for arguments that vary; the last appearance is its own."""
    shapes = list(zip(*appearances, strict=True))
    phrases = [_in_pieces(phrase_operation(style, rule, shapes[v][:-1])) for v, style in enumerate(VOICES.values())]
    partials = [
        _in_pieces(phrase_partial(PRETTY, rule, k, shapes[0])) if varies else None for k, varies in enumerate(moving)
    ]
    return {**dict(zip(VOICES, phrases, strict=True)), "partials": partials}


_kept_phrases = lru_cache(maxsize=KEPT)(_phrases)


def _in_pieces(phrase: Phrase) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """What stands between the letters, and which letters they are."""
    pieces = [""]
    for part in HOLES.split(phrase.form):
        if part == "%s":
            pieces.append("")
        else:
            pieces[-1] += "%" if part == "%%" else part
    return tuple(pieces), phrase.letters


def _numbered(keys: Ids) -> Ids:
    """Small numbers for keys, in the order of the keys."""
    if len(keys) and keys.max() < DENSE * len(keys):
        there = np.bincount(keys) > 0
        return (there.cumsum() - 1).take(keys)
    order = keys.argsort(kind="stable")
    ranked, found = keys.take(order), np.zeros(len(keys), np.intp)
    found[order[1:]] = (ranked[1:] != ranked[:-1]).cumsum()
    return found
