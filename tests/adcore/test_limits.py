"""Every limit stops what it is for, at its number and not before, and its error names it."""

import pickle

import pytest

import adcore
from adcore.keeping import pose_kept
from adcore.limits import ENGINE_SETTINGS, Limits
from server.tutor.exercises import make_exercise

DEEP = "def d(n):\n    return x if n == 0 else d(n - 1)\n"
TRIPS = {
    # limit: (value, a program within it, a program over it)
    "source_characters": (9, "x + x + x", "x + x + xx"),
    "source_lines": (2, "y = x\ny", "y = x\n\ny"),
    "brackets": (2, "((x))", "(((x)))"),
    "syntax_nodes": (8, "x + 1", "x + 1 + 1"),
    "syntax_depth": (5, "-(-x)", "-(-(-(-x)))"),
    "block_depth": (1, "if x > 0:\n    x = 1\nx", "if x > 0:\n    if x > 0:\n        x = 1\nx"),
    "name_characters": (3, "x*1", "x*abcd"),
    "literal_digits": (3, "x + 1.25", "x + 1.255"),
    "inputs": (1, "x", "x + y"),
    "outputs": (2, "x, x", "x, x, x"),
    "vector_length": (2, "[x, 1][0]", "[x, 1, 2][0]"),
    "matrix_side": (2, "sum([sum(row) for row in M])", None),
    "statements": (6, "for i in range(2): x\nx", "for i in range(3): x\nx"),
    "graph_nodes": (3, "x + x", "x + 1 + 1"),
    "kept_operations": (500, "for i in range(200): x = x/2\nx", "for i in range(300): x = x/2\nx"),
    "staged_operations": (5, "x*x*x", "x*x*x*x"),
    "call_depth": (3, DEEP + "d(2)", DEEP + "d(3)"),
    "symbolic_nodes": (3, "x*x", "x*x*x*x"),
    "symbolic_tree": (7, "y = x*x\ny*y", "y = x*x\ny = y*y\ny*y"),
    "symbolic_exponent": (3, "x**3", "x**4"),
    "derivative_order": (3, "3", "4"),
    "continuation_steps": (2, "sin(x)*x", "sin(cos(x))*x"),
    "exercise_jacobian": (2 * 11, "x*x", "sin(x*x)"),
    "exercise_formula": (2, "x*x", "sin(x*x)"),
    "elimination_states": (4, "sin(x)*x", "sin(x)*cos(x)*exp(x)*x"),
}
HOSTILE = {
    "while True:\n    x = x\nx": "statements",
    "while True:\n    x = x*1.5\nx": "graph_nodes statements",
    "def f(a):\n    return f(a)\nf(x)": "call_depth",
    "v = [x]\nwhile True:\n    v.append(x)\nx": "vector_length",
    "v = [x]\nwhile True:\n    v = v + v\nx": "vector_length",
    "v = [x]\nwhile True:\n    v += v\nx": "vector_length",
    "[x]*10**9": "vector_length",
    "10**9*[x]": "vector_length",
    "[[x]*1000]*300": "vector_length outputs",
    "[x for a in range(10**9)]": "vector_length statements",
    "[1 for a in range(10**4) for b in range(10**4)][0]*x": "vector_length statements",
    "sum(range(10**12))*x": "statements",
    "list(range(10**12))": "vector_length statements",
    "sorted(range(10**12))": "statements",
    "max(range(10**12))*x": "statements",
    "zip(range(10**12), [x])": "statements",
    "len(list(enumerate(range(10**9))))*x": "statements vector_length",
    "d = {}\ni = 0\nwhile True:\n    i += 1\n    d[i] = x\nx": "vector_length statements",
    "v = [x]\nfor i in range(16):\n    v = [v, v]\nv": "vector_length outputs graph_nodes statements",
    "v = [x]\nv.append(v)\nv": "vector_length outputs syntax_depth call_depth",
    "x in range(10**9)": "statements graph_nodes",
    "len(range(10**30))*x": "statements vector_length",
    "range(10**30)[5]*x": "statements vector_length",
    "for i in range(10**30):\n    pass\nx": "statements",
    "n = 3\nfor i in range(100):\n    n = n*n\nx*n": "",
    "n = 1\nfor i in range(40000):\n    n = n + n\nx + n": "",
    "x**(2**40)": "",
    "(2**63)**(2**63)*x": "",
    "0*x + 10**10**10": "",
}
"""Programs that would not end or would explode: the limits that may stop them; none where they must be answered."""


