"""Bullets that an editor would change: vague, cut, imperative, internal, repeated."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from tests.conftest import ROOT
from tests.gather.test_snapshot import pull
from weekly import config
from weekly.checks.bullets import lint_bullets
from weekly.model import (
    Audience,
    Commit,
    Finding,
    Highlight,
    Highlights,
    Issue,
    Kind,
    Post,
    PullRequest,
    Severity,
    Verdict,
    Words,
)
from weekly.pipeline.check import findings_of
from weekly.pipeline.context import Project
from weekly.render.post import to_markdown
from weekly.text.markdown import Markdown
from weekly.week import Week

VERDICT = Verdict(kind=Kind.IMPROVEMENT, rule="words", evidence="title")


def highlight(text: str, number: int = 1, **fields: Any) -> Highlight:
    changes = {name: fields.pop(name) for name in list(fields) if name in PullRequest.__struct_fields__}
    return Highlight(pulls=(pull(number, **changes),), text=text, verdict=fields.pop("verdict", VERDICT), **fields)


def found(*highlights: Highlight) -> tuple[Finding, ...]:
    section = Highlights(heading="B", level=2, improvements=highlights)
    post = Post(week=Week(monday=date(2023, 3, 27)), title="T", sections=(section,), placements=())
    return lint_bullets(post, to_markdown(post))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Bugfixes.", "bullet-vague"),
        ("Various small fixes and improvements.", "bullet-vague"),
        ("Code quality (20260702).", "bullet-vague"),
        ("Follow-up to the last change.", "bullet-vague"),
        ("Socket improvements.", "bullet-vague"),
        ("Parser rework.", "bullet-vague"),
        ("Fixed CentOS.", "bullet-vague"),
        ("feature/my-branch-2", "bullet-vague"),
        ("Fixed the case where the daemon was started before the networ…", "bullet-cut"),
        ("Enable the firewall on all bridges.", "bullet-imperative"),
        ("Switched to `tx.ExecContext` over `tx.Exec`.", "bullet-internal"),
    ],
)
def test_a_bullet_to_be_changed_is_found(text: str, rule: str) -> None:
    (finding,) = found(highlight(text))
    assert (finding.rule, finding.severity, finding.line) == (rule, Severity.NOTED, 7)
    assert finding.message.startswith(f"a/b#1: {text!r} ")


def test_words_about_the_code_are_found_unless_users_notice_the_change() -> None:
    text = "Removed the unused helper of the pool."
    internal = msgspec.structs.replace(VERDICT, audience=Audience.DEVELOPERS)
    assert [finding.rule for finding in found(highlight(text, verdict=internal))] == ["bullet-internal"]
    assert found(highlight(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Added support for AMD SEV VMs.",
        "Fixed a crash when a volume is removed twice.",
        "Now stops an instance before moving it.",
        "No longer leaks a file descriptor on reload.",
        "添加对新驱动程序的支持",
        "Unterstützung für IPv6.",
        "General cleanup and improvement in the HTTPS relation.",
    ],
)
def test_a_good_bullet_is_left_alone(text: str) -> None:
    assert found(highlight(text)) == ()


@pytest.mark.parametrize(
    "fields", [{"words": Words.EDITOR, "text": Markdown("Bugfixes.")}, {"words": Words.AUTHOR, "text": "Bugfixes."}]
)
def test_only_drafted_bullets_are_judged(fields: dict[str, Any]) -> None:
    assert found(highlight(**fields)) == ()


def test_a_change_for_developers_in_words_for_users_is_fine() -> None:
    verdict = msgspec.structs.replace(VERDICT, audience=Audience.DEVELOPERS, audience_reason="the title says 'Rework'")
    assert found(highlight("Reworked how migration connections are established.", verdict=verdict)) == ()


def test_an_update_of_dependencies_is_not_internal() -> None:
    verdict = msgspec.structs.replace(VERDICT, kind=Kind.DEPENDENCIES, audience=Audience.DEVELOPERS)
    assert found(highlight("Updated dependencies, in 3 changes.", verdict=verdict)) == ()


def test_the_second_of_two_equal_bullets_is_found() -> None:
    text = "Fixed the daemon's start on hosts without IPv6 addresses."
    (finding,) = found(
        highlight(text), highlight("Added a thing.", 2), highlight(text.replace("hosts", "the hosts"), 3)
    )
    assert (finding.rule, finding.line) == ("bullet-repeated", 9)
    assert finding.message.startswith("a/b#3: ")
    assert finding.message.endswith("repeats a/b#1")


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        (
            {"body": "```release-note\nThe daemon starts faster.\n```\n\nThis allows users to wait less."},
            "its release note says: 'The daemon starts faster.'",
        ),
        (
            {"body": "This allows users to restart the daemon without losing their instances."},
            "its description says: 'This allows users to restart the daemon without losing their instances.'",
        ),
        ({"closes": (Issue(number=3, title="Daemon hangs on start"),)}, "it closes the issue: 'Daemon hangs on start'"),
        (
            {"commits": (Commit(subject="Fixes"), Commit(subject="daemon: Take the lock before the start"))},
            "its commits say: 'daemon: Take the lock before the start'",
        ),
        ({"commits": (Commit(subject="Title 1"),)}, "write a text for it in the notes, or hide it"),
        ({}, "write a text for it in the notes, or hide it"),
    ],
)
def test_the_hint_is_the_best_source_of_words(fields: dict[str, Any], hint: str) -> None:
    (finding,) = found(highlight("Bugfixes.", **fields))
    assert finding.hint == hint


def test_the_line_is_found_with_links_to_pull_requests() -> None:
    section = Highlights(heading="B", improvements=(highlight("Bugfixes."),), links="number")
    post = Post(week=Week(monday=date(2023, 3, 27)), title="T", sections=(section,), placements=())
    assert [finding.line for finding in lint_bullets(post, to_markdown(post))] == [7]


def test_check_and_preview_have_these_findings() -> None:
    section = Highlights(heading="B", improvements=(highlight("Bugfixes."),))
    post = Post(week=Week(monday=date(2023, 3, 27)), title="Weekly status #292", sections=(section,), placements=())
    project = Project(root=ROOT, config=config.load(ROOT / "weekly.toml"))
    assert [finding.rule for finding in findings_of(post, to_markdown(post), project)] == ["bullet-vague"]
