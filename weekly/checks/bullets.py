"""Find drafted bullets that an editor would change, each with its pull request and a better source of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.classify.internal import internal_reason
from weekly.classify.release_notes import note_in_description
from weekly.config.rules import KindRules
from weekly.highlights.explanation import explanation
from weekly.highlights.merging import SentenceIndex, content, spoken
from weekly.highlights.worth import has_predicate, is_imperative, is_vague, names_single_object
from weekly.model import Audience, Finding, Highlight, Kind, Post, PullRequest, Severity, Words
from weekly.text import english, titles
from weekly.text.markdown import bullet, harmless, normalise, shortened

_GENERAL = english.words(
    "general various minor some misc small further more improvement enhancement cleanup clean-up change fix fixe tweak update"
    " rework refactoring support new work"
)
LONGEST = 120
"""Characters of a text in a finding."""


def lint_bullets(post: Post, text: str) -> tuple[Finding, ...]:
    """Return the findings on the drafted bullets of a post, with their lines in its Markdown."""
    drafted = [highlight for highlight in post.highlights if highlight.words is Words.DRAFTED and highlight.pulls]
    lines = _Lines(text)
    same = _repeated(drafted)
    findings = []
    for highlight in drafted:
        line = lines.of(highlight)
        for rule, fault in _faults(highlight, same):
            message = f"{highlight.pulls[0].ref}: {shortened(str(highlight.text), LONGEST)!r} {fault}"
            hint = _hint(highlight.pulls[0])
            findings.append(Finding(line=line, rule=rule, message=message, hint=hint, severity=Severity.NOTED))
    return tuple(findings)


def _internal(highlight: Highlight, sentence: str) -> str:
    """Return why a sentence is about the code, unless only a word of it says so, and users notice the change."""
    reason = internal_reason(sentence, files=[change for pull in highlight.pulls for change in pull.files])
    is_doubtful = "'" in reason and highlight.verdict.audience is Audience.USERS
    return "" if is_doubtful else reason


def _faults(highlight: Highlight, same: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the rule and message of each fault of a bullet, the gravest first."""
    sentence, ref = str(highlight.text), highlight.pulls[0].ref
    first = sentence.partition(". ")[0]
    if "…" in sentence or first.rstrip(".").endswith(".."):
        yield "bullet-cut", "is cut"
    elif is_vague(first) or names_single_object(first):
        yield "bullet-vague", "doesn't say what is new"
    elif _is_bare_noun(first):
        yield "bullet-vague", "doesn't say what was done"
    elif is_imperative(sentence):
        yield "bullet-imperative", "begins with an order; say what was done"
    elif highlight.verdict.kind is not Kind.DEPENDENCIES and (reason := _internal(highlight, first)):
        yield "bullet-internal", f"is internal: {reason}"
    if ref in same:
        yield "bullet-repeated", f"repeats {same[ref]}"


def _is_bare_noun(sentence: str) -> bool:
    """Tell whether a sentence only names a thing that was improved or changed somehow."""
    names = content(sentence)
    return not has_predicate(sentence) and bool(names & _GENERAL) and len(names - _GENERAL) < 2


def _repeated(highlights: Sequence[Highlight]) -> dict[str, str]:
    """Return the earlier bullet's ref for each bullet that says the same, by ref."""
    refs, texts = [one.pulls[0].ref for one in highlights], [spoken(str(one.text)) for one in highlights]
    same: dict[str, str] = {}
    index = SentenceIndex(texts)
    for ref, text in zip(refs, texts, strict=True):
        if (at := index.same(text)) is not None:
            same[ref] = refs[at]
        index.add(text)
    return same


def _hint(pull: PullRequest) -> str:
    """Return the best source of other words, or the advice to write some."""
    for source, text in _sources(pull):
        if text:
            return f"{source}: {shortened(harmless(text), LONGEST)!r}"
    return "write a text for it in the notes, or hide it"


def _sources(pull: PullRequest) -> Iterator[tuple[str, str]]:
    """Yield the sources of words about a pull request, the best first."""
    note = note_in_description(pull, KindRules())
    yield "its release note says", note.text if note else ""
    if pull.body:
        whole = "body" not in pull.cut
        yield "its description says", " ".join(explanation(pull.body, whole=whole, is_fix=False, most=2))
    yield "it closes the issue", next((issue.title for issue in pull.closes if issue.title), "")
    title = normalise(pull.title)
    subjects = (commit.subject for commit in pull.commits if normalise(commit.subject) != title)
    yield "its commits say", next((subject for subject in subjects if _is_better(subject)), "")


def _is_better(subject: str) -> bool:
    sentence = titles.sentence(subject)
    return len(subject.split()) > 2 and not is_vague(subject) and not internal_reason(sentence)


class _Lines:
    """Finds the lines of bullets in the post's Markdown, in order."""

    def __init__(self, text: str) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            if line.lstrip().startswith("- "):
                self._numbers.setdefault(line.strip(), []).append(number)

    def of(self, highlight: Highlight) -> int:
        """Return the line of a bullet, 0 where a template changed it."""
        first = bullet(highlight.text).partition("\n")[0].strip()
        numbers = self._numbers.get(first)
        if numbers:
            return numbers.pop(0) if len(numbers) > 1 else numbers[0]
        return next((lines[0] for line, lines in self._numbers.items() if line.startswith(first)), 0)
