"""What goes wrong when a table is filled in: each mistake as what it makes of the calculation of one cell.

Mistakes in a rule, a sign turned or a factor forgotten, are rows of adcore.misconceptions and come with the terms of a
cell. The rows here are mistakes in the use of the numbers: which are added, multiplied or taken from the wrong column.
To add one, add a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.graph import INPUT
from adcore.interpreter import RuleBook
from adcore.misconceptions import CIRCULAR, DEGREE, LINEAR, MISCONCEPTIONS, WHOLE
from server.tutor.answers import DIGITS, Reading, agrees
from server.tutor.blanks import Candidate, Number
from server.tutor.sheets import Sheet, Term

HALVES: Mapping[str, str] = MappingProxyType({"mul": "product-half", "div": "quotient-half", "pow": "power-half"})
"""What it is called when a rule with two terms is used with one."""
COMBINED: Mapping[str, tuple[str, Callable[[float, float], float]]] = MappingProxyType(
    {
        "mul": ("product-of-derivatives", lambda u, v: u * v),
        "div": ("quotient-of-derivatives", lambda u, v: u / v if v else math.nan),
    }
)
"""What it is called when the tangents of both arguments are combined as their values are."""

SAME: tuple[tuple[str, str], ...] = (
    ("sign", "wrong-partial"),
    ("quotient-sign", "sign"),
    ("argument-order", "sign"),
    ("exponent", "wrong-point"),
    ("exponent", "chain"),
    ("wrong-point", "wrong-function"),
    ("seed", "value-for-rate"),
    ("chain", "local-factor"),
    ("product-factor", "local-factor"),
    ("constant-factor", "local-factor"),
    ("product-factor", "product-of-derivatives"),
    ("sign", "local-factor"),
    ("quotient-square", "local-factor"),
    ("quotient-inverse", "local-factor"),
    ("not-applied", "sign"),
    ("treated-as-constant", "added"),
    ("power-as-product", "rate-for-value"),
    ("product-half", "accumulation"),
    ("quotient-half", "accumulation"),
    ("power-half", "accumulation"),
    ("curvature-missing", "accumulation"),
    ("transport-missing", "accumulation"),
    ("exponent", "inner-derivative-inside"),
    ("wrong-point", "inner-derivative-inside"),
    ("product-factor", "chain"),
    ("sign", "wrong-input"),
    ("wrong-partial", "wrong-input"),
    ("wrong-mode", "sweep-per-entry"),
)
"""Mistakes that can be one and the same calculation: where both give one number the first of the two is said.

For x - y, to exchange the partials is to turn a sign; for x**2, to take the slope at x**2 is to keep the exponent.
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """A tangent, an adjoint or one contribution: the sum of `terms`, and of `start`, the seed of an output.

    `phase` is "tangent" or "adjoint"; `other` the node's number in the other sweep, and `others` that of each carrier.
    `seed` is what a sweep would start with that starts with the value.
    """

    phase: str
    terms: tuple[Term, ...]
    start: float
    primal: float
    other: float
    primals: tuple[float, ...]
    others: tuple[float, ...]
    seed: float

    @property
    def value(self) -> float:
        return self.start + sum(term.amount for term in self.terms)

    @property
    def size(self) -> float:
        return abs(self.start) + sum(abs(term.amount) for term in self.terms)

    def with_rates(self, rates: Sequence[float]) -> float:
        """The sum with other rates."""
        return self.start + sum(rate * term.partial for rate, term in zip(rates, self.terms, strict=True))


@dataclass(frozen=True, slots=True)
class Row:
    """A mistake: its name, its sentence, in which {phase} may stand, and the numbers that it gives."""

    name: str
    sentence: str
    wrong: Callable[[Sum], Iterator[float]]
    general: bool = False


def _parts(cell: Sum) -> Iterator[float]:
    """Of several amounts one is left out, or the last one overwrites the others."""
    amounts = ([cell.start] if cell.start else []) + [term.amount for term in cell.terms]
    if len(amounts) > 1:
        yield from (cell.value - amount for amount in amounts)
        yield from amounts


def _one_part(cell: Sum) -> Iterator[float]:
    return _parts(cell) if cell.phase == "adjoint" else iter(())


