"""Pictures of every page: light, dark, on a phone, in print.

    pictures.py FOLDER ADDRESS ADDRESS_OF_AN_EMPTY_ARCHIVE LOCKED_ADDRESS KEY [ADDRESS_WITH_A_MODEL QUESTION]
"""

import sys
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from browser import PHONE, WIDE, flags
from playwright.sync_api import sync_playwright

FOLDER, BASE, EMPTY, LOCKED, KEY, *MODEL = sys.argv[1:]
QUESTION = "How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?"


def at(base, path, **query):
    return f"{base}{path}?" + urlencode(query)


PAGES = {
    "start": f"{BASE}/",
    "answer": at(BASE, "/ask", q=QUESTION),
    "outside": at(BASE, "/ask", q="How do I bake sourdough bread?"),
    "filtered-away": at(BASE, "/ask", q=QUESTION, category="cs.ET"),
    "found": at(BASE, "/search", q="jets", category="hep-*", **{"from": "2024"}),
    "search": f"{BASE}/search",
    "preprint": at(BASE, "/preprints/AG-2026.03-1712", mark="0-120"),
    "refused": at(BASE, "/search", q="jets", **{"from": "yesterday"}),
    "nowhere": f"{BASE}/nowhere",
    "empty": f"{EMPTY}/",
    "empty-asked": at(EMPTY, "/ask", q="Why?"),
    "locked": at(LOCKED, "/ask", q=QUESTION),
}
if MODEL:
    PAGES["seed"] = at(MODEL[0], "/ask", q=MODEL[1])
LOOKS = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark", "device_scale_factor": 2},
}
TAKEN = []


def take(page, name, look):
    page.screenshot(path=f"{FOLDER}/{name}-{look}.png", full_page=True)
    TAKEN.append(name)
    if look == "light":
        page.pdf(path=f"{FOLDER}/{name}-print.pdf", format="A4")
        TAKEN.append(name)


def kept(page, look):
    """Signed in: an answer with its link, the list, and what others see."""
    page.get_by_label("Your key").fill(KEY)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".permanent a.stays").click()
    share = page.get_by_role("button", name="Make a link for others")
    if share.count():
        share.click()
    take(page, "kept", look)
    shared = page.locator(".permanent a.link").get_attribute("href")
    page.goto(f"{LOCKED}/answers")
    take(page, "list", look)
    page.goto(LOCKED + shared)
    take(page, "shared", look)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(**flags(playwright))
    for look, options in LOOKS.items():
        context = browser.new_context(**options)
        page = context.new_page()
        for name, address in PAGES.items():
            page.goto(address, timeout=120_000)
            take(page, name, look)
            if name == "answer" and look == "light":
                page.locator("#answer .citation > a").first.focus()
                page.locator("#answer .citation > .card").first.wait_for(state="visible")
                page.screenshot(path=f"{FOLDER}/{name}-card.png", animations="disabled")
            if name == "locked":
                kept(page, look)
            if name == "seed" and look == "light":
                # The picture of the README, docs/page.png.
                page.set_viewport_size({"width": 1100, "height": 1150})
                page.screenshot(path=f"{FOLDER}/page.png", animations="disabled")
                page.set_viewport_size(WIDE)
        context.close()
    browser.close()
print(f"{len(TAKEN) + 1} pictures")
print("all is well")
