"""Rewriting an expression into one that means the same and is sounder in floats: where a row applies, and how.

A row of `sound_forms` has two texts: what is looked for in a graph, its letters standing for anything, and what to
write instead. Sums of any length, and branches that leak, are found by functions.
(Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions, IMA J. Numer. Anal. 2021.)
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
from adcore.sound_forms import REWRITES, SLOPES, SQUARES

COMMUTATIVE = ("add", "mul")
MOST_TERMS = 16
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a graph: node `node` is to become `after`, whose letters stand for the nodes `letters`."""

    name: str
    node: int
    after: str
    letters: Mapping[str, int]
    reason: str


_LEAKS = (
    "where() evaluates both branches, and what goes wrong in the other one reaches the derivative as 0 times infinity."
)
_DEVIATIONS = "The squares are nearly equal to that of the mean; the deviations from the mean are not."
_FACTORS = MappingProxyType(
    {
        "log-power": "The power overflows or vanishes; the logarithm of the number itself does not.",
        "log-product": "The product overflows or vanishes; the sum of logarithms does not.",
    }
)


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
            yield from _variance(graph, i)
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
        ways += [
            (bound, rest + list(zip(pattern.args[p], args, strict=True))) for args in _readings(pattern, p, graph, i)
        ]
    return None


def _readings(pattern: Graph, p: int, graph: Graph, i: int) -> Iterator[Sequence[int]]:
    """What a node is made of, read as the operation of a pattern: x*x is x**2 too, and -b + a is a - b."""
    asked, op, args = pattern.ops[p], graph.ops[i], graph.args[i]
    if asked == op and pattern.constants[p] == graph.constants[i] and len(pattern.args[p]) == len(args):
        if op in COMMUTATIVE:
            yield args[::-1]
        yield args
    elif asked == "powi" and pattern.constants[p] == 2 and _is_square(graph, i):
        yield args[:1]
    elif (asked, op) == ("sub", "add"):
        yield from ((a, graph.args[b][0]) for a, b in (args, args[::-1]) if graph.ops[b] == "neg")


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
    yield Change("hypot", i, text, dict(zip(names, bases, strict=True)), SQUARES)


def _variance(graph: Graph, i: int) -> Iterator[Change]:
    """The mean of squares less the square of the mean, of up to as many terms as other sums."""
    if graph.ops[i] != "sub" or not _is_square(graph, graph.args[i][1]):
        return
    mean = graph.args[graph.args[i][1]][0]
    bases, squares = _averaged(graph, mean), _averaged(graph, graph.args[i][0])
    if len(bases) < 2 or not all(_is_square(graph, k) for k in squares):
        return
    if sorted(graph.args[k][0] for k in squares) == sorted(bases):
        names = [f"x{k + 1}" for k in range(len(bases))]
        text = f"({' + '.join(f'({x} - u)**2' for x in names)})/{len(names)}"
        yield Change("variance", i, text, {"u": mean, **dict(zip(names, bases, strict=True))}, _DEVIATIONS)


def _averaged(graph: Graph, i: int) -> list[int]:
    """The terms of which a node is the mean; none if it is not one."""
    if graph.ops[i] != "div":
        return []
    total, count = graph.args[i]
    terms = _terms(graph, total)
    return terms if graph.ops[count] == CONST and graph.constants[count] == len(terms) else []


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
    """The terms of a sum of sums, in order, without the 0 that a loop starts with."""
    terms: list[int] = []
    pending = [i]
    while pending and len(terms) + len(pending) <= MOST_TERMS:
        k = pending.pop()
        if graph.ops[k] == "add":
            pending += reversed(graph.args[k])
        elif graph.ops[k] != CONST or graph.constants[k] != 0:
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
