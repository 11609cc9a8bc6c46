"""Programs made by source transformation run, and give the numbers of the modes; each pass makes them no longer."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given

import adcore
from adcore.algebras.staging import ALL_PASSES, Passes
from adcore.backends.readable import Namer, remark, unbracketed
from tests.adcore.generated import points, programs
from tests.adcore.oracle import all_rules
from tests.adcore.reference import assert_close, by_id, read_lines
from tests.adcore.test_modes import RANDOM
from tests.adcore.test_primitives import points_of, source_of

CASES = [case for case in read_lines("cases.jsonl") if case["n_in"] <= 12][::4]
RULES = all_rules()
BABY = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"
BABY_AT = {"x1": 1.5, "x2": 0.5}
EVERY_CHOICE = [Passes(*on) for on in itertools.product((False, True), repeat=4)]
NORMALISE = """
y = []
for a in x:
    s = 0
    for b in x:
        s = s + b*b
    y.append(a/sqrt(s))
return y
"""


def load(program):
    """The function that the text defines: our own text, of validated names."""
    namespace = {}
    exec(compile(program.text, "<transformed>", "exec"), namespace)
    return namespace[program.kind]


def flat(nested):
    return [leaf for part in nested for leaf in flat(part)] if isinstance(nested, list | tuple) else [nested]


@pytest.mark.parametrize(
    ("source", "x"),
    [("digamma(x)", 1e-9), ("erfinv(x)", -0.99999999999), ("polygamma(7, x)", 50.0), ("lgamma(x)*gamma(x)", 1e-5)],
)
def test_special_functions_have_all_digits(source, x):
    value, [slope] = load(adcore.transform(source, {"x": x}, "adjoint"))(x)
    assert value == pytest.approx(adcore.value(source, {"x": x}), rel=1e-13)
    assert slope == pytest.approx(adcore.gradient(source, {"x": x})[0], rel=1e-13)
    assert type(value) is float
    assert type(slope) is float


def by_adjoint(source, at, passes=ALL_PASSES):
    problem = adcore.record(source, at)
    adjoint = load(adcore.transform(source, at, "adjoint", passes))
    m = len(problem.outputs)
    point = [at[given.name] for given in problem.recording.inputs]
    return np.reshape([flat(adjoint(*point, *row)[1]) for row in np.eye(m).tolist()], (m, -1))


def by_tangent(source, at):
    problem = adcore.record(source, at)
    tangent = load(adcore.transform(source, at, "tangent"))
    inputs, n = problem.recording.inputs, len(problem.leaves)
    point = [at[given.name] for given in inputs]
    columns = []
    for row in np.eye(n).tolist():
        parts = iter(row)
        direction = [nested(given.shape, parts) for given in inputs]
        columns.append(flat(tangent(*point, *direction)[1]))
    return np.reshape(columns, (n, -1)).T


def nested(shape, parts):
    return [nested(shape[1:], parts) for _ in range(shape[0])] if shape else next(parts)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_reference_cases(case):
    source, at = case["text"], case["point"]
    expected = adcore.jacobian(source, at)
    problem = adcore.record(source, at)
    primal = load(adcore.transform(source, at, "primal"))
    assert_close(flat(primal(*(at[g.name] for g in problem.recording.inputs))), problem.outputs, 1e-12, 1e-300)
    assert_close(by_adjoint(source, at), expected, 1e-11, 1e-12)
    assert_close(by_tangent(source, at), expected, 1e-11, 1e-12)


@RANDOM
@given(programs(), points)
def test_random_programs(source, point):
    expected = adcore.jacobian(source, point)
    assert_close(by_adjoint(source, point), expected, 1e-10, 1e-10)
    assert_close(by_tangent(source, point), expected, 1e-10, 1e-10)


@pytest.mark.parametrize("name", RULES)
def test_every_primitive(name):
    rule = RULES[name]
    row = list(points_of(rule))[-1]
    at = dict(zip(rule.row.args, row, strict=True))
    source = source_of(rule)
    assert_close(by_adjoint(source, at), adcore.jacobian(source, at), 1e-11, 1e-12)


def test_the_text_reads_as_written():
    assert adcore.transform("a = x*y\na", {"x": 2.0, "y": 3.0}).text == (
        "def adjoint(x, y, a_bar=1.0):\n"
        "    # line 1: a = x*y\n"
        "    a = x * y\n"
        "    x_bar = a_bar * y\n"
        "    y_bar = a_bar * x\n"
        "    return a, [x_bar, y_bar]\n"
    )


def test_each_statement_stands_under_the_line_it_came_from():
    text = adcore.transform(BABY, BABY_AT).text
    place, here = {}, ""
    for line in map(str.strip, text.splitlines()):
        here = line if line.startswith("#") else here
        place[line.partition(" =")[0]] = here
    assert place["a"] == place["x1_bar"] == place["x2_bar"] == "# line 1: a = x1/x2"
    assert place["b"] == "# line 2: b = exp(x2)"
    assert place["a_bar"] == place["b_bar"] == "# line 3: c = a - b"
    assert place["c_bar"] == "# line 4: return (sin(a) + c)*c"
    looped = adcore.transform("s = 1\nfor a in x:\n    s = s*a\ns", {"x": [2.0, 3.0, 4.0]}, "tangent").text
    assert "# line 3, turn 3: s = s*a\n    s_3 = s_2 * x_2\n" in looped


def test_a_value_stands_under_its_own_line_also_where_a_derivative_needs_it_before():
    text = adcore.transform("a = tanh(x)\ns = a**2\ns", {"x": 1.0}, "tangent").text
    assert text.splitlines()[3:] == [
        "def tangent(x, x_dot):",
        "    # line 1: a = tanh(x)",
        "    a = math.tanh(x)",
        "    # line 2: s = a**2",
        "    s = a**2",
        "    # line 1: a = tanh(x)",
        "    v3 = 1.0 - s",
        "    a_dot = v3 * x_dot",
        "    # line 2: s = a**2",
        "    v4 = 2.0 * a",
        "    s_dot = v4 * a_dot",
        "    return s, s_dot",
    ]


def test_an_adjoint_that_a_sum_hands_on_keeps_the_name_of_the_sum():
    text = adcore.transform("s = x + y\ns*s*y", {"x": 1.0, "y": 2.0}).text
    assert "    s_bar = s_bar_1 + " in text
    assert "    return f, [s_bar, y_bar]\n" in text


def test_no_brackets_around_the_whole_of_a_statement():
    assert unbracketed("(a)*(b)") == "(a)*(b)"
    text = adcore.transform("where(x > 1, x, x*x)", {"x": 2.0}, "primal").text
    assert " = x if v1 else v2\n" in text


@pytest.mark.parametrize("kind", ["primal", "tangent", "adjoint"])
@pytest.mark.parametrize("passes", EVERY_CHOICE, ids=str)
def test_the_passes(kind, passes):
    program = adcore.transform(BABY, BABY_AT, kind, passes)
    statements = [line for line in program.text.splitlines() if re.match(r"    \w+ = ", line)]
    assert len(statements) == program.operations == program.passes[-1].after
    chain = [(p.before, p.after) for p in program.passes]
    assert all(after == before for (_, after), (before, _) in itertools.pairwise(chain))
    assert all(p.after <= p.before if p.on else p.after == p.before for p in program.passes)
    assert [p.name for p in program.passes if p.on] == [f for f in passes.__slots__ if getattr(passes, f)]


@pytest.mark.parametrize("passes", EVERY_CHOICE, ids=str)
def test_the_passes_change_no_value(passes):
    assert_close(by_adjoint(BABY, BABY_AT, passes)[0], adcore.gradient(BABY, BABY_AT), 1e-14, 0)


def test_what_each_pass_saves():
    """Equal quotients, the exponent less one in the row of a power, a product with 1, and a value that nobody reads."""
    program = adcore.transform("unread = exp(x)\n(x/y)*(x/y)*1 + x**2.5", {"x": 1.5, "y": 0.5})
    saved = {p.name: p.before - p.after for p in program.passes}
    assert min(saved.values()) > 0, saved


def counts(n, passes):
    return adcore.orders(NORMALISE, {"x": [1.0 + k for k in range(n)]}, passes)


def test_optimise_before_differentiating():
    """The norm inside the loop: n norms of n terms as written, one norm when shared; each copy has its own adjoint."""
    on = [counts(n, Passes()) for n in range(2, 13)]
    off = [counts(n, Passes(False, False, False, False)) for n in range(2, 13)]
    assert set(np.diff([c.primal for c in on], 2)) == {0}
    assert set(np.diff([c.optimised_first for c in on], 2)) == {0}
    assert min(np.diff([c.differentiated_first for c in on], 2)) > 0
    assert min(np.diff([c.primal for c in off], 2)) > 0
    assert [c.optimised_first for c in off] == [c.differentiated_first for c in off]
    assert all(
        a.optimised_first < a.differentiated_first < b.differentiated_first for a, b in zip(on, off, strict=True)
    )


@pytest.mark.parametrize(
    ("wanted", "given_name"),
    [
        ("x", "x"),
        ("W[1][2]_bar", "W_1_2_bar"),
        ("lambda", "lambda_2"),
        ("sin", "sin_2"),
        ("np", "np_2"),
        ("__import__", "v"),
        ("x\ny", "v"),
        ("a; b", "v"),
        ("", "v"),
        ("ſ", "v"),
        ("print", "print_2"),
    ],
)
def test_names_are_python_s_and_nobody_else_s(wanted, given_name):
    assert Namer().give(wanted) == given_name


def test_names_that_meet():
    namer = Namer()
    assert [namer.give(name) for name in ("x[0]", "x_0", "x_0", "x_0_2")] == ["x_0", "x_0_2", "x_0_3", "x_0_2_2"]
    source = "a_bar = x*y\na = a_bar*y\na*x_0"
    at = {"x": 2.0, "y": 3.0, "x_0": 0.5}
    assert_close(by_adjoint(source, at), adcore.jacobian(source, at), 1e-14, 0)


def test_a_remark_stays_on_its_line():
    assert remark("a\rb\u2028c\x0cd\ne") == "a b c d e"
    assert len(remark("x" * 500)) < 100


def test_a_rule_of_the_user_s_own_is_used():
    source = "def g(a):\n    return a*a\ndef g_partials(a, out):\n    return [5*a]\ndef f(x):\n    return g(x)*x"
    at = {"x": 2.0}
    assert_close(by_adjoint(source, at), adcore.jacobian(source, at), 1e-14, 0)
    assert_close(by_tangent(source, at), adcore.jacobian(source, at), 1e-14, 0)


@pytest.mark.parametrize("source", ["x", "x, x", "x, 3, x*y, x*y", "[[x, y], [y, x*2]]"])
def test_outputs_that_repeat_or_are_inputs_or_constants(source):
    at = {"x": 2.0, "y": 3.0}
    expected = adcore.jacobian(source, at)
    assert_close(by_adjoint(source, at), expected, 0, 0)
    assert_close(by_tangent(source, at), expected, 0, 0)


@pytest.mark.parametrize("x", [-800.0, -700.0, -40.0, 0.0, 1e-9, 40.0, 800.0])
@pytest.mark.parametrize("source", ["softplus(x)", "sigmoid(x)"])
def test_what_python_lacks_is_written_so_that_nothing_overflows(source, x):
    value, slopes = load(adcore.transform(source, {"x": x}))(x)
    assert value == pytest.approx(adcore.value(source, {"x": x}), rel=1e-15, abs=0)
    assert slopes == pytest.approx(adcore.gradient(source, {"x": x}), rel=1e-15, abs=0)


def test_there_is_no_other_kind():
    with pytest.raises(adcore.ADError, match="no program called sideways"):
        adcore.transform("x", {"x": 1.0}, "sideways")
