"""What a test leaves in the browser is gone when the next one starts."""

from datetime import datetime

import pytest

from tests.browser.profile import Profile

pytestmark = pytest.mark.usefixtures("context")  # empties the profile also after a test that failed

LEAVE = """async () => {
    localStorage.setItem("left", "here");
    sessionStorage.setItem("left", "here");
    document.cookie = "left=here";
    await caches.open("left");
    await new Promise((done) => (indexedDB.open("left").onsuccess = done));
}"""
LEFT = """async () => [
    localStorage.length, sessionStorage.length, document.cookie,
    (await caches.keys()).length, (await indexedDB.databases()).length,
]"""
NOTHING = [0, 0, "", 0, 0]
YEAR = "() => new Date().getFullYear()"


def test_nothing_that_was_stored_is_left(profile: Profile):
    page = profile.open().new_page()
    page.goto("/healthz")
    page.evaluate(LEAVE)
    assert page.evaluate(LEFT) == [1, 1, "left=here", 1, 1]
    profile.empty()
    assert page.is_closed()
    page = profile.open().new_page()
    page.goto("/healthz")
    assert page.evaluate(LEFT) == NOTHING


def test_no_script_or_permission_is_left(profile: Profile):
    context = profile.open()
    context.grant_permissions(["geolocation"])
    page = context.new_page()
    page.add_init_script("window.left = 'here'")
    page.goto("/healthz")
    allowed = "async () => (await navigator.permissions.query({ name: 'geolocation' })).state"
    assert page.evaluate("() => window.left") == "here"
    assert page.evaluate(allowed) == "granted"
    profile.empty()
    page = profile.open().new_page()
    page.goto("/healthz")
    assert page.evaluate("() => window.left") is None
    assert page.evaluate(allowed) != "granted"


def test_a_clock_that_was_set_ends_with_its_test(profile: Profile):
    page = profile.open().new_page()
    page.clock.install(time=datetime(1999, 3, 2))
    page.goto("/healthz")
    assert page.evaluate(YEAR) == 1999
    profile.empty()
    page = profile.open().new_page()
    page.goto("/healthz")
    assert page.evaluate(YEAR) != 1999
