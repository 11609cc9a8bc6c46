"""NumPy's numbers and arrays are taken wherever numbers and lists are, so that a gradient can be fed back."""

import numpy as np
import pytest

import adcore

PRODUCT, POINT, LISTS = "v[0]*v[1]**2", {"v": np.array([1.0, 2.0])}, {"v": [1.0, 2.0]}
ALONG = {"v": np.array([0.5, -1.0], np.float32)}
ANSWERS = {
    "value": lambda at, along: adcore.value(PRODUCT, at),
    "gradient": lambda at, along: adcore.gradient(PRODUCT, at),
    "hessian": lambda at, along: adcore.hessian(PRODUCT, at),
    "jvp": lambda at, along: adcore.jvp(PRODUCT, at, along),
    "vjp": lambda at, along: adcore.vjp("[v[0]*v[1], v[0]]", at, along["v"]),
    "hvp": lambda at, along: adcore.hvp(PRODUCT, at, along),
    "seed": lambda at, along: adcore.trace(PRODUCT, at, mode="forward", seed=along).result,
    "weights": lambda at, along: adcore.trace("[v[0]*v[1], v[0]]", at, weights=along["v"]).result,
    "checkpoints": lambda at, along: (
        adcore.checkpoint("for i in range(3):\n    v = [v[1]*v[0], v[0]]\nv", at, 2, weights=along["v"]).gradient
    ),
    "deviations": lambda at, along: adcore.propagate(PRODUCT, at, at)[0].deviation,
    "box": lambda at, along: adcore.enclose(PRODUCT, at).values,
    "parse": lambda at, along: adcore.parse(PRODUCT, at).to_json()["inputs"][0]["value"],
    "compiled": lambda at, along: adcore.compile(PRODUCT, at, backend="python").gradient(at),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_array_is_as_good_as_a_list(answer):
    assert np.array_equal(answer(POINT, ALONG), answer(LISTS, {"v": [0.5, -1.0]}))


@pytest.mark.parametrize("number", [np.float64(1.5), np.float32(1.5), np.float16(1.5), np.array(1.5)])
def test_a_number_of_any_kind(number):
    assert adcore.gradient("x**2 + y", {"x": number, "y": np.int64(2)}).tolist() == [3.0, 1.0]
    assert adcore.gradient("v[0]**2", {"v": [number, np.uint8(2)]}).tolist() == [3.0, 0.0]


def test_a_gradient_is_fed_back():
    x = np.array([3.0, -2.0])
    for _ in range(60):
        x -= 0.25 * adcore.gradient("v[0]**2 + (v[1] - 1)**2", {"v": x})
    assert x == pytest.approx([0.0, 1.0], abs=1e-12)


def test_a_matrix():
    at = {"A": np.arange(4.0).reshape(2, 2)}
    assert adcore.gradient("A[0][1]*A[1][0]", at).tolist() == [0.0, 2.0, 1.0, 0.0]


@pytest.mark.parametrize("wrong", [np.bool_(True), np.str_("a"), np.complex128(1), np.array([]), np.array(["a"])])
def test_what_is_no_number_is_refused(wrong):
    with pytest.raises(adcore.ADError, match="must be a number") as error:
        adcore.gradient("x", {"x": wrong})
    assert error.value.kind == "point"


@pytest.mark.parametrize("wrong", [np.str_("a"), np.array([1.0, 2.0]), np.complex128(1)])
def test_what_is_no_direction_is_refused(wrong):
    with pytest.raises(adcore.ADError, match="must be a number"):
        adcore.jvp("x", {"x": 1.0}, {"x": wrong})


@pytest.mark.parametrize(
    ("mode", "options"), [("reverse", {"seed": {"x": 1.0}}), ("forward", {"weights": [1.0]})], ids=["seed", "weights"]
)
def test_an_option_of_another_mode_is_refused(mode, options):
    with pytest.raises(adcore.ADError, match=f"{mode} has no option {next(iter(options))}") as error:
        adcore.trace("x**2", {"x": 1.0}, mode=mode, **options)
    assert error.value.kind == "mode"
