"""Render a post as a whole HTML page."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from weekly.model import Post
from weekly.render.environment import folders_of, new_environment, template_errors
from weekly.render.post import to_html


def to_page(post: Post, text: str, overrides: Path | None = None) -> str:
    """Return a page with the post's title and its Markdown `text`. It runs no script."""
    folders = folders_of(overrides)
    with template_errors(folders):
        environment = new_environment(folders, autoescape=True, keep_trailing_newline=True)
        style = environment.get_template("page/style.css").render()
        rules = ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src https: data:")
        return environment.get_template("page.html.j2").render(
            title=post.title,
            body=Markup(to_html(text)),  # noqa: S704  the policy lets nothing in it run
            style=Markup(style),  # noqa: S704  our own file
            policy="; ".join((*rules, f"style-src {content_hash(style)}")),
        )


def content_hash(text: str) -> str:
    """Return the hash by which a content policy permits a style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
