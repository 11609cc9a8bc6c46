"""Checking a gradient: planted mistakes are named, right answers in any form are called right."""

import math

import numpy as np
import pytest

import adcore
from adcore.algebras.text import PLAIN, TextAlgebra
from adcore.interpreter import run
from adcore.pairs import find_pair
from adcore.staged import stage_reverse
from tests.adcore.planted_mistakes import PLANTED, RIGHT, XY, X
from tests.adcore.reference import by_id, read_lines

EXPRESSIONS = [case for case in read_lines("cases.jsonl") if case["kind"] == "scalar-expression"][::3]


SINGLE = [
    row for row in PLANTED if row[1] == X and len(row[2]) == 1 and not row[0].startswith("def") and row[3] != "seed"
]
PAIRS = list(zip(SINGLE[::2], SINGLE[1::2], strict=False))


def names(report):
    return [finding.name for finding in report.findings]


@pytest.mark.parametrize(("source", "at", "gradient", "name"), PLANTED, ids=lambda case: str(case)[:40])
def test_a_planted_mistake_is_named_and_never_called_right(source, at, gradient, name):
    report = adcore.check(source, at, gradient)
    assert report.verdict == "wrong"
    assert name in names(report), names(report)
    assert len(names(report)) <= 3


def test_most_mistakes_have_one_name_and_every_finding_a_sentence():
    reports = [adcore.check(source, at, gradient) for source, at, gradient, _ in PLANTED]
    assert sum(len(names(report)) == 1 for report in reports) >= 45
    sentences = [finding.sentence for report in reports for finding in report.findings]
    assert all(text.endswith(".") and "{" not in text for text in sentences)


@pytest.mark.parametrize(("source", "at", "gradient"), RIGHT, ids=lambda case: str(case)[:40])
def test_a_right_answer_in_any_form_is_right(source, at, gradient):
    report = adcore.check(source, at, gradient)
    assert [(part.name, part.verdict, part.findings) for part in report.components if part.verdict != "right"] == []
    assert report.verdict == "right"


@pytest.mark.parametrize("case", **by_id(EXPRESSIONS))
def test_the_adjoint_program_as_formulas_is_right_and_negated_has_a_wrong_sign(case):
    graph = stage_reverse(adcore.record(case["text"], case["point"]).graph)
    writer = TextAlgebra(PLAIN)
    written = run(graph, writer, [writer.letter(graph.names[i]) for i in graph.inputs])
    formulas = [written[i].text for i in graph.outputs[1:]]
    if max(map(len, formulas)) > 3000:
        pytest.skip("the formulas are too long for a source text")
    report = adcore.check(case["text"], case["point"], formulas)
    assert report.verdict == "right"
    if any(part.expected for part in report.components):
        negated = adcore.check(case["text"], case["point"], [f"-({formula})" for formula in formulas])
        assert negated.verdict == "wrong"
        assert any("sign" in name for name in names(negated))


def test_the_report_has_digits_by_two_oracles_and_a_place():
    report = adcore.check("y = sin(x**2)*3\ny", X, ["3*cos(x**2)"])
    [part] = report.components
    assert part.expected == pytest.approx(7.2 * math.cos(1.44))
    assert (part.name, part.digits, part.oracle) == ("x", 0, "complex step")
    assert part.oracle_digits >= 13
    assert report.findings[0].span.line == 1
    assert report.points == 5
    assert report.to_json()["components"][0]["findings"][0]["name"] == "chain"


def test_what_the_complex_step_cannot_do_is_checked_by_differences():
    report = adcore.check("gamma(x)*atan2(x, y)", XY, ["1", "-gamma(x)*x/(x**2 + y**2)"])
    assert [part.verdict for part in report.components] == ["wrong", "right"]
    assert {part.oracle for part in report.components} == {"central difference"}
    assert min(part.oracle_digits for part in report.components) >= 8


