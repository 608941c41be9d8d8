"""Decide the kind of a pull request by a ladder of rules. The first rule that applies decides.

What the project configured comes first, then what people wrote about the change itself: changelog entries, labels,
prefixes, a ticked box. Paths come before the labels of closed issues: tests alone fix no program, even where they close a
bug. A release note shows whether the change is a highlight. Words are statistics and come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import msgspec

from weekly.classify.audience import audience_of
from weekly.classify.features import Features
from weekly.classify.fragments import AuthorNote, note_in_diff
from weekly.classify.labels import kind_of_labels, matching_label
from weekly.classify.marks import Marks, marks_of
from weekly.classify.paths import NOUNS, kind_of_paths, without_fragments
from weekly.classify.release_notes import has_breaking_footer, note_in_description
from weekly.classify.tokens import TEXT_LIMIT
from weekly.classify.weights import Weights, shipped_weights
from weekly.classify.words import ADDS, CHORES, FIXES, REFACTORING_TITLE, REFACTORS, TESTS, UPDATES, features_of, weigh
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules, LabelRules
from weekly.model import Kind, PullRequest, Record, Verdict
from weekly.text.patterns import fits, lazy_pattern

CERTAIN = 0.98
"""The confidence of rules that use people's statements, since one label in fifty is an error."""

LIKELY = 0.7
"""The confidence of rules that use how people usually write."""

_BOT_BUMP = lazy_pattern(
    r"(?:[\w()/!-]+:\s*)?(?:bump|update(?! translation)|upgrade|pin|lock file maintenance)\b", re.IGNORECASE
)
_TICKED = lazy_pattern(
    r"^[ \t]*[-*+] \[[xX]\]\W*(?:(bug ?fix(?:es)?|bug)|(new feature|feature|enhancement|improvement))\s*(?:\(.*)?$",
    re.IGNORECASE | re.MULTILINE,
)


class Facts(Record, frozen=True, kw_only=True, dict=True):
    """A pull request with what is read from it once for all rules."""

    pull: PullRequest
    rules: KindRules
    marks: Marks
    diff_note: AuthorNote | None
    description_note: AuthorNote | None
    weights: Weights

    @property
    def author_note(self) -> AuthorNote | None:
        """The author's changelog entry in the diff, else the release note in the description."""
        return self.diff_note or self.description_note

    @cached_property
    def features(self) -> Features:
        """The features of its own title, commits, description and files."""
        return features_of(self.pull, self.rules)


def classify(
    pull: PullRequest, rules: KindRules, weights: Weights | None = None, known: HighlightRules | None = None
) -> Verdict:
    """Return the verdict of the first rule that applies.

    A project that learned passes its own weights. `known` has the names that its users know.
    """
    facts = Facts(
        pull=pull,
        rules=rules,
        marks=marks_of(pull.title, rules),
        diff_note=note_in_diff(pull, rules) if pull.patches else None,
        description_note=note_in_description(pull, rules),
        weights=shipped_weights() if weights is None else weights,
    )
    verdict = next(verdict for rung in LADDER if (verdict := rung(facts)))
    verdict = _with_audience(facts, _with_breaking(facts, verdict), known or HighlightRules())
    return verdict if verdict.confidence >= rules.unsure_below else msgspec.structs.replace(verdict, sure=False)


def _with_breaking(facts: Facts, verdict: Verdict) -> Verdict:
    """Mark a breaking change. It is an improvement at least, unless it is left out or made by a bot."""
    reason = _breaking_reason(facts)
    if not reason or verdict.rule in ("omitted", "bot"):
        return verdict
    if not verdict.kind.is_highlight:
        verdict = _certain(Kind.IMPROVEMENT, "breaking", f"breaking change: {reason}")
    return msgspec.structs.replace(verdict, is_breaking=True)


def _breaking_reason(facts: Facts) -> str:
    """Return why a change is a breaking one, or nothing."""
    note = facts.author_note
    if label := matching_label(facts.pull.labels, facts.rules.labels.breaking):
        return f"label '{label}'"
    if note and note.is_breaking:
        return f"{note.source} is of type '{note.type}'"
    if facts.marks.is_breaking:
        return f"the title is marked '{facts.marks.mark or '!'}'"
    return "a BREAKING CHANGE footer" if has_breaking_footer(facts.pull) else ""


def _with_audience(facts: Facts, verdict: Verdict, known: HighlightRules) -> Verdict:
    files, note = without_fragments(facts.pull, facts.rules), facts.author_note
    audience, reason, noticed = audience_of(
        facts.pull, facts.marks.text, files, verdict, note, known, lambda: facts.features
    )
    return msgspec.structs.replace(verdict, audience=audience, audience_reason=reason, noticed=noticed)


