"""What `parse` tells before there is a point: inputs with guessed shapes, outputs, the reading, the formula."""

import json
import subprocess
import sys

import pytest

import adcore
from adcore import deferred
from adcore.backends import compile_source

SHAPES = {
    "x*y": {"x": (), "y": ()},
    "x[0]*x[2]": {"x": (3,)},
    "x[-1]": {"x": (2,)},
    "W[1][2]*x[0]": {"W": (2, 3), "x": (2,)},
    "sum(x)": {"x": (2,)},
    "len(x)*y": {"x": (2,), "y": ()},
    "for a in x:\n    y = y + a\ny": {"x": (2,), "y": ()},
    "sum([a*b for a, b in zip(u, v)])": {"u": (2,), "v": (2,)},
    "max(u)": {"u": (2,)},
    "def f(x, k=3):\n    return k*x": {"x": ()},
    "p = {'w': [x]}\np['w'][0]*y[0]": {"x": (), "y": (2,)},
    "def f(n):\n    return n": {"n": ()},
}
FORMS = {
    "x + 1": "expression",
    "x, x": "expression",
    "a = x\na": "body",
    "a = x\nreturn a": "body",
    "def f(x):\n    return x": "def",
    "def f(x):\n    return x\nf(y)": "body",
}


@pytest.mark.parametrize(("source", "form"), FORMS.items(), ids=FORMS)
def test_forms(source, form):
    assert adcore.parse(source).form == form


@pytest.mark.parametrize(("source", "shapes"), SHAPES.items(), ids=SHAPES)
def test_inputs_and_their_guessed_shapes(source, shapes):
    program = adcore.parse(source)
    assert {given.name: given.shape for given in program.inputs} == shapes
    assert list(program.point) == list(shapes)


@pytest.mark.parametrize("source", SHAPES)
def test_the_proposed_point_can_be_traced(source):
    program = adcore.parse(source)
    assert adcore.trace(source, program.point).outputs


def test_inputs_in_order_of_appearance():
    assert [given.name for given in adcore.parse("b*a + c\n").inputs] == ["b", "a", "c"]
    assert [given.name for given in adcore.parse("y = b\nz = a + b + y\nz*c").inputs] == ["b", "a", "c"]
    assert [given.name for given in adcore.parse("def f(b, a):\n    return a*b").inputs] == ["b", "a"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = x + 1\nx", ["x"]),
        ("x += y\nx", ["x", "y"]),
        ("for i in range(3):\n    s = s + i\ns", ["s"]),
        ("[i*k for i in range(3)]", ["k"]),
        ("f = lambda a: a*k\nf(2)", ["k"]),
        ("def g(a):\n    return a*k\ng(x)", ["k", "x"]),
        ("def g():\n    return k\nk = x\ng()", ["x"]),
        ("pi*e*x", ["x"]),
        ("e = 3\ne*x", ["x"]),
        ("d = {1: x}\nd[1]", ["x"]),
        ("d = {'w': x}\nd['b'] = y\nd['b'] += z\nd['w']", ["x", "y", "z"]),
        ("for k in {'w': x}:\n    s = k == 'w'\ns*y", ["x", "y"]),
        ("v = [1]\nv[0] = y\nv[0]", ["y"]),
        ("y if x > 1 else z", ["y", "x", "z"]),
        ("gamma*x", ["gamma", "x"]),
        ("gamma(x)", ["x"]),
    ],
)
def test_which_names_are_inputs(source, names):
    assert sorted(given.name for given in adcore.parse(source).inputs) == sorted(names)


def test_values_that_were_given_are_kept_and_others_proposed():
    program = adcore.parse("x*y[0]", {"x": 5.0})
    assert program.point["x"] == 5.0
    assert isinstance(program.point["y"], list)
    assert adcore.parse("x*2", {"x": 5.0, "old": 7.0}).point == {"x": 5.0}


def test_where_the_shape_is_a_guess_that_does_not_run_there_is_no_formula_yet():
    program = adcore.parse("def f(W, x):\n    return [sum([w*a for w, a in zip(row, x)]) for row in W]")
    assert [given.name for given in program.inputs] == ["W", "x"]
    assert program.form == "def"


@pytest.mark.parametrize(
    ("source", "outputs"),
    [("x", ("y",)), ("x, 2*x", ("y[0]", "y[1]")), ("[x, [x, x]]", ("y[0]", "y[1]", "y[2]"))],
)
def test_outputs(source, outputs):
    assert len(adcore.parse(source).outputs) == len(outputs)


def test_as_json():
    body = adcore.parse("x² + 2x", {"x": 3.0}).to_json()
    assert set(body) == {"form", "inputs", "outputs", "normalized", "rewritten", "latex", "warnings"}
    assert body["inputs"] == [{"name": "x", "shape": (), "value": 3.0}]
    assert (body["normalized"], body["rewritten"]) == ("x**2 + 2*x", True)
    json.dumps(body, allow_nan=False)


def test_a_point_with_nan_is_json_too():
    body = adcore.parse("x*y", {"x": float("nan"), "y": float("-inf")}).to_json()
    assert [given["value"] for given in body["inputs"]] == ["nan", "-inf"]
    json.dumps(body, allow_nan=False)


def test_parsing_says_what_is_wrong_with_the_text_whatever_the_point():
    for source in ("x +", "foo(x)", "x = 1", "sin = 2"):
        with pytest.raises(adcore.ADError):
            adcore.parse(source)


def test_the_public_names():
    for name in adcore.__all__:
        assert hasattr(adcore, name)
    assert set(deferred.__all__) < set(adcore.__all__)
    assert adcore.compile is compile_source
    with pytest.raises(AttributeError):
        adcore.nothing  # noqa: B018
    assert set(adcore.PRIMITIVES) > {"sin", "pow", "where"}
    assert list(adcore.MODES) == ["forward", "reverse", "symbolic", "numerical", "complex-step"]


def test_an_import_loads_only_what_differentiating_needs():
    words = "import adcore, sys; print(*[name for name in sys.modules if name.startswith('adcore.')])"
    loaded = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True).stdout.split()
    assert {"adcore.trace", "adcore.differentiate"} < set(loaded)
    assert not {"adcore.backends", "adcore.checking", "adcore.diagnosis", "adcore.deferred"} & set(loaded)


def test_compiling_loads_no_more_than_it_needs():
    words = "import adcore, sys; adcore.compile; print(*[name for name in sys.modules if name.startswith('adcore.')])"
    loaded = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True).stdout.split()
    assert "adcore.backends" in loaded
    assert not {"adcore.checking", "adcore.diagnosis", "adcore.notebook", "adcore.optimisers"} & set(loaded)


@pytest.mark.parametrize(
    ("source", "outputs", "begins"),
    [
        ("x*x", ["y"], "y &="),
        ("y*x", ["f"], "f &="),
        ("y = x*x\n(y - 1)**2", ["f"], "f &="),
        ("y = x*x\ny", ["y"], "y &="),
        ("y = [x, 2*x]\ny", ["y[0]", "y[1]"], "{y}_{0} &="),
        ("f = 3*x\ny = 2*f\n[y + 1, f*y]", ["g[0]", "g[1]"], "{g}_{0} &="),
    ],
)
def test_an_output_has_a_name_that_nothing_else_has(source, outputs, begins):
    program = adcore.parse(source)
    assert list(program.outputs) == outputs
    assert program.latex.removeprefix(r"\begin{aligned}").startswith(begins)
