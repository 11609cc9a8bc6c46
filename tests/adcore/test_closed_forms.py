"""Long numbers are written as the short formulas that come to them, and nothing else is."""

import math
import random

import mpmath as mp
import pytest

import adcore
from adcore.algebras.text import PLAIN
from adcore.closed_forms import BASES, ONE, closed_form
from adcore.labels import Labels
from adcore.modes.symbolic import derive
from adcore.problem import pose

EXACT = {
    "": mp.mpf(1), "π": mp.pi, "π²": mp.pi**2, "√π": mp.sqrt(mp.pi), "√(2π)": mp.sqrt(2 * mp.pi), "e": mp.e,
    **{f"√{n}": mp.sqrt(n) for n in (2, 3, 5, 6, 7, 10)},
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "text", "latex"),
    [
        (1 / 3, "1/3", r"\frac{1}{3}"),
        (-2 / 3, "−2/3", r"-\frac{2}{3}"),
        (1 / 5040, "1/5040", r"\frac{1}{5040}"),
        (math.pi, "π", r"\pi"),
        (2 * math.pi, "2π", r"2\pi"),
        (3 * math.pi / 4, "3π/4", r"\frac{3\pi}{4}"),
        (33 * math.pi / 180, "11π/60", r"\frac{11\pi}{60}"),
        (3 * (math.pi / 180), "π/60", r"\frac{\pi}{60}"),
        (4 * math.pi**2, "4π²", r"4\pi^{2}"),
        (1 / (2 * math.pi), "1/(2π)", r"\frac{1}{2\pi}"),
        (math.sqrt(2) / 2, "√2/2", r"\frac{\sqrt{2}}{2}"),
        (1 / math.sqrt(2), "1/√2", r"\frac{1}{\sqrt{2}}"),
        (1 / math.sqrt(2 * math.pi), "1/√(2π)", r"\frac{1}{\sqrt{2\pi}}"),
        (-3 * math.e, "−3e", "-3e"),
    ],
)
def test_how_numbers_are_written(number, text, latex):
    form = closed_form(number)
    assert form is not None
    assert (form.text(), form.latex()) == (text, latex)


@pytest.mark.parametrize("base", BASES, ids=[base.text or "1" for base in BASES])
def test_a_form_is_worth_its_number(base):
    """Computed in fifty digits, it is the number but for the rounding of a few operations."""
    numbers = [p * base.value / q for p in range(-12, 13) for q in (1, 3, 7, 11, 12, 180)]
    numbers += [p / (q * base.value) for p in range(1, 13) for q in (1, 3, 7, 11, 12, 180)]
    forms = [(number, form) for number in numbers if (form := closed_form(number))]
    assert len(forms) > 50
    with mp.workdps(50):
        for number, form in forms:
            value = mp.mpf(form.p) / form.q * EXACT[form.base.text] ** (-1 if form.under else 1)
            assert abs(value - mp.mpf(number)) <= 3 * math.ulp(number)


@pytest.mark.parametrize(
    "number",
    [0.0, -0.0, 0.5, 9.81, 1e-300, 1e300 / 3, math.inf, -math.inf, math.nan, 0.1 + 0.2, 1 / 3 - 1, math.log(2)],
)
def test_other_numbers_stay_as_they_are(number):
    assert closed_form(number) is None


def test_random_numbers_have_no_form():
    numbers = random.Random(1)
    assert not any(closed_form(numbers.uniform(-10, 10)) for _ in range(20_000))


def test_what_comes_of_rounded_numbers_may_be_next_to_a_form():
    form = closed_form(1 / 3 - 1, ulps=1)
    assert form is not None
    assert (form.p, form.base, form.q) == (-2, ONE, 3)


@pytest.mark.parametrize(
    ("source", "latex", "operations"),
    [
        ("2*pi*sqrt(x/9.81)", r"2\pi\,\sqrt{\frac{x}{9.81}}", ["x / 9.81", "√(v₁)", "2π · v₂"]),
        ("x**(1/3)", r"x^{\frac{1}{3}}", ["x ** (1/3)"]),
        ("k = 1/3\nreturn k*x", r"\frac{1}{3}\,x", ["1/3 · x"]),
        ("x/sqrt(2*pi)", r"\frac{x}{\sqrt{2\pi}}", ["x / √(2π)"]),
        ("x/(2*pi)", r"\frac{x}{2\pi}", ["x / (2π)"]),
        ("x - x*(-1/3)", r"x - x \cdot \left(-\frac{1}{3}\right)", ["x · (−1/3)", "x − v₁"]),
        ("(2*pi)**x", r"\left(2\pi\right)^{x}", ["(2π) ** x"]),
    ],
)
def test_a_program_is_shown_with_them(source, latex, operations):
    problem = pose(source, {"x": 2.0})
    labels = Labels(problem.graph)
    shown = adcore.parse(source).latex
    for i in range(len(problem.graph)):
        shown = shown.replace(rf"\data{{node={i}}}", "")
    assert latex.replace("{", "").replace("}", "") in shown.replace("{", "").replace("}", "")
    assert [labels.text(i) for i, args in enumerate(problem.graph.args) if args] == operations


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("x**(1/3)", r"\frac{1}{3 x^{\frac{2}{3}}}"),
        ("(1/3)*x**3", "x^{2}"),
        ("(1/3)*x", r"\frac{1}{3}"),
        ("4*pi**2*x**3", r"12\pi^{2} x^{2}"),
        ("exp(-x**2/2)/sqrt(2*pi)", r"- \frac{x e^{- \frac{x^{2}}{2}}}{\sqrt{2\pi}}"),
        ("(1/3)**x", r"- 1.0986122886681098 \left(\frac{1}{3}\right)^{x}"),
        ("0.25*x**2", r"0.5 x"),
        ("log(x)", r"\frac{1}{x}"),
        ("log(x)/3", r"\frac{1}{3 x}"),
    ],
)
def test_formulas_of_derivatives_are_written_with_them(source, formula):
    assert derive(pose(source, {"x": 2.0})).formulas == [[formula]]


def test_our_own_language_keeps_the_digits():
    """What may be pasted and computed with is the float itself."""
    assert PLAIN.closed is None
    assert repr(1 / 3) in adcore.compile("x**(1/3)", {"x": 2.0}).source
