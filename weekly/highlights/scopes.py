"""Name the part of a project that a pull request changes, as its users call it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from weekly.config.highlights import HighlightRules
from weekly.model import PullRequest
from weekly.text import titles
from weekly.text.english import words
from weekly.text.patterns import fits, lazy_pattern
from weekly.text.titles.code_spans import NAMES, by_spelling, except_code
from weekly.text.titles.sentence import innermost
from weekly.text.vocabulary import name_list, word_list

_CONVENTIONAL = lazy_pattern(
    r"^(?:build|chore|ci|docs?|feat|fix|perf|refactor|revert|style|tests?|bugfix|hotfix)(?:\(([^()]*)\))?!?$",
    re.IGNORECASE,
)
_PARTS = lazy_pattern(r"[/:.,]|\s+")
_EXTENSION = lazy_pattern(r"\.[a-z0-9]+$")
_STEM_PARTS = lazy_pattern(r"[^a-z0-9]+")
# Names that are parts of everything, and tell no reader where.
_EVERYWHERE = word_list("everywhere")
_NO_CODE = lazy_pattern(
    r"(?:^|/)(?:docs?|tests?|po|vendor|changelogs?|\.github|node_modules)/|_test\.\w+$|(?:^|/)test_[^/]*$|\.(?:md|rst|po|pot|sum|lock|mod)$"
)


class _Scope(NamedTuple):
    """A scope in small letters with its segments: "lxd/storage/zfs". `named` is that with its repository: "lxd: zfs"."""

    whole: str
    segments: list[str]
    named: str


def scope_phrase(pull: PullRequest, rules: HighlightRules) -> str:
    """Return where a change is noticed, such as "in the Ceph driver", empty where no user knows the part."""
    parts, _ = innermost(titles.parse(pull.title))
    code = [change.path for change in pull.files if not _NO_CODE.search(change.path)]
    found = part_of(parts.scope or _scope_of_commits(pull), pull, rules)
    if found is not None:
        return found
    telling = _telling(pull, rules)
    words_of_title = frozenset(re.findall(r"[a-z0-9]+", parts.text.lower()))
    return "" if words_of_title & telling.keys() else _of_paths(code, rules, telling)


def part_of(named: str, pull: PullRequest, rules: HighlightRules) -> str | None:
    """Return the phrase for a scope, such as that of a title, None where no user knows what it names."""
    scope = _scope(pull, named)
    code = [change.path for change in pull.files if not _NO_CODE.search(change.path)]
    own = _own(pull)
    command = "" if scope.whole.partition("/")[0] in own else _command(scope.whole, code, rules)
    configured = _configured(scope, rules, _known(pull, rules))
    if configured is not None and not (command and configured.endswith("?")):
        return configured
    if found := command or _module(scope.whole, code, rules) or _subcommand(scope, pull, code):
        return found
    telling = _telling(pull, rules)
    if name := next((telling[segment] for segment in reversed(scope.segments) if segment in telling), ""):
        return f"for {name}"
    if program := _program(named.lower().removesuffix(".in"), scope, code, own):
        return f"in {program}"
    if part := next((part for part in reversed(scope.segments) if part in word_list("parts")), ""):
        return f"in the {by_spelling(NAMES).get(part, part)}{'?' if part == 'cli' else ''}"
    tool = _tool(pull)
    return f"in the {tool.capitalize()}file" if f"{tool}file" in scope.segments else None


def _tool(pull: PullRequest) -> str:
    """Return the program that is called as the repository."""
    return pull.repo.rpartition("/")[2].lower()


def _own(pull: PullRequest) -> frozenset[str]:
    return frozenset(re.split(r"[/-]", pull.repo.lower()))


def _known(pull: PullRequest, rules: HighlightRules) -> dict[str, str]:
    """Return the names that readers know by how people write them, without the project's own."""
    own = _own(pull)
    return {key: name for key, name in by_spelling((*NAMES, *rules.names)).items() if name.lower() not in own}


def _telling(pull: PullRequest, rules: HighlightRules) -> dict[str, str]:
    """Return the names that tell readers where something changes."""
    return {low: name for low, name in _known(pull, rules).items() if low not in _EVERYWHERE}