def _one_argument(cell: Sum) -> Iterator[float]:
    return _parts(cell) if cell.phase == "tangent" else iter(())


def _without_rates(cell: Sum) -> Iterator[float]:
    yield cell.with_rates([1.0] * len(cell.terms))


def _sums(cell: Sum) -> Iterator[float]:
    if any(term.partial != 0 for term in cell.terms):
        yield cell.start + sum(term.rate + term.partial for term in cell.terms)


def _other_sweep(cell: Sum) -> Iterator[float]:
    if any(rate not in (0, 1) for rate in cell.others):
        yield cell.with_rates(cell.others)
    if cell.other not in (0, 1):
        yield cell.other


def _values_for_rates(cell: Sum) -> Iterator[float]:
    yield from (x for x in (cell.with_rates(cell.primals), cell.primal) if x)


def _seeded(cell: Sum) -> Iterator[float]:
    if cell.seed:
        yield cell.value * cell.seed


def _nothing(cell: Sum) -> Iterator[float]:
    yield 0.0


def _turned(cell: Sum) -> Iterator[float]:
    yield -cell.value


def _rates_alone(cell: Sum) -> Iterator[float]:
    if any(term.partial != 1 for term in cell.terms):
        yield cell.start + sum(term.rate for term in cell.terms)


ACCUMULATION = WHOLE["accumulation"].replace("{said}", "The node")
ROWS: tuple[Row, ...] = (
    Row("accumulation", ACCUMULATION, _one_part),
    Row("argument-missing", "Both arguments move: the tangent has a term for each; one is missing.", _one_argument),
    Row("arriving-factor", "The local partial was not multiplied by the {phase} that arrives.", _without_rates),
    Row("local-factor", "The {phase} was handed on as it is: the local partial is a factor.", _rates_alone),
    Row("added", "The {phase} that arrives and the local partial were added; they are multiplied.", _sums),
    Row("wrong-sweep", "Tangents and adjoints were mixed up: this takes a number from the other sweep.", _other_sweep),
    Row("value-for-rate", "A value was taken where its {phase} belongs.", _values_for_rates),
    Row("seed", WHOLE["seed"], _seeded),
    Row("treated-as-constant", "Something that moves was treated as a constant.", _nothing),
    Row("sign", "The sign is turned.", _turned),
)  # fmt: skip
CARRIED = ("carried-over", "This step is done rightly, with a number from before that is wrong: mend that one first.")
"""Named where an answer follows from earlier answers."""
ROUNDING = ("rounding", "The calculation looks right, but too many digits were lost: carry one or two more on the way.")
"""Named by the diagnosis where an answer is near and no mistake explains it."""


def sum_key(sheet: Sheet, cell: Sum) -> Number:
    """The key of a cell that is a sum of terms: mistakes in the rules first, then those of the table."""
    found = [*_rule_mistakes(sheet, cell), *_table_mistakes(sheet, cell)]
    return Number(cell.value, cell.size, distinct(cell.value, cell.size, found))


def _rule_mistakes(sheet: Sheet, cell: Sum) -> Iterator[Candidate]:
    """What misconceptions at one operation make of the sum, at all its edges that the sum has."""
    rules = RuleBook()
    for op in dict.fromkeys(term.op for term in cell.terms):
        said = rules.find(sheet.graph, op).row.said
        terms = [term for term in cell.terms if term.op == op]
        for name, partials in sheet.wrong_edges.get(op, ()):
            row, change = MISCONCEPTIONS[name], sum(term.rate * (partials[term.arg] - term.partial) for term in terms)
            sentence = row.sentence.replace("{said}", said)
            wrong = next((term.arg for term in terms if partials[term.arg] != term.partial), terms[0].arg)
            said_so = sentence[:1].upper() + sentence[1:]
            yield Candidate(name, said_so, cell.value + change, row.general, edge=(op, wrong))


