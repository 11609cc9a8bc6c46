"""How programs are spelled for plain Python, NumPy, JAX and PyTorch: one table of names, no table of derivatives.

What a target lacks is written with what it has: by one of `DEFINITIONS`, or by what its row `means`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from adcore.algebras.text import PLAIN, TextAlgebra, Written
from adcore.backends.emitter import EMITTED
from adcore.errors import ADError
from adcore.graph import Graph
from adcore.interpreter import formula
from adcore.row_texts import record_text
from adcore.rows import Row
from adcore.rules import Rule

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "sec": "1/cos(x)",
        "csc": "1/sin(x)",
        "cot": "1/tan(x)",
        "asec": "acos(1/x)",
        "acsc": "asin(1/x)",
        "acot": "atan(1/x)",
        "sech": "1/cosh(x)",
        "csch": "1/sinh(x)",
        "coth": "1/tanh(x)",
        "asech": "acosh(1/x)",
        "acsch": "asinh(1/x)",
        "acoth": "atanh(1/x)",
        "sigmoid": "exp(min(x, 0))/(1 + exp(-abs(x)))",
        "softplus": "max(x, 0) + log1p(exp(-abs(x)))",
    }
)
"""The last two are what their rows mean, in forms in which nothing overflows, whatever x is, and no digit is lost."""


_DEFINED: Mapping[str, Graph] = MappingProxyType(
    {name: record_text(text, ("x",)) for name, text in DEFINITIONS.items()}
)

_MATH = tuple("exp expm1 log log1p log2 log10 sqrt sin cos tan sinh cosh tanh hypot floor ceil".split())
_INVERSE = tuple("asin acos atan asinh acosh atanh".split())
_TESTS: Mapping[str, str] = MappingProxyType(
    {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="},
)


ARGUMENTS = "..."
"""Where the arguments of a function stand in its name, unless behind it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A library: what its file imports, its names for our functions, and templates where a name is not enough.

    `test` turns a comparison into a number; `larger` takes two arguments. `boxed` is written around a number that is
    an argument of a function, where functions take only the library's own numbers.
    """

    name: str
    title: str
    imports: Mapping[str, str]
    functions: Mapping[str, str]
    templates: Mapping[str, str]
    test: str
    larger: str
    smaller: str
    boxed: str = "@"


def _names(prefix: str, arc: str) -> dict[str, str]:
    return {n: prefix + n for n in _MATH} | {n: prefix + (arc + n[1:] if arc else n) for n in _INVERSE}


_BY_MPMATH: Mapping[str, str] = MappingProxyType(
    {"erfinv": "mp.erfinv", "digamma": "mp.digamma", "polygamma": "mp.psi"}
)
"""Of mpmath's two kinds of numbers the slower one: with floats it loses digits next to poles and ends."""
_BY_MATH: Mapping[str, str] = MappingProxyType({name: f"math.{name}" for name in ("erf", "erfc", "gamma", "lgamma")})
_IMPORTS: Mapping[str, str] = MappingProxyType(
    {"math.": "import math", "np.": "import numpy as np", "mp.": "from mpmath import mp"}
)

