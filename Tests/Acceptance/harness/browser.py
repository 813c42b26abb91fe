"""A real browser that reports everything that goes wrong in a page."""
import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, expect

from .engine import IS_SPLIT
from .paths import SCREENSHOTS

# The browser notes every answer that is no success as an error of its own. Only those that a test provokes on purpose are left out.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (401|404|409|412|422|429)")
# A busy machine may take its time; what never comes fails all the same.
expect.set_options(timeout=15_000)
# A colour scheme is a matter of the style sheet alone, which is the same file however services run. Both are looked at where all are one
# process; where they are apart each screen is looked at once.
SCHEMES = ["light"] if IS_SPLIT else ["light", "dark"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium without a window."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def watched(browser: Browser, base: str, **options: object) -> Iterator[Page]:
    """A page in a context of its own; at the end it must have had no error, no console error and no policy violation."""
    context = browser.new_context(base_url=base, viewport=WIDE, reduced_motion="reduce", ignore_https_errors=True, **options)
    context.set_default_timeout(15_000)
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            troubles.append(f"console: {message.text} ({message.location.get('url')})")

    context.on("console", note)
    context.on("weberror", lambda error: troubles.append(f"page error: {error.error}"))
    page = context.new_page()
    try:
        yield page
    finally:
        context.close()
    assert not troubles, "\n".join(troubles)


def settled(page: Page) -> None:
    """Waits until the screen shows its content."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.get_by_label("Loading", exact=True)).to_have_count(0)


def sign_in(page: Page, username: str, password: str) -> None:
    """Signs in through the form."""
    page.goto("/login")
    page.get_by_test_id("login-username").fill(username)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    settled(page)


def accessible(page: Page, what: str) -> None:
    """Fails with the whole report if axe finds anything."""
    report = Axe().run(page)
    assert report.violations_count == 0, f"{what}:\n{report.generate_report()}"


def picture(page: Page, name: str) -> None:
    """Keeps a picture of the screen at desktop and telephone width."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for size, suffix in ((NARROW, "390"), (WIDE, "1440")):
        page.set_viewport_size(size)
        settled(page)
        page.screenshot(path=SCREENSHOTS / f"{name}-{suffix}.png")


def fits(page: Page) -> None:
    """Nothing sticks out of a telephone's screen."""
    page.set_viewport_size(NARROW)
    settled(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(WIDE)
    assert overflow <= 0, f"the page is {overflow} px wider than the screen"


def before_caret_after_enter(field: Locator) -> str:
    """Presses Enter and returns what stands before the caret at once: there a fast typist's next key goes."""
    return field.evaluate("""field => {
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
        return field.value.slice(0, field.selectionStart);
    }""")
