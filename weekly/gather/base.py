"""Define what all sources share, such as the span, the reading and the cleaning of text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from weekly.model import Dropped, Patch, Problem, Release, RepoActivity, Severity
from weekly.text.english import numbered
from weekly.text.markdown import harmless, normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.versions import VERSION, is_prerelease

BODY_LIMIT = 20_000
"""Characters of a description that the archive keeps."""
COMMIT_LIMIT = BODY_LIMIT // 10
"""Characters of a commit's body that the archive keeps."""
FILES, COMMITS = 100, 50
"""Files and commits of a pull request that the archive keeps. `cut` names the field that has more."""
PATCH_FILES, PATCH_LINES, PATCH_CHARACTERS = 20, 500, 40_000
"""Files of one pull request, lines of one file, and characters of one pull request that are kept of its patches."""

MOST_NAMED = 3
"""Entries that a problem names."""

_TRAILER = lazy_pattern(
    r"^[A-Z][A-Za-z]+(?:-[A-Za-z]+)*-by: .*<[^<>]*>\s*$|^Signed-off-by:.*$", re.MULTILINE | re.IGNORECASE
)
_COAUTHOR = lazy_pattern(r"^Co-authored-by:(.*)<([^<>\n]*)>\s*$", re.MULTILINE | re.IGNORECASE)
_ADDRESS = lazy_pattern(r"<[^<>\s@]+@[^<>\s]+>")
MOST_RELEASES = 50
"""Releases of one repository in one span. Only the newest are kept."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open span of time in which pull requests were merged."""

    start: datetime
    end: datetime

    def halves(self) -> tuple[Span, ...]:
        """Return both halves, cut at a whole second, or nothing for a span of one second."""
        seconds = int((self.end - self.start).total_seconds())
        if seconds < 2:
            return ()
        middle = self.start + timedelta(seconds=seconds // 2)
        return Span(start=self.start, end=middle), Span(start=middle, end=self.end)

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


class Reading(RepoActivity, frozen=True, kw_only=True):
    """One repository's pull requests and releases in a span, and what is wrong with them.

    `unread` has the time of each commit of the main line that names no pull request, `merges` the commit that merged each
    pull request, by number, if known.
    """

    unread: tuple[datetime, ...] = ()
    merges: Mapping[int, str] = {}
    problems: tuple[Problem, ...] = ()


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Optional parts to read, if a source has them.

    `patch_patterns` name the files whose added lines are read. `counts_newcomers` looks for first contributions.
    """

    patch_patterns: tuple[str, ...] = ()
    counts_newcomers: bool = False


def unmoved(added: Sequence[str], before: Collection[str]) -> tuple[str, ...]:
    """Return added lines without the entries that stood elsewhere in the file before: people reorder changelogs."""
    return tuple(line for line in added if line not in before or not _ENTRY.match(line))


_ENTRY = re.compile(r"\s*[-*+]\s+\S|\s{2,}\S")
"""A line of a list's entry. Headings are alike in many places."""


def has_room_for(patches: Sequence[Patch], patch: Patch) -> bool:
    """Tell whether a pull request's patches leave room for another one."""
    size = sum(len(line) for other in (*patches, patch) for line in other.added)
    return len(patches) < PATCH_FILES and size <= PATCH_CHARACTERS


def blocked(repo: str, what: str, *, hint: str = "") -> Problem:
    """Return a problem that leaves a gap in the post."""
    return Problem(where=repo, what=what, severity=Severity.BLOCKS, hint=hint)


def noted(repo: str, what: str, *, hint: str = "") -> Problem:
    """Return a warning."""
    return Problem(where=repo, what=what, severity=Severity.NOTED, hint=hint)


def fault_of(source: str, error: Exception, *, is_required: bool = False) -> Problem:
    """Return the problem of a source that can't be read."""
    what = harmless(str(error)).removeprefix(f"{source}: ")
    severity = Severity.BLOCKS if is_required else Severity.NOTED
    return Problem(where=source, what=what, severity=severity, hint="gather with --refresh")


def clean(text: str | None) -> str:
    """Return foreign text as valid Unicode, without sign-offs and e-mail addresses."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ADDRESS.sub("", _TRAILER.sub("", plain)).strip()


def without_addresses(text: str) -> str:
    """Return a line of a foreign file without e-mail addresses, its indentation untouched."""
    return _ADDRESS.sub("", text.replace("\0", "").rstrip("\r"))


def line(text: str | None) -> str:
    """Return foreign text as a title or name, on one line, harmless and cut to a sensible length."""
    return normalise(clean(text))


def coauthors(*messages: str | None, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the names in the Co-authored-by lines, each once, in order. `names` renames contacts."""
    contacts = coauthor_contacts(*filter(None, messages))
    found = (line((names or {}).get(contact, contact.rpartition(" <")[0])) for contact in contacts)
    return tuple(dict.fromkeys(name for name in found if name))


def coauthor_contacts(*messages: str) -> tuple[str, ...]:
    """Return the Co-authored-by contacts as `name <address>`, each once."""
    return tuple(
        dict.fromkeys(
            f"{name.strip()} <{address}>" for message in messages for name, address in _COAUTHOR.findall(message)
        )
    )


def dropped_summary(dropped: Sequence[Dropped]) -> str:
    """Return what a source's faulty entries are, the first few by name, empty where there are none."""
    faults = [entry for entry in dropped if entry.reason.is_fault]
    if not faults:
        return ""
    named = "; ".join(str(entry) for entry in faults[:MOST_NAMED])
    more = f"; and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
    verb = "was" if len(faults) == 1 else "were"
    return f"{numbered(len(faults), 'entry', plural='entries')} {verb} left out: {named}{more}"


class Tag(NamedTuple):
    """A tag, its commit, and when it was made."""

    name: str
    commit: str
    at: datetime


def _repeats(tag: str, other: str) -> bool:
    """Return whether a tag says less than another of the same commit: `v3` than `v3.1`, `v0.50.1` than `v2.50.1`."""
    mine, theirs = _MAJOR.fullmatch(tag), _MAJOR.fullmatch(other)
    is_alias = mine and theirs and (mine[1], mine[3]) == (theirs[1], theirs[3]) and int(mine[2]) < int(theirs[2])
    return bool(is_alias) or other.startswith(f"{tag}.")


_MAJOR = lazy_pattern(r"(\D*)(\d{1,9})(\.\d+\..+)")


def releases_within(span: Span, releases: Iterable[Release], tags: Iterable[Tag], *, pages: str) -> tuple[Release, ...]:
    """Return the span's releases and the versions tagged without one, the oldest first.

    `pages` is the repository's address. What repeats a release of the same commit is left out: a module's tag, a moving
    `v3`, and `v0.50.1` next to `v2.50.1`, as Go's modules need it.
    """
    by_commit: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        if tag.at in span and VERSION.search(tag.name):
            by_commit[tag.commit].append(tag)
    found = [release for release in releases if release.published_at in span]
    for group in by_commit.values():
        names = [tag.name for tag in group if "/" not in tag.name] or [tag.name for tag in group]
        found += [
            Release(
                tag=line(tag.name),
                published_at=tag.at,
                url=f"{pages}/releases/tag/{quote(tag.name)}",
                is_prerelease=is_prerelease(tag.name),
            )
            for tag in group
            if tag.name in names and not any(_repeats(tag.name, other) for other in names)
        ]
    return tuple(sorted(found, key=lambda release: (release.published_at, release.tag))[-MOST_RELEASES:])
