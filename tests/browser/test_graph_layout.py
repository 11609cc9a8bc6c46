"""The layout as the page computes it: nothing overlaps, frames hold what is theirs, chains stand upright."""

import itertools
import statistics
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

LOOP = "def f(x, r):\n    for i in range({turns}):\n        x = r*x*(1 - x)\n    return x"
NESTED = """def f(x, y):
    for i in range(4):
        for j in range(3):
            x = x + 0.1*sin(x*y)
        y = y*0.9
    return x*y"""
STRAIGHT = "y = x1\nz = x2\n" + "y = sin(y)*z + y\nz = z*cos(y)\n" * 30 + "return y + z"
CALLS = "def g(a):\n    b = sin(a)\n    return b*a + b\ndef f(x, y):\n    return g(x) + g(y)*g(x*y)"
MATRIX = "def f(A, x):\n    h = [tanh(sum([a*b for a, b in zip(row, x)])) for row in A]\n    return sum(h)"
FACT = "def fact(n, x):\n    return x if n == 0 else x*fact(n - 1, x + 0.1)\ndef f(x):\n    return fact(6, x)*sin(x)"

PROGRAMS = {
    "loop": (LOOP.format(turns=40), {"x": 0.3, "r": 3.7}),
    "nested loops": (NESTED, {"x": 0.3, "y": 1.2}),
    "straight line": (STRAIGHT, {"x1": 0.3, "x2": 0.5}),
    "calls": (CALLS, {"x": 1.0, "y": 2.0}),
    "matrix": (MATRIX, {"A": [[0.1 * i] * 4 for i in range(5)], "x": [1.0, 2.0, 3.0, 4.0]}),
    "recursion": (FACT, {"x": 1.1}),
}

# Lays a program out as the page does, folded or open, and gives what stands where.
ARRANGE = """async ([source, point, all]) => {
    const names = ["api", "trace", "groups", "folding", "picture", "layout/arranger", "layout/layout"];
    const modules = await Promise.all(names.map((name) => import(`/static/js/${name}.js`)));
    const [{ fetchCatalog, streamTrace }, { assembleTrace }, groups, folding, ...rest] = modules;
    const [{ drawPicture }, arranger, { layoutGraph }] = rest;
    const question = { source, point, mode: "reverse", shared: false };
    const { graph, outputs } = await assembleTrace(streamTrace(question), await fetchCatalog());
    const tree = groups.groupNodes(graph);
    const fold = folding.foldGroups(tree, folding.openOnArrival(tree), { ...folding.AS_ARRIVED, all });
    const picture = drawPicture(graph, outputs, tree, fold);
    const layout = layoutGraph(arranger.requestLayout(picture, {}));
    const frameOf = new Map(picture.frames.map(({ group, id }) => [group, id]));
    return {
        boxes: picture.boxes.map(({ id, width, height, frame }) =>
            ({ ...layout.spots[id], width, height, frame: frameOf.get(frame) ?? -1 })),
        frames: picture.frames.map(({ id, frame }) => ({ id, frame: frameOf.get(frame) ?? -1, ...layout.areas[id] })),
        lines: picture.lines.map(({ key, from, to }) => ({ from, to, route: layout.routes[key] ?? null })),
        width: layout.width, height: layout.height,
    };
}"""


@dataclass(frozen=True)
class Area:
    """A box or a frame: its sides, and the frame that it is in (-1: none)."""

    left: float
    top: float
    right: float
    bottom: float
    frame: int

    def overlaps(self, other: "Area") -> bool:
        across = self.left < other.right - 1 and other.left < self.right - 1
        return across and self.top < other.bottom - 1 and other.top < self.bottom - 1

    def holds(self, other: "Area") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def arrange(page: Page, source: str, at: dict[str, Any], *, unfolded: bool) -> dict[str, Any]:
    page.goto("/healthz")
    drawn: dict[str, Any] = page.evaluate(ARRANGE, [source, at, unfolded])
    return drawn


def boxes_of(drawn: dict[str, Any]) -> list[Area]:
    return [
        Area(
            box["x"] - box["width"] / 2,
            box["y"] - box["height"] / 2,
            box["x"] + box["width"] / 2,
            box["y"] + box["height"] / 2,
            box["frame"],
        )
        for box in drawn["boxes"]
    ]


