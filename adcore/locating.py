"""The first statement of a backward program that is wrong.

Every variable of the function has an adjoint; a statement that assigns x_bar hands adjoints on to x. Each statement is
held to its own rule: from the adjoints that it reads, as they are, the right operations give the right amount. The
first that does not is the mistake. Where every statement keeps its rule and the gradient is wrong all the same, an
adjoint was used before all of it had come back, or was overwritten: the first such use is looked for.

    a_bar = b_bar*cos(a)     right, if b_bar is
    x_bar = b_bar            right so far
    x_bar = a_bar*y          right so far, but what came back from b is lost: overwritten
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from adcore.checked import Finding
from adcore.local_sweeps import Floats, Whole, cut, same
from adcore.statement_slips import Receipt, name_mistake, say
from adcore.statements import Adjoint, Fault, Step, Use, distinct, likely_places, written
from adcore.watching import Assignment, Slot

LIKELIEST, MOST_USERS = 12, 6
"""Values of a variable that a step may be a part of; users of which every sum is known: of more single ones and all."""


class Locator:
    """Goes through the steps of a backward program in order.

    `find` gives for a slot the nodes that its variable was, none where it is no adjoint; `given` are adjoints that the
    program was handed, by slot; `names` are those of nodes. `carriers` are variables without the name of an adjoint
    that hold some: they are known by their values, so that nothing is said of them.
    """

    def __init__(
        self,
        whole: Whole,
        steps: Sequence[Step],
        find: Callable[[Slot], tuple[int, ...]],
        given: Mapping[Slot, Floats],
        names: Mapping[int, str],
        carriers: frozenset[str] = frozenset(),
    ) -> None:
        self.whole, self.steps, self.find, self.names, self.carriers = whole, steps, find, names, carriers
        slots = [*given, *(step.made.slot for step in steps)]
        held = {node for slot in dict.fromkeys(slots) for node in find(slot)}
        self.stops = frozenset(held | set(whole.graph.inputs))
        self.seeded = whole.output in held
        self.tainted, self.broken = set[str](), set[int]()
        self.about, self.adjoints, self.latest = dict[int, int](), dict[Slot, Adjoint](), dict[Slot, Floats]()
        self.uses: list[tuple[Use, ...]] = []
        self._rows: dict[int, dict[int, Floats]] = {}
        for slot, value in given.items():
            self.adjoints[slot] = Adjoint(find(slot), len(find(slot)) - 1, value, True)

    def faults(self) -> Iterator[Fault]:
        """Statements that look wrong, likeliest first. Those before the wrong one are right; later ones may follow."""
        group: list[tuple[int, Step]] = []
        found, unclear = list[tuple[int, int]](), list[tuple[int, int]]()
        for i, step in enumerate(self.steps):
            if group and group[-1][1].made.turn != step.made.turn:
                self._commit(group)
                group = []
            group.append((i, step))
            self.latest[step.made.slot] = step.value
            self.uses.append(tuple(self._uses(step.made)))
            node = self._broken(step, self.uses[i])
            if node is not None:
                self.broken.add(i)
                (found if self._is_clear(step.made) else unclear).append((i, node))
        self._commit(group)
        yield from (self._fault_behind(i, node) for i, node in self._once(found))
        behind = next((fault for i, _ in unclear[:1] for fault in self._behind(i)), None)
        yield from [behind] if behind and behind.findings else ()
        yield from distinct(self._incomplete())
        yield from [behind] if behind else (self._fault_behind(i, node) for i, node in self._once(unclear))

    def _once(self, broken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The first of each statement."""
        first: dict[int, tuple[int, int]] = {}
        for i, node in broken:
            first.setdefault(id(self.steps[i].made.statement), (i, node))
        yield from first.values()

    def row(self, node: int) -> dict[int, Floats]:
        """What a variable with adjoint 1 hands to the variables right below it."""
        if node not in self._rows:
            self._rows[node] = self.whole.handed_on(node, self.stops)
        return self._rows[node]

    def _rate(self, up: int, down: int) -> Floats | float:
        """What a variable hands to another by an adjoint of 1; a part of an adjoint is handed to the adjoint itself."""
        return 1.0 if up == down else self.row(up).get(down, 0.0)

    def users(self, node: int) -> dict[int, Floats]:
        """What comes back to a variable from each that is right above it, in truth."""
        above = [i for i in (*sorted(self.stops), self.whole.output) if i >= node]
        return {
            up: self.row(up)[node] * self.whole.adjoints[:, up]
            for up in dict.fromkeys(above)
            if up != node and node in self.row(up)
        }

    def _uses(self, made: Assignment) -> Iterator[Use]:
        for name, path in made.reads:
            for slot, held in self.adjoints.items():
                if slot[0] == name and slot[1][: len(path)] == path:
                    yield Use(slot, held.node, held.value, held.full)

    def _is_clear(self, made: Assignment) -> bool:
        """Whether all that a step reads is known: no adjoint by way of a variable that is none."""
        return not any(name in self.tainted for name, _ in made.reads)

    def _broken(self, step: Step, uses: Sequence[Use]) -> int | None:
        """The node whose adjoint a step gets wrong; None where it does not."""
        versions = self.find(step.made.slot)
        if not versions or step.made.name in self.carriers or self._is_handed_over(step, uses):
            return None
        held = self.adjoints.get(step.made.slot)
        order = self._order(step, uses, held, versions)
        for at in order:
            if self.whole.agrees(step.value, self.whole.adjoints[:, versions[at]], versions[at]):
                return None
        if any(self._keeps_rule(step, uses, versions[at]) for at in order[:LIKELIEST]):
            return None
        return versions[order[0]]

    def _is_handed_over(self, step: Step, uses: Sequence[Use]) -> bool:
        """Whether a result is an adjoint as it is: then what is wrong with it is wrong before."""
        return (
            not step.made.name and len(step.made.reads) == len(uses) == 1 and np.array_equal(step.value, uses[0].value)
        )

    def _order(self, step: Step, uses: Sequence[Use], held: Adjoint | None, versions: tuple[int, ...]) -> list[int]:
        """Which value of the variable a step is about, likeliest first."""
        last = self.steps[held.steps[-1][0]] if held and held.steps else None
        below = {down for use in uses for down in self.row(use.node)}
        numbers = [self.latest[slot] for slot in step.made.reads if slot in self.latest]
        read = {node for node in versions if any(same(x, self.whole.values[:, node], np.abs(x)) for x in numbers)}
        near = [(node in below, node in read) for node in versions]
        return likely_places(step, held, [self.names.get(node, "") for node in versions], near, last)

    def _keeps_rule(self, step: Step, uses: Sequence[Use], node: int) -> bool:
        size = self.whole.sizes[:, node] + sum((np.abs(use.value) for use in uses), np.zeros(len(step.value)))
        if not uses and not np.any(step.amount):
            return True
        handed = sum((use.value * self._rate(use.node, node) for use in uses), np.zeros(len(step.value)))
        loose = {0: np.zeros(len(step.value))}
        if not self.seeded and self.whole.output != node:
            loose[1] = self.row(self.whole.output).get(node, loose[0])
        if any(same(step.amount, handed + extra, size) for extra in loose.values()) and (
            uses or np.any(loose.get(1, 0))
        ):
            return True
        if any(same(step.amount, amount, size) for amount in self._sums(node)):
            return True
        skipping = sum((use.value * self._skipping_rate(use.node, node) for use in uses), np.zeros(len(step.value)))
        return bool(uses) and same(step.amount, skipping, size)

    def _skipping_rate(self, up: int, down: int) -> Floats | float:
        """The same past the values that have had no adjoint so far: p_bar*p/x[0] skips the partial products."""
        if self._with_adjoint(down) >= self.stops:
            return 0.0
        return self.whole.handed_on(up, self._with_adjoint(down)).get(down, 0.0)

    def _with_adjoint(self, node: int) -> frozenset[int]:
        """The inputs, a node, and the values that a step so far was about."""
        return self.stops & {*self.whole.graph.inputs, *self.about.values(), node}

    def _sums(self, node: int) -> Iterator[Floats]:
        """Sums of some of what comes back to a variable."""
        parts = list(self.users(node).values())
        for count in range(1, len(parts) + 1 if len(parts) <= MOST_USERS else 2):
            yield from (sum(chosen, np.zeros(len(parts[0]))) for chosen in combinations(parts, count))

    def _commit(self, group: Sequence[tuple[int, Step]]) -> None:
        """Take in what one execution of a statement assigned."""
        for i, step in group:
            made, versions = step.made, self.find(step.made.slot)
            if made.name in self.carriers:
                self._carry(i, step, versions)
            elif versions:
                self._hold(i, step, versions)
            elif made.name and (self.uses[i] or not self._is_clear(made)):
                self.tainted.add(made.name)

    def _carry(self, i: int, step: Step, versions: tuple[int, ...]) -> None:
        """Take in a variable that is known to hold an adjoint if it has the number of one."""
        found = [n for n in versions if self.whole.agrees(step.value, self.whole.adjoints[:, n], n)]
        self.adjoints.pop(step.made.slot, None)
        self.tainted.discard(step.made.name)
        if found:
            self.adjoints[step.made.slot] = Adjoint((found[-1],), 0, step.value, True)
        else:
            self.tainted.add(step.made.name)

    def _hold(self, i: int, step: Step, versions: tuple[int, ...]) -> None:
        held = self.adjoints.get(step.made.slot)
        order = self._order(step, self.uses[i], held, versions)
        adjoints = self.whole.adjoints
        full = [at for at in order if self.whole.agrees(step.value, adjoints[:, versions[at]], versions[at])]
        tried = () if full or i in self.broken else order[:LIKELIEST]
        part = (at for at in tried if self._keeps_rule(step, self.uses[i], versions[at]))
        now = Adjoint(versions, at := next(part, (full or order)[0]), step.value, bool(full))
        if held:
            now.steps, now.lost = held.steps, held.lost
            if versions[at] == held.node and not step.made.adds and np.any(held.value):
                now.lost.append((i, held.node, held.value))
        now.steps.append((i, versions[at]))
        self.about[i] = versions[at]
        self.adjoints[step.made.slot] = now

    def _fault(self, i: int, node: int) -> Fault:
        """What is wrong with a step; values without an adjoint of their own in this program may be skipped by it."""
        fault, stops = self._fault_within(i, node), self.stops
        with_adjoint = self._with_adjoint(node)
        if fault.findings or stops == with_adjoint:
            return fault
        self.stops = with_adjoint
        self._rows.clear()
        skipping = self._fault_within(i, node)
        self.stops = stops
        self._rows.clear()
        return skipping if skipping.findings else fault

    def _fault_within(self, i: int, node: int) -> Fault:
        step, uses = self.steps[i], self.uses[i]
        users, adjoints = self.users(node), self.whole.adjoints
        read = {use.node: use.value for use in uses if use.node in users}
        everything = {up: adjoints[:, up] for up in users}
        likely = [read, *([{**read, self.whole.output: np.ones(len(step.value))}] if self._ends_in(users) else [])]
        single = [{up: seed} for up, seed in everything.items()]
        rest = [*single, everything] if step.made.adds else [everything, *single]
        others = {use.node: use.value for use in uses}
        taken = tuple(use.node for use in uses if use.node != node)
        rest_of = step.amount - sum((use.value for use in uses if use.node == node), np.zeros(len(step.value)))
        options = [option for option in (*likely, *rest) if option]
        receipt = Receipt(node, rest_of, _once_each(options), taken, others, self.names)
        findings = name_mistake(self.whole, self.stops, receipt)
        wanted = sum((value * self.row(up)[node] for up, value in read.items()), np.zeros(len(step.value)))
        adds = step.made.adds and bool(read)
        expected = wanted if adds else adjoints[:, node]
        given = step.amount if adds else step.value
        numbers = float(given[0]), float(expected[0])
        return Fault(written(step.made.slot), step.made.statement, *numbers, adds, findings, self._mended(i))

    def _fault_behind(self, i: int, node: int) -> Fault:
        """What is wrong with a step, said of the one that worked the number out where this one only hands it over."""
        fault, place = self._fault(i, node), i
        while (source := self._source(place)) is not None:
            place = source
        if place == i:
            return fault
        step, made = self.steps[i], self.steps[place].made
        by_rule = sum(float((use.value * self._rate(use.node, node))[0]) for use in self.uses[place])
        rest = fault.expected - float(step.before[0]) * (step.made.adds and not fault.amount)
        is_last = all(later.made.slot != step.made.slot for later in self.steps[i + 1 :])
        given, expected = float(self.steps[place].value[0]), rest if is_last else by_rule or rest
        variable = written(made.slot)
        return replace(fault, variable=variable, statement=made.statement, given=given, expected=expected, amount=False)

    def _source(self, i: int) -> int | None:
        """The step that worked out what a step hands over as it is, and no right one uses; None where it does more."""
        step = self.steps[i]
        if len(step.made.reads) != 1 or self.uses[i]:
            return None
        [slot] = step.made.reads
        j = max((k for k in range(i) if self.steps[k].made.slot == slot), default=None)
        if j is None or not same(self.steps[j].value, step.amount, np.abs(step.value)):
            return None
        end = next((k for k in range(i, len(self.steps)) if self.steps[k].made.slot == slot), len(self.steps))
        readers = [k for k in range(j + 1, end) if slot in self.steps[k].made.reads]
        if slot[0] in self.carriers:
            return j if all(self.steps[k].made.statement is step.made.statement for k in readers) else None
        inside = np.delete(self.whole.values, self.whole.output, axis=1).T  # of the function's values, u_bar = u
        is_value = any(same(self.steps[j].value, column, np.abs(column)) for column in inside)
        return j if self.broken.issuperset(readers) and not is_value else None

    def _behind(self, i: int) -> Iterator[Fault]:
        """The variable between adjoints that a step reads, where it is that which is wrong.

        It is the adjoint of an operation without a name, if that operation makes all that it is handed on to right.
        """
        names = [name for name, _ in self.steps[i].made.reads if name in self.tainted]
        given = [j for j in range(i) if self.steps[j].made.name in names and self.uses[j]]
        if len(names) != 1 or not given:
            return
        last = next((k for k in range(i, len(self.steps)) if self.steps[k].made.name == names[0]), len(self.steps))
        readers = [k for k in range(i, last) if any(name == names[0] for name, _ in self.steps[k].made.reads)]
        value = self.steps[given[-1]].value
        for node in cut(self.whole.graph, [use.node for use in self.uses[given[-1]]], self.stops).origin[::-1]:
            if node not in self.stops and all(self._hands_on(k, node, value) for k in readers):
                self.stops |= {node}
                self._rows.clear()
                yield replace(self._fault(given[-1], node), mended=())
                return

    def _hands_on(self, k: int, node: int, value: Floats) -> bool:
        """Whether a step hands on what a node would hand on with this number as its adjoint."""
        step, targets = self.steps[k], self.find(self.steps[k].made.slot)
        rates = [self.row(node)[target] for target in targets if target in self.row(node)]
        size = np.abs(value) + np.abs(step.amount)
        return bool(targets) and any(same(step.amount, value * rate, size) for rate in rates)

    def _mended(self, i: int) -> tuple[dict[int, tuple[int, float]], ...]:
        """What the statement of a step should have assigned at the first point: by its rule, or all at once."""
        statement, by_rule, whole = self.steps[i].made.statement, dict[int, tuple[int, float]](), {}
        for k, step in enumerate(self.steps):
            node = self.about.get(k)
            if step.made.statement is not statement or node is None:
                continue
            users = {use.node for use in self.uses[k]}
            handed = sum(
                float(self.whole.adjoints[0, up] * self.row(up)[node][0])
                for up in users
                if up != node and node in self.row(up)
            )
            by_rule[step.position] = (int(step.made.adds), handed)
            whole[step.position] = (0, float(self.whole.adjoints[0, node]))
        return (by_rule, whole) if self.steps[i].made.name else ()

    def _ends_in(self, users: Mapping[int, Floats]) -> bool:
        return not self.seeded and self.whole.output in users

    def _incomplete(self) -> Iterator[Fault]:
        """Uses of adjoints that are not all of it, and results in another order, in the order of the program."""
        for i, uses in enumerate(self.uses):
            target = self.find(self.steps[i].made.slot)
            for use in (use for use in uses if use.node not in target or not self.steps[i].made.name):
                if not self.whole.agrees(use.value, self.whole.adjoints[:, use.node], use.node):
                    yield self._incomplete_use(i, use)
            made = self.steps[i].made
            if not made.name and len(uses) == 1:
                yield from self._misplaced(self.steps[i], uses[0])

    def _misplaced(self, step: Step, use: Use) -> Iterator[Fault]:
        [leaf] = self.find(step.made.slot)
        if use.node != leaf and not self.whole.agrees(step.value, self.whole.adjoints[:, leaf], leaf):
            finding = say("wrong-input", other=self.names.get(use.node, "another input"))
            expected = float(self.whole.adjoints[0, leaf])
            name = self.names.get(leaf, "an input")
            yield Fault(name, step.made.statement, float(step.value[0]), expected, False, (finding,))

    def _incomplete_use(self, i: int, use: Use) -> Fault:
        held = self.adjoints[use.slot]
        down = self.names.get(use.node, "this variable")
        missing, mended = self.whole.adjoints[:, use.node] - use.value, tuple[dict[int, tuple[int, float]], ...]()
        mine = [k for k, node in held.steps if node == use.node]
        earlier, later = [k for k in mine if k < i], [k for k in mine if k >= i]
        place, finding = earlier[-1] if earlier else i, None
        if any(self.whole.agrees(self.steps[k].value, self.whole.adjoints[:, use.node], use.node) for k in later):
            place, finding = i, say("early", down=down)
        finding = finding or (say("nothing", down=down) if not np.any(use.value) else None)
        lost = self._lost(held, missing, use.node)
        if lost is not None:
            place, finding = lost, say("overwritten", down=down)
        kept = [k for k in earlier if self.whole.agrees(-missing, self.steps[k].before, use.node)]
        if kept and np.any(missing):
            place, finding = kept[0], say("kept", down=down)
            mended = self._begun_anew(place, use.node)
        finding = finding or self._of_a_user(use.node, missing, down)
        step = self.steps[place]
        expected = float(self.whole.adjoints[0, use.node])
        findings, mended = (finding,) if finding else (), mended or self._mended(place)
        return Fault(written(use.slot), step.made.statement, float(use.value[0]), expected, False, findings, mended)

    def _begun_anew(self, place: int, node: int) -> tuple[dict[int, tuple[int, float]], ...]:
        """What a statement in a loop should have assigned: each time the adjoint of an earlier value."""
        made = self.steps[place].made
        versions = self.find(made.slot)
        again = [step for step in self.steps if step.made.statement is made.statement and step.made.slot == made.slot]
        nodes = [versions[max(versions.index(node) - n, 0)] for n in range(len(again))]
        whole = {step.position: (0, float(self.whole.adjoints[0, i])) for step, i in zip(again, nodes, strict=True)}
        return (whole,)

    def _lost(self, held: Adjoint, missing: Floats, node: int) -> int | None:
        """The step that overwrote what is missing."""
        total = np.zeros(len(missing))
        for i, about, amount in held.lost:
            total = total + amount * (about == node)
            if about == node and (self.whole.agrees(missing, amount, node) or self.whole.agrees(missing, total, node)):
                return i
        return None

    def _of_a_user(self, node: int, missing: Floats, down: str) -> Finding | None:
        for up, amount in self.users(node).items():
            for key, wanted in (("left-out", missing), ("twice", -missing)):
                if self.whole.agrees(wanted, amount, node):
                    return say(key, up=self.names.get(up, "the output"), down=down)
        return None


def _once_each(options: Sequence[Mapping[int, Floats]]) -> tuple[Mapping[int, Floats], ...]:
    """Each way to read a statement once: the only variable above is all of those above, too."""
    found = {tuple((up, seed.tobytes()) for up, seed in sorted(option.items())): option for option in reversed(options)}
    return tuple(reversed(found.values()))
