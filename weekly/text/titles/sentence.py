"""Turn a title into a sentence in the past tense, without its scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.text import english
from weekly.text.english import Form
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FUNCTION, object_with_article, with_articles
from weekly.text.titles.capitals import plain_case
from weekly.text.titles.code_spans import NAMES, mark
from weekly.text.titles.faults import states_bug
from weekly.text.titles.nouns import from_noun
from weekly.text.titles.parse import Title, parse, verb_at
from weekly.text.titles.phrases import joined
from weekly.text.titles.predicates import ASKED_FOR, from_verb
from weekly.text.titles.slips import tidied
from weekly.text.titles.wrappers import MOST_REVERTS, ONLY_REFERENCE
from weekly.text.vocabulary import word_list

# The end of a first sentence, which a second one follows.
_SECOND = lazy_pattern(r"(?<=[a-z`)]{2})\. (?=[A-Z][a-z]+ [a-z`])")
_LAST_STOP = lazy_pattern(r"(?<=[\w`)])(?<!\betc)(?<! [A-Z])\.$")
_SUPPORT_GERUND = lazy_pattern(r"\bsupport (?=[a-z]+ing\b(?! (?:of|for|in|on)\b))")


def sentence(title: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES, is_fix: bool = False) -> str:
    """Return a title as a sentence. Where turning it isn't safe, its words stay."""
    title = _PRAGMA.sub(r"`\g<0>`", title) if ": " in title else title
    if both := _two_orders(title):
        return " ".join(sentence(part, commands=commands, names=names, is_fix=is_fix) for part in both)
    parts = parse(title)
    if parts.reverts:
        inner, is_back = innermost(parts)
        if inner.reverts:
            return finished(parts.text)
        if is_back:
            return sentence(inner.text, commands=commands, names=names, is_fix=is_fix)
        return finished(mark(_revert_phrase(inner), commands=commands, names=names))
    if parts.scope and _is_one_word(parts.text):
        is_object = _is_one_word(parts.scope) and parts.scope.lower() not in word_list("parts")
        if parts.verb and parts.verb.form is Form.BASE and is_object:
            return sentence(f"{parts.text} {parts.scope}", commands=commands, names=names)
        return finished(mark(f"{parts.scope}: {parts.text}", commands=commands, names=names))
    text = mark(tidied(plain_case(_LAST_STOP.sub("", parts.text), names)), commands=commands, names=names)
    is_bug = is_fix and states_bug(text)
    found = (
        _from_demand(text)
        or _from_will(text)
        or _from_subject(text, is_fix=is_fix)
        or ("" if is_bug else from_verb(text, is_fix=is_fix))
        or from_noun(text, is_fix=is_fix, names=frozenset(names))
        or text
    )
    found = _VERB_OF_SUPPORT.sub(lambda match: f"{match[1]}{english.gerund(match[2] or match[3])}", found)
    found = _SUPPORT_GERUND.sub("support for ", found) if found.startswith("Added") and "ing " in found else found
    found = _SUPPORT_BOTH.sub(_gerunds, found) if "/" in found else found
    found = _CAPITAL_SUPPORT.sub(" support", found) if "Support" in found else found
    found = _NAMED_ALONE.sub(r"\1 support for \2", found)
    found = _ENDPOINT.sub(r"\1 the \2 endpoint", found)
    found = _NOW_AGAIN.sub("", found) if found.startswith("Now ") and " now " in found else found
    found = with_articles(found)
    is_tool = found.replace("-", " ").partition(" ")[0] in commands
    return finished(found) if not is_tool else found[0] + finished(found)[1:]


# Remarks to checkers, which look like scopes.
_PRAGMA = lazy_pattern(r"(?<![`\w-])(?:type: ignore|fmt: (?:off|on|skip)|pragma: no cover|noqa: \w+)(?![`\w-])")


def _two_orders(title: str) -> tuple[str, str] | None:
    """Return the sentences of a title that asks for two things: "Add pools. Use them by default"."""
    match = _SECOND.search(title)
    if match is None:
        return None
    first, second = title[: match.start()], title[match.end() :]
    is_order = verb_at(second) is not None and not ONLY_REFERENCE.match(second)
    return (first, second) if is_order and verb_at(parse(first).text) else None


