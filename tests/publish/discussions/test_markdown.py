"""A post in GitHub's Markdown: details as there, and nothing but links refers to anything."""

from __future__ import annotations

import pytest

from weekly.publish.discussions.markdown import adapt
from weekly.text.markdown import GUARD, escape, link


@pytest.mark.parametrize(
    ("text", "adapted"),
    [
        ("Fixes GH-123 and gh-7.", f"Fixes GH{GUARD}-123 and gh{GUARD}-7."),
        ("Revert 1a2b3c4 and cafe", f"Revert 1a2b3c{GUARD}4 and cafe"),
        (f"Bump to {'0123456789' * 4}", f"Bump to {GUARD.join(('012345', '678901', '234567', '890123', '456789', '012345', '6789'))}"),
        ("In `GH-1 1a2b3c4` and ``a ` 1a2b3c4``", "In `GH-1 1a2b3c4` and ``a ` 1a2b3c4``"),
        ("- a ` stays open\n- GH-1 and `GH-2`", f"- a ` stays open\n- GH{GUARD}-1 and `GH-2`"),
        ("```sh\ngit show 1a2b3c4 # a ` b\n```\nGH-1", f"```sh\ngit show 1a2b3c4 # a ` b\n```\nGH{GUARD}-1"),
        ("~~~\nGH-1", "~~~\nGH-1"),
        (r"\`GH-1\`", rf"\`GH{GUARD}-1\`"),
        ("[GH-1](https://example.org/1a2b3c4)", f"[GH{GUARD}-1](https://example.org/1a2b3c4)"),
        ("[a](<https://example.org/(1a2b3c4)>) https://example.org/GH-1", "[a](<https://example.org/(1a2b3c4)>) https://example.org/GH-1"),
        ("XGH-12, GH-x, 1a2b3c4g, 123456", "XGH-12, GH-x, 1a2b3c4g, 123456"),
        ("<!-- weekly: weekly-1a2b3c4 -->", "<!-- weekly: weekly-1a2b3c4 -->"),
    ],
)  # fmt: skip
def test_issues_and_commits_are_named_without_a_reference(text: str, adapted: str) -> None:
    assert adapt(text) == adapted


@pytest.mark.parametrize(
    "title",
    ["#123", "owner/name#123", "GH-123", "1a2b3c4d", "owner@1a2b3c4d", "owner/name@1a2b3c4d", "@team/name", "@octocat", ":tada:"],
)  # fmt: skip
def test_titles_refer_to_nothing(title: str) -> None:
    """A guard that nobody sees follows the sign that GitHub looks for, in running text and in links."""
    for text in (escape(f"Fix {title} again"), link(f"Fix {title} again", "https://github.com/acme/tool/pull/1")):
        words = adapt(text)
        assert title not in words
        assert title in words.replace(GUARD, "").replace("\\", "")


def test_details_become_githubs() -> None:
    text = '## LXD\n\n[details="21 merged pull requests"]\n\n- [One](https://example.org/1)\n\n[/details]\n\n## LXC'
    assert adapt(text) == (
        "## LXD\n\n<details><summary>21 merged pull requests</summary>\n\n- [One](https://example.org/1)\n\n</details>\n\n## LXC"
    )


def test_what_needs_no_change_stays() -> None:
    text = "# A week\n\n- [Add a thing](https://github.com/acme/tool/pull/12)\n- `#1`, 3 < 4, 50 % of it"
    assert adapt(text) == text
