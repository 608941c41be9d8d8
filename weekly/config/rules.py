"""Configuration of kinds."""

from functools import lru_cache
from typing import Annotated

from msgspec import Meta

from weekly.model import Kind, Record

Words = Annotated[tuple[str, ...], Meta(description="Patterns for this kind.")]


class KindPatterns(Record, frozen=True, kw_only=True):
    """Patterns for kinds, in a key for each."""

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """Return the patterns for `kind`, none where no pattern can decide it."""
        patterns: tuple[str, ...] = getattr(self, kind.value, ())
        return patterns


class LabelRules(KindPatterns, frozen=True, kw_only=True):
    """Labels that decide the kind, as patterns in any case.

    `kind/bug`, `Type: Bug`, `[Type] Bug` and `🐛 bug` are the same; a default without a namespace stands for `kind/`, `type/`
    and the like as well. The defaults are conventions that many projects share. They lack a
    bare `documentation`, which is often added by path, whatever the change is.
    """

    improvement: Words = (
        "enhancement", "feature", "feature request", "new feature", "improvement", "rfe", "major rfe", "feat", "added",
        "new", "type/api change", "type/performance", "type/perf", "type/deprecation", "type/deprecated", "type/changed",
        "c-feature*", "t-feature*",
    )  # fmt: skip
    bugfix: Words = (
        "bug", "bugs", "bugfix", "bugfixes", "bug fix", "bug fixes", "major bug", "minor bug", "fix", "fixes", "fixed",
        "hotfix", "regression", "regression fix", "type/defect", "type/crash", "type/security", "security fix", "security",
    )  # fmt: skip
    documentation: Words = ("docs", "type/documentation", "type/doc", "doc only", "docs only")
    tests_ci: Words = (
        "type/failing test", "type/flake", "type/test*", "type/ci", "type/tests", "type/testing", "tests", "ci",
    )  # fmt: skip
    dependencies: Words = ("dependencies", "type/dependency", "type/deps", "type/dependency upgrade")
    housekeeping: Words = (
        "chore", "internal", "code quality", "refactor", "refactoring", "cleanup", "housekeeping", "technical debt",
        "tech debt", "skip changelog", "no changelog", "changelog/skip", "type/maintenance", "type/task", "type/build",
        "type/style", "type/misc", "maintenance", "release note none",
    )  # fmt: skip
    breaking: tuple[str, ...] = (
        "breaking", "breaking change", "breaking changes", "semver/major", "semver major", "api break", "backwards incompatible",
        "backward incompatible", "release note action required", "impact/breaking", "impact/breaking change",
    )  # fmt: skip
    """Labels of breaking changes. They are always listed, first, and marked."""


class PrefixRules(KindPatterns, frozen=True, kw_only=True):
    """Prefixes of titles that decide the kind: `fix: …`, `[chore] …`. Scopes such as `fix(ci):` count as well.

    An emoji or its shortcode counts as well: "✨" or "sparkles". Those of gitmoji are known without naming them. The defaults
    lack a bare `build:`, which is as often the name of a component.
    """

    improvement: Words = (
        "feat", "feature", "features", "perf", "enhancement", "enh", "improvement", "new", "rfe", "new feature", "performance",
        "added", "improved", "improve", "improvements", "enhancements",
    )  # fmt: skip
    bugfix: Words = (
        "fix", "bugfix", "hotfix", "bug", "fixes", "bug fix", "security", "regression", "fixed", "bugs", "bugfixes",
    )  # fmt: skip
    documentation: Words = ("docs", "doc", "documentation", "readme", "typo", "typos")
    tests_ci: Words = ("test", "tests", "ci", "testing", "e2e", "cicd", "ci/cd", "tst")
    dependencies: Words = ("deps", "dep", "dependencies")
    housekeeping: Words = (
        "chore", "style", "revert", "internal", "minor", "cleanup", "clean-up", "nfc", "nit", "lint", "housekeeping", "maint",
        "maintenance", "trivial", "infra", "release", "meta", "mnt", "sty", "chores", "nits",
    )  # fmt: skip
    refactoring: Words = ("refactor", "refactoring", "refact", "refac", "ref", "rework")
    ignored: tuple[str, ...] = ("wip", "draft", "rfc", "poc", "do not merge", "dnm", "backport", "cherry-pick")
    """Prefixes that say nothing about the kind, such as 'wip: …'."""

    def names(self) -> tuple[str, ...]:
        """Return all prefixes."""
        return (*(name for kind in Kind for name in self.patterns(kind)), *self.refactoring, *self.ignored)

    def kind(self, name: str) -> Kind | None:
        """Return the kind of a type or scope."""
        return _kinds_of_prefixes(self).get(name.lower())