def _subcommand(scope: _Scope, pull: PullRequest, code: Sequence[str]) -> str:
    """Return a command of the program that is called as the repository, by the file of its own that changes."""
    tool = _tool(pull)
    words_of_scope = [word for word in scope.segments if word != tool]
    if not words_of_scope or not all(re.fullmatch(r"[a-z][a-z0-9]+", word) for word in words_of_scope):
        return ""
    call = "_".join(words_of_scope)
    for path in code:
        *folders, file = path.lower().split("/")
        if file.rpartition(".")[2] not in _SUFFIXES:
            continue
        stem = re.sub(r"^(?:cmd|command|main)_", "", file.partition(".")[0].replace("-", "_"))
        place = next((at for at, folder in enumerate(folders) if folder in _COMMANDS), None)
        inner = [folder for folder in folders[place + 1 :] if folder != tool] if place is not None else []
        if place is not None and call in (stem, "_".join([*inner, stem])):
            return f"in `{tool} {' '.join(words_of_scope)}`"
    return ""


_COMMANDS = words("cli cmd cmds command commands subcommands")
"""Folders with a file for each command of a program."""


def _scope(pull: PullRequest, named: str) -> _Scope:
    """Read a scope without the types of conventional commits: "fix(zfs)" is "zfs"."""
    scopes = [_CONVENTIONAL.sub(lambda match: match[1] or "", scope).strip() for scope in named.split(": ")]
    whole = "/".join(scope for scope in scopes if scope).replace(" ", "-").lower()
    segments = [segment for segment in _PARTS.split(whole if "/" in whole else whole.replace("-", " ")) if segment]
    return _Scope(whole, segments, f"{pull.repo.rpartition('/')[2].lower()}: {whole}")


def _program(name: str, scope: _Scope, code: Sequence[str], own: Container[str]) -> str:
    """Return the program that a scope names, by the folders of programs or by its hyphen."""
    if stem := next((stem for path in code if (stem := _stem_of_program(path)) == name.replace("_", "-")), ""):
        return stem
    is_own = all(word in own for word in scope.whole.split("-"))
    return name if _TOOL.match(name) and not is_own else ""


def _stem_of_program(path: str) -> str:
    """Return the program that a source file belongs to, or an empty string."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0].replace("_", "-")
    return stem if "-" in stem and not {"bin", "cmd", "tools"}.isdisjoint(folders) else ""


def _scope_of_commits(pull: PullRequest) -> str:
    """Return the scope that all commits share which touch the program, empty where they are about several parts."""
    scopes = {titles.parse(commit.subject).scope.lower() for commit in pull.commits}
    main = {scope for scope in scopes if not _SIDE.match(scope)}
    return main.pop() if len(main) == 1 else ""


_SIDE = lazy_pattern(r"^(?:docs?|tests?|i18n|po|github|gomod|api|shared/(?:api|version))\b|^ci$")


# A scope such as "lxc-attach" or "systemd-generator" names a tool or a component. Others may be folders of the code.
_TOOL = lazy_pattern(r"^(?!.*\b(?:ci|commit|conf\w*|deps|lint|quality|style|tests?|tree|up)\b)[a-z]\w+(?:-[a-z]\w+)+$")
_SUFFIXES = words("c cpp go h in java js py rb rs sh ts")


def _configured(scope: _Scope, rules: HighlightRules, known: Mapping[str, str]) -> str | None:
    """Return the configured phrase for a scope, None where there is none."""
    if not scope.segments:
        return None
    last = next((part for part in reversed(scope.segments) if part not in _SUFFIXES), scope.segments[-1])
    name = next((known[part] for part in (last, *last.split("-")) if part in known), last)
    phrases = {key: phrase.replace("{name}", name) for key, phrase in rules.scopes.items()}
    for pattern in sorted(phrases, key=lambda key: -len(key)):
        name = scope.named if ":" in pattern else scope.whole
        if name == pattern.lower() or ("*" in pattern and fnmatchcase(name, pattern.lower())):
            return phrases[pattern]
    table = {pattern.lower(): phrase for pattern, phrase in phrases.items()}
    return next((table[segment] for segment in reversed(scope.segments) if segment in table), None)


def _command(whole: str, code: Sequence[str], rules: HighlightRules) -> str:
    """Return a command of the project's tools, as `lxc storage` for `lxc/storage`."""
    tool, _, rest = whole.partition("/")
    if tool in ("cmd", "tools") and rest:
        tool, rest = re.split(r"[/.]", rest)[0].replace("_", "-"), ""
    if whole.startswith(("cmd/", "tools/")) or (tool in rules.commands and "-" in tool and not rest):
        return f"in {tool}"
    subcommand = re.split(r"[/_]", rest)[0]
    files = (  # for `lxc storage`: lxc/storage.go, lxc/main_storage.go, lxc/storages_list.go
        re.match(rf"{re.escape(tool)}/(?:main_)?{re.escape(subcommand)}(?:e?s)?(?:_[\w-]+)?\.\w+$", path)
        for path in code
    )
    is_tool = tool in rules.commands and any(files)
    if is_tool and subcommand in word_list("subcommands"):
        more = [part for part in re.split(r"[/_]", rest)[1:] if part in word_list("objects")]
        return f"in `{' '.join([tool, subcommand, *more])}`"
    return ""


