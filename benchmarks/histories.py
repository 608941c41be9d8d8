"""Write pull requests as a git history of branches that are merged as by GitHub's button."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from weekly.model import FileChange, PullRequest

WEB = "GitHub <noreply@github.com>"
BEGIN, BETWEEN = datetime(2014, 1, 1, tzinfo=UTC), timedelta(minutes=10)


def make(folder: Path, repo: str, pulls: Iterable[PullRequest]) -> None:
    """Make a clone of the repository as it would be after these merges, without a work tree."""
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "remote", "add", "origin", f"https://github.com/{repo}.git")
    stream = b"".join(_stream(sorted(pulls, key=lambda pull: (pull.merged_at, pull.number))))
    _git(folder, "fast-import", "--quiet", stdin=stream)
    (folder / ".git" / "FETCH_HEAD").write_text("fetched now\n")


def _git(folder: Path, *arguments: str, stdin: bytes | None = None) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], input=stdin, check=True, capture_output=True)


def _stream(pulls: Sequence[PullRequest]) -> Iterator[bytes]:
    """Yield the commands of git fast-import. Each branch begins at the merge before it."""
    yield _commit("main", "Begin", BEGIN, "Ada L <ada@example.org>")
    trunk, mark = 1, 1
    for pull in pulls:
        by, tip = f"{pull.author.login} <{pull.author.login}@users.noreply.github.com>", trunk
        changes = b"".join(_change(pull, file) for file in pull.files)
        for place, one in enumerate(pull.commits):
            at = pull.merged_at - (len(pull.commits) - place) * BETWEEN
            message = f"{one.subject}\n\n{one.body}" if one.body else one.subject
            mark += 1
            yield _commit(f"pull/{pull.number}", message, at, by, mark=mark, above=tip)
            yield changes if place == 0 else b""
            tip = mark
        owner, branch = pull.author.login, pull.head or f"patch-{pull.number}"
        message = f"Merge pull request #{pull.number} from {owner}/{branch}\n\n{pull.title}"
        mark += 1
        yield _commit("main", message, pull.merged_at, by, committer=WEB, mark=mark, above=trunk, merged=tip)
        yield changes
        yield b"reset refs/heads/pull/%d\nfrom %s\n\n" % (pull.number, b"0" * 40)
        trunk = mark


def _commit(
    branch: str, message: str, at: datetime, by: str, *, committer: str = "", mark: int = 1, above: int = 0,
    merged: int = 0,
) -> bytes:  # fmt: skip
    text, when = message.encode(), f"{at.timestamp():.0f} +0000"
    lines = [f"commit refs/heads/{branch}", f"mark :{mark}", f"author {by} {when}"]
    lines += [f"committer {committer or by} {when}", f"data {len(text)}"]
    parents = [f"from :{above}"] if above else []
    parents += [f"merge :{merged}"] if merged and merged != above else []
    return b"\n".join([*(line.encode() for line in lines), text, *(line.encode() for line in parents), b""])


def _change(pull: PullRequest, file: FileChange) -> bytes:
    """Return a command that replaces the file with as many lines as were added."""
    content = b"".join(b"%d %d\n" % (pull.number, line) for line in range(max(file.additions, 1)))
    return b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(file.path), len(content), content)


def _quoted(path: str) -> bytes:
    return b'"%s"' % path.replace("\\", "\\\\").replace('"', '\\"').encode()
