"""Draft the introduction from the releases and the subject of each active project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from weekly.classify.advisories import advisories
from weekly.highlights import reverts
from weekly.highlights.merging import content
from weekly.highlights.naming import is_documented, is_news, named, named_title, size
from weekly.highlights.order import is_security
from weekly.highlights.releases import releases_sentence
from weekly.highlights.select import Selection
from weekly.highlights.themes import Theme, main_themes
from weekly.model import Audience, Highlight, Kind, PullRequest, Record, ReleaseLink, Verdict
from weekly.text import english, titles
from weekly.text.patterns import lazy_pattern


class ProjectWeek(Record, frozen=True, kw_only=True):
    """One project's merged and released work, verdicts by ref.

    `is_known` is False where a repository could not be asked. `before` has what the week before merged.
    """

    name: str
    pulls: tuple[PullRequest, ...] = ()
    verdicts: Mapping[str, Verdict] = {}
    selection: Selection = Selection()
    releases: tuple[ReleaseLink, ...] = ()
    before: tuple[PullRequest, ...] = ()
    is_known: bool = True

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The changes of the week that users notice."""
        return self.selection.highlights


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
    return " ".join(
        sentence for sentence in (releases, _focus(projects, themes, most, noun, bool(releases))) if sentence
    )


def _focus(
    projects: Sequence[ProjectWeek], themes: Sequence[Theme], most: int | None, noun: str, has_releases: bool
) -> str:
    """Return the sentence on what the projects were about."""
    all_known = all(project.is_known for project in projects)
    active = [project for project in projects if project.highlights]
    if not active:
        return _quiet(projects, noun, all_known=all_known, has_releases=has_releases)
    busiest = {project.name for project in sorted(active, key=lambda project: -len(project.highlights))[:most]}
    shown = [project for project in active if project.name in busiest]
    matters = [(_matters(project, themes), project) for project in shown]
    if not any(matter for matter, _ in matters):
        matters = [(_counted(project), project) for project in shown]
    where: dict[str, list[str]] = {}
    are_fixes_said = any(matter == "bug fixes" for matter, _ in matters)
    for matter, project in matters:
        where.setdefault(_FIXES_TOO.sub("", matter) if are_fixes_said else matter, []).append(project.name)
    clauses = [f"{matter} in {english.listed(names)}" for matter, names in where.items() if matter]
    if len(shown) < len(active):
        clauses.append(f"work on {english.counted(len(active) - len(shown), 'more project')}")
    joined = _joined(clauses)
    is_hollow = all("improvement" in matter for matter in where)
    if has_releases:
        return "" if is_hollow else f"The focus was on {joined}."
    if sum(len(project.highlights) for project in active) > QUIET:
        return f"The past {noun} {'brought' if is_hollow else 'has seen a focus on'} {joined}."
    return f"The past {noun} {'has been a quiet one, with' if all_known else 'brought'} {joined}."


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


def _matters(project: ProjectWeek, themes: Sequence[Theme]) -> str:
    """Return the subject of one project's week, from security and news to themes and bug fixes."""
    security = [one for one in project.highlights if is_security(one)]
    fixes = [one for one in project.selection.bugfixes if one not in security]
    found = _security(security)
    most = 2 + len(found)
    main = main_themes([one.pulls[0] for one in project.highlights], themes)
    news = _news(project, security)
    strong = [one for one in news if size(one).is_strong]
    names = _names(strong, project)
    chosen = names[: most - bool(main and sum(size(one).is_documented for one in strong) < _MANY)]
    if not chosen and (not main or len(project.highlights) <= MOST_SMALL):
        chosen = _names(news, project)[:1]
    found += chosen[: most - len(found)]
    shared = _themes(main, project, themes, found)
    if not shared:
        found += names[len(chosen) :][: most - len(found)]
    if len(found) < most and shared:
        only_fixes = len(fixes) == len(project.highlights)
        fitting = [f"bug fixes for {english.listed(shared)}"] if only_fixes else shared[: most - len(found)]
        at = next((at for at, name in enumerate(found) if name.startswith("support for")), len(found))
        found[at:at] = fitting  # "support for X and storage" would be support for storage
    elif len(found) < most and len(fixes) > 1 and (found or 2 * len(fixes) > len(project.highlights)):
        found.append("bug fixes")
    if not found and len(project.highlights) < 3:
        return next((name for name in map(_alone, project.highlights) if name), "")
    ongoing = [name for name in found if name.startswith(_ONGOING)]
    found = (
        [name for name in found if name not in ongoing]
        + ongoing[:1]
        + [name.removeprefix(_ONGOING) for name in ongoing[1:]]
    )
    return _joined(found) if found else _counted(project)


