"""An answer as plain text, as it is printed."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    import datetime

    from antigravityqa.types import Answer, Source


def answer(self: Answer) -> str:
    """The question, the Markdown, the sources and the follow-ups, one after another."""
    parts = [self.question, byline(self), self.markdown.strip(), *(notice.message for notice in self.notices)]
    if self.sources:
        parts.append("\n".join([f"Sources · {len(self.sources)}", *map(_line, self.sources)]))
    if self.follow_ups:
        parts.append("\n".join(["Keep exploring", *(f"- {follow_up.question}" for follow_up in self.follow_ups)]))
    return "\n\n".join(part for part in [*parts, self.disclaimer] if part)


def cited_sources(self: Answer) -> tuple[Source, ...]:
    """The sources that the text cites, in the order in which it does so first."""
    ids = dict.fromkeys(id for claim in self.claims for id in claim.cited_ids)
    by_id = {source.id: source for source in self.sources}
    return tuple(by_id[id] for id in ids if id in by_id)


def byline(self: Answer) -> str:
    """Who answered, and when, as `3 May 2026` in UTC."""
    return " · ".join(part for part in [self.answered_by and f"Answered by {self.answered_by}", day(self.create_time)] if part)


def day(time: datetime.datetime | None) -> str:
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}" if time else ""


def percent(similarity: float) -> str:
    """A similarity as a whole percentage."""
    return f"{similarity:.0%}"


def origin(source: Source) -> str:
    """Whose words the answer drew on, unless they are the authors'."""
    return {"SUMMARY": "summary", "TITLE_ONLY": "title only"}.get(source.text_origin.value, "")


def _line(source: Source) -> str:
    return " · ".join(part for part in [f"- {percent(source.similarity)}", source.primary_category, source.title, source.id, origin(source)] if part)


# Not strftime's, which speak the machine's language.
MONTHS = "January February March April May June July August September October November December".split()
