"""Hostile strings as questions, titles, abstracts, authors and models' output, judged by what Chromium makes of the pages.

    payloads.py ADDRESS LOCKED_ADDRESS PLAN [FOLDER FOR SCREENSHOTS OF WHAT FAILED]

PLAN is JSON: a list of groups, each with the `preprint` whose record holds its strings, and the `question` made of them. The model behind the
server answers the question of a group with strings of the same collections. The server keeps answers, so that each is looked at again where it is
kept and by a link, and all of them in their list; the locked one has a form to sign in, which holds what was asked for.
"""

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))

from browser import PHONE, SENTRY, WIDE, Faults, flags
from playwright.async_api import async_playwright

AT_ONCE = 3
# Elements and attributes that our pages are made of: whatever else stands in a document was put there by a string.
ELEMENTS = """
html head meta title link script body header nav main footer article aside section div p span a h1 h2 h3 h4 h5 h6 ol ul li dl dt dd slot
table caption thead tbody tr th td blockquote pre code em strong s mark br hr time bdi small form label textarea button details summary input
select option svg rect circle path text g line title desc
math mfrac mi mn mo mover mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext mtr munder munderover
""".split()
ATTRIBUTES = """
lang charset name content property rel href src async type class id slot role tabindex dir for method action rows maxlength required enterkeyhint
value placeholder autocomplete spellcheck selected disabled start scope datetime open width height viewbox preserveaspectratio x y cx cy r d rx ry
x1 y1 x2 y2 text-anchor transform stroke-width focusable
display displaystyle scriptlevel mathvariant stretchy symmetric movablelimits minsize maxsize largeop linethickness depth hidden title inputmode
""".split()

AUDIT = """
([elements, attributes, kind]) => {
  const faults = [];
  const known = new Set(elements), allowed = new Set(attributes);
  const all = [];
  const collect = (root) => { for (const element of root.querySelectorAll("*")) { all.push(element); if (element.shadowRoot) collect(element.shadowRoot); } };
  collect(document);
  for (const element of all) {
    const name = element.localName;
    if (!known.has(name)) faults.push(`an element <${name}>`);
    for (const attribute of element.attributes) {
      const plain = attribute.name.toLowerCase();
      if (!allowed.has(plain) && !plain.startsWith("aria-")) faults.push(`an attribute ${plain} of <${name}>`);
    }
    if (element.hasAttribute("href") || element.hasAttribute("src")) {
      const address = new URL(element.getAttribute("href") ?? element.getAttribute("src"), location.href);
      const ours = address.origin === location.origin;
      const abroad = name === "a" && /^https?:$/.test(address.protocol) && element.matches('[rel~="nofollow"], .original a, .facts a');
      if (!ours && !abroad) faults.push(`<${name}> leads to ${address.href.slice(0, 60)}`);
    }
    if (name === "form" && new URL(element.action, location.href).origin !== location.origin) faults.push("a form goes elsewhere");
  }
  const count = (selector) => document.querySelectorAll(selector).length;
  for (const [selector, number] of [["script", 1], ["main", 1], ["h1", 1], ["body > *", 5], ["title", count("svg title") + 1]])
    if (count(selector) !== number) faults.push(`${count(selector)} times ${selector}`);
  for (const item of document.querySelectorAll("ol.sources > li"))
    if ([...item.children].some((child) => child.localName !== "p")) faults.push("a source left its place");
  for (const part of document.querySelectorAll("#answer > *"))
    if (!part.slot) faults.push(`<${part.localName}> left its place in the answer`);
  // What stands between the first and the last word of a string is in one element still.
  const framed = (selector, letter, text) => {
    const element = document.querySelector(selector);
    const found = text ? text(element) : element && element.textContent;
    const words = (found || "").trim();
    if (!words.startsWith(letter + "start") || !words.endsWith(letter + "end")) faults.push(`${selector} has lost its end: ${words.slice(-40)}`);
  };
  if (kind === "preprint") { framed("h1", "T"); framed(".abstract p[dir=auto]", "A"); framed(".authors", "N"); }
  if (kind === "ask" || kind === "kept" || kind === "shared") framed("h1", "Q");
  if (kind === "locked") framed("form.sign-in [name=to]", "", (field) => field.value.startsWith("/ask?q=Qstart") && field.value.endsWith("Qend") ? "startend" : field.value);
  if (kind === "search") framed("#q", "Q", (field) => field.value);
  return faults;
}
"""

