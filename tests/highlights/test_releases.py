"""Names and kinds of releases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from weekly.highlights.releases import ReleaseKind, release_kind, release_title, releases_sentence, worth_naming
from weekly.model import Release, ReleaseLink


def release(tag: str, **fields: object) -> Release:
    return Release(tag=tag, published_at=datetime(2023, 3, 29, tzinfo=UTC), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("project", "tag", "title"),
    [
        ("LXD", "lxd-5.12", "LXD 5.12"),
        ("LXD", "5.12", "LXD 5.12"),
        ("LXC", "v6.0.6", "LXC 6.0.6"),
        ("Lib", "release-1.2", "Lib 1.2"),
        ("Lib", "release/1.2", "Lib 1.2"),
        ("Lib", "1.2.0-rc.1", "Lib 1.2.0-rc.1"),
        ("Lib", "api/v1.2.0", "Lib api 1.2.0"),
        ("My Lib", "my-lib-3", "My Lib 3"),
        ("Lib", "nightly", "Lib nightly"),
        ("Lib", "REL_15_2", "Lib 15_2"),
        ("Lib", "lib-cli-v1.2.0", "lib-cli 1.2.0"),
        ("Lib", "@lib/cli@1.2.0", "lib/cli 1.2.0"),
    ],
)
def test_a_release_is_named_by_project_and_version(project: str, tag: str, title: str) -> None:
    assert release_title(project, release(tag)) == title


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (release("v1.2.0"), ReleaseKind.FEATURE),
        (release("lxd-5.12"), ReleaseKind.FEATURE),
        (release("lxc-6.0.6"), ReleaseKind.BUGFIX),
        (release("v1.2.3", is_prerelease=True), ReleaseKind.PRERELEASE),
        (release("lxd-5.0.0"), ReleaseKind.LONG_TERM),
        (release("lxd-5.0"), ReleaseKind.LONG_TERM),
        (release("lxd-5.0.4"), ReleaseKind.BUGFIX),
        (release("v22.4", name="Release 22.4 LTS"), ReleaseKind.LONG_TERM),
        (release("lake-2.576.1", is_security=True), ReleaseKind.SECURITY),
        (release("v3.1", name="Lake 3.1 security release"), ReleaseKind.SECURITY),
        (release("nightly"), ReleaseKind.FEATURE),
        (release("v0.4.3"), ReleaseKind.FEATURE),
        (release("alpha-20250813"), ReleaseKind.PRERELEASE),
        (release("v1.2.3-rc4"), ReleaseKind.PRERELEASE),
        (release("2022-03-21"), ReleaseKind.FEATURE),
    ],
)
def test_the_kind_follows_the_version(found: Release, kind: ReleaseKind) -> None:
    assert release_kind(found, ("5.0",)) is kind


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        (["1.2.0-rc.1", "1.2.0"], ["1.2.0"]),
        (["1.2-rc2", "1.2.0"], ["1.2.0"]),
        (["1.2.0rc1", "1.1.9"], ["1.2.0rc1", "1.1.9"]),
        (["lib-2.0.0-beta.3", "lib-2.0.0", "cli-2.0.1-beta.1"], ["lib-2.0.0", "cli-2.0.1-beta.1"]),
        (["pre-release-0.39", "v0.39.0"], ["v0.39.0"]),
        (["1.9.3.dev20220529", "1.10.0", "nightly", "v3-canary.4"], ["1.10.0"]),
        (["prototype-lake-order-00", "v1.14.0", "lake-changelog-1.10.14"], ["v1.14.0"]),
        (["delta-1.0", "betamax-2.0"], ["delta-1.0", "betamax-2.0"]),
    ],
)
def test_nightly_builds_and_outdated_pre_releases_are_not_named(tags: list[str], named: list[str]) -> None:
    assert [one.tag for one in worth_naming([release(tag) for tag in tags])] == named


def test_the_main_package_comes_first() -> None:
    links = [
        ReleaseLink(title=title, url="", day=datetime(2023, 3, 29, tzinfo=UTC).date())
        for title in ("lake-cli 1.5", "lake-api 1.2", "Lake 2.10", "Lake 2.9", "Lake py 0.1")
    ]
    sentence = releases_sentence([("Lake", link) for link in links])
    assert sentence == "This week saw the releases of Lake 2.9 and 2.10, lake-cli 1.5, lake-api 1.2, and Lake py 0.1."


def test_many_packages_follow_from_the_release_of_the_project() -> None:
    links = [
        ReleaseLink(title=title, url="", day=datetime(2023, 3, 29, tzinfo=UTC).date())
        for title in ("Lake 2.0", "lake-a 1.0", "lake-b 1.0", "lake-c 1.0", "lake-d 1.0")
    ]
    assert releases_sentence([("Lake", link) for link in links]) == "This week saw the release of Lake 2.0."
