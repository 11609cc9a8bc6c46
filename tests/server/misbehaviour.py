"""Jobs for the pools that do what strangers' programs might."""

import os
import signal
import time

from adcore.errors import ADError, Span

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
