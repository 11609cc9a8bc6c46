"""An assignment from its making to its grades: made on the page, done from its link by keyboard, and graded."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from server.tutor.assignments import Assignment, Task, read_link, write_assignment, write_link
from server.tutor.canon import digest, write_canonical
from server.tutor.diagnosis import answer
from server.tutor.exercises import make_exercise
from tests.server.tutor.handed_in import ASSIGNMENT, FORMULA, PRODUCT, SURVEY

MODE = Task("[x*y, x + y, sin(x)]", {"x": 2.0, "y": 3.0}, "mode", 0, 1, 2)


def wait_until_ready(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


def open_link(page: Page, assignment: Assignment) -> None:
    page.goto(f"/assignment#a={write_link(assignment)}")
    wait_until_ready(page)


def make_assignment(page: Page) -> str:
    """Put two exercises together, and return the link."""
    page.goto("/assignment")
    wait_until_ready(page)
    page.get_by_label("Title").fill("Two traces")
    page.get_by_role("combobox", name="Exercise").select_option("forward")
    expect(page.locator(".exercise-ask")).to_contain_text("Fill in the forward trace")
    page.get_by_role("spinbutton", name="Attempts").fill("2")
    page.get_by_role("button", name="Add to the assignment").press("Enter")
    expect(page.locator(".assignment-tasks li")).to_have_count(1)
    page.get_by_role("combobox", name="Exercise").select_option("mode")
    expect(page.locator(".exercise-ask")).to_contain_text("The whole Jacobian is wanted")
    page.get_by_role("spinbutton", name="Attempts").fill("1")
    page.get_by_role("button", name="Add to the assignment").press("Enter")
    expect(page.locator(".assignment-tasks li")).to_have_count(2)
    expect(page.locator(".assignment-tasks li").nth(1)).to_contain_text("2 blanks, 1 attempt")
    expect(page.locator("#link")).to_have_value(re.compile(r"/assignment#a=.{200}"))
    return page.locator("#link").input_value()


def do_trace(page: Page, task: Task) -> None:
    """Answer the blanks of a trace one after the other: the first wrongly at first, the last is given away."""
    blanks = make_exercise(task.source, task.point, task.kind, task.seed, task.level).blanks
    page.locator("wg-exercise input").first.focus()
    page.keyboard.type("987")
    page.keyboard.press("Enter")
    expect(page.locator("#attempts")).to_contain_text("1 left at this one")
    for place, blank in enumerate(blanks):
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(answer(blank))
        page.keyboard.press("Enter")
        done = f"{place + 1} of {len(blanks)} blanks done" if place + 1 < len(blanks) else "all done"
        expect(page.locator(".assignment-places button").first).to_contain_text(done)


def do_mode(page: Page) -> None:
    """Use up the attempt at the first blank: the answer is shown; then the number of sweeps."""
    page.locator("wg-exercise input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".assignment-places button").nth(1)).to_contain_text("1 of 2 blanks done")
    expect(page.locator("wg-exercise")).to_contain_text("The answer: reverse")
    page.locator("form[data-blank=passes] input").focus()
    page.keyboard.type("1")
    expect(page.locator("form[data-blank=passes] input")).to_have_value("1")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_have_text("2 of 2 exercises done.")


def test_from_the_making_to_the_grades(page: Page, context: BrowserContext, tmp_path: Path):
    link = make_assignment(page)
    assignment = read_link(link.partition("#a=")[2])
    assert [task.kind for task in assignment.exercises] == ["forward", "mode"]
    learner = context.new_page()
    learner.goto(link)
    wait_until_ready(learner)
    expect(learner.get_by_role("heading", name="Two traces")).to_be_visible()
    learner.get_by_label("Your name").fill("Ada\u200b Love\u2028lace")
    do_trace(learner, assignment.exercises[0])
    learner.reload()
    wait_until_ready(learner)
    expect(learner.get_by_label("Your name")).to_have_value("Ada Lovelace")
    expect(learner.locator(".assignment-places button").first).to_contain_text("all done")
    learner.get_by_role("button", name="Next exercise").press("Enter")
    expect(learner.locator(".exercise-ask")).to_contain_text("The whole Jacobian is wanted")
    do_mode(learner)
    for name in ("Save the result", "Save as a table"):
        with learner.expect_download() as download:
            learner.get_by_role("button", name=name).press("Enter")
        download.value.save_as(tmp_path / download.value.suggested_filename)
    learner.once("dialog", lambda dialog: dialog.accept())
    learner.get_by_role("button", name="Begin anew").press("Enter")
    expect(learner.locator("#done")).to_have_text("0 of 2 exercises done.")
    expect(learner.get_by_label("Your name")).to_have_value("")
    assert {path.name for path in tmp_path.iterdir()} == {"two-traces-ada-lovelace.json", "two-traces-ada-lovelace.csv"}
    command = [sys.executable, "-m", "server", "grade", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    blanks = make_exercise(*[getattr(assignment.exercises[0], name) for name in ("source", "point", "kind")]).blanks
    assert f"Ada Lovelace  {len(blanks) - 1}/{len(blanks)}/0  1/1/1" in said
    assert "  wrong-mode: Ada Lovelace" in said
    assert "something else than its replay" not in said
    table = (tmp_path / "two-traces-ada-lovelace.csv").read_bytes().decode().split("\n")[:-1]
    result = json.loads((tmp_path / "two-traces-ada-lovelace.json").read_text(encoding="utf-8"))
    assert len(table) == 1 + len(result["attempts"])
    assert all(row.endswith(result["digest"]) for row in table[1:])


def test_a_file_is_opened_changed_and_saved(page: Page, tmp_path: Path):
    path = tmp_path / "products.json"
    path.write_text(write_assignment(ASSIGNMENT), encoding="utf-8")
    page.goto("/assignment")
    wait_until_ready(page)
    page.locator("#open").set_input_files(path)
    expect(page.get_by_label("Title")).to_have_value("Products")
    expect(page.locator("#link")).to_have_value(re.compile(write_link(ASSIGNMENT)))
    page.get_by_role("button", name="Move exercise 2 up").press("Enter")
    expect(page.locator(".assignment-tasks li").first).to_contain_text("The reverse trace")
    page.get_by_role("button", name="Change exercise 2").press("Enter")
    expect(page.get_by_role("heading", name="Exercise 2")).to_be_visible()
    page.get_by_label("2", exact=True).check()
    expect(page.get_by_role("button", name="Put it in its place")).to_be_enabled()
    page.get_by_role("button", name="Put it in its place").press("Enter")
    changed = replace(ASSIGNMENT, exercises=(SURVEY, replace(PRODUCT, level=2)))
    expect(page.locator("#link")).to_have_value(re.compile(write_link(changed)))
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Products")
    expect(page.locator("#link")).to_have_value(re.compile(write_link(changed)))
    with page.expect_download() as download:
        page.locator("#save").press("Enter")
    assert Path(download.value.path()).read_text(encoding="utf-8") == write_assignment(changed)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no way there')); }")
    page.get_by_label("Title").fill("Lost on the way")
    expect(page.locator("#said")).to_contain_text("Try again.")
    expect(page.locator("#link")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Products")
    expect(page.locator("#link")).to_have_value(re.compile(write_link(changed)))
    path.write_text("{}", encoding="utf-8")
    page.locator("#open").set_input_files(path)
    expect(page.locator("#said")).to_contain_text('does not say "wengert": "assignment"')


def test_a_link_that_is_not_whole_is_said_to_be(page: Page):
    page.goto(f"/assignment#a={write_link(ASSIGNMENT)[:-9]}")
    expect(page.get_by_role("status").filter(has_text="not whole")).to_be_visible()


def test_two_tabs_lose_nothing_of_each_other(page: Page, context: BrowserContext):
    open_link(page, ASSIGNMENT)
    other = context.new_page()
    open_link(other, ASSIGNMENT)
    other.locator(".assignment-places button").nth(1).press("Enter")
    expect(other.locator(".exercise-ask")).to_contain_text("Fill in the reverse trace")
    for tab, text in ((page, "0.909"), (other, "1")):
        tab.locator("wg-exercise input").first.focus()
        tab.keyboard.type(text)
        tab.keyboard.press("Enter")
        expect(tab.locator(".assignment-places [aria-current]")).to_contain_text("1 of")
    expect(other.locator(".assignment-places button").first).to_contain_text("1 of 4 blanks done")
    page.reload()
    wait_until_ready(page)
    expect(page.locator(".assignment-places button").nth(1)).to_contain_text("1 of 6 blanks done")


def test_work_that_somebody_else_wrote_breaks_nothing(page: Page):
    """What cannot be is not shown; what an older service made is made anew."""
    key = f"wengert-assignment-{ASSIGNMENT.digest()[:24]}"
    task = ASSIGNMENT.exercises[0].to_json()
    del task["attempts"]
    empty = {"given": [], "blanks": []}
    state = {
        "spec": task,
        "exercise": empty,
        "answers": {},
        "verdicts": {},
        "hints": {},
        "revealed": [],
        "attempts": [],
    }
    right = {"kind": "right", "sentence": "", "value": 0.909, "findings": [], "step": ""}
    old = {**state, "current": "primal:1", "verdicts": {"primal:1": right}}
    wrongs = [
        {**old, "attempts": [{"blank": "primal:1"}]},
        {**old, "exercise": {**empty, "blanks": [None]}},
        {**old, "hints": {"a": 3}},
        {**old, "question": 7},
        {**old, "verdicts": {"primal:1": {"kind": "tied", "sentence": ""}}},
    ]
    works = {"{": 0, "null": 0, json.dumps({"version": 1, "work": [{"exercise": 1}, 7]}): 0}
    works |= {
        json.dumps({"version": 1, "work": [each, None]}): done
        for each, done in (*((wrong, 0) for wrong in wrongs), (old, 1))
    }
    for kept, done in works.items():
        page.goto("/rules")
        page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
        open_link(page, ASSIGNMENT)
        expect(page.locator(".assignment-places button").first).to_contain_text(f"{done} of 4 blanks done")
        expect(page.locator("wg-exercise")).to_contain_text(f"{done} of 4 done")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_look_right(
    page: Page, assert_accessible: Callable[[Page], None], artifacts: Path, width: int, scheme: str
):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    assignment = replace(ASSIGNMENT, exercises=(*ASSIGNMENT.exercises, FORMULA, MODE))
    letters = write_link(assignment)
    for name, path in {"making": f"#edit={letters}", "doing": f"#a={letters}"}.items():
        page.goto("/rules")
        page.goto(f"/assignment{path}")
        wait_until_ready(page)
        expect(page.locator(".assignment-title")).to_have_count(4)
        expect(page.locator(".exercise-ask")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=artifacts / f"assignment-{name}-{width}-{scheme}.png", full_page=True)
        assert_accessible(page)
    page.goto(f"/sheet#a={letters}")
    wait_until_ready(page)
    expect(page.locator(".sheet-page")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=artifacts / f"sheet-{width}-{scheme}.png", full_page=True)
    assert_accessible(page)


def test_a_sheet_on_paper(page: Page):
    page.goto("/exercise#f=x*sin(x)&at=%7B%22x%22%3A2%7D&kind=reverse&seed=0&level=3")
    page.get_by_role("link", name="Print it").press("Enter")
    expect(page).to_have_url(re.compile("/sheet#"))
    wait_until_ready(page)
    expect(page.locator(".sheet-key li").first).to_have_text("1 the adjoint of v₂")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".sheet-controls")).to_be_hidden()
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    assert page.pdf().count(b"/Type /Page\n") == 2
    page.emulate_media(media="screen")
    page.get_by_label("with the key").uncheck()
    expect(page.locator(".sheet-key")).to_have_count(0)


def test_digests_and_canonical_text_are_those_of_the_command(page: Page):
    page.goto("/rules")
    values = [
        ASSIGNMENT.to_json(),
        [1e21, 1e-7, -0.0, 0.1, 123456789.125, 5e-324],
        {"ä": '\u2028\x7f"\\', "a": None},
        "🙂" * 40,
    ]
    found = page.evaluate(
        """async (values) => {
            const { digestOf, writeCanonical } = await import("/static/js/digest.js");
            return values.map((value) => [writeCanonical(value), digestOf(value)]);
        }""",
        values,
    )
    assert found == [[write_canonical(value), digest(value)] for value in values]
