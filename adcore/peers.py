"""What two other systems return where a derivative does not exist: measured, with the versions measured.

Measured in double precision by `jax.grad` and `torch.autograd` on one CPU; tests/adcore/test_peers.py measures again
where these versions are installed. None: the system has no such function, or no derivative for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

VERSIONS: Mapping[str, str] = MappingProxyType({"jax": "0.10.2", "torch": "2.13.0"})
INF, NAN = math.inf, math.nan


@dataclass(frozen=True, slots=True)
class Measured:
    """The gradient of a program at a point, by two systems. `primitive` is the row of ours that the program tries."""

    program: str
    point: tuple[float, ...]
    jax: tuple[float, ...] | None
    torch: tuple[float, ...] | None
    primitive: str = ""


MEASURED = (
    Measured("abs(x)", (0.0,), (1.0,), (0.0,), "abs"),
    Measured("sign(x)", (0.0,), (0.0,), (0.0,), "sign"),
    Measured("relu(x)", (0.0,), (0.0,), (0.0,), "relu"),
    Measured("max(x, y)", (1.0, 1.0), (0.5, 0.5), (0.5, 0.5), "max"),
    Measured("min(x, y)", (1.0, 1.0), (0.5, 0.5), (0.5, 0.5), "min"),
    Measured("max(x, 0)", (0.0,), (0.5,), (0.5,)),
    Measured("min(x, 0)", (0.0,), (0.5,), (0.5,)),
    Measured("sqrt(x)", (0.0,), (INF,), (INF,), "sqrt"),
    Measured("cbrt(x)", (0.0,), (INF,), None, "cbrt"),
    Measured("hypot(x, y)", (0.0, 0.0), (0.5, 0.5), (NAN, NAN), "hypot"),
    Measured("atan2(x, y)", (0.0, 0.0), (NAN, NAN), (0.0, -0.0), "atan2"),
    Measured("floor(x)", (2.0,), (0.0,), (0.0,), "floor"),
    Measured("ceil(x)", (2.0,), (0.0,), (0.0,), "ceil"),
    Measured("x % y", (4.0, 2.0), (1.0, -2.0), (1.0, -2.0), "mod"),
    Measured("x // y", (4.0, 2.0), (0.0, 0.0), None, "floordiv"),
    Measured("asin(x)", (1.0,), (INF,), (INF,), "asin"),
    Measured("acos(x)", (1.0,), (-INF,), (-INF,), "acos"),
    Measured("acosh(x)", (1.0,), (INF,), (INF,), "acosh"),
    Measured("where(x > 0, x, 0)", (0.0,), (0.0,), (0.0,)),
    Measured("where(x >= 0, x, -x)", (0.0,), (1.0,), (1.0,)),
    Measured("sqrt(x**2)", (0.0,), (NAN,), (NAN,)),
    Measured("sqrt(x**2 + y**2)", (0.0, 0.0), (NAN, NAN), (NAN, NAN)),
    Measured("max(x, 0)**2", (0.0,), (0.0,), (0.0,)),
    Measured("abs(x)**2", (0.0,), (0.0,), (0.0,)),
    Measured("x*abs(x)", (0.0,), (0.0,), (0.0,)),
    Measured("x/abs(x)", (0.0,), (NAN,), (NAN,)),
    Measured("sin(x)/x", (0.0,), (NAN,), (NAN,)),
    Measured("where(x > 0, log(x), 0)", (0.0,), (NAN,), (NAN,)),
    Measured("where(x > 0, sqrt(x), 0)", (0.0,), (NAN,), (NAN,)),
    Measured("log(x)", (0.0,), (INF,), (INF,)),
    Measured("1/x", (0.0,), (-INF,), (-INF,)),
)
