"""Name the part of a project that a pull request changes, as its users call it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePosixPath

from weekly.config.highlights import HighlightRules
from weekly.highlights.commands import SUFFIXES, named_command, named_program, named_subcommand
from weekly.highlights.plain_scopes import kind_of, plain_phrase
from weekly.highlights.scope_parts import Scope, own_names, parts_of, read_scope
from weekly.model import PullRequest
from weekly.text import titles
from weekly.text.patterns import fits, lazy_pattern
from weekly.text.titles.code_spans import NAMES, by_spelling
from weekly.text.titles.sentence import innermost
from weekly.text.vocabulary import word_list

_EXTENSION = lazy_pattern(r"\.[a-z0-9]+$")
_STEM_PARTS = lazy_pattern(r"[^a-z0-9]+")
# Names that are parts of everything, and tell no reader where.
_EVERYWHERE = word_list("everywhere")
_NO_CODE = lazy_pattern(
    r"(?:^|/)(?:docs?|tests?|po|vendor|lib/charms|changelogs?|\.github|node_modules)/|_test\.\w+$|(?:^|/)test_[^/]*$|\.(?:md|rst|po|pot|sum|lock|mod)$"
)


def scope_phrase(pull: PullRequest, rules: HighlightRules) -> str:
    """Return where a change is noticed, such as "in the Ceph driver", empty where no user knows the part."""
    parts, _ = innermost(titles.parse(pull.title))
    found = part_of(parts.scope or _scope_of_commits(pull), pull, rules)
    if found is not None:
        return found
    code = _code_of(pull)
    telling = _telling(pull.repo, rules.names)
    words_of_title = frozenset(re.findall(r"[a-z0-9]+", parts.text.lower()))
    # Folders such as "oci" are a project's own words. Only settings or modules say that readers know them.
    are_known = rules.names_parts or (code and all(fits(path, rules.modules) for path in code))
    by_paths = _of_paths(code, rules, telling) if are_known and not words_of_title & telling.keys() else ""
    return by_paths or ("" if rules.names_parts else plain_phrase(parts.scope, pull, code))


def part_of(named: str, pull: PullRequest, rules: HighlightRules) -> str | None:
    """Return the phrase for a scope, such as that of a title, None where no user knows what it names."""
    if named.startswith("`"):
        return f"in {named}"
    scope = read_scope(pull, named)
    code = _code_of(pull)
    own = own_names(pull.repo)
    command = named_command(scope.whole, code, rules, own)
    configured = _configured(scope, rules, _known(pull.repo, rules.names))
    if configured is not None and not (command and configured.endswith("?")):
        return configured
    if not command and (match := _CALL.fullmatch(named.strip())) and match[1] in rules.commands:
        return f"in `{match[0]}`"
    if found := command or _module(scope.whole, code, rules) or named_subcommand(scope.segments, pull, code):
        return found
    if _DOTTED.fullmatch(named) and not rules.names_parts:
        return None
    if name := _name_in(scope, named, _telling(pull.repo, rules.names), has_settings=rules.names_parts):
        if name.lower() in word_list("parts") and not rules.names_parts:
            return f"in the {name}"
        kind = "" if rules.names_parts else kind_of(re.split(r"[/:]", scope.whole)[-1], code)
        return f"in the {name} {kind}" if kind else f"for {name}"
    if program := named_program(named.lower().removesuffix(".in"), scope.whole, code, own):
        return f"in {program}"
    part = next((part for part in re.split("[/:]", scope.whole)[::-1] if part in word_list("parts")), "")
    if not part or rules.names_parts:
        return None
    is_general = part in ("api", "cli") or (part in ("gui", "ui") and code and not any(map(_OF_SCREEN.search, code)))
    return f"in the {by_spelling(NAMES).get(part, part)}{'?' if is_general else ''}"


# A component by its whole name, as Alloy's "prometheus.relabel", and no file.
_DOTTED = lazy_pattern(rf"(?!.*\.(?:{'|'.join(sorted(SUFFIXES))}|md|toml|txt|ya?ml|json)$)[a-z]\w+(?:\.[a-z]\w+)+")
_CALL = lazy_pattern(r"([a-z][\w-]*)(?: [a-z][\w-]*){1,3}")
# Files of what is drawn. Without any, "ui" is a terminal's or the code that serves one.
_OF_SCREEN = lazy_pattern(
    r"(?:^|[/_-])(?:assets|frontend|g?ui|static|web\w*)/|\.(?:css|html?|jsx?|qml|scss|svelte|tsx?|ui|vue|xaml|xml)$"
)


def _name_in(scope: Scope, named: str, telling: Mapping[str, str], *, has_settings: bool) -> str:
    """Return the known name that a scope has, unless it is a file's ending, or other words say more: "AWS SD"."""
    ending = _EXTENSION.search(scope.whole)
    segments = [part for part in scope.segments if not ending or part != ending[0][1:]]
    others = [part for part in segments if part not in telling and part not in word_list("generic")]
    if others and " " in named.strip() and ": " not in named and not has_settings:
        return ""
    return next((telling[part] for part in reversed(segments) if part in telling), "")


