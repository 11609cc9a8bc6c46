"""Calling a user's function: its parameters get their values, and deep calls get room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adcore.errors import ADError, Span
from adcore.values import Closure


def bind(function: Closure, args: Sequence[Any], words: dict[str, Any], span: Span) -> dict[str, Any]:
    """Parameters with their values: given by position, by name, or by default."""
    parameters = function.parameters
    given = dict(zip(parameters, args, strict=False))
    optional = dict(zip(reversed(parameters), reversed(function.defaults), strict=False))
    missing = [p for p in parameters if p not in given and p not in words and p not in optional]
    unknown = [w for w in words if w not in parameters or w in given]
    if len(args) > len(parameters) or missing or unknown:
        needs = f"{function.name}({', '.join(parameters)})"
        raise ADError("argument", f"{needs} is called with {len(args) + len(words)} arguments.", span)
    return {**optional, **given, **words}


def at_once(job: Callable[[], Any]) -> Any:
    """Do a job here."""
    return job()


def in_fresh_thread(job: Callable[[], Any]) -> Any:
    """Do a job with a call stack of its own, and wait for it."""
    from concurrent.futures import ThreadPoolExecutor  # seldom needed, and slow to import

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(job).result()
