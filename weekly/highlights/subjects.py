"""Say in a few words what one project's week was about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from weekly.classify.advisories import advisories
from weekly.highlights.merging import content
from weekly.highlights.naming import is_news, named, size
from weekly.highlights.order import is_security
from weekly.highlights.select import Selection
from weekly.highlights.themes import Theme, main_themes
from weekly.model import Highlight, PullRequest, Record, ReleaseLink, Verdict
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


FIXES, IMPROVEMENTS = "bug fixes", "improvements"
_ONE_FIX, _ONE_EACH = f"{IMPROVEMENTS} and a bug fix", "an improvement and a bug fix"
KINDS = ("", FIXES, IMPROVEMENTS, f"{IMPROVEMENTS} and {FIXES}", _ONE_FIX, _ONE_EACH)
"""The subjects of a project where nothing can be named."""
BREAKING = "breaking change"
_SMALL = 4
"""Highlights of a project whose only news is named however small it is."""
_SHORTEST = 50
"""Changed lines of code of news that the only project of a post is about, where none is larger."""
_BUSY = 6
"""Bug fixes of a busy week."""
_MANY = 2
"""Documented news of a week that say more than a theme."""
_SHARED = 3
"""Telling words that titles of one story share."""
_ONGOING = "continued work on "
_LEADS = ("the removal of ", "support for ", _ONGOING)


def subject(project: ProjectWeek, themes: Sequence[Theme], most: int, *, is_alone: bool = False) -> str:
    """Return what a project's week was about, in at most `most` parts, empty where nothing is known.

    The only project of a post also names smaller news.
    """
    security = [one for one in project.highlights if is_security(one)]
    found = _security(security)
    most = max(most, 1 + len(found))
    news = _news(project, security)
    strong = [one for one in news if size(one).is_strong]
    few = (
        news
        if len(project.highlights) <= _SMALL
        else [one for one in news if not 0 < size(one).lines < _SHORTEST]
        if is_alone
        else []
    )
    names = [] if _is_of_fixes(project, strong) else _names(strong or few, project)
    names = [name for name in names if " and " not in name or name.startswith(_LEADS[0])] or names[:1]
    main = _themes(project, themes)
    names = [name for name in names if "`" not in name or not any(_is_in(theme, name) for theme in main)]
    first = names[: 1 + (sum(size(one).is_documented for one in strong) >= _MANY)]
    shared = [theme.name for theme in main if not any(_is_in(theme, name) for name in first)]
    if shared and not project.selection.improvements:
        found.append(f"{FIXES} for {english.listed(shared)}")
    else:
        chosen = [*first, *shared, *names[len(first) :]][: max(0, most - len(found))]
        found += sorted(chosen, key=lambda name: name not in shared)
    has_room = len(found) < most and not shared and " and " not in "".join(found)
    if breaking := _breaking(project):
        others = [_listed(found)] if found else _kinds(project).split(" and ")
        return english.listed([*filter(None, others), breaking])
    fixes = f" and {FIXES}" if has_room and len(set(project.selection.bugfixes) - set(security)) > 1 else ""
    return f"{_listed(found)}{fixes}" if found else _kinds(project, is_alone=is_alone)


def _is_of_fixes(project: ProjectWeek, strong: Sequence[Highlight]) -> bool:
    """Return whether fixes are the matter of a busy week: three of four highlights, and no documented news."""
    fixes, improvements = len(project.selection.bugfixes), len(project.selection.improvements)
    is_documented = any(size(one).is_documented for one in strong)
    return fixes >= _BUSY and fixes >= 3 * improvements and not is_documented


def _listed(names: Sequence[str]) -> str:
    """Join names so that none seems a part of another: "storage and continued work on lakes and ferries"."""
    ordered = sorted(
        names, key=lambda name: next((at for at, lead in enumerate(_LEADS, 1) if name.startswith(lead)), 0)
    )
    ordered.sort(key=lambda name: " and " in name)
    for lead in _LEADS:
        first = next((name for name in ordered if name.startswith(lead)), "")
        ordered = [name if name is first else name.removeprefix(lead) for name in ordered]
    return english.listed(ordered)


def _themes(project: ProjectWeek, themes: Sequence[Theme]) -> list[Theme]:
    """Return the main themes, by names that say whether they go on."""
    pulls = [one.pulls[0] for one in project.highlights]
    if not project.selection.improvements:
        return main_themes(pulls, themes, share=0.5)
    main = main_themes(pulls, themes)
    earlier = main_themes(project.before, themes) if main and project.before else []
    return [theme._replace(name=_ongoing(theme.name, is_ongoing=theme in earlier)) for theme in main]


def _is_in(theme: Theme, name: str) -> bool:
    return not theme.words.isdisjoint(re.findall(r"[a-z0-9-]+", name.lower()))


def _breaking(project: ProjectWeek) -> str:
    """Return the number of breaking changes, empty where there are none or a name says what they are."""
    breaking = [one for one in project.highlights if one.verdict.is_breaking]
    is_named = any(map(named, breaking)) or not breaking
    return "" if is_named else english.counted(len(breaking), BREAKING).replace("one", "a", 1)


def _security(security: Sequence[Highlight]) -> list[str]:
    if any(len(advisories(one.pulls)) > 1 for one in security):
        return ["security fixes"]
    counted = english.counted(len(security), "security fix", plural="security fixes")
    return [counted.replace("one", "a")] if security else []


def _news(project: ProjectWeek, security: Sequence[Highlight]) -> list[Highlight]:
    """Return the week's news, what is new before what is gone, and the largest first."""
    news = [one for one in project.selection.improvements if is_news(one) and one not in security and size(one).is_main]
    return sorted(news, key=lambda one: (named(one).startswith("the removal"), -size(one).weight))


