"""Name the part of a project that a pull request changes, as its users call it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from weekly.config.highlights import HighlightRules
from weekly.highlights.commands import SUFFIXES, named_command, named_program, named_subcommand, tool_of
from weekly.highlights.placing import AS_WRITTEN
from weekly.model import PullRequest
from weekly.text import english, titles
from weekly.text.english import words
from weekly.text.patterns import fits, lazy_pattern
from weekly.text.titles.code_spans import NAMES, by_spelling
from weekly.text.titles.phrases import FUNCTION
from weekly.text.titles.sentence import innermost
from weekly.text.vocabulary import word_list

_CONVENTIONAL = lazy_pattern(
    r"^(?:build|chore|ci|docs?|enhancement|feat(?:ure)?|fix|perf|refactor|revert|style|tests?|bugfix|hotfix)(?:\(([^()]*)\))?!?$",
    re.IGNORECASE,
)
_PARTS = lazy_pattern(r"[/:.,]|\s+")
_EXTENSION = lazy_pattern(r"\.[a-z0-9]+$")
_STEM_PARTS = lazy_pattern(r"[^a-z0-9]+")
# Names that are parts of everything, and tell no reader where.
_EVERYWHERE = word_list("everywhere")
_NO_CODE = lazy_pattern(
    r"(?:^|/)(?:docs?|tests?|po|vendor|lib/charms|changelogs?|\.github|node_modules)/|_test\.\w+$|(?:^|/)test_[^/]*$|\.(?:md|rst|po|pot|sum|lock|mod)$"
)


class _Scope(NamedTuple):
    """A scope in small letters with its segments: "lxd/storage/zfs". `named` is that with its repository: "lxd: zfs"."""

    whole: str
    segments: list[str]
    named: str


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
    are_known = bool(rules.scopes) or (code and all(fits(path, rules.modules) for path in code))
    by_paths = _of_paths(code, rules, telling) if are_known and not words_of_title & telling.keys() else ""
    return by_paths or ("" if rules.scopes else _plain(parts.scope, pull, code))


def part_of(named: str, pull: PullRequest, rules: HighlightRules) -> str | None:
    """Return the phrase for a scope, such as that of a title, None where no user knows what it names."""
    scope = _scope(pull, named)
    code = _code_of(pull)
    own = _own(pull.repo)
    command = "" if scope.whole.partition("/")[0] in own else named_command(scope.whole, code, rules)
    configured = _configured(scope, rules, _known(pull.repo, rules.names))
    if configured is not None and not (command and configured.endswith("?")):
        return configured
    if not command and (match := _CALL.fullmatch(named.strip())) and match[1] in rules.commands:
        return f"in `{match[0]}`"
    if found := command or _module(scope.whole, code, rules) or named_subcommand(scope.segments, pull, code):
        return found
    if name := _name_in(scope, named, _telling(pull.repo, rules.names), has_settings=bool(rules.scopes)):
        return f"for {name}"
    if program := named_program(named.lower().removesuffix(".in"), scope.whole, code, own):
        return f"in {program}"
    part = next((part for part in re.split("[/:]", scope.whole)[::-1] if part in word_list("parts")), "")
    if not part or rules.scopes:
        return None
    is_general = part in ("api", "cli") or (part in ("gui", "ui") and code and not any(map(_OF_SCREEN.search, code)))
    return f"in the {by_spelling(NAMES).get(part, part)}{'?' if is_general else ''}"


_CALL = lazy_pattern(r"([a-z][\w-]*)(?: [a-z][\w-]*){1,3}")
# Files of what is drawn. Without any, "ui" is a terminal's or the code that serves one.
_OF_SCREEN = lazy_pattern(
    r"(?:^|[/_-])(?:assets|frontend|g?ui|static|web\w*)/|\.(?:css|html?|jsx?|qml|scss|svelte|tsx?|ui|vue|xaml|xml)$"
)


def _name_in(scope: _Scope, named: str, telling: Mapping[str, str], *, has_settings: bool) -> str:
    """Return the known name that a scope has, unless it is a file's ending, or other words say more: "AWS SD"."""
    ending = _EXTENSION.search(scope.whole)
    segments = [part for part in scope.segments if not ending or part != ending[0][1:]]
    others = [part for part in segments if part not in telling and part not in word_list("generic")]
    if others and " " in named.strip() and ": " not in named and not has_settings:
        return ""
    return next((telling[part] for part in reversed(segments) if part in telling), "")


