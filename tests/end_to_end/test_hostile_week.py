"""Hostile text in every place of a week at once: the post, the preview, the notes' file, the terminal, GitHub's pages.

The records say what must stand, not another parse: heading for heading, entry for entry, link for link.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import cycle
from time import process_time

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import ROOT, Weekly
from tests.support.forum.cooking import LACKS, Block, Cook, Cooked, by_node, by_python, straight
from tests.support.github import Hub
from tests.support.hostile import CASES, EVERY, HOSTILE, SNIPPETS
from tests.support.preview_pages import Read
from tests.support.server import Server, serving
from tests.text.test_hostile import plain
from weekly import config
from weekly.automation.summary import MESSAGE_LIMIT, Status, WeekResult, of_proposal, of_run, of_trouble
from weekly.checks.lint import lint
from weekly.cli import explain as explain_command
from weekly.compose.explain import explain
from weekly.gather.base import BODY_LIMIT
from weekly.highlights.author_notes import LONGEST_NOTE
from weekly.model import (
    AnySection,
    BranchCommit,
    BranchWeek,
    CalendarWeek,
    Commit,
    Contribute,
    Distributions,
    Event,
    Events,
    Feed,
    FeedItem,
    FeedWeek,
    FileChange,
    Finding,
    Highlights,
    Image,
    IndexWeek,
    Introduction,
    Issue,
    Kind,
    Occurrence,
    Outcome,
    Person,
    Post,
    Problem,
    PullRequest,
    Release,
    RepoActivity,
    Severity,
    Snapshot,
    Source,
    Upstream,
    UpstreamProject,
)
from weekly.model import Block as Entries
from weekly.notes.suggestions import draft, suggest
from weekly.pipeline.context import Project
from weekly.pipeline.post import judge, post_of
from weekly.preview.page import Topic, preview
from weekly.render.post import to_markdown
from weekly.text.markdown import MAX_TITLE, escape, harmless, normalise, shortened
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
THEN = datetime(2023, 3, 28, 12, tzinfo=UTC)
BLOG, CHANNEL, CALENDAR = "https://blog.example/feed", "https://video.example/feed", "https://cal.example/a.ics"
IMAGES = "https://images.example"
CONFIG = f"""
[project]
name = "LXD"
zone = "UTC"
[[repositories]]
repo = "canonical/lxd"
name = "LXD"
branches = ["main"]
[highlights]
fold_dependencies = true
[thanks]
show = true
[videos]
by = "Somebody"
[[videos.channels]]
url = "{CHANNEL}"
[[sections]]
kind = "introduction"
[[sections]]
kind = "highlights"
[[sections]]
kind = "events"
[[sections.calendars]]
url = "{CALENDAR}"
[[sections]]
kind = "feed"
heading = "Blog"
[[sections.feeds]]
url = "{BLOG}"
[[sections]]
kind = "index"
heading = "Images"
url = "{IMAGES}"
[[sections]]
kind = "contribute"
heading = "Contribute"
[[sections.issues]]
repo = "canonical/lxd"
label = "Easy"
[[sections]]
kind = "upstream"
[[sections]]
kind = "distributions"
[[sections.parts]]
name = "Snap"
[[sections.parts.pulls]]
repo = "canonical/snap"
[[sections.parts.commits]]
repo = "canonical/pkg"
branches = ["latest"]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("hostile")
    (root / "weekly.toml").write_text(CONFIG, encoding="utf-8")
    return Project(root=root, config=config.load(root / "weekly.toml"))


@pytest.fixture(scope="module", params=["markdown-it-py", pytest.param("markdown-it", marks=pytest.mark.node)])
def cook(request: pytest.FixtureRequest) -> Iterator[Cook]:
    if request.param == "markdown-it-py":
        yield by_python()
        return
    if LACKS:
        (pytest.fail if request.config.getoption("--need-node") else pytest.skip)("; ".join(LACKS))
    with by_node() as made:
        yield made


PLACES = st.lists(HOSTILE, min_size=1, max_size=7)
"""What stands in the places of a week, in turn."""


