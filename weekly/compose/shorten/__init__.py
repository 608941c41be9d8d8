"""Fold a post that is longer than the forum takes: step by step, what is least missed first, and nothing without a word.

Titles give way to a line that counts the pull requests of a repository and links to all of them; what the editor
wrote, gaps, and the standing parts never do. A post that fits is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weekly.compose.shorten.apply import Folder
from weekly.compose.shorten.steps import Brief, upstream_of
from weekly.errors import TemplateError
from weekly.model import Post
from weekly.text.markdown import escape

__all__ = ["Brief", "fold", "known_to"]


def fold(post: Post, most: int, length: Callable[[Post], int], brief: Callable[[], Brief] = Brief) -> Post:
    """The post in at most so many characters, by as few steps as it takes; folded all the way where that isn't enough.

    `length` is a post's as it will be rendered; `brief` is asked where the introduction has to be shorter.
    """
    if length(post) <= most:
        return post

    folder = Folder(post, most, brief())
    least, enough = 0, len(folder.steps)
    while least + 1 < enough:
        middle = (least + enough) // 2
        if length(folder.draft(middle)) <= most:
            enough = middle
        else:
            least = middle
    if not folder.steps:
        return post
    fits = enough < len(folder.steps) or length(folder.draft(enough)) <= most
    return folder.post(enough, fits=fits)


def known_to(text: str, post: Post) -> None:
    """TemplateError where a project's own template doesn't print what a folded post has in the place of titles."""
    upstream = upstream_of(post)
    lines: list[tuple[str, Sequence[str]]] = [
        ("section.folded", [upstream.folded]),
        ("project.counted", [one.url for project in upstream.projects for one in project.counted]),
        ("section.named", [escape(one.text) for one in upstream.named]),
        ("section.quiet", [escape(name) for name in upstream.quiet]),
    ]
    for what, expected in lines:
        if any(one not in text for one in expected):
            raise TemplateError(
                f"templates/sections/upstream.md.j2: doesn't print {what}, which a post has that is folded to fit the "
                "forum; take it from the template that weekly brings"
            )