def by_omission(facts: Facts) -> Verdict | None:
    """Use the project's choice of what is never a highlight."""
    pull, omit = facts.pull, facts.rules.omit
    reason = ""
    if label := matching_label(pull.labels, omit.labels):
        reason = f"label '{label}'"
    elif fits(pull.author.login.lower(), map(str.lower, omit.authors)):
        reason = f"author {pull.author.login}"
    elif fits(pull.repo.lower(), map(str.lower, omit.repos)):
        reason = f"repository {pull.repo}"
    elif pull.base and fits(pull.base, omit.branches):
        reason = f"merged into {pull.base}"
    elif pull.files and "files" not in pull.cut:
        matches = (fits(change.path, omit.paths) for change in pull.files)
        reason = f"only omitted paths changed: {pull.files[0].path}" if omit.paths and all(matches) else ""
    if not reason:
        return None
    return _certain(
        kind_of_paths(pull, facts.rules) or Kind.HOUSEKEEPING, "omitted", f"left out by [kinds.omit]: {reason}"
    )


def by_own_label(facts: Facts) -> Verdict | None:
    """Use a label that weekly.toml maps."""
    if not facts.pull.labels:
        return None
    given, defaults = facts.rules.labels, LabelRules()
    own = {kind.value: () for kind in Kind if given.patterns(kind) == defaults.patterns(kind)}
    return _labelled(facts, msgspec.structs.replace(given, **own))


def by_label(facts: Facts) -> Verdict | None:
    """Use a label in common use."""
    return _labelled(facts, facts.rules.labels)


def by_bot(facts: Facts) -> Verdict | None:
    """Use the author. Work of bots is never a highlight, unless they write what people order."""
    pull, rules = facts.pull, facts.rules
    login = pull.author.login
    if not (pull.author.is_bot or login.endswith("[bot]") or _is_named(login, rules.bots)):
        return None
    if _is_named(login, rules.coding_agents):
        return None
    kind = Kind.DEPENDENCIES if _BOT_BUMP.match(pull.title) else (kind_of_paths(pull, rules) or Kind.HOUSEKEEPING)
    return _certain(kind, "bot", f"made by the bot {login}")


def by_fragment(facts: Facts) -> Verdict | None:
    """Use the changelog entry in the pull request's own diff."""
    note = facts.diff_note
    if note is None:
        return None
    if note.kind is None:
        return _weighed_note(facts, note, "changelog-entry")
    return _certain(note.kind, "changelog-entry", f"its changelog entry says '{note.type}': {note.source}")


def by_typed_note(facts: Facts) -> Verdict | None:
    """Use a release note that names its type."""
    note = facts.description_note
    if note is None or note.kind is None or not note.type:
        return None
    return _certain(note.kind, "release-note", f"the release note says '{note.type}'")


def by_prefix(facts: Facts) -> Verdict | None:
    """Use a mark of the title, such as `fix:` or `[chore]`, or the prefixes of all commits."""
    if not facts.rules.conventional_commits:
        return None
    if facts.marks.kind:
        return _certain(facts.marks.kind, "conventional-commit", f"the title begins with '{facts.marks.mark}'")
    if "commits" in facts.pull.cut:
        return None
    found = [marks_of(commit.subject, facts.rules) for commit in facts.pull.commits]
    kinds = [(tuple(Kind).index(marks.kind), marks) for marks in found if marks.kind]
    if not kinds or len(kinds) < len(found):
        return None
    marks = min(kinds, key=lambda pair: pair[0])[1]
    return _certain(
        marks.kind or Kind.HOUSEKEEPING, "conventional-commit", f"every commit has a prefix, such as '{marks.mark}'"
    )


def by_ticked_box(facts: Facts) -> Verdict | None:
    """Use a ticked "Bug fix" or "New feature" in the description, if only one is."""
    body = facts.pull.body
    if "[" not in body:
        return None
    ticked = list(_TICKED.finditer(body[:TEXT_LIMIT].replace("\r\n", "\n")))
    kinds = {Kind.BUGFIX if match[1] else Kind.IMPROVEMENT for match in ticked}
    if len(kinds) != 1:
        return None
    return _certain(kinds.pop(), "ticked-box", f"ticked in the description: '{ticked[0][1] or ticked[0][2]}'")


