"""The library: its stages alone and together, without a command."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT, Weekly
from tests.support.server import Server
from weekly import api


def pull(title: str, *labels: str) -> api.PullRequest:
    return api.PullRequest(
        repo="a/b",
        number=1,
        title=title,
        url="https://github.com/a/b/pull/1",
        author=api.Person(login="somebody"),
        merged_at=datetime(2023, 3, 28, tzinfo=UTC),
        labels=labels,
    )


def test_every_name_of_the_interface_exists_and_is_documented() -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    assert api.__all__ == sorted(api.__all__)
    for name in api.__all__:
        assert hasattr(api, name)
        if callable(function := getattr(api, name)) and name.islower():
            (shown,) = re.findall(rf"^\| `{name}\((.*?)\)` \|", page, re.MULTILINE)
            parameters = inspect.signature(function).parameters.values()
            names = [one.name for one in parameters]
            kinds = [one.kind for one in parameters]
            if inspect.Parameter.KEYWORD_ONLY in kinds:
                names.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
            assert [part.partition("=")[0] for part in shown.split(", ")] == names, name
    assert (ROOT / "weekly" / "py.typed").exists()


@pytest.mark.parametrize(
    ("title", "labels", "kind"),
    [
        ("Fix a crash when the pool is full", (), "bugfix"),
        ("Add a command for snapshots", (), "improvement"),
        ("Whatever", ("kind/bug",), "bugfix"),
        ("build(deps): bump x from 1 to 2", (), "dependencies"),
    ],
)
def test_the_classifier_works_alone(title: str, labels: tuple[str, ...], kind: str) -> None:
    assert api.classify(pull(title, *labels)).kind == kind


def test_the_classifier_takes_rules_of_ones_own() -> None:
    assert api.classify(pull("Add a command"), api.KindRules(bots=("somebody",))).rule == "bot"


def test_a_week_is_gathered_by_any_of_its_days(github: Server) -> None:
    environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    snapshot = api.gather(["lxc/distrobuilder"], date(2023, 3, 29), environment=environment)
    assert [one.number for one in snapshot.pulls] == [710]
    assert snapshot.source is api.Source.GRAPHQL
    assert snapshot.problems == ()


def test_a_repository_that_is_not_found_is_a_problem_of_the_snapshot(github: Server) -> None:
    environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    snapshot = api.gather(["lxc/nothing"], date(2023, 3, 29), environment=environment)
    assert snapshot.pulls == ()
    assert [problem.severity for problem in snapshot.problems] == [api.Severity.BLOCKS]


def test_an_archived_week_becomes_the_same_post_as_on_the_command_line(archived: Weekly) -> None:
    project = api.load_project(archived.folder)
    snapshot = api.load_snapshot(project, date(2023, 3, 31))
    assert snapshot is not None
    post = api.compose(snapshot, project)
    forms: tuple[api.Form, ...] = ("md", "html", "json")
    for form in forms:
        assert api.render(post, project, form=form) == archived("render", "--week", "2023-03-27", "--format", form).out
    fragment = archived("render", "--week", "2023-03-27", "--format", "html", "--fragment").out
    assert api.render(post, project, form="fragment") == fragment


def test_a_week_that_is_not_archived_is_none(archived: Weekly) -> None:
    assert api.load_snapshot(api.load_project(archived.folder), date(2020, 1, 1)) is None


def test_a_folder_without_a_configuration_raises(tmp_path: Path) -> None:
    with pytest.raises(api.ConfigError):
        api.load_project(tmp_path)
