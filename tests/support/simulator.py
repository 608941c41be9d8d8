"""Months of two projects' lives on one forum: a story of steps by a seed, and what must hold after each.

The real command line runs in this process against both stand-ins. Each step has a random source of its own, so that a
story from which steps are taken out goes the same way otherwise. That is how a failing story shrinks.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from tests.conftest import Ran, Weekly
from tests.support.discourse import KEY, USER, Discourse, Topic
from tests.support.github import Hub
from tests.support.server import Request, Response, Server, serving
from weekly.files import atomic
from weekly.http import retry
from weekly.http.fetch import Session
from weekly.model import Person, PullRequest
from weekly.week import Week

FIRST = date(2023, 1, 2)
WORDS = ("containers", "storage", "networks", "images", "profiles", "clusters", "snapshots", "devices")
CONFIG = """
[project]
name = "{name}"
[series]
title = "{title}"
anchor = {{ week = 2023-01-02, number = 1 }}
{repositories}
[[sections]]
kind = "introduction"
[[sections]]
kind = "highlights"
[[sections]]
kind = "upstream"
[schedule]
mode = "direct"
first_week = 2023-01-02
most_weeks = 8
[forum]
url = "{url}"
category = 4
external_id_prefix = "{prefix}"
"""


class KilledError(BaseException):
    """The process dies here."""


@dataclass(kw_only=True)
class Project:
    """A project, what people did to its topics, and what its runs created."""

    name: str
    title: str
    prefix: str
    repos: tuple[str, ...]
    folder: Path
    url: str
    weekly: Weekly
    creations: list[str] = field(default_factory=list)
    allowed: dict[str, int] = field(default_factory=dict)
    lines: dict[str, set[str]] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    backups: list[Path] = field(default_factory=list)
    needs_records: bool = False

    def configure(self) -> None:
        repositories = "\n".join(f'[[repositories]]\nrepo = "{repo}"' for repo in self.repos)
        fields = {"name": self.name, "title": self.title, "prefix": self.prefix, "url": self.url}
        text = CONFIG.format(repositories=repositories, **fields)
        (self.folder / "weekly.toml").write_text(text, encoding="utf-8")

    @property
    def records(self) -> Path:
        return self.folder / "published"


class World:
    """GitHub, the forum, two projects, and the time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.forum = Discourse(now=datetime(2023, 1, 9, 7, tzinfo=UTC), takes_duplicate_titles=True)
        self.hub = Hub(quiet=("acme/tool", "acme/lib", "other/thing"))
        self.story: list[str] = []
        self.mondays = 0
        self.commands = 0
        self.numbers = 0
        self.is_moderated_step = False
        self.fault: Callable[[Request], Response | None] | None = None
        self.github, self.discourse = Server(self.hub), Server(self.answer)
        self.by_week: dict[str, list[PullRequest]] = {}

    @contextmanager
    def open(self) -> Iterator[World]:
        with serving(self.github), serving(self.discourse), mock.patch.object(retry, "FIRST_PAUSE", 0.0):
            rng = random.Random(self.seed)  # noqa: S311  a story, no secret
            title = rng.choice(
                ["Acme status report #{number}", "{name}: week of {span}", "The weekly status report", "Week of {span}"]
            )
            self.projects = (
                self._project("Acme", title, "weekly-", ("acme/tool", "acme/lib")),
                self._project("Other", "Other status, {monday}", "weekly-other-", ("other/thing",)),
            )
            self.others = [
                self.forum.begin("A topic of somebody", "Nobody else may change this.", user="somebody"),
                self.forum.begin("A topic by our own user", "By hand, and no week's.", user=USER),
            ]
            self.untouched = [vars(topic).copy() for topic in self.others]
            yield self

    def _project(self, name: str, title: str, prefix: str, repos: tuple[str, ...]) -> Project:
        folder = self.folder / name
        folder.mkdir(parents=True)
        weekly = Weekly(folder)
        weekly.environment = {
            "DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER, "GITHUB_TOKEN": "t0ken",
            "GITHUB_API_URL": self.github.url,
        }  # fmt: skip
        project = Project(
            name=name, title=title, prefix=prefix, repos=repos, folder=folder, url=self.discourse.url, weekly=weekly
        )
        project.configure()
        return project

    def answer(self, request: Request) -> Response:
        """Have the forum answer, count what it creates, and do what goes wrong meanwhile."""
        fault, self.fault = (self.fault, None) if request.method != "GET" else (None, self.fault)
        if fault is not None and (response := fault(request)) is not None:
            return response
        return self.deliver(request)

    def deliver(self, request: Request) -> Response:
        before = len(self.forum.topics), len(self.forum.queue)
        response = self.forum(request)
        if request.path == "/posts.json" and request.method == "POST":
            external_id = str(request.json.get("external_id"))
            if (len(self.forum.topics), len(self.forum.queue)) != before:
                project = self.projects[external_id.startswith("weekly-other-")]
                project.creations.append(external_id[-10:])
        return response

    # Time and GitHub --------------------------------------------------------------------------------------------------

    @property
    def last(self) -> Week:
        return Week.of_instant(self.forum.now, "UTC").shifted(-1)

    def merge_pulls(self, rng: random.Random, week: Week) -> None:
        for repo in self.hub.quiet:
            for _ in range(rng.randint(0, 2)):
                self.numbers += 1
                number, word = self.numbers, rng.choice(WORDS)
                merged = week.start + timedelta(hours=rng.randint(0, 160))
                pull = PullRequest(
                    repo=repo, number=number, title=f"{rng.choice(['Add', 'Fix'])} {word} {number}", merged_at=merged,
                    url=f"https://github.com/{repo}/pull/{number}", author=Person(login=f"dev{number % 5}"), base="main",
                )  # fmt: skip
                self.hub.pulls.append(pull)
                self.by_week.setdefault(str(week), []).append(pull)

    def topics_of(self, project: Project) -> dict[str, Topic]:
        """The project's topics by their Mondays, as their records or external ids have it."""
        found = {}
        for topic in self.forum.topics.values():
            external = topic.external_id or ""
            is_other = external.startswith("weekly-other-")
            if re.fullmatch(r"(?:weekly-other-thing-|weekly-other-|weekly-)\d{4}-\d\d-\d\d", external) and is_other is (
                project is self.projects[1]
            ):
                found[external[-10:]] = topic
        for path in project.records.glob("*.json"):
            match = re.search(r'"topic": (\d+)', path.read_text(encoding="utf-8"))
            approved = self.forum.topics.get(int(match[1])) if match else None
            if approved and approved.external_id is None and approved.user == USER and approved not in self.others:
                found.setdefault(path.stem, approved)
        return found

    # Commands ---------------------------------------------------------------------------------------------------------

    def run(self, project: Project, *arguments: str, skew: timedelta = timedelta()) -> Ran:
        self.commands += 1
        project.weekly.now = self.forum.now + skew
        ran = project.weekly(*arguments)
        assert "defect of weekly" not in ran.err, ran.err
        assert ran.code in (0, 1, 2), ran
        return ran

    def monday(self, project: Project, **more: Any) -> Ran:
        self.mondays += 1
        return self.run(project, "monday", **more)