def pull(repo: str, number: int, words: Iterator[str], *labels: str, **fields: object) -> PullRequest:
    made = PullRequest(
        repo=repo,
        number=number,
        title=next(words),
        url=f"https://github.com/{repo}/pull/{number}",
        author=Person(login=next(words), name=next(words)),
        merged_at=THEN,
        association="FIRST_TIMER" if number % 2 else "MEMBER",
        base="main",
        head=next(words),
        labels=(*labels, next(words)),
        body=f"This allows users to {next(words)}.\n\n{next(words)}\n\nCloses #{number}"[:BODY_LIMIT],
        files=(FileChange(path=next(words), additions=1),),
        commits=(Commit(subject=next(words), body=next(words)),),
        coauthors=(next(words),),
        closes=(Issue(number=1, title=next(words), labels=(next(words),)),),
    )
    return msgspec.structs.replace(made, **fields)


def week_of(texts: list[str]) -> Snapshot:
    """A week where every word of somebody's is one of these. Lone surrogates are no part of any archive."""
    words = cycle([text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts])
    note = f"```release-note\n{next(words)}\n```\n"[:BODY_LIMIT]
    pulls = (
        pull("canonical/lxd", 1, words, "Feature"),
        pull("canonical/lxd", 2, words, "Bug"),
        pull("canonical/lxd", 3, words, "Feature", body=note),
        pull("canonical/lxd", 4, words, "Feature", title=f"Revert {next(words)}"),
        pull("canonical/lxd", 5, words, title=f"Bump {next(words)} from {next(words)} to 1.2"),
        pull("canonical/lxd", 6, words, "Bug", base=next(words)),
        pull("canonical/lxd", 7, words),
    )
    snap = (pull("canonical/snap", 8, words),)
    commit = BranchCommit(sha="1" * 40, subject=next(words), url="https://github.com/canonical/pkg/commit/1")
    video = FeedItem(title=next(words), url="https://www.youtube.com/watch?v=aB3_dE-9xYz", key="k", published=THEN)
    event = Occurrence(title=next(words), first_day=date(2023, 4, 5), place=next(words), uid=next(words))
    linked = Occurrence(title=next(words), first_day=date(2023, 4, 6), url="https://cal.example/1", uid="2")
    releases = (
        Release(
            tag=next(words), published_at=THEN, name=next(words), url="https://github.com/canonical/lxd/releases/1"
        ),
        Release(tag=f"{next(words)}-1.0", published_at=THEN, is_prerelease=True),
    )
    image = Image(os=next(words), release=next(words), archs=(next(words), next(words)))
    variant = msgspec.structs.replace(image, title=next(words), variant=next(words), archs=())
    problem = Problem(where=next(words), what=next(words), severity=Severity.NOTED, hint=next(words))
    return Snapshot(
        schema_version=1,
        week=WEEK,
        source=Source.SAMPLE,
        gathered_at=datetime(2023, 4, 3, 6, tzinfo=UTC),
        repos=(
            RepoActivity(
                repo="canonical/lxd", outcome=Outcome.ACTIVE, total=len(pulls), pulls=pulls, releases=releases
            ),
            RepoActivity(repo="canonical/snap", outcome=Outcome.ACTIVE, total=1, pulls=snap),
        ),
        feeds=(
            FeedWeek(
                source=BLOG, items=(FeedItem(title=next(words), url="https://blog.example/1", key="k", published=THEN),)
            ),
            FeedWeek(source=CHANNEL, items=(video,)),
        ),
        calendars=(CalendarWeek(source=CALENDAR, until=date(2023, 7, 2), events=(event, linked)),),
        branches=(BranchWeek(source="canonical/pkg@latest", commits=(commit,)),),
        indexes=(IndexWeek(source=IMAGES, since=date(2023, 3, 20), added=(image,), removed=(image, variant)),),
        problems=(problem,),
    )


def expected(post: Post) -> Iterator[Block]:
    """The blocks of a post, by its records."""
    yield Block("p", f"Weekly status for the week of {post.week.title}.", ())
    for section in post.sections:
        yield Block(f"h{section.level}", section.heading, ())
        if isinstance(section, Introduction):
            yield from _introduced(section)
            continue
        if section.text:
            yield Block("p", section.text, ())
        yield from _listed(section)


def _introduced(section: Introduction) -> Iterator[Block]:
    yield from (Block("p", read(text), ()) for text in (section.text, section.thanks) if text)
    for group in section.videos:
        yield Block("p", f"This week {group.by} has added {group.how_many}.", ())
        yield from (Block("p", video.url, (video.url,)) for video in group.videos)


