"""Where a nan, an infinity, a suspicious zero or wrong digits come from, and an expression that does not have them.

Values are searched for the first that is not finite although its arguments are; adjoints for the first edge where an
infinite partial appears; lost digits (`lost_digits`) for the first operation that differs from a run without rounding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.precise import PreciseAlgebra
from adcore.errors import Span
from adcore.graph import CONST, CUSTOM, INPUT, Graph
from adcore.interpreter import RuleBook, adjoints_of, run, sweep
from adcore.interpreter import partial as partial_of
from adcore.labels import Labels
from adcore.limits import Limits
from adcore.lost_digits import LOST, Loss, describe_loss, find_loss, find_loss_of
from adcore.modes import reverse
from adcore.modes.numerical import EPSILON
from adcore.precise_run import PreciseRun, why_not_precisely
from adcore.primitives import TESTS
from adcore.problem import Problem, pose
from adcore.proposals import LARGEST, Proposal, leak, propose

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "input": "{text} is not finite: it was given so.",
        "constant": "A part of the program that does not depend on the inputs is {text}.",
        "domain": "{text} has no value here: {said} needs {domain}.",
        "rounded": "{text} has no value here: {said} needs {domain}, which is so only without rounding.",
        "overflow": "{text} is too large for a float.",
        "underflow": "{text} is too small for a float and became 0.",
        "cancellation": "In {text} nearly equal numbers cancel, {digits}.",
        "absorption": "In {text} one number is too small beside the other and is lost.",
        "undefined": "{text} is not a number: it sets infinities or zeros against each other.",
        "infinite-slope": "{text} has an infinite slope here.",
        "zero-times-infinity": "{text} has an infinite slope here and receives the adjoint 0; 0 times infinity is nan.",
        "cancelled-slope": "The slope of {text} is {slope}: nearly equal numbers cancel in it, {digits}.",
        "sensitive-slope": "{text} is given a rounded number, which its slope {slope} is too sensitive for: {digits}.",
        "sensitive-value": "{text} is given a rounded number, which it is too sensitive for: {digits}.",
        "cancelled-adjoint": "What comes back to {text} nearly cancels, and what is left is mostly rounding: {digits}.",
        "saturated": "{text} is so flat here that its slope became 0: no change passes through it.",
        "flat": "{text} is flat here: its derivative is 0, and no change passes through it.",
        "kink": "{text} has a kink here: {convention}.",
        "": "Nothing is the matter: value and derivatives are finite, and no zero is suspicious.",
    }
)
ROUNDING = "and what is left is rounding"
UNCHECKED = " Whether digits are lost was not looked at: {why}."
PIECEWISE = ("floor", "ceil", "sign", "relu", "floordiv", "abs", "max", "min", "mod", *TESTS)
VANISHING = ("exp", "sigmoid", "softplus", "erfc", "sech", "csch")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`symptom` is "value", "gradient", "zero" or "digits", or empty; `cause` a key of CAUSES; `node` the one to blame.

    With "digits" everything is finite, but a value or a derivative has fewer than nine right digits.

    `branch` is the place of a `where` one of whose branches, though not taken, spoils the derivative; `leaked` says
    which, "first" or "second".
    """

    symptom: str
    cause: str
    sentence: str
    node: int | None = None
    op: str = ""
    span: Span | None = None
    branch: Span | None = None
    leaked: str = ""
    proposal: Proposal | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Culprit:
    """A node to blame, and why; `loss` has the numbers where digits are lost."""

    node: int
    cause: str
    loss: Loss | None = None


def diagnose(source: str, at: Mapping[str, Any], limits: Limits | None = None) -> Diagnosis:
    """What spoils a program's value or gradient at a point, and what to write instead.

    Digits are checked in programs of a few thousand nodes whose values are finite.

    >>> found = adcore.diagnose("where(x > 0, log(x), 0)", {"x": 0.0})
    >>> found.cause, found.leaked, found.proposal.text
    ('domain', 'first', 'where(x > 0, log(where(x > 0, x, 1)), 0)')
    """
    problem = pose(source, at, limits)
    with_values = _of_values(problem)
    symptom = _symptom(problem)
    culprit = _culprit(problem, symptom, with_values)
    if culprit is None:
        unchecked = why_not_precisely(problem)
        return Diagnosis("", "", CAUSES[""] + (UNCHECKED.replace("{why}", unchecked) if unchecked else ""))
    symptom = "digits" if culprit.loss and not culprit.loss.is_zero else symptom
    graph, i = problem.graph, culprit.node
    choice = leak(problem, i) if symptom == "gradient" else None
    proposal = propose(problem, symptom)
    place = (graph.spans[choice[0]], ("first", "second")[choice[1] - 1]) if choice else (None, "")
    return Diagnosis(
        symptom, culprit.cause, _sentence(graph, culprit), i, graph.ops[i], graph.spans[i], *place, proposal
    )


