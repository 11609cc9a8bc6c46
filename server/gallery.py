"""The examples: small programs that are worth watching."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

START = "Start here"
SHARING = "One value, many uses"
CONTROL = "Loops, branches and functions"
SHAPES = "Several inputs, several outputs"
LEARNING = "Machine learning"
EDGES = "Where it gets delicate"


@dataclass(frozen=True, slots=True)
class Example:
    """A program, where to look at it, and a sentence on why. Examples with the same `idea` stand together."""

    id: str
    title: str
    idea: str
    sentence: str
    source: str
    point: dict[str, Any]
    mode: str = "reverse"
    weights: list[float] | None = None
    seed: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


EXAMPLES = (
    Example(
        "hoffmann",
        "The Hoffmann function",
        START,
        "Two values are used twice each, so two adjoints are sums: watch them grow.",
        "a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c",
        {"x1": 1.5, "x2": 0.5},
    ),
    Example(
        "square",
        "A square of a sum",
        START,
        "Typed as on paper: the derivative 2x + 2 appears as two contributions to one adjoint.",
        "x² + 2x + 1",
        {"x": 3.0},
    ),
    Example(
        "baydin",
        "The survey example",
        START,
        "The example of the survey by Baydin and others: one forward sweep gives one partial, one reverse sweep both.",
        "log(x1) + x1*x2 - sin(x2)",
        {"x1": 2.0, "x2": 5.0},
    ),
    Example(
        "product",
        "A product of five",
        SHARING,
        "Speelpenning's product: five partials from one reverse sweep, for the price of a few products.",
        "x1*x2*x3*x4*x5",
        {"x1": 1.0, "x2": 2.0, "x3": 3.0, "x4": 4.0, "x5": 5.0},
    ),
    Example(
        "softplus",
        "Softplus of softplus of softplus",
        SHARING,
        "The symbolic derivative repeats the inner function again and again; the graph computes it once.",
        "def s(w, x):\n    return log(1 + exp(w*x))\n\ndef f(x, w):\n    return s(w, s(w, s(w, x)))",
        {"x": 0.5, "w": 1.2},
    ),
    Example(
        "paper",
        "Mathematics as on paper",
        SHARING,
        "Superscripts, roots and left-out signs are read, and the reading is shown.",
        "x² y − √(x·y) + 2 sin(π x)",
        {"x": 1.5, "y": 2.0},
        mode="forward",
    ),
    Example(
        "logistic",
        "The logistic map",
        CONTROL,
        "A loop becomes a straight line of operations. Four turns, and r is used in every one of them.",
        "def f(x, r):\n    for i in range(4):\n        x = r*x*(1 - x)\n    return x",
        {"x": 0.3, "r": 3.7},
    ),
    Example(
        "branch",
        "A function with an if",
        CONTROL,
        "Only the branch that was taken is recorded, so the derivative is that of this branch. Drag x below 1.",
        "if x > 1:\n    y = x**2\nelse:\n    y = 2*x - 1\nreturn y * sin(x)",
        {"x": 1.5},
    ),
    Example(
        "newton",
        "A square root by Newton's iteration",
        CONTROL,
        "The program never says “square root”, yet its derivative converges to 1/(2√a).",
        "def root(a):\n    x = a\n    while abs(x*x - a) > 1e-10:\n        x = (x + a/x) / 2\n    return x",
        {"a": 2.0},
    ),
    Example(
        "horner",
        "A polynomial by Horner's rule",
        CONTROL,
        "The tangent of Horner's rule is Horner's rule for the derivative. The coefficients are inputs too.",
        "def p(coefficients, x):\n    y = 0\n    for c in coefficients:\n        y = y*x + c\n    return y",
        {"coefficients": [2.0, -3.0, 0.5, 1.0], "x": 1.5},
        mode="forward",
        seed={"x": 1.0},
    ),
    Example(
        "polar",
        "Polar coordinates",
        SHAPES,
        "Two outputs: a reverse sweep gives one row of the Jacobian, a forward sweep one column.",
        "[r*cos(t), r*sin(t)]",
        {"r": 2.0, "t": 0.75},
        mode="forward",
    ),
    Example(
        "distance",
        "A distance and its angle",
        SHAPES,
        "hypot and atan2 are the way back from polar coordinates; their Jacobian is the inverse one.",
        "[hypot(x, y), atan2(y, x)]",
        {"x": 1.5, "y": 2.0},
        weights=[1.0, 0.0],
    ),
    Example(
        "matrix",
        "A matrix times a vector",
        SHAPES,
        "The adjoint of a matrix-vector product is the transposed matrix times the weights.",
        "def f(A, v):\n    return [sum([a*x for a, x in zip(row, v)]) for row in A]",
        {"A": [[2.0, -1.0], [0.5, 3.0]], "v": [1.0, 2.0]},
        weights=[1.0, 1.0],
    ),
    Example(
        "network",
        "A small neural network",
        LEARNING,
        "Two inputs, two hidden tanh units, one output: this reverse sweep is backpropagation.",
        "def loss(W, b, w, x, t):\n"
        "    h = [tanh(W[i][0]*x[0] + W[i][1]*x[1] + b[i]) for i in range(2)]\n"
        "    y = w[0]*h[0] + w[1]*h[1]\n"
        "    return (y - t)**2",
        {"W": [[0.5, -0.3], [0.8, 0.2]], "b": [0.1, -0.1], "w": [1.2, -0.7], "x": [1.0, 2.0], "t": 0.5},
    ),
    Example(
        "softmax",
        "Softmax and log-loss",
        LEARNING,
        "The gradient is the predicted probabilities minus the true answer. Look for it in the adjoints.",
        "def loss(z):\n    total = sum([exp(a) for a in z])\n    return -log(exp(z[0]) / total)",
        {"z": [2.0, 1.0, -1.0]},
    ),
    Example(
        "kink",
        "A kink",
        EDGES,
        "At 0 relu has no derivative. A convention is used, and said. Drag x to see both sides.",
        "relu(x) + where(x > 1, 2*x - 1, x**2) + x",
        {"x": 0.0},
    ),
    Example(
        "cancellation",
        "Where differences fail",
        EDGES,
        "Near 0, 1 − cos(x) cancels: differences keep one digit, both sweeps three. "
        "A formula worked out with more digits keeps all: the true derivative is close to −x/12.",
        "(1 - cos(x)) / x**2",
        {"x": 0.001},
    ),
)

OPENING = EXAMPLES[0]
