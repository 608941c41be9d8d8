"""Read the lines that pull requests add to named files, with one further request for a week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from weekly.errors import SourceError
from weekly.gather.base import Reading, noted, without_addresses
from weekly.gather.github.client import GitHubClient
from weekly.gather.github.progress import message_of
from weekly.gather.github.queries import FileTexts, document
from weekly.gather.github.search import github_shapes
from weekly.model import Patch, Problem, PullRequest

FILES, LINES, CHARACTERS = 20, 500, 40_000
"""Files of one pull request, lines of one file, and characters of one pull request that are kept."""
FILES_AT_ONCE = 60
"""Files that the one request asks for, each with two or three texts."""
_COMPARED = 2_000
"""Lines of a changed part that are compared in order. Longer parts are compared as sets."""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a pull request whose texts are asked for."""

    pull: PullRequest
    additions: int
    texts: FileTexts


def with_patches(
    client: GitHubClient,
    readings: Sequence[Reading],
    merges: Mapping[str, Mapping[int, str]],
    patterns: Sequence[str],
) -> tuple[Reading, ...]:
    """Return the readings with the patches of the files that `patterns` name.

    `merges` has the commits by which pull requests were merged. Nothing is asked where no file matches.
    """
    wanted = [file for reading in readings for file in _files(reading, merges[reading.repo], patterns)]
    if not wanted:
        return tuple(readings)
    patches: dict[str, list[Patch]] = defaultdict(list)
    problems: dict[str, list[Problem]] = defaultdict(list)
    for file in wanted[FILES_AT_ONCE:]:
        problems[file.pull.repo].append(_unread(file, f"more than {FILES_AT_ONCE} files of interest changed"))
    wanted = wanted[:FILES_AT_ONCE]
    for file, patch in zip(wanted, _ask(client, wanted), strict=True):
        if isinstance(patch, str):
            problems[file.pull.repo].append(_unread(file, patch))
        elif patch is not None and _fits(patches[file.pull.ref], patch):
            patches[file.pull.ref].append(patch)
    return tuple(_patched(reading, patches, problems[reading.repo]) for reading in readings)


def _files(reading: Reading, merges: Mapping[int, str], patterns: Sequence[str]) -> Iterator[_File]:
    for pull in reading.pulls:
        for file in pull.files:
            is_wanted = file.additions and any(fnmatchcase(file.path, pattern) for pattern in patterns)
            if is_wanted and pull.number in merges:
                texts = FileTexts(
                    repo=reading.renamed_to or reading.repo,
                    commit=merges[pull.number],
                    path=file.path,
                    commits=len(pull.commits),
                )
                yield _File(pull=pull, additions=file.additions, texts=texts)


def _ask(client: GitHubClient, files: Sequence[_File]) -> list[Patch | str | None]:
    """Return each file's patch, or the reason why there is none."""
    query, variables = document([file.texts for file in files])
    try:
        reply = client.graphql(query, variables)
        with github_shapes(client.access.base):
            data, errors = reply.data.get("data") or {}, list(reply.data.get("errors") or ())
            reasons = {str((error.get("path") or ["n"])[0]): message_of(error) for error in errors}
            return [_patch(file, data.get(f"n{n}"), reasons, f"n{n}") for n, file in enumerate(files)]
    except SourceError as error:
        return [str(error) for _ in files]


def _patch(file: _File, value: Mapping[str, Any] | None, reasons: Mapping[str, str], alias: str) -> Patch | str | None:
    reason = reasons.get(alias) or reasons.get("n")
    after = value and value["after"]
    if not value or not after:
        return reason or "GitHub doesn't have the file as it was merged"
    befores = [value[name] for name in ("before", "rebased") if name in value]
    if any(text and (text["isTruncated"] or text["text"] is None) for text in (after, *befores)):
        return "the file is too large, or no text"
    added = [_added(before["text"] if before else "", after["text"]) for before in befores]
    # After a rebase, the last commit alone has less than the whole pull request.
    index = next((n for n, lines in enumerate(added) if len(lines) == file.additions), 0)
    lines = tuple(without_addresses(line) for line in added[index][:LINES])
    return Patch(path=file.texts.path, added=lines, is_new=befores[index] is None) if lines else None


def _added(before: str, after: str) -> list[str]:
    """Return the lines of a text that an older one lacks, in order."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(old), len(new)) > _COMPARED:
        known = Counter(old)
        known.subtract(new)
        missing = {line for line, count in known.items() if count < 0}
        return [line for line in new if line in missing]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if old else [("insert", 0, 0, 0, len(new))]
    return [line for kind, _, _, first, last in blocks if kind in ("insert", "replace") for line in new[first:last]]


def _fits(patches: Sequence[Patch], patch: Patch) -> bool:
    size = sum(len(line) for other in (*patches, patch) for line in other.added)
    return len(patches) < FILES and size <= CHARACTERS


def _patched(reading: Reading, patches: Mapping[str, Sequence[Patch]], problems: Sequence[Problem]) -> Reading:
    pulls = tuple(
        msgspec.structs.replace(pull, patches=tuple(patches[pull.ref])) if patches.get(pull.ref) else pull
        for pull in reading.pulls
    )
    return msgspec.structs.replace(reading, pulls=pulls, problems=(*reading.problems, *dict.fromkeys(problems)))


def _unread(file: _File, reason: str) -> Problem:
    return noted(file.pull.ref, f"{file.texts.path} is not read, and its title stands", hint=reason)
