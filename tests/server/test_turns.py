import asyncio

import pytest

from adcore.errors import ADError
from server.turns import Turns


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def queue_up(turns: Turns, clients: str) -> tuple[list[asyncio.Task], list[str]]:
    served: list[str] = []

    async def wait(client: str) -> None:
        await turns.take(client)
        served.append(client)

    tasks = [asyncio.create_task(wait(client)) for client in clients]
    await settle()
    return tasks, served


def test_a_client_that_asks_once_is_served_before_one_that_asked_often():
    async def scenario() -> str:
        turns = Turns(1, 10, "queue")
        await turns.take("first")
        _, served = await queue_up(turns, "aaaab")
        for _ in range(5):
            turns.give_back()
            await settle()
        return "".join(served)

    assert asyncio.run(scenario()) == "abaaa"


def test_a_full_queue_is_said():
    async def scenario() -> None:
        turns = Turns(1, 2, "numeric_queue")
        await turns.take("a")
        tasks, _ = await queue_up(turns, "ab")
        try:
            await turns.take("c")
        finally:
            for task in tasks:
                task.cancel()

    with pytest.raises(ADError, match="numeric_queue") as caught:
        asyncio.run(scenario())
    assert caught.value.kind == "busy"


def test_who_leaves_the_queue_does_not_keep_a_place():
    async def scenario() -> tuple[int, str]:
        turns = Turns(1, 10, "queue")
        await turns.take("first")
        tasks, served = await queue_up(turns, "abc")
        tasks[0].cancel()
        await settle()
        waiting = turns.waiting
        turns.give_back()
        tasks[1].cancel()  # it has just been given the place, and leaves before it knows
        await settle()
        return waiting, "".join(served)

    assert asyncio.run(scenario()) == (2, "c")


def test_a_place_that_comes_back_while_its_next_owner_leaves_is_not_lost():
    """Whoever was just cancelled has not left the line yet: that happens when the task runs again."""

    async def scenario(clients: str) -> tuple[str, int]:
        turns = Turns(1, 10, "queue")
        await turns.take("first")
        tasks, served = await queue_up(turns, clients)
        tasks[0].cancel()
        turns.give_back()
        await settle()
        await asyncio.wait_for(turns.take("next"), 20) if clients == "a" else None
        return "".join(served), turns.waiting

    assert asyncio.run(scenario("a")) == ("", 0)
    assert asyncio.run(scenario("ab")) == ("b", 0)
    assert asyncio.run(scenario("aab")) == ("a", 1)


def test_places_come_back():
    async def scenario() -> None:
        turns = Turns(2, 1, "queue")
        for _ in range(3):
            await turns.take("a")
            await turns.take("b")
            turns.give_back()
            turns.give_back()

    asyncio.run(scenario())
