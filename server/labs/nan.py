"""Where a nan, an infinity or a lost derivative comes from: the walk back to one operation, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import adcore
from adcore.diagnosis import Diagnosis
from adcore.errors import ADError
from adcore.graph import INPUT
from adcore.labels import Labels
from adcore.limits import Limits
from adcore.proposals import Proposal
from adcore.trace import Trace
from server.labs.lab import Answer, Asked, Lab, Start, table

MOST_ROWS = 120
SEEN: Mapping[str, str] = MappingProxyType(
    {
        "value": "The value is not a number",
        "gradient": "The gradient is not finite",
        "zero": "A derivative is 0",
        "digits": "Digits have been lost",
    }
)


def walk_back(asked: Asked) -> Answer:
    """The diagnosis, every operation with its value and adjoint, and the proposal with its own value and gradient."""
    trace = adcore.trace(asked.source, asked.point, "reverse", limits=asked.limits)
    found = adcore.diagnose(asked.source, asked.point, asked.limits)
    rows = _operations(trace, found)
    cells = [[row["symbol"], row["text"], row["value"], row["adjoint"], row["state"]] for row in rows]
    columns = ["name", "operation", "value", "adjoint", "what is the matter"]
    before = {"value": trace.outputs[0], "gradient": list(trace.result)}
    return {
        "summary": _summary(found),
        "symptom": found.symptom,
        "cause": found.cause,
        "sentence": found.sentence,
        "place": found.span.quote(asked.source) if found.span else "",
        "branch": found.branch.quote(asked.source) if found.branch else "",
        "leaked": found.leaked,
        "operations": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        "inputs": [trace.graph.names[i] or "" for i in trace.graph.inputs],
        "before": before,
        "proposal": found.proposal and _tried(found.proposal, asked.point, asked.limits),
        "tables": [table("Every operation", columns, cells)],
    }


def _summary(found: Diagnosis) -> str:
    if not found.symptom:
        return found.sentence
    leaked = f" It is in the {found.leaked} branch of a where that is not taken, and leaks." if found.leaked else ""
    proposed = f" Written as {found.proposal.text} it is sound." if found.proposal else ""
    return f"{SEEN[found.symptom]}. {found.sentence}{leaked}{proposed}"


def _operations(trace: Trace, found: Diagnosis) -> list[dict[str, Any]]:
    """One row for each operation, the last first, as one walks back; `state` says what is the matter with it."""
    graph, labels = trace.graph, Labels(trace.graph)
    adjoints = {e.node: e.value for e in trace.events if e.phase == "adjoint" and e.kind == "adjoint"}
    named = [i for i in range(len(graph)) if labels.symbol(i)]
    rows = []
    for i in reversed(named):
        adjoint = adjoints.get(i)
        state = _state(i == found.node, trace.values[i], adjoint)
        words = {
            "symbol": labels.name(i),
            "text": "input" if graph.ops[i] == INPUT else labels.text(i),
            "state": state,
            "culprit": i == found.node,
        }
        rows.append(words | {"value": trace.values[i], "adjoint": adjoint})
    return rows


def _state(culprit: bool, value: float, adjoint: float | None) -> str:
    if culprit:
        return "here it begins"
    poisoned = [name for name, x in (("value", value), ("adjoint", adjoint)) if x is not None and x - x != 0]
    return f"{' and '.join(poisoned)} spoiled" if poisoned else ""


def _tried(proposal: Proposal, at: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    try:
        value = adcore.value(proposal.text, at, limits=limits)
        slopes = adcore.jacobian(proposal.text, at, limits=limits)
    except ADError as error:  # a proposal that needs other inputs is still shown
        return {**_written(proposal), "value": None, "gradient": [], "note": error.message}
    return {**_written(proposal), "value": value, "gradient": slopes[0], "note": ""}


def _written(proposal: Proposal) -> dict[str, Any]:
    parts = [{"before": before, "after": after} for before, after in proposal.parts]
    return {"text": proposal.text, "parts": parts, "reason": proposal.reason, "points": proposal.points}


LAB = Lab(
    name="nan",
    title="Where did this NaN come from",
    idea="When numbers go wrong",
    seen="The operations are walked back from the result, and the one in which sound numbers first go wrong is "
    "marked: it gives nan, an infinity, or a derivative that is lost, or digits are. Where another way of "
    "writing the function is sound, it is shown with its value and gradient at the same point.",
    source="where(x > 0, x*log(x), 0)",
    point={"x": 0.0},
    answer=walk_back,
    starts=(
        Start("log of a sum of exponentials", "log(exp(x) + exp(y))", {"x": 800.0, "y": 1.0}),
        Start("a norm at zero", "sqrt(x**2 + y**2)", {"x": 0.0, "y": 0.0}),
        Start("lost digits", "log(1 + x)", {"x": 1e-17}),
        Start("a saturated neuron", "v*tanh(w*x)", {"v": 2.0, "w": 5.0, "x": 2.0}),
        Start("softmax and log loss", "-log(exp(a)/(exp(a) + exp(b)))", {"a": -900.0, "b": 10.0}),
        Start("a saturated sigmoid", "-log(1 - 1/(1 + exp(-x)))", {"x": 40.0}),
        Start("nothing the matter", "x*exp(-x**2)", {"x": 1.0}),
    ),
)
