"""Functions with a derivative rule of the user's own: used by every mode, compared with the function itself."""

import contextlib
import gc

import orjson
import pytest

import adcore
from adcore import wire
from adcore.graph import Custom

CUBE = "def cube(a):\n    return a*a*a\ndef cube_partials(a, out):\n    return 3*a**2\n"
AREA = "def area(a, b):\n    return a*b\ndef area_partials(a, b):\n    return b, a\n"
POINT = {"x": 1.5, "y": 0.5}


@pytest.mark.parametrize("mode", adcore.MODES)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (CUBE + "cube(x)*y", [3.375, 3.375]),
        (CUBE + "cube(cube(x)) + y", [9 * 1.5**8, 1]),
        (AREA + "area(x, y) + area(2, x)", [2.5, 1.5]),
        (AREA + CUBE + "area(cube(x), cube(y))", [0.84375, 2.53125]),
    ],
    ids=["cube", "twice", "two arguments", "both"],
)
def test_every_mode_uses_the_rule(source, expected, mode):
    assert adcore.gradient(source, POINT, mode) == pytest.approx(expected, rel=1e-7)


def test_a_call_is_one_node():
    trace = adcore.trace(CUBE + "cube(x)*2", {"x": 2.0})
    columns = trace.to_json()["graph"]
    assert columns["op"] == ["input", "custom", "const", "mul"]
    assert columns["function"] == [None, "cube", None, None]
    assert columns["partials"][1] == ["3 · x²"]
    assert [w.kind for w in trace.warnings] == []


@pytest.mark.parametrize("name", ["const", "input", "custom", "mul"])
def test_a_function_called_as_an_operation_is_told_from_it(name):
    columns = adcore.trace(CUBE.replace("cube", name) + f"{name}(x)*2", {"x": 2.0}).to_json()["graph"]
    assert columns["op"] == ["input", "custom", "const", "mul"]
    assert columns["function"] == [None, name, None, None]


def test_the_rule_is_taken_at_its_word_and_a_wrong_one_is_warned_about():
    source = CUBE.replace("3*a**2", "2*a**2") + "cube(x)"
    assert adcore.gradient(source, {"x": 2.0}).tolist() == [8]
    assert adcore.gradient(source, {"x": 2.0}, "numerical") == pytest.approx([12])
    [warning] = adcore.trace(source, {"x": 2.0}).warnings
    assert warning.kind == "rule"
    assert "cube" in warning.message
    assert warning.span.line == 3


def test_second_order_differentiates_the_rule():
    assert adcore.hessian(CUBE + "cube(x)", {"x": 2.0}).tolist() == [[12]]


def test_compiled_and_shared():
    assert adcore.compile(CUBE + "cube(x)*2", {"x": 1.0}).gradient(2.0).tolist() == [24]
    assert adcore.trace(CUBE + "cube(x) + cube(x)", {"x": 2.0}, shared=True).result == (24,)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (AREA.replace("return b, a", "return b") + "area(x, y)", "1 partials for 2 parameters"),
        (AREA.replace("(a, b):\n    return b, a", "(a):\n    return a, a") + "area(x, y)", "2 parameters"),
        (CUBE.replace("a*a*a", "a*x") + "cube(x)", "only its parameters"),
        (CUBE.replace("a*a*a", "[a, a]") + "cube(x)", "returns one number"),
        (CUBE.replace("a*a*a", "a if a > 0 else -a") + "cube(x)", "decides a branch"),
        (CUBE + "cube([x])", "takes numbers"),
    ],
)
def test_what_cannot_be_a_rule(source, words):
    with pytest.raises(adcore.ADError, match=words) as caught:
        adcore.value(source, POINT)
    assert caught.value.kind == "custom"


def test_out_stands_anywhere_or_is_refused():
    source = CUBE.replace("(a, out)", "(out, a)") + "cube(x)"
    with contextlib.suppress(adcore.ADError):
        assert adcore.gradient(source, {"x": 2.0}).tolist() == [12]


def test_a_rule_goes_with_its_graph():
    source = CUBE.replace("cube", "passing") + "passing(x)*passing(y)"
    for mode in adcore.MODES:
        adcore.gradient(source, POINT, mode)
    adcore.hessian(source, POINT)
    adcore.compile(source, POINT).gradient(1.0, 2.0)
    trace = adcore.trace(source, POINT)
    trace.to_json()
    orjson.dumps(wire.graph_json(trace.graph), option=orjson.OPT_SERIALIZE_NUMPY)
    del trace
    gc.collect()
    assert [kept.name for kept in gc.get_objects() if isinstance(kept, Custom) and kept.name == "passing"] == []
