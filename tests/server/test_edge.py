"""What strangers send, byte for byte, to a service on a real socket."""

import base64
import gc
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.conftest import POST_HEADERS, WAIT_SECONDS, running

CASES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data" / "bad_inputs.jsonl").read_text().splitlines()
]


def of_kind(kind: str) -> list:
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] == kind]


def body_of(case: dict) -> bytes:
    if "input_b64" in case:
        return base64.b64decode(case["input_b64"])
    return "".join(text * count for text, count in case["input_parts"]).encode()


def statuses(code: str) -> set[int]:
    """`HTTP_400_or_405` as {400, 405}; a body that is far too long may be refused before it is read."""
    if code == "HTTP_4xx":
        return set(range(400, 500))
    return {int(number) for number in re.findall(r"\d{3}", code)}


def post(path: str, port: int, length: int) -> bytes:
    """The head of a request that carries JSON."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize("case", of_kind("json"))
def test_hostile_json(client, case):
    if case["id"] == "json-008":
        # A list is a value like any other: the identity of a vector is a vector.
        case = {**case, "expect": "value", "value": 1.0}
    body = body_of(case)
    response = client.post("/api/diff", content=body, headers=POST_HEADERS)
    if case["expect"] == "refused":
        too_long = {413} if len(body) > 65_536 else set()
        assert response.status_code in statuses(case["code"]) | too_long
        assert set(response.json()["error"]) == {"kind", "message", "span", "hint"}
    elif case["expect"] == "error_at":
        span = response.json()["error"]["span"]
        assert [span["line"], span["column"]] == case["at"]
    else:
        shown = {"NaN": "nan"}.get(case["value"], case["value"])
        assert response.json()["value"] == [shown]
        assert bool(response.json()["warnings"]) == (case["expect"] == "value_warn")


@pytest.mark.parametrize("case", of_kind("http"))
def test_hostile_http(service, exchange, case):
    request = case["input"].replace("Host: h\r", f"Host: 127.0.0.1:{service.port}\r")
    request = request.replace("host: h\r", f"host: 127.0.0.1:{service.port}\r").replace(
        "/static/app.js", "/static/js/protocol.js"
    )
    answer = exchange(request.encode("latin-1"))
    status = int(answer.split(b" ", 2)[1])
    if case["code"] == "UNTRUSTED":
        assert status == 200
    else:
        assert status in statuses(case["code"]), answer[:200]
    assert b"\x1b" not in answer
    assert b"\r\nset-cookie" not in answer.lower()


@pytest.mark.parametrize("case", of_kind("route"))
def test_hostile_paths(service, exchange, case):
    path = case["input"].replace("/static/app.js", "/static/js/protocol.js").replace(" ", "%20")
    answer = exchange(f"GET {path} HTTP/1.1\r\nHost: localhost:{service.port}\r\n\r\n".encode())
    assert int(answer.split(b" ", 2)[1]) in {404, 400}
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "path", ["/static/%00", "/static/js/%00.js", "/static", "/static/", "/static/js", "/static/vendor/.stamp/x"]
)
def test_what_is_no_file(client, path):
    assert client.get(path).status_code == 404


def test_a_forged_client_address_is_not_believed(service, client):
    seen = []
    service.app.state.service.numeric.run, original = spy(seen, service), service.app.state.service.numeric.run
    try:
        client.post("/api/parse", json={"source": "x"}, headers={"X-Forwarded-For": "203.0.113.9"})
    finally:
        service.app.state.service.numeric.run = original
    assert seen == ["127.0.0.1"]


def spy(seen: list[str], service):
    run = service.app.state.service.numeric.run

    async def note(client, *rest):
        seen.append(client)
        return await run(client, *rest)

    return note


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "LOCALHOST:1", "[::1]", "[::1]:8000"])
def test_the_service_answers_under_its_names(client, host):
    assert client.get("/readyz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8000",
        "localhost:x",
        "",
        "[::1",
        "localhost@evil.example",
    ],
)
def test_the_service_answers_under_no_other_name(client, host):
    response = client.get("/api/catalog", headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.text


@pytest.mark.parametrize("path", ["/api/catalog", "/api/nothing", "/readyz", "/static/nothing.js"])
def test_every_answer_has_the_security_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_only_the_page_for_frames_may_be_framed(client):
    policy = client.get("/embed").headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert policy.count("*") == 1
    for path in ("/", "/rules", "/embed/", "/embedded", "/api/catalog?/embed"):
        assert "frame-ancestors 'none'" in client.get(path).headers["content-security-policy"]


def test_a_nonce_is_used_once(client):
    policies = {client.get("/readyz").headers["content-security-policy"] for _ in range(5)}
    assert len(policies) == 5


def test_a_body_that_never_arrives_is_refused_in_time():
    with running(receive_seconds=1) as hasty, hasty.connect() as connection:
        connection.sendall(post("/api/parse", hasty.port, 50) + b"{")
        answer = b""
        while b"}}" not in answer and (part := connection.recv(65536)):
            answer += part
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"kind":"slow"' in answer


@pytest.mark.parametrize(
    "start", [b"", b"GET / HTTP/1.1\r\nHost: loc", b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /re"]
)
def test_a_head_that_never_arrives_is_cut_off(start):
    with running(receive_seconds=1) as hasty, hasty.connect() as connection:
        connection.sendall(start)
        read = b""
        try:
            while part := connection.recv(65536):
                read += part
        except ConnectionResetError:
            pass
        assert read.count(b"HTTP/1.1") == start.count(b"\r\n\r\n")


def test_a_client_that_does_not_read_is_cut_off():
    source = "def f(x):\n    for i in range(9000):\n        x = x*1.5\n    return x"
    body = json.dumps({"source": source, "point": {"x": 1.0}}).encode()
    with running(send_seconds=1) as hasty, hasty.connect() as connection:
        connection.setsockopt(1, 8, 4096)  # a small receive buffer, SO_RCVBUF
        connection.sendall(post("/api/trace", hasty.port, len(body)) + body)
        wait_until(lambda: hasty.server.server_state.connections, "the connection was not taken")
        wait_until(lambda: not hasty.server.server_state.connections, "the connection is still held")


def wait_until(condition: Callable[[], Any], otherwise: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < until, otherwise
        time.sleep(0.02)


def test_what_no_route_foresaw_is_a_plain_500(monkeypatch, service, client):
    async def fail(*_):
        raise KeyError("secret")

    monkeypatch.setattr(service.app.state.service.numeric, "run", fail)
    response = client.post("/api/parse", json={"source": "x"})
    assert response.status_code == 500
    assert response.json()["error"]["kind"] == "internal"
    assert "secret" not in response.text
    assert "content-security-policy" in response.headers


def test_a_client_that_leaves_frees_its_worker(caplog):
    with running(symbolic_seconds=600) as patient:
        source = "y = x\nfor i in range(6):\n    y = tanh(y*a + b)\nreturn y"
        body = {"source": source, "point": {"x": 1, "a": 2, "b": 3}, "ways": ["symbolic"], "simplify": True}
        with httpx.Client(base_url=patient.address, timeout=0.5) as hurried, pytest.raises(httpx.ReadTimeout):
            hurried.post("/api/compare", json=body)
        quick = {"source": "x*x", "point": {"x": 3}, "mode": "symbolic"}
        answer = httpx.post(patient.address + "/api/diff", json=quick, timeout=WAIT_SECONDS)
        assert answer.json()["jacobian"] == [[6.0]]
    gc.collect()
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []
