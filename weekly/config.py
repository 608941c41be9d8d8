"""weekly.toml: what a maintainer writes once. Each stage is given the part that is its own."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from msgspec import Meta, field

from weekly import strict
from weekly.errors import ConfigError
from weekly.markdown import Markdown
from weekly.model import Event, Kind, Record
from weekly.outside import CalendarConfig, Dated, FeedConfig, ItemConfig, VideosConfig
from weekly.week import Week, zone_named

FILE = "weekly.toml"


class Zone(str):
    """The IANA name of a time zone, known to this machine."""

    def __new__(cls, name: str) -> Self:
        """Refuse what names no zone, with the nearest that does."""
        try:
            zone_named(name)
        except ValueError as error:
            import difflib
            from zoneinfo import available_timezones

            close = difflib.get_close_matches(name, sorted(available_timezones()), n=1)
            hint = f"did you mean {close[0]!r}?" if close else "give an IANA name such as 'UTC' or 'Europe/Berlin'"
            raise ValueError(f"{error}; {hint}") from error
        return super().__new__(cls, name)


class RepoName(str):
    """`owner/name`, as GitHub spells it."""

    def __new__(cls, name: str) -> Self:
        """Refuse what can't be one."""
        if not re.fullmatch(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*/[A-Za-z0-9._-]+", name):
            raise ValueError(f"{name!r} is no repository; write it as 'owner/name'")
        return super().__new__(cls, name)


class ProjectConfig(Record, frozen=True, kw_only=True):
    """The project that the post is about."""

    name: Annotated[str, Meta(description="The project's name, as the introduction uses it.")]
    zone: Annotated[
        Zone, Meta(description="The zone in which the week begins, Monday 00:00: an IANA name such as Europe/Berlin.")
    ] = field(default_factory=lambda: Zone("UTC"))


class AnchorConfig(Record, frozen=True, kw_only=True):
    """A week whose number is known."""

    week: Annotated[date, Meta(description="Any day of that week.")]
    number: Annotated[int, Meta(description="The number that its post has.", ge=0)]


class SeriesConfig(Record, frozen=True, kw_only=True):
    """The series of posts: its title, and how its numbers run."""

    title: Annotated[
        str,
        Meta(description="The topic's title; {number}, {span}, {monday} and {name} stand for the week's own."),
    ] = "{name}: week of {span}"
    anchor: Annotated[
        AnchorConfig | None, Meta(description="A week whose number is known; the others are counted from it.")
    ] = None
    skipped: Annotated[
        tuple[date, ...], Meta(description="Weeks without a post, by any of their days; they have no number.")
    ] = ()

    def __post_init__(self) -> None:
        known = {"number": 0, "span": "", "monday": "", "name": ""}
        try:
            self.title.format(**known)
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ValueError(
                f"title: {error} is no placeholder; permitted: {{number}} {{span}} {{monday}} {{name}}"
            ) from error
        if "{number" in self.title and self.anchor is None:
            raise ValueError("anchor: missing; a title with {number} needs a week whose number is known")

    def number(self, week: Week) -> int | None:
        """The week's number: the anchor's, plus the weeks between, less the skipped ones. None without an anchor."""
        if self.anchor is None:
            return None
        anchor = Week.of_day(self.anchor.week, week.zone)
        skipped = {Week.of_day(day, week.zone) for day in self.skipped}
        if week in skipped:
            raise ConfigError(f"{FILE}: series.skipped lists the week of {week}: it has no number, and so no post")
        distance = week.weeks_since(anchor)
        low, high = sorted((anchor, week))
        between = sum(low < other < high for other in skipped)
        return self.anchor.number + distance + (between if distance < 0 else -between)


class RepositoryConfig(Record, frozen=True, kw_only=True):
    """One repository that is gathered."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    name: Annotated[
        str,
        Meta(description="The heading it stands under; repositories of one name share it. Default: the repository's."),
    ] = ""
    branches: Annotated[
        tuple[str, ...],
        Meta(
            description="Base branches whose pull requests are shown, as patterns; default: all. A clone is read at its "
            "default branch and those that are named here otherwise than by '*'."
        ),
    ] = ("*",)
    clone: Annotated[
        str,
        Meta(description="A local clone that is read instead of asking GitHub, as a path from weekly.toml's folder."),
    ] = ""

    @property
    def heading(self) -> str:
        """The project's name in the post."""
        return self.name or self.repo.partition("/")[2]


Words = Annotated[tuple[str, ...], Meta(description="What makes this kind.")]


class LabelRules(Record, frozen=True, kw_only=True):
    """Which labels make which kind; patterns as for files, in any case; `kind/bug`, `kind: bug`, `kind:bug` are one.

    The defaults are the conventions that many projects share. A bare `documentation` isn't among them: it is
    often put on by path, whatever the change is.
    """

    improvement: Words = (
        "enhancement", "feature", "feature request", "new feature", "improvement", "kind/feature", "kind/enhancement",
        "kind/improvement", "kind/api-change", "type/feature", "type/feature request", "type/enhancement",
        "type/improvement", "c-feature*", "c-enhancement", "t-feature*", "t-enhancement",
    )  # fmt: skip
    bugfix: Words = (
        "bug", "bugfix", "bug fix", "regression", "kind/bug", "kind/regression", "type/bug", "type/bugfix", "type/fix",
        "type/regression", "c-bug", "t-bug",
    )  # fmt: skip
    documentation: Words = (
        "kind/documentation", "kind/docs", "type/documentation", "type/docs", "c-docs", "t-docs",
    )  # fmt: skip
    tests_ci: Words = ("kind/failing-test", "kind/flake", "kind/test*", "type/test*", "type/ci")
    dependencies: Words = ("dependencies", "kind/dependencies", "type/dependencies", "type/deps")
    housekeeping: Words = (
        "chore", "kind/cleanup", "kind/chore", "type/chore", "type/cleanup", "type/maintenance",
    )  # fmt: skip

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The patterns that stand for `kind`."""
        found: tuple[str, ...] = getattr(self, kind.value)
        return found


class PrefixRules(Record, frozen=True, kw_only=True):
    """Which types of Conventional Commits make which kind; a scope such as `fix(ci):` or `build(deps):` counts as well.

    `build: …` without a scope isn't among them: it is as often a part's name, before an improvement of it.
    """

    improvement: Words = ("feat", "feature", "perf", "refactor")
    bugfix: Words = ("fix", "bugfix", "hotfix")
    documentation: Words = ("docs", "doc")
    tests_ci: Words = ("test", "tests", "ci")
    dependencies: Words = ("deps", "dep")
    housekeeping: Words = ("chore", "style", "revert")

    def kind(self, name: str) -> Kind | None:
        """The kind that a type or a scope stands for."""
        return next((kind for kind in Kind if name.lower() in getattr(self, kind.value)), None)


class PathRules(Record, frozen=True, kw_only=True):
    """Which paths are of no interest to a user of the project: a pull request that touches only these is of that kind."""

    documentation: Words = (
        "doc/*", "docs/*", "*.md", "*.rst", "LICENSE*", "COPYING*", "AUTHORS*", "CONTRIBUTING*", "CHANGELOG*", ".sphinx/*",
        ".readthedocs.y*ml",
    )  # fmt: skip
    tests_ci: Words = (
        "test/*", "tests/*", "*_test.go", "test_*.py", "*/test_*.py", "*/tests/*", ".github/*", ".gitlab-ci.yml",
        ".travis.yml", ".appveyor.yml", "appveyor.yml", ".circleci/*", "Jenkinsfile", ".pre-commit-config.yaml",
        ".golangci.*", ".codecov.y*ml", "codecov.y*ml", "tox.ini", "staticcheck.conf", ".deepsource.toml", ".clang-format",
        ".clang-tidy", ".flake8", ".pylintrc", ".shellcheckrc", ".codespellrc", ".yamllint*", ".eslintrc*", ".prettierrc*",
    )  # fmt: skip
    dependencies: Words = (
        "go.mod", "go.sum", "*/go.mod", "*/go.sum", "*.lock", "package-lock.json", "requirements*.txt",
        "*/requirements*.txt", "vendor/*",
    )  # fmt: skip
    housekeeping: Words = (
        ".gitignore", "*/.gitignore", ".gitattributes", ".editorconfig", "*.pot", "po/*", ".mailmap",
        ".github/ISSUE_TEMPLATE*", ".github/PULL_REQUEST_TEMPLATE*", ".github/CODEOWNERS", "CODEOWNERS",
    )  # fmt: skip

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The patterns that stand for `kind`; a path never makes an improvement or a bug fix."""
        found: tuple[str, ...] = getattr(self, kind.value, ())
        return found


class KindRules(Record, frozen=True, kw_only=True):
    """How pull requests are told to be improvements, bug fixes or neither."""

    labels: Annotated[
        LabelRules,
        Meta(description="Which labels make which kind, of the pull request or of the issues that it closes."),
    ] = LabelRules()
    prefixes: Annotated[PrefixRules, Meta(description="Which types of Conventional Commits make which kind.")] = (
        PrefixRules()
    )
    paths: Annotated[PathRules, Meta(description="Paths that alone make a kind.")] = PathRules()
    conventional_commits: Annotated[bool, Meta(description="Whether a title such as 'fix(api): …' tells the kind.")] = (
        True
    )
    release_note: Annotated[
        str,
        Meta(
            description="What marks a fenced release note in a description; one that says NONE is no highlight. '': none."
        ),
    ] = "release-note"
    bots: Annotated[
        tuple[str, ...],
        Meta(description="Logins that are bots though GitHub doesn't say so; their work is never a highlight."),
    ] = ("dependabot", "dependabot-preview", "renovate", "renovate-bot", "github-actions", "weblate", "pre-commit-ci")
    unsure_below: Annotated[
        float, Meta(description="Verdicts less certain than this are marked for the editor.", ge=0, le=1)
    ] = 0.8


class LedgerConfig(Record, frozen=True, kw_only=True):
    """What `weekly check` proves of the archive: no week missing, every pull request in exactly one."""

    first_week: Annotated[
        date | None, Meta(description="Any day of the week that the archive is proven from; without it, of its oldest.")
    ] = None


class Mode(StrEnum):
    """How a week goes out unattended."""

    DIRECT = "direct"
    REVIEW = "review"


class ScheduleConfig(Record, frozen=True, kw_only=True):
    """The unattended Monday run: which weeks are its own, and how they go out."""

    mode: Annotated[
        Mode,
        Meta(description="'direct' publishes at once; 'review' opens a pull request, and merging it publishes."),
    ] = Mode.REVIEW
    first_week: Annotated[
        date | None,
        Meta(
            description="Any day of the first week to publish; no older one ever is. Without it: from the last "
            "published record on."
        ),
    ] = None
    most_weeks: Annotated[
        int, Meta(description="At most so many weeks a run, the oldest first, where some were left behind.", ge=1)
    ] = 3
    folder: Annotated[
        str,
        Meta(
            description="Without a [forum]: the folder for the posts, as a path from here.",
            pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        ),
    ] = "posts"

    def __post_init__(self) -> None:
        if ".." in Path(self.folder).parts:
            raise ValueError("folder: leads out of the project; name one in it, such as 'posts'")


class HighlightRules(Record, frozen=True, kw_only=True):
    """How highlights are chosen."""

    most: Annotated[
        int, Meta(description="At most so many highlights for each project; the rest stays in Upstream changes.", ge=0)
    ] = 12
    longest: Annotated[
        int,
        Meta(
            description="A drafted highlight takes no further sentence that would make it longer, in characters.", ge=0
        ),
    ] = 300
    explain: Annotated[
        int,
        Meta(
            description="How many sentences of a description that explains follow the one from the title.", ge=0, le=2
        ),
    ] = 2
    commands: Annotated[
        tuple[str, ...],
        Meta(description="The project's command-line tools: 'lxc config trust' in a title is then shown as code."),
    ] = ()
    names: Annotated[
        tuple[str, ...],
        Meta(
            description="Names as they are spelt, beside the common ones; they get their capitals and are never shown as code."
        ),
    ] = ()
    fold_dependencies: Annotated[
        bool, Meta(description="Whether updates of dependencies are told, all in one line after the improvements.")
    ] = False


class ThanksRules(Record, frozen=True, kw_only=True):
    """Whether contributors are thanked; bots never are."""

    show: Annotated[bool, Meta(description="Whether the introduction ends with thanks to the week's contributors.")] = (
        False
    )


Heading = Annotated[str, Meta(description="The heading.")]
Level = Annotated[int, Meta(description="The heading's level, 1 to 6.", ge=1, le=6)]


class SectionConfig(Record, frozen=True, kw_only=True, tag_field="kind"):
    """A part of the post."""

    heading: Heading = ""
    level: Level = 1


class DatedSectionConfig(Dated, frozen=True, kw_only=True, tag_field="kind"):
    """A part of the post that may have a first and a last day."""

    heading: Heading = ""
    level: Level = 1


class IntroductionConfig(SectionConfig, frozen=True, kw_only=True, tag="introduction"):
    """What the week was about."""

    heading: Heading = "Introduction"
    themes: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="What work may be about, as readers call it, and the words of scopes, labels, titles and paths "
            "that tell; these go before the built-in themes of system software."
        ),
    ] = field(default_factory=dict)


class BlockConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="block"):
    """A standing part: Markdown, and a list where `entries` or `items` are given."""

    text: Annotated[Markdown, Meta(description="Markdown.")] = field(default_factory=Markdown)
    entries: Annotated[
        tuple[Markdown, ...] | None,
        Meta(description="List entries, Markdown; an empty list says that there is nothing."),
    ] = None
    items: Annotated[
        tuple[ItemConfig, ...],
        Meta(description="Entries with first and last days, such as jobs; the block goes when none is open."),
    ] = ()


class HighlightsConfig(SectionConfig, frozen=True, kw_only=True, tag="highlights"):
    """Improvements and bug fixes in sentences, under a heading for each project that has any."""

    level: Level = 2


class EventsConfig(SectionConfig, frozen=True, kw_only=True, tag="events"):
    """What lies ahead."""

    heading: Heading = "Upcoming events"
    horizon_days: Annotated[
        int, Meta(description="How many days after the week an event may begin to be shown.", ge=0)
    ] = 90
    entries: Annotated[tuple[Event, ...], Meta(description="Events.")] = ()
    calendars: Annotated[tuple[CalendarConfig, ...], Meta(description="iCalendar files and addresses.")] = ()
    instances: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="At most so many instances of a recurring event, the soonest; default: all ahead."),
    ] = None


class FeedSectionConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="feed"):
    """What feeds published in the week, such as a blog's."""

    text: Annotated[Markdown, Meta(description="Markdown before the list.")] = field(default_factory=Markdown)
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Atom or RSS feeds.", min_length=1)]


class NewcomersConfig(Record, frozen=True, kw_only=True):
    """One repository's issues for newcomers."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    label: Annotated[str, Meta(description="The label that marks them.")] = "good first issue"
    text: Annotated[str, Meta(description="The link's text.")] = ""

    @property
    def query(self) -> str:
        """The search for them."""
        label = f'"{self.label}"' if re.search(r"\s", self.label) else self.label
        return f"is:issue is:open label:{label}"


class ContributeConfig(DatedSectionConfig, frozen=True, kw_only=True, tag="contribute"):
    """Where newcomers begin: a link for each repository."""

    heading: Heading = "Contribute"
    text: Annotated[Markdown, Meta(description="Markdown before the links.")] = field(default_factory=Markdown)
    issues: Annotated[tuple[NewcomersConfig, ...], Meta(description="The repositories and labels.")] = ()
    count: Annotated[bool, Meta(description="Whether to tell how many issues are open when a week is gathered.")] = (
        False
    )


class UpstreamConfig(SectionConfig, frozen=True, kw_only=True, tag="upstream"):
    """Every merged pull request of the week, by project."""

    heading: Heading = "Upstream changes"
    text: Annotated[Markdown, Meta(description="Markdown before the lists.")] = field(default_factory=Markdown)


class PackagingConfig(Record, frozen=True, kw_only=True):
    """A packaging repository, and its branches."""

    repo: Annotated[RepoName, Meta(description="owner/name on GitHub.")]
    branches: Annotated[tuple[str, ...], Meta(description="The branches.", min_length=1)]
    required: Annotated[bool, Meta(description="Whether the post may not appear without it.")] = False


class PartConfig(Record, frozen=True, kw_only=True):
    """One distribution."""

    name: Annotated[str, Meta(description="The heading.")]
    entries: Annotated[tuple[Markdown, ...], Meta(description="What was done, Markdown.")] = ()
    pulls: Annotated[
        tuple[RepositoryConfig, ...],
        Meta(description="Packaging repositories whose merged pull requests are told; they are gathered as well."),
    ] = ()
    commits: Annotated[
        tuple[PackagingConfig, ...],
        Meta(description="Packaging repositories whose commits on these branches are told."),
    ] = ()
    feeds: Annotated[tuple[FeedConfig, ...], Meta(description="Feeds whose entries are told.")] = ()


class DistributionsConfig(SectionConfig, frozen=True, kw_only=True, tag="distributions"):
    """Work done downstream."""

    heading: Heading = "Distribution work"
    text: Annotated[Markdown, Meta(description="Markdown before the parts.")] = field(default_factory=Markdown)
    parts: Annotated[tuple[PartConfig, ...], Meta(description="The distributions.")] = ()


AnySectionConfig = (
    IntroductionConfig
    | BlockConfig
    | HighlightsConfig
    | EventsConfig
    | FeedSectionConfig
    | ContributeConfig
    | UpstreamConfig
    | DistributionsConfig
)


class TrialConfig(Record, frozen=True, kw_only=True):
    """A place on the forum that its readers don't see: a private message, or a category for the staff."""

    category: Annotated[
        str | int, Meta(description="The category: its name, 'Parent/Name' where names aren't unique, or its number.")
    ] = ""
    recipients: Annotated[
        tuple[str, ...], Meta(description="The users and groups who get a private message, instead of a category.")
    ] = ()

    def __post_init__(self) -> None:
        if bool(self.category) == bool(self.recipients):
            raise ValueError("needs either category or recipients")


