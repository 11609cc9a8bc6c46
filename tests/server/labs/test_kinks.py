import pytest

from tests.server.labs.test_labs import ask


def test_both_sides_of_a_kink_and_the_fan_between():
    [curve] = ask("kinks")["curves"]
    assert (curve["left"], curve["right"], curve["clarke"]) == (-1, 2, [-1, 2])
    assert not curve["exists"]
    assert curve["y"][0] == pytest.approx(1)
    assert curve["y"][-1] == pytest.approx(2)


def test_each_output_is_drawn_along_each_input():
    curves = ask("kinks", "[x*y, x + 3*y]", {"x": 1.0, "y": 2.0})["curves"]
    assert [(c["output"], c["input"]) for c in curves] == [("f[0]", "x"), ("f[1]", "x"), ("f[0]", "y"), ("f[1]", "y")]
    assert [c["answered"] for c in curves] == pytest.approx([2, 1, 1, 3])
    assert [c["y"][-1] for c in curves] == pytest.approx([4, 8, 3, 10])


def test_a_convention_stands_beside_what_others_return():
    [kink, *_] = ask("kinks", "abs(x)", {"x": 0.0})["kinks"]
    assert kink["peers"] == {"program": "abs(x)", "jax": [1.0], "torch": [0.0]}


@pytest.mark.parametrize(
    ("source", "at", "words"),
    [
        ("abs(x)", 0.0, "-1 from the left and 1 from the right"),
        ("x**2", 1.0, "exists here, as far as was sampled"),
        ("sin(1/x)*x if x != 0 else 0", 0.0, "no slope on one side"),
        ("floor(x)", 2.0, "a jump"),
        ("sqrt(x)", 0.0, "no slope on one side"),
        ("relu(x) - relu(-x)", 0.0, "exists"),
    ],
)
def test_the_summary_says_what_is_seen(source, at, words):
    assert words in ask("kinks", source, {"x": at})["summary"]


def test_a_kink_that_is_seen_from_no_side_is_seen_around():
    answer = ask("kinks", "abs(x + y) - abs(x - y)", {"x": 0.0, "y": 0.0})
    assert "0 from both sides, but around the point slopes go from -2 to 2" in answer["summary"]


def test_the_summary_speaks_of_each_input():
    tie = ask("kinks", "max(x, y)", {"x": 1.0, "y": 1.0})["summary"]
    assert tie.count("does not exist here: the slope is 0 from the left and 1 from the right") == 2
    assert "df/dx does not" in tie
    assert "df/dy does not" in tie
    mixed = ask("kinks", "abs(x) + 3*y", {"x": 0.0, "y": 1.0})["summary"]
    assert mixed.endswith("df/dy exists here: it is 3.")
    assert ask("kinks", "x*y", {"x": 1.0, "y": 1.0})["summary"].startswith("Every derivative exists here")


def test_the_summary_leaves_many_slopes_to_the_table():
    at = dict.fromkeys("abcdef", 0.0)
    summary = ask("kinks", " + ".join(f"abs({name})" for name in at), at)["summary"]
    assert summary.count("does not exist here") == 4
    assert summary.endswith("The table has 2 more.")
