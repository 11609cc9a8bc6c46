"""What goes wrong in a program, in a point or in a question: the kind, the place, plain words and a way out."""

import pickle

import pytest

import adcore

POINT = {"x": 2.0, "y": 3.0}
PROGRAMS = [
    # (source, kind, place, a word of the message)
    ("z = 1\nw", "point", None, "w"),
    ("foo(x)", "call", [1, 1, 1, 4], "foo"),
    ("Sin(x)", "call", [1, 1, 1, 4], "Sin"),
    ("x(3)", "call", [1, 1, 1, 2], "x"),
    ("f = 2\nf(x)", "call", [2, 1, 2, 5], "called"),
    ("sin(x)(y)", "call", [1, 1, 1, 10], "sin"),
    ("sin()", "argument", [1, 1, 1, 6], "takes 1 argument"),
    ("atan2(x)", "argument", [1, 1, 1, 9], "takes 2 arguments"),
    ("max()", "argument", [1, 1, 1, 6], "at least 1"),
    ("max([])", "argument", [1, 1, 1, 8], "empty"),
    ("range(x)", "argument", [1, 7, 1, 8], "depend on the inputs"),
    ("range(1.5)", "argument", [1, 7, 1, 10], "whole numbers"),
    ("range(0, 3, 0)", "argument", [1, 13, 1, 14], "step"),
    ("polygamma(1.5, x)", "argument", [1, 11, 1, 14], "order"),
    ("def g(a):\n    return a\ng(x, y)", "argument", [3, 1, 3, 8], "2 arguments"),
    ("def g(a):\n    return a\ng(b=x)", "argument", [3, 1, 3, 7], "g"),
    ("def g(a, b):\n    return a\ng(x)", "argument", [3, 1, 3, 5], "g"),
    ("def g(a):\n    return a\ng(x, a=y)", "argument", [3, 1, 3, 10], "g"),
    ("sin(x=x)", "argument", [1, 7, 1, 8], "position"),
    ("x + [1]", "shape", [1, 1, 1, 8], "combine"),
    ("sin([x])", "shape", [1, 1, 1, 9], "sine"),
    ("x[0]", "shape", [1, 1, 1, 5], "no elements"),
    ("sum([[x]])", "shape", [1, 1, 1, 11], "adds numbers"),
    ("sum(x)", "shape", [1, 1, 1, 7], "list"),
    ("len(x)", "shape", [1, 1, 1, 7], "list"),
    ("for a in x:\n    pass\nx", "shape", [1, 10, 1, 11], "runs over"),
    ("a, b = x", "shape", [1, 8, 1, 9], "split"),
    ("a, b = x, y, 1", "shape", [1, 8, 1, 15], "2 names"),
    ("[y if [x] else x]", "shape", [1, 7, 1, 10], "condition"),
    ("x.append(1)", "shape", [1, 1, 1, 12], ".append"),
    ("v = (x, y)\nv[0] = 1\nx", "shape", [2, 1, 2, 5], "list"),
    ("[x][1]", "index", [1, 5, 1, 6], "no element 1"),
    ("[x, y][-3]", "index", [1, 8, 1, 10], "no element -3"),
    ("[x, y][x]", "index", [1, 8, 1, 9], "depend on the inputs"),
    ("[x, y][0.5]", "index", [1, 8, 1, 11], "whole number"),
    ("[[x, y]][0, 1:]", "index", [1, 13, 1, 15], "one direction"),
    ("{1: x}[2]", "index", [1, 8, 1, 9], "no key 2"),
    ("{x: 1}[2]", "index", [1, 2, 1, 3], "key"),
    ("{'a': x}['b']", "index", [1, 10, 1, 13], 'no key "b"'),
    ("p = {}\np['b'] += x", "index", [2, 3, 2, 6], 'no key "b"'),
    ("p = {(1, 'a'): x}\np[2, 'a']", "index", [2, 3, 2, 9], 'no key (2, "a")'),
    ("v = [x, y]\nv[0:1] += [x]", "shape", [2, 1, 2, 7], "a slice"),
    ("v = [x, y]\nv *= x", "shape", [2, 1, 2, 7], "combine"),
    ("{[x]: 1}", "index", [1, 2, 1, 5], "A key is"),
    ("{('a', x): 1}", "index", [1, 2, 1, 10], "A key is"),
    ("p = {1: x}\np[1:2]", "shape", [2, 1, 2, 7], "no slices"),
    ("[x]['a']", "index", [1, 5, 1, 8], "not text"),
    ("v = [x]\nv['a'] = 1", "index", [2, 3, 2, 6], "not text"),
    ("x['w']", "name", [1, 1, 1, 2], "No dict"),
    ("q = {}\np[0]['w'] = 2\nx", "name", [2, 1, 2, 2], "No dict"),
    ("p['w'] += x", "name", [1, 1, 1, 2], "No dict"),
    ("def f(x, y):\n    return x['w']", "shape", [2, 12, 2, 18], "x is a number"),
    ("p = {'w': x}\np.w", "construct", [2, 1, 2, 4], "no attributes"),
    ("p = {'w': x}\np.w = 2", "construct", [2, 1, 2, 4], "no attributes"),
    ("p = {'w': x}\np.get('w')", "construct", [2, 1, 2, 6], "no attributes"),
    ("p = {'w': x}\np.pop('w')", "construct", [2, 1, 2, 11], "not text"),
    ("p = {'w': x}\np.pop(0)", "shape", [2, 1, 2, 9], "Only a list"),
    ("p = {'w': x}\ndel p['w']", "construct", [2, 1, 2, 11], "del"),
    ("p = {'w': x}\np.items(1)", "argument", [2, 1, 2, 11], "takes nothing"),
    ("p = {'w': x}\np.items", "construct", [2, 1, 2, 8], "is called"),
    ("[x].keys()", "shape", [1, 1, 1, 11], "Only a dict"),
    ("p = {'w': x, 1: y}\nsorted(p)", "shape", [2, 1, 2, 10], "text"),
    ("p = {'w': x, 'v': y}\nmax(p)", "shape", [2, 1, 2, 7], "text"),
    ("p = {'w': x}\n2*p", "shape", [2, 1, 2, 4], "a dict"),
    ("p = {'w': x}\np == p", "shape", [2, 1, 2, 7], "a dict"),
    ("p = {'w': x}\n[k for k in p]", "output", [2, 1, 2, 15], "text"),
    ("p = {'w': x}\n[k*2 for k in p]", "shape", [2, 2, 2, 5], "text"),
    ("p = {'w': x}\nx if p else y", "shape", [2, 6, 2, 7], "a dict"),
    ("{'w': 'a'}", "construct", [1, 7, 1, 10], "Text by itself"),
    ("x + 'w'", "construct", [1, 5, 1, 8], "Text by itself"),
    ("w = 'w'\nx", "construct", [1, 5, 1, 8], "Text by itself"),
    ("def f(x, y='w'):\n    return x", "construct", [1, 12, 1, 15], "Text by itself"),
    ("p = {'w': x}\np['w':]", "construct", [2, 3, 2, 6], "Text by itself"),
    ("p = {f'{x}': 1}\nx", "construct", [1, 6, 1, 12], "text"),
    ("x if x == 'a' else y", "shape", [1, 6, 1, 14], "text"),
    ("p = {'\\n': x}\nx", "character", [1, 6, 1, 10], "backslashes"),
    ("p = {'''a\nb''': x}\nx", "character", [1, 6, 1, 10], "Three quotes"),
    ("p = {'''it's 2x''': x}\nx", "character", [1, 6, 1, 12], "Three quotes"),
    ('def f(x):\n    """What it does."""\n    return x', "character", [2, 5, 2, 22], "Three quotes"),
    ("p = {'a\tb': x}\nx", "character", [1, 6, 1, 11], "can be seen"),
    ("p = {'\u202e': x}\nx", "character", [1, 6, 1, 9], "can be seen"),
    ("p = {'\ud800': x}\nx", "character", [1, 7, 1, 8], "U+D800"),
    ("p = {'\0': x}\nx", "character", [1, 7, 1, 8], "U+0000"),
    ("x # \ud800", "character", [1, 5, 1, 6], "U+D800"),
    ("v = [x]\nv.pop(3)", "index", [2, 1, 2, 9], "no element 3"),
    ("v = []\nv.pop()", "index", [2, 1, 2, 8], "empty"),
    ("v = [x]\nv.append()", "argument", [2, 1, 2, 11], "one value"),
    ("v = [x]\nv.sort()", "construct", [2, 1, 2, 7], "attributes"),
    ("if x > 9:\n    z = 1\nz", "name", [3, 1, 3, 2], "z has no value"),
    ("def f():\n    z += x\n    return z\nz = 1\nf()", "name", [2, 5, 2, 6], "z has no value"),
    ("z = 1", "output", [1, 1, 1, 6], "nothing back"),
    ("def f(x, y):\n    x", "output", [1, 1, 2, 6], "without a return"),
    ("def f(x, y):\n    return", "output", [2, 5, 2, 11], "nothing back"),
    ("[]", "output", [1, 1, 1, 3], "empty"),
    ("{}", "output", [1, 1, 1, 3], "dict"),
    ("lambda a: a", "output", [1, 1, 1, 12], "function"),
    ("x if x > 'a' else y", "shape", None, "text"),
    ("sin = 3\nx", "shadow", [1, 1, 1, 4], "sin"),
    ("def cos(x):\n    return x", "shadow", [1, 1, 1, 4], "cos"),
    ("for exp in [x]:\n    pass\nx", "shadow", [1, 5, 1, 8], "exp"),
    ("[tan for tan in [x]]", "shadow", None, "tan"),
    ("lambda max: max", "shadow", [1, 8, 1, 11], "max"),
    ("sin + x", "name", [1, 1, 1, 4], "function"),
    ("__x", "name", [1, 1, 1, 4], "underscores"),
    ("import math\nx", "construct", [1, 1, 1, 12], "imports"),
    ("class A:\n    pass", "construct", [1, 1, 2, 9], "classes"),
    ("x if (a := y) else 1", "construct", [1, 7, 1, 13], ":="),
    ("f'{x}'", "construct", [1, 1, 1, 7], "text"),
    ("x & y", "construct", [1, 1, 1, 6], "&"),
    ("~x", "construct", [1, 1, 1, 3], "~ operator"),
    ("x @ y", "construct", [1, 1, 1, 6], "@"),
    ("def f(*x):\n    return 1", "construct", [1, 8, 1, 9], "Parameters"),
    ("def f(x, *, y):\n    return 1", "construct", [1, 13, 1, 14], "Parameters"),
    ("def f(x: float):\n    return x", "construct", [1, 10, 1, 15], "annotations"),
    ("x: float = 1", "construct", [1, 1, 1, 13], "annotations"),
    ("while x < 3:\n    x += 1\nelse:\n    x = 1\nx", "construct", [4, 5, 4, 10], "else"),
    ("for i in [1]:\n    x += 1\nelse:\n    x = 1\nx", "construct", [4, 5, 4, 10], "else"),
    ("[*[x]]", "construct", [1, 2, 1, 6], "starred"),
    ("{1, x}", "construct", [1, 1, 1, 7], "sets"),
    ("{a: x for a in [1]}", "construct", [1, 1, 1, 20], "dict comprehensions"),
    ("{**{1: x}}[1]", "construct", None, "dict"),
    ("sum(a for a in [x])", "construct", [1, 4, 1, 20], "generator"),
    ("del x", "construct", [1, 1, 1, 6], "del"),
    ("None", "construct", [1, 1, 1, 5], "None"),
    ("...", "construct", [1, 1, 1, 4], "Ellipsis"),
    ("b'a'", "construct", [1, 1, 1, 5], "not a value"),
    ("3j*x", "number", [1, 1, 1, 3], "Imaginary"),
]
WAYS_OUT = [
    # (what a beginner types, a part of what is said, a part of the way out)
    ("f(x) = x^2", "defined with def", "def f(x): return"),
    ("for i in range(3)\n    x = 2*x\nx", "A colon is missing", "begins with for"),
    ("if x > 1  # yes\n    x = 2\nx", "A colon is missing", "begins with if"),
    ("if x > 1:\n    x = 2\nelse\n    x = 3\nx", "A colon is missing", "begins with else"),
    ("def f(x)\n    return x", "A colon is missing", "begins with def"),
    ("if x > 1 x = 2", "A colon is missing", "begins with if"),
    ("if x > 1: x = 2\nelse if x > 0: x = 3\nx", "one word", "elif"),
    ("if x = 3:\n    x = 2\nx", "does not compare", "=="),
    ("for i range(3):\n    x = 2*x\nx", "A loop runs over", "for i in range(3):"),
    ("for (i=0; i<3; i++)", "A loop runs over", "for a in v:"),
    ("while x < 3:\nx = 2*x\nx", "stand inside", "four blanks"),
    ("x if y", "An else is missing", "a if c else b"),
    ("x if x = 0 else y", "What stands between if and else", "Compare with =="),
    ("def = 3", "word of the language", "def_"),
    ("sin 2x", "Brackets are missing after sin", "sin(…)"),
    ("ln x", "Brackets are missing after ln", "ln(…)"),
    ("sin(x)cos(x)", "operator is missing", "(…)*…"),
    ("x!", "factorial", "gamma(n + 1)"),
    ("x^^2", "cannot be read here", "missing or too many"),
    ("((x)", "never closed", "Add )"),
    ("x))", ") closes nothing", "Remove it"),
    ("y'", "never closed", "no mark"),
    ("cos^2(x)", "2 is a number", "cos(…)^2 for a power"),
    ("sin^-1(x)", "1 is a number", "asin(…) for the inverse"),
    ("2(x + 1)", "2 is a number", "2*( … ) for a product"),
    ("p = {'w': x}\np.w", "no attributes", 'by its key: p["w"]'),
    ("p = {'w': x}\np.get('w')", "no attributes", 'p["w"] for a value'),
    ("p = {'w': x}\np['v'] = p['u']", 'no key "u"', 'Its keys: "w".'),
    ("p = {}\np['v'] += x", 'no key "v"', "It is empty. A new one is set with =."),
    ("p = {'w': x}\np + 1", "a dict", 'by its key: p["w"]'),
    ("p = {'w': x}\np", "a dict", 'as [p["w"], p["b"]]'),
    ("x['w']", "No dict", "p = {}"),
    ("def f(x):\n    return x['w']", "x is a number", "take one for each key"),
    ("p = {“w”: x}\nx", "not part of the language", "straight quotes"),
    ("p = {'w': x}\np['w", "never closed", "ends with the mark"),
    ("x + 'w'", "Text by itself", 'a key of a dict, as in p["w"]'),
    ("x^2(x + 1)", "2 is a number", "2*( … ) for a product"),
]
POINTS = [
    ("x", {}, "no value for x"),
    ("x", {"x": "1"}, "x must be a number"),
    ("x", {"x": None}, "x must be a number"),
    ("x", {"x": []}, "x must be a number"),
    ("x", {"x": True}, "x must be a number"),
    ("x", {"x": {}}, "x must be a number"),
    ("x", {"x": 1j}, "x must be a number"),
    ("x", {"x": 10**400}, "too large"),
    ("x[0]", {"x": [[1.0], [1.0, 2.0]]}, "differ in length"),
    ("def f(x):\n    return x", {"x": 1.0, "z": 1.0}, "z is no input"),
    ("def f(x, y):\n    return x", {"x": 1.0}, "no value for y"),
]
QUESTIONS = {
    "mode": (lambda: adcore.jacobian("x", {"x": 1.0}, "sideways"), "mode", "sideways"),
    "mode of a trace": (lambda: adcore.trace("x", {"x": 1.0}, "symbolic"), "mode", "stepped"),
    "gradient of two": (lambda: adcore.gradient("x, x", {"x": 1.0}), "shape", "one output"),
    "Hessian of two": (lambda: adcore.hessian("x, x", {"x": 1.0}), "shape", "one output"),
    "too few weights": (lambda: adcore.vjp("x, x", {"x": 1.0}, [1.0]), "point", "2 outputs and 1 weights"),
    "weights of a trace": (lambda: adcore.trace("x", {"x": 1.0}, weights=[1.0, 2.0]), "point", "1 outputs"),
    "direction of no input": (lambda: adcore.jvp("x", {"x": 1.0}, {"z": 1.0}), "point", "z is no input"),
    "direction of another shape": (lambda: adcore.jvp("x", {"x": 1.0}, {"x": [1.0]}), "point", "a number"),
    "seed of another shape": (
        lambda: adcore.trace("x[0]", {"x": [1.0, 2.0]}, "forward", seed={"x": 1.0}),
        "point",
        "shape [2]",
    ),
    "backend": (lambda: adcore.compile("x", backend="abacus"), "backend", "abacus"),
}


