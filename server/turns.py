"""A bounded queue in which clients take turns, so that one that asks a lot delays nobody but itself."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from adcore.errors import ADError

Waiter = asyncio.Future[None]


class Turns:
    """Hands out `places`. Those who wait stand in a line of their own per client, and the lines are served in turn."""

    def __init__(self, places: int, waiting: int, name: str) -> None:
        self._free = places
        self._most = waiting
        self._name = name
        self._lines: OrderedDict[str, deque[Waiter]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(len(line) for line in self._lines.values())

    async def take(self, client: str) -> None:
        """Wait for a place; `give_back` must follow. Errors: the queue is full."""
        if self._free:
            self._free -= 1
            return
        if self.waiting >= self._most:
            raise ADError("busy", f"Too many people are waiting just now ({self._name}).", None, "Try again shortly.")
        place: Waiter = asyncio.get_running_loop().create_future()
        self._lines.setdefault(client, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            self._leave(client, place)
            raise

    def give_back(self) -> None:
        """Hand the place to the first in the next client's line who has not been cancelled meanwhile."""
        while self._lines:
            client, line = self._lines.popitem(last=False)
            place = _first_waiting(line)
            if line:
                self._lines[client] = line
            if place:
                place.set_result(None)
                return
        self._free += 1

    def _leave(self, client: str, place: Waiter) -> None:
        if place.done() and not place.cancelled():
            self.give_back()
            return
        line = self._lines.get(client, deque())
        if place in line:
            line.remove(place)
        if not line:
            self._lines.pop(client, None)


def _first_waiting(line: deque[Waiter]) -> Waiter | None:
    """Take the first who still waits out of a line. One whose task was cancelled stands in it until that task runs."""
    while line:
        place = line.popleft()
        if not place.done():
            return place
    return None
