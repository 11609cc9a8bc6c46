"""What the body of a loop carries from turn to turn: numbers by name, and those in lists and dicts by where they stand.

    p = x                            ("p",) is x
    s = {"v": [x, y], "n": 2}        ("s", "v", 0) is x, ("s", "v", 1) is y, ("s", "n") is 2

In the body a name that is assigned anew has a stand-in, a list or dict of the same form with inputs of the body for
its numbers; so has one of which elements are set. Lists and dicts are things that have several names: where the body
could reach one in two ways, or leaves one behind that somebody else has, the loop is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from adcore.loop_tape import Affine, UnkeptError
from adcore.values import is_number

Path = tuple[Any, ...]
"""A name, then indices and keys."""
Holders = dict[Path, Any]
"""Lists, tuples and dicts by where they stand."""
DEEPEST = 3
"""How many lists and dicts may stand in one another."""
HOLDERS = (list, tuple, dict)


def take_apart(path: Path, value: Any, holders: Holders) -> Iterator[tuple[Path, Any]]:
    """Yield what stands in lists and dicts, by path, and add these to the `holders`.

    >>> holders = {}
    >>> dict(take_apart(("s",), {"v": [3, 4]}, holders)), list(holders)
    ({('s', 'v', 0): 3, ('s', 'v', 1): 4}, [('s',), ('s', 'v')])
    """
    if not isinstance(value, HOLDERS):
        yield path, value
        return
    if len(path) > DEEPEST:
        raise UnkeptError
    holders[path] = value
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from take_apart((*path, key), inner, holders)


def put_together(path: Path, value: Any, numbers: Mapping[Path, Any]) -> Any:
    """The same lists and dicts, new, with other numbers."""
    if isinstance(value, dict):
        return {key: put_together((*path, key), inner, numbers) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([put_together((*path, k), inner, numbers) for k, inner in enumerate(value)])
    return numbers[path]


def reach(values: Iterable[Any]) -> dict[int, Any]:
    """Every list, tuple and dict in some values, by identity."""
    found: dict[int, Any] = {}
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, HOLDERS) and id(value) not in found:
            found[id(value)] = value
            waiting += value.values() if isinstance(value, dict) else value
    return found


def is_changing(value: Any) -> bool:
    """Whether it is a number, or one that the variable of a loop gives."""
    return is_number(value) or isinstance(value, Affine)


class State:
    """The numbers of some variables before a loop, in its body, and after a turn of it, by path.

    `rebound` are names that the body assigns to, `changed` those of which it sets elements. `carried` stand for the
    numbers `begun` in the body; `after` is what a turn leaves, in the order in which the loop has it. Who has a list or
    a dict matters, and is `guarded`, only in programs that change one.
    """

    def __init__(
        self, variables: dict[str, Any], rebound: Collection[str], changed: Collection[str], turns: int, guarded: bool
    ) -> None:
        self.variables = variables
        self.turns = turns
        self.guarded = guarded
        self.rebound = sorted(rebound)
        self.changed = sorted(set(changed).difference(rebound))
        self.begun: dict[Path, Any] = {}
        self.carried: dict[Path, Any] = {}
        self.after: dict[Path, Any] = {}
        self._given: Holders = {}
        self._stand_ins: Holders = {}

    def begin(self, others: Mapping[str, Any], add_input: Callable[[Path], Any]) -> dict[int, Any]:
        """Put stand-ins in place of the variables; return what the body must not change, by identity.

        `others` are the values by name that the body reads.
        """
        fixed = reach(others.values())
        for name in self.changed:
            apart = reach(value for other, value in others.items() if other != name)
            if name not in self.variables or apart.keys() & reach([self.variables[name]]).keys():
                raise UnkeptError
        for name in (*self.rebound, *self.changed):
            value = self.variables.pop(name, None)
            holders: Holders = {}
            begun = dict(take_apart((name,), value, holders))
            if self.guarded and len({*map(id, holders.values())}) < len(holders):
                raise UnkeptError  # [v, v]: what is set in one place shows in two
            if not all(map(is_number, begun.values())):
                if name in self.changed:
                    raise UnkeptError
                continue
            carried = {path: add_input(path) for path in begun}
            self.begun |= begun
            self.carried |= carried
            self._given |= holders
            self.variables[name] = put_together((name,), value, carried)
            dict(take_apart((name,), self.variables[name], self._stand_ins))
        fixed |= reach(self.variables[name] for name in self.rebound if name in self.variables)
        return fixed

    def end(self, fixed: Mapping[int, Any]) -> None:
        """Read what a turn left behind. Raises UnkeptError where another would leave something else."""
        holders: Holders = {}
        for name in (*self.rebound, *self.changed):
            value = self.variables.get(name)
            if isinstance(value, HOLDERS) and (name,) not in self._given:
                del self.variables[name]  # it lives within a turn: who reads it afterwards is unrolled
            elif isinstance(value, HOLDERS) or is_changing(value):
                self.after |= take_apart((name,), value, holders)
        self._check_form(holders)
        if self.guarded:
            self._check_owners(holders, fixed)

    def _check_owners(self, holders: Holders, fixed: Mapping[int, Any]) -> None:
        """Every list and dict is the one that it was, or one that these turns have made and nobody else has."""
        stay = [path for path in self._stand_ins if self._stays(path, holders)]
        moved = [path for path in holders if path not in stay]
        known = fixed.keys() | {*map(id, self._stand_ins.values())}
        shifted = {id(holder): path for path, holder in self._stand_ins.items() if path[0] in self.rebound}
        for path in moved:
            turns, holder = min(self.turns, len(shifted) + 1), holders[path]
            while id(holder) in shifted and turns:  # of another variable, before the turn
                holder, turns = holders[shifted[id(holder)]], turns - 1
            if id(holder) in known or not turns:
                raise UnkeptError
        if len({id(holders[path]) for path in moved}) < len(moved):
            raise UnkeptError
        if not all(self._is_whole(path) for path in self._stand_ins if path not in stay):
            raise UnkeptError

    def _check_form(self, holders: Holders) -> None:
        """Every list and dict is as long as before, with the same keys in the same order."""
        names = {path[0] for path in (*self.carried, *self._given)}
        left = [path for path in self.after if path[0] in names]
        kinds = [{path: type(holder) for path, holder in each.items()} for each in (self._given, holders)]
        if left != list(self.carried) or kinds[0] != kinds[1] or not all(map(is_changing, self.after.values())):
            raise UnkeptError

    def _stays(self, path: Path, holders: Holders) -> bool:
        """Whether it is the same list or dict after a turn, of which elements may have been set."""
        return path[0] in self.changed and all(
            holders[path[:end]] is self._stand_ins.get(path[:end]) for end in range(1, len(path) + 1)
        )

    def _is_whole(self, path: Path) -> bool:
        """Whether nothing of it was set before another took its place: somebody else may have the first."""
        numbers = take_apart(path, self._stand_ins[path], {})
        return all(number is self.carried.get(place) for place, number in numbers)

    def is_same(self, path: Path) -> bool:
        """Whether a turn leaves the number as it was."""
        return path in self.carried and self.after[path] is self.carried[path]

    def leave(self, numbers: Mapping[Path, Any], is_fixed: Callable[[Any], bool]) -> None:
        """Give the variables these numbers; a list or dict of which the body sets elements is itself changed."""
        for name in self.rebound:
            if (name,) in self.after or (name,) in self._given:
                self.variables[name] = put_together((name,), self.variables[name], numbers)
        for name in self.changed:
            after, self.variables[name] = self.variables[name], self._given[name,]
            self._set_parts((name,), after, numbers, is_fixed)

    def _set_parts(self, path: Path, after: Any, numbers: Mapping[Path, Any], is_fixed: Callable[[Any], bool]) -> None:
        holder = self._given[path]
        for key, inner in after.items() if isinstance(after, dict) else enumerate(after):
            place = (*path, key)
            if isinstance(inner, HOLDERS) and inner is self._stand_ins[place]:
                self._set_parts(place, inner, numbers, is_fixed)
            elif isinstance(inner, HOLDERS) or numbers[place] is not holder[key]:
                if is_fixed(holder):
                    raise UnkeptError
                holder[key] = put_together(place, inner, numbers)
