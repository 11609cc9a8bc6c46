"""Published traces, watched in the browser: every value, tangent, adjoint and contribution that the page shows."""

import pytest

from tests.adcore.reference import assert_close
from tests.adcore.test_traces import OUTPUTS, SEEDS, TOLERANCE, body_of, ids, names_of
from tests.browser.explore import Explore, Row


@pytest.mark.parametrize(("trace", "i"), SEEDS, ids=ids(SEEDS))
def test_a_forward_sweep(explore: Explore, trace: dict, i: int):
    expected = trace["forward"][i]
    explore.open_question(body_of(trace), trace["point"], "forward", seed=expected["seed"])
    watch_every_step(explore)
    assert_shown(explore.rows(), trace, expected["tangents"])


@pytest.mark.parametrize(("trace", "i"), OUTPUTS, ids=ids(OUTPUTS))
def test_a_reverse_sweep(explore: Explore, trace: dict, i: int):
    expected = trace["reverse"][i]
    weights = [float(name == expected["output"]) for name in trace["outputs"]]
    explore.open_question(body_of(trace), trace["point"], "reverse", weights=weights)
    seen = watch_every_step(explore)
    assert_shown(explore.rows(), trace, expected["adjoints"])
    names = names_of(trace)
    contributions = [part for step in expected["steps"] for part in step["contributions"]]
    assert_in_order([row for row in seen if row], [(names[part["to"]], part["running"]) for part in contributions])


def watch_every_step(explore: Explore) -> list[Row | None]:
    """Step to the end with the arrow key; give the current row of every step."""
    seen = []
    for step in range(1, explore.steps() + 1):
        explore.press("ArrowRight", step)
        seen.append(explore.current_row())
    assert seen[-1] is None, "the last step is the result"
    assert all(seen[:-1]), "every other step is at some row"
    return seen


def assert_shown(rows: list[Row], trace: dict, derivatives: dict[str, float]) -> None:
    """Compare the list at the end of a sweep; what an output does not depend on may stay empty, which is zero."""
    names = names_of(trace)
    shown = {row.name: row for row in rows}
    assert shown.keys() == set(names.values())
    nodes = trace["nodes"]
    assert_close([shown[names[node["name"]]].value for node in nodes], [node["value"] for node in nodes], TOLERANCE)
    found = [shown[names[name]].derivative or 0.0 for name in derivatives]
    assert_close(found, list(derivatives.values()), TOLERANCE)


def assert_in_order(seen: list[Row], expected: list[tuple[str, float]]) -> None:
    """Every expected sum shows up at its node, and in this order."""
    left = iter(seen)
    for name, running in expected:
        assert any(row.name == name and is_close(row.derivative, running) for row in left), (name, running)


def is_close(found: float | None, expected: float) -> bool:
    return found is not None and abs(found - expected) <= TOLERANCE * max(1.0, abs(expected))
