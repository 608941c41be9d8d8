"""What the unattended run has to say, as Markdown for people: the step's summary, the pull request, the issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from weekly.markdown import Markdown, escape, harmless, link, shortened
from weekly.model import Finding, Record, Severity
from weekly.titles.english import numbered
from weekly.week import Week

BODY_LIMIT = 60_000
"""Characters of a pull request's or an issue's text: GitHub takes 65,536, and counts them in its own way."""


SAID_LIMIT = 2_000
"""Characters of one thing that went wrong or was found."""


class Came(StrEnum):
    """What came of a week."""

    PUBLISHED = "published"
    PROPOSED = "proposed"
    SHOWN = "shown only"
    LEFT = "left alone"
    HELD = "held back"


class Turn(Record, frozen=True, kw_only=True):
    """One week of a run: what came of it, where it is to be seen, and what was found."""

    week: Week
    came: Came
    title: str = ""
    url: str = ""
    pulls: int = 0
    repos: int = 0
    findings: tuple[Finding, ...] = ()
    why: str = ""


def of_run(turns: Sequence[Turn], left: int, failure: str = "") -> Markdown:
    """The step's summary: a row a week, then what was found in each."""
    lines = ["## The weekly post", ""]
    if failure:
        lines += [f"**It failed:** {_said(failure)}", ""]
    if turns:
        lines += ["| week | what came of it | pull requests | findings |", "|---|---|---|---|"]
        lines += [_row(turn) for turn in turns]
    elif not failure:
        lines.append("No week is due.")
    if left:
        lines += ["", f"{left} more {'week is' if left == 1 else 'weeks are'} due; the next runs go on with them."]
    for turn in turns:
        lines += _told(turn)
    return Markdown("\n".join(lines) + "\n")


def of_proposal(turn: Turn, run: str) -> Markdown:
    """A pull request's description."""
    lines = [
        f"The post of the week of {turn.week.title}: {numbered(turn.pulls, 'pull request')} in {_repos(turn)}.",
        "",
        f"- Your own words go into `weeks/{turn.week}.toml`, here on this branch.",
        f"- `review/{turn.week}.md` is the post as it stands now; it is made anew when it is published.",
        "- Merging this publishes the post. Closing it leaves the week without one.",
    ]
    if run:
        lines.append(f"- {link('The run', run)} has the preview as an artifact.")
    lines += _told(turn) or ["", "Nothing was found that should be mended first."]
    return Markdown(_short("\n".join(lines)) + "\n")


def _repos(turn: Turn) -> str:
    return numbered(turn.repos, "repository", plural="repositories")


def of_trouble(troubles: Sequence[str], run: str) -> Markdown:
    """The issue's text: what failed, and what to do about it."""
    told = [f"- {_said(trouble)}" for trouble in troubles]
    lines = [
        "The unattended run of the weekly post needs a hand:",
        "",
        *(told or ["- It ended before it could say why: see its log."]),
        "",
        f"{link('The log of the run', run)} has the details." if run else "Its log has the details.",
        "",
        (
            "Once that is mended, start the workflow by hand, or wait for Monday: what was left behind is caught up, oldest "
            "first. This issue is closed when a run goes well."
        ),
    ]
    return Markdown(_short("\n".join(lines)) + "\n")


def _row(turn: Turn) -> str:
    came = str(link(turn.came, turn.url)) if turn.url else str(turn.came)
    return f"| {turn.week} | {came} | {turn.pulls:,} in {_repos(turn)} | {len(turn.findings)} |"


def _told(turn: Turn) -> list[str]:
    return ["", f"### {turn.week}", "", *_entries(turn)] if turn.findings or turn.why else []


def _entries(turn: Turn) -> Iterator[str]:
    if turn.why:
        yield f"- **{turn.came}:** {_said(turn.why)}"
    for finding in turn.findings:
        word = "error" if finding.severity is Severity.BLOCKS else "warning"
        yield f"- {word}: {_said(str(finding))}"


def _said(text: str) -> Markdown:
    """Somebody's words, no longer than anybody reads."""
    return escape(shortened(harmless(text), SAID_LIMIT))


def _short(text: str) -> str:
    """As much as GitHub takes, cut at a line's end and said."""
    if len(text) <= BODY_LIMIT:
        return text
    return text[:BODY_LIMIT].rpartition("\n")[0] + "\n- … and more: `weekly check` tells all of it."