def _from_demand(text: str) -> str:
    """Turn what should be into what is now: "Lists should not have a border" is "Lists no longer have a border"."""
    match = _DEMAND.match(text) if "hould" in text else None
    if match is None:
        return ""
    whose, base = _LEADING_FIX.sub("", match["whose"] or ""), match["verb"]
    first, *others = whose.split() or [""]
    order = english.verb(first) if first else None
    if (order and order.base not in english.NOUN_LIKE) or not FUNCTION.isdisjoint(map(str.lower, (first, *others))):
        return ""
    verb = ("are" if base == "be" else base) if english.is_plural(whose) else english.third(base)
    when = "no longer" if match["no"] else "now"
    rest = f"{match['adverb'] or ''}{verb}{match['rest'] or ''}"
    if base == "be" and whose:  # "Lists are no longer sorted"
        rest, when = f"{when} {match['adverb'] or ''}{(match['rest'] or '').strip()}", verb
    return f"{_with_capital(whose)} {when} {rest}" if whose else f"{when.capitalize()} {rest}"


def _from_will(text: str) -> str:
    """Turn what will happen into what happens now: "The list will now show pools" is "The list now shows pools"."""
    match = _WILL.match(text)
    verb = english.verb(match["verb"]) if match else None
    if match is None or verb is None or verb.form is not Form.BASE or not FUNCTION.isdisjoint(match["whose"].split()):
        return ""
    acts = verb.base if english.is_plural(match["whose"]) else english.third(verb.base)
    return f"{_with_capital(match['whose'])} now {acts} {match['rest']}"


_WILL = lazy_pattern(
    r"^(?P<whose>(?!it\b|this\b|we\b)[\w`. -]{2,50}?) will now (?P<verb>[a-z]+) (?P<rest>.+)$", re.IGNORECASE
)


def _from_subject(text: str, *, is_fix: bool) -> str:
    """Turn what a name in code does: "`dam` show open gates" is "`dam` now shows open gates"."""
    match = _SUBJECT.match(text)
    verb = english.verb(match["verb"]) if match else None
    is_shown = verb is not None and verb.form is Form.THIRD and not is_fix and verb.base in _SHOWN
    if match is None or verb is None or not (verb.form is Form.BASE or is_shown):
        return ""
    if english.is_behaviour(verb.base) and verb.base not in english.FAULT_VERBS:
        return joined(f"{match['name']} now {english.third(verb.base)}", object_with_article(verb.base, match["rest"]))
    is_added = verb.base == "add" and verb.form is Form.BASE and " to " not in match["rest"]
    return f"Added {object_with_article('add', match['rest'])} to {match['name']}" if is_added else ""


# A third person that says what is new, and not what was wrong.
_SHOWN = english.words("accept allow display honor include list print report respect return show support work")
_SUBJECT = lazy_pattern(
    r"^(?P<name>`[^`]+`) (?P<verb>[a-z]+) (?P<rest>(?!(?:and|for|from|in|of|on|or|to|(?<!works )(?<!work )with)\b)[^,;:]+)$"
)
_LEADING_FIX = lazy_pattern(r"^fix(?:e[sd])? (?=\w)", re.IGNORECASE)
_DEMAND = lazy_pattern(
    r"^(?:(?P<whose>[\w`.-]+(?: [\w`.-]+){0,4}) should|[Ss]hould)(?: actually| really)?(?P<no>n['’]t| not| never)? (?:actually |really )?"
    r"(?P<adverb>(?:also|always|first|only) )?(?P<verb>[a-z]+)(?P<rest> [^,;:]+)?$"
)

# "Support attach to namespaces" is support for attaching.
_VERB_OF_SUPPORT = lazy_pattern(
    rf"^(Added support for )(?:({'|'.join(sorted(ASKED_FOR))})(?= (?:across|between|from|into|to)\b)"
    r"|(choose|configure|customi[sz]e|define|disable|enable|ignore|override|select|skip|specify)(?= (?!(?:for|in|of|on)\b)[a-z`]))"
)
# "Added Debian 13" reads as if somebody made it.
_NAMED_ALONE = lazy_pattern(
    r"^(Added|Dropped|Removed) ((?!README|API|CI\b|FAQ)(?:[A-Z][\w.+-]*|[a-z]+(?:\d+|[A-Z]\w*))"
    r"(?: (?:[A-Z][\w.+-]*|\d[\w.]*))*\.?)$"
)
_NOW_AGAIN = lazy_pattern(r"(?<!and)(?<!,) now(?= (?!on\b|that\b|[a-z]+s\b))")
_CAPITAL_SUPPORT = lazy_pattern(r"(?<=\w) Support(?=\.?$| for\b)")
_ENDPOINT = lazy_pattern(r"^(Added|Deprecated|Dropped|Removed) (`(?:DELETE|GET|HEAD|PATCH|POST|PUT) /[^`]*`)\.?$")
_SUPPORT_BOTH = lazy_pattern(r"\b[Ss]upport for ([a-z]+)/([a-z]+)(?= (?!of\b)[a-z])")