def test_numbers_that_fit_two_mistakes_are_a_tie():
    report = adcore.check("x**3", {"x": 1.0}, [1.0])
    assert report.verdict == "wrong"
    assert set(names(report)) == {"chain", "exponent"}


def test_two_mistakes_in_two_formulas_are_both_named():
    report = adcore.check("cos(x)*y**3", XY, ["sin(x)*y**3", "3*cos(x)*y**3"])
    assert [[finding.name for finding in part.findings] for part in report.components] == [["sign"], ["exponent"]]


TWICE = (
    ("x**2*sin(x) + exp(3*x)", X, ["2*x*sin(x) + exp(3*x)"]),
    ("sin(x**2) + log(3*x)", X, ["cos(x**2) + 1/(3*x)"]),
    ("x*cos(x) + sqrt(1 + x**2)", X, ["cos(x) + 1/(2*sqrt(1 + x**2))"]),
    ("sin(x)/x + exp(x**2)", X, ["(x*cos(x) + sin(x))/x**2 + exp(x**2)"]),
    ("cos(x**2) + x**5", X, ["2*x*sin(x**2) + x**4"]),
    ("cos(exp(x**2))", X, ["sin(exp(x**2))*exp(x**2)"]),
)


@pytest.mark.parametrize(("source", "at", "gradient"), TWICE, ids=lambda case: str(case)[:40])
def test_two_mistakes_in_one_formula_are_more_than_one(source, at, gradient):
    report = adcore.check(source, at, gradient)
    assert report.verdict == "wrong"
    assert names(report) == ["several"]
    assert report.findings[0].sentence.startswith("There is more than one mistake")
    assert "{" not in report.findings[0].sentence


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0][0]} & {pair[1][0]}"[:60])
def test_two_planted_mistakes_are_never_called_right(pair):
    (first, at, [wrong], _), (second, _, [other], _) = pair
    report = adcore.check(f"{first} + sin({second})", at, [f"{wrong} + cos({second})*({other})"])
    assert report.verdict == "wrong"
    assert set(names(report)) != {"constant-offset"}


def test_one_mistake_is_not_said_to_be_two():
    reports = [adcore.check(source, at, gradient) for source, at, gradient, _ in PLANTED]
    assert not any("several" in names(report) for report in reports)


def test_numbers_at_one_point_alone_are_not_explained_by_two():
    assert "several" not in names(adcore.check("x**2*sin(x) + exp(3*x)", X, [1.2345]))


def test_pairs_add_up_or_multiply():
    right, points = np.array([1.0, 2.0, 4.0]), np.array([[3.0, 5.0, 4.5], [2.0, 6.0, 20.0], [9.0, 9.0, 9.0]])
    assert find_pair(points, right, points[0] + points[1] - right) == (0, 1)
    assert find_pair(points, right, -points[0] * points[2] / right) is None
    assert find_pair(points, right, points[0] * points[2] / right) == (0, 2)
    assert find_pair(points, right, right * 1.7) is None
    assert find_pair(points[:, :2], right[:2], (points[0] + points[1] - right)[:2]) is None
    assert find_pair(points, np.zeros(3), np.full(3, np.nan)) is None
    assert find_pair(np.zeros((0, 3)), right, right + 1) is None


def test_a_large_program_is_compared_and_its_numbers_described():
    source = "def f(x):\n    y = x\n    for i in range(300):\n        y = y + 0.001*sin(y)\n    return y\n"
    slope = float(adcore.gradient(source, X)[0])
    assert adcore.check(source, X, [slope]).verdict == "right"
    assert names(adcore.check(source, X, [-slope])) == ["sign"]
    assert names(adcore.check(source, X, [0.0])) == ["treated-as-constant"]
    assert adcore.check(source, X, [2 * slope]).verdict == "wrong"


