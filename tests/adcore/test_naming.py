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
