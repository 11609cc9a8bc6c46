"""Mathematics as people write it, turned into plain Python, with every character's origin kept.

    x² + 2x      ->  x**2 + 2*x
    2 sin(πr)    ->  2*sin(pi*r)
    √x·y^3       ->  sqrt(x)*y**3

A spelling that can be read in two ways is an error that names both: `1/2x` is (1/2)*x to some and 1/(2*x) to others.
"""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from adcore.errors import ADError, Caution, Span
from adcore.limits import Limits

SUPERSCRIPTS = MappingProxyType(dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)))
SIGNS = MappingProxyType(
    {"^": "**", "·": "*", "×": "*", "⋅": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "π": "pi"}
)
LETTER_FORMS = MappingProxyType(dict(zip("ϵϑϕϖϱϰµ", "εθφπρκμ", strict=True)))
_FORMS = MappingProxyType(str.maketrans(dict(LETTER_FORMS)))
FUNCTION_NAMES = MappingProxyType(
    {"ln": "log", **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")}}
)
_ARCS = MappingProxyType({name.removeprefix("a"): name for name in FUNCTION_NAMES.values() if name != "log"})
INVERSES = MappingProxyType({**_ARCS, **{arc: name for name, arc in _ARCS.items()}, "exp": "log", "log": "exp"})
"""What undoes a function: f⁻¹ may mean it."""
POWERS = ("^", "**")
_DEPTHS = MappingProxyType({**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)})
TIGHT = ("/", "//", "%", "÷", *POWERS)

_LETTER = "A-Za-z_Α-ΡΣ-Ωα-ορ-ωϵϑϕϱϰµ"
_TOKEN = re.compile(
    r"(?P<comment>#[^\0\r\n\ud800-\udfff]*)"
    r"|(?P<text>'[^'\0\r\n\ud800-\udfff]*'?|\"[^\"\0\r\n\ud800-\udfff]*\"?)"
    r"|(?P<number>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?(?![A-Za-z_0-9])"
    r"|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)"
    rf"|(?P<name>[{_LETTER}][{_LETTER}0-9]*)"
    r"|(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)"
    r"|(?P<pi>[πϖ])|(?P<root>√)"
    r"|(?P<space>[ \t\f\u00a0\u2000-\u200a\u202f\u205f\u3000]+)|(?P<line>\r\n|\r|\n)"
    r"|(?P<sign>\*\*|//|[·×⋅÷−≤≥≠]|[!-~])",
    re.ASCII,
)


class Token(NamedTuple):
    """A piece of the source, as typed."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_UNPLAIN = re.compile(r"[^\t\n\f\r -~]|[\^#'\"\\]|[0-9]\.?[ \t\f]*[A-Za-z_]|\bln\b|\barc")
"""What may have to be rewritten or refused: a foreign character, `2x`, `ln`; or what hides it, as a comment does."""
_BRACKET, _DIGITS = re.compile(r"[][(){}]"), re.compile(r"[0-9._]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """`text` is plain Python; character i of it came from character `origin[i]` of `source`."""

    source: str
    text: str
    origin: tuple[int, ...]
    cautions: tuple[Caution, ...]
    source_lines: tuple[int, ...]
    text_lines: tuple[int, ...]

    @property
    def is_python(self) -> bool:
        """Whether the source was left as it is and a character is a byte, so that Python's places are those typed."""
        return self.text is self.source and self.text.isascii()

    def span(self, start: int, end: int) -> Span:
        """The place in the source of the characters start..end of `text`."""
        first = self.origin[start] if start < len(self.origin) else len(self.source)
        last = self.origin[end - 1] + 1 if start < end <= len(self.origin) else first
        return Span(*_position(self.source_lines, first), *_position(self.source_lines, last))

    def typed(self, start: int, end: int) -> str:
        """What was typed where the characters start..end of `text` stand."""
        return self.source[self.origin[start] : self.origin[end - 1] + 1]

    def offset(self, line: int, byte: int) -> int:
        """Python gives columns as UTF-8 bytes of a line; this is the character of the whole `text`."""
        start = self.text_lines[min(line, len(self.text_lines)) - 1]
        if self.text.isascii():
            return min(start + byte, len(self.text))
        return start + len(self.text[start : start + byte].encode()[:byte].decode(errors="ignore"))


def line_starts(text: str) -> tuple[int, ...]:
    """Where each line begins."""
    return 0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))


def place(source: str, start: int, end: int) -> Span:
    """The span of the characters start..end of a text."""
    lines = line_starts(source)
    return Span(*_position(lines, start), *_position(lines, end))


def _position(lines: tuple[int, ...], offset: int) -> tuple[int, int]:
    row = bisect_right(lines, offset)
    return row, offset - lines[row - 1] + 1


def read(source: str, limits: Limits) -> Spelling:
    """Turn mathematical spelling into plain Python. Raises ADError for characters and spellings it does not have."""
    limits.check("source_characters", len(source))
    lines = line_starts(source)
    limits.check("source_lines", len(lines))
    if _is_plain(source, limits):
        return Spelling(source, source, tuple(range(len(source))), (), lines, lines)
    tokens = _flush_left(_tokens(source, limits))
    writer = _Writer(source)
    for token, before, after in _with_neighbours(tokens):
        writer.write(token, before, after)
    text = "".join(writer.pieces)
    return Spelling(source, text, tuple(writer.origin), tuple(writer.cautions), lines, line_starts(text))


