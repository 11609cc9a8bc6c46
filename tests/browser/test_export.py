"""Taking away what is shown: addresses, frames, pictures, films, tables and formulas."""

import csv
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

import adcore
from tests.browser.explore import Explore

SOURCE = "a = x1/x2\nreturn a*sin(a)"
AT = {"x1": 1.5, "x2": 0.5}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def sheet(explore: Explore) -> Explore:
    """Open the sheet at the end of a reverse sweep, with a clipboard that a test can read."""
    explore.page.add_init_script(
        "if (navigator.clipboard)"
        "    navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); };"
    )
    explore.open_question(SOURCE, AT, "reverse")
    explore.go_to_end()
    explore.page.get_by_role("button", name="Share", exact=True).click()
    expect(explore.page.locator("#share-sheet")).to_be_visible()
    return explore


def save(sheet: Explore, name: str) -> Path:
    with sheet.page.expect_download() as waiting:
        sheet.page.locator(f"#save-{name}").click()
    download: Download = waiting.value
    assert download.suggested_filename == f"wengert.{name}"
    return Path(download.path())


def copy(sheet: Explore, name: str) -> str:
    sheet.page.locator(f"#copy-{name}").click()
    sheet.page.wait_for_function("() => window.copied !== undefined")
    text: str = sheet.page.evaluate("() => { const text = window.copied; delete window.copied; return text; }")
    return text


def listed() -> list[tuple[str | None, float, float]]:
    """List what the table has to hold, from the engine: name, value, adjoint."""
    trace = adcore.trace(SOURCE, AT, "reverse")
    adjoints = {event.node: event.value for event in trace.events if event.kind == "adjoint"}
    return [(trace.graph.names[i], trace.values[i], adjoints[i]) for i in range(len(trace.graph))]


def test_the_table_as_csv_and_json_holds_the_numbers_of_the_engine(sheet: Explore):
    saved = save(sheet, "csv").read_bytes()
    assert (saved.count(b"\r"), saved.count(b"\n")) == (0, 1 + len(listed()))
    rows = list(csv.DictReader(io.StringIO(saved.decode())))
    assert [(row["name"] or None, float(row["value"]), float(row["adjoint"])) for row in rows] == listed()
    found = json.loads(save(sheet, "json").read_text(encoding="utf-8"))
    assert found["source"] == SOURCE
    assert [(row["name"] or None, row["value"], row["adjoint"]) for row in found["rows"]] == listed()


def test_the_table_as_markdown_and_latex(sheet: Explore):
    lines = copy(sheet, "md").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert [(row[1] or None, float(row[3]), float(row[4])) for row in cells] == listed()
    latex = copy(sheet, "tex")
    body = re.findall(r"\$(v_\{-?\d+\})\$ & \$(.*)\$ & \$(.*)\$ & \$(.*)\$ \\\\", latex)
    assert [(float(value), float(adjoint)) for _, _, value, adjoint in body] == [row[1:] for row in listed()]
    assert body[0][0] == "v_{-1}"
    assert r"\frac" in body[2][1]
    assert "data" not in latex


def test_a_formula_as_latex(sheet: Explore):
    latex = copy(sheet, "function")
    assert r"\sin" in latex
    assert r"\data" not in latex
    assert latex.count("{") == latex.count("}")


def test_what_is_copied_out_of_a_formula_is_latex(explore: Explore):
    explore.open_question(SOURCE, AT, "reverse")
    copied = explore.page.evaluate(
        """() => {
            const math = document.querySelector("#formula math");
            getSelection().selectAllChildren(math);
            const how = { clipboardData: new DataTransfer(), cancelable: true, bubbles: true };
            const event = new ClipboardEvent("copy", how);
            math.dispatchEvent(event);
            return [event.defaultPrevented, event.clipboardData.getData("text/plain")];
        }"""
    )
    assert copied[0]
    assert r"\sin" in copied[1]
    assert "data" not in copied[1]


def test_the_address_brings_the_step_back(sheet: Explore, page: Page):
    address, steps = copy(sheet, "address"), sheet.steps()
    page.goto("about:blank")
    page.goto(address)
    sheet.expect_step(steps)
    expect(page.locator("#share-sheet")).to_have_count(0)


def test_the_frame_shows_the_step(sheet: Explore, page: Page, address: str):
    snippet, steps = copy(sheet, "frame"), sheet.steps()
    found = re.fullmatch(
        r'<iframe src="([^"]+)" title="[^"]+" width="100%" height="520" loading="lazy"></iframe>', snippet
    )
    assert found is not None
    source = found[1].replace("&amp;", "&")
    assert source.startswith(f"{address}/embed#")
    page.goto("about:blank")
    page.goto(source)
    expect(page.locator("#scrub")).to_have_js_property("value", str(steps))


