"""Find identifiers, flags, commands and files, which are shown in a fixed width."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import name_list

NAMES = tuple(name.replace("~", " ") for name in name_list("names"))
"""Names of products and initials as they are spelt: given their capitals, and never taken for identifiers."""

_DOMAINS = ("com", "org", "io", "net", "dev", "eu", "de")
_SPAN = lazy_pattern(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_CODE = lazy_pattern(
    r"""(?<![\w/`.@\-\#}$])(?:
      (?:[0-9a-f]*:){2,}[0-9a-f:]*/\d{1,3}                         # 2001:db8::/32
    | (?<!:)--?[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*(?:/--?[A-Za-z][\w-]*)*
      (?:=[^\s,;)"']*)?(?:\ (?:csv|json|yaml|table|compact))?      # --flag/-f, --flag=value, --section.flag
    | \??_?[A-Za-z][\w.\-]*=(?:"[^\s"]*"|'[^\s']*'|[^\s,;)"'=][^\s,;)"']*)?(?=[\s,;)."']|$)   # key=value
    | [A-Z]\w*(?:::[A-Z]\w*)*\#[A-Za-z_]\w*[?!*]?(?:\.[a-z]\w*)*       # Name#method
    | [A-Za-z_]\w*(?:->|::)[A-Za-z_]\w*(?:(?:->|::|\.)[A-Za-z_]\w*)*(?:\([\w|,\ *&]*\))?   # one->other(with, arguments)
    | [A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\([\w.,\ *&]*\)              # one.other(with, arguments)
    | (?:[A-Za-z_]\w*(?:\.|::?|->))*[A-Za-z_]\w*\((?:[\w|, ]*[A-Z_]{2}[\w|, ]*)?\)(?:/[A-Za-z_]\w*\(\))*   # function(), one()/other()
    | \$[A-Za-z_]\w*(?:\(\)(?:/\$[A-Za-z_]\w*(?:\(\))?)*|(?:[./][\w.*-]*\w)*)   # $NAME/path, $ONE()/$OTHER()
    | [a-z][\w.-]*\([1-8]\)                                       # page(8) of the manual
    | (?<![^\s"'(])\.(?!(?:com|io|net|org)\b)[a-z][\w-]+(?:[./][\w.*-]*\w)*(?:\(\)(?:/\.[a-z]\w*\(\))*)?   # .hidden/path, .call()
    | \*(?:-[a-z]+)+                                             # *-all
    | @[A-Za-z]\w*@                                               # @NAME@ of a template
    | (?:GET|HEAD|PUT|POST|PATCH|DELETE)\ /[\w./{}*-]*[\w}*]       # POST /a/path
    | (?:(?:Accept|Access-Control|Cache|Content|Set|User)-|X-(?=[A-Z]\w+-))[A-Z]\w+(?:-\w+)*   # Header-Name
    | [\w.-]+/(?=\ (?:director(?:y|ies)|folders?)\b)             # folder/
    | [a-z]+(?:-[a-z]+)+(?=\ subcommands?\b)                  # some-action subcommand
    | [a-z]+(?:-(?!(?:and|by|for|in|of|on|or|the|to)-)[a-z0-9]+){3,}   # name-of-four-parts, no end-to-end-words
    | (?<!\S):[a-z]{3,}(?:-[a-z]+)*(?=\s|$)                        # :some-action
    | \*\.[A-Za-z](?:[\w.-]*\w)?                                  # *.suffix
    | __[A-Za-z]\w*__                                           # __name__
    | (?:</?[a-z][a-z0-9-]*>(?:[/.:-](?=<))?)+                   # <tag>, <remote>/<alias>
    | \[\]\*?[A-Za-z_][\w.]*                                     # []type
    | (?:~|\.{1,2})?/(?:[\w.\-*]*[\w*])(?:/(?:\.{3}|…|[\w.\-*]*[\w*]))*(?::<[\w-]+>|/)?(?![\w{]|/[\w{])    # /a/path
    | (?:[\w\-]+/)+[\w\-]+(?:\.[a-z]{1,4})+\b                    # folder/file.ext
    | (?!(?:[a-z]+-)?[A-Z][A-Za-z]*-?\d*\.\d+\w*(?![\w.]))       # no Python3.12
      (?:\d+[-_])?[A-Za-z_][\w\-]*(?:\{[\w,]*\})?(?:\.(?:<[\w-]+>|\{[\w,.]*\}[\w\-]*|(?:[\w%*\-]|\{[\w,]*\})*[\w}*]))+
      (?:\(\)|/\d)?                                              # dotted.name, Module.function/2
    | [a-z]+(?:_[a-z]+)*_\{\w+(?:,\w+)+\}                         # name_{one,two}
    | _*[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)+(?:/\w+_\w+)*    # snake_case
    | _[a-z]\w*(?:/[\w.{}\-]*[\w}])+                             # _a/path
    | _+[A-Za-z]\w*[A-Za-z0-9](?!_|[./]\w)                      # _name, __NAME
    | [a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+                        # camelCase
    | (?![A-Z]\d[A-Z]\b)[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)*[A-Z]+[a-z0-9]*(?!\.\d)   # PascalCase, no P2P
    | [A-Z]{2,}[a-z0-9]+(?:[A-Z][a-z0-9]*)+                     # URLParserTest
    | (?:API|CPU|DB|DNS|GPU|HTTPS?|ID|IP|JSON|NIC|SSH|TCP|TLS|URL|VM|XML|YAML)[A-Z][a-z]{2,}   # URLParser
    )(?![\w`{])""",
    re.VERBOSE,
)
# Without any of these nothing in a line is code.
_SIGN = lazy_pattern(r"[-=(/._:>@*\[]|\w#[A-Za-z]|[a-z0-9][A-Z]|[A-Z]{3}[a-z]{2}")
_WORD = lazy_pattern(r"[a-z]\w*")
_NAME = lazy_pattern(r"(?<![\w/.@#}\"'-])[A-Za-z]\w*\b(?![^{}]*\}|://|[\w/.=-]*[/=]|[\w-]*-\w|\.\w)")
_GLUED = lazy_pattern(r"(?<=[A-Za-z])\((?=[A-Za-z]+ [A-Za-z ]+\))")
_QUOTED = lazy_pattern(r"""(?<!\w)(["'])([^"'`]+)\1(?!\w)""")
_QUOTED_SPAN = lazy_pattern(r"""(?<!\w)(["'])(`[^`]+`)\1(?!\w)""")
_QUOTED_CODE = lazy_pattern(
    r"""(?<!\w)(["'])([a-z.][^"'`]*)\1(?= (?:sub)?(?:arguments?|attributes?|commands?|devices?|fields?|flags?|functions?"""
    r"""|keys?|methods?|options?|parameters?|properties|property|settings?|suffix|types?)\b)"""
)
_HAS_FLAG = lazy_pattern(r"^(?:GET|HEAD|PUT|POST|PATCH|DELETE) /\S*$|^[a-z][\w-]*(?: \S+)*? --?[A-Za-z]")


def spans(text: str) -> list[tuple[str, bool]]:
    """Cut a line into pieces in order, each with whether it is a code span. A code span keeps its backticks."""
    if "`" not in text:
        return [(text, False)] if text else []
    pieces, end = [], 0
    for match in _SPAN.finditer(text):
        if match.start() > end:
            pieces.append((text[end : match.start()], False))
        pieces.append((match[0], True))
        end = match.end()
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def masked(text: str) -> str:
    """Return a line with backticks in place of its code, so that patterns find nothing in it."""
    return "".join("`" * len(piece) if is_code else piece for piece, is_code in spans(text))


def except_code(text: str, change: Callable[[str], str]) -> str:
    """Return a line with everything but its code changed."""
    return "".join(piece if is_code else change(piece) for piece, is_code in spans(text))


def mark(text: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """Put code spans around the code in a line, and give names their capitals. Existing code spans stay."""
    text = _GLUED.sub(" (", text) if "(" in text else text
    marked = except_code(text, lambda piece: _commands(piece, commands))
    known, forms = by_spelling(tuple(names)), _forms(tuple(names))
    marked = _beyond_spans(marked, lambda piece: _code(piece, known))
    if not forms.isdisjoint(_WORD.findall(marked.lower())):
        marked = except_code(marked, lambda piece: _words(piece, known))
    return _ASSIGNED.sub(r"`\1\2`", _QUOTED_SPAN.sub(r"\2", marked)) if "`" in marked else marked


_ASSIGNED = lazy_pattern(r"`([\w.-]+)`( = (?:[\w.-]+)|: (?:false|none|null|off|on|true|\d+))(?=$|[\s,;.)])")


def _beyond_spans(text: str, change: Callable[[str], str]) -> str:
    """Return a line with everything changed but its code and what is joined to it without a space: "`cfg`-ed"."""
    pieces = list(spans(text))
    changed = []
    for at, (piece, is_code) in enumerate(pieces):
        start = len(piece) - len(_JOINED_BEFORE.sub("", piece)) if at and not is_code else 0
        end = len(_JOINED_AFTER.sub("", piece)) if at + 1 < len(pieces) and not is_code else len(piece)
        is_free = not is_code and start < end
        changed.append(f"{piece[:start]}{change(piece[start:end])}{piece[end:]}" if is_free else piece)
    return "".join(changed)


_JOINED_BEFORE = lazy_pattern(r"^\S+")
_JOINED_AFTER = lazy_pattern(r"\S+$")


def _commands(text: str, commands: Sequence[str]) -> str:
    if "'" in text or '"' in text:
        text = _QUOTED_CODE.sub(r"`\2`", text)
        text = _QUOTED.sub(lambda match: f"`{match[2]}`" if _HAS_FLAG.match(match[2]) else match[0], text)
    if not any(command in text for command in commands):
        return text
    call = _call(tuple(commands))
    return except_code(text, lambda piece: call.sub(r"`\g<0>`", piece))


@cache
def _call(commands: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for a command line of one of the tools."""
    tools = "|".join(re.escape(command) for command in commands)
    objects, actions = "|".join(name_list("objects")), "|".join(name_list("actions"))
    return re.compile(rf"(?<![\w/`.-])(?:{tools})(?: (?:{objects}))*(?: (?:{actions}))+(?: --?[a-z][\w-]*)*(?![\w/`-])")


@cache
def _forms(names: tuple[str, ...]) -> frozenset[str]:
    """Return the names by their lower-case form, which may stand for several."""
    return frozenset(form for name in by_spelling(names) for form in (name, name + "s"))


def spelling_key(name: str) -> str:
    """Return a name as people write it who don't know its spelling: `openvswitch` for `Open vSwitch`."""
    return name.replace(" ", "").lower()


@cache
def by_spelling(names: tuple[str, ...]) -> dict[str, str]:
    """Return the names by how people write them who don't know their spelling."""
    return {spelling_key(name): name for name in names}


def _code(text: str, known: dict[str, str]) -> str:
    if not _SIGN.search(text):
        return text
    is_quoting = "'" in text or '"' in text
    quotations = [match.span() for match in _QUOTED.finditer(text) if " " in match[2]] if is_quoting else []

    def marked(match: re.Match[str]) -> str:
        is_quoted = any(start < match.start() < end for start, end in quotations)
        stem, _, suffix = match[0].rpartition("-")
        name = stem if stem and suffix in ("aware", "based", "like", "related", "specific") else match[0]
        return match[0] if is_quoted or _is_prose(name, known) else f"`{name}`{match[0][len(name) :]}"

    return _CODE.sub(marked, text)


# Products that end in what they are: "VyOS", "TrueNAS".
_SYSTEM = lazy_pattern(r"[A-Z][a-z]+(?:BSD|DB|NAS|OS|QL|SQL)")


def _is_prose(word: str, known: dict[str, str]) -> bool:
    low = word.lower()
    if (
        low in known
        or low.removesuffix("s") in known
        or word.startswith("Mc")
        or (word[:-1].isupper() and word[-1] == "s")
    ):
        return True
    if _SYSTEM.fullmatch(word):
        return True
    if word[0] in "-/~.?" or "=" in word or "(" in word or "/" in word or "_" in word:
        return False
    parts = word.split(".")
    if len(parts) > 1:
        is_version = re.fullmatch(r"v?\d[\d.]*x?(?:-[a-z]+)?", word) is not None  # also "v1.2.0-induced"
        return max(map(len, parts)) == 1 or parts[-1] in _DOMAINS or is_version
    return False


# With this spelling another thing than the name: a Mac has a MAC address, a match has arms.
_OTHER_WORDS = ("Mac", "arms")


def _words(text: str, known: dict[str, str]) -> str:
    def spelt(match: re.Match[str]) -> str:
        word = match[0]
        low = word.lower()
        if word in _OTHER_WORDS:
            return word
        if low in known:
            return known[low]
        if (
            low.endswith("s")
            and low[:-1] in known
            and not word.endswith("S")
            and (word[:-1].islower() or known[low[:-1]] == word[:-1].upper())
        ):
            return known[low[:-1]] + "s"
        return word

    return except_code(text, lambda piece: _NAME.sub(spelt, piece))
