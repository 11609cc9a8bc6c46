"""A lesson in the browser: by keyboard alone, with every answer judged; axe finds nothing, nothing overflows."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from server.learn import open_lessons
from server.tutor.exercises import make_exercise
from server.tutor.lessons import Question
from server.tutor.quantities import evaluate

LESSONS = open_lessons()
MOST_TABS = 80


def open_lesson(page: Page, name: str) -> None:
    page.goto(f"/learn/{name}")
    expect(page.locator("html")).to_have_attribute("data-ready", "true")


def answer_by_keyboard(page: Page, form: Locator, question: Question, answer: str) -> None:
    """Put an answer in from the first field of a form, and send it with Enter."""
    if question.kind == "choice":
        form.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(int(answer)):
            page.keyboard.press("ArrowDown")
    else:
        form.get_by_role("textbox").focus()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(answer)
    page.keyboard.press("Enter")


def right_answer(name: str, question: Question) -> str:
    if question.kind == "choice":
        return str([option.right for option in question.options].index(True))
    if question.kind == "formula":
        return question.answer
    return f"{evaluate(question.answer, LESSONS[name].programs):.6g}"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press the tab key until something has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"the tab key does not lead to {wanted}")


def do_lesson(page: Page, name: str) -> None:
    """Answer every question of the open lesson rightly, by keyboard alone."""
    questions = LESSONS[name].questions
    forms = page.locator("form[data-place]")
    expect(forms).to_have_count(len(questions))
    for place, question in enumerate(questions):
        form, answer = forms.nth(place), right_answer(name, question)
        tab_to(page, form.locator("input").first)
        page.keyboard.press("Space") if question.kind == "choice" else page.keyboard.type(answer)
        for _ in range(int(answer) if question.kind == "choice" else 0):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(form.locator(".reply")).to_contain_text("Right.")
    expect(page.locator("#answered")).to_have_text(f"{len(questions)} of {len(questions)} answered rightly")


def test_the_whole_course_is_done_by_keyboard(page: Page):
    # Live views have tests of their own.
    page.route("**/embed*", lambda route: route.fulfill(body="<title>A live view</title>", content_type="text/html"))
    open_lesson(page, next(iter(LESSONS)))
    for name in LESSONS:
        expect(page.locator("main")).to_have_attribute("data-lesson", name)
        expect(page.locator("html")).to_have_attribute("data-ready", "true")
        do_lesson(page, name)
        tab_to(page, page.locator(".lesson-end a.button"))
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Learn", exact=True)).to_be_visible()
    expect(page.locator(".lesson-done[data-whole='true']")).to_have_count(len(LESSONS))
    tab_to(page, page.get_by_role("button", name="Start all lessons over"))
    page.keyboard.press("Enter")
    expect(page.locator(".lesson-done")).to_have_count(0)


def test_a_lesson_remembers_what_was_right(page: Page, context: BrowserContext):
    open_lesson(page, "dual-numbers")
    form = page.locator("form[data-place='1']")
    question = LESSONS["dual-numbers"].questions[1]
    answer_by_keyboard(page, form, question, right_answer("dual-numbers", question))
    expect(form.locator(".reply")).to_contain_text("Right.")
    listed = context.new_page()
    listed.goto("/learn")
    row = listed.locator("wg-done[lesson='dual-numbers']")
    expect(row).to_have_text("1 of 3 right")
    page.reload()
    expect(form.locator(".answered-before")).to_be_visible()
    expect(page.locator("form[data-place='0'] .answered-before")).to_have_count(0)
    expect(page.locator("#answered")).to_have_text("1 of 3 answered rightly")
    page.get_by_role("button", name="Start over").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#answered")).to_have_text("0 of 3 answered rightly")
    expect(form.locator(".answered-before")).to_have_count(0)
    expect(row).to_be_empty()


def test_a_lesson_leads_to_its_exercise(page: Page):
    open_lesson(page, "source-transformation")
    practice = LESSONS["source-transformation"].practice
    assert practice
    page.get_by_role("link", name="The line that is wrong").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/exercise#"))
    exercise = make_exercise(practice.program.source, practice.program.point, practice.kind, 0, practice.level)
    expect(page.locator(".exercise-ask")).to_have_text(exercise.ask)
    expect(page.locator("#exercise-done")).to_have_text(f"0 of {len(exercise.blanks)} done")


@pytest.mark.parametrize(
    "kept",
    [
        "no json",
        "[1, 2]",
        '{"dual-numbers": 3}',
        '{"dual-numbers": {"questions": 3, "right": ["0", -1, 1.5]}}',
        '{"dual-numbers": {"questions": 99, "right": [0]}}',
        '{"__proto__": {"questions": 3, "right": [0]}}',
    ],
)
def test_what_this_page_did_not_write_is_left_alone(page: Page, kept: str):
    page.add_init_script(f"localStorage.setItem('wengert-lessons-1', {json.dumps(kept)})")
    open_lesson(page, "dual-numbers")
    expect(page.locator("#answered")).to_have_text("0 of 3 answered rightly")


def test_a_change_of_theme_reaches_the_frames(page: Page):
    open_lesson(page, "dual-numbers")
    frame = page.locator("iframe.lesson-live")
    frame.scroll_into_view_if_needed()
    inside = frame.content_frame.locator("html")
    expect(inside).to_have_attribute("data-ready", "true")
    for theme in ("light", "dark"):
        page.locator("#theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        expect(inside).to_have_attribute("data-theme", theme)
    page.locator("#theme").click()
    expect(inside).not_to_have_attribute("data-theme", "dark")


def test_a_mistake_is_named_then_the_hint_then_the_answer(page: Page):
    open_lesson(page, "reverse-mode")
    form = page.locator("form[data-place='0']")
    answer_by_keyboard(page, form, LESSONS["reverse-mode"].questions[0], "0.141")
    expect(form.locator(".reply")).to_contain_text("Not yet. That is the contribution of the product alone.")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(form.locator(".reply")).to_contain_text("cannot be read as a number")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form.locator(".lesson-hint p")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form.locator(".reply")).to_contain_text("The answer: −2.829.")
    expect(page.locator("#answered")).to_have_text("0 of 3 answered rightly")


def test_a_live_view_is_stepped_in_place(page: Page):
    open_lesson(page, "dual-numbers")
    frame = page.locator("iframe.lesson-live")
    frame.scroll_into_view_if_needed()
    inside = frame.content_frame
    expect(inside.locator("html")).to_have_attribute("data-ready", "true")
    inside.get_by_role("button", name="To the result").focus()
    page.keyboard.press("Enter")
    expect(inside.locator(".caption-result")).to_contain_text("= 8")
    page.keyboard.press("ArrowLeft")
    expect(inside.locator("#sentence")).not_to_be_empty()


def leave_out_frames(page: Page) -> None:
    """Live views are pages of their own, with tests of their own; axe would wait for each of them."""
    expect(page.locator("iframe:not([title])")).to_have_count(0)
    page.evaluate("document.querySelectorAll('iframe').forEach((frame) => frame.remove())")
    expect(page.locator("iframe")).to_have_count(0)


def test_every_lesson_looks_right_in_light_and_dark(page: Page, assert_accessible: Callable[[Page], None]):
    for name in LESSONS:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": 1280, "height": 900})
        open_lesson(page, name)
        leave_out_frames(page)
        form = page.locator("form[data-place='0']")
        answer_by_keyboard(page, form, LESSONS[name].questions[0], "1")
        expect(form.locator(".reply b")).not_to_be_empty()
        expect(page.locator("wg-math math").first).to_be_visible()
        expect(page.locator(".temml-error, .lesson .error")).to_have_count(0)
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 900})
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