@pytest.mark.parametrize(("source", "kind", "place", "word"), PROGRAMS, ids=[row[0] for row in PROGRAMS])
def test_a_program(source, kind, place, word):
    with pytest.raises(adcore.ADError) as caught:
        adcore.value(source, POINT)
    error = caught.value
    assert error.kind == kind, error.message
    assert word in error.message
    if place:
        assert error.span.to_list() == place


@pytest.mark.parametrize(("source", "said", "way"), WAYS_OUT, ids=[row[0] for row in WAYS_OUT])
def test_a_beginner_is_shown_a_way_out(source, said, way):
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse(source)
    assert said in caught.value.message
    assert way in caught.value.hint
    assert caught.value.span


@pytest.mark.parametrize(
    ("source", "product"), [("x(x + 1)", True), ("rate(2) + rate", True), ("print(x)", False), ("arctg(x)", False)]
)
def test_a_product_is_proposed_only_where_one_may_be_meant(source, product):
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse(source)
    assert ("product" in caught.value.hint) is product


@pytest.mark.parametrize(("source", "at", "words"), POINTS, ids=[f"{row[0]}-{i}" for i, row in enumerate(POINTS)])
def test_a_point(source, at, words):
    with pytest.raises(adcore.ADError, match=words) as caught:
        adcore.value(source, at)
    assert (caught.value.kind, caught.value.span) == ("point", None)
    assert caught.value.hint


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question(name):
    ask, kind, words = QUESTIONS[name]
    with pytest.raises(adcore.ADError) as caught:
        ask()
    assert caught.value.kind == kind
    assert words in caught.value.message


