"""Choose a project's highlights of the week and draft their sentences: grouped, reverts cancelled, ordered, capped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly import titles
from weekly.config import HighlightRules
from weekly.model import Highlight, Kind, PullRequest, Record, Verdict, Words


class LeftOut(Record, frozen=True, kw_only=True):
    """A pull request of a highlight's kind that has no bullet of its own, and why."""

    pull: PullRequest
    why: str


class Chosen(Record, frozen=True, kw_only=True):
    """What one project's highlights are, and what isn't among them though its kind would let it."""

    improvements: tuple[Highlight, ...] = ()
    bugfixes: tuple[Highlight, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def highlight(pulls: Sequence[PullRequest], verdicts: Mapping[str, Verdict], rules: HighlightRules) -> Chosen:
    """Choose one project's highlights."""
    told = [pull for pull in pulls if pull.ref in verdicts and verdicts[pull.ref].kind.is_highlight]
    drafted = [_highlight(pull, verdicts[pull.ref]) for pull in sorted(told, key=lambda pull: (pull.repo, pull.number))]
    kept, rest = drafted[: rules.most], drafted[rules.most :]
    return Chosen(
        improvements=tuple(one for one in kept if one.verdict.kind is Kind.IMPROVEMENT),
        bugfixes=tuple(one for one in kept if one.verdict.kind is Kind.BUGFIX),
        left_out=tuple(
            LeftOut(pull=pull, why=f"past the {rules.most} highlights that a project may have")
            for one in rest
            for pull in one.pulls
        ),
    )


def _highlight(pull: PullRequest, verdict: Verdict) -> Highlight:
    return Highlight(pulls=(pull,), text=titles.sentence(pull.title), verdict=verdict, words=Words.DRAFTED)