def by_paths(facts: Facts) -> Verdict | None:
    """Use paths, if no changed file interests a user."""
    pull = facts.pull
    kind = kind_of_paths(pull, facts.rules)
    if kind is None:
        return None
    if _BOT_BUMP.match(pull.title) and re.search(r"\bto v?\d", pull.title):
        kind = Kind.DEPENDENCIES
    more = f" and {len(pull.files) - 1} more" if len(pull.files) > 1 else ""
    return _certain(kind, "paths", f"only {NOUNS[kind]} changed: {pull.files[0].path}{more}")


def by_empty_release_note(facts: Facts) -> Verdict | None:
    """Use a release note that says NONE."""
    if (
        facts.description_note is None
        or facts.description_note.text
        or facts.description_note.kind is not Kind.HOUSEKEEPING
    ):
        return None
    return _certain(Kind.HOUSEKEEPING, "release-note", "the release note says that there is none")


def by_issue_label(facts: Facts) -> Verdict | None:
    """Use a label of an issue that it closes."""
    for issue in facts.pull.closes:
        if found := kind_of_labels(issue.labels, facts.rules.labels):
            return _certain(found[0], "issue-label", f"closes #{issue.number}, labelled '{found[1]}'")
    return None


def by_release_note(facts: Facts) -> Verdict | None:
    """Use a release note, which makes a highlight. Its words decide which."""
    note = facts.description_note
    if note is None or not note.text:
        return None
    if note.kind:
        return _certain(note.kind, "release-note", f"the release note says '{note.text.partition(' ')[0]}'")
    return _weighed_note(facts, note, "release-note")


def by_refactoring(facts: Facts) -> Verdict | None:
    """Use a title that begins with refactoring, unless the project's settings or own past say what it is."""
    match = REFACTORS.match(facts.marks.text)
    if match is None or facts.rules.refactoring or REFACTORING_TITLE in facts.weights:
        return None
    evidence = f"the title begins with '{match[1]}'"
    return Verdict(kind=Kind.HOUSEKEEPING, rule="refactoring", evidence=evidence, confidence=LIKELY)


def by_words(facts: Facts) -> Verdict:
    """Weigh the words of the title, commits and description, and the size of the change."""
    if CHORES.match(facts.marks.text):
        evidence = "the title is about a release or a list of names"
        return Verdict(kind=Kind.HOUSEKEEPING, rule="words", evidence=evidence, confidence=LIKELY)
    if match := TESTS.match(facts.marks.text):
        evidence = f"the title begins with '{match[0]}'"
        return Verdict(kind=Kind.TESTS_CI, rule="words", evidence=evidence, confidence=LIKELY)
    if match := UPDATES.match(facts.marks.text):
        evidence = f"the title begins with '{match[0]}'"
        return Verdict(kind=Kind.DEPENDENCIES, rule="words", evidence=evidence, confidence=LIKELY)
    found = weigh(facts.pull, facts.features, facts.weights, "words")
    is_doubtful = found.confidence < facts.rules.unsure_below
    other, evidence = found.kind, ""
    if is_doubtful and found.kind is Kind.IMPROVEMENT and (match := FIXES.match(facts.marks.text)):
        other, evidence = Kind.BUGFIX, f"the title begins with '{match[1]}'"
    elif is_doubtful and found.kind is Kind.BUGFIX and (match := ADDS.match(facts.marks.text)):
        other, evidence = Kind.IMPROVEMENT, f"the title says '{match[0].lower()}'"
    if not evidence:
        return found
    return msgspec.structs.replace(found, kind=other, evidence=evidence, confidence=round(1 - found.confidence, 3))


LADDER: tuple[Callable[[Facts], Verdict | None], ...] = (
    by_omission, by_own_label, by_fragment, by_typed_note, by_label, by_bot, by_prefix, by_ticked_box, by_paths,
    by_empty_release_note, by_issue_label, by_release_note, by_refactoring, by_words,
)  # fmt: skip


def _certain(kind: Kind, rule: str, evidence: str) -> Verdict:
    return Verdict(kind=kind, rule=rule, evidence=evidence, confidence=CERTAIN)


def _weighed_note(facts: Facts, note: AuthorNote, rule: str) -> Verdict:
    found = features_of(facts.pull, facts.rules, note.text)
    return weigh(facts.pull, found, facts.weights, rule, is_noted=bool(note.text))


def _labelled(facts: Facts, labels: LabelRules) -> Verdict | None:
    found = kind_of_labels(facts.pull.labels, labels)
    return found and _certain(found[0], "label", f"label '{found[1]}'")


def _is_named(login: str, names: tuple[str, ...]) -> bool:
    name = login.lower().removeprefix("app/").removesuffix("[bot]")
    return name in {bot.lower().removesuffix("[bot]") for bot in names}
