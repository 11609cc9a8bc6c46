"""Keys of dicts: what is one, what is said of those that are not there, and what the values under them are called."""

import json

import mpmath
import numpy as np
import pytest

import adcore
from adcore.algebras.text import latex_name
from adcore.errors import START
from adcore.keys import LONGEST_SHOWN, is_key, item, key_of, place_of, shown
from adcore.limits import Limits
from tests.adcore.plain_python import run_python

NETWORK = """
def layer(p, h):
    return [tanh(sum([w*a for w, a in zip(row, h)]) + b) for row, b in zip(p["W"], p["b"])]
def f(x, y):
    net = {"first": {"W": [[x, y], [y, 1]], "b": [0.1, x]}, "last": {"W": [[1, -x]], "b": [y]}}
    h = [0.3, -0.7]
    for name in net:
        h = layer(net[name], h)
    net["last"]["b"][0] *= h[0]
    return h[0]*net["last"]["b"][0]
"""
POINT = {"x": 0.4, "y": -1.2}
EVIL = ["<script>alert(1)</script>", '"};alert(1)//', "{{7*7}}", "%s%n", "$x_{2}$", "'--", "w" * 3000]


def network(x, y):
    """The same over numbers of mpmath, with indices in the place of keys."""
    hidden = [mpmath.tanh(0.3 * x - 0.7 * y + 0.1), mpmath.tanh(0.3 * y - 0.7 + x)]
    last = mpmath.tanh(hidden[0] - x * hidden[1] + y)
    return last * y * last


@pytest.mark.parametrize("mode", ["forward", "reverse", "symbolic", "complex-step"])
def test_a_network_with_named_weights_has_the_gradient_of_mpmath(mode):
    with mpmath.workdps(30):
        x, y = mpmath.mpf("0.4"), mpmath.mpf("-1.2")
        expected = [mpmath.diff(network, (x, y), order) for order in ((1, 0), (0, 1))]
    assert adcore.gradient(NETWORK, POINT, mode) == pytest.approx([float(each) for each in expected], rel=1e-12)


@pytest.mark.parametrize("backend", ["python", "numpy", "auto"])
def test_compiled_programs_know_no_keys(backend):
    compiled = adcore.compile(NETWORK, POINT, backend=backend)
    assert compiled.gradient(POINT) == pytest.approx(adcore.gradient(NETWORK, POINT), rel=1e-13)


def test_a_long_loop_over_named_weights_is_compiled_as_a_loop():
    lengths = set()
    for turns in (1_000, 2_000):
        source = (
            f"p = {{'w': x, 'b': [y, 1]}}\nh = 0.1\nfor i in range({turns}):\n    h = tanh(p['w']*h + p['b'][0])\nh"
        )
        compiled = adcore.compile(source, POINT, backend="python")
        assert compiled.gradient(POINT) == pytest.approx(adcore.gradient(source, POINT), rel=1e-12)
        lengths.add(len(compiled.source))
    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(value, True) for value in (1, 0.5, True, "w", "", (1, "w"), ())],
        *[(value, False) for value in ([1], {}, None, ((1,), 2), (1, [2]))],
    ],
)
def test_what_is_a_key(value, expected):
    assert is_key(value) is expected
    if not expected:
        with pytest.raises(adcore.ADError) as caught:
            key_of(value, START)
        assert (caught.value.kind, bool(caught.value.hint)) == ("index", True)


def test_a_key_that_depends_on_the_inputs_is_told_apart():
    with pytest.raises(adcore.ADError, match="cannot depend on the inputs"):
        adcore.value("p = {'w': 1}\np[x]", {"x": 1.0})


def test_a_missing_key_is_told_with_those_that_there_are():
    with pytest.raises(adcore.ADError) as caught:
        item({"w": 1, 2: 3, (1, "b"): 4}, "v", START)
    assert caught.value.message == 'There is no key "v" in this dict.'
    assert caught.value.hint == 'Its keys: "w", 2, (1, "b"). A new one is set with =.'
    with pytest.raises(adcore.ADError) as caught:
        item(dict.fromkeys(range(1000)), 1000, START)
    assert caught.value.hint == "Its keys: 0, 1, 2, 3, 4, 5, … (1000 keys). A new one is set with =."


@pytest.mark.parametrize("key", EVIL)
def test_a_key_is_shown_as_typed_and_cut_short(key):
    quote = "'" if '"' in key else '"'
    with pytest.raises(adcore.ADError) as caught:
        adcore.value(f"p = {{{quote}{key}{quote}: x}}\np['other']", {"x": 1.0})
    assert f'"{key}"'[: LONGEST_SHOWN - 1] in caught.value.hint
    assert len(caught.value.hint) < 200
    with pytest.raises(adcore.ADError) as caught:
        adcore.value(f"p = {{}}\np[{quote}{key}{quote}]*x", {"x": 1.0})
    assert len(caught.value.message) < 200
    json.dumps(caught.value.to_json())