_FIXES_TOO = lazy_pattern(r",? and bug fixes$")
_ONGOING = "continued work on "
_MANY = 2
"""Documented news of a week that say more than a theme."""
MOST_SMALL = 3
"""Highlights of a project whose only news is named however small it is."""


def _themes(main: Sequence[Theme], project: ProjectWeek, themes: Sequence[Theme], found: Sequence[str]) -> list[str]:
    """Return the names of the main themes that nothing else names."""
    earlier = main_themes(project.before, themes) if project.before and main else []
    only_fixes = not project.selection.improvements
    return [
        _ongoing(theme.name, is_ongoing=theme in earlier and not only_fixes)
        for theme in main
        if not _is_named(theme, found)
    ]


def _security(security: Sequence[Highlight]) -> list[str]:
    if not security:
        return []
    if any(len(advisories(one.pulls)) > 1 for one in security):
        return ["security fixes"]
    return [
        "a security fix"
        if len(security) == 1
        else f"{english.counted(len(security), 'security fix', plural='security fixes')}"
    ]


def _news(project: ProjectWeek, security: Sequence[Highlight]) -> list[Highlight]:
    """Return the week's news, what is new before what is gone, and the largest first."""
    news = [one for one in project.selection.improvements if is_news(one) and one not in security and size(one).is_main]
    return sorted(news, key=lambda one: (named(one).startswith("the removal"), *(-share for share in size(one))))


def _names(news: Sequence[Highlight], project: ProjectWeek) -> list[str]:
    """Return the names of news without those that say the same."""
    found: list[str] = []
    for one in news:
        name = _IN_TOOL.sub(r"\1 with \2", named(one).removesuffix(f" in {project.name}"))
        if not any(content(name) & content(other) for other in found):
            found.append(_ongoing(name, is_ongoing=_goes_on(one.pulls[0], project.before)))
    return found


# The project follows: "… with `lxc init` in LXD".
_IN_TOOL = lazy_pattern(r"^(support for .+) in (`[a-z]+ [^`]+`|[a-z]+-[a-z-]+)$")


def _ongoing(name: str, *, is_ongoing: bool) -> str:
    return f"{_ONGOING}{name.removeprefix('support for ')}" if is_ongoing else name


def _goes_on(pull: PullRequest, before: Sequence[PullRequest]) -> bool:
    """Return whether pull requests of the week before were on the same story, by scope and words."""
    words = content(titles.parse(pull.title).text)
    return any(
        len(words & content(titles.parse(other.title).text)) >= _SHARED for other in before if other.repo == pull.repo
    )


_SHARED = 3
"""Telling words that titles of one story share."""


def _is_named(theme: Theme, phrases: Sequence[str]) -> bool:
    """Return whether a phrase has a word of the theme already."""
    phrase_words = {word for phrase in phrases for word in re.findall(r"[a-z0-9-]+", phrase.lower())}
    return not theme.words.isdisjoint(phrase_words)


def _counted(project: ProjectWeek) -> str:
    """Return the kinds of the highlights, where nothing else can be said."""
    improvements, fixes = len(project.selection.improvements), len(project.selection.bugfixes)
    counts = ((improvements, "improvement"), (fixes, "bug fix"))
    return english.listed([_some(count, noun) for count, noun in counts if count])


def _alone(highlight: Highlight) -> str:
    fix = re.match(
        r"Fixed (?!and )((?:a |an |the )?[^.,;:`]{3,40}?)(?: (?:when|if|while|after|before|by|due)\b.*)?\.",
        highlight.text,
    )
    return named(highlight) or (f"a fix for {fix[1]}" if fix else "")


def _some(count: int, noun: str) -> str:
    """Return one or several of a thing, as "a bug fix" or "bug fixes"."""
    plural = noun + ("es" if noun.endswith("x") else "s")
    return f"{english.article(noun)} {noun}" if count == 1 else plural


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
    updates = kinds.count(Kind.DEPENDENCIES)
    found = [noun for kind, nouns in _UPKEEP if kind in kinds for noun in nouns][:3]
    if updates:
        found.append("a dependency update" if updates == 1 else "dependency updates")
    return english.listed(found)
