"""How people call the adjoint of x: x_bar, dx, grad_x, x.grad, x̄, dL_dx, xb.

A backward program is read with these names. What is no name of the language, `x.grad` or a letter with a bar, is
rewritten first; every character keeps its place, so that what is said of the program points to what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from adcore.errors import ADError, Span
from adcore.spelling import line_starts, place

SUFFIXES = ("_bar", "bar", "_grad", "_adjoint", "_adj", "_b", "b")
"""The last is that of Tapenade: xb."""
PREFIXES = ("grad_", "adjoint_", "adj_", "bar_", "d_", "g_", "d", "bar")
QUOTIENT = re.compile(r"d_?(\w+?)_?_d_?(\w+)")
"""`dL_dx`: the derivative of one thing by another."""
OUTPUTS = ("out", "output", "y", "f", "z", "L", "loss", "J", "E", "cost", "result", "value", "ret", "upstream")
"""What the output is called where the function gives it no name."""
SEEDS = ("seed", "upstream", "grad_output", "grad_out", "gout")
"""What the adjoint of the output is called."""
BARS = ("\u0304", "\u0305")
PART = re.compile(r"(.+?)_?\d+")
"""`a_bar_1`: a part of the adjoint of a."""
_FOREIGN = re.compile(
    r"(?P<nothing>^(?:import|from)[ ]+(?:math|numpy|jax|torch)\b.*$|(?<=\w)\.data\b|\b(?:np|numpy|math|jnp|torch)\.)"
    r"|(?P<attribute>(?<=\w)\.grad\b)|(?P<bar>\S)",
    re.MULTILINE,
)


def base_of(name: str, known: Collection[str], outputs: Collection[str] = ()) -> str | None:
    """The variable that a name is the adjoint of; None where it is none of the variables that are known.

    >>> base_of("grad_a", ("a", "b")), base_of("db_da", ("a", "b"))
    ('a', None)
    """
    if name in known:
        return None
    for prefix in PREFIXES:
        if name.startswith(prefix) and name[len(prefix) :] in known:
            return name[len(prefix) :]
    for suffix in SUFFIXES:
        if name.endswith(suffix) and name[: -len(suffix)] in known:
            return name[: -len(suffix)]
    quotient, part = QUOTIENT.fullmatch(name), PART.fullmatch(name)
    if quotient and quotient[1] in outputs and quotient[2] in known:
        return quotient[2]
    return base_of(part[1], known, outputs) if part and part[1] not in known else None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`text` is in the language; character i of it came from character `origin[i]` of `typed`."""

    typed: str
    text: str
    origin: tuple[int, ...]

    def place(self, span: Span | None) -> Span | None:
        """Where it stands in what was typed; None for what stands after its end."""
        if span is None or self.text == self.typed:
            return span
        lines, last = line_starts(self.text), len(self.origin) - 1
        start = min(lines[min(span.line, len(lines)) - 1] + span.column - 1, last)
        end = min(lines[min(span.end_line, len(lines)) - 1] + span.end_column - 1, last)
        return place(self.typed, self.origin[start], self.origin[end - 1] + 1 if end > start else self.origin[end])

    def name(self, name: str) -> str:
        """A variable as it was typed: x.grad for x_grad, x with a bar for x_bar."""
        base, dotted = name.removesuffix("_bar"), name.replace("_grad", ".grad", 1)
        barred = [unicodedata.normalize(form, base + bar) for form in ("NFC", "NFD") for bar in BARS]
        found = (each for each in (name, dotted, *barred) if each.partition("[")[0] in self.typed)
        return next(found, name)

    def error(self, error: ADError) -> ADError:
        """The same mistake, where it was typed."""
        return ADError(error.kind, error.message, self.place(error.span), error.hint)


def rewrite(typed: str) -> Rewritten:
    """Names as the language has them: `x.grad` and x̄ as `x_grad` and `x_bar`, `np.sin` as `sin`."""
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for match in _FOREIGN.finditer(typed):
        written = {"attribute": "_grad", "nothing": ""}.get(match.lastgroup or "") if match.lastgroup != "bar" else None
        written = _barred(match[0]) if written is None else written
        pieces += [typed[at : match.start()], written]
        origin += [*range(at, match.start()), *(min(match.start() + k, match.end() - 1) for k in range(len(written)))]
        at = match.end()
    text = "".join([*pieces, typed[at:]])
    return Rewritten(typed, text, (*origin, *range(at, len(typed) + 1)))


def _barred(letter: str) -> str:
    """A letter with a bar over it as the letter and `_bar`; any other as it is."""
    parts = unicodedata.normalize("NFD", letter)
    return parts[:-1] + "_bar" if parts[-1] in BARS else letter
