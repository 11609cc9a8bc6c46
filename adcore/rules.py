"""The texts of a row, recorded once as small graphs: its partials, and where they hold.

The partial `1 - out**2` of tanh becomes the graph  x, out -> sub(1, powi(out, 2)).  Whoever runs
a graph can run a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.graph import CONST, Graph
from adcore.language import Syntax, check
from adcore.limits import Limits
from adcore.primitives import COUNTED_BY_ARGUMENTS, FAMILIES, FUNCTIONS, ROWS, find_row
from adcore.recorder import record
from adcore.rows import Row

SAMPLE = 0.5
"""Recording wants a point; rows have no branches, so any number serves."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a row's letters, such as `-1 <= x <= 1`; `text` is shown, `holds` asks it at numbers."""

    text: str
    letters: tuple[str, ...]
    syntax: Syntax

    def holds(self, numbers: Sequence[float]) -> bool:
        recording = record(self.syntax, dict(zip(self.letters, numbers, strict=True)))
        return bool(recording.values[recording.graph.outputs[0]])


@dataclass(frozen=True, slots=True)
class Edge:
    """Where `condition` holds the partial is `value` instead of its formula."""

    condition: Condition
    value: Graph


@dataclass(frozen=True, slots=True)
class Rule:
    """A row with its texts read: partials as graphs over (arguments..., out), conditions ready to be asked."""

    row: Row
    constant: float | None
    partials: tuple[Graph, ...]
    edges: tuple[Edge | None, ...]
    domain: Condition | None
    kink: Condition | None
    means: Graph | None
    reads: tuple[tuple[int, ...], ...] = ()
    written_out: bool = False
    """Whether a staged program holds `means` instead of the operation itself."""

    def is_flat(self, k: int) -> bool:
        """Whether the partial for argument k is the number 0, as of a step or a test: no change comes through."""
        text = self.partials[k]
        target = text.outputs[0]
        return text.ops[target] == CONST and text.constants[target] == 0

    def read_by(self, k: int) -> tuple[int, ...]:
        """Which letters the partial for argument k reads: positions among the arguments, then `out`."""
        return self.reads[k] if self.reads else tuple(range(len(self.row.args) + 1))


def read_rule(row: Row, constant: float | None = None) -> Rule:
    """Read the texts of a row; `constant` is the exponent or order of a member of a family."""
    letters = (*row.args, "out")

    def graph(text: str) -> Graph:
        constants = ("nan",) if "nan" in text else ()
        return record(check(text, FUNCTIONS, Limits()), dict.fromkeys((*letters, *constants), SAMPLE)).graph

    def condition(text: str) -> Condition | None:
        return Condition(text, letters, check(text, FUNCTIONS, Limits())) if text else None

    def edge(text: str) -> Edge | None:
        where, _, value = text.partition(" -> ")
        asked = condition(where)
        return Edge(asked, graph(value)) if asked else None

    partials = tuple(graph(text) for text in row.partials)
    return Rule(
        row,
        constant,
        partials,
        tuple(edge(text) for text in row.edges) or (None,) * len(row.args),
        condition(row.domain),
        condition(row.kink),
        graph(row.means) if row.means else None,
        tuple(_letters_read(text, len(letters)) for text in partials),
    )


def _letters_read(text: Graph, count: int) -> tuple[int, ...]:
    useful = text.useful()
    return tuple(position for position, i in enumerate(text.inputs[:count]) if useful[i])


_KEPT: Mapping[str, range] = MappingProxyType(
    {"powi": range(-8, 33), "polygamma": range(6), "max": range(2, 5), "min": range(2, 5)}
)
RULES: Mapping[tuple[str, int], Rule] = MappingProxyType(
    {(name, 0): read_rule(row) for name, row in ROWS.items()}
    | {
        (name, n): read_rule(FAMILIES[name](n), None if name in COUNTED_BY_ARGUMENTS else float(n))
        for name, numbers in _KEPT.items()
        for n in numbers
    }
)


PRIMITIVES: Mapping[str, Rule] = MappingProxyType(
    {name: rule for (name, _), rule in RULES.items() if name not in FAMILIES}
    | {"powi": RULES["powi", 3], "digamma": RULES["polygamma", 0], "polygamma": RULES["polygamma", 1]}
    | {"max": RULES["max", 2], "min": RULES["min", 2]}
)
"""Every primitive by name; of a family one member stands for all."""


def find_rule(op: str, constant: float | None, arity: int) -> Rule:
    """The rule of a graph's node."""
    if op not in FAMILIES:
        return RULES[op, 0]
    n = arity if op in COUNTED_BY_ARGUMENTS else int(constant or 0)
    return RULES.get((op, n)) or read_rule(find_row(op, constant, arity), constant)
