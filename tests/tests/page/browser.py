"""Chromium as these tests drive it, and what must not happen in it whatever is shown."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / ".tools" / "node" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
# Nothing of the browser's own goes out; the sandbox needs rights that containers don't give.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}

# Runs before anything of the page. A dialog, a window, a violation of the content policy: each is reported by the name of what was tried.
SENTRY = """
(() => {
  const tell = (what) => window.reportFault && window.reportFault(String(what));
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => tell(name + " was called");
  document.addEventListener("securitypolicyviolation", (event) => tell("the content policy was violated: " + event.violatedDirective + " " + event.blockedURI));
})();
"""

# Shifts of the layout that no reader brought about, and when the first block of an answer stood in the document.
METER = """
(() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  addEventListener("click", () => sessionStorage.setItem("clicked", String(performance.timeOrigin + performance.now())), true);
  const clicked = Number(sessionStorage.getItem("clicked"));
  sessionStorage.removeItem("clicked");
  const seen = () => {
    if (!clicked || window.firstBlock !== undefined || !document.querySelector("#answer > .block")) return;
    window.firstBlock = -1;
    requestAnimationFrame(() => { window.firstBlock = performance.timeOrigin + performance.now() - clicked; });
  };
  new MutationObserver(seen).observe(document, { childList: true, subtree: true });
})();
"""


def flags(playwright):
    return {"executable_path": CHROMIUM, "args": FLAGS}


class Faults:
    """What went wrong, by page. Every context that is watched adds to it."""

    def __init__(self, *bases):
        self.bases = bases
        self.found = []
        self.where = "at the start"

    def add(self, what):
        self.found.append(f"{self.where}: {what}")

    def watch_page(self, page, expected_status=()):
        """Console errors, exceptions, dialogs, and every request that is not for a page, style, script or icon of our own."""
        page.on("pageerror", lambda error: self.add(f"exception: {error}"))
        page.on("dialog", lambda dialog: self.add(f"dialog: {dialog.message[:80]}"))
        page.on("popup", lambda popup: self.add(f"a window opened: {popup.url[:80]}"))
        page.on("request", self.request)
        page.on("console", lambda message: self.console(message))

    def console(self, message):
        # A page that says what went wrong comes with the status that says so, and Chromium writes that down.
        expected = "Failed to load resource: the server responded with a status of 4" in message.text
        if message.type in ("error", "warning") and not expected:
            self.add(f"console: {message.text[:300]}")

    def request(self, request):
        address = urlsplit(request.url)
        ours = f"{address.scheme}://{address.netloc}" in self.bases
        known = request.is_navigation_request() or address.path in ("/page.css", "/page.js", "/icon.svg")
        if not (ours and known):
            self.add(f"loads {request.url[:120]}")

    def end(self, said):
        """Ends the script: with what went well, or with everything that didn't."""
        if self.found:
            places = {}
            for fault in self.found:
                where, _, what = fault.partition(": ")
                places.setdefault(what, []).append(where)
            print(f"{len(self.found)} faults, of {len(places)} kinds:")
            for what, where in sorted(places.items(), key=lambda item: -len(item[1]))[:40]:
                print(f"  {len(where)} x {what}: {', '.join(where[:5])}")
            sys.exit(1)
        print(said)
        print("all is well")


def violations(page):
    """What axe finds on the page as it stands, one line each."""
    if not AXE.is_file():
        print("SKIPPED accessibility: no axe-core (it needs node and npm: tests/tools/install)")
        return []
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run(document)).violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ')).slice(0, 4).join(', ')}`)")
    return found