Step = Callable[[World, random.Random], str]
STEPS: dict[str, tuple[int, Step]] = {}


def step(weight: int) -> Callable[[Step], Step]:
    def register(function: Step) -> Step:
        STEPS[function.__name__] = (weight, function)
        return function

    return register


def some_topic(world: World, rng: random.Random, *, is_deleted: bool = False) -> tuple[Project, str, Topic] | None:
    project = rng.choice(world.projects)
    topics = [(monday, topic) for monday, topic in world.topics_of(project).items() if topic.deleted is is_deleted]
    if not topics:
        return None
    monday, topic = rng.choice(sorted(topics)[-3:])
    return project, monday, topic


@step(14)
def week_goes_by(world: World, rng: random.Random) -> str:
    world.forum.now = (world.last.shifted(2).start + timedelta(hours=7)).astimezone(UTC)
    world.merge_pulls(rng, world.last)
    runs = []
    for project in world.projects:
        times = rng.choice([0, 1, 1, 1, 1, 2])
        for _ in range(times):
            world.monday(project)
        runs.append(f"{project.name} runs {times} times")
    return f"it is Monday after {world.last}; {', '.join(runs)}"


@step(3)
def run_late(world: World, rng: random.Random) -> str:
    world.forum.now += timedelta(hours=rng.randint(1, 40))
    project = rng.choice(world.projects)
    world.monday(project)
    return f"{project.name} runs late, at {world.forum.now:%a %H:%M}"


