"""Make pull requests for the tests of the classifier."""

from __future__ import annotations

from datetime import UTC, datetime

from weekly.model import Commit, FileChange, Issue, Patch, Person, PullRequest


def pull(
    title: str = "Rework the parser",
    *,
    repo: str = "octo/hello",
    login: str = "octocat",
    is_bot: bool = False,
    labels: tuple[str, ...] = (),
    body: str = "",
    base: str | None = None,
    files: tuple[str, ...] = ("src/parser.go",),
    commits: tuple[Commit, ...] = (),
    closes: tuple[Issue, ...] = (),
    patches: tuple[Patch, ...] = (),
) -> PullRequest:
    """Return a pull request with the given fields."""
    return PullRequest(
        repo=repo, number=1, title=title, url=f"https://github.com/{repo}/pull/1", author=Person(login=login, is_bot=is_bot),
        merged_at=datetime(2023, 3, 28, tzinfo=UTC), labels=labels, body=body, base=base, commits=commits, closes=closes,
        files=tuple(FileChange(path=path, additions=3, deletions=1) for path in files), patches=patches,
    )  # fmt: skip


def patch(path: str, text: str, *, is_new: bool = True) -> Patch:
    """Return what a pull request adds to a file."""
    return Patch(path=path, added=tuple(text.splitlines()), is_new=is_new)