def _names(news: Sequence[Highlight], project: ProjectWeek) -> list[str]:
    """Return the names of news, each matter once, by names that say whether a story goes on."""
    found: list[str] = []
    for one in news:
        name = _before_project(named(one).removesuffix(f" in {project.name}"), project.name)
        if not any(content(name) & content(other) for other in found):
            found.append(_ongoing(name, is_ongoing=_goes_on(one.pulls[0], project.before)))
    return found


def _goes_on(pull: PullRequest, before: Sequence[PullRequest]) -> bool:
    """Return whether the week before merged a pull request of the same story."""
    story = content(titles.parse(pull.title).text)
    others = (titles.parse(other.title).text for other in before if other.repo == pull.repo)
    return any(len(story & content(text)) >= _SHARED for text in others)


def _before_project(name: str, project: str) -> str:
    """Return a name that " in " and the project can follow."""
    name = re.sub(r"(.{12,}) in the [\w -]+$|^(support for .+) in [a-z-]+$", r"\1\2", name)
    name = re.sub(r" in (?=`[a-z]+ [^`]+`$|[a-z]+-[a-z-]+$)", " with ", name)
    name = re.sub(r" in (?=`|(?!parallel|place|advance)[\w.-]+(?: [\w.-]+)?$)", " for ", name)
    own = rf"(?<!`)\b(?:(an?) )?{re.escape(project)} (\S+)"
    return re.sub(own, lambda found: f"{english.article(found[2])} {found[2]}" if found[1] else found[2], name)


def _ongoing(name: str, *, is_ongoing: bool) -> str:
    return f"{_ONGOING}{name.removeprefix('support for ')}" if is_ongoing else name


def _kinds(project: ProjectWeek, *, is_alone: bool = False) -> str:
    """Return the kinds of the highlights, where nothing else is known.

    Next to other projects, a lone improvement or fix is none of them.
    """
    improvements, fixes = len(project.selection.improvements), len(project.selection.bugfixes)
    if is_alone and fixes == 1 and improvements:
        return _ONE_EACH if improvements == 1 else _ONE_FIX
    if improvements > max(1, fixes):
        return KINDS[3] if fixes > 1 else IMPROVEMENTS
    return FIXES if fixes else ""


def lone_subject(project: ProjectWeek) -> str:
    """Return the name of a quiet week's improvement or bug fix, empty where it has none."""
    if name := next((name for name in map(named, project.selection.improvements) if name), ""):
        return name
    fixes = (_FIXED.match(one.text) for one in project.selection.bugfixes)
    return next((f"a fix for {fix[1]}" for fix in fixes if fix), "")


_FIXED = lazy_pattern(
    r"Fixed (?!and )((?:a |an |the )?[^.,;:`]{3,40}?)(?: (?:when|if|while|after|before|by|due)\b.*)?\.(?!\d)"
)
