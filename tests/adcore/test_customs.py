"""Functions with a derivative rule of the user's own: used by every mode, compared with the function itself."""

import contextlib
import gc

import numpy as np
import orjson
import pytest

import adcore
from adcore import wire
from adcore.backends.written import FORMS
from adcore.graph import Custom
from adcore.modes.second import SECOND_MODES
from tests.adcore.test_backends import BACKENDS

CUBE = "def cube(a):\n    return a*a*a\ndef cube_partials(a, out):\n    return 3*a**2\n"
AREA = "def area(a, b):\n    return a*b\ndef area_partials(a, b):\n    return b, a\n"
POINT = {"x": 1.5, "y": 0.5}
STE = "def ste(u):\n    return floor(u)\n\ndef ste_partials(u):\n    return 1\n\n"
AT = {"x": 0.9}
OWN = {
    # By hand, u = 3*x with floor(u) = 2: the rule for the slope, and its text for the slope of the slope.
    "straight through": (STE + "ste(3*x)**2", AT, [2 * 2 * 3], [[2 * 3 * 3]]),
    "with its value": (
        "def g(u):\n    return floor(u)\ndef g_partials(u, out):\n    return out*u\ng(3*x)",
        AT,
        [3 * 2 * 2.7],
        [[9 * (2 + 2 * 2.7 * 2.7)]],
    ),
    "in a rule": (
        STE + "def h(u):\n    return u*u\ndef h_partials(u):\n    return ste(u)*u\nh(3*x)",
        AT,
        [3 * 2 * 2.7],
        [[9 * (2.7 + 2)]],
    ),
    "as a rule": (
        STE + "def h(u):\n    return u*u\ndef h_partials(u):\n    return ste(u)\nh(3*x)",
        AT,
        [3 * 2],
        [[9]],
    ),
    "in a body": (
        STE + "def h(u):\n    return ste(u)*u\ndef h_partials(u):\n    return 7*u\nh(3*x)**2",
        AT,
        [3 * 2 * 5.4 * 18.9],
        [[9 * 2 * (18.9 * 18.9 + 5.4 * 7)]],
    ),
    "lopsided": (
        STE + "def g(a, b):\n    return floor(a)*b\ndef g_partials(a, b, out):\n    return [b + out, a*b]\ng(x, y)",
        {"x": 2.5, "y": 3.5},
        [3.5 + 7, 2.5 * 3.5],
        [[3.5 + 7, 1 + 2.5 * 3.5], [3.5, 2.5]],
    ),
}


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


@pytest.mark.parametrize("name", ["mul", "neg", "powi", "add", "lt", "custom"])
def test_no_algebra_takes_it_for_an_operation(name):
    source, at = CUBE.replace("cube", name) + f"{name}(x)*2", {"x": 1.5}
    for mode in adcore.MODES:
        assert adcore.gradient(source, at, mode) == pytest.approx([13.5], rel=1e-7)
    assert adcore.derivatives(source, at, 2) == pytest.approx([6.75, 13.5, 18])
    enclosed = adcore.enclose(source, at)
    assert enclosed == adcore.enclose(CUBE + "cube(x)*2", at)
    for form in FORMS:
        assert adcore.write(source, at, form)([1.5], [1.0]) == ([6.75], pytest.approx([13.5]))


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


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("source", "at", "slopes", "bends"), OWN.values(), ids=OWN)
def test_every_way_differentiates_by_the_rule_and_not_by_the_body(source, at, slopes, bends, backend, order):
    compiled = adcore.compile(source, at, backend, order=order)
    assert compiled.gradient(at) == pytest.approx(slopes, rel=1e-14)
    if order == 2:
        found = [*(adcore.hessian(source, at, mode) for mode in SECOND_MODES), compiled.hessian(at)]
        many = compiled.hessian(*[np.full(9, x) for x in at.values()])
        for each in (*found, many[:, :, 8]):
            np.testing.assert_allclose(each, bends, rtol=1e-14)


@pytest.mark.parametrize("mode", SECOND_MODES)
def test_products_of_a_lopsided_hessian_are_the_hessian_s_or_refused(mode):
    source, at, _, bends = OWN["lopsided"]
    if mode == "reverse-over-forward":
        with pytest.raises(adcore.ADError, match="rule for g is the slopes of no function") as caught:
            adcore.hvp(source, at, {"x": 1.0, "y": -2.0}, mode)
        assert (caught.value.kind, caught.value.span.line) == ("custom", 9)
    else:
        found = adcore.hvp(source, at, {"x": 1.0, "y": -2.0}, mode)
        np.testing.assert_allclose(found, np.array(bends) @ [1.0, -2.0], rtol=1e-14)


def test_a_rule_that_is_even_has_products_in_every_way():
    products = [adcore.hvp(AREA + "area(x, y)**2", POINT, {"x": 1.0, "y": -2.0}, mode) for mode in SECOND_MODES]
    np.testing.assert_allclose(products, [products[0]] * len(products), rtol=1e-14)


def test_operations_are_those_of_the_rule_also_where_the_function_is_optimised_first():
    orders = adcore.orders(STE + "ste(3*x)**2", {"x": 0.9})
    assert orders.optimised_first == orders.differentiated_first


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
