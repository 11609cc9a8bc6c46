import base64
import json
import os
import struct
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.server.conftest import WAIT_SECONDS, running

OPEN = {"type": "open", "id": 1, "source": "x**2 + sin(y)", "point": {"x": 3, "y": 0}}


@pytest.fixture
def live(service) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{service.port}/api/live", compression=None) as connection:
        yield connection


def say(live: ClientConnection, **message) -> dict:
    live.send(json.dumps(message))
    return json.loads(live.recv(timeout=WAIT_SECONDS))


def test_a_drag(live):
    assert say(live, **OPEN) == {"type": "opened", "id": 1}
    moved = say(live, type="move", id=2, point={"x": 5, "y": 0}, step=4)
    assert (moved["type"], moved["id"]) == ("moved", 2)
    assert set(moved) == {"type", "id", "value", "partial", "result", "explanation", "warnings"}
    assert moved["result"]["value"] == [25.0]
    assert moved["result"]["jacobian"] == [[10.0, 1.0]]
    assert moved["explanation"]["step"] == 4
    assert len(moved["value"]) == len(moved["partial"])
    assert moved["warnings"] == []


def test_a_move_gives_what_a_new_trace_would(live, client):
    say(live, **OPEN)
    moved = say(live, type="move", id=2, point={"x": 5, "y": 1})
    answer = client.post("/api/trace", json={"source": OPEN["source"], "point": {"x": 5, "y": 1}})
    _, events, result, _ = (json.loads(line) for line in answer.text.splitlines())
    assert moved["value"] == events["value"]
    assert moved["partial"] == events["partial"]
    assert moved["result"] == {name: value for name, value in result.items() if name != "type"}


def test_a_large_graph_moves_in_a_worker(live):
    source = "def f(x):\n    for i in range(400):\n        x = sin(x)\n    return x"
    say(live, type="open", id=1, source=source, point={"x": 1})
    moved = say(live, type="move", id=2, point={"x": 0})
    assert moved["result"]["jacobian"] == [[1.0]]


def test_another_branch_is_stale(live):
    say(live, type="open", id=1, source="if x > 1:\n    y = x\nelse:\n    y = 2*x\nreturn y", point={"x": 3})
    assert say(live, type="move", id=2, point={"x": 2})["type"] == "moved"
    assert say(live, type="move", id=3, point={"x": 0}) == {"type": "stale", "id": 3}
    assert say(live, type="move", id=4, point={"x": 2})["type"] == "moved"


def test_of_moves_that_wait_the_newest_is_answered(live):
    source = "def f(x):\n    for i in range(3000):\n        x = sin(x)\n    return x"
    say(live, type="open", id=1, source=source, point={"x": 1})
    for number in range(2, 40):
        live.send(json.dumps({"type": "move", "id": number, "point": {"x": number}}))
    ids = []
    while not ids or ids[-1] != 39:
        ids.append(json.loads(live.recv(timeout=WAIT_SECONDS))["id"])
    assert ids == sorted(ids)
    assert len(ids) < 38


def test_of_small_moves_that_come_at_once_the_newest_is_answered(live):
    say(live, **OPEN)
    moves = [{"type": "move", "id": number, "point": {"x": number, "y": 0}} for number in range(2, 40)]
    live.socket.sendall(b"".join(frame(0x81, json.dumps(move).encode()) for move in moves))
    answers = [json.loads(live.recv(timeout=WAIT_SECONDS))]
    while answers[-1]["id"] != 39:
        answers.append(json.loads(live.recv(timeout=WAIT_SECONDS)))
    ids = [answer["id"] for answer in answers]
    assert ids == sorted(ids)
    assert len(ids) < 19
    assert answers[-1]["result"]["value"] == [39.0**2]


def test_a_mistake_among_moves_that_come_at_once_holds_nothing_up(live):
    say(live, **OPEN)
    texts = [b'{"type": "move", "id": 2, "point": {"x": 2, "y": 0}}', b"hello"]
    live.socket.sendall(b"".join(frame(0x81, text) for text in texts))
    answers = [json.loads(live.recv(timeout=WAIT_SECONDS)) for _ in texts]
    assert {(answer["type"], answer["id"]) for answer in answers} == {("error", None), ("moved", 2)}