@step(3)
def killed(world: World, rng: random.Random) -> str:
    """Die at a request or before or after a file is written."""
    project, at, left = rng.choice(world.projects), rng.randint(1, 14), [0]
    is_after = rng.random() < 0.5
    send, write = Session.ask, atomic.write

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] += 1
            if left[0] == at and not is_after:
                raise KilledError
            result = function(*arguments, **options)
            if left[0] == at and is_after:
                raise KilledError
            return result

        return call

    result = "ends before that"
    with mock.patch.object(Session, "ask", dying(send)), mock.patch.object(atomic, "write", dying(write)):
        try:
            world.monday(project)
        except KilledError:
            result = "dies"
    return f"{project.name} runs and {result} {'after' if is_after else 'at'} step {at}"


@step(3)
def answer_is_lost(world: World, rng: random.Random) -> str:
    project, is_done = rng.choice(world.projects), rng.random() < 0.7

    def lose(request: Request) -> Response:
        if is_done:
            world.deliver(request)
        return Response(body=None)

    world.fault = lose
    if rng.random() < 0.3:  # the forum has forgotten the request by the time of the next
        world.forum.memory.clear()
    world.monday(project)
    world.fault = None
    return f"{project.name} runs, and an answer to a write is lost, which {'was' if is_done else 'was not'} done"


@step(2)
def forum_is_down(world: World, rng: random.Random) -> str:
    project, answer = rng.choice(world.projects), world.discourse.answer
    world.discourse.answer = lambda request: Response(status=502, body=b"<html>", headers={"content-type": "text/html"})
    world.monday(project)
    world.discourse.answer = answer
    return f"{project.name} runs while the forum is down"


@step(4)
def clock_is_wrong(world: World, rng: random.Random) -> str:
    project, days = rng.choice(world.projects), rng.choice([-8, -1, 1])
    world.monday(project, skew=timedelta(days=days))
    return f"{project.name} runs with a clock that is {days} days off"


@step(4)
def advice_is_followed(world: World, rng: random.Random) -> str:
    project, week = rng.choice(world.projects), world.last.shifted(-rng.randint(0, 1))
    if week.monday < FIRST:
        return "there is no advice yet"
    ran = world.run(project, "publish", "--week", str(week))
    text = ran.err.splitlines()[-1] if ran.err else ""
    sides = [side for side in ("--ours", "--theirs") if side in text]
    if ran.code != 1 or not sides:
        return f"the editor of {project.name} publishes {week}, which needs no decision"
    side = rng.choice(sides)
    if side == "--ours":
        project.allowed[str(week)] = project.allowed.get(str(week), 0) + 1
    world.forum.now += timedelta(minutes=5)
    world.run(project, "publish", "--week", str(week), side)
    return f"the editor of {project.name} decides {week} with {side}, as advised"


@step(6)
def person_edits(world: World, rng: random.Random) -> str:
    chosen = some_topic(world, rng)
    if chosen is None:
        return "nobody edits"
    project, monday, topic = chosen
    lines = topic.raw.split("\n")
    at, what = rng.randrange(len(lines)), rng.choice(["insert", "insert", "delete", "replace"])
    world.numbers += 1
    mine = f"- A person's words, {world.numbers}."
    gone = lines[at] if what != "insert" else ""
    lines[at : at + (what != "insert")] = [] if what == "delete" else [mine]
    world.forum.now += timedelta(minutes=rng.choice([1, 30, 300]))
    world.forum._revise(topic, "\n".join(lines), None, "somebody", None)
    kept = project.lines.setdefault(monday, set())
    kept.discard(gone)
    project.removed.setdefault(monday, set()).add(gone)
    if what != "delete":
        kept.add(mine)
    return f"somebody edits the topic of {monday} of {project.name}: {what} line {at}"


