"""Many threads at once share modules and nothing else: never a wrong number."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import adcore

THREADS = 8
ROUNDS = 12
PROGRAMS = {
    "expression": ("log(x)*y + sin(x)**2", {"x": 1.3, "y": 0.4}),
    "family": ("x**9 + x**-5 + max(x, y, 2*x, x*y, 1) + polygamma(3, y)", {"x": 1.2, "y": 0.7}),
    "new members": ("x**77 - y**-41 + polygamma(9, x)", {"x": 1.01, "y": 1.02}),
    "loop": ("for i in range(40):\n    x = 3.7*x*(1 - x)\nx*y", {"x": 0.21, "y": 2.0}),
    "recursion": ("def p(n):\n    return x if n == 0 else y*p(n - 1)\np(60)", {"x": 0.5, "y": 1.01}),
    "branches": ("s = 0\nfor v in sorted([x, y, x*y]):\n    s = s*v if v > 0.5 else s - v\ns", {"x": 0.6, "y": 0.9}),
    "vectors": ("sum([a*b for a, b in zip(u, v)])", {"u": [1.0, 2.0, 3.0], "v": [4.0, 5.0, 6.0]}),
    "own rule": ("def q(a):\n    return a*a\ndef q_partials(a, out):\n    return 2*a\nq(x)*q(y)", {"x": 0.3, "y": 0.8}),
}


def answers(source, at):
    """Everything that is asked of a program, as plain numbers and text."""
    trace = adcore.trace(source, at, "forward")
    return [
        adcore.value(source, at),
        adcore.jacobian(source, at, "reverse").tolist(),
        adcore.jacobian(source, at, "forward").tolist(),
        adcore.hessian(source, at).tolist(),
        str(trace.to_json()),
        trace.explain(len(trace.events) // 2).to_json(),
        adcore.compile(source, at).jacobian(at).tolist(),
    ]


@pytest.fixture(scope="module")
def alone():
    return {name: answers(*program) for name, program in PROGRAMS.items()}


def test_threads_get_what_one_thread_gets(alone):
    start = threading.Barrier(THREADS)

    def work(k):
        start.wait()
        names = list(PROGRAMS)
        turns = [names[(k + turn) % len(names)] for turn in range(ROUNDS)]
        return [name for name in turns if answers(*PROGRAMS[name]) != alone[name]]

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(work, range(THREADS))) == [[]] * THREADS


def test_a_mistake_in_one_thread_stays_there(alone):
    def work(k):
        if k % 2:
            with pytest.raises(adcore.ADError):
                adcore.value("def f(x):\n    return f(x)\nf(x)", {"x": float(k)})
            return True
        return answers(*PROGRAMS["recursion"]) == alone["recursion"]

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(work, range(2 * THREADS)))


def test_one_compiled_function_serves_many_threads():
    compiled = adcore.compile("sin(x)*y if x > 0 else y", {"x": 1.0, "y": 2.0})
    points = [(k / 50 - 1, 1.0 + k) for k in range(100)]
    expected = [compiled.gradient(*point) for point in points]
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(3):
            found = list(pool.map(lambda point: compiled.gradient(*point), points))
            np.testing.assert_array_equal(found, expected)
