"""Every step explains itself: a sentence, and formulas whose numbers come out at the running sum."""

import re

import pytest

import adcore
from adcore.wording import latex
from tests.adcore.latex_arithmetic import work_out
from tests.adcore.reference import read_programs

GALLERY = {
    "polynomial": ("x²+2x+1", {"x": 1.5}),
    "baydin": ("log(x1)+x1*x2-sin(x2)", {"x1": 2.0, "x2": 5.0}),
    "hoffmann": ("a = x1/x2\nb = exp(x2)\nc = a - b\nreturn (sin(a)+c)*c", {"x1": 1.5, "x2": 0.5}),
    "negative numbers": ("x - y*x/(x - y)", {"x": -1.5, "y": -2.5}),
    "small numbers": ("x**2*y - sin(x)/y", {"x": 7e-7, "y": -3e-9}),
    "large numbers": ("x**2*y + x/y", {"x": 7.1234567e7, "y": -3e12}),
    "powers": ("x**-2 + x**3 + x**y", {"x": 1.2, "y": -2.0}),
    "functions": ("tanh(x) + sqrt(y)*cos(x) + exp(-x)*log(y) + abs(x)", {"x": -0.7, "y": 2.0}),
    "many uses": ("x*x*x + x*x + x", {"x": 3.0}),
    "loop": ("for i in range(3):\n    x = 3.5*x*(1 - x)\nx", {"x": 0.3}),
    "branch": ("y = x*x\nif y > 2:\n    y = y - 1\ny*x", {"x": 1.6}),
    "two outputs": ("[x*y, x + y, x*y]", {"x": 2.0, "y": 3.0}),
    "an output that is used": ("a = x*y\nreturn a, a*x", {"x": 2.0, "y": 3.0}),
    "vectors": ("u[0]*v[1] - u[1]*v[0]", {"u": [1.0, 2.0], "v": [3.0, 4.0]}),
    "greek": ("alpha*λ + x_1*rate2", {"alpha": 1.0, "λ": 2.0, "x_1": 3.0, "rate2": 4.0}),
    "an input alone": ("x", {"x": 2.0}),
    "a constant": ("3 + 0*x", {"x": 2.0}),
}
ODD = {
    "kinks": ("abs(x) + max(x, y) + relu(x) + floor(y)", {"x": 0.0, "y": 0.0}),
    "tests as numbers": ("where(x > y, x, y)*(x > 1)", {"x": 2.0, "y": 3.0}),
    "outside": ("log(x)*y", {"x": -1.0, "y": 0.0}),
    "infinite": ("exp(x)/y", {"x": 1000.0, "y": 0.0}),
    "own rule": ("def q(a):\n    return a*a\ndef q_partials(a, out):\n    return 2*a\nq(x)", {"x": 3.0}),
    **{name: (source, {"x": 1.3, "y": 1.7}) for name, source in read_programs("programs.txt").items()},
}
TRACES = [
    pytest.param(*program, mode, id=f"{name}-{mode}")
    for name, program in {**GALLERY, **ODD}.items()
    for mode in ("forward", "reverse")
]
SOUND = [
    pytest.param(*program, mode, id=f"{name}-{mode}")
    for name, program in GALLERY.items()
    for mode in ("forward", "reverse")
]
LEAK = re.compile(r"\bNone\b|\bnan\b|\{\}\s*\\cdot|\bTrue\b|\bFalse\b|@|<[a-z]+ ")


def explained(source, at, mode, **more):
    trace = adcore.trace(source, at, mode, **more)
    explainer = trace.explainer()
    return [(event, explainer.explain(step)) for step, event in enumerate(trace.events)]


def balanced(text):
    plain = re.sub(r"\\[{}]", "", text)
    opened, closed = (len(re.findall(rf"\\{side}(?![a-z])", plain)) for side in ("left", "right"))
    return plain.count("{") == plain.count("}") and opened == closed


@pytest.mark.parametrize(("source", "at", "mode"), TRACES)
def test_every_step_has_a_title_and_a_sentence(source, at, mode):
    for event, said in explained(source, at, mode):
        assert (said.phase, said.kind, said.node, said.source) == (event.phase, event.kind, event.node, event.source)
        assert said.title
        assert said.sentence.endswith(".")
        assert "  " not in said.sentence
        assert said.sentence[0] == said.sentence[0].upper() or event.kind != "result"


