"""Real repositories, built commit by commit with times and names of the test's choosing."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}
WEB = "GitHub <noreply@github.com>"


class Built:
    """A repository with a work tree. Times are UTC, `2023-03-28 12:00`."""

    def __init__(self, folder: Path, *, first: str = "2023-01-02 09:00") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Begin", first)

    def git(self, *arguments: str, at: str = "2023-01-01 00:00", by: str = "Ada L <ada@example.org>",
            committer: str = "", authored: str = "", stdin: bytes | None = None) -> str:  # fmt: skip
        name, _, address = by.rstrip(">").partition(" <")
        other, _, elsewhere = (committer or by).rstrip(">").partition(" <")
        environment = {
            **ENVIRONMENT,
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address, "GIT_AUTHOR_DATE": f"{authored or at} +0000",
            "GIT_COMMITTER_NAME": other, "GIT_COMMITTER_EMAIL": elsewhere, "GIT_COMMITTER_DATE": f"{at} +0000",
        }  # fmt: skip
        quick = ("-c", "maintenance.auto=false", "-c", "gc.auto=0", "-c", "core.fsync=none")
        command = ["git", "-C", str(self.folder), *quick, "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(command, env=environment, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def commit(self, message: str | bytes, at: str, *, by: str = "Ada L <ada@example.org>", committer: str = "",
               file: str = "", text: str = "", authored: str = "") -> None:  # fmt: skip
        raw = message.encode() if isinstance(message, str) else message
        if file:
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / file).write_text(text or raw.decode(errors="replace"))
            self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-",
                 at=at, by=by, committer=committer, authored=authored, stdin=raw)  # fmt: skip

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("checkout", "--quiet", "-b", name, start)

    def checkout(self, name: str) -> None:
        self.git("checkout", "--quiet", name)

    def merge(self, message: str | bytes, at: str, *heads: str, by: str = "Boss <boss@example.org>",
              options: tuple[str, ...] = ()) -> None:  # fmt: skip
        """Merge as GitHub's button does; the message is written as it stands."""
        raw = message.encode() if isinstance(message, str) else message
        self.git("merge", "--quiet", "--no-ff", "--no-commit", *options, *heads, at=at, by=by)
        self.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-",
                 at=at, by=by, committer=WEB, stdin=raw)  # fmt: skip

    def pull(self, number: int, title: str | bytes, at: str, *, owner: str = "ada", head: str = "",
             base: str = "main", commits: tuple[str, ...] = ("One",), by: str = "Ada L <ada@example.org>") -> None:  # fmt: skip
        """A pull request from its branch to its merge into `base`."""
        branch = head or f"topic-{number}"
        self.checkout(base)
        self.branch(f"tmp/{branch}")
        for n, subject in enumerate(commits):
            self.commit(subject, at, by=by, file=f"{number}-{n}.txt", text=f"{number}\n")
        self.checkout(base)
        body = title.encode() if isinstance(title, str) else title
        message = f"Merge pull request #{number} from {owner}/{branch}\n\n".encode() + body + b"\n"
        self.merge(message, at, f"tmp/{branch}")
        self.git("branch", "-D", f"tmp/{branch}")

    def rewrite(self, old: bytes, new: bytes) -> None:
        """Change bytes of the newest commit, which git itself would mend."""
        command = ["git", "-C", str(self.folder), "cat-file", "commit", "HEAD"]
        raw = subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True).stdout
        made = self.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.replace(old, new))
        self.git("reset", "--quiet", "--hard", made)

    def cloned(self, folder: Path, *options: str) -> Path:
        """A clone as a user has it."""
        command = ["git", "clone", "--quiet", *options, f"file://{self.folder}", str(folder)]
        subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)
        return folder


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
