"""A page that looks like the topic on the forum, with the reason of each bullet and the findings in its margin."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jinja2
import msgspec
from markupsafe import Markup

from weekly.model import Finding, Post, Record, Severity
from weekly.preview.annotations import Mark, Why, annotate
from weekly.preview.chart import Rhythm
from weekly.render.environment import files_of, folders_of, new_environment, template_errors
from weekly.render.post import to_markdown
from weekly.text import forum_markdown
from weekly.week import day_span

if TYPE_CHECKING:
    from markdown_it.token import Token

_VIDEO = re.compile(r"[\w-]{6,20}", re.ASCII)
_YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be")


class Topic(Record, frozen=True, kw_only=True):
    """What surrounds the post on the forum."""

    author: str
    forum: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()


class Card(Record, frozen=True, kw_only=True):
    """What stands for an embed; `video` is its id on YouTube, `title` what the post's records call it."""

    url: str
    host: str
    video: str = ""
    title: str = ""


def preview(
    post: Post,
    topic: Topic,
    *,
    findings: Sequence[Finding] = (),
    rhythm: Rhythm | None = None,
    overrides: Path | None = None,
    version: str = "",
) -> str:
    """The page. With a version it looks after itself: a script of ours asks the server for another one."""
    folders = folders_of(overrides)
    margin = annotate(post, to_markdown(post, overrides), findings)
    with template_errors(folders):
        environment = _environment(folders, files_of(folders))
        parts = environment.get_template("preview/parts.html.j2").make_module()
        titles = {_identity(url): title for url, title in _titled(post)}
        body = forum_markdown.to_html(margin.tokens, lambda token: _printed(token, parts, titles))
        return environment.get_template("preview.html.j2").render(
            post=post,
            topic=topic,
            body=Markup(body),  # noqa: S704  sanitised just now
            marks=margin.marks,
            elsewhere=margin.elsewhere,
            rhythm=rhythm,
            day=day_span(post.week.shifted(1).monday, post.week.shifted(1).monday),
            blocking=[problem for problem in post.problems if problem.severity is Severity.BLOCKS],
            noted=[problem for problem in post.problems if problem.severity is not Severity.BLOCKS],
            **_frame(environment, version),
        )


def trouble(message: str, version: str) -> str:
    """A page that says why there is no preview, and that looks for the one that comes when it is mended."""
    environment = _environment(folders_of(None), ())
    template = environment.get_template("preview/trouble.html.j2")
    return template.render(message=message, **_frame(environment, version))


@cache
def _environment(folders: tuple[Path, ...], _files: tuple[tuple[str, int], ...]) -> jinja2.Environment:
    environment = new_environment(folders, autoescape=True)
    environment.filters["web"] = _web
    return environment


def _frame(environment: jinja2.Environment, version: str) -> dict[str, Any]:
    """Style, script, and the policy that lets nothing but these two be."""
    style = environment.get_template("preview/style.css").render()
    script = environment.get_template("preview/reload.js").render() if version else ""
    rules = [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "img-src data:",
        f"style-src {_hash(style)}",
    ]
    rules += [f"script-src {_hash(script)}", "connect-src 'self'"] if script else []
    return {
        "style": Markup(style),  # noqa: S704  our own files
        "script": Markup(script),  # noqa: S704
        "policy": "; ".join(rules),
        "version": version,
    }


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _printed(token: Token, parts: Any, titles: Mapping[str, str]) -> str:
    """What stands in the page for a token of ours."""
    match token.type:
        case "mention":
            return str(parts.mention(token.content))
        case "image":
            return str(parts.image(token.content, str(token.attrs.get("src", ""))))
        case "card":
            return str(parts.card(_card(token.content, titles)))
    note: Mark | Why = token.meta["note"]
    return str(parts.finding(note) if isinstance(note, Mark) else parts.why(note))


def _card(url: str, titles: Mapping[str, str]) -> Card:
    identity = _identity(url)
    video = identity if identity != url else ""
    return Card(url=url, host=_host(url).removeprefix("www."), video=video, title=titles.get(identity, ""))


def _identity(url: str) -> str:
    """A video's id on YouTube, whichever way it is linked; any other address as it is."""
    if _host(url) not in _YOUTUBE:
        return url
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    if _host(url) == "youtu.be":
        found = steps[:1]
    elif steps[:1] == ["watch"]:
        found = parse_qs(parts.query).get("v", [])
    else:
        found = steps[1:2] if steps[:1] in (["shorts"], ["live"], ["embed"]) else []
    return found[0] if found and _VIDEO.fullmatch(found[0]) else url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _web(url: str) -> str:
    """An address that may be followed; nothing where it isn't one of the web."""
    return url if re.match(r"https?://[^\s/]", url, re.IGNORECASE) else ""


def _titled(value: object) -> Iterator[tuple[str, str]]:
    """The titles of all records of the post that have an address."""
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        if fields.get("url") and fields.get("title"):
            yield str(fields["url"]), str(fields["title"])
        for field in fields.values():
            yield from _titled(field)
    elif isinstance(value, tuple):
        for entry in value:
            yield from _titled(entry)
