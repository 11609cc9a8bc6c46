"""LLVM's text of programs with kept loops: @compute, as in `ir`, with a loop of basic blocks for each kept one.

The logistic map, forwards, for 1000 turns; `%w` at 0 is where the carried value is stored before each turn:

      br label %l1_head
    l1_head:
      %l1_k = phi i64 [0, %begin], [%l1_next, %l1_head]
      %l1_c0 = phi double [%v0, %begin], [%l1_v6, %l1_head]
      %l1_p0 = getelementptr double, ptr %w, i64 %l1_k
      store double %l1_c0, ptr %l1_p0
      ...
      %l1_v6 = fmul double %l1_v3, %l1_v5
      %l1_next = add i64 %l1_k, 1
      %l1_more = icmp ne i64 %l1_next, 1000
      br i1 %l1_more, label %l1_head, label %l1_done
    l1_done:

A loop back counts down and reads what was stored. Lists that stand one after the other among the inputs are read
where they are, others are first copied; adjoints of lists are added up in `%w`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from types import MappingProxyType

from adcore.backends.doubts import HIDING
from adcore.backends.instructions import Lanes, Writer
from adcore.backends.ir import Draft
from adcore.backends.sheet import ONE, ZERO, Loop, Sheet
from adcore.graph import CONST, INPUT
from adcore.loops import Elements
from adcore.staged_loops import LOOP, LOOP_BACK, PART, Backward, Forward, Staged, narrow, needs

SCALAR = Lanes()
LONG = 16
"""Results that follow one another in a list of adjoints and are copied in a loop from this number on."""


def write_looped(staged: Staged, taken: Sequence[bool], trusted: int | None = None) -> Draft:
    """The text of a staged program whose last outputs are tests: it answers only where they come out as `taken`.

    And only where the first `trusted` results (all of them, unless given) are numbers.
    """
    sheet = Sheet(_hides(staged))
    graph = staged.graph
    single = _read_singly(staged)
    inputs = [sheet.load("x", str(k), f"x{k}") if single[i] else f"%x{k}" for k, i in enumerate(graph.inputs)]
    block = Block(staged, sheet, "", inputs)
    block.write()
    end = len(graph.outputs) - len(taken)
    total = None
    for first, last in pairwise([0, end if trusted is None else trusted, end]):
        _store_results(sheet, block, range(first, last))
        total = total or sheet.total
    sheet.total = total or ZERO
    for i, expected in zip(graph.outputs[end:], taken, strict=True):
        sheet.expect(block.operands[i], expected)
    rest = sheet.new("rest", f"fsub double {sheet.total}, {sheet.total}")
    lines = [*sheet.declarations(), "define double @compute(ptr %x, ptr %w, ptr %out) {", "begin:", *sheet.lines]
    text = "\n".join([*lines, f"  ret double {rest}", "}"])
    return Draft(text, len(graph.inputs), sheet.size, end, sorted(sheet.used()), MappingProxyType(sheet.rows))


def _read_singly(staged: Staged) -> list[bool]:
    """Which nodes are read otherwise than as elements of lists."""
    graph = staged.graph
    single = [False] * len(graph)
    for i, args in enumerate(graph.args):
        loop = staged.loops[int(graph.constants[i] or 0)] if graph.ops[i] == LOOP else None
        for a in args[: loop.carried + loop.invariants] if isinstance(loop, Forward) else args:
            single[a] = True
    for i in graph.outputs:
        single[i] = True
    return single


def _hides(staged: Staged) -> bool:
    """Whether some operation may give a number although an argument is nan: then values outside domains are shown."""
    return any(op in HIDING for op in staged.graph.ops) or any(_hides(loop.step) for loop in staged.loops)


class Block:
    """A staged program within @compute: every node gets an operand. `inputs` are those of its inputs."""

    def __init__(self, staged: Staged, sheet: Sheet, prefix: str, inputs: Sequence[str]) -> None:
        self.staged = staged
        self.sheet = sheet
        self.prefix = prefix
        self.writer = Writer(staged.graph, SCALAR)
        self.operands = self.writer.operands
        self.loops: dict[int, Forth | Back] = {}
        given = iter(inputs)
        for i, op in enumerate(staged.graph.ops):
            if op != CONST:
                self.operands[i] = next(given) if op == INPUT else f"%{prefix}v{i}"

    def outputs(self) -> list[str]:
        return [self.operands[i] for i in self.staged.graph.outputs]

    def write(self) -> None:
        """Write all operations and loops in order."""
        graph, sheet = self.staged.graph, self.sheet
        uses = [bool(users) for users in graph.users()]
        for i, op in enumerate(graph.ops):
            if op in (LOOP, LOOP_BACK):
                self._loop(i)
            elif op == PART:
                self._part(i, uses[i] or bool(self.prefix))
            elif op not in (INPUT, CONST):
                sheet.lines.append(self.writer.operation(i))
                if sheet.hides and sheet.rules.find(graph, i).row.domain:
                    sheet.trust(self.operands[i])
        sheet.library.update(self.writer.library)
        sheet.rows.update(self.writer.rows)

    def _loop(self, i: int) -> None:
        graph, prefix = self.staged.graph, f"{self.prefix}l{i}_"
        loop, args = self.staged.loops[int(graph.constants[i] or 0)], [self.operands[a] for a in graph.args[i]]
        if isinstance(loop, Forward):
            self.loops[i] = Forth(loop, self.sheet, prefix, args, needs(self.staged, i))
        else:
            around = self.loops[graph.args[i][0]]
            assert isinstance(around, Forth)
            self.loops[i] = Back(loop, around, prefix, args[1:])
        self.loops[i].write()

    def _part(self, i: int, read: bool) -> None:
        """What a loop results in: a value, or a place in %w, which is read if need be."""
        loop = self.loops[self.staged.graph.args[i][0]]
        result = loop.results[int(self.staged.graph.constants[i] or 0)]
        if isinstance(result, str):
            self.operands[i] = result
        elif read:
            self.operands[i] = self.sheet.load("w", str(result))

    def place(self, i: int) -> int | None:
        """Where in %w an output stands, if it is an element of a list of adjoints."""
        graph = self.staged.graph
        if graph.ops[i] != PART:
            return None
        result = self.loops[graph.args[i][0]].results[int(graph.constants[i] or 0)]
        return result if isinstance(result, int) else None


def _store_results(sheet: Sheet, block: Block, positions: range) -> None:
    """Put results where they belong, long runs of them in loops, and add them up."""
    outputs = block.staged.graph.outputs
    places = [block.place(outputs[position]) for position in positions]
    keys = [None if place is None else place - position for position, place in zip(positions, places, strict=True)]
    position = positions.start
    for key, run in groupby(keys):
        length = len(list(run))
        if key is not None and length >= LONG:
            _copy(sheet, position + key, position, length)
        else:
            _store_each(sheet, block, range(position, position + length))
        position += length


def _store_each(sheet: Sheet, block: Block, positions: range) -> None:
    for position in positions:
        i = block.staged.graph.outputs[position]
        place = block.place(i)
        operand = block.operands[i] if place is None else sheet.load("w", str(place))
        sheet.store("out", str(position), operand)
        if block.staged.graph.ops[i] != CONST:
            sheet.trust(operand)


def _copy(sheet: Sheet, first: int, position: int, length: int) -> None:
    loop = Loop(sheet, f"copy{position}_", length, 0, 1)
    k = loop.begin()
    operand = sheet.load("w", sheet.new("from", f"add i64 {k}, {first}"))
    sheet.store("out", sheet.new("to", f"add i64 {k}, {position}"), operand)
    sheet.trust(operand)
    loop.end(())


class Forth:
    """A loop forwards. `results` are operands, of what is computed at all; `lists` say where lists begin."""

    def __init__(
        self, loop: Forward, sheet: Sheet, prefix: str, args: Sequence[str], needed: tuple[list[int], list[int]]
    ) -> None:
        self.loop = loop
        self.sheet = sheet
        self.prefix = prefix
        self.stored, self.live = needed
        self.starts, self.invariants, holders = loop.split(args)
        self.lists = [self._list(operands) for operands in holders]
        self.tapes = {k: sheet.reserve(len(loop.turns)) for k in self.stored}
        self.results: list[str | int] = [""] * loop.carried

    def _list(self, operands: Sequence[str]) -> tuple[str, int]:
        """Where a list is: in %x if it stands there, or else in %w."""
        names = [operand.partition(".")[0] for operand in operands]
        given = [int(name[2:]) for name in names if name.startswith("%x") and name[2:].isdigit()]
        if len(given) == len(operands) and all(b == a + 1 for a, b in pairwise(given)):
            return "x", given[0]
        first = self.sheet.reserve(len(operands))
        for k, (operand, name) in enumerate(zip(operands, names, strict=True)):
            unread = operand == name and name.startswith("%x")
            self.sheet.store("w", str(first + k), self.sheet.load("x", name[2:]) if unread else operand)
        return "w", first

    def inputs(self, k: str, prefix: str, step: Staged) -> list[str]:
        """The operands of a step's inputs in turn k; carried values are named and not yet read."""
        loop, sheet, read = self.loop, self.sheet, self.loop.reads(step)
        turn, fixed = "", loop.carried + 1 + loop.invariants
        if read[loop.carried]:
            scaled = sheet.new("scaled", f"mul i64 {k}, {loop.turns.step}")
            turn = sheet.new(
                "turn", f"sitofp i64 {sheet.new('moved', f'add i64 {scaled}, {loop.turns.start}')} to double"
            )
        elements = [
            self._element(element, k) if read[fixed + place] else "" for place, element in enumerate(loop.elements)
        ]
        return [*(f"%{prefix}c{c}" for c in range(loop.carried)), turn, *self.invariants, *elements]

    def _element(self, element: Elements, k: str) -> str:
        base, first = self.lists[element.holder]
        return self.sheet.load(base, self.place(element, k, first), "element")

    def place(self, element: Elements, k: str, first: int) -> str:
        """Where turn k finds an element, in a list that begins at `first`."""
        scaled = self.sheet.new("scaled", f"mul i64 {k}, {element.stride}")
        return self.sheet.new("place", f"add i64 {scaled}, {first + element.start}")

    def write(self) -> None:
        sheet, prefix, loop = self.sheet, self.prefix, self.loop
        turn = Loop(sheet, prefix, len(loop.turns), 0, 1)
        k = turn.begin()
        for c, tape in self.tapes.items():
            sheet.store("w", sheet.new("tape", f"add i64 {k}, {tape}"), f"%{prefix}c{c}")
        step = narrow(loop.step, self.live)
        block = Block(step, sheet, prefix, self.inputs(k, prefix, step))
        block.write()
        following = block.outputs()
        turn.end([(f"%{prefix}c{c}", self.starts[c], x) for c, x in zip(self.live, following, strict=True)])
        for c, x in zip(self.live, following, strict=True):
            self.results[c] = x


