import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from server.app import create_app
from server.learn import LESSONS
from server.listener import configuration
from server.settings import Settings

# A loaded machine may take long; what never comes fails all the same.
WAIT_SECONDS = 60
POST_HEADERS = {"Content-Type": "application/json"}
# What a busy machine takes for a job is no concern of most tests; those that are about a deadline set their own.
AMPLE = {"numeric_seconds": WAIT_SECONDS, "symbolic_seconds": WAIT_SECONDS}


class Running:
    """A service on a real socket, on a thread of its own."""

    def __init__(self, settings: Settings, lessons: Path = LESSONS) -> None:
        self.settings = settings
        self.app = create_app(settings, lessons)
        self.server = uvicorn.Server(configuration(self.app, settings))
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.thread.start()
        clock = threading.Event()
        for _ in range(WAIT_SECONDS * 50):
            if self.server.started:
                return
            clock.wait(0.02)
        raise RuntimeError("the service did not start")

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(WAIT_SECONDS)
        self.socket.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS)

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.socket]))


@contextmanager
def running(lessons: Path = LESSONS, **changes: int | str) -> Iterator[Running]:
    service = Running(Settings(**{**AMPLE, **changes}), lessons)
    service.start()
    try:
        yield service
    finally:
        service.stop()


@pytest.fixture(scope="session")
def service() -> Iterator[Running]:
    """One service for all tests that leave it whole."""
    with running() as started:
        yield started


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.address, timeout=WAIT_SECONDS) as connected:
        yield connected


@pytest.fixture
def exchange(service: Running) -> Callable[[bytes], bytes]:
    """Send bytes as they are, wait for an answer, and read until the service closes or is silent."""

    def send(data: bytes) -> bytes:
        with service.connect() as connection:
            connection.sendall(data)
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
                    connection.settimeout(0.2)
            except (TimeoutError, ConnectionResetError):
                pass
            return answer

    return send
