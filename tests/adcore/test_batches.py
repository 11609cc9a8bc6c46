"""Many points in one call give what the interpreter gives at each of them, however odd a point is."""

import math
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest

import adcore
from adcore.backends import llvm, points, waves
from adcore.backends.blocks import BLOCK
from adcore.backends.instructions import LIBRARY
from adcore.problem import flatten, nest, pose
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_backends import BACKENDS, NEWTON, NO_LLVM

CASES = read_lines("cases.jsonl")
SEFF = "a = x/y\nb = exp(y)\nc = a - b\n(sin(a) + c)*c"
ODD = {
    "decisions that differ": ("x*y if x > y else x - sin(y)", [(1, 2), (2, 1), (1, 1), (math.nan, 1), (0, math.inf)]),
    "overflow": ("exp(x)*y", [(1, 1), (709, 10), (800, 1), (-800, 1), (math.inf, 0), (-math.inf, 2)]),
    "edges of the domain": ("log(x) + sqrt(y)", [(1, 1), (0, 1), (-1, 1), (1, 0), (1, -1), (1e-320, 1e-320)]),
    "poles": ("x/y + 1/x", [(1, 1), (0, 1), (1, 0), (0, 0), (1e-320, 1), (-0.0, 1), (1e300, 1e-300)]),
    "powers": ("x**y", [(2, 3), (0, 1), (0, 0), (-2, 3), (-2, 0.5), (1e200, 2)]),
    "whole powers": ("x**2 + x**3 + x**-1 + y**7 + y**-3", [(2, 3), (-1.5, 0.1), (0, 1), (1e154, 1), (1, 1e60)]),
    "kinks": ("abs(x) + relu(y) + max(x, y, 1) + min(x, y)", [(0, 0), (1, 1), (-1, 2), (3, -0.0), (math.nan, 1)]),
    "steps": ("floor(x) + ceil(y) + x % y + x // y + sign(x)", [(2.5, 1.2), (-2.5, 1.2), (3, 1), (1, 0), (1e300, 0.1)]),
    "choices": ("where(x > 0, log(x), y) + (x < y)", [(1, 2), (-1, 2), (0, -1), (math.nan, 1)]),
    "rows without code": ("erfinv(x) + lgamma(y)*digamma(y)", [(0.5, 2), (1, 2), (2, 2), (0.1, -1.5), (0.1, -1)]),
    "a rule of one's own": (
        "def q(a):\n    return a*a\ndef q_partials(a, out):\n    return 3*a\nq(x)*y",
        [(1, 2), (3, 4)],
    ),
    "constants": ("x*0 + 7, y, x, 3", [(1, 2), (math.inf, 1)]),
    "no change": ("7, 1/4", [(1, 2)]),
}


def answer(source, at):
    """The interpreter's value, flat, then its Jacobian by rows."""
    return [*pose(source, at).outputs, *adcore.jacobian(source, at).ravel()]


def expect(compiled, rows, answers):
    """Compare a batch with the answers, point by point."""
    values, jacobian = compiled.value_and_jacobian(*map(np.array, zip(*rows, strict=True)))
    found = np.vstack([values.reshape(-1, len(rows)), jacobian.reshape(-1, len(rows))]).T
    for row, numbers, expected in zip(rows, found, answers, strict=True):
        np.testing.assert_allclose(numbers, expected, rtol=1e-11, atol=1e-12, err_msg=str(row))


def expect_interpreted(compiled, source, rows):
    """Compare a batch with the interpreter."""
    inputs = compiled.problem.recording.inputs
    expect(compiled, rows, [answer(source, nest(inputs, row)) for row in rows])


FOLDED = ("mathjs-tests/pow-zero",)
"""Where what is nan below 0 is folded away: (x**x)**0 becomes 1."""


@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases_here_and_elsewhere(case):
    source, at = case["text"], case["point"]
    recording = pose(source, at).recording
    here = flatten(recording.inputs, at)
    points_and_answers = [(row, answer(source, nest(recording.inputs, row))) for row in nearby(case["id"], here)]
    for backend in ["numpy", *(["llvm"] if llvm.is_installed() else [])]:
        expect(adcore.compile(source, at, backend), *zip(*points_and_answers, strict=True))


