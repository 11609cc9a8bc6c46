"""Checking backward programs: the wrong statement is found and named, right ones in any style are right."""

import math

import pytest

import adcore
from adcore.adjoint_names import base_of, rewrite
from adcore.errors import Span
from adcore.interpreter import sweep
from tests.adcore.planted_programs import PROGRAMS as FIRST
from tests.adcore.planted_programs import XY
from tests.adcore.planted_sweeps import SWEEPS
from tests.adcore.reference import by_id, read_lines

CASES = [case for case in read_lines("cases.jsonl") if case["kind"] == "scalar-expression"][::24]
PROGRAMS = (*FIRST, *SWEEPS)
PLANTS = [(program, *plant) for program in PROGRAMS for plant in program.plants]
F, PULLED = "a = x*y\nreturn sin(a) + x", "a_bar = cos(a)\nx_bar = a_bar*y + 1\ny_bar = a_bar*x\n"


def names(report):
    return [finding.name for finding in report.findings]


def plant(program, old, new):
    assert program.backward.count(old) == 1, old
    return program.backward.replace(old, new)


def test_there_are_enough_plants():
    assert len(PLANTS) >= 130
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_right_program_is_right_and_gives_the_gradient_of_the_engine(program):
    report = adcore.check_program(program.source, program.backward, program.at)
    assert (report.verdict, report.blame, report.findings) == ("right", None, ())
    assert [part.given for part in report.gradient.components] == pytest.approx(
        adcore.gradient(program.source, program.at)
    )


@pytest.mark.parametrize(
    ("program", "old", "new", "line", "name"),
    PLANTS,
    ids=[f"{row[0].name}-{row[4]}-{k}" for k, row in enumerate(PLANTS)],
)
def test_a_planted_mistake_is_found_in_its_statement_and_named(program, old, new, line, name):
    report = adcore.check_program(program.source, plant(program, old, new), program.at)
    assert report.verdict == "wrong"
    assert report.blame is not None
    assert report.blame.span is not None
    assert (report.blame.span.line, name in names(report)) == (line, True), names(report)
    assert len(names(report)) <= 2
    assert all(finding.sentence.endswith(".") and "{" not in finding.sentence for finding in report.findings)


@pytest.mark.parametrize("case", **by_id(CASES))
def test_the_adjoint_program_of_the_engine_is_right_and_is_not_with_a_sign_turned(case):
    text = adcore.transform(case["text"], case["point"], "adjoint").text
    assert adcore.check_program(case["text"], text, case["point"]).verdict == "right"
    last = text.rindex("return y, [") if "return y, [" in text else text.rindex("[")
    turned = text[:last] + text[last:].replace("[", "[-", 1)
    if any(part.expected for part in adcore.check_program(case["text"], text, case["point"]).gradient.components[:1]):
        assert adcore.check_program(case["text"], turned, case["point"]).verdict == "wrong"


@pytest.mark.parametrize(
    "backward",
    [
        PULLED + "[x_bar, y_bar]",
        PULLED,
        PULLED + "return x_bar, y_bar",
        "def backward(x, y):\n    a = x*y\n    da = cos(a)\n    return [1 + da*y, da*x]",
        "def backward(x, y, a):\n    x_bar = 1\n    x_bar += cos(a)*y\n    return [x_bar, cos(a)*x]",
        "x_bar += 1\nx_bar += cos(a)*y\ny_bar += cos(a)*x\n[x_bar, y_bar]",
        "import numpy as np\ndef backward(x, y):\n    g = np.cos(x*y)\n    return sin(x*y) + x, [g*y + 1, g*x]",
        "def dsin(u, bar):\n    return bar*cos(u)\ndef back(x, y):\n    t = dsin(x*y, 1)\n    return [t*y + 1, t*x]",
        "grads = {0: cos(x*y)}\n[grads[0]*y + 1, grads[0]*x]",
        "p_x, p_y = y, x\nw = cos(x*y)\n[w*p_x + 1, w*p_y]",
        "da = cos(a)\nda_dx, da_dy = y, x\ndx, dy = 1 + da*da_dx, da*da_dy\n[dx, dy]",
    ],
)
def test_right_programs_in_many_styles_are_right(backward):
    report = adcore.check_program(F, backward, XY)
    assert (report.verdict, report.blame) == ("right", None)