class Back:
    """A loop backwards. `results` are operands of adjoints and of sums, then places of the adjoints of lists."""

    def __init__(self, loop: Backward, around: Forth, prefix: str, seeds: Sequence[str]) -> None:
        self.loop = loop
        self.around = around
        self.sheet = around.sheet
        self.prefix = prefix
        self.seeds = seeds
        self.lists = {holder: self._cleared(holder) for holder in loop.holders}
        self.results: list[str | int] = []

    def _cleared(self, holder: int) -> int:
        """Room for the adjoints of a list, zero to begin with."""
        length = self.around.loop.holders[holder]
        first = self.sheet.reserve(length)
        clear = Loop(self.sheet, f"{self.prefix}clear{holder}_", length, 0, 1)
        k = clear.begin()
        self.sheet.store("w", self.sheet.new("place", f"add i64 {k}, {first}"), ZERO)
        clear.end(())
        return first

    def write(self) -> None:
        sheet, prefix, loop, around = self.sheet, self.prefix, self.loop, self.around
        turns = len(around.loop.turns)
        turn = Loop(sheet, prefix, turns, turns - 1, -1)
        k = turn.begin()
        adjoints = [f"%{prefix}a{c}" for c in range(len(loop.active))]
        inputs = around.inputs(k, prefix, loop.step)
        for c, read in zip(around.stored, [around.loop.reads(loop.step)[c] for c in around.stored], strict=True):
            if read:
                inputs[c] = sheet.load("w", sheet.new("tape", f"add i64 {k}, {around.tapes[c]}"))
        block = Block(loop.step, sheet, prefix, [*inputs, *([] if loop.scaled else adjoints)])
        block.write()
        found = [self._scaled(operand, adjoints) for operand in block.outputs()]
        own, sums = found[: len(adjoints)], found[len(adjoints) : len(adjoints) + len(loop.invariants)]
        carried = list(zip(adjoints, self.seeds, own, strict=True))
        for g, operand in enumerate(sums):
            name = f"%{prefix}g{g}"
            carried.append((name, ZERO, sheet.new("sum", f"fadd double {name}, {operand}")))
        for element, operand in zip(loop.elements, found[len(adjoints) + len(sums) :], strict=True):
            self._add(around.loop.elements[element], k, operand)
        turn.end(carried)
        self.results += [following for _, _, following in carried]
        for holder in loop.holders:
            self.results += range(self.lists[holder], self.lists[holder] + around.loop.holders[holder])

    def _scaled(self, operand: str, adjoints: Sequence[str]) -> str:
        if not self.loop.scaled or not adjoints:
            return operand
        return adjoints[0] if operand == ONE else self.sheet.new("scaled", f"fmul double {adjoints[0]}, {operand}")

    def _add(self, element: Elements, k: str, operand: str) -> None:
        sheet = self.sheet
        place = self.around.place(element, k, self.lists[element.holder])
        sheet.store("w", place, sheet.new("sum", f"fadd double {sheet.load('w', place)}, {operand}"))
