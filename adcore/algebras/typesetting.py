"""SymPy's formulas as LaTeX: parts that come again are written once, and numbers in their short forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adcore.algebras.symbols import Expression
from adcore.algebras.text import latex_number
from adcore.closed_forms import BASES, ONE, ClosedForm, closed_form

ROUNDED = 2
"""Units in the last place by which SymPy's numbers may miss the number that is meant: 1/3 - 1 is next to -2/3."""


def typesetter(names: Mapping[Expression, str]) -> Callable[[Expression], str]:
    """What writes formulas as LaTeX with these names for symbols."""
    import sympy
    from sympy.printing.latex import LatexPrinter

    written: dict[Expression, str] = {}
    roots = {base: sympy.Dummy() for base in BASES}

    class Printer(LatexPrinter):  # type: ignore[misc]
        def _print(self, expr: Any, **options: Any) -> str:
            if options or not getattr(expr, "args", ()):
                return str(super()._print(expr, **options))
            if expr not in written:
                written[expr] = super()._print(expr)
            return written[expr]

        def _print_Float(self, expr: Any) -> str:  # noqa: N802  (the name that SymPy looks for)
            form = _form(expr)
            return form.latex() if form else latex_number(float(expr))

        def _print_Mul(self, expr: Any) -> str:  # noqa: N802
            """What is under the line of a number in front goes under that of the product; 1/x is a power here."""
            if not expr.is_Mul:
                return str(super()._print_Mul(expr))
            first, *rest = expr.args
            product = sympy.Mul(*_factors(sympy, first, roots), *rest, evaluate=False)
            return str(super()._print_Mul(product)) if product.is_Mul else self._print(product)

        def _print_Pow(self, expr: Any) -> str:  # noqa: N802
            form = _form(expr.base)
            raised = rf"\left({form.latex()}\right)^{{{self._print(expr.exp)}}}" if form else super()._print_Pow(expr)
            return str(raised)

        def _print_Heaviside(self, expr: Any, exp: str | None = None) -> str:  # noqa: N802
            """Without its number at 0, which is a convention and stands elsewhere."""
            step = rf"\theta\left({self._print(expr.args[0])}\right)"
            return step if exp is None else rf"{step}^{{{exp}}}"

    printer = Printer({"symbol_names": {**names, **{root: base.latex for base, root in roots.items()}}})
    return lambda formula: str(printer.doprint(formula))


def _form(number: Expression) -> ClosedForm | None:
    return closed_form(float(number), ROUNDED) if number.is_Float else None


def _factors(sympy: Any, first: Expression, roots: Mapping[Any, Expression]) -> list[Expression]:
    """The first factor of a product as SymPy can put it over and under a line: 1/(3*√2) is Rational(1, 3)/√2."""
    form = _form(first)
    if form is None:
        return [] if first.is_Float and float(first) == 1 else [first]
    if form.base is not ONE and not form.under:
        return [first]
    return [sympy.Rational(form.p, form.q), *([1 / roots[form.base]] if form.under else [])]