def _is_plain(source: str, limits: Limits) -> bool:
    """Whether a text surely is Python already and within the limits, so that it need not be taken apart.

    Of most programs one can see it at once. What is not so plain, as one with comments, may still be left as it is.
    """
    if not source.isascii() or source[:1].isspace() or _UNPLAIN.search(source):
        return False
    depth, deepest = 0, 0
    for bracket in _BRACKET.findall(source):
        depth += _DEPTHS[bracket]
        deepest = max(deepest, depth)
    longest = max(map(len, _DIGITS.findall(source)), default=0)
    return deepest <= limits["brackets"] and longest <= limits["literal_digits"]


def _tokens(source: str, limits: Limits) -> list[Token]:
    tokens: list[Token] = []
    at = 1 if source.startswith("\ufeff") else 0
    depth, most = 0, limits["brackets"]
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise _foreign(source, at)
        token = Token(match.lastgroup or "", match[0], at)
        depth += _DEPTHS.get(token.text, 0)
        if depth > most:
            limits.refuse("brackets", place(source, at, token.end))
        if token.kind == "number" and sum(map(str.isalnum, token.text)) > limits["literal_digits"]:
            limits.refuse("literal_digits", place(source, at, token.end), "Write it as a power of ten: 1.5e30.")
        tokens.append(token)
        at = token.end
    return tokens


def _flush_left(tokens: list[Token]) -> list[Token]:
    """The same lines without the blanks that all begin with, or that only the first begins with, as when pasted."""
    begins = list(_first_tokens(tokens))
    if not begins or tokens[begins[0]].kind != "space":
        return tokens
    indents = [tokens[i].text if tokens[i].kind == "space" else "" for i in begins]
    shortest = min(map(len, indents))
    common = next((k for k in range(shortest) if len({indent[k] for indent in indents}) > 1), shortest)
    left = {**dict.fromkeys(begins, common), begins[0]: len(indents[0])}
    moved = ((token, left.get(i, 0)) for i, token in enumerate(tokens))
    return [Token(kind, text[cut:], start + cut) for (kind, text, start), cut in moved if len(text) > cut]


def _first_tokens(tokens: list[Token]) -> Iterator[int]:
    """Where lines begin that hold more than a comment, but for those that go on within brackets."""
    depth, begins = 0, True
    for i, (token, after) in enumerate(zip(tokens, [*tokens[1:], Token("line", "", 0)], strict=True)):
        shown = after if token.kind == "space" else token
        if begins and not depth and shown.kind not in ("line", "comment"):
            yield i
        depth += _DEPTHS.get(token.text, 0)
        begins = token.kind == "line"


def _foreign(source: str, at: int) -> ADError:
    c = source[at]
    quotes = dict.fromkeys("“”‘’", 'Text stands in straight quotes, as in p["w"].')
    hints = {"½": "Write 1/2.", "∞": "Infinity is not a number of the language.", **quotes}
    hint = hints.get(c, "Names use the letters a to z, digits, _ and Greek letters; x₁ is written x1.")
    shown = repr(c) if c.isprintable() else f"U+{ord(c):04X}"
    return ADError("character", f"The character {shown} is not part of the language.", place(source, at, at + 1), hint)


def _with_neighbours(tokens: list[Token]) -> Iterator[tuple[Token, Token | None, Token | None]]:
    """Each token with the one before it and the one after it, spaces apart."""
    solid: list[Token | None] = [None, *(token for token in tokens if token.kind != "space"), None]
    at = 0
    for token in tokens:
        if token.kind == "space":
            yield token, solid[at], solid[at + 1]
        else:
            yield token, solid[at], solid[at + 2]
            at += 1


def _is_unary(token: Token, before: Token | None) -> bool:
    """Whether a sign belongs to the number behind it: in `1/-2x` the operator before 2 is still the /."""
    return token.text in "+-−" and before is not None and before.kind == "sign" and before.text not in ")]}"


def _other_reading(f: str, n: int) -> list[str]:
    """What fⁿ(…) may mean beside a power: f applied again, or its inverse."""
    if n in (2, 3):
        return [f"{f}({f}(…))" if n == 2 else f"{f}({f}({f}(…)))"]
    inverse = INVERSES.get(FUNCTION_NAMES.get(f, f))
    return [f"{inverse}(…)"] if n == -1 and inverse else []


_FACTORS_AFTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("name", "pi", "root"),
        "superscript": ("name", "pi", "root"),
        "pi": ("name", "pi", "root", "number"),
        "name": ("pi", "root"),
    }
)


