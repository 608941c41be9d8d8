"""Link pull requests to the page of the documentation that they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from urllib.parse import quote

from weekly.config.project import DocsConfig, RepositoryConfig
from weekly.model import PullRequest


def documentation_of(pulls: Sequence[PullRequest], repositories: Sequence[RepositoryConfig]) -> str:
    """Return the address of the page to which pull requests add most, empty where there is none."""
    docs = {repository.repo.lower(): repository.docs for repository in repositories}
    added: Counter[str] = Counter()
    for pull in pulls:
        config = docs.get(pull.repo.lower())
        for change in pull.files if config else ():
            added[_address(change.path, config) if config else ""] += change.additions
    pages = [page for page in added if page and added[page]]
    return max(sorted(pages), key=added.__getitem__, default="")


def _address(path: str, docs: DocsConfig) -> str:
    """Return the address that a file has as a page, empty for a file that is no page or left out."""
    page = PurePosixPath(path)
    if page.suffix not in (".md", ".rst") or not page.is_relative_to(docs.folder):
        return ""
    if any(fnmatchcase(path, pattern) for pattern in docs.leave_out):
        return ""
    name = quote(f"{page.relative_to(docs.folder).with_suffix('')}{docs.suffix}")
    return f"{docs.url.rstrip('/')}/{name.removesuffix('index/')}"
