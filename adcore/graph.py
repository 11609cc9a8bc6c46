"""The Wengert list: a straight-line program as columns, read as nodes.

`z = x*y + sin(x)` is the graph

    id  op     args    constant  name
    0   input  ()      None      x
    1   input  ()      None      y
    2   mul    (0, 1)  None      None
    3   sin    (0,)    None      None
    4   add    (2, 3)  None      z

Ids are positions, and arguments stand before their users, so one pass in order evaluates and one pass backwards
is the reverse sweep. `constant` is the number of a `const` node and the exponent of an integer power.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from adcore.columns import Arguments, Column, Flat, Made, flat, number_key
from adcore.errors import Span

INPUT = "input"
CONST = "const"
CUSTOM = "custom"
"""A call of a function that has a derivative rule of its own; `constant` is its position in `Graph.customs`."""


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the list, as `graph[i]` gives it."""

    id: int
    op: str
    args: tuple[int, ...]
    constant: float | None
    name: str | None
    span: Span | None
    context: int


@dataclass(frozen=True, slots=True)
class Context:
    """Where execution stood: the program itself, a turn of a loop, or a call; `parent` is its position."""

    parent: int | None
    kind: str
    label: str
    turn: int
    span: Span | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A branch that was chosen while recording: the test at `node` was true (`taken`) or false."""

    node: int
    taken: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Custom:
    """A user's function with the user's own rule, recorded at one call: graphs over the letters (and `out`)."""

    name: str
    letters: tuple[str, ...]
    body: Graph
    partials: tuple[Graph, ...]
    span: Span


ROOT = Context(None, "program", "program", 0, None)


@dataclass(frozen=True, slots=True)
class Graph:
    """A straight-line program in columns. `inputs` and `outputs` are ids; an id may be an output twice."""

    ops: Sequence[str]
    args: Sequence[tuple[int, ...]]
    constants: Sequence[float | None]
    names: Sequence[str | None]
    spans: Sequence[Span | None]
    in_context: Sequence[int]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    contexts: Sequence[Context] = (ROOT,)
    decisions: tuple[Decision, ...] = ()
    customs: tuple[Custom, ...] = ()

    def __len__(self) -> int:
        return len(self.ops)

    def __getitem__(self, i: int) -> Node:
        return Node(i, self.ops[i], self.args[i], self.constants[i], self.names[i], self.spans[i], self.in_context[i])

    def __iter__(self) -> Iterator[Node]:
        return (self[i] for i in range(len(self)))

    def flat(self) -> Flat:
        """The operations and arguments as arrays."""
        return flat(self.ops, self.constants, self.args)

    def coded(self) -> tuple[Sequence[int], Sequence[str], Sequence[float | None]]:
        """A code for each node, and operations and constants by code; nodes of one code have as many arguments, too."""
        if type(self.ops) is Column and type(self.constants) is Column:
            return self.ops.codes, self.ops.table, self.constants.table
        codes: dict[tuple[str, float | str | None, int], int] = {}
        rows = zip(self.ops, self.constants, self.args, strict=True)
        coded = [codes.setdefault((op, c or number_key(c), len(args)), len(codes)) for op, c, args in rows]
        place = dict(zip(coded, range(len(coded)), strict=True))
        return (
            coded,
            [self.ops[place[k]] for k in range(len(codes))],
            [self.constants[place[k]] for k in range(len(codes))],
        )

    def ids(self) -> Iterator[int]:
        """The arguments of all nodes, one after the other."""
        return iter(self.args.ids if type(self.args) is Arguments else chain.from_iterable(self.args))

    def users(self) -> list[list[int]]:
        """For each node the ids that use it, once per use: `x*x` uses `x` twice."""
        users: list[list[int]] = [[] for _ in self.ops]
        for i, args in enumerate(self.args):
            for a in args:
                users[a].append(i)
        return users

    def varied(self, inputs: Sequence[int] | None = None) -> list[bool]:
        """For each node whether it depends on the inputs (all of them unless ids are given). Structure, not numbers."""
        varied = [False] * len(self)
        for i in self.inputs if inputs is None else inputs:
            varied[i] = True
        for i, args in enumerate(self.args):
            for a in args:
                if varied[a]:
                    varied[i] = True
                    break
        return varied

    def useful(self, outputs: Sequence[int] | None = None) -> list[bool]:
        """For each node whether an output (any, unless ids are given) depends on it."""
        useful, argument_ids = [False] * len(self), list(self.args)
        for i in self.outputs if outputs is None else outputs:
            useful[i] = True
        for i in range(len(self) - 1, -1, -1):
            if useful[i]:
                for a in argument_ids[i]:
                    useful[a] = True
        return useful

    def last_uses(self) -> list[int]:
        """For each node the last that reads it, -1 for none; outputs are read after the end."""
        last = [-1] * len(self)
        for i, args in enumerate(self.args):
            for a in args:
                last[a] = i
        for i in self.outputs:
            last[i] = len(self)
        return last

    def tests(self) -> list[bool]:
        """For each node whether it only serves to decide a branch."""
        if not self.decisions:
            return [False] * len(self)
        deciding = self.useful([d.node for d in self.decisions])
        needed = self.useful()
        is_source = [op in (INPUT, CONST) for op in self.ops]
        return [d and not n and not s for d, n, s in zip(deciding, needed, is_source, strict=True)]


@dataclass(slots=True)
class GraphBuilder:
    """Collects nodes in order; `graph(...)` freezes them."""

    ops: list[str] = field(default_factory=list)
    args: list[tuple[int, ...]] = field(default_factory=list)
    constants: list[float | None] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    spans: list[Span | None] = field(default_factory=list)
    in_context: list[int] = field(default_factory=list)

    def add(
        self,
        op: str,
        args: tuple[int, ...] = (),
        constant: float | None = None,
        name: str | None = None,
        span: Span | None = None,
        context: int = 0,
    ) -> int:
        self.ops.append(op)
        self.args.append(args)
        self.constants.append(constant)
        self.names.append(name)
        self.spans.append(span)
        self.in_context.append(context)
        return len(self.ops) - 1

    def copy(self, node: Node, args: tuple[int, ...]) -> int:
        """Add `node` again with other arguments: everything else is kept."""
        return self.add(node.op, args, node.constant, node.name, node.span, node.context)

    def graph(
        self,
        outputs: Sequence[int],
        contexts: Sequence[Context] = (ROOT,),
        decisions: Sequence[Decision] = (),
        customs: Sequence[Custom] = (),
    ) -> Graph:
        """The frozen graph of all nodes so far; `decisions` are the branches it is valid for."""
        return Graph(
            tuple(self.ops),
            tuple(self.args),
            tuple(self.constants),
            tuple(self.names),
            tuple(self.spans),
            tuple(self.in_context),
            inputs=tuple(i for i, op in enumerate(self.ops) if op == INPUT),
            outputs=tuple(outputs),
            contexts=contexts if type(contexts) is Made else tuple(contexts),
            decisions=tuple(decisions),
            customs=tuple(customs),
        )
