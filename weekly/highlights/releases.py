"""Name releases, and tell what kind each is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from weekly.model import Release, ReleaseLink
from weekly.text import english
from weekly.text.markdown import harmless, shortened
from weekly.text.patterns import lazy_pattern
from weekly.text.versions import VERSION, is_prerelease

LONGEST_TAG = 80
"""Characters after which a tag is cut."""

_DATE = lazy_pattern(r"20\d\d\.\d\d\.\d\d")
_WORDS = lazy_pattern(r"[^A-Za-z0-9]+")
_COMMON_PREFIXES = frozenset({"", "v", "r", "rel", "release", "releases", "version", "tag"})


class ReleaseKind(StrEnum):
    """The kinds of releases that readers care about."""

    PRERELEASE = "pre-release"
    SECURITY = "security release"
    LONG_TERM = "LTS release"
    BUGFIX = "bug fix release"
    FEATURE = "release"


# Builds that a job makes by itself, prototypes, and tags of a changelog alone.
_NIGHTLY = lazy_pattern(
    r"(?:^|[^a-z])(?:canary|changelog|nightly|prototype|snapshot)(?:[^a-z]|$)|[.-](?:dev|nightly)[.-]?\d{6,}",
    re.IGNORECASE,
)
_PRERELEASE_NAME = lazy_pattern(r"(?:^|[^a-z])(?:alpha|beta|rc)(?:[^a-z]|$)", re.IGNORECASE)


def worth_naming(releases: Sequence[Release]) -> list[Release]:
    """Return releases without nightly builds, and without pre-releases of a version that is out as well."""
    final = {_series(one.tag) for one in releases if not (one.is_prerelease or is_prerelease(one.tag))}
    return [
        one
        for one in releases
        if not _NIGHTLY.search(one.tag)
        and not ((one.is_prerelease or is_prerelease(one.tag)) and _series(one.tag) in final)
    ]


def _series(tag: str) -> str:
    """Return the version of a tag without the mark of a pre-release, and without zeros at its end."""
    match = VERSION.search(tag)
    return re.sub(r"(?:\.0)+$", "", match[1].replace("_", ".")) if match else tag


def release_title(project: str, release: Release) -> str:
    """Return a release's name for readers, as "LXD 5.12" for the tag lxd-5.12."""
    tag = shortened(harmless(release.tag.removeprefix("@").replace("@", "-")), LONGEST_TAG)
    match = VERSION.search(tag)
    if match is None:
        return f"{project} {tag}"
    version = f"{match[1]}{match[2]}"
    prefix = tag[: match.start(1)].rstrip("vrV").rstrip("-_/.")
    if _plain(prefix) in _COMMON_PREFIXES | {_plain(project)}:
        return f"{project} {version}"
    is_own = _plain(prefix).startswith(_plain(project))  # "tauri-bundler" of Tauri
    return f"{prefix} {version}" if is_own else f"{project} {prefix} {version}"


def release_kind(release: Release, long_term: Sequence[str] = ()) -> ReleaseKind:
    """Return a release's kind. `long_term` has the versions or series with long-term support, as "5.0"."""
    if release.is_prerelease or _PRERELEASE_NAME.search(release.tag):
        return ReleaseKind.PRERELEASE
    if release.is_security or re.search(r"\bsecurity (?:release|update|fix)", release.name, re.IGNORECASE):
        return ReleaseKind.SECURITY
    match = VERSION.search(release.tag)
    version = re.sub("[_-]", ".", match[1]) if match else ""
    parts = version.split(".")
    if _DATE.fullmatch(version):
        return ReleaseKind.FEATURE
    if len(parts) > 2 and parts[-1].strip("0") and parts[0].strip("0"):  # "0.3.3" may bring anything
        return ReleaseKind.BUGFIX
    is_long_term = any(version == series or version.startswith(f"{series}.") for series in long_term)
    if is_long_term or re.search(r"\bLTS\b", release.name):
        return ReleaseKind.LONG_TERM
    return ReleaseKind.FEATURE


def _plain(name: str) -> str:
    return _WORDS.sub("", name).lower()


MOST_PACKAGES = 3
"""Releases of packages that a sentence names next to that of the project."""
MOST_NAMED = 8
"""Releases of one kind that a sentence names."""


def releases_sentence(releases: Sequence[tuple[str, ReleaseLink]], noun: str = "week") -> str:
    """Return a sentence on the releases of projects, given by the project's name, empty where there is none."""
    features = _named([(project, link) for project, link in releases if not link.remark])
    parts = [f"the release{'s' * (features[0] > 1)} of {features[1]}"] if features[0] else []
    for kind in (ReleaseKind.SECURITY, ReleaseKind.LONG_TERM, ReleaseKind.BUGFIX, ReleaseKind.PRERELEASE):
        count, names = _named([(project, link) for project, link in releases if link.remark == kind.value])
        if count:
            parts.append(f"the {kind.value}{'s' * (count > 1)} {names}")
    if not parts:
        return ""
    if features[0]:
        parts = [parts[0], *(f"of {part}" for part in parts[1:])]
    return f"This {noun} saw {parts[0] if len(parts) == 1 else ', '.join(parts[:-1]) + ', and ' + parts[-1]}."


def _named(releases: Sequence[tuple[str, ReleaseLink]]) -> tuple[int, str]:
    """Return the number and names of releases by project, as "LXC 4.0.7 and 4.0.8, and LXCFS 4.0.8"."""
    titles = list(dict.fromkeys((project, link.title) for project, link in releases))
    titles.sort(key=lambda title: (not _is_main(*title), _order(title[1]) if _is_main(*title) else []))
    main = [title for title in titles if _is_main(*title)]
    if main and len(titles) - len(main) > MOST_PACKAGES:
        titles = main  # the others follow from it
    by_name: dict[str, list[str]] = {}
    for project, title in titles[:MOST_NAMED]:
        name = title.rpartition(" ")[0] or project
        by_name.setdefault(name, []).append(title.removeprefix(f"{name} "))
    names = [f"{name} {english.listed(numbers)}" for name, numbers in by_name.items()]
    names += [f"{len(titles) - MOST_NAMED} more"] if len(titles) > MOST_NAMED else []
    if len(names) > 1 and any(" and " in name for name in names):
        return len(titles), f"{', '.join(names[:-1])}, and {names[-1]}"
    return len(titles), english.listed(names)


def _is_main(project: str, title: str) -> bool:
    """Return whether a release is of the project itself, and not of one of its packages."""
    return title.startswith(f"{project} ") and " " not in title.removeprefix(f"{project} ")


def _order(title: str) -> list[tuple[int, str]]:
    """Return the parts of a title by which 1.9 comes before 1.10."""
    return [(int(number), word) if number else (-1, word) for number, word in re.findall(r"(\d+)|([^\d.]+)", title)]
