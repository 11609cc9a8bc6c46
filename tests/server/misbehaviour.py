"""Jobs for the pools that do what strangers' programs might."""

import asyncio
import os
import signal
import time

from adcore.errors import ADError, Span
from server import workers
from server.settings import Settings

REFUSAL = ("name", "No such name.", Span(1, 2, 1, 3), "Write another.")


def refuse() -> None:
    raise ADError(*REFUSAL)


def hang() -> None:
    while True:
        time.sleep(0.01)


def take_memory(count: int) -> int:
    return len(bytearray(count))


def call_itself() -> None:
    call_itself()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def serve_and_be_killed() -> None:
    """A service that dies without a word while its worker runs; prints the worker's process id first."""

    async def serve() -> None:
        pool = workers.Pool(workers.NUMERIC, Settings(numeric_workers=1, numeric_seconds=600))
        os.write(1, str(await pool.run("a", os.getpid)).encode())
        running = asyncio.create_task(pool.run("a", hang))
        await asyncio.sleep(0.5)
        assert not running.done()
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(serve())
