"""Test the chart in the post, over real HTTP to stand-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tests.conftest import ROOT
from tests.support.desk import WEEK, Desk, gathered, opened
from tests.support.discussions import REPO, TOKEN, Discussions
from tests.support.server import Server, serving
from weekly import archive
from weekly.http import retry
from weekly.http.fetch import Session
from weekly.pipeline.context import Project
from weekly.preview import picture
from weekly.publish.base import PublishOptions, Request
from weekly.publish.folder import folder_destination

LOCAL = "preview/2023-03-27-trend.png"
SENTENCE = "10 pull requests were merged this week, more than the mean of 3 earlier weeks, 7 (43% more)."


def archive_week(desk: Desk, back: int, pulls: int) -> None:
    """Archive an earlier week with this many of the sample's pull requests."""
    snapshot = gathered()
    repos = []
    for repo in snapshot.repos:
        shown = repo.pulls[:pulls]
        pulls -= len(shown)
        repos.append(msgspec.structs.replace(repo, pulls=shown, total=len(shown)))
    week = WEEK.shifted(-back)
    archive.save(desk.folder, msgspec.structs.replace(snapshot, week=week, repos=tuple(repos)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A project with four archived weeks, and the chart switched on."""
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        desk.configure("# [trend]\n# show = true\n", "[trend]\nshow = true\n")
        for back, pulls in ((1, 5), (2, 9), (4, 7)):
            archive_week(desk, back, pulls)
        yield desk


def test_the_chart_is_drawn_and_uploaded_once(desk: Desk) -> None:
    desk.done()
    ((address, name),) = desk.forum.uploads.items()
    assert name == "2023-03-27-trend.png"
    assert f"\n\n![{SENTENCE}]({address})\n\n" in desk.forum.only.raw
    drawn = Image.open(BytesIO((desk.folder / LOCAL).read_bytes()))
    assert (drawn.format, drawn.width) == ("PNG", 1380)
    begun = len(desk.server.requests)
    assert desk.done().out.startswith("Unchanged ")
    assert not [request for request in desk.server.requests[begun:] if request.method == "POST"]
    desk.lose_record()
    assert desk.done().out.startswith("Unchanged "), "equal figures make equal bytes, which have the same address"
    archive_week(desk, 1, 2)
    assert desk.done().out.startswith("Updated ")
    assert len(desk.forum.uploads) == 2
    assert address not in desk.forum.only.raw


def test_another_pillow_makes_no_other_post(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.done()
    monkeypatch.setattr(picture, "is_installed", lambda: False)
    assert desk.done().out.startswith("Unchanged "), "the figures are the same, so nothing is drawn"


def test_a_dry_run_shows_where_the_chart_goes(desk: Desk) -> None:
    assert f"![{SENTENCE}]({LOCAL})" in desk.done("--dry-run").out
    assert f"![{SENTENCE}]({LOCAL})" in desk.text
    assert not desk.forum.uploads
    assert not (desk.folder / LOCAL).exists()


def test_the_preview_has_the_chart_itself(desk: Desk) -> None:
    page = desk.weekly("preview", "2023-03-27", "-o", "-").out
    assert f'alt="{SENTENCE}">' in page
    assert page.count('<img src="data:image/png;base64,iVBORw0KGgo') == 1


def test_a_short_archive_is_noted_once(desk: Desk) -> None:
    (desk.folder / "archive" / "2023-02-27.json").unlink()
    ran = desk.weekly("render", "2023-03-27")
    assert (ran.code, "![" in ran.out) == (0, False)
    assert ran.err.count("trend.show: the archive has fewer than 4 weeks up to this one") == 1
    assert len(ran.err.splitlines()) == 1
    desk.done()
    assert not desk.forum.uploads
    assert desk.weekly("check", "2023-03-27").out.count("fewer than 4 weeks") == 1


def test_a_month_has_no_chart(desk: Desk) -> None:
    ran = desk.weekly("render", "--month", "2023-03")
    assert "![" not in ran.out
    assert "trend" not in ran.err


def test_without_pillow_nothing_is_published(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "is_installed", lambda: False)
    ran = desk.weekly("check", "2023-03-27")
    assert ran.code == 1
    assert "error: trend.show: needs Pillow, which isn't installed [image]; install the extra: pip install" in ran.out
    assert desk.weekly("preview", "2023-03-27", "-o", "-").code == 0
    ran = desk.publish()
    assert ran.code == 2
    assert "install the extra" in ran.err
    assert not desk.forum.topics


def test_discussions_have_a_sentence_instead(desk: Desk) -> None:
    with (desk.folder / "weekly.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[discussions]\nrepository = "{REPO}"\ncategory = "Announcements"\n')
    hub = Discussions()
    with serving(Server(hub)) as github:
        desk.weekly.environment |= {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": TOKEN}
        ran = desk.done()
    assert ran.err.count("discussions: takes no images from programs, so a sentence replaces the chart") == 1
    assert f"\n\n{SENTENCE}\n\n" in hub.only.body
    assert "![" not in hub.only.body
    assert f"![{SENTENCE}](upload://" in desk.forum.only.raw


def test_a_folder_has_the_chart_next_to_the_post(desk: Desk) -> None:
    desk.done("--to", "posts")
    post = (desk.folder / "posts" / "2023-03-27.md").read_text(encoding="utf-8")
    assert f"![{SENTENCE}](2023-03-27-trend.png)" in post
    assert (desk.folder / "posts" / "2023-03-27-trend.png").is_file()
    assert not (desk.folder / LOCAL).exists()
    assert desk.done("--to", "posts").out.startswith("Unchanged ")


def test_an_unattended_run_commits_the_chart_of_a_folder(desk: Desk) -> None:
    config, root = Project.at(desk.folder).config, desk.folder
    options = PublishOptions(is_unattended=True)
    request = Request(week=WEEK, root=root, config=config, environment={}, session=Session(), options=options)
    destination = folder_destination(request)
    assert destination
    assert destination.files == ("posts/2023-03-27.md", "posts/2023-03-27-trend.png")
    assert destination.permits_unproven is None  # only a user who names the folder may publish a week from clones there


def test_the_chart_is_under_upstream_changes(desk: Desk) -> None:
    assert re.search(r"# Upstream changes\n\nWhat was .*\n\n!\[.*\)\n\n## LXD\n", desk.text)


def test_a_template_moves_the_chart(desk: Desk) -> None:
    lines = '{% if post.chart %}\n\n{% include "sections/trend.md.j2" %}\n{% endif %}\n'
    sections = ROOT / "templates" / "sections"
    upstream = (sections / "upstream.md.j2").read_text(encoding="utf-8")
    introduction = (sections / "introduction.md.j2").read_text(encoding="utf-8")
    assert lines in upstream
    own = desk.folder / "templates" / "sections"
    own.mkdir(parents=True)
    (own / "upstream.md.j2").write_text(upstream.replace(lines, ""), encoding="utf-8")
    (own / "introduction.md.j2").write_text(introduction + lines, encoding="utf-8")
    text = desk.text
    assert re.search(r"# Introduction\n\n.*\n\n!\[.*\)\n\n## Job openings", text)
    assert text.count("![") == 1
    assert "template" not in desk.weekly("check", "2023-03-27").out