def nearby(name, here):
    """The point, one close to it and, if no loop is endless there, the one across."""
    yield here
    yield [1.01 * x for x in here]
    if not name.startswith(("classic-programs/newton", "classic-programs/recursion")) and name not in FOLDED:
        yield [-x for x in here]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ODD)
def test_odd_points(name, backend):
    source, rows = ODD[name]
    compiled = adcore.compile(source, dict(zip("xy", rows[0], strict=True)), backend)
    rows = [tuple(map(float, row)) for row in rows]
    expect_interpreted(compiled, source, rows)
    inputs = compiled.problem.recording.inputs
    for row in rows:
        expected = answer(source, nest(inputs, row))
        for found in (compiled.numbers(*row), compiled.into(np.array(row), np.zeros(len(expected)))):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=str(row))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 31, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
def test_any_number_of_points(count, backend):
    compiled = adcore.compile(SEFF, {"x": 1.5, "y": 0.5}, backend)
    x, y = np.linspace(0.5, 2.5, count), np.linspace(2, 0.7, count)
    a, b = x / y, np.exp(y)
    value, (row,) = compiled.value_and_jacobian(x, y)
    np.testing.assert_allclose(value, (np.sin(a) + a - b) * (a - b), rtol=1e-12, atol=1e-12)
    both = np.cos(a) * (a - b) + np.sin(a) + 2 * (a - b)
    np.testing.assert_allclose(row, [both / y, -a / y * both - b * (np.sin(a) + 2 * (a - b))], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_odd_points_are_found_among_many(backend):
    compiled = adcore.compile("log(x)", {"x": 1.0}, backend)
    x = np.linspace(1, 2, 2 * BLOCK + 3)
    x[[0, BLOCK - 1, BLOCK, -1]] = 0, -1, math.nan, 1e-320
    value, slope = compiled.value(x), compiled.gradient(x)[0]
    assert np.flatnonzero(~np.isfinite(value)).tolist() == [0, BLOCK - 1, BLOCK]
    assert value[-1] == pytest.approx(math.log(1e-320))
    assert np.flatnonzero(~np.isfinite(slope)).tolist() == [0, BLOCK - 1, BLOCK, 2 * BLOCK + 2]
    assert value[1:9] == pytest.approx(np.log(x[1:9]))


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_points(backend):
    compiled = adcore.compile("x*y, x", {"x": 1.0, "y": 2.0}, backend)
    assert compiled.value(np.zeros((0, 3)), 1.0).shape == (2, 0, 3)
    assert compiled.jacobian(np.zeros(0), np.zeros(0)).shape == (2, 2, 0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_matrices_at_no_points(backend):
    squares = "def f(x):\n    return [a*a for a in x]"
    assert adcore.compile("x*y", {"x": 1.0, "y": 2.0}, backend, order=2).hessian(np.zeros(0), 1.0).shape == (2, 2, 0)
    assert adcore.compile(squares, {"x": [1.0] * 4}, backend).jacobian(*[np.zeros((0, 3))] * 4).shape == (4, 4, 0, 3)
    assert adcore.compile("3 + 1", {}, backend).jacobian().shape == (1, 0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("x", [None, "1.5", [1.0, None], [[1.0], [1.0, 2.0]], 1j, [10**400]])
def test_what_is_no_number_is_refused_in_words(x, backend):
    compiled = adcore.compile("x*y", {"x": 1.0, "y": 2.0}, backend, order=2)
    for ask in (compiled.value, compiled.gradient, compiled.hessian):
        with pytest.raises(adcore.ADError, match="Input 1 cannot be read as floats"):
            ask(x, 2.0)
    with pytest.raises(adcore.ADError, match="to read cannot be read as floats"):
        compiled.into([x, 2.0], np.zeros(3))


@pytest.mark.parametrize("backend", BACKENDS)
def test_numbers_of_other_kinds_are_read(backend):
    compiled = adcore.compile("x*y", {"x": 1.0, "y": 2.0}, backend)
    for x in ([1, 2], (Fraction(1), True), np.array([1, 2], np.int8), np.array([1, 2], np.float32)):
        assert compiled.value(x, 3.0).tolist() == [3.0 * float(each) for each in x]


@pytest.mark.parametrize("backend", BACKENDS)
def test_shapes_are_kept_and_numbers_stand_for_all_points(backend):
    compiled = adcore.compile("x*y", {"x": 1.0, "y": 2.0}, backend)
    x, y = np.arange(3.0)[:, None], np.arange(8.0).reshape(2, 4)[:, ::-2]
    values, rows = compiled.value_and_jacobian(x[:, None], y)
    assert np.array_equal(values, x[:, None] * y)
    assert rows.shape == (1, 2, 3, 2, 2)
    assert np.array_equal(rows[0, 1], np.broadcast_to(x[:, None], (3, 2, 2)))
    assert compiled.value(2, np.array([1, 2, 3])).tolist() == [2, 4, 6]
    assert compiled.value([1.0, 2.0], 3.0).tolist() == [3, 6]
    assert np.shape(compiled.value(np.float64(2), np.array(3.0))) == ()


@pytest.mark.parametrize("backend", BACKENDS)
def test_shapes_that_do_not_fit_are_refused(backend):
    with pytest.raises(adcore.ADError, match=r"\[2\], \[3\] do not fit"):
        adcore.compile("x*y", {"x": 1.0, "y": 2.0}, backend).value(np.zeros(2), np.zeros(3))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_given_stays_as_it_is(backend):
    x = np.linspace(1, 2, 50)
    given = x.copy()
    adcore.compile("y = x*x\ny*y + sin(y)", {"x": 1.0}, backend).gradient(x)
    assert np.array_equal(x, given)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("turns", [30, 300])
def test_large_programs(turns, backend):
    source = f"def f(x, y):\n    for i in range({turns}):\n        x = 0.5*x*(1 - x) + sin(x*y)/2\n    return x, x*y"
    compiled = adcore.compile(source, {"x": 0.3, "y": 0.4}, backend)
    expect_interpreted(compiled, source, [(0.3, 0.4), (0.9, 0.1), (-0.2, 2.0), (0.1, math.inf)])


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_batch_serves_many_threads(backend):
    compiled = adcore.compile(NEWTON, {"x": 2.0}, backend)
    x = np.linspace(0.5, 200, 20)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: compiled.value(x + k), range(16)))
    for k, values in enumerate(found):
        np.testing.assert_allclose(values, np.sqrt(x + k), rtol=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_compiled_function_serves_many_threads(backend):
    compiled = adcore.compile("sin(x)*y if x > 0 else y/x", {"x": 1.0, "y": 2.0}, backend)
    rows = [(k / 50 - 1, 1.0 + k) for k in range(120)]

    def work(row):
        return [*compiled.numbers(*row), *compiled.into(np.array(row), np.zeros(3))]

    alone = [work(row) for row in rows]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            np.testing.assert_array_equal(list(pool.map(work, rows)), alone)


@NO_LLVM
@pytest.mark.parametrize("features", [{"avx512f": True, "avx2": True}, {"avx2": True}, {"sse4.1": True}, {}])
@pytest.mark.parametrize("is_found", [True, False])
def test_every_width_with_and_without_vector_functions(features, is_found, monkeypatch):
    here = llvm.cpu_features()
    if not all(here.get(name) for name in features):
        pytest.skip("this processor has no such registers")
    library = points.vector_library() if is_found else None
    if is_found and library is None:
        pytest.skip("this machine has no libmvec")
    monkeypatch.setattr(llvm, "cpu_features", lambda: features)
    monkeypatch.setattr(points, "vector_library", lambda: library)
    lanes = points.lanes_of(features, library)
    assert bool(lanes.functions) == bool(is_found and features)
    source = " + ".join(
        f"{name}(x{', y' * (arity - 1)})" for name, arity in LIBRARY.items() if name not in ("pow", "acosh")
    )
    compiled = adcore.compile(f"{source} + x**y + acosh(1 + y)", {"x": 0.3, "y": 0.4}, "llvm")
    rows = [(0.3, 0.4), (0.9, 2.0), (0.01, 0.5), (2.0, 0.5), (math.nan, 1.0)] * 3
    expect_interpreted(compiled, f"{source} + x**y + acosh(1 + y)", rows)


EXTREME = [0, 5e-324, 1e-310, 1e-8, 0.5, 1 - 1e-16, 1, 2, 20, 700, 709.7, 750, 1e5, 1e16, 1e22, 1e300, math.inf]


@NO_LLVM
@pytest.mark.parametrize(("name", "arity"), LIBRARY.items())
def test_functions_of_many_points_are_within_four_units(name, arity):
    drawn = np.random.default_rng(1).uniform(-30, 30, 200)
    x = np.concatenate([EXTREME, np.negative(EXTREME), [math.nan], drawn, drawn / 30])
    given = [np.abs(x) if name == "pow" else x, x[::-1]][:arity]
    call = "x**y" if name == "pow" else f"{name}({', '.join('xy'[:arity])})"
    found = adcore.compile(call, dict.fromkeys("xy"[:arity], 0.5), "llvm").value(*given)
    value = adcore.PRIMITIVES[name].row.value
    expected = np.array([value(*map(float, numbers)) for numbers in zip(*given, strict=True)])
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(found[~finite], expected[~finite])
    apart = np.abs(found[finite] - expected[finite])
    assert np.max(apart / np.spacing(np.abs(expected[finite]))) <= 4


@pytest.mark.parametrize(("is_quick", "units"), [(True, 5), (False, 1)])
@pytest.mark.parametrize("name", ["sin", "cos"])
def test_waves_by_tangents_are_within_five_units(name, is_quick, units, monkeypatch):
    monkeypatch.setattr(waves, "is_tangent_quick", lambda: is_quick)
    x = np.concatenate([EXTREME[:-1], np.negative(EXTREME[:-1]), [-1e-300], np.arange(-60, 61) * math.pi / 12])
    compiled = adcore.compile(f"{name}(x)", {"x": 0.5}, "numpy")
    with mpmath.workdps(400):
        expected = np.array([float(getattr(mpmath, name)(mpmath.mpf(number))) for number in x])
    found = compiled.value(x)
    assert np.max(np.abs(found - expected) / np.spacing(np.abs(expected))) <= units
    assert (found == x)[x == 0].all() == (name == "sin")
    assert np.signbit(compiled.value(np.array([-0.0]))) == (name == "sin")
    assert np.isnan(compiled.value(np.array([math.inf, -math.inf, math.nan]))).all()


def test_sine_and_cosine_share_a_tangent(monkeypatch):
    monkeypatch.setattr(waves, "is_tangent_quick", lambda: True)
    assert adcore.compile("exp(x)*sin(x)", {"x": 0.5}, "numpy").source.count("tan(") == 2
    assert "tan(" not in adcore.compile("exp(x)*sinh(x)", {"x": 0.5}, "numpy").source


def test_the_tangent_is_quick_where_numpy_says_so(monkeypatch):
    for current, is_quick in (("X86_V4", True), ("AVX512_SKX", True), ("baseline(X86_V2)", False)):
        said = {"tan": {"dd": {"current": current, "available": ""}}}
        stand_in = SimpleNamespace(opt_func_info=lambda said=said, **_: said)
        monkeypatch.setattr(waves, "INTROSPECT", stand_in)
        assert waves.is_tangent_quick.__wrapped__() is is_quick
    monkeypatch.setattr(waves, "INTROSPECT", None)
    assert waves.is_tangent_quick.__wrapped__() is False


@NO_LLVM
def test_without_a_vector_library_none_is_found(monkeypatch):
    monkeypatch.setattr(points, "VECTOR_LIBRARY", "libnowhere.so.0")
    assert points.vector_library() is None


@NO_LLVM
def test_vector_functions_are_used_where_the_processor_has_them():
    class Library:
        _ZGVdN4v_sin = _ZGVdN4vv_pow = _ZGVeN8v_sin = None

    assert points.lanes_of({"avx2": True}, Library()).functions == {"sin": "_ZGVdN4v_sin", "pow": "_ZGVdN4vv_pow"}
    assert points.lanes_of({"avx2": True, "avx512f": True}, Library()).functions == {"sin": "_ZGVeN8v_sin"}
    assert points.lanes_of({}, Library()).functions == {}
    two = points.lanes_of({"avx2": True}, Library(), 2)
    assert (two.count, two.registers, two.functions["sin"]) == (8, 2, "_ZGVdN4v_sin")


@NO_LLVM
@pytest.mark.parametrize("odd", [[0], [15, 16], [31, 32, 36], range(37)])
def test_points_in_doubt_are_found_in_every_turn_and_where_turns_overlap(odd):
    compiled = adcore.compile("log(x) + sigmoid(x)", {"x": 1.0}, "llvm")
    x = np.linspace(1, 2, 37)
    x[list(odd)] = -1
    left = compiled.batch.fill([x], np.empty((2, 37)))
    assert left.tolist() == list(odd)