def test_a_mistake_that_does_not_show_at_the_point_is_found_elsewhere():
    source = "def f(x, y):\n    if x > 0:\n        return x*y\n    return x**3*y"
    backward = "def back(x, y):\n    if x > 0:\n        return [y, x]\n    dx = 3*x*y\n    return [dx, x**3]"
    report = adcore.check_program(source, backward, {"x": 1.0, "y": 2.0})
    assert (report.verdict, report.moved, names(report)) == ("wrong", True, ["exponent"])
    assert report.at["x"] < 0
    assert report.blame.span.line == 4


def test_the_slope_of_abs_is_not_one_everywhere():
    report = adcore.check_program("abs(x)*x", "x_bar = abs(x) + x\n[x_bar]", {"x": 1.0})
    assert (report.verdict, report.moved) == ("wrong", True)


def test_the_wrong_statement_is_found_in_many_turns_of_a_loop():
    source = "h = 0\nfor i in range(6):\n    h = tanh(w*h + x[i])\nreturn h"
    backward = """hs = [0]
for i in range(6):
    hs.append(tanh(w*hs[i] + x[i]))
dh = 1
dw = 0
dx = [0 for i in range(6)]
for i in range(5, -1, -1):
    dz = dh*(1 - hs[i]**2)
    dw += dz*hs[i]
    dx[i] = dz
    dh = dz*w
[dw, dx]"""
    report = adcore.check_program(source, backward, {"w": 0.6, "x": [0.5, -0.3, 0.8, 0.2, 0.9, -0.5]})
    assert (report.blame.variable, report.blame.span.line, names(report)) == ("dz", 8, ["wrong-point"])


@pytest.mark.parametrize("wrong", ["a", "b", "c"])
def test_a_mistake_is_found_that_shows_where_one_unit_is_flat_and_the_others_are_not(wrong):
    source = "relu(a)*relu(b) + relu(a)*relu(c) + relu(b)*relu(c) + relu(a) + relu(a)*relu(c)*relu(d)"
    backward = (
        "da = (a > 0)*(relu(b) + relu(c) + 1 + relu(c)*relu(d))\ndb = (b > 0)*(relu(a) + relu(c))\n"
        "dc = (c > 0)*(relu(a) + relu(b) + relu(a)*relu(d))\ndd = (d > 0)*relu(a)*relu(c)\n[da, db, dc, dd]"
    )
    at = {"a": 1.2, "b": 0.7, "c": 0.4, "d": 1.1}
    assert adcore.check_program(source, backward, at).verdict == "right"
    report = adcore.check_program(source, backward.replace("(d > 0)", f"({wrong} > 0)"), at)
    assert (report.verdict, report.moved) == ("wrong", True)


def test_a_kink_is_undecided_and_never_called_right():
    report = adcore.check_program("abs(x)", "x_bar = sign(x)\n[x_bar]", {"x": 0.0})
    assert report.verdict == "undecided"


def test_at_a_tie_of_two_numbers_a_program_is_judged_beside_it():
    at, source = {"x": 1.0, "y": 1.0}, "max(x, y)"
    right = adcore.check_program(source, "[1 if x >= y else 0, 0 if x >= y else 1]", at)
    assert (right.verdict, right.blame) == ("undecided", None)
    wrong = adcore.check_program(source, "[1 if x <= y else 0, 0 if x <= y else 1]", at)
    assert (wrong.verdict, wrong.moved) == ("wrong", True)


