"""The server's side: traces as bytes, and the round trip of a slider's move."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Data

from benchmarks.parts import Report, cpu_seconds, main
from benchmarks.peers.ours import WIDE
from benchmarks.tasks import SEFF, logistic
from benchmarks.thin_client import ThinClient
from server import jobs

TITLES = ("what", "time", "bytes of an event", "bytes of an operation, labels included")
BATCH = 512
PER_TURN = 3
PATIENCE = 30.0
PATH = "/api/live"


def measure(quick: bool) -> Report:
    """Measure traces of growing length, then the round trip."""
    rows: list[list[str | float]] = []
    figures: dict[str, float] = {}
    for count in (1_000,) if quick else (1_000, 10_000, 100_000):
        seconds, of_event, of_operation = _trace(count)
        figures[f"trace to JSON, ms, {count:,} operations"] = 1e3 * seconds
        figures["bytes of a step"] = of_event
        rows.append([f"trace of {count:,} operations", f"{1e3 * seconds:.3g} ms", of_event, of_operation])
        rows.append([f"its counts of operations, apart, {count:,}", f"{1e3 * _counting(count):.3g} ms", "", ""])
    thin, usual = _round_trips(100 if quick else 3_000)
    figures |= {f"gradient round trip, us, {name}": trip for name, trip in thin.items()}
    for client, trips in (("", thin), (", client of `websockets`", usual)):
        rows += [[f"gradient round trip, {name}{client}", f"{trip:.0f} us", "", ""] for name, trip in trips.items()]
    return Report(TITLES, rows, figures)


def _trace(count: int) -> tuple[float, float, float]:
    """Return the CPU seconds from the text to the bytes, and the bytes of an event and of an operation."""
    asked = _asked(count)
    lines, _ = jobs.trace_lines(asked, 0, BATCH, WIDE)
    events = json.loads(lines[0])["steps"]
    seconds = cpu_seconds(lambda: jobs.trace_lines(asked, 0, BATCH, WIDE), rounds=7)
    return seconds, sum(map(len, lines[1:-1])) / events, sum(map(len, lines)) / count


def _counting(count: int) -> float:
    """Return the CPU seconds from the text to the line that is sent last: how many operations each step takes."""
    asked = _asked(count)
    return cpu_seconds(lambda: jobs.counts_line(asked, WIDE), rounds=7)


def _asked(count: int) -> dict[str, object]:
    task = logistic(count // PER_TURN)
    asked: dict[str, object] = {"source": task.source, "point": {"x": list(task.point)}, "mode": "reverse"}
    return asked | {"seed": None, "weights": None, "shared": False}


def _round_trips(count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the microseconds of a move on a live connection: with a client that costs little, and with a usual one."""
    with _server() as port:
        with closing(ThinClient(port, PATH)) as live:
            thin = _moves(live.ask, count)
        with connect(f"ws://127.0.0.1:{port}{PATH}", compression=None) as usual:
            return thin, _moves(_asking(usual), count)


def _asking(client: ClientConnection) -> Callable[[str], Data]:
    def ask(text: str) -> Data:
        client.send(text)
        return client.recv()

    return ask


def _moves(ask: Callable[[str], Data], count: int) -> dict[str, float]:
    """Move task a again and again."""
    ask(json.dumps({"type": "open", "id": 0, "source": SEFF.source, "point": {"x": list(SEFF.point)}}))
    found = []
    for number in range(1, count + 1):
        move = json.dumps({"type": "move", "id": number, "point": {"x": [1.5 + number / count, 0.5]}})
        start = time.perf_counter()
        ask(move)
        found.append(1e6 * (time.perf_counter() - start))
    trips = sorted(found[count // 10 :])
    return {name: trips[int(share * len(trips))] for name, share in (("p50", 0.50), ("p95", 0.95))}


@contextmanager
def _server() -> Iterator[int]:
    """Serve on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main(measure)
