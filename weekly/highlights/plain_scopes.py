"""Name a part that no setting names, by the scope as people write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from weekly.highlights.commands import SUFFIXES, tool_of
from weekly.highlights.placing import AS_WRITTEN, PLATFORMS
from weekly.highlights.scope_parts import Scope, own_names, parts_of, read_scope, without_type
from weekly.model import PullRequest
from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FUNCTION
from weekly.text.titles.code_spans import NAMES, by_spelling
from weekly.text.vocabulary import word_list


def plain_phrase(named: str, pull: PullRequest, code: Sequence[str]) -> str:
    """Return the phrase for a scope that no setting names, as people write it, empty where it says nothing.

    Words are "in the Rules API" or "for host volumes". One word may be a name of the code only: "in `relabel`??".
    """
    if not named:
        return _of_only_part(pull, code)
    if found := _of_kind_named(named) or _of_chart(named, own_names(pull.repo), code):
        return found
    inner = named.rpartition(": ")[2]
    scope = read_scope(pull, inner)
    tool = tool_of(pull)
    last = re.split(r"[/:]", scope.whole)[-1]
    rest = last.removeprefix(tool)  # "caddytls" of Caddy
    is_program = rest in _PROGRAMS or any(path.startswith(f"{last}/") for path in code)
    rest = last if is_program else rest
    part = rest if len(tool) >= _LEAST_PREFIX and _WORD.fullmatch(rest) else last
    is_own = part in own_names(pull.repo) or part.startswith("lib")
    is_generic = not word_list("generic").isdisjoint((part, last.removeprefix(tool))) and not kind_of(last, code)
    if last.endswith(f"{tool}file"):
        return f"in the {tool.capitalize()}file"
    if is_generic and part in _ROLES:
        return f"in the {part}?"
    if not part or is_generic or is_own or part in _CHECKERS or "," in inner or _VERSION.match(part):
        return ""
    if part in _SYSTEMS or part in _LANGUAGES:
        return _of_platform(part, code)
    written = without_type(inner)
    if " " in written:
        return f"in `{written}`" if written.startswith(f"{tool} ") else _of_words(written)
    if _NAME.fullmatch(written):
        return _of_name(written, part, code)
    if _SETTING.fullmatch(written) and written.rpartition(".")[2] not in _ENDINGS:
        return f"in `{written}`{AS_WRITTEN}"
    return _of_one_word(part, last, scope, written, code) if _WORD.fullmatch(part) else ""


def _of_platform(part: str, code: Sequence[str]) -> str:
    """Return the phrase for a system, or for the SDK of a language."""
    if part in _SYSTEMS:
        return f"on {_SYSTEMS[part]}"
    is_sdk = any("sdk" in parts_of(path) or "sdks" in parts_of(path) for path in code)
    return f"in the {_LANGUAGES[part]} SDK" if is_sdk else ""


def _of_one_word(part: str, last: str, scope: Scope, written: str, code: Sequence[str]) -> str:
    """Return the phrase for a part that one word names: "for volumes", "in the `bind` plugin", "in `relabel`??"."""
    kind = kind_of(last, code)
    if kind:
        found = f"in the `{part}` {kind}"
    elif part.endswith("s") and part.removesuffix("s") in word_list("objects") - {"config"}:
        return f"for {part}?"
    elif part in word_list("part_nouns"):
        return f"in the {part}{AS_WRITTEN}"
    elif part in word_list("part_words"):
        return f"in {_WHOLE_WORDS.get(part, part)}{AS_WRITTEN}"
    else:
        shown = (
            f"the {part}"
            if part.endswith(_AGENTS) and len(part) <= _LONGEST_WORD
            else part
            if part.endswith(_ACTIVITIES)
            else f"`{part}`"
        )
        found = "" if _is_inner_file(scope, code) else f"in {shown}{AS_WRITTEN}"
    name = re.search(rf"\b{re.escape(part)}\b", written, re.IGNORECASE)
    return found.replace(f"`{part}`", f"`{name[0]}`") if name and not name[0][1:].islower() else found


_LONGEST_WORD = 11
"""Letters of a word that is no two: "transformer", but not "exporterhelper"."""
_AGENTS, _ACTIVITIES = ("er", "or"), ("ing", "ity", "ment", "tion")
"""Ends of English words, which are no names of the code: "in the operator", "in replication"."""
_WHOLE_WORDS = {"auth": "authentication", "dockerfile": "Dockerfiles"}


def _of_name(written: str, part: str, code: Sequence[str]) -> str:
    """Return the phrase for a scope that is written as a name: "for BigQuery", empty for a word with a capital."""
    if not written.isalpha():
        return f"in `{written}`"  # a rule, such as E501
    is_known = bool(_PRODUCT.fullmatch(written)) and not any(part in parts_of(path.lower()) for path in code)
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


_NAME = lazy_pattern(r"[A-Z][^\W\d_]*|[A-Z]{1,6}\d{2,5}")
_ROLES = words("agent client daemon desktop manager scheduler server")
"""Generic parts that say where in a short sentence."""
_PROGRAMS = words("adm cli ctl utl")
"""Ends of names of programs, such as "etcdctl"."""
_LEAST_PREFIX = 4
"""Letters of a project's name above which names that begin with it are its own."""
# Tools that a title thanks for what they found.
_CHECKERS = words("clippy eslint flake8 mypy pylint ruff")