def test_a_new_question_replaces_the_open_one(live):
    say(live, **OPEN)
    assert say(live, type="open", id=2, source="x*", point={"x": 1})["error"]["kind"] == "syntax"
    assert say(live, type="move", id=3, point={"x": 1})["error"]["message"] == "Nothing is open yet."
    assert say(live, type="open", id=4, source="x*4", point={"x": 1})["type"] == "opened"
    assert say(live, type="move", id=5, point={"x": 1})["result"]["jacobian"] == [[4.0]]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("hello", None),
        ("[1]", None),
        ('{"type": "trace"}', None),
        ('{"type": "move", "id": 7}', 7),
        ('{"type": "move", "id": true, "point": {}}', None),
        ('{"type": "open", "id": 8, "source": 3, "point": {}}', 8),
        ('{"type": "open", "id": 9, "source": "x", "point": {"x": 1}, "extra": 1}', 9),
        ('{"type": "open", "id": 10, "source": "x +", "point": {"x": 1}}', 10),
        ('{"type": "move", "id": 11, "point": {"x": 1}}', 11),
        ('{"type": "open", "id": 1180591620717411303424, "source": "x", "point": {"x": 1}}', None),
        ('{"type": "move", "id": 1e400, "point": {"x": 1}}', None),
    ],
)
def test_a_mistake_leaves_the_connection_open(live, text, number):
    live.send(text)
    answer = json.loads(live.recv(timeout=WAIT_SECONDS))
    assert answer["type"] == "error"
    assert answer["id"] == number
    assert set(answer["error"]) == {"kind", "message", "span", "hint"}
    assert say(live, **OPEN)["type"] == "opened"


def test_bytes_are_a_mistake_too(live):
    live.send(b"\x00\x01")
    assert json.loads(live.recv(timeout=WAIT_SECONDS))["type"] == "error"
    assert say(live, **OPEN)["type"] == "opened"


def test_a_step_or_a_point_that_does_not_exist(live):
    say(live, **OPEN)
    assert say(live, type="move", id=2, point={"x": 1, "y": 1}, step=999)["explanation"] is None
    assert "y" in say(live, type="move", id=3, point={"x": 1})["error"]["message"]
    assert say(live, type="move", id=4, point={"x": 1, "y": "nan"})["result"]["value"] == ["nan"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
        "http://127.0.0.1:1",
        "https://good.example.evil.example",
    ],
)
def test_pages_from_elsewhere_are_refused(service, origin):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{service.port}/api/live", origin=origin)
    assert refused.value.response.status_code == 403


def test_own_pages_listed_pages_and_programs_are_let_in():
    with running(origins="https://good.example") as service:
        address = f"ws://127.0.0.1:{service.port}/api/live"
        for origin in (None, service.address, "https://good.example"):
            with connect(address, origin=origin) as live:
                assert say(live, **OPEN)["type"] == "opened"
        with pytest.raises(InvalidStatus):
            connect(address, origin="https://good.example.evil.example")


def test_another_path_is_refused(service):
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{service.port}/api/other")


def test_a_silent_connection_is_closed():
    with running(idle_seconds=1) as service, connect(f"ws://127.0.0.1:{service.port}/api/live") as live:
        with pytest.raises(ConnectionClosed) as closed:
            live.recv(timeout=WAIT_SECONDS)
        assert closed.value.rcvd.code == 1001


def test_more_connections_than_allowed_are_closed():
    with running(live_connections=1) as service:
        address = f"ws://127.0.0.1:{service.port}/api/live"
        with connect(address) as first:
            assert say(first, **OPEN)["type"] == "opened"
            with connect(address) as second, pytest.raises(ConnectionClosed) as closed:
                second.recv(timeout=WAIT_SECONDS)
            assert closed.value.rcvd.code == 1013
            assert say(first, **OPEN)["type"] == "opened"


def test_the_end_of_the_service_is_said():
    with running() as service, connect(f"ws://127.0.0.1:{service.port}/api/live") as live:
        assert say(live, **OPEN)["type"] == "opened"
        service.stop()
        with pytest.raises(ConnectionClosed) as closed:
            live.recv(timeout=WAIT_SECONDS)
    assert closed.value.rcvd.code == 1012


def frame(first: int, payload: bytes, length: int | None = None) -> bytes:
    """A masked frame as a client sends it; `length` may lie."""
    declared = len(payload) if length is None else length
    if declared < 126:
        size = struct.pack("!B", 0x80 | declared)
    elif declared < 65536:
        size = struct.pack("!BH", 0x80 | 126, declared)
    else:
        size = struct.pack("!BQ", 0x80 | 127, declared)
    return bytes([first]) + size + bytes(4) + payload


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(0x81, b" " * 65_537), 1009),
        (frame(0x81, b"", 2**62), 1009),
        (frame(0xC1, b"{}"), 1002),
        (frame(0x89, b"x" * 126), 1002),
        (frame(0x09, b"x"), 1002),
        (frame(0x88, b"x"), 1002),
        (frame(0x88, struct.pack("!H", 1005)), 1002),
        (frame(0x81, b"\xff"), 1007),
    ],
    ids=[
        "too long",
        "2**62 long",
        "reserved bit",
        "long ping",
        "ping in pieces",
        "short close",
        "close 1005",
        "not UTF-8",
    ],
)
def test_broken_frames_end_the_connection(service, data, code):
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with service.connect() as connection:
        connection.sendall(head.encode())
        read = b""
        while b"\r\n\r\n" not in read:
            read += connection.recv(4096)
        connection.sendall(data)
        read = read.split(b"\r\n\r\n", 1)[1]
        while len(read) < 4 and (part := connection.recv(4096)):
            read += part
    assert read[0] == 0x88
    assert struct.unpack("!H", read[2:4])[0] == code
