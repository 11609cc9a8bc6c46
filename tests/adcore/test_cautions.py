"""Warnings: what is said, where, about which node, and what is not said."""

import json

import pytest

import adcore

SAID = [
    # (program, point, kind, place, a word of the message)
    ("log(x)", {"x": -1.0}, "domain", [1, 1, 1, 7], "x > 0"),
    ("1 + sqrt(x)", {"x": -4.0}, "domain", [1, 5, 1, 12], "x >= 0"),
    ("y = x\n1/(y - 2)", {"x": 2.0}, "domain", [2, 1, 2, 10], "v₁ != 0"),
    ("asin(x)", {"x": 2.0}, "domain", [1, 1, 1, 8], "-1 <= x <= 1"),
    ("x**y", {"x": -2.0, "y": 0.5}, "domain", [1, 1, 1, 5], "power"),
    ("gamma(x)", {"x": -3.0}, "domain", [1, 1, 1, 9], "floor"),
    ("log(2 - 3)*x", {"x": 1.0}, "domain", [1, 1, 1, 11], "log(-1)"),
    ("abs(x)", {"x": 0.0}, "kink", [1, 1, 1, 7], "0"),
    ("relu(x)", {"x": 0.0}, "kink", [1, 1, 1, 8], "0"),
    ("sqrt(x)", {"x": 0.0}, "kink", [1, 1, 1, 8], "infinite"),
    ("x**0.5", {"x": 0.0}, "kink", [1, 1, 1, 7], "infinite"),
    ("1 + x**x", {"x": 0.0}, "kink", [1, 5, 1, 9], "infinite"),
    ("atan2(y, x)", {"y": 0.0, "x": 0.0}, "kink", [1, 1, 1, 12], "origin, where there is none"),
    ("asec(x)", {"x": -1.0}, "kink", [1, 1, 1, 8], "infinite"),
    ("acsc(x)", {"x": 1.0}, "kink", [1, 1, 1, 8], "infinite"),
    ("asech(x)", {"x": 1.0}, "kink", [1, 1, 1, 9], "infinite"),
    ("floor(x)", {"x": 3.0}, "kink", [1, 1, 1, 9], "flat"),
    ("x % 2", {"x": 4.0}, "kink", [1, 1, 1, 6], "jump"),
    ("hypot(x, y)", {"x": 0.0, "y": 0.0}, "kink", [1, 1, 1, 12], "0"),
    ("max(x, y)", {"x": 1.0, "y": 1.0}, "tie", [1, 1, 1, 10], "shared equally"),
    ("min(x, 1, y)", {"x": 1.0, "y": 5.0}, "tie", [1, 1, 1, 13], "shared equally"),
    ("x if x > 1 else 0", {"x": 1.0}, "branch", [1, 6, 1, 11], "edge"),
    ("where(x >= 1, x, 0)", {"x": 1.0}, "branch", [1, 7, 1, 13], "edge"),
    ("exp(x)", {"x": 1000.0}, "overflow", [1, 1, 1, 7], "too large"),
    ("x*x", {"x": 1e200}, "overflow", [1, 1, 1, 4], "too large"),
    ("exp(x)", {"x": -1000.0}, "underflow", [1, 1, 1, 7], "too small"),
    ("x*x", {"x": 1e-200}, "underflow", [1, 1, 1, 4], "too small"),
    ("tan(x)", {"x": 1.5707963267948966}, "near-pole", [1, 1, 1, 7], "pole"),
    ("(x + 1e16) - 1e16", {"x": 1.0}, "cancellation", [1, 1, 1, 18], "cancelled"),
    ("x*y", {"x": float("nan"), "y": 1.0}, "nan", None, "x is nan"),
    ("x*y", {"x": float("inf"), "y": 1.0}, "infinite", None, "x is inf"),
    ("1 if x > 0 else 2", {"x": float("nan")}, "nan", [1, 6, 1, 11], "never holds"),
    ("x - x", {"x": float("inf")}, "nan", [1, 1, 1, 6], "not a number"),
    ("x > 1", {"x": 2.0}, "truth", [1, 1, 1, 6], "condition"),
    ("2 if x else 3", {"x": 2.0}, "truth", [1, 6, 1, 7], "condition"),
    ("3", {}, "constant", [1, 1, 1, 2], "does not depend"),
    ("2 + 0**0 + x", {"x": 1.0}, "convention", [1, 5, 1, 9], "0**0"),
    ("x*12345678901234567890", {"x": 1.0}, "precision", [1, 3, 1, 23], "digits"),
    ("x\n2*x", {"x": 1.0}, "discarded", [1, 1, 1, 2], "thrown away"),
    ("x if 1 else 2\nx", {"x": 1.0}, "discarded", [1, 1, 1, 14], "thrown away"),
    ("if 0:\n    x = 2\nx", {"x": 1.0}, "dead-code", [1, 4, 1, 5], "never changes"),
    ("ϵ", {"ε": 1.0}, "normalised", [1, 1, 1, 2], "ε"),
]
SILENT = [
    ("x**2", {"x": 0.0}),
    ("x**3 + x**0", {"x": 0.0}),
    ("x*0", {"x": 5.0}),
    ("0*x", {"x": 0.0}),
    ("x - x", {"x": 1.0}),
    ("exp(-x)", {"x": float("1e3")}),
    ("max(x, y)", {"x": 1.0, "y": 2.0}),
    ("max(x, y, z)", {"x": 1.0, "y": 1.0, "z": 2.0}),
    ("abs(x)", {"x": 1e-300}),
    ("x if x > 1 else 0", {"x": 1.0000001}),
    ("for i in range(3):\n    x = x*x\nx", {"x": 1.1}),
    ("where(x > 0, x, 0)", {"x": 1.0}),
    ("i = 3\nx if i == 3 else 0", {"x": 1.0}),
    ("floor(2.0)*x", {"x": 1.0}),
    ("atan2(y, x)", {"x": 1.0, "y": 0.0}),
    ("def f(x):\n    return x*2", {"x": 1.0}),
]
UNDERFLOWS_SILENTLY = ("exp(-x)",)


