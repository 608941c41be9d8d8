"""Find out what changed files are for, by whole parts of their paths."""

from __future__ import annotations

from functools import lru_cache

from weekly.text.patterns import lazy_pattern

_TESTS = frozenset(
    ("test", "tests", "testing", "testdata", "spec", "specs", "__tests__", "e2e", "unittests", "fixtures")
)
_TEST_FILE = lazy_pattern(r"(?:^|/)(?:test_[^/]*|conftest\.py|[^/]*(?:_test|_tests|\.test|\.spec|Tests?|IT)\.\w+)$")


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def role(path: str) -> str:
    """Return what a file is for, by whole parts of its path."""
    folders = path.lower().split("/")[:-1]
    if path.startswith("po/") or "locale" in folders or "locales" in folders or path.endswith(_TRANSLATIONS):
        return "translations"
    if path.startswith("doc") or path.endswith((".md", ".rst", ".adoc")):
        return "documentation"
    if path.startswith((".github/", ".circleci/", ".gitlab")) or path.rpartition("/")[2] in _BUILD_FILES:
        return "build"
    return "tests" if not _TESTS.isdisjoint(folders) or _TEST_FILE.search(path) else "code"


_TRANSLATIONS = (
    ".po",
    ".pot",
    "_de.properties",
    "_fr.properties",
    "_es.properties",
    "_ja.properties",
    "_zh_CN.properties",
)
_BUILD_FILES = frozenset((
    "Makefile", "CMakeLists.txt", "meson.build", "pom.xml", "Cargo.toml", "Cargo.lock", "package.json", "package-lock.json",
    "yarn.lock", "pnpm-lock.yaml", "go.mod", "go.sum", "pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "Jenkinsfile",
    "Dockerfile", "build.gradle", "requirements.txt", ".gitignore", ".pre-commit-config.yaml", "noxfile.py",
))  # fmt: skip
