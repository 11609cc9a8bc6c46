"""Hostile, broken and odd inputs: each gets the class of answer, and the place, that it must get."""

import base64
import json
import re

import pytest

import adcore
from adcore.limits import ENGINE_SETTINGS
from adcore.modes.numerical import is_unsteady
from tests.adcore.reference import assert_close, by_id, numbers, read_lines

CATEGORIES = "syntax unicode bignum nesting escape loops names structure domain".split()
ROWS = [row for row in read_lines("bad_inputs.jsonl") if row["category"] in CATEGORIES and row["expect"] != "refused"]

DESIGN = {
    "escape-026": ([1.0], "the language has list comprehensions"),
    "escape-079": (1.0, "the language has `in`"),
    "structure-026": ([1.0, 2.0, 1.0, 2.0, 3.0], "`+` joins lists, so that the text means the same in Python"),
}
"""Where the design stands against a case: the value that it asks for, and why."""

KINDS = {
    "E_SYNTAX": "syntax character construct",
    "E_CHAR": "character",
    "E_EMPTY": "empty",
    "E_NODE": "construct call output character syntax",
    "E_OP": "construct",
    "E_NUMBER": "number",
    "E_NAME": "name call construct shadow",
    "E_NAME_LONG": "name",
    "E_KEYWORD": "syntax construct",
    "E_SHADOW": "shadow",
    "E_ORDER": "order name",
    "E_CALL": "call construct",
    "E_ARG": "argument",
    "E_INDEX": "index",
    "E_SHAPE": "shape",
    "E_NO_OUTPUT": "output",
    "E_SINGULAR": "call",
    "W_OVERFLOW": "overflow",
    "W_UNDERFLOW": "underflow",
    "W_PRECISION": "precision",
    "W_DOMAIN": "domain derivative",
    "W_CONVENTION": "convention",
    "W_NEAR_POLE": "near-pole",
    "W_NONDIFF": "kink",
    "W_TIE": "kink tie",
    "W_NAN": "nan infinite",
    "W_INF": "infinite",
    "W_CANCEL": "cancellation",
    "W_BRANCH_POINT": "kink branch",
    "W_NAN_BRANCH": "nan",
    "W_TRUTH": "truth",
    "W_CONST": "constant",
    "W_DISCARDED": "discarded",
    "W_DEAD_CODE": "dead-code",
    "W_NORMALISED": "normalised",
    "W_FD_KINK": "kink",
}
"""For each class of answer the kinds of our errors and warnings that are of it."""


def rows(*classes):
    return by_id([row for row in ROWS if row["expect"] in classes and row["id"] not in DESIGN])


def source_of(row):
    if "input_b64" in row:
        return json.loads(base64.b64decode(row["input_b64"]))["source"]
    return row["input"] if "input" in row else "".join(text * times for text, times in row["input_parts"])


def point_of(row):
    """The point of a case; a case without one may name inputs, which are then 1."""
    if "point" in row:
        return {name: float(x) for name, x in row["point"].items()}
    return {given.name: 1.0 for given in adcore.parse(source_of(row)).inputs}


def answer(row):
    """Everything a page asks for: read it, then differentiate it both ways."""
    point = point_of(row)
    for mode in ("forward", "reverse"):
        trace = adcore.trace(source_of(row), point, mode)
        trace.to_json()
    return trace


def error_of(row):
    with pytest.raises(adcore.ADError) as caught:
        answer(row)
    return caught.value


def test_no_case_is_left_out():
    assert {row["expect"] for row in ROWS} == {"error_at", "bounded", "value", "value_warn"}
    said_elsewhere = {"W_SYMBOLIC_SKIPPED", "W_FD_STEP"}
    assert {row["code"] for row in ROWS if row["expect"] in ("error_at", "value_warn")} <= {*KINDS, *said_elsewhere}
    assert set(DESIGN) <= {row["id"] for row in ROWS}


@pytest.mark.parametrize("row", **rows("error_at"))
def test_an_error_at_its_place(row):
    error = error_of(row)
    assert error.message
    assert error.kind in KINDS[row["code"]].split(), error.message
    assert [error.span.line, error.span.column] in [row["at"], *row.get("at_any", [])], error.message


@pytest.mark.parametrize("row", **rows("error_at"))
def test_the_place_lies_in_the_source(row):
    span, lines = error_of(row).span, re.split(r"\r\n|\r|\n", source_of(row))
    assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
    assert span.end_line <= len(lines)
    assert span.column <= len(lines[span.line - 1]) + 1
    assert span.end_column <= len(lines[span.end_line - 1]) + 1


@pytest.mark.parametrize("row", **rows("bounded"))
def test_a_named_limit_stops_it(row):
    error = error_of(row)
    assert error.kind == "limit"
    assert any(f"({setting.name})" in error.message for setting in ENGINE_SETTINGS), error.message
    assert error.hint


@pytest.mark.parametrize("row", **rows("value", "value_warn"))
def test_value_and_gradient(row):
    source, point = source_of(row), point_of(row)
    if "value" in row:
        assert_close(numbers(adcore.value(source, point)), numbers(row["value"]), 1e-14)
    for mode in ("forward", "reverse"):
        jacobian = adcore.jacobian(source, point, mode)
        names = list(point)
        found = {name: jacobian[0][names.index(name)] for name in row.get("grad", {})}
        assert_close(list(found.values()), [float(x) for x in row.get("grad", {}).values()], 1e-14)
    if "reads_as" in row:
        assert adcore.parse(source).normalized == row["reads_as"]


@pytest.mark.parametrize("row", **rows("value"))
def test_what_is_well_is_not_warned_about(row):
    assert [w.message for w in answer(row).warnings if w.kind not in ("infinite", "constant")] == []


@pytest.mark.parametrize("row", **by_id([row for row in ROWS if row["code"] in KINDS and row["code"][0] == "W"]))
def test_a_warning_of_its_class(row):
    found = {warning.kind for warning in answer(row).warnings}
    assert found & set(KINDS[row["code"]].split())


@pytest.mark.parametrize(("name", "expected"), [(name, value) for name, (value, _) in DESIGN.items()])
def test_where_the_design_stands_against_the_case(name, expected):
    row = next(row for row in ROWS if row["id"] == name)
    assert_close(numbers(adcore.value(source_of(row), point_of(row))), numbers(expected), 0.0)


def test_a_tree_too_large_is_skipped_by_the_symbolic_way_alone():
    row = next(row for row in ROWS if row["code"] == "W_SYMBOLIC_SKIPPED")
    reverse, symbolic = adcore.compare(source_of(row), point_of(row), ["reverse", "symbolic"])
    assert reverse["error"] is None
    assert symbolic["error"]["kind"] == "limit"
    assert "symbolic_tree" in symbolic["error"]["message"]


def test_a_step_over_many_periods_is_unsteady():
    row = next(row for row in ROWS if row["code"] == "W_FD_STEP")
    problem = adcore.record(source_of(row), point_of(row))
    assert is_unsteady(problem, 0, 0, h=row["options"]["fd_h"])
    assert not is_unsteady(problem, 0, 0, h=1e-10)


def test_a_difference_across_a_kink_is_noted():
    [numerical] = adcore.compare("abs(x)", {"x": 1e-7}, ["numerical"])
    assert "half the step gives another number" in numerical["note"]