def _plain(named: str, pull: PullRequest, code: Sequence[str]) -> str:
    """Return the phrase for a scope that no setting names, as people write it, empty where it says nothing.

    Words are "in the Rules API" or "for host volumes". One word may be a name of the code only: "in `relabel`??".
    """
    if found := _of_kind_named(named):
        return found
    inner = named.rpartition(": ")[2]
    scope = _scope(pull, inner)
    tool = tool_of(pull)
    last = re.split(r"[/:]", scope.whole)[-1]
    rest = last.removeprefix(tool)  # "caddytls" of Caddy
    is_program = rest in _PROGRAMS or any(path.startswith(f"{last}/") for path in code)
    rest = last if is_program else rest
    part = rest if len(tool) >= _LEAST_PREFIX and _WORD.fullmatch(rest) else last
    is_own = part in _own(pull.repo) or part.startswith("lib")
    is_generic = part in word_list("generic") or last.removeprefix(tool) in word_list("generic") or part in _CHECKERS
    if last.endswith(f"{tool}file"):
        return f"in the {tool.capitalize()}file"
    if not part or is_generic or is_own or "," in inner or _VERSION.match(part):
        return ""
    if part in _SYSTEMS:
        return f"on {_SYSTEMS[part]}"
    if part in _LANGUAGES:
        is_sdk = any("sdk" in _parts_of(path) or "sdks" in _parts_of(path) for path in code)
        return f"in the {_LANGUAGES[part]} SDK" if is_sdk else ""
    written = _CONVENTIONAL.sub(lambda match: match[1] or "", inner).strip()
    if " " in written:
        return f"in `{written}`" if written.startswith(f"{tool} ") else _of_words(written)
    if written.isalpha() and written[0].isupper():
        return _of_name(written, part, code)
    if _SETTING.fullmatch(written) and written.rpartition(".")[2] not in _ENDINGS:
        return f"in `{written}`{AS_WRITTEN}"
    if not _WORD.fullmatch(part):
        return ""
    found = _of_kind(last, code) or ("" if _is_inner_file(scope, code) else f"in `{part}`{AS_WRITTEN}")
    name = re.search(rf"\b{re.escape(part)}\b", written, re.IGNORECASE)
    return found.replace(f"`{part}`", f"`{name[0]}`") if name and not name[0][1:].islower() else found


def _of_name(written: str, part: str, code: Sequence[str]) -> str:
    """Return the phrase for a scope that is written as a name: "for BigQuery", empty for a word with a capital."""
    is_known = bool(_PRODUCT.fullmatch(written)) and not any(part in _parts_of(path.lower()) for path in code)
    if written.isupper() or is_known:
        return f"for {written}"
    if any(part in path.lower().split("/") for path in code):
        return f"in `{part}`{AS_WRITTEN}"
    return f"in {part}" if part.endswith("ing") else ""


_PRODUCT = lazy_pattern(
    r"(?!(?:Can|Get|Has|Is|Make|New|Set|With)[A-Z])[A-Z][a-z]+[A-Z](?:[a-z]{2,}|[a-z]+[A-Z]|[A-Z]{1,3})"
)
# A name with dots, such as "services.kiln", unless it is a file.
_ENDINGS = SUFFIXES | words("bash conf fish in json md rst toml txt yaml yml zsh")
_SETTING = lazy_pattern(r"[a-z]+(?:\.[a-z][\w-]*)+")


def _of_kind_named(scope: str) -> str:
    """Return the phrase for a scope with the kind of the part: "completions/git", "plugin(bind)"."""
    if match := _COMPLETIONS.fullmatch(scope.strip()):
        return f"in the `{match[1].lower()}` completions"
    match = _IN_PARENTHESES.fullmatch(scope)
    return f"in the {match[2]} {match[1]}" if match and match[1] in _KINDS_OF_PARTS else ""


_PROGRAMS = words("adm cli ctl utl")
"""Ends of names of programs, such as "etcdctl"."""
_LEAST_PREFIX = 4
"""Letters of a project's name above which names that begin with it are its own."""
# Tools that a title thanks for what they found.
_CHECKERS = words("clippy eslint flake8 mypy pylint ruff")


def _is_inner_file(scope: _Scope, code: Sequence[str]) -> bool:
    """Return whether a scope with folders, such as "db/stmt", ends in the name of a file, which only developers know."""
    *folders, last = scope.whole.split("/")
    parts = [_parts_of(path.lower()) for path in code]
    return (
        bool(folders) and any(names[-1] == last for names in parts) and not any(last in names[:-1] for names in parts)
    )