def _is_inner_file(scope: Scope, code: Sequence[str]) -> bool:
    """Return whether a scope with folders, such as "db/stmt", ends in the name of a file, which only developers know."""
    *folders, last = scope.whole.split("/")
    parts = [parts_of(path.lower()) for path in code]
    return (
        bool(folders) and any(names[-1] == last for names in parts) and not any(last in names[:-1] for names in parts)
    )


def _of_chart(scope: str, own: frozenset[str], code: Sequence[str]) -> str:
    """Return the phrase for a scope that names the project's Helm chart, empty for others."""
    part = without_type(scope).lower()
    is_chart = part in _CHARTS - own and any(map(_OF_CHART.search, code))
    return "in the Helm chart" if is_chart else ""


_OF_CHART = lazy_pattern(r"(?:^|/)(?:helm-)?charts?/.*\.(?:json|tpl|txt|ya?ml)$")
_CHARTS = words("chart charts helm helm-chart helm-charts")

_SYSTEMS = {
    "android": "Android", "darwin": "macOS", "freebsd": "FreeBSD", "linux": "Linux", "mac": "macOS", "macos": "macOS", "osx": "macOS",
    "win32": "Windows", "windows": "Windows",
}  # fmt: skip
_LANGUAGES = {
    "dotnet": ".NET", "go": "Go", "golang": "Go", "java": "Java", "javascript": "JavaScript", "js": "JavaScript", "nodejs": "Node.js",
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
    if match := _RELEASED.fullmatch(written):
        return f"{'on' if match[1] in PLATFORMS else 'with'} {match[1]} {match[2]}"
    first = written.partition(" ")[0]
    lower = written[0].lower() + written[1:]
    if not english.is_plural(written):
        is_sentence = first.istitle() and written.partition(" ")[2].islower() and first not in NAMES
        named = lower if is_sentence or first in ("Default", "New", "Old") else written
        return "in the " + _UNDERSCORED.sub(r"`\g<0>`", named)
    return f"for {lower if first.istitle() else written}"


_UNDERSCORED = lazy_pattern(r"\w+_\w+")
# A version of a system or a tool: "Linux 7.0 compat".
_RELEASED = lazy_pattern(r"([A-Z]\w*) (v?\d[\w.]*)(?: compat(?:ibility)?)?")


def kind_of(part: str, code: Sequence[str]) -> str:
    """Return "plugin" for a part that has a folder or file of its own among the plugins, empty for others."""
    for path in code:
        if _OF_PACKAGE.match(path):
            continue
        for folder, inner in pairwise(parts_of(path.lower())):
            kind = folder.removesuffix("s")
            if inner == part and kind in _KINDS_OF_PARTS and kind not in part and "helper" not in part:
                return kind
    return ""


def _of_only_part(pull: PullRequest, code: Sequence[str]) -> str:
    """Return the phrase for the only plugin whose files change, empty where others change as well."""
    found = [_part_of(path) for path in code]
    part, kind = found[0] if found else ("", "")
    is_one = part and all(one == (part, kind) for one in found)
    is_one = is_one and (kind != "component" or code[0].split("/")[0] in own_names(pull.repo))
    is_plain = _WORD.fullmatch(part) and part not in word_list("generic") | own_names(pull.repo)
    return f"in the {by_spelling(NAMES).get(part, f'`{part}`')} {kind}" if is_one and is_plain else ""


def _part_of(path: str) -> tuple[str, str]:
    """Return the plugin that a file is of and its kind: "docker" and "input plugin" for "plugins/inputs/docker"."""
    folders = path.lower().split("/")[:-1]
    for place, (folder, part) in enumerate(pairwise(folders)):
        kind = folder.removesuffix("s")
        if kind in _KINDS_OF_PARTS - _AMBIGUOUS and not part.startswith("test"):
            inner = folders[place + 2 : place + 3]
            if inner and kind == "plugin" and part in _GROUPS:
                return inner[0], f"{part.removesuffix('s')} {kind}"
            return part.removesuffix(kind), kind
    kind = folders[-1].removesuffix("s") if folders else ""
    name = parts_of(path.lower())[-1].removeprefix(f"{kind}_").removesuffix(f"_{kind}")
    is_named = kind in _ONE_FILE_EACH and len(name) >= _LEAST_NAME and not name.startswith(("_", "test", kind))
    return (name, kind) if is_named else ("", "")


_OF_PACKAGE = lazy_pattern(r"packages/[^/]+/src/")
"""The source of a package, whose plugins are its own parts."""
_KINDS_OF_PARTS = words(
    "cataloger dialect parser formatter"
    " backend component connector driver exporter extension importer integration module plugin processor provider receiver theme"
)
_GROUPS = words("aggregators filters inputs outputs parsers processors serializers sinks sources")
"""Folders of plugins that sort them."""
_ONE_FILE_EACH = words("cataloger connector dialect driver formatter parser provider")
"""Kinds of parts that may be one file each, as "dialects/dialect_mysql.py"."""
_LEAST_NAME = 3
"""Letters of a name that a file has as a part."""
_AMBIGUOUS = words("integration module")
"""Kinds of parts whose folders often have tests, or packages of the code."""
_COMPLETIONS = lazy_pattern(r"(?:(?:bash|fish|zsh) )?completions?(?:[/ :]|: |\()([\w.-]+)\)?", re.IGNORECASE)
_IN_PARENTHESES = lazy_pattern(r"([a-z]+)\(([\w-]+)\)!?")
_VERSION = lazy_pattern(r"v?\d")
_WORD = lazy_pattern(r"[a-z][a-z0-9_-]+")
