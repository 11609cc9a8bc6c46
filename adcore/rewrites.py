"""Rewriting an expression into one that means the same and is sounder in floats: the rows, and how one is applied.

A row has two texts in our own language: what is looked for in a graph, its letters standing for anything, and what to
write instead. Sums of exponentials of any length, and branches that leak, are found by functions.
(Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapters 1 and 27; Blanchard, Higham & Higham, Accurately
computing the log-sum-exp and softmax functions, IMA J. Numer. Anal. 2021.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcore.algebras.text import PLAIN, TextAlgebra, Written
from adcore.columns import number_of
from adcore.graph import CONST, INPUT, Graph
from adcore.interpreter import RuleBook, formula
from adcore.row_texts import record_text

COMMUTATIVE = ("add", "mul")
MOST_TERMS = 16
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A name, texts `before` and `after` over the letters u and v, and the reason in a sentence."""

    name: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a graph: node `node` is to become `after`, whose letters stand for the nodes `letters`."""

    name: str
    node: int
    after: str
    letters: Mapping[str, int]
    reason: str


_CANCELS = "Nearly equal numbers were subtracted, which leaves only rounding; this form has no such difference."
_LOST = "A small number next to 1 loses its digits; this function keeps them."
_LARGE = "The exponential overflows or vanishes long before the result does; this function does not."
_ZERO = (
    "The formula has no value at 0, but a limit: the point is told apart, and the other branch is kept away from it."
)
_LEAKS = (
    "where() evaluates both branches, and what goes wrong in the other one reaches the derivative as 0 times infinity."
)
_SQUARES = (
    "The squares overflow or vanish before the root is taken, and at 0 its slope is infinite; hypot does neither."
)
_SMALL = "Near 0 value and slope are left over from large terms that cancel; the first terms of the series have no such terms."
_GAMMA = "The gamma function overflows from 171.7 on; its logarithm does not."
_FACTORS = MappingProxyType(
    {
        "log-power": "The power overflows or vanishes; the logarithm of the number itself does not.",
        "log-product": "The product overflows or vanishes; the sum of logarithms does not.",
    }
)
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
    Rewrite("expm1", "exp(u) - 1", "expm1(u)", _CANCELS),
    Rewrite("expm1", "1 - exp(u)", "-expm1(u)", _CANCELS),
    Rewrite("sinh", "exp(u) - exp(-u)", "2*sinh(u)", _CANCELS),
    Rewrite("sech", "1 - tanh(u)**2", "sech(u)**2", _CANCELS),
    Rewrite("sech", "1 - tanh(u)*tanh(u)", "sech(u)**2", _CANCELS),
    Rewrite("half-angle", "1 - cos(u)", "2*sin(u/2)**2", _CANCELS),
    Rewrite("conjugate", "sqrt(u + v) - sqrt(u)", "v/(sqrt(u + v) + sqrt(u))", _CANCELS),
    Rewrite("conjugate", "sqrt(1 + u) - 1", "u/(sqrt(1 + u) + 1)", _CANCELS),
    Rewrite("conjugate", "1 - sqrt(1 - u)", "u/(1 + sqrt(1 - u))", _CANCELS),
    Rewrite("difference", "(u + v)**2 - u**2", "v*(2*u + v)", _CANCELS),
    Rewrite("difference", "1/u - 1/(u + v)", "v/(u*(u + v))", _CANCELS),
    Rewrite("difference", "log(u + v) - log(u)", "log1p(v/u)", _CANCELS),
    Rewrite("hypot", "sqrt(u**2 + v**2)", "hypot(u, v)", _SQUARES),
    Rewrite("hypot", "sqrt(u*u + v*v)", "hypot(u, v)", _SQUARES),
    Rewrite("abs", "sqrt(u**2)", "abs(u)", _ROOT),
    Rewrite("abs", "sqrt(u*u)", "abs(u)", _ROOT),
    Rewrite("sign", "u/abs(u)", "sign(u)", _ZERO),
    Rewrite("series", "(exp(u) - 1)/u", _series("1 + u/2 + u**2/6 + u**3/24 + u**4/120 + u**5/720", "expm1(u)/{u}"), _SMALL),
    Rewrite("series", "(1 - exp(-u))/u", _series("1 - u/2 + u**2/6 - u**3/24 + u**4/120 - u**5/720", "-expm1(-u)/{u}"), _SMALL),
    Rewrite("series", "log(1 + u)/u", _series("1 - u/2 + u**2/3 - u**3/4 + u**4/5 - u**5/6 + u**6/7 - u**7/8", "log1p(u)/{u}"), _SMALL),
    Rewrite("series", "(1 - cos(u))/u**2", _series("1/2 - u**2/24 + u**4/720", "2*sin(u/2)**2/{u}**2"), _SMALL),
    Rewrite("series", "(1 - cos(u))/(u*u)", _series("1/2 - u**2/24 + u**4/720", "2*sin(u/2)**2/{u}**2"), _SMALL),
    Rewrite("sinc", "sin(u)/u", "where(u == 0, 1, sin(u)/where(u == 0, 1, u))", _ZERO),
    Rewrite("xlogy", "u*log(u)", "where(u == 0, 0, u*log(where(u == 0, 1, u)))", _ZERO),
    Rewrite("xlogy", "u*log(v)", "where(u == 0, 0, u*log(where(u == 0, 1, v)))", _ZERO),
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
    Rewrite("share", "u**2/(u**2 + v**2)", "(u/hypot(u, v))**2", _SQUARES),
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


def slope_changes(graph: Graph, cancelling: Callable[[str], Sequence[int]]) -> Iterator[Change]:
    """A change for each node whose own rule loses digits; `cancelling` finds those of an operation."""
    for op, row in SLOPES.items():
        for i in cancelling(op) if op in graph.ops else ():
            yield Change(row.name, i, row.after, {"u": graph.args[i][0]}, row.reason)


def changes(graph: Graph) -> Iterator[Change]:
    """Every place where a row, or a sum of exponentials, is found. The graph has equal operations shared."""
    useful = graph.useful()
    for row in REWRITES:
        pattern = record_text(row.before, ("u", "v"))
        for i in range(len(graph)):
            bound = match(pattern, graph, i) if useful[i] else None
            if bound is not None:
                yield Change(row.name, i, row.after, bound, row.reason)
    for i in range(len(graph)):
        if useful[i]:
            yield from _exponential_sums(graph, i)
            yield from _length(graph, i)
            yield from _log_product(graph, i)


def match(pattern: Graph, graph: Graph, node: int) -> Mapping[str, int] | None:
    """The nodes that the letters of a pattern stand for, if the pattern is what computes `node`.

    The arguments of sums and products may be in either order, so every way to lay the pattern is followed.
    """
    ways: list[tuple[dict[str, int], list[tuple[int, int]]]] = [({}, [(pattern.outputs[0], node)])]
    while ways:
        bound, pending = ways.pop()
        if not pending:
            return MappingProxyType(bound)
        (p, i), rest = pending[-1], pending[:-1]
        if pattern.ops[p] == INPUT:
            name = pattern.names[p] or ""
            if bound.get(name, i) == i:
                ways.append(({**bound, name: i}, rest))
            continue
        if pattern.ops[p] != graph.ops[i] or pattern.constants[p] != graph.constants[i]:
            continue
        ways += [(bound, rest + list(pairs)) for pairs in _orders(pattern, p, graph, i)]
    return None


def _orders(pattern: Graph, p: int, graph: Graph, i: int) -> Iterator[Iterator[tuple[int, int]]]:
    left, right = pattern.args[p], graph.args[i]
    if len(left) != len(right):
        return
    if pattern.ops[p] in COMMUTATIVE:
        yield zip(left, reversed(right), strict=True)
    yield zip(left, right, strict=True)


def _length(graph: Graph, i: int) -> Iterator[Change]:
    """The root of a sum of three squares or more."""
    terms = _terms(graph, graph.args[i][0]) if graph.ops[i] == "sqrt" else []
    bases = [graph.args[t][0] for t in terms if _is_square(graph, t)]
    if len(bases) < 3 or len(bases) < len(terms):
        return
    names = [f"x{k + 1}" for k in range(len(bases))]
    text = names[0]
    for name in names[1:]:
        text = f"hypot({text}, {name})"
    yield Change("hypot", i, text, dict(zip(names, bases, strict=True)), _SQUARES)


def _log_product(graph: Graph, i: int) -> Iterator[Change]:
    """The logarithm of a product, a quotient or a power as a sum of logarithms: log(x*x*y/z) as 2*log(abs(x)) + ..."""
    powers = _powers(graph, graph.args[i][0]) if graph.ops[i] == "log" else {}
    if not powers or len(powers) > MOST_TERMS or list(powers.values()) == [1]:
        return
    names = [f"x{k + 1}" for k in range(len(powers))]
    each = (f"{n}*log({f'abs({x})' if n % 2 == 0 else x})" for x, n in zip(names, powers.values(), strict=True))
    name = "log-power" if len(powers) == 1 else "log-product"
    text = " + ".join(each).replace("+ -", "- ").replace(" 1*log", " log").removeprefix("1*")
    yield Change(name, i, text, dict(zip(names, powers, strict=True)), _FACTORS[name])


def _powers(graph: Graph, top: int) -> dict[int, int]:
    """What a node is the product of, each with its whole exponent, in the order in which they were made."""
    exponents, factors = {top: 1}, dict[int, int]()
    while exponents:
        i = max(exponents)
        n, op = exponents.pop(i), graph.ops[i]
        if op in ("mul", "div"):
            for a, sign in zip(graph.args[i], (1, 1 if op == "mul" else -1), strict=True):
                exponents[a] = exponents.get(a, 0) + sign * n
        elif op == "powi" and n:
            [a] = graph.args[i]
            exponents[a] = exponents.get(a, 0) + int(number_of(graph.constants[i])) * n
        elif n and not (op == CONST and graph.constants[i] == 1):
            factors[i] = n
    return dict(reversed(factors.items()))


def _is_square(graph: Graph, i: int) -> bool:
    return (graph.ops[i] == "powi" and graph.constants[i] == 2) or (
        graph.ops[i] == "mul" and graph.args[i][0] == graph.args[i][1]
    )


def _exponential_sums(graph: Graph, i: int) -> Iterator[Change]:
    """Logarithms of sums of exponentials, softmax, and the logarithm of a softmax."""
    if graph.ops[i] == "log":
        yield from _shifted(graph, i, None, graph.args[i][0], "log-sum-exp", "{m} + log({sum})")
        inner = graph.args[i][0]
        if graph.ops[inner] == "div" and graph.ops[graph.args[inner][0]] == "exp":
            yield from _shifted(
                graph, i, graph.args[inner][0], graph.args[inner][1], "log-softmax", "t - {m} - log({sum})"
            )
    elif graph.ops[i] == "div" and graph.ops[graph.args[i][0]] == "exp":
        yield from _shifted(graph, i, graph.args[i][0], graph.args[i][1], "softmax", "exp(t - {m})/({sum})")


def _shifted(graph: Graph, i: int, top: int | None, below: int, name: str, shape: str) -> Iterator[Change]:
    terms = _terms(graph, below)
    if not 2 <= len(terms) <= MOST_TERMS or any(graph.ops[t] != "exp" for t in terms):
        return
    names = [f"x{k + 1}" for k in range(len(terms))]
    largest = f"max({', '.join(names)})"
    total = " + ".join(f"exp({x} - {largest})" for x in names)
    letters = {x: graph.args[t][0] for x, t in zip(names, terms, strict=True)}
    if top is not None:
        letters["t"] = graph.args[top][0]
    reason = "The exponentials overflow, or all vanish; with the largest exponent taken out one of them is 1."
    yield Change(name, i, shape.replace("{m}", largest).replace("{sum}", total), letters, reason)


def _terms(graph: Graph, i: int) -> list[int]:
    """The terms of a sum of sums, in order."""
    terms: list[int] = []
    pending = [i]
    while pending and len(terms) + len(pending) <= MOST_TERMS:
        k = pending.pop()
        if graph.ops[k] == "add":
            pending += reversed(graph.args[k])
        else:
            terms.append(k)
    return [] if pending else terms


def write(graph: Graph, chosen: Sequence[Change]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The program as one expression with the changes made, and each changed part as it was and as it is.

    The expression is empty where it would be too long.
    """
    plain = _write(graph, {}, ())
    by_node = {change.node: change for change in reversed(chosen)}
    changed = _write(graph, by_node, plain)
    texts = [changed[i].text for i in graph.outputs]
    whole = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    parts = tuple((plain[i].text, changed[i].text) for i in sorted(by_node) if changed[i].text)
    return ("" if not all(texts) or len(whole) > LONGEST else whole), parts


