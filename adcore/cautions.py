"""Warnings about an answer: outside a domain, at a kink, on the edge of a branch, too large, too small, cancelled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial

import numpy as np

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.text import PLAIN, TextAlgebra
from adcore.columns import FEW, Flat, Kind
from adcore.conditions import places_of
from adcore.errors import Caution, Span
from adcore.graph import CONST, CUSTOM, INPUT, Custom, Graph
from adcore.interpreter import RuleBook, formula
from adcore.labels import Labels
from adcore.primitives import TESTS
from adcore.reach import varied
from adcore.rules import KEPT, Rule, find_rule
from adcore.values import Folded, Recording

POLES = ("div", "tan", "cot", "sec", "csc")
NEAR_POLE = 1e15
CANCELLED = 1e-12
"""A sum in parts of its terms from which on they are said to cancel."""
GIVEN, ORDINARY, SUMMED, STRANGE = range(4)
SHRINKING = ("mul", "div", "exp", "pow", "powi")
SUMS = ("add", "sub")


def cautions_of(recording: Recording, values: Sequence[float]) -> tuple[Caution, ...]:
    """Everything worth knowing about a run of a recorded program with these node values; once per place and kind."""
    return Watch(recording).cautions(values)


class Watch:
    """The same for one recorded program at many points: what has to be looked at there is found once."""

    def __init__(self, recording: Recording) -> None:
        self.graph = recording.graph
        self._is_small = len(self.graph) <= FEW
        self.known = [*recording.cautions, *_folded(recording.folded)]

    def cautions(self, values: Sequence[float]) -> tuple[Caution, ...]:
        """What is worth knowing where the nodes have these values."""
        found = [*self.known, *_inputs(self.graph, values), *self._nodes(values)]
        if not found:
            return ()
        return tuple({(c.kind, c.span): c for c in reversed(found)}.values())[::-1]

    def _nodes(self, values: Sequence[float]) -> Iterator[Caution]:
        graph = self.graph
        found = self._look_at_few(values) if self._is_small else _look_at_many(graph, values)
        if not found:
            return
        rules, moving, columns = RuleBook(), varied(graph), self._columns
        for i, code in zip(found, columns.kind[found].tolist(), strict=True):
            kind = columns.kinds[code]
            if kind[0] not in SUMS or not _is_common(values[i]) or _lost(graph, values, i):
                yield from self._node(values, i, rules.of_kind(graph, kind), bool(moving[i]))

    def _node(self, values: Sequence[float], i: int, rule: Rule, is_varied: bool) -> Iterator[Caution]:
        graph = self.graph
        args, span, op = [values[a] for a in graph.args[i]], graph.spans[i], graph.ops[i]
        yield from _operation(rule, args, values[i], span, i, partial(self._labels.argument_names, i))
        if is_varied and rule.kink is not None and rule.kink.holds([*args, values[i]]):
            yield _kink(rule, args, span, i)
        if op == CUSTOM:
            yield from _custom(rule, args, values[i], graph.customs[int(graph.constants[i] or 0)], i)
        if op in TESTS and any(map(math.isnan, args)):
            yield Caution("nan", "A comparison with nan never holds; this branch was taken for that reason.", span, i)
        if op in SUMS and _lost(graph, values, i):
            message = "A term was too small to be kept in a sum, and then the rest of the sum cancelled."
            yield Caution("cancellation", message, span, i, "Put the large numbers together first.")

    def _look_at_few(self, values: Sequence[float]) -> list[int]:
        """Operations that are not ordinary, have an uncommon value, or are sums that are much smaller than a term."""
        found = list[int]()
        for i, what, args in self._operations:
            size = abs(values[i])
            if not 0 < size < NEAR_POLE or what == STRANGE:
                found.append(i)
            elif what == SUMMED:
                left, right = args
                if size <= CANCELLED * max(abs(values[left]), abs(values[right])):
                    found.append(i)
        return found

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.graph)

    @cached_property
    def _columns(self) -> Flat:
        return self.graph.flat()

    @cached_property
    def _operations(self) -> list[tuple[int, int, tuple[int, ...]]]:
        """Of each operation the node, the class and the arguments."""
        columns = self._columns
        classes = _classes(tuple(columns.kinds))
        rows = enumerate(zip(columns.kind.tolist(), self.graph.args, strict=True))
        return [(i, classes[code], args) for i, (code, args) in rows if classes[code] != GIVEN]


def _folded(operations: Sequence[Folded]) -> Iterator[Caution]:
    for done in operations:
        rule = find_rule(done.op, done.constant, len(done.args))
        yield from _operation(rule, done.args, done.out, done.span, None, partial(places_of, len(done.args)))


def _inputs(graph: Graph, values: Sequence[float]) -> Iterator[Caution]:
    for i in graph.inputs:
        if not math.isfinite(values[i]):
            kind = "nan" if math.isnan(values[i]) else "infinite"
            yield Caution(kind, f"The input {graph.names[i]} is {values[i]}.", None, i)


def _look_at_many(graph: Graph, values: Sequence[float]) -> list[int]:
    """What `Watch` finds by looking from node to node, over whole columns."""
    columns, sizes = graph.flat(), np.abs(np.asarray(values, float))
    classes = columns.spread(_classes(tuple(columns.kinds)), np.int8)
    looked = ~(sizes > 0) | (sizes >= NEAR_POLE) | (classes == STRANGE)
    sums = np.flatnonzero(classes == SUMMED)
    left, right = (sizes.take(columns.ids.take(columns.first.take(sums) + k)) for k in range(2))
    looked[sums] |= sizes.take(sums) <= CANCELLED * np.maximum(left, right)
    return list(np.flatnonzero(looked & (classes != GIVEN)).tolist())


@lru_cache(maxsize=KEPT)
def _classes(kinds: tuple[Kind, ...]) -> tuple[int, ...]:
    """Which kinds of nodes are given, ordinary, sums, or to be looked at whatever their value is."""
    return tuple(_class(*kind) for kind in kinds)


def _class(op: str, constant: float | None, arity: int) -> int:
    if op in (INPUT, CONST):
        return GIVEN
    if op in SUMS:
        return SUMMED
    return ORDINARY if op != CUSTOM and _is_ordinary(find_rule(op, constant, arity)) else STRANGE


def _is_common(value: float) -> bool:
    return 0 < abs(value) < NEAR_POLE


def _is_ordinary(rule: Rule) -> bool:
    """Whether nothing is worth a word as long as the value is of a common size: most nodes are passed over so."""
    return rule.kink is None and not rule.written_out and rule.row.name not in TESTS


def _custom(rule: Rule, args: Sequence[float], out: float, custom: Custom, i: int) -> Iterator[Caution]:
    """A user's own partial is compared with differences of the user's function: at a kink it may be of either side."""
    for k, letter in enumerate(custom.letters):
        step = 1e-6 * max(1.0, abs(args[k]))
        ahead, behind = ([*args[:k], args[k] + side * step, *args[k + 1 :]] for side in (1, -1))
        sides = (rule.row.value(*ahead) - out) / step, (out - rule.row.value(*behind)) / step
        slope = sum(sides) / 2
        given, apart = formula(FloatAlgebra(), rule.partials[k], args, out), 1e-4 * max(1.0, abs(slope))
        if given < min(sides) - apart or given > max(sides) + apart:
            words = (
                f"The rule for {custom.name} gives {given:.6g} for {letter}; the function's own slope is {slope:.6g}."
            )
            yield Caution("rule", words, custom.span, i, "Check the sign, the factors and the chain rule.")


def _operation(
    rule: Rule,
    args: Sequence[float],
    out: float,
    span: Span | None,
    node: int | None,
    names: Callable[[], Sequence[str]],
) -> Iterator[Caution]:
    """`names` are what the user calls the arguments."""
    if any(map(math.isnan, args)):
        return
    finite = all(map(math.isfinite, args))
    if math.isnan(out) or (math.isinf(out) and finite):
        yield Caution(*_without_value(rule, args, out, names), span, node)
    elif out == 0 and finite and rule.row.name in SHRINKING and (all(args) or rule.row.name == "exp"):
        yield Caution("underflow", f"{_shown(rule, args)} is too small for a float and became 0.", span, node)
    elif rule.row.name in POLES and abs(out) >= NEAR_POLE and all(abs(a) < NEAR_POLE / 1e7 for a in args):
        yield Caution("near-pole", f"{_shown(rule, args)} = {out:.4g} is next to a pole.", span, node)


def _without_value(
    rule: Rule, args: Sequence[float], out: float, names: Callable[[], Sequence[str]]
) -> tuple[str, str]:
    """The kind of caution, and its words."""
    if rule.domain is not None and not rule.domain.holds([*args, out]):
        where = f"{rule.row.said} has a value for {rule.domain.said_of(names())}"
        return "domain", f"{_shown(rule, args)} is {out}: {where}."
    if math.isnan(out):
        return "nan", f"{_shown(rule, args)} is not a number."
    kind = "overflow" if rule.domain is None or max(map(abs, args)) > 1 or out else "domain"
    return kind, f"{_shown(rule, args)} is too large for a float."


def _kink(rule: Rule, args: Sequence[float], span: Span | None, node: int) -> Caution:
    if rule.row.name in TESTS:
        message = f"{_shown(rule, args)} is exactly on the edge: on the other side another value or branch is taken."
        return Caution("branch", message, span, node, "The derivative is that of the side taken here.")
    kind = "tie" if rule.row.name in ("max", "min") else "kink"
    return Caution(kind, f"{_shown(rule, args)} is at a kink: {rule.row.convention}.", span, node)


def _shown(rule: Rule, args: Sequence[float]) -> str:
    writer = TextAlgebra(PLAIN)
    return writer.apply(rule, [writer.const(float(f"{a:.6g}")) for a in args]).text


def _lost(graph: Graph, values: Sequence[float], i: int) -> bool:
    """Whether a sum that dropped one of its terms is now cancelled: (x + 1e16) - 1e16."""
    left, right = graph.args[i]
    largest = max(abs(values[left]), abs(values[right]))
    if abs(values[i]) > CANCELLED * largest or not math.isfinite(largest):
        return False
    return any(_absorbed(graph, values, a) for a in graph.args[i])


def _absorbed(graph: Graph, values: Sequence[float], i: int) -> bool:
    if graph.ops[i] not in SUMS:
        return False
    left, right = (values[a] for a in graph.args[i])
    return (values[i] == left and right != 0) or (abs(values[i]) == abs(right) and left != 0 and values[i] != left)
