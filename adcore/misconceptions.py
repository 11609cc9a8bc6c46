"""What people get wrong when they differentiate: each mistake as what it does to one rule in one place.

A rule hands the adjoint of its node to its arguments, along edges that carry the partials. A misconception changes
edges: `sign` turns one, `product-half` leaves one out, `chain` gives one the factor 1. What gradient follows from a
slip is then worked out as for a right rule (see checking). To add a misconception, add a row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from adcore.algebras.floats import FloatAlgebra
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import formula
from adcore.rules import find_rule
from adcore.sites import Edges, Site

LINEAR = ("add", "sub", "neg")
ARITHMETIC = (*LINEAR, "mul", "div", "pow", "powi")
DEGREE = math.pi / 180
CIRCULAR = ("sin", "cos", "tan", "sec", "csc", "cot")


@dataclass(frozen=True, slots=True)
class Misconception:
    """A mistake: its name, the sentence that tells a person, and the edges that it makes of a rule's.

    `sentence` may name the operation: {said}. How many results `slips` yields depends on the graph alone, never on
    numbers, so that a mistake is the same at every point. `general` ones only describe: they are asked last.
    """

    name: str
    sentence: str
    slips: Callable[[Site], Iterator[Edges]]
    general: bool = False


def _sign(site: Site) -> Iterator[Edges]:
    """A sign turned; of x*x, which has one factor twice, the sign of the whole: else both terms would cancel."""
    if site.by_variable:
        return
    for a in dict.fromkeys(site.args[k] for k in site.moving):
        yield site.edges({k: -site.partials[k] for k in site.moving if site.args[k] == a})


def _chain(site: Site) -> Iterator[Edges]:
    if site.rule.row.name in LINEAR or (site.rule.row.name in ("mul", "div") and not site.by_constant):
        return
    if not (site.by_constant and site.linear_above):
        yield from (site.edges({k: 1.0}) for k in site.moving)
    yield from _stopped(site)


def _stopped(site: Site) -> Iterator[Edges]:
    """The chain ends at an outer function: what is inside counts as if it were the input."""
    if len(site.args) != 1 or site.graph.ops[site.args[0]] == INPUT:
        return
    leaves = site.leaves_below(site.args[0])
    yield (site.args[0], 0.0), *((leaf, site.partials[0]) for leaf in leaves)


def _constant_factor(site: Site) -> Iterator[Edges]:
    if site.by_constant and site.linear_above:
        yield site.edges({site.moving[0]: 1.0})


def _product_half(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "mul" and len(site.moving) == 2:
        yield from (site.without(k, site.partials[k]) for k in (0, 1))


def _product_factor(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "mul" and len(site.moving) == 2:
        one = [_unit(site, 1 - k) for k in (0, 1)]
        yield from (site.edges({k: one[k]}) for k in (0, 1))
        yield site.edges({0: one[0], 1: one[1]})


def _unit(site: Site, k: int) -> float:
    """What is left of argument k where it was left out: the sign that stands before it."""
    return -1.0 if site.graph.ops[site.args[k]] == "neg" else 1.0


def _combined_slopes(name: str, combine: Callable[[float, float], float]) -> Callable[[Site], Iterator[Edges]]:
    """The derivative of a product taken to be the product of the derivatives."""

    def slips(site: Site) -> Iterator[Edges]:
        if site.rule.row.name != name or len(site.moving) != 2:
            return
        (first, second), (p, q) = site.args, site.partials
        both = set(site.leaves_below(first)) & set(site.leaves_below(second))
        slopes = zip(site.graph.inputs, site.slopes[first], site.slopes[second], strict=True)
        changes = tuple((leaf, combine(u, v) - p * u - q * v) for leaf, u, v in slopes if leaf in both)
        yield site.edges({}) + changes
        leaves = (*site.leaves_below(first), *site.leaves_below(second))
        if name == "mul" and len(leaves) == 2 and not both:
            total = combine(sum(site.slopes[first]), sum(site.slopes[second]))
            yield tuple((leaf, total) for leaf in leaves)

    return slips


def _over(u: float, v: float) -> float:
    return u / v if v else 0.0


def _quotient(rows: Callable[[float, float], Iterator[tuple[float, float]]]) -> Callable[[Site], Iterator[Edges]]:
    """Wrong pairs of partials for a quotient of x and y."""

    def slips(site: Site) -> Iterator[Edges]:
        if site.by_variable:
            yield from (site.edges({0: first, 1: second}) for first, second in rows(*site.numbers))

    return slips


def _square(x: float, y: float) -> Iterator[tuple[float, float]]:
    yield _over(1, y), -x
    yield _over(1, y), -_over(x, y)
    yield 1.0, -_over(x, y)
    yield y, -x


def _turned(x: float, y: float) -> Iterator[tuple[float, float]]:
    yield _over(1, y), _over(x, y * y)
    yield -_over(1, y), _over(x, y * y)


def _bare(x: float, y: float) -> Iterator[tuple[float, float]]:
    yield _over(1, y), -_over(1, y * y)
    yield _over(1, y * y), -_over(x, y * y)
    yield _over(1, y * y), -_over(1, y * y)


def _quotient_half(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "div" and len(site.moving) == 2:
        yield from (site.without(k, site.partials[k]) for k in (0, 1))


def _quotient_inverse(site: Site) -> Iterator[Edges]:
    """1/y taken to have the slope log(y), 1, or 1/y'; the first two with and without the slope of y."""
    if not site.by_variable:
        return
    x, y = site.numbers
    logarithm = x * math.log(abs(y)) if y else 0.0
    yield from (site.edges({1: wrong}) for wrong in (logarithm, x))
    if site.moving == [1]:
        yield tuple((leaf, logarithm) for leaf in site.leaves_below(site.args[1]))
        yield tuple((leaf, _over(x, v)) for leaf, v in zip(site.graph.inputs, site.slopes[site.args[1]], strict=True))


