"""Pushing with a token that is in no file and no argument; a remote that is there only over HTTP."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.server import Response, Server, serving
from weekly.automation.git import WorkingTree
from weekly.errors import GitError


@pytest.fixture
def keeper(tmp_path: Path) -> WorkingTree:
    environment = os.environ | {"DISCOURSE_API_KEY": "not-gits-business"}
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    return WorkingTree(root=tmp_path, environment=environment, token="t0ken")


def test_the_token_goes_to_the_server_alone(keeper: WorkingTree, monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

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
