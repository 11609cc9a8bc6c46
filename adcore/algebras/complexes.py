"""Complex numbers, for the complex step: the imaginary part of f(x + ih) is h f'(x), without cancellation.

(Squire & Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 1998.)
Decisions look at the real part, so a step does not change them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcore.errors import ADError
from adcore.interpreter import run
from adcore.primitives import TESTS
from adcore.rules import Rule

FLAT = ("floor", "ceil", "sign", *TESTS)


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
