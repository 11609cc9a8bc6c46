"""Values of functions that `math` lacks, for every float; where we can, from mpmath's double-precision context."""

from __future__ import annotations

import math

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""The numbers B2, B4, ... (DLMF 24.2)."""


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
    """Log |gamma(x)|; infinite at the poles."""
    return math.inf if x <= 0 and x == math.floor(x) else math.lgamma(x)


def erfinv(x: float) -> float:
    """The inverse of erf on -1..1."""
    from mpmath import fp

    if abs(x) >= 1 or math.isnan(x):
        return math.copysign(math.inf, x) if abs(x) == 1 else math.nan
    return float(fp.erfinv(x))


def polygamma(order: int, x: float) -> float:
    """The derivative number `order + 1` of log gamma. Mpmath's has lost six digits at order 7 and x = 50."""
    from mpmath import fp

    if math.isnan(x) or x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.nan
    if x == math.inf:
        return math.inf if order == 0 else 0.0
    try:
        if order == 0:
            return float(fp.psi(0, x))
        return _add_up(order, x) if x > 0 else _reflect(order, x)
    except (OverflowError, ZeroDivisionError):
        return math.inf if order % 2 else -math.inf


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