def _is_one_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _gerunds(match: re.Match[str]) -> str:
    """Return "support for copy/move volumes" with its verbs as nouns."""
    lead = match[0].partition(" for ")[0]
    verbs = match.groups()
    return f"{lead} for {'/'.join(map(english.gerund, verbs))}" if ASKED_FOR.issuperset(verbs) else match[0]


def explaining_sentence(text: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """Return a description's sentence in the same voice: "Replaces …" turns to the past, others stay."""
    text = mark(text, commands=commands, names=names)
    verb = verb_at(text)
    if verb is None or verb.form is not Form.THIRD or english.is_behaviour(verb.base):
        return finished(text)
    return finished(joined(english.past(verb.base).capitalize(), text.partition(" ")[2]))


_IDEOGRAPHIC = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))
_ENDS = (".", "!", "?", "…", "。", "！", "？", "．", "｡", "।", "؟", "۔")


# The beginning of a name such as "macOS", which keeps its small letter, and of an address.
_STAYS_SMALL = lazy_pattern(r"[a-z]{1,4}[A-Z]|https?:")


def _with_capital(text: str) -> str:
    return text if not "a" <= text[0] <= "z" or _STAYS_SMALL.match(text) else text[0].upper() + text[1:]


def finished(text: str) -> str:
    """Return a text with a capital and a full stop."""
    text = text.strip().removesuffix(" ...").rstrip(",;:").rstrip()
    if not text:
        return ""
    text = _with_capital(text)
    if text.endswith(_ENDS):
        return text
    is_ideographic = any(first <= text[-1] <= last for first, last in _IDEOGRAPHIC)
    return f"{text}{'。' if is_ideographic else '.'}"


# Reverts --------------------------------------------------------------------------------------------------------------

_NOUNS = {
    "add": "addition", "change": "change", "convert": "conversion", "disable": "disabling", "drop": "removal",
    "enable": "enabling", "implement": "implementation", "introduce": "introduction", "move": "move", "port": "port",
    "refactor": "rework", "remove": "removal", "rename": "renaming", "replace": "replacement", "rework": "rework",
    "set": "setting", "simplify": "simplification", "switch": "switch", "update": "update", "upgrade": "upgrade",
    "bump": "update", "use": "use", "fix": "fix", "deprecate": "deprecation", "restrict": "restriction",
    "transition": "transition", "increase": "increase", "reduce": "reduction", "hide": "hiding", "expose": "exposing",
}  # fmt: skip
_JOINTS = {"support": "the support for", "limit": "the limit on", "allow": "a change that allowed"}


def innermost(parts: Title) -> tuple[Title, bool]:
    """Return the title that a chain of reverts is about, and whether the chain brings it back."""
    is_back = True
    for _ in range(MOST_REVERTS):
        if not parts.reverts:
            break
        parts, is_back = parse(parts.reverts), not is_back
    return parts, is_back


def _revert_phrase(inner: Title) -> str:
    """Return what was undone as a phrase: "Reverted the addition of …"."""
    text, verb = inner.text, inner.verb
    rest = text.partition(" ")[2].strip()
    if verb and verb.form in (Form.BASE, Form.THIRD) and rest:
        if verb.base in _JOINTS:
            return f"Reverted {_JOINTS[verb.base]} {rest}"
        if verb.base in _NOUNS:
            is_joined = rest.split()[0].lower() in ("to", "from", "for", "in", "on", "into")
            joint = "" if is_joined else " for" if verb.base == "fix" else " of"
            return f"Reverted the {_NOUNS[verb.base]}{joint} {rest}"
    if verb or re.match(r"^(?:don['’]?t|do not)\b|.+ (?:must|should) ", text, re.IGNORECASE):
        return f'Reverted "{text}"'
    return f"Reverted {english.uncapitalised(text)}"