def with_calls(title: str, pull: PullRequest, rules: HighlightRules) -> str:
    """Return a title with the calls of the project's program as code, and its first tool before a bare subcommand."""
    program = _tool(pull)
    text = _with_tool(title, pull, rules)
    if program not in text:
        return text
    call = _call(program)
    return except_code(text, lambda piece: call.sub(lambda found: f"`{found['said'] or found[0]}`", piece))


@cache
def _call(program: str) -> re.Pattern[str]:
    """Return a pattern for calls of a program that are quoted, or have an option, or the word "command" after them."""
    call = rf"(?<![\w/.-]){re.escape(program)}(?: (?!(?:{_NO_ARGUMENT})\b)[a-z][a-z-]*)"
    options = r"(?: --?[a-z][\w-]*(?![\w:-])(?:=\S+| '[^']*'| \"[^\"]*\")?)+"
    quoted = rf"""(?P<sign>['"])(?P<said>{re.escape(program)} [\w -]+)(?P=sign)"""
    return re.compile(rf"{quoted}|{call}{{0,3}}{options}|{call}{{1,3}}(?= (?:sub-?)?commands?\b)")


_NO_ARGUMENT = "a|an|and|are|by|commands?|for|from|has|in|is|of|on|or|the|to|using|via|when|with"


def _with_tool(text: str, pull: PullRequest, rules: HighlightRules) -> str:
    """Return a title with the first tool before the subcommand of a file that changes: "Fix `lxc image list`"."""
    tool = re.escape(rules.commands[0]) if rules.commands else ""
    files = [
        match[1] for change in pull.files if (match := re.match(rf"{tool}/([a-z]+)(?:_[\w-]+)?\.\w+$", change.path))
    ]
    named = [name for name in name_list("objects") if name in files and name in text]
    if not tool or not named:
        return text
    objects, actions = "|".join(name_list("objects")), "|".join(name_list("actions"))
    command = rf"(?<!{tool} )(?<![\w`/:-])(?:{'|'.join(named)})(?: (?:{objects}))*(?: (?:{actions}))+(?![\w`/:-])"
    return re.sub(command, lambda found: f"{rules.commands[0]} {found[0]}", text)


def _module(whole: str, code: Sequence[str], rules: HighlightRules) -> str:
    """Return the module whose name users know, by the scope or by the only module that changes."""
    paths = [path for path in code if fits(path, rules.modules)]
    parts = {part for path in paths for part in PurePosixPath(path).with_suffix("").parts[1:]}
    named = [segment for segment in (*whole.partition("-")[:1], *re.split(r"[/: ]+", whole)) if segment in parts]
    stems = {PurePosixPath(path).stem for path in paths}
    stems = {stem for stem in stems if not stem.startswith("_") and not stem.endswith(("utils", "common"))}
    if not whole and not named and len(stems) == 1:
        named = [*stems]
    return f"in `{named[-1]}`" if named else ""


def has_modules(pulls: Sequence[PullRequest], rules: HighlightRules) -> bool:
    """Return whether a file changes whose name users know, so that they know the names in it as well."""
    return any(fits(change.path, rules.modules) for pull in pulls for change in pull.files)


def _of_paths(code: Sequence[str], rules: HighlightRules, telling: Mapping[str, str]) -> str:
    """Return the part that all changed files of code share, by their paths."""
    shared: set[str] | None = None
    for path in code:
        tokens = set(_STEM_PARTS.split(_EXTENSION.sub("", path.lower())))
        shared = tokens if shared is None else shared & tokens
    phrases = {low: f"for {name}" for low, name in telling.items()}
    table = {pattern.lower(): phrase for pattern, phrase in rules.scopes.items()}
    return next((named[token] for named in (table, phrases) for token in sorted(shared or ()) if token in named), "")
