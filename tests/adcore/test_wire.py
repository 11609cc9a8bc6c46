"""What travels to the page: phrases, filled in, are the labels; columns are those of the trace; counts come apart."""

import json

import orjson
import pytest

import adcore
from adcore import wire
from adcore.labels import Labels
from adcore.modes.taping import readers_of
from tests.adcore.reference import read_programs

PROGRAMS = {
    **read_programs("programs.txt"),
    "conditions": "while x*x < 100 and not x + y > 1000:\n    x = 2*x\nx % 3",
    "many turns": "y = x\nfor i in range(40):\n    y = 3*y*(1 - y)\ny",
    "zeros": "x*0.0 + y*(-0.0) + 2*x/-0.0",
    "signs": "max(x, y, 2, x*y)*-3**x + 1.5e-9*y - 2e30*x",
}
AT = {"x": 1.3, "y": 1.7}
SUBSCRIPTS, SUPERSCRIPTS = (str.maketrans("-0123456789", letters) for letters in ("₋₀₁₂₃₄₅₆₇₈₉", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
VOICES = ("text", "list", "latex")
EACH_PROGRAM = pytest.mark.parametrize("source", PROGRAMS.values(), ids=PROGRAMS)


def travelled(value):
    return json.loads(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))


def arguments(graph):
    given = iter(graph["args"])
    return [[next(given) for _ in range(graph["kinds"][kind][2])] for kind in graph["kind"]]


def symbol(graph, i):
    is_constant = graph["kinds"][graph["kind"][i]][0] == "const"
    return None if is_constant or i in graph["unnumbered"] else f"v{graph['number'][i]}".translate(SUBSCRIPTS)


def called(graph, i):
    """How a node is called as an argument, in each voice."""
    op, _, _, *written = graph["kinds"][graph["kind"][i]]
    if op == "const":
        return [written[0], *written]
    if str(i) in graph["called"]:
        return graph["called"][str(i)]
    given, turn, own = graph["names"][graph["name"][i]], graph["turn"][i], symbol(graph, i) or ""
    pretty = given["text"] + (f"⁽{turn}⁾".translate(SUPERSCRIPTS) if turn else "") if given else ""
    latex = given["latex"] if given else f"v_{{{graph['number'][i]}}}"
    latex = f"{{{latex}}}^{{({turn})}}" if turn else latex
    return [pretty or own, own or pretty, rf"\data{{node={i}}}{{{latex}}}"]


def filled(phrase, names):
    pieces, letters = phrase
    return pieces[0] + "".join(names[letter] + piece for letter, piece in zip(letters, pieces[1:], strict=True))


def labels(graph, args, i):
    if graph["look"][i] < 0:
        own = called(graph, i)
        return [own[0], own[0], own[2], []]
    look, names = graph["looks"][graph["look"][i]], [called(graph, a) for a in (*args[i], i)]
    texts = [filled(look[voice], [name[v] for name in names]) for v, voice in enumerate(VOICES)]
    return [*texts, [phrase and filled(phrase, [name[0] for name in names]) for phrase in look["partials"]]]


@EACH_PROGRAM
def test_phrases_filled_in_are_the_labels(source):
    graph = adcore.trace(source, AT).graph
    sent, expected = travelled(wire.graph_json(graph)), Labels(graph).columns()
    args = arguments(sent)
    assert [symbol(sent, i) for i in range(len(graph))] == list(expected["symbol"])
    rows = zip(*[expected[name] for name in (*VOICES, "partials")], strict=True)
    assert [labels(sent, args, i) for i in range(len(graph))] == [list(row) for row in rows]


@EACH_PROGRAM
def test_columns_are_those_of_the_graph(source):
    trace = adcore.trace(source, AT)
    sent, graph = travelled(wire.graph_json(trace.graph)), trace.to_json()["graph"]
    assert [sent["kinds"][kind][:2] for kind in sent["kind"]] == [
        list(pair) for pair in zip(graph["op"], graph["constant"], strict=True)
    ]
    assert arguments(sent) == [list(args) for args in graph["args"]]
    assert [sent["names"][code] and sent["names"][code]["plain"] for code in sent["name"]] == graph["name"]
    assert [sent["spans"][code] for code in sent["span"]] == graph["span"]
    assert sent["tests"] == [i for i, test in enumerate(graph["test"]) if test]
    assert [None if i < 0 else i for i in sent["kept_until"]] == graph["kept_until"]
    assert sent["context"] == graph["context"]
    for i, context in enumerate(graph["contexts"]):
        place = sent["contexts"]["places"][sent["contexts"]["place"][i]]
        assert place == [context["kind"], context["label"], context["span"]]
        assert sent["contexts"]["turn"][i] == context["turn"]
        assert sent["contexts"]["parent"][i] == (-1 if context["parent"] is None else context["parent"])


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_lines_are_those_of_the_trace_and_counts_come_last(mode):
    trace = adcore.trace("log(-x)*y + x/y", AT, mode)
    head, *events, result = map(travelled, wire.stream(trace, 0, 4))
    counts, told = travelled(wire.counts(trace)), trace.to_json()
    assert (head["type"], head["steps"], result["type"]) == ("graph", len(trace.events), "result")
    assert "cost" not in result
    assert {**result, "cost": counts["cost"]} == {name: told[name] for name in result} | {
        "type": "result",
        "cost": told["cost"],
    }
    assert counts["operations"] == told["events"]["operations"]
    for name in ("phase", "kind", "value", "partial"):
        assert [x for batch in events for x in batch[name]] == told["events"][name]
    for name in ("node", "source", "arg"):
        expected = [-1 if x is None else x for x in told["events"][name]]
        assert [x for batch in events for x in batch[name]] == expected


def test_the_last_reader_is_the_first_that_was():
    graph = adcore.trace("a = x*y\nb = a*x\nexp(b) + a", AT).graph
    sent = travelled(wire.graph_json(graph))["kept_until"]
    readers = readers_of(graph)
    assert sent == [min(i for i, _ in readers[node]) if node in readers else -1 for node in range(len(graph))]


def test_equal_turns_share_their_looks():
    sent = wire.graph_json(adcore.trace(PROGRAMS["many turns"], AT).graph)
    assert len(sent["looks"]) == 3


RULES = "def const(a):\n    return a*a\ndef const_partials(a):\n    return 2*a\n"


def test_a_function_with_a_rule_of_its_own_is_no_constant_and_no_input():
    for name in ("const", "input", "cube"):
        graph = adcore.trace(RULES.replace("const", name) + f"{name}(x) + {name}(y)", AT).graph
        sent = travelled(wire.graph_json(graph))
        assert [kind for kind in sent["kinds"] if kind[2] == 1] == [["custom", 0, 1, name], ["custom", 1, 1, name]]
        args = arguments(sent)
        assert labels(sent, args, 1 + len(graph.inputs))[0] == f"{name}(y)"


def test_a_negative_zero_is_written_as_one():
    graph = adcore.trace("x*(-0.0) + 0.0*y", AT).graph
    sent = travelled(wire.graph_json(graph))
    args = arguments(sent)
    texts = [labels(sent, args, i)[0] for i, kind in enumerate(sent["kind"]) if sent["kinds"][kind][0] == "mul"]
    assert texts == ["x · (−0.0)", "0 · y"]
    assert [kind[3:] for kind in sent["kinds"] if kind[0] == "const"] == [["−0.0", "-0.0"], ["0", "0"]]


@EACH_PROGRAM
def test_every_kind_has_nodes(source):
    sent = wire.graph_json(adcore.trace(source, AT).graph)
    assert set(range(len(sent["kinds"]))) == set(sent["kind"].tolist())
