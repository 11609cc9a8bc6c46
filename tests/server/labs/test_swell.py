"""Expression swell: counts of the reference, formulas that are the derivative, and what is cut."""

import math
import re

import pytest

import adcore
from adcore.algebras.floats import FloatAlgebra
from adcore.algebras.trees import TreeAlgebra
from adcore.errors import ADError
from adcore.interpreter import run
from adcore.limits import Limits
from adcore.modes.swell import differentiate
from server.labs.formula import say_count, write_cut
from server.labs.swell import FOLDED, FORMULA_OPERATORS, SHARED, TEXTBOOK
from server.labs.turns import repeat
from tests.adcore.reference import read_json
from tests.server.labs.test_labs import ask

REFERENCE = read_json("swell.json")["logistic_map"]


def series(answer, name):
    [found] = [each for each in answer["series"] if each["name"] == name]
    return found["y"]


def test_the_counts_are_those_of_the_reference():
    answer = ask("swell", "4*x*(1 - x)", {"x": 0.2})
    for row in (row for row in REFERENCE if 1 < row["n"] <= 10):
        turn = row["n"] - 2
        assert series(answer, "textbook")[turn] == row["textbook"]["df"]["tree_ops"]
        assert series(answer, "folded")[turn] == row["textbook_folded"]["df"]["tree_ops"]
        assert series(answer, "dag")[turn] == row["textbook"]["df"]["dag_ops"]


def test_turns_are_those_of_a_loop():
    answer = ask("swell", "log(1 + exp(x))", {"x": 0.5})
    rows = adcore.swell("for i in range(n):\n    x = log(1 + exp(x))\nx", "n", answer["turns"], {"x": 0.5})
    assert series(answer, "adjoint") == [row.adjoint for row in rows]
    assert series(answer, "shared") == [row.shared for row in rows]
    assert series(answer, "primal") == [row.primal for row in rows]


def graph_after(source, at, turns):
    made = repeat(source, at, Limits())
    return [next(made) for _ in range(turns)][-1]


def test_results_go_in_as_the_first_inputs():
    x, y, a, b = 0.1, 0.2, 1.4, 0.3
    graph = graph_after("1 - a*x**2 + y, b*x", {"x": x, "y": y, "a": a, "b": b}, 3)
    values = run(graph, FloatAlgebra(), [x, y, a, b])
    for _ in range(3):
        x, y = 1 - a * x**2 + y, b * x
    assert [values[i] for i in graph.outputs] == pytest.approx([x, y])


@pytest.mark.parametrize(
    ("source", "at", "words"),
    [
        ("(x + a/x)/2", {"x": 1.0, "a": 2.0}, "x goes round, a stays. "),
        ("x*y*z, x", {"x": 1.0, "y": 2.0, "z": 1.0, "u": 1.0}, "x, y go round, z, u stay. "),
        ("x*y, x", {"x": 1.0, "y": 2.0}, "After 12 turns"),
    ],
)
def test_it_is_said_what_goes_round(source, at, words):
    assert ask("swell", source, at)["summary"].startswith(words)


def test_each_turn_takes_its_own_branch():
    source = "def collatz(x):\n    return x/2 if floor(x/2) == x/2 else 3*x + 1"
    graph = graph_after(source, {"x": 6.0}, 3)
    assert [run(graph, FloatAlgebra(), [6.0])[i] for i in graph.outputs] == [5.0]
    value = run(graph, FloatAlgebra(), [6.0])
    assert differentiate(graph, FloatAlgebra(), value, 0) == [pytest.approx(0.5 * 3 * 0.5)]


def test_a_short_formula_is_written_whole():
    formula = ask("swell", "x*x", {"x": 2.0})["formulas"][0]
    assert "".join(formula["pieces"]).replace("{}", "").split() == ["1\\,x", "+", "x", "\\cdot", "1"]
    assert (formula["shown"], formula["whole"]) == (3, 3)
    assert "All 3 operators" in formula["words"]


def test_a_long_formula_says_what_is_left_out():
    answer = ask("swell", "4*x*(1 - x)", {"x": 0.2})
    formula = answer["formulas"][8]
    assert formula["whole"] == 20736
    assert FORMULA_OPERATORS <= formula["shown"] < 2 * FORMULA_OPERATORS
    assert "41,473 symbols, 14 pages" in formula["words"]
    assert all("\\boxed" not in piece for piece in answer["formulas"][0]["pieces"])


def test_boxes_and_what_is_written_make_up_the_whole():
    trees = TreeAlgebra()
    graph = graph_after("4*x*(1 - x)", {"x": 0.2}, 6)
    values = run(graph, trees, [trees.letter("x")])
    slope = differentiate(graph, trees, values, 0)[0]
    pieces, shown = write_cut(trees, slope, 50)
    boxes = [part.split("}")[0] for part in "".join(pieces).replace("{,}", "").split("\\boxed{")[1:]]
    assert shown + sum(int(box) for box in boxes) == trees.operators(slope)


def test_pieces_of_a_formula_close_every_brace_and_bracket():
    for formula in ask("swell", "exp(x/(1 + x**2)) - sin(x)", {"x": 0.3})["formulas"]:
        assert all(piece.count("{") == piece.count("}") for piece in formula["pieces"])
        whole = "".join(formula["pieces"])
        assert whole.count("(") == whole.count(")")


@pytest.mark.parametrize(("written", "operators"), [(TEXTBOOK, 36), (FOLDED, 23), (SHARED, 13)])
def test_the_derivative_is_written_as_asked(written, operators):
    formula = ask("swell", "4*x*(1 - x)", {"x": 0.2}, written=written)["formulas"][1]
    assert formula["whole"] == formula["shown"] == operators


def test_a_shared_program_is_written_line_by_line():
    lines = ask("swell", "4*x*(1 - x)", {"x": 0.2}, written=SHARED)["formulas"][0]["lines"]
    assert lines[:2] == ["v_{1} = 4\\,x", "v_{2} = 1 - x"]
    assert ask("swell", "x + 1", {"x": 0.2}, written=SHARED)["formulas"][0]["lines"] == []


def test_large_functions_get_fewer_turns():
    source = " + ".join(f"sin({k}*x)" for k in range(1, 180))
    assert len(ask("swell", source, {"x": 0.1})["turns"]) < 12
    assert ask("swell", "x**2", {"x": 0.1})["turns"] == list(range(1, 13))


def test_sizes_that_no_whole_number_of_json_holds():
    source = "*".join(["x"] * 60)
    largest = series(ask("swell", source, {"x": 1.0}), "textbook")[-1]
    assert largest > 2**53
    assert math.isfinite(largest)


def test_sizes_that_no_float_holds_are_said():
    source = "a = x\nfor i in range(600):\n    a = a + sin(a)/100\nreturn a"
    answer = ask("swell", source, {"x": 1.0})
    assert series(answer, "textbook")[-1] == "inf"
    assert re.search(r"has \d\.\d\d·10[⁰¹²³⁴⁵⁶⁷⁸⁹]{3} operators written out", answer["summary"])


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (999, "999"),
        (10**12 - 1, "999,999,999,999"),
        (2**70, "1.18·10²¹"),
        (10**12, "1.00·10¹²"),
    ],
)
def test_counts_are_said_however_long_they_are(count, said):
    assert say_count(count) == said


def test_a_count_may_have_more_digits_than_can_be_printed():
    assert say_count(5**9000) == "5.37·10⁶²⁹⁰"


def test_more_results_than_inputs_cannot_go_round():
    with pytest.raises(ADError, match="2 results and 1 input"):
        ask("swell", "x, x**2", {"x": 1.0})
