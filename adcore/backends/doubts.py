"""Where code for graphs must look closer: a value outside a domain that no result shows.

Code trusts results that are numbers, since nan and infinities run through to them. A few operations stop them:
`where(x > 0, log(x), 0)` at -1 is 0, though log(-1) is nan and so, to the interpreter, is the slope.
"""

from __future__ import annotations

from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook
from adcore.primitives import TESTS

HIDING = ("where", "pow", "hypot", *TESTS)
"""Operations that may give a number although an argument is nan; so does a power with the exponent 0, which is 1."""


def hidden_domains(graph: Graph) -> list[bool]:
    """For each node whether its row has a domain that it could leave without a result's becoming nan."""
    rules, hidden = RuleBook(), [False] * len(graph)
    for i in range(len(graph) - 1, -1, -1):
        if hidden[i] or graph.ops[i] in HIDING or (graph.ops[i] == "powi" and graph.constants[i] == 0):
            for a in graph.args[i]:
                hidden[a] = True
        if hidden[i]:
            hidden[i] = graph.ops[i] not in (CONST, INPUT) and bool(rules.find(graph, i).row.domain)
    return hidden
