"""Render a post as Markdown or HTML."""

from __future__ import annotations

from pathlib import Path

from weekly.model import Post
from weekly.render.environment import environment_of, files_of, folders_of, template_errors
from weekly.text import forum_markdown


def to_markdown(post: Post, overrides: Path | None = None) -> str:
    """Return the post as the forum takes it. Templates in `overrides` replace bundled ones of the same name."""
    folders = folders_of(overrides)
    with template_errors(folders):
        return environment_of(folders, files_of(folders)).get_template("post.md.j2").render(post=post)


def to_html(text: str) -> str:
    """Return Markdown as HTML by the forum's rules, without the forum's own additions."""
    html: str = forum_markdown.parser().render(text)
    return html
