"""The introduction names releases and what each project was about, and says no more than is known."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from weekly.config.highlights import HighlightRules
from weekly.highlights.introduction import introduce
from weekly.highlights.naming import named_title
from weekly.highlights.releases import releases_sentence
from weekly.highlights.select import highlight
from weekly.highlights.subjects import ProjectWeek
from weekly.highlights.themes import themes_of
from weekly.model import FileChange, Kind, Person, PullRequest, ReleaseLink, Verdict

IMPROVEMENT, BUGFIX = Kind.IMPROVEMENT, Kind.BUGFIX
START = datetime(2023, 3, 27, tzinfo=UTC)
THEMES = themes_of({"migration": ["migration"], "storage": ["zfs", "lvm"]})


def release(title: str, remark: str = "") -> ReleaseLink:
    return ReleaseLink(title=title, url="https://example.org", day=START.date(), remark=remark)


def project(
    name: str, *titles: tuple[str, Kind], is_known: bool = True, tags: tuple[str, ...] = (), doc: int = 0
) -> ProjectWeek:
    pulls = tuple(
        PullRequest(
            repo=f"o/{name}", number=number, title=title, url="https://example.org", author=Person(login="ann"),
            merged_at=START, files=(FileChange(path="doc/a.md" if number == doc else "a.go", additions=1),),
        )
        for number, (title, _) in enumerate(titles, start=1)
    )  # fmt: skip
    verdicts = {
        pull.ref: Verdict(kind=kind, rule="r", evidence="e") for pull, (_, kind) in zip(pulls, titles, strict=True)
    }
    return ProjectWeek(
        name=name,
        pulls=pulls,
        verdicts=verdicts,
        selection=highlight(pulls, verdicts, HighlightRules()),
        releases=tuple(release(f"{name} {tag}") for tag in tags),
        is_known=is_known,
    )


LXD = project(
    "LXD",
    ("Migration: Handle a refused stream", IMPROVEMENT),
    ("Migration: Keep the address", IMPROVEMENT),
    ("zfs: Fix quotas of clones", BUGFIX),
    ("lvm: Fix resizing of snapshots", BUGFIX),
)


def test_each_active_project_has_a_clause_and_main_themes_come_first() -> None:
    lxc = project("LXC", ("Fix the monitor's exit", BUGFIX), ("Fix reading of masks", BUGFIX))
    distrobuilder = project("Distrobuilder", ("Bump a", Kind.DEPENDENCIES))
    assert introduce([LXD, lxc, distrobuilder], themes=THEMES) == (
        "The past week has seen a focus on migration and storage in LXD, and bug fixes in LXC."
    )


@pytest.mark.parametrize(
    ("projects", "text"),
    [
        ([project("A"), project("B")], "The past week has been a quiet one: nothing was merged."),
        ([project("A"), project("B", is_known=False)], "The past week has been quiet in A."),
        ([project("A", is_known=False)], ""),
        (
            [project("A", ("Fix reading of masks", BUGFIX))],
            "The past week has been a quiet one, with a fix for reading of masks in A.",
        ),
        (
            [project("A", ("Fix reading of masks", BUGFIX)), project("B", is_known=False)],
            "The past week brought a fix for reading of masks in A.",
        ),
        (
            [project("A", ("Add a list", IMPROVEMENT), ('Revert "Add a list"', BUGFIX))],
            "The past week has been a quiet one.",
        ),
    ],
)
def test_a_quiet_week_is_called_quiet_and_a_gap_never(projects: list[ProjectWeek], text: str) -> None:
    assert introduce(projects) == text


@pytest.mark.parametrize(
    ("titles", "sentence"),
    [
        (
            [("Add support for two disks", IMPROVEMENT), ("Fix the size", BUGFIX), ("Fix the name", BUGFIX)],
            "The past week has seen a focus on support for two disks and bug fixes in A.",
        ),
        ([("Bump a", Kind.DEPENDENCIES)] * 3, "The past week brought dependency updates in A."),
        (
            [("a", Kind.TESTS_CI), ("b", Kind.DOCUMENTATION), ("c", Kind.TESTS_CI)],
            "The past week brought documentation, tests and CI in A.",
        ),
        (
            [("zfs: Fix a clone", BUGFIX), ("lvm: Fix the size", BUGFIX), ("zfs: Fix the name", BUGFIX)],
            "The past week has seen a focus on bug fixes for storage in A.",
        ),
        (
            [("Fix vulnerability in uploads", BUGFIX), ("Fix the name", BUGFIX), ("Fix the size", BUGFIX)],
            "The past week has seen a focus on a security fix and bug fixes in A.",
        ),
    ],
)
def test_the_news_of_a_project_is_named(titles: list[tuple[str, Kind]], sentence: str) -> None:
    assert introduce([project("A", *titles)], themes=THEMES) == sentence


@pytest.mark.parametrize(
    ("titles", "doc", "sentence"),
    [
        (
            [("Add pool copies", IMPROVEMENT), ("Support for lakes", IMPROVEMENT), ("Add ferries", IMPROVEMENT)],
            2,
            "The past week has seen a focus on support for lakes in A.",
        ),
        (
            [("Remove the old ferries", IMPROVEMENT), ("Fix quotas of lakes", BUGFIX), ("Fix tides at night", BUGFIX)],
            1,
            "The past week has seen a focus on the removal of the old ferries and bug fixes in A.",
        ),
        (
            [
                ("Fix vulnerability in uploads", BUGFIX),
                ("Add a ferry cache to lakes", IMPROVEMENT),
                ("Add pool copies", IMPROVEMENT),
            ],
            2,
            "The past week has seen a focus on a security fix and a ferry cache for lakes in A.",
        ),
        (
            [
                ("Add quota support for use with mirrored pools of large lakes", IMPROVEMENT),
                ("Add ferries", IMPROVEMENT),
            ],
            1,
            "The past week has been a quiet one, with support for quota in A.",
        ),
        (
            [
                ("Add more keys of ferries", IMPROVEMENT),
                ("Fix quotas of lakes", BUGFIX),
                ("Fix tides of ferries", BUGFIX),
            ],
            1,
            "The past week has seen a focus on bug fixes in A.",
        ),
    ],
)
def test_documented_news_is_named_before_small_changes(titles: list[tuple[str, Kind]], doc: int, sentence: str) -> None:
    assert introduce([project("A", *titles, doc=doc)], themes=THEMES) == sentence


def test_what_goes_on_from_the_week_before_says_so() -> None:
    before = project(
        "LXD",
        ("zfs: Keep names", IMPROVEMENT),
        ("lvm: Keep sizes", BUGFIX),
        ("Add copies of mirrored lakes", IMPROVEMENT),
    ).pulls
    this = project(
        "LXD",
        ("Add moves of mirrored lakes and their copies", IMPROVEMENT),
        ("zfs: Add clones", IMPROVEMENT),
        ("lvm: Fix resizing of snapshots", BUGFIX),
        doc=1,
    )
    sentence = introduce([msgspec.structs.replace(this, before=before)], themes=THEMES)
    assert sentence == (
        "The past week has seen a focus on continued work on storage and moves of mirrored lakes and their copies in LXD."
    )
    assert "continued" not in introduce([this], themes=THEMES)


def test_a_projects_own_scopes_are_themes_where_none_are_configured() -> None:
    week = project(
        "A",
        ("migration: Fix the name", BUGFIX),
        ("migration: Close files", BUGFIX),
        ("Fix paths after a migration", BUGFIX),
    )
    assert introduce([week]) == "The past week has seen a focus on bug fixes for migration in A."


def test_a_scope_that_nobody_uses_in_a_sentence_is_no_theme() -> None:
    titles = [(f"laketransport: Fix {what}", BUGFIX) for what in ("the name", "a hang on exit", "two paths of pools")]
    assert introduce([project("A", *titles)]) == "The past week has seen a focus on bug fixes in A."


@pytest.mark.parametrize(
    ("releases", "sentence"),
    [
        ([], ""),
        ([("LXD", release("LXD 5.12"))], "This week saw the release of LXD 5.12."),
        ([("LXC", release("LXC 6.0.6", "bug fix release"))], "This week saw the bug fix release LXC 6.0.6."),
        (
            [
                ("LXD", release("LXD 6.7")),
                ("LXC", release("LXC 6.0.6", "bug fix release")),
                ("LXCFS", release("LXCFS 6.0.6", "bug fix release")),
            ],
            "This week saw the release of LXD 6.7, and of the bug fix releases LXC 6.0.6 and LXCFS 6.0.6.",
        ),
        (
            [("A", release("A 2.1")), ("A", release("A 2.2")), ("A", release("A 3.0-rc1", "pre-release"))],
            "This week saw the releases of A 2.1 and 2.2, and of the pre-release A 3.0-rc1.",
        ),
        ([("A", release("A 5.0", "LTS release"))], "This week saw the LTS release A 5.0."),
    ],
)
def test_releases_are_named_by_project(releases: list[tuple[str, ReleaseLink]], sentence: str) -> None:
    assert releases_sentence(releases) == sentence


def test_releases_come_first_and_a_week_with_one_is_not_quiet() -> None:
    assert introduce([project("A", tags=("2.0",))]) == "This week saw the release of A 2.0."
    both = introduce(
        [project("A", ("Fix the name", BUGFIX), ("Fix the size", BUGFIX), ("Fix a path", BUGFIX), tags=("2.0",))]
    )
    assert both == "This week saw the release of A 2.0. The focus was on bug fixes."


@pytest.mark.parametrize(
    "title",
    [
        "Improve how lakes are drained", "Add why to lakes", "Add a legend for - and +", "Add a 'No lakes' page", "Add lake classes",
        "Add lakes[a-f]* names", "Add `x` lakes (large",
        "Add notes \"Use lakes\"",
    ],
)  # fmt: skip
def test_what_is_certainly_no_noun_phrase_is_not_named(title: str) -> None:
    week = project(
        "A", (title, IMPROVEMENT), ("Now keeps names of pools", IMPROVEMENT), ("Fix reading of masks", BUGFIX), doc=1
    )
    assert introduce([week]) == "The past week brought improvements and a bug fix in A."


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Lakes can drain at night", ""),
        ("In the list of lakes, show depths", ""),
        ("Elide inner paths of lakes", ""),
        ("Minor improvements", ""),
        ("Boat integration (beta)", "a boat integration"),
        ("Add an option to drain lakes", "an option to drain lakes"),
        ("Add support for Lake 2.40 again", "support for Lake 2.40"),
        ("Add a guarantee about which lakes drain", ""),
        ("Add fish for boats for ferries", ""),
    ],
)
def test_title_is_a_name_where_it_is_certainly_a_noun_phrase(title: str, name: str) -> None:
    assert named_title(title) == name


def test_a_release_without_a_named_subject_needs_no_second_sentence() -> None:
    titles = [
        ("Now keeps names of pools", IMPROVEMENT),
        ("Now drains the lakes", IMPROVEMENT),
        ("Fix reading of masks", BUGFIX),
    ]
    sentence = introduce([project("A", *titles, tags=("2.0",))])
    assert sentence == "This week saw the release of A 2.0."


def test_documented_news_without_a_bullet_come_before_upkeep() -> None:
    titles = [("Bump a", Kind.DEPENDENCIES), ("Bump b", Kind.DEPENDENCIES), ("slack integration", IMPROVEMENT)]
    assert introduce([project("A", *titles, doc=3)]) == "The past week brought a Slack integration in A."


def test_projects_of_the_same_subject_share_a_clause() -> None:
    both = [project(name, ("Fix names of pools", BUGFIX), ("Fix sizes of lakes", BUGFIX)) for name in "AB"]
    assert introduce(both) == "The past week has seen a focus on bug fixes in A and B."


def test_at_most_so_many_projects_have_a_clause() -> None:
    others = [project(name, ("Fix the name", BUGFIX), ("Fix the size", BUGFIX)) for name in "ABC"]
    assert (
        introduce(others, most=1) == "The past week has seen a focus on bug fixes in A and work on two more projects."
    )


@pytest.mark.parametrize(
    "title",
    [
        "Add support for using mirrors that have a proxy", "Add support for moving ferries to lakes that have a dam",
        "Add support for reading, filling and draining lakes", "Add support for a lake to be a pool", "Add `lake/pool` limits",
        "Add interface and support for more lakes",
    ],
)  # fmt: skip
def test_news_that_lose_their_matter_in_a_few_words_are_not_named(title: str) -> None:
    week = project(
        "LXD", (title, IMPROVEMENT), ("Fix reading of masks", BUGFIX), ("Fix quotas of clones", BUGFIX), doc=1
    )
    assert introduce([week]) == "The past week has seen a focus on bug fixes in LXD."


@pytest.mark.parametrize(
    ("titles", "doc", "subject"),
    [
        (
            ["Remove the old ferries", "zfs: Add clones of lakes", "zfs: Keep names"],
            1,
            "storage and the removal of the old ferries",
        ),
        (["Add support for s9 dams in lakes", "Keep names"], 1, "support for s9 dams"),
        (
            ["Add support for two dams", "Add a lake driver that can drain pools"],
            0,
            "a lake driver and support for two dams",
        ),
        (["Add tide generator", "Keep names"], 1, "a tide generator"),
        (["Add rpmtide source", "Keep names"], 1, "a new rpmtide source"),
        (["Add depths to the list of A lakes", "Keep names"], 1, "depths for the list of lakes"),
        (["Add dam keys and lake keys", "Add tides", "Keep names"], 2, "support for tides"),
    ],
)
def test_parts_of_a_subject_are_named_so_that_none_seems_a_part_of_another(
    titles: list[str], doc: int, subject: str
) -> None:
    others = [("Fix reading of masks", BUGFIX)] if len(titles) > 2 else [("Now keeps names of pools", IMPROVEMENT)]
    week = project("A", *((title, IMPROVEMENT) for title in titles), *others, doc=doc)
    assert introduce([week], themes=THEMES) == f"The past week has seen a focus on {subject} in A."


def test_bug_fixes_of_several_projects_are_named_once() -> None:
    fixes = ("Fix the name", BUGFIX), ("Fix the size", BUGFIX)
    weeks = [
        project("A", ("Add support for two lakes", IMPROVEMENT), *fixes),
        project("B", *fixes),
        project("C", *fixes),
    ]
    assert introduce(weeks) == "The past week has seen a focus on support for two lakes in A, and bug fixes in B and C."


def test_a_lone_bug_fix_is_no_subject_of_a_week_with_a_release() -> None:
    titles = [("Fix the name", BUGFIX), ("Now keeps names of pools", IMPROVEMENT)]
    assert introduce([project("A", *titles, tags=("2.0",))]) == "This week saw the release of A 2.0."


def test_a_lone_improvement_without_a_name_leaves_a_week_quiet() -> None:
    assert introduce([project("A", ("Now keeps names of pools", IMPROVEMENT))]) == "The past week has been a quiet one."


def test_a_theme_by_words_of_titles_needs_half_of_the_highlights() -> None:
    titles = [("Fix zfs quotas", BUGFIX), ("Fix lvm names", BUGFIX)]
    others = [(f"Fix {what}", BUGFIX) for what in ("the ferries", "the tides", "the dams")]
    assert introduce([project("A", *titles, *others[:2])], themes=THEMES).endswith("bug fixes for storage in A.")
    assert introduce([project("A", *titles, *others)], themes=THEMES).endswith("bug fixes in A.")


@pytest.mark.parametrize("title", ["Add pool.yaml", "Add a new PoolSized field"])
def test_a_file_or_a_field_of_code_is_no_news_for_the_introduction(title: str) -> None:
    assert "`" not in introduce([project("LXD", (title, IMPROVEMENT), ("Add copies of pools", IMPROVEMENT))])


def breaking(*texts: str) -> ProjectWeek:
    pulls = project("A", *((text, IMPROVEMENT) for text in texts)).pulls
    verdicts = {pull.ref: Verdict(kind=IMPROVEMENT, rule="r", evidence="e") for pull in pulls}
    verdicts[pulls[0].ref] = Verdict(kind=IMPROVEMENT, rule="r", evidence="e", is_breaking=True)
    return ProjectWeek(name="A", pulls=pulls, verdicts=verdicts, selection=highlight(pulls, verdicts, HighlightRules()))


@pytest.mark.parametrize(
    ("texts", "releases", "sentence"),
    [
        (
            ["Require a name", "Show sizes", "Show tides"],
            (),
            "The past week brought improvements and a breaking change in A.",
        ),
        (
            ["Require a name", "Add support for deep lakes", "Show tides"],
            (),
            "The past week has seen a focus on support for deep lakes and a breaking change in A.",
        ),
        (
            ["Remove support for lakes", "Show sizes", "Show tides"],
            (),
            "The past week has seen a focus on the removal of support for lakes in A.",
        ),
        (
            ["Require a name", "Show sizes", "Show tides"],
            (release("A 2.0"),),
            "This week saw the release of A 2.0. The week brought improvements and a breaking change.",
        ),
    ],
)
def test_breaking_changes_are_named_or_counted(
    texts: list[str], releases: tuple[ReleaseLink, ...], sentence: str
) -> None:
    assert introduce([msgspec.structs.replace(breaking(*texts), releases=releases)]) == sentence


def test_a_bug_fix_release_is_not_followed_by_a_focus_on_bug_fixes() -> None:
    fixes = [("Fix the name", BUGFIX), ("Fix the size", BUGFIX), ("Fix tides", BUGFIX)]
    released = msgspec.structs.replace(project("A", *fixes), releases=(release("A 1.2.3", "bug fix release"),))
    assert introduce([released]) == "This week saw the bug fix release A 1.2.3."
    other = project("B", *fixes)
    assert introduce([released, other]) == (
        "This week saw the bug fix release A 1.2.3. The focus was on bug fixes in A and B."
    )
