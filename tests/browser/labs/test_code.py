from playwright.sync_api import Page, expect

from tests.browser.labs.test_labs import open_lab


def test_statements_of_one_line_light_together(page: Page):
    open_lab(page, "code")
    page.locator("wg-code").first.get_by_text("b = math.exp(x2)").hover()
    lit = page.locator(".code-lines .lit")
    expect(lit.filter(has_text="b_dot = b * x2_dot")).to_have_count(1)
    expect(lit.filter(has_text="a = x1 / x2")).to_have_count(0)


def test_a_pass_can_be_switched_off_and_a_form_chosen(page: Page):
    open_lab(page, "code")
    adjoint = page.locator("wg-code").last.locator(".quiet-words")
    expect(adjoint).to_have_text("20 operations")
    page.get_by_label("Drop times 1 and plus 0").uncheck()
    expect(adjoint).not_to_have_text("20 operations")
    page.get_by_label("Shown").select_option("closures")
    expect(page.locator("wg-code")).to_have_count(1)
    expect(page.locator(".code-lines")).to_contain_text("def pullback")


def test_a_program_can_be_saved(page: Page):
    open_lab(page, "code", "o.form=%22a+file+for+NumPy%22")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save A file for NumPy").click()
    assert saved.value.suggested_filename == "numpy_derivative.py"
    assert "import numpy" in saved.value.path().read_text(encoding="utf-8")
