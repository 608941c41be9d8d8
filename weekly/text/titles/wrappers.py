"""Unwrap titles from tags, tracker keys, emoji, branches, references, backports and reverts."""

from __future__ import annotations

import re
from typing import NamedTuple

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import name_list

BRANCH_NAME = r"(?:stable|release)[-/ ]?[\w.-]+"
_BRANCH = lazy_pattern(
    rf"\s*[(\[](?:for |(?:backport|(?:fwd |forward )?port) to )?({BRANCH_NAME}|main|master|dev[\w.-]*|v\d[\w.-]*|[\d.x]+-maint)[)\]]\.?$",
    re.IGNORECASE,
)
_LEADING_BRANCH = lazy_pattern(r"^(?:stable|release)[-/]?[\w.]*$", re.IGNORECASE)
_TAG = lazy_pattern(r"^\[([^\[\]]{1,40})\](?::|\s+[-–—](?=\s))?\s*(?=\S)")
_WIP = lazy_pattern(r"^WIP\s+(?=\S)")
_EMOJI = lazy_pattern(r"^(?::[a-z][a-z0-9_]*:|[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?\u200d?)\s*")
NO_STANDARD = rf"(?!(?:{'|'.join(name_list('standards'))})-)"
"""Goes before the pattern of a tracker's key. Standards and advisories look like one, and are what a title is about."""
_KEY = lazy_pattern(
    rf"^(?:{NO_STANDARD}[A-Z][A-Z0-9]+-\d{{2,}}(?::|\s+-)?|bpo-\d+:|(?i:bug|enhancement|issue|ticket) #?\d+:)\s+(?=\S)"
)
_KEY_TAG = lazy_pattern(r"^[A-Z][A-Z0-9]+-\d+$")
# Tags that say something of the pull request, not of what it changes.
_DONE = r"added|changed|deprecated|fixed|fixes|improved|removed|updated"
_TYPES = ("bugfix", "feat", "feature", "fix", "hotfix")
_STATUS_TAG = lazy_pattern(
    r"^(?:wip|rfc|draft|do not merge|dnm|skip ci|ci skip|backport\b.*|carry\b.*|pr #?\d.*|chore|internal|minor|maintenance"
    r"|cherry-?pick\b.*|ready|fix|bug(?: ?fix)?|hotfix|feat(?:ure)?|enhancement|improvement|docs?|tests?|breaking|security|new"
    rf"|(?:fix|{_DONE})(?:[ /,&+]+(?:{_DONE}))*(?: (?:#?\d+|[A-Z][A-Z0-9]+-\d+))?|\W*)$",
    re.IGNORECASE,
)
_VERSION = lazy_pattern(r"^\(v?\d+(?:\.(?:\d+|x))+\)\s+(?=\S)")
_SCOPE_TAG = lazy_pattern(r"^[\w./+-]+(?: [\w./+-]+)?$")

