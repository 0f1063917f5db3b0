"""Answers and searches as HTML for notebooks.

Titles, answers and whatever else comes from an archive or a model is data: of Markdown only what formats text is read, no HTML, links or
images, and all text is escaped. The only links are those of the sources.
"""

from __future__ import annotations

import functools
import html
import re
import typing
from collections.abc import Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from antigravityqa.text import byline, origin, percent

if typing.TYPE_CHECKING:
    from antigravityqa.types import Answer, SearchResponse, Source

ID = re.compile(r"AG-\d{4}\.\d{2}-\d+")
WEB_PAGE = re.compile(r"https?://[^\s/\"'<>`\\[\]][^\s\"'<>`\\]*")
# Notebooks typeset `$…$` in HTML. These commands would let a text link somewhere, load code, restyle the page or change other formulas.
UNSAFE = re.compile(r"\\(href|url|class|cssId|style|data|require|include\w*|unicode|(e|g|x|re|provide)?def|(re)?newcommand|renewenvironment|newenvironment|let)(?![a-zA-Z])")
NOT_TYPESET = "tex2jax_ignore mathjax_ignore"


def answer(self: Answer) -> str:
    """HTML of the whole answer; every citation links to its preprint."""
    links = {source.id: source for source in self.sources}
    level = self.coverage.level.value.lower()
    parts = [
        f"<p><strong>{_text(self.question)}</strong></p>",
        f"<p><small>{_text(byline(self))}{f' · coverage: {level}' if level != 'unspecified' else ''}</small></p>",
        markdown(self.markdown, links),
        *(f"<p><em>{_text(notice.message)}</em></p>" for notice in self.notices),
        _sources(self.sources),
        _list("Keep exploring", [_text(follow_up.question) for follow_up in self.follow_ups]),
        f"<p><small>{_text(self.disclaimer)}</small></p>" if self.disclaimer else "",
    ]
    return f"<div>{''.join(parts)}</div>"


def search(self: SearchResponse) -> str:
    """HTML of the preprints that were found."""
    return f"<div>{_sources(self.sources)}</div>"


def markdown(text: str, sources: typing.Mapping[str, Source]) -> str:
    """Markdown as HTML in which the ids of these sources are links."""
    return str(_parser().render(text, {"sources": sources}))


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])
    dollarmath_plugin(parser, renderer=_formula, allow_digits=False)
    parser.core.ruler.push("citations", _link_citations)
    parser.add_render_rule("citation", _citation)
    parser.add_render_rule("text", lambda _, tokens, at, options, env: _text(tokens[at].content))
    return parser


def _link_citations(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = [part for token in block.children for part in _with_citations(token)]


def _with_citations(token: Token) -> list[Token]:
    if token.type != "text":
        return [token]
    parts, end = [], 0
    for found in ID.finditer(token.content):
        parts += [Token("text", "", 0, content=token.content[end : found.start()]), Token("citation", "", 0, content=found.group())]
        end = found.end()
    return [*parts, Token("text", "", 0, content=token.content[end:])]


def _citation(_: RendererHTML, tokens: Sequence[Token], at: int, options: typing.Any, env: typing.Any) -> str:
    id = tokens[at].content
    source = env["sources"].get(id)
    return _link(source) if source else html.escape(id)


def _formula(content: str, options: dict[str, typing.Any]) -> str:
    mark = "$$" if options["display_mode"] else "$"
    return _text(f"{mark}{content}{mark}")


def _sources(sources: Iterable[Source]) -> str:
    items = [
        " · ".join(part for part in [percent(each.similarity), _text(each.primary_category), _text(each.title), _link(each), origin(each)] if part)
        for each in sources
    ]
    return _list(f"Sources · {len(items)}", items)


def _list(title: str, items: Sequence[str]) -> str:
    return f"<p><strong>{title}</strong></p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _link(source: Source) -> str:
    """The id, as a link to the preprint at its origin if that is a page of the web."""
    escaped = html.escape(source.id)
    if not WEB_PAGE.fullmatch(source.url):
        return escaped
    return f'<a href="{html.escape(source.url)}" title="{html.escape(source.title)}" target="_blank" rel="noopener noreferrer">{escaped}</a>'


def _text(text: str) -> str:
    escaped = html.escape(text)
    return f'<span class="{NOT_TYPESET}">{escaped}</span>' if UNSAFE.search(text) else escaped
