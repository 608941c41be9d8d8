"""Write the step summary, the pull request and the issue of an unattended run as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from weekly.classify.words import reason_of
from weekly.model import Finding, Record, Severity, Verdict
from weekly.publish.discussions.markdown import adapt
from weekly.text.english import numbered
from weekly.text.markdown import Markdown, escape, harmless, link, shortened
from weekly.week import Week

BODY_LIMIT = 60_000
"""Characters of a pull request's or an issue's text. GitHub takes 65,536, and counts them differently."""

MESSAGE_LIMIT = 2_000
"""Characters of one error or finding."""

_OPEN, _DONE = "- [ ] ", "- [x] "


class Status(StrEnum):
    """The result of a week."""

    PUBLISHED = "published"
    PREPARED = "prepared"
    PROPOSED = "proposed"
    CHECKED = "checked"
    SHOWN = "shown only"
    LEFT = "left alone"
    HELD = "held back"


class Unsure(NamedTuple):
    """A bullet or pull request that `weekly` isn't sure about."""

    heading: str
    text: str
    ref: str
    verdict: Verdict

    def __str__(self) -> str:
        """Return an entry of a task list."""
        reason = f"{self.verdict.kind}, UNSURE ({self.verdict.confidence:.0%}): {reason_of(self.verdict)}"
        return f"{_OPEN}`{self.ref}` {_message(f'{self.heading}: {self.text}')} <sub>{_message(reason)}</sub>"


class WeekResult(Record, frozen=True, kw_only=True):
    """The result of one week of a run, with its address and findings."""

    week: Week
    status: Status
    title: str = ""
    url: str = ""
    pulls: int = 0
    repos: int = 0
    findings: tuple[Finding, ...] = ()
    why: str = ""


def of_run(results: Sequence[WeekResult], left: int, failure: str = "") -> Markdown:
    """Return the step's summary, with a row for each week and its findings."""
    lines = ["## The weekly post", ""]
    if failure:
        lines += [f"**It failed:** {_message(failure)}", ""]
    if results:
        lines += ["| week | result | pull requests | findings |", "|---|---|---|---|"]
        lines += [_row(result) for result in results]
    elif not failure:
        lines.append("No week is due.")
    if left:
        lines += ["", f"{left} more {'week is' if left == 1 else 'weeks are'} due; the next runs go on with them."]
    for result in results:
        lines += _details(result)
    return Markdown("\n".join(lines) + "\n")


def of_proposal(result: WeekResult, run: str, *, unsure: Sequence[Unsure] = (), post: str = "") -> Markdown:
    """Return a pull request's description. Nothing in it notifies anybody or refers to anything."""
    lines = [
        f"The post of the week of {result.week.title}: {numbered(result.pulls, 'pull request')} in {_repos(result)}.",
        "",
        f"- Your own words go into `weeks/{result.week}.toml`, here on this branch. Each push is checked.",
        f"- `review/{result.week}.md` is the post so far; it is rendered again when it is published.",
        "- Merging this publishes the post. Closing it leaves the week without one.",
    ]
    if run:
        lines.append(f"- {link('The run', run)} has the preview as an artifact.")
    lines += _details(result) or ["", "The check found nothing to correct."]
    if unsure:
        lines += ["", "### Unsure", "", *map(str, unsure)]
    text = _short("\n".join(lines))
    return Markdown(text + _folded(post, BODY_LIMIT - len(text)) + "\n")


def ticked(body: str, old: str) -> str:
    """Return a description with the boxes that somebody has ticked in the old one."""
    done = {line.strip()[len(_DONE) :] for line in old.splitlines() if line.startswith(_DONE)}
    lines = (
        _DONE + line[len(_OPEN) :] if line.startswith(_OPEN) and line[len(_OPEN) :] in done else line
        for line in body.split("\n")
    )
    return "\n".join(lines)


def _folded(post: str, limit: int) -> str:
    """Return as much of a post as fits, as it is, in a block that opens at a click."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", post)), 3)
    head = f"\n\n<details><summary>The post</summary>\n\n{fence}markdown\n"
    tail, more = f"\n{fence}\n\n</details>", "\n…"
    room = limit - len(head + tail + more)
    if not post or room < MESSAGE_LIMIT:
        return ""
    cut = post if len(post) <= room else post[:room].rpartition("\n")[0] + more
    return head + cut.strip("\n") + tail


def _repos(result: WeekResult) -> str:
    return numbered(result.repos, "repository", plural="repositories")


def of_trouble(failures: Sequence[str], run: str) -> Markdown:
    """Return the issue's text about failures and remedies."""
    entries = [f"- {_message(failure)}" for failure in failures]
    lines = [
        "The unattended run of the weekly post needs your attention:",
        "",
        *(entries or ["- It ended before it could say why: see its log."]),
        "",
        f"{link('The log of the run', run)} has the details." if run else "Its log has the details.",
        "",
        (
            "Correct that, then start the workflow by hand or wait for Monday. Missed weeks are caught up, the oldest first. "
            "A good run closes this issue."
        ),
    ]
    return Markdown(_short("\n".join(lines)) + "\n")


def _row(result: WeekResult) -> str:
    status = str(link(result.status, result.url)) if result.url else str(result.status)
    return f"| {result.week} | {status} | {result.pulls:,} in {_repos(result)} | {len(result.findings)} |"


def _details(result: WeekResult) -> list[str]:
    return ["", f"### {result.week}", "", *_entries(result)] if result.findings or result.why else []


def _entries(result: WeekResult) -> Iterator[str]:
    if result.why:
        yield f"- **{result.status}:** {_message(result.why)}"
    for finding in result.findings:
        word = "error" if finding.severity is Severity.BLOCKS else "warning"
        yield f"- {word}: {_message(str(finding))}"


def _message(text: str) -> Markdown:
    """Return somebody's text, escaped, of bounded length, and without names that GitHub links."""
    return Markdown(adapt(escape(shortened(harmless(text), MESSAGE_LIMIT))))


def _short(text: str) -> str:
    """Return as many lines as GitHub takes, and say that there are more."""
    if len(text) <= BODY_LIMIT:
        return text
    return text[:BODY_LIMIT].rpartition("\n")[0] + "\n- … and more: `weekly check` shows everything."
