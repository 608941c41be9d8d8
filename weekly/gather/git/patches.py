"""Read the lines that landings added to the files that patterns name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from weekly.gather.base import PATCH_LINES, fits, without_addresses
from weekly.gather.git.command import Git
from weekly.model import Patch

_DIFF = (
    "diff-tree", "--stdin", "-r", "-p", "-U0", "--root", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv",
    "--src-prefix=a/", "--dst-prefix=b/", "--diff-algorithm=myers",
)  # fmt: skip
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


def read(git: Git, pairs: Mapping[int, tuple[str, str]], patterns: Sequence[str]) -> dict[int, tuple[Patch, ...]]:
    """Return each landing's patches, by number, with one process for all.

    `pairs` has the commit with a landing's changes and the one to compare it with.
    """
    if not pairs or not patterns:
        return {}
    wanted = dict.fromkeys(" ".join(pair).strip() for pair in pairs.values())
    # Git's own "*" matches "/" too, as fnmatch's does; a folder's name matches all within it, which fnmatch undoes.
    paths = [f":(top){pattern}" for pattern in patterns]
    patches: dict[str, list[Patch]] = defaultdict(list)
    for sha, patch in _patches(git.fields(*_DIFF, "--", *paths, stdin=wanted, end=b"\n")):
        if fits(patches[sha], patch) and any(fnmatchcase(patch.path, pattern) for pattern in patterns):
            patches[sha].append(patch)
    return {number: tuple(patches[sha]) for number, (sha, _) in pairs.items() if sha in patches}


def _patches(lines: Iterator[str]) -> Iterator[tuple[str, Patch]]:
    """Yield the patches of a diff with the commit they belong to. Quoted paths and binary files are left out."""
    sha, path, is_new = "", "", False
    added: list[str] = []
    for line in lines:
        if match := _HUNK.match(line):
            removed, new = (int(count or 1) for count in match.groups())
            added += _added(lines, removed, new, PATCH_LINES - len(added))
            continue
        is_commit = bool(_COMMIT.fullmatch(line))
        if is_commit or line.startswith("diff --git "):
            if path and added:
                yield sha, Patch(path=path, added=tuple(added), is_new=is_new)
            path, is_new, added = "", False, []
        if is_commit:
            sha = line
        elif line.startswith("new file mode "):
            is_new = True
        elif line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/").removesuffix("\t")
    if path and added:
        yield sha, Patch(path=path, added=tuple(added), is_new=is_new)


def _added(lines: Iterator[str], removed: int, new: int, room: int) -> list[str]:
    """Take a hunk's lines from the diff and return the first `room` that it adds."""
    added: list[str] = []
    while removed or new:
        line = next(lines, "")
        if line.startswith("-"):
            removed -= 1
        elif line.startswith("+"):
            new -= 1
            if len(added) < room:
                added.append(without_addresses(line[1:]))
        elif not line.startswith("\\"):
            break  # cut off
    return added