PYTHON = Target(
    "python",
    "Python",
    _IMPORTS,
    MappingProxyType({**_names("math.", ""), **_BY_MATH}
    | {name: f"float({function}({ARGUMENTS}))" for name, function in _BY_MPMATH.items()}
    | {"atan2": "math.atan2", "cbrt": "math.cbrt", "abs": "abs"}),
    MappingProxyType({"where": "(@x if @c else @y)", "sign": "float((@x > 0) - (@x < 0))",
                      "floor": "float(math.floor(@x))", "ceil": "float(math.ceil(@x))"}),
    "float({})",
    "max(@x1, @x2)",
    "min(@x1, @x2)",
)  # fmt: skip
NUMPY = Target(
    "numpy",
    "NumPy",
    _IMPORTS,
    MappingProxyType({**_names("np.", "arc"), "atan2": "np.arctan2"}
    | {name: f"np.{name}" for name in ("cbrt", "abs", "sign")}
    | {name: f"np.vectorize({function}, otypes=[float])" for name, function in {**_BY_MATH, **_BY_MPMATH}.items()}),
    MappingProxyType({"where": "np.where(@c, @x, @y)", "softplus": "np.logaddexp(0.0, @x)"}),
    "np.where({}, 1.0, 0.0)",
    "np.maximum(@x1, @x2)",
    "np.minimum(@x1, @x2)",
)  # fmt: skip
_JAX_IMPORTS: Mapping[str, str] = MappingProxyType(
    {"jax.": "import jax", "jax.scipy.": "import jax.scipy.special", "jnp.": "import jax.numpy as jnp"}
)
JAX = Target(
    "jax",
    "JAX",
    _JAX_IMPORTS,
    MappingProxyType({**_names("jnp.", "arc"), "atan2": "jnp.arctan2", "cbrt": "jnp.cbrt", "abs": "jnp.abs"}
    | {name: f"jax.scipy.special.{name}" for name in ("erf", "erfc", "erfinv", "gamma", "digamma", "polygamma")}
    | {name: f"jax.nn.{name}" for name in ("sigmoid", "softplus", "relu")}
    | {"sign": "jnp.sign", "lgamma": "jax.scipy.special.gammaln"}),
    MappingProxyType({"where": "jnp.where(@c != 0, @x, @y)"}),
    "jnp.where({}, 1.0, 0.0)",
    "jnp.maximum(@x1, @x2)",
    "jnp.minimum(@x1, @x2)",
)  # fmt: skip
_GAMMA = "torch.exp(torch.lgamma(@x))*torch.where(@x > 0, 1.0, 1.0 - 2.0*(torch.floor(@x) % 2))"
PYTORCH = Target(
    "pytorch",
    "PyTorch",
    MappingProxyType({"torch.": "import torch"}),
    MappingProxyType({**_names("torch.", ""), "atan2": "torch.atan2", "abs": "torch.abs", "sign": "torch.sign"}
    | {name: f"torch.{name}" for name in ("sigmoid", "relu", "lgamma", "digamma", "polygamma")}
    | {name: f"torch.special.{name}" for name in ("erf", "erfc", "erfinv")}),
    MappingProxyType({"where": "torch.where(@c != 0, @x, @y)", "floordiv": "torch.floor(@x/@y)",
                      "mod": "torch.remainder(@x, @y)", "gamma": f"({_GAMMA})",
                      "softplus": "torch.logaddexp(torch.zeros_like(@x), @x)",
                      "cbrt": "(torch.sign(@x)*torch.abs(@x)**(1/3))"}),
    "torch.where({}, 1.0, 0.0)",
    "torch.maximum(@x1, @x2)",
    "torch.minimum(@x1, @x2)",
    "torch.tensor(@, dtype=torch.float64)",
)  # fmt: skip
TARGETS: Mapping[str, Target] = MappingProxyType({t.name: t for t in (PYTHON, NUMPY, JAX, PYTORCH)})


class Speller:
    """Writes operations as a target spells them: an algebra of texts.

    `calls` says how functions with rules of their own are called that the file defines, by their identity.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.calls: dict[int, str] = {}
        self._writer = TextAlgebra(replace(EMITTED, template=self._template))

    def const(self, c: float) -> Written:
        return self._writer.const(c)

    def boxed(self, piece: Written) -> Written:
        """A number as the library's own."""
        return Written(self.target.boxed.replace("@", piece.text), simple=True) if piece.number else piece

    def apply(self, rule: Rule, args: Sequence[Written]) -> Written:
        if rule.custom is not None and id(rule.custom) in self.calls:
            pieces = ", ".join([self.boxed(a).text for a in args])
            return Written(f"{self.calls[id(rule.custom)]}({pieces})", simple=True)
        template = "" if rule.custom is not None else self._template(rule.row)
        meaning = None if template else rule.custom.body if rule.custom else _DEFINED.get(rule.row.name) or rule.means
        if meaning is not None:
            whole = formula(self, meaning, args, args[0])
            return Written(f"({whole.text})" if whole.level < rule.row.level else whole.text)
        if not template:
            words = f"{self.target.title} has no {rule.row.name}, and it cannot be written with what there is."
            raise ADError("target", words, None, "Export to another target.")
        called = template != rule.row.text or template[:1].isalpha()
        return self._writer.apply(rule, [self.boxed(a) for a in args] if called else args)

    def _template(self, row: Row) -> str:
        """The row's template for this target; empty if it has none."""
        target, head = self.target, row.text.partition("(")[0]
        if row.name in target.templates:
            return target.templates[row.name]
        if row.name in _TESTS:
            return target.test.replace("{}", row.text)
        if row.name in ("max", "min"):
            return _pairwise(target.larger if row.name == "max" else target.smaller, row.args)
        if not row.text[:1].isalpha():
            return PLAIN.template(row)
        if head not in target.functions:
            return ""
        name, arguments = target.functions[head], row.text[len(head) + 1 : -1]
        return name.replace(ARGUMENTS, arguments) if ARGUMENTS in name else f"{name}({arguments})"

    def imports(self, text: str) -> list[str]:
        """The import lines that a text needs."""
        return [line for used, line in self.target.imports.items() if used in text]


def _pairwise(template: str, letters: Sequence[str]) -> str:
    """The largest of many, two by two: max(max(@x1, @x2), @x3)."""
    whole = "@x1"
    for letter in letters[1:]:
        whole = template.replace("@x1", "@left").replace("@x2", f"@{letter}").replace("@left", whole)
    return whole
