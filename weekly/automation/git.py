"""Commit and push the files of a run, and read a review branch without checking it out."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from weekly.automation.refusals import is_outdated, is_unsigned, line_of, reason_of
from weekly.errors import GitError
from weekly.files.paths import shown

TRIES = 4
"""The attempts to push, if somebody else pushes at the same time."""
AUTHOR = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
_IDENTITY = ("-c", f"user.name={AUTHOR[0]}", "-c", f"user.email={AUTHOR[1]}")
_SECRET = re.compile(r"(?!GIT_|SSH_).*(?:TOKEN|KEY|SECRET|PASSW|CREDENTIAL)|DISCOURSE_|ACTIONS_", re.IGNORECASE)
_REGULAR = ("100644", "100755")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Files that a commit adds to a branch, by their paths from the repository's root. None removes a file."""

    branch: str
    parent: str
    message: str
    files: Mapping[str, bytes | None]


class WorkingTree(msgspec.Struct, frozen=True, kw_only=True):
    """A project's folder in a git working tree, and a token to push with, which is never written to a file.

    The signer has the server make a commit where it refuses unsigned ones, False where the branch has other commits meanwhile.
    """

    root: Path
    environment: Mapping[str, str]
    token: str | None = None
    server: str = "https://github.com"
    signer: Callable[[Change], bool] | None = None

    @property
    def prefix(self) -> str:
        """The project's folder in the repository with a slash at its end, empty for the root."""
        return self._git("rev-parse", "--show-prefix").strip()

    @property
    def branch(self) -> str:
        """The branch that is checked out."""
        name = self._git("branch", "--show-current").strip()
        if not name:
            raise GitError(f"{shown(self.root)}: no branch is checked out, so nothing can be pushed; check one out")
        return name

    def commit(self, paths: Sequence[str], message: str) -> bool:
        """Commit these files only, removed ones too. Return True where any had changed.

        Other staged changes stay staged.
        """
        known = [path for path in paths if (self.root / path).exists() or self._git("ls-files", "--", path)]
        if not known:
            return False
        self._git("add", "--all", "--", *known)
        if not self._git("diff", "--cached", "--name-only", "--", *known):
            return False
        self._git(*_IDENTITY, "commit", "--quiet", "-m", message, "--only", "--", *known)
        return True

    def is_ahead(self, branch: str) -> bool:
        """Tell whether commits wait to be pushed, as after a run that was stopped."""
        done = self._run("rev-list", "--count", f"refs/remotes/origin/{branch}..HEAD")
        return done.returncode == 0 and done.stdout.strip() != "0"

    def push(self, branch: str) -> None:
        """Push the checked-out commits, on top of what others pushed meanwhile."""
        for rest in reversed(range(TRIES)):
            done = self._run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
            if done.returncode == 0:
                return
            is_behind = is_outdated(done.stderr)
            if is_unsigned(done.stderr) and self.signer is not None:
                is_behind = not self._commit_signed(branch)
                if not is_behind:
                    return
            if not rest or not is_behind:
                raise GitError(f"{branch}: {reason_of(done.stderr)}")
            self._rebase(branch)

    def checkout(self, folder: Path) -> Path:
        """Check out the present commit in a folder of its own, without links. Return the project's folder there."""
        shutil.rmtree(folder, ignore_errors=True)
        self._git("worktree", "prune")
        self._git("-c", "core.symlinks=false", "worktree", "add", "--quiet", "--force", "--detach", str(folder), "HEAD")
        return folder / self.prefix

    def tip(self, branch: str) -> str | None:
        """Fetch a branch and return its commit, or None if there is no such branch."""
        if not self._git("ls-remote", "--heads", "origin", f"refs/heads/{branch}"):
            return None
        self._git("fetch", "--quiet", "origin", f"refs/heads/{branch}")
        return self._git("rev-parse", "FETCH_HEAD").strip()

    def read(self, commit: str, path: str, *, limit: int) -> bytes | None:
        """Return a file of a commit, or None if there is none. Refuse links and files above `limit` bytes."""
        entry = self._git("ls-tree", "--long", commit, "--", path).split(None, 4)
        if not entry:
            return None
        mode, kind, blob, size = entry[:4]
        if mode not in _REGULAR or kind != "blob":
            raise GitError(f"{path}: isn't a regular file in the branch for review; replace it with one")
        if int(size) > limit:
            raise GitError(f"{path}: has {int(size):,} bytes in the branch for review, more than {limit:,}; shorten it")
        return self._blob(blob)

    def commit_on(self, parent: str, files: Mapping[str, bytes], message: str) -> str:
        """Return a commit that adds these files to a parent without checking it out, or the parent if nothing changes."""
        with tempfile.TemporaryDirectory(prefix="weekly-index-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._git("read-tree", parent, more=index)
            for path, content in files.items():
                blob = self._git("hash-object", "-w", "--stdin", content=content).strip()
                self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{self.prefix}{path}", more=index)
            tree = self._git("write-tree", more=index).strip()
        if tree == self._git("rev-parse", f"{parent}^{{tree}}").strip():
            return parent
        return self._git(*_IDENTITY, "commit-tree", tree, "-p", parent, "-m", message).strip()

    def push_commit(self, commit: str, branch: str) -> bool:
        """Push a commit to a branch. Return False where the branch has other commits meanwhile."""
        done = self._run("push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")
        if is_unsigned(done.stderr) and self.signer is not None:
            parent = self._git("rev-parse", f"{commit}^").strip()
            if self.tip(branch) is None:
                self._git("push", "--quiet", "origin", f"{parent}:refs/heads/{branch}")
            return self.signer(self._change(branch, parent, commit))
        if done.returncode and not is_outdated(done.stderr):
            raise GitError(f"{branch}: {reason_of(done.stderr)}")
        return done.returncode == 0

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD").strip()

    def _commit_signed(self, branch: str) -> bool:
        """Have the server commit what wasn't pushed. Return False where the branch has other commits meanwhile."""
        tip = self.tip(branch)
        if tip is None or self.signer is None or self._run("merge-base", "--is-ancestor", tip, "HEAD").returncode:
            return False
        if not self.signer(self._change(branch, tip, "HEAD")):
            return False
        self._git("fetch", "--quiet", "origin", f"refs/heads/{branch}")
        self._git("reset", "--quiet", "--soft", "FETCH_HEAD")  # the same files: staged changes stay staged
        return True

    def _change(self, branch: str, parent: str, commit: str) -> Change:
        """Return what a commit has that its ancestor hasn't."""
        names = self._git("diff", "--name-only", "--no-renames", "-z", parent, commit).split("\0")[:-1]
        files: dict[str, bytes | None] = {}
        for name in names:
            entry = self._git("ls-tree", "--full-tree", commit, "--", name).split(None, 3)
            files[name] = self._blob(entry[2]) if entry else None
        message = self._git("log", "-1", "--format=%s", commit).strip()
        return Change(branch=branch, parent=parent, message=message, files=files)

    def _rebase(self, branch: str) -> None:
        self._git("fetch", "--quiet", "origin", f"refs/heads/{branch}")
        done = self._run(*_IDENTITY, "rebase", "--quiet", "--autostash", "FETCH_HEAD")
        if done.returncode:
            self._run("rebase", "--abort")
            raise GitError(f"{branch}: somebody changed the same files meanwhile; run again")

    def _git(self, *arguments: str, **options: Any) -> str:
        done = self._run(*arguments, **options)
        if done.returncode:
            command = next((one for one in arguments if not one.startswith("-") and "=" not in one), "")
            raise GitError(f"{shown(self.root)}: git {command}: {line_of(done.stderr)}; see the log of the run")
        return done.stdout

    def _blob(self, name: str) -> bytes:
        return self._git("cat-file", "blob", name).encode(errors="surrogateescape")

    def _run(
        self, *arguments: str, more: Mapping[str, str] | None = None, content: bytes = b""
    ) -> subprocess.CompletedProcess[str]:
        command = ("git", "-c", f"core.hooksPath={os.devnull}", *arguments)
        try:
            done = subprocess.run(
                command, cwd=self.root, env=self._environment() | dict(more or {}), capture_output=True, check=False,
                input=content,
            )  # fmt: skip
        except OSError as error:
            raise GitError(f"git can't be run: {error.strerror or error}; install it") from error
        out, err = (text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(command, done.returncode, out, err)

    def _environment(self) -> dict[str, str]:
        """Return the environment without secrets, and the token as a header for the server alone."""
        environment = {name: value for name, value in self.environment.items() if not _SECRET.match(name)}
        environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1"}
        if not self.token:
            return environment
        basic = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        count = int(environment.get("GIT_CONFIG_COUNT") or 0)
        for value in ("", f"AUTHORIZATION: basic {basic}"):  # the first one clears what a checkout may have left
            environment[f"GIT_CONFIG_KEY_{count}"] = f"http.{self.server}/.extraheader"
            environment[f"GIT_CONFIG_VALUE_{count}"] = value
            count += 1
        return environment | {"GIT_CONFIG_COUNT": str(count)}