def frames_of(drawn: dict[str, Any]) -> dict[int, Area]:
    return {
        each["id"]: Area(
            each["left"], each["top"], each["left"] + each["width"], each["top"] + each["height"], each["frame"]
        )
        for each in drawn["frames"]
    }


@pytest.mark.parametrize("unfolded", [False, True])
@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_overlaps_and_frames_hold_what_is_theirs(page: Page, name: str, unfolded: bool):
    drawn = arrange(page, *PROGRAMS[name], unfolded=unfolded)
    boxes, frames = boxes_of(drawn), frames_of(drawn)
    assert not any(one.overlaps(two) for one, two in itertools.combinations(boxes, 2))
    for inner in [*boxes, *frames.values()]:
        assert inner.frame == -1 or frames[inner.frame].holds(inner)
    siblings = [
        each for each in itertools.combinations([*boxes, *frames.values()], 2) if each[0].frame == each[1].frame
    ]
    assert not any(one.overlaps(two) for one, two in siblings)


@pytest.mark.parametrize("unfolded", [False, True])
def test_nothing_overlaps_in_the_examples(page: Page, unfolded: bool):
    page.goto("/healthz")
    for example in page.request.get("/api/catalog").json()["examples"]:
        drawn = page.evaluate(ARRANGE, [example["source"], example["point"], unfolded])
        boxes = boxes_of(drawn)
        assert not any(one.overlaps(two) for one, two in itertools.combinations(boxes, 2)), example["id"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_lines_rise(page: Page, name: str):
    drawn = arrange(page, *PROGRAMS[name], unfolded=False)
    routes = [line["route"] for line in drawn["lines"] if line["route"]]
    assert routes
    assert all(low["y"] >= high["y"] for route in routes for low, high in itertools.pairwise(route))


def test_a_long_program_does_not_lean(page: Page):
    drawn = arrange(page, *PROGRAMS["straight line"], unfolded=False)
    boxes = sorted(drawn["boxes"], key=lambda box: box["y"])
    tenth = len(boxes) // 10
    top, bottom = (statistics.mean(box["x"] for box in some) for some in (boxes[:tenth], boxes[-tenth:]))
    assert abs(top - bottom) < 200
    assert drawn["width"] < 900


def test_a_chain_of_turns_is_upright(page: Page):
    drawn = arrange(page, *PROGRAMS["loop"], unfolded=False)
    turns = [box["x"] for box in drawn["boxes"] if box["frame"] >= 0]
    assert len(turns) == 9
    assert max(turns) - min(turns) < 2


def test_a_thousand_open_turns_are_set_in_columns(page: Page):
    drawn = arrange(page, LOOP.format(turns=1000), {"x": 0.3, "r": 3.7}, unfolded=True)
    assert len(drawn["boxes"]) == 3002
    assert 0.3 < drawn["width"] / drawn["height"] < 3


def test_a_network_of_equal_layers_crosses_no_more_than_it_must(page: Page):
    """Between n and m boxes that are all joined there are n(n-1)/2 * m(m-1)/2 crossings in any order."""
    crossings = page_crossings(page, [3, 4, 4, 2])
    assert crossings == 3 * 6 + 6 * 6 + 6 * 1


def page_crossings(page: Page, widths: list[int]) -> int:
    page.goto("/healthz")
    count: int = page.evaluate(
        """async (widths) => {
            const { buildLadder } = await import("/static/js/layout/layers.js");
            const { orderLayers } = await import("/static/js/layout/ordering.js");
            const { countCrossings } = await import("/static/js/layout/crossings.js");
            const rows = widths.map((width, row) => Array.from({ length: width }, (_, place) => row * 100 + place));
            const nodes = rows.flat().map((id) =>
                ({ id, width: 100, height: 50, key: `${id}`, input: id < 100, exit: false }));
            const links = rows.slice(1).flatMap((upper, row) => upper.flatMap((to) =>
                rows[row].map((from) => ({ key: `${from}>${to}`, from, to }))));
            const ladder = buildLadder(nodes, links, 12);
            return countCrossings(ladder.items, orderLayers(ladder, ladder.items.map(() => null)));
        }""",
        widths,
    )
    return count