def _symptom(problem: Problem) -> str:
    """Not finite: "value" or "gradient"; else "zero", which may or may not be suspicious."""
    if not all(map(math.isfinite, problem.outputs)):
        return "value"
    rows = reverse.jacobian(problem)
    return "zero" if all(math.isfinite(slope) for row in rows for slope in row) else "gradient"


def _culprit(problem: Problem, symptom: str, bad: Sequence[Culprit]) -> Culprit | None:
    if symptom == "zero":
        return _suspicious(problem, [found for found in bad if not leak(problem, found.node)])
    if bad and (symptom == "value" or leak(problem, bad[0].node)):
        return _behind(problem, bad[0])
    edge = _first_edge(problem)
    if edge is not None:
        return _behind(problem, _inside(problem.graph, edge, bad))
    return _behind(problem, bad[0]) if bad else None


def _inside(graph: Graph, edge: Culprit, bad: Sequence[Culprit]) -> Culprit:
    """Of an edge that is not finite because a value is infinite, as of y*exp(800), what made that value."""
    under = graph.useful([edge.node])
    return next((found for found in bad if under[found.node]), edge)


def _of_values(problem: Problem) -> list[Culprit]:
    """Operations whose value is not finite although their arguments are."""
    graph, values, rules, useful = problem.graph, problem.recording.values, RuleBook(), problem.graph.useful()
    found = []
    for i, op in enumerate(graph.ops):
        if math.isfinite(values[i]) or not useful[i]:
            continue
        args = [values[a] for a in graph.args[i]]
        if op in (INPUT, CONST):
            found.append(Culprit(i, "input" if op == INPUT else "constant"))
        elif all(map(math.isfinite, args)):
            domain = rules.find(graph, i).domain
            outside = domain is not None and not domain.holds([*args, values[i]])
            found.append(Culprit(i, "domain" if outside else "undefined" if math.isnan(values[i]) else "overflow"))
    return found


def _first_edge(problem: Problem) -> Culprit | None:
    """The first edge of the reverse sweep whose partial is infinite or nan, or whose product overflows."""
    graph, values = problem.graph, problem.recording.values
    for output in dict.fromkeys(graph.outputs):
        adjoint = {output: 1.0}
        for step in sweep(graph, FloatAlgebra(), values, {output: 1.0}):
            if step.arg < 0:
                adjoint[step.node] = step.running
            elif step.partial is not None and not math.isfinite(step.partial):
                zero = adjoint[step.node] == 0
                return Culprit(step.node, "zero-times-infinity" if zero else "infinite-slope")
            elif not math.isfinite(step.running):
                return Culprit(step.node, "overflow")
    return None


def _behind(problem: Problem, found: Culprit) -> Culprit:
    """What made the number that an operation stumbled over: an exponential that vanished, a cancelled difference."""
    graph, values = problem.graph, problem.recording.values
    if found.cause == "domain" and all(values[a] for a in graph.args[found.node]):
        return _rounded_out(problem, found)
    pending = [a for a in graph.args[found.node] if values[a] == 0]
    while pending:
        i = pending.pop()
        zeros = [a for a in graph.args[i] if values[a] == 0]
        cause = _vanished(graph, values, i)
        if cause:
            return Culprit(i, cause)
        pending += zeros
    return found


def _rounded_out(problem: Problem, found: Culprit) -> Culprit:
    """What took an operation out of its domain that is inside without rounding: a sum that cancelled, if one did."""
    graph, values = problem.graph, problem.recording.values
    domain = RuleBook().find(graph, found.node).domain
    if len(graph) > LARGEST or domain is None:
        return found
    exact = list(map(float, PreciseRun(problem).values))
    if not domain.holds([exact[a] for a in (*graph.args[found.node], found.node)]):
        return found
    useful = graph.useful([found.node])
    sums = (i for i, op in enumerate(graph.ops) if useful[i] and op in ("add", "sub"))
    lost = next((i for i in sums if not math.isclose(values[i], exact[i], rel_tol=LOST)), None)
    return Culprit(found.node, "rounded") if lost is None else Culprit(lost, "cancellation")


def _vanished(graph: Graph, values: Sequence[float], i: int) -> str:
    """Why a node is 0 although nothing that it is made of is, if floats are the reason."""
    op, args = graph.ops[i], [values[a] for a in graph.args[i]]
    if values[i] != 0 or not all(map(math.isfinite, args)):
        return ""
    if op in VANISHING or (op in ("mul", "div", "powi", "pow") and all(args)):
        return "underflow"
    if op in ("sub", "add") and any(args) and len(set(graph.args[i])) == 2:
        return _rounded(graph, values, i)
    inner = graph.args[i][0] if op == "log" else i
    return "absorption" if graph.ops[inner] in ("add", "sub") and _absorbs(graph, values, inner) else ""