@pytest.mark.parametrize(("source", "at", "mode"), TRACES)
def test_nothing_of_the_inside_leaks(source, at, mode):
    for event, said in explained(source, at, mode):
        for text in (said.title, said.sentence, said.rule):
            assert not LEAK.search(text), (event, text)
        for formula in (said.letters, said.names, said.numbers):
            assert not LEAK.search(formula.replace(r"\text{nan}", "")), (event, formula)
            assert balanced(formula), formula


@pytest.mark.parametrize(("source", "at", "mode"), SOUND)
def test_the_numbers_work_out(source, at, mode):
    for event, said in explained(source, at, mode):
        if not said.numbers or said.kind == "branch":
            continue
        left, _, right = said.numbers.rpartition(" = ")
        assert right == latex(event.value)
        parts = [abs(work_out(part)) for part in re.split(r" \+ | - (?!.*\\right)", left) if balanced(part)]
        assert work_out(left) == pytest.approx(event.value, rel=1e-3, abs=2e-4 * max(parts, default=0.0)), said.numbers


@pytest.mark.parametrize(("source", "at", "mode"), SOUND)
def test_a_contribution_says_which_of_how_many_it_is(source, at, mode):
    found = [(event, said) for event, said in explained(source, at, mode) if event.kind == "contribution"]
    for node in {event.node for event, _ in found}:
        mine = [said.sentence for event, said in found if event.node == node]
        if len(mine) > 1:
            assert "first" in mine[0]
            assert "second" in mine[1]
            assert all(r"\leftarrow" in said.letters for event, said in found if event.node == node)
        else:
            assert "first" not in mine[0]


def test_the_running_sum_is_shown():
    steps = explained("x*x + x", {"x": 3.0}, "reverse")
    into_x = [said.numbers for event, said in steps if event.kind == "contribution" and event.node == 0]
    assert [text.rpartition(" = ")[2] for text in into_x] == ["1", "4", "7"]
    assert into_x[2].startswith("4 + ")


def test_letters_names_and_numbers_of_one_step():
    steps = explained("a = x1/x2\nreturn sin(a)", {"x1": 1.5, "x2": 0.5}, "reverse")
    [said] = [said for event, said in steps if event.kind == "contribution" and event.source == 3]
    plain = {name: re.sub(r"\\data\{node=\d+\}\{(.*?)\}(?=[} ]|$)", r"\1", getattr(said, name)) for name in ("names",)}
    assert r"\frac{\partial" in said.letters
    assert r"\cos" in plain["names"]
    assert said.numbers == r"1 \cdot \cos 3 = -0.98999"
    assert said.primitive == "div"
    assert said.rule == "the derivative of sin is cos"


@pytest.mark.parametrize(
    ("source", "at", "shown"),
    [
        ("x - y", {"x": 1.0, "y": -2.0}, r"1 - \left(-2\right) = 3"),
        ("x*y", {"x": 3.0, "y": -2.0}, r"3 \cdot \left(-2\right) = -6"),
        ("x**2", {"x": 7e-7}, r"\left(7 \cdot 10^{-7}\right)^{2} = 4.9 \cdot 10^{-13}"),
        ("sin(x)", {"x": 7e-7}, r"\sin\left(7 \cdot 10^{-7}\right) = 7 \cdot 10^{-7}"),
    ],
)
def test_numbers_that_need_care(source, at, shown):
    values = [said.numbers for event, said in explained(source, at, "reverse") if event.kind == "value"]
    assert values[-1] == shown


def test_a_sentence_writes_numbers_as_people_do():
    [first, *_] = explained("x", {"x": -7.123456e-9}, "reverse")
    assert "7.1235" in first[1].sentence
    assert "e-09" not in first[1].sentence.replace("−", "-")


def test_weights_other_than_one_are_said():
    steps = explained("x, y", {"x": 1.0, "y": 2.0}, "reverse", weights=[2.0, 0.5])
    seeds = [said.sentence for event, said in steps if event.kind == "seed"]
    assert "weight 2" in seeds[0]
    assert "weight 0.5" in seeds[1]


@pytest.mark.parametrize(("step", "words"), [(-1, "from 0 to"), (10**6, "from 0 to"), (1.5, "whole number")])
def test_a_step_that_there_is_not(step, words):
    with pytest.raises(adcore.ADError, match=words):
        adcore.trace("x*x", {"x": 3.0}).explain(step)
