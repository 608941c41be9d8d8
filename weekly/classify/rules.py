"""Decide the kind of a pull request by a ladder of rules. The first rule that applies decides.

Statements about the change itself come first: its labels, a Conventional Commits prefix, a ticked box. Paths come before
the labels of closed issues: tests alone fix no program, even where they close a bug. A release note shows whether the
change is a highlight. Words are statistics and come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

import msgspec

from weekly.classify import features
from weekly.classify.lexicon import traits
from weekly.classify.weights import ALWAYS, CLASSES, REST, Evidence, contributions, likelihood, shipped_weights
from weekly.config import KindRules, LabelRules, PathRules
from weekly.model import Kind, PullRequest, Verdict

CERTAIN = 0.98
"""The confidence of rules that use people's statements; one label in fifty is an error."""

_PREFIX = re.compile(r"([A-Za-z]+)(?:\(([^()]*)\))?(!)?:\s+\S")
_BOT_BUMP = re.compile(
    r"(?:[\w()/!-]+:\s*)?(?:bump|update(?! translation)|upgrade|pin|lock file maintenance)\b", re.IGNORECASE
)
_BUMP = re.compile(r"(?:.*:\s*)?(?:bump|pin|(?:update|upgrade)\b.*(?:\bdependenc|\bmodules|\d\.\d))", re.IGNORECASE)
_DEPENDENCIES = re.compile(r"(?:go\.?mod|deps?|dependencies|vendor)\b|.*\bdependenc(?:y|ies)\b", re.IGNORECASE)
_TICKED = re.compile(
    r"^[ \t]*[-*+] \[[xX]\]\W*(?:(bug ?fix(?:es)?|bug)|(new feature|feature|enhancement|improvement))\s*(?:\(.*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_NO_NOTE = re.compile(r"\W*(?:none|n/?a)?\W*", re.IGNORECASE)


def classify(pull: PullRequest, rules: KindRules) -> Verdict:
    """Return the verdict of the first rule that applies."""
    verdict = next(verdict for rung in LADDER if (verdict := rung(pull, rules)))
    if verdict.confidence >= rules.unsure_below:
        return verdict
    return msgspec.structs.replace(verdict, sure=False)


def by_label(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use a label that weekly.toml maps."""
    found = _labelled(pull.labels, rules)
    return found and _certain(found[0], "label", f"label '{found[1]}'")


def by_bot(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use the author: work of bots is never a highlight."""
    login = pull.author.login
    name = login.lower().removeprefix("app/").removesuffix("[bot]")
    if not (
        pull.author.is_bot
        or login.endswith("[bot]")
        or name in {bot.lower().removesuffix("[bot]") for bot in rules.bots}
    ):
        return None
    kind = Kind.DEPENDENCIES if _BOT_BUMP.match(pull.title) else (_kind_of_paths(pull, rules) or Kind.HOUSEKEEPING)
    return _certain(kind, "bot", f"made by the bot {login}")


def by_prefix(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use a Conventional Commits prefix of the title, or of every commit."""
    if not rules.conventional_commits:
        return None
    if found := _prefixed(pull.title, rules):
        return _certain(found[0], "conventional-commit", f"title begins '{found[1]}'")
    if "commits" in pull.cut:
        return None
    prefixes = [_prefixed(commit.subject, rules) for commit in pull.commits]
    known = [found for found in prefixes if found]
    if not known or len(known) < len(prefixes):
        return None
    kind, prefix = min(known, key=lambda found: tuple(Kind).index(found[0]))
    return _certain(kind, "conventional-commit", f"every commit has a prefix, such as '{prefix}'")


def by_ticked_box(pull: PullRequest, _: KindRules) -> Verdict | None:
    """Use a ticked "Bug fix" or "New feature" in the description, if only one is."""
    if "[" not in pull.body:
        return None
    ticked = list(_TICKED.finditer(pull.body[: features.TEXT_LIMIT].replace("\r\n", "\n")))
    kinds = {Kind.BUGFIX if match[1] else Kind.IMPROVEMENT for match in ticked}
    if len(kinds) != 1:
        return None
    return _certain(kinds.pop(), "ticked-box", f"ticked in the description: '{ticked[0][1] or ticked[0][2]}'")


def by_paths(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use paths, if no changed file interests a user."""
    kind = _kind_of_paths(pull, rules)
    if kind is None:
        return None
    if _BOT_BUMP.match(pull.title) and re.search(r"\bto v?\d", pull.title):
        kind = Kind.DEPENDENCIES
    more = f" and {len(pull.files) - 1} more" if len(pull.files) > 1 else ""
    return _certain(kind, "paths", f"only {_PATHS_SAY[kind]} changed: {pull.files[0].path}{more}")


def by_empty_release_note(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use a release note that says NONE."""
    note = _release_note(pull.body, rules)
    if note is None or not _NO_NOTE.fullmatch(note) or not note.strip():
        return None
    return _certain(Kind.HOUSEKEEPING, "release-note", f"release note: {note.strip()}")


def by_issue_label(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use a label of an issue that it closes."""
    for issue in pull.closes:
        if found := _labelled(issue.labels, rules):
            return _certain(found[0], "issue-label", f"closes #{issue.number}, labelled '{found[1]}'")
    return None


def by_release_note(pull: PullRequest, rules: KindRules) -> Verdict | None:
    """Use a release note: it is a highlight, and its words decide which."""
    note = _release_note(pull.body, rules)
    if note is None or _NO_NOTE.fullmatch(note):
        return None
    return _weighed(pull, "release-note", note)


def by_words(pull: PullRequest, _: KindRules) -> Verdict:
    """Weigh the words of the title, commits and description, and the size of the change."""
    return _weighed(pull, "words")


LADDER: tuple[Callable[[PullRequest, KindRules], Verdict | None], ...] = (
    by_label, by_bot, by_prefix, by_ticked_box, by_paths, by_empty_release_note, by_issue_label, by_release_note,
    by_words,
)  # fmt: skip

_PATHS_SAY = {
    Kind.DOCUMENTATION: "documentation",
    Kind.TESTS_CI: "tests and CI",
    Kind.DEPENDENCIES: "dependencies",
    Kind.HOUSEKEEPING: "housekeeping",
}


def _certain(kind: Kind, rule: str, evidence: str) -> Verdict:
    return Verdict(kind=kind, rule=rule, evidence=evidence, confidence=CERTAIN)


def _weighed(pull: PullRequest, rule: str, note: str = "") -> Verdict:
    """Return the likeliest kind; a release note is always a highlight."""
    weights = shipped_weights()
    found = features.features(pull, note, weights)
    strengths = {ALWAYS: 1.0} | found.strengths
    among = tuple(kind for kind in CLASSES if kind.is_highlight or not note)
    chances = likelihood(strengths, weights, among)
    kind, rival = list(chances)[:2]
    tips = contributions(strengths, weights, kind, rival, found.evidence)
    return Verdict(
        kind=_kind_of_rest(pull) if kind is REST else kind,
        rule=rule,
        evidence=_described(tips),
        confidence=round(chances[kind], 3),
    )


def _described(tips: Mapping[Evidence, float]) -> str:
    """Describe the evidence by source, the weightiest first."""
    ranked = sorted((-tip, piece) for piece, tip in tips.items() if tip > 0.05 and piece[1] != features.CODE)
    sources: dict[str, list[str]] = {}
    for _, (source, word) in ranked[:5]:
        sources.setdefault(source, []).append(word if source in ("size", "changed") else f"'{word}'")
    return "; ".join(f"{source}: {', '.join(words)}" for source, words in sources.items()) or "nothing tells"


def _kind_of_rest(pull: PullRequest) -> Kind:
    """Return which kind of no highlight it is, by its title, else its commits."""
    if _BUMP.match(pull.title) or _DEPENDENCIES.match(pull.title):
        return Kind.DEPENDENCIES
    for line in (pull.title, *[commit.subject for commit in pull.commits]):
        shown = dict(traits(features.tokens(line.replace("/", " ").replace(":", " "))))
        for trait, kind in (("docs", Kind.DOCUMENTATION), ("tests", Kind.TESTS_CI)):
            if trait in shown:
                return kind
    return REST


def _labelled(labels: Iterable[str], rules: KindRules) -> tuple[Kind, str] | None:
    """Return the kind that labels give, and the label; contradicting labels give none."""
    found: dict[Kind, str] = {}
    for label in sorted(labels):
        for kind in _kinds_of_label(label, rules.labels):
            found.setdefault(kind, label)
    if Kind.IMPROVEMENT in found and Kind.BUGFIX in found:
        return None
    return next(((kind, found[kind]) for kind in Kind if kind in found), None)


def _kinds_of_label(label: str, rules: LabelRules) -> tuple[Kind, ...]:
    name = _canonical(label)
    return tuple(
        kind for kind in Kind if any(fnmatchcase(name, _canonical(pattern)) for pattern in rules.patterns(kind))
    )


def _canonical(label: str) -> str:
    """Normalize `Kind/Bug`, `kind: bug` and `kind:bug` to one spelling."""
    return re.sub(r"\s*[:/]\s*", "/", label.strip().lower())


def _prefixed(line: str, rules: KindRules) -> tuple[Kind, str] | None:
    """Return the kind of `fix(ci)!: …` and the prefix; a breaking chore is an improvement."""
    match = _PREFIX.match(line)
    if not match:
        return None
    kind = rules.prefixes.kind(match[1])
    scope = rules.prefixes.kind(match[2].removesuffix("-dev")) if match[2] else None
    if scope and not scope.is_highlight:
        kind = scope
    elif match[3] and kind is Kind.HOUSEKEEPING:
        kind = Kind.IMPROVEMENT
    return (kind, line[: line.index(":") + 1]) if kind else None


def _kind_of_paths(pull: PullRequest, rules: KindRules) -> Kind | None:
    """Return the kind of most changed lines, if no file interests a user."""
    if "files" in pull.cut:
        return None
    lines: dict[Kind, int] = {}
    for change in pull.files:
        kind = _kind_of_path(change.path, rules.paths)
        if kind is None:
            return None
        lines[kind] = lines.get(kind, 0) + 1 + change.additions + change.deletions
    return max(lines, key=lambda kind: lines[kind]) if lines else None


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def _kind_of_path(path: str, rules: PathRules) -> Kind | None:
    """Return the kind of the longest pattern that matches."""
    fitting = [(pattern, kind) for kind in Kind for pattern in rules.patterns(kind) if fnmatchcase(path, pattern)]
    return max(fitting, key=lambda found: len(found[0]))[1] if fitting else None


def _release_note(body: str, rules: KindRules) -> str | None:
    """Return the text of the description's release-note block, if any."""
    if not rules.release_note or rules.release_note not in body:
        return None
    fence = rf"^[ \t]*(`{{3,}}|~{{3,}})[ \t]*{re.escape(rules.release_note)}[^\n]*\n(.*?)^[ \t]*\1"
    match = re.search(fence, body[: features.TEXT_LIMIT].replace("\r\n", "\n"), re.DOTALL | re.MULTILINE)
    return match[2] if match else None
