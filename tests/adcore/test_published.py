"""Derivatives as they were published, formulas and figures: each is right where the reference says that it is."""

import math
import re

import numpy as np
import pytest

import adcore
from tests.adcore.reference import numbers, read_lines

CASES = {case["id"]: case for case in read_lines("cases.jsonl")}
CLAIMS = [(case["id"], claim) for case in CASES.values() for claim in (case.get("published") or {}).get("claims", [])]
SINGLE = 2.0**-23
FORMULAS = [
    pytest.param(CASES[name], claim, id=f"{name} {claim['what']}")
    for name, claim in CLAIMS
    if isinstance(claim["published"], str) and claim["what"].startswith("d/d")
]
FIGURES = [
    pytest.param(CASES[name], claim, id=f"{name} {claim['what']}")
    for name, claim in CLAIMS
    if "decimals" in claim and re.fullmatch(r"value(\[\d+\])?|(J|H)(\[\d+\])+|d/d\w+", claim["what"])
]


def test_there_are_claims():
    assert len(FORMULAS) > 290
    assert len(FIGURES) > 120


@pytest.mark.parametrize(("case", "claim"), FORMULAS)
def test_a_published_formula_has_the_value_of_the_derivative(case, claim):
    slope = adcore.gradient(case["text"], case["point"])[list(case["point"]).index(claim["what"].removeprefix("d/d"))]
    found = adcore.value(claim["published"], case["point"])
    assert math.isclose(found, slope, rel_tol=1e-9, abs_tol=1e-9) == claim["agrees"]


def measured(case, what: str) -> float:
    """What a claim is about: `value`, `value[1]`, `J[0][2]`, `H[1][1]`, or `d/dx2`, an input or an element of one."""
    places = [int(place) for place in re.findall(r"\[(\d+)\]", what)]
    if what.startswith("value"):
        return float(numbers(adcore.value(case["text"], case["point"]))[places[0] if places else 0])
    if what.startswith("d/d"):
        return float(adcore.gradient(case["text"], case["point"])[input_number(case, what.removeprefix("d/d"))])
    matrix = adcore.hessian if what.startswith("H") else adcore.jacobian
    found = np.asarray(matrix(case["text"], case["point"]))
    return float(found[tuple(places)] if len(places) == 2 else found.reshape(-1)[places[0]])


def input_number(case, name: str) -> int:
    leaves = [leaf for key, value in case["point"].items() for leaf in names_of(key, value)]
    return leaves.index(name)


def names_of(key, value) -> list[str]:
    return [f"{key}{i}" for i in range(numbers(value).size)] if isinstance(value, list) else [key]


@pytest.mark.parametrize(("case", "claim"), FIGURES)
def test_a_published_figure_is_the_one_computed(case, claim):
    """To the decimals that were printed; some were computed in single precision."""
    allowed = max(0.51 * 10.0 ** -claim["decimals"], SINGLE * abs(claim["published"]))
    assert (abs(measured(case, claim["what"]) - claim["published"]) <= allowed) == claim["agrees"]
