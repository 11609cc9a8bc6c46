"""The two traversals of a graph, over any algebra: `run` forwards, `sweep` backwards.

An algebra is an object with two methods:

    const(c)                 what a number is
    apply(rule, args)        one operation

Over floats `run` evaluates, over duals it is forward mode, over staged nodes it writes a new program. `sweep` over
floats is reverse mode, over staged nodes it writes the adjoint program. Both get derivatives from the rows of the
table, by running the row's partial over the same algebra.

(Griewank & Walther, Evaluating Derivatives, 2008, chapters 2 and 3.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from adcore.columns import Kind, number_of
from adcore.graph import CONST, CUSTOM, INPUT, Custom, Graph
from adcore.losses import Losses
from adcore.rows import Row
from adcore.rules import Rule, find_rule

V = TypeVar("V")


class Algebra(Protocol[V]):
    """What values are and how primitives act on them."""

    def const(self, c: float) -> V: ...

    def apply(self, rule: Rule, args: Sequence[V]) -> V: ...


class RuleBook:
    """The rules of one graph's nodes, each looked up once."""

    def __init__(self) -> None:
        self._rules: dict[Kind, Rule] = {}

    def find(self, graph: Graph, i: int) -> Rule:
        key = (graph.ops[i], graph.constants[i], len(graph.args[i]))
        rule = self._rules.get(key)
        return self.of_kind(graph, key) if rule is None else rule

    def of_kind(self, graph: Graph, kind: Kind) -> Rule:
        """The rule of a kind of nodes."""
        rule = self._rules.get(kind)
        if rule is None:
            op, constant, _ = kind
            made = custom_rule(graph.customs[int(constant or 0)]) if op == CUSTOM else find_rule(*kind)
            rule = self._rules[kind] = made
        return rule


def custom_rule(custom: Custom) -> Rule:
    """A user's function with the user's own partials, as a rule like any other.

    Its row has a name that no row of the table has: one that is called `neg` is not taken for the change of sign.
    """

    def value(*args: Any) -> float:
        return float(run(custom.body, _VALUES, args)[custom.body.outputs[0]])

    letters = tuple(f"x{k + 1}" for k in range(len(custom.letters)))
    holes = ", ".join(f"@{letter}" for letter in letters)
    latex = rf"\mathrm{{{custom.name.replace('_', chr(92) + '_')}}}\left({holes}\right)"
    row = Row(
        f"{CUSTOM} {custom.name}", letters, value, (), f"{custom.name}({holes})", latex, f"the function {custom.name}"
    )
    return Rule(row, None, custom)


class _Values:
    """The smallest algebra of numbers: what a user's own function is evaluated over."""

    def const(self, c: float) -> float:
        return c

    def apply(self, rule: Rule, args: Sequence[float]) -> float:
        return rule.row.value(*args)


_VALUES = _Values()


def run(graph: Graph, algebra: Algebra[V], inputs: Sequence[V]) -> list[V]:
    """The value of every node over an algebra, in order; `inputs` are those of `graph.inputs`.

    >>> run(graph_of("x*y"), FloatAlgebra(), [2.0, 3.0])
    [2.0, 3.0, 6.0]
    """
    values: list[V] = []
    given = iter(inputs)
    find, apply = RuleBook().find, algebra.apply
    for i, (op, args) in enumerate(zip(graph.ops, graph.args, strict=True)):
        if op == INPUT:
            values.append(next(given))
        elif op == CONST:
            values.append(algebra.const(number_of(graph.constants[i])))
        else:
            values.append(apply(find(graph, i), [values[a] for a in args]))
    return values


def partial(algebra: Algebra[V], rule: Rule, args: Sequence[V], out: V, i: int) -> V:
    """The partial derivative of a row for argument `i`: the row's text, run over an algebra at these arguments.

    An algebra of numbers may have a `partial` of its own, which knows where a formula has no value (algebras.floats).
    """
    own = getattr(algebra, "partial", None)
    return own(rule, args, out, i) if own else formula(algebra, rule.partials[i], args, out)


def overflowed(algebra: Algebra[V], rule: Rule, args: Sequence[V], out: V) -> bool:
    """Whether a number is infinite at arguments in the domain. What is no number of an algebra never is."""
    own = getattr(algebra, "overflowed", None)
    return own is not None and own(rule, args, out)


