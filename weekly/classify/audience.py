"""Decide whether users or developers notice a change.

Evidence is added up. What a change touches and what people wrote about it speaks for users. Refactoring, names of code
as the object, and internal paths speak for developers. In doubt a highlight is for users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from weekly.classify.advisories import advisories
from weekly.classify.fragments import Note
from weekly.classify.internal import has_code, internal_note, internal_reason, without_function
from weekly.classify.labels import matching_label
from weekly.classify.lexicon import GRAVE, traits
from weekly.classify.tokens import TEXT_LIMIT, tokens
from weekly.config.highlights import HighlightRules
from weekly.model import Audience, FileChange, Kind, PullRequest, Verdict
from weekly.text import titles
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES
from weekly.text.vocabulary import phrases

_DOUBT = 0.6
"""The score for users that a highlight starts with."""

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
_INTERFACE = lazy_pattern(
    r"\.(?:jelly|css|scss|less|vue|svelte|tsx|jsx|html|svg)$|(?:^|/)(?:ui|frontend|webapp|cli|cmd|commands?|completions?)/",
    re.IGNORECASE,
)
_UNSEEN = lazy_pattern(
    r"(?:^|/)(?:tests?|testing|testdata|ci|\.[\w-]+|internal/testutil|tools?|(?<!webapp/)scripts?|hack|build|vendor|bench\w*)/"
    r"|_test\.\w+$|(?:^|/)test_[^/]*$|(?:^|/)(?:Makefile[^/]*|meson\.build|configure\.ac|\.[\w.-]+|pom\.xml|tox\.ini|conf\.py)$"
    r"|(?:^|/)(?:CONTRIBUTING|HACKING|DEVELOP\w*|CODEOWNERS|MAINTAINERS|AGENTS|CLAUDE|RELEASING|go\.(?:mod|sum))[^/]*$"
    r"|(?:^|/)docs?/(?:.+/)?(?:contribut\w+|development)(?:/|\.\w+$)"
    r"|\.pb(?:\.gw)?\.(?:go|cc|h)$|_pb2(?:_grpc)?\.pyi?$|[._]gen(?:erated)?\.\w+$|\.mapper\.go$"
)
_BUILD = lazy_pattern(r"(?:^|/)(?:pyproject\.toml|setup\.cfg|MANIFEST\.in|package\.json|[\w-]+-lock\.json|Cargo\.\w+)$")
_CLOSES = lazy_pattern(
    r"\b(?:clos|fix|resolv)(?:e[sd]?|ing)?:? (?:https?://\S+/issues/(\d+)|[\w./-]*#(\d+))", re.IGNORECASE
)
_INNER_SCOPES = (
    "build", "ci", "configure", "coverity", "database", "db", "deps", "devcontainer", "github", "lint", "makefile", "makefiles", "meson",
    "pre-commit", "test", "tests", "tree-wide", "typing", "workshop",
)  # fmt: skip
_VAGUE = lazy_pattern(
    r"^(?:(?:more|some|minor|small|various|misc|miscellaneous|several|few) )*"
    r"(?:fix(?:es)?|tweaks?|changes|updates?|improvements?|cleanups?|work)?\W*$|^(?:minor|small|various) (?:fixes|tweaks|changes) ",
    re.IGNORECASE,
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
    note: Note | None,
    known: HighlightRules,
) -> tuple[Audience, str]:
    """Return who notices a change, and the strongest reason.

    `title` and `files` come without marks and changelog entries. `known` has the names that users know.
    """
    if not verdict.kind.is_highlight:
        return Audience.DEVELOPERS, f"its kind is {verdict.kind.value.replace('_', ' ')}"
    if note and note.audience is Audience.DEVELOPERS:
        return Audience.DEVELOPERS, f"{note.source} is for developers"
    if label := matching_label(pull.labels, _INTERNAL_LABELS):
        return Audience.DEVELOPERS, f"label '{label}'"
    if verdict.is_breaking:
        return Audience.USERS, "it is a breaking change"
    is_told = verdict.kind is Kind.BUGFIX or (note is not None and note.type.lower().startswith("deprecat"))
    if note and note.text and not is_told and (reason := internal_note(note.text)):
        return Audience.DEVELOPERS, reason
    clues = [
        *_of_people(pull, verdict, note),
        *_of_title(pull, title, verdict),
        *(() if note and note.text else _of_wording(title, files, verdict, known)),
        *_of_commits(pull, title),
        *_of_paths(files),
    ]
    total = _DOUBT + sum(clue.weight for clue in clues)
    audience = Audience.USERS if total > 0 else Audience.DEVELOPERS
    speaking = [clue for clue in clues if (clue.weight > 0) is (audience is Audience.USERS)]
    strongest = max(speaking, key=lambda clue: abs(clue.weight), default=_Clue(0, "nothing says that it is internal"))
    return audience, strongest.reason


def _of_people(pull: PullRequest, verdict: Verdict, note: Note | None) -> Iterator[_Clue]:
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


def _of_title(pull: PullRequest, title: str, verdict: Verdict) -> Iterator[_Clue]:
    """Use the words of the title."""
    text = title.rpartition(": ")[2]
    scope = titles.parse(pull.title).scope.lower()
    if scope in _INNER_SCOPES or "generate" in scope.split("/"):
        yield _Clue(-1.5, f"the title is about {scope}")
    if word := phrases("unseen_work").search(text):
        is_lead = _begins(text, word) and not phrases("seen_news").search(text)
        yield _says(-1.6 if is_lead else -0.4, word)
    if (word := phrases("unseen_exchanges").search(text)) and _begins(text, word):
        yield _says(-0.7, word)
    if things := list(dict.fromkeys(filter(None, map(phrases("unseen_things").search, title.lower().split())))):
        yield _says(-0.5 - 0.3 * (len(things) > 1), things[0])
    if word := phrases("unseen_chores").search(title):
        yield _says(-1.5, word)
    if match := GRAVE.search(title):
        yield _says(2.5, match[0])
    if word := phrases("seen_news").search(text):
        yield _says(1.4 if phrases("seen_additions").search(text) else 0.2, word)
    symptoms = [word for trait, word in traits(tokens(text)) if trait == "symptom"]
    if symptoms and verdict.kind is Kind.BUGFIX:
        yield _says(0.8, symptoms[0])
    if _VAGUE.match(text):
        yield _Clue(-1.2, "the title says nothing that a user notices")


def _of_wording(title: str, files: Sequence[FileChange], verdict: Verdict, known: HighlightRules) -> Iterator[_Clue]:
    """Use the title's sentence, if only developers understand its words or names."""
    names = (*NAMES, *known.names)
    sentence = titles.sentence(title, commands=known.commands, names=names, is_fix=verdict.kind is Kind.BUGFIX)
    are_public = any(
        fnmatchcase(change.path, pattern) for change in files for pattern in (*known.modules, "docs/*configuration*")
    )
    sentence = without_function(sentence)
    if reason := internal_reason(sentence, has_public_names=are_public):
        is_fix = verdict.rule == "conventional-commit" and verdict.kind is Kind.BUGFIX
        yield _Clue(FIXED_CODE if is_fix and "`" in reason else _wording_weight(reason), reason)
    elif has_code(sentence) and not are_public:
        yield _Clue(ANY_CODE, "the title has names of code")


