"""Phrases, filled in, are what the writer itself writes."""

from itertools import islice, product

import pytest

from adcore.algebras.text import LATEX, PLAIN, PRETTY, TextAlgebra, Written
from adcore.interpreter import formula
from adcore.phrases import phrase_operation, phrase_partial, shape_of
from tests.adcore.oracle import all_rules

RULES = all_rules()
STYLES = {"plain": PLAIN, "pretty": PRETTY, "latex": LATEX}
CONSTANTS = (2.0, -3.0, 0.5, 1.5e-9, -2e30, float("nan"), 3.141592653589793)


def arguments(style):
    """Pieces of every look: names, numbers, operations that bind loosely, and some that begin with a minus."""
    writer = TextAlgebra(style)
    x, y = Written("x", simple=True), Written("v₁", simple=True)
    rules = [RULES[name] for name in ("neg", "add", "mul", "div", "pow", "sin", "lt", "mod")]
    applied = [writer.apply(rule, [x, y][: len(rule.row.args)]) for rule in rules]
    return [x, y, *map(writer.const, CONSTANTS), *applied, writer.apply(RULES["neg"], [applied[2]])]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", RULES)
def test_a_phrase_is_what_is_written(name, style):
    rule, style = RULES[name], STYLES[style]
    writer, count = TextAlgebra(style), len(rule.row.args)
    for args in islice(product(arguments(style), repeat=count), 400):
        shapes, texts = tuple(map(shape_of, args)), [piece.text for piece in args]
        written, phrase = writer.apply(rule, args), phrase_operation(style, rule, shapes)
        assert (phrase.fill(texts), phrase.shape) == (written.text, shape_of(written))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", RULES)
def test_so_is_that_of_a_partial(name, style):
    rule, style = RULES[name], STYLES[style]
    writer, out = TextAlgebra(style), Written("out", simple=True)
    for args in islice(product(arguments(style), repeat=len(rule.row.args)), 300):
        letters = [*args, out]
        shapes, texts = tuple(map(shape_of, letters)), [piece.text for piece in letters]
        for k, text in enumerate(rule.partials):
            phrase = phrase_partial(style, rule, k, shapes)
            assert phrase.fill(texts) == formula(writer, text, args, out).text


def test_a_percent_sign_stays():
    assert phrase_operation(PLAIN, RULES["mod"], (shape_of(Written("x", simple=True)),) * 2).fill(["a", "b"]) == "a % b"