def _write(graph: Graph, by_node: Mapping[int, Change], plain: Sequence[Written]) -> list[Written]:
    """Every node written out; a piece that grows too long becomes empty, and so does what it is part of.

    A change may speak of a node that comes later, as a guard does of its condition: then as it is in `plain`.
    """
    writer, rules = TextAlgebra(PLAIN), RuleBook()
    written: list[Written] = []
    for i, op in enumerate(graph.ops):
        parts = [written[a] for a in graph.args[i]]
        if op == INPUT:
            piece = Written(graph.names[i] or "", simple=True)
        elif op == CONST:
            piece = writer.const(number_of(graph.constants[i]))
        elif not all(part.text for part in parts):
            piece = Written("")
        elif i in by_node:
            change = by_node[i]
            names = sorted(set(re.findall(r"\b(?:[uvt]|x\d+)\b", change.after)))
            nodes = [change.letters[name] for name in names]
            letters = [written[k] if k < i else plain[k] for k in nodes]
            piece = formula(writer, record_text(change.after, names), letters, writer.const(0.0))
        else:
            piece = writer.apply(rules.find(graph, i), parts)
        written.append(piece if len(piece.text) <= LONGEST else Written(""))
    return written


GUARDS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "div": (1, "1"),
        "pow": (0, "1"),
        "powi": (0, "1"),
        **dict.fromkeys(("log", "log2", "log10", "sqrt", "cbrt", "exp", "lgamma", "gamma", "abs"), (0, "1")),
        **dict.fromkeys(("asin", "acos", "atanh", "erfinv", "asech", "log1p", "tan"), (0, "0.5")),
        **dict.fromkeys(("acosh", "asec", "acsc", "acoth"), (0, "2")),
    }
)
"""Which argument of an operation must be kept away from where it has no slope, and a harmless number for it."""


def guard(graph: Graph, choice: int, branch: int, node: int) -> Change | None:
    """The change that lets an operation in a branch see a harmless number when the branch is not taken."""
    if graph.ops[node] not in GUARDS:
        return None
    k, safe = GUARDS[graph.ops[node]]
    seen = f"where(u, v, {safe})" if branch == 1 else f"where(u, {safe}, v)"
    template = RuleBook().find(graph, node).row
    letters = {"u": graph.args[choice][0], "v": graph.args[node][k]}
    others = {a: f"x{n + 1}" for n, a in enumerate(template.args)}
    letters |= {others[a]: graph.args[node][n] for n, a in enumerate(template.args) if n != k}
    text = re.sub(r"@(\w+)", lambda m: seen if m[1] == template.args[k] else others[m[1]], template.text)
    return Change(
        "double-where",
        node,
        text,
        letters,
        f"{_LEAKS} {template.said[:1].upper()}{template.said[1:]} is given {safe} there.",
    )
