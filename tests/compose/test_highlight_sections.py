"""Sections that join projects, or show some projects and kinds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compose.test_post import CONFIG, activity, placed, pull, snapshot
from weekly.errors import ConfigError
from weekly.model import Post
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.render.post import to_markdown

Compose = Callable[..., Post]
FIXES = '[[sections]]\nkind = "highlights"\nheading = "Bug Fixes"\nlists = [{ kind = "bugfix" }]\n'
NEWS = '[[sections]]\nkind = "highlights"\nheading = "News"\nlists = [{ kind = "improvement" }]\n'


@pytest.fixture
def compose(tmp_path: Path) -> Compose:
    repos = (
        activity(pull(1, "Add a dark theme"), pull(2, "Fix a crash on start")),
        activity(
            pull(3, "Add support for widgets", repo="octo/tools"),
            pull(4, "Fix a panic on exit", repo="octo/tools"),
            repo="octo/tools",
        ),
    )

    def composed(*sections: str, notes: str = "") -> Post:
        config = CONFIG.replace('"octo/tools"\nname = "Hello"', '"octo/tools"\nname = "Tools"').replace("most = 1", "")
        config = config.replace('name = "Octo"', 'name = "Hello"')
        config = config.replace('[[sections]]\nkind = "highlights"\nlevel = 3\n', "".join(sections))
        (tmp_path / "weekly.toml").write_text(config, "utf-8")
        (tmp_path / "weeks").mkdir(exist_ok=True)
        (tmp_path / "weeks" / "2023-03-27.toml").write_text(notes, "utf-8")
        return post_of(snapshot(*repos), Project.at(tmp_path))

    return composed


def part(post: Post) -> str:
    """The post between the introduction and the jobs."""
    return to_markdown(post).partition("# Jobs")[0].split("\n\n", 3)[3].strip()


def test_a_heading_joins_all_projects(compose: Compose) -> None:
    """Features come first, once. Prose of a project stands with the improvements."""
    notes = """
        [[features]]
        heading = "Sprint"
        text = "We met."
        [projects.Tools]
        text = "Widgets at last."
        [[sections]]
        heading = "Demo"
        text = "On Friday."
        after = "Bug Fixes"
    """
    assert part(compose(NEWS, FIXES)) == (
        "## News\n\n- Added a dark theme.\n- Added support for widgets. (Tools)\n\n"
        "## Bug Fixes\n\n- Fixed a crash on start.\n- Fixed a panic on exit. (Tools)"
    )
    assert part(compose(NEWS, FIXES, notes=notes)) == (
        "## Sprint\n\nWe met.\n\n## News\n\nWidgets at last.\n\n- Added a dark theme.\n\n"
        "## Bug Fixes\n\n- Fixed a crash on start.\n\n# Demo\n\nOn Friday."
    )


def test_a_section_shows_the_projects_that_no_other_names(compose: Compose) -> None:
    lists = '[{ kind = "bugfix", title = "Fixed:" }, { kind = "improvement", title = "New:" }]'
    tools = f'[[sections]]\nkind = "highlights"\nprojects = ["Tools"]\nlists = {lists}\n'
    assert part(compose(FIXES, tools)) == (
        "## Bug Fixes\n\n- Fixed a crash on start.\n\n"
        "## Tools\n\nFixed:\n\n- Fixed a panic on exit.\n\nNew:\n\n- Added support for widgets."
    )


def test_each_highlight_has_the_place_where_it_is_or_the_reason_why_not(compose: Compose) -> None:
    of = placed(compose(FIXES))
    assert of["octo/hello#2"].places == ("Bug Fixes", "Upstream changes: Hello")
    assert of["octo/hello#1"].places == ("Upstream changes: Hello",)
    assert of["octo/hello#1"].remarks == (
        "no section of weekly.toml shows highlights of kind improvement of its project",
    )


@pytest.mark.parametrize(
    ("sections", "error"),
    [
        ((FIXES, FIXES), "two show each bugfix of Hello"),
        ((NEWS, '[[sections]]\nkind = "highlights"\n'), "two show each improvement of Hello"),
        ((FIXES + 'projects = ["Tool"]\n',), "there is no project 'Tool'; did you mean 'Tools'?"),
        ((FIXES.replace("bugfix", "bugs"),), "'bugs' is not permitted; did you mean 'bugfix'?"),
    ],
)
def test_a_wrong_section_is_an_error(compose: Compose, sections: tuple[str, ...], error: str) -> None:
    with pytest.raises(ConfigError) as raised:
        compose(*sections)
    assert error in str(raised.value)
