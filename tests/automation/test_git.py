"""Pushing with a token that is in no file and no argument; a remote that is there only over HTTP."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.support.github_commits import SIGNER, create_commit
from tests.support.server import Response, Server, serving
from weekly.automation.git import Change, WorkingTree
from weekly.errors import GitError


@pytest.fixture
def keeper(tmp_path: Path) -> WorkingTree:
    environment = os.environ | {"DISCOURSE_API_KEY": "not-gits-business"}
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    return WorkingTree(root=tmp_path, environment=environment, token="t0ken")


def test_the_token_goes_to_the_server_alone(keeper: WorkingTree, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keeper.commit(["a.txt", "gone.txt"], "First")
    assert not keeper.commit(["a.txt", "gone.txt"], "Again")
    with serving(Server(lambda request: Response(status=403, body=b"no"))) as server:
        keeper = msgspec.structs.replace(keeper, server=server.url)
        subprocess.run(["git", "remote", "add", "origin", f"{server.url}/a/b.git"], cwd=keeper.root, check=True)
        started: list[tuple[str, ...]] = []
        run = subprocess.run

        def seen(command: tuple[str, ...], **options: object) -> object:
            started.append(tuple(command))
            assert "DISCOURSE_API_KEY" not in options["env"]  # type: ignore[operator]  # a mapping
            return run(command, **options)  # type: ignore[call-overload]  # as it was given

        monkeypatch.setattr(subprocess, "run", seen)
        with pytest.raises(
            GitError, match=r"main: can't be pushed: .* the token may not push. Give the job contents: write"
        ):
            keeper.push("main")
        sent = server.requests[0].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("basic ")).decode() == "x-access-token:t0ken"
    assert started
    assert "t0ken" not in str(started)
    assert "t0ken" not in (keeper.root / ".git" / "config").read_text(encoding="utf-8")


def git(keeper: WorkingTree, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=keeper.root, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("is_first", [True, False])
def test_other_staged_changes_stay_staged(keeper: WorkingTree, is_first: bool) -> None:
    if not is_first:
        for name in ("theirs", "gone", "p*"):
            (keeper.root / name).write_text("old", encoding="utf-8")
        assert keeper.commit(["theirs", "gone", "p*"], "First")
        (keeper.root / "gone").unlink()
    for name, staged, now in (("theirs", "staged", "being written"), ("p*", "1", "1"), ("plan", "staged", "staged")):
        (keeper.root / name).write_text(staged, encoding="utf-8")
        git(keeper, "add", "--", f":(literal){name}")
        (keeper.root / name).write_text(now, encoding="utf-8")
    assert keeper.commit(["a.txt", "gone", "p*"], "Ours")
    assert git(keeper, "show", "--name-status", "--format=", "HEAD").split() == (
        ["A", "a.txt", "A", "p*"] if is_first else ["A", "a.txt", "D", "gone", "M", "p*"]
    )
    assert git(keeper, "diff", "--cached", "--name-only").split() == ["plan", "theirs"]
    assert git(keeper, "show", ":theirs") == "staged"
    assert (keeper.root / "theirs").read_text(encoding="utf-8") == "being written"
    assert not keeper.commit(["a.txt", "gone", "p*"], "Again")
    assert not keeper.commit(["nowhere"], "Nothing")
    assert git(keeper, "diff", "--cached", "--name-only").split() == ["plan", "theirs"]


def test_without_a_branch_nothing_can_be_pushed(keeper: WorkingTree) -> None:
    keeper.commit(["a.txt"], "First")
    subprocess.run(["git", "checkout", "--quiet", "--detach"], cwd=keeper.root, check=True)
    with pytest.raises(GitError, match="no branch is checked out"):
        assert keeper.branch


def test_gits_own_reason_is_reported(keeper: WorkingTree) -> None:
    keeper.commit(["a.txt"], "First")
    with pytest.raises(GitError, match=r"main: can't be pushed: .+; see the log of the run"):
        keeper.push("main")


class SlowSigner:
    """A server that commits files itself. Somebody else's commit arrives just before its first one."""

    def __init__(self, origin: Path) -> None:
        self.origin = origin
        self.changes: list[Change] = []

    def commit(self, change: Change) -> bool:
        self.changes.append(change)
        if len(self.changes) == 1:
            self._create(msgspec.structs.replace(change, message="Theirs", files={"theirs.txt": b"theirs"}))
        return self._create(change)

    def _create(self, change: Change) -> bool:
        additions = [
            {"path": path, "contents": base64.b64encode(content)} for path, content in change.files.items() if content
        ]
        deletions = [{"path": path} for path, content in change.files.items() if content is None]
        asked = {
            "branch": {"branchName": change.branch},
            "expectedHeadOid": change.parent,
            "fileChanges": {"additions": additions, "deletions": deletions},
            "message": {"headline": change.message},
        }
        return not create_commit(self.origin, asked)[1]


def test_a_signed_commit_goes_on_top_of_what_others_pushed(keeper: WorkingTree, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(origin)], check=True)
    git(keeper, "remote", "add", "origin", str(origin))
    (keeper.root / "old.txt").write_text("old", encoding="utf-8")
    keeper.commit(["a.txt", "old.txt"], "First")
    keeper.push("main")
    hook = origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'Commits must have verified signatures.' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    signer = SlowSigner(origin)
    keeper = msgspec.structs.replace(keeper, signer=signer.commit)
    (keeper.root / "a.txt").write_bytes(b"\xff\x00new")
    (keeper.root / "old.txt").unlink()
    keeper.commit(["a.txt", "old.txt"], "Second")
    (keeper.root / "plan.txt").write_text("staged", encoding="utf-8")
    git(keeper, "add", "plan.txt")
    keeper.push("main")
    assert [change.files for change in signer.changes] == [{"a.txt": b"\xff\x00new", "old.txt": None}] * 2
    assert git(keeper, "log", "--format=%an %s", "origin/main", "--").splitlines()[:2] == [
        f"{SIGNER} Second",
        f"{SIGNER} Theirs",
    ]
    assert git(keeper, "ls-tree", "--name-only", "HEAD").split() == ["a.txt", "theirs.txt"]
    assert git(keeper, "status", "--porcelain", "--untracked-files=no").split() == ["A", "plan.txt"]
