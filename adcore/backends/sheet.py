"""LLVM's text of one function with loops, line by line as it is written: values, memory, basic blocks and phis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from adcore.backends.instructions import LIBRARY, number
from adcore.interpreter import RuleBook
from adcore.rows import Row

ZERO, ONE, INFINITY = number(0.0), number(1.0), number(float("inf"))


@dataclass(slots=True)
class Sheet:
    """The lines of @compute as they are written, the block that is being written, and the numbers kept in %w.

    `total` is the sum of all that must be a number.
    """

    hides: bool
    lines: list[str] = field(default_factory=list)
    label: str = "begin"
    size: int = 0
    total: str = ZERO
    count: int = 0
    library: dict[str, int] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    rules: RuleBook = field(default_factory=RuleBook)

    def reserve(self, numbers: int) -> int:
        """Where in %w there is room for so many."""
        self.size += numbers
        return self.size - numbers

    def say(self, line: str) -> None:
        self.lines.append(f"  {line}")

    def new(self, name: str, operation: str) -> str:
        """A value with a name of its own."""
        self.count += 1
        self.say(f"%{name}.{self.count} = {operation}")
        return f"%{name}.{self.count}"

    def begin(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.label = label

    def at(self, base: str, place: str) -> str:
        """The address of a number; `place` is a number or a value."""
        return self.new("at", f"getelementptr double, ptr %{base}, i64 {place}")

    def load(self, base: str, place: str, name: str = "load") -> str:
        return self.new(name, f"load double, ptr {self.at(base, place)}, align 8")

    def store(self, base: str, place: str, operand: str) -> None:
        self.say(f"store double {operand}, ptr {self.at(base, place)}, align 8")

    def expect(self, operand: str, taken: bool) -> None:
        """Add infinity to the total if a test comes out otherwise."""
        right, wrong = (ZERO, INFINITY) if taken else (INFINITY, ZERO)
        holds = self.new("holds", f"fcmp une double {operand}, {ZERO}")
        self.trust(self.new("taken", f"select i1 {holds}, double {right}, double {wrong}"))

    def trust(self, operand: str) -> None:
        """Answer only if this is a number."""
        self.total = self.new("total", f"fadd double {self.total}, {operand}")

    def used(self) -> list[str]:
        """The functions of the C library that are called."""
        return [name for name in self.library if name in LIBRARY]

    def declarations(self) -> list[str]:
        called = [f"declare double @{n}({', '.join(['double'] * k)})" for n, k in sorted(self.library.items())]
        own = [f"declare double @llvm.{name}.f64(double)" for name in ("fabs", "sqrt")]
        return [*own, *called]


@dataclass(slots=True)
class Loop:
    """A loop that is being written: `phis` are what its first block takes over, from before and from the last turn."""

    sheet: Sheet
    prefix: str
    turns: int
    first: int
    step: int
    before: str = ""
    phis: list[tuple[str, str, str]] = field(default_factory=list)
    head: int = 0
    total: str = ""

    def begin(self) -> str:
        """Enter the first block; returns the count of the turn."""
        sheet, prefix = self.sheet, self.prefix
        self.before, self.total = sheet.label, sheet.total
        sheet.say(f"br label %{prefix}head")
        sheet.begin(f"{prefix}head")
        self.head = len(sheet.lines)
        sheet.total = f"%{prefix}total"
        return f"%{prefix}k"

    def end(self, carried: Sequence[tuple[str, str, str]]) -> None:
        """Go on to the next turn, or leave. `carried` are names of values, with what they are first and next."""
        sheet, prefix = self.sheet, self.prefix
        following = sheet.new(f"{prefix}next", f"add i64 %{prefix}k, {self.step}")
        last = self.first + self.step * self.turns
        more = sheet.new(f"{prefix}more", f"icmp ne i64 {following}, {last}")
        sheet.say(f"br i1 {more}, label %{prefix}head, label %{prefix}done")
        end = sheet.label
        total = (f"%{prefix}total", self.total, sheet.total)
        phis = [f"  %{prefix}k = phi i64 [{self.first}, %{self.before}], [{following}, %{end}]"]
        for name, first, after in [*carried, total]:
            phis.append(f"  {name} = phi double [{first}, %{self.before}], [{after}, %{end}]")
        sheet.lines[self.head : self.head] = phis
        sheet.begin(f"{prefix}done")
