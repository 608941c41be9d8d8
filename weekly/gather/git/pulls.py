"""Turn a landing and what it brought into a pull request's record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from weekly.gather.base import BODY_LIMIT, COMMIT_LIMIT, COMMITS, FILES, clean, coauthors, line
from weekly.gather.git import merge_message
from weekly.gather.git.command import Git, rows
from weekly.gather.git.details import BranchCommits, CommitRecord
from weekly.gather.git.history import Landing
from weekly.model import Commit, FileChange, Patch, Person, PullRequest
from weekly.model.github_urls import pull_url
from weekly.text.patterns import lazy_pattern

LACKS = ("association", "body", "closes", "created_at", "labels")
"""Fields that a clone doesn't have. Some projects have the description written into the merge."""

_NOREPLY = lazy_pattern(r"(?:\d+\+)?([A-Za-z0-9_-]+(?:\[bot\])?)@users\.noreply\.github\.com", re.ASCII)
_BOT_BRANCHES = {"dependabot/": "dependabot", "renovate/": "renovate", "pre-commit-ci-": "pre-commit-ci"}
_LEAST, _SHARE = 2, 2 / 3
"""The number and the share of cases in which an author must have had a login."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that git has about landings: commits by SHA, and more by number.

    `logins` are by address or name, `names` of co-authors by contact.
    """

    commits: Mapping[str, CommitRecord]
    branches: Mapping[int, BranchCommits]
    files: Mapping[int, tuple[FileChange, ...]]
    patches: Mapping[int, tuple[Patch, ...]]
    logins: Mapping[str, str]
    names: Mapping[str, str]


def pull(repo: str, site: str, landing: Landing, evidence: Evidence) -> PullRequest:
    """Return the record of a pull request. `site` is the address of GitHub's pages."""
    commit, logins = evidence.commits[landing.sha], evidence.logins
    branched = evidence.branches.get(landing.number, ())
    branch = (branched or ())[:COMMITS]
    parts = (part for part in merge_message.read(commit.message, repo=repo) if part.number == landing.number)
    message = next(parts, merge_message.Message(number=landing.number, title=""))
    commits = tuple(_commit(record.message) for record in branch)
    if not landing.is_merge:
        commits = (Commit(subject=line(message.title), body=clean(message.text)[:COMMIT_LIMIT]),)
    own = [record for record in branch if " " not in record.parents] if landing.is_merge else [commit]
    body, files = clean(message.text) if landing.is_merge else "", evidence.files.get(landing.number, ())
    too_long = {
        "files": len(files) > FILES,
        "commits": branched is None or len(branched) > COMMITS,
        "body": len(body) > BODY_LIMIT,
    }
    return PullRequest(
        repo=repo,
        number=landing.number,
        title=line(message.title) or _untitled(message, commits),
        url=pull_url(site, repo, landing.number),
        author=_author(repo, message, own, logins),
        merged_at=landing.merged_at,
        merged_by=_person(commit, logins) if landing.is_merge else None,
        base=landing.branch,
        head=line(message.head) or None,
        body=body[:BODY_LIMIT],
        files=files[:FILES],
        patches=evidence.patches.get(landing.number, ()),
        commits=commits,
        coauthors=coauthors(message.text, *(record.message for record in branch), names=evidence.names),
        cut=tuple(name for name, is_cut in too_long.items() if is_cut),
    )


def _commit(text: str) -> Commit:
    subject, _, body = text.partition("\n")
    return Commit(subject=line(subject), body=clean(body)[:COMMIT_LIMIT])


def _untitled(message: merge_message.Message, commits: Sequence[Commit]) -> str:
    """Return GitHub's default title, from the only commit's subject or else the branch's name."""
    only = commits[0].subject if len(commits) == 1 else ""
    return only or line(message.head) or f"Pull request {message.number}"


def _author(
    repo: str, message: merge_message.Message, own: Sequence[CommitRecord], logins: Mapping[str, str]
) -> Person:
    """Return the owner of the fork, or who wrote the first commit of a branch in the repository itself."""
    for prefix, bot in _BOT_BRANCHES.items():
        if message.head and message.head.startswith(prefix):
            return Person(login=bot, is_bot=True)
    if message.owner and message.owner.casefold() != repo.partition("/")[0].casefold():
        return Person.of_login(message.owner)
    return _person(own[0], logins) if own else Person.of_login(message.owner or None)


def _person(commit: CommitRecord, logins: Mapping[str, str]) -> Person:
    """Return a commit's author by the login that GitHub's own address holds or that was learned, else by name."""
    name = line(commit.author)
    noreply = _NOREPLY.fullmatch(commit.own_address) or _NOREPLY.fullmatch(commit.address)
    if noreply or name.endswith("[bot]"):
        person = Person.of_login(noreply[1] if noreply else name)
        return person if person.is_bot else Person(login=person.login, name=name)
    keys = (commit.own_address, commit.address, commit.author)
    login = next((logins[key.casefold()] for key in keys if key.casefold() in logins), "")
    return Person(login=login or name or "ghost", name=name)


def learn_logins(git: Git, landings: Sequence[Landing], *, account: str) -> Mapping[str, str]:
    """Return logins by addresses and names, in lower case.

    Branches in the repository's own `account` say nothing about their authors.
    """
    owners = {
        landing.parents[1]: landing.owner
        for landing in landings
        if len(landing.parents) == 2 and landing.owner and landing.owner.casefold() != account.casefold()
    }
    if not owners:
        return {}
    options = ("-z", "--no-show-signature", "--encoding=UTF-8", "--no-walk=unsorted", "--stdin")
    votes: dict[str, Counter[str]] = {}
    fields = git.fields("log", *options, "--format=%H%x00%aN%x00%aE%x00%an%x00%ae", stdin=owners)
    for sha, *keys in rows(fields, 5):
        for key in dict.fromkeys(key.casefold() for key in keys):
            votes.setdefault(key, Counter())[owners[sha]] += 1
    return {key: login for key, counted in votes.items() if (login := _winner(counted))}


def _winner(counted: Counter[str]) -> str:
    login, votes = min(counted.items(), key=lambda item: (-item[1], item[0]))
    return login if votes >= _LEAST and votes >= _SHARE * counted.total() else ""
