"""The explore page as a person uses it: what can be read on it and done with it."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

CELLS = """rows => rows.map((row) => [
    row.querySelector("i.given")?.textContent ?? "", row.querySelector(".operation").textContent,
    ...[...row.querySelectorAll("td.amount")].map((cell) => cell.title),
])"""


@dataclass(frozen=True)
class Row:
    """One row of the Wengert list: the name in the source, and its numbers with all digits; None is not known yet."""

    name: str
    value: float | None
    derivative: float | None


class Explore:
    """The page of one test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor = page.get_by_role("textbox", name="Function")
        self.problem = page.locator("#problem")
        self.squiggle = page.locator(".cm-lintRange-error")
        self.sentence = page.locator("#sentence")
        self.card = page.locator("#step-card")
        self.graph = page.get_by_role("application", name="Computation graph")

    def open(self, fragment: str = "") -> None:
        """Open the page, as a link to a view would, and wait until it is drawn."""
        self.page.goto(f"/#{fragment}" if fragment else "/")
        expect(self.page.locator("html")).to_have_attribute("data-ready", "true")

    def open_question(self, source: str, at: dict[str, Any], mode: str, **more: Any) -> None:
        """Open the page on a question: more is a seed or weights."""
        fields = {"f": source, "at": json.dumps(at), "mode": mode}
        self.open(urlencode(fields | {name: json.dumps(value) for name, value in more.items()}))
        expect(self.page.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "true")

    def open_example(self, name: str) -> None:
        """Choose an example in the gallery."""
        self.page.get_by_role("button", name="Examples").click()
        self.page.locator(f"[data-example={name}]").click()
        expect(self.page.locator("#gallery")).to_be_hidden()

    def choose_mode(self, mode: str) -> None:
        self.page.locator(f"#mode-{mode}").click()
        expect(self.page.locator("#wengert-list thead")).to_contain_text("tangent" if mode == "forward" else "adjoint")

    def type_source(self, source: str) -> None:
        """Replace what stands in the editor, key by key, so that everything that helps while typing is at work."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def steps(self) -> int:
        return int(self.page.locator("#scrub").get_attribute("max") or 0)

    def press(self, key: str, step: int) -> None:
        """Press a key on the page itself and wait for the step that it leads to."""
        self.page.locator("body").press(key)
        self.expect_step(step)

    def go_to_end(self) -> None:
        self.page.locator("#last").click()
        self.expect_step(self.steps())

    def expect_step(self, step: int) -> None:
        expect(self.card).to_have_attribute("data-step", str(step))

    def rows(self) -> list[Row]:
        return self.rows_of("#wengert-list tbody tr")

    def current_row(self) -> Row | None:
        """Return the row of the current step; the result has none."""
        return next(iter(self.rows_of("#wengert-list tr[aria-current=step]")), None)

    def rows_of(self, selector: str) -> list[Row]:
        """Return the rows that a selector finds, all in one question to the browser."""
        return [
            Row(plain(name or operation), read_number(value), read_number(derivative))
            for name, operation, value, derivative in self.page.locator(selector).evaluate_all(CELLS)
        ]

    def way(self, name: str) -> Locator:
        """Return the number that one of the four ways gives."""
        return self.page.locator(f"#ways tr[data-way={name}] td.digits")

    def expect_way(self, name: str, expected: float, tolerance: float) -> None:
        """Wait until one of the four ways shows a number."""
        cell = self.way(name)
        expect(cell).to_have_count(1)
        self.page.wait_for_function(
            """([name, expected, allowed]) => {
                const cell = document.querySelector(`#ways tr[data-way=${name}] td.digits`);
                const shown = Number(cell?.textContent.replaceAll("\\u2212", "-"));
                return Math.abs(shown - expected) <= allowed;
            }""",
            arg=[name, expected, tolerance * max(1.0, abs(expected))],
        )

    def field(self, leaf: str) -> Locator:
        return self.page.get_by_role("textbox", name=leaf, exact=True)

    def draw(self) -> None:
        """Wait until what has been done so far is drawn: the page draws once per frame."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def slider(self, leaf: str) -> Locator:
        return self.page.get_by_role("slider", name=f"{leaf}, slider")


def plain(text: str) -> str:
    """Write a name as it stands in the source: v₁ is v1."""
    return unicodedata.normalize("NFKC", text).strip()


def read_number(text: str | None) -> float | None:
    """Read a number as the page writes it."""
    return float(plain(text).replace("\N{MINUS SIGN}", "-")) if text else None
