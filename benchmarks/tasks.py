"""The tasks: programs in our language, which is Python, and the points at which they are differentiated.

a  Hoffmann's function of two inputs          b  Baydin's, of two inputs          c  product of n numbers (Speelpenning)
d  Rosenbrock's valley in n dimensions        e  logistic map, n turns            f  Helmholtz energy of n components
g  network 2-8-8-1 with tanh, 64 points       h  Jacobian of Broyden's tridiagonal function
i  Hessian of Rosenbrock's valley             j  value and gradient of (a) on a grid of n x n points
Sources: Griewank and Walther, Evaluating Derivatives (c, f); Baydin et al., JMLR 18, 2018 (b, e); More, Garbow and
Hillstrom, ACM TOMS 7, 1981 (d, h).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

FUNCTIONS = ("sin", "cos", "exp", "log", "sqrt", "tanh")

PROGRAMS: Mapping[str, str] = MappingProxyType(
    {
        "a": "a = x[0]/x[1]\nb = exp(x[1])\nc = a - b\nreturn (sin(a) + c)*c",
        "b": "return log(x[0]) + x[0]*x[1] - sin(x[1])",
        "c": "p = 1\nfor i in range({n}):\n    p = p*x[i]\nreturn p",
        "d": """s = 0
for i in range({n} - 1):
    s = s + 100*(x[i + 1] - x[i]**2)**2 + (1 - x[i])**2
return s""",
        "e": "y = x[0]\nfor i in range({n}):\n    y = 3*y*(1 - y)\nreturn y",
        "f": """b = 0
for i in range({n}):
    b = b + x[i]/(20 + i)
s = 0
q = 0
for i in range({n}):
    s = s + x[i]*log(x[i]/(1 - b))
    for j in range({n}):
        q = q + x[i]*x[j]/(1 + i + j)
return s - q/(sqrt(8)*b)*log((1 + (1 + sqrt(2))*b)/(1 + (1 - sqrt(2))*b))""",
        "g": """loss = 0
for k in range({n}):
    u = k/{n}
    v = (7*k % {n})/{n}
    h = [tanh(x[i]*u + x[8 + i]*v + x[16 + i]) for i in range(8)]
    o = x[104]
    for i in range(8):
        a = x[88 + i]
        for j in range(8):
            a = a + x[24 + 8*i + j]*h[j]
        o = o + x[96 + i]*tanh(a)
    loss = loss + (o - u*v)**2
