"""Judge whether a title or sentence says something, as an editor would."""

from __future__ import annotations

import re

from weekly.classify.internal import internal_reason
from weekly.text import english, titles
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FUNCTION
from weekly.text.titles.parse import NEGATIVE
from weekly.text.vocabulary import word_list

_MENDS = words(
    "adjust change extend fix generalise generalize harden improve mention refresh restore rework set tweak update wrap"
)
_PASSES = words("handle ignore propagate return")
VAGUE_NOUNS = word_list("vague_nouns")
# Titles that say nothing to a reader. They are matched without regard to capitals.
_VAGUE_TITLES = (
    # several things, and none by name: "Various small fixes", "Code quality (20260702)", "Network cleanups"
    r"\bcode quality\b|\bfun$|^(?:more|further) \w+ bits\b|^(?:missing|more) \w+\.?$|^\w+ (?:some |more )?(?:stuff|things)\b",
    (
        r"^(?:various|misc|miscellaneous|assorted|several|some|small|minor) (?:[\w-]+ ){0,3}"
        r"(?:fixes|improvements?|tweaks|changes|updates|clean-?ups?)\b"
    ),
    r"^[\w-]+ (?:clean-?ups?|enhancements?|improvements?|tweaks)$|^includes? fixes\b|^support (?:more|other) features\b",
    r"^(?:add|include)s? (?:some |more )?(?:minor|misc|small|various) (?:changes|fixes|improvements)$",
    r"^fix(?:e[sd])? (?:some|various) (?:bugs|issues|problems) (?:before|since) ",
    r"^fix(?:e[sd])? (?:a few|a couple of|some|several|various) (?:\w+ )?things\b",
    r"^adds? (?:more |some )(?:error |sanity )?(?:check(?:ing|s)|logging|validation)$",
    # a part without its whole: "Fix when copying", "Add missing", "Add the foo extension", "Re-fix foo"
    r"^fix(?:e[sd])? (?:(?:due|in|on|when|with|after|by)\b|for (?:\S+(?: \S+)?|.*#\d.*)$)|^re-?fix \S+$",
    r"^add(?:s|ed)? missing\W*$|^adds? (?:an? |the )?[\w.`-]+ (?:api )?extension$|^(?:bug ?)?fix(?:es)? from \w+$",
    r"^this (?:change|fix|pr)\b|^here (?:are|is)\b|\bthe following [a-z]+:?$",
    # a number: "Fix #12", "Issue 12", "Fixed an issue in #12"
    r"^issue \w+$|^(?:bug|issue) #?\d+(?: fix)?$|^(?:bug|issue) \S+ \d+$|^(?:\w+ )?fix(?:e[sd])? (?:for )?\d{2,}\.?$",
    r"^(?:revert|fix)(?:s|e[sd]|ed)? (?:(?:issue|bug|pr) )?#\d+\.?$|^fix(?:e[sd])? .{0,60}\b(?:bug|issue|problem) #\d+\.?$",
    r"^(?:fix|resolve)(?:e[sd])? (?:(?:an?|some|several|few|couple|of|number) )*(?:bug|issue|problem)s?(?: in)? #\d+\.?$",
    # the work instead of the change: a merge, a backport, a follow-up, a release, a review
    r"\bfollow(?:ing)?[- ]?ups?\b|\bbackports?\b.*\(|^(?:merge )?pull request #?\d+|^merge (?:v?\d|\S+@|\S+ at )",
    r"^(?:back-?)?merge (?:branch )?\S+ (?:in)?to \S+$|^(?:back-?)?merge (?:back )?(?:the )?(?:release\b|v?\d[\d.]+)",
    r"^merge \S+ branch\b|^revert (?:last|latest|recent) |^\w+ [\"“].*[\"”] pr$|^(?:feature|feat|fix|bugfix|hotfix|chore|dev|topic)/\S",
    r"^prepare (?:for )?(?:the )?(?:\S+ )?release$|^tag v?\d[\w.]*$|^bump (?:version )?(?:to )?v?\d[\w.]*$",
    r"^(?:pre|post|merge)(?: release)? v?\d[\w.]* (?:release|files)\b|^(?:pre|post)- ",
    r"^(?:address|apply)(?:e?d)? (?:the |some )?(?:comments?|feedback|suggestions?)(?: (?:from|of|in) (?:the )?(?:code )?reviews?)?\W*$",
    r"^(?:address |apply )?(?:code )?review (?:feedback|comments)\W*$|^update (?:authors|contributors|credits|metadata\.\w+)\b",
    (
        r"^(?:add|fix|update)(?:s|ed)? (?:an? |the )?(?:missing )?(?:changelogs?|release notes?)"
        r"(?: (?:fragment|entry|entries|file)s?)?(?: for .*)?$"
    ),
    # a slip of the text: "Remove a duplicate line", "Fix wrong url"
    (
        r"^(?:add|correct|fix|remove)(?:e?[sd])? (?:an? |the )?(?:duplicated?|extra|misplaced|missing|outdated|redundant|trailing|wrong) "
        r"(?:argument|bracket|character|comma|dot|import|include|line|link|newline|parenthesis|period|quote|semicolon|space|url|whitespace"
        r"|word)s?\.?$"
    ),
)
_VAGUE = lazy_pattern("|".join(_VAGUE_TITLES), re.IGNORECASE)
_BRANCH_LIKE = lazy_pattern(r"^(?=.*[-_/.\d])[a-z0-9][\w./-]*$", re.IGNORECASE)


