"""Each rule on a post that breaks it, and none on posts that don't."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import ROOT
from weekly import archive, config
from weekly.checks.lint import RULES, lint, trusted_texts
from weekly.config.limits import Limits
from weekly.model import Block, Finding, Post, Problem, Severity, Upstream, UpstreamProject
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.render.post import to_markdown
from weekly.text.markdown import Markdown, escape, link
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
TITLE = "Weekly status #292"


def linted(
    text: str, *, trusted: str = "", title: str = TITLE, limits: Limits = Limits()
) -> list[tuple[int, str, str]]:
    sections = (Block(text=Markdown(trusted)),)
    post = Post(week=WEEK, title=title, sections=sections, placements=())
    return [(finding.line, finding.rule, finding.severity.value) for finding in lint(post, text, limits)]


BLOCKS, NOTED = "blocks", "noted"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello @stgraber and\n`@code` [@link](https://a.example)", [(1, "mention", BLOCKS)]),
        ("one\ntwo @canonical/lxd", [(2, "mention", BLOCKS)]),
        ("mail me@a.example.org/x", [(1, "link", NOTED)]),
        ("see #123 and [#1](https://a.example)", [(1, "hashtag", NOTED)]),
        ("a :smile: and `:code:` and 10:30:15", [(1, "emoji", NOTED)]),
        ("[:tada:](https://a.example)", [(1, "emoji", NOTED)]),
        ("one of the forum's own: :LXD_Logo:", [(1, "emoji", NOTED)]),
        ("a <b>bold</b> claim", [(1, "html", BLOCKS), (1, "html", BLOCKS)]),
        ("<div>\nx\n</div>", [(1, "html", BLOCKS)]),
        ("<!-- a comment -->", []),
        ("[a](/t/1) [b](mailto:a@b.example)", [(1, "link", BLOCKS), (1, "link", NOTED)]),
        ("[a](ftp://x.example)", [(1, "link", BLOCKS)]),
        ("[a]()", [(1, "link", BLOCKS)]),
        ("[a] (https://x.example)", [(1, "bare-url", NOTED), (1, "broken-link", BLOCKS)]),
        ("[a](https://x.example", [(1, "bare-url", NOTED), (1, "broken-link", BLOCKS)]),
        (r"a \]( [b](https://x.example)", []),
        ("https://x.example", [(1, "embed", NOTED)]),
        ("see\nhttps://x.example\nthere", [(2, "embed", NOTED)]),
        ("see https://x.example there", [(1, "bare-url", NOTED)]),
        ("# A\n\n### B\n\nx", [(3, "heading-jump", NOTED)]),
        ("# A\n\n## B\n\n# C\n\nx", [(3, "empty-section", NOTED)]),
        ("# A", [(1, "empty-section", NOTED)]),
        ("# A\n\n## B\n\nx", []),
        ("This is TODO", [(1, "placeholder", NOTED)]),
        ("[Remove TODO](https://x.example) and `FIXME`", []),
        ("  \n", [(0, "empty", BLOCKS)]),
    ],
)  # fmt: skip
def test_each_rule_finds_its_fault(text: str, found: list[tuple[int, str, str]]) -> None:
    assert linted(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Thanks @stgraber for #general :tada:", []),
        ("https://www.youtube.com/lxd-videos", []),
        ("<br>", [(1, "html", NOTED)]),
        ("TODO", [(1, "placeholder", BLOCKS)]),
    ],
)
def test_the_editors_markdown_is_intended(text: str, found: list[tuple[int, str, str]]) -> None:
    assert linted(text, trusted=text) == found


def test_limits_of_the_forum() -> None:
    assert linted("x" * 32_001) == [(0, "too-long", BLOCKS)]
    assert linted("x" * 32_000) == []
    assert linted("x" * 101, limits=Limits(post_length=100)) == [(0, "too-long", BLOCKS)]
    names = " ".join(f"@name{n}" for n in range(11))
    assert linted(names, trusted=names) == [(0, "mentions", BLOCKS)]
    assert linted("x", title="Too short") == [(0, "title-length", BLOCKS)]
    assert linted("x", title="t" * 256) == [(0, "title-length", BLOCKS)]
    assert linted("x", title="WEEKLY STATUS OF ALL") == [(0, "title-case", NOTED)]


@pytest.mark.parametrize(
    "title", ["ping @stgraber #1 :smile: <b>x</b> [a](javascript:x) https://x.example TODO", "@a", "](", "# x", "x.io"]
)
def test_an_escaped_title_finds_nothing_but_placeholders(title: str) -> None:
    text = f"- {link(title, 'https://github.com/a/b/pull/1')}\n- {escape(title)}"
    assert {rule for _, rule, _ in linted(text)} <= {"placeholder"}


@pytest.mark.parametrize("monday", archive.mondays(ROOT))
def test_the_real_posts_are_clean(monday: str) -> None:
    site = Project(root=ROOT, config=config.load(ROOT / "weekly.toml"))
    snapshot = archive.load(ROOT, Week(monday=date.fromisoformat(monday)))
    assert snapshot is not None
    post = post_of(snapshot, site)
    assert lint(post, to_markdown(post)) == ()


def test_a_finding_reads_as_a_line() -> None:
    finding = Finding(line=3, rule="mention", message="@a would be notified", hint="write it as code")
    assert str(finding) == "line 3: @a would be notified [mention]; write it as code"


def test_every_rule_has_a_docstring() -> None:
    assert all(rule.__doc__ for rule in RULES)


def test_trusted_texts_are_found_however_deep() -> None:
    block = Block(text=Markdown("a"), entries=(Markdown("b"), "plain"))
    assert list(trusted_texts((block, Severity.NOTED))) == ["a", "b"]


def test_a_gap_that_the_post_shows_stops_publishing() -> None:
    gap = Problem(where="octo/hello", what="2 commits of the week name no pull request", severity=Severity.NOTED)
    sections = (Upstream(heading="Upstream changes", level=1, projects=(UpstreamProject(name="Hello", gaps=(gap,)),)),)
    findings = lint(Post(week=WEEK, title=TITLE, sections=sections, placements=()), "")
    found = [(finding.where, finding.rule, finding.severity) for finding in findings if finding.rule == "gap"]
    assert found == [("octo/hello", "gap", Severity.BLOCKS)]
