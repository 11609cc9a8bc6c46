"""A lesson in the browser: by keyboard alone, with every answer judged; axe finds nothing, nothing overflows."""

import pytest
from playwright.sync_api import Locator, Page, expect

from server.learn import open_lessons
from server.tutor.lessons import Question
from server.tutor.quantities import evaluate

LESSONS = open_lessons()


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


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_done_by_keyboard(page: Page, name: str):
    open_lesson(page, name)
    questions = LESSONS[name].questions
    forms = page.locator("form[data-place]")
    expect(forms).to_have_count(len(questions))
    for place, question in enumerate(questions):
        answer_by_keyboard(page, forms.nth(place), question, right_answer(name, question))
        expect(forms.nth(place).locator(".reply")).to_contain_text("Right.")
    expect(page.locator("#answered")).to_have_text(f"{len(questions)} of {len(questions)} answered rightly")


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


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_lesson_looks_right(page: Page, assert_accessible, artifacts, name: str, width: int, scheme: str):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    open_lesson(page, name)
    expect(page.locator("wg-math math").first).to_be_visible()
    form = page.locator("form[data-place='0']")
    form.locator("input").first.focus()
    answer_by_keyboard(page, form, LESSONS[name].questions[0], "1")
    expect(form.locator(".reply b")).not_to_be_empty()
    assert page.locator(".temml-error, .lesson .error").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=artifacts / f"lesson-{name}-{width}-{scheme}.png", full_page=True)
    assert_accessible(page)
