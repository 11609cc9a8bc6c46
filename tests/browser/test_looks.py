"""Pictures of the explore page and its sheets, wide and narrow, light and dark, to be looked at; nothing overflows."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

HOFFMANN = {
    "f": "a = x1 / x2\nb = exp(x2)\nc = a - b\nreturn (sin(a) + c) * c",
    "at": json.dumps({"x1": 1.5, "x2": 0.5}),
}
LOOP = {
    "f": "def f(x):\n    y = x\n    for i in range(4):\n        if y > 1:\n            y = y*y/2\n        else:\n"
    "            y = y + sin(y)\n    return y*x",
    "at": json.dumps({"x": 0.5}),
}
VIEWS = {
    "forward": ("/#", HOFFMANN | {"mode": "forward", "step": 19}),
    "reverse": ("/#", HOFFMANN | {"mode": "reverse", "step": 15}),
    "result": ("/#", HOFFMANN | {"mode": "reverse", "step": 28}),
    "loop": ("/#", LOOP | {"mode": "reverse", "step": 20, "loop": "12-30", "stops": "n4.l5"}),
    "why": ("/#", HOFFMANN | {"mode": "reverse", "step": 28, "why": "d2"}),
    "beside": ("/#", HOFFMANN | {"mode": "reverse", "step": 15, "beside": "mode"}),
    "share": ("/#", HOFFMANN | {"mode": "reverse", "step": 15, "panel": "share"}),
    "help": ("/#", HOFFMANN | {"mode": "reverse", "panel": "help"}),
    "gallery": ("/#", HOFFMANN | {"mode": "reverse", "panel": "gallery"}),
    "embed": ("/embed#", HOFFMANN | {"mode": "reverse", "step": 15}),
}
SIZES = {"wide": (1440, 900), "middle": (1060, 760), "narrow": (390, 844)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits(page: Page, artifacts: Path, view: str, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    path, fields = VIEWS[view]
    page.goto(path + urlencode(fields))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=artifacts / f"look-{view}-{size}-{scheme}.png")