def _table_mistakes(sheet: Sheet, cell: Sum) -> Iterator[Candidate]:
    """What the rows of this table make of it."""
    op = sheet.graph.ops[cell.terms[0].op] if cell.terms else ""
    for row in ROWS:
        name = HALVES.get(op, row.name) if row.name == "argument-missing" else row.name
        sentence = MISCONCEPTIONS[name].sentence if name in HALVES.values() else row.sentence
        yield from (Candidate(name, sentence.replace("{phase}", cell.phase), x, row.general) for x in row.wrong(cell))
    rates = [term.rate for term in cell.terms]
    if cell.phase == "tangent" and len(rates) == 2 and op in COMBINED:
        name, combine = COMBINED[op]
        yield Candidate(name, MISCONCEPTIONS[name].sentence, combine(*rates))


def distinct(right: float, size: float, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The mistakes that can be told from the right answer, each name and number once, and each calculation once."""
    found: dict[tuple[str, float], Candidate] = {}
    for candidate in candidates:
        if math.isfinite(candidate.value) and not _is_same(candidate.value, right, size):
            found.setdefault((candidate.name, candidate.value), candidate)
    return tuple(c for c in found.values() if not _is_said_better(c, found.values()))


def _is_same(x: float, right: float, size: float) -> bool:
    """Whether a wrong way leads to the right number, or to one that is the right one when rounded: no mistake then."""
    rounded = float(f"{x:.{DIGITS}g}")
    return any(agrees(Reading(written, DIGITS), right, size) for written in (x, rounded))


def _is_said_better(candidate: Candidate, others: Iterable[Candidate]) -> bool:
    better = [first for first, second in SAME if second == candidate.name]
    return any(c.name in better and math.isclose(c.value, candidate.value, rel_tol=1e-9) for c in others)


def primal_key(sheet: Sheet, i: int) -> Number:
    """The key of the value of an operation."""
    said = RuleBook().find(sheet.graph, i).row.said
    found = [Candidate(name, PRIMAL[name].replace("{said}", said), value) for name, value in _primal_mistakes(sheet, i)]
    value = sheet.values[i]
    return Number(value, abs(value), distinct(value, abs(value), found))


PRIMAL: Mapping[str, str] = MappingProxyType(
    {
        "degrees": "Angles are in radians; here degrees were taken.",
        "argument-order": "The arguments of {said} were exchanged.",
        "wrong-operation": "Another operation was done: this is {said}.",
        "power-as-product": "A power was read as a product.",
        "input-for-value": "The operation was applied to the input; it belongs to the value worked out before.",
        "not-applied": "This is the argument of {said}; the operation still has to be applied.",
        "rate-for-value": "This is the derivative of {said}; its value is asked for.",
        "sign": "The sign is turned.",
    }
)
"""Mistakes in working out a value: name and sentence."""
CONFUSED: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "add": lambda x, y: x * y,
        "mul": lambda x, y: x + y,
        "sub": lambda x, y: x + y,
        "div": lambda x, y: x * y,
    }
)


def _primal_mistakes(sheet: Sheet, i: int) -> Iterator[tuple[str, float]]:
    graph, values = sheet.graph, sheet.values
    rule, op = RuleBook().find(graph, i), graph.ops[i]
    numbers = [values[a] for a in graph.args[i]]
    if op in CIRCULAR:
        yield "degrees", rule.row.value(numbers[0] * DEGREE)
    elif op in ("asin", "acos", "atan", "atan2"):
        yield "degrees", values[i] / DEGREE
    if op == "powi":
        yield "power-as-product", numbers[0] * (rule.constant or 0.0)
    if len(numbers) == 2:
        yield "argument-order", rule.row.value(*reversed(numbers))
        if op in CONFUSED:
            yield "wrong-operation", CONFUSED[op](numbers[0], numbers[1])
    elif len(numbers) == 1:
        inner = graph.args[i][0]
        yield from (("input-for-value", rule.row.value(values[a])) for a in _leaves(sheet, inner) if a != inner)
        yield "not-applied", numbers[0]
    if op not in LINEAR:
        yield from (("rate-for-value", sheet.partials[i, k]) for k in range(len(numbers)) if (i, k) in sheet.partials)
    yield "sign", -values[i]


def _leaves(sheet: Sheet, node: int) -> list[int]:
    needed = sheet.graph.useful([node])
    return [i for i, op in enumerate(sheet.graph.ops) if op == INPUT and needed[i]]