@lru_cache(maxsize=8)
def _kinds_of_prefixes(rules: PrefixRules) -> dict[str, Kind]:
    """Return the kind of each type or scope, the first of several."""
    return {name: kind for kind in reversed(Kind) for name in rules.patterns(kind)}


class PathRules(KindPatterns, frozen=True, kw_only=True):
    """Paths that don't interest users. A pull request that touches only these is of that kind."""

    documentation: Words = (
        "doc/*", "docs/*", "website/*", "*.md", "*.mdx", "*.rst", "*.adoc", "LICENSE*", "COPYING*",
        "AUTHORS*", "CONTRIBUTING*", "CHANGELOG*", ".sphinx/*", ".readthedocs.y*ml",
    )  # fmt: skip
    tests_ci: Words = (
        "test/*", "tests/*", "*_test.go", "test_*.py", "*/test_*.py", "*/tests/*", ".github/*", ".gitlab-ci.yml",
        ".travis.yml", ".appveyor.yml", "appveyor.yml", ".circleci/*", "Jenkinsfile", ".pre-commit-config.yaml",
        ".golangci.*", ".codecov.y*ml", "codecov.y*ml", "tox.ini", "staticcheck.conf", ".deepsource.toml", ".clang-format",
        ".clang-tidy", ".flake8", ".pylintrc", ".shellcheckrc", ".codespellrc", ".yamllint*", ".eslintrc*", ".prettierrc*",
    )  # fmt: skip
    dependencies: Words = (
        "go.mod", "go.sum", "*/go.mod", "*/go.sum", "*.lock", "package-lock.json", "requirements*.txt",
        "*/requirements*.txt", "vendor/*",
    )  # fmt: skip
    housekeeping: Words = (
        ".gitignore", "*/.gitignore", ".gitattributes", ".editorconfig", "*.pot", "po/*", ".mailmap",
        ".github/ISSUE_TEMPLATE*", ".github/PULL_REQUEST_TEMPLATE*", ".github/CODEOWNERS", "CODEOWNERS",
    )  # fmt: skip


class ChangelogRules(KindPatterns, frozen=True, kw_only=True):
    """Files of a pull request that are changelog entries, and the kinds of their types."""

    fragments: tuple[str, ...] = (
        "changelogs/fragments/*", "*/changelogs/fragments/*", "releasenotes/notes/*", "*/releasenotes/notes/*",
        ".chloggen/*.y*ml*", ".changeset/*.md", "*/.changeset/*.md", "changelog.d/*", "*/changelog.d/*", "newsfragments/*",
        "*/newsfragments/*", "news/*", "*/news/*.rst", "changes/*", "CHANGES/*", "changelog/*", "changelogs/unreleased/*",
        "*/changelog/*.rst", "*/upcoming_changes/*", ".changes/unreleased/*", "changelog-entries/*", "docs/changes/*",
        "doc/changes/*", "docs/changelog/*", "doc/newsfragments/*", "docs/newsfragments/*", ".changelog/*",
    )  # fmt: skip
    """Paths of changelog fragments, as patterns. '*' matches '/' too."""
    files: tuple[str, ...] = (
        "CHANGELOG*", "*/CHANGELOG*", "Changelog*", "changelog.md", "*/changelog.md", "CHANGES", "CHANGES.md",
        "CHANGES.rst", "HISTORY.md", "HISTORY.rst", "NEWS.md", "NEWS.rst", "NEWS", "*/changelog.rst", "RELEASE_NOTES.md",
    )  # fmt: skip
    """Paths of changelogs with a part for unreleased changes."""
    improvement: Words = (
        "feature", "features", "feat", "enhancement", "enhancements", "improvement", "improvements", "improved", "minor_changes",
        "major_changes", "added", "add", "additions", "new", "new_component", "new features", "new feature", "changed",
        "change", "changes", "update", "updated", "perf", "performance", "deprecation", "deprecations", "deprecated",
        "deprecated_features", "significant", "upgrade", "minor", "rfe", "what's new", "new plugins", "new modules",
    )  # fmt: skip
    bugfix: Words = (
        "bug", "bugs", "bugfix", "bugfixes", "bug_fix", "bug_fixes", "fix", "fixes", "fixed", "security", "security_fixes",
        "security fix", "critical", "regression", "regressions", "hotfix", "bug fixes and improvements",
    )  # fmt: skip
    documentation: Words = ("doc", "docs", "documentation", "improved documentation")
    tests_ci: Words = ("test", "tests", "testing", "ci")
    dependencies: Words = ("dep", "deps", "dependency", "dependencies", "vendor", "vendored libraries")
    housekeeping: Words = (
        "misc", "miscellaneous", "trivial", "internal", "internals", "contrib", "packaging", "other", "process", "dev",
        "chore", "housekeeping", "maintenance", "refactor", "meta", "none", "skip", "under the hood",
    )  # fmt: skip
    breaking: tuple[str, ...] = (
        "breaking", "breaking_changes", "breaking_change", "removal", "removals", "removed", "removed_features", "major",
        "backward incompatible", "deprecations and removals", "significant", "note:breaking-change",
    )  # fmt: skip
    """Types of breaking changes."""


