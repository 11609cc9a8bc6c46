"""The primitives once more, by name, from mpmath alone: the oracle that the table is checked against."""

import mpmath as mp

from adcore.primitives import FAMILIES, ROWS
from adcore.rules import Rule, find_rule


def _cube_root(x):
    return mp.sign(x) * mp.root(abs(x), 3)


def _truth(test):
    return lambda *numbers: mp.mpf(bool(test(*numbers)))


FUNCTIONS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
    "pow": mp.power,
    "mod": lambda x, y: x - y * mp.floor(x / y),
    "floordiv": lambda x, y: mp.floor(x / y),
    "log2": lambda x: mp.log(x, 2),
    "log10": lambda x: mp.log(x, 10),
    "cbrt": _cube_root,
    "lgamma": lambda x: mp.log(abs(mp.gamma(x))),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "abs": abs,
    "where": lambda c, x, y: x if c else y,
    "lt": _truth(lambda x, y: x < y),
    "le": _truth(lambda x, y: x <= y),
    "gt": _truth(lambda x, y: x > y),
    "ge": _truth(lambda x, y: x >= y),
    "eq": _truth(lambda x, y: x == y),
    "ne": _truth(lambda x, y: x != y),
    "max": max,
    "min": min,
}
"""What mpmath calls otherwise, or lacks; everything else has the same name there."""

MEMBERS = {"powi": (-3, -1, 0, 1, 2, 3, 7), "polygamma": (0, 1, 2, 4), "max": (2, 3, 4), "min": (2, 3, 4)}
"""The members of each family that stand for all of it."""


def function_of(rule: Rule):
    """The row's function on mpmath numbers."""
    name, constant = rule.row.name, int(rule.constant or 0)
    if name == "powi":
        return lambda x: x**constant
    if name == "polygamma":
        return lambda x: mp.psi(constant, x)
    return FUNCTIONS.get(name) or getattr(mp, name)


def all_rules() -> dict[str, Rule]:
    """Every row of the table and the chosen members of the families, by a name for the test's report."""
    rules = {name: find_rule(name, None, len(row.args)) for name, row in ROWS.items()}
    for name, numbers in MEMBERS.items():
        for n in numbers:
            counted = name in ("max", "min")
            rules[f"{name}-{n}"] = find_rule(name, None if counted else float(n), n if counted else 1)
    assert set(MEMBERS) == set(FAMILIES)
    return rules
