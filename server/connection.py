"""What uvicorn's connections lack.

HTTP connections that end when a client is too slow: to send a request's head, or to read an answer. Uvicorn waits for
both without end, so anybody could hold its sockets and buffers for nothing. WebSockets that say how much has come.
"""

from __future__ import annotations

import asyncio

import h11
from starlette.types import Message
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class ImpatientConnection(H11Protocol):
    """Uvicorn's HTTP/1.1 connection with two clocks. Subclasses state the seconds."""

    receive_seconds: float
    send_seconds: float

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first head."""
        super().connection_made(transport)
        self._head_clock: asyncio.TimerHandle | None = None
        self._read_clock: asyncio.TimerHandle | None = None
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is complete stops its clock, one that has begun starts it."""
        super().data_received(data)
        self._watch_head()

    def pause_writing(self) -> None:
        """Begin to wait for a client that does not read."""
        super().pause_writing()
        self._read_clock = self.loop.call_later(self.send_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._stop(self._read_clock)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop both clocks."""
        self._stop(self._head_clock)
        self._stop(self._read_clock)
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        waiting = self.conn.their_state is h11.IDLE
        if not waiting:
            self._stop(self._head_clock)
            self._head_clock = None
        elif self._head_clock is None:
            self._head_clock = self.loop.call_later(self.receive_seconds, self.transport.abort)

    @staticmethod
    def _stop(clock: asyncio.TimerHandle | None) -> None:
        if clock is not None:
            clock.cancel()


def impatient(receive_seconds: float, send_seconds: float) -> type[ImpatientConnection]:
    """The connection class for given seconds: uvicorn makes the connections itself, from a class."""
    seconds = {"receive_seconds": receive_seconds, "send_seconds": send_seconds}
    return type("Connection", (ImpatientConnection,), seconds)


class TellingSocket(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket; `more` in a message says that another has come already, for who answers only the newest.

    Reading stops only where a message has to wait behind another. One that comes alone is mostly answered before the
    system is asked for the next, and to stop and go on between any two takes longer than to read a message.
    """

    def send_receive_event_to_app(self) -> None:
        """Hand a message on that has come."""
        is_alone = self.queue.empty() and not self.read_paused
        self.read_paused = self.read_paused or is_alone  # uvicorn stops reading unless it has
        super().send_receive_event_to_app()
        if is_alone:
            self.read_paused = False

    async def receive(self) -> Message:  # type: ignore[override]
        """The next message."""
        return {**await super().receive(), "more": not self.queue.empty()}
