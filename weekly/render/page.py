"""Render a post in each format, and as a whole HTML page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from markupsafe import Markup

from weekly.files.decode import json_text
from weekly.model import Post
from weekly.render.environment import folders_of, new_environment, template_errors
from weekly.render.post import to_html, to_markdown

Form = Literal["md", "html", "fragment", "json"]
"""The formats of a rendered post. A fragment is HTML without a page around it."""


def to_form(form: Form, post: Post, overrides: Path | None = None, text: str | None = None) -> str:
    """Return a post in a format. `text` is its Markdown, where the caller has it."""
    if form == "json":
        return json_text(post)
    text = to_markdown(post, overrides) if text is None else text
    if form == "html":
        return to_page(post, text, overrides)
    return to_html(text) if form == "fragment" else text


def to_page(post: Post, text: str, overrides: Path | None = None) -> str:
    """Return a page with the post's title and its Markdown `text`. It runs no script."""
    folders = folders_of(overrides)
    with template_errors(folders):
        environment = new_environment(folders, autoescape=True, keep_trailing_newline=True)
        body = Markup(to_html(text))  # noqa: S704  the policy lets nothing in it run
        frame = frame_of(environment, "page/style.css", images="https: data:")
        return environment.get_template("page.html.j2").render(title=post.title, body=body, **frame)


def frame_of(environment: Environment, style: str, script: str = "", *, images: str = "data:") -> dict[str, str]:
    """Return the style and script of these files, and the policy that permits nothing else but some images."""
    style = environment.get_template(style).render()
    script = environment.get_template(script).render() if script else ""
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", f"img-src {images}"]
    rules.append(f"style-src {_content_hash(style)}")
    rules += [f"script-src {_content_hash(script)}", "connect-src 'self'"] if script else []
    return {
        "style": Markup(style),  # noqa: S704  our own files
        "script": Markup(script),  # noqa: S704
        "policy": "; ".join(rules),
    }


def _content_hash(text: str) -> str:
    """Return the hash by which a content policy permits a style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
