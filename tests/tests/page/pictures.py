"""Pictures of every page: light, dark, on a phone, in print.

    pictures.py FOLDER ADDRESS ADDRESS_OF_AN_EMPTY_ARCHIVE [ADDRESS_WITH_A_MODEL QUESTION]
"""

import sys
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from browser import PHONE, WIDE, flags
from playwright.sync_api import sync_playwright

FOLDER, BASE, EMPTY, *MODEL = sys.argv[1:]
QUESTION = "How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?"
PAGES = {
    "start": f"{BASE}/",
    "answer": f"{BASE}/ask?" + urlencode({"q": QUESTION}),
    "outside": f"{BASE}/ask?" + urlencode({"q": "How do I bake sourdough bread?"}),
    "found": f"{BASE}/search?" + urlencode({"q": "jets"}),
    "search": f"{BASE}/search",
    "preprint": f"{BASE}/preprints/AG-2026.03-1712?mark=0-120",
    "refused": f"{BASE}/search?" + urlencode({"q": "jets", "from": "yesterday"}),
    "nowhere": f"{BASE}/nowhere",
    "empty": f"{EMPTY}/",
    "empty-asked": f"{EMPTY}/ask?" + urlencode({"q": "Why?"}),
}
if MODEL:
    PAGES["seed"] = f"{MODEL[0]}/ask?" + urlencode({"q": MODEL[1]})
LOOKS = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "device_scale_factor": 2},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark", "device_scale_factor": 2},
}

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(**flags(playwright))
    for look, options in LOOKS.items():
        context = browser.new_context(**options)
        page = context.new_page()
        for name, address in PAGES.items():
            page.goto(address, timeout=120_000)
            page.screenshot(path=f"{FOLDER}/{name}-{look}.png", full_page=True)
            if look == "light":
                page.pdf(path=f"{FOLDER}/{name}-print.pdf", format="A4")
                if name == "answer":
                    page.locator("#answer .citation > a").first.focus()
                    page.screenshot(path=f"{FOLDER}/{name}-card.png")
        context.close()
    browser.close()
print(f"{len(PAGES) * (len(LOOKS) + 1) + 1} pictures")
print("all is well")
