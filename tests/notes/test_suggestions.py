"""Features that `weekly draft` suggests where the facts carry them."""

from __future__ import annotations

import tomllib

import pytest

from tests.conftest import Weekly
from tests.gather.test_snapshot import pull
from weekly.config.external import WebAddress
from weekly.config.project import DocsConfig, RepoName, RepositoryConfig
from weekly.highlights.documentation import documentation_of
from weekly.highlights.extensions import extensions_of
from weekly.highlights.select import LeftOut, Selection
from weekly.model import FileChange, Highlight, Kind, Patch, PullRequest, Verdict
from weekly.notes.suggestions import Suggestion, suggest

EXTENSIONS = ("doc/api-extensions.md",)
ADDED = Patch(path="doc/api-extensions.md", added=("## `vm_limits`", "", "This adds limits for virtual machines."))


def features(
    *pulls: PullRequest,
    kind: Kind = Kind.IMPROVEMENT,
    text: str = "Added support for themes.",
    repositories: tuple[RepositoryConfig, ...] = (),
) -> list[Suggestion]:
    verdict = Verdict(kind=kind, rule="label", evidence="x")
    highlights = (Highlight(pulls=pulls, text=text, verdict=verdict),)
    chosen = Selection(improvements=highlights) if kind is Kind.IMPROVEMENT else Selection(bugfixes=highlights)
    verdicts = {one.ref: verdict for one in pulls}
    found = suggest("Intro.", {"B": chosen}, pulls, verdicts, EXTENSIONS, repositories)
    return [suggestion for suggestion in found if suggestion.lines[0] == "[[features]]"]


def test_an_improvement_of_several_pull_requests_may_be_a_feature() -> None:
    (suggestion,) = features(pull(1), pull(2), pull(3))
    assert suggestion.key == "feature:a/b#1"
    assert tomllib.loads("\n".join(suggestion.lines)) == {
        "features": [
            {
                "heading": "Themes",
                "text": "Added support for themes.",
                "pulls": ["a/b#1", "a/b#2", "a/b#3"],
            }
        ]
    }


def test_sub_bullets_are_no_part_of_a_suggested_heading() -> None:
    (suggestion,) = features(pull(1), pull(2), pull(3), text="Deprecated it. It goes.\n- Deprecated that.")
    assert suggestion.lines[1] == 'heading = "Deprecated it"'


def test_a_suggested_feature_names_new_extensions_and_options() -> None:
    added = (
        "```{config:option} limits.bus instance-limits",
        ":type: integer",
        "Enables *more* ports.",
        "```",
        "## `bus`",
    )
    options = Patch(path="doc/api-extensions.md", added=added)
    (suggestion,) = features(pull(1, patches=(ADDED, options)))
    assert suggestion.about == ("It adds vm_limits, limits.bus, bus.", "A section of its own:")
    assert [one.text for one in extensions_of(pull(1, patches=(options,)), EXTENSIONS)] == ["", ""]


def test_a_suggested_feature_links_to_the_page_that_it_adds_most_to() -> None:
    """Release notes are no page, and neither are files of other folders or repositories."""
    url = WebAddress("https://docs.example/latest/")
    repositories = (
        RepositoryConfig(repo=RepoName("A/b"), docs=DocsConfig(url=url)),
        RepositoryConfig(repo=RepoName("a/c"), docs=DocsConfig(url=url, folder="docs/en", suffix=".html")),
        RepositoryConfig(repo=RepoName("a/d")),
    )

    def link(repo: str, **added: int) -> str:
        files = tuple(
            FileChange(path=path.replace("__", "/") + ".md", additions=lines) for path, lines in added.items()
        )
        return documentation_of([pull(1, repo=repo, files=files)], repositories)

    assert link("a/b", doc__howto__a=3, doc__howto__b=4, docs__c=9, README=9) == "https://docs.example/latest/howto/b/"
    assert link("a/b", **{"doc/release-notes/6.7": 9, "doc/how to/index": 1}) == "https://docs.example/latest/how%20to/"
    assert link("a/c", docs__en__use__index=1) == "https://docs.example/latest/use/index.html"
    assert [link("a/b", doc__a=0), link("a/c", doc__a=1), link("a/d", doc__a=1), link("x/y", doc__a=1)] == [""] * 4

    page = (FileChange(path="doc/howto/a.md", additions=1),)
    (suggestion,) = features(pull(1, files=page), repositories=repositories)
    assert 'documentation = "https://docs.example/latest/howto/a/"' in suggestion.lines
    assert features(pull(1, files=page), kind=Kind.BUGFIX, repositories=repositories) == []


def test_an_extension_may_be_a_feature() -> None:
    assert len(features(pull(1, patches=(ADDED,)))) == 1


@pytest.mark.parametrize(
    "found",
    [
        features(pull(1), pull(2)),
        features(pull(1), pull(2), pull(3), kind=Kind.BUGFIX),
        features(pull(1, patches=(Patch(path="doc/other.md", added=ADDED.added),))),
    ],
)
def test_small_changes_and_fixes_are_no_features(found: list[Suggestion]) -> None:
    assert found == []


def test_nothing_is_suggested_about_the_pull_requests_of_a_feature(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.write_text('[[features]]\nheading = "QEMU"\ntext = "x"\npulls = ["canonical/lxd#11521"]\n', encoding="utf-8")
    assert archived("draft", "2023-03-27").code == 0
    assert '#"canonical/lxd#11521"' not in path.read_text("utf-8")
    assert '#"canonical/lxd#11514"' in path.read_text("utf-8")


def test_a_suggestion_says_why_a_pull_request_is_no_highlight() -> None:
    one, two = pull(1), pull(2)
    unsure = Verdict(kind=Kind.BUGFIX, rule="words", evidence="x", confidence=0.6, sure=False)
    chosen = Selection(left_out=(LeftOut(pull=one, why="past the two highlights that a project may have"),))
    found = suggest("Intro.", {"B": chosen}, (one, two), {one.ref: unsure, two.ref: unsure})
    about = {suggestion.key: suggestion.about[-1] for suggestion in found if suggestion.about}
    assert about[one.ref].startswith("not highlighted, bugfix, past the two highlights that a project may have: ")
    assert about[two.ref].startswith("not highlighted, bugfix: ")
