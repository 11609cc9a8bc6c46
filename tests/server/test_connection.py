"""When a WebSocket stops reading, and goes on."""

import asyncio

from server.connection import TellingSocket


class Transport:
    def __init__(self):
        self.calls = []

    def pause_reading(self):
        self.calls.append("pause")

    def resume_reading(self):
        self.calls.append("resume")


def open_socket() -> TellingSocket:
    """A socket past its handshake, without uvicorn around it."""
    socket = object.__new__(TellingSocket)
    socket.queue, socket.transport = asyncio.Queue(), Transport()
    socket.close_sent = socket.read_paused = False
    socket.curr_msg_data_type = "text"
    return socket


def hear(socket, *texts):
    for text in texts:
        socket.frames = [text.encode()]
        socket.send_receive_event_to_app()


def take(socket, count):
    async def receive():
        return [await socket.receive() for _ in range(count)]

    return [(message["text"], message["more"]) for message in asyncio.run(receive())]


def test_reading_goes_on_while_messages_come_one_by_one():
    socket = open_socket()
    for text in ("1", "2"):
        hear(socket, text)
        assert take(socket, 1) == [(text, False)]
    assert socket.transport.calls == []


def test_reading_stops_while_a_message_waits_behind_another():
    socket = open_socket()
    hear(socket, "1", "2", "3")
    assert socket.transport.calls == ["pause"]
    assert take(socket, 2) == [("1", True), ("2", True)]
    assert socket.transport.calls == ["pause"]
    assert take(socket, 1) == [("3", False)]
    assert socket.transport.calls == ["pause", "resume"]
    hear(socket, "4")
    assert (take(socket, 1), socket.transport.calls) == ([("4", False)], ["pause", "resume"])