_SYSTEMS = {
    "android": "Android", "darwin": "macOS", "freebsd": "FreeBSD", "linux": "Linux", "macos": "macOS", "osx": "macOS",
    "windows": "Windows",
}  # fmt: skip
_LANGUAGES = {
    "dotnet": ".NET", "go": "Go", "java": "Java", "javascript": "JavaScript", "js": "JavaScript", "nodejs": "Node.js",
    "python": "Python", "ruby": "Ruby", "rust": "Rust", "ts": "TypeScript", "typescript": "TypeScript",
}  # fmt: skip


def _of_words(written: str) -> str:
    """Return the phrase for a part that several words name, empty where they are no name."""
    *_, last = listed = written.lower().split()
    verb = english.verb(listed[0])
    is_order = verb is not None and verb.form is english.Form.BASE and verb.base not in english.NOUN_LIKE - {"fix"}
    is_name = "/" not in written and "(" not in written and FUNCTION.isdisjoint(listed) and not is_order
    if not is_name or last in word_list("work") or word_list("generic").issuperset(listed):
        return ""
    first = written.partition(" ")[0]
    lower = written[0].lower() + written[1:]
    if not english.is_plural(written):
        return f"in the {lower if first in ('Default', 'New', 'Old') else written}"
    return f"for {lower if first.istitle() else written}"


def _parts_of(path: str) -> tuple[str, ...]:
    """Return the folders of a file and its name without the ending."""
    *folders, name = path.split("/")
    return (*folders, name.partition(".")[0])


def _of_kind(part: str, code: Sequence[str]) -> str:
    """Return "in the `bind` plugin" for a part that has a folder or file of its own among its kind."""
    for path in code:
        for folder, inner in pairwise(_parts_of(path.lower())):
            kind = folder.removesuffix("s")
            if inner == part and kind in _KINDS_OF_PARTS and kind not in part and "helper" not in part:
                return f"in the `{part}` {kind}"
    return ""


_KINDS_OF_PARTS = words(
    "backend connector driver exporter extension importer integration module plugin processor provider receiver theme"
)


_COMPLETIONS = lazy_pattern(r"(?:(?:bash|fish|zsh) )?completions?(?:[/ :]|: |\()([\w.-]+)\)?", re.IGNORECASE)
_IN_PARENTHESES = lazy_pattern(r"([a-z]+)\(([\w-]+)\)!?")
_VERSION = lazy_pattern(r"v?\d")
_WORD = lazy_pattern(r"[a-z][a-z0-9_-]+")


def _code_of(pull: PullRequest) -> list[str]:
    """Return the paths of the files that are no documentation, test or lock file."""
    return [change.path for change in pull.files if not _NO_CODE.search(change.path)]


def _own(repo: str) -> frozenset[str]:
    return frozenset(re.split(r"[/-]", repo.lower()))


@cache
def _known(repo: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the names that readers know by how people write them, without the project's own."""
    own = _own(repo)
    return {key: name for key, name in by_spelling((*NAMES, *names)).items() if name.lower() not in own}


@cache
def _telling(repo: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the names that tell readers where something changes."""
    return {low: name for low, name in _known(repo, names).items() if low not in _EVERYWHERE}


def _scope(pull: PullRequest, named: str) -> _Scope:
    """Read a scope without the types of conventional commits: "fix(zfs)" is "zfs"."""
    scopes = [_CONVENTIONAL.sub(lambda match: match[1] or "", scope).strip() for scope in named.split(": ")]
    whole = "/".join(scope for scope in scopes if scope).replace(" ", "-").lower()
    segments = [segment for segment in _PARTS.split(whole if "/" in whole else whole.replace("-", " ")) if segment]
    return _Scope(whole, segments, f"{pull.repo.rpartition('/')[2].lower()}: {whole}")


def _scope_of_commits(pull: PullRequest) -> str:
    """Return the scope that all commits share which touch the program, empty where they are about several parts."""
    scopes = {titles.parse(commit.subject).scope.lower() for commit in pull.commits}
    main = {scope for scope in scopes if not _SIDE.match(scope)}
    return main.pop() if len(main) == 1 else ""


_SIDE = lazy_pattern(r"^(?:docs?|tests?|i18n|po|github|gomod|api|shared/(?:api|version))\b|^ci$")


def _configured(scope: _Scope, rules: HighlightRules, known: Mapping[str, str]) -> str | None:
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
    parts = {part for path in paths for part in _parts_of(path)[1:] if part not in word_list("generic")}
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
