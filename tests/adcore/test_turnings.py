"""Programs with one loop or one condition turned."""

import ast

from adcore.language import check
from adcore.limits import Limits
from adcore.primitives import FUNCTIONS
from adcore.turnings import MOST, turnings


def turned(text):
    limits = Limits()
    return [(key, ast.unparse(each.tree)) for key, _, each in turnings(check(text, FUNCTIONS, limits), limits)]


def test_each_loop_and_each_condition_is_turned_once():
    assert turned("for i in range(3):\n    if x > i:\n        x = x*i\nreturn x") == [
        ("loop-order", "for i in reversed(range(3)):\n    if x > i:\n        x = x * i\nreturn x"),
        ("exchanged", "for i in range(3):\n    if not x > i:\n        x = x * i\nreturn x"),
    ]


def test_a_program_without_them_or_with_too_many_is_left_alone():
    assert turned("return x**2") == []
    assert turned("for i in range(3):\n    x = x*i\n" * (MOST + 1) + "return x") == []