def test_at_a_kink_nothing_is_decided():
    assert adcore.check("abs(x)", {"x": 0.0}, ["sign(x)"]).verdict != "wrong"
    assert adcore.check("abs(x) + y", {"x": 0.0, "y": 1.0}, ["x/abs(x)", "1"]).verdict != "wrong"


@pytest.mark.parametrize(
    ("source", "gradient", "verdicts"),
    [
        ("max(x, y)", [1.0, 0.0], ["undecided", "undecided"]),
        ("min(x, y) + 3*x*y", [3.0, 4.0], ["undecided", "undecided"]),
        ("max(x, 1)*y", [1.0, 2.0], ["undecided", "wrong"]),
        ("max(x, 1)*y", [7.0, 1.0], ["wrong", "right"]),
        ("max(x, x)*y", [3.0, 1.0], ["wrong", "right"]),
        ("abs(x - y)*x", [1.0, -1.0], ["undecided", "undecided"]),
        ("abs(x - y)*(x - y)", [1.0, 0.0], ["wrong", "right"]),
    ],
)
def test_at_a_tie_nothing_is_wrong_that_is_not_the_convention(source, gradient, verdicts):
    report = adcore.check(source, {"x": 1.0, "y": 1.0}, gradient)
    assert [part.verdict for part in report.components] == verdicts


@pytest.mark.parametrize(
    ("formula", "x"),
    [("2*x*x/x", 0.0), ("2*x*exp(800*x)/exp(800*x)", 1.0), ("2*x + 0*log(x)", -1.0), ("log(x - 5)", 3.0)],
)
def test_a_formula_that_is_no_number_where_there_is_a_derivative_is_wrong(formula, x):
    report = adcore.check("x**2", {"x": x}, [formula])
    assert (report.verdict, report.findings, report.components[0].digits) == ("wrong", (), 0)


def test_what_is_no_number_in_one_formula_leaves_the_mistake_in_another_its_name():
    report = adcore.check("x**2 + sin(y)", XY, ["log(-x)", "sin(y)"])
    assert [part.verdict for part in report.components] == ["wrong", "wrong"]
    assert adcore.check("sqrt(x)", {"x": 0.0}, ["1/(2*sqrt(x))"]).verdict != "wrong"


def test_formulas_by_name():
    assert adcore.check("x*y", XY, {"y": "x", "x": "y"}).verdict == "right"


CUBE = "def cube(a):\n    return a*a*a\ndef cube_partials(a, out):\n    return {}\ncube(x) + 1"


@pytest.mark.parametrize(
    ("formula", "verdict", "name"),
    [
        ("3*a**2", "right", None),
        ("3*out/a", "right", None),
        ("-3*a**2", "wrong", "sign"),
        ("2*a**2", "wrong", "product-half"),
    ],
)
def test_a_rule_of_the_users_own(formula, verdict, name):
    [report] = adcore.check_rules(CUBE.format(formula), X)
    assert (report.subject, report.verdict) == ("cube", verdict)
    assert name is None or name in names(report)


def test_a_gradient_is_not_measured_by_a_wrong_rule():
    source = CUBE.format("2*a**2")
    assert adcore.check(source, X, ["3*x**2"]).verdict == "right"
    assert adcore.check(source, X, ["2*x**2"]).verdict == "wrong"
    assert adcore.check_rules("x + 1", X) == ()


@pytest.mark.parametrize("gradient", ["2*x", 3.0, np.float32(3), np.array([3.0])])
def test_one_formula_may_stand_by_itself(gradient):
    assert adcore.check("x**2", {"x": 1.5}, gradient).verdict == "right"


