"""Send a week's one further request, for texts of named files and earlier merges of authors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from weekly.errors import SourceError
from weekly.gather.base import PATCH_LINES, Reading, ReadOptions, Span, has_room_for, noted, unmoved, without_addresses
from weekly.gather.github.client import GitHubClient, github_shapes
from weekly.gather.github.queries import Answer, ask, earlier_pulls, file_texts
from weekly.model import Patch, Problem, PullRequest

MOST_AUTHORS = 40
"""Authors in one request: each takes a search."""
FIRST, LATER = "FIRST_TIME_CONTRIBUTOR", "CONTRIBUTOR"
_KNOWN = frozenset({"MEMBER", "OWNER", "COLLABORATOR"})

Authors = Mapping[tuple[str, str], Sequence[PullRequest]]
"""The pull requests of authors by repository and login."""
FILES_AT_ONCE = 60
"""Files that the one request asks for, each with two or three texts."""
_COMPARED = 2_000
"""Lines of a changed part that are compared in order. Longer parts are compared as sets."""


def complete(
    client: GitHubClient, readings: Sequence[Reading], span: Span, options: ReadOptions
) -> tuple[Reading, ...]:
    """Return the readings with what the further request gives. It isn't sent where there is nothing to ask."""
    files = [file for reading in readings for file in files_of(reading, options)]
    authors = _authors(readings) if options.counts_newcomers else {}
    texts = [
        file_texts(file.repo, file.merge, file.path, commits=len(file.pull.commits)) for file in files[:FILES_AT_ONCE]
    ]
    selections = [*texts, *(earlier_pulls(repo, login, span.end) for repo, login in authors)]
    if not selections:
        return tuple(readings)
    try:
        answers = ask(client, selections)
        with github_shapes(client.access.base):
            patched = with_patches(readings, files, answers[: len(texts)])
            return _with_newcomers(patched, authors, answers[len(texts) :])
    except SourceError as error:
        return with_patches(readings, files, [Answer(fault=str(error)) for _ in texts])


def _authors(readings: Sequence[Reading]) -> Authors:
    """Return the authors who may be new. GitHub's own word, the association, changes with the merge."""
    authors: dict[tuple[str, str], list[PullRequest]] = defaultdict(list)
    for reading in readings:
        for pull in reading.pulls:
            is_person = not pull.author.is_bot and pull.author.login != "ghost"
            if is_person and pull.association not in _KNOWN and reading.outcome.is_answer:
                authors[reading.renamed_to or reading.repo, pull.author.login].append(pull)
    return dict(list(authors.items())[:MOST_AUTHORS])


def _with_newcomers(readings: Sequence[Reading], authors: Authors, answers: Sequence[Answer]) -> tuple[Reading, ...]:
    """Return the readings with each author's association as it was before the merge.

    An author that the search doesn't know, or who isn't new to all repositories of the week, is no newcomer.
    """
    totals = {
        author: answer.value["issueCount"]
        for author, answer in zip(authors, answers, strict=True)
        if answer.value and answer.value["issueCount"]
    }
    old = {login for (repo, login), total in totals.items() if total > len(authors[repo, login])}
    associations: dict[str, str] = {}
    for repo, login in totals:
        pulls = sorted(authors[repo, login], key=lambda pull: pull.merged_at)
        associations |= {pull.ref: LATER for pull in pulls}
        if login not in old:
            associations[pulls[0].ref] = FIRST
    return _with_field(readings, "association", associations)


def _with_field(readings: Sequence[Reading], field: str, values: Mapping[str, Any]) -> tuple[Reading, ...]:
    """Return the readings with a field's values for some pull requests, by their refs."""
    replace = msgspec.structs.replace
    changed = {ref: {field: value} for ref, value in values.items()}
    return tuple(
        replace(reading, pulls=tuple(replace(pull, **changed.get(pull.ref, {})) for pull in reading.pulls))
        for reading in readings
    )


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a pull request whose texts are asked for, and the commit by which it was merged."""

    pull: PullRequest
    repo: str
    path: str
    additions: int
    merge: str


def files_of(reading: Reading, options: ReadOptions) -> Iterator[File]:
    """Yield the files of a reading that the patterns name."""
    repo = reading.renamed_to or reading.repo
    for pull in reading.pulls:
        for file in pull.files:
            is_wanted = file.additions and any(fnmatchcase(file.path, pattern) for pattern in options.patch_patterns)
            if is_wanted and (merge := reading.merges.get(pull.number)):
                yield File(pull=pull, repo=repo, path=file.path, additions=file.additions, merge=merge)


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
        elif patch is not None and has_room_for(patches[file.pull.ref], patch):
            patches[file.pull.ref].append(patch)
    return tuple(
        msgspec.structs.replace(reading, problems=(*reading.problems, *dict.fromkeys(problems[reading.repo])))
        for reading in _with_field(readings, "patches", {ref: tuple(found) for ref, found in patches.items()})
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
    before = befores[index]
    own = unmoved(added[index], set(before["text"].splitlines()) if before else ())
    lines = tuple(without_addresses(line) for line in own[:PATCH_LINES])
    return Patch(path=file.path, added=lines, is_new=befores[index] is None) if lines else None


def _added(before: str, after: str) -> list[str]:
    """Return the lines of a text that an older one lacks, in order."""
    old, new = before.splitlines(), after.splitlines()
    for _ in range(2):  # what both begin with, then what both end with
        pairs = enumerate(zip(old, new, strict=False))
        start = next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))
        old, new = old[start:][::-1], new[start:][::-1]
    if max(len(old), len(new)) > _COMPARED:
        known = Counter(old)
        known.subtract(new)
        missing = {line for line, count in known.items() if count < 0}
        return [line for line in new if line in missing]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if old else [("insert", 0, 0, 0, len(new))]
    return [line for kind, _, _, first, last in blocks if kind in ("insert", "replace") for line in new[first:last]]
