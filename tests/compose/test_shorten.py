"""Folding: within the limit, nothing lost, nothing without a word, and nothing at all where the post fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT, Weekly
from tests.support.desk import Desk, opened
from weekly import archive, config
from weekly.checks.lint import lint
from weekly.compose import explain
from weekly.compose.shorten import shorten
from weekly.config.limits import FOLDER, Limits, assumed
from weekly.config.project import RepoName, RepositoryConfig
from weekly.errors import TemplateError
from weekly.http import retry
from weekly.model import (
    Highlights,
    Outcome,
    Person,
    Post,
    PullRequest,
    RepoActivity,
    Severity,
    Snapshot,
    Source,
    Upstream,
    Words,
)
from weekly.pipeline.context import Project
from weekly.pipeline.post import compose_post, judge, post_of, shorten_post
from weekly.publish import images
from weekly.publish.merge import mark_of
from weekly.render.environment import bundled_templates, environment_of
from weekly.render.post import to_markdown
from weekly.text.markdown import GUARD
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
START = datetime(2023, 3, 27, tzinfo=UTC)
TITLES = (
    "Add support for {n} spokes",
    "Fix a crash with {n} spokes",
    "doc: Tell of {n} spokes",
    "Bump spokes to {n}.1",
)


def pull(repo: str, number: int, base: str = "main") -> PullRequest:
    return PullRequest(
        repo=repo,
        number=number,
        title=TITLES[number % len(TITLES)].format(n=number),
        url=f"https://github.com/{repo}/pull/{number}",
        author=Person(login="octocat"),
        merged_at=START + timedelta(hours=number % 160),
        base=base,
    )


def week(sizes: list[int], hidden: int = 0, gaps: tuple[int, ...] = ()) -> Snapshot:
    """A week with so many pull requests of each repository, and so many of a branch that isn't shown."""
    repos = []
    for place, size in enumerate(sizes):
        name = f"wheels/w{place}"
        pulls = [pull(name, number + 1) for number in range(size)]
        pulls += [pull(name, 1000 + number, "next") for number in range(hidden)]
        outcome = Outcome.FAILED if place in gaps else Outcome.ACTIVE if pulls else Outcome.QUIET
        repos.append(RepoActivity(repo=name, outcome=outcome, total=len(pulls), pulls=tuple(pulls)))
    return Snapshot(
        schema_version=1, week=WEEK, source=Source.GRAPHQL, gathered_at=START + timedelta(days=8), repos=tuple(repos)
    )


def site(count: int, most: int | None = None, root: Path = Path("/nowhere")) -> Project:
    """A project of so many repositories, whose forum takes so much."""
    known = config.load(ROOT / "weekly.toml")
    assert known.forum is not None
    repositories = tuple(
        RepositoryConfig(repo=RepoName(f"wheels/w{place}"), branches=("main",)) for place in range(count)
    )
    forum = msgspec.structs.replace(known.forum, max_post_length=most)
    return Project(root=root, config=msgspec.structs.replace(known, repositories=repositories, forum=forum))


def whole(snapshot: Snapshot, at: Project) -> Post:
    return compose_post(snapshot, at, judge(snapshot, at))


def upstream(text: str) -> str:
    return text.partition("\n# Upstream changes\n")[2].partition("\n# Distribution work\n")[0].replace(GUARD, "")


def listed(text: str) -> Iterator[tuple[str, int, set[str]]]:
    """What the post's own words say of each project: how many were merged, and the addresses of those with a title."""
    for part in re.split(r"^## ", upstream(text), flags=re.MULTILINE)[1:]:
        name, _, lines = part.partition("\n")
        for one, count in re.findall(r"(\w+) \(([\d,]+)\)", lines) if name == "Further projects" else ():
            yield one, int(count.replace(",", "")), set()
        if name == "Further projects":
            quiet = re.search(r"^- Nothing to report this week: (.*)$", lines, re.MULTILINE)
            for one in quiet[1].split(", ") if quiet else ():
                yield one, 0, set()
        else:
            counted = re.findall(r"^- \[([\d,]+) merged pull requests?\]\(", lines, re.MULTILINE)
            titles = set(re.findall(r"^- \[.*\]\((https://github\.com/\S+/pull/\d+)\)$", lines, re.MULTILINE))
            yield name, sum(int(count.replace(",", "")) for count in counted) + len(titles), titles