def has_numbers(algebra: object) -> bool:
    """Whether its values are numbers, or pairs of them, which can be infinite or nan."""
    base = getattr(algebra, "base", None)
    return hasattr(algebra, "overflowed") if base is None else has_numbers(base)


def losses_of(graph: Graph, algebra: Algebra[V], idle: Collection[int] = ()) -> Losses[V] | None:
    """Those of a sweep over an algebra of numbers; None over another."""
    if not has_numbers(algebra):
        return None
    rules = RuleBook()

    def of_node(i: int, values: Sequence[V]) -> bool:
        return overflowed(algebra, rules.find(graph, i), [values[a] for a in graph.args[i]], values[i])

    def is_flat(i: int, k: int) -> bool:
        return rules.find(graph, i).flat[k]

    def compares(i: int) -> bool:
        return rules.find(graph, i).compares

    return Losses(graph.args, of_node, is_flat, compares, idle)


def formula(algebra: Algebra[V], text: Graph, args: Sequence[V], out: V) -> V:
    """Run a row's text over an algebra. Its inputs are the letters, `out`, and `nan` where it is named.

    A text that is one letter or one number, as those of sums and products are, needs no run.
    """
    target = text.outputs[0]
    if target < len(args):
        return args[target]
    if text.ops[target] == CONST:
        return algebra.const(number_of(text.constants[target]))
    letters = [*args, out]
    if len(text.inputs) > len(letters):
        letters.append(algebra.const(float("nan")))
    return run(text, algebra, letters)[text.outputs[0]]


class Contribution(NamedTuple, Generic[V]):
    """One edge of the reverse sweep: adjoint[target] += adjoint[node] * partial; `running` is the sum so far.

    `arg` says which argument of `node` the target is. `arg` -1 announces that the adjoint of `node` is complete.
    """

    node: int
    arg: int
    target: int
    partial: V | None
    running: V


def sweep(
    graph: Graph,
    algebra: Algebra[V],
    values: Sequence[V],
    seeds: Mapping[int, V],
    wanted: Sequence[int] | None = None,
    idle: Collection[int] = (),
) -> Iterator[Contribution[V]]:
    """Reverse mode: walk the list backwards and hand each node's adjoint to its arguments.

    `seeds` are the adjoints that outputs start with; `wanted` the inputs asked for (all unless given): a partial for an
    argument that does not depend on them is never evaluated. The adjoints of `idle` nodes are zero by structure, so
    zero is what they hand on, whatever the partial; so do nodes that only edges reach which hand on nothing (`losses`).
    For z = x*y + sin(x), seeded with 1 at z:

        z complete; mul += 1*1; sin += 1*1; sin complete; x += 1*cos(x); mul complete; x += 1*y; y += 1*x; ...
    """
    varied = graph.varied(wanted)
    adjoints: dict[int, V] = dict(seeds)
    rules = RuleBook()
    times, plus = find_rule("mul", None, 2), find_rule("add", None, 2)
    losses = losses_of(graph, algebra, idle)
    for i in range(len(graph) - 1, -1, -1):
        if i not in adjoints or not varied[i]:
            continue
        yield Contribution(i, -1, i, None, adjoints[i])
        if graph.ops[i] in (INPUT, CONST):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        for k, target in enumerate(graph.args[i]):
            if not varied[target]:
                continue
            local = partial(algebra, rule, args, values[i], k)
            added = adjoints[i] if i in idle else algebra.apply(times, [adjoints[i], local])
            if losses is not None and (float(local) == 0 or losses.still):  # type: ignore[arg-type]
                added = losses.settle(added, (adjoints[i], local), (i, k), (i, target, target in adjoints), values)
            adjoints[target] = algebra.apply(plus, [adjoints[target], added]) if target in adjoints else added
            yield Contribution(i, k, target, local, adjoints[target])


def adjoints_of(contributions: Iterator[Contribution[Any]]) -> dict[int, Any]:
    """The completed adjoint of every node that the sweep reached."""
    return {step.node: step.running for step in contributions if step.arg < 0}
