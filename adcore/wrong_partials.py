"""Wrong derivatives that are often given for a function, in the letters of its row, with the mistake behind each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from adcore.graph import Graph
from adcore.row_texts import record_text

WRONG_PARTIALS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sin": {"wrong-function": ("sin(x)", "1/cos(x)")},
        "cos": {"wrong-function": ("cos(x)", "1/sin(x)")},
        "tan": {"wrong-function": ("1/cos(x)", "1 - out**2", "sec(x)*out")},
        "exp": {"exponential-as-power": ("x*exp(x - 1)", "x*out")},
        "log": {"wrong-function": ("out", "1/out", "-1/x**2")},
        "log2": {"missing-log": ("1/x", "log(2)/x")},
        "log10": {"missing-log": ("1/x", "log(10)/x")},
        "log1p": {"wrong-function": ("1/x",)},
        "sqrt": {"exponent": ("1/out", "out/2", "1/(2*x)", "2*out")},
        "cbrt": {"exponent": ("1/out**2", "1/(3*out)", "out/3")},
        "tanh": {"wrong-function": ("1 + out**2", "1 - out", "1/cosh(x)", "1/(1 + x**2)")},
        "sigmoid": {"wrong-function": ("out*(1 + out)", "1 - out", "out**2"), "wrong-point": ("x*(1 - x)",)},
        "asin": {
            "wrong-function": ("1/sqrt(1 + x**2)", "1/(1 + x**2)", "1/(1 - x**2)", "1/cos(x)", "-cos(x)/sin(x)**2")
        },
        "acos": {"wrong-function": ("-1/sqrt(1 + x**2)", "-1/(1 - x**2)", "-1/sin(x)", "sin(x)/cos(x)**2")},
        "atan": {"wrong-function": ("1/sqrt(1 - x**2)", "1/(1 - x**2)", "1/(1 + x)", "-1/sin(x)**2")},
        "erf": {"wrong-function": ("exp(-x**2)", "2/sqrt(pi)*exp(x**2)")},
        "erfc": {"wrong-function": ("-exp(-x**2)",)},
        "sec": {"wrong-function": ("out**2",)},
        "csc": {"wrong-function": ("-out**2",)},
        "cot": {"wrong-function": ("-csc(x)*out", "-1/sin(x)", "1 + tan(x)**2")},
        "sech": {"wrong-function": ("out**2", "-out**2")},
        "csch": {"wrong-function": ("-out**2",)},
        "coth": {"wrong-function": ("-csch(x)*out",)},
        "asinh": {"wrong-function": ("1/sqrt(x**2 - 1)", "1/sqrt(1 - x**2)", "1/(1 + x**2)")},
        "acosh": {"wrong-function": ("1/sqrt(x**2 + 1)", "1/sqrt(1 - x**2)", "1/(x**2 - 1)")},
        "atanh": {"wrong-function": ("1/(1 + x**2)", "1/sqrt(1 - x**2)")},
        "lgamma": {"wrong-function": ("log(x)",)},
        "softplus": {"wrong-function": ("1 - sigmoid(x)", "sigmoid(x)*sigmoid(-x)", "exp(x)")},
        "abs": {"wrong-function": ("1", "-1")},
        "relu": {"wrong-function": ("1", "x")},
    }
)
"""For each function the names of mistakes, and the derivatives that they lead to."""


@lru_cache(maxsize=256)
def read_wrong(op: str, letters: tuple[str, ...]) -> tuple[tuple[str, Graph], ...]:
    """The wrong derivatives that the table has for a function, read."""
    rows = WRONG_PARTIALS.get(op, {}).items()
    return tuple((name, record_text(text, (*letters, "out"))) for name, texts in rows for text in texts)
