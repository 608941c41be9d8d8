"""Render a page that looks like the topic on the forum, with explanations and findings in its margin."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
import msgspec
from markupsafe import Markup

from weekly.model import Finding, Post, Record, Severity
from weekly.preview.annotations import FindingNote, annotate, with_notes
from weekly.preview.trend import Trend
from weekly.render.environment import files_of, folders_of, new_environment, template_errors
from weekly.render.page import frame_of
from weekly.render.post import to_markdown
from weekly.text import forum_markdown
from weekly.week import day_span

if TYPE_CHECKING:
    from markdown_it.token import Token

_VIDEO = re.compile(
    r"https?://(?:youtu\.be/|(?:www\.|m\.)?youtube\.com/(?:(?:shorts|live|embed)/|watch/?\?(?:[^#\s]*&)?v=))"
    r"(?P<id>[\w-]{6,20})(?:[/?&#]\S*)?",
    re.ASCII | re.IGNORECASE,
)


class Topic(Record, frozen=True, kw_only=True):
    """The post's author, forum, category and tags."""

    author: str
    forum: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()


def preview(
    post: Post,
    topic: Topic,
    *,
    findings: Sequence[Finding] = (),
    trend: Trend | None = None,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    overrides: Path | None = None,
    version: str = "",
) -> str:
    """Return the page with these `pictures`. With a version, its script reloads it when the server has another one."""
    folders = folders_of(overrides)
    annotated = annotate(post, to_markdown(post, overrides), findings)
    with template_errors(folders):
        environment = environment_of(folders, files_of(folders))
        tokens = tuple(with_notes(annotated.tokens, annotated.notes))
        body = post_html(tokens, environment, _print_note, post, pictures)
        return environment.get_template("preview.html.j2").render(
            post=post,
            topic=topic,
            body=body,
            findings=annotated.findings,
            unlisted=annotated.unlisted,
            trend=trend,
            day=day_span(post.week.shifted(1).monday, post.week.shifted(1).monday),
            blocking=[problem for problem in post.problems if problem.severity is Severity.BLOCKS],
            noted=[problem for problem in post.problems if problem.severity is not Severity.BLOCKS],
            version=version,
            **frame_of(environment, "preview/style.css", "preview/reload.js" if version else ""),
        )


def error_page(message: str, version: str) -> str:
    """Return a page that says why there is no preview, and that reloads once there is one."""
    environment = environment_of(folders_of(None), ())
    template = environment.get_template("preview/error.html.j2")
    return template.render(
        message=message, version=version, **frame_of(environment, "preview/style.css", "preview/reload.js")
    )


@cache
def environment_of(folders: tuple[Path, ...], _files: tuple[tuple[str, int], ...]) -> jinja2.Environment:
    """Return the environment for pages, whose templates escape everything."""
    environment = new_environment(folders, autoescape=True)
    environment.filters["web"] = _web
    return environment


NotePrinter = Callable[[Any, Any], str]
"""Prints a note among the tokens with the macros of preview/parts.html.j2."""


def post_html(
    tokens: Sequence[Token],
    environment: jinja2.Environment,
    print_note: NotePrinter,
    post: Post | None = None,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> Markup:
    """Return sanitised HTML as the forum shows it. `post` knows the titles of embedded pages, `pictures` are PNGs by path."""
    parts: Any = environment.get_template("preview/parts.html.j2").make_module()
    card_titles = {_identity(url): title for url, title in _titles(post)}

    def print_token(token: Token) -> str:
        match token.type:
            case "mention":
                return str(parts.mention(token.content))
            case "image":
                url = str(token.attrs.get("src", ""))
                return str(parts.image(token.content, url, base64.b64encode(pictures.get(url, b"")).decode()))
            case "card":
                url, identity = token.content, _identity(token.content)
                video = identity if identity != url else ""
                return str(parts.card(url, _host(url).removeprefix("www."), video, card_titles.get(identity, "")))
        return print_note(token.meta["note"], parts)

    return Markup(forum_markdown.to_html(tokens, print_token))  # noqa: S704  sanitised just now


def _print_note(note: Any, parts: Any) -> str:
    return str(parts.finding(note) if isinstance(note, FindingNote) else parts.explanation(note))


def _identity(url: str) -> str:
    """Return a video's id on YouTube, or else the address itself."""
    match = _VIDEO.fullmatch(url)
    return match["id"] if match else url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _web(url: str) -> str:
    """Return an http(s) address as it is, and "" for any other."""
    return url if re.match(r"https?://[^\s/]", url, re.IGNORECASE) else ""


def _titles(value: object) -> Iterator[tuple[str, str]]:
    """Yield the address and title of every record of the post that has both."""
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        if fields.get("url") and fields.get("title"):
            yield str(fields["url"]), str(fields["title"])
        for field in fields.values():
            yield from _titles(field)
    elif isinstance(value, tuple):
        for entry in value:
            yield from _titles(entry)
