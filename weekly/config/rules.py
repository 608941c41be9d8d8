"""Configuration of kinds, highlights and thanks."""

from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, field

from weekly.model import Kind, Record

Words = Annotated[tuple[str, ...], Meta(description="Patterns for this kind.")]


class LabelRules(Record, frozen=True, kw_only=True):
    """Labels that decide the kind, as patterns in any case.

    `kind/bug`, `kind: bug` and `kind:bug` are the same. The defaults are conventions that many projects share. They lack a
    bare `documentation`, which is often added by path, whatever the change is.
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
        """Return the patterns for `kind`."""
        patterns: tuple[str, ...] = getattr(self, kind.value)
        return patterns


class PrefixRules(Record, frozen=True, kw_only=True):
    """Types of Conventional Commits that decide the kind. Scopes such as `fix(ci):` count as well.

    The defaults lack a bare `build:`, which is as often the name of a component.
    """

    improvement: Words = ("feat", "feature", "perf", "refactor")
    bugfix: Words = ("fix", "bugfix", "hotfix")
    documentation: Words = ("docs", "doc")
    tests_ci: Words = ("test", "tests", "ci")
    dependencies: Words = ("deps", "dep")
    housekeeping: Words = ("chore", "style", "revert")

    def kind(self, name: str) -> Kind | None:
        """Return the kind of a type or scope."""
        return _kinds_of_prefixes(self).get(name.lower())


@lru_cache(maxsize=8)
def _kinds_of_prefixes(rules: PrefixRules) -> dict[str, Kind]:
    """Return the kind of each type or scope, the first of several."""
    return {name: kind for kind in reversed(Kind) for name in getattr(rules, kind.value)}


class PathRules(Record, frozen=True, kw_only=True):
    """Paths that don't interest users. A pull request that touches only these is of that kind."""

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
        """Return the patterns for `kind`. A path never makes an improvement or a bug fix."""
        patterns: tuple[str, ...] = getattr(self, kind.value, ())
        return patterns


class KindRules(Record, frozen=True, kw_only=True):
    """Rules for the kinds of pull requests."""

    labels: Annotated[
        LabelRules,
        Meta(description="Labels that decide the kind, on the pull request or on the issues that it closes."),
    ] = LabelRules()
    prefixes: Annotated[PrefixRules, Meta(description="Types of Conventional Commits that decide the kind.")] = (
        PrefixRules()
    )
    paths: Annotated[
        PathRules, Meta(description="Paths that decide the kind of pull requests that touch nothing else.")
    ] = PathRules()
    conventional_commits: Annotated[bool, Meta(description="Let titles such as 'fix(api): …' decide the kind.")] = True
    release_note: Annotated[
        str,
        Meta(
            description="The language of fenced release notes in descriptions. A note of NONE means no highlight. '' turns "
            "this off."
        ),
    ] = "release-note"
    bots: Annotated[
        tuple[str, ...],
        Meta(description="Logins of bots that GitHub doesn't mark. Their changes are never highlights."),
    ] = ("dependabot", "dependabot-preview", "renovate", "renovate-bot", "github-actions", "weblate", "pre-commit-ci")
    unsure_below: Annotated[
        float, Meta(description="Verdicts with less confidence are marked for the editor.", ge=0, le=1)
    ] = 0.85


ListCap = Annotated[int, Meta(ge=0)] | Annotated[float, Meta(gt=0, lt=1)]


class HighlightRules(Record, frozen=True, kw_only=True):
    """Rules for highlights."""

    most: Annotated[
        int, Meta(description="The most highlights for each project. The others stay in Upstream changes.", ge=0)
    ] = 12
    most_improvements: Annotated[
        ListCap | None,
        Meta(description="The most improvements, as a number or as a share of the project's merged pull requests."),
    ] = None
    most_bugfixes: Annotated[
        ListCap | None,
        Meta(description="The most bug fixes, as a number or as a share of the project's merged pull requests."),
    ] = None
    internal: Annotated[
        Literal["after", "count", "hide"],
        Meta(
            description="Where to show changes that only developers notice: 'after' lists large ones last, 'count' "
            "counts them in a closing line, 'hide' leaves them out."
        ),
    ] = "count"
    longest: Annotated[
        int,
        Meta(description="The length in characters above which a drafted highlight gets no further sentence.", ge=0),
    ] = 500
    scopes: Annotated[
        dict[str, str],
        Meta(
            description="How readers call a part of the project, such as zfs = 'on ZFS'. A key is a pattern for the scope of "
            "a title, for a part of it, or for a part of the path that all files share. '' leaves the part out."
        ),
    ] = field(default_factory=dict)
    modules: Annotated[
        tuple[str, ...],
        Meta(description="Patterns for files whose names users know, such as the modules of a collection."),
    ] = ("plugins/*", "modules/*")
    extensions: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns for files that list the project's extensions, such as doc/api-extensions.md. What a pull "
            "request adds to them becomes its sentence."
        ),
    ] = ()
    links: Annotated[
        Literal["none", "number", "title"],
        Meta(description="Whether a highlight ends with links to its pull requests, by number or with their titles."),
    ] = "none"
    explain: Annotated[
        int,
        Meta(
            description="The most sentences from the description that follow the sentence from the title.", ge=0, le=4
        ),
    ] = 3
    commands: Annotated[
        tuple[str, ...],
        Meta(
            description="The project's command-line tools. Their commands in titles, such as 'lxc config trust', are shown as "
            "code."
        ),
    ] = ()
    names: Annotated[
        tuple[str, ...],
        Meta(
            description="Further names in their correct spelling. They get their capitals and are never shown as code."
        ),
    ] = ()
    fold_dependencies: Annotated[
        bool, Meta(description="Show all updates of dependencies in one line after the improvements.")
    ] = False


class ThanksRules(Record, frozen=True, kw_only=True):
    """Thanks to contributors. Bots are never thanked."""

    show: Annotated[bool, Meta(description="End the introduction with thanks to the week's contributors.")] = False
