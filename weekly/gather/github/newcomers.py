"""Find out whose first pull requests a week has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from weekly.gather.base import Reading, Span
from weekly.gather.github.patches import FurtherAnswer
from weekly.gather.github.queries import EarlierPulls
from weekly.model import PullRequest

MOST = 40
"""Authors in one request: each takes a search."""
FIRST, LATER = "FIRST_TIME_CONTRIBUTOR", "CONTRIBUTOR"
_KNOWN = frozenset({"MEMBER", "OWNER", "COLLABORATOR"})


class NewcomerReader:
    """Counts what the week's authors merged before.

    GitHub's own word, the association, changes with the merge.
    """

    def __init__(self, readings: Sequence[Reading], span: Span) -> None:
        self._pulls: dict[tuple[str, str], list[PullRequest]] = defaultdict(list)
        for reading in readings:
            for pull in reading.pulls:
                is_person = not pull.author.is_bot and pull.author.login != "ghost"
                if is_person and pull.association not in _KNOWN and reading.outcome.is_answer:
                    self._pulls[reading.renamed_to or reading.repo, pull.author.login].append(pull)
        self._asked = list(self._pulls)[:MOST]
        self.needs = [EarlierPulls(repo=repo, login=login, end=span.end) for repo, login in self._asked]

    def apply(self, readings: Sequence[Reading], answers: Sequence[FurtherAnswer]) -> tuple[Reading, ...]:
        """Return the readings with each author's association as it was before the merge.

        An author that the search doesn't know, or who isn't new to all repositories of the week, is no newcomer.
        """
        totals = {
            author: answer.value["issueCount"]
            for author, answer in zip(self._asked, answers, strict=True)
            if answer.value and answer.value["issueCount"]
        }
        new = {author for author, total in totals.items() if total <= len(self._pulls[author])}
        old = {login for author, login in totals if (author, login) not in new}
        associations: dict[str, str] = {}
        for repo, login in totals:
            pulls = sorted(self._pulls[repo, login], key=lambda pull: pull.merged_at)
            associations |= {pull.ref: LATER for pull in pulls}
            if login not in old:
                associations[pulls[0].ref] = FIRST
        return tuple(_associated(reading, associations) for reading in readings)


def _associated(reading: Reading, associations: Mapping[str, str]) -> Reading:
    pulls = tuple(
        msgspec.structs.replace(pull, association=associations.get(pull.ref, pull.association))
        for pull in reading.pulls
    )
    return msgspec.structs.replace(reading, pulls=pulls)