@step(3)
def person_retitles(world: World, rng: random.Random) -> str:
    chosen = some_topic(world, rng)
    if chosen is None:
        return "nobody retitles"
    project, monday, topic = chosen
    world.numbers += 1
    world.forum._revise(topic, None, f"A person's title number {world.numbers}", "somebody", None)
    project.titles[monday] = topic.title
    return f"somebody retitles the topic of {monday} of {project.name}"


@step(3)
def topic_is_deleted(world: World, rng: random.Random) -> str:
    chosen = some_topic(world, rng)
    if chosen is None:
        return "nothing is deleted"
    project, monday, topic = chosen
    topic.deleted = True
    world.forum.staff = rng.random() < 0.5
    return f"a moderator deletes the topic of {monday} of {project.name}; our user {'sees' if world.forum.staff else 'does not see'} it"


@step(3)
def topic_is_restored(world: World, rng: random.Random) -> str:
    chosen = some_topic(world, rng, is_deleted=True)
    if chosen is None:
        return "nothing is restored"
    chosen[2].deleted = False
    return f"a moderator restores the topic of {chosen[1]} of {chosen[0].name}"


@step(2)
def topic_is_moved(world: World, rng: random.Random) -> str:
    chosen = some_topic(world, rng)
    if chosen is None:
        return "nothing is moved"
    topic = chosen[2]
    topic.category, topic.closed, topic.archived = rng.choice([4, 7]), rng.random() < 0.3, rng.random() < 0.1
    return f"the topic of {chosen[1]} of {chosen[0].name} is moved, closed: {topic.closed}, archived: {topic.archived}"


@step(2)
def moderation_changes(world: World, rng: random.Random) -> str:
    if world.forum.queue and rng.random() < 0.7:
        waiting = world.forum.queue.pop(0)
        world.forum._begin(waiting | {"external_id": None}, USER)
        return "a moderator approves what waits"
    world.forum.moderates = not world.forum.moderates
    return f"posts {'now' if world.forum.moderates else 'no longer'} wait for approval"


@step(3)
def pull_is_retitled(world: World, rng: random.Random) -> str:
    if not world.hub.pulls:
        return "no pull request is retitled"
    index = rng.randrange(len(world.hub.pulls))
    pull = world.hub.pulls[index]
    world.numbers += 1
    world.hub.pulls[index] = msgspec.structs.replace(pull, title=f"Improve {rng.choice(WORDS)} {world.numbers}")
    return f"{pull.ref} gets another title"


@step(2)
def pull_is_reverted(world: World, rng: random.Random) -> str:
    pulls = world.by_week.get(str(world.last))
    if not pulls:
        return "nothing is reverted"
    pull = rng.choice(pulls)
    world.numbers += 1
    week = world.last.shifted(1)
    revert = msgspec.structs.replace(
        pull, repo=world.hub.renamed.get(pull.repo, pull.repo), number=world.numbers, title=f'Revert "{pull.title}"', body=f"Reverts {pull.ref}",
        url=f"https://github.com/{pull.repo}/pull/{world.numbers}", merged_at=week.start + timedelta(minutes=1),
    )  # fmt: skip
    world.hub.pulls.append(revert)
    world.by_week.setdefault(str(week), []).append(revert)
    return f"{pull.ref} is reverted by #{revert.number} in the week after"


@step(1)
def repository_is_renamed(world: World, rng: random.Random) -> str:
    old, new = rng.sample(["acme/lib", "acme/library"], 2)
    world.hub.renamed = {old: new}
    world.hub.quiet = tuple(new if repo == old else repo for repo in world.hub.quiet)
    world.hub.pulls = [msgspec.structs.replace(one, repo=new) if one.repo == old else one for one in world.hub.pulls]
    return f"{old} is called {new} now"