def _listed(section: AnySection) -> Iterator[Block]:
    match section:
        case Highlights():
            if section.releases:
                names = [read(one.title) + (f" ({one.remark})" if one.remark else "") for one in section.releases]
                links = tuple(one.url for one in section.releases if one.url)
                yield Block("p", f"{'Releases' if len(names) > 1 else 'Release'}: {', '.join(names)}", links)
            for name, found in (("Improvements:", section.improvements), ("Bug fixes:", section.bugfixes)):
                yield from [Block("p", name, ())] * bool(found)
                yield from (Block("li", read(one.text), ()) for one in found)
            if section.internal and (section.improvements or section.bugfixes):
                count = (
                    "1 internal change" if len(section.internal) == 1 else f"{len(section.internal)} internal changes"
                )
                numbers = ", ".join(f"#{pull.number}" for pull in section.internal)
                yield Block("p", f"… and {count}: {numbers}.", tuple(pull.url for pull in section.internal))
        case Events():
            yield from (_announced(event) for event in section.events)
        case Feed():
            yield from (_linked(item.title, item.url) for item in section.items)
        case Entries():
            yield from (Block("li", read(entry), ()) for entry in section.entries)
        case Contribute():
            yield from (Block("li", issue.text, (issue.url,)) for issue in section.issues)
        case Upstream() | Distributions():
            yield from _parted(section)


def _announced(event: Event) -> Block:
    words = f"{event.when}: {title(event.title)}" + (f", {read(event.place)}" if event.place else "")
    return Block("li", words, (event.url,) if event.url else ())


def _parted(section: Upstream | Distributions) -> Iterator[Block]:
    parts = section.projects if isinstance(section, Upstream) else section.parts
    for part in parts:
        yield Block(f"h{section.level + 1}", part.name, ())
        found = part.pulls if isinstance(part, UpstreamProject) else part.items
        yield from (_linked(one.title, one.url) for one in found)


def _linked(text: str, url: str) -> Block:
    return Block("li", title(text), (url,))


def title(text: str) -> str:
    return plain(normalise(text)) or "…"


def read(text: str) -> str:
    return plain(harmless(text))


def straightened(blocks: Iterable[Block]) -> list[Block]:
    return [block._replace(text=straight(block.text)) for block in blocks]


@CASES
@given(texts=PLACES)
@example(texts=["x" * 65_536])
@example(texts=[",,"])
@example(texts=["`![i](u)"])
@example(texts=["\\`![i](u)"])
@example(texts=["@stgraber [b](javascript:x) <script>", "", " "])
def test_the_post_stands_as_its_records_say(site: Project, cook: Cook, texts: list[str]) -> None:
    post = post_of(week_of(texts), site)
    text = to_markdown(post)
    cooked = Cooked(cook(text))
    assert straightened(cooked.blocks) == straightened(expected(post)), text
    assert cooked.active() == [], text
    assert all(block.text for block in cooked.blocks), "no bullet says nothing"
    assert {name for name, _ in cooked.attributes} == {"a.href"}
    assert set(cooked.tags) - {"code"} == {"p", "strong", "h1", "h2", "h3", "ul", "li", "a"} - (
        {"h3"} if "h3" not in cooked.tags else set()
    )
    assert len(text) < 32_000, "what the forum takes"
    found = {finding.rule for finding in lint(post, text)}
    assert not found & {"mention", "mentions", "hashtag", "emoji", "html", "link", "broken-link", "embed", "bare-url"}


def test_no_block_of_a_post_is_a_page(site: Project) -> None:
    """Titles, names and places are cut at their length, an author's release note at its own."""
    post = post_of(week_of(["word " * 13_000]), site)
    blocks = Cooked(by_python()(to_markdown(post))).blocks
    assert max(len(block.text) for block in blocks) <= LONGEST_NOTE
    cut = [block for block in blocks if block.text.endswith("…")]
    assert len(cut) > 10