def limits_for(name, amount):
    return Limits().changed(**{name: amount})


def ask(name, source, amount):
    """Whatever the limit guards: SymPy for the symbolic ones, an order or an elimination, else recording."""
    if name == "derivative_order":
        return adcore.derivatives("x*x", {"x": 0.5}, int(source), limits_for(name, amount))
    if name == "continuation_steps":
        return adcore.write(source, {"x": 0.5}, "continuation", limits_for(name, amount))
    if name == "kept_operations":
        return pose_kept(source, {"x": 0.5}, 100, limits_for(name, amount))
    if name == "staged_operations":
        return adcore.compile(source, {"x": 0.5}, limits=limits_for(name, amount))
    if name == "elimination_states":
        return adcore.eliminate(source, {"x": 0.5}, "optimal", limits_for(name, amount))
    if name.startswith("exercise"):
        return make_exercise(source, {"x": 0.5}, name.partition("_")[2], limits=limits_for(name, amount))
    point = {"x": 0.5, "y": 1.0} if "y" in source and "y =" not in source else {"x": 0.5}
    limits = limits_for(name, amount)
    if name.startswith("symbolic"):
        return adcore.jacobian(source, point, "symbolic", limits)
    return adcore.value(source, point, limits)


def test_every_setting_is_tripped_here_and_says_what_it_is_for():
    assert set(TRIPS) == {setting.name for setting in ENGINE_SETTINGS}
    assert all(setting.help and setting.default > 0 for setting in ENGINE_SETTINGS)


@pytest.mark.parametrize("name", [name for name in TRIPS if name != "matrix_side"])
def test_a_limit_stops_what_is_over_it_and_nothing_else(name):
    amount, within, over = TRIPS[name]
    ask(name, within, amount)
    with pytest.raises(adcore.ADError) as caught:
        ask(name, over, amount)
    assert caught.value.kind in ("limit", "name")
    assert f"({name})" in caught.value.message
    assert pickle.loads(pickle.dumps(caught.value)).limit == (name if caught.value.kind == "limit" else "")
    assert str(amount) in caught.value.message
    assert caught.value.hint


def test_the_side_of_a_matrix():
    amount, source, _ = TRIPS["matrix_side"]
    limits = limits_for("matrix_side", amount)
    assert adcore.value(source, {"M": [[1.0, 2.0], [3.0, 4.0]]}, limits) == 10
    with pytest.raises(adcore.ADError, match=r"\(matrix_side\)"):
        adcore.value(source, {"M": [[1.0], [2.0], [3.0]]}, limits)
    with pytest.raises(adcore.ADError, match=r"\((matrix_side|vector_length)\)"):
        adcore.value(source, {"M": [[1.0, 2.0, 3.0]]}, limits)


@pytest.mark.parametrize("source", [source for source, names in HOSTILE.items() if names])
def test_what_would_explode_is_stopped(source):
    with pytest.raises(adcore.ADError) as caught:
        adcore.value(source, {"x": 0.5})
    assert caught.value.kind == "limit"
    assert any(f"({name})" in caught.value.message for name in HOSTILE[source].split()), caught.value.message


@pytest.mark.parametrize("source", [source for source, names in HOSTILE.items() if not names])
def test_large_whole_numbers_become_floats(source):
    assert isinstance(adcore.value(source, {"x": 0.5}), float)


def test_limits_do_not_change_and_travel():
    limits = Limits()
    changed = limits.changed(inputs=3)
    assert (limits["inputs"], changed["inputs"]) == (64, 3)
    assert pickle.loads(pickle.dumps(changed))["inputs"] == 3
    with pytest.raises(adcore.ADError, match="no limit called inptus"):
        limits.changed(inptus=3)
