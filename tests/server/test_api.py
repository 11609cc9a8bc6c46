import json
import math
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import adcore
from adcore.columns import FEW
from tests.server.conftest import POST_HEADERS, WAIT_SECONDS, running

HOFFMANN = "a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c"
AT = {"x1": 1.5, "x2": 0.5}
ENDLESS = "def f(x):\n    while x > 0:\n        x = x + 1\n    return x"


def ask(client: httpx.Client, path: str, **body) -> httpx.Response:
    return client.post(f"/api/{path}", json=body)


def lines(response: httpx.Response) -> list[dict]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_the_catalog_has_what_the_page_needs(client):
    found = client.get("/api/catalog").json()
    assert set(found) == {"primitives", "modes", "ways", "examples", "labs", "limits", "phases", "kinds"}
    assert {"forward", "reverse", "symbolic"} <= {mode["name"] for mode in found["modes"]}
    assert {"name": "body_bytes", "value": 65536, "help": "bytes in a request body or a WebSocket message"} in found[
        "limits"
    ]
    assert found["phases"][:3] == ["primal", "tangent", "adjoint"]
    sine = next(row for row in found["primitives"] if row["name"] == "sin")
    assert sine["signature"] == "sin(x)"
    assert sine["partials"] == [{"wrt": "x", "text": "cos(x)", "latex": r"\cos x"}]


def test_parse_reads_a_program(client):
    found = ask(client, "parse", source="x² + 2x + 1").json()
    assert found["form"] == "expression"
    assert found["rewritten"]
    assert [given["name"] for given in found["inputs"]] == ["x"]


def test_a_trace_is_graph_events_result_counts(client):
    head, *events, end, counts = lines(ask(client, "trace", source=HOFFMANN, point=AT))
    assert (head["type"], end["type"], counts["type"]) == ("graph", "result", "counts")
    assert sum(len(batch["node"]) for batch in events) == head["steps"] == len(counts["operations"])
    assert counts["cost"]["operations"]["total"] == counts["operations"][-1]
    assert end["jacobian"][0] == pytest.approx([3.0118433276739069, -13.723961509314078])


def test_a_short_trace_is_one_answer_and_a_long_one_is_streamed(client):
    loop = "for i in range({}):\n    x = x*sin(x)/3\nreturn x"
    short, long = (ask(client, "trace", source=loop.format(turns), point={"x": 1.5}) for turns in (3, 400))
    assert short.headers["content-length"] == str(len(short.content))
    assert "content-length" not in long.headers
    assert short.headers["content-type"] == long.headers["content-type"] == "application/x-ndjson"
    assert lines(short)[-1]["type"] == lines(long)[-1]["type"] == "counts"


@pytest.mark.parametrize("turns", [60, 70])
def test_the_counts_of_short_and_long_traces_are_the_engines(client, turns):
    source = f"for i in range({turns}):\n    x = x*sin(x)/3\nreturn x"
    *_, counts = lines(ask(client, "trace", source=source, point={"x": 1.5}))
    trace = adcore.trace(source, {"x": 1.5})
    nodes = len(trace.graph)
    assert (nodes <= FEW) == (turns == 60)
    assert counts == {"type": "counts", "operations": [*trace.events.operations], "cost": trace.cost.to_json()}


def test_a_trace_goes_on_from_where_it_broke_off(client):
    whole = lines(ask(client, "trace", source=HOFFMANN, point=AT))
    rest = lines(ask(client, "trace", source=HOFFMANN, point=AT, **{"from": 10}))
    assert rest[1]["from"] == 10
    assert rest[1]["value"] == whole[1]["value"][10:]
    assert rest[-1] == whole[-1]


def test_a_long_trace_comes_in_batches(client):
    source = "def f(x):\n    for i in range(400):\n        x = sin(x)\n    return x"
    events = lines(ask(client, "trace", source=source, point={"x": 1}))[1:-2]
    assert len(events) > 1
    assert [batch["from"] for batch in events] == [512 * i for i in range(len(events))]


