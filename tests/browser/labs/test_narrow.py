"""On a narrow screen pictures stay readable: graphs scroll, and words keep off lines and each other."""

from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab

WIDE = "f=[x[0]*x[1], x[1]*x[2], x[2]*x[3], x[3]*x[4]]&at=%7B%22x%22:[1,2,3,4,5]%7D"
APART = """() => {
    const boxes = [...document.querySelectorAll(".mark-words")].map((words) => words.getBoundingClientRect());
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.length === 4 && !boxes.some((a, place) => boxes.slice(place + 1).some((b) => meet(a, b)));
}"""
CHOOSE = """async (ink) => {
    const { placeWords } = await import("/static/js/plot/words.js");
    const frame = { left: 0, top: 0, width: 200, height: 100 };
    const places = [-90, 20, 60].map((y) => ({ x: 10, y, anchor: "start" }));
    const words = { text: "tolerance", quantity: "", places };
    return placeWords(frame, [words, words], ink).map(({ y, clear }) => [y, clear]);
}"""


def test_pictures_stay_readable_on_a_narrow_screen(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, "jacobian", WIDE)
    frame = page.get_by_role("group", name="The linearised graph")
    page.wait_for_function(
        """() => { const drawing = document.querySelector(".elimination");
            return drawing.getBoundingClientRect().width === drawing.viewBox.baseVal.width; }"""
    )
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")

    open_lab(page, "memory")
    expect(page.locator(".mark-words.over")).to_have_count(0)
    page.wait_for_function(APART)

    assert page.evaluate(CHOOSE, []) == [[20, True], [60, True]], "inside, and not over each other"
    assert page.evaluate(CHOOSE, [[0, 17, 200, 17]]) == [[60, True], [20, False]], "off the line"
    assert page.evaluate(CHOOSE, [[0, 100, 40, 0], [0, 17, 200, 17]]) == [[60, False], [20, False]], "on fewest lines"
