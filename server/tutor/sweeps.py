"""Exercises that fill in a sweep: the forward trace, the reverse trace, and a calculation with dual numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from adcore.explain import BAR, DOT
from adcore.wording import listed, number, times
from server.tutor.blanks import Blank, Given, Number, Parts
from server.tutor.mistakes import Sum, primal_key, sum_key
from server.tutor.sheets import Draft, Sheet, Term

SHARES = (0.0, 0.35, 0.6, 1.0)
"""Which part of the cells is blank at each level from 1 on."""
MOST_BLANKS = 24


class Cells(NamedTuple):
    """The cells of a sheet: those given, those blank, and the ids of all in the order of the calculation."""

    given: tuple[Given, ...]
    blanks: tuple[Blank, ...]
    order: tuple[str, ...]


def ask_forward(draft: Draft) -> Parts:
    """Fill in the forward trace."""
    ask = f"Fill in the forward trace: values, and how fast they change when {_moved(draft)} moves at rate 1."
    return _with_seeds(draft, ask, forward_cells(draft.sheet), "tangent")


def ask_reverse(draft: Draft) -> Parts:
    """Fill in the reverse trace."""
    ask = "Fill in the reverse trace: what each operation hands back, and the adjoints that it adds up to."
    return Parts(ask, *choose_blanks(reverse_cells(draft.sheet), draft.level, draft.rng))


def ask_dual(draft: Draft) -> Parts:
    """Calculate with dual numbers."""
    ask = f"Calculate with dual numbers a + bε, ε² = 0, with ε added to {_moved(draft)}."
    return _with_seeds(draft, ask, dual_cells(draft.sheet), "ε part")


def _with_seeds(draft: Draft, ask: str, cells: Sequence[Blank], part: str) -> Parts:
    """An exercise that starts from the inputs: how fast each of them moves is given."""
    sheet, labels = draft.sheet, draft.sheet.labels
    seeds = [
        Given(f"tangent:{i}", f"the {part} of {labels.name(i)}", DOT % labels.latex_name(i), rate, i)
        for i, rate in zip(sheet.graph.inputs, sheet.along, strict=True)
    ]
    chosen = choose_blanks(cells, draft.level, draft.rng)
    return Parts(ask, (*seeds, *chosen.given), chosen.blanks, (*(seed.id for seed in seeds), *chosen.order))


def _moved(draft: Draft) -> str:
    return draft.sheet.labels.name(draft.sheet.graph.inputs[draft.moved])


def forward_cells(sheet: Sheet) -> list[Blank]:
    """Value and tangent of every operation, in order."""
    return [cell for i in sheet.operations for cell in (primal_blank(sheet, i), tangent_blank(sheet, i))]


def dual_cells(sheet: Sheet) -> list[Blank]:
    """Both parts of every operation over dual numbers a + bε, ε² = 0 (Griewank & Walther 2008, section 3.1)."""
    cells = []
    for i in sheet.operations:
        name, latex = sheet.labels.full_name(i), rf"{sheet.labels.latex_name(i)} = a + b\,\varepsilon"
        for blank, part in ((primal_blank(sheet, i), "real"), (tangent_blank(sheet, i), "ε")):
            words = f"the {part} part of {name} = {sheet.labels.text(i)}"
            cells.append(_reworded(blank, words, latex))
    return cells


def _reworded(blank: Blank, words: str, latex: str) -> Blank:
    return replace(blank, words=words, latex=latex)


def reverse_cells(sheet: Sheet) -> list[Blank]:
    """Of every node the sweep reaches, last first: its contributions one by one, then its adjoint."""
    cells: list[Blank] = []
    for i in reversed(range(len(sheet.graph))):
        if i in sheet.adjoints and (i in sheet.operations or i in sheet.graph.inputs):
            cells += contribution_blanks(sheet, i)
            cells.append(adjoint_blank(sheet, i))
    return cells


def primal_blank(sheet: Sheet, i: int) -> Blank:
    """The value of an operation."""
    labels, name = sheet.labels, sheet.labels.full_name(i)
    numbers = listed([f"{labels.name(a)} = {number(sheet.values[a])}" for a in sheet.graph.args[i]])
    hints = (
        f"Only what {name} is made of is needed, and that is known already.",
        f"{name} is {labels.text(i)}.",
        f"{name} is {labels.text(i)}, with {numbers}.",
    )
    steps = tuple(f"primal:{a}" for a in sheet.graph.args[i])
    words = f"the value of {name} = {labels.text(i)}"
    latex = f"{labels.latex_name(i)} = {labels.latex(i)}"
    return Blank(f"primal:{i}", words, latex, primal_key(sheet, i), hints, i, None, steps, (), sheet.graph.spans[i])


def tangent_blank(sheet: Sheet, i: int) -> Blank:
    """The tangent of an operation."""
    labels, terms = sheet.labels, sheet.tangent_terms(i)
    name = labels.full_name(i)
    moved = [j for j, rate in enumerate(sheet.along) if rate]
    seed = sheet.problem.leaves[moved[0]] if len(moved) == 1 else 1.0
    cell = _sum(sheet, "tangent", i, terms, 0.0, seed)
    hints = (
        f"A change of {name} comes from each argument that moves: its tangent times the local partial.",
        "Add up " + _factors(sheet, terms, "tangent") if terms else f"Nothing that {name} is made of moves.",
        _products(terms),
    )
    steps = tuple(f"tangent:{term.carrier}" for term in terms)
    return Blank(
        f"tangent:{i}",
        f"the tangent of {name} = {labels.text(i)}",
        DOT % labels.latex_name(i),
        sum_key(sheet, cell),
        hints,
        i,
        None,
        steps,
        tuple(term.partial for term in terms),
        sheet.graph.spans[i],
    )


def contribution_blanks(sheet: Sheet, target: int) -> Iterator[Blank]:
    """What each use of a node hands back to it."""
    labels = sheet.labels
    name = labels.full_name(target)
    for term in sheet.adjoint_terms(target):
        user = labels.full_name(term.op)
        argument = f", argument {term.arg + 1}" if len(sheet.graph.args[term.op]) > 1 else ""
        cell = _sum(sheet, "adjoint", target, (term,), 0.0, _seed(sheet))
        hints = (
            f"{user} hands its adjoint back to {name}, multiplied by one local partial.",
            "Multiply " + _factors(sheet, (term,), "adjoint"),
            _products((term,)),
        )
        words = f"the contribution of {user} = {labels.text(term.op)}{argument} to the adjoint of {name}"
        latex = rf"{BAR % labels.latex_name(term.op)} \cdot {labels.latex_partial(term.op, term.arg)}"
        yield Blank(
            f"contribution:{target}:{term.op}:{term.arg}",
            words,
            latex,
            sum_key(sheet, cell),
            hints,
            target,
            (term.op, term.arg),
            (f"adjoint:{term.op}",),
            (term.partial,),
            sheet.graph.spans[term.op],
        )


def adjoint_blank(sheet: Sheet, i: int) -> Blank:
    """The accumulated adjoint of a node."""
    terms, start, name = sheet.adjoint_terms(i), sheet.seeds.get(i, 0.0), sheet.labels.full_name(i)
    cell = _sum(sheet, "adjoint", i, terms, start, _seed(sheet))
    if terms:
        hints = (
            f"{name} is used {times(len(terms))}: its adjoint is the sum of what comes back.",
            "Add up " + _factors(sheet, terms, "adjoint"),
            (f"{number(start)} + " if start else "") + _products(terms),
        )
    else:
        seed = f"It is the weight of the output {name}."
        hints = ("The sweep back starts here.", "How fast does an output change with itself?", seed)
    steps = tuple(f"contribution:{i}:{term.op}:{term.arg}" for term in terms)
    words, latex = f"the adjoint of {name}", BAR % sheet.labels.latex_name(i)
    key, slopes, span = sum_key(sheet, cell), (1.0,) * len(steps), sheet.graph.spans[i]
    return Blank(f"adjoint:{i}", words, latex, key, hints, i, None, steps, slopes, span)


def _seed(sheet: Sheet) -> float:
    """What a sweep back starts with that starts with the value of its output."""
    return sheet.values[next(iter(sheet.seeds))] if sheet.seeds else 1.0


def _sum(sheet: Sheet, phase: str, i: int, terms: tuple[Term, ...], start: float, seed: float) -> Sum:
    adjoints = [sheet.adjoints.get(j, 0.0) for j in range(len(sheet.graph))]
    other = adjoints if phase == "tangent" else sheet.tangents
    primals = tuple(sheet.values[term.carrier] for term in terms)
    others = tuple(other[term.carrier] for term in terms)
    return Sum(phase, terms, start, sheet.values[i], other[i], primals, others, seed)


def _factors(sheet: Sheet, terms: Sequence[Term], phase: str) -> str:
    labels = sheet.labels
    texts = [f"the {phase} of {labels.name(t.carrier)} times {labels.partial(t.op, t.arg)}" for t in terms]
    return listed(texts) + "."


def _products(terms: Sequence[Term]) -> str:
    """The last hint: every number, but not what comes out."""
    return " + ".join(f"({number(t.rate)})·({number(t.partial)})" for t in terms) or "0"


def choose_blanks(cells: Sequence[Blank], level: int, rng: Random) -> Cells:
    """Which cells are given and which are blank: more of them at higher levels, and in the order of the calculation.

    Level 1 leaves a third of the cells blank that are worked out from one number, level 3 all cells; of a long
    calculation a part in one piece is asked.
    """
    first = rng.randrange(max(1, len(cells) - MOST_BLANKS + 1))
    window: Sequence[int] = range(first, min(first + MOST_BLANKS, len(cells)))
    if level == 1:
        window = [j for j in window if len(cells[j].steps) < 2] or window
    count = max(1, round(SHARES[level] * len(window)))
    chosen = frozenset(rng.sample(window, count))
    given = (cell for j, cell in enumerate(cells) if j not in chosen)
    return Cells(tuple(map(shown, given)), tuple(cells[j] for j in sorted(chosen)), tuple(cell.id for cell in cells))


def shown(cell: Blank) -> Given:
    """A cell as it stands where it is not asked."""
    assert isinstance(cell.key, Number)
    return Given(cell.id, cell.words, cell.latex, cell.key.value, cell.node, cell.edge)