_NUMBER = r"(?:[\w.-]+/[\w.-]+)?(?:#|GH-)\d+"
_CLOSING = (
    r"(?:(?:fix(?:es|ed)?|close[sd]?|resolve[sd]?|solve[sd]?)(?: issues?| bug)?|refs?"
    r"|see(?: (?:issue|pr))?|issues?|gh|bugs?|part of|relates? to|alt|alternative to"
    r"|supersedes|reverts|resolution of|fix for|copy of|clone of|lp|(?:closing|fixing|revamping)|rebased (?:for|on)|follow-?up (?:of|to))"
)
_REFERENCE = lazy_pattern(
    rf"(?:\s*[,;:]?\s*\( ?{_CLOSING}?[: ]*{_NUMBER}(?:(?:,| and|;)? (?:{_CLOSING} )?{_NUMBER})* ?\)|\s*[,;.]\s*{_CLOSING}[: ]+{_NUMBER}"
    rf"|\s*[,;]\s*(?:for )?{_NUMBER}"
    rf"|\s+(?:fixes|closes|resolves|related to|as per|(?:for|from) issue)[: ]+{_NUMBER}"
    rf"|\s+[-–—]\s+(?:{_CLOSING}[: ]+)?{_NUMBER}(?:, {_NUMBER})*"
    rf"|\s+[-–—]\s+(?:(?:fixes|closes|resolves)(?: issue)? )?\d{{3,}}"
    rf"|(?<![\w#])\s*{_NUMBER})\.?$",
    re.IGNORECASE,
)
_LEADING_NUMBERS = lazy_pattern(
    rf"^(?:\({_NUMBER}\)\s+|(?!(?:19|20)\d\d )\d{{4,}}\s+(?=[A-Z][a-z]+ [a-z])"
    rf"|{_NUMBER}[,:]?\s+(?:--?\s+|[–—]\s+)?|(?:issue|ticket|bug) #?\d+:?\s+(?:--?|[–—])\s+"
    rf"|(?:close[sd]?|resolve[sd]?) {_NUMBER}, "
    rf"|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?) {_NUMBER} (?-i:(?=[A-Z][a-z]+ ))"
    rf"|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?) (?:{_NUMBER}|\d{{3,}}) (?=(?:add|allow|avoid|check|don't|ensure"
    r"|fix|handle|ignore|improve|keep|make|omit|prevent|remove|return|set|show|skip|support|update|use)\b))+(?=[^\W\d])",
    re.IGNORECASE,
)
_FIXED_NUMBER = lazy_pattern(
    rf"^(fix(?:e[sd])?)\s+{_NUMBER}\s+(?:and (?=[a-z]+ing )"
    r"|(?!(?:and|as|at|because|by|due|for|from|in|of|on|or|that|to|using|via|when|where|which|with|without)\b))(?=[a-z])",
    re.IGNORECASE,
)
_TRAILING_KEY = lazy_pattern(
    r"\s+(?:\((?:(?:[a-z]+ )*\d+/(?:\d+|[nN])|CID \d+|(?i:bug|fixes|issue) \d{2,}|copy[- ]paste|again|alternative|backport(?:ed)?"
    rf"|rebased(?: (?:for|on) {_NUMBER})?|(?:attempt|round|take|try) ?\d|(?i:fixes|closes|refs?|see) (?=[a-f]*\d)[0-9a-f]{{7,40}})\)"
    rf"|\[(?:\d/\d|(?:ch|sc-)\d+|{_NUMBER}|{NO_STANDARD}[A-Z][A-Z0-9]+-\d{{2,}}|skip ci|ci skip|no ci|wip)\]"
    rf"|\({NO_STANDARD}[A-Z][A-Z0-9]+-\d{{2,}}\))\.?$"
)
_TRAILING_REMARK = lazy_pattern(
    r"(?:\s*[\u2600-\u27bf\U0001f000-\U0001faff][\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d]*| :[a-z][a-z0-9_]+:"
    r"|[. ]+OSS-Fuzz:? \d+"
    r"|[.,;]? (?:fixes|closes|refs?|resolves):? https?://\S+|[.,;]? see:? https?://\S+"
    r"|(?:\.{3,}|…) ?again| (?:after|since) (?=[a-f]*\d)[0-9a-f]{7,40})\.?$",
    re.IGNORECASE,
)
_NEEDS_NUMBER = lazy_pattern(
    rf"\b(?:{_CLOSING}|pr|pull request|in|of|for|to|from|by|since|with|after|revert(?:s|ed)?)$", re.IGNORECASE
)
_DJANGO = lazy_pattern(
    rf"^(?:fix(?:es|ed)?|close[sd]?|refs?|re|resolve[sd]?|implement(?:s|ed)?|address(?:es|ed)?)\s+"
    rf"(?:(?:bug|issue) #?\d+(?=\s?:)|{_NUMBER}|\d{{3,}}(?=\s?[-–—:;]))"
    rf"(?:,?\s+(?:and\s+)?(?:refs\s+)?{_NUMBER})*(?:\s(?:--?|[–—])|\.|;|\s?:)\s+(?=\S)",
    re.IGNORECASE,
)
ONLY_REFERENCE = lazy_pattern(
    rf"^(?:{_CLOSING}|fix for)\s+(?:https?://\S+|(?:issue |bug |pr )?{_NUMBER}|(?:issue|bug) \d+)\.?$", re.IGNORECASE
)
"""A title that only names the issue that it closes."""

# A number without its sign, which takes time to look for.
_BARE_NUMBER = lazy_pattern(r"^(?:[a-z]+ ){0,2}\d{3,}\b|\d{3,}$", re.IGNORECASE)
_BACKPORTS = (
    lazy_pattern(r"""^cherry-?pick(?:ed)?:? ["“'](?P<text>.+)(?P<inner>)(?P<number>)["”']$""", re.IGNORECASE),
    lazy_pattern(
        r"^(?:automated )?(?:back-?port|cherry[- ]?pick)(?:s|ed)? (?:of )?(?:pr |pull request )?#(?P<number>\d+)"
        r"(?: (?:on|to|into|for)(?: branch)? [\w./-]+)?\s*(?:[:–—-]\s*(?P<text>.+)|\((?P<inner>.+)\))$",
        re.IGNORECASE,
    ),
    lazy_pattern(
        rf"^(?P<text>.+?)\s*[(\[]back-?port (?:of )?(?:pr )?#(?P<number>\d+)(?: to {BRANCH_NAME})?[)\]]$", re.IGNORECASE
    ),
)
_ORIGIN = lazy_pattern(r"\s+(?:\(|[-–] )(?:cherry-?picked |ported |taken )?[Ff]rom (?:upstream|incus|[A-Z]\w+)\)?$")
_PR_TAG = lazy_pattern(r"^PR #(\d+)\b")
_QUOTED = r"""["“'](?P<quoted>.+?)["”']?(?:\s*\(#\d+\))?"""
_REVERTS = (
    lazy_pattern(rf"^(?P<again>)revert(?:s|ed|ing)?:?\s+(?:the )?{_QUOTED}$", re.IGNORECASE),
    lazy_pattern(rf"^(?P<again>re-?apply|re-?land(?:s|ed|ing)?):?\s+{_QUOTED}$", re.IGNORECASE),
    lazy_pattern(r"^(?P<again>)revert(?:\([^()]*\))?(?:!?:|\s[-–—])\s+(?P<quoted>.+)$", re.IGNORECASE),
    lazy_pattern(r"^(?P<again>re-?apply|re-?land)(?:\([^()]*\))?!?:\s+(?P<quoted>.+)$", re.IGNORECASE),
    lazy_pattern(
        r"^(?P<again>)revert(?:s|ed)?\s+(?!(?:to|back|on)\b)(?!.*\b(?:when|if|unless|during|on error|after)\b)(?P<quoted>[^\"“].+)$",
        re.IGNORECASE,
    ),
)


