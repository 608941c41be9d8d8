"""Name the part of a project that a pull request changes, as its users call it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from weekly.config.highlights import HighlightRules
from weekly.model import PullRequest
from weekly.text import english, titles
from weekly.text.english import words
from weekly.text.patterns import fits, lazy_pattern
from weekly.text.titles.code_spans import NAMES, masked, spelling_key
from weekly.text.titles.sentence import innermost
from weekly.text.vocabulary import word_list

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


def scope_phrase(pull: PullRequest, rules: HighlightRules) -> str:
    """Return where a change is noticed, such as "in the Ceph driver", empty where no user knows the part."""
    parts, _ = innermost(titles.parse(pull.title))
    named = parts.scope or _scope_of_commits(pull)
    scopes = [_CONVENTIONAL.sub(lambda match: match[1] or "", scope).strip() for scope in named.split(": ")]
    scope = "/".join(scope for scope in scopes if scope).replace(" ", "-")
    segments = [
        segment.lower() for segment in _PARTS.split(scope.replace("-", " ") if "/" not in scope else scope) if segment
    ]
    whole = scope.lower()
    code = [change.path for change in pull.files if not _NO_CODE.search(change.path)]
    own = {*re.split(r"[/-]", pull.repo.lower())}
    known = {spelling_key(name): name for name in (*NAMES, *rules.names) if name.lower() not in own}
    command = "" if whole.partition("/")[0] in own else _command(whole, code, rules)
    phrase = _configured(f"{pull.repo.rpartition('/')[2].lower()}: {whole}", whole, segments, rules, known)
    if phrase is not None and not (command and phrase.endswith("?")):
        return phrase
    if command:
        return command
    if phrase := _module(whole, code, rules):
        return phrase
    telling = {low: name for low, name in known.items() if low not in _EVERYWHERE}
    if name := next((telling[segment] for segment in reversed(segments) if segment in telling), ""):
        return f"for {name}"
    scope_name = parts.scope.lower().removesuffix(".in")
    if stem := next((stem for path in code if (stem := _program(path)) == scope_name.replace("_", "-")), ""):
        return f"in {stem}"
    if (match := _TOOL.match(scope_name)) and not own.issuperset(whole.split("-")):
        return f"in {match[0]}"
    words_of_title = frozenset(re.findall(r"[a-z0-9]+", parts.text.lower()))
    return "" if words_of_title & telling.keys() else _of_paths(code, rules, telling)


def _program(path: str) -> str:
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


def _configured(
    with_repo: str, whole: str, segments: Sequence[str], rules: HighlightRules, known: Mapping[str, str]
) -> str | None:
    """Return the configured phrase for a scope, None where there is none. `with_repo` is "lxd: storage"."""
    for pattern in sorted(rules.scopes, key=lambda key: -len(key)):
        scope = with_repo if ":" in pattern else whole
        if whole and (scope == pattern.lower() or ("*" in pattern and fnmatchcase(scope, pattern.lower()))):
            name = next((part for part in reversed(segments) if part not in _SUFFIXES), segments[-1])
            return rules.scopes[pattern].replace("{name}", known.get(name, name))
    table = {pattern.lower(): phrase for pattern, phrase in rules.scopes.items()}
    return next((table[segment] for segment in reversed(segments) if segment in table), None)


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
        return f"in `{tool} {subcommand}`"
    return ""


def _module(whole: str, code: Sequence[str], rules: HighlightRules) -> str:
    """Return the module whose name users know, by the scope or by the only module that changes."""
    stems = {PurePosixPath(path).stem for path in code if fits(path, rules.modules)}
    stems = {stem for stem in stems if not stem.startswith("_") and not stem.endswith(("utils", "common"))}
    named = [segment for segment in re.split(r"[/: ]+", whole) if segment in stems]
    if not named and whole.partition("-")[0] in stems:
        named = [whole.partition("-")[0]]
    if not named and len(stems) == 1:
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


_CLAUSE = lazy_pattern(
    r" (?:when|if|while|whenever|unless|until|so that|because|since|after|before|during|by [a-z]+ing|instead of|rather than|to avoid"
    r"|to [a-z]+|as it|without|in which|which|where|that|due to|in order"
    r"|(?:for|in|on) (?:[a-z]+ ){1,2}(?:having|lacking|running|using))\b| \((?=[^)]*\)\W*$)"
)
_OF_BUILD = lazy_pattern(r"\b(?:builds?|compil\w+|linking|meson|autotools)\b", re.IGNORECASE)
_JOINTS = {"Added": "to", "Removed": "from", "Dropped": "from"}


def _has_joint(sentence: str, joint: str) -> bool:
    """Return whether a sentence says already what something is added to or removed from."""
    return any(not _is_infinitive(match[0]) for match in re.finditer(rf" {joint} \S+", sentence))


def _is_infinitive(words: str) -> bool:
    verb = english.verb(words.rsplit(maxsplit=1)[-1])
    return verb is not None and verb.form is english.Form.BASE and verb.base not in english.NOUN_LIKE


_TAKES_INFINITIVE = lazy_pattern(r"\b(?:abilit(?:y|ies)|attempts?|fails?|failures?|needs?|option|tries|ways?)$")
_PHRASE_WORD = lazy_pattern(r"[A-Za-z][\w-]*")


def with_phrase(sentence: str, phrase: str) -> str:
    """Return a sentence with the phrase before its first clause, unchanged where it names the part already.

    A phrase that ends in "?" is general, and only helps short sentences.
    """
    is_general = phrase.endswith("?")
    phrase = phrase.rstrip("?")
    if phrase.startswith("for ") and _LACKS_NOUN.search(sentence):
        return f"{sentence[:-1]} {phrase.removeprefix('for ')}."
    if not phrase or _names(sentence, phrase) or _OF_BUILD.search(sentence) or (is_general and _is_placed(sentence)):
        return sentence
    if phrase.startswith("in ") and _ENDS_IN_PLACE.search(sentence):
        return sentence
    verb = sentence.partition(" ")[0]
    if phrase.startswith("in ") and verb in _JOINTS and not _has_joint(sentence, _JOINTS[verb]):
        phrase = f"{_JOINTS[verb]} {phrase[3:]}"
    if (match := _OF_ALL.match(phrase)) and (noun := re.search(rf"(?<!{match[1]} )\b{match[2]}\b", sentence)):
        return f"{sentence[: noun.start()]}{match[1]} {sentence[noun.start() :]}"
    hidden = masked(sentence)
    end = len(sentence) - len(sentence.rstrip(".!?…"))
    stop = len(sentence) - end
    for match in _CLAUSE.finditer(hidden):
        if match[0].startswith(" to ") and (
            not _is_infinitive(match[0]) or _TAKES_INFINITIVE.search(hidden[: match.start()])
        ):
            continue
        if len(hidden[: match.start()].split()) > (2 if sentence.startswith(("Now ", "No longer ")) else 1):
            stop = match.start()
            break
    return f"{sentence[:stop]} {phrase}{sentence[stop:]}"


# "in the AppArmor profiles" of a sentence about a profile makes it an AppArmor profile.
_OF_ALL = lazy_pattern(r"in the ([A-Z]\w+) ([a-z]+s?)s$")
# An adjective whose noun is the part of the project: "Fixed restore on ephemeral" containers.
_LACKS_NOUN = lazy_pattern(
    r" (?:for|from|in|of|on|to|with) (?:clustered|ephemeral|nested|non-[a-z]+|remote|running|stopped|(?:un)?(?:managed|privileged))\.$"
)
_ENDS_IN_PLACE = lazy_pattern(r" in `?[\w./-]+`?\.$")
_PLACE = lazy_pattern(
    r"(?<!support) (?:for|from|in|of|on|within) (?!(?:boot|demand|errors?|exit|failures?|restore|shutdown|start|stop)\b)"
)
_MOST_WORDS = 6


def _is_placed(sentence: str) -> bool:
    """Return whether a sentence says enough to do without a general phrase, such as "for networks?"."""
    return len(sentence.split()) > _MOST_WORDS or bool(_PLACE.search(sentence))


def _names(sentence: str, phrase: str) -> bool:
    """Return whether a sentence has the telling word of a phrase."""
    low = re.sub(r"[^a-z0-9]+", " ", sentence.lower()).replace("virtual machine", "vm").replace("qemu", "qemu vm")
    telling = [word for word in _PHRASE_WORD.findall(phrase) if word.lower() not in word_list("filling")]
    telling = telling or [word for word in _PHRASE_WORD.findall(phrase) if len(word) > 3]
    plain = [
        re.sub(r"[^a-z0-9]+", " ", word.lower()).strip().removesuffix("s").replace("qemu", "vm") for word in telling
    ]
    return any(f" {word}" in f" {low}" for word in plain if len(word) > 1)
