"""Graphs written as text, as labels and as LaTeX: what is written is read again, different things look different."""

import math
import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import adcore
from adcore.algebras.text import LATEX, PLAIN, PRETTY, TextAlgebra, latex_name, number_text
from adcore.interpreter import run
from tests.adcore.generated import CONSTANTS, NAMES, points

NAME_PAIRS = (
    *"x1 x_1 x__1 x10 x01 x X alpha α Alpha beta1 β1 rate2 rate rate_2 lambda_ λ l ll e_1 gamma Γ Gamma".split(),
    *"v[0] v[1] v[0][1] v[01] v[10] v_0 v0 v01 v1[0] v[1][0] ab a_b a1b a1_b A_b mathit x_y_z".split(),
    *'v["w"] v["w_1"] v["w1"] v_w v["_0"] v[0]["w"] v1["w"] v["mathit"]'.split(),
)
OPERATIONS = (
    *("-({})", "({})**2", "({})**-3", "({})**3", "sin({})", "abs({})", "sqrt({})", "where({} > 0, x, y)", "floor({})"),
    *("log1p({})", "digamma({})", "softplus({})", "({})**x", "2**({})"),
)
PAIRS = ("({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})", "({})**({})", "({}) % ({})", "({})//({})")
CALLS = ("max({}, {})", "hypot({}, {})", "({}) < ({})", "atan2({}, {})", "where({}, {}, 1)")

expressions = st.recursive(
    st.sampled_from((*NAMES, *CONSTANTS, "-2", "1e-9", "0.1", "1e22", "e")),
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(OPERATIONS), inner),
        st.builds(str.format, st.sampled_from(PAIRS + CALLS), inner, inner),
    ),
    max_leaves=8,
)
EXAMPLES = settings(max_examples=300)
PARTS = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z0-9.]|.")


def is_sayable(source, point):
    """Whether all its constants have a spelling: the language has no word for nan and the infinities."""
    return all(math.isfinite(c or 0.0) for c in adcore.record(source, point).graph.constants)


def written(source, point, style):
    graph = adcore.record(source, point).graph
    writer = TextAlgebra(style)
    return run(graph, writer, [writer.letter(graph.names[i]) for i in graph.inputs])[graph.outputs[0]].text


@EXAMPLES
@given(expressions, points)
def test_plain_text_is_read_again_as_the_same_function(source, point):
    assume(is_sayable(source, point))
    text = written(source, point, PLAIN)
    np.testing.assert_array_equal(adcore.value(text, point), adcore.value(source, point), err_msg=text)


@EXAMPLES
@given(expressions, points)
def test_plain_text_is_read_again_as_the_same_text(source, point):
    assume(is_sayable(source, point))
    text = written(source, point, PLAIN)
    assert written(text, point, PLAIN) == text


@EXAMPLES
@given(expressions, points)
def test_latex_is_balanced_and_has_no_double_scripts(source, point):
    text = written(source, point, LATEX)
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    assert len(re.findall(r"\\left(?![a-z])", text)) == len(re.findall(r"\\right(?![a-z])", text))
    assert not re.search(r"\^\{[^{}]*\}\s*\^", text)
    assert "@" not in text


