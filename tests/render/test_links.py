"""Links from highlights to pull requests."""

from __future__ import annotations

import pytest

from tests.gather.test_snapshot import pull
from weekly.model import PullRequest
from weekly.render.links import internal_changes, with_links
from weekly.text.markdown import Markdown

ONE, TWO = pull(1, title="Fix *it*"), pull(2, title="Add @x")
TITLES = "([Fix \\*it\\*](https://github.com/a/b/pull/1), [Add @\u2060x](https://github.com/a/b/pull/2))"


@pytest.mark.parametrize(
    ("text", "links", "expected"),
    [
        ("Fixed @it.", "none", "Fixed @\u2060it."),
        ("Fixed.", "number", "Fixed. ([#1](https://github.com/a/b/pull/1), [#2](https://github.com/a/b/pull/2))"),
        ("Fixed.", "title", f"Fixed. {TITLES}"),
        (Markdown("*Fixed*."), "title", f"*Fixed*. {TITLES}"),
        (Markdown("Fixed:\n- a\n- b\n"), "title", f"Fixed: {TITLES}\n- a\n- b"),
        (Markdown("Fixed.\n\nTwice."), "title", f"Fixed.\n\nTwice.\n\n{TITLES}"),
    ],
)
def test_links_follow_the_sentence(text: str, links: str, expected: str) -> None:
    assert with_links(text, (ONE, TWO), links) == expected


@pytest.mark.parametrize(
    ("pulls", "links", "expected"),
    [
        ((ONE,), "number", "Done. (Py\\*LXD\\* [#1](https://github.com/a/b/pull/1))"),
        ((ONE,), "none", "Done. (Py\\*LXD\\*)"),
        ((), "title", "Done. (Py\\*LXD\\*)"),
    ],
)
def test_a_project_stands_before_the_links(pulls: tuple[PullRequest, ...], links: str, expected: str) -> None:
    assert with_links("Done.", pulls, links, "Py*LXD*") == expected


def test_a_sentence_without_pull_requests_has_no_links() -> None:
    assert with_links("Done.", (), "number") == "Done."


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    assert with_links("Done.", (pull(3, url="javascript:x"),), "number") == "Done. (#\u20603)"


def test_internal_changes_are_counted_with_links_to_exactly_these() -> None:
    first, second = "[#1](https://github.com/a/b/pull/1)", "[#2](https://github.com/a/b/pull/2)"
    assert internal_changes((ONE, TWO)) == f"… and 2 internal changes: {first}, {second}."
    assert internal_changes((ONE,)) == f"… and 1 internal change: {first}."
    assert internal_changes(tuple(pull(number) for number in range(40))) == "… and 40 internal changes."
