"""Programs to be stepped through: loops, branches, several outputs, none that vary, rules of their own, kinks."""

from adcore.events import KINDS, PHASES

PROGRAMS = {
    "line": ("sin(x)/x + x**3", {"x": 1.5}),
    "loop": ("def f(x):\n    y = x\n    for i in range(4):\n        y = y + 0.3*sin(x*y)\n    return y", {"x": 0.7}),
    "branch": ("def f(x):\n    if x > 1:\n        return where(x > 2, x, x*x)*exp(-x)\n    return x", {"x": 1.25}),
    "vector": ("v[0]*v[1] + exp(v[1]*w) + v[0]**3", {"v": [0.5, -0.25], "w": 1.5}),
    "vector loop": ("s = 0\nfor a in v:\n    s = s*w + sin(a)*a\nreturn s", {"v": [0.5, 1.0, -2.0], "w": 0.75}),
    "unused": ("x*y + 0*z", {"x": 2.0, "y": 3.0, "z": 1.0}),
    "flat": ("floor(x) + 2", {"x": 1.5}),
    "no derivative": ("log(x)*y", {"x": -1.0, "y": 2.0}),
    "calls": ("def f(x, y):\n    return x*tanh(y)\nf(x, y)*f(y, x)", {"x": 0.25, "y": 1.5}),
}
SEVERAL = ("[x*y, sin(x), y]", {"x": 2.0, "y": 3.0})
OWN_RULE = """
def cube(a):
    return a*a*a
def cube_partials(a, out):
    return 3*a**2
[cube(x)*y, cube(y)]
"""
EVERY = {
    **PROGRAMS,
    "several": SEVERAL,
    "constant": ("[1, 2]", {}),
    "one number": ("3", {}),
    "returned twice": ("a = x*y\n[a, a, a*x, x, 3]", {"x": 2.0, "y": -1.5}),
    "own rule": (OWN_RULE, {"x": 0.5, "y": 2.0}),
    "kinks": ("[abs(x), max(x, y), relu(y)*x]", {"x": 0.0, "y": 0.0}),
    "levelled off": ("[1/(1 + exp(x)), x*exp(x)]", {"x": 800.0}),
    "chain": ("[x[i]*x[i + 1] for i in range(5)]", {"x": [0.5, 1.0, -2.0, 3.0, 0.25, 1.5]}),
}
SHORT_LOOP = ("for i in range(2):\n    x = 0.3*sin(x) + x\nreturn x", {"x": 0.7})


def split(events):
    """Those before the results, and the results."""
    events = list(events)
    results = [event for event in events if event.kind == "result"]
    assert events[len(events) - len(results) :] == results
    assert all(event.phase in PHASES and event.kind in KINDS for event in events)
    return events[: len(events) - len(results)], results


def found(results):
    return [event.value for event in results]