def _rounded(graph: Graph, values: Sequence[float], i: int) -> str:
    """A difference that is 0 because a term was rounded: with more digits it is not 0, as 3 - 3 is.

    Nor is it suspicious if the inputs, rounded as they are, would explain it.
    """
    if len(graph) > LARGEST:
        return ""
    algebra, floats = PreciseAlgebra(), FloatAlgebra()
    exact = run(graph, algebra, [algebra.const(values[k]) for k in graph.inputs])[i]
    adjoints = adjoints_of(sweep(graph, floats, values, {i: 1.0}))
    explained = sum(abs(adjoints.get(k, 0.0) * values[k]) * EPSILON for k in graph.inputs)
    return "cancellation" if exact and not algebra.context.isnan(exact) and abs(exact) > explained else ""


def _absorbs(graph: Graph, values: Sequence[float], i: int) -> bool:
    left, right = (values[a] for a in graph.args[i])
    return (values[i] == left and right != 0) or (abs(values[i]) == abs(right) and left != 0)


def _suspicious(problem: Problem, bad: Sequence[Culprit]) -> Culprit | None:
    """A zero in a value or a derivative that mathematics does not have, or digits that it does not have."""
    rows = reverse.jacobian(problem)
    if 0.0 in problem.outputs or any(0.0 in row for row in rows):
        found = bad[0] if bad else _first_vanished(problem)
        if found is not None:
            return found
    loss = find_loss(problem)
    if loss is not None:
        return Culprit(loss.node, loss.cause, loss)
    return _flat(problem) if any(not any(row) for row in rows) else None


def _first_vanished(problem: Problem) -> Culprit | None:
    graph, values, useful = problem.graph, problem.recording.values, problem.graph.useful()
    for i in range(len(graph)):
        cause = _vanished(graph, values, i) if useful[i] else ""
        if cause:
            adding = cause == "absorption"
            return Culprit(graph.args[i][0] if adding else i, cause)
    return None


def _flat(problem: Problem) -> Culprit | None:
    """The first operation back from an output that has only zero slopes."""
    graph, values, rules, varied = problem.graph, problem.recording.values, RuleBook(), problem.graph.varied()
    useful = graph.useful()
    for i in range(len(graph) - 1, -1, -1):
        if graph.ops[i] in (INPUT, CONST, CUSTOM, "mul", "pow") or not (varied[i] and useful[i]):
            continue
        rule, args = rules.find(graph, i), [values[a] for a in graph.args[i]]
        moving = [k for k, a in enumerate(graph.args[i]) if varied[a]]
        slopes = [partial_of(FloatAlgebra(), rule, args, values[i], k) for k in moving]
        if any(slopes) or graph.constants[i] == 0:
            continue
        if graph.ops[i] == "where":
            return None
        if rule.kink is not None and rule.kink.holds([*args, values[i]]):
            return Culprit(i, "kink")
        if graph.ops[i] in PIECEWISE or any(args):
            return Culprit(i, "flat" if graph.ops[i] in PIECEWISE else "saturated")
    return None


def explain_loss(problem: Problem, i: int, j: int, source: str) -> str:
    """Why the derivative of output i by input j has lost digits; empty where it has not, or that is not known.

    The operation is called as it is written in the source, for those who do not see how the nodes are called.
    """
    loss = find_loss_of(problem, i, j)
    if loss is None:
        return ""
    span = problem.graph.spans[loss.node]
    return _sentence(problem.graph, Culprit(loss.node, loss.cause, loss), span.quote(source) if span else "")


def _sentence(graph: Graph, culprit: Culprit, written: str = "") -> str:
    """`written` is what to call the operation, if not as nodes are called."""
    labels, args = Labels(graph), graph.args[culprit.node]
    rule = RuleBook().find(graph, culprit.node) if args else None
    domain = (
        rule.domain.said_of(labels.argument_names(culprit.node)) if rule is not None and rule.domain is not None else ""
    )
    convention = rule.row.convention if rule is not None else ""
    words = (
        CAUSES[culprit.cause]
        .replace("{convention}", convention)
        .replace("{said}", rule.row.said if rule else "")
        .replace("{domain}", domain)
    )
    written = written or labels.text(culprit.node)
    told = describe_loss(labels, culprit.loss, written) if culprit.loss else {"{digits}": ROUNDING}
    for hole, text in {**told, "{text}": written}.items():
        words = words.replace(hole, text)
    return words
