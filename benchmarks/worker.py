"""The process that measures one way of doing one task, so that no peer disturbs another.

Started as `python -m benchmarks.worker KIND LETTER N WAY`. It answers in lines of JSON on its standard output: what a
peer prints itself goes to standard error. `warm` answers with the numbers, then with the seconds of a call for each
count of calls that it is given; `untouched` does so without the numbers, since writing a million digits down leaves the
process with memory that its arrays are quickly made of; `first` answers with the seconds from nothing to the first
result, then with those of another function like it.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from benchmarks.built import Built, UnsuitableError
from benchmarks.peers import WAYS
from benchmarks.tasks import Task, task


def main(arguments: list[str]) -> None:
    """Measure what the command line names."""
    kind, letter, n, way = arguments
    sys.setrecursionlimit(100_000)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        KINDS[kind](task(letter, int(n)), way, answers)
    except (ImportError, UnsuitableError) as reason:
        say(answers, {"missing": str(reason)})


def say(answers: TextIO, content: object) -> None:
    """Write one line."""
    answers.write(json.dumps(content) + "\n")


def warm(chosen: Task, way: str, answers: TextIO) -> None:
    """Build, show the numbers, then call as often as asked."""
    built = WAYS[way].load()(chosen)
    say(answers, {"numbers": list(built.numbers(built.call()))})
    call(built, answers)


def untouched(chosen: Task, way: str, answers: TextIO) -> None:
    """Build, then call as often as asked."""
    built = WAYS[way].load()(chosen)
    built.call()
    say(answers, {"numbers": []})
    call(built, answers)


def call(built: Built, answers: TextIO) -> None:
    """Answer each count of calls with the seconds of one of them."""
    repeat = built.repeat or repeating(built.call)
    for line in sys.stdin:
        count = int(line)
        used, wall = timed(functools.partial(repeat, count))
        say(answers, [used / count, wall / count])


def first(chosen: Task, way: str, answers: TextIO) -> None:
    """Import, then time everything else up to the first result, of the task and of another like it."""
    build = WAYS[way].load()
    kept: list[Built] = []  # some peers free their buffers with what they made them for

    def build_and_call(given: Any) -> None:
        kept.append(build(given))
        kept[-1].call()

    for given in [prepared(each, way) for each in (chosen, chosen.changed())]:
        say(answers, timed(functools.partial(build_and_call, given)))


def prepared(chosen: Task, way: str) -> Any:
    """Return the task, or its recorded graph for a way that begins there."""
    if not way.endswith("from the graph"):
        return chosen
    from benchmarks.peers.ours import posed

    return posed(chosen)


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU and the wall seconds of an action."""
    wall, used = time.perf_counter(), time.process_time()
    action()
    return time.process_time() - used, time.perf_counter() - wall


def repeating(call: Callable[[], object]) -> Callable[[int], None]:
    """Return a function that calls k times."""

    def repeat(k: int) -> None:
        for _ in itertools.repeat(None, k):
            call()

    return repeat


KINDS: dict[str, Callable[[Task, str, TextIO], None]] = {
    "warm": warm,
    "untouched": untouched,
    "first": first,
}

if __name__ == "__main__":
    main(sys.argv[1:])
