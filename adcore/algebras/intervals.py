"""Intervals: enclosures that no rounding escapes. Every bound is rounded outwards.

[1, 2] * [-1, 3] is [-2, 6]. Where nothing is known, because a pole or the edge of a domain lies inside, the answer is
the whole line, never a guess. (Moore, Kearfott & Cloud, Introduction to Interval Analysis, 2009, chapters 2 to 5.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from adcore.interpreter import formula, run
from adcore.language import CONSTANTS
from adcore.rules import Rule, find_rule

LIBRARY_ULPS = 4
"""How far a function of `math` may be from the truth, in units of its last place, and something to spare."""
SPECIAL_ULPS = 64
"""The same for the functions that are computed by longer formulas."""
SHORT = 2.0**10
"""Constants in the texts of rows are exact where this many times them is whole; others are computed, and rounded."""


class Interval(NamedTuple):
    """All numbers from `low` to `high`, both included; the ends may be infinite."""

    low: float
    high: float

    def __contains__(self, x: object) -> bool:
        return isinstance(x, int | float) and self.low <= x <= self.high

    @property
    def is_point(self) -> bool:
        return self.low == self.high


WHOLE = Interval(-math.inf, math.inf)
UNIT = Interval(0.0, 1.0)


class Shape(NamedTuple):
    """A function of one number that only rises (`direction` 1) or falls (-1) where it is defined, and its range."""

    direction: int
    low: float = -math.inf
    high: float = math.inf
    ulps: int = LIBRARY_ULPS


_HALF_PI = math.nextafter(math.pi / 2, 2)
_PI = math.nextafter(math.pi, 4)
MONOTONE: Mapping[str, Shape] = MappingProxyType(
    {
        **{name: Shape(1) for name in ("log", "log1p", "log2", "log10", "cbrt", "sinh", "asinh", "atanh")},
        **{name: Shape(1, 0.0) for name in ("exp", "sqrt", "acosh")},
        **{name: Shape(1, -1.0, 1.0) for name in ("tanh", "erf")},
        **{name: Shape(1, -_HALF_PI, _HALF_PI) for name in ("asin", "atan")},
        **{name: Shape(1, ulps=0) for name in ("floor", "ceil")},
        "expm1": Shape(1, -1.0),
        "softplus": Shape(1, 0.0, ulps=SPECIAL_ULPS),
        "sigmoid": Shape(1, 0.0, 1.0, SPECIAL_ULPS),
        "erfinv": Shape(1, ulps=SPECIAL_ULPS),
        "sign": Shape(1, -1.0, 1.0, 0),
        "relu": Shape(1, 0.0, ulps=0),
        "acos": Shape(-1, 0.0, _PI),
        "erfc": Shape(-1, 0.0, 2.0),
    }
)
ONE_OVER: Mapping[str, str] = MappingProxyType(
    {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
)
"""One over another function."""
OF_ONE_OVER: Mapping[str, str] = MappingProxyType(
    {"asec": "acos", "acsc": "asin", "acot": "atan", "asech": "acosh", "acsch": "asinh", "acoth": "atanh"}
)
"""Another function, of one over x."""
VALLEYS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"gamma": (1.4616321449683622, 0.8856031944108887), "lgamma": (1.4616321449683622, -0.12148629053584961)}
)
"""Where a function of positive numbers is lowest, and how low."""


def hull(numbers: Sequence[float], ulps: int = 1, least: float = -math.inf, most: float = math.inf) -> Interval:
    """The interval from the least to the greatest number, widened by some units of the last place, kept in a range."""
    if any(math.isnan(x) for x in numbers):
        return Interval(least, most)
    low, high = min(numbers), max(numbers)
    return Interval(max(least, _outward(low, ulps, -math.inf)), min(most, _outward(high, ulps, math.inf)))


def _outward(x: float, ulps: int, towards: float) -> float:
    """A bound moved away; what overflowed is no bound, so an infinite one moves back to the largest float."""
    if math.isinf(x):
        return x if x == towards else math.nextafter(x, 0.0)
    spare = (ulps - 1) * math.ulp(x) if ulps > 1 else 0.0
    return math.nextafter(x + math.copysign(spare, towards), towards) if ulps else x


class IntervalAlgebra:
    """Intervals. A duals algebra over this one encloses derivatives.

    A row that is not known here by name is enclosed through its slopes, unless `slopes` is off. Constants are the
    numbers themselves, but for pi and e; in the texts of rows they may be `rounded`, as log(10) and 1/3 are.
    """

    def __init__(self, slopes: bool = True, rounded: bool = False) -> None:
        self.slopes, self.rounded = slopes, rounded

    @property
    def of_texts(self) -> IntervalAlgebra:
        """What the texts of rows are run over."""
        return IntervalAlgebra(self.slopes, rounded=True)

    def const(self, c: float) -> Interval:
        is_rounded = c in CONSTANTS.values() or (self.rounded and not (c * SHORT).is_integer())
        return hull([c], 1) if is_rounded else Interval(c, c)

    def apply(self, rule: Rule, args: Sequence[Interval]) -> Interval:
        name = rule.row.name
        if any(math.isnan(bound) for a in args for bound in a):
            return WHOLE
        if name in _OWN:
            return _OWN[name](rule, *args)
        if name in MONOTONE:
            return _monotone(rule, args[0], MONOTONE[name])
        if name in ONE_OVER:
            return _divide(rule, Interval(1.0, 1.0), self._call(ONE_OVER[name], args[0]))
        if name in OF_ONE_OVER:
            return self._call(OF_ONE_OVER[name], _divide(rule, Interval(1.0, 1.0), args[0]))
        if rule.means is not None and not rule.means.decisions:
            letters = [*args, WHOLE][: len(rule.means.inputs)]
            return run(rule.means, self.of_texts, letters)[rule.means.outputs[0]]
        return self._between_corners(rule, args) if self.slopes and rule.kink is None else WHOLE

    def _between_corners(self, rule: Rule, args: Sequence[Interval]) -> Interval:
        """Where no partial changes its sign the row is monotone in each argument, and the corners bound it.

        A partial without bound may hide a pole, on whose two sides one sign means two branches.
        """
        # The slopes themselves are found without slopes, so that rows with each other's partials come to an end.
        known = IntervalAlgebra(slopes=False, rounded=True)
        slopes = [formula(known, text, args, WHOLE) for text in rule.partials]
        if any(slope.low < 0 < slope.high or not all(map(math.isfinite, slope)) for slope in slopes):
            return WHOLE
        return hull([rule.row.value(*corner) for corner in product(*args)], SPECIAL_ULPS)

    def _call(self, name: str, *args: Interval) -> Interval:
        return self.apply(find_rule(name, None, len(args)), args)

    def partial(self, rule: Rule, args: Sequence[Interval], out: Interval, i: int) -> Interval:
        """The partial; of the largest or smallest it is 1 for a sure winner, 0 for a sure loser, else between."""
        if rule.row.name not in ("max", "min"):
            return formula(self.of_texts, rule.partials[i], args, out)
        sign = 1 if rule.row.name == "max" else -1
        mine = args[i] if sign > 0 else _negate(rule, args[i])
        others = [a if sign > 0 else _negate(rule, a) for k, a in enumerate(args) if k != i]
        if all(mine.low > other.high for other in others):
            return Interval(1.0, 1.0)
        return Interval(0.0, 0.0) if any(mine.high < other.low for other in others) else UNIT


def _add(rule: Rule, x: Interval, y: Interval) -> Interval:
    return Interval(_sum(x.low, y.low, -math.inf), _sum(x.high, y.high, math.inf))


def _sum(x: float, y: float, towards: float) -> float:
    """Sum of two bounds, rounded towards an infinity unless it is exact.

    The error of a float sum is itself a float, found by four more operations (Knuth, TAOCP 2, section 4.2.2).
    """
    total = x + y
    if math.isnan(total):
        return towards
    if math.isinf(total):
        return total if math.isinf(x) or math.isinf(y) else _outward(total, 1, towards)
    part = total - x
    error = (x - (total - part)) + (y - part)
    return total if error == 0 else math.nextafter(total, towards)


def _negate(rule: Rule, x: Interval) -> Interval:
    return Interval(-x.high, -x.low)


def _subtract(rule: Rule, x: Interval, y: Interval) -> Interval:
    return _add(rule, x, _negate(rule, y))


def _multiply(rule: Rule, x: Interval, y: Interval) -> Interval:
    """Zero times an infinite bound is zero: the bound stands for numbers that are finite."""
    pairs = list(product(x, y))
    products = [a * b if a and b else 0.0 for a, b in pairs]
    if all(abs(a) == 1 or abs(b) == 1 or not (a and b) for a, b in pairs):
        return Interval(min(products), max(products))
    found = hull(products)
    if any(a and b and not a * b for a, b in pairs):
        return found
    # A zero here is exact, for nothing underflowed: it stays the bound.
    return Interval(found.low if min(products) else 0.0, found.high if max(products) else 0.0)


def _divide(rule: Rule, x: Interval, y: Interval) -> Interval:
    from_above = y.low == 0 < y.high and math.copysign(1.0, y.low) > 0
    if 0 in y and not from_above:
        return WHOLE
    if x.is_point and y.is_point and math.isfinite(x.low):
        # A quotient is exact when no remainder is left.
        return hull([x.low / y.low], int(math.fmod(x.low, y.low) != 0))
    high = math.inf if from_above else _reciprocal(y.low, math.inf)
    return _multiply(rule, x, Interval(_reciprocal(y.high, -math.inf), high))


def _reciprocal(y: float, towards: float) -> float:
    return 1.0 / y if abs(y) == 1 else _outward(1.0 / y, 1, towards)


def _whole_power(rule: Rule, x: Interval, n: int | None = None) -> Interval:
    """x**n: even powers are lowest at 0, odd ones rise; a negative power is one over a positive one."""
    n = int(rule.constant or 0) if n is None else n
    if n < 0:
        return _divide(rule, Interval(1.0, 1.0), _whole_power(rule, x, -n))
    if n <= 1:
        return x if n else Interval(1.0, 1.0)
    ends = [_float_power(bound, n) for bound in x]
    if n % 2:
        return hull(ends, LIBRARY_ULPS)
    return hull([*ends, *([0.0] if 0 in x else [])], LIBRARY_ULPS, 0.0)


def _float_power(x: float, n: int) -> float:
    try:
        return math.pow(x, n)
    except OverflowError:
        return math.copysign(math.inf, x) if n % 2 else math.inf


def _power(rule: Rule, x: Interval, y: Interval) -> Interval:
    """x**y for positive x: monotone in each, so the corners bound it."""
    if y.is_point and y.low.is_integer() and abs(y.low) <= 2**31:
        return _whole_power(rule, x, int(y.low))
    if x.low < 0 or (x.low == 0 and y.low <= 0 <= y.high):
        return WHOLE
    return hull([rule.row.value(a, b) for a, b in product(x, y)], LIBRARY_ULPS, 0.0)


def _monotone(rule: Rule, x: Interval, shape: Shape) -> Interval:
    """A bound outside the domain has no value; then nothing is known but the range."""
    return hull([rule.row.value(bound) for bound in x], shape.ulps, shape.low, shape.high)


def _absolute(rule: Rule, x: Interval) -> Interval:
    ends = (abs(x.low), abs(x.high))
    return Interval(0.0 if 0 in x else min(ends), max(ends))


def _hyperbolic_cosine(rule: Rule, x: Interval) -> Interval:
    return hull([rule.row.value(bound) for bound in _absolute(rule, x)], LIBRARY_ULPS, 1.0)


def _wave(rule: Rule, x: Interval, crest: float) -> Interval:
    """Sine or cosine: the ends, and 1 or -1 if a crest or a trough may lie between. Crests are at `crest` + 2 pi k."""
    if not (math.isfinite(x.low) and math.isfinite(x.high)) or max(map(abs, x)) > 1e8:
        return Interval(-1.0, 1.0)
    ends = [rule.row.value(bound) for bound in x]
    top = [1.0] if _meets(x, crest, 2 * math.pi) else []
    bottom = [-1.0] if _meets(x, crest + math.pi, 2 * math.pi) else []
    return hull([*ends, *top, *bottom], LIBRARY_ULPS, -1.0, 1.0)


def _meets(x: Interval, place: float, period: float) -> bool:
    """Whether place + k period may lie in x, for a whole k. When rounding leaves it open, it may."""
    spare = 1e-6
    return math.floor((x.high - place) / period + spare) >= math.ceil((x.low - place) / period - spare)


def _tangent(rule: Rule, x: Interval) -> Interval:
    bounded = all(map(math.isfinite, x)) and max(map(abs, x)) <= 1e8
    if not bounded or _meets(x, math.pi / 2, math.pi):
        return WHOLE
    return hull([rule.row.value(bound) for bound in x], LIBRARY_ULPS)


def _angle(rule: Rule, y: Interval, x: Interval) -> Interval:
    """The corners bound the angle of a box, unless it touches the line where the angle jumps."""
    if x.low <= 0 and 0 in y:
        return Interval(-_PI, _PI)
    return hull([rule.row.value(b, a) for b, a in product(y, x)], LIBRARY_ULPS, -_PI, _PI)


def _choose(rule: Rule, condition: Interval, x: Interval, y: Interval) -> Interval:
    if 0 not in condition:
        return x
    return y if condition.is_point else Interval(min(x.low, y.low), max(x.high, y.high))


def _greatest(rule: Rule, *args: Interval) -> Interval:
    return Interval(max(a.low for a in args), max(a.high for a in args))


def _least(rule: Rule, *args: Interval) -> Interval:
    return Interval(min(a.low for a in args), min(a.high for a in args))


def _polygamma(rule: Rule, x: Interval) -> Interval:
    """Of positive numbers, the even ones rise and the odd ones fall."""
    return WHOLE if x.low <= 0 else _spared(hull([rule.row.value(bound) for bound in x], SPECIAL_ULPS))


def _valley(rule: Rule, x: Interval) -> Interval:
    """Gamma and lgamma of positive numbers: they fall, then rise."""
    if x.low <= 0:
        return WHOLE
    place, lowest = VALLEYS[rule.row.name]
    bottom = [lowest] if x.low - 1e-9 <= place <= x.high + 1e-9 else []
    return _spared(hull([*(rule.row.value(bound) for bound in x), *bottom], SPECIAL_ULPS))


def _spared(found: Interval) -> Interval:
    """Wider by what a sum of large terms may have lost next to a zero of the function."""
    return Interval(found.low - 1e-14, found.high + 1e-14)


def _test(rule: Rule, x: Interval, y: Interval) -> Interval:
    """1 or 0 if all numbers of x and y agree on it, else both."""
    sure, never = _VERDICTS[rule.row.name](x, y)
    return Interval(float(sure), float(not never))


_VERDICTS: Mapping[str, Callable[[Interval, Interval], tuple[bool, bool]]] = MappingProxyType(
    {
        "lt": lambda x, y: (x.high < y.low, x.low >= y.high),
        "le": lambda x, y: (x.high <= y.low, x.low > y.high),
        "gt": lambda x, y: (x.low > y.high, x.high <= y.low),
        "ge": lambda x, y: (x.low >= y.high, x.high < y.low),
        "eq": lambda x, y: (x.low == x.high == y.low == y.high, x.high < y.low or y.high < x.low),
        "ne": lambda x, y: (x.high < y.low or y.high < x.low, x.low == x.high == y.low == y.high),
    }
)
_OWN: Mapping[str, Callable[..., Interval]] = MappingProxyType(
    {
        "add": _add,
        "sub": _subtract,
        "mul": _multiply,
        "div": _divide,
        "neg": _negate,
        "pow": _power,
        "powi": _whole_power,
        "abs": _absolute,
        "cosh": _hyperbolic_cosine,
        "sin": lambda rule, x: _wave(rule, x, math.pi / 2),
        "cos": lambda rule, x: _wave(rule, x, 0.0),
        "tan": _tangent,
        "atan2": _angle,
        "where": _choose,
        "max": _greatest,
        "min": _least,
        "polygamma": _polygamma,
        "gamma": _valley,
        "lgamma": _valley,
        **dict.fromkeys(_VERDICTS, _test),
    }
)
