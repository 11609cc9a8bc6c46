"""Reads a LaTeX formula of numbers as a person would, and works it out."""

import math
import re
from collections.abc import Callable

FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in "sin cos tan sinh cosh tanh".split()},
    "ln": math.log,
    "max": max,
    "min": min,
    "sign": lambda x: (x > 0) - (x < 0),
}
TOKEN = re.compile(
    r"\s*(\\operatorname\{\w+\}|\\mathrm\{\w+\}|\\left\\lfloor|\\right\\rfloor|\\left[(|]|\\right[)|]|\\log_2|\\log_\{10\}"
    r"|\\[A-Za-z]+|\\,|\d+\.?\d*|[-+^{},()=<>e])"
)


class Formula:
    """A recursive-descent reader: sum, product, sign, power, atom."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            match = TOKEN.match(text, at)
            assert match, f"cannot read {text[at:]!r} in {text!r}"
            if match[1] != r"\,":
                self.tokens.append(match[1])
            at = match.end()
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.next
        assert not expected or token == expected, f"{expected} is missing before {token!r} in {' '.join(self.tokens)}"
        self.at += 1
        return token

    def whole(self) -> float:
        value = self.sum()
        assert not self.next, f"{self.next!r} is left over in {' '.join(self.tokens)}"
        return value

    def sum(self) -> float:
        value = self.product()
        while self.next in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> float:
        value = self.signed()
        while self.next == r"\cdot" or self._begins_a_factor():
            if self.next == r"\cdot":
                self.take()
            assert self.next not in ("+", "-"), f"two signs in a row in {' '.join(self.tokens)}"
            value *= self.power()
        return value

    def _begins_a_factor(self) -> bool:
        return bool(re.match(r"\\(?!cdot|right|,)|\d|e$", self.next))

    def signed(self) -> float:
        if self.next != "-":
            return self.power()
        self.take()
        assert self.next not in ("+", "-"), f"two signs in a row in {' '.join(self.tokens)}"
        return -self.power()

    def power(self) -> float:
        base = self.atom()
        if self.next == "^":
            self.take()
            base = base ** self.group()
            assert self.next != "^", f"two exponents in {' '.join(self.tokens)}"
        return base

    def group(self) -> float:
        if self.next != "{":
            return self.atom()
        self.take()
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> float:
        token = self.take()
        if token[0].isdigit():
            return float(token)
        if token == "e":
            return math.e
        if token == r"\pi":
            return math.pi
        if token == r"\infty":
            return math.inf
        if token == r"\frac":
            above = self.group()
            return above / self.group()
        if token == r"\sqrt":
            return math.sqrt(self.group())
        if token == r"\left(":
            return self._until(r"\right)")
        if token == r"\left|":
            return abs(self._until(r"\right|"))
        return self.function(token)

    def _until(self, end: str) -> float:
        value = self.sum()
        self.take(end)
        return value

    def function(self, token: str) -> float:
        name = re.sub(r"\\operatorname\{(\w+)\}|\\", r"\1", token)
        if self.next != r"\left(":
            return FUNCTIONS[name](self.signed() if self.next == "-" else self.power())
        self.take()
        args = [self.sum()]
        while self.next == ",":
            self.take()
            args.append(self.sum())
        self.take(r"\right)")
        return FUNCTIONS[name](*args)


def work_out(text: str) -> float:
    """The value of a formula of numbers.

    >>> work_out(r"1.5 + \frac{1}{2} \\cdot 2^{3}")
    5.5
    """
    return Formula(text).whole()
