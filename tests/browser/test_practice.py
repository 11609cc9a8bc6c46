"""Practice in the browser: a session by keyboard, what stays and what is taken along, two tabs, broken records."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from server.tutor.blanks import Exercise
from server.tutor.diagnosis import answer
from server.tutor.exercises import make_exercise
from tests.browser.test_mastery import KINDS, attempt

KEY = "wengert-practice"
NOON = datetime(2026, 3, 2, 12)


def open_practice(page: Page) -> None:
    """Open the page with chance taken out of it, so that the same exercises come in every run."""
    page.add_init_script("Math.random = () => 0.45")
    page.goto("/practice")
    expect(page.locator("html")).to_have_attribute("data-started", "true")
    expect(page.locator(".skill")).to_have_count(len(KINDS))


def keep(page: Page, attempts: list[dict[str, Any]], **more: Any) -> None:
    """Put a record there before the page is opened."""
    text = json.dumps({"version": 1, "since": "2026-01-01T00:00:00.000Z", "attempts": attempts, "own": None} | more)
    page.goto("/healthz")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])


def shown_exercise(page: Page) -> Exercise:
    """Make the exercise that the page shows once more, with its key."""
    expect(page.locator("wg-exercise .exercise-ask")).to_be_visible()
    ask = "import('/static/js/store.js').then(({ exercise }) => exercise.value.spec)"
    spec = page.evaluate(ask)
    return make_exercise(spec["source"], spec["point"], spec["kind"], spec["seed"], spec["level"])


def answer_all(page: Page) -> int:
    """Answer every blank rightly, and give how many there were."""
    exercise = shown_exercise(page)
    for blank in exercise.blanks:
        give = "async ([id, text]) => (await import('/static/js/actions/exercise.js')).answerBlank(id, text)"
        page.evaluate(give, [blank.id, answer(blank).split(" or ")[0]])
    expect(page.locator("#next")).to_have_text("Next")
    return len(exercise.blanks)


def expect_attempts(page: Page, count: int) -> None:
    expect(page.locator("wg-record")).to_contain_text(f"{count} attempt{'' if count == 1 else 's'},")


def test_a_session_by_keyboard(page: Page):
    page.clock.install(time=NOON)
    open_practice(page)
    page.locator("#begin").focus()
    page.keyboard.press("Enter")
    title, field = page.locator("#practice-title"), page.locator("wg-exercise input[data-blank]").first
    expect(title).to_have_text("The forward trace")
    expect(field).to_be_focused()
    blanks = shown_exercise(page).blanks
    page.keyboard.type("777")
    page.keyboard.press("Enter")
    expect_attempts(page, 1)
    for place, blank in enumerate(blanks):
        expect(page.locator(f"input[data-blank='{blank.id}']")).to_be_focused()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(answer(blank))
        page.keyboard.press("Enter")
        expect_attempts(page, place + 2)
    expect(page.locator("#practice-done")).to_contain_text("Next review: today, once more")
    expect(page.locator("#next")).to_be_focused()
    page.clock.fast_forward("11:00")
    page.keyboard.press("Enter")
    expect(title).to_have_text("What doubles")
    answer_all(page)
    expect(page.locator("#practice-done")).to_contain_text("What doubles: coming along, from 10 % to 82 %")
    expect(page.locator("#practice-done")).to_contain_text("Next review: tomorrow")
    expect(page.locator("#practice-done")).to_contain_text("10 minutes are over. In this session: 2 exercises")
    expect(page.locator("#next")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#closing")).to_contain_text("In this session: 2 exercises")
    expect(page.locator("#begin")).to_be_focused()
    expect(page.locator("wg-practice")).to_contain_text("1 skill due for review.")


REFUSED = {"source": "x +", "point": {}, "kind": "forward", "seed": 1, "level": 1}
CHANGED = """(edit) => {
    const key = "wengert-practice-tab";
    const tab = JSON.parse(sessionStorage.getItem(key));
    Object.assign(tab.exercise, edit.state);
    Object.assign(tab.exercise.exercise, edit.exercise);
    sessionStorage.setItem(key, JSON.stringify(tab));
    onpagehide = () => sessionStorage.setItem(key, JSON.stringify(tab));
}"""


def test_what_is_being_done_stays_when_the_page_is_loaded_again(page: Page):
    open_practice(page)
    page.get_by_role("button", name="Practise: The reverse trace").click()
    expect(page.locator("#practice-why")).to_have_text("Level 1, as you chose.")
    exercise = shown_exercise(page)
    first, second = exercise.blanks[:2]
    page.locator(f"input[data-blank='{first.id}']").fill(answer(first))
    page.keyboard.press("Enter")
    expect_attempts(page, 1)
    words = page.locator("[data-kind='reverse'] .skill-words")
    expect(words).to_contain_text("beginning, 3")
    gone = {"id": "gone", "form": "number", "words": "", "choices": []}
    page.evaluate(CHANGED, {"state": {"current": "gone", "revealed": ["gone"]}, "exercise": {"blanks": [gone]}})
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-started", "true")
    expect(page.locator("#practice-title")).to_have_text("The reverse trace")
    expect(page.locator("#exercise-done")).to_have_text(f"1 of {len(exercise.blanks)} done")
    page.locator(f"input[data-blank='{second.id}']").fill("777")
    page.keyboard.press("Enter")
    expect_attempts(page, 2)
    expect(words).to_have_text("beginning, 16 %")
    page.locator("#stop").click()
    expect(page.locator("#closing")).to_have_text(
        "In this session: 1 exercise, 1 of 2 blanks right at the first attempt."
    )


DOWN = """const real = fetch;
window.fetch = (...asked) => sessionStorage.getItem("down") && String(asked[0]).includes("/api/exercise")
    ? Promise.reject(new TypeError("down")) : real(...asked);"""


def test_a_server_that_cannot_be_reached_costs_no_exercise(page: Page):
    open_practice(page)
    page.locator("#begin").click()
    exercise = shown_exercise(page)
    first = exercise.blanks[0]
    page.locator(f"input[data-blank='{first.id}']").fill(answer(first))
    page.keyboard.press("Enter")
    expect_attempts(page, 1)
    page.add_init_script(DOWN)
    page.evaluate("sessionStorage.setItem('down', 'yes')")
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("The page tries again by itself.")
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("The page tries again by itself.")
    page.evaluate("sessionStorage.removeItem('down')")
    expect(page.locator("#exercise-done")).to_have_text(f"1 of {len(exercise.blanks)} done")
    expect(page.locator("#trouble")).to_have_text("")
    expect_attempts(page, 1)


def test_what_somebody_else_wrote_into_the_tab_is_not_gone_on_with(page: Page):
    open_practice(page)
    for wrong in ({"attempts": [{}]}, {"verdicts": {"a": 1}}, {"spec": REFUSED}):
        page.locator("#begin, #next").first.click()
        expect(page.locator("wg-exercise .exercise-ask")).to_be_visible()
        page.evaluate(CHANGED, {"state": wrong, "exercise": {}})
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-started", "true")
        expect(page.locator("#begin")).to_be_visible()


def test_hints_and_answers_that_were_shown_are_no_knowledge(page: Page):
    open_practice(page)
    page.locator("#begin").click()
    blank = shown_exercise(page).blanks[0]
    page.get_by_role("button", name="Hint 1 of 3").click()
    expect(page.locator(".desk-hints li")).to_have_count(1)
    page.locator(f"input[data-blank='{blank.id}']").fill(answer(blank))
    page.keyboard.press("Enter")
    expect_attempts(page, 1)
    expect(page.locator("[data-kind='forward'] .skill-words")).to_have_text("beginning, 11 %")
    page.get_by_role("button", name="Practise: A Hessian times a direction").click()
    expect(page.locator("#practice-title")).to_have_text("A Hessian times a direction")
    page.get_by_role("button", name="Show the answer").click()
    expect_attempts(page, 2)
    expect(page.locator("[data-kind='hvp'] .skill-words")).to_have_text("beginning, 11 %")


def test_mistakes_are_told_and_levels_follow(page: Page):
    page.clock.install(time=NOON)
    named = {"right": False, "names": ["chain"], "sentence": "The inner derivative is missing."}
    past = [*(attempt("forward", k) for k in range(9)), *(attempt("reverse", 10 + k, at=NOON, **named) for k in (0, 1))]
    past += [attempt("doubling", 50, at=NOON, right=False, names=["chain", "sign"])]
    keep(page, past)
    open_practice(page)
    expect(page.locator("[data-kind='forward'] .skill-words")).to_have_text("mastered, 99 %")
    expect(page.locator("[data-kind='forward'] .skill-due")).to_have_text("due now")
    expect(page.locator("#met")).to_have_text("Chain, 2 times. The inner derivative is missing.")
    page.locator("#begin").click()
    expect(page.locator("#practice-why")).to_have_text("Level 3, its review is due.")
    late = """([key, more]) => {
        const record = JSON.parse(localStorage.getItem(key));
        localStorage.setItem(key, JSON.stringify({ ...record, attempts: [...record.attempts, more] }));
    }"""
    page.evaluate(late, [KEY, attempt("mode", 1)])  # another tab adds something of which this one is not told
    expect_attempts(page, answer_all(page) + len(past) + 1)


def test_a_record_goes_to_a_file_and_back(page: Page, tmp_path: Path):
    keep(page, [attempt(kind, place) for place, kind in enumerate(KINDS)])
    open_practice(page)
    with page.expect_download() as saved:
        page.locator("#export").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert len(json.loads(file.read_text())["attempts"]) == len(KINDS)
    page.locator("#forget").click()
    expect(page.locator("#forget-no")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#forget")).to_be_focused()
    expect_attempts(page, len(KINDS))
    page.locator("#forget").click()
    page.locator("#forget-yes").click()
    expect_attempts(page, 0)
    said = page.locator("#record-said")
    expect(said).to_have_text("Everything is forgotten.")
    page.locator("#import").set_input_files(file)
    expect(said).to_contain_text(f"{len(KINDS)} attempts added, 0 known already.")
    expect_attempts(page, len(KINDS))
    page.locator("#import").set_input_files(file)
    expect(said).to_contain_text(f"0 attempts added, {len(KINDS)} known already.")
    page.reload()
    expect_attempts(page, len(KINDS))


WRONG = {
    "text.json": ("not json", "This is no JSON"),
    "list.json": ("[]", "This is no record of practice."),
    "newer.json": ('{"version": 2, "attempts": []}', "a newer version of Wengert"),
    "other.json": ('{"version": 1, "attempts": []}', "This is no record of practice."),
    "half.json": ('{"version": 1, "since": "2026-01-01T00:00:00.000Z", "attempts": [{}], "own": null}', "Attempt 1 of"),
}


def test_files_that_are_no_records_are_refused(page: Page, tmp_path: Path):
    keep(page, [attempt("forward", 1)])
    open_practice(page)
    for name, (text, words) in WRONG.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        page.locator("#import").set_input_files(tmp_path / name)
        expect(page.locator("#record-said")).to_contain_text(f"{name} is not read. ")
        expect(page.locator("#record-said")).to_contain_text(words)
        expect_attempts(page, 1)


def test_a_broken_record_is_said_and_kept_aside(page: Page, tmp_path: Path):
    broken = '{"version": 1, "att'
    page.goto("/healthz")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, broken])
    open_practice(page)
    expect(page.locator("#record-said")).to_contain_text("cannot be read, so a new one is begun")
    page.locator("#begin").click()
    answer_all(page)
    page.reload()
    expect(page.locator("#save-aside")).to_be_visible()
    with page.expect_download() as saved:
        page.locator("#save-aside").click()
    saved.value.save_as(tmp_path / "aside")
    assert (tmp_path / "aside").read_text() == broken
    page.locator("#drop-aside").click()
    expect(page.locator("#save-aside")).to_have_count(0)
    expect(page.locator("[data-kind='forward'] .skill-words")).not_to_have_text("not begun")


def test_two_tabs_lose_nothing_and_forget_together(page: Page):
    other = page.context.new_page()
    open_practice(page)
    open_practice(other)
    counts = []
    for tab, name in ((page, "Dual numbers"), (other, "What doubles"), (page, "The forward trace")):
        tab.get_by_role("button", name=f"Practise: {name}").click()
        expect(tab.locator("#practice-title")).to_have_text(name)
        counts.append(answer_all(tab))
        for each in (page, other):
            expect_attempts(each, sum(counts))
    page.locator("#forget").click()
    page.locator("#forget-yes").click()
    for each in (page, other):
        expect_attempts(each, 0)
    other.get_by_role("button", name="Practise: Dual numbers").click()
    expect(other.locator("#practice-title")).to_have_text("Dual numbers")
    last = answer_all(other)
    for each in (page, other):
        expect_attempts(each, last)


def test_the_exercise_that_was_asked_for_last_is_shown(page: Page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        if '"forward"' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/exercise", hold)
    open_practice(page)
    page.get_by_role("button", name="Practise: The forward trace").click()
    page.get_by_role("button", name="Practise: Dual numbers").click()
    expect(page.locator("#practice-title")).to_have_text("Dual numbers")
    with page.expect_response("**/api/trace"):
        held[0].continue_()
    answer_all(page)
    expect(page.locator("#practice-done")).to_contain_text("Dual numbers: ")
    expect(page.locator("[data-kind='forward'] .skill-words")).to_have_text("not begun")


def test_a_function_of_ones_own(page: Page):
    open_practice(page)
    page.get_by_label("My own function").check()
    page.locator("#own-source").fill("u*exp(v)")
    page.get_by_role("button", name="Use this function").click()
    expect(page.locator("#own-said")).to_contain_text("The next exercises are about this function")
    page.locator(".own-point").get_by_label("v").fill("0.3")
    page.get_by_role("button", name="Use this function").click()
    page.locator("#begin").click()
    expect(page.locator(".practice-function")).to_contain_text("u*exp(v)")
    expect(page.locator(".practice-function")).to_contain_text("v = 0.3")
    page.get_by_role("button", name="Practise: Where to keep a state").click()
    expect(page.locator("#practice-why")).to_contain_text("Your function has no such exercise: There is no loop")
    expect(page.locator(".practice-function")).to_contain_text("for i in range")
    page.locator("#own-source").fill("u*")
    page.get_by_role("button", name="Use this function").click()
    expect(page.locator("#own-said")).to_contain_text("missing")
    page.reload()
    expect(page.get_by_label("My own function")).to_be_checked()
    page.get_by_label("Chosen to fit the level").check()
    expect(page.locator(".own-form")).to_have_count(0)
    page.locator("#next").click()
    expect(page.locator(".practice-function")).not_to_contain_text("for i in range")
    expect(page.locator(".practice-function")).not_to_contain_text("u*exp(v)")
    page.goto("/healthz")
    page.goto("/practice#" + urlencode({"f": "sin(p)", "at": '{"p": 0.5}'}))
    expect(page.locator("#own-source")).to_have_value("sin(p)")
    expect(page.locator(".own-point").get_by_label("p")).to_have_value("0.5")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_practice_looks_right(
    page: Page, assert_accessible: Callable[[Page], None], artifacts: Path, width: int, scheme: str
):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    past = [attempt(kind, 10 * j + k, right=k != 1) for j, kind in enumerate(KINDS[:6]) for k in range(1, 2 + j)]
    keep(
        page, [*past, attempt("dual", 99, right=False, names=["sign"], sentence="A sign is turned.", at=datetime.now())]
    )
    open_practice(page)
    page.locator(".method summary").click()
    page.locator("#forget").click()
    expect(page.locator("#forget-no")).to_be_focused()
    page.screenshot(path=artifacts / f"practice-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    page.get_by_label("My own function").check()
    page.locator("#begin").click()
    expect(page.locator("wg-exercise .exercise-ask")).to_be_visible()
    expect(page.locator("#next")).to_be_visible()
    page.screenshot(path=artifacts / f"practice-session-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


DENIED = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""


def test_practice_works_where_nothing_can_be_kept(page: Page, tmp_path: Path):
    page.add_init_script(DENIED)
    open_practice(page)
    page.locator("#begin").click()
    count = answer_all(page)
    expect_attempts(page, count)
    expect(page.locator("#record-said")).to_contain_text("This browser does not let the page keep a record")
    with page.expect_download() as saved:
        page.locator("#export").click()
    saved.value.save_as(tmp_path / "record.json")
    assert len(json.loads((tmp_path / "record.json").read_text())["attempts"]) == count
