"""Shorten a post that is longer than the forum takes, the least missed first.

Titles give way to a line that counts a repository's pull requests and links to all of them. What the editor wrote,
gaps and standing sections stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weekly.compose.shorten.apply import Shortener
from weekly.compose.shorten.steps import Brief, upstream_of
from weekly.errors import TemplateError
from weekly.model import Post
from weekly.text.markdown import escape

__all__ = ["Brief", "check_rendered", "shorten"]


def shorten(post: Post, limit: int, length: Callable[[Post], int], brief: Callable[[], Brief] = Brief) -> Post:
    """Return the post in at most `limit` characters, by as few steps as it takes, or by all of them.

    `length` measures a post as rendered; `brief` is called where the introduction has to be shorter.
    """
    if length(post) <= limit:
        return post

    shortener = Shortener(post, limit, brief())
    least, enough = 0, len(shortener.steps)
    while least + 1 < enough:
        middle = (least + enough) // 2
        if length(shortener.draft(middle)) <= limit:
            enough = middle
        else:
            least = middle
    if not shortener.steps:
        return post
    fits = enough < len(shortener.steps) or length(shortener.draft(enough)) <= limit
    return shortener.post(enough, fits=fits)


def check_rendered(text: str, post: Post) -> None:
    """Raise TemplateError where a project's template omits what a shortened post prints instead of titles."""
    upstream = upstream_of(post)
    expected: list[tuple[str, Sequence[str]]] = [
        ("section.folded", [upstream.folded]),
        ("project.counted", [line.url for project in upstream.projects for line in project.counted]),
        ("section.named", [escape(line.text) for line in upstream.named]),
        ("section.quiet", [escape(name) for name in upstream.quiet]),
    ]
    for name, texts in expected:
        if any(piece not in text for piece in texts):
            raise TemplateError(
                f"templates/sections/upstream.md.j2: doesn't print {name}, which a post has that is folded to fit the "
                "forum; copy it from the bundled template"
            )
