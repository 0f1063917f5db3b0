// Comforts for pages that are complete without them: `/` leads to the field, Enter asks, what is asked shows that it is, the blocks of an answer
// are announced as they come, Escape closes the card of a citation, and texts can be copied.
"use strict";
(() => {
  const said = () => document.getElementById("said");
  const say = (text) => {
    const line = said();
    if (line) line.textContent = text;
  };

  // The keyboard.
  const typing = (element) => element && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = document.getElementById("q");
    if (event.key === "/" && field && !typing(event.target)) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === field) {
      event.preventDefault();
      field.form.requestSubmit();
    } else if (event.key === "Escape") {
      for (const card of document.querySelectorAll(".citation")) card.classList.add("closed");
    }
  });
  // A card that was closed opens again for whoever comes again.
  for (const leaving of ["pointerout", "focusout"]) {
    document.addEventListener(leaving, (event) => {
      const citation = event.target.closest && event.target.closest(".citation");
      if (citation && !citation.contains(event.relatedTarget)) citation.classList.remove("closed");
    });
  }

  // What is asked is under way.
  const busy = (is) => {
    document.documentElement.classList.toggle("asking", is);
    for (const button of document.querySelectorAll("form.field button")) button.disabled = is;
  };
  const asking = (at) => {
    busy(true);
    const note = document.createElement("p");
    note.className = "waiting under-way";
    note.textContent = "Searching the archive";
    at.after(note);
    say(note.textContent);
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.field")) return;
    // Addresses say what was said, and no more.
    const empty = [...event.target.elements].filter((field) => field.name && !field.value);
    for (const field of empty) field.disabled = true;
    setTimeout(() => empty.forEach((field) => (field.disabled = false)));
    setTimeout(() => asking(event.target.querySelector(".line")));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="/ask?"]');
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) asking(link);
  });
  // Whoever goes back finds the page as it was, but for this.
  addEventListener("pageshow", () => {
    busy(false);
    for (const note of document.querySelectorAll(".under-way")) note.remove();
  });

  // The blocks of an answer, read out as they come: one at a time, and whole.
  const announced = new WeakSet();
  const waiting = [];
  let speaking = false;
  const next = () => {
    const text = waiting.shift();
    speaking = text !== undefined;
    if (!speaking) return;
    say(text);
    setTimeout(next, 400 + Math.min(text.length * 12, 4000));
  };
  const announce = (element) => {
    if (announced.has(element)) return;
    announced.add(element);
    const copy = element.cloneNode(true);
    for (const card of copy.querySelectorAll(".card")) card.remove();
    waiting.push(copy.textContent.trim());
    if (!speaking) next();
  };
  const look = () => {
    const answer = document.getElementById("answer");
    // One that was written before is read as any page.
    if (!answer || location.pathname !== "/ask") return;
    const parts = [...answer.children].filter((child) => child.matches(".coverage, .block, .restarted, .failure"));
    // The last one may not be whole yet.
    const whole = document.readyState === "loading" ? parts.filter((part) => part.nextElementSibling) : parts;
    whole.forEach(announce);
  };

  // Buttons that copy.
  const button = (name, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + name);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
        say(name + " copied");
      } catch {
        button.textContent = "Not allowed";
        say("The browser doesn’t allow copying");
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    return button;
  };
  const buttons = () => {
    if (!navigator.clipboard) return;
    for (const copy of document.querySelectorAll(".copy")) {
      copy.querySelector("h3").append(button(copy.getAttribute("aria-label"), copy.querySelector("pre").textContent));
    }
    const link = document.querySelector(".permanent a.link");
    if (link) document.querySelector(".acts").prepend(button("the link", link.href));
  };
  // An answer that is kept has an address of its own: what is loaded again, or kept as a bookmark, is that.
  const settle = () => {
    const stays = document.querySelector(".permanent a.stays");
    if (stays && location.pathname === "/ask") history.replaceState(history.state, "", stays.href);
  };

  const changed = () => {
    if (document.readyState === "loading") look();
  };
  const watching = new MutationObserver(changed);
  watching.observe(document, { childList: true, subtree: true });
  const ready = () => {
    watching.disconnect();
    look();
    buttons();
    settle();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else {
    buttons();
    settle();
  }
})();
