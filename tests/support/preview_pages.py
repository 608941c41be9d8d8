"""Posts that have everything a preview can show, and posts that want to harm: for the tests, in and out of a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec

from tests.conftest import ROOT
from weekly import config
from weekly.model import (
    AnySection,
    Block,
    Event,
    Events,
    Finding,
    Highlight,
    Highlights,
    Introduction,
    Kind,
    Outcome,
    Person,
    Placement,
    Post,
    Problem,
    PullRequest,
    RepoActivity,
    Severity,
    Snapshot,
    Source,
    Verdict,
)
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.preview.page import Topic, preview
from weekly.preview.trend import Count, Trend, trend_of
from weekly.text.markdown import Markdown
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
TOPIC = Topic(author="LXD", forum="forum.example", category="News", tags=("weekly", "lxd"))
ATTACKS = (
    "<script>window.__ran = 1; alert(1)</script>",
    '<img src=x onerror="window.__ran = 1">',
    "[click](javascript:window.__ran=1)",
    '"><svg onload=window.__ran=1>',
    "</a></li></details><iframe src=//evil.example>",
    "<style>*{display:none}</style>",
    "![](https://evil.example/pixel.png)",
)
VIDEO = "https://www.youtube.com/watch?v=aB3_dE-9xYz"


def pull(number: int, title: str, **fields: object) -> PullRequest:
    made = PullRequest(
        repo="canonical/lxd",
        number=number,
        title=title,
        url=f"https://github.com/canonical/lxd/pull/{number}",
        author=Person(login="somebody"),
        merged_at=datetime(2023, 3, 28, 12, tzinfo=UTC),
    )
    return msgspec.structs.replace(made, **fields)


def post(*sections: AnySection, placements: tuple[Placement, ...] = (), problems: tuple[Problem, ...] = ()) -> Post:
    return Post(week=WEEK, title="Weekly status #292", sections=sections, placements=placements, problems=problems)


def composed(*pulls: PullRequest) -> Post:
    """A week of the LXD project, by all the stages."""
    active = RepoActivity(repo="canonical/lxd", outcome=Outcome.ACTIVE, total=len(pulls), pulls=pulls)
    quiet = ("lxc/lxc", "lxc/lxcfs", "lxc/distrobuilder", "canonical/charm-lxd")
    snapshot = Snapshot(
        schema_version=1,
        week=WEEK,
        source=Source.SAMPLE,
        gathered_at=datetime(2023, 4, 3, 6, tzinfo=UTC),
        repos=(active, *(RepoActivity(repo=repo, outcome=Outcome.QUIET, total=0) for repo in quiet)),
    )
    return post_of(snapshot, Project(root=ROOT, config=config.load(ROOT / "weekly.toml")))


def rich() -> str:
    """A page with everything on it."""
    made = composed(
        pull(1, "Add support for `disk-kvm.img.vcdiff`", created_at=datetime(2023, 3, 27, tzinfo=UTC)),
        pull(2, "lxd/api: Don't crash by passing a nil localConfig"),
        pull(3, "Fix typo in the documentation of the migration API that is long enough to break its line in two"),
    )
    opening = Introduction(
        heading="Introduction",
        text=Markdown(
            "This week @stgraber has added two new videos, see https://example.org/news for more.\n\n"
            f"{VIDEO}\n\nhttps://youtu.be/zzzzzzzzzzz\n\n"
            '[details="What else was filmed"]\n- one\n- two, with `@code`\n[/details]\n\n'
            "> A quotation\n\n![a diagram](https://example.org/diagram.png)"
        ),
    )
    filmed = Events(heading="Filmed", events=(Event(title="LXD 5.12 <live>", first_day=date(2023, 3, 30), url=VIDEO),))
    problem = Problem(where="lxc/lxcfs", what="was not found", severity=Severity.BLOCKS, hint="gather it again")
    whole = msgspec.structs.replace(made, sections=(opening, *made.sections[1:], filmed), problems=(problem,))
    return preview(whole, TOPIC, findings=FINDINGS, trend=trend())


FINDINGS = (
    Finding(line=5, rule="mention", message="@stgraber will be notified", severity=Severity.NOTED),
    Finding(
        line=36,
        rule="bare-issue",
        message="a bullet that says neither what nor where",
        hint="write it anew in the week's notes",
        severity=Severity.BLOCKS,
    ),
    Finding(
        line=999, rule="length", message="longer than the forum takes", hint="fold a list", severity=Severity.NOTED
    ),
)


def trend() -> Trend:
    """A year of weeks, one of which is missing."""
    weeks = [WEEK.shifted(-number) for number in range(30) if number != 7]
    counts = [
        Count(week=week, total=sum(by_kind.values()), by_kind=by_kind)
        for place, week in enumerate(weeks)
        for by_kind in [{kind: (place * 7 + step * 5) % 11 for step, kind in enumerate(Kind)}]
    ]
    made = trend_of(counts, WEEK)
    assert made
    return made


def hostile() -> str:
    """A page where every word of somebody's, of a title, description, feed or calendar, wants to run."""
    attack = " ".join(ATTACKS)
    body = f"## Description\n\n{attack}\n\n```release-note\n{attack}\n```\n"
    bad = pull(1, f"Add {attack}", body=body, url="javascript:window.__ran=1", labels=("Feature",))
    verdict = Verdict(kind=Kind.BUGFIX, rule=attack, evidence=attack)
    bullet = Highlight(pulls=(bad,), text=attack, verdict=verdict, replaced=attack)
    event = Event(title=attack, first_day=date(2023, 4, 5), place=attack, url="javascript:window.__ran=1")
    placement = Placement(pull=bad, verdict=verdict, remarks=(attack,), places=(attack,), editor=(attack,))
    by_stages = composed(pull(2, f"Add {attack}", body=body, labels=("Feature",)))
    whole = msgspec.structs.replace(
        by_stages,
        title=attack,
        sections=(
            Introduction(heading="Introduction", text=attack, thanks=attack),
            Highlights(heading=attack, bugfixes=(bullet,)),
            Block(heading="The feed", text=attack, entries=(attack,), is_list=True),
            Events(heading="The calendar", events=(event,)),
            Block(heading="The editor's", text=Markdown("\n\n".join(ATTACKS))),
            *by_stages.sections,
        ),
        placements=(placement, *by_stages.placements),
        problems=(Problem(where=attack, what=attack, severity=Severity.NOTED, hint=attack),),
    )
    found = (Finding(line=3, rule=attack, message=attack, hint=attack, severity=Severity.BLOCKS),)
    topic = Topic(author=attack, forum=attack, category=attack, tags=(attack,))
    return preview(whole, topic, findings=found, trend=trend())


PAGES = {"rich": rich, "hostile": hostile}


def write(folder: Path) -> Iterator[Path]:
    for name, make in PAGES.items():
        path = folder / f"{name}.html"
        path.write_text(make(), encoding="utf-8")
        yield path


class Read(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def text(self) -> str:
        return "".join(self.words)

    def of_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if name in attributes.get("class", "").split()]


def main() -> None:
    """Write the pages to look at them: python -m tests.support.preview_pages."""
    folder = ROOT / "preview"
    folder.mkdir(exist_ok=True)
    for path in write(folder):
        print(path)


if __name__ == "__main__":
    main()
