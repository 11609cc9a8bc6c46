"""Formulas: the algebra of writing. Values are pieces of text that know how tightly they bind.

One algebra, three styles: PLAIN is our own language, PRETTY is for labels (x₁ · v₋₁), LATEX for typesetting.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from adcore.closed_forms import ClosedForm, closed_form
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
MINUS = ("-", "−")
NAMES_KEPT = 4_096
"""Names whose spelling is kept: a loop says the same few again and again."""
_DIGIT_OR_MINUS = re.compile(r"[\d−-]")
_POWER_OF_TEN = re.compile(r"10\^|·10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]")
_HOLE = re.compile(r"@([a-z]\d*)")
_APPLIED = re.compile(r"\\(operatorname\{\w+\}|[a-z]+)\\left\(@x\\right\)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a formula. `simple` pieces, a letter or a number, need no brackets after a function's name."""

    text: str
    level: int = ATOM
    simple: bool = False
    number: bool = False

    def in_place(self, level: int, guarded: bool, brackets: str) -> str:
        """The text, in brackets if it binds less tightly than `level`, or begins with a minus where that would jar."""
        if self.level >= level and not (guarded and self.text.startswith(MINUS)):
            return self.text
        left, right = brackets.split("|")
        return f"{left}{self.text}{right}"


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """How rows, names and numbers are spelled; `closed` says how short forms of long numbers are, if they are used."""

    template: Callable[[Row], str]
    name: Callable[[str], str]
    number: Callable[[float], str]
    brackets: str
    closed: Callable[[ClosedForm], str] | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """Where argument number `arg` goes in a template, in brackets unless it binds at least as tightly as `level`."""

    arg: int
    level: int
    guarded: bool
    """Whether something stands before it, so that a leading minus needs brackets: 2 · (-3)."""


class TextAlgebra:
    """Writes what is applied to what."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._parts: dict[tuple[Row, str], tuple[str | Hole, ...]] = {}

    def letter(self, name: str) -> Written:
        """A named value."""
        return Written(self.style.name(name), simple=True)

    def const(self, c: float) -> Written:
        spell = self.style.closed
        form = closed_form(c) if spell else None
        if spell and form:
            return Written(spell(form), ATOM if form.is_whole else PRODUCT, True, True)
        text = self.style.number(c)
        if _POWER_OF_TEN.search(text):
            return Written(text, PRODUCT, number=True)
        return Written(text, SIGN if math.copysign(1, c) < 0 else ATOM, True, True)

    def apply(self, rule: Rule, args: Sequence[Written]) -> Written:
        row, brackets = rule.row, self.style.brackets
        template, level = _fit(self.style.template(row), row, args)
        parts = self._parts.get((row, template))
        if parts is None:
            parts = self._parts[row, template] = tuple(_split(template, row))
        pieces = [p if isinstance(p, str) else args[p.arg].in_place(p.level, p.guarded, brackets) for p in parts]
        return Written("".join(pieces), level)


def _split(template: str, row: Row) -> Iterator[str | Hole]:
    """A template as literal text and holes; what stands in braces of its own needs no brackets."""
    end = 0
    for match in _HOLE.finditer(template):
        yield template[end : match.start()]
        arg = row.args.index(match[1])
        braced = template[match.start() - 1 : match.start()] == "{" and template[match.end() : match.end() + 1] == "}"
        level = COMPARE if braced or arg >= len(row.needs) else row.needs[arg]
        yield Hole(arg, level, match.start() > 0 and level > COMPARE)
        end = match.end()
    yield template[end:]


def _fit(template: str, row: Row, args: Sequence[Written]) -> tuple[str, int]:
    """In LaTeX, sin x needs no brackets and 2x no dot."""
    if row.name == "mul" and args[0].number and r"\cdot" in template:
        juxtaposed = args[1].level >= SIGN and args[0].simple and not _DIGIT_OR_MINUS.match(args[1].text)
        return (r"@x\,@y" if juxtaposed else template), PRODUCT
    if len(row.args) == 1 and args[0].simple and _APPLIED.match(template):
        return template.replace(r"\left(@x\right)", r"\,@x" if "operatorname" in template else " @x"), SIGN
    return template, row.level


def number_text(c: float) -> str:
    """A constant as one would type it."""
    for name, value in CONSTANTS.items():
        if c == value:
            return name
    if c == 0:
        return "-0.0" if math.copysign(1.0, c) < 0 else "0"
    return str(int(c)) if c.is_integer() and abs(c) < 1e15 else repr(c)


@lru_cache(maxsize=NAMES_KEPT)
def _pretty_name(name: str) -> str:
    match = re.fullmatch(r"([A-Za-zα-ωΑ-Ω]+)(-?\d+)", name)
    return match[1] + match[2].translate(SUBSCRIPTS) if match else name


def pretty_number(c: float, text: str = "") -> str:
    """A number in a label or a sentence: −2.5, 7·10⁻⁷, π. `text` is how it is rounded, if it is."""
    mantissa, exponent = _split_number(text or number_text(c))
    power = f"·10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else ""
    return mantissa.replace("-", "−").replace("pi", "π") + power


def _pretty_template(row: Row) -> str:
    if row.name == "powi":
        exponent = row.text.split("**")[1].strip("()")
        return f"@x{exponent.translate(SUPERSCRIPTS)}"
    if row.name == "sqrt":
        return "√(@x)"
    words = row.text.split(" ")
    spelled = " ".join(_SIGNS.get(word, word) for word in words)
    return "−" + spelled[1:] if spelled.startswith("-") else spelled


@lru_cache(maxsize=NAMES_KEPT)
def latex_name(name: str) -> str:
    """A validated name as LaTeX; different names stay different on paper."""
    element = re.fullmatch(r'(\w+)((?:\[(?:\d+|"\w+")\])+)', name)
    if element:
        places = re.findall(r"\w+", element[2])
        indices = ",".join(place if place.isdigit() else _upright(place) for place in places)
        return (
            f"{{{latex_name(element[1])}}}_{{{indices}}}"
            if "_{" not in latex_name(element[1])
            else rf"{latex_name(element[1])}[{indices}]"
        )
    match = re.fullmatch(r"([A-Za-z]+|[α-ωΑ-Ω])(-?\d*)", name)
    if not match:
        return _upright(name)
    base, index = match[1], match[2]
    letter = f"\\{base}" if base in GREEK else base if len(base) == 1 else rf"\mathit{{{base}}}"
    return f"{letter}_{{{index}}}" if index else letter


def _upright(word: str) -> str:
    return r"\mathrm{" + word.replace("_", r"\_") + "}"


def latex_number(c: float, text: str = "") -> str:
    """A number as LaTeX: 1.5e-9 is written with a power of ten. `text` is how it is rounded, if it is."""
    mantissa, exponent = _split_number(text or number_text(c))
    if exponent:
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\text{nan}", "pi": r"\pi"}.get(mantissa, mantissa)


def _split_number(text: str) -> tuple[str, str]:
    """Mantissa and exponent of 1.5e-9; the number e has no exponent."""
    mantissa, _, exponent = text.partition("e")
    return (mantissa, exponent) if exponent else (text, "")


PLAIN = Style(lambda row: row.text, lambda name: name, number_text, "(|)")
PRETTY = Style(_pretty_template, _pretty_name, pretty_number, "(|)", ClosedForm.text)
LATEX = Style(lambda row: row.latex, latex_name, latex_number, r"\left(|\right)", ClosedForm.latex)
