"""Complex numbers, for the complex step: the imaginary part of f(x + ih) is h f'(x), without cancellation.

(Squire & Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 1998.)
Decisions look at the real part, so a step does not change them. Functions that are 1/cosh or log(1 + exp) are computed
so that nothing overflows on the way to a number that does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from adcore.algebras.floats import slopes_of
from adcore.errors import ADError
from adcore.interpreter import run
from adcore.primitives import TESTS
from adcore.rules import Rule

FLAT = ("floor", "ceil", "sign", *TESTS)
LINEAR = ("add", "sub", "neg", "mul", "div")
"""Through these an infinite slope stays one; of any other operation, what complex numbers give there means nothing."""
FAR = 100.0
"""Where cosh is half an exponential, to the last digit, and its square no overflow."""


def _log1p(z: np.complex128) -> np.complex128:
    """log(1 + z): of its absolute value by the square of that, less 1."""
    x, y = z.real, z.imag
    return np.complex128(complex(0.5 * np.log1p(x * (2 + x) + y * y), np.arctan2(y, 1 + x)))


def _softplus(z: np.complex128) -> np.complex128:
    return np.complex128(z + _log1p(np.exp(-z)) if z.real > 0 else _log1p(np.exp(z)))


def _sigmoid(z: np.complex128) -> np.complex128:
    small = np.exp(-z if z.real > 0 else z)
    return np.complex128((1 if z.real > 0 else small) / (1 + small))


def _sech(z: np.complex128) -> np.complex128:
    """1/cosh: far out by the exponential that vanishes."""
    if abs(z.real) < FAR:
        return np.complex128(1 / np.cosh(z))
    return np.complex128(2 * np.exp(-z if z.real > 0 else z))


def _csch(z: np.complex128) -> np.complex128:
    """1/sinh, likewise."""
    if abs(z.real) < FAR:
        return np.complex128(1 / np.sinh(z))
    return np.complex128(np.copysign(2.0, z.real) * np.exp(-z if z.real > 0 else z))


def _hypot(x: np.complex128, y: np.complex128) -> np.complex128:
    """The root of the sum of squares, of numbers of ordinary size; at the tip of the cone flat, as its row says."""
    size = max(abs(x.real), abs(y.real))
    if size == 0:
        return np.complex128(0)
    return np.sqrt((x / size) ** 2 + (y / size) ** 2) * size if np.isfinite(size) else x + y


def _power(x: np.complex128, y: np.complex128) -> np.complex128:
    """NumPy knows powers of zero for real exponents only; a negative base leaves the reals as its exponent moves."""
    if x == 0 and y.real > 0:
        return np.complex128(0)
    found = np.power(x, y)
    return np.complex128(complex(found.real, np.nan)) if x.real < 0 and y.imag else found


def _remainder(x: np.complex128, y: np.complex128) -> np.complex128:
    """What is left of the real parts, which is exact; x - y*floor(x/y) rounds, and of x/x may be x."""
    return np.complex128(complex(np.mod(x.real, y.real), x.imag - y.imag * np.floor(x.real / y.real)))


def _cbrt(z: np.complex128) -> np.complex128:
    """The cube root that is real for real numbers."""
    return np.complex128(-np.power(-z, 1 / 3) if z.real < 0 else np.power(z, 1 / 3))


def _abs(z: np.complex128) -> np.complex128:
    """By the sign of the real part; flat at 0, by convention."""
    return np.complex128(0) if z.real == 0 else -z if z.real < 0 else z


def _relu(z: np.complex128) -> np.complex128:
    """Flat at 0, by convention, where the largest of z and 0 would be half of each."""
    return np.complex128(0) if z.real <= 0 else z


STEADY: Mapping[str, Callable[..., np.complex128]] = MappingProxyType(
    {
        "expm1": np.expm1,
        "log1p": _log1p,
        "softplus": _softplus,
        "sigmoid": _sigmoid,
        "sech": _sech,
        "csch": _csch,
        "hypot": _hypot,
        "pow": _power,
        "mod": _remainder,
        "cbrt": _cbrt,
        "abs": _abs,
        "relu": _relu,
    }
)


class ComplexAlgebra:
    """Python complex numbers."""

    def const(self, c: float) -> complex:
        return complex(c)

    def apply(self, rule: Rule, args: Sequence[complex]) -> complex:
        row = rule.row
        if row.name in FLAT:
            return complex(row.value(*(a.real for a in args)))
        if row.name == "where":
            return args[1] if args[0].real else args[2]
        if row.name in ("max", "min"):
            return self._extreme(rule, args)
        if row.name in STEADY:
            with np.errstate(all="ignore"):
                return complex(STEADY[row.name](*(np.complex128(a) for a in args)))
        if rule.means is not None:
            letters = [*args, complex(0)]
            return run(rule.means, self, letters)[rule.means.outputs[0]]
        if row.array is None or row.name == "atan2":
            message = f"The complex step cannot go through {row.name}."
            raise ADError("complex-step", message, None, "Use forward, reverse or numerical differentiation.")
        with np.errstate(all="ignore"):
            return complex(row.array(*(np.complex128(a) for a in args)))

    def _extreme(self, rule: Rule, args: Sequence[complex]) -> complex:
        """The winner by real part; winners that tie are averaged, which is the row's convention."""
        best = rule.row.value(*(a.real for a in args))
        ties = [a for a in args if a.real == best]
        return sum(ties) / len(ties) if ties else complex(best)


