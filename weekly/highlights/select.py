"""Choose a project's highlights of the week and draft their sentences: grouped, reverts cancelled, ordered, capped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from weekly.classify import lexicon
from weekly.config import HighlightRules
from weekly.highlights import grouping
from weekly.highlights.description import explanation, opened, release_note
from weekly.model import Highlight, Kind, PullRequest, Record, Verdict, Words
from weekly.text import english, titles
from weekly.text.markdown import harmless, normalise, shortened
from weekly.text.titles.code_spans import NAMES

LONGEST_NOTE = 1_000
"""Characters after which an author's release note is cut: a highlight is no page."""


class LeftOut(Record, frozen=True, kw_only=True):
    """A pull request of a highlight's kind that has no bullet of its own, and why."""

    pull: PullRequest
    why: str


class Selection(Record, frozen=True, kw_only=True):
    """What one project's highlights are, and what isn't among them though its kind would let it."""

    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def highlight(pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict], rules: HighlightRules) -> Selection:
    """Choose one project's highlights, the weightiest first."""
    kinds = {pull.ref: verdicts[pull.ref].kind for pull in pulls if pull.ref in verdicts}
    candidates = [pull for pull in pulls if pull.ref in kinds and kinds[pull.ref].is_highlight]
    undone = grouping.undone(pulls)
    left = [LeftOut(pull=pull, why=undone[pull.ref].why) for pull in candidates if pull.ref in undone]
    drafts = []
    for lead, members in grouping.groups([pull for pull in candidates if pull.ref not in undone], kinds):
        drafts.append(_drafted(lead, [member for member, _ in members], verdicts[lead.ref], rules))
        left += [LeftOut(pull=member, why=why) for member, why in members]
    drafts.sort(key=_weight)
    kept, past = drafts[: rules.most], drafts[rules.most :]
    said = f"past the {english.counted(rules.most, 'highlight')} that a project may have"
    left += [LeftOut(pull=one.pulls[0], why=said) for one in past]
    return Selection(
        improvements=(*(one for one in kept if one.verdict.kind is Kind.IMPROVEMENT), *_folded(pulls, verdicts, rules)),
        bugfixes=tuple(one for one in kept if one.verdict.kind is Kind.BUGFIX),
        left_out=tuple(sorted(left, key=lambda one: (one.pull.repo, one.pull.number))),
    )


def _drafted(lead: PullRequest, members: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules) -> Highlight:
    """One highlight: the author's release note, or what the titles say and the description explains."""
    pulls = (lead, *members)
    for pull in pulls:
        if note := _release_note(pull):
            return Highlight(
                pulls=pulls, text=_begun(shortened(harmless(note), LONGEST_NOTE)), verdict=verdict, words=Words.AUTHOR
            )
    names = (*NAMES, *rules.names)
    said = [subject for pull in pulls for subject in _subjects(pull)]
    told = [titles.sentence(subject, commands=rules.commands, names=names) for subject in said]
    sentences = [sentence for sentence in told if sentence] or [normalise(lead.title) or "…"]
    whole = "body" not in lead.cut
    explained = _explanation(lead, whole=whole)[: rules.explain] if rules.explain else ()
    sentences += [_explaining(sentence, rules) for sentence in explained]
    return Highlight(pulls=pulls, text=_run_together(sentences, rules.longest), verdict=verdict)


def _release_note(pull: PullRequest) -> str:
    """The author's own words, where there are any; what reads descriptions is imported only then."""
    if not pull.body:
        return ""

    return release_note(pull.body)


def _explanation(pull: PullRequest, *, whole: bool) -> tuple[str, ...]:
    if not pull.body:
        return ()

    return explanation(pull.body, whole=whole)


_VAGUE = english.words(
    "a and assorted bug bugfix bugfixes changes cleanup cleanups few fix fixes fixups general improvements minor misc"
    " miscellaneous more other random small some the tiny trivial tweaks varied various"
)
_NOT_TOLD = re.compile(
    r"^(?:merge\b|(?:tests?|docs?|i18n|gomod|github|ci|travis|vendor|style)\b)|\b(?:fixup!|squash!|typos?)\b",
    re.IGNORECASE,
)
_COMMITS_TOLD = 3


