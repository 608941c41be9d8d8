"""Commit files to a bare repository as GitHub does for createCommitOnBranch. No push hook sees it."""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

SIGNER = "GitHub"


def create_commit(repository: Path, asked: dict[str, Any]) -> tuple[str, str]:
    """Return the new commit, or why the branch isn't where it was expected."""
    ref = f"refs/heads/{asked['branch']['branchName']}"
    head, expected = _git(repository, "rev-parse", ref), asked["expectedHeadOid"]
    if head != expected:
        return "", f'Expected branch to point to "{expected}" but it points to "{head}".'
    changes = asked["fileChanges"]
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git(repository, "read-tree", head, more=index)
        for file in changes["additions"]:
            blob = _git(repository, "hash-object", "-w", "--stdin", content=base64.b64decode(file["contents"]))
            _git(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{file['path']}", more=index)
        for file in changes["deletions"]:
            entry = f"0 {'0' * 40}\t{file['path']}\n".encode()
            _git(repository, "update-index", "--index-info", more=index, content=entry)
        tree = _git(repository, "write-tree", more=index)
    oid = _git(repository, "commit-tree", tree, "-p", head, "-m", asked["message"]["headline"])
    _git(repository, "update-ref", ref, oid, head)
    return oid, ""


def _git(repository: Path, *arguments: str, more: dict[str, str] | None = None, content: bytes = b"") -> str:
    names = {f"GIT_{who}_{what}": SIGNER for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments], cwd=repository, env=os.environ | names | (more or {}), input=content,
        check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode().strip()
