"""What is written down while a program runs: nodes, places, names, contexts, decisions."""

import gc

import pytest

import adcore
from adcore.graph import CONST, INPUT
from adcore.tape import Tape

POINT = {"x": 2.0, "y": 3.0}


def graph_of(source, point=None):
    return adcore.record(source, point or POINT).graph


def rows(graph):
    return [(node.op, node.args, node.constant) for node in graph]


def decided(source, point=None):
    """Each decision: the primitive of its test, and whether it held."""
    graph = graph_of(source, point)
    return [(graph.ops[decision.node], decision.taken) for decision in graph.decisions]


def test_the_list_as_it_is_written():
    graph = graph_of("x*y + sin(x)")
    assert rows(graph) == [
        (INPUT, (), None),
        (INPUT, (), None),
        ("mul", (0, 1), None),
        ("sin", (0,), None),
        ("add", (2, 3), None),
    ]
    assert (graph.inputs, graph.outputs) == ((0, 1), (4,))


def test_arguments_stand_before_their_users():
    graph = graph_of("for i in range(5):\n    x = x*y + i\nx")
    assert all(a < node.id for node in graph for a in node.args)


def test_each_use_of_a_number_is_a_constant_of_its_own():
    graph = graph_of("2*x + 2*y")
    assert [node.constant for node in graph if node.op == CONST] == [2, 2]


def test_plain_numbers_are_computed_at_once():
    assert rows(graph_of("(2 + 3*4)*x", {"x": 1.0})) == [
        (INPUT, (), None),
        (CONST, (), 14),
        ("mul", (1, 0), None),
    ]


@pytest.mark.parametrize(
    ("source", "op", "constant"),
    [("x**3", "powi", 3), ("x**-1", "powi", -1), ("x**2.0", "powi", 2), ("x**0.5", "pow", None), ("x**y", "pow", None)],
)
def test_a_whole_exponent_is_its_own_primitive(source, op, constant):
    graph = graph_of(source)
    last = graph[len(graph) - 1]
    assert (last.op, last.constant) == (op, constant)


def test_an_output_may_be_an_input_or_stand_twice():
    assert graph_of("x, y, x").outputs == (0, 1, 0)
    assert adcore.jacobian("x, y, x", POINT).tolist() == [[1, 0], [0, 1], [1, 0]]
    assert adcore.vjp("x, y, x", POINT, [1.0, 2.0, 3.0]).tolist() == [4, 2]


def test_spans_are_those_of_the_text_as_typed():
    graph = graph_of("(x² +\n  2y)")
    spans = {node.op: node.span.to_list() for node in graph if node.span}
    assert spans["powi"] == [1, 2, 1, 4]
    assert spans["mul"] == [2, 3, 2, 5]
    assert spans["add"] == [1, 2, 2, 5]


def test_a_node_has_the_first_name_that_it_is_given():
    graph = graph_of("a = x*y\nb = a\nc = a + 1\nc*b")
    assert graph.names == ("x", "y", "a", None, "c", None)


def test_elements_are_named_by_their_place():
    graph = graph_of("v = [x*y, x + y]\nv[0]*v[1]")
    assert [node.name for node in graph] == ["x", "y", "v[0]", "v[1]", None]
    assert graph_of("W[1][0] + u[1]", {"W": [[1.0, 2.0], [3.0, 4.0]], "u": [5.0, 6.0]}).names[:6] == (
        *("W[0][0]", "W[0][1]", "W[1][0]", "W[1][1]"),
        *("u[0]", "u[1]"),
    )


def test_turns_of_loops_and_calls_are_contexts():
    graph = graph_of("def g(a):\n    return a*a\nfor i in range(2):\n    for j in range(2):\n        x = g(x)\nx")
    squares = [node for node in graph if node.op == "mul"]
    assert len(squares) == 4
    for k, node in enumerate(squares):
        call = graph.contexts[node.context]
        inner = graph.contexts[call.parent]
        outer = graph.contexts[inner.parent]
        assert (call.kind, call.label) == ("call", "g")
        assert (inner.kind, inner.label, inner.turn) == ("loop", "for j", k % 2 + 1)
        assert (outer.kind, outer.label, outer.turn, outer.parent) == ("loop", "for i", k // 2 + 1, 0)


def test_after_a_loop_the_context_is_the_program_again():
    graph = graph_of("for i in range(3):\n    if i == 1:\n        break\n    x = x*y\nx + y")
    assert graph[len(graph) - 1].context == 0


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x if x > 1 else y", [("gt", True)]),
        ("x if x*x <= y else y", [("le", False)]),
        ("x if 2 > 1 else y", []),
        ("while x < 5:\n    x = x*y\nx", [("lt", True), ("lt", False)]),
        ("x if x > 1 and y > 5 else y", [("gt", True), ("gt", False)]),
        ("x if x > 1 or y > 5 else y", [("gt", True)]),
        ("x if not x != 1 else y", [("ne", True)]),
        ("x if 1 < x <= 3 else y", [("lt", True), ("le", True)]),
        ("x if x in [1, 2, 3] else y", [("eq", False), ("eq", True)]),
        ("x if x else y", [("ne", True)]),
        ("sorted([x, y])", [("lt", False)]),
        ("max(x, y) + abs(x)", []),
    ],
)
def test_a_decision_on_inputs_is_recorded_once(source, expected):
    assert decided(source) == expected


def test_a_decision_is_shown_as_the_condition_under_which_the_trace_holds():
    columns = adcore.trace("x if 1 < x and y > 5 else y", POINT).to_json()["graph"]
    assert [(d["text"], d["taken"]) for d in columns["decisions"]] == [("1 < x", True), ("not (y > 5)", False)]


def test_a_test_that_only_decides_is_marked_and_one_that_is_used_is_not():
    assert graph_of("x if x > 1 else y").tests() == [False, False, False, True]
    assert not any(graph_of("where(x > 1, x, y)").tests())


def test_users_are_counted_once_a_use():
    assert graph_of("x*x + x").users()[0] == [2, 2, 3]


def test_what_varies_and_what_is_useful_is_structure():
    graph = graph_of("a = 0*x\nb = y*y\na + 1")
    assert graph.varied([graph.inputs[1]]) == [False, True, False, False, True, False, False]
    assert graph.useful() == [True, False, True, True, False, True, True]


def test_equal_parts_become_one_where_that_is_asked():
    assert len(adcore.record("x/y + sin(x/y)", POINT).graph) == 6
    shared = adcore.record("x/y + sin(x/y)", POINT, shared=True)
    assert [node.op for node in shared.graph] == [INPUT, INPUT, "div", "sin", "add"]
    assert shared.outputs == adcore.record("x/y + sin(x/y)", POINT).outputs


def test_recording_twice_gives_the_same_graph():
    source = "for i in range(3):\n    x = x*y if x < 9 else x - y\nx"
    assert graph_of(source) == graph_of(source)


@pytest.mark.parametrize(
    "source",
    ["x*y", "a = x*y\nreturn [a, [a, x]]", "def f(x, y):\n    for i in range(9):\n        x = x*y\n    return x"],
    ids=["expression", "body", "def"],
)
def test_a_tape_is_let_go_of_without_a_collector(source):
    gc.collect()
    gc.disable()
    try:
        recording = adcore.record(source, POINT)
        tapes = [thing for thing in gc.get_objects() if isinstance(thing, Tape)]
    finally:
        gc.enable()
    assert (len(recording.graph.outputs) > 0, tapes) == (True, [])
