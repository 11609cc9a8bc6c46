"""The page fills names into phrases as the engine writes operations."""

import json

import orjson

import adcore
from adcore import wire
from adcore.labels import Labels
from tests.browser.explore import Explore

PROGRAMS = (
    "a = x/y\nb = exp(y)\nc = a - b\nreturn (sin(a) + c)*c",
    "while x*x < 100 and not x + y > 1000:\n    x = 2*x\nx % 3 + y",
    "x2 = x\nfor i in range(12):\n    x2 = 3*x2*(1 - x2)\nmax(x2, y, 2)*-3**x + 1.5e-9*y",
    "def const(a):\n    return a*a\ndef const_partials(a):\n    return 2*a\n"
    "def input(a):\n    return a + 1\ndef input_partials(a):\n    return 1\n"
    "const(x) + input(y)*(-0.0) + 0.0*x",
)
READ = """async (columns) => {
    const { readGraph } = await import("/static/js/columns.js");
    const { labels, op, args, decisions } = readGraph(columns);
    const nodes = op.map((_, node) => node);
    return {
        symbol: nodes.map((node) => labels.symbol(node)),
        text: nodes.map((node) => labels.text(node)),
        list: nodes.map((node) => labels.list(node)),
        latex: nodes.map((node) => labels.latex(node)),
        partials: nodes.map((node) => args[node].map((_, arg) => labels.partial(node, arg))),
        decisions: decisions.map(({ text }) => text),
    };
}"""


def test_labels_are_those_of_the_engine(explore: Explore):
    explore.open()
    for source in PROGRAMS:
        graph = adcore.trace(source, {"x": 1.3, "y": 1.7}).graph
        labels = Labels(graph)
        expected = labels.columns()
        sent = json.loads(orjson.dumps(wire.graph_json(graph), option=orjson.OPT_SERIALIZE_NUMPY))
        read = explore.page.evaluate(READ, sent)
        for name in ("symbol", "text", "list", "latex"):
            assert read[name] == list(expected[name]), name
        assert read["partials"] == [[text or "" for text in texts] for texts in expected["partials"]]
        assert read["decisions"] == [labels.decision(decision) for decision in graph.decisions]
