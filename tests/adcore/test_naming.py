"""Naming mistakes: the likeliest name comes first, and what is like no known mistake has none."""

import pytest

import adcore
from tests.adcore.planted_gradients import GRADIENTS


@pytest.mark.parametrize(("source", "at", "gradient", "name"), GRADIENTS, ids=lambda case: str(case)[:40])
def test_the_likeliest_name_comes_first(source, at, gradient, name):
    report = adcore.check(source, at, gradient)
    found = [[finding.name for finding in part.findings] for part in report.components if part.verdict == "wrong"]
    assert report.verdict == "wrong"
    assert {next(iter(each), "") for each in found} == {name}, found
    assert all(finding.sentence.endswith(".") and "{" not in finding.sentence for finding in report.findings)


@pytest.mark.parametrize(
    ("source", "given", "said", "place"),
    [
        ("cos(2*x)", "-sin(2*x)", "at the product one", "2*x"),
        ("sin(x**2)", "cos(x**2)", "at the square one", "x**2"),
        ("sin(x**2)", "2*x", "at the sine one", "sin(x**2)"),
        ("sin(exp(x**2))", "cos(exp(x**2))", "at the exponential one", "exp(x**2)"),
        ("log(cos(x))", "1/cos(x)", "at the cosine one", "cos(x)"),
        ("sin(2*x) + sin(3*x)", "cos(2*x) + cos(3*x)", "at the product one", "2*x"),
    ],
)
def test_of_a_chain_the_operation_is_named_whose_factor_is_missing(source, given, said, place):
    [finding] = adcore.check(source, {"x": 0.7}, [given]).findings
    assert finding.name == "chain"
    assert said in finding.sentence
    assert source[finding.span.column - 1 : finding.span.end_column - 1] == place


def test_no_sign_is_called_turned_where_other_slopes_have_no_value():
    report = adcore.check("where(y < x, asin(x), erf(pi/y))", {"x": -2.222, "y": 5.0}, ["1", "1.0"])
    assert [part.verdict for part in report.components] == ["undecided", "wrong"]
    assert "sign" not in [finding.name for finding in report.findings]
