"""Link sentences to their pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.model import PullRequest
from weekly.text.markdown import Markdown, escape, link, trusted


def with_links(text: str, pulls: Sequence[PullRequest], links: str) -> Markdown:
    """Return a sentence followed by links to its pull requests in parentheses. `links` is none, number or title."""
    sentence = trusted(text)
    if links == "none" or not pulls:
        return sentence
    targets = [number_link(pull) if links == "number" else link(pull.title, pull.url) for pull in pulls]
    gap = "\n\n" if "\n" in sentence.strip() else " "
    return Markdown(f"{sentence.strip()}{gap}({', '.join(targets)})")


def number_link(pull: PullRequest) -> Markdown:
    """Return a link to a pull request by its number."""
    target = link(str(pull.number), pull.url)
    return Markdown(target.replace("[", "[#", 1)) if target.startswith("[") else escape(f"#{pull.number}")
