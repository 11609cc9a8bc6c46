"""Exercises about whole derivatives: the Jacobian, a Hessian times a direction, the derivative as a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from adcore.algebras.text import latex_name
from adcore.errors import ADError
from adcore.events import Event
from adcore.explain import BAR, DOT, DOTTED_BAR
from adcore.interpreter import RuleBook
from adcore.kinks import broken_leaves
from adcore.misconceptions import MISCONCEPTIONS, WHOLE
from adcore.problem import nest
from adcore.slips import Slip, situation, slips
from adcore.trace import trace_problem
from adcore.wording import listed, number
from server.tutor.blanks import Blank, Candidate, Formula, Given, Number, Parts
from server.tutor.mistakes import distinct
from server.tutor.sheets import Draft, Sheet
from server.tutor.sweeps import choose_blanks, shown

SHORTER = "Take fewer inputs, or fewer turns of its loop."
"""What helps where the mistakes that there can be are too many to be worked out while a learner waits."""


def ask_jacobian(draft: Draft) -> Parts:
    """Fill in the Jacobian, by rows or by columns as chance has it."""
    sheet, by_rows = draft.sheet, draft.rng.random() < 0.5
    rows_needed = sum(sum(sheet.graph.useful([i])) for i in sheet.graph.outputs)
    work = rows_needed * (10 + len(sheet.graph.inputs))
    sheet.problem.syntax.limits.check("exercise_jacobian", work, None, SHORTER)
    rows = [_row(sheet, i) for i in range(len(sheet.graph.outputs))]
    _add_transposed(rows)
    cells = (
        [cell for row in rows for cell in row]
        if by_rows
        else [cell for column in zip(*rows, strict=True) for cell in column]
    )
    way = "row by row, as reverse mode does" if by_rows else "column by column, as forward mode does"
    return Parts(f"Fill in the Jacobian {way}.", *choose_blanks(cells, draft.level, draft.rng))


def _row(sheet: Sheet, i: int) -> list[Blank]:
    """The derivatives of one output."""
    graph, output = sheet.graph, sheet.graph.outputs[i]
    at = situation(replace(graph, outputs=(output,)), sheet.values)
    wrong = list(slips(at))
    name = sheet.problem.recording.output_names[i]
    cells = []
    for j, leaf in enumerate(graph.inputs):
        by, right, size = sheet.labels.name(leaf), float(at.gradient[j]), float(at.magnitudes[j])
        found = [_slipped(sheet, slip, j) for slip in wrong]
        found += [Candidate("wrong-input", WHOLE["wrong-input"].replace("{said}", sheet.labels.name(k)), float(x))
                  for k, x in zip(graph.inputs, at.gradient, strict=True) if k != leaf and x]  # fmt: skip
        found.append(Candidate("treated-as-constant", WHOLE["treated-as-constant"], 0.0))
        hints = (
            f"Every path from {by} to {name} counts: along a path local partials are multiplied, paths are added.",
            f"Sweep back from {name} with weight 1, or forward with {by} moving at rate 1.",
            _last_steps(sheet, leaf, at.adjoints),
        )
        latex = rf"\frac{{\partial {latex_name(name)}}}{{\partial {sheet.labels.latex_name(leaf)}}}"
        words = f"the derivative of {name} by {by}"
        key = Number(right, size, distinct(right, size, found))
        cells.append(Blank(f"jacobian:{i}:{j}", words, latex, key, hints, output))
    return cells


def _slipped(sheet: Sheet, slip: Slip, j: int) -> Candidate:
    text = MISCONCEPTIONS[slip.name].sentence if slip.name in MISCONCEPTIONS else WHOLE[slip.name]
    if slip.node is not None:
        is_operation = bool(sheet.graph.args[slip.node])
        said = RuleBook().find(sheet.graph, slip.node).row.said if is_operation else sheet.labels.name(slip.node)
        text = text.replace("{said}", said)
    return Candidate(slip.name, text[:1].upper() + text[1:], float(slip.gradient[j]), slip.general, slip.node)


def _last_steps(sheet: Sheet, leaf: int, adjoints: Mapping[int, float]) -> str:
    edges = [(i, k) for (i, k) in sheet.partials if sheet.graph.args[i][k] == leaf and i in adjoints]
    texts = [f"({number(adjoints[i])})·({number(sheet.partials[i, k])})" for i, k in edges]
    return " + ".join(texts) if texts else "There is no path: it does not depend on it at all."


def _add_transposed(rows: list[list[Blank]]) -> None:
    """To each cell of a square Jacobian the mistake of writing rows as columns."""
    if len(rows) < 2 or len(rows) != len(rows[0]):
        return
    sentence = "Rows and columns were exchanged: a row belongs to an output, a column to an input."
    keys = [[cell.key for cell in row] for row in rows]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            key, other = keys[i][j], keys[j][i]
            assert isinstance(key, Number)
            assert isinstance(other, Number)
            found = [*key.candidates, Candidate("transposed", sentence, other.value)]
            row[j] = replace(cell, key=replace(key, candidates=distinct(key.value, key.size, found)))


@dataclass(frozen=True, slots=True)
class Amount:
    """One summand of the tangent of an adjoint: of the kind contribution or curvature."""

    kind: str
    value: float


def ask_hvp(draft: Draft) -> Parts:
    """Work out the Hessian times a direction by forward over reverse (Pearlmutter 1994)."""
    problem, rng = draft.sheet.problem, draft.rng
    direction = [float(rng.choice((1, 2, -1, 3))) for _ in problem.leaves]
    trace = trace_problem(problem, "forward-over-reverse", nest(problem.recording.inputs, direction))
    events = list(trace.events)
    first, cells = _first_cells(draft.sheet, events), list(_second_cells(draft.sheet, events, direction))
    inputs = [cell for cell in cells if cell.node in problem.graph.inputs]
    names = listed([f"{draft.sheet.labels.name(i)} at rate {number(d)}"
                    for i, d in zip(problem.graph.inputs, direction, strict=True)])  # fmt: skip
    ask = f"Work out how the derivatives change along the direction: {names}."
    blanks = choose_blanks(cells if draft.level == 3 else inputs, max(draft.level, 2), rng).blanks
    asked = frozenset(blank.id for blank in blanks)
    given = (*first, *(shown(cell) for cell in cells if cell.id not in asked))
    return Parts(ask, given, blanks, [*(cell.id for cell in first), *(cell.id for cell in cells)])


def _first_cells(sheet: Sheet, events: list[Event]) -> list[Given]:
    """The tangent and the adjoint of every node that has one: the first order, which the second is worked out from."""
    labels, found = sheet.labels, dict[str, Given]()
    for event in events:
        node = event.node
        complete = event.kind == event.phase or (event.kind, event.phase) == ("seed", "tangent")
        if node is None or event.phase not in ("tangent", "adjoint") or not complete:
            continue
        latex = (DOT if event.phase == "tangent" else BAR) % labels.latex_name(node)
        name, words = f"{event.phase}:{node}", f"the {event.phase} of {labels.full_name(node)}"
        found[name] = Given(name, words, latex, event.value or 0.0, node)
    return list(found.values())


def _second_cells(sheet: Sheet, events: list[Event], direction: list[float]) -> Iterator[Blank]:
    """The tangent of the adjoint of every node that has one, in the order of the sweep."""
    amounts: dict[int, list[Amount]] = {}
    running, adjoints = dict[int, float](), dict[int, float]()
    rates = dict(zip(sheet.graph.inputs, direction, strict=True))
    for event in events:
        node, value = event.node, event.value or 0.0
        if node is None:
            continue
        if event.phase == "adjoint" and event.kind == "adjoint":
            adjoints[node] = value
        if event.phase != "second" or event.kind == "seed":
            continue
        if event.kind in ("contribution", "curvature"):
            amounts.setdefault(node, []).append(Amount(event.kind, value - running.get(node, 0.0)))
            running[node] = value
        else:
            first_order = adjoints.get(node, 0.0), rates.get(node, 1.0)
            yield _second_blank(sheet, node, value, amounts.get(node, []), first_order)


def _second_blank(sheet: Sheet, i: int, value: float, parts: list[Amount], first: tuple[float, float]) -> Blank:
    adjoint, rate = first
    curved, carried = (sum(p.value for p in parts if p.kind == kind) for kind in ("curvature", "contribution"))
    size = sum(abs(part.value) for part in parts)
    used = WHOLE["accumulation"].replace("{said}", "The node")
    found = [
        Candidate("curvature-missing", "Partials change along the direction too: those terms are missing.", carried),
        Candidate("transport-missing", "The adjoints above change too: what they hand on is missing.", curved),
        Candidate("first-order", "This is the derivative itself; asked is how fast it changes.", adjoint),
        Candidate("first-order", "This is the derivative times its rate; asked is how it changes.", adjoint * rate),
        *(Candidate("accumulation", used, value - part.value) for part in parts if len(parts) > 1),
        Candidate("sign", WHOLE["sign"], -value),
    ]  # fmt: skip
    name = sheet.labels.full_name(i)
    hints = (
        "The adjoint is a sum of products, and both factors of a product may change along the direction.",
        "Each use gives the change of its adjoint times the partial, plus its adjoint times the change of the partial.",
        " + ".join(f"({number(part.value)})" for part in parts) or "Here nothing of it changes.",
    )
    key, latex = Number(value, size, distinct(value, size, found)), DOTTED_BAR % sheet.labels.latex_name(i)
    return Blank(f"second:{i}", f"how fast the adjoint of {name} changes", latex, key, hints, i)


def ask_formula(draft: Draft) -> Parts:
    """Write the derivative as a formula: by one input at level 1, by all at level 3."""
    sheet, problem = draft.sheet, draft.sheet.problem
    if len(problem.graph.outputs) != 1:
        raise ADError("exercise", "A formula is asked for functions of one output.", None, "Choose one output.")
    at, source = nest(problem.recording.inputs, problem.leaves), problem.syntax.spelling.text
    inputs = range(len(problem.leaves)) if draft.level == 3 else [draft.moved]
    problem.syntax.limits.check("exercise_formula", len(sheet.graph), None, SHORTER)
    _refuse_kinks(sheet, inputs)
    blanks, name = [], latex_name(problem.recording.output_names[0])
    for j in inputs:
        leaf = problem.graph.inputs[j]
        by = sheet.labels.name(leaf)
        top = RuleBook().find(problem.graph, sheet.operations[-1]).row.said
        terms = listed([sheet.labels.partial(t.op, t.arg) for t in sheet.adjoint_terms(leaf)] or ["0"])
        hints = (
            f"The outermost operation is {top}: begin there, and go inwards.",
            f"{by} is used in {len(sheet.adjoint_terms(leaf))} places; every one gives a term.",
            f"The local partials at {by} are {terms}; each is multiplied by what comes from above.",
        )
        key = Formula(source, at, j, problem.syntax.limits)
        words, latex = (
            f"the derivative by {by}, as a formula",
            rf"\frac{{\partial {name}}}{{\partial {sheet.labels.latex_name(leaf)}}} =",
        )
        blanks.append(Blank(f"formula:{j}", words, latex, key, hints, leaf))
    return Parts("Write the derivative as a formula, in any form.", (), blanks)


def _refuse_kinks(sheet: Sheet, inputs: Sequence[int]) -> None:
    """Errors: by one of these inputs there is no derivative here, so that nothing could be said of a formula."""
    broken = [j for j in broken_leaves(sheet.problem) if j in inputs]
    if broken:
        by = sheet.labels.name(sheet.graph.inputs[broken[0]])
        words = f"At this point the function has no derivative by {by}."
        raise ADError("exercise", words, None, "Choose a point where it has one.")
