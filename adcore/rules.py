"""The texts of a row, recorded when first needed as small graphs: its partials, and where they hold.

The partial `1 - out**2` of tanh becomes the graph  x, out -> sub(1, powi(out, 2)).  Whoever runs
a graph can run a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from types import MappingProxyType
from typing import Any, TypeVar, TypeVarTuple

from adcore.conditions import Condition, read_condition
from adcore.graph import CONST, Custom, Graph
from adcore.primitives import ROWS, TESTS, find_row
from adcore.row_texts import read_text
from adcore.rows import Row

T = TypeVar("T")
Rest = TypeVarTuple("Rest")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where `condition` holds the partial is `value` instead of its formula."""

    condition: Condition
    value: Graph


@dataclass(frozen=True, eq=False)
class Rule:
    """A row with its texts read, each when it is first asked for: partials as graphs over (arguments..., out).

    `constant` is the exponent or order of a member of a family; `custom` the user's own rule, if it is one; `kept` is
    what `keep_with_rule` keeps.
    """

    row: Row
    constant: float | None
    custom: Custom | None = None
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """What the texts are written in."""
        return (*self.row.args, "out")

    @cached_property
    def partials(self) -> tuple[Graph, ...]:
        if self.custom is not None:
            return self.custom.partials
        return tuple(read_text(text, self.letters) for text in self.row.partials)

    @cached_property
    def means(self) -> Graph | None:
        """What the row stands for in terms of other rows."""
        if self.custom is not None:
            return self.custom.body
        return read_text(self.row.means, self.letters) if self.row.means else None

    @cached_property
    def domain(self) -> Condition | None:
        return self._condition(self.row.domain)

    @cached_property
    def kink(self) -> Condition | None:
        return self._condition(self.row.kink)

    @cached_property
    def edges(self) -> tuple[Edge | None, ...]:
        """For each argument where its partial is something else than the formula."""
        return tuple(self._edge(text) for text in self.row.edges) or (None,) * len(self.row.args)

    @cached_property
    def written_out(self) -> bool:
        """Whether a staged program holds `means` instead of the operation itself."""
        return self.custom is not None

    def _condition(self, text: str) -> Condition | None:
        return read_condition(text, self.letters) if text else None

    def _edge(self, text: str) -> Edge | None:
        where, _, value = text.partition(" -> ")
        asked = self._condition(where)
        return Edge(asked, read_text(value, self.letters)) if asked else None

    @cached_property
    def flat(self) -> tuple[bool, ...]:
        """For each argument whether its partial is the number 0, as of a step or a test: no change comes through."""
        targets = [(text, text.outputs[0]) for text in self.partials]
        return tuple(text.ops[target] == CONST and text.constants[target] == 0 for text, target in targets)

    @property
    def compares(self) -> bool:
        """Whether it is a comparison, which is decided even where an argument is nan."""
        return self.row.name in TESTS

    def read_by(self, k: int) -> tuple[int, ...]:
        """Which letters the partial for argument k reads: positions among the arguments, then `out`."""
        return self._reads[k]

    @cached_property
    def _reads(self) -> tuple[tuple[int, ...], ...]:
        useful = [text.useful() for text in self.partials]
        return tuple(
            tuple(position for position, i in enumerate(text.inputs[: len(self.letters)]) if used[i])
            for text, used in zip(self.partials, useful, strict=True)
        )


def keep_with_rule(work: Callable[[Rule, *Rest], T]) -> Callable[[Rule, *Rest], T]:
    """Work out once what a function gives for a rule, and keep it as long as the rule: a user's goes with its graph."""

    @wraps(work)
    def find(rule: Rule, *rest: *Rest) -> T:
        key, kept = (work, rest), rule.kept
        if key not in kept:
            kept[key] = work(rule, *rest)
        found: T = kept[key]
        return found

    return find


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
    """The rule of a graph's node."""
    exponent = None if constant is None else float(constant)
    return Rule(find_row(op, exponent, arity), exponent)


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
