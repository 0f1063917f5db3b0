"""A reader's whole way through the pages, with and without JavaScript: ask, watch, follow a citation, go back, ask on, reload; and where answers are
kept for those who have a key: sign in, ask, share, read by the link, take it back, delete, sign out.

    journey.py ADDRESS QUESTION FIRST_BLOCK_MS [LOCKED_ADDRESS KEY]

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
LOCKED, KEY = sys.argv[4:6] if len(sys.argv) > 4 else (None, None)
# How long anything may take on a busy machine.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
FAULTS = Faults(BASE, *filter(None, [LOCKED]))


def context(browser, **options):
    opened = browser.new_context(**{"viewport": WIDE} | options)
    opened.set_default_timeout(PATIENCE_MS)
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
    """The same without a mouse: `/` and Enter are what the script adds, all else is the browser's own."""
    FAULTS.where = "keys"
    page.goto(BASE + "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("/")
    field = page.get_by_label("Your question")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    whole(page)
    tab_to(page, "#answer .block .citation > a")
    card = page.locator("#answer .citation > .card").first
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".abstract mark").first).to_be_visible()
    # Chromium without a window has no keys of its own for this.
    page.go_back()
    whole(page)
    # As it is read: the text, its sources, what stands below.
    for part in (".citation > a", ".sources a", ".follow-ups a"):
        tab_to(page, f"#answer {part}")
    next_question = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(next_question)
    whole(page)


def tab_to(page, selector):
    """From where the focus is on to the next of these, by the tabulator; whatever has the focus on the way shows it."""
    for _ in range(100):
        page.keyboard.press("Tab")
        arrived, style = page.evaluate("(selector) => [document.activeElement.matches(selector), getComputedStyle(document.activeElement).outlineStyle]", selector)
        assert style != "none", page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if arrived:
            return
    raise AssertionError(f"the tabulator never came to {selector}")


def scripts_of_the_world(page):
    """What is written from right to left, or in any letters, is shown as its readers write it."""
    FAULTS.where = "letters"
    for question, direction in {"מהי האנרגיה האפלה ואיך מודדים אותה?": "rtl", "ما هي المادة المظلمة؟": "rtl", "暗物质是什么？": "ltr", "Что такое тёмная материя?": "ltr"}.items():
        page.goto(BASE + "/ask?" + urlencode({"q": question}))
        whole(page)
        title = page.locator("h1")
        expect(title).to_have_text(question)
        assert title.evaluate("(title) => getComputedStyle(title).direction") == direction, question
        page.goto(BASE + "/search?" + urlencode({"q": question}))
        field = page.get_by_label("Search for")
        expect(field).to_have_value(question)
        assert field.evaluate("(field) => field.matches(':dir(rtl)')") == (direction == "rtl"), question


def still(page):
    """Who wants nothing to move sees nothing move."""
    FAULTS.where = "reduced motion"
    page.goto(BASE + "/")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    whole(page)
    page.locator("#answer .citation > a").first.focus()
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("window.animated") == 0, "something was animated"


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


def kept_way(page, others, look):
    """Where answers are kept for those who have a key. `others`: a page of somebody who has none. `look` is given every page on the way."""
    FAULTS.where = "locked"
    page.goto(f"{LOCKED}/ask?" + urlencode({"q": QUESTION}))
    look(page)
    page.get_by_label("Your key").fill(KEY)
    FAULTS.where = "signed in"
    page.get_by_role("button", name="Sign in").click()
    whole(page)
    FAULTS.where = "kept"
    page.locator(".permanent a.stays").click()
    whole(page)
    look(page)
    address = page.url
    page.get_by_role("button", name="Make a link for others").click()
    look(page)
    shared = page.locator(".permanent a.link").get_attribute("href")
    FAULTS.where = "list of kept answers"
    page.get_by_role("link", name="Answers").click()
    expect(page.locator(".sources .title")).to_have_text(QUESTION)
    look(page)
    page.locator(".sources .title a").click()
    expect(page.locator(".permanent a.link")).to_have_attribute("href", shared)

    FAULTS.where = "shared"
    others.goto(LOCKED + shared)
    expect(others.locator("h1")).to_have_text(QUESTION)
    expect(others.get_by_role("button", name="Take the link back")).to_have_count(0)
    look(others)
    FAULTS.where = "taken back"
    page.get_by_role("button", name="Take the link back").click()
    expect(page.get_by_role("button", name="Make a link for others")).to_be_visible()
    others.reload()
    expect(others.locator("h1")).to_have_text("There is no such answer")
    look(others)

    FAULTS.where = "deleted"
    page.locator(".permanent summary").click()
    page.get_by_role("button", name="Delete this answer for good").click()
    expect(page.locator(".sources > li")).to_have_count(0)
    look(page)
    assert page.goto(address).status == 404
    FAULTS.where = "sign in"
    page.goto(LOCKED + "/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your key")).to_be_visible()
    look(page)


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
    looked = []
    for scheme in ("light", "dark"):
        for viewport in (WIDE, PHONE):
            # The content policy would keep the checker out, which is put in by the test.
            options = {"color_scheme": scheme, "viewport": viewport, "bypass_csp": True, "reduced_motion": "reduce"}

            def look(page, look_of=f"{scheme}, {viewport['width']} px"):
                where, FAULTS.where = FAULTS.where, f"{FAULTS.where}, {look_of}"
                for violation in violations(page):
                    FAULTS.add(f"axe: {violation}")
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    FAULTS.add(f"{wide} px wider than the screen")
                looked.append(FAULTS.where)
                FAULTS.where = where

            opened = context(browser, **options)
            page = new_page(opened)
            for name, path in pages().items():
                FAULTS.where = name
                page.goto(BASE + path)
                look(page)
            opened.close()
            if LOCKED:
                mine, others = context(browser, **options), context(browser, **options)
                kept_way(new_page(mine), new_page(others), look)
                mine.close()
                others.close()
    return f"{len(looked)} pages looked at by axe"


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(**flags(playwright))
    for javascript in (True, False):
        opened = context(browser, java_script_enabled=javascript)
        way(new_page(opened))
        if javascript:
            keys(new_page(opened))
            scripts_of_the_world(new_page(opened))
        elif LOCKED:
            kept_way(new_page(opened), new_page(context(browser, java_script_enabled=False)), lambda page: None)
        opened.close()
    opened = context(browser, reduced_motion="reduce")
    opened.add_init_script("window.animated = 0; for (const kind of ['animationstart', 'transitionrun']) addEventListener(kind, () => window.animated++, true);")
    still(new_page(opened))
    opened.close()
    said = [measured(browser), accessible(browser)]
    browser.close()
FAULTS.end("\n".join(said))