# Wider than the screen, or a part that reaches out of it without standing in something that scrolls.
LAYOUT = """
() => {
  const faults = [];
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) faults.push(`wider than the screen of ${innerWidth} px`);
  for (const element of document.querySelectorAll("main p, main h1, main h2, main li, main .block > *, main dd")) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest("pre, .table, .card, .unseen")) faults.push(`<${element.localName}> reaches out of the screen`);
  }
  return faults;
}
"""

BASE, LOCKED, PLAN = sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text())
PICTURES = Path(sys.argv[4]) if len(sys.argv) > 4 else None
SAID = {"pages": 0, "refused": 0}
# What a page answers with that shows what it was asked for.
EXPECTED = {"locked": 401}


async def looking(browser, visits, found):
    """Takes visits, one after the other, in a window of its own."""
    context = await browser.new_context(viewport=WIDE)
    faults = Faults(BASE, LOCKED)
    await context.expose_function("reportFault", faults.add)
    await context.add_init_script(SENTRY)
    page = None
    for visit in visits:
        if not page:
            page = await context.new_page()
            faults.watch_page(page)
        if not await look(page, visit, faults):
            # It may have crashed, and the next visit is not to pay for it.
            await page.close()
            page = None
    await context.close()
    found += faults.found


async def look(page, visit, faults):
    """One page, or those that an answer leads to where it is kept. Gives whether it could be looked at."""
    kind, path, where = visit
    faults.where, before = where, len(faults.found)
    try:
        kind = await loaded(page, kind, path, faults)
        if kind == "ask":
            kept = await page.locator(".permanent a.stays").get_attribute("href")
            faults.where = f"kept {where}"
            await loaded(page, "kept", BASE + kept, faults)
            await page.get_by_role("button", name="Make a link for others").click()
            shared = await page.locator(".permanent a.link").get_attribute("href")
            faults.where = f"shared {where}"
            await loaded(page, "shared", BASE + shared, faults)
        if len(faults.found) > before and PICTURES:
            await page.screenshot(path=PICTURES / f"{where.replace(' ', '-')}.png", full_page=True)
        return True
    except Exception as error:
        faults.add(f"not looked at: {str(error)[:200]}")
        return False


async def loaded(page, kind, address, faults):
    """Looks at what stands at the address. Gives the kind of page that it is."""
    response = await page.goto(address, timeout=120_000)
    # A question may be refused (too long, nothing but blanks): then it is the page that says so which is looked at.
    if response.status != EXPECTED.get(kind, 200):
        kind = "refusal"
        SAID["refused"] += 1
    for fault in await page.evaluate(AUDIT, [ELEMENTS, ATTRIBUTES, kind]):
        faults.add(fault)
    for viewport in (WIDE, PHONE):
        await page.set_viewport_size(viewport)
        for fault in await page.evaluate(LAYOUT):
            faults.add(fault)
    await page.set_viewport_size(WIDE)
    SAID["pages"] += 1
    return kind


async def main():
    visits = []
    for number, group in enumerate(PLAN):
        query = urlencode({"q": group["question"]})
        visits.append(("preprint", f"{BASE}/preprints/{group['preprint']}", f"preprint {number}"))
        visits.append(("search", f"{BASE}/search?{query}", f"search {number}"))
        visits.append(("ask", f"{BASE}/ask?{query}", f"answer {number}"))
        visits.append(("locked", f"{LOCKED}/ask?{query}", f"locked {number}"))
    faults = Faults(BASE, LOCKED)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**flags(playwright))
        # Who is through with one takes the next.
        visits = iter(visits)
        await asyncio.gather(*(looking(browser, visits, faults.found) for _ in range(AT_ONCE)))
        # All that were kept, a page of the list after the other.
        context = await browser.new_context(viewport=WIDE)
        listing, address, number = await context.new_page(), f"{BASE}/answers", 0
        faults.watch_page(listing)
        while address:
            faults.where, number = f"list {number}", number + 1
            await loaded(listing, "list", address, faults)
            older = listing.get_by_role("link", name="Older ones")
            address = BASE + await older.get_attribute("href") if await older.count() else None
        await browser.close()
    faults.end(f"{SAID['pages']} pages looked at, of which {SAID['refused']} refuse a question; nothing ran, loaded, broke the layout or left its element")


asyncio.run(main())
