"""Mathematics as people write it: how it is read, what has two readings, and where errors stand."""

import pytest

import adcore
from adcore.limits import Limits
from adcore.spelling import read
from tests.adcore.reference import read_programs

READINGS = {
    "2x": "2*x",
    "2 x": "2*x",
    "2.5x": "2.5*x",
    ".5x": ".5*x",
    "1e3x": "1e3*x",
    "1_000x": "1_000*x",
    "-2x": "-2*x",
    "2*3x": "2*3*x",
    "2x^2": "2*x**2",
    "2 sin(x)": "2*sin(x)",
    "3x3": "3*x3",
    "x^2": "x**2",
    "x ^ -1": "x**-1",
    "2^3^x": "2**3**x",
    "x²": "x**2",
    "x²³": "x**23",
    "x⁻¹": "x**(-1)",
    "x²y": "x**2*y",
    "x² y": "x**2*y",
    "(x + y)²": "(x + y)**2",
    "v[0]²": "v[0]**2",
    "x² + 2x + 1": "x**2 + 2*x + 1",
    "√x": "sqrt(x)",
    "√2": "sqrt(2)",
    "√2x": "sqrt(2)*x",
    "√(x + y)": "sqrt(x + y)",
    "3√x": "3*sqrt(x)",
    "√πx": "sqrt(pi)*x",
    "x²√y": "x**2*sqrt(y)",
    "√2√3": "sqrt(2)*sqrt(3)",
    "2πr": "2*pi*r",
    "πr²": "pi*r**2",
    "ππ": "pi*pi",
    "xπ": "x*pi",
    "2xπ": "2*x*pi",
    "xπr": "x*pi*r",
    "x·y×2⋅z": "x*y*2*z",
    "x÷y": "x/y",
    "x − y": "x - y",
    "x ≤ y": "x <= y",
    "x ≥ y": "x >= y",
    "x ≠ y": "x != y",
    "ln(x)": "log(x)",
    "arcsin(x) + arctanh(x)": "asin(x) + atanh(x)",
    "2ln(x)": "2*log(x)",
    "[2x, 3y²]": "[2*x, 3*y**2]",
    "def f(x): return 2x²": "def f(x): return 2*x**2",
    "ϵ + ε": "ε + ε",
    "λ²": "λ**2",
    "\ufeffx": "x",
}
"""How a spelling is read, blanks apart."""

TWO_READINGS = {
    "1/2x": [3, 5],
    "1/2 x": [3, 6],
    "a/2π": [3, 5],
    "1/2sin(x)": [3, 7],
    "x^2y": [3, 5],
    "x**2y": [4, 6],
    "x//2y": [4, 6],
    "x % 2y": [5, 7],
    "x/2²y": None,
    "10^-3x": None,
    "1/-2x": None,
    "sin²(x)": None,
    "√x²": [1, 4],
    "√x^2": [1, 4],
    "√f(2)": [1, 4],
    "√x[0]": [1, 4],
}
"""Spellings with two readings, and the columns of the place where it is known."""

REFUSED = {
    "2e": ("syntax", [1, 1, 1, 3]),
    "3e2e": ("syntax", [1, 1, 1, 5]),
    "√": ("syntax", [1, 1, 1, 2]),
    "1 + √": ("syntax", [1, 5, 1, 6]),
    "√-x": ("syntax", [1, 1, 1, 2]),
    "x⁻": ("syntax", [1, 2, 1, 3]),
    "x₁": ("character", [1, 2, 1, 3]),
    "a\nb + ½": ("character", [2, 5, 2, 6]),
    "x → y": ("character", [1, 3, 1, 4]),
    "∞": ("character", [1, 1, 1, 2]),
    "é": ("character", [1, 1, 1, 2]),
}
PLACES = {
    "x² + y² + foo(x)": [1, 11, 1, 14],
    "2x + 3y + bar(2x)": [1, 11, 1, 14],
    "√x + baz(x)": [1, 6, 1, 9],
    "π + π + qux(x)": [1, 9, 1, 12],
    "x²\n2λ + foo(λ)": [2, 6, 2, 9],
    "x²\r\nfoo(x)": [2, 1, 2, 4],
    "x²\rfoo(x)": [2, 1, 2, 4],
    "ln(x)·foo(x)": [1, 7, 1, 10],
}
"""Where an unknown function stands in the text as typed, though the text that Python reads is longer."""