@pytest.mark.parametrize(
    ("source", "gradient", "words"),
    [
        ("x*y", ["y"], "2 inputs .x, y., but you gave 1 formula"),
        ("x*y", "y", "but .*1 formula"),
        ("x*y", 2.0, "but .*1 formula"),
        ("x*y", ["y", None], "A formula or a number is needed for d/dy"),
        ("x*y", ["y", 1j], "A formula or a number is needed for d/dy"),
        ("x*y", [10**400, "x"], "d/dx is too large for a float"),
        ("x*y", {"x": "y"}, "one formula for each of: x, y"),
        ("x*y", ["y", "x +"], "In the formula for d/dy"),
        ("x*y", ["y", "w"], "In the formula for d/dy"),
        ("x*y", ["[x, y]", "x"], "gives 2 numbers"),
        ("[x, y]", ["1", "1"], "there are 2"),
    ],
)
def test_what_is_refused(source, gradient, words):
    with pytest.raises(adcore.ADError, match=words):
        adcore.check(source, XY, gradient)


@pytest.mark.parametrize(
    ("source", "at", "formula"),
    [
        ("exp(x)", 400.0, "x*exp(x)"),
        ("x**3", 1e80, "x**2"),
        ("sqrt(x)", 1e-320, "1/x"),
        ("log(x)", 1e-300, "log(x)"),
        ("sin(x)/exp(x)", 400.0, "x"),
        ("1/exp(x)", 600.0, "2*x"),
    ],
)
def test_a_partial_whose_square_is_no_number_spoils_nothing(source, at, formula):
    assert adcore.check(source, {"x": at}, [formula]).components[0].given != 0


MAX = "def m(a, b):\n    return {}(a, b)\ndef m_partials(a, b, out):\n    return {}\nm(x, y) + 1"


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("[1, 0]", "undecided"),
        ("[0, 1]", "undecided"),
        ("[0.5, 0.5]", "right"),
        ("[where(a >= b, 1, 0), where(a >= b, 0, 1)]", "undecided"),
        ("[2, 0]", "wrong"),
        ("[1, -0.25]", "wrong"),
    ],
)
def test_a_rule_at_a_tie_may_take_either_side_and_nothing_beyond(name, rule, verdict):
    source, tie = MAX.format(name, rule), {"x": 1.0, "y": 1.0}
    assert adcore.check_rules(source, tie)[0].verdict == verdict
    warned = "rule" in [caution.kind for caution in adcore.trace(source, tie).warnings]
    assert warned == (verdict == "wrong")


def test_off_the_tie_a_rule_for_max_has_one_right_answer():
    [report] = adcore.check_rules(MAX.format("max", "[0, 1]"), {"x": 2.0, "y": 1.0})
    assert [part.verdict for part in report.components] == ["wrong", "wrong"]


def test_a_rule_that_is_called_with_no_numbers_is_undecided():
    source = "def g(a, b):\n    return a*b\ndef g_partials(a, b, out):\n    return [b, a]\ng(log(x), x)"
    [report] = adcore.check_rules(source, {"x": -0.5})
    assert (report.verdict, report.points) == ("undecided", 0)
    assert all(math.isnan(part.given) and math.isnan(part.expected) for part in report.components)


@pytest.mark.parametrize(
    ("source", "gradient", "said"),
    [
        ("sin(2*x)", "-2*cos(2*x)", "the sine"),
        ("acos(x/2)", "1/sqrt(4 - x**2)", "the inverse cos"),
        ("(1 - 3*x)**2", "6*(1 - 3*x)", "the difference"),
    ],
)
def test_a_turned_sign_is_looked_for_at_functions_and_where_there_is_a_minus(source, gradient, said):
    [finding] = adcore.check(source, {"x": 0.6}, [gradient]).findings
    assert finding.sentence == f"A sign is turned at {said}."


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        (2.583853, "right"),
        (2.5839, "right"),
        (2.58386, "wrong"),
        (2.5838, "wrong"),
        (2.58, "wrong"),
        ("2.58385", "wrong"),
    ],
)
def test_a_number_may_be_rounded_to_five_digits_or_more(number, verdict):
    assert adcore.check("x1*x2 + sin(x1)", {"x1": 2.0, "x2": 3.0}, [number, 2.0]).verdict == verdict