def test_seeds_weights_and_sharing_are_passed_on(client):
    source = "[x*y, x*y + y]"
    tangent = lines(ask(client, "trace", source=source, point={"x": 2, "y": 3}, mode="forward", seed={"y": 1}))[-2]
    adjoint = lines(ask(client, "trace", source=source, point={"x": 2, "y": 3}, weights=[0, 1]))[-2]
    shared = lines(ask(client, "trace", source=source, point={"x": 2, "y": 3}, shared=True))[0]
    assert tangent["jacobian"] == [[2.0], [3.0]]
    assert adjoint["jacobian"] == [[3.0, 3.0]]
    ops = [shared["graph"]["kinds"][kind][0] for kind in shared["graph"]["kind"]]
    assert ops.count("mul") == 1


def test_steps_are_explained_in_windows(client):
    found = ask(client, "explain", source=HOFFMANN, point=AT, **{"from": 20, "count": 3}).json()["explanations"]
    assert [step["step"] for step in found] == [20, 21, 22]
    assert all(step["sentence"] for step in found)
    beyond = ask(client, "explain", source=HOFFMANN, point=AT, **{"from": 10_000, "count": 3})
    assert beyond.json() == {"explanations": []}
    refused = ask(client, "explain", source=HOFFMANN, point=AT, **{"from": 0, "count": 257})
    assert refused.status_code == 422
    assert "(explanations)" in refused.json()["error"]["message"]


def test_ways_come_in_the_order_asked_for(client):
    asked = ["symbolic", "numerical", "reverse", "complex-step", "forward"]
    ways = ask(client, "compare", source=HOFFMANN, point=AT, ways=asked).json()["ways"]
    assert [way["way"] for way in ways] == asked
    for way in ways:
        assert way["error"] is None
        assert way["jacobian"][0] == pytest.approx([3.0118433276739069, -13.723961509314078], rel=1e-6)


def test_a_symbolic_way_that_is_stopped_leaves_the_others_whole():
    source = "y = x\nfor i in range(20):\n    y = y*sin(y) + x\nreturn y"
    with running(symbolic_seconds=1) as hasty, httpx.Client(base_url=hasty.address, timeout=WAIT_SECONDS) as client:
        answer = ask(client, "compare", source=source, point={"x": 0.3}, ways=["reverse", "symbolic"])
    reverse, symbolic = answer.json()["ways"]
    assert reverse["error"] is None
    assert symbolic["error"]["kind"] == "limit"
    assert symbolic["jacobian"] is None


@pytest.mark.parametrize("mode", ["forward", "reverse", "symbolic", "numerical", "complex-step"])
def test_diff_gives_the_whole_jacobian(client, mode):
    found = ask(client, "diff", source="[x*y, sin(x)]", point={"x": 2, "y": 3}, mode=mode).json()
    assert found["value"] == pytest.approx([6, math.sin(2)])
    assert found["jacobian"][0] == pytest.approx([3, 2])
    assert found["jacobian"][1] == pytest.approx([math.cos(2), 0])
    assert set(found) == {"value", "jacobian", "inputs", "outputs", "warnings", "cost"}


@pytest.mark.parametrize(
    ("word", "shown"), [("NaN", "nan"), ("Infinity", "inf"), ("-Infinity", "-inf"), ("-INF", "-inf")]
)
def test_what_json_cannot_write_travels_as_words(client, word, shown):
    found = ask(client, "diff", source="x", point={"x": word}).json()
    assert found["value"] == [shown]
    assert found["warnings"]


