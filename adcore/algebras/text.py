"""Formulas: the algebra of writing. Values are pieces of text that know how tightly they bind.

One algebra, three styles: PLAIN is our own language, PRETTY is for labels (x₁ · v₋₁), LATEX for typesetting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.language import CONSTANTS
from adcore.rows import ATOM, COMPARE, PRODUCT, SIGN, Row
from adcore.rules import Rule

GREEK = frozenset(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi rho sigma tau upsilon phi chi psi omega
    Gamma Delta Theta Xi Pi Sigma Upsilon Phi Psi Omega""".split()
)
SUBSCRIPTS = MappingProxyType(str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉"))
_SIGNS = MappingProxyType({"*": "·", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="})
SUPERSCRIPTS = MappingProxyType(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
_HOLE = re.compile(r"@([a-z]\d*)")
_APPLIED = re.compile(r"\\(operatorname\{\w+\}|[a-z]+)\\left\(@x\\right\)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a formula. `simple` pieces, a letter or a number, need no brackets after a function's name."""

    text: str
    level: int = ATOM
    simple: bool = False
    number: bool = False

    def at_least(self, level: int, brackets: str) -> str:
        if self.level >= level:
            return self.text
        left, right = brackets.split("|")
        return f"{left}{self.text}{right}"


@dataclass(frozen=True, slots=True)
class Style:
    """How rows, names and numbers are spelled."""

    template: Callable[[Row], str]
    name: Callable[[str], str]
    number: Callable[[float], str]
    brackets: str


@dataclass(frozen=True, slots=True)
class Hole:
    """Where argument number `arg` goes in a template, in brackets unless it binds at least as tightly as `level`."""

    arg: int
    level: int


class TextAlgebra:
    """Writes what is applied to what."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._parts: dict[tuple[Row, str], tuple[str | Hole, ...]] = {}

    def letter(self, name: str) -> Written:
        """A named value."""
        return Written(self.style.name(name), simple=True)

    def const(self, c: float) -> Written:
        return Written(self.style.number(c), SIGN if c < 0 or math.copysign(1, c) < 0 else ATOM, True, True)

    def apply(self, rule: Rule, args: Sequence[Written]) -> Written:
        row, brackets = rule.row, self.style.brackets
        template, level = _fit(self.style.template(row), row, args)
        parts = self._parts.get((row, template))
        if parts is None:
            parts = self._parts[row, template] = tuple(_split(template, row))
        pieces = [p if isinstance(p, str) else args[p.arg].at_least(p.level, brackets) for p in parts]
        return Written("".join(pieces), level)


def _split(template: str, row: Row) -> Iterator[str | Hole]:
    """A template as literal text and holes; what stands in braces of its own needs no brackets."""
    end = 0
    for match in _HOLE.finditer(template):
        yield template[end : match.start()]
        arg = row.args.index(match[1])
        braced = template[match.start() - 1 : match.start()] == "{" and template[match.end() : match.end() + 1] == "}"
        yield Hole(arg, COMPARE if braced or arg >= len(row.needs) else row.needs[arg])
        end = match.end()
    yield template[end:]


def _fit(template: str, row: Row, args: Sequence[Written]) -> tuple[str, int]:
    """In LaTeX, sin x needs no brackets and 2x no dot."""
    if row.name == "mul" and args[0].number and r"\cdot" in template:
        juxtaposed = args[1].level >= SIGN and not args[1].text[:1].isdigit()
        return (r"@x\,@y" if juxtaposed else template), PRODUCT
    if len(row.args) == 1 and args[0].simple and _APPLIED.match(template):
        return template.replace(r"\left(@x\right)", r"\,@x" if "operatorname" in template else " @x"), SIGN
    return template, row.level


def number_text(c: float) -> str:
    """A constant as one would type it."""
    for name, value in CONSTANTS.items():
        if c == value:
            return name
    return str(int(c)) if c.is_integer() and abs(c) < 1e15 else repr(c)


def _pretty_name(name: str) -> str:
    match = re.fullmatch(r"([A-Za-zα-ωΑ-Ω]+)(-?\d+)", name)
    return match[1] + match[2].translate(SUBSCRIPTS) if match else name


def _pretty_number(c: float) -> str:
    return number_text(c).replace("-", "−").replace("pi", "π")


def _pretty_template(row: Row) -> str:
    if row.name == "powi":
        exponent = row.text.split("**")[1].strip("()")
        return f"@x{exponent.translate(SUPERSCRIPTS)}"
    if row.name == "sqrt":
        return "√(@x)"
    words = row.text.split(" ")
    spelled = " ".join(_SIGNS.get(word, word) for word in words)
    return "−" + spelled[1:] if spelled.startswith("-") else spelled


def latex_name(name: str) -> str:
    """A validated name as LaTeX; different names stay different on paper."""
    element = re.fullmatch(r"(\w+)((?:\[\d+\])+)", name)
    if element:
        indices = ",".join(re.findall(r"\d+", element[2]))
        return (
            f"{{{latex_name(element[1])}}}_{{{indices}}}"
            if "_{" not in latex_name(element[1])
            else rf"{latex_name(element[1])}[{indices}]"
        )
    match = re.fullmatch(r"([A-Za-z]+|[α-ωΑ-Ω])(-?\d*)", name)
    if not match:
        return r"\mathrm{" + name.replace("_", r"\_") + "}"
    base, index = match[1], match[2]
    letter = f"\\{base}" if base in GREEK else base if len(base) == 1 else rf"\mathit{{{base}}}"
    return f"{letter}_{{{index}}}" if index else letter


def latex_number(c: float) -> str:
    """A number as LaTeX: 1.5e-9 is written with a power of ten."""
    text = number_text(c).replace("pi", r"\pi")
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}"}.get(text, text)
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


PLAIN = Style(lambda row: row.text, lambda name: name, number_text, "(|)")
PRETTY = Style(_pretty_template, _pretty_name, _pretty_number, "(|)")
LATEX = Style(lambda row: row.latex, latex_name, latex_number, r"\left(|\right)")
