"""Features, sections for one week and prose of the notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compose.test_post import activity, folder, placed, pull, snapshot  # noqa: F401  the fixture
from weekly.errors import NotesError
from weekly.model import Block, Feature, Highlights, Post
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.render.post import to_markdown

Compose = Callable[[str], Post]


@pytest.fixture
def compose(folder: Path) -> Compose:  # noqa: F811  the imported fixture
    repos = (
        activity(pull(1, "Add a dark theme"), pull(2, "Fix a crash")),
        activity(pull(3, "Add support for widgets", repo="octo/tools"), repo="octo/tools"),
    )

    def composed(notes: str) -> Post:
        settings = folder / "weekly.toml"
        settings.write_text(settings.read_text("utf-8").replace("most = 1\n", "most = 9\n"), "utf-8")
        (folder / "weeks").mkdir(exist_ok=True)
        (folder / "weeks" / "2023-03-27.toml").write_text(notes, "utf-8")
        return post_of(snapshot(*repos), Project.at(folder))

    return composed


def headings(post: Post) -> list[str]:
    return [section.heading for section in post.sections]


FEATURE = '[[features]]\nheading = "Themes"\ntext = "Dark at last."\npulls = ["octo/hello#1"]\n'


def test_a_feature_has_a_section_before_the_highlights_and_no_bullet(compose: Compose) -> None:
    post = compose(FEATURE + 'documentation = "https://docs.example/themes"\n')
    assert headings(post) == ["Introduction", "Themes", "Hello", "Jobs", "Upstream changes"]
    feature = post.sections[1]
    assert isinstance(feature, Feature)
    assert ([one.number for one in feature.pulls], feature.level) == ([1], 3)
    assert "Added a dark theme" not in to_markdown(post)
    placement = placed(post)["octo/hello#1"]
    assert placement.places == ("Feature: Themes", "Upstream changes: Hello")
    assert placement.editor == ("in the feature 'Themes' (weeks/2023-03-27.toml:1)",)
    assert "### Themes\n\nDark at last.\n\nDocumentation: [Themes](https://docs.example/themes)\n" in to_markdown(post)


@pytest.mark.parametrize(("notes", "counted"), [("", [2]), (FEATURE.replace("#1", "#2"), [])])
def test_a_pull_request_in_a_feature_is_not_counted_as_internal(
    folder: Path,  # noqa: F811
    notes: str,
    counted: list[int],
) -> None:
    (folder / "weeks").mkdir(exist_ok=True)
    (folder / "weeks" / "2023-03-27.toml").write_text(notes, "utf-8")
    repo = activity(pull(1, "Add a dark theme"), pull(2, "chore: tidy the parser"))
    post = post_of(snapshot(repo), Project.at(folder))
    highlights = [section for section in post.sections if isinstance(section, Highlights)]
    assert [one.number for section in highlights for one in section.internal] == counted


def test_a_feature_without_pull_requests_is_fine(compose: Compose) -> None:
    assert "Sprint" in headings(compose('[[features]]\nheading = "Sprint"\ntext = "We met."\n'))


def test_a_pull_request_in_a_feature_and_a_highlight_is_an_error(compose: Compose) -> None:
    with pytest.raises(NotesError, match=r"octo/hello#1 is named twice, first at weeks/2023-03-27\.toml:5"):
        compose(FEATURE + '[[highlights]]\npulls = ["#1"]\ntext = "Themes."\n')


def test_an_unknown_pull_request_in_a_feature_is_an_error(compose: Compose) -> None:
    with pytest.raises(NotesError, match=r"weeks/2023-03-27\.toml:1: #9 is no pull request of this week"):
        compose(FEATURE.replace("octo/hello#1", "#9"))


def test_a_retitled_pull_request_of_a_feature_is_reported(compose: Compose) -> None:
    post = compose(FEATURE + 'titles = ["Add themes"]\n')
    assert "octo/hello#1 was 'Add themes' when this was written" in str(post.problems[-1])


@pytest.mark.parametrize(
    ("after", "order"),
    [
        (None, ["Introduction", "Sprint", "Hello", "Jobs", "Upstream changes"]),
        ("Introduction", ["Introduction", "Sprint", "Hello", "Jobs", "Upstream changes"]),
        ("Hello", ["Introduction", "Hello", "Sprint", "Jobs", "Upstream changes"]),
        ("Jobs", ["Introduction", "Hello", "Jobs", "Sprint", "Upstream changes"]),
        ("Upstream changes", ["Introduction", "Hello", "Jobs", "Upstream changes", "Sprint"]),
    ],
)
def test_a_section_of_the_week_follows_the_one_it_names(compose: Compose, after: str | None, order: list[str]) -> None:
    post = compose('[[sections]]\nheading = "Sprint"\ntext = "We met."\n' + (f"after = '{after}'\n" if after else ""))
    assert headings(post) == order
    section = next(section for section in post.sections if section.heading == "Sprint")
    assert isinstance(section, Block)
    assert not section.is_list


def test_sections_of_the_week_keep_their_order_and_may_follow_each_other(compose: Compose) -> None:
    notes = "".join(f'[[sections]]\nheading = "{name}"\nentries = ["x"]\nafter = "{after}"\n' for name, after in (
        ("One", "Jobs"), ("Two", "Jobs"), ("Three", "One"),
    ))  # fmt: skip
    assert headings(compose(notes)) == ["Introduction", "Hello", "Jobs", "One", "Two", "Three", "Upstream changes"]


def test_a_section_may_follow_one_that_is_not_shown(compose: Compose) -> None:
    notes = '[blocks.Jobs]\nshow = false\n[[sections]]\nheading = "Sprint"\ntext = "x"\nafter = "Jobs"\n'
    assert headings(compose(notes)) == ["Introduction", "Hello", "Sprint", "Upstream changes"]


def test_a_section_after_an_unknown_one_is_an_error(compose: Compose) -> None:
    error = r"sections \('Sprint'\)\.after: there is no section 'Jbos'; did you mean 'Jobs'\?"
    with pytest.raises(NotesError, match=error):
        compose('[[sections]]\nheading = "Sprint"\nafter = "Jbos"\n')


def test_prose_replaces_a_projects_bullets(compose: Compose) -> None:
    post = compose('[projects.Hello]\ntext = """\nOne.\n\nTwo @octocat.\n"""\n')
    assert "### Hello\n\nOne.\n\nTwo @octocat.\n\n# Jobs" in to_markdown(post)
    assert placed(post)["octo/hello#1"].places == ("Upstream changes: Hello",)
    edits = [change for placement in post.placements for change in placement.editor]
    assert set(edits) == {"prose instead of a bullet (weeks/2023-03-27.toml:1)"}


def test_prose_of_an_unknown_project_is_an_error(compose: Compose) -> None:
    with pytest.raises(NotesError, match=r"there is no project 'Helo'; did you mean 'Hello'\?"):
        compose('[projects.Helo]\ntext = "x"\n')


@pytest.mark.parametrize(
    ("kind", "notes"),
    [
        ("introduction", 'introduction = "x"'),
        ("introduction", '[[videos]]\nurl = "https://youtu.be/6NCLnd5_guQ"\ntext = "x"'),
        ("events", '[[events]]\ntitle = "x"\nfirst_day = 2023-04-03'),
        ("distributions", '[distributions]\nSnap = ["x"]'),
    ],
)
def test_notes_that_no_section_shows_are_an_error(folder: Path, compose: Compose, kind: str, notes: str) -> None:  # noqa: F811
    path = folder / "weekly.toml"
    head, *sections = path.read_text("utf-8").split("[[sections]]\n")
    kept = [section for section in sections if not section.startswith(f'kind = "{kind}"')]
    path.write_text("[[sections]]\n".join([head, *kept]), "utf-8")
    with pytest.raises(NotesError, match=f"needs a section with kind = '{kind}' in weekly.toml; add one"):
        compose(notes + "\n")


def test_features_need_a_section_of_highlights(folder: Path, compose: Compose) -> None:  # noqa: F811
    path = folder / "weekly.toml"
    path.write_text(path.read_text("utf-8").replace('[[sections]]\nkind = "highlights"\nlevel = 3\n', ""), "utf-8")
    with pytest.raises(NotesError, match=r"features: needs a section with kind = 'highlights' in weekly\.toml"):
        compose(FEATURE)
