"""Fold a post that is longer than the forum takes: step by step, what is least missed first, and nothing without a word.

Titles give way to a line that counts the pull requests of a repository and links to all of them; what the editor
wrote, gaps, and the standing parts never do. A post that fits is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from weekly.errors import TemplateError
from weekly.folding.steps import Brief, upstream_of
from weekly.markdown import escape
from weekly.model import Highlight, Post, PullRequest

__all__ = ["Brief", "at_most", "fold", "known_to"]


def fold(post: Post, most: int, length: Callable[[Post], int], brief: Callable[[], Brief] = Brief) -> Post:
    """The post in at most so many characters, by as few steps as it takes; folded all the way where that isn't enough.

    `length` is a post's as it will be rendered; `brief` is asked where the introduction has to be shorter.
    """
    if length(post) <= most:
        return post
    from weekly.folding.folded import Folder  # only where something is folded: start-up counts

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


def at_most(post: Post) -> int:
    """More characters than the post has in our own templates, found without rendering it."""
    return sum(60 + (3 if text.isascii() else 12) * len(text) for text in _printed(post.sections))  # %F0%9F%98%80


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


def _printed(value: object) -> Iterator[str]:
    """Every text of a record that a template of ours prints."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, PullRequest):
        yield from (value.title, value.url)
    elif isinstance(value, Highlight):
        yield value.text
    elif isinstance(value, tuple):
        for item in value:
            yield from _printed(item)
    elif isinstance(value, msgspec.Struct):
        yield ""
        for name in value.__struct_fields__:
            yield from _printed(getattr(value, name))
