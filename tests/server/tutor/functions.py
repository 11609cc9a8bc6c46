"""Functions that exercises are made of: the examples of the gallery, and random ones that are smooth."""

from collections.abc import Iterator
from random import Random
from typing import Any

from server.gallery import EXAMPLES

UNARY = (
    "sin({})",
    "cos({})",
    "tanh({})",
    "exp(0.3*{})",
    "sigmoid({})",
    "atan({})",
    "({})**2",
    "({})**3",
    "-({})",
    "sqrt(1 + ({})**2)",
    "log(2 + ({})**2)",
    "1/(1 + ({})**2)",
)
BINARY = ("{} + {}", "{} - {}", "({})*({})", "({})*({})", "({})/(2 + sin({}))")


def all_functions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Source and point: the gallery, then a hundred random ones."""
    yield from ((example.source, example.point) for example in EXAMPLES)
    yield from random_functions(100)


def random_functions(count: int, seed: int = 5) -> Iterator[tuple[str, dict[str, float]]]:
    """Functions of some of x, y and z."""
    rng = Random(seed)
    made = 0
    while made < count:
        source = _expression(rng, rng.choice((2, 3, 4)))
        if any(name in source.replace("exp", "") for name in "xyz"):
            made += 1
            yield source, {name: round(rng.uniform(0.3, 1.8), 2) for name in "xyz"}


def _expression(rng: Random, depth: int) -> str:
    if depth <= 0:
        return rng.choice("xyzxyzxyz2")
    if rng.random() < 0.45:
        return rng.choice(UNARY).format(_expression(rng, depth - 1))
    return rng.choice(BINARY).format(_expression(rng, depth - 1), _expression(rng, depth - 2))
