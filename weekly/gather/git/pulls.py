"""Turn a landing and what it brought into a pull request's record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from weekly.gather.base import BODY_LIMIT, COMMIT_LIMIT, clean, coauthors, line
from weekly.gather.git import merge_message
from weekly.gather.git.details import BranchCommits, CommitRecord
from weekly.gather.git.history import Landing
from weekly.model import Commit, FileChange, Patch, Person, PullRequest
from weekly.model.github_urls import pull_url

LACKS = ("association", "body", "closes", "created_at", "labels")
"""Fields that a clone doesn't have. Some projects have the description written into the merge."""

_NOREPLY = re.compile(r"(?:\d+\+)?([A-Za-z0-9_-]+(?:\[bot\])?)@users\.noreply\.github\.com", re.ASCII)
_BOT_BRANCHES = {"dependabot/": "dependabot", "renovate/": "renovate", "pre-commit-ci-": "pre-commit-ci"}


class People(msgspec.Struct, frozen=True, kw_only=True):
    """A clone's logins by address or name, and names of co-authors by contact."""

    logins: Mapping[str, str]
    names: Mapping[str, str] = {}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that git has about one landing."""

    landing: Landing
    commit: CommitRecord
    branch: BranchCommits
    files: Sequence[FileChange] = ()
    patches: tuple[Patch, ...] = ()
    cut: Sequence[str] = ()


def pull(repo: str, site: str, evidence: Evidence, people: People) -> PullRequest:
    """Return the record of a pull request. `site` is the address of GitHub's pages."""
    landing, commit, branch = evidence.landing, evidence.commit, evidence.branch
    message = _message(landing, commit, repo)
    commits = tuple(_commit(record.message) for record in branch.commits)
    if not landing.is_merge:
        commits = (Commit(subject=line(message.title), body=clean(message.text)[:COMMIT_LIMIT]),)
    own = [record for record in branch.commits if not record.is_merge] if landing.is_merge else [commit]
    body = clean(message.text) if landing.is_merge else ""
    too_long = {"commits": branch.is_cut, "body": len(body) > BODY_LIMIT}
    return PullRequest(
        repo=repo,
        number=landing.number,
        title=line(message.title) or _untitled(message, commits),
        url=pull_url(site, repo, landing.number),
        author=_author(repo, message, own, people.logins),
        merged_at=landing.merged_at,
        merged_by=_person(commit, people.logins) if landing.is_merge else None,
        base=landing.branch,
        head=line(message.head) or None,
        body=body[:BODY_LIMIT],
        files=tuple(evidence.files),
        patches=evidence.patches,
        commits=commits,
        coauthors=coauthors(message.text, *(record.message for record in branch.commits), names=people.names),
        cut=(*evidence.cut, *(name for name, is_cut in too_long.items() if is_cut)),
    )


def _message(landing: Landing, commit: CommitRecord, repo: str) -> merge_message.Message:
    parts = merge_message.read(commit.message, repo=repo)
    own = (part for part in parts if part.number == landing.number)
    return next(own, merge_message.Message(number=landing.number, title=""))


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
