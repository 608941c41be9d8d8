"""Take in what GraphQL answers about a repository, and say what is to be asked next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from weekly.gather.base import Reading, Span, Tag, blocked, noted, releases_within
from weekly.gather.github.queries import Answer, Detail, MoreReleases, Need, Overview, Search
from weekly.gather.github.records import pull_of_node, releases_of, tags_of
from weekly.http.messages import errors_of
from weekly.model import Outcome, Problem, PullRequest, Release, Severity
from weekly.text.markdown import harmless

PAGE = 100
"""Pull requests a page: the most that GitHub gives. A week of five repositories has some 80 in all, well within the
ten seconds that GitHub takes for a query; a query that is too slow is asked again by halves."""
SEARCH_CAP = 1000
"""Results that a search gives at most, whatever it counts."""
RELEASE_PAGES = 3
"""Further pages that are asked for where the newest releases don't reach back to the span."""
REREADS = 2
"""The attempts to read a search whose pages shift meanwhile."""


class Progress:
    """One repository's answers as they come in."""

    def __init__(self, repo: str, span: Span, *, site: str, lacks: tuple[str, ...] = ()) -> None:
        self.repo = repo
        self.span = span
        self.pulls: dict[int, PullRequest] = {}
        self._merges: dict[int, str] = {}
        self._address = f"{site}/{repo}"
        self._releases: dict[str, Release] = {}
        self._tags: dict[str, Tag] = {}
        self._missing_releases: dict[Problem, None] = {}
        self._lacks = lacks
        self._counts: Counter[str] = Counter()
        self._listed: set[int] = set()
        self._unindexed: set[int] = set()
        self._refusal: tuple[Outcome, str] | None = None
        self._renamed_to: str | None = None
        self._is_archived = False
        self._problems: list[Problem] = []

    @property
    def current_name(self) -> str:
        """The name that GitHub uses now."""
        return self._renamed_to or self.repo

    def fail(self, what: str) -> None:
        """Note a gap, once."""
        problem = blocked(self.repo, what, hint="gather again with --refresh")
        if problem not in self._problems:
            self._problems.append(problem)

    def reading(self) -> Reading:
        """Return all that came in."""
        if self._refusal is not None:
            outcome, hint = self._refusal
            return Reading(repo=self.repo, outcome=outcome, problems=(blocked(self.repo, outcome.sentence, hint=hint),))
        found, total = list(self._problems), max(self._counts.values(), default=0)
        unindexed = len(self._unindexed)
        if unindexed:
            what = f"{unindexed} merged too recently for GitHub's search"
            found.append(noted(self.repo, what, hint="taken from the repository's own list"))
        found += self._missing_releases
        tags = [tag for name, tag in self._tags.items() if name not in self._releases]
        if len(self.pulls) < total + unindexed:
            what = f"GitHub counts {total + unindexed} merged pull requests, but gave {len(self.pulls)}"
            found.append(blocked(self.repo, what, hint="gather again with --refresh"))
        failed = any(problem.severity is Severity.BLOCKS for problem in found)
        if self._renamed_to:
            found.append(noted(self.repo, f"is now {self._renamed_to}", hint="write the new name into weekly.toml"))
        if self._is_archived:
            found.append(noted(self.repo, "is archived on GitHub", hint="take it out of weekly.toml when you like"))
        return Reading(
            repo=self.repo,
            outcome=Outcome.FAILED if failed else Outcome.ACTIVE if self.pulls else Outcome.QUIET,
            pulls=tuple(self.pulls[number] for number in sorted(self.pulls)),
            total=total,
            unindexed=unindexed,
            renamed_to=self._renamed_to,
            is_archived=self._is_archived,
            lacks=self._lacks,
            releases=releases_within(self.span, self._releases.values(), tags, pages=self._address),
            problems=tuple(found),
            merges=self._merges,
        )

    def take(self, need: Need, answer: Answer) -> Sequence[Need]:
        """Take an answer in. Return what is to be asked because of it."""
        if isinstance(need, Search):
            return self._take_search(answer, need)
        if isinstance(need, Overview):
            return self._take_overview(answer, need)
        if isinstance(need, Detail):
            return self._take_detail(answer)
        if isinstance(answer.value, dict):
            return self._more_releases(answer, page=need.page + 1)
        self._fail_releases(answer.reason("no answer came"))
        return ()

    def missing(self) -> list[Need]:
        """Return the pull requests that the repository's list has and the search had not."""
        missing = self._listed - self.pulls.keys() - self._unindexed
        self._unindexed |= missing
        return [Detail(repo=self.repo, asked_as=self.current_name, number=number) for number in sorted(missing)]

    def _take_search(self, answer: Answer, need: Search) -> list[Need]:
        if not isinstance(answer.value, dict):
            self.fail(answer.reason("the search gave no answer"))
            return []
        for error in answer.errors:
            self.fail(f"a pull request could not be read: {errors_of(error)}")
        count, nodes = answer.value["issueCount"], answer.value["nodes"] or []
        if count > SEARCH_CAP and need.after is None:
            halves = need.span.halves()
            if not halves:
                self.fail(f"more than {SEARCH_CAP} pull requests were merged in one second")
            return [msgspec.structs.replace(need, span=half) for half in halves]
        pulls = [self._pull(node) for node in nodes if node]
        seen = need.seen | {pull.number: pull for pull in pulls if pull.merged_at in need.span}
        pages = answer.value["pageInfo"]
        if pages["hasNextPage"]:
            left = need.first if need.is_slow else max(1, min(PAGE, count - len(seen)))
            return [msgspec.structs.replace(need, after=pages["endCursor"], seen=seen, first=left)]
        if len(seen) < count and need.rereads < REREADS and not answer.errors:
            return [msgspec.structs.replace(need, after=None, seen=seen, rereads=need.rereads + 1)]
        self._counts[need.asked_as or need.repo] += count
        self.pulls.update(seen)
        return []

    def _take_overview(self, answer: Answer, need: Overview) -> list[Need]:
        if not isinstance(answer.value, dict):
            parts = [set(map(str, error.get("path") or ())) for error in answer.errors]
            if need.releases and parts and all({"releases", "refs"} & part for part in parts):
                # A token that may not read the repository's contents is refused the lists alone.
                self._fail_releases(answer.reason(""))
                return [msgspec.structs.replace(need, releases=0)]
            self._take_refusal(answer)
            return []
        self._is_archived = bool(answer.value["isArchived"])
        for node in (answer.value["pullRequests"] or {}).get("nodes") or ():
            if node and node["mergedAt"] and datetime.fromisoformat(node["mergedAt"]) in self.span:
                self._listed.add(node["number"])
        name = answer.value["nameWithOwner"]
        more: list[Need] = []
        if name.lower() != self.repo.lower():
            self._renamed_to = name
            more.append(Search(repo=self.repo, span=self.span, first=PAGE, asked_as=name))
        return [*more, *self._more_releases(answer, page=1)]

    def _take_refusal(self, answer: Answer) -> None:
        kinds = {str(error.get("type")) for error in answer.errors}
        if "NOT_FOUND" in kinds:
            self._refusal = Outcome.NOT_FOUND, "check its name in weekly.toml, and that the token may see it"
        elif kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
            reason, address = answer.reason(""), re.search(r"url=(https?://\S+)", answer.sso)
            hint = (
                f"authorise the token at {harmless(address[1])}" if address else "give a GITHUB_TOKEN that may read it"
            )
            hint += f" (GitHub's reason: {harmless(reason)})" if reason else ""
            self._refusal = Outcome.FORBIDDEN, hint
        else:
            self.fail(answer.reason("its own list gave no answer"))

    def _more_releases(self, answer: Answer, *, page: int) -> list[Need]:
        """Take in lists of releases and tags. Ask for more of those that don't reach back to the span."""
        after: dict[str, str] = {}
        for name, cursor in (("releases", "releases_after"), ("refs", "tags_after")):
            if name not in answer.value:
                continue
            connection = answer.value[name]
            if connection is None:
                self._fail_releases(answer.reason(""))
                continue
            if name == "releases":
                releases, oldest = releases_of(connection)
                self._releases |= releases
            else:
                tags, oldest = tags_of(connection)
                self._tags |= tags
            if not connection["pageInfo"]["hasNextPage"] or oldest is None or oldest < self.span.start:
                continue
            after[cursor] = connection["pageInfo"]["endCursor"]
            if page > RELEASE_PAGES:
                what = f"its newest releases and tags reach back to {oldest:%Y-%m-%d} only, so older ones are missing"
                self._missing_releases[noted(self.repo, what, hint="name them in the week's notes")] = None
        if not after or page > RELEASE_PAGES:
            return []
        return [MoreReleases(repo=self.repo, asked_as=self.current_name, page=page, **after)]

    def _fail_releases(self, reason: str) -> None:
        what = f"its releases could not be read{f': {reason}' if reason else ''}, so they are missing"
        self._missing_releases[noted(self.repo, what, hint="gather again with --refresh")] = None

    def _take_detail(self, answer: Answer) -> list[Need]:
        node = answer.value.get("pullRequest") if isinstance(answer.value, dict) else None
        if node is None:
            self.fail(answer.reason("a pull request of its own list could not be read"))
            return []
        pull = self._pull(node)
        self.pulls[pull.number] = pull
        return []

    def _pull(self, node: Mapping[str, Any]) -> PullRequest:
        pull = pull_of_node(self.repo, node)
        if node.get("mergeCommit"):
            self._merges[pull.number] = node["mergeCommit"]["oid"]
        return pull
