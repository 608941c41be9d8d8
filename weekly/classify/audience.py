"""Decide whether users or developers notice a change.

Evidence is added up. Most of its weights are learned from judged pull requests, and from what projects gave a changelog
entry. What people wrote about a change has weights of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

from weekly.classify.advisories import advisories
from weekly.classify.features import ONLY_CODE, Features
from weekly.classify.fragments import AuthorNote
from weekly.classify.internal import first_code, in_c, internal_note, internal_reason, shape_of, without_function
from weekly.classify.labels import matching_label
from weekly.classify.lexicon import GRAVE
from weekly.classify.tokens import TEXT_LIMIT
from weekly.classify.weights import ALWAYS
from weekly.classify.words import sentence_of
from weekly.config.highlights import HighlightRules
from weekly.model import Audience, FileChange, Kind, PullRequest, Verdict
from weekly.text import titles
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES
from weekly.text.vocabulary import phrases

FILE = Path(__file__).with_name("audience.tsv")

STRICT = "(strict)"
"""The feature of projects that list large internal changes too, and so lose little by a wrong `developers`."""

WITHOUT_FILES = "(without files)"
"""The feature of a pull request whose files aren't known. It stands for what files add on average."""

_INTERNAL_LABELS = (
    "internal", "refactor", "refactoring", "code quality", "cleanup", "tech debt", "technical debt", "release note none",
    "tests", "ci", "developer experience", "dx", "area/tests", "area/ci", "contributor experience",
)  # fmt: skip
_DOCS = lazy_pattern(
    r"(?:^|/)(?:docs?|man|manpages?|help|documentation)/|\.(?:[1-8]|adoc)$|(?:^|/)(?:README|NEWS)[^/]*$", re.IGNORECASE
)
_API = lazy_pattern(
    r"(?:^|/)(?:[^/]*(?:api[-_]extensions?|openapi|swagger|rest-api|graphql/schema|schema\.graphql)[^/]*"
    r"|(?:[^/]*api[^/]*/)(?:.+/)?[^/]+\.proto)$",
    re.IGNORECASE,
)
_CONFIGURATION = lazy_pattern(
    r"(?:^|/)[^/]*(?:config[-_]options?|configuration|settings)[^/]*\.(?:md|rst|txt|json|ya?ml|xml|jelly)$",
    re.IGNORECASE,
)
_UNSEEN = lazy_pattern(
    r"(?:^|/)(?:tests?|testing|testdata|ci|\.[\w-]+|internal/testutil|tools?(?!/.*/src/)|(?<!webapp/)scripts?|hack|build|buildutils?|make|site|website|imgs?|vendor|bench\w*)/"
    r"|_test\.\w+$|\.mk$|(?:^|/)test_[^/]*$|(?:^|/)(?:Makefile[^/]*|meson\.build|configure\.ac|\.[\w.-]+|pom\.xml|tox\.ini|conf\.py)$"
    r"|(?:^|/)(?:CONTRIBUTING|HACKING|DEVELOP\w*|CODEOWNERS|MAINTAINERS|AGENTS|CLAUDE|RELEASING|go\.(?:mod|sum))[^/]*$"
    r"|(?:^|/)docs?/(?:.+/)?(?:contribut\w+|development)(?:/|\.\w+$)"
)
_HIDDEN = lazy_pattern(r"(?:^|/)\.[\w-]+/|(?:^|/)(?:AGENTS|CLAUDE)\.md$")
_BUILD = lazy_pattern(r"(?:^|/)(?:pyproject\.toml|setup\.cfg|MANIFEST\.in|package\.json|[\w-]+-lock\.json|Cargo\.\w+)$")
_GENERATED = lazy_pattern(r"\.pb(?:\.gw)?\.(?:go|cc|h)$|_pb2(?:_grpc)?\.pyi?$|[._]gen(?:erated)?\.\w+$|\.mapper\.go$")
_CLOSES = lazy_pattern(
    r"\b(?:clos|fix|resolv)(?:e[sd]?|ing)?:? (?:https?://\S+/issues/(\d+)|[\w./-]*#(\d+))", re.IGNORECASE
)


class _Clue(NamedTuple):
    """A piece of evidence, above zero for users and below for developers."""

    weight: float
    reason: str


def audience_of(
    pull: PullRequest,
    title: str,
    files: Sequence[FileChange],
    verdict: Verdict,
    note: AuthorNote | None,
    known: HighlightRules,
    read_features: Callable[[], Features],
) -> tuple[Audience, str, float]:
    """Return who notices a change, the strongest reason, and how much speaks for users, in log-odds.

    `title` and `files` come without marks and changelog entries. `known` has the names that users know.
    `read_features` returns the change's features, which most changes don't need.
    """
    if not verdict.kind.is_highlight:
        return Audience.DEVELOPERS, f"its kind is {verdict.kind.value.replace('_', ' ')}", -_STATED
    if note and note.audience is Audience.DEVELOPERS:
        return Audience.DEVELOPERS, f"{note.source} is for developers", -_STATED
    if label := matching_label(pull.labels, _INTERNAL_LABELS):
        return Audience.DEVELOPERS, f"label '{label}'", -_STATED
    if verdict.is_breaking:
        return Audience.USERS, "it is a breaking change", _STATED
    is_always_news = verdict.kind is Kind.BUGFIX or (note is not None and note.type.lower().startswith("deprecat"))
    if note and note.text and not is_always_news and (reason := internal_note(note.text)):
        return Audience.DEVELOPERS, reason, -_STATED
    found = audience_features(read_features(), title, files, verdict.kind, known)
    clues = [
        *_of_people(pull, verdict, note),
        *_of_evidence(found, is_noted=note is not None and bool(note.text)),
        *_of_unseen(files),
    ]
    total = _weights()[ALWAYS] + sum(clue.weight for clue in clues)
    audience = Audience.USERS if total > 0 else Audience.DEVELOPERS
    speaking = [clue for clue in clues if clue.reason and (clue.weight > 0) is (audience is Audience.USERS)]
    strongest = max(speaking, key=lambda clue: abs(clue.weight), default=_Clue(0, "nothing says that it is internal"))
    return audience, strongest.reason, total


