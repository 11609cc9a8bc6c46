"""Variables of backward programs that are dicts: each number under a key is an adjoint of its own, as in a list."""

import pytest

import adcore
from adcore.language import check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS
from adcore.statements import written
from adcore.watching import nested, part_of, watch

XY = {"x": 1.3, "y": 0.7}
F = "a = x*y\nsin(a) + x"
GATHERED = 'g = {"x": 0, ("y", 1): 0}\na_bar = cos(a)\ng["x"] += a_bar*y\ng["x"] += 1\ng["y", 1] += a_bar*x\n'
GATHERED += '[g["x"], g["y", 1]]'
NETWORK = """
def f(x, y):
    p = {"w": x*y, "b": x}
    h = tanh(p["w"] + p["b"])
    return h*p["w"]
"""
PULLED = """
def back(x, y):
    p = {"w": x*y, "b": x}
    h = tanh(p["w"] + p["b"])
    h_bar = p["w"]
    p_bar = {"w": h, "b": 0}
    p_bar["w"] += h_bar*(1 - h*h)
    p_bar["b"] += h_bar*(1 - h*h)
    return [p_bar["w"]*y + p_bar["b"], p_bar["w"]*x]
"""
SHARED = """
def f(x, y):
    a = x*y
    p = {"w": a, "b": x}
    return sin(p["w"])*a + p["b"]
"""
FALLEN = """
def back(x, y):
    a = x*y
    p_bar = {"w": cos(a)*a, "b": 1}
    a_bar = sin(a)
    a_bar += p_bar["w"]
    return [a_bar*y + p_bar["b"], a_bar*x]
"""


def run(source, at):
    return watch(check(source, FUNCTIONS, Limits()), at)


def test_each_number_of_a_dict_is_watched_with_what_was_read_for_it():
    watched = run('p = {"w": x, "v": [x, 2]}\np["v"][-1] += p["w"]\np["w"], 1', {"x": 1.5})
    found = [(written(made.slot), made.number, made.adds, made.reads) for made in watched.assignments]
    assert found == [
        ('p["w"]', 1.5, False, (("x", ()),)),
        ('p["v"][0]', 1.5, False, (("x", ()),)),
        ('p["v"][1]', 2, False, ()),
        ('p["v"][1]', 3.5, True, (("p", ("w",)),)),
    ]
    assert watched.results[0].reads == (("p", ("w",)),)


def test_a_dict_that_is_handed_on_is_read_under_each_key():
    watched = run('p = {"w": x, 2: 3}\nq = p\nq["w"]*x', {"x": 1.5})
    handed = watched.assignments[2:]
    assert [(made.slot, made.reads) for made in handed] == [
        (("q", ("w",)), (("p", ("w",)),)),
        (("q", (2,)), (("p", (2,)),)),
    ]


def test_parts_of_lists_and_dicts():
    value = nested({"w": [1, (2, 3)], 0: {}}, lambda leaf: -leaf)
    assert value == {"w": [-1, [-2, -3]], 0: {}}
    assert part_of(value, ("w", 1, -1)) == -3
    for path in [("v",), ("w", "w"), ("w", 2), (0, 0), ("w", 0, 0), ("w", 0.5)]:
        assert part_of(value, path) is None


@pytest.mark.parametrize(("source", "backward"), [(F, GATHERED), (NETWORK, PULLED), (SHARED, FALLEN)])
def test_right_programs_with_dicts_are_right(source, backward):
    report = adcore.check_program(source, backward, XY)
    assert (report.verdict, report.blame) == ("right", None)