@step(4)
def notes_are_edited(world: World, rng: random.Random) -> str:
    project, week = rng.choice(world.projects), world.last.shifted(-rng.randint(0, 1))
    world.numbers += 1
    folder = project.folder / "weeks"
    folder.mkdir(exist_ok=True)
    text = f'introduction = "The editor wrote this, {world.numbers}."\n'
    (folder / f"{week}.toml").write_text(text, encoding="utf-8")
    return f"the editor of {project.name} writes another introduction for {week}"


@step(2)
def configuration_is_edited(world: World, rng: random.Random) -> str:
    project = world.projects[1]
    if rng.random() < 0.5:
        project.title = rng.choice(["Other status, {monday}", "Other report of {monday}"])
    else:
        records = project.records.glob("*.json")
        recorded = {path.stem for path in records if path.read_text(encoding="utf-8").startswith("{")}
        if recorded >= set(project.creations):  # the record leads; without one only the prefix tells
            project.prefix = rng.choice(["weekly-other-", "weekly-other-thing-"])
            project.needs_records |= project.prefix != "weekly-other-"
    project.configure()
    return f"{project.name} has the title {project.title!r} and the prefix {project.prefix!r}"


@step(3)
def records_are_lost(world: World, rng: random.Random) -> str:
    project = rng.choice([one for one in world.projects if not one.needs_records])
    how = rng.choice(["all", "one", "back", "conflict"])
    files = sorted(project.records.glob("*.json"))
    if not files:
        return "there are no records to lose"
    path = rng.choice(files)
    if how == "all":
        shutil.rmtree(project.records)
    elif how == "one":
        path.unlink()
    elif how == "conflict":
        text = path.read_text(encoding="utf-8")
        path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n", encoding="utf-8")
    elif project.backups:
        shutil.rmtree(project.records)
        shutil.copytree(rng.choice(project.backups), project.records)
    return f"{project.name} loses records: {how} {path.stem if how in ('one', 'conflict') else ''}"


@step(3)
def records_are_backed_up(world: World, rng: random.Random) -> str:
    project = rng.choice(world.projects)
    if project.records.is_dir():
        backup = world.folder / f"backup-{len(project.backups)}-{project.name}"
        shutil.copytree(project.records, backup, dirs_exist_ok=True)
        project.backups.append(backup)
    return f"{project.name} has a copy of its records"


# What must hold -------------------------------------------------------------------------------------------------------


def check(world: World) -> None:
    """Hold the invariants that must hold at any time."""
    for topic, before in zip(world.others, world.untouched, strict=True):
        assert vars(topic) == before, f"another's topic was changed: {topic.title}"
    for project in world.projects:
        for monday in set(project.creations):
            count = project.creations.count(monday)
            assert count <= 1 + project.allowed.get(monday, 0), f"{project.name} created {monday} {count} times"
        topics = world.topics_of(project)
        for monday, lines in project.lines.items():
            if monday in topics and not project.allowed.get(monday):
                lost = {line for line in lines if line not in topics[monday].raw}
                assert not lost, f"a person's words in {monday} of {project.name} are gone: {lost}"
        for monday, title in project.titles.items():
            if monday in topics and not project.allowed.get(monday):
                assert topics[monday].title == title, f"a person's title of {monday} of {project.name} is gone"
        check_pulls(world, project, topics)


def check_pulls(world: World, project: Project, topics: dict[str, Topic]) -> None:
    """No pull request is in the posts of two weeks."""
    for monday, topic in topics.items():
        listed = set(re.findall(r"https://github\.com/[\w./-]+/pull/(\d+)", topic.raw))
        own = {str(pull.number) for pull in world.by_week.get(monday, ())}
        wrong = listed - own
        assert not wrong, f"{project.name} lists {sorted(wrong)} in {monday}, which are another week's"


def heal(world: World) -> None:
    """Bring each week of each project to "published, nothing to do", by what the messages advise."""
    world.forum.moderates, world.fault, world.forum.staff = False, None, True
    while world.forum.queue:
        world.forum._begin(world.forum.queue.pop(0) | {"external_id": None}, USER)
    for topic in world.forum.topics.values():
        topic.archived = False
    for project in world.projects:
        week = Week(monday=FIRST)
        while week <= world.last:
            heal_week(world, project, week)
            week = week.shifted(1)


