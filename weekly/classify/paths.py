"""Find out what changed files are for, by their paths, and the kind that they stand for."""

from __future__ import annotations

from functools import lru_cache

from weekly.classify.fragments import is_fragment
from weekly.config.rules import KindRules, PathRules
from weekly.model import FileChange, Kind, PullRequest
from weekly.text.patterns import is_match, lazy_pattern
from weekly.text.vocabulary import word_list

NOUNS = {
    Kind.DOCUMENTATION: "documentation",
    Kind.TESTS_CI: "tests and CI",
    Kind.DEPENDENCIES: "dependencies",
    Kind.HOUSEKEEPING: "housekeeping",
}

_TEST_FILE = lazy_pattern(r"(?:^|/)(?:test_[^/]*|conftest\.py|[^/]*(?:_test|_tests|\.test|\.spec|Tests?|IT)\.\w+)$")
_TRANSLATIONS = (
    ".po", ".pot", "_de.properties", "_fr.properties", "_es.properties", "_ja.properties", "_zh_CN.properties",
)  # fmt: skip


def without_fragments(pull: PullRequest, rules: KindRules) -> tuple[FileChange, ...]:
    """Return the changed files without changelog entries, if any other file changed."""
    files = tuple(change for change in pull.files if not is_fragment(change.path, rules.changelog))
    return files or pull.files


def kind_of_paths(pull: PullRequest, rules: KindRules) -> Kind | None:
    """Return the kind of most changed lines, if no file interests a user."""
    if "files" in pull.cut:
        return None
    lines: dict[Kind, int] = {}
    for change in without_fragments(pull, rules):
        kind = _kind_of_path(change.path, rules.paths)
        if kind is None:
            return None
        lines[kind] = lines.get(kind, 0) + 1 + change.additions + change.deletions
    return max(lines, key=lambda kind: lines[kind]) if lines else None


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def _kind_of_path(path: str, rules: PathRules) -> Kind | None:
    """Return the kind of the longest pattern that matches."""
    fitting = [(pattern, kind) for kind in Kind for pattern in rules.patterns(kind) if is_match(path, pattern)]
    return max(fitting, key=lambda found: len(found[0]))[1] if fitting else None


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def role_of_path(path: str) -> str:
    """Return what a file is for, by whole parts of its path."""
    folders = path.lower().split("/")[:-1]
    if path.startswith("po/") or "locale" in folders or "locales" in folders or path.endswith(_TRANSLATIONS):
        return "translations"
    if path.startswith(("doc/", "docs/", "documentation/")) or path.endswith((".md", ".rst", ".adoc")):
        return "documentation"
    if path.startswith((".github/", ".circleci/", ".gitlab")) or path.rpartition("/")[2] in word_list("build_files"):
        return "build"
    return "tests" if not word_list("test_folders").isdisjoint(folders) or _TEST_FILE.search(path) else "code"
