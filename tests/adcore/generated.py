"""Random programs of the language, smooth where they are asked: straight lines, loops, branches and lists."""

from hypothesis import strategies as st

NAMES = ("x", "y", "z")
UNARY = (
    "sin({})",
    "cos({})",
    "tanh({})",
    "exp(0.1*{})",
    "sigmoid({})",
    "atan({})",
    "({})**2",
    "-({})",
    "sqrt(1 + ({})**2)",
)
BINARY = (
    "{} + {}",
    "{} - {}",
    "({})*({})",
    "({})/(2 + sin({}))",
    "hypot({}, 1 + ({})**2)",
    "max({}, {})",
    "min({}, {})",
)
CONSTANTS = ("0.5", "2", "-1.25", "pi")

coordinates = st.floats(-1.5, 1.5, allow_nan=False).map(lambda x: round(x, 3))
points = st.tuples(*[coordinates] * len(NAMES)).map(lambda point: dict(zip(NAMES, point, strict=True)))


def expressions(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One expression over some names."""
    leaves = st.sampled_from([*names, *CONSTANTS])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(str.format, st.sampled_from(UNARY), inner),
            st.builds(str.format, st.sampled_from(BINARY), inner, inner),
        ),
        max_leaves=4,
    )


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A body over x, y and z that ends in one to three outputs."""
    names, lines = NAMES, []
    for k in range(draw(st.integers(1, 4))):
        block = draw(st.sampled_from((_assignment, _loop, _branch, _list, _dict, _call)))
        lines += block(draw, names, f"t{k}")
        names = (*names, f"t{k}")
    outputs = draw(st.lists(expressions(names), min_size=1, max_size=3))
    return "\n".join([*lines, "return [" + ", ".join(outputs) + "]"])


def _assignment(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    return [f"{target} = {draw(expressions(names))}"]


def _loop(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    turns = draw(st.integers(0, 4))
    start, step = draw(expressions(names)), draw(expressions((*names, target)))
    return [f"{target} = {start}", f"for i in range({turns}):", f"    {target} = tanh({step}) + 0.1*i"]


def _branch(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    test, yes, no = (draw(expressions(names)) for _ in range(3))
    return [f"if {test} > 0.123456:", f"    {target} = {yes}", "else:", f"    {target} = {no}"]


def _list(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    elements = draw(st.lists(expressions(names), min_size=1, max_size=3))
    return [f"v = [{', '.join(elements)}]", f"v[0] = v[-1]*{names[0]}", f"{target} = sum([a*a for a in v])"]


def _dict(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    first, second, step = (draw(expressions(names)) for _ in range(3))
    added = f'p["b"] += p["a"]*{names[-1]} + {step}'
    return [f'p = {{"a": {first}, "b": {second}}}', added, f"{target} = sum([p[k]*p[k] for k in p])"]


def _call(draw: st.DrawFn, names: tuple[str, ...], target: str) -> list[str]:
    body = draw(expressions(("a", "b")))
    return [f"h{target} = lambda a, b=2: {body}", f"{target} = h{target}({names[0]}) + h{target}(1, {names[-1]})"]
