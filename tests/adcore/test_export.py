"""Files for NumPy, JAX and PyTorch run as scripts and agree with the derivative that was computed here.

JAX and PyTorch are run where they are installed; the test extra does not bring them.
"""

import importlib.util
import warnings

import pytest

import adcore
from adcore.backends.transforming import EXPORTED
from tests.adcore.oracle import all_rules
from tests.adcore.reference import by_id, read_lines
from tests.adcore.test_customs import OWN
from tests.adcore.test_primitives import points_of, source_of

LIBRARIES = {"numpy": "numpy", "jax": "jax", "pytorch": "torch"}
CASES = [case for case in read_lines("cases.jsonl") if case["n_in"] <= 12][::12]
SMOOTH = {name: rule for name, rule in all_rules().items() if not name.startswith(("lt", "le", "gt", "ge", "eq", "ne"))}
NORM = "s = 0\nfor a in x:\n    s = s + a*a\nif s > 1:\n    s = sqrt(s)\n[max(s, x[0]), 3, s]"


def run_file(source, at, target):
    """Run an exported file as a script; it ends with SystemExit if its derivative differs."""
    text = adcore.export(source, at, target)
    if importlib.util.find_spec(LIBRARIES[target]) is None:
        pytest.skip(f"{LIBRARIES[target]} is not installed")
    namespace = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library says about itself as it loads
        exec(compile(text, f"<{target}>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case, target, capsys):
    run_file(case["text"], case["point"], target)
    assert capsys.readouterr().out.startswith("value [")


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize("name", SMOOTH)
def test_every_primitive(name, target):
    rule = SMOOTH[name]
    row = list(points_of(rule))[-1]
    run_file(source_of(rule), dict(zip(rule.row.args, row, strict=True)), target)


@pytest.mark.parametrize("target", EXPORTED)
def test_lists_branches_and_constant_outputs(target):
    found = run_file(NORM, {"x": [1.0, 2.0]}, target)
    assert found["found"] == pytest.approx(adcore.jacobian(NORM, {"x": [1.0, 2.0]}).ravel(), rel=1e-12)


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize("x", [-800.0, 0.0, 800.0])
def test_nothing_overflows_on_the_way(x, target):
    found = run_file("softplus(x)*sigmoid(x)", {"x": x}, target)
    assert found["leaves"](found["function"](*found["point"])) == [adcore.value("softplus(x)*sigmoid(x)", {"x": x})]


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize(
    "source", ["5.5 % x", "x % 2", "-x % 5.5", "5.5 // x * x", "2**x - x**2", "[5.5 % x, 3 - x, 3/x]"]
)
def test_numbers_on_either_side_of_an_operator(source, target):
    run_file(source, {"x": 1.7}, target)


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize("source", ["1/x", "log(x)", "where(x > 0, 1/x, 0)", "x**0.5"])
def test_a_pole_is_no_error(source, target):
    run_file(source, {"x": 0.0}, target)


def test_a_file_says_where_its_point_has_a_convention():
    text = adcore.export("abs(x) + max(x, y, 0)", {"x": 0.0, "y": 0.0}, "jax")
    assert "    # abs(0) is at a kink: the derivative of abs at 0 is taken to be 0, the middle of -1 and 1.\n" in text
    assert "    # max(0, 0, 0) is at a kink: at a tie the derivative is shared equally.\n" in text


def test_numpy_takes_many_points():
    import numpy as np

    namespace = run_file("a = x*y\nsin(a)", {"x": 1.0, "y": 2.0}, "numpy")
    xs, ys = np.linspace(0, 1, 5), np.linspace(1, 2, 5)
    value, (x_bar, y_bar) = namespace["adjoint"](xs, ys)
    np.testing.assert_allclose(value, np.sin(xs * ys))
    np.testing.assert_allclose(x_bar, ys * np.cos(xs * ys))
    np.testing.assert_allclose(y_bar, xs * np.cos(xs * ys))


def test_a_file_that_differs_says_so():
    text = adcore.export("x*x", {"x": 3.0}, "numpy").replace("expected = [6.0]", "expected = [6.5]")
    with pytest.raises(SystemExit, match="differ"):
        exec(compile(text, "<numpy>", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("target", EXPORTED)
def test_nothing_of_the_user_s_but_names_gets_into_the_code(target):
    source = "import_ = x*2\nnp = import_ + 1\ntorch = np*np\ntorch*torch"
    code = [line for line in adcore.export(source, {"x": 1.0}, target).splitlines() if not line.strip().startswith("#")]
    assert not any(line.strip().startswith(("np =", "torch =", "jax =")) for line in code)


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize(("source", "at", "slopes"), [row[:3] for row in OWN.values()], ids=OWN)
def test_rules_of_the_user_s_own_are_used(source, at, slopes, target):
    assert run_file(source, at, target)["found"] == pytest.approx(slopes, rel=1e-12)


SCALED = """
def scaled(k):
    def np(u):
        return u*k
    def np_partials(u):
        return 10*k
    return np
point = scaled(2)
expected = scaled(3)
torch = point(x)
[torch, expected(torch)]
"""
TURNED = """
def point(out):
    return out
def point_partials(out):
    return -1
point_2 = point(3)
[point(x)*point_2, x]
"""


@pytest.mark.parametrize("target", EXPORTED)
@pytest.mark.parametrize(("source", "slopes"), [(SCALED, [20.0, 600.0]), (TURNED, [-3.0, 1.0])])
def test_rules_are_used_whatever_things_are_called(source, slopes, target):
    assert run_file(source, {"x": 1.5}, target)["found"] == pytest.approx(slopes)


@pytest.mark.parametrize(
    ("target", "told"), [("jax", "@jax.custom_jvp\n"), ("pytorch", "(torch.autograd.Function):\n")]
)
def test_a_library_is_told_each_rule_once(target, told):
    source, at, *_ = OWN["in a rule"]
    text = adcore.export(source.replace("h(3*x)", "h(3*x) + h(x)*ste(x)"), at, target)
    compile(text, f"<{target}>", "exec")
    assert text.count(told) == text.count("_partials(u):\n") == 2
    assert text.index("ste_partials(u):") < text.index("h_partials(u):")  # which calls it


def test_second_derivatives_of_a_file_are_by_the_rule_too():
    source, at, _, [[bend]] = OWN["in a rule"]
    function = run_file(source, at, "jax")["function"]
    import jax

    assert float(jax.grad(jax.grad(function))(at["x"])) == pytest.approx(bend)


def test_a_derivative_that_is_no_number_differs_from_one():
    text = adcore.export("x*x", {"x": 3.0}, "numpy").replace(
        "found = leaves(derivative(*point))", 'found = [float("nan")]'
    )
    with pytest.raises(SystemExit, match="differ"):
        exec(compile(text, "<numpy>", "exec"), {"__name__": "__main__"})


def test_mistakes():
    with pytest.raises(adcore.ADError, match="no target called fortran"):
        adcore.export("x", {"x": 1.0}, "fortran")
    with pytest.raises(adcore.ADError, match="without inputs"):
        adcore.export("1 + 2", {}, "numpy")