def is_vague(title: str) -> bool:
    """Return whether a title says nothing: "Bugfixes", "Code quality (20260702)", a branch's name."""
    text = titles.parse(title).text
    if _VAGUE.search(text) or _BRANCH_LIKE.match(text):
        return True
    return frozenset(re.findall(r"(?!\d+\b)[^\W_]{2,}|[^\W\d_a-z]", text.lower())) <= word_list("empty")


def names_single_object(title: str) -> bool:
    """Return whether a title says no more than one word of what it mends or adds: "Fix CentOS"."""
    text = NEGATIVE.sub("", titles.parse(title).text.lower().rstrip("."))
    text = text.removeprefix("properly ").removeprefix("correctly ")
    first, *rest = text.split() or [""]
    verb = english.verb(first)
    if verb is None or not rest or not all(re.fullmatch(r"[a-z][\w-]*", word) for word in rest):
        return False
    is_vague_noun = VAGUE_NOUNS.issuperset(rest) or (
        word_list("qualifying").issuperset(rest[:-1]) and rest[-1] in VAGUE_NOUNS
    )
    if verb.base == "add":
        return is_vague_noun
    is_single = len(rest) == 1 or is_vague_noun or re.fullmatch("error (?:handling|paths?)", " ".join(rest)) is not None
    if verb.base in ("adjust", "tweak"):
        return is_single or (len(rest) == 2 and rest[-1] in VAGUE_NOUNS)
    is_passed = verb.base in _PASSES and rest[-1] in ("error", "errors") and is_vague_noun
    return is_passed or (
        is_single
        and (
            verb.base in _MENDS or (verb.base == "handle" and bool(re.search(r"\b(?:better|properly) ", title.lower())))
        )
    )


def _is_present(word: str) -> bool:
    """Return whether a word is a verb in the present: "shows", "show"."""
    verb = english.verb(word)
    is_third = word.endswith("s") and not word.endswith("ss") and word not in FUNCTION
    return is_third if verb is None else verb.form in (Form.BASE, Form.THIRD)


_BEHAVES = lazy_pattern(
    r"(?!(?:I|It|That|They|This|We|You)\b)(?:`[^`]+`|[^,;:]{2,70}?)"
    r"(?: (?:are|can|is) (?:now|no longer) [a-z]| (?:now|no longer) (?:[a-z]+ly |also |always |only )?(?P<verb>[a-z]+))"
)


def has_predicate(sentence: str) -> bool:
    """Return whether a drafted sentence says what was done or is done now, and isn't a mere noun."""
    first = sentence.split(maxsplit=1)[0].lower() if sentence else ""
    if (match := _BEHAVES.match(sentence)) and (match["verb"] is None or _is_present(match["verb"])):
        return True
    if first in ("now", "no", "also", "switched", "made", "shared"):
        return first != "shared"
    verb = english.verb(first)
    return verb is not None and (verb.form is Form.PAST or english.past(verb.base) == first)


_LEFT_OPEN = lazy_pattern(
    r" (?:when|if|for|to|of|in|on|with|and|or|the|a|an|from|by|as|subsequent|(?<!is )(?<!are )(?<!was )(?:non-)?exist(?:ing|ent))\.$",
    re.IGNORECASE,
)


def is_left_open(sentence: str) -> bool:
    """Return whether a sentence ends in the middle: "Now checks names when."."""
    return sentence.endswith(("…", "….")) or bool(_LEFT_OPEN.search(sentence) and not _ASKS.search(sentence))


_ASKS = lazy_pattern(r"\b(?:what|where|which|who|whom)\b")


def is_clear(sentence: str) -> bool:
    """Return whether a drafted sentence has a verb, and says what users may notice."""
    return has_predicate(sentence) and not is_imperative(sentence) and not internal_reason(sentence)


def is_imperative(sentence: str) -> bool:
    """Return whether a sentence still begins with an order."""
    first = sentence.split(maxsplit=1)[0] if sentence else ""
    verb = english.verb(first)
    return (
        verb is not None
        and verb.form is Form.BASE
        and english.past(verb.base) != first.lower()
        and verb.base not in english.NOUN_LIKE
    )


def has_order(sentence: str) -> bool:
    """Return whether a verb stands within a noun title: "Pool state avoid double names"."""
    verbs = (english.verb(word) for word in sentence.rstrip(".").split()[1:])
    return any(verb and verb.form is english.Form.BASE and verb.base not in english.NOUN_LIKE for verb in verbs)
