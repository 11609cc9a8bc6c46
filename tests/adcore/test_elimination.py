"""Elimination of vertices and of edges: the counts of the reference, and the Jacobians of reverse mode."""

import itertools

import numpy as np
import pytest
from hypothesis import given

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.staging import StagingAlgebra
from adcore.interpreter import run
from adcore.limits import Limits
from adcore.modes.edge_elimination import best_moves, eliminate_edges
from adcore.modes.elimination import ORDERS, Linearised, accumulate, eliminate, linearise
from tests.adcore.generated import points, programs
from tests.adcore.reference import assert_close, by_id, read_json, read_lines
from tests.adcore.test_modes import RANDOM
from tests.adcore.test_reference import assert_within, jacobian_of

GRAPHS = read_json("elimination.json")["graphs"]
CASES = read_lines("cases.jsonl")
QUICK = [order for order in ORDERS if order != "optimal"]
BODIES = {
    "baydin": ("log(x1)+x1*x2-sin(x2)", ("x1", "x2")),
    "griewank-baby": ("a = x1/x2\nb = exp(x2)\nc = a - b\n(sin(a) + c)*c", ("x1", "x2")),
    "naumann-slide": ("t = x0*sin(x0*x1)\ncos(t), t/x1", ("x0", "x1")),
    "speelpenning-4": ("x1*x2*x3*x4", ("x1", "x2", "x3", "x4")),
}


def structure(graph):
    """A reference graph with its vertices numbered: inputs, intermediates in topological order, outputs."""
    names = list(dict.fromkeys(itertools.chain(*graph["edges"])))
    heads, tails = {b for _, b in graph["edges"]}, {a for a, _ in graph["edges"]}
    inputs, outputs = ([name for name in names if name not in side] for side in (heads, tails))
    number = {name: k for k, name in enumerate([*inputs, *graph["forward_vertex"]["order"], *outputs])}
    edges = {(number[a], number[b]): 1.0 for a, b in graph["edges"]}
    linearised = Linearised(tuple(number[i] for i in inputs), tuple(number[o] for o in outputs), edges)
    return linearised, {k: name for name, k in number.items()}


def count(linearised, order):
    return sum(step.multiplications for step in eliminate(linearised, order, FloatAlgebra()))


@pytest.mark.parametrize("graph", **by_id(GRAPHS))
def test_orders_and_counts_of_the_reference(graph):
    linearised, names = structure(graph)
    assert len(linearised.inputs) == graph["inputs"]
    assert len(linearised.intermediates) == graph["intermediates"]
    assert linearised.forward_multiplications == graph["vector_forward"]["multiplications"]
    assert linearised.reverse_multiplications == graph["vector_reverse"]["multiplications"]
    for order in QUICK:
        key = order if order == "markowitz" else f"{order}_vertex"
        chosen = ORDERS[order](linearised, Limits())
        assert [names[v] for v in chosen] == graph[key]["order"]
        assert count(linearised, chosen) == graph[key]["multiplications"]


@pytest.mark.parametrize("graph", **by_id(GRAPHS))
def test_the_best_order_of_vertices(graph):
    linearised, names = structure(graph)
    found = ORDERS["optimal"](linearised, Limits())
    assert count(linearised, found) == graph["vertex_optimum"]["multiplications"]
    every = [count(linearised, order) for order in itertools.permutations(linearised.intermediates)]
    assert (min(every), max(every)) == (graph["vertex_optimum"]["multiplications"], graph["vertex_optimum"]["worst"])
    assert sorted(names[v] for v in found) == sorted(graph["forward_vertex"]["order"])


@pytest.mark.parametrize("graph", **by_id([graph for graph in GRAPHS if "edge_optimum" in graph]))
def test_the_best_edge_elimination(graph):
    linearised, _ = structure(graph)
    moves = best_moves(linearised, Limits().changed(elimination_states=1_000_000))
    steps = list(eliminate_edges(linearised, moves, FloatAlgebra()))
    assert (steps[-1].total if steps else 0) == graph["edge_optimum"] <= graph["vertex_optimum"]["multiplications"]


@pytest.mark.parametrize("graph", **by_id([graph for graph in GRAPHS if graph["id"] in BODIES]))
def test_programs_have_the_graphs_of_the_reference(graph):
    body, names = BODIES[graph["id"]]
    point = {name: 0.5 + k for k, name in enumerate(names)}
    for order in QUICK:
        key = order if order == "markowitz" else f"{order}_vertex"
        found = adcore.eliminate(body, point, order)
        assert found.multiplications == graph[key]["multiplications"]
        assert_close(found.jacobian, adcore.jacobian(body, point), 1e-14)


@pytest.mark.parametrize("order", QUICK)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_jacobians(case, order):
    found = adcore.jacobian(case["text"], case["point"], "elimination", order=order)
    assert_within(found, jacobian_of(case), case["tolerance"]["gradient"], factor=10)


@RANDOM
@given(programs(), points)
def test_random_programs(source, point):
    expected = adcore.jacobian(source, point)
    for order in QUICK:
        np.testing.assert_allclose(adcore.eliminate(source, point, order).jacobian, expected, rtol=1e-10, atol=1e-11)


def test_optimal_agrees_where_it_is_small_enough():
    tried = 0
    for case in CASES[::5]:
        problem = adcore.record(case["text"], case["point"])
        linearised = linearise(problem.graph, FloatAlgebra(), problem.recording.values)
        if len(linearised.intermediates) > 7:
            continue
        best, tried = accumulate(problem, "optimal"), tried + 1
        assert all(best.multiplications <= accumulate(problem, order).multiplications for order in QUICK)
        assert_close(best.jacobian, adcore.jacobian(case["text"], case["point"]), 1e-11, 1e-300)
    assert tried > 30