def test_the_blame_has_numbers_a_confirmation_and_a_place_in_the_function():
    report = adcore.check_program(F, PULLED.replace("cos(a)", "cos(x)"), XY)
    blame = report.blame
    assert (blame.variable, blame.span, blame.confirmed) == ("a_bar", Span(1, 1, 1, 15), True)
    assert (blame.given, blame.expected) == pytest.approx((math.cos(1.3), math.cos(1.3 * 0.7)))
    assert blame.findings[0].span.line == 2
    found = report.to_json()
    assert found["blame"]["findings"][0]["name"] == "wrong-point"
    assert found["components"][0]["digits"] == 0


def test_what_is_added_is_told_from_what_the_variable_holds():
    report = adcore.check_program(F, "x_bar = 1\na_bar = cos(a)\nx_bar += a_bar*x\ny_bar = a_bar*x", XY)
    assert (report.blame.variable, report.blame.amount) == ("x_bar", True)
    assert report.blame.expected == pytest.approx(0.7 * math.cos(1.3 * 0.7))


def test_two_mistakes_are_wrong_and_the_first_is_told():
    report = adcore.check_program(F, PULLED.replace("cos(a)", "sin(a)").replace("a_bar*x", "a_bar*y"), XY)
    assert (report.verdict, report.blame.span.line, names(report)) == ("wrong", 1, ["wrong-function"])


def test_an_unknown_mistake_is_placed_and_not_named():
    report = adcore.check_program(F, PULLED.replace("cos(a)", "cos(a) + 0.0123*x**7"), XY)
    assert (report.verdict, report.blame.span.line, report.blame.findings) == ("wrong", 1, ())


@pytest.mark.parametrize(
    ("backward", "message", "line"),
    [
        ("x_bar = ", "", 1),
        ("", "nothing", 1),
        ("[1]", "1 numbers come back; the function has 2 inputs (x, y)", None),
        ("x_bar = 1", "y has no adjoint here", None),
        ("def back(x, y, cache):\n    return [1, 1]", "cache is no input", None),
        ("x_bar = 1\nfor i in range(9):\n    x_bar = nothing_known\n[x_bar, 1]", "nothing_known is no input", None),
        ("x̄ = cos(a)*\nȳ = x", "", 1),
        ("def back(x, y):\n    while True:\n        x = x + 1\n    return [x, y]", "Too many statements", 2),
        ("[[x], [y, x]]", "3 numbers come back", None),
        ("x_bar = {0: 1}\n[x_bar, 1]", "a dict", None),
    ],
)
def test_bad_input_is_an_error_about_the_derivative(backward, message, line):
    with pytest.raises(adcore.ADError) as caught:
        adcore.check_program(F, backward, XY)
    assert caught.value.kind == "derivative"
    assert message in caught.value.message
    assert line is None or caught.value.span.line == line


def test_a_number_that_is_the_value_by_chance_is_not_taken_for_it():
    with pytest.raises(adcore.ADError, match="3 numbers come back"):
        adcore.check_program("x*y", "[y, x, 0]", {"x": 1.0, "y": 2.0})
    assert adcore.check_program("x*y", "[x*y, y, x]", {"x": 1.0, "y": 2.0}).verdict == "right"


def test_a_function_with_several_outputs_has_no_gradient():
    with pytest.raises(adcore.ADError, match="one output"):
        adcore.check_program("[x, x]", "x_bar = 1", {"x": 1.0})


@pytest.mark.parametrize(
    ("name", "base"),
    [("x_bar", "x"), ("dx", "x"), ("d_a", "a"), ("grad_a", "a"), ("a_grad", "a"), ("abar", "a"), ("dL_da", "a"),
     ("ab", "a"), ("a_bar_1", "a"), ("db_da", None), ("dot", None), ("x", None), ("bar", None)],
)  # fmt: skip
def test_adjoints_are_known_by_their_names(name, base):
    assert base_of(name, ("x", "a", "b"), ("L",)) == base


def test_a_name_that_the_function_has_is_no_adjoint():
    assert base_of("ab", ("a", "b", "ab")) is None


