"""THE table: every primitive with its value, its partial derivatives and its conventions, one row each.

Whatever needs a derivative reads it here: numbers, formulas shown to the learner, the derivative program, the tests.
To add a primitive, add a row. Families are rows for each whole number: `x**n`, the largest of n, the n-th polygamma.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from adcore import special
from adcore.rows import (
    ATOM,
    COMPARE,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Row,
    comparison,
    function,
    infix,
    total,
)

_SQUARE_ROOT: Mapping[str, str] = MappingProxyType(
    {"latex": r"\sqrt{@x}", "domain": "x >= 0", "kink": "x == 0", "convention": "the slope at 0 is infinite"}
)
_INSIDE = "-1 <= x <= 1"
_STEPS = "a step function is flat between its jumps, so the derivative is 0, at a jump too"
_TIES = "at a tie the derivative is shared equally"


def _trig(name: str, partial_text: str, said: str, **more: object) -> Row:
    """A function that LaTeX knows by its own name."""
    return function(name, getattr(math, name), partial_text, said, latex=rf"\{name}\left(@x\right)", **more)


def _arc(name: str, fast: Callable[[float], float], partial_text: str, **more: object) -> Row:
    """An inverse function, written arc… or ar…: numpy spells it out."""
    base = name[1:]
    prefix = "ar" if base.endswith("h") else "arc"
    array = getattr(np, "arc" + base, None)
    latex = rf"\operatorname{{{prefix}{base}}}\left(@x\right)"
    row_array = more.pop("array", array)
    return function(name, fast, partial_text, f"the inverse {base}", latex=latex, array=row_array, **more)


_ARITHMETIC = (
    infix(
        "add", "+", operator.add, np.add, ("1", "1"), level=SUM, needs=(SUM, SUM), said="the sum",
        remark="a sum passes a change of each term on unchanged",
    ),
    infix(
        "sub", "-", operator.sub, np.subtract, ("1", "-1"), level=SUM, needs=(SUM, PRODUCT), said="the difference",
        remark="a difference passes the first change on unchanged and the second with its sign turned",
    ),
    infix(
        "mul", "*", operator.mul, np.multiply, ("y", "x"), level=PRODUCT, needs=(PRODUCT, SIGN),
        latex=r"@x \cdot @y", said="the product", remark="the partial for one factor is the other factor",
    ),
    infix(
        "div", "/", lambda x, y: x / y, np.divide, ("1/y", "-out/y"), level=PRODUCT, needs=(PRODUCT, SIGN),
        latex=r"\frac{@x}{@y}", said="the quotient", domain="y != 0",
        remark="a quotient changes by 1/y with its numerator and by -(x/y)/y with its denominator",
    ),
    Row(
        "neg", ("x",), operator.neg, ("-1",), "-@x", "-@x", "the change of sign", np.negative, SIGN, (SIGN,),
        remark="changing the sign turns the sign of every change",
    ),
    infix(
        "pow", "**", math.pow, np.power, ("y*x**(y - 1)", "out*log(x)"), level=POWER, needs=(ATOM, SIGN),
        latex="@x^{@y}", said="the power", domain="x > 0 or (x == 0 and y >= 0) or (x < 0 and y == floor(y))",
        edges=("x == 0 and y == 0 -> sqrt(y) - sqrt(y)", "x == 0 and y != 0 -> x**(0.5 + (y >= 1)) - x**(0.5 + (y > 1)) + 0*sqrt(y)"),
        kink="x == 0 and 0 <= y < 1", convention="the slope at base 0 is infinite for exponents below 1",
        remark="for the base: the exponent comes down and is lowered by one; for the exponent: the power times log of the base",
    ),
    infix(
        "mod", "%", lambda x, y: x % y, np.mod, ("1", "-floor(x/y)"), level=PRODUCT, needs=(PRODUCT, SIGN),
        latex=r"@x \bmod @y", said="the remainder", domain="y != 0", means="x - y*floor(x/y)", kink="x/y == floor(x/y)",
        convention="at a jump of the remainder the derivative is that of the piece to the right",
    ),
    infix(
        "floordiv", "//", lambda x, y: float(x // y), np.floor_divide, ("0", "0"), level=PRODUCT, needs=(PRODUCT, SIGN),
        latex=r"\left\lfloor \frac{@x}{@y} \right\rfloor", said="the floor quotient", domain="y != 0", means="floor(x/y)",
        kink="x/y == floor(x/y)", convention=_STEPS,
    ),
)  # fmt: skip

_ELEMENTARY = (
    function("exp", math.exp, "out", "the exponential", latex="e^{@x}", remark="the exponential is its own derivative"),
    function("expm1", math.expm1, "exp(x)", "the exponential less one", means="exp(x) - 1", sympy=""),
    function("log", math.log, "1/x", "the logarithm", latex=r"\ln\left(@x\right)", domain="x > 0"),
    function("log1p", math.log1p, "1/(1 + x)", "the logarithm of 1 + x", domain="x > -1", means="log(1 + x)", sympy=""),
    function("log2", math.log2, "1/(x*log(2))", "the binary logarithm", latex=r"\log_2\left(@x\right)", domain="x > 0", means="log(x)/log(2)", sympy=""),
    function("log10", math.log10, "1/(x*log(10))", "the decimal logarithm", latex=r"\log_{10}\left(@x\right)", domain="x > 0", means="log(x)/log(10)", sympy=""),
    function("sqrt", math.sqrt, "1/(2*out)", "the square root", **_SQUARE_ROOT),
    function(
        "cbrt", math.cbrt, "1/(3*out**2)", "the cube root", latex=r"\sqrt[3]{@x}", kink="x == 0",
        convention="the slope at 0 is infinite", means="sign(x)*abs(x)**(1/3)", sympy="",
    ),
    _trig("sin", "cos(x)", "the sine", remark="the derivative of sin is cos"),
    _trig("cos", "-sin(x)", "the cosine", remark="the derivative of cos is -sin"),
    _trig("tan", "1 + out**2", "the tangent"),
    function("sec", lambda x: 1 / math.cos(x), "out*tan(x)", "the secant", latex=r"\sec\left(@x\right)", array=lambda x: 1 / np.cos(x)),
    function("csc", lambda x: 1 / math.sin(x), "-out*cot(x)", "the cosecant", latex=r"\csc\left(@x\right)", array=lambda x: 1 / np.sin(x), domain="x != 0"),
    function("cot", lambda x: 1 / math.tan(x), "-(1 + out**2)", "the cotangent", latex=r"\cot\left(@x\right)", array=lambda x: 1 / np.tan(x), domain="x != 0"),
    _arc("asin", math.asin, "1/sqrt((1 - x)*(1 + x))", domain=_INSIDE, kink="abs(x) == 1", convention="the slope at the end is infinite"),
    _arc("acos", math.acos, "-1/sqrt((1 - x)*(1 + x))", domain=_INSIDE, kink="abs(x) == 1", convention="the slope at the end is infinite"),
    _arc("atan", math.atan, "1/(1 + x**2)"),
    _arc("asec", lambda x: math.acos(1 / x), "1/(abs(x)*sqrt((abs(x) - 1)*(abs(x) + 1)))", domain="abs(x) >= 1", array=lambda x: np.arccos(1 / x), kink="abs(x) == 1", convention="the slope at the end is infinite"),
    _arc("acsc", lambda x: math.asin(1 / x), "-1/(abs(x)*sqrt((abs(x) - 1)*(abs(x) + 1)))", domain="abs(x) >= 1", array=lambda x: np.arcsin(1 / x), kink="abs(x) == 1", convention="the slope at the end is infinite"),
    _arc("acot", lambda x: math.atan(1 / x), "-1/(1 + x**2)", array=lambda x: np.arctan(1 / x), kink="x == 0", convention="acot jumps at 0; the slope of both sides is -1"),
    _trig("sinh", "cosh(x)", "the hyperbolic sine"),
    _trig("cosh", "sinh(x)", "the hyperbolic cosine"),
    _trig("tanh", "1 - out**2", "the hyperbolic tangent", remark="the derivative of tanh is 1 - tanh squared: the output is all it needs"),
    function("sech", lambda x: 1 / math.cosh(x), "-out*tanh(x)", "the hyperbolic secant", array=lambda x: 1 / np.cosh(x)),
    function("csch", lambda x: 1 / math.sinh(x), "-out*coth(x)", "the hyperbolic cosecant", array=lambda x: 1 / np.sinh(x), domain="x != 0"),
    function("coth", lambda x: 1 / math.tanh(x), "-csch(x)**2", "the hyperbolic cotangent", latex=r"\coth\left(@x\right)", array=lambda x: 1 / np.tanh(x), domain="x != 0"),
    _arc("asinh", math.asinh, "1/hypot(x, 1)"),
    _arc("acosh", math.acosh, "1/(sqrt(x - 1)*sqrt(x + 1))", domain="x >= 1", kink="x == 1", convention="the slope at 1 is infinite"),
    _arc("atanh", math.atanh, "1/((1 - x)*(1 + x))", domain="-1 < x < 1"),
    _arc("asech", lambda x: math.acosh(1 / x), "-1/(x*sqrt((1 - x)*(1 + x)))", domain="0 < x <= 1", array=lambda x: np.arccosh(1 / x), kink="x == 1", convention="the slope at the end is infinite"),
    _arc("acsch", lambda x: math.asinh(1 / x), "-1/(abs(x)*sqrt(1 + x**2))", domain="x != 0", array=lambda x: np.arcsinh(1 / x)),
    _arc("acoth", lambda x: math.atanh(1 / x), "1/((1 - x)*(1 + x))", domain="abs(x) > 1", array=lambda x: np.arctanh(1 / x)),
    function("erf", math.erf, "2/sqrt(pi)*exp(-x**2)", "the error function"),
    function("erfc", math.erfc, "-2/sqrt(pi)*exp(-x**2)", "the complementary error function"),
    function("erfinv", special.erfinv, "sqrt(pi)/2*exp(out**2)", "the inverse error function", domain="-1 < x < 1"),
    function("gamma", special.gamma, "out*digamma(x)", "the gamma function", latex=r"\Gamma\left(@x\right)", domain="x > 0 or x != floor(x)"),
    function("lgamma", special.lgamma, "digamma(x)", "the logarithm of the gamma function", latex=r"\ln\Gamma\left(@x\right)", domain="x > 0 or x != floor(x)", sympy="loggamma"),
    function("sigmoid", special.sigmoid, "out*sigmoid(-x)", "the logistic function", latex=r"\sigma\left(@x\right)", array=lambda x: 1 / (1 + np.exp(-x)), means="1/(1 + exp(-x))", sympy=""),
    function("softplus", special.softplus, "sigmoid(x)", "softplus", array=lambda x: np.logaddexp(0, x), means="log(1 + exp(x))", sympy=""),
)  # fmt: skip

_BINARY = (
    Row(
        "hypot", ("x", "y"), math.hypot, ("x/out", "y/out"), "hypot(@x, @y)", r"\sqrt{@x^2 + @y^2}", "the length",
        np.hypot, needs=(ATOM, ATOM), means="sqrt(x**2 + y**2)", kink="x == 0 and y == 0", edges=("out == 0 -> sqrt(out) - sqrt(out)",) * 2,
        convention="at the tip of the cone the derivative is taken to be 0",
    ),
    Row(
        "atan2", ("y", "x"), math.atan2, ("x/hypot(x, y)/hypot(x, y)", "-y/hypot(x, y)/hypot(x, y)"), "atan2(@y, @x)",
        r"\operatorname{atan2}\left(@y, @x\right)", "the angle", np.arctan2, sympy="atan2",
        kink="y == 0 and x <= 0", convention="the angle jumps by a full turn here; the slope of both sides is given, but for the origin, where there is none",
    ),
    Row(
        "where", ("c", "x", "y"), special.where, ("0", "where(c, 1, 0)", "where(c, 0, 1)"), "where(@c, @x, @y)",
        r"\begin{cases}@x & \text{if } @c\\ @y & \text{else}\end{cases}", "the choice",
        lambda c, x, y: np.where(c != 0, x, y), remark="only the chosen value passes changes on",
    ),
)  # fmt: skip

_PIECEWISE = (
    function(
        "abs", abs, "sign(x)", "the absolute value", latex=r"\left|@x\right|", sympy="Abs", kink="x == 0",
        convention="the derivative of abs at 0 is taken to be 0, the middle of -1 and 1",
    ),
    function(
        "sign", special.sign, "0", "the sign", kink="x == 0",
        convention="the sign jumps at 0; its derivative is taken to be 0 there, as everywhere",
    ),
    function(
        "relu", special.relu, "where(x > 0, 1, 0)", "relu", array=lambda x: np.maximum(x, 0), kink="x == 0", means="max(x, 0)", sympy="",
        convention="the derivative of relu at 0 is taken to be 0, the slope of the flat side",
    ),
    function("floor", lambda x: float(math.floor(x)), "0", "the floor", latex=r"\left\lfloor @x \right\rfloor", kink="x == floor(x)", convention=_STEPS),
    function("ceil", lambda x: float(math.ceil(x)), "0", "the ceiling", latex=r"\left\lceil @x \right\rceil", sympy="ceiling", kink="x == floor(x)", convention=_STEPS),
)  # fmt: skip

_COMPARISONS = (
    comparison("lt", "<", "<", operator.lt, np.less),
    comparison("le", "<=", r"\le", operator.le, np.less_equal),
    comparison("gt", ">", ">", operator.gt, np.greater),
    comparison("ge", ">=", r"\ge", operator.ge, np.greater_equal),
    comparison("eq", "==", "=", operator.eq, np.equal),
    comparison("ne", "!=", r"\ne", operator.ne, np.not_equal),
)
TESTS = tuple(row.name for row in _COMPARISONS)


def integer_power(n: int) -> Row:
    """x**n with n fixed: x**0 is 1 and its derivative 0, so 0**-1 never appears however often one differentiates."""
    rule = {0: "0", 1: "1", 2: "2*x"}.get(n, f"{n}*x**{n - 1}" if n > 0 else f"{n}*x**({n - 1})")
    written = f"@x**{n}" if n >= 0 else f"@x**({n})"
    said = {2: "the square", 3: "the cube"}.get(n, f"the power {n}")
    value = total(lambda x: float(x**n), lambda x: np.power(x, float(n)))
    remark = f"the exponent {n} comes down and is lowered by one"
    return Row(
        "powi", ("x",), value, (rule,), written, f"@x^{{{n}}}", said, lambda x: x**n, POWER, (ATOM,),
        remark, domain="x != 0" if n < 0 else "",
    )  # fmt: skip


def polygamma(n: int) -> Row:
    """The n-th derivative of digamma; digamma itself is number 0."""
    written, latex = ("digamma(@x)", r"\psi") if n == 0 else (f"polygamma({n}, @x)", rf"\psi^{{({n})}}")
    rule = f"polygamma({n + 1}, x)"
    domain = "x > 0 or x != floor(x)"
    latex += r"\left(@x\right)"
    return Row("polygamma", ("x",), partial(special.polygamma, n), (rule,), written, latex, "digamma", domain=domain)


def _extreme(name: str, value: Callable[..., float], array: Callable[..., object], n: int) -> Row:
    letters = tuple(f"x{i + 1}" for i in range(n))
    ties = " + ".join(f"({letter} == out)" for letter in letters)
    holes = ", ".join(f"@{letter}" for letter in letters)
    partials = tuple(f"({letter} == out)/({ties})" for letter in letters)
    kink = " or ".join(f"{a} == {b} == out" for i, a in enumerate(letters) for b in letters[:i])
    latex = rf"\{name}\left({holes}\right)"
    said = {"max": "the largest", "min": "the smallest"}[name]
    stacked = lambda *xs: array(np.stack(np.broadcast_arrays(*xs)), axis=0)  # noqa: E731
    return Row(
        name, letters, value, partials, f"{name}({holes})", latex, said, stacked, needs=(COMPARE,) * n,
        remark="only the winner passes changes on", kink=kink, convention=_TIES, sympy=name.title(),
    )  # fmt: skip


FAMILIES: Mapping[str, Callable[[int], Row]] = MappingProxyType(
    {
        "powi": integer_power,
        "polygamma": polygamma,
        "max": partial(_extreme, "max", special.largest, np.max),
        "min": partial(_extreme, "min", special.smallest, np.min),
    }
)
COUNTED_BY_ARGUMENTS = ("max", "min")
ROWS: Mapping[str, Row] = MappingProxyType(
    {row.name: row for group in (_ARITHMETIC, _ELEMENTARY, _BINARY, _PIECEWISE, _COMPARISONS) for row in group}
)
FUNCTIONS = (
    *(row.name for group in (_ELEMENTARY, _BINARY, _PIECEWISE) for row in group),
    *("max", "min", "digamma", "polygamma"),
)
"""The names a program may call."""


def find_row(op: str, constant: float | None, arity: int) -> Row:
    """The row of a graph's node: of a family the member that its exponent, order or number of arguments picks."""
    if op in FAMILIES:
        return FAMILIES[op](arity if op in COUNTED_BY_ARGUMENTS else int(constant or 0))
    return ROWS[op]