@given(
    sizes=st.lists(st.integers(0, 40) | st.just(0), min_size=1, max_size=60),
    most=st.integers(4500, 32_000),
    gaps=st.sets(st.integers(0, 5)),
)
def test_a_shortened_post_fits_and_loses_no_pull_request(sizes: list[int], most: int, gaps: set[int]) -> None:
    """Read from the text alone: each pull request is listed by its address or counted, and each count is right."""
    snapshot, at = week(sizes, gaps=tuple(gaps)), site(len(sizes), most)
    post = post_of(snapshot, at)
    text = to_markdown(post)
    assert len(text) <= most
    found = list(listed(text))
    assert sorted(name for name, _, _ in found) == sorted(f"w{place}" for place in range(len(sizes)))
    for name, count, titles in found:
        place = int(name[1:])
        own = {f"https://github.com/wheels/{name}/pull/{number + 1}" for number in range(sizes[place])}
        assert count == sizes[place]
        assert titles in (own, set())
        assert f"wheels/{name}: could not be read" in text or place not in gaps
    full = whole(snapshot, at)
    if len(to_markdown(full)) <= most:
        assert post == full
    else:
        assert "This post is shortened to fit" in text
        assert [problem.severity for problem in post.problems if "shortened" in problem.what] == [Severity.NOTED]
    assert to_markdown(post_of(snapshot, at)) == text


