"""Numbers as people write them: 0.3333333333333333 is 1/3, and 6.283185307179586 is 2π.

What a program computes from constants alone is worked out while it is recorded, so a graph knows only the float. But a
float with all its digits is what hardly any other short formula comes to, so the formula can be found again: p times a
base over q, or p over q times a base, for small whole p and q. A fraction has to come to the very float, 0.1 + 0.2 is
not 3/10; another form to it, or to the float beside it, in one of the orders in which it may have been computed.

    sqrt(2)/2 = 0.7071067811865476        1/sqrt(2) = 0.7071067811865475
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from adcore.language import CONSTANTS

LONG = 14
"""Characters from which a number is worth another form: none with fewer digits is the float next to one."""
SCALE = 55_440
"""What every q divides; all whole numbers up to 12 do, and 180 and the factorials up to 7."""
MOST = 1_000
"""Whole numbers p from here on are not what one would write."""
NEAR = 1e-9
"""How near to a whole number something is worth a closer look."""


class Base(NamedTuple):
    """A number that is no fraction; how it is written as text and as LaTeX."""

    value: float
    text: str
    latex: str


class ClosedForm(NamedTuple):
    """p*base/q, or p/(q*base) if the base is `under`."""

    p: int
    base: Base
    q: int
    under: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is the base alone, which needs no brackets."""
        return self.p == self.q == 1 and not self.under

    def text(self) -> str:
        """Like 2π, −1/3, √2/2, 1/(2π)."""
        over, under = self._ends(self.base.text)
        return f"{self._sign('−')}{over}" + (f"/{_bracketed(under)}" if under else "")

    def latex(self) -> str:
        r"""The same, like 2\pi."""
        over, under = self._ends(self.base.latex)
        return self._sign("-") + (rf"\frac{{{over}}}{{{under}}}" if under else over)

    def _sign(self, minus: str) -> str:
        return minus if self.p < 0 else ""

    def _ends(self, base: str) -> tuple[str, str]:
        over, under = _product(abs(self.p), "" if self.under else base), _product(self.q, base if self.under else "")
        return over, "" if under == "1" else under


def _product(number: int, base: str) -> str:
    return str(number) if not base else base if number == 1 else f"{number}{base}"


def _bracketed(under: str) -> str:
    return f"({under})" if under[0].isdigit() and not under.isdigit() else under


ONE = Base(1.0, "", "")
ROOTED = tuple(Base(math.sqrt(n), f"√{n}", rf"\sqrt{{{n}}}") for n in (2, 3, 5, 6, 7, 10))
PI = CONSTANTS["pi"]
CIRCULAR = (
    Base(PI, "π", r"\pi"),
    Base(PI**2, "π²", r"\pi^{2}"),
    Base(math.sqrt(PI), "√π", r"\sqrt{\pi}"),
    Base(math.sqrt(2 * PI), "√(2π)", r"\sqrt{2\pi}"),
)
BASES = (ONE, *CIRCULAR, Base(CONSTANTS["e"], "e", "e"), *ROOTED)


def closed_form(c: float, ulps: int = 0) -> ClosedForm | None:
    """The short formula that comes to a number; None where there is none, or where the number is short already.

    What has been worked out from other rounded numbers may be some units in the last place away; π is rounded itself.

    >>> closed_form(2*math.pi/3).text(), closed_form(1/3 - 1), closed_form(1/3 - 1, ulps=1).text(), closed_form(0.5)
    ('2π/3', None, '−2/3', None)
    """
    if len(repr(c)) < LONG or not math.isfinite(c):
        return None
    forms = [(form, _distance(form, c) / math.ulp(c)) for form in _candidates(c)]
    near = [(form, off) for form, off in forms if off <= max(ulps, int(form.base is not ONE))]
    return min(near, key=lambda pair: pair[1])[0] if near else None


def _candidates(c: float) -> Iterator[ClosedForm]:
    for base in BASES:
        for under in (False, True) if base is not ONE else (False,):
            scaled = c * base.value * SCALE if under else c / base.value * SCALE
            whole = round(scaled)
            divisor = math.gcd(whole, SCALE)
            if abs(scaled - whole) <= NEAR * abs(scaled) and 0 < abs(whole) < MOST * divisor:
                yield ClosedForm(whole // divisor, base, SCALE // divisor, under)


def _distance(form: ClosedForm, c: float) -> float:
    """How far a number is from what a form comes to, computed from left to right or otherwise."""
    p, base, q = form.p, form.base.value, form.q
    if form.base is ONE:  # 3*(1/10) is not 3/10, which is 0.3
        orders: tuple[float, ...] = (p / q,)
    elif form.under:
        orders = p / (q * base), p / q / base, p / base / q, p / q * (1 / base)
    else:
        orders = p * base / q, p * (base / q), p / q * base
    return min(abs(c - order) for order in orders)