def _code_of(pull: PullRequest) -> list[str]:
    """Return the paths of the files that are no documentation, test or lock file."""
    return [change.path for change in pull.files if not _NO_CODE.search(change.path)]


@cache
def _known(repo: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the names that readers know by how people write them, without the project's own."""
    own = own_names(repo)
    return {key: name for key, name in by_spelling((*NAMES, *names)).items() if name.lower() not in own}


@cache
def _telling(repo: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the names that tell readers where something changes."""
    return {low: name for low, name in _known(repo, names).items() if low not in _EVERYWHERE}


def _scope_of_commits(pull: PullRequest) -> str:
    """Return the scope that all commits share which touch the program, empty where they are about several parts."""
    scopes = {titles.parse(commit.subject).scope.lower() for commit in pull.commits}
    main = {scope for scope in scopes if not _SIDE.match(scope)}
    return main.pop() if len(main) == 1 else ""


_SIDE = lazy_pattern(r"^(?:docs?|tests?|i18n|po|github|gomod|api|shared/(?:api|version))\b|^ci$")


def _configured(scope: Scope, rules: HighlightRules, known: Mapping[str, str]) -> str | None:
    """Return the configured phrase for a scope, None where there is none."""
    if not scope.segments:
        return None
    last = next((part for part in reversed(scope.segments) if part not in SUFFIXES), scope.segments[-1])
    name = next((known[part] for part in (last, *last.split("-")) if part in known), last)
    phrases = {key: phrase.replace("{name}", name) for key, phrase in rules.scopes.items()}
    for pattern in sorted(phrases, key=lambda key: -len(key)):
        name = scope.named if ":" in pattern else scope.whole
        if name == pattern.lower() or ("*" in pattern and fnmatchcase(name, pattern.lower())):
            return phrases[pattern]
    table = {pattern.lower(): phrase for pattern, phrase in phrases.items()}
    return next((table[segment] for segment in reversed(scope.segments) if segment in table), None)


def _module(whole: str, code: Sequence[str], rules: HighlightRules) -> str:
    """Return the module whose name users know, by the scope, or by the only one that changes where there is no scope."""
    paths = [path for path in code if fits(path, rules.modules)]
    parts = {part for path in paths for part in parts_of(path)[1:] if part not in word_list("generic")}
    written = (*whole.partition("-")[:1], whole.replace("-", "_"), *re.split(r"[/: ]+", whole))
    named = [segment for segment in written if segment in parts]
    stems = {PurePosixPath(path).stem for path in paths}
    stems = {stem for stem in stems if not stem.startswith("_") and not stem.endswith(("utils", "common"))}
    are_files = all(path.endswith(_OF_ONE_FILE) or path.count("/") == 1 for path in paths)
    if not whole and not named and len(stems) == 1 and are_files:
        named = [*stems]
    return f"in `{named[-1]}`" if named else ""


_OF_ONE_FILE = (".nix", ".ps1", ".py", ".rb", ".yaml", ".yml")
"""Endings of modules that are one file each. In other languages the file is a part of its folder."""


def has_modules(pulls: Sequence[PullRequest], rules: HighlightRules) -> bool:
    """Return whether a file changes whose name users know, so that they know the names in it as well."""
    return any(fits(change.path, rules.modules) for pull in pulls for change in pull.files)


def _of_paths(code: Sequence[str], rules: HighlightRules, telling: Mapping[str, str]) -> str:
    """Return the part that all changed files of code share, by their paths."""
    shared: set[str] | None = None
    for path in code:
        folders, _, name = _EXTENSION.sub("", path.lower()).rpartition("/")
        own = set(_STEM_PARTS.split(name)) - (word_list("generic") if folders else frozenset())
        tokens = own.union(_STEM_PARTS.split(folders))
        shared = tokens if shared is None else shared & tokens
    phrases = {low: f"for {name}" for low, name in telling.items()}
    table = {pattern.lower(): phrase for pattern, phrase in rules.scopes.items()}
    return next((named[token] for named in (table, phrases) for token in sorted(shared or ()) if token in named), "")