class ForumConfig(Record, frozen=True, kw_only=True):
    """The Discourse forum that the post goes to; DISCOURSE_URL and the keys come from the environment."""

    url: Annotated[str, Meta(description="The forum's address.", pattern="^https?://")]
    category: Annotated[
        str | int, Meta(description="The category: its name, 'Parent/Name' where names aren't unique, or its number.")
    ]
    tags: Annotated[tuple[str, ...], Meta(description="The topic's tags.")] = ()
    external_id_prefix: Annotated[
        str, Meta(description="The topic of a week is found by this and its Monday.", pattern="^[A-Za-z0-9_-]{0,40}$")
    ] = "weekly-"
    publish_unproven: Annotated[
        bool,
        Meta(
            description="Whether a week may be published that was read from clones, where nobody counts the pull "
            "requests and rebase merges don't show."
        ),
    ] = False
    trial: Annotated[
        TrialConfig | None,
        Meta(description="Where `weekly publish --trial` posts to, to see the way before it counts."),
    ] = None


class Config(Record, frozen=True, kw_only=True):
    """All of weekly.toml."""

    project: ProjectConfig
    series: SeriesConfig = SeriesConfig()
    repositories: Annotated[tuple[RepositoryConfig, ...], Meta(min_length=1)]
    kinds: KindRules = KindRules()
    highlights: HighlightRules = HighlightRules()
    thanks: ThanksRules = ThanksRules()
    videos: VideosConfig = field(default_factory=VideosConfig)
    sections: tuple[AnySectionConfig, ...]
    ledger: LedgerConfig = LedgerConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    forum: ForumConfig | None = None

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for repository in self.repositories:
            if repository.repo.lower() in seen:
                raise ValueError(f"repositories: {repository.repo} is listed twice; remove one")
            seen.add(repository.repo.lower())
        kinds = [type(section) for section in self.sections]
        for kind in (IntroductionConfig, HighlightsConfig, EventsConfig, UpstreamConfig, DistributionsConfig):
            if kinds.count(kind) > 1:
                raise ValueError(f"sections: kind = '{kind.__struct_config__.tag}' stands twice; remove one")
        if UpstreamConfig not in kinds:
            raise ValueError("sections: has no kind = 'upstream', where every pull request is told; add one")

        if self.videos.channels and IntroductionConfig not in kinds:
            raise ValueError("videos: are told in the introduction; add a section with kind = 'introduction'")

    def week(self, day: date) -> Week:
        """The week of a day, in the project's zone."""
        return Week.of_day(day, self.project.zone)

    @property
    def repos(self) -> tuple[str, ...]:
        """Every repository whose pull requests are gathered: the projects' own, then the packaging ones."""
        packaging = [
            source.repo
            for section in self.sections
            if isinstance(section, DistributionsConfig)
            for part in section.parts
            for source in part.pulls
        ]
        found = {str(repo).lower(): str(repo) for repo in [*packaging, *(own.repo for own in self.repositories)]}
        order = dict.fromkeys([*(own.repo.lower() for own in self.repositories), *found])
        return tuple(found[name] for name in order)

    @property
    def themes(self) -> dict[str, tuple[str, ...]]:
        """The project's own themes, from its introduction."""
        found = (section.themes for section in self.sections if isinstance(section, IntroductionConfig))
        return next(found, {})

    def title(self, week: Week, *, number: int | None = None) -> str:
        """The topic's title; `number` goes before the one that the series gives."""
        number = self.series.number(week) if number is None else number
        return self.series.title.format(number=number, span=week.title, monday=week, name=self.project.name)


def stripped(text: Markdown) -> Markdown:
    """Markdown without the blank lines around it."""
    return Markdown(text.strip())


def find(start: Path) -> Path:
    """weekly.toml in `start` or the nearest folder above it."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
    raise ConfigError(f"{FILE}: not found in {start} or above; go to the project's folder, or name it with -C DIR")


def load(path: Path) -> Config:
    """Read weekly.toml; ConfigError names the key."""
    return strict.read_toml(path, Config, ConfigError)