class _Writer:
    """Writes one token after another as Python, remembering where each character came from."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.origin: list[int] = []
        self.cautions: list[Caution] = []
        self.operator = ""  # the sign before the factor being written: decides whether 2x is ambiguous
        self.root: Token | None = None
        self._handlers: dict[str, Callable[[Token, Token | None, Token | None], None]] = {}

    def write(self, token: Token, before: Token | None, after: Token | None) -> None:
        if before and self._is_product(before, token):
            self._multiply(before, token)
        kind = token.kind
        if kind not in self._handlers:
            self._handlers[kind] = getattr(self, f"_{kind}", self._copy)
        self._handlers[kind](token, before, after)
        if token.kind == "sign" and not _is_unary(token, before):
            self.operator = token.text

    def _space(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put(token.text if token.text.isascii() else " " * len(token.text), token)

    def _copy(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put(token.text, token)

    def _put(self, text: str, token: Token) -> None:
        start, size = token.start, len(token.text)
        self.pieces.append(text)
        self.origin.extend(range(start, start + min(size, len(text))))
        self.origin.extend([start + size - 1] * (len(text) - size))

    @staticmethod
    def _is_product(before: Token, token: Token) -> bool:
        """Whether a product is meant between the two: `2x`, `x²y`, `2π`, `πr`, `xπ`, `x√2`."""
        if token.kind not in _FACTORS_AFTER.get(before.kind, ()):
            return False
        is_word = keyword.iskeyword(token.text) or keyword.iskeyword(before.text)
        return not is_word and before.text[-1:] not in ("j", "J")

    def _multiply(self, before: Token, token: Token) -> None:
        left, right = before.text, token.text
        span = place(self.source, before.start, token.end)
        if re.fullmatch(r"[eE]\d*", right) and before.end == token.start and before.kind == "number":
            raise ADError(
                "syntax", f"{left}{right} is an unfinished number.", span, f"Write {left}*{right} or {left}e0."
            )
        if self.operator in TIGHT:
            op = self.operator
            readings = f"(… {op} {left})*{right} or … {op} ({left}*{right})"
            raise ADError("ambiguous", f"… {op} {left}{right} can be read in two ways.", span, f"Write {readings}.")
        self.pieces.append("*")
        self.origin.append(before.end - 1)

    def _name(self, token: Token, before: Token | None, after: Token | None) -> None:
        if keyword.iskeyword(token.text) and before and before.kind == "number" and before.end == token.start:
            self._put(" ", before)  # Python warns about `1if`
        text = token.text.translate(_FORMS)
        if text != token.text:
            span = place(self.source, token.start, token.end)
            self.cautions.append(Caution("normalised", f"{token.text} is read as {text}: one letter, two forms.", span))
        self._put(FUNCTION_NAMES.get(text, text), token)
        self._close_root(token, after)

    def _text(self, token: Token, before: Token | None, after: Token | None) -> None:
        if "\\" in token.text:
            span = place(self.source, token.start, token.end)
            raise ADError("character", "A label in quotes has no backslashes.", span, "Use letters and digits.")
        if before and before.kind == "text" and before.end == token.start and before.text == 2 * token.text[0]:
            span = place(self.source, before.start, token.end)
            raise ADError("character", "Three quotes are not read.", span, "Use one pair, and # for a comment.")
        self._put(token.text, token)

    def _number(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put(token.text, token)
        self._close_root(token, after)

    def _pi(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put("pi", token)
        self._close_root(token, after)

    def _root(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put("sqrt", token)
        if after and after.text == "(":
            return
        if after is None or after.kind not in ("name", "number", "pi"):
            span = place(self.source, token.start, token.end)
            raise ADError("syntax", "√ needs something under it.", span, "Write √x or √(x + 1).")
        self.pieces.append("(")
        self.origin.append(token.start)
        self.root = token

    def _close_root(self, token: Token, after: Token | None) -> None:
        if self.root is None:
            return
        if after and (after.kind == "superscript" or after.text in (*POWERS, "(", "[")):
            span = place(self.source, self.root.start, after.end)
            readings = f"√({token.text}{after.text}…) or (√{token.text}){after.text}…"
            raise ADError("ambiguous", "It is not clear how far √ reaches.", span, f"Write {readings}.")
        self.pieces.append(")")
        self.origin.append(token.end - 1)
        self.root = None

    def _superscript(self, token: Token, before: Token | None, after: Token | None) -> None:
        digits = "".join(SUPERSCRIPTS[c] for c in token.text)
        span = place(self.source, token.start, token.end)
        if not re.fullmatch(r"[-+]?\d+", digits):
            raise ADError("syntax", "This exponent is not a whole number.", span, "Write x**(…).")
        if before and before.kind == "name" and after and after.text == "(":
            f = before.text
            readings = [f"{f}(…)**{digits}", *_other_reading(f, int(digits))]
            words = f"{f}{token.text}(…) can be read in two ways."
            raise ADError("ambiguous", words, span, f"Write {' or '.join(readings)}.")
        if self.operator in POWERS or (after and after.text in POWERS):
            raise ADError(
                "ambiguous", "Of two powers it is not clear which goes first.", span, "Write (x²)³ or x^(2^3)."
            )
        self._put(f"**{digits}" if digits.isdigit() else f"**({digits})", token)

    def _sign(self, token: Token, before: Token | None, after: Token | None) -> None:
        self._put(SIGNS.get(token.text, token.text), token)
