"""Values of functions that `math` lacks, for every float; where we can, from mpmath's double-precision context."""

from __future__ import annotations

import math
from functools import lru_cache

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""The numbers B2, B4, ... (DLMF 24.2)."""
DIGAMMA_AT_2 = 0.42278433509846713
"""1 less Euler's constant."""
CLOSE = 0.5
"""Nearer than this to a zero of lgamma its Taylor series takes 27 terms: (1/2 * 1/2)**27 is no more than rounding."""


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def relu(x: float) -> float:
    """max(x, 0)."""
    return x if x > 0 or math.isnan(x) else 0.0


def sigmoid(x: float) -> float:
    """1/(1 + exp(-x)), arranged so that nothing overflows."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    z = math.exp(x)
    return z / (1.0 + z)


def softplus(x: float) -> float:
    """log(1 + exp(x)), arranged so that nothing overflows."""
    return x if math.isnan(x) else max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def largest(*args: float) -> float:
    """The largest argument; nan if any is."""
    return math.nan if any(math.isnan(a) for a in args) else max(args)


def smallest(*args: float) -> float:
    """The smallest argument; nan if any is."""
    return math.nan if any(math.isnan(a) for a in args) else min(args)


def where(condition: float, chosen: float, other: float) -> float:
    """`chosen` where the condition is not 0."""
    return chosen if condition else other


def gamma(x: float) -> float:
    """The gamma function; 0 at minus infinity."""
    return 0.0 if x == -math.inf else math.gamma(x)


def lgamma(x: float) -> float:
    """Log |gamma(x)|; infinite at the poles. Next to the zeros 1 and 2 `math.lgamma` has few digits."""
    if abs(x - 2) <= CLOSE:
        return _lgamma_by_two(x - 2)
    if abs(x - 1) <= CLOSE:
        return _lgamma_by_two(x - 1) - math.log1p(x - 1)
    return math.inf if x <= 0 and x == math.floor(x) else math.lgamma(x)


def _lgamma_by_two(z: float) -> float:
    """Log gamma(2 + z) for small z by its Taylor series (DLMF 5.7.3)."""
    total = 0.0
    for slope in reversed(_slopes_at_two()):
        total = (total + slope) * z
    return total


@lru_cache(maxsize=1)
def _slopes_at_two() -> tuple[float, ...]:
    """The Taylor coefficients 1, 2, ... of log gamma at 2. From each to the next is a factor of about -1/2."""
    return DIGAMMA_AT_2, *(polygamma(k - 1, 2.0) / math.factorial(k) for k in range(2, 28))


def erfinv(x: float) -> float:
    """The inverse of erf on -1..1: a first guess z, and three steps of Halley's, each of which triples its digits.

    Above 1/2 the steps solve erfc(z) = 1 - x, whose right side is exact: erf(z) itself is 1 - 1e-11 at x = 1 - 1e-11,
    and only five of its digits tell z from its neighbours. The guess is wrong by 2e-3 at most (Winitzki, A handy
    approximation for the error function and its inverse, 2008, equation 7).
    """
    y = abs(x)
    if not y < 1:
        return math.copysign(math.inf, x) if y == 1 else math.nan
    if y < 1e-8:  # the next term of the series is x**3 times 0.23
        return x * (math.sqrt(math.pi) / 2)
    logarithm, a = math.log1p(-y) + math.log1p(y), 0.147
    half = 2 / (math.pi * a) + logarithm / 2
    z = math.sqrt(math.sqrt(half * half - logarithm / a) - half)
    for _ in range(3):
        beyond = math.erf(z) - y if y < 0.5 else (1 - y) - math.erfc(z)
        step = beyond * (math.sqrt(math.pi) / 2) * math.exp(z * z)
        z -= step / (1 + z * step)
    return math.copysign(z, x)


def polygamma(order: int, x: float) -> float:
    """The derivative number `order + 1` of log gamma. Mpmath's has lost six digits at order 7 and x = 50."""
    if math.isnan(x) or x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.nan
    if x == math.inf:
        return math.inf if order == 0 else 0.0
    try:
        if x < 0:
            return _reflect(order, x)
        return _add_up(order, x) if order else _digamma(x)
    except (OverflowError, ZeroDivisionError):
        return math.inf if order % 2 else -math.inf


def _digamma(x: float) -> float:
    """`polygamma` of order 0 above 0. Next to the pole mpmath's loses what x is smaller than 1."""
    from mpmath import fp

    return float(fp.psi(0, x)) if x >= 0.5 else float(fp.psi(0, x + 1)) - 1 / x  # DLMF 5.5.2


def _add_up(order: int, x: float) -> float:
    """`polygamma` above 0: (-1)**(n + 1) n! times the sum of (x + k)**-(n + 1) for k = 0, 1, ... (DLMF 5.15.1).

    The first terms one by one, the rest by the formula of Euler and Maclaurin (DLMF 2.10.1), all of them in parts of
    the first, which is multiplied in last: so nothing overflows on the way. At order 1 and x = 30 nothing comes one by
    one: 1/30 + 1/(2*30**2) + 1/(6*30**3) - ... = 0.033895...
    """
    power = order + 1
    alone = max(0, math.ceil(power + 2 * len(BERNOULLI) - x))
    total, rest = math.fsum((x / (x + k)) ** power for k in range(alone)), x + alone
    tail, step = rest / order + 0.5, power / (2 * rest)
    for j, number in enumerate(BERNOULLI, 1):
        tail += number * step
        step *= ((power + 2 * j - 1) / rest) * ((power + 2 * j) / rest) / ((2 * j + 1) * (2 * j + 2))
    total += (x / rest) ** power * tail
    for k in range(1, power):
        total *= k / x
    return total / x if order % 2 else -total / x


def _reflect(order: int, x: float) -> float:
    """`polygamma` below 0 from its value above 1.

    (-1)**n psi(n, 1 - x) - psi(n, x) = pi times the derivative number n of cot(pi x) (DLMF 5.15.6). That derivative is
    pi**n times a polynomial in the cotangent: -(1 + c**2), 2*c + 2*c**3, ...; each is -(1 + c**2) times the slope of
    the one before, and has terms of one sign alone, which do not cancel.
    """
    powers = [0, 1]  # the coefficients of c**0, c**1, ...
    for _ in range(order):
        slope = [k * a for k, a in enumerate(powers)][1:]
        powers = [-(a + b) for a, b in zip([*slope, 0, 0], [0, 0, *slope], strict=True)]
    cotangent = _cotangent(x - round(x))  # its period is 1, and nothing is rounded by the difference
    total = float(powers[-1])
    for a in powers[-2::-1]:
        total = total * cotangent + a
    return float((-1) ** order * polygamma(order, 1 - x) - math.pi ** (order + 1) * total)


def _cotangent(x: float) -> float:
    """cot(pi x) for x in -1/2..1/2, exactly 0 at both ends."""
    return math.copysign(math.tan(math.pi * (0.5 - abs(x))), x) if abs(x) > 0.25 else 1 / math.tan(math.pi * x)
