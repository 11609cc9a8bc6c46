"""Reverse mode over the nodes of one staged program, for code that is to be fast: `sweep`, with factors kept apart.

The adjoint of a node is a number times a base times a local factor, multiplied out only where it must be. Numbers are
multiplied, and signs turned, while the program is written; sums with the same base add their local factors. For
z = 4*y*(1 - y), t = 4*y, u = 1 - y, with the adjoint a:

    t += a*u        u += a*t        y += 4*a*u        y += -1*a*t        that is, y = a*(4*u - t)

three operations where contributions that are written out one by one take five. Contributions that are numbers are added
up first, while the program is written. (Griewank & Walther 2008, section 9.1, absorption of local partials; the sweep
is that of section 3.2.)

An adjoint of nothing hands on nothing, as of a step, or of a sum that cancels; but nothing times infinity is no number,
so whatever the modes multiply it with is asked for in one test, `doubt`. Slopes are those of the modes but for rounding
and, at the ends of the floats, for this: a*(1/y) is written a/y, which has a value where 1/y overflows (below 5.6e-309
in size); a*(-out/y) is written -(a/y)*out, which is nothing where a/y is too small; and factors that are numbers
between 1e-10 and 1e10 wait, which moves where products overflow or lose digits (beyond 1e308, below 2.2e-308) by as
much. Other numbers are multiplied with at once, and where the program has numbers below 1e-100 or beyond 1e100, all is
multiplied in the order of reverse mode. For 1e120*(x/y/y) at y = 1e170,

    1e120/y = 1e-50, 1e-50/y = 1e-220        but        1/y/y = 0, 1e120*0 = 0
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from heapq import heappop, heappush

from adcore.algebras.staging import Kind, StagingAlgebra, find_kind
from adcore.columns import number_of
from adcore.recipes import READ, Recipe, Step, recipes_of

Product = tuple[float, int | None, int | None]
"""A number, a base and a local factor; None is 1."""
Aside = dict[int, float]
"""By node: contributions to its adjoint that are numbers, added up."""
ONE: Product = (1.0, None, None)
NO_PRODUCT: Product = (0.0, None, None)
SMALLEST, LARGEST = 1e-10, 1e10
"""Between these a product of numbers is made while the program is written, and waits."""
ADD, SUB, MUL, DIV, EQ = (find_kind(op, None, 2) for op in ("add", "sub", "mul", "div", "eq"))
NEG, SQUARE = find_kind("neg", None, 1), find_kind("powi", 2.0, 1)
FEW_INPUTS = 16
"""Inputs up to which it is not worth the time to look when the slope of each is finished."""
NOTHING = 1 << 62
"""The first input that a constant depends on: beyond all."""


class Adjoints:
    """Writes rows of Jacobians into a program, which has to have inputs first and may already hold other rows.

    The rows are of nodes staged so far: to differentiate a row again, make another of these.
    """

    def __init__(self, staging: StagingAlgebra) -> None:
        self.staging = staging
        self.inputs = staging.inputs
        self._kinds, self._args, self._numbers = staging.kinds, staging.args, staging.numbers
        self._apply = staging.on_two()
        self._recipes = READ.copy()
        self._first: list[int] = []
        self._ends = self._lowest_readers() if len(self.inputs) > FEW_INPUTS else {}
        self._zeros: dict[int, None] = {}

    def row(self, output: int, last: int | None = None) -> list[int]:
        """The slopes of a node for the inputs, in order, up to input number `last`; a zero is a constant.

        Of many inputs each slope is multiplied out as soon as it is finished, so that its factors need not be kept.
        """
        inputs, kinds, columns, found, count = self.inputs, self._kinds, self._args, self._recipes, len(self.inputs)
        idle = self._numbers if last is None else self._idle(last)
        times, plus = self._times_in_order if self.staging.is_extreme else self._times, self._plus
        adjoints: dict[int, Product] = {output: ONE}
        aside: Aside = {}
        slopes: dict[int, int] = {}
        waiting = [-output] if output >= count and output not in idle else []
        while waiting:
            i = -heappop(waiting)
            args, adjoint = columns[i], adjoints.pop(i)
            if i in aside:
                adjoint = plus(adjoint, (aside[i], None, None))
            recipes = found.get(kinds[i]) or self._find(kinds[i])
            for k, target in enumerate(args):
                if target in idle:
                    continue
                product = times(adjoint, recipes[k], args, i)
                if target in adjoints:
                    product = plus(adjoints[target], product, target, aside)
                elif target >= count:
                    heappush(waiting, -target)
                adjoints[target] = product
            if i in self._ends:
                self._finish([a for a in self._ends[i] if a in adjoints], adjoints, aside, slopes)
        self._finish([*adjoints], adjoints, aside, slopes)
        wanted, zero = inputs[: None if last is None else last + 1], self.staging.const
        return [slopes[i] if i in slopes else zero(0.0) for i in wanted]

    def _finish(self, nodes: Sequence[int], adjoints: dict[int, Product], aside: Aside, slopes: dict[int, int]) -> None:
        """Multiply out the adjoints of nodes to which nothing more is added."""
        for i in nodes:
            adjoint = adjoints.pop(i)
            slopes[i] = self._number(*(self._plus(adjoint, (aside[i], None, None)) if i in aside else adjoint))

    def _lowest_readers(self) -> Mapping[int, Sequence[int]]:
        """The inputs by the first node that reads them, which a sweep visits last of those that do."""
        count, first, found = len(self.inputs), dict[int, int](), dict[int, list[int]]()
        for i, args in enumerate(self._args):
            for a in args:
                if a < count and a not in first:
                    first[a] = i
                    found.setdefault(i, []).append(a)
        return found

    def _idle(self, last: int) -> Container[int]:
        """The nodes that depend on none of the inputs up to number `last`."""
        self._first = self._first or self._first_inputs()
        return {i for i, first in enumerate(self._first) if first > last}

    def _first_inputs(self) -> list[int]:
        """For each node the position of the first input that it depends on."""
        first = [NOTHING] * len(self.staging.args)
        for position, i in enumerate(self.inputs):
            first[i] = position
        for i, args in enumerate(self.staging.args):
            for a in args:
                if first[a] < first[i]:
                    first[i] = first[a]
        return first

    def _find(self, kind: Kind) -> tuple[Recipe, ...]:
        """The partials of an operation."""
        assert kind.rule is not None
        found = self._recipes[kind] = recipes_of(kind.rule)
        return found

    def _times(self, adjoint: Product, recipe: Recipe, args: Sequence[int], out: int) -> Product:
        """An adjoint times the partial that a recipe gives for these letters: arguments and value."""
        factor, over, under, count, steps = recipe
        if steps:
            args = self._places(count, steps, (*args, out))
        if under is not None:
            return self._divided(adjoint, recipe, args, out)
        if over is not None:
            above = args[over] if over < len(args) else out
            if above not in self._numbers:
                number, base, local = adjoint if factor == 1.0 else self._enlarged(adjoint, factor)
                product = number, base if local is None else self._whole(base, local), above
                return product if number else self._nought(adjoint, above)
            factor *= self._numbers[above]
        return adjoint if factor == 1.0 else self._enlarged(adjoint, factor)

    def _times_in_order(self, adjoint: Product, recipe: Recipe, args: Sequence[int], out: int) -> Product:
        """The same as reverse mode multiplies it: the partial comes first, and then the adjoint times the partial."""
        factor, over, under, count, steps = recipe
        places = self._places(count, steps, (*args, out))
        above, below = None if over is None else places[over], None if under is None else places[under]
        if not adjoint[0] or not factor:
            return self._nought(adjoint, above, below)
        local = self._scaled(factor, above)
        if below is not None:
            local = self._apply(DIV, local, below)
        return 1.0, self._apply(MUL, self._number(*adjoint), local), None

    def _divided(self, adjoint: Product, recipe: Recipe, places: Sequence[int], out: int) -> Product:
        """An adjoint times factor * above / below."""
        factor, over, under, _, _ = recipe
        assert under is not None
        above = None if over is None else places[over] if over < len(places) else out
        below = places[under] if under < len(places) else out
        if above is not None and above in self._numbers:
            factor, above = factor * self._numbers[above], None
        if below in self._numbers:
            number = self._numbers[below]
            factor = factor / number if number else math.nan
            if above is None:
                return self._enlarged(adjoint, factor)
            return self._times(adjoint, (factor, 0, None, 1, ()), (above,), out)
        if not adjoint[0] or not factor:
            return self._nought(adjoint, above, below)
        number, base, local = adjoint if factor == 1.0 else self._enlarged(adjoint, factor)
        if above is not None and below == out:  # a part of the value, as of hypot, is a number where 1/out may be none
            return number, base if local is None else self._whole(base, local), self._apply(DIV, above, below)
        whole = self._scaled(1.0, self._whole(base, local))
        return number, self._apply(DIV, whole, below), above

    def _nought(self, adjoint: Product, above: int | None = None, below: int | None = None) -> Product:
        """Nothing is handed on; but nan is where what nothing is multiplied with is no number."""
        zero, (_, base, local) = self.staging.const(0.0), adjoint
        inverse = None if below is None else self._apply(DIV, self.staging.const(1.0), below)
        for factor in (base, local, above, inverse):
            if factor is not None and factor not in self._numbers:
                self._zeros[self._apply(MUL, zero, factor)] = None
        return NO_PRODUCT

    def doubt(self) -> int | None:
        """A test that holds where all is a number that nothing was multiplied with; None if there is no such thing."""
        if not self._zeros:
            return None
        first, *rest = self._zeros
        for zero in rest:
            first = self._apply(ADD, first, zero)
        return self._apply(EQ, first, self.staging.const(0.0))

    def _enlarged(self, adjoint: Product, c: float) -> Product:
        """An adjoint times a number."""
        number, base, local = adjoint
        size = number * c
        if SMALLEST < abs(size) < LARGEST:
            return size, base, local
        if not number or not c:
            return self._nought(adjoint)
        return 1.0, self._scaled(c, self._number(number, base, local)), None

    def _places(self, count: int, steps: Sequence[Step], letters: Sequence[int]) -> list[int]:
        """The nodes that stand for a recipe's letters, so many with `nan`, and for its steps."""
        staging, places = self.staging, list(letters)
        if len(places) < count:
            places.append(staging.const(float("nan")))
        for kind, args in steps:
            if kind.rule is None:
                places.append(staging.const(number_of(kind.constant)))
            else:
                places.append(staging.operate(kind, tuple([places[a] for a in args])))
        return places

    def _plus(self, one: Product, other: Product, target: int = -1, aside: Aside | None = None) -> Product:
        """The sum of two contributions to `target`; a number is put `aside` until all others have come."""
        c1, base1, local1 = one
        c2, base2, local2 = other
        if not c1 or not c2:
            return one if c1 else other
        if base1 == base2 and local1 == local2:
            return (c1 + c2, base1, local1) if c1 + c2 else self._nought(one)
        is_number = base1 is None and local1 is None
        if aside is not None and (is_number or (base2 is None and local2 is None)):
            number, rest = (c1, other) if is_number else (c2, one)
            aside[target] = aside.get(target, 0.0) + number
            return rest
        if base1 != base2:
            return self._sum(c1, self._whole(base1, local1), c2, self._whole(base2, local2), None)
        return self._sum(c1, local1, c2, local2, base1)

    def _sum(self, c1: float, x: int | None, c2: float, y: int | None, base: int | None) -> Product:
        """(c1*x + c2*y)*base, with a minus only where no number can take it.

        Of (3 - 2*x) - 2*x the same product is taken away twice.
        """
        if c1 != c2 and (c1 < 0 < c2 or (abs(c1) < abs(c2) and c1 * c2 > 0)):
            c1, x, c2, y = c2, y, c1, x
        size = 1.0
        if c1 == c2 or c1 == -c2:
            size, c1, c2 = c1, 1.0, c2 / c1
        elif c1 == -1.0:
            size, c1, c2 = -1.0, 1.0, -c2
        total = self._apply(ADD if c2 > 0 else SUB, self._scaled(c1, x), self._scaled(abs(c2), y))
        return (size, total, None) if base is None else (size, base, total)

    def _scaled(self, c: float, x: int | None) -> int:
        if x is None or c == 1.0:
            return self.staging.const(c) if x is None else x
        return self._apply(MUL, self.staging.const(c), x)

    def _whole(self, base: int | None, local: int | None) -> int | None:
        if base is None or local is None:
            return local if base is None else base
        if base == local:
            return self.staging.operate(SQUARE, (base,))
        return self._apply(MUL, base, local)

    def _number(self, c: float, base: int | None, local: int | None) -> int:
        """A product as one node."""
        whole = self._whole(base, local)
        if c == -1.0 and whole is not None:
            return self.staging.operate(NEG, (whole,))
        return self._scaled(c, whole) if c else self.staging.const(0.0)
