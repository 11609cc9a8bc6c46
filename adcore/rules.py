"""The texts of a row, recorded when first needed as small graphs: its partials, and where they hold.

The partial `1 - out**2` of tanh becomes the graph  x, out -> sub(1, powi(out, 2)).  Whoever runs
a graph can run a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from adcore.conditions import Condition, read_condition
from adcore.errors import Span
from adcore.graph import CONST, INPUT, Graph, GraphBuilder
from adcore.language import check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS, ROWS, find_row
from adcore.recorder import record
from adcore.rows import Row

SMALL_NUMBERS = ("0", "1", "-1")
SAMPLE = 0.5
"""Recording wants a point; rows have no branches, so any number serves."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where `condition` holds the partial is `value` instead of its formula."""

    condition: Condition
    value: Graph


@dataclass(frozen=True, slots=True, eq=False)
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
        return read_short(text, letters) or read_text(text, letters)

    def condition(text: str) -> Condition | None:
        return read_condition(text, letters) if text else None

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


def read_text(text: str, letters: Sequence[str]) -> Graph:
    """A text as a graph over the letters, and over `nan` where it is named."""
    constants = ("nan",) if "nan" in text else ()
    return record(check(text, FUNCTIONS, Limits()), dict.fromkeys((*letters, *constants), SAMPLE)).graph


def read_short(text: str, letters: Sequence[str]) -> Graph | None:
    """The same for one letter or one small number, which is a third of all texts: no need to parse them."""
    if text not in letters and text not in SMALL_NUMBERS:
        return None
    nodes = GraphBuilder()
    for letter in letters:
        nodes.add(INPUT, name=letter)
    if text in letters:
        return nodes.graph([letters.index(text)])
    return nodes.graph([nodes.add(CONST, (), float(text), span=Span(1, 1, 1, 1 + len(text)))])


def _letters_read(text: Graph, count: int) -> tuple[int, ...]:
    useful = text.useful()
    return tuple(position for position, i in enumerate(text.inputs[:count]) if useful[i])


KEPT = 1_024
"""Rules that are kept once their texts are read; the table has fewer, but whole powers have no end."""
REPRESENTATIVES: Mapping[str, tuple[str, float | None, int]] = MappingProxyType(
    {
        "powi": ("powi", 3.0, 1),
        "digamma": ("polygamma", 0.0, 1),
        "polygamma": ("polygamma", 1.0, 1),
        "max": ("max", None, 2),
        "min": ("min", None, 2),
    }
)
"""Of a family one member stands for all."""


@lru_cache(maxsize=KEPT)
def find_rule(op: str, constant: float | None, arity: int) -> Rule:
    """The rule of a graph's node. Its texts are read when it is first asked for."""
    exponent = None if constant is None else float(constant)
    return read_rule(find_row(op, exponent, arity), exponent)


class _Primitives(Mapping[str, Rule]):
    """The rules by name."""

    def __getitem__(self, name: str) -> Rule:
        if name in REPRESENTATIVES:
            return find_rule(*REPRESENTATIVES[name])
        return find_rule(name, None, len(ROWS[name].args))

    def __iter__(self) -> Iterator[str]:
        return iter((*ROWS, *REPRESENTATIVES))

    def __len__(self) -> int:
        return len(ROWS) + len(REPRESENTATIVES)


PRIMITIVES: Mapping[str, Rule] = _Primitives()
"""Every primitive by name."""
