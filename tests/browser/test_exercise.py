"""Exercises in the browser, by keyboard alone: right, wrong, a hint, given up; the graph shows what a learner knows."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from server.tutor.blanks import Blank, Choice, Exercise, Number, Order
from server.tutor.diagnosis import answer, judge
from server.tutor.exercises import KINDS, make_exercise

LOOP = "def f(x, y):\n    for i in range(3):\n        x = sin(x)*y + x\n    return x"
SHORT = "x*sin(x*y)"
AT = {"x": 0.4, "y": 1.1}
SPECS = {kind: (LOOP if kind in ("checkpoint", "order", "bug", "doubling") else SHORT) for kind in KINDS}


def open_exercise(page: Page, source: str, kind: str, level: int = 3, at: dict[str, float] = AT) -> Exercise:
    exercise = make_exercise(source, at, kind, 1, level)
    page.goto("/exercise#" + urlencode({"f": source, "at": json.dumps(at), "kind": kind, "seed": 1, "level": level}))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    expect(page.locator(".exercise-ask")).to_have_text(exercise.ask)
    expect(page.locator("#exercise-done")).to_have_text(f"0 of {len(exercise.blanks)} done")
    return exercise


def place_of(page: Page, blank: Blank) -> Locator:
    """The field of a blank in a table, or the form of its own."""
    tag = "input" if isinstance(blank.key, Number) else "form"
    return page.locator(f'{tag}[data-blank="{blank.id}"]')


def give_answer(page: Page, blank: Blank, text: str) -> None:
    """Put an answer in where the focus is, and send it with Enter."""
    if isinstance(blank.key, Choice):
        options = [option.lower() for option in blank.key.options]
        place_of(page, blank).get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for _ in range(options.index(text.lower())):
            page.keyboard.press("ArrowDown")
    else:
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def enter(page: Page, blank: Blank) -> None:
    """Go to a blank: the focus is there already once the one before is done."""
    place = place_of(page, blank)
    field = (
        place if isinstance(blank.key, Number) else place.locator("input:not([type=radio]), input[type=radio]").first
    )
    if isinstance(blank.key, Order):
        field = place.get_by_label("As a list")
    field.focus()


def wrong_answer(blank: Blank) -> str:
    key = blank.key
    if isinstance(key, Number):
        return next(text for c in key.candidates if judge(blank, text := f"{c.value:.6g}").kind == "named")
    if isinstance(key, Choice):
        return next(option for option in key.options if option not in key.right)
    return ", ".join(reversed(answer(blank).split(", "))) if isinstance(key, Order) else "1"


def right_answer(blank: Blank) -> str:
    return answer(blank).split(" or ")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_an_exercise_is_done_by_keyboard(page: Page, kind: str):
    exercise = open_exercise(page, SPECS[kind], kind, level=2 if kind in ("forward", "reverse", "dual") else 3)
    first, *rest = exercise.blanks
    wrong = wrong_answer(first)
    verdict = judge(first, wrong)
    enter(page, first)
    give_answer(page, first, wrong)
    expect(page.locator(".desk").first).to_contain_text(verdict.sentence)
    expect(page.locator("#exercise-speech")).to_contain_text(verdict.sentence)
    hint = page.get_by_role("button", name="Hint 1 of 3").first
    hint.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".desk-hints li").first).to_have_text(first.hints[0])
    enter(page, first)
    give_answer(page, first, right_answer(first))
    expect(page.locator("#exercise-done")).to_have_text(f"1 of {len(exercise.blanks)} done")
    shown = rest[:1]
    for count, blank in enumerate(rest, start=2):
        if isinstance(blank.key, Number):
            expect(place_of(page, blank)).to_be_focused()
        if blank in shown:
            enter(page, blank)
            desk = page.locator(".desk").filter(has=page.get_by_role("button", name="Show the answer")).first
            desk.get_by_role("button", name="Show the answer").focus()
            page.keyboard.press("Enter")
            if count < len(exercise.blanks):
                expect(page.get_by_role("button", name="Go on")).to_be_focused()
                page.keyboard.press("Enter")
        else:
            enter(page, blank)
            give_answer(page, blank, right_answer(blank))
        expect(page.locator("#exercise-done")).to_have_text(f"{count} of {len(exercise.blanks)} done")
    closing = page.locator(".exercise-closing")
    expect(closing).to_be_focused()
    total = len(exercise.blanks)
    expect(closing).to_contain_text(f"{total - 1 - len(shown)} of {total} right at the first try")
    if verdict.kind == "named":
        expect(closing.get_by_role("listitem").first).to_contain_text(verdict.sentence)
    expect(page.locator("#exercise-speech")).to_contain_text("The exercise is done.")


def test_the_graph_shows_what_is_known_and_where_the_mistake_was_made(page: Page):
    at = {"x1": 2.0, "x2": 3.0}
    exercise = open_exercise(page, "x1*x2 + sin(x1)", "reverse", level=3, at=at)
    problem_values = exercise.values
    box = page.locator("svg.graph [data-node='0']")
    expect(box).to_have_attribute("aria-label", "v₋₁, x₁, value 2")
    expect(page.locator("svg.graph [data-node='3'] .value")).to_have_text(f"{problem_values[3]:.4g}")
    expect(page.locator("svg.graph .box.current")).to_have_attribute("data-node", "4")
    for blank in exercise.blanks[:-1]:
        expect(place_of(page, blank)).to_be_visible()
        enter(page, blank)
        give_answer(page, blank, right_answer(blank))
    last = exercise.blanks[-1]
    expect(place_of(page, last)).to_be_focused()
    expect(page.locator("svg.graph [data-node='1'] .chip .amount")).to_have_text("2")
    give_answer(page, last, "3.416")  # 3 - cos 2: a sign is turned at the sine
    expect(page.locator(".desk")).to_contain_text("A sign is turned at the sine.")
    expect(page.locator("svg.graph .box.mistaken")).to_have_attribute("data-node", "3")
    expect(page.locator("svg.graph .edge.lit")).to_have_count(1)
    give_answer(page, last, right_answer(last))
    expect(page.locator(".exercise-closing li")).to_have_text("A sign is turned at the sine.")
    expect(box.locator(".chip .amount")).to_have_text("2.584")
    expect(page.locator("svg.graph .box.mistaken")).to_have_count(0)


def test_a_tie_is_settled_and_a_smaller_step_leads_on(page: Page):
    exercise = open_exercise(page, "x**2*y", "reverse", level=3, at={"x": 2.0, "y": 2.0})
    last = exercise.blanks[-1]
    enter(page, last)
    give_answer(page, last, "77.7")
    step = page.get_by_role("button", name="Try a smaller step first")
    expect(step).to_contain_text(exercise.blank(judge(last, "77.7").step).words)
    give_answer(page, last, "2")
    second = page.get_by_role("textbox", name="To see which it was")
    expect(second).to_be_visible()
    expect(page.locator(".desk li")).to_have_count(2)
    second.focus()
    page.keyboard.type("2.4")  # what y is at the second point: the inner slope is left out
    page.keyboard.press("Enter")
    expect(page.locator(".desk")).to_contain_text("one is missing")
    expect(second).to_have_count(0)
    give_answer(page, last, "77.7")
    step.focus()
    page.keyboard.press("Enter")
    expect(place_of(page, exercise.blank(judge(last, "77.7").step))).to_be_focused()


def test_where_no_number_tells_the_learner_says_which_it_was(page: Page):
    exercise = open_exercise(page, "x*sin(x)", "reverse", level=3, at={"x": 2.0})
    blank = exercise.blank("contribution:0:2:0")
    enter(page, blank)
    give_answer(page, blank, "2")
    chosen = judge(blank, "2").findings[1].sentence
    page.get_by_role("group", name="Which of them was it?").get_by_role("button", name=chosen).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".desk")).to_contain_text(f"Not yet. {chosen}")
    expect(place_of(page, blank)).to_be_focused()


def test_an_order_is_changed_by_buttons(page: Page):
    exercise = open_exercise(page, SHORT, "order")
    items = exercise.blanks[0].key.items
    wanted = answer(exercise.blanks[0]).split(", ")
    rows = page.locator(".order-list li")
    for place, item in enumerate(wanted):
        row = page.locator(f".order-list li[data-item='{item}']")
        row.get_by_role("button", name="Earlier").focus()
        for _ in range(len(items)):
            page.keyboard.press("Enter")
        for _ in range(place):
            row.get_by_role("button", name="Later").focus()
            page.keyboard.press("Enter")
        expect(rows.nth(place)).to_have_attribute("data-item", item)
    expect(page.get_by_label("As a list")).to_have_value(", ".join(wanted))
    page.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".exercise-closing")).to_contain_text("Nothing was mixed up.")


def test_the_address_holds_the_exercise_and_another_is_asked_for(page: Page):
    open_exercise(page, SHORT, "forward", level=1)
    page.get_by_label("Exercise", exact=True).select_option("jacobian")
    expect(page.locator(".exercise-ask")).to_contain_text("Jacobian")
    page.get_by_role("radio", name="3").check()
    expect(page.locator("#exercise-done")).to_have_text("0 of 2 done")
    page.get_by_role("button", name="Another").click()
    expect(page).to_have_url(re.compile("kind=jacobian&seed=2&level=3"))
    page.reload()
    expect(page.locator("#exercise-done")).to_have_text("0 of 2 done")
    expect(page.get_by_label("Exercise", exact=True)).to_have_value("jacobian")
    page.get_by_label("Exercise", exact=True).select_option("checkpoint")
    expect(page.get_by_role("alert")).to_contain_text("loop")


def test_a_long_table_shows_what_the_blanks_have_to_do_with(page: Page):
    long = LOOP.replace("range(3)", "range(12)")
    exercise = open_exercise(page, long, "reverse", level=1)
    rows = page.locator(".exercise-table tbody tr:not(.exercise-group, .desk-row, .exercise-rest)")
    expect(page.locator(".exercise-table input")).to_have_count(len(exercise.blanks))
    expect(page.locator(".exercise-rest").first).to_contain_text("left out")
    switch = page.get_by_role("switch", name=f"All {len(exercise.cells)} rows")
    switch.focus()
    page.keyboard.press("Space")
    expect(rows).to_have_count(len(exercise.cells))
    expect(page.locator(".exercise-rest")).to_have_count(0)


def test_explore_leads_to_an_exercise_on_what_it_shows(page: Page):
    page.goto("/#" + urlencode({"f": SHORT, "at": json.dumps(AT), "mode": "forward"}))
    expect(page.locator("html")).to_have_attribute("data-ready", "true")
    link = page.get_by_role("link", name="Practise on this function")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".exercise-ask")).to_have_text(make_exercise(SHORT, AT, "forward", 1, 1).ask)
    expect(page.get_by_label("Exercise", exact=True)).to_have_value("forward")


@pytest.mark.parametrize(
    ("width", "scheme", "kinds"),
    [
        (1440, "light", ("forward", "formula")),
        (1440, "dark", ("doubling", "hvp")),
        (390, "light", ("reverse", "jacobian")),
        (390, "dark", ("bug", "order")),
    ],
)
def test_exercises_look_right(
    page: Page,
    assert_accessible: Callable[[Page], None],
    artifacts: Path,
    width: int,
    scheme: str,
    kinds: tuple[str, str],
):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    for kind in kinds:
        exercise = open_exercise(page, SPECS[kind], kind, level=2)
        first = exercise.blanks[0]
        enter(page, first)
        give_answer(page, first, wrong_answer(first))
        expect(page.locator(".desk").first).to_contain_text("Not yet.")
        page.get_by_role("button", name="Hint 1 of 3").first.click()
        expect(page.locator(".desk-hints li").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=artifacts / f"exercise-{kind}-{width}-{scheme}.png", full_page=True)
        assert_accessible(page)


def test_what_is_begun_stays_when_the_page_is_loaded_again(page: Page):
    exercise = open_exercise(page, SHORT, "reverse")
    first, second = exercise.blanks[:2]
    enter(page, first)
    give_answer(page, first, right_answer(first))
    done = page.locator("#exercise-done")
    expect(done).to_have_text(f"1 of {len(exercise.blanks)} done")
    page.get_by_role("button", name="Hint 1 of 3").first.click()
    expect(page.locator(".desk-hints li")).to_have_text(second.hints[0])
    page.reload()
    expect(done).to_have_text(f"1 of {len(exercise.blanks)} done")
    expect(page.locator(".desk-hints li")).to_have_text(second.hints[0])
    page.locator("#another").click()
    expect(done).to_contain_text("0 of ")
    dual = open_exercise(page, SHORT, "dual")
    for blank in dual.blanks:
        give = "async ([id, text]) => (await import('/static/js/actions/exercise.js')).answerBlank(id, text)"
        page.evaluate(give, [blank.id, right_answer(blank)])
    expect(page.locator(".exercise-closing")).to_be_visible()
    page.reload()
    expect(done).to_contain_text("0 of ")


def test_a_click_on_a_node_leads_to_its_blank(page: Page):
    exercise = open_exercise(page, SHORT, "forward")
    node = exercise.blanks[-1].node
    mine = [blank for blank in exercise.blanks if blank.node == node]
    box = page.locator(f"wg-graph [data-box='{node}']")
    for blank in [*mine, mine[0]]:
        box.click(position={"x": 6, "y": 6})
        expect(place_of(page, blank)).to_be_focused()
    given = next(i for i in range(len(exercise.values)) if all(blank.node != i for blank in exercise.blanks))
    page.locator(f"wg-graph [data-box='{given}']").click(position={"x": 6, "y": 6})
    expect(page.locator("#exercise-done")).to_contain_text("0 of ")
    box.press("Enter")
    expect(place_of(page, mine[1 % len(mine)])).to_be_focused()