return loss""",
        "h": """return [(3 - 2*x[i])*x[i] + 1 - (x[i - 1] if i > 0 else 0) - (2*x[i + 1] if i < {n} - 1 else 0)
        for i in range({n})]""",
    }
)
"""Bodies of a function of one list x; {n} is the size."""
CHANGED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"a": ("sin(", "cos("), "b": ("sin(", "cos("), "d": ("100*", "90*"), "e": ("3*y", "2.9*y"), "f": ("20 +", "21 +")}
)
"""What makes another function of a program, alike but never seen before."""


@dataclass(frozen=True)
class Task:
    """One program at one point. `wanted` is gradient, jacobian, hessian or grid; the value is always wanted too."""

    letter: str
    title: str
    n: int
    point: tuple[float, ...]
    program: str
    wanted: str = "gradient"
    is_changed: bool = False

    @property
    def name(self) -> str:
        return f"{self.letter} {self.title}" + (f" {self.n}" if self.n else "")

    @property
    def source(self) -> str:
        """The program as a `def` in our language, which is Python as well."""
        body = PROGRAMS[self.program].replace("{n}", str(self.n))
        if self.is_changed:
            body = body.replace(*CHANGED[self.program])
        return "def f(x):\n" + "\n".join(f"    {line}" for line in body.splitlines())

    def changed(self) -> Task:
        """Return another function like it; array code, which is written by hand, stays the same."""
        return replace(self, is_changed=self.program in CHANGED)

    def over(self, library: Any) -> Callable[[Any], Any]:
        """Return the program as a function over the numbers of a library, whose sin, exp and so on it calls."""
        names: dict[str, Any] = {name: getattr(library, name) for name in FUNCTIONS if hasattr(library, name)}
        exec(self.source, names)
        function: Callable[[Any], Any] = names["f"]
        return function


def spread(n: int, low: float = 0.4, width: float = 0.2) -> tuple[float, ...]:
    """Return n different numbers from low to low + width."""
    return tuple(low + width * i / n for i in range(n))


def weights(n: int) -> tuple[float, ...]:
    """Return n numbers between -1/2 and 1/2 without a pattern."""
    return tuple((0.618034 * (i + 1)) % 1 - 0.5 for i in range(n))


def product(n: int) -> Task:
    """Return task c; the factors are near 1, so that the product of ten thousand is still a number."""
    return Task("c", "product", n, spread(n, 1 - 1 / n, 2 / n), "c")


def rosenbrock(n: int) -> Task:
    """Return task d."""
    return Task("d", "Rosenbrock", n, spread(n), "d")


def logistic(n: int) -> Task:
    """Return task e; at the rate 3 derivatives neither explode nor vanish over a million turns."""
    return Task("e", "logistic", n, (0.3,), "e")


def helmholtz(n: int) -> Task:
    """Return task f."""
    return Task("f", "Helmholtz", n, spread(n, 0.4 / n, 0.2 / n), "f")


def grid(n: int) -> Task:
    """Return task j; the points are those of `axes`."""
    return Task("j", "grid", n, (1.5, 0.5), "a", "grid")


def axes(n: int) -> tuple[list[float], list[float]]:
    """Return both coordinates of the n x n points of a grid, row by row."""
    first, second = spread(n, 0.5, 2.0), spread(n, 0.25, 1.0)
    return [u for u in first for _ in second], [v for _ in first for v in second]


def network(n: int) -> Task:
    """Return task g with n points; its 105 inputs are the weights."""
    return Task("g", "network", n, weights(105), "g")


def broyden(n: int) -> Task:
    """Return task h."""
    return Task("h", "Broyden", n, spread(n, -1.0, 0.5), "h", "jacobian")


def valley(n: int) -> Task:
    """Return task i."""
    return Task("i", "Rosenbrock", n, spread(n), "d", "hessian")


SEFF = Task("a", "Seff", 0, (1.5, 0.5), "a")
BAYDIN = Task("b", "Baydin", 0, (2.0, 5.0), "b")
SCALAR = (
    SEFF,
    BAYDIN,
    *(product(n) for n in (10, 100, 1000, 10000)),
    *(rosenbrock(n) for n in (10, 100, 1000, 10000)),
    *(logistic(n) for n in (4, 8, 16, 100, 1000, 10000)),
    *(helmholtz(n) for n in (10, 20, 40)),
    network(64),
)
FIRST = (SEFF, BAYDIN, logistic(100), logistic(1000), rosenbrock(1000), helmholtz(10), helmholtz(40))
MAKERS: Mapping[str, Callable[[int], Task]] = MappingProxyType(
    {
        "a": lambda _: SEFF,
        "b": lambda _: BAYDIN,
        "c": product,
        "d": rosenbrock,
        "e": logistic,
        "f": helmholtz,
        "g": network,
        "h": broyden,
        "i": valley,
        "j": grid,
    }
)


def operations(task: Task) -> int:
    """Return about how many operations the program of a task has, by which peers that unroll are spared."""
    n = task.n
    counts = {"c": n, "d": 8 * n, "e": 3 * n, "f": 3 * n * n, "g": 200 * n, "h": 6 * n}
    return counts.get(task.program, 10)


def task(letter: str, n: int) -> Task:
    """Return a task by its letter and size.

    >>> task("e", 4).name
    'e logistic 4'
    """
    return MAKERS[letter](n)
