"""Addresses are accepted where a repository or a pull request is meant."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Weekly
from weekly.config.project import RepoName
from weekly.model.reference import pull_of, repository_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://github.com/lxc/incus", "lxc/incus"),
        ("http://github.com/lxc/incus/", "lxc/incus"),
        ("https://github.com/lxc/incus.git", "lxc/incus"),
        ("https://github.com/lxc/incus/tree/main/doc?plain=1#top", "lxc/incus"),
        ("https://git.example.org:8443/lxc/incus/pulls", "lxc/incus"),
        ("https://user@github.com/lxc/incus", "lxc/incus"),
        ("git@github.com:lxc/incus.git", "lxc/incus"),
        ("ssh://git@github.com/lxc/incus.git", "lxc/incus"),
        ("github.com/lxc/incus", "lxc/incus"),
        ("www.github.com/lxc/incus", "lxc/incus"),
        ("lxc/incus", "lxc/incus"),
        ("https://github.com/lxc", "https://github.com/lxc"),
        ("lxc", "lxc"),
    ],
)
def test_a_repository_may_be_given_by_its_address(text: str, expected: str) -> None:
    assert repository_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://github.com/lxc/incus/pull/12", "lxc/incus#12"),
        ("https://github.com/lxc/incus/pull/12/files#diff-1", "lxc/incus#12"),
        ("https://github.com/lxc/incus/pull/12?diff=split", "lxc/incus#12"),
        ("https://github.com/lxc/incus/issues/12#issuecomment-3", "lxc/incus#12"),
        ("https://git.example.org/lxc/incus/-/merge_requests/12", "lxc/incus#12"),
        ("github.com/lxc/incus/pull/12", "lxc/incus#12"),
        ("lxc/incus/pull/12", "lxc/incus#12"),
        ("lxc/incus#12", "lxc/incus#12"),
        ("#12", "#12"),
        ("https://github.com/lxc/incus/releases/12", "https://github.com/lxc/incus/releases/12"),
    ],
)
def test_a_pull_request_may_be_given_by_its_address(text: str, expected: str) -> None:
    assert pull_of(text) == expected


@pytest.mark.parametrize("name", ["octocat_acme/site", "a-b/c.d", "a/.github", "https://github.com/a/b.git"])
def test_a_repository_name_is_accepted(name: str) -> None:
    assert RepoName(name) == repository_of(name)


@pytest.mark.parametrize("name", ["a", "a/b/c", "-a/b", "a/..", "a/.", "a b/c", "https://github.com/a", "a/b c"])
def test_a_name_that_github_does_not_allow_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a repository; write it as 'owner/name'"):
        RepoName(name)


def test_commands_and_notes_accept_a_pull_requests_address(archived: Weekly) -> None:
    address = "https://github.com/canonical/lxd/pull/11526"
    (archived.folder / "weeks").mkdir(exist_ok=True)
    notes = f'[[highlights]]\npulls = ["{address}/files"]\ntext = "Words of mine."\n'
    (archived.folder / "weeks" / "2023-03-27.toml").write_text(notes, encoding="utf-8")
    assert "- Words of mine." in archived("render", "--week", "2023-03-27").out
    rows = json.loads(archived("explain", "--week", "2023-03-27", address, "--format", "json").out)
    assert [row["ref"] for row in rows] == ["canonical/lxd#11526"]


def test_weekly_toml_accepts_a_repositorys_address(archived: Weekly) -> None:
    path = archived.folder / "weekly.toml"
    expected = archived("render", "--week", "2023-03-27").out
    text = path.read_text(encoding="utf-8").replace('"canonical/lxd"', '"https://github.com/canonical/lxd.git"', 1)
    path.write_text(text, encoding="utf-8")
    assert archived("render", "--week", "2023-03-27").out == expected