CODE, ANY_CODE, FIXED_CODE, PHRASE, NEVER = -3.0, -1.0, -0.5, -2.0, -4.0
"""The weights of names and words that only developers understand. A title that begins with `fix:` mends what users have."""


def _wording_weight(reason: str) -> float:
    if phrases("never_news").search(reason.partition("'")[2].rstrip("'")):
        return NEVER
    return CODE if "`" in reason else PHRASE


def _begins(text: str, word: str) -> bool:
    """Return whether a text begins with a word, after a short one at most."""
    return word in text[: len(word) + 5]


def _says(weight: float, word: str) -> _Clue:
    return _Clue(weight, f"the title says '{word}'")


def _of_commits(pull: PullRequest, title: str) -> Iterator[_Clue]:
    """Use what most commit subjects are about, and what any of them adds."""
    subjects = [commit.subject for commit in pull.commits if commit.subject != title]
    if len(subjects) < 2:
        return
    if any(GRAVE.search(subject) for subject in subjects):
        yield _Clue(0.9, "a commit names a grave fault")
    if any(re.match(r"(?:api|doc/rest-api|doc/api-extensions)\b", subject) for subject in subjects):
        yield _Clue(1.5, "a commit changes the API")
    inner = [
        subject
        for subject in subjects
        if phrases("unseen_work").search(subject) or phrases("unseen_things").search(subject)
    ]
    if len(inner) > 0.6 * len(subjects):
        yield _Clue(-0.5, "most commits change code that users don't see")


def _of_paths(files: Sequence[FileChange]) -> Iterator[_Clue]:
    """Use the changed paths."""
    every = [change.path for change in files]
    paths = [path for path in every if not _BUILD.search(path)] or every
    if not paths:
        return
    for pattern, weight, reason in (
        (_API, 2.0, "changes the API"),
        (_CONFIGURATION, 1.2, "changes the configuration"),
        (_INTERFACE, 0.8, "changes a user interface"),
    ):
        if path := next((path for path in paths if pattern.search(path) and not _UNSEEN.search(path)), None):
            yield _Clue(weight, f"{reason}: {path}")
    unseen = [path for path in paths if _UNSEEN.search(path)]
    if len(unseen) == len(paths):
        yield _Clue(-2.0, f"only files that users don't see changed: {unseen[0]}")
    elif path := next((path for path in paths if _DOCS.search(path) and not _UNSEEN.search(path)), None):
        yield _Clue(0.9, f"changes its documentation: {path}")
    if len(paths) >= 25:
        yield _Clue(-0.4, f"{len(paths)} files changed")
