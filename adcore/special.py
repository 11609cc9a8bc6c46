"""Values of functions that `math` lacks, for every float; where we can, from mpmath's double-precision context."""

from __future__ import annotations

import math


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
    """The derivative number `order + 1` of log gamma."""
    from mpmath import fp

    if math.isnan(x) or x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.nan
    if x == math.inf:
        return math.inf if order == 0 else 0.0
    try:
        return _reflect(order, x) if order and x < 0 else float(fp.psi(order, x))
    except (OverflowError, ZeroDivisionError):
        return math.inf if order % 2 else -math.inf


def _reflect(order: int, x: float) -> float:
    """`polygamma` below 0, where that of mpmath loses its way, from its value above 1.

    (-1)**n psi(n, 1 - x) - psi(n, x) = pi times the derivative number n of cot(pi x) (DLMF 5.15.6). That derivative is
    pi**n times a polynomial in the cotangent: -(1 + c**2), 2*c + 2*c**3, ...; each is -(1 + c**2) times the slope of
    the one before, and has terms of one sign alone, which do not cancel.
    """
    from mpmath import fp

    powers = [0, 1]  # the coefficients of c**0, c**1, ...
    for _ in range(order):
        slope = [k * a for k, a in enumerate(powers)][1:]
        powers = [-(a + b) for a, b in zip([*slope, 0, 0], [0, 0, *slope], strict=True)]
    cotangent = fp.cospi(x) / fp.sinpi(x)
    total = float(powers[-1])
    for a in powers[-2::-1]:
        total = total * cotangent + a
    return float((-1) ** order * fp.psi(order, 1 - x) - math.pi ** (order + 1) * total)
