"""Turn a pull request's words, files and size into named features, for which weights are learned.

Missing facts give no feature: a source without descriptions or files is no evidence.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from weekly.classify.lexicon import traits
from weekly.classify.paths import role_of_path
from weekly.classify.tokens import TEXT_LIMIT, clean, parts, split_scope, stem, tokens
from weekly.model import Commit, FileChange, PullRequest
from weekly.text.patterns import lazy_pattern


class Features:
    """Collect features by name with their strength, and their evidence as source and words."""

    __slots__ = ("evidence", "own", "strengths")

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own
        self.strengths: dict[str, float] = {}
        self.evidence: dict[str, tuple[str, str]] = {}

    def copy(self) -> Features:
        """Return features that can be added to without changing these."""
        other = Features(self.own)
        other.strengths, other.evidence = dict(self.strengths), dict(self.evidence)
        return other

    def is_own(self, word: str) -> bool:
        """Return whether a word is of the project's own name."""
        return word in self.own or stem(word) in self.own

    def add(self, name: str, strength: float, source: str, word: str) -> None:
        """Add a feature. Of two with one name the stronger stays, and of equal ones the first."""
        if self.strengths.get(name, 0.0) < strength and not self.is_own(word):
            self.strengths[name] = strength
            self.evidence[name] = (source, word)


ONLY_CODE = "only code changed"
"""The evidence of most changes."""

_CLOSES = lazy_pattern(r"\b(clos|fix|resolv)(?:e[sd]?|ing)?:? (?:https?://\S+/issues/\d+|\S*#\d+)", re.IGNORECASE)
_MEANINGS = {  # the gaps are bounded, so that a huge title takes no longer
    "says:prevented": lazy_pattern(
        r"\b(?:avoid|prevent|no longer|don['’]?t|do not|stop|never)\w*\b"
        r".{0,120}\b(?:panics?|crash\w*|segfaults?|deadlocks?|hangs?|leaks?|races?"
        r"|infinite loops?)\b",
        re.IGNORECASE,
    ),
    "says:clearer": lazy_pattern(
        r"\b(?:better|clarif|clear|enhance|helpful|improve|informative|nice|useful)\w*\b"
        r".{0,120}\b(?:error|help|log|warning) (?:messages?|output)\b"
        r"|\berror messages? (?:more|clear|help|nice)\w*",
        re.IGNORECASE,
    ),
}
"""Find words that mean something else together than alone: an "error message" is no error."""
_BRANCH = lazy_pattern(r"\((?:stable|from|backport)[^)]*\)", re.IGNORECASE)
_NO_LETTERS = lazy_pattern(r"[^a-z]+")
_SIDE_SCOPES = frozenset(("doc", "docs", "test", "tests", "i18n", "github", "po", "gomod"))
_JOINING = frozenset(
    ("a", "an", "and", "as", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "s")
) | {"that", "the", "this", "to", "we", "with"}


def features(pull: PullRequest, title: str, files: Sequence[FileChange], *, source: str = "title") -> Features:
    """Return the features of a pull request. `title` and `files` come without marks and changelog entries.

    A word of the project's own name is no evidence: in pytest, tests are the product.
    """
    found = Features(own_words(pull.repo))
    _add_line(found, title, source)
    subjects = [commit for commit in pull.commits if commit.subject.strip() not in (title, pull.title)]
    _add_commits(found, subjects)
    _add_branch(found, pull.head or "")
    _add_text(found, pull)
    _add_files(found, files)
    return found


@lru_cache(maxsize=1_000)
def own_words(repo: str) -> frozenset[str]:
    """Return the words of a repository's name, and those that its words begin or end with."""
    words = {part for part in parts(repo.partition("/")[2]) if len(part) > 2}
    begins = {word[:end] for word in words for end in range(4, len(word))}
    ends = {word[start:] for word in words for start in range(1, len(word) - 3)}
    return frozenset(words | begins | ends)


def _add_line(found: Features, title: str, source: str) -> None:
    scope, line = split_scope(title)
    for part in scope:
        found.add(f"scope:{part}", 0.5, source, part)
    words = tokens(clean(_BRANCH.sub(" ", line)))
    for name, word in _stems(words).items():
        found.add(name, 1.0, source, word)
    if words:
        found.add(f"first:{stem(words[0])}", 1.0, source, words[0])
    _add_pairs(found, words, 0.7, source)
    for name, pattern in _MEANINGS.items():
        if match := pattern.search(line):
            found.add(name, 1.0, source, match[0].lower())
    for name, word in _traits_of_line("title", words):
        found.add(name, 0.8 if "&" in name else 1.2, source, word)


def _add_pairs(found: Features, words: Sequence[str], strength: float, source: str) -> None:
    """Add pairs of neighbours, since `don't fail` differs from `don't` and `fail`."""
    for first, second in pairwise(words):
        found.add(f"pair:{stem(first)} {stem(second)}", strength, source, f"{first} {second}")