@pytest.mark.parametrize(
    ("source", "plain", "pretty", "latex"),
    [
        ("x - (y - z)", "x - (y - z)", "x − (y − z)", r"x - \left(y - z\right)"),
        ("(x - y) - z", "x - y - z", "x − y − z", "x - y - z"),
        ("x*(y + z)", "x * (y + z)", "x · (y + z)", r"x \cdot \left(y + z\right)"),
        ("x/(y*z)", "x / (y * z)", "x / (y · z)", r"\frac{x}{y \cdot z}"),
        ("x/y/z", "x / y / z", "x / y / z", r"\frac{\frac{x}{y}}{z}"),
        ("-x**2", "-x**2", "−x²", "-x^{2}"),
        ("(-x)**2", "(-x)**2", "(−x)²", r"\left(-x\right)^{2}"),
        ("(x**2)**3", "(x**2)**3", "(x²)³", r"\left(x^{2}\right)^{3}"),
        ("x**y**z", "x ** y ** z", "x ** y ** z", "x^{y^{z}}"),
        ("(x**y)**z", "(x ** y) ** z", "(x ** y) ** z", r"\left(x^{y}\right)^{z}"),
        ("sin(x)**2", "sin(x)**2", "sin(x)²", r"\left(\sin x\right)^{2}"),
        ("sin(x + y)", "sin(x + y)", "sin(x + y)", r"\sin\left(x + y\right)"),
        ("2*x", "2 * x", "2 · x", r"2\,x"),
        ("2*3.5**x", "2 * 3.5 ** x", "2 · 3.5 ** x", r"2 \cdot 3.5^{x}"),
        ("sqrt(x + 1)", "sqrt(x + 1)", "√(x + 1)", r"\sqrt{x + 1}"),
        ("exp(-x)", "exp(-x)", "exp(−x)", "e^{-x}"),
        ("x <= y", "x <= y", "x ≤ y", r"x \le y"),
        ("pi*x", "pi * x", "π · x", r"\pi\,x"),
    ],
)
def test_brackets_and_signs(source, plain, pretty, latex):
    point = {"x": 1.5, "y": 0.5, "z": 2.0}
    assert written(source, point, PLAIN) == plain
    assert written(source, point, PRETTY) == pretty
    assert written(source, point, LATEX) == latex


def test_different_names_look_different_as_latex():
    seen = [("".join(PARTS.findall(latex_name(name))).replace(" ", ""), name) for name in NAME_PAIRS]
    clashes = [(a, b) for (shown_a, a), (shown_b, b) in combinations(seen, 2) if shown_a == shown_b]
    greek = {
        frozenset(("alpha", "α")),
        frozenset(("gamma", "γ")),
        frozenset(("Gamma", "Γ")),
        frozenset(("lambda", "λ")),
    }
    assert [pair for pair in clashes if frozenset(pair) not in greek] == []


def test_different_names_look_different_as_labels():
    seen = [(PRETTY.name(name), name) for name in NAME_PAIRS]
    assert [(a, b) for (shown_a, a), (shown_b, b) in combinations(seen, 2) if shown_a == shown_b] == []


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_it_is_read_again(x):
    text = number_text(x)
    assert adcore.value(f"{text} + 0*x", {"x": 0.0}) == x


@pytest.mark.parametrize(
    ("x", "latex"),
    [
        (0.5, "0.5"),
        (-2.0, "-2"),
        (1e-9, r"1 \cdot 10^{-9}"),
        (2.5e22, r"2.5 \cdot 10^{22}"),
        (float("inf"), r"\infty"),
        (float("-inf"), r"-\infty"),
        (float("nan"), r"\text{nan}"),
    ],
)
def test_numbers_as_latex(x, latex):
    assert LATEX.number(x) == latex


@pytest.mark.parametrize("name", ["a}", "a_b_c", "alert"])
def test_a_name_cannot_close_what_latex_opened(name):
    if name.isidentifier():
        assert latex_name(name).count("{") == latex_name(name).count("}")
    else:
        with pytest.raises(adcore.ADError):
            adcore.parse(name)


def test_the_whole_program_as_latex():
    source = "a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c)*c"
    shown = re.sub(r"\\data\{node=\d+\}", "", adcore.parse(source).latex)
    assert shown.startswith(r"\begin{aligned}y &= ")
    for part in ("{a} &= ", "{b} &= ", "{c} &= "):
        assert part.replace("{", "").replace("}", "").split(" ")[0] in shown
    assert shown.count("{") == shown.count("}")


def test_a_long_program_is_cut_short_with_dots():
    lines = [f"t{k} = sin(t{k - 1})" if k else "t0 = x" for k in range(40)]
    shown = adcore.parse("\n".join([*lines, "t39*2"])).latex
    assert r"\vdots" in shown
    assert shown.count(r"\\") < 20


def test_a_formula_that_would_be_enormous_is_left_out():
    source = "for i in range(60):\n    x = x*x + x\nx"
    assert len(adcore.trace(source, {"x": 0.1}).to_json()["latex"]) < 100_000
