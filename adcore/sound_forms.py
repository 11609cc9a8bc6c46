"""Expressions that lose digits or overflow, and sounder ones that mean the same: the rows, as text in our own language.

(Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapters 1 and 27.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A name, texts `before` and `after` over the letters u and v, and the reason in a sentence."""

    name: str
    before: str
    after: str
    reason: str


_CANCELS = "Nearly equal numbers were subtracted, which leaves only rounding; this form has no such difference."
_LOST = "A small number next to 1 loses its digits; this function keeps them."
_LARGE = "The exponential overflows or vanishes long before the result does; this function does not."
_ZERO = (
    "The formula has no value at 0, but a limit: the point is told apart, and the other branch is kept away from it."
)
_PRODUCT = f"{_ZERO} By a factor that is 0 the slope comes out as 0 there, whatever it tends to."
LIMIT = "xlogy"
"""What gives a product its limit, and no slope by the factor that is 0: the last thing to try."""
_COMMON = (
    "Numerator and denominator have a factor in common, which is 0 here; without it there is nothing to divide by 0."
)
SQUARES = "The squares overflow or vanish before the root is taken, and at 0 its slope is infinite; hypot does neither."
_SMALL = "Near 0 value and slope are left over from large terms that cancel; the first terms of the series have no such terms."
_GAMMA = "The gamma function overflows from 171.7 on; its logarithm does not."
_ANGLE = (
    "Next to 1 the argument is rounded where the slope is steepest; atan2 is given both legs instead of their ratio."
)
_UNDONE = "The inverse function cannot find again what rounding cut off; the two undo each other, so neither is needed."
_ROOT = "The root has an infinite slope at 0, which meets the slope 0 of the square; abs has a convention there."


def _series(near: str, far: str) -> str:
    """A series near 0, and a formula elsewhere, in which {u} is kept away from 0."""
    return f"where(abs(u) < 0.01, {near}, {far.replace('{u}', 'where(abs(u) < 0.01, 1, u)')})"


