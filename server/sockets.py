"""WebSockets without delay for short texts, which are nearly all that a slider sends and is sent.

A text that comes in one piece, and one that leaves, is a few bytes before its own (RFC 6455, section 5.2). Uvicorn's
parser reads and writes everything else, and all of a connection on which anything else has come but answers to pings.
"""

from __future__ import annotations

from starlette.types import Message
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

TEXT, PONG = 0x81, 0x8A
"""The first byte of a frame that is a whole text, and of one that answers a ping."""
MASKED, TWO_BYTES, EIGHT_BYTES = 0x80, 126, 127
"""Of the second byte: whether a mask follows, which a client must use, and lengths that say how many bytes tell it."""
MASK = 4
LONGEST = 0xFFFF
"""What two bytes can tell."""


class PromptSocket(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket, quick with short texts. `more` in a message says that another has come after it already."""

    _is_between = False
    """Whether what comes next is the beginning of a frame, because all that has come were whole ones."""

    def data_received(self, data: bytes) -> None:
        """Take what came. Uvicorn itself gives the head of the request, whole and with nothing after it."""
        start = start_of(data) if self._is_between else 0
        if start and data[0] == TEXT and len(data) - start <= self.config.ws_max_size:
            self.frames, self.curr_msg_data_type = [unmasked(data, start)], "text"
            self.send_receive_event_to_app()
            return
        self._is_between = not self.handshake_initiated or (start > 0 and data[0] == PONG)
        super().data_received(data)

    async def receive(self) -> Message:  # type: ignore[override]
        """The next message."""
        return {**await super().receive(), "more": not self.queue.empty()}

    async def send(self, message: Message) -> None:  # type: ignore[override]
        """Send a message, as soon as the client has read enough of those before."""
        await self.writable.wait()
        body = (message.get("text") or "").encode()
        is_open = self.handshake_complete and not (self.close_sent or self.disconnected or self.transport.is_closing())
        if is_open and message["type"] == "websocket.send" and 0 < len(body) <= LONGEST:
            self.transport.write(framed(body))
        else:
            await super().send(message)  # type: ignore[arg-type]


def start_of(data: bytes) -> int:
    """Where the masked bytes begin, if these are one whole frame of a client of at most `LONGEST` bytes; otherwise 0.

    >>> start_of(bytes((TEXT, MASKED + 2)) + b"mask..")
    6
    """
    if len(data) < 2 + MASK or data[1] < MASKED or data[1] == MASKED + EIGHT_BYTES:
        return 0
    length, start = data[1] - MASKED, 2 + MASK
    if length == TWO_BYTES:
        length, start = int.from_bytes(data[2:4], "big"), 4 + MASK
    return start if len(data) == start + length else 0


def unmasked(data: bytes, start: int) -> bytes:
    """The bytes from `start` on, each with the one of the mask before `start` that falls on it."""
    length = len(data) - start
    mask = (data[start - MASK : start] * (length // MASK + 1))[:length]
    return (int.from_bytes(data[start:], "big") ^ int.from_bytes(mask, "big")).to_bytes(length, "big")


def framed(body: bytes) -> bytes:
    """A text of at most `LONGEST` bytes as the server's frame, which has no mask."""
    length = len(body)
    if length < TWO_BYTES:
        return bytes((TEXT, length)) + body
    return bytes((TEXT, TWO_BYTES)) + length.to_bytes(2, "big") + body