@pytest.mark.parametrize("order", QUICK)
def test_an_overflow_stays_harmless(order):
    for source, x in (("1/(1 + exp(-x))", -800.0), ("exp(-exp(x))", 800.0), ("1/(1 + exp(x))*3", 800.0)):
        assert adcore.jacobian(source, {"x": x}, "elimination", order=order).tolist() == [[0.0]]


def test_steps_can_be_played():
    found = adcore.eliminate("sin(x*y)*x", {"x": 2.0, "y": 3.0}, "forward")
    total, edges = 0, set(found.linearised.edges)
    for step in found.steps:
        total += step.multiplications
        assert step.total == total == step.multiplications + (step.total - step.multiplications)
        assert len(step.fill_ins) == step.multiplications
        for fill in step.fill_ins:
            assert fill.fresh == ((fill.source, fill.target) not in edges)
            edges.add((fill.source, fill.target))
        edges = {edge for edge in edges if step.node not in edge}
    assert {target for _, target in edges} == set(found.linearised.outputs)
    with pytest.raises(AttributeError):
        found.steps[0].total = 3


def test_edges_can_be_eliminated_one_by_one():
    source, point = "t = x*sin(x*y)\ncos(t), t/y", {"x": 2.0, "y": 3.0}
    found = adcore.eliminate_edges(source, point)
    edges, total = dict(found.linearised.edges), 0
    for step in found.steps:
        assert step.move.edge in edges
        assert step.move.edge in step.gone
        assert all(fill.fresh == ((fill.source, fill.target) not in edges) for fill in step.fill_ins)
        edges.update({(fill.source, fill.target): fill.value for fill in step.fill_ins})
        edges = {edge: value for edge, value in edges.items() if edge not in step.gone}
        total += step.multiplications
        assert step.total == total
    assert {*edges} == {(i, o) for i in found.linearised.inputs for o in found.linearised.outputs}
    assert found.multiplications == total <= adcore.eliminate(source, point, "optimal").multiplications
    assert_close(found.jacobian, adcore.jacobian(source, point), 1e-14)


def test_eliminating_edges_agrees_where_it_is_small_enough():
    tried = 0
    for case in CASES[::5]:
        problem = adcore.record(case["text"], case["point"])
        if len(linearise(problem.graph, FloatAlgebra(), problem.recording.values).intermediates) > 4:
            continue
        best, tried = adcore.eliminate_edges(case["text"], case["point"]), tried + 1
        assert best.multiplications <= accumulate(problem, "optimal").multiplications
        assert_close(best.jacobian, adcore.jacobian(case["text"], case["point"]), 1e-11, 1e-300)
    assert tried > 15


def test_the_search_for_the_best_edges_looks_at_few_states():
    source, point = "a = x*y\nb = sin(a)\nc = b*a\nd = exp(c)\ne = d*b\ne", {"x": 0.7, "y": 0.7}
    assert adcore.eliminate_edges(source, point, Limits().changed(elimination_states=500)).multiplications == 6
    with pytest.raises(adcore.ADError) as caught:
        adcore.eliminate_edges(source, point, Limits().changed(elimination_states=20))
    assert "Markowitz" in caught.value.hint


def test_an_output_that_is_used_or_is_an_input_is_never_eliminated():
    source, point = "a = x*x\nb = sin(a)\n[a, b, x, a]", {"x": 0.7}
    for order in ORDERS:
        found = adcore.jacobian(source, point, "elimination", order=order)
        np.testing.assert_allclose(found, adcore.jacobian(source, point), rtol=1e-15)
    assert_close(adcore.eliminate_edges(source, point).jacobian, adcore.jacobian(source, point), 1e-15)


def test_an_elimination_is_a_program_too():
    problem = adcore.record("sin(x*y)*x", {"x": 2.0, "y": 3.0})
    staging = StagingAlgebra()
    inputs = [staging.input(name) for name in ("x", "y")]
    linearised = linearise(problem.graph, staging, run(problem.graph, staging, inputs))
    edges = dict(linearised.edges)
    for step in eliminate(linearised, linearised.intermediates, staging):
        edges.update({(fill.source, fill.target): fill.value for fill in step.fill_ins})
    program = staging.graph([edges[i, linearised.outputs[0]] for i in linearised.inputs])
    values = run(program, FloatAlgebra(), [0.3, 0.4])
    expected = adcore.gradient("sin(x*y)*x", {"x": 0.3, "y": 0.4})
    assert_close([values[i] for i in program.outputs], expected, 1e-15)


def test_mistakes():
    with pytest.raises(adcore.ADError, match="no elimination order called sideways"):
        adcore.eliminate("x", {"x": 1.0}, "sideways")
    with pytest.raises(adcore.ADError, match="elimination_states"):
        adcore.eliminate("x" + "*sin(x)" * 20, {"x": 1.0}, "optimal")
    with pytest.raises(adcore.ADError, match="elimination_states"):
        adcore.eliminate_edges("x" + "*sin(x)" * 5, {"x": 1.0}, Limits().changed(elimination_states=100))
    with pytest.raises(adcore.ADError, match="elimination has no option h"):
        adcore.jacobian("x", {"x": 1.0}, "elimination", h=1)
