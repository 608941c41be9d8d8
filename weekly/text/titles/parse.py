"""Parse titles into scope, branch, revert and leading verb."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import DETERMINERS, FUNCTION
from weekly.text.titles.phrases import NEVER_TURNED, PREPOSITIONS, is_fault
from weekly.text.titles.typed import is_type, ordered, with_colon
from weekly.text.titles.wrappers import Unwrapped, undone_by, unwrap
from weekly.text.vocabulary import phrase_set, word_list


class Title(NamedTuple):
    """The parts of a title: `[RFC] lxd/api: Add foo (stable-5.0)` has scope `lxd/api`, text `Add foo`, branch `stable-5.0`.

    `reverts` is the title that it undoes, `picks` the number of the pull request that it backports, 0 for none.
    """

    scope: str
    text: str
    verb: Verb | None
    branch: str = ""
    reverts: str = ""
    picks: int = 0


_SCOPE = lazy_pattern(r"""^([^\s:"'`(),](?:[^:"'`]|(?<=\w):(?=\w)){0,60}?)!?\s?:\s+(?=\S)""")
_CODE_SCOPE = lazy_pattern(r"^(`[a-z][^`:]{1,40}`):\s+(?=\S)")
_DASHED_SCOPE = lazy_pattern(r"^([a-z][a-z0-9]*(?:[_/.-][a-z0-9]+)*|[A-Z][\w-]*(?: [\w-]+){0,3})\s+[-–—]+\s+(?=\S)")
_FOLDER = lazy_pattern(r"^([a-z][\w-]*(?:/[\w-]+)+) (?=[A-Z])")
_TRIVIAL_FIX = lazy_pattern(r"^(?:trivial|minor|small|quick|tiny)?\s*fix$", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def parse(title: str) -> Title:
    """Split a title into its parts."""
    outer = unwrap(normalise(title))
    if undone := undone_by(outer.text):
        return _revert(outer, undone)
    scope, text = _scope(_of_standard(with_colon(outer.text)))
    inner = unwrap(text)
    if undone := undone_by(inner.text):
        return _revert(outer, undone)
    scope = ": ".join([*outer.scopes, *([scope] if scope else []), *inner.scopes])
    text = inner.text
    is_noun = _leading_verb(text) is None and not _NO_OBJECT.match(text)
    if is_noun and (order := ordered(outer.done or scope, text)):
        text = order
    elif outer.done and is_noun and not is_type(outer.done):
        text = f"{outer.done} {text[0].lower() + text[1:] if _PLAIN_WORD.match(text) else text}"
    return Title(
        scope=scope,
        text=text,
        verb=_leading_verb(text),
        branch=outer.branch or inner.branch,
        picks=outer.picks or inner.picks,
    )


def _are_orders(text: str) -> bool:
    """Return whether two verbs have an object: "Store and show times", unlike "Copy and move of pools"."""
    match = _TWO_ORDERS.match(text)
    other = english.verb(match[1]) if match else None
    is_object = (
        match is not None and match[2].lower() not in PREPOSITIONS and match[2].lower() not in FUNCTION - DETERMINERS
    )
    return is_object and other is not None and other.form is Form.BASE


_TWO_ORDERS = lazy_pattern(r"\w+ and (\w+) (\S+)")
_PLAIN_WORD = lazy_pattern(r"[A-Z][a-z]+(?![\w-])")
_NO_OBJECT = lazy_pattern(
    r"(?:additional|better|exact|faster|finer|less|more|new|step)\b|.* (?:is|are|was|were|now|replaced|[a-z]+[^su]s (?:an?|the)) ",
    re.IGNORECASE,
)


def _revert(outer: Unwrapped, undone: str) -> Title:
    return Title(scope="", text=outer.text, verb=Verb("revert", Form.BASE), branch=outer.branch, reverts=undone)


def _scope(text: str) -> tuple[str, str]:
    found = []
    if match := _CODE_SCOPE.match(text):
        found, text = [match[1]], text[match.end() :]
    while (match := _SCOPE.match(text)) and _is_scope(match[1], text[match.end() :]):
        found.append(match[1])
        text = text[match.end() :]
    if not found and (match := _FOLDER.match(text)) and verb_at(text[match.end() :]):
        found, text = [match[1]], text[match.end() :]
    if not found and (match := _DASHED_SCOPE.match(text)):
        rest = text[match.end() :]
        is_order = ((verb := verb_at(rest)) and verb.form is Form.BASE) or rest.lower().startswith("support for ")
        if " " not in match[1] or (is_order and english.verb(match[1].split()[0]) is None):
            found, text = [match[1]], rest
    is_fix = bool(found) and _TRIVIAL_FIX.match(found[0].partition("(")[0])
    if is_fix and _leading_verb(text) is None and _names_fault(text) and not NEGATIVE.match(text):
        text = f"Fix {english.uncapitalised(text)}"
    return ": ".join(found), text


def _of_standard(text: str) -> str:
    """Put the number of a standard after what it is about: "Support PEP 12: Foo" is "Support foo (PEP 12)"."""
    match = _STANDARD.match(text)
    if match is None:
        return text
    what = match["what"].removesuffix(".")
    verb = verb_at(what)
    is_order = verb is not None and verb.form is Form.BASE and not match["lead"].lower().startswith(("remove", "drop"))
    plain = what[0].lower() + what[1:] if what[1:2].islower() or what[1:2] == " " else what
    whole = what if is_order else f"{match['lead']} {plain}"
    return f"{whole} ({match['name']})"


_STANDARD = lazy_pattern(
    r"^(?P<lead>(?:(?:add|drop|remove) )?(?:[a-z]+ )?(?:support(?:s|ed)?|implementation|implement(?:s|ed)?|enforce)(?: for| of)?)"
    r" (?P<name>(?:BIP|EIP|MSC|PEP|RFC|XEP)[ -]?\d+): (?P<what>\S.*)$",
    re.IGNORECASE,
)


def _names_fault(text: str) -> bool:
    """Return whether a noun title of a `fix:` names what was wrong, so that "Fixed" can stand before it."""
    phrase = re.split(r" (?:in|on|when|with|for|of|at|during|due|after|if|while|by|from|that)\b", text, maxsplit=1)[0]
    last = phrase.split()[-1].lower()
    return is_fault(last)


def _is_scope(scope: str, rest: str) -> bool:
    words = scope.split()
    if _TRIVIAL_FIX.match(scope):
        return True
    is_address = rest.startswith("//") or len(words) > 1
    if len(words) > 3 or words[-1].lower() == "note" or (is_address and words[-1].lower() in ("http", "https")):
        return False
    first = english.verb(words[0])
    if len(words) == 1 or first is None or first.base in english.NOUN_LIKE - {"fix", "support"}:
        return True
    is_command = len(words) == _COMMAND and scope.islower() and english.is_behaviour(first.base)
    return is_command and (verb := verb_at(rest)) is not None and verb.form is Form.BASE  # "resize set: fix units"


_COMMAND = 2
"""Words of a command that a scope may name."""
NEGATIVE = lazy_pattern(r"^(?:don['’]?t|do not|doesn['’]t|does not|never)\s+", re.IGNORECASE)
ADVERB = lazy_pattern(
    r"^(only|always|also|better|(?:(?:less|more) )?(?!(?:ap|sup|re|com|multi)p?ly|(?:dai|month|night|week)ly"
    r"|(?:cost|ear|friend|like|live|time)ly)[a-z]+ly)\s+",
    re.IGNORECASE,
)
# "ALTER GROUP fix" is about a statement of SQL, and alters nothing.
_STATEMENT = lazy_pattern(
    r"(?:ALTER|CREATE|DELETE|DROP|INSERT|MERGE|SELECT|UPDATE)"
    r" (?:DATABASE|FROM|FUNCTION|GROUP|INDEX|INTO|ROLE|SCHEMA|SET|TABLE|TYPE|USER|VIEW)\b"
)
_FIRST_WORD = lazy_pattern(r"^([A-Za-z]+(?:-[a-z]+)?)(?=\s|$)")


def _leading_verb(text: str) -> Verb | None:
    """Return the verb that a title begins with, after words such as "don't" and "also", or None for a noun title."""
    rest = ADVERB.sub("", NEGATIVE.sub("", text))
    verb = english.verb(rest.partition(" ")[0]) if _MANNER.match(text) and rest.count(" ") > 1 else None
    return verb if verb and verb.form is Form.BASE and verb.base not in NEVER_TURNED else verb_at(rest)


# After these a word that may be a noun is a verb: "Correctly log errors", but "Better log messages".
_MANNER = lazy_pattern(r"^(?:also|always|only|(?!early|(?:dai|month|night|week)ly)[a-z]+[^aeiou]ly) ", re.IGNORECASE)


_DEFAULTS = lazy_pattern(r"default to ", re.IGNORECASE)


def _names_work(verb: Verb, rest: list[str]) -> bool:
    """Return whether a title ends in work on what it names: "Join token improvements", "Restore progress bug fix"."""
    is_fix = rest[-2:] == ["bug", "fix"] and verb.base not in _DOES_WORK
    end = next((place for place, word in enumerate(rest) if word in PREPOSITIONS), len(rest))
    return is_fix or (english.is_behaviour(verb.base) and end == _WORK_NAMED and rest[end - 1] in _SOME_WORK)


_WORK_NAMED = 2
"""Words of a name of some work after its first, as in "Join token improvements"."""


def verb_at(text: str) -> Verb | None:
    """Return the verb that a text begins with, unless it is one that is never turned."""
    match = _FIRST_WORD.match(text)
    if _DEFAULTS.match(text):
        return Verb("default", Form.BASE)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.base in NEVER_TURNED or _STATEMENT.match(text):
        return None
    rest = text[match.end() :].split()
    following = rest[0].lower().strip(",") if rest else ""
    is_order = following in ("out", "early") or (verb.base in ("fail", "forget") and following in DETERMINERS)
    if (verb.base in english.FAULT_VERBS and not is_order) or _is_subject(verb, rest):
        return None
    is_all = len(rest) == 1 or rest[1].lower() in PREPOSITIONS if rest else False
    if is_all and following in _SOME_WORK and verb.base not in _DOES_WORK:
        return None
    if _names_work(verb, [word.lower() for word in rest]):
        return None
    is_plural = verb.form is Form.THIRD and match[1].lower() in english.PLURAL_NOUNS
    if is_plural and (not rest or following in PREPOSITIONS or (verb.base != "fix" and rest[-1].lower() in _WORK)):
        return None
    is_compound = f"{verb.base} {following}" in _COMPOUNDS
    may_be_noun = verb.form is Form.BASE and (is_compound or verb.base in english.NOUN_LIKE)
    if may_be_noun and (is_compound or _is_noun_title(verb.base, following, text)):
        return None
    is_noun = match[1].lower() in _GERUND_NOUNS and following not in DETERMINERS
    if verb.form is Form.GERUND and (is_noun or not _WORK.isdisjoint(word.lower() for word in rest[:3])):
        return None  # "Logging improvements" logs nothing
    if verb.form is Form.PAST and verb.base not in ("add", "fix", "remove", "change", "update", "use", "make", "set"):
        # "Improved validation" and "Shared filesystems" are no news of what somebody did, or stand as they are.
        return None
    return None if not rest and verb.form is not Form.BASE else verb


def _is_subject(verb: Verb, rest: list[str]) -> bool:
    """Return whether a word that looks like a verb begins the subject of a clause: "Delete consumer may fail"."""
    is_gerund = verb.form is Form.GERUND
    if is_gerund and rest[:1] == ["of"]:
        return True  # "Handling of URLs" handles nothing
    if verb.base in _TAKES_CLAUSE or (verb.form is Form.THIRD and verb.base not in english.NOUN_LIKE):
        return False
    if not is_gerund and rest and rest[0].lower() in DETERMINERS:
        return False
    if verb.base in english.NOUN_LIKE and (_DENIED.match(" ".join(rest)) or rest[:1] in (["is"], ["are"])):
        return True
    for place, word in enumerate(rest[: 3 * _SUBJECT if is_gerund else _SUBJECT]):
        low = word.lower()
        is_end = low in FUNCTION and low not in _SUBJECT_WORDS and not (is_gerund and low in _PHRASES)
        if low in _JOINTS or word.endswith((",", ":", ";")) or is_end:
            return False
        is_plural = low in ("causes", "returns") and rest[place + 1 : place + 2] and rest[place + 1] in PREPOSITIONS
        is_act = is_gerund and _says_act(low, rest[place + 1 :])
        if 0 < place < len(rest) - 1 and not is_plural and (low in _PREDICATES or is_act):
            return True
    return False


def _says_act(word: str, rest: list[str]) -> bool:
    """Return whether a gerund's clause goes on with what it does: "Passing a file twice places a cursor"."""
    verb = english.verb(word)
    is_third = verb is not None and verb.form is Form.THIRD and rest[:1] in (["a"], ["an"], ["the"])
    return word == "now" or is_third


# "Comment configuration of a rule doesn't work": the words before the denial have no clause of their own.
_DENIED = lazy_pattern(
    r"(?:(?!(?:as|because|how|if|that|what|when|where|which|while|who)\b)[\w`.-]+ ){2,5}?"
    r"(?:cannot|(?:can|do|does|wo)n['’]?t|does not)\b",
    re.IGNORECASE,
)
_SUBJECT = 4
"""Words after the first among which a clause's verb is looked for."""
_SUBJECT_WORDS = words("a an the is are was were its their")
_PHRASES = words("as at by for from in into of on over per to via with")
_JOINTS = words("how what who whom whose whatever whenever wherever however")
_PREDICATES = words(
    "is are was were has does doesn't may might could should must needs contains causes fails accepts returns ignores raises"
    " requires isn't aren't wasn't"
)
_TAKES_CLAUSE = words(
    "address allow assert assume assure avoid check clarify confirm describe detect document ensure explain fix force guarantee"
    " handle indicate know let make mention note prevent pretend require say show specify support test understand validate verify"
    " warn add remove report"
)
_GERUND_NOUNS = words(
    "accounting binding building caching clustering listing logging mapping monitoring routing setting testing tracking warning"
)
_WORK = word_list("work")
_SOME_WORK = words("cleanups fixes improvements tweaks")
_DOES_WORK = words("implement introduce propose provide add apply backport drop include make merge revert split")
_TAKES_GERUND = words("fix handle move need prefix rework start stop support test try use")
_TAKES_INFINITIVE = words("try attempt start need expect fail refuse forget want")
# A noun that a verb seems to begin: "Load balancer".
_COMPOUNDS = phrase_set("compounds")
_TAKES_PREPOSITION = words(
    "account-for check-for check-with wait-for wait-on wait-until look-for search-for watch-for switch-to move-to revert-to return-from"
    " switch-from move-from point-at point-to opt-in opt-into start-with read-from run-in run-on copy-from copy-to"
    " prompt-for write-to exit-with iterate-over fix-or update-to bump-to upgrade-to transition-to mount-with build-with cleanup-on"
    " fix-and fix-+ fix-& cleanup-and cleanup-+ cleanup-& update-and update-+ update-& rework-and rework-+ rework-& refactor-and"
    " refactor-+ refactor-&"
)


_FINITE = words("is has does takes can should must fails")


_CLAUSE = 4
"""Words of a title that is more than a name, such as "Jump list support"."""


def _is_noun_title(base: str, following: str, text: str) -> bool:
    if (
        following.endswith("ing")
        and "-" not in following
        and following not in word_list("adjectives")
        and base not in _TAKES_GERUND
    ):
        return True
    if base != "fix" and following in _FINITE:
        return True
    if following == "to" and base in _TAKES_INFINITIVE:
        return False
    if following in PREPOSITIONS and f"{base}-{following}" not in _TAKES_PREPOSITION:
        return not _are_orders(text)
    if base == "workaround" and following in FUNCTION - DETERMINERS:
        return True
    all_words = text.lower().split()
    if all_words[-1] == "support" and len(all_words) < _CLAUSE:
        return base not in ("fix", "update") or len(all_words) == 2
    return all_words[-1] in _WORK and base != "fix" and not FUNCTION.intersection(all_words)
