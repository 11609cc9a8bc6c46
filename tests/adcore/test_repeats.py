"""Turns that are written down at once are what the evaluator would have written, turn by turn."""

import pytest
from hypothesis import given, settings

import adcore
from adcore import evaluator, repeats
from adcore.limits import Limits
from adcore.problem import pose
from tests.adcore.looped_programs import KEPT, UNROLLED, looped_programs
from tests.adcore.reference import read_programs

COLUMNS = ("ops", "args", "constants", "names", "spans", "in_context", "contexts", "inputs", "outputs", "decisions")
TEN = {"x": [0.3 + 0.05 * i for i in range(10)]}
ALIKE = {
    "logistic": ("for i in range(20):\n    x = 3*x*(1 - x)\nx", {"x": 0.3}),
    "elements": ("s = 0\nfor i in range(1, 9):\n    s = s + 100*(x[i + 1] - x[i]**2)**2 + x[i - 1]\ns", TEN),
    "elements from the end": ("s = 1\nfor i in range(9):\n    s *= x[i - 1]\ns", TEN),
    "a list itself": ("s = 0\nfor v in x:\n    s += v*v\ns", TEN),
    "downwards": ("s = 0\nfor i in range(9, -1, -1):\n    s = 0.5*s + x[i]\ns", TEN),
    "functions and powers": (
        "a = 2\nfor i in range(12):\n    t = sin(x)*a\n    x -= t/(y**2 + 1)\n    y = -t**0.5 + 2**y\n[x, y, t, i]",
        {"x": 0.3, "y": 0.4},
    ),
    "numbers in lists and dicts": (
        "p = {'w': sin(x), 'b': 2, 3: [x, 0.5, {'c': x*x}], 'v': [x]*9, True: x}\nv = [x, 2*x]\nh = x\n"
        "for i in range(9):\n    h = tanh(p['w']*h + p['b'] - p[3][1])\n"
        "    h *= p[3][2]['c'] + v[1]*p['v'][i]*p[1]\n[h, p[3][0]]",
        {"x": 0.3},
    ),
    "in a function": (
        "def g(u, n):\n    for k in range(n):\n        u = exp(-u)\n    return u\ndef f(x):\n    return g(x, 9)",
        {"x": 0.3},
    ),
    "loops in loops": ("for k in range(6):\n    for i in range(7):\n        x = cos(x)\n    x = x*1.5\nx", {"x": 0.3}),
    "numbers that end": ("for i in range(12):\n    x = x*x\nlog(x)", {"x": 1e40}),
}
OTHER = {
    "a number that changes": "k = 1\nfor i in range(9):\n    k = k*2\n    x = x*k\nx",
    "the variable as a number": "for i in range(9):\n    x = x*i + 1\nx",
    "a number in a list that changes": "for v in [[x, 1], [2, x], [3, 1], [x, 4], [x, x]]:\n    x = x*v[0] + 1\nx",
    "a list assigned anew": "v = [x, 2]\nfor i in range(9):\n    x = x*v[0]\n    v = [x, 1]\nx",
    "a list that is no element": "v = [[x], 2]\nfor i in range(9):\n    x = x*v[True]\n    w = v[0]\nx*w[0]",
    "a test under a key": "v = {'a': x > 1, 'b': True}\nfor i in range(9):\n    x = x*v['b']\nx*v['a']",
    "a changing exponent": "for i in range(1, 9):\n    x = x**i\nx",
    "a branch": "for i in range(9):\n    x = x*2 if x < 5 else x/2\nx",
    "a while in it": "for i in range(9):\n    while x > 2:\n        x = x/2\n    x = x*3\nx",
    "a list that grows": "u = [x]\nfor i in range(9):\n    u.append(u[i]*2)\nsum(u)",
    "an own function": "def g(u):\n    return u*u\ndef f(x):\n    for i in range(9):\n        x = g(x)/2\n    return x",
    "a name for what was before": "a = x\nb = x*x\nfor i in range(9):\n    c = a + 0.1*b\n    a = b\n    b = c\nb",
    "an end": "for i in range(9):\n    x = x*2\n    if i == 6:\n        break\nx",
    "the largest": "for i in range(9):\n    x = max(x*0.5, 0.2, x)\nx",
    "a first turn unlike the others": "y = 2\nfor i in range(9):\n    z = y*3\n    y = x*z\ny",
}


def record(source, at, limits=None):
    recording = pose(source, at, limits).recording
    columns = {name: list(getattr(recording.graph, name)) for name in COLUMNS}
    rest = recording.inputs, recording.template, recording.output_names, recording.cautions, recording.folded
    return columns, str(recording.values), rest


@pytest.fixture
def told(monkeypatch):
    """How many turns were written down at once, loop by loop."""
    turns = []

    def repeat(*args):
        turns.append(repeats.repeat(*args))
        return turns[-1]

    monkeypatch.setattr(evaluator, "repeat", repeat)
    return turns


def one_by_one(monkeypatch, *asked):
    with monkeypatch.context() as patch:
        patch.setattr(evaluator, "ALIKE_FROM", 10**9)
        return record(*asked)


@pytest.mark.parametrize(("source", "at"), ALIKE.values(), ids=ALIKE)
def test_turns_that_are_alike_are_written_at_once(source, at, told, monkeypatch):
    assert record(source, at) == one_by_one(monkeypatch, source, at)
    assert sum(told) > 0


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER)
def test_turns_that_may_differ_are_run(source, told, monkeypatch):
    assert record(source, {"x": 1.3}) == one_by_one(monkeypatch, source, {"x": 1.3})


@pytest.mark.parametrize("name", [name for name in OTHER if name != "a first turn unlike the others"])
def test_nothing_is_written_at_once_where_turns_may_differ(name, told):
    record(OTHER[name], {"x": 1.3})
    assert sum(told) == 0


@pytest.mark.parametrize("source", read_programs("programs.txt").values(), ids=read_programs("programs.txt"))
def test_programs_are_recorded_alike(source, monkeypatch):
    at = {"x": 1.3, "y": 1.7}
    assert record(source, at) == one_by_one(monkeypatch, source, at)


@pytest.mark.parametrize(("source", "at"), [*KEPT.values(), *UNROLLED.values()], ids=[*KEPT, *UNROLLED])
def test_loops_are_recorded_alike(source, at, monkeypatch):
    assert record(source, at) == one_by_one(monkeypatch, source, at)


@settings(max_examples=60)
@given(looped_programs())
def test_random_loops_are_recorded_alike(drawn):
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert record(*drawn) == one_by_one(monkeypatch, *drawn)


@pytest.mark.parametrize("name", ["statements", "graph_nodes"])
def test_limits_are_those_of_turns_one_by_one(name, monkeypatch):
    source, at = ALIKE["logistic"]
    found = []
    for most in range(30, 130, 7):
        limits = Limits().changed(**{name: most})
        for action in (record, lambda *asked: one_by_one(monkeypatch, *asked)):
            try:
                found.append(action(source, at, limits))
            except adcore.ADError as error:
                found.append((error.kind, error.message, error.span))
    assert found[::2] == found[1::2]
    assert len({str(each)[:9] for each in found}) == 2


def test_long_loops_are_written_quickly(told):
    problem = pose("for i in range(9000):\n    x = sin(x)\nx", {"x": 1.0})
    assert (told, len(problem.graph)) == ([8998], 9001)
    assert problem.graph.contexts[9000].turn == 9000