def _add_branch(found: Features, name: str) -> None:
    """Add the words of a branch name such as `fix-leak`."""
    parts = [part for part in _NO_LETTERS.split(name.lower()) if len(part) > 1]
    for part in parts:
        found.add(f"branch:{stem(part)}", 0.5, "branch", part)
    for trait, word in traits(parts):
        found.add(f"branch~{trait}", 0.5, "branch", word)


def _add_commits(found: Features, commits: Sequence[Commit]) -> None:
    """Add the subjects of the commits that touch the program, by the share of commits that have a feature."""
    lines = [split_scope(commit.subject) for commit in commits]
    for scope, _ in lines:
        if scope and len(lines) > 1 and (scope[0] in _SIDE_SCOPES or scope[0] == "api"):
            found.add(f"with:{scope[0]}", 1.0, "commits", f"{scope[0]}:")
    main = [line for scope, line in lines if not (scope and scope[0] in _SIDE_SCOPES)] or [line for _, line in lines]
    first: dict[str, str] = {}
    count: dict[str, int] = {}
    for words in [tokens(clean(line)) for line in main]:
        _add_pairs(found, words, 0.4, "commits")
        for name, word in (*_stems(words).items(), *_traits_of_line("commits", words)):
            first.setdefault(name, word)
            count[name] = count.get(name, 0) + 1
    whole = len(main)
    for name, word in first.items():
        share = count[name] / whole
        found.add(name, 0.7 * share**0.5 if name.startswith("word:") else share, "commits", word)


def _traits_of_line(source: str, words: list[str]) -> list[tuple[str, str]]:
    """Return the names and words of a line's traits, alone and in pairs."""
    first = dict(reversed(traits(words)))
    alone = [(f"{source}~{trait}", first[trait]) for trait in sorted(first)]
    return alone + [(f"{source}~{one}&{two}", first[one]) for one, two in combinations(sorted(first), 2)]


def _add_text(found: Features, pull: PullRequest) -> None:
    """Add the traits of the commits' bodies and the description, which often say the same.

    A description that closes an issue is no evidence, since features do so as well. In commits it is rarer.
    """
    bodies = [commit.body[:TEXT_LIMIT] for commit in pull.commits]
    text = "\n\n".join([*bodies, pull.body[:TEXT_LIMIT].replace("\r\n", "\n")])
    if not text.strip():
        return
    for match in _CLOSES.finditer("\n".join(bodies)):
        found.add(f"says:{match[1].lower()}", 1.0, "text", match[0])
    text = _CLOSES.sub(" ", text)
    words = tokens(clean(text))
    by_trait: dict[str, list[str]] = {}
    for trait, word in traits(words):
        by_trait.setdefault(trait, []).append(word)
    for trait, shown in by_trait.items():
        found.add(f"text~{trait}", 0.5, "text", shown[0])
        found.add(f"much text~{trait}", 1.2 * min(1.0, 8 * len(shown) / max(len(words), 8)), "text", shown[0])


def _add_files(found: Features, files: Sequence[FileChange]) -> None:
    """Add the changed paths and the size of the change."""
    if not files:
        return
    paths = [change.path for change in files]
    found_parts = dict.fromkeys(part for path in paths for part in parts(path))
    for part in found_parts:
        found.add(f"path:{part}", len(found_parts) ** -0.5, "paths", part)
    each = list(map(role_of_path, paths))
    roles = sorted(set(each))
    for role in (*roles, "+".join(roles)):
        found.add(
            f"role:{role}",
            0.5,
            "changed",
            f"only {roles[0]} changed" if len(roles) == 1 else f"{' and '.join(roles)} changed",
        )
    counted = [change for change, role in zip(files, each, strict=True) if role == "code"] or files
    more, less = sum([change.additions for change in counted]), sum([change.deletions for change in counted])
    shown = {"files": counted_noun(len(files), "file"), "lines": counted_noun(max(more, less), "line")}
    for name, amount, steps, unit in (
        ("files", len(files), (2, 3, 5, 10, 20), "files"),
        ("added", more, (3, 10, 30, 100, 300, 1000), "lines"),
        ("deleted", less, (1, 5, 20, 100, 500), "lines"),
        ("ratio", (more + 1) / (less + 1), (0.3, 0.7, 1.3, 3, 10), "lines"),
    ):
        found.add(f"{name}:{bisect(steps, amount)}", 0.5, "size", f"{shown[unit]} changed")


def counted_noun(count: int, noun: str) -> str:
    """Return "one file" or "3 files"."""
    return f"one {noun}" if count == 1 else f"{count} {noun}s"


def _stems(words: Sequence[str]) -> dict[str, str]:
    """Return the features of word stems, each with its first word."""
    return {name: word for word in reversed(words) for name in _stems_of(word)}


def _stems_of(word: str) -> tuple[str, ...]:
    return tuple(f"word:{stem(part)}" for part in word.split("-") if part and part not in _JOINING)
