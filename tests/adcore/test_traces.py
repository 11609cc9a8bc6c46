"""The published traces, reproduced event by event: their node lists are written as bodies in the language."""

import re
from itertools import groupby

import pytest

import adcore
from tests.adcore.reference import assert_close, by_id, read_json

TRACES = read_json("traces.json")["traces"]
TOLERANCE = 1e-14
SEEDS = [(trace, i) for trace in TRACES for i in range(len(trace["forward"]))]
OUTPUTS = [(trace, i) for trace in TRACES for i in range(len(trace["reverse"]))]


def names_of(trace):
    """The names of the trace's nodes in the language: an input's own, `v1` as it stands."""
    return {node["name"]: node.get("input") or node["name"] for node in trace["nodes"]}


def body_of(trace):
    """The node list as a program: one assignment a node, then the outputs."""
    names = names_of(trace)
    spelled = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    lines = [
        f"{node['name']} = " + spelled.sub(lambda match: names[match[0]], node["expr"])
        for node in trace["nodes"]
        if node["op"] != "input"
    ]
    return "\n".join([*lines, "return " + ", ".join(trace["outputs"])])


def reference_names(trace, graph):
    """For each id of the graph the name that the reference gives the node."""
    spelled = {mine: theirs for theirs, mine in names_of(trace).items()}
    return {node.id: spelled.get(node.name) for node in graph}


def assert_equal(found, expected):
    assert list(found) == list(expected), "the same names in the same order"
    assert_close(list(found.values()), list(expected.values()), TOLERANCE)


def ids(pairs):
    return [f"{trace['id']}-{i}" for trace, i in pairs]


def test_the_program_of_a_trace():
    assert body_of(TRACES[0]).splitlines()[:3] == ["v1 = log(x1)", "v2 = x1*x2", "v3 = sin(x2)"]


@pytest.mark.parametrize("trace", **by_id(TRACES))
def test_values_in_order(trace):
    found = adcore.trace(body_of(trace), trace["point"])
    names = reference_names(trace, found.graph)
    values = {names[e.node]: e.value for e in found.events if e.phase == "primal" and e.kind == "value"}
    assert_equal(values, {node["name"]: node["value"] for node in trace["nodes"]})


@pytest.mark.parametrize(("trace", "i"), SEEDS, ids=ids(SEEDS))
def test_tangents(trace, i):
    row = trace["forward"][i]
    found = adcore.trace(body_of(trace), trace["point"], "forward", seed=row["seed"])
    names = reference_names(trace, found.graph)
    complete = {names[e.node]: e.value for e in found.events if e.kind in ("seed", "tangent")}
    assert_equal(complete, row["tangents"])
    assert_close(found.result, [row["tangents"][name] for name in trace["outputs"]], TOLERANCE)


@pytest.mark.parametrize(("trace", "i"), SEEDS, ids=ids(SEEDS))
def test_local_partials_of_the_forward_sweep(trace, i):
    seed = trace["forward"][i]["seed"]
    found = adcore.trace(body_of(trace), trace["point"], "forward", seed=seed)
    names = reference_names(trace, found.graph)
    expected = {node["name"]: node.get("local_partials") for node in trace["nodes"]}
    steps = [e for e in found.events if e.phase == "tangent" and e.kind == "contribution"]
    assert steps
    for (node, source), edges in groupby(steps, key=lambda e: (names[e.node], names[e.source])):
        assert_close(sum(e.partial for e in edges), expected[node][source], TOLERANCE)


@pytest.mark.parametrize(("trace", "i"), OUTPUTS, ids=ids(OUTPUTS))
def test_adjoints(trace, i):
    row, found, names = reverse_sweep(trace, i)
    complete = {names[e.node]: e.value for e in found.events if e.kind == "adjoint"}
    expected = {name: value for name, value in row["adjoints"].items() if name in complete}
    # Reverse mode does not visit what the chosen output does not reach: those adjoints are zero.
    assert not any(value for name, value in row["adjoints"].items() if name not in complete)
    assert_equal({name: complete[name] for name in expected}, expected)
    assert_close(found.result, [row["adjoints"][given["node"]] for given in trace["inputs"]], TOLERANCE)


@pytest.mark.parametrize(("trace", "i"), OUTPUTS, ids=ids(OUTPUTS))
def test_contributions_in_order(trace, i):
    row, found, names = reverse_sweep(trace, i)
    expected = [(step["node"], part) for step in row["steps"] for part in step["contributions"]]
    merged = list(merge(found, names))
    assert [(node, target) for node, target, _, _ in merged] == [(node, part["to"]) for node, part in expected]
    assert_close([partial for *_, partial, _ in merged], [part["partial"] for _, part in expected], TOLERANCE)
    assert_close([running for *_, running in merged], [part["running"] for _, part in expected], TOLERANCE)


@pytest.mark.parametrize(("trace", "i"), OUTPUTS, ids=ids(OUTPUTS))
def test_each_contribution_adds_adjoint_times_partial(trace, i):
    row, found, names = reverse_sweep(trace, i)
    adjoints = {step["node"]: step["adjoint"] for step in row["steps"]}
    sums = {e.node: e.value for e in found.events if e.phase == "adjoint" and e.kind == "seed"}
    for e in found.events:
        if e.phase == "adjoint" and e.kind == "contribution":
            sums[e.node] = sums.get(e.node, 0.0) + adjoints[names[e.source]] * e.partial
            assert_close(e.value, sums[e.node], TOLERANCE, absolute=1e-15)


def reverse_sweep(trace, i):
    row = trace["reverse"][i]
    weights = [float(name == row["output"]) * row["seed"] for name in trace["outputs"]]
    found = adcore.trace(body_of(trace), trace["point"], "reverse", weights=weights)
    return row, found, reference_names(trace, found.graph)


def merge(found, names):
    """Contributions as the reference counts them: (node, target, partial, running).

    In v1*v1 the reference has one contribution, with the whole partial 2*v1. Here a product has two arguments, so v1
    gets two, each with its own factor: neighbours of one node with one target are added up before they are compared.
    """
    steps = [e for e in found.events if e.phase == "adjoint" and e.kind == "contribution"]
    for (source, target), edges in groupby(steps, key=lambda e: (e.source, e.node)):
        parts = list(edges)
        yield names[source], names[target], sum(e.partial for e in parts), parts[-1].value