@pytest.mark.parametrize(("typed", "expected"), READINGS.items(), ids=READINGS)
def test_how_it_is_read(typed, expected):
    normalized = read(typed, Limits()).text
    assert normalized.replace(" ", "") == expected.replace(" ", "")


@pytest.mark.parametrize("typed", [typed for typed in READINGS if typed not in ("v[0]²", "√(x + y)")], ids=str)
def test_both_readings_are_the_same_program(typed):
    names = [given.name for given in adcore.parse(READINGS[typed]).inputs]
    point = {name: 0.3 + k for k, name in enumerate(names)}
    assert [given.name for given in adcore.parse(typed).inputs] == names
    assert adcore.value(typed, point) == adcore.value(READINGS[typed], point)


@pytest.mark.parametrize(("typed", "columns"), TWO_READINGS.items(), ids=TWO_READINGS)
def test_two_readings_are_an_error(typed, columns):
    with pytest.raises(adcore.ADError) as caught:
        read(typed, Limits())
    assert caught.value.kind == "ambiguous"
    assert caught.value.hint
    if columns:
        assert caught.value.span.to_list() == [1, columns[0], 1, columns[1]]


@pytest.mark.parametrize("typed", ["1/2x", "x^2y", "a/2π"])
def test_an_ambiguity_names_both_readings(typed):
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse(typed)
    first, second = caught.value.hint.removeprefix("Write ").removesuffix(".").split(" or ")
    assert first != second