def heal_week(world: World, project: Project, week: Week) -> None:
    """Follow the advice until a run has nothing to do."""
    options: list[str] = []
    log = []
    for _ in range(6):
        world.forum.now += timedelta(minutes=5)
        ran = world.run(project, "publish", "--week", str(week), *options)
        text = ran.err.splitlines()[-1] if ran.err else ""
        log.append(f"publish {' '.join(options)}: {ran.code}: {ran.out.splitlines()[:1]} {text}")
        if ran.code == 0 and ran.out.startswith("Unchanged ") and not options:
            check_whole(world, project, week)
            return
        kept = options[:2] if options[:1] == ["--topic"] else []
        options = advised(world, project, week, text, log, kept) if ran.code else []
    raise AssertionError(f"{week} of {project.name} doesn't come to rest: {log}")


def advised(world: World, project: Project, week: Week, text: str, log: list[str], kept: list[str]) -> list[str]:
    """Do what a message advises. Return the options to give next."""
    if "decide with --theirs" in text and "no post" not in text:
        return [*kept, "--theirs"]
    if match := re.search(r"--topic (\d+) if", text):
        return ["--topic", match[1]]
    if match := re.search(r"published/([\d-]+)\.json: ", text):
        for path in project.records.glob(f"{match[1]}.*"):
            path.unlink()
        return []
    assert "restore it there" in text, f"no advice to follow for {week} of {project.name}: {log}"
    hidden = [topic for topic in world.forum.topics.values() if topic.deleted]
    for topic in hidden:
        topic.deleted = False
    if hidden:
        return []
    project.allowed[str(week)] = project.allowed.get(str(week), 0) + 1
    return ["--ours"]


def check_whole(world: World, project: Project, week: Week) -> None:
    """Every pull request of the week is listed, unless a person edited the list."""
    topic = world.topics_of(project).get(str(week))
    if topic is None or topic.deleted or project.removed.get(str(week)):
        return
    for pull in world.by_week.get(str(week), ()):
        if pull.repo.startswith(f"{project.name.lower()}/"):
            assert f"/pull/{pull.number})" in topic.raw, f"{pull.ref} is lost in {week} of {project.name}"


# Stories --------------------------------------------------------------------------------------------------------------


def plan(seed: int, length: int) -> list[tuple[str, int]]:
    """The names of a story's steps, each with a seed of its own."""
    rng = random.Random(seed)  # noqa: S311  a story, no secret
    names, weights = zip(*((name, weight) for name, (weight, _) in STEPS.items()), strict=True)
    return [("week_goes_by", rng.getrandbits(32))] + [
        (name, rng.getrandbits(32)) for name in rng.choices(names, weights, k=length)
    ]


def play(folder: Path, seed: int, steps: list[tuple[str, int]]) -> World:
    """Play a story in an empty folder. AssertionError where something didn't hold."""
    shutil.rmtree(folder, ignore_errors=True)
    world = World(folder, seed)
    with world.open():
        for name, number in steps:
            world.story.append(STEPS[name][1](world, random.Random(number)))  # noqa: S311  a story, no secret
            check(world)
        world.story.append("everything is put right")
        heal(world)
        check(world)
    return world


def failure_of(folder: Path, seed: int, steps: list[tuple[str, int]]) -> tuple[str, list[str]] | None:
    """What a story fails with, and its words up to there; None where it goes well."""
    worlds: list[World] = []
    original = World.__init__

    def remember(self: World, *arguments: Any) -> None:
        original(self, *arguments)
        worlds.append(self)

    with mock.patch.object(World, "__init__", remember):
        try:
            play(folder, seed, steps)
        except AssertionError as error:
            return str(error).splitlines()[0], worlds[0].story
    return None


def shrink(folder: Path, seed: int, steps: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Take out steps as long as the story still fails."""
    size = len(steps) // 2
    while size:
        at = 0
        while at < len(steps):
            shorter = steps[:at] + steps[at + size :]
            if shorter and failure_of(folder, seed, shorter):
                steps = shorter
            else:
                at += size
        size //= 2
    return steps
