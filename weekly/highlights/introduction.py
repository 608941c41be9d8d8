"""Draft the introduction: one honest paragraph on what the week was about, a clause for each project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from weekly.model import Kind, PullRequest, Record, Verdict
from weekly.text import english, titles
from weekly.text.vocabulary import word_groups


class Theme(NamedTuple):
    """Something that work is about: as a reader calls it, and the words that scopes, labels, titles and paths have for it."""

    name: str
    words: frozenset[str]


THEMES = tuple(Theme(name, words) for name, words in word_groups("themes").items())
"""The themes of system software, in the order that decides between equals."""


class ProjectWeek(Record, frozen=True, kw_only=True):
    """What one project merged, verdicts by ref; `is_known` is False where a repository of it could not be asked."""

    name: str
    pulls: tuple[PullRequest, ...] = ()
    verdicts: Mapping[str, Verdict] = {}
    is_known: bool = True


def themes_of(own: Mapping[str, Sequence[str]]) -> tuple[Theme, ...]:
    """A project's own themes, before the built-in ones."""
    return (*(Theme(name, english.words(" ".join(words).lower())) for name, words in own.items()), *THEMES)


QUIET = 2
"""A week with no more merged pull requests than these, all projects told, is called quiet."""


def introduce(projects: Sequence[ProjectWeek], *, themes: Sequence[Theme] = THEMES, most: int | None = None) -> str:
    """One paragraph on the week; of a project that could not be asked nothing is said, and never that it was quiet.

    At most so many projects have their clause where `most` says so: the busiest, in their order.
    """
    active = [project for project in projects if project.pulls]
    all_known = all(project.is_known for project in projects)
    busiest = {project.name for project in sorted(active, key=lambda project: -len(project.pulls))[:most]}
    clauses = [f"{_focus(project, themes)} in {project.name}" for project in active if project.name in busiest]
    if len(clauses) < len(active):
        clauses.append(f"work on {english.counted(len(active) - len(clauses), 'more project')}")
    merged = sum(len(project.pulls) for project in active)
    if not clauses:
        if all_known:
            return "The past week has been a quiet one: nothing was merged."
        quiet = [project.name for project in projects if project.is_known]
        return f"The past week has been quiet in {english.listed(quiet)}." if quiet else ""
    if merged <= QUIET and all_known:
        return f"The past week has been a quiet one, with {_joined(clauses)}."
    if merged <= QUIET:
        return f"The past week brought {_joined(clauses)}."
    return f"The past week has seen a focus on {_joined(clauses)}."


def _joined(clauses: Sequence[str]) -> str:
    """Clauses in a row; with a comma before the last "and" where a clause has one itself, or where there are three."""
    if len(clauses) > 1 and (len(clauses) > 2 or any(" and " in clause for clause in clauses)):
        return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
    return english.listed(list(clauses))


def _focus(project: ProjectWeek, themes: Sequence[Theme]) -> str:
    """What one project's week was about: its main themes where several pull requests share one, else what they were."""
    told = [pull for pull in project.pulls if _kind(project, pull) in (Kind.IMPROVEMENT, Kind.BUGFIX)]
    if not told:
        return _upkeep(project)
    main = _main_themes(told, themes)
    fixes = sum(_kind(project, pull) is Kind.BUGFIX for pull in told)
    if main and fixes == len(told):
        return f"bug fixes for {english.listed(main)}"
    if main:
        return english.listed(main)
    counts = ((len(told) - fixes, "improvement"), (fixes, "bug fix"))
    return english.listed([_some(count, noun) for count, noun in counts if count])


def _some(count: int, noun: str) -> str:
    """One or several of a thing: "a bug fix", "bug fixes"."""
    plural = noun + ("es" if noun.endswith("x") else "s")
    return f"{english.article(noun)} {noun}" if count == 1 else plural


_UPKEEP = (
    (Kind.DOCUMENTATION, ("documentation",)),
    (Kind.TESTS_CI, ("tests", "CI")),
    (Kind.HOUSEKEEPING, ("housekeeping",)),
)


def _upkeep(project: ProjectWeek) -> str:
    kinds = [_kind(project, pull) for pull in project.pulls]
    updates = kinds.count(Kind.DEPENDENCIES)
    found = [noun for kind, said in _UPKEEP if kind in kinds for noun in said][:3]
    if updates:
        found.append("a dependency update" if updates == 1 else "dependency updates")
    return english.listed(found) if found else "maintenance"


def _kind(project: ProjectWeek, pull: PullRequest) -> Kind | None:
    verdict = project.verdicts.get(pull.ref)
    return verdict.kind if verdict else None


_SCOPE, _LABEL, _TITLE, _PATH = 4, 3, 3, 1
"""How much a theme's word says, by where it stands."""


def _main_themes(pulls: Sequence[PullRequest], themes: Sequence[Theme]) -> list[str]:
    """The two themes that most of the pull requests are about, each shared by two at least."""
    scores = []
    every = frozenset[str]().union(*(theme.words for theme in themes))
    said = [words for pull in pulls if (words := _Said.of(pull, every)).every]
    for place, theme in enumerate(themes):
        weights = [
            weight for words in said if not theme.words.isdisjoint(words.every) and (weight := words.weight(theme))
        ]
        firm = sum(weight > _PATH for weight in weights)
        if firm >= 2:
            scores.append((-sum(weights), place, theme.name, firm))
    scores.sort()
    return [name for total, _, name, _ in scores[:2] if 2 * total <= scores[0][0]]


class _Said(NamedTuple):
    """The words of one pull request by where they stand, read once for all themes; `folders` with their files' number.

    `every` has those of all places that are any theme's: most themes have none of them.
    """

    every: frozenset[str]
    scope: frozenset[str]
    labels: frozenset[str]
    title: frozenset[str]
    folders: tuple[tuple[frozenset[str], int], ...]

    @classmethod
    def of(cls, pull: PullRequest, known: frozenset[str]) -> _Said:
        """Read a pull request; `known` are the words of all themes."""
        parts = titles.parse(pull.title)
        folders = Counter([change.path.rpartition("/")[0] for change in pull.files])
        read = [(_words(folder), files) for folder, files in folders.items()]
        scope, title = _words(parts.scope), _ended(_IN_TITLE, parts.text.lower())
        labels = frozenset([word for label in pull.labels for word in _words(label)])
        every = known.intersection(chain(scope, title, labels, *(words for words, _ in read)))
        return cls(every=every, scope=scope, labels=labels, title=title, folders=tuple(read))

    def weight(self, theme: Theme) -> int:
        """How much it says of a theme, by the firmest place; paths count where more than half of the files share it."""
        for words, weight in ((self.scope, _SCOPE), (self.labels, _LABEL), (self.title, _TITLE)):
            if not theme.words.isdisjoint(words):
                return weight
        within = sum([files for words, files in self.folders if not theme.words.isdisjoint(words)])
        return _PATH if within and 2 * within > sum([files for _, files in self.folders]) else 0


_IN_TITLE = re.compile(r"[\w./-]+")
_WHOLE_WORD = re.compile(r"[\w.-]+")
_WORD = re.compile(r"[a-z0-9_]+")


@lru_cache(maxsize=10_000)  # folders, scopes and labels: the same ones week after week
def _words(text: str) -> frozenset[str]:
    low = text.lower()
    return frozenset(_WORD.findall(low)) | _ended(_WHOLE_WORD, low)


def _ended(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    """The words of a text, without the signs that they end in."""
    return frozenset([word.rstrip("./-") for word in pattern.findall(text)])