class Moved(NamedTuple):
    """A float, the complex number beside it, whether it depends on the input that moves, and whether that is too steep.

    Steep is what has an infinite slope on the way, as that of sqrt at 0.
    """

    value: float
    z: complex
    varies: bool = False
    is_steep: bool = False


class StepAlgebra:
    """The complex step as real numbers allow it: each number travels with the float that it is without the step.

    Complex numbers go on where real ones end: log(-2 + ih) has a value. Where the float has none, here is none either;
    decisions look at the floats. At a pole, and where a row's kink says that the slope is infinite, the imaginary part
    becomes infinite if the table's partial has that sign too, and else nan.
    """

    def __init__(self) -> None:
        self._complex = ComplexAlgebra()

    def const(self, c: float) -> Moved:
        return Moved(c, complex(c))

    def apply(self, rule: Rule, args: Sequence[Moved]) -> Moved:
        row = rule.row
        if rule.custom is not None:
            return run(rule.custom.body, self, args)[rule.custom.body.outputs[0]]
        if row.name == "where":
            return args[1] if args[0].value else args[2]
        value = row.value(*(a.value for a in args))
        if row.name in ("max", "min") and not math.isnan(value):  # winners that tie are averaged, by convention
            ties = [a for a in args if a.value == value]
            middle = sum(a.z for a in ties) / len(ties)
            return Moved(value, middle, any(a.varies for a in ties), any(a.is_steep for a in ties))
        z = self._complex.apply(rule, [a.z for a in args])
        varying = [k for k, a in enumerate(args) if a.varies and not rule.flat[k]]
        return _without_mirage(rule, args, varying, value, z) if varying else Moved(value, complex(value))


def _without_mirage(rule: Rule, args: Sequence[Moved], varying: Sequence[int], value: float, z: complex) -> Moved:
    """What is found, but for an imaginary part that means nothing: past an infinite slope, or where floats end."""
    if math.isnan(value):
        return Moved(value, complex(math.nan, math.nan), True)
    if any(args[k].is_steep for k in varying):
        goes_on = rule.row.name in LINEAR and math.isinf(z.imag)
        return Moved(value, complex(value, z.imag if goes_on else math.nan), True, True)
    if math.isfinite(value) and all(math.isinf(args[k].value) for k in varying):
        return Moved(value, complex(value))  # levelled off
    letters = (*(a.value for a in args), value)
    if _is_steep(rule, letters, varying):
        slope = sum(slopes_of(rule)[k](letters) * args[k].z.imag for k in varying)
        agrees = math.isinf(slope) and slope * z.imag > 0
        return Moved(value, complex(value, slope if agrees else math.nan), True, True)
    has_ended = math.isinf(value) and any(math.isinf(args[k].z.imag) for k in varying)
    return Moved(value, complex(z.real, math.nan) if has_ended and not math.isinf(z.imag) else z, True)


def _is_steep(rule: Rule, letters: Sequence[float], varying: Sequence[int]) -> bool:
    """Whether an operation is at a pole, or at a kink where its slope is infinite."""
    if rule.domain is not None and not rule.domain.holds(letters):
        return True
    at_kink = rule.kink is not None and rule.kink.holds(letters)
    return at_kink and not all(math.isfinite(slopes_of(rule)[k](letters)) for k in varying)
