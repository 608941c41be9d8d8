"""Draft the introduction from the releases and the subject of each active project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.highlights import reverts
from weekly.highlights.naming import is_documented, named_title
from weekly.highlights.releases import releases_sentence
from weekly.highlights.subjects import BREAKING, FIXES, IMPROVEMENTS, KINDS, ProjectWeek, lone_subject, subject
from weekly.highlights.themes import Theme
from weekly.model import Audience, Kind, PullRequest
from weekly.text import english
from weekly.text.patterns import lazy_pattern

QUIET = 2
"""A week with no more highlights than these, in all projects together, is called quiet."""


def introduce(
    projects: Sequence[ProjectWeek], *, themes: Sequence[Theme] = (), most: int | None = None, noun: str = "week"
) -> str:
    """Return one paragraph on the week, or on what `noun` says.

    A project that could not be asked is left out, and never called quiet. At most `most` projects have
    their clause: the busiest.
    """
    named_releases = [(project.name, release) for project in projects for release in project.releases]
    releases = releases_sentence(named_releases, noun)
    return " ".join(sentence for sentence in (releases, _focus(projects, themes, most, noun, releases)) if sentence)


def _focus(projects: Sequence[ProjectWeek], themes: Sequence[Theme], most: int | None, noun: str, releases: str) -> str:
    """Return the sentence on what the projects were about, after the one on their releases."""
    has_releases = bool(releases)
    all_known = all(project.is_known for project in projects)
    active = [project for project in projects if project.highlights]
    if not active:
        return _quiet(projects, noun, all_known=all_known, has_releases=has_releases)
    busiest = [project.name for project in sorted(active, key=lambda project: -len(project.highlights))]
    shown = [project for project in active if project.name in busiest[:most]]
    is_quiet = sum(max(len(project.highlights), _noticed(project)) for project in active) <= QUIET
    subjects = {}
    for project in shown:
        parts = 2 if project.name == busiest[0] else 1
        named_subject = subject(project, themes, parts, is_alone=len(projects) == 1)
        is_alone = is_quiet and not has_releases and named_subject in KINDS
        subjects[project.name] = (is_alone and lone_subject(project)) or named_subject
    is_known = has_releases and len(projects) == 1 and projects[0].releases  # the releases name it
    clauses = [subjects[shown[0].name]] if is_known else _clauses(shown, subjects)
    if len(shown) < len(active):
        clauses.append(f"work on {english.counted(len(active) - len(shown), 'more project')}")
    joined = _joined(clauses)
    is_hollow = joined.startswith("a bug fix in") or all(map(_is_hollow, subjects.values()))
    if has_releases:
        is_named = "bug fix release" in releases and all(
            project.releases and subjects[project.name] == FIXES for project in shown
        )
        if any(map(_ONLY_BREAKING.fullmatch, subjects.values())):
            return f"The {noun} brought {joined}."
        return "" if is_hollow or is_named or not joined else f"The focus was on {joined}."
    if is_quiet and all_known:
        return f"The past {noun} has been a quiet one{f', with {joined}' if joined else ''}."
    if not joined or is_hollow or is_quiet:
        return f"The past {noun} brought {joined or f'improvements in {english.listed([one.name for one in shown])}'}."
    return f"The past {noun} has seen a focus on {joined}."


def _noticed(project: ProjectWeek) -> int:
    """Return how many changes users notice, also those without a sentence."""
    verdicts = (project.verdicts.get(pull.ref) for pull in project.pulls)
    return sum(
        verdict is not None and verdict.kind.is_highlight and verdict.audience is Audience.USERS for verdict in verdicts
    )


def _is_hollow(named_subject: str) -> bool:
    """Return whether a subject names nothing that a week could be about."""
    return (named_subject in KINDS and named_subject != FIXES) or _ONLY_BREAKING.fullmatch(named_subject) is not None


_ONLY_BREAKING = lazy_pattern(rf"(?:(?:{IMPROVEMENTS}|{FIXES})(?:, | and ))*\w+ {BREAKING}s?")


def _clauses(projects: Sequence[ProjectWeek], subjects: Mapping[str, str]) -> list[str]:
    """Return the clauses on projects by their subjects, with bug fixes once."""
    fixes = sum(len(project.selection.bugfixes) for project in projects if subjects[project.name] == FIXES)
    where: dict[str, list[str]] = {}
    for project in projects:
        text = subjects[project.name]
        where.setdefault(_FIXES_TOO.sub("", text) if fixes > 1 else text, []).append(project.name)
    lone = where.pop(FIXES) if fixes == 1 else []
    clauses = [f"{text} in {english.listed(names)}" for text, names in where.items() if text]
    return clauses + [f"a bug fix in {name}" for name in lone if not any(FIXES in text for text in where)]


_FIXES_TOO = lazy_pattern(r"^bug fixes for |(?<!^improvements) and bug fixes$")


def _quiet(projects: Sequence[ProjectWeek], noun: str, *, all_known: bool, has_releases: bool) -> str:
    """Return what is true of a week without highlights."""
    merged = [project for project in projects if project.pulls]
    clauses = [f"{upkeep} in {project.name}" for project in merged if (upkeep := _upkeep(project))]
    if clauses and not has_releases:
        is_quiet = all_known and sum(len(project.pulls) for project in merged) <= QUIET
        return f"The past {noun} {'has been a quiet one, with' if is_quiet else 'brought'} {_joined(clauses)}."
    if has_releases:
        return ""
    if merged:
        return f"The past {noun} has been a quiet one." if all_known else ""
    if all_known:
        return f"The past {noun} has been a quiet one: nothing was merged."
    quiet = [project.name for project in projects if project.is_known]
    return f"The past {noun} has been quiet in {english.listed(quiet)}." if quiet else ""


def _joined(clauses: Sequence[str]) -> str:
    """Join clauses, with a comma before the last "and" for three or if a clause has a comma itself."""
    if len(clauses) > 1 and (len(clauses) > 2 or any(" and " in clause for clause in clauses)):
        return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
    return english.listed(list(clauses))


def _is_noticed(pull: PullRequest, project: ProjectWeek) -> bool:
    verdict = project.verdicts.get(pull.ref)
    is_public = verdict is not None and verdict.kind is Kind.IMPROVEMENT and verdict.audience is Audience.USERS
    return is_public and is_documented([pull]) and pull.ref not in reverts.undone(project.pulls)


_UPKEEP = (
    (Kind.DOCUMENTATION, ("documentation",)),
    (Kind.TESTS_CI, ("tests", "CI")),
    (Kind.HOUSEKEEPING, ("housekeeping",)),
)


def _upkeep(project: ProjectWeek) -> str:
    """Return the work of a project without highlights, empty where that is unknown.

    Documented news without a bullet are named rather than upkeep.
    """
    if news := [name for pull in project.pulls if _is_noticed(pull, project) and (name := named_title(pull.title))]:
        return english.listed(news[:2])
    kinds = [verdict.kind for pull in project.pulls if (verdict := project.verdicts.get(pull.ref))]
    if any(kind.is_highlight for kind in kinds):
        return ""  # to name the rest alone would say that there was nothing else
    updates = kinds.count(Kind.DEPENDENCIES)
    found = [noun for kind, nouns in _UPKEEP if kind in kinds for noun in nouns][:3]
    if updates:
        found.append("a dependency update" if updates == 1 else "dependency updates")
    return english.listed(found)