@CASES
@given(texts=PLACES)
@example(texts=["\ue0010"])
def test_the_preview_has_no_element_or_address_more(site: Project, tame: Read, texts: list[str]) -> None:
    post = post_of(week_of(texts), site)
    finding = Finding(line=1, rule=texts[0], message=texts[-1], hint=texts[0])
    topic = Topic(author=texts[0], forum=texts[-1], category=texts[0], tags=(texts[-1],))
    page = Read(preview(post, topic, findings=(finding,)))
    assert page.tags <= tame.tags | {"code"}
    assert {(tag, name) for tag, given in page.elements for name in given} <= {
        (tag, name) for tag, given in tame.elements for name in given
    }
    classes, tame_classes = (
        {name for _, given in read.elements for name in given.get("class", "").split()} for read in (page, tame)
    )
    assert classes <= tame_classes | {kind.value for kind in Kind}
    kept = ("href", "src", "id", "style", "content")
    allowed = {given[name] for _, given in tame.elements for name in kept if name in given}
    found = {given[name] for _, given in page.elements for name in kept if name in given}
    kinds = "improvement|bugfix|documentation|tests_ci|dependencies|housekeeping"
    assert all(re.fullmatch(f"(?:why )?(?:{kinds})", one) for one in found - allowed), found - allowed


@pytest.fixture(scope="module")
def tame(site: Project) -> Read:
    post = post_of(week_of(["tame", "words", "here"]), site)
    finding = Finding(line=1, rule="rule", message="message", hint="hint")
    return Read(preview(post, Topic(author="a", forum="f", category="c", tags=("t",)), findings=(finding,)))


@CASES
@given(texts=PLACES, newline=st.sampled_from(["\n", "\r\n"]))
@example(texts=["[ref]@stgraber"], newline="\n")
def test_notes_come_back_as_they_were_suggested(site: Project, texts: list[str], newline: str) -> None:
    snapshot = week_of(texts)
    judged = judge(snapshot, site)
    suggestions = suggest(judged.introduction, judged.selections, snapshot.pulls, judged.verdicts)
    text = draft("", suggestions, head=("The head.",))[0].replace("\n", newline)
    tables: dict[str, object] = {"pulls": {}} if len(suggestions) > 1 else {}  # the first is the introduction
    assert tomllib.loads(text) == tables, "comments alone"
    assert draft(text, suggestions) == (text, ())
    notes = tomllib.loads(re.sub(r"^#(?! )", "", text, flags=re.MULTILINE))
    assert notes["introduction"] == escape(judged.introduction)
    assert {"introduction", *tables} <= set(notes) <= {"introduction", "features", *tables}
    drafted = {one.pulls[0].ref: escape(one.text) for each in judged.selections.values() for one in each.improvements}
    given = {names.split()[0]: note.get("text") for names, note in notes.get("pulls", {}).items()}
    assert drafted.items() <= given.items()


KINDS = ("introduction", "highlights", "upstream")
COMMANDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@CASES
@given(texts=PLACES)
def test_a_terminal_is_not_commanded(site: Project, texts: list[str]) -> None:
    post = post_of(week_of(texts), site)
    rows = explain(post)
    plain_lines = [explain_command._paragraph(row) for row in rows]
    for row, printed in zip(rows, plain_lines, strict=True):
        assert not COMMANDING.search(printed)
        lines = printed.removesuffix("\n\n").split("\n")
        assert lines[0].rstrip() == f"{row.ref}  {normalise(row.title)}".rstrip()
        assert all(
            re.match(r"  (?:sentence|kind|audience|reason|position|remark|not highlighted|editor|address): ", one)
            for one in lines[1:]
        )
        assert len(lines) == 6 + bool(row.sentence) + len(row.remarks) + len(row.editor)
    remarks = explain_command._remarks(post)
    assert not any(COMMANDING.search(line) or "\n" in line for line in remarks)


@CASES
@given(text=HOSTILE)
@example(text="@x" * 32_768)
def test_githubs_pages_stand_as_they_were_meant(cook: Cook, text: str) -> None:
    """The step's summary, the pull request's description and the issue: as with tame words, and nothing is active."""
    for make in (_run, _proposal, _trouble):
        hostile, tame = Cooked(cook(make(text))), Cooked(cook(make("tame")))
        assert [tag for tag in hostile.tags if tag != "code"] == [tag for tag in tame.tags if tag != "code"]
        assert [(one.tag, one.links) for one in hostile.blocks] == [(one.tag, one.links) for one in tame.blocks]
        shown = [_with(text, one.text) for one in tame.blocks]
        assert [straight(one.text) for one in hostile.blocks] == [straight(one) for one in shown]
        assert hostile.active() == []
        assert set(hostile.links) == set(tame.links)


def _with(text: str, tame: str) -> str:
    """The words of a tame block with others in their place, cut where they would be."""
    head, is_there, tail = tame.partition("tame")
    if not is_there:
        return tame
    lead = "" if head in ("It failed: ", "held back: ", "") else head.partition(": ")[2]
    return head.removesuffix(lead) + plain(shortened(harmless(f"{lead}{text}{tail}"), MESSAGE_LIMIT))