class Unwrapped(NamedTuple):
    """A title's own words. `scopes` and `done`, as in "[IMPROVED]" or "[fix]", come from tags. `picks` is a backport's original."""

    text: str
    branch: str = ""
    scopes: tuple[str, ...] = ()
    picks: int = 0
    done: str = ""


def unwrap(text: str) -> Unwrapped:
    """Take off tags, keys, emoji, branches, references and a backport's wording."""
    branch, scopes, picks, done = "", [], 0, ""
    if text.endswith((")", "]", ").", "].")) and (match := _BRANCH.search(text)):
        text, branch = text[: match.start()], match[1]
    while True:
        if text.startswith("[") and (match := _TAG.match(text)):
            text = text[match.end() :]
            branch = branch or (match[1] if _LEADING_BRANCH.match(match[1]) else "")
            picks = picks or int(number[1] if (number := _PR_TAG.match(match[1])) else 0)
            scopes += [match[1]] if _is_scope_tag(match[1]) else []
            done = match[1].lower() if match[1].lower() in (*_DONE.split("|"), *_TYPES) else done
        elif (_may_be_emoji(text) and (match := _EMOJI.match(text))) or (
            match := _KEY.match(text) or _WIP.match(text) or _VERSION.match(text)
        ):
            text = text[match.end() :]
        else:
            break
    text = _TRAILING_KEY.sub("", text) if text.endswith((")", "]", ").", "].")) else _TRAILING_REMARK.sub("", text)
    if "#" in text or "GH-" in text or _BARE_NUMBER.search(text):
        text = _without_references(_without_lead(text))
    text = _ORIGIN.sub("", text) if "from " in text.lower() else text
    for pattern in _BACKPORTS if _names(text, "port", "pick") else ():
        if match := pattern.match(text):
            picks = int(match["number"] or 0)
            text = match["text"] or match["inner"]
    return Unwrapped(text=text, branch=branch, scopes=tuple(scopes), picks=picks, done=done)


def _names(text: str, *parts: str) -> bool:
    """Return whether a text has one of these letters in a row, before a pattern looks for more."""
    low = text.lower()
    return any(part in low for part in parts)


def _may_be_emoji(text: str) -> bool:
    return text.startswith(":") or text[:1] > "\u2000"


def _is_scope_tag(tag: str) -> bool:
    return not (
        _STATUS_TAG.match(tag) or _KEY_TAG.match(tag) or _LEADING_BRANCH.match(tag) or not _SCOPE_TAG.match(tag)
    )


def _without_lead(text: str) -> str:
    """Return a title without "Fix #12:" before it. What was wrong keeps the verb: "Fix #12: touchpad scrolling"."""
    match = _DJANGO.match(text)
    if match is None:
        return text
    rest = text[match.end() :]
    is_noun = english.verb(rest.split(maxsplit=1)[0]) is None and ": " not in rest and not _NEGATED.match(rest)
    if not is_noun or not match[0].lower().startswith("fix"):
        return rest
    return f"Fix {rest[0].lower() + rest[1:] if _PLAIN_WORD.match(rest) else rest}"


_PLAIN_WORD = lazy_pattern(r"[A-Z][a-z]+ [a-z]")
_NEGATED = lazy_pattern(r"don['’]?t|do not|[a-z]+ly ", re.IGNORECASE)


def _without_references(text: str) -> str:
    if ONLY_REFERENCE.match(text):
        return text
    text = _FIXED_NUMBER.sub(r"\1 ", _LEADING_NUMBERS.sub("", text))
    while (match := _REFERENCE.search(text)) and match.start():
        before = text[: match.start()]
        is_whole = _WHOLE.match(match[0]) is not None
        if _NEEDS_NUMBER.search(before.rstrip(" :(")) and not is_whole:
            return text
        text = before.rstrip()
    return text


# A reference that needs no word before it: "(#12)", ", fixes #12".
_WHOLE = lazy_pattern(r"[ ,;.–—-]*(?:\(|(?:fix|close|resolve)[a-z]*\b)", re.IGNORECASE)

MOST_REVERTS = 20
"""Reverts of reverts that are followed. Nobody writes more, and each of them takes time."""


def undone_by(text: str) -> str:
    """Return the title that a revert undoes, empty for others. A reapplied title is the revert of its revert."""
    for pattern in _REVERTS if _names(text, "revert", "apply", "land") else ():
        if match := pattern.match(text):
            quoted = match["quoted"].strip(" -–—")
            return f'Revert "{quoted}"' if match["again"] else quoted
    return ""