@pytest.mark.parametrize(("typed", "expected"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_spelling(typed, expected):
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse(typed)
    assert (caught.value.kind, caught.value.span.to_list()) == expected
    assert caught.value.hint


@pytest.mark.parametrize(("typed", "span"), PLACES.items(), ids=PLACES)
def test_places_are_those_of_the_text_as_typed(typed, span):
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse(typed)
    assert (caught.value.kind, caught.value.span.to_list()) == ("call", span)


@pytest.mark.parametrize("typed", ["π2", "x2π", "π2x", "x√2", "√x√y"])
def test_no_name_is_made_up(typed):
    assert set(names_read(typed)) <= {"x", "y", "x2"}


def test_a_power_of_a_power_is_read_from_the_left_or_refused():
    assert [value for value in values_read("x²^3", {"x": 2.0}) if value != 64] == []


@pytest.mark.parametrize(
    ("typed", "value"), [("1if x else 0", 1), ("x if x>0else 1", 0.5), ("4 if x>0and x<3 else 1", 4)]
)
def test_a_keyword_right_after_a_number(typed, value):
    assert adcore.value(typed, {"x": 0.5}) == value


def test_every_character_knows_where_it_came_from():
    for typed in READINGS:
        spelling = read(typed, Limits())
        assert len(spelling.origin) == len(spelling.text)
        assert all(0 <= at < len(typed) for at in spelling.origin)


def test_two_forms_of_one_letter_are_one_name_and_that_is_said():
    [warning] = adcore.parse("ϵ + ε").warnings
    assert (warning.kind, warning.span.to_list()) == ("normalised", [1, 1, 1, 2])


def test_what_is_plain_already_is_not_called_rewritten():
    assert adcore.parse("x**2 + 2*x").to_json()["rewritten"] is False
    assert adcore.parse("x if x > 0 else 0 if x < -1 or x > -2 else 1").to_json()["rewritten"] is False
    assert adcore.parse("x^2").to_json()["rewritten"] is True


def names_read(typed):
    """The inputs of a spelling; none where it is refused."""
    try:
        return [given.name for given in adcore.parse(typed).inputs]
    except adcore.ADError:
        return []


def values_read(typed, point):
    """The value of a spelling as a list; empty where it is refused."""
    try:
        return [adcore.value(typed, point)]
    except adcore.ADError:
        return []


PLAIN = [
    *read_programs("programs.txt").values(),
    "f(1.5)",
    "x1.append(2)",
    "a = 1\nb = a",
    "range(3)",
    "0.5*x",
    "1 .5",
    "?$",
]


@pytest.mark.parametrize("typed", [*PLAIN, *READINGS])
def test_what_is_plain_reads_as_it_does_beside_a_comment(typed):
    """A comment has a text taken apart token by token."""
    short, long = read(typed, Limits()), read(f"{typed}\n# end", Limits())
    assert (f"{short.text}\n# end", short.cautions) == (long.text, long.cautions)
    assert short.origin == long.origin[: len(short.text)]
    assert short.span(0, len(short.text)) == long.span(0, len(short.text))


@pytest.mark.parametrize(
    ("limit", "typed"),
    [("brackets", "f([(x)])"), ("brackets", "x)((((y"), ("literal_digits", "x + 1.234"), ("literal_digits", "1_2_3_4")],
)
def test_plain_texts_have_limits_too(limit, typed):
    read(typed, Limits().changed(**{limit: 4}))
    with pytest.raises(adcore.ADError, match=limit):
        read(typed, Limits().changed(**{limit: 2 if limit == "brackets" else 3}))


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("  x + 1", "x + 1"),
        ("\n  a = x\n  a*2", "\na = x\na*2"),
        ("    a = x\n    if a > 0:\n        a = 2\n    a", "a = x\nif a > 0:\n    a = 2\na"),
        ("  a = x\nif a > 0:\n    a = 2\na", "a = x\nif a > 0:\n    a = 2\na"),
        ("  max(x,\n1)", "max(x,\n1)"),
        ("# why\n   x", "# why\nx"),
        ("\tx", "x"),
        ("x\u00a0+\u20091", "x + 1"),
        ("\u00a0\u00a0x", "x"),
    ],
)
def test_blanks_of_a_pasted_text_do_not_matter(pasted, text):
    assert adcore.parse(pasted).normalized == text
    assert adcore.value(pasted, {"x": 1.0}) == adcore.value(text, {"x": 1.0})


def test_places_are_those_of_the_pasted_text():
    [warning] = adcore.trace("\n    a = x\n    if a > 0:\n        a = log(-1)\n    a + x", {"x": 1.0}).warnings
    assert warning.span.to_list() == [4, 13, 4, 20]
    with pytest.raises(adcore.ADError) as error:
        adcore.parse("  x +\u00a0y(2) z")
    assert error.value.span.to_list() == [1, 12, 1, 13]


@pytest.mark.parametrize("source", ["x = 1\n  x", "if x > 0:\n  y = x\n y"])
def test_blanks_that_fit_nothing_are_said_to(source):
    with pytest.raises(adcore.ADError, match="blanks before this line") as error:
        adcore.parse(source)
    assert error.value.hint


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("sin⁻¹(x)", "Write sin(…)**-1 or asin(…)."),
        ("arctan⁻¹(x)", "Write arctan(…)**-1 or tan(…)."),
        ("ln⁻¹(x)", "Write ln(…)**-1 or exp(…)."),
        ("sin²(x)", "Write sin(…)**2 or sin(sin(…))."),
        ("sin³(x)", "Write sin(…)**3 or sin(sin(sin(…)))."),
    ],
)
def test_both_readings_of_a_raised_function_are_named(source, hint):
    with pytest.raises(adcore.ADError, match="two ways") as error:
        adcore.parse(source)
    assert error.value.hint == hint
