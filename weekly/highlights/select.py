"""Choose and order a project's highlights of the week."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from weekly.classify.advisories import advisories
from weekly.classify.internal import code_names, is_public
from weekly.classify.lexicon import GRAVE
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.highlights import grouping, reverts
from weekly.highlights.description import split_sentences
from weekly.highlights.merging import merge
from weekly.highlights.naming import code_lines
from weekly.highlights.order import weight
from weekly.highlights.scopes import has_modules
from weekly.highlights.sentences import Draft, draft
from weekly.highlights.worth import has_order, has_predicate, is_imperative, is_left_open
from weekly.model import Audience, Highlight, Kind, PullRequest, Record, Verdict, Words
from weekly.text import english
from weekly.text.patterns import lazy_pattern


class LeftOut(Record, frozen=True, kw_only=True):
    """A pull request of a highlight's kind that has no bullet of its own, and why."""

    pull: PullRequest
    why: str


class Selection(Record, frozen=True, kw_only=True):
    """One project's highlights, the internal changes that a closing line counts, and what is left out.

    `remarks` explain texts of the writer, by ref.
    """

    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()
    internal: tuple[PullRequest, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    remarks: Mapping[str, tuple[str, ...]] = {}

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The improvements and bug fixes."""
        return (*self.improvements, *self.bugfixes)


def highlight(
    pulls: Sequence[PullRequest],
    verdicts: Mapping[str, Verdict],
    rules: HighlightRules,
    kind_rules: KindRules | None = None,
    reverted: Mapping[str, PullRequest] = MappingProxyType({}),
) -> Selection:
    """Choose one project's highlights, the weightiest first. `reverted` has what reverts undo of earlier weeks, by ref."""
    kinds = {pull.ref: verdicts[pull.ref].kind for pull in pulls if pull.ref in verdicts}
    candidates = [pull for pull in pulls if pull.ref in kinds and kinds[pull.ref].is_highlight]
    undone = reverts.undone(pulls)
    left = [LeftOut(pull=pull, why=undone[pull.ref].why) for pull in candidates if pull.ref in undone]
    found: list[Highlight] = []
    internal: list[tuple[Highlight, str]] = []
    for group in grouping.groups([pull for pull in candidates if pull.ref not in undone], kinds):
        left += [LeftOut(pull=member, why=why) for member, why in group.members]
        named = [reverts.named(pull, reverted.get(pull.ref)) for pull in group.pulls]
        drafted = draft(named, verdicts[group.lead.ref], rules, kind_rules or KindRules())
        _assign(group, drafted, verdicts[group.lead.ref], rules, found, internal, left)
    found = _merged(found, left)
    chosen = _capped(found, pulls, rules, left)
    large = _after(internal, len(chosen), rules)
    chosen += large
    listed = {one.pulls[0].ref for one in large}
    unlisted = [(one, why) for one, why in internal if one.pulls[0].ref not in listed]
    left += [LeftOut(pull=one.pulls[0], why=why) for one, why in unlisted]
    return Selection(
        improvements=(
            *(one for one in chosen if one.verdict.kind is Kind.IMPROVEMENT),
            *_folded(pulls, verdicts, rules),
        ),
        bugfixes=tuple(one for one in chosen if one.verdict.kind is Kind.BUGFIX),
        internal=_counted(unlisted, pulls, verdicts) if rules.internal == "count" else (),
        left_out=tuple(sorted(left, key=lambda one: (one.pull.repo, one.pull.number))),
    )


def marked(selection: Selection) -> Selection:
    """Return a selection whose drafts of breaking changes say so."""
    return msgspec.structs.replace(
        selection, improvements=_marked(selection.improvements), bugfixes=_marked(selection.bugfixes)
    )


def _marked(highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    return tuple(
        msgspec.structs.replace(one, text=type(one.text)(f"{one.text} This is a breaking change."))
        if one.verdict.is_breaking
        else one
        for one in highlights
    )


def _counted(
    internal: Sequence[tuple[Highlight, str]], pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict]
) -> tuple[PullRequest, ...]:
    """Return the internal changes that a closing line counts: what only developers notice, and people's housekeeping.

    Fixes of which a name is the only sign aren't counted, since users may notice them.
    """
    sure = [one for one, why in internal if one.verdict.kind is not Kind.BUGFIX or "`" not in why]
    chores = [pull for pull in pulls if pull.ref in verdicts and _is_chore(verdicts[pull.ref])]
    return tuple(
        sorted((*(pull for one in sure for pull in one.pulls), *chores), key=lambda pull: (pull.repo, pull.number))
    )


def _is_chore(verdict: Verdict) -> bool:
    return verdict.kind is Kind.HOUSEKEEPING and verdict.rule not in ("bot", "omitted")


def _assign(
    group: grouping.Group,
    drafted: Draft,
    verdict: Verdict,
    rules: HighlightRules,
    found: list[Highlight],
    internal: list[tuple[Highlight, str]],
    left: list[LeftOut],
) -> None:
    """Add a group's drafted highlight to those `found`, to the `internal` ones, or to what is `left` out."""
    one = Highlight(pulls=group.pulls, text=group.noted(drafted.text), verdict=verdict, words=drafted.words)
    if drafted.worthless:
        left.append(LeftOut(pull=group.lead, why=drafted.worthless))
    elif one.verdict.audience is not Audience.USERS:
        why = f"only developers notice it: {one.verdict.audience_reason or 'it changes internal code'}"
        if rules.internal == "after" and not _is_tellable(one, drafted.lead):
            left.append(LeftOut(pull=group.lead, why=why))
        else:
            internal.append((one, why))
    elif why := _broken(one, drafted.lead, rules):
        left.append(LeftOut(pull=group.lead, why=why))
    else:
        found.append(one)


def _broken(one: Highlight, lead: str, rules: HighlightRules) -> str:
    """Return why a drafted sentence can't be published, empty where it can."""
    is_certain = one.words is Words.AUTHOR or one.verdict.is_breaking or one.verdict.rule == reverts.RULE
    if is_certain or advisories(one.pulls):
        return ""
    if _TWO_VERBS.match(lead):
        return "its sentence has two verbs"
    if is_left_open(lead):
        return "its title ends in the middle"
    if _UNKNOWN.match(lead):
        return "it takes back a change that readers don't know"
    if match := _OF_CODE.search(lead):
        return f"its sentence names code only: {match[0]}"
    says_more = (GRAVE.search(lead) and not _ONLY_FAULT.search(lead)) or _is_explained(one, lead)
    files = [change for pull in one.pulls for change in pull.files]
    names = [] if says_more or has_modules(one.pulls, rules) else code_names(lead)
    if name := next((name for name in names if not is_public(name, files)), ""):
        return f"its sentence names code only: {name}"
    if not has_predicate(lead) and (has_order(lead) or lead.startswith(_CIRCUMSTANCES)):
        return "its title has an order in the middle"
    return "its title is an order that can't be turned safely" if is_imperative(lead) else ""


_TWO_VERBS = lazy_pattern(
    r"^(?:Added|Changed|Fixed|Improved|Removed) (?:adds|allows|changes|fixes|makes|removes|updates) (?:an?|the) "
)
_CIRCUMSTANCES = ("If ", "Nowadays ", "When ", "While ")
_OF_CODE = lazy_pattern(r"`(?:%[a-z]|i18n|l10n|[A-Z]{2,}[a-z]{3,})`|\bcolumns? (?:from|in|to) (?:\w+ ){1,3}tables?\b")
_UNKNOWN = lazy_pattern(r"^Reverted \".+\"\.$")
# A fault and the code that has it, and not what it does to users.
_ONLY_FAULT = lazy_pattern(
    r"^\w+ (?:an? |the )?(?:potential |possible )?(?:regression|race(?: condition)?|leaks?) in `[^`]+`\.$"
)


def _merged(found: Sequence[Highlight], left: list[LeftOut]) -> list[Highlight]:
    """Merge highlights that say nearly the same into the first of them."""
    merged = merge(sorted(found, key=weight))
    for first, others in merged:
        left += [LeftOut(pull=one.pulls[0], why=f"shares the bullet of {first.pulls[0].ref}") for one in others]
    return [first for first, _ in merged]


def _capped(
    found: Sequence[Highlight], pulls: Sequence[PullRequest], rules: HighlightRules, left: list[LeftOut]
) -> list[Highlight]:
    """Return the first highlights, as many as the caps allow for all and for each list."""
    caps = {Kind.IMPROVEMENT: rules.most_improvements, Kind.BUGFIX: rules.most_bugfixes}
    room = {kind: _room(cap, len(pulls), rules.most) for kind, cap in caps.items()}
    chosen: list[int] = []
    for place in sorted(range(len(found)), key=lambda place: _claim(found[place])):
        one = found[place]
        kind = one.verdict.kind
        if len(chosen) >= rules.most or room[kind] < 1:
            is_full = len(chosen) >= rules.most
            noun = "highlight" if is_full else _NOUNS[kind]
            most = rules.most if is_full else _room(caps[kind], len(pulls), 0)
            counted = english.counted(most, noun, plural=noun + ("es" if noun.endswith("x") else "s"))
            left.append(LeftOut(pull=one.pulls[0], why=f"past the {counted} that a project may have"))
            continue
        room[kind] -= 1
        chosen.append(place)
    return [found[place] for place in sorted(chosen)]


def _claim(one: Highlight) -> tuple[int, float]:
    """Return what decides who gets a place, the least first: the subject, then how much speaks for users."""
    return weight(one).group, -one.verdict.noticed - 3 * (one.words is Words.AUTHOR)


_NOUNS = {Kind.IMPROVEMENT: "improvement", Kind.BUGFIX: "bug fix"}


def _room(cap: float | None, pulls: int, most: int) -> int:
    """Return how many highlights a list may have. A share counts all merged pull requests, and gives at least one."""
    if cap is None:
        return most
    return cap if isinstance(cap, int) else max(1, round(cap * pulls))


_REWORKS = english.words("Reworked Redesigned Rewrote Replaced")
LARGE, EXPLAINED = 400, 150
"""Changed lines of code from which an internal change is large enough to be listed, alone or with an explanation."""


def _after(internal: Sequence[tuple[Highlight, str]], count: int, rules: HighlightRules) -> list[Highlight]:
    """Return the large internal changes that follow the others as far as there is room."""
    if rules.internal != "after":
        return []
    sized = sorted((-code_lines(one.pulls), one.pulls[0].number, index) for index, (one, _) in enumerate(internal))
    return [internal[index][0] for _, _, index in sized][: max(0, rules.most - count)]


def _is_explained(one: Highlight, lead: str) -> bool:
    """Return whether a description adds to the title's sentence."""
    return len(split_sentences(one.text)) > len(split_sentences(lead))


def _is_tellable(one: Highlight, lead: str) -> bool:
    """Return whether an internal change is a large rework that words or an explanation describe."""
    is_explained = _is_explained(one, lead)
    is_rework = lead.partition(" ")[0] in _REWORKS or (is_explained and has_predicate(lead))
    if not is_rework or is_imperative(lead):
        return False
    return code_lines(one.pulls) >= (EXPLAINED if is_explained else LARGE) and (is_explained or not code_names(lead))


_BUMP = lazy_pattern(
    r"\b(?:bump|update|upgrade) (?:dependency )?(?P<what>[\w@./-]+)(?: requirement)? (?:from|to) ", re.IGNORECASE
)


def _folded(
    pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict], rules: HighlightRules
) -> tuple[Highlight, ...]:
    """Return all updates of dependencies in one highlight, where the configuration wants it."""
    bumps = [pull for pull in pulls if pull.ref in verdicts and verdicts[pull.ref].kind is Kind.DEPENDENCIES]
    if not bumps or not rules.fold_dependencies:
        return ()
    bumps.sort(key=lambda pull: (pull.repo, pull.number))
    named = [match["what"] for pull in bumps if (match := _BUMP.search(pull.title))]
    names = list(dict.fromkeys(named))
    if len(named) < len(bumps):
        text = f"Updated dependencies, in {english.counted(len(bumps), 'change')}."
    else:
        counted = english.counted(len(names), "dependency", plural="dependencies")
        text = f"Updated {counted}: {english.listed([f'`{name}`' for name in names])}."
    if len(text) > rules.longest:
        text = f"Updated {english.counted(len(names), 'dependency', plural='dependencies')}."
    return (Highlight(pulls=tuple(bumps), text=text, verdict=verdicts[bumps[0].ref]),)