class OmissionRules(Record, frozen=True, kw_only=True):
    """Pull requests that are never highlights. They stay in Upstream changes, and `weekly explain` shows the reason."""

    labels: tuple[str, ...] = (
        "skip changelog", "no changelog", "changelog/skip", "skip release notes", "ignore for release",
    )  # fmt: skip
    """Labels, as patterns in any case."""
    authors: tuple[str, ...] = ()
    """Logins, as patterns."""
    paths: tuple[str, ...] = ()
    """Paths, as patterns. All files must match, as in one part of a monorepo."""
    branches: tuple[str, ...] = ()
    """Base branches, as patterns."""
    repos: tuple[str, ...] = ()
    """Repositories (owner/name), as patterns, such as one for packaging."""


class KindRules(Record, frozen=True, kw_only=True):
    """Rules for the kinds of pull requests."""

    labels: LabelRules = LabelRules()
    """Labels that decide the kind, on the pull request or on the issues that it closes."""
    prefixes: PrefixRules = PrefixRules()
    """Types of Conventional Commits that decide the kind."""
    paths: PathRules = PathRules()
    """Paths that decide the kind of pull requests that touch nothing else."""
    changelog: ChangelogRules = ChangelogRules()
    """Changelog entries in pull requests."""
    omit: OmissionRules = OmissionRules()
    """Pull requests that are never highlights."""
    refactoring: bool = False
    """Treat refactoring as an improvement."""
    conventional_commits: bool = True
    """Let titles such as 'fix(api): …' decide the kind."""
    release_note: str = "release-note"
    """The language of fenced release notes in descriptions. A note of NONE means no highlight. '' turns this off."""
    bots: tuple[str, ...] = (
        "dependabot", "dependabot-preview", "renovate", "renovate-bot", "github-actions", "weblate", "pre-commit-ci",
    )  # fmt: skip
    """Logins of bots that GitHub doesn't mark. Their changes are never highlights."""
    coding_agents: tuple[str, ...] = (
        "copilot", "copilot-swe-agent", "claude", "claude-code", "devin-ai-integration", "google-labs-jules", "jules", "codex",
        "chatgpt-codex-connector", "openai-codex", "cursor", "cursoragent", "openhands-agent", "sweep-ai", "amazon-q-developer",
        "gemini-code-assist", "k8s-infra-cherrypick-robot", "k8s-cherrypick-robot", "openshift-cherrypick-robot", "miss-islington",
        "meeseeksmachine", "lumberbot-app", "mergify", "backport-bot", "patchback", "cherry-pick-bot",
    )  # fmt: skip
    """Bots whose changes people ordered and reviewed. They can be highlights."""
    unsure_below: Annotated[float, Meta(ge=0, le=1)] = 0.85
    """Verdicts with less confidence are marked for the editor."""