REWRITES = (
    Rewrite("tanh", "(exp(u) - exp(-u))/(exp(u) + exp(-u))", "tanh(u)", _LARGE),
    Rewrite("log-sigmoid", "log(1/(1 + exp(-u)))", "-softplus(-u)", _LARGE),
    Rewrite("log-sigmoid", "log(sigmoid(u))", "-softplus(-u)", _LARGE),
    Rewrite("log-sigmoid", "log(1 - sigmoid(u))", "-softplus(u)", _LARGE),
    Rewrite("log-sigmoid", "log(1 - 1/(1 + exp(-u)))", "-softplus(u)", _LARGE),
    Rewrite("softplus", "log(1 + exp(u))", "softplus(u)", _LARGE),
    Rewrite("sigmoid", "1/(1 + exp(-u))", "sigmoid(u)", _LARGE),
    Rewrite("sigmoid", "exp(u)/(1 + exp(u))", "sigmoid(u)", _LARGE),
    Rewrite("sigmoid", "1/(1 + exp(u))", "sigmoid(-u)", _LARGE),
    Rewrite("sigmoid", "1 - sigmoid(u)", "sigmoid(-u)", _LOST),
    Rewrite("log-exp", "log(exp(u))", "u", _LARGE),
    Rewrite("exp-sum", "exp(u)*exp(v)", "exp(u + v)", _LARGE),
    Rewrite("exp-sum", "exp(u)/exp(v)", "exp(u - v)", _LARGE),
    Rewrite("log1p", "log(1 + u)", "log1p(u)", _LOST),
    Rewrite("log1p", "log(1 - u)", "log1p(-u)", _LOST),
    Rewrite("log1p", "(1 + u)**v", "exp(v*log1p(u))", _LOST),
    Rewrite("expm1", "exp(u) - 1", "expm1(u)", _CANCELS),
    Rewrite("expm1", "1 - exp(u)", "-expm1(u)", _CANCELS),
    Rewrite("sinh", "exp(u) - exp(-u)", "2*sinh(u)", _CANCELS),
    Rewrite("sech", "1 - tanh(u)**2", "sech(u)**2", _CANCELS),
    Rewrite("exp-difference", "cosh(u) - sinh(u)", "exp(-u)", _CANCELS),
    Rewrite("exp-difference", "sinh(u) - cosh(u)", "-exp(-u)", _CANCELS),
    Rewrite("half-angle", "1 - cos(u)", "2*sin(u/2)**2", _CANCELS),
    Rewrite("conjugate", "sqrt(u + v) - sqrt(u)", "v/(sqrt(u + v) + sqrt(u))", _CANCELS),
    Rewrite("conjugate", "sqrt(1 + u) - 1", "u/(sqrt(1 + u) + 1)", _CANCELS),
    Rewrite("conjugate", "1 - sqrt(1 - u)", "u/(1 + sqrt(1 - u))", _CANCELS),
    Rewrite("conjugate", "sqrt(u**2 + v) - u", "v/(sqrt(u**2 + v) + u)", _CANCELS),
    Rewrite("conjugate", "sqrt(u**2 - v) - u", "-v/(sqrt(u**2 - v) + u)", _CANCELS),
    Rewrite("conjugate", "u - sqrt(u**2 - v)", "v/(u + sqrt(u**2 - v))", _CANCELS),
    Rewrite("conjugate", "-u - sqrt(u**2 - v)", "v/(sqrt(u**2 - v) - u)", _CANCELS),
    Rewrite("conjugate", "sqrt(u) - sqrt(v)", "(u - v)/(sqrt(u) + sqrt(v))", _CANCELS),
    Rewrite("difference", "(u + v)**2 - u**2", "v*(2*u + v)", _CANCELS),
    Rewrite("difference", "1/u - 1/(u + v)", "v/(u*(u + v))", _CANCELS),
    Rewrite("difference", "1/u - 1/v", "(v - u)/(u*v)", _CANCELS),
    Rewrite("difference", "log(u + v) - log(u)", "log1p(v/u)", _CANCELS),
    Rewrite("difference", "log(u) - log(v)", "log1p((u - v)/v)", _CANCELS),
    Rewrite("difference", "exp(u + v) - exp(u)", "exp(u)*expm1(v)", _CANCELS),
    Rewrite("difference", "sin(u + v) - sin(u)", "2*cos(u + v/2)*sin(v/2)", _CANCELS),
    Rewrite("difference", "cos(u + v) - cos(u)", "-2*sin(u + v/2)*sin(v/2)", _CANCELS),
    Rewrite("difference", "exp(u) - exp(v)", "exp(v)*expm1(u - v)", _CANCELS),
    Rewrite("difference", "sin(u) - sin(v)", "2*cos((u + v)/2)*sin((u - v)/2)", _CANCELS),
    Rewrite("difference", "cos(u) - cos(v)", "-2*sin((u + v)/2)*sin((u - v)/2)", _CANCELS),
    Rewrite("difference", "1 - sin(u)**2", "cos(u)**2", _CANCELS),
    Rewrite("difference", "1 - cos(u)**2", "sin(u)**2", _CANCELS),
    Rewrite("inverse", "log(u + sqrt(u**2 + 1))", "asinh(u)", _CANCELS),
    Rewrite("inverse", "log(u + sqrt(u**2 - 1))", "acosh(u)", _CANCELS),
    Rewrite("inverse", "log((1 + u)/(1 - u))", "2*atanh(u)", _LOST),
    Rewrite("common-factor", "(u**2 - v**2)/(u - v)", "u + v", _COMMON),
    Rewrite("common-factor", "(u**2 - v**2)/(u + v)", "u - v", _COMMON),
    Rewrite("common-factor", "(u**2 - 1)/(u - 1)", "u + 1", _COMMON),
    Rewrite("common-factor", "(u**2 - 1)/(u + 1)", "u - 1", _COMMON),
    Rewrite("square", "u**2 - 2*u*v + v**2", "(u - v)**2", _CANCELS),
    Rewrite("square", "u**2 + v**2 - 2*u*v", "(u - v)**2", _CANCELS),
    Rewrite("difference", "u**2 - v**2", "(u - v)*(u + v)", _CANCELS),
    Rewrite("hypot", "sqrt(u**2 + v**2)", "hypot(u, v)", SQUARES),
    Rewrite("hypot", "(u**2 + v**2)**0.5", "hypot(u, v)", SQUARES),
    Rewrite("abs", "sqrt(u**2)", "abs(u)", _ROOT),
    Rewrite("abs", "(u**2)**0.5", "abs(u)", _ROOT),
    Rewrite("sign", "u/abs(u)", "sign(u)", _ZERO),
    Rewrite("series", "(exp(u) - 1)/u", _series("1 + u/2 + u**2/6 + u**3/24 + u**4/120 + u**5/720", "expm1(u)/{u}"), _SMALL),
    Rewrite("series", "(1 - exp(-u))/u", _series("1 - u/2 + u**2/6 - u**3/24 + u**4/120 - u**5/720", "-expm1(-u)/{u}"), _SMALL),
    Rewrite("series", "log(1 + u)/u", _series("1 - u/2 + u**2/3 - u**3/4 + u**4/5 - u**5/6 + u**6/7 - u**7/8", "log1p(u)/{u}"), _SMALL),
    Rewrite("series", "(1 - cos(u))/u**2", _series("1/2 - u**2/24 + u**4/720", "2*sin(u/2)**2/{u}**2"), _SMALL),
    *(
        Rewrite("sinc", f"{name}(u)/u", f"where(u == 0, 1, {name}(u)/where(u == 0, 1, u))", _ZERO)
        for name in ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh")
    ),
    Rewrite(LIMIT, "u*log(u)", "where(u == 0, 0, u*log(where(u == 0, 1, u)))", _PRODUCT),
    Rewrite(LIMIT, "u*log(v)", "where(u == 0, 0, u*log(where(u == 0, 1, v)))", _PRODUCT),
    Rewrite("log-cosh", "log(cosh(u))", "softplus(2*u) - u - log(2)", _LARGE),
    Rewrite("log-gamma", "log(gamma(u))", "lgamma(u)", _GAMMA),
    Rewrite("log-gamma", "gamma(u)/gamma(v)", "exp(lgamma(u) - lgamma(v))", _GAMMA),
    Rewrite("angle", "asin(sin(u))", "atan2(sin(u), abs(cos(u)))", _ANGLE),
    Rewrite("angle", "acos(cos(u))", "atan2(abs(sin(u)), cos(u))", _ANGLE),
    Rewrite("angle", "asin(u/hypot(u, v))", "atan2(u, abs(v))", _ANGLE),
    Rewrite("angle", "acos(u/hypot(u, v))", "atan2(abs(v), u)", _ANGLE),
    Rewrite("angle", "asin(u/sqrt(u**2 + v**2))", "atan2(u, abs(v))", _ANGLE),
    Rewrite("angle", "acos(u/sqrt(u**2 + v**2))", "atan2(abs(v), u)", _ANGLE),
    Rewrite("inverse", "acosh(cosh(u))", "abs(u)", _UNDONE),
    Rewrite("inverse", "atanh(tanh(u))", "u", _UNDONE),
    Rewrite("share", "u**2/(u**2 + v**2)", "(u/hypot(u, v))**2", SQUARES),
)  # fmt: skip


SLOPES: Mapping[str, Rewrite] = MappingProxyType(
    {
        "tanh": Rewrite(
            "tanh-slope",
            "tanh(u)",
            "2*sigmoid(2*u) - 1",
            "The same function, but its slope is a product here, in which nothing cancels: sigmoid(u)*sigmoid(-u).",
        )
    }
)
"""For operations whose own rule loses digits far out, the same with a rule that does not."""