def _swapped(site: Site) -> Iterator[Edges]:
    """The partials exchanged; those of a difference differ in their sign, and c**x is no power of x."""
    if len(site.args) == 2 and site.rule.row.name not in LINEAR and (site.rule.row.name != "pow" or site.moving != [1]):
        yield site.edges({0: site.partials[1], 1: site.partials[0]})


def _elsewhere(site: Site) -> Iterator[Edges]:
    """The outer derivative taken at the input instead of at what is inside; or at the output."""
    if site.by_variable:
        x = site.numbers[0]
        yield from (site.edges({1: -_over(x, y * y)}) for y in _values_inside(site, site.args[1]))
    elif site.rule.row.name == "pow" and 1 in site.moving:
        places = (*_values_inside(site, site.args[0]), site.numbers[1])
        yield from (site.edges({1: site.out * math.log(x) if x > 0 else math.nan}) for x in places)
    if len(site.moving) != 1 or len(site.args) != 1 or site.rule.row.name == "neg":
        return
    yield from (site.edges({0: _partial_at(site, x)}) for x in _values_inside(site, site.args[0]))
    yield site.edges({0: _partial_at(site, site.out)})
    if 1 in site.rule.read_by(0):
        yield site.edges({0: formula(FloatAlgebra(), site.rule.partials[0], site.numbers, site.numbers[0])})


