"""Read the lines that pull requests add to named files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from weekly.gather.base import Reading, noted, without_addresses
from weekly.gather.github.queries import FileTexts
from weekly.model import Patch, Problem, PullRequest

FILES, LINES, CHARACTERS = 20, 500, 40_000
"""Files of one pull request, lines of one file, and characters of one pull request that are kept."""
FILES_AT_ONCE = 60
"""Files that the one request asks for, each with two or three texts."""
_COMPARED = 2_000
"""Lines of a changed part that are compared in order. Longer parts are compared as sets."""


class FurtherAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a part of the further request, or the reason why there is none."""

    value: Mapping[str, Any] | None = None
    reason: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a pull request whose texts are asked for."""

    pull: PullRequest
    additions: int
    texts: FileTexts


class PatchReader:
    """Finds the files to ask for in readings, and puts their patches into these.

    `merges` has the commits by which pull requests were merged, by repository and number.
    """

    def __init__(
        self, readings: Sequence[Reading], merges: Mapping[str, Mapping[int, str]], patterns: Sequence[str]
    ) -> None:
        files = [file for reading in readings for file in _files(reading, merges[reading.repo], patterns)]
        self._files, self._left = files[:FILES_AT_ONCE], files[FILES_AT_ONCE:]

    @property
    def needs(self) -> list[FileTexts]:
        """Return what to request, nothing where no file matches."""
        return [file.texts for file in self._files]

    def apply(self, readings: Sequence[Reading], answers: Sequence[FurtherAnswer]) -> tuple[Reading, ...]:
        """Return the readings with the patches that the answers give, and with what could not be read."""
        patches: dict[str, list[Patch]] = defaultdict(list)
        problems: dict[str, list[Problem]] = defaultdict(list)
        for file in self._left:
            problems[file.pull.repo].append(_unread(file, f"more than {FILES_AT_ONCE} files of interest changed"))
        for file, answer in zip(self._files, answers, strict=True):
            patch = _patch(file, answer)
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


def _patch(file: _File, answer: FurtherAnswer) -> Patch | str | None:
    """Return a file's patch, or the reason why there is none."""
    if not answer.value or not answer.value["after"]:
        return answer.reason or "GitHub doesn't have the file as it was merged"
    befores = [answer.value[name] for name in ("before", "rebased") if name in answer.value]
    if any(text and (text["isTruncated"] or text["text"] is None) for text in (answer.value["after"], *befores)):
        return "the file is too large, or no text"
    added = [_added(before["text"] if before else "", answer.value["after"]["text"]) for before in befores]
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