@pytest.mark.parametrize(
    "source",
    ["def f(x, x):\n    return x", "x\nbreak", "def f(x):\n    continue\n    return x", "for x in [1]: pass\nbreak"],
)
def test_what_python_refuses_after_parsing_is_refused_with_its_cause(source):
    with pytest.raises(adcore.ADError) as caught:
        adcore.value(source, {"x": 1.0})
    assert caught.value.kind in ("syntax", "construct", "name")


def test_an_error_as_json():
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse("x +\ny $ 2")
    body = caught.value.to_json()
    assert set(body) == {"kind", "message", "span", "hint"}
    assert set(body["span"]) == {"line", "column", "end_line", "end_column"}


def test_an_error_survives_the_way_between_processes():
    with pytest.raises(adcore.ADError) as caught:
        adcore.parse("foo(x)")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.to_json() == caught.value.to_json()
    assert str(copy) == str(caught.value)


@pytest.mark.parametrize(
    ("source", "said", "place"),
    [
        ("sin(x y)", "An operator is missing after x.", [1, 5, 1, 6]),
        ("max(a, b c)", "An operator is missing after b.", [1, 8, 1, 9]),
        ("sin(x[0] y)", "An operator is missing after the bracket.", [1, 10, 1, 11]),
        ("x @ y", "The language has no @ operator.", [1, 1, 1, 6]),
        ("~x", "The language has no ~ operator.", [1, 1, 1, 3]),
        ("await x", "The language has no such construct (Await).", [1, 1, 1, 8]),
    ],
)
def test_what_is_missing_is_said_where_it_is_missing(source, said, place):
    with pytest.raises(adcore.ADError) as error:
        adcore.parse(source)
    assert error.value.message == said
    assert error.value.span.to_list() == place
    assert error.value.hint


@pytest.mark.parametrize(("sign", "way"), [("+", "sum([…, …])"), ("*", "name parts")])
def test_a_long_row_of_terms_is_said_to_be_one(sign, way):
    row = sign.join(["x"] * 250)
    with pytest.raises(adcore.ADError, match="syntax_depth") as error:
        adcore.parse(f"y = 1\n2 - ({row})")
    assert error.value.hint.startswith("A row of 250 terms")
    assert way in error.value.hint
    assert error.value.span.to_list() == [2, 6, 2, 505]
    assert adcore.gradient(f"sum([{row.replace(sign, ', ')}])", {"x": 1.0}) == [250.0]