def test_a_mistake_has_a_place_and_is_not_echoed(client):
    response = ask(client, "trace", source="x +* <script>alert(1)</script>", point={"x": 1})
    error = response.json()["error"]
    assert response.status_code == 422
    assert set(error) == {"kind", "message", "span", "hint"}
    assert error["span"]["line"] == 1
    assert "alert" not in response.text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"source": "x", "point": {"x": True}}, "point.x"),
        ({"source": "x", "point": {"x": None}}, "point.x"),
        ({"source": "x", "point": {"x": {}}}, "point.x"),
        ({"source": "x", "point": {"x": "1"}}, "point.x"),
        ({"source": "x", "point": {"x": [[[1]]]}}, "nested too deeply"),
        ({"source": "x", "point": {"x": 10**400}}, "too large"),
        ({"source": "x", "point": {"x": 1}, "weights": [True]}, "weights.0"),
        ({"source": "x", "point": {"x": 1}, "shared": 1}, "true or false"),
        ({"source": "x", "point": {"x": 1}, "mode": "backward"}, "forward, reverse"),
        ({"source": "x", "point": {"x": 1}, "from": -1}, "from"),
        ({"source": "x", "point": {"x": 1}, "from": 1.5}, "whole number"),
        ({"source": "x", "point": {"x": 1}, "max_steps": 10**9}, "max_steps"),
        ({"source": "x", "point": {"x": 1}, "<b>": 1}, "not known"),
        ({"source": "x", "point": {"<b>": 1}}, "no input can have"),
        ({"source": "x", "point": 3}, "an object"),
        ({"source": 3, "point": {}}, "must be text"),
        ({"point": {}}, "source"),
        ([], "an object"),
        (None, "an object"),
    ],
)
def test_a_wrong_field_is_named_in_plain_words(client, body, words):
    response = client.post("/api/trace", content=json.dumps(body), headers=POST_HEADERS)
    assert response.status_code == 422, response.text
    assert words in response.json()["error"]["message"]
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"source": "x",}', b'{"source": NaN}', b"\xff", b"[" * 60_000, b"nul", b"1" * 5000]
)
def test_what_is_not_json_is_said_so(client, body):
    response = client.post("/api/trace", content=body, headers=POST_HEADERS)
    assert response.status_code == 400
    assert response.json()["error"]["kind"] == "json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
)
def test_only_json_is_taken(client, kind):
    response = client.post("/api/parse", content=b'{"source": "x"}', headers={"Content-Type": kind})
    assert response.status_code == 415
    assert client.post("/api/parse", content=b'{"source": "x"}').status_code == 415


def test_json_with_a_charset_is_taken(client):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/api/parse", content=b'{"source": "x"}', headers=headers).status_code == 200


def test_half_a_character_has_a_place(client):
    response = client.post("/api/parse", content=b'{"source": "1\\nx + \\ud800"}', headers=POST_HEADERS)
    span = response.json()["error"]["span"]
    assert response.status_code == 422
    assert (span["line"], span["column"]) == (2, 5)


def test_a_body_over_the_limit_is_refused(client):
    body = json.dumps({"source": "x" * 70_000}).encode()
    assert client.post("/api/parse", content=body, headers=POST_HEADERS).status_code == 413
    pieces = (b"x" * 1024 for _ in range(100))
    assert client.post("/api/parse", content=pieces, headers=POST_HEADERS).status_code == 413


def test_the_limits_are_those_of_the_settings(client):
    long = ask(client, "parse", source="x+" * 6000 + "x")
    assert (long.status_code, long.json()["error"]["kind"]) == (422, "limit")
    assert "source_characters" in long.json()["error"]["message"]
    endless = ask(client, "diff", source=ENDLESS, point={"x": 1}).json()["error"]
    assert endless["kind"] == "limit"


def test_paths_and_methods_that_do_not_exist(client):
    assert client.get("/api/nothing").json()["error"]["kind"] == "not-found"
    wrong = client.get("/api/parse")
    assert (wrong.status_code, wrong.json()["error"]["kind"]) == (405, "method")
    assert "POST" in wrong.headers["allow"]
    assert client.get("/api/catalog/").status_code == 404


def test_health_readiness_and_counters(client):
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").text == "ready"
    ask(client, "diff", source="x", point={"x": 1})
    counters = client.get("/metrics").text.splitlines()
    done = next(line for line in counters if line.startswith('wengert_jobs_total{pool="numeric",ended="done"}'))
    assert int(done.split()[-1]) >= 2


def test_openapi_describes_the_bodies(client):
    paths = client.get("/openapi.json").json()["paths"]
    body = paths["/api/trace"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"source", "point"}


def test_a_full_queue_answers_503_with_retry_after():
    with running(numeric_workers=1, numeric_queue=1, numeric_seconds=2, statements=10**9) as small:
        with ThreadPoolExecutor(8) as threads, httpx.Client(base_url=small.address, timeout=WAIT_SECONDS) as client:
            answers = list(threads.map(lambda _: ask(client, "diff", source=ENDLESS, point={"x": 1}), range(8)))
        full = [answer for answer in answers if answer.status_code == 503]
        assert full
        assert full[0].headers["retry-after"] == "1"
        assert full[0].json()["error"]["kind"] == "busy"
        assert httpx.get(small.address + "/healthz").text == "ok"
