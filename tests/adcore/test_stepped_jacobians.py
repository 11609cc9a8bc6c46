"""Whole Jacobians, patterns and analyses step by step: their results, and the counts of what gives them at once."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from adcore.errors import ADError
from adcore.limits import Limits
from adcore.modes import forward, numerical, reverse, swell
from adcore.modes.swell import measure
from adcore.problem import nest
from tests.adcore.generated import points, programs
from tests.adcore.stepped_programs import EVERY, PROGRAMS, SEVERAL, found, split
from tests.adcore.test_modes import RANDOM


def passes(events):
    """Events of sweeps, from seed to seed."""
    found = []
    for event in events:
        if event.kind == "seed":
            found.append([])
        found[-1].append(event)
    return found


def rows(jacobian):
    return [float(entry) for row in jacobian for entry in row]


@pytest.mark.parametrize("name", EVERY)
def test_the_jacobian_by_forward_passes(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "forward-jacobian")
    before, results = split(steps)
    np.testing.assert_array_equal(found(results), rows(adcore.jacobian(source, at, "forward")))
    inputs, outputs = steps.graph.inputs, steps.graph.outputs
    assert [(e.node, e.source) for e in results] == list(itertools.product(outputs, inputs))
    swept = passes(event for event in before if event.phase == "tangent")
    assert [sweep[0].node for sweep in swept] == list(inputs)
    for j, sweep in enumerate(swept):
        assert {event.source for event in sweep} == {inputs[j]}
        along = nest(steps.problem.recording.inputs, [float(i == j) for i in range(len(inputs))])
        events = adcore.trace(source, at, "forward", seed=along).events
        traced = {e.node: e.value for e in events if e.kind in ("seed", "tangent")}
        moving = {event.node: event.value for event in sweep}
        np.testing.assert_array_equal([*moving.values()], [traced[i] for i in moving])
        assert not any(traced[i] for i in traced.keys() - moving.keys())


@pytest.mark.parametrize("name", EVERY)
def test_the_jacobian_by_reverse_passes(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "reverse-jacobian")
    before, results = split(steps)
    np.testing.assert_array_equal(found(results), rows(adcore.jacobian(source, at, "reverse")))
    inputs, outputs = steps.graph.inputs, steps.graph.outputs
    assert [(e.node, e.source) for e in results] == list(itertools.product(outputs, inputs))
    swept = passes(event for event in before if event.phase == "adjoint")
    assert [(sweep[0].node, sweep[0].value) for sweep in swept] == [(i, 1.0) for i in outputs]
    for k, sweep in enumerate(swept):
        assert {event.source for event in sweep} == {outputs[k]}
        events = adcore.trace(source, at, weights=[float(i == k) for i in range(len(outputs))]).events
        traced = {e.node: e.value for e in events if e.kind == "adjoint"}
        reached = {event.node: event.value for event in sweep[1:]}
        assert list(reached) == [i for i in traced if i in reached]
        np.testing.assert_array_equal([*reached.values()], [traced[i] for i in reached])
        assert not any(traced[i] for i in traced.keys() - reached.keys())


@pytest.mark.parametrize("mode", ["forward-jacobian", "reverse-jacobian", "sparse-jacobian"])
@pytest.mark.parametrize("name", EVERY)
def test_values_of_whole_jacobians_are_told_once(name, mode):
    source, at = EVERY[name]
    told = [event for event in adcore.step_through(source, at, mode) if event.phase == "primal"]
    traced = [event for event in adcore.trace(source, at).events if event.phase == "primal"]
    assert [(event.kind, event.node) for event in told] == [(event.kind, event.node) for event in traced]
    np.testing.assert_array_equal(found(told), found(traced))


@pytest.mark.parametrize("by", ["columns", "rows"])
@pytest.mark.parametrize("name", EVERY)
def test_sparse_jacobians(name, by):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "sparse-jacobian", by=by)
    before, results = split(steps)
    inputs, outputs, whole = steps.graph.inputs, steps.graph.outputs, adcore.sparse_jacobian(source, at, by)
    np.testing.assert_array_equal(found(results), rows(whole.entries))
    entries = [(outputs[i], inputs[j]) for i, row in enumerate(whole.pattern) for j in row]
    assert [(event.node, event.source) for event in results] == entries
    assert [(event.node, event.source) for event in before if event.kind == "nonzero"] == entries
    ends = inputs if by == "columns" else outputs
    colours = [(event.node, event.arg) for event in before if event.kind == "colour"]
    assert colours == list(zip(ends, whole.colours, strict=True))
    swept = [event for event in before if event.phase in ("tangent", "adjoint")]
    assert sorted({event.arg for event in swept}) == list(range(whole.passes))
    assert {(event.node, event.arg) for event in swept if event.kind == "seed"} <= set(colours)
    ends = {(event.node, event.arg): event.value for event in swept}
    read = [(event.node if by == "columns" else event.source, event.arg) for event in results]
    np.testing.assert_array_equal([ends.get(place, 0.0) for place in read], found(results))


def test_a_compressed_jacobian_by_hand():
    before, results = split(adcore.step_through("[x**2, y**2]", {"x": 1.0, "y": 2.0}, "sparse-jacobian"))
    told = [(e.kind, e.node, e.source, e.arg) for e in before if e.phase == "pattern"]
    assert told == [("nonzero", 2, 0, None), ("nonzero", 3, 1, None), ("colour", 0, None, 0), ("colour", 1, None, 0)]
    swept = [(e.kind, e.node, e.value, e.arg) for e in before if e.phase == "tangent"]
    assert swept == [("seed", 0, 1, 0), ("seed", 1, 1, 0), ("tangent", 2, 2, 0), ("tangent", 3, 4, 0)]
    assert [(e.node, e.source, e.value) for e in results] == [(2, 0, 2.0), (3, 1, 4.0)]


SCALAR = [name for name, (source, at) in EVERY.items() if len(adcore.record(source, at).graph.outputs) == 1]


@pytest.mark.parametrize("name", SCALAR)
def test_the_pattern_of_a_hessian(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "hessian-pattern")
    before, results = split(steps)
    pattern, inputs = adcore.hessian_pattern(source, at), steps.graph.inputs
    np.testing.assert_array_equal(found(results), np.ravel(pattern))
    entries = [(event.node, event.source) for event in before if event.kind == "nonzero"]
    assert len(entries) == len(set(entries))
    assert set(entries) == {(inputs[j], inputs[k]) for j, k in np.argwhere(pattern)}
    meetings = [event.node for event in before if event.kind == "meeting"]
    assert meetings == sorted(set(meetings))
    last = [event.kind for event in before]
    assert ("meeting", "meeting") not in list(itertools.pairwise([*last, "meeting"]))
    assert last[:1] in ([], ["meeting"])


def test_too_large_a_search_is_refused_before_there_are_events():
    with pytest.raises(ADError, match="elimination_states"):
        adcore.step_through(*PROGRAMS["loop"], "edge-elimination", limits=Limits().changed(elimination_states=20))


def test_where_inputs_meet():
    before, _ = split(adcore.step_through("x*y + sin(z) + x", {"x": 1.0, "y": 2.0, "z": 3.0}, "hessian-pattern"))
    told = [(event.kind, event.node, event.source) for event in before]
    entries = [("nonzero", 0, 1), ("nonzero", 1, 0), ("meeting", 4, None), ("nonzero", 2, 2)]
    assert told == [("meeting", 3, None), *entries]


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("loop", "calls", "vector loop")])
def test_edge_elimination(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "edge-elimination")
    before, results = split(steps)
    whole = adcore.eliminate_edges(source, at)
    np.testing.assert_array_equal(found(results), rows(whole.jacobian))
    moves = [e for e in before if e.kind in ("front", "back")]
    told = [((e.source, e.node), e.kind == "front", e.value, e.operations) for e in moves]
    assert told == [(s.move.edge, s.move.front, s.multiplications, s.total) for s in whole.steps]
    assert {event.operations for event in results} == {whole.multiplications} or not results
    edges = {}
    for event in before:
        edge = event.source, event.node
        if event.kind == "edge":
            edges[edge] = event.value
        elif event.kind == "gone":
            del edges[edge]
    ends = [(i, o) for o in whole.linearised.outputs for i in whole.linearised.inputs]
    assert set(edges) <= set(ends)
    np.testing.assert_array_equal([edges.get(end, 0.0) for end in ends], found(results))


@pytest.mark.parametrize("name", EVERY)
def test_linearize_and_transpose(name):
    source, at = EVERY[name]
    program = adcore.linearize(source, at)
    back, n, m = adcore.transpose(program), len(program.graph.inputs), len(program.graph.outputs)
    direction, weights = [0.5 - j for j in range(n)], [1.5 + k for k in range(m)]
    steps = adcore.step_through(source, at, "linearize-transpose", direction=direction, weights=weights)
    before, results = split(steps)
    assert (list(steps.graph.ops), list(steps.graph.args)) == (list(program.graph.ops), list(program.graph.args))
    np.testing.assert_array_equal(found(results), [*program.apply(direction), *back.apply(weights)])
    assert [event.node for event in results] == [*program.graph.outputs, *program.graph.inputs]
    ops = [steps.graph.ops[event.node] for event in before if event.phase == "tangent"]
    assert (ops.count("mul"), ops.count("add")) == (program.multiplications, program.additions)
    shares = [event for event in before if event.kind == "contribution"]
    users = [steps.graph.ops[event.source] for event in shares]
    assert users.count("mul") == back.multiplications
    assert all(event.partial == 1.0 for event, op in zip(shares, users, strict=True) if op == "add")
    assert all(steps.graph.args[event.source][event.arg] == event.node for event in shares)


def test_linearize_moves_the_first_input_and_weighs_the_first_output():
    source, at = SEVERAL
    _, results = split(adcore.step_through(source, at, "linearize-transpose"))
    jacobian = adcore.jacobian(source, at)
    assert found(results) == [*jacobian[:, 0], *jacobian[0]]
    assert next(adcore.step_through(source, at, "linearize-transpose").lines())["outputs"] == [
        "d" + name for name in adcore.record(source, at).recording.output_names
    ]


@pytest.mark.parametrize("formula", numerical.DIFFERENCES)
@pytest.mark.parametrize("name", EVERY)
def test_difference_quotients(name, formula):
    source, at = EVERY[name]
    for h in (None, 0.25):
        steps = adcore.step_through(source, at, "numerical", formula=formula, h=h)
        before, results = split(steps)
        jacobian = adcore.jacobian(source, at, "numerical", formula=formula, h=h)
        np.testing.assert_array_equal(found(results), np.ravel(jacobian))
        sizes = [event.value for event in before if event.kind == "step"]
        row, leaves = numerical.DIFFERENCES[formula], steps.problem.leaves
        assert sizes == [h or row.step(x) for x in leaves]
        probed = [(event.node, event.value) for event in before if event.kind == "probe"]
        moved = [(x, i, size) for x, i, size in zip(leaves, steps.graph.inputs, sizes, strict=True)]
        assert probed == [(i, x + offset * size) for x, i, size in moved for offset, _ in row.points]
        quotients = [event.value for event in before if event.kind == "quotient"]
        np.testing.assert_array_equal(quotients, np.ravel(np.transpose(jacobian)))


def test_outputs_at_probes_are_those_of_the_program_there():
    source, at = PROGRAMS["branch"]
    before, _ = split(adcore.step_through(source, at, "numerical", formula="forward", h=0.5))
    assert [e.value for e in before if e.kind == "value"] == [adcore.value(source, {"x": x}) for x in (1.25, 1.75)]
    before, _ = split(adcore.step_through(source, at, "numerical", formula="backward", h=0.5))
    assert [e.value for e in before if e.kind == "value"] == [adcore.value(source, {"x": x}) for x in (0.75, 1.25)]


@pytest.mark.parametrize("name", EVERY)
def test_the_complex_step(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "complex-step")
    before, results = split(steps)
    np.testing.assert_array_equal(found(results), rows(adcore.jacobian(source, at, "complex-step")))
    assert {type(event.value) for event in before} <= {float}
    size = math.nan
    imaginary = []
    for event in before:
        if event.kind == "step":
            size, imaginary = event.value, []
        elif event.kind == "value" and event.arg == 1:
            imaginary.append(event.value)
        elif event.kind == "quotient":
            np.testing.assert_array_equal(event.value, imaginary.pop(0) / size)
        elif event.kind == "probe":
            assert event.value == (size if event.arg else steps.problem.leaves[steps.graph.inputs.index(event.node)])


def test_what_the_complex_step_cannot_go_through_is_refused_before_there_are_events():
    with pytest.raises(ADError, match="cannot go through erf"):
        adcore.step_through("[x, erf(y)]", {"x": 1.0, "y": 2.0}, "complex-step")
    assert list(adcore.step_through("erf(1)", {}, "complex-step")) == []


def test_all_steps_that_are_tried_are_told():
    before, results = split(adcore.step_through("log(x)", {"x": 1e-35}, "complex-step"))
    sizes = [event.value for event in before if event.kind == "step"]
    assert sizes == [1e-30, 1e-31, 1e-43, pytest.approx(1e-44, rel=1e-15)]
    assert found(results) == [pytest.approx(1e35, rel=1e-14)]


@pytest.mark.parametrize("name", EVERY)
def test_the_tape(name):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "tape")
    before, results = split(steps)
    whole = adcore.tape(source, at)
    assert found(results) == [whole.peak_values]
    judged = [event.node for event in before if event.kind in ("keep", "drop")]
    assert judged == [i for i, op in enumerate(steps.graph.ops) if op != "const"]
    assert len(judged) == whole.everything
    readers = {event.node: [] for event in before if event.kind == "keep"}
    for event in before:
        if event.kind == "reader":
            readers[event.node].append((event.source, event.arg))
    assert readers == {value.node: list(value.readers) for value in whole.kept}
    moves = [(e.node, e.value) for e in before if e.kind in ("keep", "release")]
    assert moves == [(moment.node, moment.live) for moment in whole.moments]
    left = {e.node: e.source for e in before if e.kind == "release"}
    assert left == {value.node: value.last_reader for value in whole.kept}


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("name", EVERY)
def test_formulas_swell(name, folded):
    source, at = EVERY[name]
    steps = adcore.step_through(source, at, "swell", folded=folded)
    before, results = split(steps)
    graph, sizes = steps.graph, measure(steps.graph, folded)
    own = {event.node: event.value for event in before if event.source is None}
    numbers = {i: 0 for i, op in enumerate(graph.ops) if op == "const"}
    assert sum({**numbers, **own}[i] for i in graph.outputs) == sizes.f.tree_ops
    assert sum(found(results)) == sizes.df.tree_ops
    assert [(e.node, e.source) for e in results] == list(itertools.product(graph.outputs, graph.inputs))
    slopes = {(event.node, event.source): event.value for event in before if event.source is not None}
    assert found(results) == [slopes.get((event.node, event.source), 0) for event in results]


def test_a_formula_by_hand():
    before, results = split(adcore.step_through("x*y", {"x": 2.0, "y": 3.0}, "swell"))
    assert found(before) == [0, 0, 1, 0, 0, 3, 0, 0, 3]
    assert found(results) == [3, 3]
    _, results = split(adcore.step_through("x*y", {"x": 2.0, "y": 3.0}, "swell", folded=True))
    assert found(results) == [0, 0]


def test_a_formula_that_no_float_can_count():
    source = "for i in range(1100): x = x*x\nx"
    before, results = split(adcore.step_through(source, {"x": 1.0}, "swell"))
    assert found(results) == [math.inf]
    finite = [event.value for event in before if math.isfinite(event.value)]
    assert max(finite) > 2.0**1000
    assert found(before)[1:1001] == [2.0 ** (k + 1) - 1 for k in range(1000)]


def test_passes_are_made_when_they_are_asked_for(monkeypatch):
    done = []
    for module, name in ((forward, "carry"), (reverse, "pull"), (numerical, "_quotients"), (swell, "_slopes")):
        plain = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *given, plain=plain, **named: (done.append(1), plain(*given, **named))[1]
        )
    for mode in ("forward-jacobian", "reverse-jacobian", "sparse-jacobian", "numerical", "swell"):
        done.clear()
        steps = adcore.step_through("[x*y, x/y, y]", {"x": 2.0, "y": 3.0}, mode)
        first = [next(e for e in steps if e.kind in ("seed", "probe") or (e.kind == "size" and e.source is not None))]
        assert (first[0].kind != "result", len(done)) == (True, 1)
        assert [event.kind for event in steps][-1] == "result"
        assert len(done) == (3 if mode == "reverse-jacobian" else 2)


JACOBIANS = {"forward-jacobian": "forward", "reverse-jacobian": "reverse", "numerical": "numerical"}


@settings(RANDOM, max_examples=25)
@given(programs(), points)
def test_jacobians_of_random_programs(source, point):
    for mode, plain in {**JACOBIANS, "complex-step": "complex-step"}.items():
        _, results = split(adcore.step_through(source, point, mode))
        np.testing.assert_array_equal(found(results), np.ravel(adcore.jacobian(source, point, plain)))
    for by in ("columns", "rows"):
        _, results = split(adcore.step_through(source, point, "sparse-jacobian", by=by))
        np.testing.assert_array_equal(found(results), rows(adcore.sparse_jacobian(source, point, by).entries))
    _, results = split(adcore.step_through(source, point, "linearize-transpose"))
    program = adcore.linearize(source, point)
    back = adcore.transpose(program).apply([1.0, *[0.0] * (len(program.graph.outputs) - 1)])
    np.testing.assert_array_equal(found(results), [*program.apply([1.0, 0.0, 0.0]), *back])
    if len(program.graph.outputs) == 1:
        _, results = split(adcore.step_through(source, point, "hessian-pattern"))
        assert found(results) == np.ravel(adcore.hessian_pattern(source, point)).tolist()
    _, results = split(adcore.step_through(source, point, "tape"))
    assert found(results) == [adcore.tape(source, point).peak_values]
