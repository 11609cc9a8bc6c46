"""Reverse mode over the nodes of one staged program, for code that is to be fast: `sweep`, with factors kept apart.

The adjoint of a node is a number times a base times a local factor, multiplied out only where it must be. Numbers are
multiplied, and signs turned, while the program is written; sums with the same base add their local factors. For
z = 4*y*(1 - y), t = 4*y, u = 1 - y, with the adjoint a:

    t += a*u        u += a*t        y += 4*a*u        y += -1*a*t        that is, y = a*(4*u - t)

three operations where contributions that are written out one by one take five. (Griewank & Walther 2008, section 9.1,
absorption of local partials; the sweep is that of section 3.2.)

An adjoint of nothing hands on nothing, as of a step, or of a sum that cancels; but nothing times infinity is no number,
so whatever the modes multiply it with is asked for in one test, `doubt`. Slopes are those of the modes but for rounding
and, at the ends of the floats, for this: a*(1/y) is written a/y, which has a value where 1/y overflows (below 5.6e-309
in size), and factors that are numbers come together, which moves where products overflow or lose digits (beyond 1e308,
below 2.2e-308).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from adcore.algebras.staging import Kind, StagingAlgebra
from adcore.columns import number_of
from adcore.graph import CONST, INPUT
from adcore.recipes import Recipe, recipes_of
from adcore.rules import find_rule

Product = tuple[float, int | None, int | None]
"""A number, a base and a local factor; None is 1."""
SMALLEST, LARGEST = 1e-100, 1e100
"""Between these a product of numbers is made while the program is written: it can neither overflow nor vanish."""
NOTHING = 1 << 62
"""The first input that a constant depends on: beyond all."""


Steps = tuple[float | tuple[Kind, tuple[int, ...]], ...]
"""What to stage for a recipe: one number or one operation (of places) after the other."""


class Adjoints:
    """Writes rows of Jacobians into a program, which has to have inputs first and may already hold other rows.

    The rows are of nodes staged so far: to differentiate a row again, make another of these.
    """

    def __init__(self, staging: StagingAlgebra) -> None:
        self.staging = staging
        self.inputs = [i for i, op in enumerate(staging.nodes.ops) if op == INPUT]
        self._add, self._sub, self._mul, self._div = (
            staging.kind(find_rule(op, None, 2), 2) for op in ("add", "sub", "mul", "div")
        )
        self._neg, self._square = (staging.kind(find_rule(op, c, 1), 1) for op, c in (("neg", None), ("powi", 2.0)))
        self._bound: dict[Kind, tuple[tuple[Recipe, Steps], ...]] = {}
        self._first = self._first_inputs()
        self._numbers, self._operate = staging.numbers, staging.operate
        self._zeros: dict[int, None] = {}

    def row(self, output: int, last: int | None = None) -> list[int]:
        """The slopes of a node for the inputs, in order, up to input number `last`; a zero is a constant."""
        last = len(self.inputs) - 1 if last is None else last
        adjoints: dict[int, Product] = {output: (1.0, None, None)}
        waiting = [-output] if self._first[output] <= last else []
        while waiting and -waiting[0] >= len(self.inputs):
            i = -heapq.heappop(waiting)
            adjoint = adjoints.pop(i)
            self._hand_on(i, adjoint, last, adjoints, waiting)
        return [self._number(*adjoints.get(i, (0.0, None, None))) for i in self.inputs[: last + 1]]

    def _hand_on(self, i: int, adjoint: Product, last: int, adjoints: dict[int, Product], waiting: list[int]) -> None:
        """Add what a node contributes to the adjoints of its arguments."""
        args, first = self.staging.nodes.args[i], self._first
        for target, (recipe, steps) in zip(args, self._bounds(self.staging.kinds[i]), strict=True):
            if first[target] <= last:
                added = self._times(adjoint, recipe, steps, (*args, i))
                if target in adjoints:
                    adjoints[target] = self._plus(adjoints[target], added)
                else:
                    adjoints[target] = added
                    heapq.heappush(waiting, -target)

    def _first_inputs(self) -> list[int]:
        """For each node the position of the first input that it depends on."""
        first = [NOTHING] * len(self.staging.nodes.ops)
        for position, i in enumerate(self.inputs):
            first[i] = position
        for i, args in enumerate(self.staging.nodes.args):
            for a in args:
                if first[a] < first[i]:
                    first[i] = first[a]
        return first

    def _bounds(self, kind: Kind) -> tuple[tuple[Recipe, Steps], ...]:
        """For each argument of an operation its recipe, with the steps in this program."""
        found = self._bound.get(kind)
        if found is None:
            pairs = [(recipe, self._bind(recipe) if recipe.steps else ()) for recipe in recipes_of(kind.rule)]
            found = self._bound[kind] = tuple(pairs)
        return found

    def _bind(self, recipe: Recipe) -> Steps:
        steps: list[float | tuple[Kind, tuple[int, ...]]] = []
        for op, args, constant in recipe.steps:
            if op == CONST:
                steps.append(number_of(constant))
            else:
                steps.append((self.staging.kind(find_rule(op, constant, len(args)), len(args)), args))
        return tuple(steps)

    def _times(self, adjoint: Product, recipe: Recipe, steps: Steps, letters: tuple[int, ...]) -> Product:
        """An adjoint times the partial that a recipe gives for these letters: arguments and value."""
        over, under, factor = recipe.over, recipe.under, recipe.factor
        if not factor:
            return self._nought(adjoint)
        if over is None and under is None:
            return self._enlarged(adjoint, factor) if adjoint[0] else adjoint
        places = self._places(recipe.letters, steps, letters) if steps else letters
        above, below = over if over is None else places[over], under if under is None else places[under]
        if above in self._numbers or below in self._numbers:
            factor, above, below = self._gathered(factor, above, below)
        if not adjoint[0] or not factor:
            return self._nought(adjoint, above, below)
        number, base, local = self._enlarged(adjoint, factor)
        if above is not None or below is not None:
            base, local = self._whole(base, local), above
        if below is not None:
            base = self._operate(self._div, (self._scaled(1.0, base), below))
        return number, base, local

    def _gathered(self, factor: float, above: int | None, below: int | None) -> tuple[float, int | None, int | None]:
        """The same where the numerator or the denominator is a constant: 4 of 4*y joins the number."""
        if above is not None and above in self._numbers:
            factor, above = factor * self._numbers[above], None
        if below is not None and below in self._numbers:
            under = self._numbers[below]
            factor, below = (factor / under if under else math.nan), None
        return factor, above, below

    def _nought(self, adjoint: Product, above: int | None = None, below: int | None = None) -> Product:
        """Nothing is handed on; but nan is where what nothing is multiplied with is no number."""
        zero, (_, base, local) = self.staging.const(0.0), adjoint
        inverse = None if below is None else self._operate(self._div, (self.staging.const(1.0), below))
        for factor in (base, local, above, inverse):
            if factor is not None and factor not in self._numbers:
                self._zeros[self._operate(self._mul, (zero, factor))] = None
        return 0.0, None, None

    def doubt(self) -> int | None:
        """A test that holds where all is a number that nothing was multiplied with; None if there is no such thing."""
        if not self._zeros:
            return None
        first, *rest = self._zeros
        for zero in rest:
            first = self._operate(self._add, (first, zero))
        equal = self.staging.kind(find_rule("eq", None, 2), 2)
        return self._operate(equal, (first, self.staging.const(0.0)))

    def _enlarged(self, adjoint: Product, c: float) -> Product:
        number, base, local = adjoint
        if SMALLEST < abs(number * c) < LARGEST:
            return number * c, base, local
        return c, self._number(number, base, local), None

    def _places(self, count: int, steps: Steps, letters: Sequence[int]) -> list[int]:
        """The nodes that stand for a recipe's letters, so many with `nan`, and for its steps."""
        staging, places = self.staging, list(letters)
        if len(places) < count:
            places.append(staging.const(float("nan")))
        for step in steps:
            if isinstance(step, float):
                places.append(staging.const(step))
            else:
                places.append(self._operate(step[0], tuple([places[a] for a in step[1]])))
        return places

    def _plus(self, one: Product, other: Product) -> Product:
        c1, base1, local1 = one
        c2, base2, local2 = other
        if base1 == base2 and local1 == local2:
            return (c1 + c2, base1, local1) if c1 + c2 else self._nought(one)
        if not c1 or not c2:
            return one if c1 else other
        if base1 == base2:
            number, total = self._sum(c1, local1, c2, local2)
            return number, base1, total
        number, total = self._sum(c1, self._whole(base1, local1), c2, self._whole(base2, local2))
        return number, total, None

    def _sum(self, c1: float, x: int | None, c2: float, y: int | None) -> tuple[float, int]:
        """c1*x + c2*y as a number times a node, with a minus only where no number can take it.

        Of (3 - 2*x) - 2*x the same product is taken away twice.
        """
        if c1 < 0 < c2 or (abs(c1) < abs(c2) and c1 * c2 > 0):
            c1, x, c2, y = c2, y, c1, x
        size = abs(c1) if abs(c1) == abs(c2) else 1.0
        if c1 < 0 and c1 / size == -1.0:
            size = -size
        kind = self._add if c2 / size > 0 else self._sub
        return size, self._operate(kind, (self._scaled(c1 / size, x), self._scaled(abs(c2 / size), y)))

    def _scaled(self, c: float, x: int | None) -> int:
        if x is None or c == 1.0:
            return self.staging.const(c) if x is None else x
        return self._operate(self._mul, (self.staging.const(c), x))

    def _whole(self, base: int | None, local: int | None) -> int | None:
        if base is None or local is None:
            return local if base is None else base
        if base == local:
            return self._operate(self._square, (base,))
        return self._operate(self._mul, (base, local))

    def _number(self, c: float, base: int | None, local: int | None) -> int:
        """A product as one node."""
        whole = self._whole(base, local)
        if c == -1.0 and whole is not None:
            return self._operate(self._neg, (whole,))
        return self._scaled(c, whole) if c else self.staging.const(0.0)