@pytest.mark.parametrize("key", EVIL)
def test_a_key_that_is_no_plain_word_gives_no_name(key):
    quote = "'" if '"' in key else '"'
    source = f"p = {{{quote}{key}{quote}: x*x}}\np[{quote}{key}{quote}]*x"
    names = {*adcore.record(source, {"x": 1.5}).graph.names}
    assert names == {"x", None}
    assert adcore.gradient(source, {"x": 1.5}) == pytest.approx([3 * 1.5**2])


def test_values_are_called_by_their_keys_as_elements_by_their_places():
    source = 'p = {"w": x*y, 2: x + y, 0.5: x - y, "<b>": x/y, "__class__": 2*x, "n": 3}\n'
    source += 'p["w"] + p[2] + p[0.5] + p["<b>"] + p["__class__"]'
    names = [name for name in adcore.record(source, {"x": 1.0, "y": 2.0}).graph.names if name]
    assert names == ["x", "y", 'p["w"]', "p[2]", 'p["__class__"]']


@pytest.mark.parametrize("key", ["w", "w_1", "_", "a" * 32])
def test_the_name_of_a_value_is_sound_wherever_it_is_written(key):
    source = f"p = {{'{key}': x*x}}\nsin(p['{key}'])*p['{key}']"
    name = f'p["{key}"]'
    assert place_of(key) == f'["{key}"]'
    assert latex_name(name).count("{") == latex_name(name).count("}")
    trace = adcore.trace(source, {"x": 1.5}).to_json()
    assert name in trace["graph"]["name"]
    text = adcore.transform(source, {"x": 1.5}, "adjoint").text
    assert f"p_{key} = " in text
    namespace = {}
    exec(compile(text, "<adjoint>", "exec"), namespace)
    np.testing.assert_allclose(namespace["adjoint"](1.5)[1], adcore.gradient(source, {"x": 1.5}), rtol=1e-14)


@pytest.mark.parametrize("key", ["", "1", "a b", "é", "a" * 33, '"]', "w]", -1, 0.5, True, (1, 2)])
def test_other_keys_name_nothing(key):
    assert place_of(key) is None


def test_shown_keys():
    assert [shown(key) for key in ("w", 1, 0.5, (1, "b"), ("a",), ())] == [
        '"w"',
        "1",
        "0.5",
        '(1, "b")',
        '("a",)',
        "()",
    ]
    assert len(shown("w" * 10_000)) == len(shown(("w" * 10_000, 1))) == LONGEST_SHOWN


def test_a_key_in_a_label_or_a_message_is_cut_short():
    long = "w" * 500
    graph = adcore.record(f"p = {{}}\nfor p['{long}'] in [x, 2*x]:\n    x = x*p['{long}']\nx", {"x": 1.5}).graph
    assert max(len(context.label) for context in graph.contexts) == len("for ") + LONGEST_SHOWN
    with pytest.raises(adcore.ADError, match="has no elements") as caught:
        adcore.value(f"p = {{'{long}': x}}\np['{long}'][0]", {"x": 1.5})
    assert len(caught.value.message) < 100


@pytest.mark.parametrize("source", ["{'a': 1, 'b': 2, 'c': x}['c']", "p = {'a': x, 'b': 1}\np['c'] = 2\nx"])
def test_a_dict_has_at_most_as_many_values_as_a_list(source):
    assert adcore.value(source, {"x": 1.5}, Limits().changed(vector_length=3)) == 1.5
    with pytest.raises(adcore.ADError, match="vector_length"):
        adcore.value(source, {"x": 1.5}, Limits().changed(vector_length=2))


def test_decisions_do_not_depend_on_keys():
    source = "p = {'w': x}\nif 'w' in p and 'b' not in p:\n    x = x*p['w']\nx"
    assert not adcore.record(source, {"x": 1.5}).graph.decisions


def test_keys_are_compared_as_in_python():
    tests = ["1 == '1'", "'1' != 1", "'a' == 'a'", "(1, 'a') == 'a'", "(1, 'a') == (1.0, 'a')", "(1,) != (1, 2)"]
    source = f"[{', '.join(tests)}, x]"
    assert adcore.value(source, {"x": 1.0}) == run_python(source, {"x": 1.0})
    with pytest.raises(adcore.ADError, match="takes numbers"):
        adcore.value("(x, 1) == (1, 1)", {"x": 1.0})
