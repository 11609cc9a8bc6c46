"""One profile of the browser for all tests of a process, emptied after each.

A fresh profile per test would load the hundred modules of a page anew each time, into a process of its own. What the
profile keeps is what no test can tell: files that the app says are unchanged, and a process that has read them before.
"""

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

ONE_PROCESS = "--process-per-site"
HAS_OWN_TIME = "() => Date !== Date.prototype.constructor"


class Profile:
    """A profile, opened when it is asked for."""

    def __init__(self, browser: Browser, address: str, wait_milliseconds: int) -> None:
        self._browser = browser
        self._address = address
        self._wait = wait_milliseconds
        self._opened: tuple[BrowserContext, Page, CDPSession] | None = None

    def open(self) -> BrowserContext:
        """Give the profile; the locale is fixed because some builds of Chromium have none that works."""
        if self._opened is None:
            context = self._browser.new_context(
                base_url=self._address,
                locale="en-US",
                viewport={"width": 1440, "height": 900},
                service_workers="block",
            )
            context.set_default_timeout(self._wait)
            # A page without scripts stays open, and with it the process.
            home = context.new_page()
            home.goto("/healthz")
            self._opened = context, home, context.new_cdp_session(home)
        return self._opened[0]

    def empty(self) -> None:
        """Leave nothing of a test to the next one: no page, nothing stored, no permission, no clock that was set."""
        if self._opened is None:
            return
        context, home, tools = self._opened
        for page in context.pages:
            if page is not home:
                page.close()
        if home.evaluate(HAS_OWN_TIME):  # a profile never gets its own time back
            self.close()
            return
        context.clear_cookies()
        context.clear_permissions()
        context.unroute_all()
        tools.send("Storage.clearDataForOrigin", {"origin": self._address, "storageTypes": "all"})

    def close(self) -> None:
        """Close the profile; the next test opens another."""
        if self._opened is not None:
            self._opened[0].close()
            self._opened = None
