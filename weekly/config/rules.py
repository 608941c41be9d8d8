"""Rules: which pull request is of which kind, and what becomes a highlight."""

from functools import lru_cache
from typing import Annotated

from msgspec import Meta

from weekly.model import Kind, Record

Words = Annotated[tuple[str, ...], Meta(description="What makes this kind.")]


class LabelRules(Record, frozen=True, kw_only=True):
    """Which labels make which kind; patterns as for files, in any case; `kind/bug`, `kind: bug`, `kind:bug` are one.

    The defaults are the conventions that many projects share. A bare `documentation` isn't among them: it is
    often put on by path, whatever the change is.
    """

    improvement: Words = (
        "enhancement", "feature", "feature request", "new feature", "improvement", "kind/feature", "kind/enhancement",
        "kind/improvement", "kind/api-change", "type/feature", "type/feature request", "type/enhancement",
        "type/improvement", "c-feature*", "c-enhancement", "t-feature*", "t-enhancement",
    )  # fmt: skip
    bugfix: Words = (
        "bug", "bugfix", "bug fix", "regression", "kind/bug", "kind/regression", "type/bug", "type/bugfix", "type/fix",
        "type/regression", "c-bug", "t-bug",
    )  # fmt: skip
    documentation: Words = (
        "kind/documentation", "kind/docs", "type/documentation", "type/docs", "c-docs", "t-docs",
    )  # fmt: skip
    tests_ci: Words = ("kind/failing-test", "kind/flake", "kind/test*", "type/test*", "type/ci")
    dependencies: Words = ("dependencies", "kind/dependencies", "type/dependencies", "type/deps")
    housekeeping: Words = (
        "chore", "kind/cleanup", "kind/chore", "type/chore", "type/cleanup", "type/maintenance",
    )  # fmt: skip

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The patterns that stand for `kind`."""
        found: tuple[str, ...] = getattr(self, kind.value)
        return found


class PrefixRules(Record, frozen=True, kw_only=True):
    """Which types of Conventional Commits make which kind; a scope such as `fix(ci):` or `build(deps):` counts as well.

    `build: …` without a scope isn't among them: it is as often a part's name, before an improvement of it.
    """

    improvement: Words = ("feat", "feature", "perf", "refactor")
    bugfix: Words = ("fix", "bugfix", "hotfix")
    documentation: Words = ("docs", "doc")
    tests_ci: Words = ("test", "tests", "ci")
    dependencies: Words = ("deps", "dep")
    housekeeping: Words = ("chore", "style", "revert")

    def kind(self, name: str) -> Kind | None:
        """The kind that a type or a scope stands for."""
        return _kinds_of_prefixes(self).get(name.lower())


@lru_cache(maxsize=8)
def _kinds_of_prefixes(rules: PrefixRules) -> dict[str, Kind]:
    """Which kind each type or scope stands for; the first of several."""
    return {name: kind for kind in reversed(Kind) for name in getattr(rules, kind.value)}


class PathRules(Record, frozen=True, kw_only=True):
    """Which paths are of no interest to a user of the project: a pull request that touches only these is of that kind."""

    documentation: Words = (
        "doc/*", "docs/*", "*.md", "*.rst", "LICENSE*", "COPYING*", "AUTHORS*", "CONTRIBUTING*", "CHANGELOG*", ".sphinx/*",
        ".readthedocs.y*ml",
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

    def patterns(self, kind: Kind) -> tuple[str, ...]:
        """The patterns that stand for `kind`; a path never makes an improvement or a bug fix."""
        found: tuple[str, ...] = getattr(self, kind.value, ())
        return found


class KindRules(Record, frozen=True, kw_only=True):
    """How pull requests are told to be improvements, bug fixes or neither."""

    labels: Annotated[
        LabelRules,
        Meta(description="Which labels make which kind, of the pull request or of the issues that it closes."),
    ] = LabelRules()
    prefixes: Annotated[PrefixRules, Meta(description="Which types of Conventional Commits make which kind.")] = (
        PrefixRules()
    )
    paths: Annotated[PathRules, Meta(description="Paths that alone make a kind.")] = PathRules()
    conventional_commits: Annotated[bool, Meta(description="Whether a title such as 'fix(api): …' tells the kind.")] = (
        True
    )
    release_note: Annotated[
        str,
        Meta(
            description="What marks a fenced release note in a description; one that says NONE is no highlight. '': none."
        ),
    ] = "release-note"
    bots: Annotated[
        tuple[str, ...],
        Meta(description="Logins that are bots though GitHub doesn't say so; their work is never a highlight."),
    ] = ("dependabot", "dependabot-preview", "renovate", "renovate-bot", "github-actions", "weblate", "pre-commit-ci")
    unsure_below: Annotated[
        float, Meta(description="Verdicts less certain than this are marked for the editor.", ge=0, le=1)
    ] = 0.85


class HighlightRules(Record, frozen=True, kw_only=True):
    """How highlights are chosen."""

    most: Annotated[
        int, Meta(description="At most so many highlights for each project; the rest stays in Upstream changes.", ge=0)
    ] = 12
    longest: Annotated[
        int,
        Meta(
            description="A drafted highlight takes no further sentence that would make it longer, in characters.", ge=0
        ),
    ] = 300
    explain: Annotated[
        int,
        Meta(
            description="How many sentences of a description that explains follow the one from the title.", ge=0, le=2
        ),
    ] = 2
    commands: Annotated[
        tuple[str, ...],
        Meta(description="The project's command-line tools: 'lxc config trust' in a title is then shown as code."),
    ] = ()
    names: Annotated[
        tuple[str, ...],
        Meta(
            description="Names as they are spelt, beside the common ones; they get their capitals and are never shown as code."
        ),
    ] = ()
    fold_dependencies: Annotated[
        bool, Meta(description="Whether updates of dependencies are told, all in one line after the improvements.")
    ] = False


class ThanksRules(Record, frozen=True, kw_only=True):
    """Whether contributors are thanked; bots never are."""

    show: Annotated[bool, Meta(description="Whether the introduction ends with thanks to the week's contributors.")] = (
        False
    )
