"""The pools. What runs in them here are jobs that misbehave, from tests.server.misbehaviour."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool

from adcore.errors import ADError
from server import jobs, workers
from server.settings import Settings
from tests.server import misbehaviour

# More than any job here needs on a busy machine. What does not end by itself is tried with less.
AMPLE_SECONDS = 60


def with_pool(scenario: Callable[[workers.Pool], Awaitable[Any]], seconds: int = AMPLE_SECONDS, **changes: int) -> Any:
    async def run() -> Any:
        pool = workers.Pool(workers.NUMERIC, Settings(numeric_seconds=seconds, **changes))
        await pool.start()
        try:
            return await scenario(pool)
        finally:
            await pool.stop()

    return asyncio.run(run())


async def error_of(work: Awaitable[Any]) -> ADError:
    with pytest.raises(ADError) as caught:
        await work
    return caught.value


def test_a_job_gives_its_result():
    assert with_pool(lambda pool: pool.run("a", jobs.check_health)) == 6.0


def test_workers_are_forked_warm():
    assert with_pool(lambda pool: pool.run("a", jobs.is_forked_warm))


def test_an_error_of_the_job_arrives_as_it_was():
    error = with_pool(lambda pool: error_of(pool.run("a", misbehaviour.refuse)))
    assert (error.kind, error.message, error.span, error.hint) == misbehaviour.REFUSAL


def test_a_job_past_its_deadline_is_killed_and_the_setting_named():
    async def scenario(pool: workers.Pool) -> tuple[ADError, float]:
        error = await error_of(pool.run("a", misbehaviour.hang))
        return error, await pool.run("a", jobs.check_health)

    error, after = with_pool(scenario, seconds=2)
    assert (error.kind, after) == ("limit", 6.0)
    assert "numeric_seconds" in error.message


def test_memory_is_limited_and_the_setting_named():
    async def scenario(pool: workers.Pool) -> tuple[ADError, float]:
        error = await error_of(pool.run("a", misbehaviour.take_memory, 2**30))
        return error, await pool.run("a", jobs.check_health)

    error, after = with_pool(scenario)
    assert (error.kind, after) == ("limit", 6.0)
    assert "worker_mebibytes" in error.message


def test_less_memory_than_the_limit_is_given():
    assert with_pool(lambda pool: pool.run("a", misbehaviour.take_memory, 2**27)) == 2**27


def test_calls_nested_without_end_are_a_limit():
    error = with_pool(lambda pool: error_of(pool.run("a", misbehaviour.call_itself)))
    assert error.kind == "limit"
    assert "worker_recursion" in error.message


def test_a_worker_that_dies_is_replaced_and_its_user_told():
    async def scenario(pool: workers.Pool) -> tuple[ADError, float]:
        error = await error_of(pool.run("a", misbehaviour.die))
        return error, await pool.run("a", jobs.check_health)

    error, after = with_pool(scenario)
    assert (error.kind, after) == ("worker", 6.0)


def test_neighbours_of_a_killed_job_are_not_affected():
    async def scenario(pool: workers.Pool) -> list[Any]:
        hanging = asyncio.create_task(error_of(pool.run("a", misbehaviour.hang)))
        others = set()
        while not hanging.done():
            others.add(await pool.run("b", jobs.check_health))
        return [*others, (await hanging).kind, await pool.run("b", jobs.check_health)]

    assert with_pool(scenario, seconds=2) == [6.0, "limit", 6.0]


def test_a_cancelled_job_frees_its_worker():
    async def scenario(pool: workers.Pool) -> float:
        running = asyncio.create_task(pool.run("a", misbehaviour.hang))
        await asyncio.sleep(0.2)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return await pool.run("b", jobs.check_health)

    assert with_pool(scenario, numeric_workers=1) == 6.0


def test_a_full_queue_refuses():
    async def scenario(pool: workers.Pool) -> list[str]:
        tasks = [asyncio.create_task(pool.run("a", misbehaviour.hang)) for _ in range(3)]
        return [(await error_of(task)).kind for task in tasks]

    assert with_pool(scenario, seconds=1, numeric_workers=1, numeric_queue=1) == ["limit", "limit", "busy"]


def test_the_pool_survives_the_death_of_the_process_that_forks_its_workers():
    async def scenario(pool: workers.Pool) -> list[float]:
        forked = list(pool._processes._pool_manager.worker_manager.workers)
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        await error_of(pool.run("a", misbehaviour.hang))
        assert all(map(ends, forked))
        return [await pool.run("b", jobs.check_health) for _ in range(5)]

    assert with_pool(scenario, seconds=2) == [6.0] * 5


def test_a_pool_that_was_stopped_is_built_again():
    async def scenario(pool: workers.Pool) -> tuple[float, int]:
        pool._processes.stop()
        return await pool.run("a", jobs.check_health), pool.counts["rebuilt"]

    assert with_pool(scenario) == (6.0, 1)


def test_a_pool_that_stops_answering_is_built_again(monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE_SECONDS", 0.2)

    async def scenario(pool: workers.Pool) -> tuple[float, int]:
        build = pool._build
        monkeypatch.setattr(pool, "_build", lambda: monkeypatch.undo() or build())  # the next one may take its time
        for worker in list(pool._processes._pool_manager.worker_manager.workers.values()):
            os.kill(worker.pid, signal.SIGSTOP)
        return await pool.run("a", jobs.check_health), pool.counts["rebuilt"]

    assert with_pool(scenario, seconds=1, numeric_workers=1) == (6.0, 1)


def test_a_pool_that_cannot_be_built_says_so(monkeypatch):
    async def scenario(pool: workers.Pool) -> ADError:
        build = pool._build
        monkeypatch.setattr(pool, "_build", lambda: stopped(build()))
        stopped(pool._processes)
        return await error_of(pool.run("a", jobs.check_health))

    assert with_pool(scenario).kind == "worker"


def stopped(processes: ProcessPool) -> ProcessPool:
    processes.stop()
    return processes


def test_a_pool_that_was_ended_is_not_built_again():
    async def scenario(pool: workers.Pool) -> tuple[str, int]:
        await pool.stop()
        return (await error_of(pool.run("a", jobs.check_health))).kind, pool.counts["rebuilt"]

    assert with_pool(scenario) == ("worker", 0)


def test_a_worker_whose_parents_are_gone_ends_even_in_a_job_without_end():
    """Its process is killed, and so could not tell its workers."""
    command = [sys.executable, "-c", "from tests.server.misbehaviour import serve_and_be_killed as run; run()"]
    service = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=60)
    assert service.returncode == -signal.SIGKILL
    assert ends(int(service.stdout))


def ends(process: int) -> bool:
    """Whether a process is gone after a while."""
    for _ in range(6000):
        if not is_running(process):
            return True
        time.sleep(0.01)
    return False


def is_running(process: int) -> bool:
    """Whether a process is there and not merely waiting to be asked how it ended."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.split()[2] != "Z"


def test_one_job_without_an_event_loop():
    assert workers.run_once(workers.SYMBOLIC, Settings(), jobs.check_health) == 6.0
    with pytest.raises(ADError, match="symbolic_seconds"):
        workers.run_once(workers.SYMBOLIC, Settings(symbolic_seconds=1), time.sleep, 60)
