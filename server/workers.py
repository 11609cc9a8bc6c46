"""Worker processes: everything that a stranger's text may make slow, big or endless runs in one, and can be killed.

A pool has its own processes, deadline and bounded queue. A job past its deadline is killed with its process; so is the
job of a client that went away. A pool that breaks is built again, and the job is given to the new one once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import resource
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from adcore.errors import ADError
from server import jobs
from server.settings import Settings
from server.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("wengert")

# How much later than its deadline a job is answered for when the pool itself has stopped answering. A busy machine may
# take this long to bring up a worker with all that it imports.
PATIENCE_SECONDS = 10

# How often a worker looks whether it still has a parent.
WATCH_SECONDS = 1


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """What distinguishes a pool: the settings called `<name>_workers`, `<name>_seconds`, `<name>_queue`, and words.

    `niceness` is how far its workers stand back when processors are short: sliders first, then numbers, then SymPy.
    """

    name: str
    doing: str
    too_long: str
    niceness: int


NUMERIC = PoolPlan("numeric", "Recording and differentiating", "Use fewer loop turns or a smaller program.", 1)
SYMBOLIC = PoolPlan("symbolic", "Differentiating symbolically", "Forward and reverse mode still give the number.", 10)


def prepare_worker(niceness: int, mebibytes: int, recursion: int) -> None:
    """Begin a worker process: limit its memory, allow deep calls, inherit or make the imports."""
    import server.warm  # noqa: F401  (a worker that was not forked warm pays for it here, before its first job)

    threading.Thread(target=_end_with_the_service, daemon=True).start()
    os.nice(niceness)
    sys.setrecursionlimit(recursion)
    most = mebibytes * 2**20
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit on memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_service() -> None:
    """End this worker with the service, or with the process it was forked from, even if a job would run for ever."""
    service, forked_from = multiprocessing.parent_process(), os.getppid()
    while service and os.getppid() == forked_from:
        service.join(WATCH_SECONDS)
        if not service.is_alive():
            break
    os._exit(1)


class Pool:
    """Runs jobs in worker processes: `await pool.run(client, function, *args)`."""

    def __init__(self, plan: PoolPlan, settings: Settings) -> None:
        self.plan = plan
        self.settings = settings
        self.counts: Counter[str] = Counter()
        self._workers = settings[f"{plan.name}_workers"]
        self._turns = Turns(self._workers, settings[f"{plan.name}_queue"], f"{plan.name}_queue")
        self._processes = self._build()
        self._stopped = False

    @property
    def waiting(self) -> int:
        return self._turns.waiting

    async def run(self, client: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a module-level function of server.jobs in a worker. Cancelling the call kills the job.

        Errors: those of the function; `busy`, a full queue; `limit`, time and memory; `worker`, its process died.
        """
        await self._turns.take(client)
        try:
            return await self._attempt_twice(function, args, kwargs)
        except BrokenProcessPool as error:
            message = f"{self.plan.doing} is not possible just now."
            raise ADError("worker", message, None, "Try again in a moment.") from error
        finally:
            self._turns.give_back()

    async def start(self) -> None:
        """Bring up every worker, and say so if they had to import for themselves."""
        warm = await asyncio.gather(*(self.run("start", jobs.is_forked_warm) for _ in range(self._workers)))
        if not all(warm):
            log.warning("the %s workers were not forked warm: replacing a killed one takes longer", self.plan.name)

    async def stop(self) -> None:
        """End the processes, whatever they do. A pool is built again no more: nobody would end it."""
        self._stopped = True
        await asyncio.to_thread(_end, self._processes)

    async def _attempt_twice(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        try:
            return await self._attempt(function, args, kwargs)
        except BrokenProcessPool:
            return await self._attempt(function, args, kwargs)

    async def _attempt(self, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        processes = self._processes
        seconds = self.settings[f"{self.plan.name}_seconds"]
        try:
            job = asyncio.wrap_future(processes.schedule(function, args, kwargs, timeout=seconds))
        except RuntimeError as error:
            raise self._broken(processes) from error
        try:
            await asyncio.wait([job], timeout=seconds + PATIENCE_SECONDS)
            if not job.done() or job.cancelled():  # a pool that is being stopped drops its jobs
                raise self._broken(processes)
            result: T = job.result()
        except (BrokenProcessPool, TimeoutError, ProcessExpired, MemoryError, RecursionError) as error:
            raise self._verdict(error, processes) from error
        finally:
            job.cancel()
        self.counts["done"] += 1
        return result

    def _verdict(self, error: Exception, processes: ProcessPool) -> Exception:
        """What the end of a job by force means: for the user an ADError, for `run` a broken pool."""
        doing, seconds = self.plan.doing, self.settings[f"{self.plan.name}_seconds"]
        if isinstance(error, BrokenProcessPool):
            return self._broken(processes)
        if isinstance(error, ProcessExpired):
            self.counts["died"] += 1
            message = f"{doing} was cut short: its process ended, most likely out of memory."
            return ADError("worker", message, None, "Try again; if it happens again, make the program smaller.")
        if isinstance(error, TimeoutError):
            unit = "second" if seconds == 1 else "seconds"
            message = f"{doing} was stopped after {seconds} {unit} ({self.plan.name}_seconds)."
        elif isinstance(error, MemoryError):
            most = self.settings["worker_mebibytes"]
            message = f"{doing} needed more memory than it may have, {most} MiB (worker_mebibytes)."
        else:
            message = f"{doing} is nested too deeply (worker_recursion)."
        self.counts["stopped"] += 1
        return ADError("limit", message, None, self.plan.too_long)

    def _broken(self, processes: ProcessPool) -> BrokenProcessPool:
        self._replace(processes)
        return BrokenProcessPool(f"the {self.plan.name} workers stopped answering")

    def _replace(self, broken: ProcessPool) -> None:
        """Build the pool again, unless another job already saw to it: Pebble bears only one end of each pool."""
        if self._processes is broken and not self._stopped:
            log.error("the %s workers stopped answering and are started again", self.plan.name)
            self.counts["rebuilt"] += 1
            self._processes = self._build()
            asyncio.get_running_loop().run_in_executor(None, _end, broken)

    def _build(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["server.warm"])
        # One thread per worker: the deadline counts seconds of a process, and two cores serve everybody.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        limits = (self.plan.niceness, self.settings["worker_mebibytes"], self.settings["worker_recursion"])
        return ProcessPool(max_workers=self._workers, initializer=prepare_worker, initargs=limits, context=context)


def _end(processes: ProcessPool) -> None:
    """Stop a pool. What is still running in it is killed; a pool that is broken or was stopped already may say so.

    Pebble says the latter by an AttributeError: the channel to its workers is taken apart by then.
    """
    with contextlib.suppress(RuntimeError, OSError, AttributeError):
        processes.stop()  # type: ignore[no-untyped-call]
        processes.join()


def run_once(plan: PoolPlan, settings: Settings, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one job in a worker process of its own, for programs that have no event loop."""

    async def run() -> T:
        pool = Pool(plan, settings)
        try:
            return await pool.run("", function, *args, **kwargs)
        finally:
            await pool.stop()

    return asyncio.run(run())
