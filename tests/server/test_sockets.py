"""The quick way of reading and writing texts against uvicorn's own, on whatever a client sends, however it is cut."""

import asyncio
import random
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from server.sockets import LONGEST, PromptSocket, framed, start_of, unmasked
from tests.server.test_live import frame

HEAD = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
MOST = 1000
STREAMS = 300


class Transport(asyncio.Transport):
    """Keeps what is written; nothing is after it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += b"" if self.closed else data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def accept(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.sleep(60)


async def exchange(kind: type[WebSocketsSansIOProtocol], pieces: list[bytes], says: list[str]) -> tuple[Any, ...]:
    """What the application is told, what the client is sent, and whether the connection is closed."""
    config = Config(accept, ws=kind, ws_max_size=MOST, ws_per_message_deflate=False, log_level="critical")
    config.load()
    connection, transport = kind(config, ServerState(), {}), Transport()
    connection.connection_made(transport)
    connection.data_received(HEAD)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    before = len(transport.written)
    for piece in pieces:
        if not transport.closed:
            connection.data_received(piece)
    heard: list[Any] = []
    for text in says:
        try:
            await connection.send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError) as error:
            heard.append({"refused": type(error)})
    while not connection.queue.empty():
        heard.append({key: value for key, value in (await connection.receive()).items() if key != "more"})
    connection.stop_keepalive()
    for task in connection.tasks:
        task.cancel()
    return heard, transport.written[before:], transport.closed


def a_frame(chance: random.Random) -> bytes:
    """A frame as clients send them, or not quite."""
    size = chance.choice([0, 1, 5, 50, 125, 126, 127, 300, 500, MOST] * 3 + [MOST + 1])
    body = "".join(chance.choices(chance.choice(["ab{}\n"] * 9 + ["é∂"]), k=size)).encode()[:size]
    first = chance.choices(
        [0x81, 0x01, 0x00, 0x80, 0x82, 0x89, 0x8A, 0x88, 0xC1, 0x83], [60, 2, 2, 2, 2, 2, 8, 1, 1, 1]
    )
    sent = frame(first[0], body[:125] if first[0] & 8 else body, mask=chance.randbytes(4))
    return (
        sent if chance.random() < 0.97 else sent[:1] + bytes([sent[1] ^ chance.choice([0x80, 0x7F, 0x01])]) + sent[2:]
    )


def cut(stream: bytes, frames: list[bytes], chance: random.Random) -> list[bytes]:
    """Frame by frame, as it mostly comes, or anywhere."""
    if chance.random() < 0.5:
        return frames
    places = sorted(chance.choices(range(len(stream) + 1), k=chance.randrange(5)))
    pieces = [stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)]
    return [piece for piece in pieces if piece]


def test_whatever_comes_is_heard_and_answered_as_by_uvicorn():
    async def run() -> int:
        chance, texts = random.Random(7), 0
        for _ in range(STREAMS):
            frames = [a_frame(chance) for _ in range(chance.randrange(1, 8))]
            pieces = cut(b"".join(frames), frames, chance)
            says = ["x" * chance.choice([1, 125, 126, LONGEST, LONGEST + 1]), "∂" * chance.choice([40, 42, 30_000])]
            expected = await exchange(WebSocketsSansIOProtocol, pieces, says)
            assert await exchange(PromptSocket, pieces, says) == expected
            texts += sum("text" in message for message in expected[0])
        return texts

    assert asyncio.run(run()) > STREAMS


@pytest.mark.parametrize("length", [0, 1, 3, 4, 125, 126, 127, LONGEST])
def test_a_whole_frame_is_recognised_and_nothing_else(length):
    body = random.Random(length).randbytes(length)
    sent = frame(0x81, body, mask=b"\x01\x80\xff\x00")
    start = start_of(sent)
    assert unmasked(sent, start) == body
    assert framed(body).endswith(body)
    assert start_of(sent[:-1]) == start_of(sent + b"\x00") == 0


def test_a_frame_with_a_long_length_is_left_to_the_parser():
    assert start_of(frame(0x81, bytes(LONGEST + 1))) == 0
    assert start_of(b"\x81\xff" + bytes(131)) == 0
