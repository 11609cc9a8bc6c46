import math

import pytest

import adcore
from server.gallery import EXAMPLES, OPENING

NEEDED = {"square", "baydin", "hoffmann", "softplus", "logistic", "polar", "branch", "newton"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_example_can_be_watched(example):
    trace = adcore.trace(example.source, example.point, example.mode, seed=example.seed, weights=example.weights)
    assert all(math.isfinite(x) for x in trace.result)
    assert any(trace.result)
    assert len(trace.graph) <= 50


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_example_says_why_to_look(example):
    assert example.sentence.endswith(".")
    assert example.title
    assert example.idea
    assert set(example.point) == {given.name for given in adcore.parse(example.source, example.point).inputs}


def test_the_examples_that_must_be_there_are():
    ids = [example.id for example in EXAMPLES]
    assert len(ids) == len(set(ids))
    assert set(ids) >= NEEDED
    assert OPENING.id == "hoffmann"
    assert OPENING.point == {"x1": 1.5, "x2": 0.5}


def test_the_root_by_iteration_has_the_derivative_of_the_root():
    example = next(example for example in EXAMPLES if example.id == "newton")
    assert adcore.gradient(example.source, example.point)[0] == pytest.approx(1 / (2 * math.sqrt(2)), rel=1e-9)


def test_where_differences_fail_the_sweeps_keep_the_digits_that_the_sentence_says():
    example = next(example for example in EXAMPLES if example.id == "cancellation")
    x = example.point["x"]
    true = -x / 12 + x**3 / 180
    kept = {"numerical": 1, "forward": 3, "reverse": 3, "symbolic": 12}
    for mode, digits in kept.items():
        error = abs(adcore.gradient(example.source, example.point, mode)[0] / true - 1)
        assert error < 10.0**-digits, mode
        assert digits == 12 or error > 10.0 ** -(digits + 2), mode
