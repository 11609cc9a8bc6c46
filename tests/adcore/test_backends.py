"""Compiled functions give the interpreter's numbers, at one point and at many."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

import adcore
from tests.adcore.generated import points, programs
from tests.adcore.oracle import all_rules
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_primitives import points_of, source_of

CASES = read_lines("cases.jsonl")[::7]
RULES = all_rules()
BACKENDS = ("python", "numpy")
NEWTON = "r = x\nwhile abs(r*r - x) > 1e-12:\n    r = (r + x/r)/2\nr"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case, backend):
    source, at = case["text"], case["point"]
    compiled = adcore.compile(source, at, backend)
    np.testing.assert_allclose(compiled.jacobian(at), adcore.jacobian(source, at), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", RULES)
def test_every_primitive_at_many_points(name, backend):
    rule = RULES[name]
    rows = list(points_of(rule))
    source, letters = source_of(rule), rule.row.args
    compiled = adcore.compile(source, dict(zip(letters, rows[0], strict=True)), backend)
    found = compiled.jacobian(*map(np.array, zip(*rows, strict=True)))
    expected = [adcore.jacobian(source, dict(zip(letters, row, strict=True)))[0] for row in rows]
    np.testing.assert_allclose(found[0].T, expected, rtol=1e-12, atol=1e-14)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(programs(), points, points)
def test_random_programs_at_another_point(source, here, there):
    for backend in BACKENDS:
        compiled = adcore.compile(source, here, backend)
        for at in (here, there):
            expected = adcore.jacobian(source, at)
            np.testing.assert_allclose(compiled.jacobian(at), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_changed_decision_is_answered_anew(backend):
    compiled = adcore.compile(NEWTON, {"x": 2.0}, backend)
    for x in (0.5, 2.0, 100.0, 1e6):
        assert compiled.value(x) == pytest.approx(math.sqrt(x))
        assert compiled.gradient(x) == pytest.approx([0.5 / math.sqrt(x)], rel=1e-6)
    xs = np.array([0.5, 2.0, 100.0])
    assert compiled.value(xs) == pytest.approx(np.sqrt(xs))


@pytest.mark.parametrize("backend", BACKENDS)
def test_outside_the_domain_the_answer_is_the_interpreter_s(backend):
    compiled = adcore.compile("log(x)/y", {"x": 1.0, "y": 1.0}, backend)
    with np.errstate(all="raise"):
        for x, y in ((-1.0, 2.0), (0.0, 1.0), (1.0, 0.0), (1e-320, 1e-300)):
            at = {"x": x, "y": y}
            np.testing.assert_array_equal(compiled.gradient(x, y), adcore.gradient("log(x)/y", at))
            assert str(compiled.value(x, y)) == str(adcore.value("log(x)/y", at))


def test_shapes():
    one = adcore.compile("x*y", {"x": 1.0, "y": 2.0})
    two = adcore.compile("x*y, x", {"x": 1.0, "y": 2.0}, "numpy")
    grid = np.ones((3, 4))
    assert np.shape(one.value(1.0, 2.0)) == ()
    assert one.gradient(1.0, 2.0).shape == (2,)
    assert one.jacobian(1.0, 2.0).shape == (1, 2)
    assert two.value(grid, 2.0).shape == (2, 3, 4)
    assert two.jacobian(grid, 2.0).shape == (2, 2, 3, 4)


def test_a_point_is_given_in_order_or_by_name():
    compiled = adcore.compile("u[0]*u[1]*x", {"u": [1.0, 2.0], "x": 3.0})
    assert compiled.gradient(4.0, 5.0, 6.0).tolist() == [30, 24, 20]
    assert compiled.gradient({"u": [4.0, 5.0], "x": 6.0}).tolist() == [30, 24, 20]
    with pytest.raises(adcore.ADError, match="3 input numbers; 2 were given"):
        compiled.value(1.0, 2.0)


def test_the_source_is_python_without_the_user_s_names():
    source = adcore.compile("secret = sin(x)\nsecret*secret", {"x": 1.0}).source
    assert "secret" not in source
    assert "sin(" in source
    compile(source, "<compiled>", "exec")


def test_a_gradient_belongs_to_one_output():
    with pytest.raises(adcore.ADError, match="one output"):
        adcore.compile("x, x", {"x": 1.0}).gradient(1.0)
