"""A client of WebSockets that does next to nothing, so that a round trip is the server's: a frame out, a frame in."""

from __future__ import annotations

import base64
import os
import socket

TEXT, MASKED, LONG, TOP = 0x81, 0x80, 126, 127
"""Of a frame's head (RFC 6455, section 5.2): a whole text, a mask; lengths that say that two or eight bytes follow."""
MOST = 1 << 16
"""Bytes that a frame may have: two bytes say its length."""


class ThinClient:
    """One connection. What is asked and what is answered are texts of less than 64 KiB, each in one frame."""

    def __init__(self, port: int, path: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._read()
        assert answer.startswith(b"HTTP/1.1 101 "), answer

    def ask(self, text: str) -> bytes:
        """Send a text, and wait for the one that answers it. The mask, which hides nothing, is four zeros."""
        body = text.encode()
        short = len(body) < LONG
        head = bytes([TEXT, MASKED | (len(body) if short else LONG)]) + (b"" if short else len(body).to_bytes(2))
        self.socket.sendall(head + bytes(4) + body)
        return self._receive()

    def _receive(self) -> bytes:
        frame = self._read()
        while len(frame) < self._end(frame):
            frame += self._read()
        assert frame[0] == TEXT, frame
        return frame[4 if frame[1] == LONG else 2 :]

    @staticmethod
    def _end(frame: bytes) -> int:
        """How long a frame is, as far as one can tell from what has come of it."""
        if len(frame) < 2 or (frame[1] == LONG and len(frame) < 4):
            return MOST
        assert frame[1] < TOP
        return 4 + int.from_bytes(frame[2:4]) if frame[1] == LONG else 2 + frame[1]

    def _read(self) -> bytes:
        found = self.socket.recv(MOST)
        assert found, "the server closed the connection"
        return found

    def close(self) -> None:
        """Leave without a word."""
        self.socket.close()
