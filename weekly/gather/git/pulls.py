"""A landing and what it brought as our record of a pull request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from weekly.gather.base import BODY_LIMIT, COMMIT_LIMIT, clean, coauthors, line
from weekly.gather.git import merge_message
from weekly.gather.git.details import Branched, Written
from weekly.gather.git.history import Landing
from weekly.model import Commit, FileChange, Person, PullRequest
from weekly.model.github_urls import pull_url

LACKS = ("association", "body", "closes", "created_at", "labels")
"""What a clone can't tell of a pull request; its description only where the project has it written into the merge."""

_NOREPLY = re.compile(r"(?:\d+\+)?([A-Za-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com", re.ASCII)
_BOT_BRANCHES = {"dependabot/": "dependabot", "renovate/": "renovate", "pre-commit-ci-": "pre-commit-ci"}


def pull(
    repo: str,
    site: str,
    landing: Landing,
    written: Written,
    branch: Branched,
    files: Sequence[FileChange],
    *,
    logins: Mapping[str, str],
    cut: Sequence[str] = (),
) -> PullRequest:
    """The record; `site` is where GitHub's pages are, `logins` go by address or name."""
    told = merge_message.read(written.message) or merge_message.Message(number=landing.number, title="")
    is_merge = len(landing.parents) > 1
    commits = tuple(_commit(one.message) for one in branch.commits)
    if not is_merge:
        commits = (Commit(subject=line(told.title), body=clean(told.text)[:COMMIT_LIMIT]),)
    own = [one for one in branch.commits if not one.is_merge] if is_merge else [written]
    body = clean(told.text) if is_merge else ""
    too_long = {"commits": branch.is_cut, "body": len(body) > BODY_LIMIT}
    return PullRequest(
        repo=repo,
        number=landing.number,
        title=line(told.title) or _untitled(told, commits),
        url=pull_url(site, repo, landing.number),
        author=_author(repo, told, own, logins),
        merged_at=landing.merged_at,
        merged_by=_person(written, logins) if is_merge else None,
        base=landing.branch,
        head=line(told.head) or None,
        body=body[:BODY_LIMIT],
        files=tuple(files),
        commits=commits,
        coauthors=coauthors(told.text, *(one.message for one in branch.commits)),
        cut=(*cut, *(name for name, is_cut in too_long.items() if is_cut)),
    )


def _commit(text: str) -> Commit:
    subject, _, body = text.partition("\n")
    return Commit(subject=line(subject), body=clean(body)[:COMMIT_LIMIT])


def _untitled(told: merge_message.Message, commits: Sequence[Commit]) -> str:
    """What GitHub itself proposes as a title: the only commit's, else the branch's name."""
    only = commits[0].subject if len(commits) == 1 else ""
    return only or line(told.head) or f"Pull request {told.number}"


def _author(repo: str, told: merge_message.Message, own: Sequence[Written], logins: Mapping[str, str]) -> Person:
    """Whose fork the branch was in; in the repository's own, who wrote its first commit."""
    for prefix, bot in _BOT_BRANCHES.items():
        if told.head and told.head.startswith(prefix):
            return Person(login=bot, is_bot=True)
    if told.owner and told.owner.casefold() != repo.partition("/")[0].casefold():
        return Person.of_login(told.owner)
    return _person(own[0], logins) if own else Person.of_login(told.owner or None)


def _person(written: Written, logins: Mapping[str, str]) -> Person:
    """By the login that GitHub's own address tells or that was learned, else by name."""
    name = line(written.author)
    found = _NOREPLY.fullmatch(written.address)
    if found or name.endswith("[bot]"):
        person = Person.of_login(found[1] if found else name)
        return person if person.is_bot else Person(login=person.login, name=name)
    login = logins.get(written.address.casefold()) or logins.get(written.author.casefold())
    return Person(login=login or name or "ghost", name=name)