def _subjects(pull: PullRequest) -> tuple[str, ...]:
    """What a pull request says it does: its title, or its first commits where the title says nothing ("Bugfixes")."""
    text = titles.parse(pull.title).text
    if not frozenset(re.findall(r"\w+", text.lower())) <= _VAGUE:
        return (pull.title,)
    subjects = [commit.subject for commit in pull.commits if len(commit.subject.split()) > 2]
    told = [subject for subject in dict.fromkeys(subjects) if not _NOT_TOLD.search(subject)]
    return tuple(told[:_COMMITS_TOLD]) or (pull.title,)


def _begun(note: str) -> str:
    note = note.strip()
    note = note[:1].upper() + note[1:]
    return note if note.endswith((".", "!", "?", "…")) else note + "."


def _explaining(sentence: str, rules: HighlightRules) -> str:

    return titles.explaining_sentence(opened(sentence), commands=rules.commands, names=(*NAMES, *rules.names))


def _run_together(sentences: Sequence[str], longest: int) -> str:
    text = sentences[0]
    for sentence in sentences[1:]:
        if len(text) + 1 + len(sentence) <= longest and not _repeats(sentence, text):
            text = f"{text} {sentence}"
    return text


def _repeats(sentence: str, text: str) -> bool:
    """Whether a sentence says hardly more than what is already said."""
    new, old = (set(re.findall(r"\w{4,}", words.lower())) for words in (sentence, text))
    return len(new - old) < 2 or len(new & old) > 0.7 * len(new)


class _Weight(NamedTuple):
    """What orders highlights, least first: the reach into a user's world, the size, the number."""

    reach: int
    size: int
    repo: str
    number: int


_NEWS = english.words("add support implement introduce enable allow expose provide")
_UPKEEP = english.words(
    "rework refactor cleanup clean rename move simplify restructure reorganise reorganize convert switch use centralize tweak"
    " deduplicate dedupe unify split extract replace port backport"
)
_USER_FACING = re.compile(r"(?:^|/)(?:docs?|man|help|manpages?)/|(?:^|/)(?:README|CHANGELOG|NEWS)", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"(?:^|/)(?:vendor|node_modules|po|tests?|docs?)/|_test\.\w+$|(?:^|/)test_[^/]*$|\.(?:po|pot|sum|lock)$|(?:^|/)package-lock\.json$"
)


def _weight(one: Highlight) -> _Weight:
    reach = max(_reach(pull, one.verdict.kind) for pull in one.pulls) + 2 * (one.words is Words.AUTHOR)
    changes = [change for pull in one.pulls for change in pull.files if _counts(change.path)]
    size = sum([change.additions + change.deletions for change in changes])
    return _Weight(reach=-reach, size=-size, repo=one.pulls[0].repo, number=one.pulls[0].number)


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def _counts(path: str) -> bool:
    return not _NOT_COUNTED.search(path)


@lru_cache(maxsize=10_000)
def _faces_users(path: str) -> bool:
    return _USER_FACING.search(path) is not None


def _reach(pull: PullRequest, kind: Kind) -> int:
    """How much of a user's world a change touches: what is documented, asked for, new or grave counts."""
    verb = titles.parse(pull.title).verb
    base = verb.base if verb else ""
    reach = 2 * any(_faces_users(change.path) for change in pull.files) + 2 * bool(pull.closes)
    reach += 2 * (kind is Kind.IMPROVEMENT and base in _NEWS) - 2 * (base in _UPKEEP)
    reach += 2 * bool(lexicon.GRAVE.search(pull.title)) - 2 * bool(lexicon.INTERNAL.search(pull.title))
    return reach - 2 * (base == "" and len(pull.title.split()) < 4)


_BUMP = re.compile(
    r"\b(?:bump|update|upgrade) (?:dependency )?(?P<what>[\w@./-]+)(?: requirement)? (?:from|to) ", re.IGNORECASE
)


def _folded(
    pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict], rules: HighlightRules
) -> tuple[Highlight, ...]:
    """All updates of dependencies in one line, where weekly.toml asks for it."""
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