def _turn(text: str) -> WeekResult:
    finding = Finding(rule="rule", message=text, hint="correct it", where="weekly.toml", line=3)
    return WeekResult(
        week=WEEK, status=Status.HELD, title=text, url="https://x.example/1", findings=(finding,), why=f"{text}."
    )


def _run(text: str) -> str:
    return of_run([_turn(text)], 2, f"{text}.")


def _proposal(text: str) -> str:
    return of_proposal(_turn(text), "https://x.example/run")


def _trouble(text: str) -> str:
    return of_trouble([f"{text}."], "https://x.example/run")


SLOW = ("---", "\n", "\xa0", "follow/", "[", "`a ", "<a ")
"""What patterns went over again and again, and their like."""


@pytest.mark.parametrize("piece", [*SNIPPETS, *SLOW] if EVERY else SLOW)
def test_the_work_grows_with_the_text_and_no_faster(site: Project, piece: str) -> None:
    """Twice the text, about twice the time: no pattern goes over the same text again and again."""
    once, twice = (_work(site, (piece * (length // len(piece) + 1))[:length]) for length in (2_000, 4_000))
    assert twice < 1 or twice / once < 3


def _work(site: Project, text: str) -> float:
    """Seconds of this process, the fastest of two."""
    snapshot, spent = week_of([text]), []
    for _ in range(2):
        start = process_time()
        to_markdown(post_of(snapshot, site))
        spent.append(process_time() - start)
        if spent[0] < 0.3:
            break
    return min(spent)


INTERNAL = re.compile(r"… and \d+ internal changes?: #")


def test_every_snippet_comes_from_github_to_the_terminal(weekly: Weekly) -> None:
    """Over real HTTP, lone surrogates included, by every command that reads a week."""
    own = CONFIG.partition("[videos]")[0] + "".join(f'[[sections]]\nkind = "{kind}"\n' for kind in KINDS)
    (weekly.folder / "weekly.toml").write_text(own, "utf-8")
    words = cycle(SNIPPETS)
    pulls = [pull("canonical/lxd", number, words, "Feature", closes=()) for number in range(1, len(SNIPPETS) + 1)]
    with serving(Server(Hub(pulls=pulls))) as server:
        weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t0ken"}
        gathered = weekly("gather", "--week", str(WEEK))
    assert f"{len(pulls)} pull requests in 1 repository, complete" in gathered.err
    for command in ("gather", "render", "explain", "draft", "check", "preview"):
        ran = weekly(command, "--week", str(WEEK))
        assert "bug in weekly" not in ran.err, command
        if command != "preview":
            assert not COMMANDING.search(ran.out + ran.err), command
    shown = Cooked(by_python()(weekly("render", "--week", str(WEEK)).out))
    linked = [block.text for block in shown.blocks if block.links and "/pull/" in block.links[0]]
    listed = [straight(text) for text in linked if not INTERNAL.match(text)]
    assert listed == [straight(title(one.title)) for one in pulls]
    notes = (weekly.folder / "weeks" / f"{WEEK}.toml").read_text("utf-8")
    assert tomllib.loads(notes) == {"pulls": {}}


def test_a_title_may_not_be_longer_than_a_line() -> None:
    """Protects the figure in the documentation."""
    assert f"{MAX_TITLE} characters" in (ROOT / "docs" / "security.md").read_text("utf-8")


def test_the_places_are_all_there(site: Project) -> None:
    """A word of each place comes to stand in the post, in what is explained or in what is suggested, or is no reader's matter."""
    names = [f"word{number}x" for number in range(200)]
    snapshot = week_of(names)
    post = post_of(snapshot, site)
    text = to_markdown(post)
    sections = {type(section).__name__ for section in post.sections}
    assert sections == {
        "Introduction",
        "Highlights",
        "Events",
        "Feed",
        "Block",
        "Contribute",
        "Upstream",
        "Distributions",
    }
    for record in (*snapshot.pulls, *snapshot.feeds[0].items, *snapshot.branches[0].commits):
        name = getattr(record, "title", "") or getattr(record, "subject", "")
        assert name in text or "word" not in name or record in [one.pull for one in post.placements if one.remarks]
    assert all(person.author.name in text for person in snapshot.repos[0].pulls if person.base == "main")