def test_the_picture_stands_alone(sheet: Explore):
    root = ET.fromstring(save(sheet, "svg").read_text(encoding="utf-8"))
    assert root.find(f"{SVG}title").text == SOURCE
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    for _, value, adjoint in listed():
        for number in (value, adjoint):
            shown = f"{number:.4g}".replace("-", "\N{MINUS SIGN}")
            assert any(shown in text for text in texts), shown
    boxes = [rect for rect in root.iter(f"{SVG}rect") if rect.get("rx") == "11"]
    assert len(boxes) == len(listed())
    for rect in boxes:
        assert re.match(r"rgba?\(|#", rect.get("fill") or "")
    assert "var(" not in ET.tostring(root, encoding="unicode")


def test_the_picture_of_a_graph_that_is_painted(explore: Explore):
    """Of a very large graph the elements are few: what is painted behind them comes along."""
    source = "y = x\nfor i in range(200):\n    y = 3.7*y*(1 - y)\nreturn y"
    explore.open_question(source, {"x": 0.3}, "reverse")
    explore.page.get_by_role("button", name="Open all").click()
    for _ in range(6):
        explore.page.get_by_role("button", name="Fit the whole graph").click()
    expect(explore.page.locator("canvas.graph-painting")).to_be_visible()
    explore.page.locator("body").press("e")
    root = ET.fromstring(save(explore, "svg").read_text(encoding="utf-8"))
    assert (root.find(f"{SVG}image").get("href") or "").startswith("data:image/png;base64,")


def test_the_picture_as_pixels(sheet: Explore):
    content = save(sheet, "png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    root = ET.fromstring(save(sheet, "svg").read_text(encoding="utf-8"))
    assert (width, height) == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=2)


def test_a_film_has_a_frame_for_every_step(sheet: Explore):
    content = save(sheet, "gif").read_bytes()
    assert content[:6] == b"GIF89a"
    assert content[-1] == 0x3B
    assert len(list(frames(content))) == sheet.steps() + 1
    sheet.expect_step(sheet.steps())


def test_a_film_can_be_decoded(sheet: Explore, page: Page):
    """Chromium's own decoder reads the first frame, and finds the paper in its corner."""
    content = save(sheet, "gif").read_bytes()
    corner = page.evaluate(
        """async (bytes) => {
            const decoder = new ImageDecoder({ data: new Uint8Array(bytes), type: "image/gif" });
            await decoder.tracks.ready;
            await decoder.completed;
            const count = decoder.tracks.selectedTrack.frameCount;
            const { image } = await decoder.decode({ frameIndex: count - 1 });
            const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
            canvas.getContext("2d").drawImage(image, 0, 0);
            return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data];
        }""",
        list(content),
    )
    assert corner == pytest.approx([250, 248, 243, 255], abs=2)


def test_a_film_can_be_stopped(explore: Explore):
    page = explore.page
    explore.open_question("y = x\nfor i in range(40):\n    y = y*sin(y)\nreturn y", {"x": 0.5}, "reverse")
    page.locator("body").press("e")
    page.locator("#save-gif").click()
    page.locator("#stop-film").click()
    expect(page.locator("#film-progress")).to_have_count(0)
    expect(page.locator("#notice")).to_contain_text("No film was made.")


def test_a_film_as_webm(explore: Explore):
    explore.open_question("x*x", {"x": 3.0}, "reverse")
    explore.page.locator("#speed").select_option("16")
    explore.page.locator("body").press("e")
    content = save(explore, "webm").read_bytes()
    assert content[:4] == b"\x1a\x45\xdf\xa3"
    assert b"webm" in content[:64]
    assert len(content) > 1000


def test_the_sheet_is_accessible(sheet: Explore, assert_accessible_in_each_scheme: Callable[[Page], None]):
    sheet.page.emulate_media(reduced_motion="reduce")
    sheet.draw()
    assert_accessible_in_each_scheme(sheet.page)


def frames(content: bytes) -> list[tuple[int, int]]:
    """Walk through the blocks of a GIF and give the size of each frame."""
    at = 13 + 3 * 2 ** ((content[10] & 7) + 1)
    found = []
    while content[at] != 0x3B:
        if content[at] == 0x2C:
            found.append(struct.unpack("<HH", content[at + 5 : at + 9]))
            at += 11
        else:
            assert content[at] == 0x21
            at += 2
        while content[at]:
            at += content[at] + 1
        at += 1
    return found