@given(sizes=st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_a_post_is_shortened_no_more_than_needed(sizes: list[int]) -> None:
    """With room for one character less than before, a post is never shorter by less, and never tells more."""
    snapshot, at = week(sizes), site(len(sizes))
    post = whole(snapshot, at)
    lengths = []
    for most in (32_000, 16_000, 8_000, 6_000, 5_000):
        made = shorten(post, most, lambda one: len(to_markdown(one)))
        lengths.append(sum(len(project.pulls) for project in _upstream(made).projects))
    assert lengths == sorted(lengths, reverse=True)


def _upstream(post: Post) -> Upstream:
    return next(section for section in post.sections if isinstance(section, Upstream))


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [0, 2])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_counted_line_links_to_exactly_its_pull_requests(hidden: int, zone: str) -> None:
    """The search is read as GitHub reads it: both ends belong to a range, and a base is one."""
    at = site(1, 4500)
    snapshot = week([60], hidden=hidden)
    local = Week(monday=WEEK.monday, zone=zone)
    pulls = tuple(
        msgspec.structs.replace(one, merged_at=local.start + timedelta(seconds=place * 604_799 // (59 + hidden)))
        for place, one in enumerate(snapshot.pulls)
    )
    neighbours = [local.start - timedelta(seconds=1), local.end]
    repo = msgspec.structs.replace(snapshot.repos[0], pulls=pulls)
    post = post_of(msgspec.structs.replace(snapshot, week=local, repos=(repo,)), at)
    line = _upstream(post).projects[0].counted[0]
    query = dict(part.split(":", 1) for part in line.url.partition("?q=")[2].split("+") if not part.startswith("is:"))
    first, last = map(datetime.fromisoformat, query["merged"].split(".."))
    found = [one.number for one in pulls if first <= one.merged_at <= last and one.base == query.get("base", one.base)]
    assert found == [one.number for one in line.pulls] == list(range(1, 61))
    assert not any(first <= instant <= last for instant in neighbours)
    assert line.url.startswith("https://github.com/wheels/w0/pulls?q=is:pr+is:merged+merged:")


def test_the_search_excludes_hidden_branches() -> None:
    at = site(1, 4500)
    snapshot = week([60], hidden=3)
    bases = ["main"] * 30 + ["stable-5.0"] * 30 + ["next", "old #1", "next"]
    pulls = tuple(msgspec.structs.replace(one, base=base) for one, base in zip(snapshot.pulls, bases, strict=True))
    shown = msgspec.structs.replace(at.config.repositories[0], branches=("main", "stable-*"))
    at = at._replace(config=msgspec.structs.replace(at.config, repositories=(shown,)))
    repo = msgspec.structs.replace(snapshot.repos[0], pulls=pulls)
    line = _upstream(post_of(msgspec.structs.replace(snapshot, repos=(repo,)), at)).projects[0].counted[0]
    assert line.url.endswith("+-base:next+-base:old%20%231")
    assert len(line.pulls) == 60


def test_a_list_without_a_link_is_named_first() -> None:
    at = site(2, 4500)
    snapshot = week([60, 60])
    elsewhere = tuple(
        msgspec.structs.replace(one, url=f"https://git.example/{one.number}") for one in snapshot.repos[0].pulls
    )
    repo = msgspec.structs.replace(snapshot.repos[0], pulls=elsewhere)
    post = post_of(msgspec.structs.replace(snapshot, repos=(repo, snapshot.repos[1])), at)
    assert [one.text for one in _upstream(post).named] == ["60 merged pull requests in 1 project: w0 (60)"]
    assert _upstream(post).named[0].url == ""
    assert _upstream(post).projects[0].name == "w1"


# Texts that stay -------------------------------------------------------------------------------------------------------


def test_the_editors_texts_are_never_shortened(tmp_path: Path) -> None:
    (tmp_path / "weeks").mkdir()
    notes = "".join(
        f'[[highlights]]\npulls = ["wheels/w{place}#1"]\ntext = "What the editor says of w{place}."\n'
        for place in range(20)
    )
    (tmp_path / "weeks" / f"{WEEK}.toml").write_text(f'introduction = "{"My words. " * 90}"\n{notes}', encoding="utf-8")
    snapshot = week([12] * 20)
    text = to_markdown(post_of(snapshot, site(20, 1000, tmp_path)))
    assert len(text) > 1000, "it was shortened as far as possible"
    assert all(f"- What the editor says of w{place}.\n" in text for place in range(20))
    assert text.count("My words.") == 90
    assert "Fixed a crash" not in text


def test_a_post_that_stays_too_long_blocks_publishing() -> None:
    at = site(30, 1000)
    post = post_of(week([3] * 30), at)
    text = to_markdown(post)
    assert len(text) > 1000
    found = [finding for finding in lint(post, text, assumed(at.config)) if finding.rule == "too-long"]
    assert [finding.severity for finding in found] == [Severity.BLOCKS]
    assert not any(isinstance(section, Highlights) for section in post.sections), "it was shortened as far as possible"
    assert str(post.problems[-1]).startswith(
        "Upstream changes: shortened as far as possible, and still longer than 1,000 characters: "
    )


def test_projects_lose_highlights_in_turn_least_first() -> None:
    snapshot = week([24, 24])
    at = site(2)
    post = whole(snapshot, at)
    before = {part.heading: part for part in post.sections if isinstance(part, Highlights)}
    room = len(to_markdown(post_of(snapshot, site(2, 3000))))  # with both lists shortened, and no more
    made = post_of(snapshot, site(2, room - 300))
    after = {part.heading: part for part in made.sections if isinstance(part, Highlights)}
    assert after.keys() == before.keys()
    for name, part in after.items():
        assert part.improvements == before[name].improvements[: len(part.improvements)]
        assert part.bugfixes == before[name].bugfixes[: len(part.bugfixes)]
    counts = [len(part.improvements) + len(part.bugfixes) for part in after.values()]
    assert abs(counts[0] - counts[1]) <= 1
    assert sum(counts) < sum(len(part.improvements) + len(part.bugfixes) for part in before.values())
    assert all(one.words is not Words.EDITOR for part in before.values() for one in part.improvements)


# Reports -------------------------------------------------------------------------------------------------------------


def test_explain_shows_the_shortened_placement() -> None:
    post = post_of(week([40, 2, 0]), site(3, 4500))
    rows = {row.ref: row for row in explain.explain(post)}
    assert rows["wheels/w0#1"].places[-1] == "Upstream changes: w0 (counted in a line with a link, one of 40)"
    assert "its title is left out to fit 4,500 characters" in rows["wheels/w0#1"].remarks
    assert rows["wheels/w1#1"].places[-1] == "Upstream changes: w1"
    assert not any("left out" in remark for remark in rows["wheels/w1#1"].remarks)
    gone = [row for row in rows.values() if "left out of the highlights to fit 4,500 characters" in row.remarks]
    standing = [row for row in rows.values() if any("Bug fixes" in place or "Improve" in place for place in row.places)]
    assert not {row.ref for row in gone} & {row.ref for row in standing}
    shown = [one for part in post.sections if isinstance(part, Highlights) for one in part.improvements + part.bugfixes]
    assert len(standing) == sum(len(one.pulls) for one in shown)


def test_the_list_whose_line_saves_most_is_shortened_first() -> None:
    rows = {row.ref: row.places[-1] for row in explain.explain(post_of(week([10, 40, 20]), site(3, 6500)))}
    assert "one of 40" in rows["wheels/w1#1"]
    assert (rows["wheels/w0#1"], rows["wheels/w2#1"]) == ("Upstream changes: w0", "Upstream changes: w2")


@pytest.fixture
def tight(archived: Weekly) -> Weekly:
    """The LXD project, on a forum that takes too little for the week."""
    path = archived.folder / "weekly.toml"
    text = path.read_text(encoding="utf-8")
    assert "# max_post_length = 32000\n" in text
    path.write_text(text.replace("# max_post_length = 32000\n", "max_post_length = 3000\n"), encoding="utf-8")
    return archived


MARK = mark_of("weekly-2023-03-27")
NOTE = "weekly: note: Upstream changes: shortened to fit 3,000 characters: 8 pull requests of 1 project are counted"


def test_all_commands_shorten_alike(tight: Weekly) -> None:
    ran = tight("render", "--week", "2023-03-27")
    assert ran.code == 0
    assert len(ran.out) <= 3000
    assert ran.err.count(NOTE) == 1
    assert "- [8 merged pull requests](https://github.com/canonical/lxd/pulls?q=" in ran.out
    checked = tight("check", "--week", "2023-03-27")
    assert checked.code == 0
    assert "warning: Upstream changes: shortened to fit 3,000 characters" in checked.out
    assert "too-long" not in checked.out
    explained = tight("explain", "--week", "2023-03-27", "#11525")
    assert "Upstream changes: LXD (counted in a line with a link, one of 8)" in explained.out
    assert explained.err.count(NOTE) == 1
    explained = tight("explain", "--week", "2023-03-27")
    assert (explained.out.count("8 pull requests of 1 project are"), explained.err) == (1, ""), "reported once"
    page = tight("preview", "--week", "2023-03-27", "-o", "-").out
    assert "In the post by their number alone" in page
    assert "Not in the post" not in page
    assert "lxd/instances: Don’t use notify" in page or "lxd/instances: Don&#39;t use notify" in page
    assert "shortened to fit" in tight("render", "--week", "2023-03-27", "--format", "json").out


def test_a_post_for_a_folder_is_not_shortened(tight: Weekly, tmp_path: Path) -> None:
    """Whatever the forum takes: what is written for a folder is whole."""
    made = composed_text(tight)
    path = tight.folder / "archive" / "2023-03-27.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"source": "sample"', '"source": "github-graphql"'))
    ran = tight("publish", "--week", "2023-03-27", "--to", str(tmp_path / "posts"))
    assert ran.code == 0
    assert "shortened" not in ran.err
    assert (tmp_path / "posts" / "2023-03-27.md").read_text(encoding="utf-8").endswith(made)


def composed_text(weekly: Weekly) -> str:
    at = Project.at(weekly.folder)
    snapshot = archive.load(at.root, WEEK)
    assert snapshot is not None
    return to_markdown(whole(snapshot, at))


def test_without_a_forum_a_post_is_not_shortened() -> None:
    at = site(9)
    at = at._replace(config=msgspec.structs.replace(at.config, forum=None))
    snapshot = week([90] * 9)
    assert assumed(at.config) == FOLDER
    post = post_of(snapshot, at)
    assert post == whole(snapshot, at)
    text = to_markdown(post)
    assert len(text) > 32_000
    assert [finding for finding in lint(post, text, assumed(at.config)) if finding.rule == "too-long"] == []


def test_a_template_that_omits_counted_lines_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "templates" / "sections").mkdir(parents=True)
    ours = (bundled_templates() / "sections" / "upstream.md.j2").read_text(encoding="utf-8")
    own = tmp_path / "templates" / "sections" / "upstream.md.j2"
    for what, name in (("counted", "project.counted"), ("shortened", "section.shortened")):
        own.write_text(ours.replace(f"{{% for {what} in project.{what} %}}", "{% for counted in () %}").replace(
            "{{ section.shortened }}" if what == "shortened" else "\0", ""
        ), encoding="utf-8")  # fmt: skip
        environment_of.cache_clear()
        with pytest.raises(TemplateError, match=rf"upstream\.md\.j2: doesn't print {re.escape(name)}"):
            post_of(week([90]), site(1, 4500, tmp_path))
    own.write_text(ours, encoding="utf-8")
    environment_of.cache_clear()
    assert len(to_markdown(post_of(week([90]), site(1, 4500, tmp_path)), tmp_path / "templates")) <= 4500


def test_check_reports_such_a_template_and_continues(tight: Weekly) -> None:
    folder = tight.folder / "templates" / "sections"
    folder.mkdir(parents=True)
    ours = (bundled_templates() / "sections" / "upstream.md.j2").read_text(encoding="utf-8")
    (folder / "upstream.md.j2").write_text(ours.replace("project.counted", "()"), encoding="utf-8")
    (folder / "stray.md.j2").write_text("x", encoding="utf-8")
    ran = tight("check", "--week", "2023-03-27")
    assert ran.code == 1
    assert "doesn't print project.counted" in ran.out
    assert "templates/sections/stray.md.j2: is used by nothing" in ran.out


def test_images_count_with_their_uploaded_addresses() -> None:
    text = "![a](i.png)"
    assert images.length(text) == len("![a]()") + len(images.ADDRESS)
    assert images.length("![a](https://a.example/i.png)") == len("![a](https://a.example/i.png)")


def test_a_long_introduction_is_shortened_and_thanks_are_counted() -> None:
    at = site(300)
    thanks = msgspec.structs.replace(at.config.thanks, show=True)
    at = at._replace(config=msgspec.structs.replace(at.config, thanks=thanks))
    snapshot = week([1] * 300)
    named = [
        msgspec.structs.replace(repo, pulls=(msgspec.structs.replace(repo.pulls[0], author=Person(login=f"o{place}")),))
        for place, repo in enumerate(snapshot.repos)
    ]
    snapshot = msgspec.structs.replace(snapshot, repos=tuple(named))
    text = to_markdown(post_of(snapshot, at))
    assert ", and work on 292 more projects.\n" in text
    assert "Thanks to 300 contributors for this week's changes." in text.replace("\\", "")
    assert "the introduction is shorter" in text


# The forum -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(tmp_path / "project") as desk:
        yield desk


def test_an_unedited_long_post_is_reported_without_merge_advice(desk: Desk) -> None:
    """An unedited post that is too long when shortened is reported once, with advice that helps."""
    desk.done()
    desk.forum.settings["max_post_length"] = 1500
    ran = desk.publish("--dry-run")
    assert ran.code == 1
    assert "it can't be shortened further" in ran.err
    assert "somebody's edits" not in ran.out + ran.err
    assert ran.out.startswith("update: something is new")


def test_the_forums_own_limit_applies(desk: Desk) -> None:
    desk.forum.settings["max_post_length"] = 3000 + len(MARK)
    ran = desk.done()
    assert NOTE in ran.err
    assert len(desk.forum.only.raw) <= 3000 + len(MARK)
    assert desk.done().out.startswith("Unchanged ")
    desk.forum.settings["max_post_length"] = 32_000
    assert desk.done().out.startswith("Updated ")
    assert desk.forum.only.text == desk.text


def test_a_configured_limit_may_be_lower_than_the_forums(desk: Desk) -> None:
    desk.configure("# max_post_length = 32000\n", "max_post_length = 3000\n")
    assert NOTE in desk.done().err
    assert len(desk.forum.only.text) <= 3000
    assert desk.forum.only.text == desk.text


def test_edits_that_leave_no_room_are_reported_and_stay(desk: Desk) -> None:
    desk.done()
    length = len(desk.forum.only.text)
    desk.forum.edit(f"{'Somebody has much to say. ' * 20}\n\n{desk.forum.only.raw}")
    theirs = desk.forum.only.raw
    desk.news()
    desk.forum.settings["max_post_length"] = length + 100 + len(MARK)
    ran = desk.publish()
    assert ran.code == 1
    assert f"but there is room for {length + 100:,}; set forum.max_post_length in weekly.toml to" in ran.err
    assert desk.forum.only.raw == theirs
    advice = re.search(r"max_post_length in weekly\.toml to (\d+) or less", ran.err)
    assert advice is not None
    desk.configure("# max_post_length = 32000\n", f"max_post_length = {advice[1]}\n")
    assert desk.done().out.endswith(" kept\n")
    assert "Somebody has much to say." in desk.forum.only.raw
    assert len(desk.forum.only.text) <= length + 100


# Closed lists --------------------------------------------------------------------------------------------------------


def test_closed_lists_render_alike_on_forum_and_preview(archived: Weekly) -> None:
    path = archived.folder / "weekly.toml"
    text = path.read_text(encoding="utf-8")
    assert "# details_above = 30\n" in text
    path.write_text(text.replace("# details_above = 30\n", "details_above = 7\n"), encoding="utf-8")
    ran = archived("render", "--week", "2023-03-27")
    assert '\n[details="8 merged pull requests"]\n\n- [shared/simplestreams' in ran.out
    assert ran.out.count("[/details]") == 1
    page = archived("preview", "--week", "2023-03-27", "-o", "-").out
    assert "<summary>8 merged pull requests</summary>" in page
    assert archived("check", "--week", "2023-03-27").code == 0


def test_the_default_limit_is_the_forums_default() -> None:
    assert assumed(site(1).config) == Limits()
    assert assumed(site(1, 5000).config).post_length == 5000
    snapshot, at = week([400]), site(1)
    made = shorten_post(whole(snapshot, at), at, judge(snapshot, at), limit=5000).post
    assert len(to_markdown(made)) <= 5000
