"""What is found over whole columns is what going from node to node finds; and it is found once."""

import numpy as np
import pytest

import adcore
from adcore.columns import FEW
from adcore.labels import turns_of
from adcore.modes.reverse import order_of
from adcore.modes.taping import last_reads, readers_of
from adcore.reach import tests as only_for_decisions
from adcore.reach import useful, varied

PROGRAMS = {
    "few": "a = x*y\nb = 3\n[a + b, sin(a)]",
    "all needed": "for i in range(200):\n    x = 3.7*x*(1 - x)\nx",
    "dead ends": "s = x\nfor i in range(150):\n    d = sin(s)*2\n    e = d*d\n    s = s*y + exp(y)\n[s, s*x]",
    "branches": "s = x\nfor i in range(150):\n    s = s*0.9 + (y if s*y > 0.4 else -y)\ns",
    "rules of its own": "def g(a, b):\n    return a*b\ndef g_partials(a, b, out):\n    return [b, a]\n"
    "def f(x, y):\n    for i in range(150):\n        x = x + g(x, y)/8\n        y = tanh(y)\n    return x",
    "an input apart": "for i in range(200):\n    x = x + sin(x)\n[x, y]",
    "no input": "for i in range(200):\n    x = x + sin(x)\n[3, 4]",
}
EACH_PROGRAM = pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)


def graph_of(source):
    return adcore.record(source, {"x": 0.3, "y": 0.5}).graph


def test_most_programs_are_long_enough_for_columns():
    assert [len(graph_of(source)) <= FEW for source in PROGRAMS.values()] == [True] + [False] * (len(PROGRAMS) - 1)


@EACH_PROGRAM
def test_columns_say_what_depends_on_what(source):
    graph = graph_of(source)
    assert varied(graph).tolist() == graph.varied()
    assert only_for_decisions(graph).tolist() == graph.tests()
    for ends in (None, list(graph.outputs[:1]), [len(graph) // 2], [0]):
        assert useful(graph, ends).tolist() == graph.useful(ends)


@EACH_PROGRAM
def test_columns_say_what_a_sweep_does(source):
    graph = graph_of(source)
    readers = readers_of(graph)
    assert last_reads(graph).tolist() == [min(readers[i])[0] if i in readers else -1 for i in range(len(graph))]
    for ends in (graph.outputs, graph.outputs[:1]):
        moving, wanted = graph.varied(), graph.useful(list(ends))
        reached = [i for i in reversed(range(len(graph))) if moving[i] and wanted[i]]
        assert order_of(graph, ends) == [(i, [k for k, a in enumerate(graph.args[i]) if moving[a]]) for i in reached]


@EACH_PROGRAM
def test_columns_count_the_turns_of_names(source):
    graph = graph_of(source)
    given = [name if op != "input" else None for op, name in zip(graph.ops, graph.names, strict=True)]
    inputs = [graph.names[i] for i in graph.inputs]
    often = {name for name in given if name and (given.count(name) > 1 or name in inputs)}
    expected = [given[: i + 1].count(name) if name in often else 0 for i, name in enumerate(given)]
    assert turns_of(graph).tolist() == expected


def test_what_is_kept_stays_as_it_is():
    graph = graph_of(PROGRAMS["all needed"])
    for column in (varied(graph), last_reads(graph), turns_of(graph)):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 0
    assert varied(graph) is varied(graph)
    assert np.array_equal(varied(graph), graph.varied())


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("source", ["3", PROGRAMS["no input"]], ids=["short", "long"])
def test_what_depends_on_no_input_is_stepped(source, mode):
    trace = adcore.trace(source, {"x": 0.3, "y": 0.5}, mode)
    assert set(trace.result) == {0.0}
    assert {event.kind for event in trace.events if event.phase == "adjoint"} <= {"seed", "result"}
    assert trace.cost.total >= trace.cost.primal
