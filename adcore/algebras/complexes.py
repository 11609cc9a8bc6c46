"""Complex numbers, for the complex step: the imaginary part of f(x + ih) is h f'(x), without cancellation.

(Squire & Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 1998.)
Decisions look at the real part, so a step does not change them. Functions that are 1/cosh or log(1 + exp) are computed
so that nothing overflows on the way to a number that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from adcore.errors import ADError
from adcore.interpreter import run
from adcore.primitives import TESTS
from adcore.rules import Rule

FLAT = ("floor", "ceil", "sign", *TESTS)
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
    """The root of the sum of squares, of numbers of ordinary size."""
    size = max(abs(x.real), abs(y.real)) or 1.0
    return np.sqrt((x / size) ** 2 + (y / size) ** 2) * size if np.isfinite(size) else x + y


def _power(x: np.complex128, y: np.complex128) -> np.complex128:
    """NumPy knows powers of zero for real exponents only."""
    return np.complex128(0) if x == 0 and y.real > 0 else np.power(x, y)


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
        if row.name == "abs":
            return -args[0] if args[0].real < 0 else args[0]
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