_STATED = 5.0
"""The weight of an audience that people or the kind state."""


def _of_people(pull: PullRequest, verdict: Verdict, note: AuthorNote | None) -> Iterator[_Clue]:
    """Use changelog entries, labels and issues, which people wrote."""
    if note and note.text:
        yield _Clue(3.0, "it has a changelog entry")
    if numbers := advisories((pull,)):
        yield _Clue(4.0, f"names {numbers[0]}")
    if verdict.rule in ("label", "issue-label"):
        yield _Clue(1.0, verdict.evidence)
    if pull.closes:
        yield _Clue(1.5, f"closes #{pull.closes[0].number}")
    else:
        for text in (pull.body, *(commit.body for commit in pull.commits)):
            if match := _CLOSES.search(text[:TEXT_LIMIT]):
                yield _Clue(1.5, f"closes #{match[1] or match[2]}")
                return


@cache
def _weights() -> Mapping[str, float]:
    """Return the weights of the package: a feature a line, above zero for users."""
    rows = (line.split("\t") for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {name: float(weight) for name, weight in rows}


def _of_evidence(found: Features, *, is_noted: bool) -> Iterator[_Clue]:
    """Add up the weights of each piece of evidence. The wording of a title with a changelog entry says nothing."""
    sums: dict[tuple[str, str], float] = {}
    for name, strength in found.strengths.items():
        if name in _weights() and not (is_noted and name.startswith("wording:")):
            piece = found.evidence[name]
            sums[piece] = sums.get(piece, 0.0) + strength * _weights()[name]
    for (source, word), weight in sums.items():
        yield _Clue(weight, "" if word == ONLY_CODE else sentence_of(source, [word]))  # tells a reader nothing


def audience_features(
    features: Features, title: str, files: Sequence[FileChange], kind: Kind, known: HighlightRules
) -> Features:
    """Return a change's features with what the kind, the title's wording and the paths say about who notices it."""
    found = features.copy()
    if known.internal == "after":
        found.add(STRICT, 1.0, "reason", "")
    if not files:
        found.add(WITHOUT_FILES, 1.0, "reason", "")
    if kind is Kind.BUGFIX:
        found.add("kind:bugfix", 1.0, "reason", "")
    if match := GRAVE.search(title):
        found.add("wording:grave", 1.0, "title", match[0])
    for name, reason in (*_of_wording(title, files, kind, known), *_of_paths(files)):
        found.add(name, 1.0, "reason", reason)
    return found


def _of_wording(
    title: str, files: Sequence[FileChange], kind: Kind, known: HighlightRules
) -> Iterator[tuple[str, str]]:
    """Use the title's sentence, if only developers understand its words or names."""
    names = (*NAMES, *known.names)
    sentence = titles.sentence(title, commands=known.commands, names=names, is_fix=kind is Kind.BUGFIX)
    are_public = any(
        fnmatchcase(change.path, pattern) for change in files for pattern in (*known.modules, "docs/*configuration*")
    )
    sentence = without_function(sentence)
    name = "" if are_public else first_code(sentence)
    if reason := internal_reason(sentence, has_public_names=are_public):
        phrase = reason.partition("'")[2].rstrip("'")
        is_never = phrase and phrases("never_news").search(phrase)
        yield f"wording:{'never' if is_never else 'name' if '`' in reason else 'phrase'}", reason
    elif name:
        yield "wording:code", "the title has names of code"
    if name:
        yield f"code:{shape_of(name)}{'-c' if in_c(files) else ''}", f"the title names `{name}`"


def _of_paths(files: Sequence[FileChange]) -> Iterator[tuple[str, str]]:
    """Use the changed paths."""
    seen = [change.path for change in files if not _UNSEEN.search(change.path)]
    for pattern, what in ((_API, "API"), (_CONFIGURATION, "configuration"), (_DOCS, "documentation")):
        if path := next((path for path in seen if pattern.search(path)), None):
            yield f"paths:{what}", f"changes the {what}: {path}"


def _of_unseen(files: Sequence[FileChange]) -> Iterator[_Clue]:
    """Use files that no user sees, if no others changed."""
    paths = [change.path for change in files]
    if paths and all(map(_GENERATED.search, paths)):
        yield _Clue(-3.0, "it changes generated code")
    elif paths and all(map(_HIDDEN.search, paths)):
        yield _Clue(-_STATED, f"only hidden files changed: {paths[0]}")
    elif paths and all(_UNSEEN.search(path) or _BUILD.search(path) for path in paths):
        yield _Clue(-3.0, f"only files that users don't see changed: {paths[0]}")
