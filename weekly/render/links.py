"""Link sentences to their pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.model import PullRequest
from weekly.text.english import numbered
from weekly.text.markdown import Markdown, escape, link, trusted


def with_links(text: str, pulls: Sequence[PullRequest], links: str, project: str = "") -> Markdown:
    """Return a sentence followed by its project and links to its pull requests in parentheses.

    `links` is none, number or title.
    """
    sentence = trusted(text)
    targets = [number_link(pull) if links == "number" else link(pull.title, pull.url) for pull in pulls]
    remark = " ".join(filter(None, (escape(project), ", ".join(targets if links != "none" else ()))))
    if not remark:
        return sentence
    lead, _, points = sentence.strip().partition("\n")
    if points.startswith("- "):
        return Markdown(f"{lead} ({remark})\n{points}")
    gap = "\n\n" if points else " "
    return Markdown(f"{sentence.strip()}{gap}({remark})")


MOST_LINKED = 30
"""Pull requests that a line links to one by one."""


def internal_changes(pulls: Sequence[PullRequest]) -> Markdown:
    """Return a closing line that counts internal changes, with links to exactly these."""
    count = numbered(len(pulls), "internal change")
    if len(pulls) > MOST_LINKED:
        return Markdown(f"… and {count}.")
    return Markdown(f"… and {count}: {', '.join(map(number_link, pulls))}.")


def number_link(pull: PullRequest) -> Markdown:
    """Return a link to a pull request by its number."""
    target = link(str(pull.number), pull.url)
    return Markdown(target.replace("[", "[#", 1)) if target.startswith("[") else escape(f"#{pull.number}")
