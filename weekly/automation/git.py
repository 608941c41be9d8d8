"""Git for what a run makes: commits on the branch that is checked out, branches for review, pushes that were refused."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from weekly.errors import GitError
from weekly.files.atomic import SUFFIX
from weekly.files.paths import shown

TRIES = 4
"""How often a push is tried where somebody else pushed in between."""
_AUTHOR = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
_PROTECTED = ("protected branch", "GH006", "GH013", "pre-receive hook declined", "rule violations")
_FORBIDDEN = (
    "403",
    "Permission to",
    "Write access to repository not granted",
    "Authentication failed",
    "could not read Username",
)


class WorkingTree(msgspec.Struct, frozen=True, kw_only=True):
    """A project's folder in a git working tree, and how to push from there; the token is never written to a file."""

    root: Path
    environment: Mapping[str, str]
    token: str | None = None
    server: str = "https://github.com"

    @property
    def branch(self) -> str:
        """The branch that is checked out."""
        name = self._git("branch", "--show-current").strip()
        if not name:
            raise GitError(f"{shown(self.root)}: no branch is checked out, so nothing can be pushed; check one out")
        return name

    def commit(self, paths: Sequence[str], message: str) -> bool:
        """Commit these paths alone, what is gone from them included; whether anything had changed.

        What somebody has staged of others stays staged as it is.
        """
        known = [path for path in paths if (self.root / path).exists() or self._git("ls-files", "--", path)]
        if not known:
            return False
        parts = [part for path in known for part in (self.root / path).rglob(f".*{SUFFIX}")]
        known += [f":(exclude){part.relative_to(self.root)}" for part in parts]
        self._git("add", "--all", "--", *known)
        if not self._git("diff", "--cached", "--name-only", "--", *known):
            return False
        name, email = _AUTHOR
        whose = ("-c", f"user.name={name}", "-c", f"user.email={email}")
        self._git(*whose, "commit", "--quiet", "-m", message, "--only", "--", *known)
        return True

    def is_ahead(self, branch: str) -> bool:
        """Whether there are commits that were not pushed, as a run leaves them that is stopped before it pushes."""
        done = self._run("rev-list", "--count", f"refs/remotes/origin/{branch}..HEAD")
        return done.returncode == 0 and done.stdout.strip() != "0"

    def push(self, branch: str) -> None:
        """Push what is checked out; where somebody was faster, put our commits on top of theirs first."""
        for rest in reversed(range(TRIES)):
            done = self._run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
            if done.returncode == 0:
                return
            said = done.stderr
            if any(sign in said for sign in _PROTECTED):
                raise GitError(
                    f"{branch}: is protected, and refused the push; let the token's user bypass the rule (secret "
                    "WEEKLY_TOKEN), or take the run off that branch's protection"
                )
            if any(sign in said for sign in _FORBIDDEN):
                raise GitError(f"{branch}: the token may not push; give the job contents: write")
            if not rest or not ("fetch first" in said or "non-fast-forward" in said or "cannot lock ref" in said):
                raise GitError(f"{branch}: can't be pushed: {_line(said)}; see the log of the run")
            self._rebase(branch)

    def tree(self, folder: Path, branch: str) -> WorkingTree:
        """The branch in a folder of its own: as it was pushed before, else begun from what is checked out."""
        start = "HEAD"
        if self._git("ls-remote", "--heads", "origin", f"refs/heads/{branch}"):
            self._git("fetch", "--quiet", "origin", f"refs/heads/{branch}")
            start = "FETCH_HEAD"
        prefix = self._git("rev-parse", "--show-prefix").strip()
        shutil.rmtree(folder, ignore_errors=True)
        self._git("worktree", "prune")
        self._git("worktree", "add", "--quiet", "--force", "--detach", str(folder), start)
        return msgspec.structs.replace(self, root=folder / prefix)

    def _rebase(self, branch: str) -> None:
        name, email = _AUTHOR
        self._git("fetch", "--quiet", "origin", f"refs/heads/{branch}")
        done = self._run(
            "-c", f"user.name={name}", "-c", f"user.email={email}", "rebase", "--quiet", "--autostash", "FETCH_HEAD"
        )
        if done.returncode:
            self._run("rebase", "--abort")
            raise GitError(f"{branch}: somebody changed the same files meanwhile; run again")

    def _git(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            raise GitError(f"{shown(self.root)}: git {arguments[0]}: {_line(done.stderr)}; see the log of the run")
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ("git", "-c", "core.hooksPath=" + os.devnull, *arguments),
                cwd=self.root, env=self._environment(), capture_output=True, text=True, errors="replace", check=False,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise GitError(f"git can't be run: {error.strerror or error}; install it") from error

    def _environment(self) -> dict[str, str]:
        """The command's own, without the forum's keys; the token as a header that git reads from there alone."""
        kept = {name: value for name, value in self.environment.items() if not name.startswith("DISCOURSE_")}
        kept |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1"}
        if self.token:
            basic = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
            kept["GIT_CONFIG_COUNT"] = "1"
            kept["GIT_CONFIG_KEY_0"] = f"http.{self.server}/.extraheader"
            kept["GIT_CONFIG_VALUE_0"] = f"AUTHORIZATION: basic {basic}"
        return kept


def _line(said: str) -> str:
    """Git's own reason in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("hint:")]
    return " ".join(lines[-2:]) or "no reason given"