def _other_branch(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "where":
        yield site.edges({1: site.partials[2], 2: site.partials[1]})


def _values_inside(site: Site, inner: int) -> Iterator[float]:
    """What may be taken for the value of an argument: that of what it is made of; of c*x also what c*x² is the square of."""
    graph, args = site.graph, site.graph.args[inner]
    inside = [*args, *site.leaves_below(inner)]
    yield from (site.values[a] for a in dict.fromkeys(inside) if graph.ops[a] != CONST and a != inner)
    moving = [a for a in args if site.varied[a]]
    if (
        graph.ops[inner] in ("mul", "div")
        and len(moving) == 1
        and moving[0] == args[0 if graph.ops[inner] == "div" else -1]
    ):
        yield math.copysign(math.sqrt(abs(site.values[moving[0]] * site.values[inner])), site.values[moving[0]])


def _inner_slope_inside(site: Site) -> Iterator[Edges]:
    """f'(g') for f(g), with or without the factor g'; or f(g')."""
    if len(site.args) != 1 or site.rule.row.name == "neg" or site.graph.ops[site.args[0]] == INPUT:
        return
    slopes = site.slopes[site.args[0]]
    yield tuple((leaf, _partial_at(site, u)) for leaf, u in zip(site.graph.inputs, slopes, strict=True))
    yield tuple((leaf, _partial_at(site, u) * u) for leaf, u in zip(site.graph.inputs, slopes, strict=True))
    below = site.leaves_below(site.args[0])
    yield tuple((i, site.rule.row.value(u)) for i, u in zip(site.graph.inputs, slopes, strict=True) if i in below)


def _partial_at(site: Site, x: float) -> float:
    return formula(FloatAlgebra(), site.rule.partials[0], [x], site.rule.row.value(x))


def _exponent(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "powi":
        x, n = site.numbers[0], site.rule.constant or 0.0
        yield from (site.edges({0: c * _power(x, e)}) for c, e in _misread_powers(n))
    elif site.rule.row.name == "pow" and 0 in site.moving:
        x, y = site.numbers
        wrong = ((1.0, y - 1), (y, y), (y - 1, y - 1), (y, y + 1), (1 / (y + 1) if y != -1 else 0.0, y + 1))
        yield from (site.edges({0: c * find_rule("pow", None, 2).row.value(x, e)}) for c, e in wrong)


def _misread_powers(n: float) -> list[tuple[float, float]]:
    """Factor and exponent as they are misread; the right ones stand for those that other slips lead to.

    So each has the same place in the list for every n, and can be made at all powers of a program.
    """
    integral = (1 / (n + 1), n + 1) if n != -1 else (0.0, 0.0)
    read = [
        (1.0, n - 1),
        (n, n),
        (n - 1, n - 1),
        (n, n + 1),
        (n, n - 2),
        (n, 1.0),
        integral,
        (n - 1, n),
        (n - 1, n - 2),
    ]
    return [(n, n - 1) if pair in ((-n, n - 1), (1.0, 0.0), (1.0, n)) else pair for pair in read]


def _power(x: float, n: float) -> float:
    return find_rule("powi", n, 1).row.value(x)


def _power_half(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "pow" and len(site.moving) == 2:
        yield from (site.without(k, site.partials[k]) for k in (0, 1))


def _missing_log(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "pow" and 1 in site.moving:
        yield site.edges({1: site.out})
    yield from _tabled(site, "missing-log")


def _as_power(site: Site) -> Iterator[Edges]:
    if site.rule.row.name == "pow" and 1 in site.moving:
        yield site.edges(
            {1: site.numbers[1] * find_rule("pow", None, 2).row.value(site.numbers[0], site.numbers[1] - 1)}
        )
    yield from _tabled(site, "exponential-as-power")
    if site.rule.row.name == "exp":
        wrong = site.numbers[0] * site.rule.row.value(site.numbers[0] - 1)
        yield tuple((leaf, wrong) for leaf in site.leaves_below(site.args[0]))


def _tabled(site: Site, name: str) -> Iterator[Edges]:
    chosen = [text for kind, text in site.wrong if kind == name]
    yield from (site.edges({0: formula(FloatAlgebra(), text, site.numbers, site.out)}) for text in chosen)


def _degrees(site: Site) -> Iterator[Edges]:
    if site.rule.row.name in CIRCULAR:
        at_degrees = _partial_at(site, site.numbers[0] * DEGREE)
        yield from (site.edges({0: p}) for p in (site.partials[0] * DEGREE, at_degrees, at_degrees * DEGREE))
    elif site.rule.row.name in ("asin", "acos", "atan"):
        yield site.edges({0: site.partials[0] / DEGREE})


def _constant_kept(site: Site) -> Iterator[Edges]:
    if site.rule.row.name not in ("add", "sub") or len(site.moving) != 1:
        return
    [k] = site.moving
    c = site.numbers[1 - k] * site.partials[1 - k]
    leaves = site.leaves_below(site.args[k])
    yield from (site.edges({}) + tuple((leaf, kept) for leaf in leaves) for kept in (c, site.partials[1 - k]))


def _not_differentiated(site: Site) -> Iterator[Edges]:
    if len(site.args) == 1 and site.rule.row.name not in ("neg", "exp"):
        yield site.edges({0: site.out})
    elif site.by_constant:
        yield tuple((leaf, site.out) for leaf in site.leaves_below(site.node))


def _left_out(site: Site) -> Iterator[Edges]:
    """A factor or divisor left out of the row's own text: digamma(x) for gamma(x)*digamma(x), x for x/hypot(x, y)."""
    if site.rule.row.name in ARITHMETIC:
        return
    short = [_shortened(site.rule.partials[k]) for k in range(len(site.args))]
    for texts in zip(*short, strict=False):
        found = [formula(FloatAlgebra(), text, site.numbers, site.out) for text in texts]
        yield site.edges(dict(enumerate(found)))


def _shortened(text: Graph) -> list[Graph]:
    """A formula with one product or quotient less: each factor of it, or what is divided, stands for the whole."""
    found = []
    for i, op in enumerate(text.ops):
        kept = text.args[i] if op == "mul" else text.args[i][:1] if op == "div" else ()
        found += [_with(text, i, a) for a in kept]
    return found


def _with(text: Graph, i: int, instead: int) -> Graph:
    """A formula in which node `instead` is read wherever node i was."""
    args = [tuple(instead if a == i else a for a in each) for each in text.args]
    return replace(text, args=args, outputs=tuple(instead if a == i else a for a in text.outputs))


def _twice(site: Site) -> Iterator[Edges]:
    if len(site.moving) == 1 and site.rule.row.name not in LINEAR:
        p = site.partials[site.moving[0]]
        yield site.edges({site.moving[0]: p * p})  # a power would raise OverflowError where this is inf


def _inverted(site: Site) -> Iterator[Edges]:
    if len(site.moving) == 1 and site.rule.row.name not in LINEAR:
        yield site.edges({site.moving[0]: _over(1, site.partials[site.moving[0]])})


def _table_rows(name: str) -> Callable[[Site], Iterator[Edges]]:
    return lambda site: _tabled(site, name)


def _both(*slips: Callable[[Site], Iterator[Edges]]) -> Callable[[Site], Iterator[Edges]]:
    return lambda site: (edges for slip in slips for edges in slip(site))


WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "accumulation": "{said} is used more than once: what comes back from all its uses is added up, and here something was left out or overwritten.",
        "seed": "The sweep starts with 1, the derivative of the output by itself; here it started with the output's value.",
        "wrong-input": "This is the derivative by {said}, another input.",
        "wrong-point": "The derivative is taken at the wrong place: with the value of {other} where that of {said} belongs.",
        "treated-as-constant": "The input was treated as a constant, but the output depends on it.",
        "sign": "The sign of the derivative is turned.",
        "wrong-branch": "This is the derivative of another branch than the one that is taken here.",
        "factor-missing": "The answer times the value of {said} is the derivative: that factor is missing.",
        "factor-too-many": "The answer is the derivative times the value of {said}: that factor does not belong there.",
        "constant-multiple": "The answer is {said} times the derivative, at every point tried.",
        "several": "There is more than one mistake; these two together, for example, give the numbers. {said}",
        "constant-offset": "The answer differs from the derivative by {said}, at every point tried.",
    }
)  # fmt: skip
"""Mistakes that do not belong to one rule: name and sentence."""

MISCONCEPTIONS: Mapping[str, Misconception] = MappingProxyType(
    {
        row.name: row
        for row in (
            Misconception("sign", "A sign is turned at {said}.", _sign),
            Misconception("chain", "The chain rule has a factor for every function on the way; at {said} one is missing.", _chain),
            Misconception("constant-factor", "A constant factor stays a factor of the derivative; here it was dropped.", _constant_factor),
            Misconception("product-half", "The product rule has two terms, one for each factor; one is missing.", _product_half),
            Misconception("product-factor", "In the product rule each derivative is multiplied by the other factor; one factor is missing.", _product_factor),
            Misconception("product-of-derivatives", "The derivative of a product is not the product of the derivatives.", _combined_slopes("mul", lambda u, v: u * v)),
            Misconception("quotient-of-derivatives", "The derivative of a quotient is not the quotient of the derivatives.", _combined_slopes("div", _over)),
            Misconception("quotient-sign", "In the quotient rule a sign, or the order of the difference, is turned: it is (u'v - uv')/v².", _quotient(_turned)),
            Misconception("quotient-square", "In the quotient rule the denominator is squared: (u'v - uv')/v².", _quotient(_square)),
            Misconception("quotient-factor", "In the quotient rule each derivative is multiplied by the other part: (u'v - uv')/v²; one factor is missing.", _quotient(_bare)),
            Misconception("quotient-half", "The quotient rule has two terms, one for the numerator and one for the denominator.", _quotient_half),
            Misconception("quotient-inverse", "The derivative of 1/y is -1/y²; here something else was taken.", _quotient_inverse),
            Misconception("wrong-partial", "The partials of {said} were exchanged: each argument has its own.", _swapped),
            Misconception("wrong-branch", WHOLE["wrong-branch"], _other_branch),
            Misconception("wrong-point", "The derivative of {said} was taken at the wrong place: it belongs at the value of what is inside.", _both(_elsewhere, _table_rows("wrong-point"))),
            Misconception("inner-derivative-inside", "The derivative of the inside is a factor; here it was put into the derivative of {said}.", _inner_slope_inside),
            Misconception("exponent", "The exponent comes down as a factor and is lowered by one; here {said} got something else.", _both(_exponent, _table_rows("exponent"))),
            Misconception("power-half", "Base and exponent both depend on the input: the derivative has a term for each.", _power_half),
            Misconception("missing-log", "The derivative of an exponential or logarithm to a base has the logarithm of the base; it is missing.", _missing_log),
            Misconception("exponential-as-power", "The power rule is for x**n; here the input is in the exponent of {said}.", _as_power),
            Misconception("wrong-function", "That is not the derivative of {said}.", _table_rows("wrong-function")),
            Misconception("degrees", "Angles are in radians; this derivative of {said} takes them in degrees.", _degrees),
            Misconception("constant-kept", "The derivative of a constant is 0; here a constant term left something behind.", _constant_kept),
            Misconception("not-differentiated", "{said} was not differentiated: it stands in the derivative itself.", _not_differentiated, True),
            Misconception("factor-left-out", "A factor or divisor of the derivative of {said} was left out.", _left_out, True),
            Misconception("factor-twice", "The derivative of {said} is a factor once; here it is there twice.", _twice, True),
            Misconception("factor-inverted", "The derivative of {said} was divided by instead of multiplied with.", _inverted, True),
        )
    }
)  # fmt: skip
