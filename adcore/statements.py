"""The statements of a backward program with their numbers, and what is wrong with one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adcore.checked import Finding
from adcore.keys import shown
from adcore.local_sweeps import Floats
from adcore.watching import Assignment, Slot


@dataclass(frozen=True, slots=True)
class Fault:
    """A wrong statement: what it gave to a variable (at the first point) and what belongs there, and why.

    `amount` says that both are what is added, not what the variable then holds. `mended` is what all executions of the
    statement should have assigned, in every way to read what was meant: by the position of the assignment, whether what
    was there is kept, as 0 or 1, and what is added. It is empty for what is given back.
    """

    variable: str
    statement: ast.stmt
    given: float
    expected: float
    amount: bool
    findings: tuple[Finding, ...]
    mended: tuple[Mapping[int, tuple[int, float]], ...] = ()


def distinct(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults without those that say the same of a statement as one before."""
    seen = set[tuple[int, tuple[Finding, ...]]]()
    for fault in faults:
        said = id(fault.statement), fault.findings
        if said not in seen:
            seen.add(said)
            yield fault


@dataclass(frozen=True, slots=True)
class Step:
    """An assignment with its numbers over the points; `position` counts all assignments of the run."""

    position: int
    made: Assignment
    value: Floats
    before: Floats

    @property
    def amount(self) -> Floats:
        return self.value - self.before if self.made.adds else self.value


@dataclass(slots=True)
class Adjoint:
    """A variable of the backward program: of which values of its variable it is the adjoint, and what it holds now.

    `versions` are the nodes that the variable was, in order, `at` the position of the one that it is about. `steps` are
    those that assigned it, with the node each was about; `lost` those that overwrote something, with what that was.
    """

    versions: tuple[int, ...]
    at: int
    value: Floats
    full: bool = False
    steps: list[tuple[int, int]] = field(default_factory=list)
    lost: list[tuple[int, int, Floats]] = field(default_factory=list)

    @property
    def node(self) -> int:
        return self.versions[min(self.at, len(self.versions) - 1)]


@dataclass(frozen=True, slots=True)
class Use:
    """An adjoint as a step found it: which, its node and number, and whether it was all."""

    slot: Slot
    node: int
    value: Floats
    full: bool


def likely_places(
    step: Step,
    held: Adjoint | None,
    names: Sequence[str],
    near: Sequence[tuple[bool, bool]],
    before: Step | None,
) -> list[int]:
    """Which of the values of a variable, called `names`, a step is about, likeliest first.

    Of the elements of a list it is the one with an index that is read. Else `near` says of each whether it is right
    below an adjoint that is read, and whether it is itself read; and sweeps go from later values to earlier ones.
    `held` is what the adjoint held, `before` the step that assigned it last.
    """
    last = len(names) - 1
    at = last if held is None else min(held.at, last)
    again = step.made.slot in step.made.reads or (before is not None and before.made.statement is step.made.statement)
    moves = held is not None and not step.made.adds and (held.full or again)
    places = dict.fromkeys([max(at - 1, 0) if moves else at, *range(at, -1, -1), *range(last, at, -1)])
    are_elements = len({name.partition("[")[0] for name in names}) == 1
    read = tuple(written(("", path)) for _, path in step.made.reads if path and are_elements)
    return sorted(places, key=lambda at: (names[at].endswith(read), *near[at]), reverse=True)


def written(slot: Slot) -> str:
    """A slot as a program writes it: dx[0], or grads["w"]."""
    return slot[0] + "".join(f"[{shown(index)}]" for index in slot[1])