@pytest.mark.parametrize(("source", "at", "kind", "place", "word"), SAID, ids=[f"{s[0]}-{s[2]}" for s in SAID])
def test_what_is_said(source, at, kind, place, word):
    found = [w for w in adcore.trace(source, at).warnings if w.kind == kind]
    places = [w.span.to_list() if w.span else None for w in found if word in w.message]
    assert place in places, [(w.kind, w.message) for w in adcore.trace(source, at).warnings]


@pytest.mark.parametrize(("source", "at"), SILENT, ids=[row[0] for row in SILENT])
def test_what_is_not_said(source, at):
    found = [(w.kind, w.message) for w in adcore.trace(source, at).warnings]
    assert found == [] or (source in UNDERFLOWS_SILENTLY and [kind for kind, _ in found] == ["underflow"])


@pytest.mark.parametrize(("source", "at", "kind", "place", "word"), SAID, ids=[f"{s[0]}-{s[2]}" for s in SAID])
def test_a_warning_as_json(source, at, kind, place, word):
    for warning in adcore.trace(source, at).result_json()["warnings"]:
        assert set(warning) == {"kind", "message", "span", "hint", "node"}
        json.dumps(warning, allow_nan=False)
        assert warning["message"].endswith((".", "0"))
        assert "None" not in warning["message"]


def test_a_warning_belongs_to_a_node():
    trace = adcore.trace("y = x*2\nabs(y)", {"x": 0.0})
    [warning] = trace.warnings
    assert trace.graph.ops[warning.node] == "abs"


def test_a_loop_is_warned_about_once_a_place():
    warnings = adcore.trace("s = 0\nfor i in range(20):\n    s = s + abs(x)\ns", {"x": 0.0}).warnings
    assert [w.kind for w in warnings] == ["kink"]


def test_the_same_mistake_at_two_places_is_said_twice():
    assert len(adcore.trace("abs(x) + abs(x)", {"x": 0.0}).warnings) == 2


def test_nothing_is_said_of_what_does_not_vary():
    assert adcore.trace("abs(0) + max(1, 1) + x", {"x": 1.0}).warnings == ()


def test_nan_is_traced_to_where_it_began():
    warnings = adcore.trace("a = log(x)\nb = a*2\nsin(b) + a", {"x": -1.0}).warnings
    assert [(w.kind, w.span.line) for w in warnings] == [("domain", 1)]


@pytest.mark.parametrize(
    ("source", "at", "words"),
    [
        ("log(y) + x", {"x": 1.0, "y": -1.0}, "the logarithm has a value for y > 0."),
        ("sin(x)/x", {"x": 0.0}, "the quotient has a value for x != 0."),
        ("a = x - 3\nsqrt(a)", {"x": 1.0}, "the square root has a value for a >= 0."),
        ("log(x - 2)", {"x": 1.0}, "the logarithm has a value for v₁ > 0."),
        ("x/0", {"x": 1.0}, "the quotient has a value for its second argument != 0."),
        ("x**0.5", {"x": -1.0}, " or (x < 0 and its second argument == floor(its second argument))."),
        ("x + log(-1)", {"x": 1.0}, "the logarithm has a value for its argument > 0."),
        ("x + 1/0", {"x": 1.0}, "the quotient has a value for its second argument != 0."),
    ],
)
def test_a_domain_is_said_of_what_the_user_wrote(source, at, words):
    [warning] = adcore.trace(source, at).warnings
    assert warning.kind == "domain"
    assert warning.message.endswith(words)


def test_nan_at_a_power_of_zero_is_explained():
    at = {"x": 0.0}
    assert [caution.kind for caution in adcore.trace("(x**2)**0.5", at).warnings] == ["kink"]
    assert adcore.trace("x**1.5 + (x**2)**1.0", at).warnings == ()
