"""A reader's whole way through the pages, with and without JavaScript: ask, watch, follow a citation, go back, ask on, reload.

    journey.py ADDRESS QUESTION

Every page on the way is looked at for accessibility, light and dark, and measured: the first block after the click, shifts of the layout.
"""

import statistics
import sys

from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from browser import METER, PHONE, SENTRY, WIDE, Faults, flags, violations
from playwright.sync_api import expect, sync_playwright

# What a reader waits for after the click, and how much may move meanwhile: the project's own figures, the first as these programs must keep it.
FIRST_BLOCK_MS = int(sys.argv[3])
LAYOUT_SHIFT = 0.05
ASKED = 5

BASE, QUESTION = sys.argv[1], sys.argv[2]
FAULTS = Faults(BASE)


def context(browser, **options):
    opened = browser.new_context(**{"viewport": WIDE} | options)
    opened.set_default_timeout(30_000)
    opened.expose_function("reportFault", FAULTS.add)
    opened.add_init_script(SENTRY)
    opened.add_init_script(METER)
    return opened


def new_page(opened):
    page = opened.new_page()
    FAULTS.watch_page(page)
    return page


def ask(page):
    """From the start to the end of an answer."""
    FAULTS.where = "start"
    page.goto(BASE + "/")
    page.get_by_label("Your question").fill(QUESTION)
    FAULTS.where = "answer"
    page.get_by_role("button", name="Ask").click()
    whole(page)


def whole(page):
    expect(page.locator("#answer .byline")).to_contain_text("Answered by")
    page.wait_for_load_state("load")


def way(page):
    """The way itself: nothing here needs a script."""
    ask(page)
    expect(page.locator("h1")).to_have_text(QUESTION)
    expect(page.locator("#answer .coverage")).to_be_visible()
    expect(page.locator("#answer .sources > li")).to_have_count(8)
    blocks = page.locator("#answer > .block")
    text = blocks.all_inner_texts()
    assert len(text) > 2, text
    asked_at = page.url

    citation = page.locator("#answer .citation > a").first
    card = page.locator("#answer .citation > .card").first
    expect(card).to_be_hidden()
    citation.hover()
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    citation.focus()
    expect(card).to_be_visible()
    cited = citation.inner_text()

    FAULTS.where = "preprint"
    citation.press("Enter")
    expect(page.locator("main .id").first).to_have_text(cited)
    assert "/preprints/" + cited in page.url, page.url
    expect(page.locator(".abstract mark").first).to_be_visible()

    FAULTS.where = "back"
    page.go_back()
    expect(page.locator("h1")).to_have_text(QUESTION)
    whole(page)
    assert blocks.all_inner_texts() == text

    FAULTS.where = "follow-up"
    follow_up = page.locator("#answer .follow-ups a").first
    next_question = follow_up.inner_text()
    follow_up.click()
    expect(page.locator("h1")).to_have_text(next_question)
    whole(page)

    FAULTS.where = "back again"
    page.go_back()
    expect(page.locator("h1")).to_have_text(QUESTION)
    FAULTS.where = "reload"
    page.reload()
    whole(page)
    assert page.url == asked_at and blocks.all_inner_texts() == text


def keys(page):
    """What the script adds for the keyboard."""
    FAULTS.where = "keys"
    page.goto(BASE + "/")
    page.keyboard.press("/")
    field = page.get_by_label("Your question")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    whole(page)
    page.locator("#answer .citation > a").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#answer .citation > .card").first).to_be_hidden()


def measured(browser):
    """The first block and the shifts, over several questions; the machine may be busy, so the least time counts."""
    times, shifts = [], []
    for viewport in [WIDE] * ASKED + [PHONE]:
        opened = context(browser, viewport=viewport)
        page = new_page(opened)
        ask(page)
        page.wait_for_function("window.firstBlock >= 0")
        if viewport is WIDE:
            times.append(page.evaluate("window.firstBlock"))
        shifts.append(page.evaluate("window.shifts"))
        opened.close()
    if min(times) > FIRST_BLOCK_MS:
        FAULTS.add(f"the first block came {min(times):.0f} ms after the click at best: at most {FIRST_BLOCK_MS}")
    if max(shifts) > LAYOUT_SHIFT:
        FAULTS.add(f"the layout shifted by {max(shifts):.3f}: at most {LAYOUT_SHIFT}")
    return f"first block after {min(times):.0f} ms at best, {statistics.median(times):.0f} ms in the middle of {ASKED}; shift of the layout {max(shifts):.3f} at most of {len(shifts)}"


def pages():
    """Every kind of page, with what leads to it."""
    query = urlencode({"q": QUESTION})
    return {
        "start": "/",
        "answer": f"/ask?{query}",
        "outside the archive": "/ask?" + urlencode({"q": "How do I bake sourdough bread?"}),
        "nothing passes the filter": f"/ask?{query}&category=cs.ET",
        "search": "/search",
        "found": "/search?" + urlencode({"q": "jets"}),
        "preprint": "/preprints/AG-2026.03-1712?mark=0-60",
        "no question": "/ask?q=",
        "wrong filter": f"/search?{query}&from=yesterday",
        "no such preprint": "/preprints/AG-2026.03-9999",
        "no such page": "/nowhere",
    }


def accessible(browser):
    """axe on every page, light and dark, wide and narrow; and nothing wider than the screen."""
    looked = 0
    for scheme in ("light", "dark"):
        for viewport in (WIDE, PHONE):
            # The content policy would keep the checker out, which is put in by the test.
            opened = context(browser, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce")
            page = new_page(opened)
            for name, path in pages().items():
                FAULTS.where = f"{name}, {scheme}, {viewport['width']} px"
                page.goto(BASE + path)
                for violation in violations(page):
                    FAULTS.add(f"axe: {violation}")
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    FAULTS.add(f"{wide} px wider than the screen")
                looked += 1
            opened.close()
    return f"{looked} pages looked at by axe"


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(**flags(playwright))
    for javascript in (True, False):
        opened = context(browser, java_script_enabled=javascript)
        way(new_page(opened))
        if javascript:
            keys(new_page(opened))
        opened.close()
    said = [measured(browser), accessible(browser)]
    browser.close()
FAULTS.end("\n".join(said))