def test_rewritten_names_keep_their_place():
    typed = "x̄ = ā*np.cos(a.data)\nb.grad += 1"
    written = rewrite(typed)
    assert written.text == "x_bar = a_bar*cos(a)\nb_grad += 1"
    assert written.place(Span(1, 9, 1, 14)) == Span(1, 6, 1, 7)
    assert written.place(Span(2, 1, 2, 7)) == Span(2, 1, 2, 7)


def test_a_variable_is_called_as_it_was_typed():
    for typed in ("ā = sin(a)\nx̄ = ā*y + 1\nȳ = ā*x", "a.grad = sin(a)\nx.grad = a.grad*y + 1\ny.grad = a.grad*x"):
        report = adcore.check_program(F, typed, XY)
        assert report.blame.variable == typed.partition(" ")[0]


def test_where_the_program_ends_in_an_error_away_from_the_point_it_is_not_judged():
    backward = "def back(x, y):\n    i = 0 if x > 0 else 5\n    return [[y*cos(x*y) + 1, 0][i], x*cos(x*y)]"
    report = adcore.check_program(F, backward, XY)
    assert (report.verdict, report.points < 19) == ("right", True)


@pytest.mark.parametrize(
    ("source", "backward", "at"),
    [
        ("x**2", "x_bar = 2*x + log(x - 9)*0\n[x_bar]", {"x": 1.0}),
        ("x**2", "y = 10.0**10**10\n[y*x]", {"x": 1.0}),
        ("x**2 + y", "[2*x, y/y]", {"x": 1.0, "y": 0.0}),
    ],
)
def test_what_is_no_number_is_wrong(source, backward, at):
    report = adcore.check_program(source, backward, at)
    assert (report.verdict, report.moved, report.findings) == ("wrong", False, ())
    assert not math.isfinite(report.blame.given)


def test_what_is_too_large_away_from_the_point_is_not_wrong():
    backward = "x_bar = exp(2*x)/exp(x)\n[x_bar]"
    assert adcore.check_program("exp(x)", backward, {"x": 250.0}).verdict == "right"


def test_what_another_branch_does_right_beside_the_point_is_seen():
    report = adcore.check_program("x if x > 1 else x**2", "x_bar = 2*x\n[x_bar]", {"x": 1.0})
    assert (report.verdict, report.moved, report.at["x"] > 1) == ("wrong", True, True)


def test_a_mistake_is_shown_where_the_numbers_differ():
    report = adcore.check_program("x*y", "dx = 2*y\ndy = x", {"x": 0.0, "y": 0.0})
    assert (report.verdict, report.blame.span.line, report.blame.confirmed) == ("wrong", 1, True)
    assert report.blame.given != report.blame.expected


@pytest.mark.parametrize(
    ("source", "backward"),
    [
        ("e = x - y\ne**2", "x_bar = 2*e\ny_bar = -2*e\n[x_bar, y_bar]"),
        ("e = x - y\ne**2", "e_bar = 2*e\nx_bar = e_bar\ny_bar = -e_bar"),
        ("pi = x*y\nsin(pi)", "x_bar = cos(pi)*y\ny_bar = cos(pi)*x"),
        ("pi*x*y", "x_bar = pi*y\ny_bar = pi*x"),
        ("e = x - y\ne**2", "e = x - y\nx_bar = 2*e\ny_bar = -2*e"),
        ("def f(e, y):\n    return e**2*y", "e_bar = 2*e*y\ny_bar = e*e"),
    ],
)
def test_a_variable_of_the_function_may_be_called_as_a_constant_is(source, backward):
    at = {"e" if "f(e" in source else "x": 1.0, "y": 3.0}
    assert adcore.check_program(source, backward, at).verdict == "right"


