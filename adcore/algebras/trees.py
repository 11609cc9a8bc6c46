"""Formulas as trees that are never built: equal parts are one entry, and each entry knows how large its tree is.

A formula in which every level uses the one below twice has a tree that doubles with each level. Here it is one entry
more a level, with a size twice as large: a number, of any length. (Laue 2019, arXiv:1904.02990.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adcore.rules import Rule

ARITHMETIC = ("add", "sub", "mul", "div")
Key = tuple[str, float | None, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Size:
    """Of some formulas: leaves and operators as written out, and with equal parts counted once."""

    tree_nodes: int
    tree_ops: int
    dag_nodes: int
    dag_ops: int


class TreeAlgebra:
    """Values are entries. `folded` drops + 0, - 0, * 0, * 1 and computes with constants while it writes."""

    def __init__(self, folded: bool = False) -> None:
        self.folded = folded
        self._keys: list[Key] = []
        self._nodes: list[int] = []
        self._operators: list[int] = []
        self._known: dict[Key, int] = {}

    def letter(self, name: str) -> int:
        return self._add((name, None, ()))

    def const(self, c: float) -> int:
        return self._add(("", c, ()))

    def apply(self, rule: Rule, args: Sequence[int]) -> int:
        op = rule.row.name
        if op == "powi":
            return self._add(("pow", None, (args[0], self.const(rule.constant or 0.0))))
        known = self._fold(rule, args) if self.folded and op in ARITHMETIC else None
        return self._add((op, rule.constant, tuple(args))) if known is None else known

    def entry(self, i: int) -> Key:
        """What stands in an entry: an operator with its constant and arguments; a letter; or "", a number."""
        return self._keys[i]

    def operators(self, i: int) -> int:
        """How many operators an entry has, written out."""
        return self._operators[i]

    def size(self, entries: Sequence[int]) -> Size:
        """How large these formulas are, all of them together."""
        distinct = self._reach(entries)
        return Size(
            sum(self._nodes[i] for i in entries),
            sum(self._operators[i] for i in entries),
            len(distinct),
            sum(bool(self._keys[i][2]) for i in distinct),
        )

    def _add(self, key: Key) -> int:
        if key not in self._known:
            args = key[2]
            self._known[key] = len(self._keys)
            self._keys.append(key)
            self._nodes.append(1 + sum(self._nodes[a] for a in args))
            self._operators.append(bool(args) + sum(self._operators[a] for a in args))
        return self._known[key]

    def _number(self, i: int) -> float | None:
        return self._keys[i][1] if not self._keys[i][2] else None

    def _fold(self, rule: Rule, args: Sequence[int]) -> int | None:
        op, (x, y) = rule.row.name, args
        left, right = self._number(x), self._number(y)
        if left is not None and right is not None:
            return self.const(rule.row.value(left, right))
        if op in ("add", "sub") and right == 0:
            return x
        if op == "add" and left == 0:
            return y
        if op == "mul" and 0 in (left, right):
            return self.const(0.0)
        if op == "mul" and 1 in (left, right):
            return y if left == 1 else x
        return None

    def _reach(self, entries: Iterable[int]) -> set[int]:
        reached, waiting = set(entries), list(entries)
        while waiting:
            new = set(self._keys[waiting.pop()][2]) - reached
            reached |= new
            waiting += new
        return reached
