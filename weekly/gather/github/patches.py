"""Read the lines that pull requests add to named files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase

import msgspec

from weekly.gather.base import PATCH_LINES, Reading, ReadOptions, fits, noted, without_addresses
from weekly.gather.github.queries import Answer, file_texts
from weekly.model import Patch, Problem, PullRequest

FILES_AT_ONCE = 60
"""Files that the one request asks for, each with two or three texts."""
_COMPARED = 2_000
"""Lines of a changed part that are compared in order. Longer parts are compared as sets."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a pull request whose texts are asked for, and the commit by which it was merged."""

    pull: PullRequest
    repo: str
    path: str
    additions: int
    merge: str

    def selection(self) -> str:
        """Return its part of the query."""
        return file_texts(self.repo, self.merge, self.path, commits=len(self.pull.commits))


def files_of(reading: Reading, merges: Mapping[int, str], options: ReadOptions) -> Iterator[File]:
    """Yield the files of a reading that the patterns name. `merges` has the commits by number."""
    repo = reading.renamed_to or reading.repo
    for pull in reading.pulls:
        for file in pull.files:
            is_wanted = file.additions and any(fnmatchcase(file.path, pattern) for pattern in options.patch_patterns)
            if is_wanted and pull.number in merges:
                yield File(pull=pull, repo=repo, path=file.path, additions=file.additions, merge=merges[pull.number])


def with_patches(readings: Sequence[Reading], files: Sequence[File], answers: Sequence[Answer]) -> tuple[Reading, ...]:
    """Return the readings with the patches that the answers give, and with what could not be read."""
    patches: dict[str, list[Patch]] = defaultdict(list)
    problems: dict[str, list[Problem]] = defaultdict(list)
    left = Answer(fault=f"more than {FILES_AT_ONCE} files of interest changed")
    for file, answer in zip(files, [*answers, *[left] * (len(files) - len(answers))], strict=True):
        patch = _patch(file, answer)
        if isinstance(patch, str):
            what = f"{file.path} is not read, and its title stands"
            problems[file.pull.repo].append(noted(file.pull.ref, what, hint=patch))
        elif patch is not None and fits(patches[file.pull.ref], patch):
            patches[file.pull.ref].append(patch)
    replace = msgspec.structs.replace
    return tuple(
        replace(
            reading,
            pulls=tuple(replace(pull, patches=tuple(patches.get(pull.ref, ()))) for pull in reading.pulls),
            problems=(*reading.problems, *dict.fromkeys(problems[reading.repo])),
        )
        for reading in readings
    )


def _patch(file: File, answer: Answer) -> Patch | str | None:
    """Return a file's patch, or the reason why there is none."""
    if not answer.value or not answer.value["after"]:
        return answer.reason("GitHub doesn't have the file as it was merged")
    befores = [answer.value[name] for name in ("before", "rebased") if name in answer.value]
    if any(text and (text["isTruncated"] or text["text"] is None) for text in (answer.value["after"], *befores)):
        return "the file is too large, or no text"
    added = [_added(before["text"] if before else "", answer.value["after"]["text"]) for before in befores]
    # After a rebase, the last commit alone has less than the whole pull request.
    index = next((n for n, lines in enumerate(added) if len(lines) == file.additions), 0)
    lines = tuple(without_addresses(line) for line in added[index][:PATCH_LINES])
    return Patch(path=file.path, added=lines, is_new=befores[index] is None) if lines else None


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
