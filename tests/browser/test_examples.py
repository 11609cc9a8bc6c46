"""Every example of the gallery, opened by hand and run to its end both ways; derivatives are sums over paths."""

import pytest
from playwright.sync_api import expect

import adcore
from server.gallery import EXAMPLES, Example
from tests.browser.explore import Explore, read_number

TOLERANCES = {"forward": 1e-13, "reverse": 1e-13, "symbolic": 1e-9, "numerical": 1e-5}
# How far apart the ways may be where the function itself loses digits.
DELICATE = {"cancellation": 1e-4}
# Where left and right differ, a difference and a limit need not follow our convention.
AT_A_KINK = "kink"
# Every derivative that is known, the sum over its paths as the page explains it, and the largest path.
SUMS_OF_ALL_NODES = """async () => {
    const { sumPaths } = await import("/static/js/paths.js");
    const { trace, snapshot, step } = await import("/static/js/store.js");
    const { toNumber } = await import("/static/js/numbers.js");
    const { derivativeOf } = await import("/static/js/quantities.js");
    return snapshot.value.derivatives.flatMap((known, node) => {
        if (known === null) return [];
        const sum = sumPaths(trace.value, step.value, node, 3, derivativeOf(trace.value.mode));
        const largest = Math.max(0, ...sum.best.map(({ product }) => Math.abs(product)));
        return [[toNumber(known), sum.sum, largest]];
    });
}"""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_an_example_runs_to_its_result_and_four_ways_agree(explore: Explore, example: Example):
    explore.open()
    explore.open_example(example.id)
    expect(explore.editor).to_contain_text(example.source.splitlines()[-1].strip())
    expected = float(adcore.jacobian(example.source, example.point)[0, 0])
    for way, tolerance in TOLERANCES.items():
        if not (example.id == AT_A_KINK and way in ("symbolic", "numerical")):
            explore.expect_way(way, expected, max(tolerance, DELICATE.get(example.id, 0.0)))
    for mode in ("forward", "reverse"):
        run_to_the_result(explore, example, mode)


def run_to_the_result(explore: Explore, example: Example, mode: str) -> None:
    explore.choose_mode(mode)
    explore.press("Home", 0)
    explore.go_to_end()
    chosen = {"seed": example.seed} if mode == "forward" else {"weights": example.weights}
    expected = adcore.trace(example.source, example.point, mode, **chosen)
    shown = explore.page.locator("#results .derived dd").evaluate_all("cells => cells.map((cell) => cell.title)")
    assert [read_number(text) for text in shown] == pytest.approx(list(expected.result), rel=1e-15)
    sums = explore.page.evaluate(SUMS_OF_ALL_NODES)
    assert sums
    for known, total, largest in sums:
        assert total == pytest.approx(known, rel=1e-12, abs=1e-12 * largest, nan_ok=True)