def test_naming_a_mistake_takes_no_more_sweeps_where_there_are_more_inputs(monkeypatch):
    done = []
    for place in ("adcore.statement_slips.sweep", "adcore.slips.sweep"):
        monkeypatch.setattr(place, lambda *given: done.append(len(given[0])) or sweep(*given))
    numbers = []
    for n in (6, 24):
        done.clear()
        source = f"def f(v):\n    s = 0\n    for i in range({n}):\n        s += v[i]**2\n    return s"
        backward = f"def back(v):\n    dv = [0]*{n}\n    for i in range({n}):\n        dv[i] += 3*v[i]\n    return dv"
        report = adcore.check_program(source, backward, {"v": [0.3 + 0.1 * i for i in range(n)]})
        assert (report.verdict, report.blame.span.line, report.blame.confirmed) == ("wrong", 4, True)
        numbers.append(len(done))
    assert numbers[1] <= 2 * numbers[0]


@pytest.mark.parametrize("y", [0.0, 2.0])
@pytest.mark.parametrize(
    ("line", "number"),
    [("b_bar = exp(800*x)", 1), ("b_bar = exp(800*x) - exp(900*x)", 1), ("b_bar = 2*b + 0*log(-x)", 1)],
)
def test_what_is_larger_than_any_number_is_found_without_a_warning(line, number, y):
    backward = line + "\na_bar = cos(a)*b_bar\nx_bar = 1 + a_bar*y\ny_bar = a_bar*x"
    report = adcore.check_program("a = x*y\nb = sin(a)\nreturn b*b + x", backward, {"x": 1.0, "y": y})
    assert (report.verdict, report.blame.span.line) == ("wrong", number)


def test_lists_within_many_lists_are_no_trouble():
    deep = "b = [x]\nfor i in range(1500):\n    b = [b]\n"
    assert adcore.check_program("x**2", deep + "x_bar = 2*x\n[x_bar]", {"x": 1.5}).verdict == "right"
    report = adcore.check_program(deep + "x**2", "x_bar = 3*x\n[x_bar]", {"x": 1.5})
    assert (report.verdict, report.blame.span.line) == ("wrong", 1)


@pytest.mark.parametrize(
    ("source", "backward", "line", "expected", "name"),
    [
        ("c = x*y\nd = sin(c) + x\nd*c", "dd = c\ndc = d\ndc += dd*cos(c)\ndx = dd\nt = dc*(-y)\ndx += t\ndy = dc*x",
         5, 0.7 * (math.sin(0.91) + 1.3 + 0.91 * math.cos(0.91)), "sign"),
        ("c = x*y\nsin(c)", "dc = cos(c)\nt = dc*(-y)\ndx = t\ndy = dc*x", 2, 0.7 * math.cos(0.91), "sign"),
        ("c = x*y\nsin(c)", "dc = cos(c)\nt = -dc*y\nreturn [t, dc*x]", 2, 0.7 * math.cos(0.91), "sign"),
        ("c = x - y*x\nc**2", "dc = 2*c\ndx = dc\nt = dc*y\ndx += t\ndy = -dc*x", 3, -0.546, "wrong-partial"),
    ],
)  # fmt: skip
def test_what_is_handed_over_is_blamed_where_it_was_worked_out(source, backward, line, expected, name):
    report = adcore.check_program(source, backward, XY)
    assert (report.verdict, report.blame.variable, report.blame.span.line) == ("wrong", "t", line)
    assert (report.blame.expected, names(report)) == (pytest.approx(expected), [name])
    assert report.blame.confirmed


def test_what_another_statement_uses_rightly_is_not_blamed():
    backward = "dc = cos(c)\nt = dc*2\ndx = t\ndy = t*x/2"
    report = adcore.check_program("c = x*y\nsin(c)", backward, XY)
    assert (report.blame.variable, report.blame.span.line) == ("dx", 3)


def test_elements_may_be_added_to_without_a_list_before():
    assert adcore.check_program("x[0]*x[1]", "dx[0] += x[1]\ndx[1] += x[0]", {"x": [1.0, 2.0]}).verdict == "right"