@pytest.mark.parametrize(
    ("source", "backward", "right", "wrong", "variable", "line", "name"),
    [
        (F, GATHERED, 'g["x"] += a_bar*y', 'g["x"] += a_bar*x', 'g["x"]', 4, "wrong-partial"),
        (F, GATHERED, "cos(a)", "sin(a)", "a_bar", 2, "wrong-function"),
        (NETWORK, PULLED, 'b"] += h_bar*(1 - h*h)', 'b"] += h_bar*(1 + h*h)', 'p_bar["b"]', 8, "wrong-function"),
        (NETWORK, PULLED, 'w"] += h_bar*(1 - h*h)', 'w"] = h_bar*(1 - h*h)', 'p_bar["w"]', 7, "accumulation"),
        (NETWORK, PULLED, '{"w": h,', '{"w": 0,', 'p_bar["w"]', 7, "accumulation"),
    ],
)
def test_a_mistake_under_a_key_is_found_and_named(source, backward, right, wrong, variable, line, name):
    assert right in backward
    report = adcore.check_program(source, backward.replace(right, wrong), XY)
    assert report.verdict == "wrong"
    assert (report.blame.variable, report.blame.span.line, report.blame.confirmed) == (variable, line, True)
    assert [finding.name for finding in report.findings] == [name]


@pytest.mark.parametrize(
    ("source", "backward", "right", "wrong"),
    [
        (F, GATHERED, '["x"] += 1', '["x"] = 1'),
        (F, GATHERED, '["y", 1] += a_bar*x', '["y", 1] += x'),
        (NETWORK, PULLED, "h_bar*(1 - h*h)", "h_bar*(1 - h)"),
        (NETWORK, PULLED, '["b"] += h_bar', '["b"] -= h_bar'),
        (SHARED, FALLEN, '"w": cos(a)*a', '"w": cos(x)*a'),
        (SHARED, FALLEN, "a_bar = sin(a)\n", "a_bar = 0\n"),
        (SHARED, FALLEN, 'p_bar["w"]\n', '2*p_bar["w"]\n'),
    ],
)
def test_a_mistake_in_a_program_with_dicts_is_judged_as_in_one_with_lists(source, backward, right, wrong):
    assert right in backward
    backward = backward.replace(right, wrong)
    keyed = adcore.check_program(source, backward, XY)
    listed = adcore.check_program(in_lists(source), in_lists(backward), XY)
    assert keyed.verdict == "wrong"
    assert [finding.name for finding in keyed.findings] == [finding.name for finding in listed.findings]
    assert bool(keyed.blame) == bool(listed.blame)
    if keyed.blame:
        assert in_lists(keyed.blame.variable) == listed.blame.variable
        assert (keyed.blame.span.line, keyed.blame.given) == (listed.blame.span.line, listed.blame.given)


def in_lists(program):
    """The same program with lists in the place of dicts: their values stand in the order of these keys."""
    for key, place in {'("y", 1)': 1, '"y", 1': 1, '"x"': 0, '"w"': 0, '"b"': 1}.items():
        program = program.replace(f"[{key}]", f"[{place}]").replace(f"{key}: ", "")
    return program.replace("{", "[").replace("}", "]")


def test_an_adjoint_in_a_dict_is_called_as_its_variable_is():
    report = adcore.check_program(NETWORK, PULLED.replace('{"w": h,', '{"w": 0,'), XY)
    assert 'the adjoint of p["w"]' in report.findings[0].sentence


@pytest.mark.parametrize(
    ("backward", "message"),
    [
        ('g["x"] += cos(a)*y\n[g["x"], 1]', "No dict"),
        ('g = {}\ng["x"] += cos(a)*y\n[g["x"], 1]', 'no key "x"'),
        ("def back(x, y, p):\n    return [1, 1]", "p must be a number"),
        ('x_bar = {"x": 1}\n[x_bar, 1]', "a dict"),
        ("x_bar = '1'\n[x_bar, 1]", "Text by itself"),
    ],
)
def test_bad_dicts_are_errors_about_the_derivative(backward, message):
    with pytest.raises(adcore.ADError, match=message) as caught:
        adcore.check_program(NETWORK if "p)" in backward else F, backward, XY)
    assert caught.value.kind == "derivative"
    assert caught.value.hint
