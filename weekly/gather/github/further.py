"""Send a week's one further request, for texts of named files and earlier merges of authors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from weekly.errors import SourceError
from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.github import patches
from weekly.gather.github.client import GitHubClient
from weekly.gather.github.queries import Answer, ask, earlier_pulls
from weekly.gather.github.search import github_shapes
from weekly.model import PullRequest

MOST_AUTHORS = 40
"""Authors in one request: each takes a search."""
FIRST, LATER = "FIRST_TIME_CONTRIBUTOR", "CONTRIBUTOR"
_KNOWN = frozenset({"MEMBER", "OWNER", "COLLABORATOR"})

Authors = Mapping[tuple[str, str], Sequence[PullRequest]]
"""The pull requests of authors by repository and login."""


def complete(
    client: GitHubClient,
    readings: Sequence[Reading],
    merges: Mapping[str, Mapping[int, str]],
    span: Span,
    options: ReadOptions,
) -> tuple[Reading, ...]:
    """Return the readings with what the further request gives. It isn't sent where there is nothing to ask.

    `merges` has the commits by which pull requests were merged, by repository and number.
    """
    files = [file for reading in readings for file in patches.files_of(reading, merges[reading.repo], options)]
    authors = _authors(readings) if options.counts_newcomers else {}
    texts = [file.selection() for file in files[: patches.FILES_AT_ONCE]]
    selections = [*texts, *(earlier_pulls(repo, login, span.end) for repo, login in authors)]
    if not selections:
        return tuple(readings)
    try:
        answers = ask(client, selections)
        with github_shapes(client.access.base):
            patched = patches.with_patches(readings, files, answers[: len(texts)])
            return _with_newcomers(patched, authors, answers[len(texts) :])
    except SourceError as error:
        return patches.with_patches(readings, files, [Answer(fault=str(error)) for _ in texts])


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
    replace = msgspec.structs.replace
    return tuple(
        replace(
            reading,
            pulls=tuple(
                replace(pull, association=associations.get(pull.ref, pull.association)) for pull in reading.pulls
            ),
        )
        for reading in readings
    )
